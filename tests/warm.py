"""Processes of ours without the imports of each: forked from a process of the tests that has imported everything once.

`warm_runs`: what forks the kernels of the runs of this process; for tests that ask what a run makes, not how its processes
begin and end. `Command`: the command line as a process of its own.
"""

import contextlib
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

import pytest

from salesnb.report import zygote
from salesnb.report.forking import Forked, Zygote
from salesnb.report.kernels import ENVIRONMENT

ROOT = Path(__file__).parents[1]
BACKEND = "module://matplotlib_inline.backend_inline"  # as `zygote.preload` sets it


class Warm(Zygote):
    """A zygote that has its imports from `Source`; all else is as in a run."""

    def __init__(self, environment):
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = Forked(source().ask(theirs.fileno(), os.environ | dict(environment)))
        self._channel, self._lock = ours, threading.Lock()
        self._stream = ours.makefile("rw", encoding="utf-8")


@contextlib.contextmanager
def warm_runs():
    """The runs of this process have warm zygotes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("salesnb.report.kernels.Zygote", Warm)
        yield


class Command(Forked):
    """`python -m salesnb` with these arguments, begun at once; what it says goes into one file.

    Parameters
    ----------
    cwd : the folder in which it is started
    told : the file of what it says
    """

    def __init__(self, arguments, cwd: Path, told: Path):
        self._code = told.with_suffix(".code")
        self._code.unlink(missing_ok=True)
        with told.open("w") as file:
            asked = {"argv": list(arguments), "code": str(self._code), "cwd": str(cwd)}
            super().__init__(source().ask(file.fileno(), dict(os.environ), **asked))

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; 1 where it was killed."""
        super().wait(timeout)
        return int(self._code.read_text()) if self._code.exists() else 1


class Source:
    """The process of this worker that has imported everything; it ends with the worker."""

    def __init__(self):
        self._channel, theirs = socket.socketpair()
        with theirs:
            subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ | ENVIRONMENT,
                start_new_session=True,
            )
        self._answers, self._lock = self._channel.makefile("r"), threading.Lock()

    def ask(self, file: int, environment: dict, **more) -> int:
        """The process that is forked, which has this file."""
        asked = json.dumps({"env": environment, "cwd": os.getcwd()} | more).encode()
        with self._lock:
            socket.send_fds(self._channel, [len(asked).to_bytes(4, "big")], [file])
            self._channel.sendall(asked)
            return int(self._answers.readline())


@lru_cache
def source() -> Source:
    return Source()


def _begin(asked: dict, begun: str) -> None:
    """As a process that was just started in this folder, with this environment."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["env"])
    tempfile.tempdir = None  # asked anew, in this environment
    os.chdir(asked["cwd"])
    if sys.path and sys.path[0] in ("", begun):
        sys.path[0] = asked["cwd"]


def _become_zygote(end: int) -> None:
    os.environ.setdefault("MPLBACKEND", BACKEND)
    with socket.socket(fileno=end) as channel:
        zygote.serve(channel)
    os._exit(0)


def _become_command(asked: dict, file: int) -> None:
    for stream in (1, 2):
        os.dup2(file, stream)
    os.close(file)
    sys.argv = ["salesnb", *asked["argv"]]
    code: object = 0
    try:
        runpy.run_module("salesnb", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code or 0
    Path(asked["code"]).write_text(str(code))
    sys.exit(0)


def main(fd: int) -> None:
    zygote.preload()
    import salesnb.cli
    import salesnb.report.making  # noqa: F401

    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    begun, channel = os.getcwd(), socket.socket(fileno=fd)
    while True:
        size, found, *_ = socket.recv_fds(channel, 4, 1)
        if not size:
            os._exit(0)
        asked = b""
        while len(asked) < int.from_bytes(size, "big"):
            asked += channel.recv(int.from_bytes(size, "big") - len(asked))
        pid = os.fork()
        if pid == 0:
            channel.close()
            told = json.loads(asked)
            _begin(told, begun)
            if "argv" in told:
                _become_command(told, found[0])
            _become_zygote(found[0])
        os.close(found[0])
        channel.sendall(f"{pid}\n".encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
