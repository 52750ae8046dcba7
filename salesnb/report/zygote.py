"""A process that has imported everything once and forks a kernel at each request: importing is most
of what a kernel costs.

Run by `forking.Zygote` as ``python -m salesnb.report.zygote FD``. It has one thread, opens no
connection and no loop, and ends when the other end of its socket does; its kernels end with it.
"""

import ctypes
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG = 1
# what the notebooks of a run import on their way; nothing of it may start a thread
PRELOADED = (
    "duckdb",
    "holidays.countries",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.font_manager",
    "narwhals._duckdb.dataframe",
    "narwhals._duckdb.group_by",
    "narwhals._duckdb.namespace",
    "narwhals._duckdb.selectors",
    "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.group_by",
    "narwhals._pandas_like.namespace",
    "numpy",
    "pandas",
    "scipy.stats",
    "seaborn",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "tzdata",
)
# what they make on their way, the same for all
WARMED = (
    ("PIL.Image", "preinit"),
    ("salesnb.render.theme", "settings"),
    ("salesnb.source.store", "reading_code"),
)


def preload() -> None:
    """Import and make what the kernels will need."""
    # as a kernel sets it before matplotlib is imported
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # a kernel's debugger would warn on the terminal of the run
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    for name in PRELOADED:
        importlib.import_module(name)
    salesnb = importlib.import_module("salesnb")
    for name in salesnb.__all__:
        getattr(salesnb, name)
    for room, name in WARMED:
        getattr(importlib.import_module(room), name)()


def threads() -> int:
    """How many threads this process has."""
    return len(list(Path("/proc/self/task").iterdir()))


def serve(channel: socket.socket) -> None:
    """Fork a kernel for each line asked, and answer with its process id; until the other end is
    closed.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels here
    here, parent = os.getcwd(), os.getpid()
    with channel.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            asked = json.loads(line)
            if threads() != 1:
                answer = {"error": f"{threads()} threads: a fork would copy one of them alone"}
            else:
                answer = _forked(asked, channel, here, parent)
            stream.write(json.dumps(answer) + "\n")
            stream.flush()


def _forked(asked: dict, channel: socket.socket, here: str, parent: int) -> dict:
    """Fork, and wait until the kernel leads a session of its own: only then it can be ended with
    all that it starts.
    """
    read, write = os.pipe()
    try:
        pid = os.fork()
    except OSError as error:
        os.close(read)
        os.close(write)
        return {"error": str(error)}
    if pid == 0:
        os.close(read)
        _become_kernel(asked, channel, write, here, parent)
    os.close(write)
    with os.fdopen(read, "rb") as ready:
        return {"pid": pid} if ready.read(1) else {"error": "the kernel ended as it began"}


def _become_kernel(
    asked: dict, channel: socket.socket, write: int, here: str, parent: int
) -> NoReturn:
    """What a kernel does that was started by itself, but the imports."""
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before that was set
            os._exit(1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(channel.fileno())  # the run must not wait for the end of a kernel
        os.write(write, b"1")
        os.close(write)
        inline = os.environ["MPLBACKEND"]
        os.environ.clear()
        os.environ.update({"MPLBACKEND": inline} | asked["env"] | {"JPY_PARENT_PID": str(parent)})
        if asked["cwd"]:
            os.chdir(asked["cwd"])
        if sys.path and sys.path[0] in ("", here):  # as ipykernel_launcher does
            del sys.path[0]
        sys.argv = ["ipykernel_launcher", *asked["args"]]
        _reseed()
        # by this number the kernel watches for the end of its parent
        importlib.import_module("ipykernel.kernelapp").launch_new_instance(parent_handle=parent)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


def _reseed() -> None:
    """Numbers that no cell seeds differ from kernel to kernel, as between processes."""
    import numpy as np

    random.seed()
    np.random.seed()


def main(fd: int) -> None:
    preload()
    gc.collect()
    gc.freeze()  # a collection in a kernel would copy every page that it marks
    with socket.socket(fileno=fd) as channel:
        serve(channel)
    os._exit(0)  # nothing is left to do: libraries would only tell what they keep


if __name__ == "__main__":
    main(int(sys.argv[1]))
