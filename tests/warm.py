"""Runs in the process of the tests without the imports of each: what forks their kernels is itself forked, from a process
of the tests that has imported everything once. For tests that ask what a run makes, not how its processes begin and end.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from salesnb.report import zygote
from salesnb.report.forking import Forked, Zygote
from salesnb.report.kernels import ENVIRONMENT

ROOT = Path(__file__).parents[1]


class Warm(Zygote):
    """A zygote that has its imports from `Source`; all else is as in a run."""

    def __init__(self, environment):
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = Forked(source().ask(theirs, os.environ | dict(environment)))
        self._channel, self._lock = ours, threading.Lock()
        self._stream = ours.makefile("rw", encoding="utf-8")


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

    def ask(self, end: socket.socket, environment: dict) -> int:
        """The process of a new zygote that serves this end of a pair."""
        asked = json.dumps({"env": environment, "cwd": os.getcwd()}).encode()
        with self._lock:
            socket.send_fds(self._channel, [len(asked).to_bytes(4, "big")], [end.fileno()])
            self._channel.sendall(asked)
            return int(self._answers.readline())


@lru_cache
def source() -> Source:
    return Source()


def _become_zygote(asked: dict, end: int, begun: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(asked["env"])
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    tempfile.tempdir = None  # asked anew, in this environment
    os.chdir(asked["cwd"])
    if sys.path and sys.path[0] in ("", begun):
        sys.path[0] = asked["cwd"]
    with socket.socket(fileno=end) as channel:
        zygote.serve(channel)
    os._exit(0)


def main(fd: int) -> None:
    zygote.preload()
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
            _become_zygote(json.loads(asked), found[0], begun)
        os.close(found[0])
        channel.sendall(f"{pid}\n".encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
