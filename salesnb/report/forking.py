"""Kernels forked from a process that has imported everything: the end of it in the run."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

ENDING = 5  # seconds that the process may take to end by itself
GONE = "the process that starts the kernels ended"


class Zygote:
    """The process that forks kernels (`salesnb.report.zygote`), begun at once and asked over a
    private pair of sockets.

    Parameters
    ----------
    environment : variables for it, besides those of this process: what its libraries read when
        they are imported
    """

    def __init__(self, environment: Mapping[str, str]):
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "salesnb.report.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | dict(environment),
                start_new_session=True,  # what a terminal sends to the run ends only the run
            )
        self._channel, self._lock = ours, threading.Lock()
        self._stream = ours.makefile("rw", encoding="utf-8")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def fork(self, args: Sequence[str], env: Mapping[str, str], cwd: str | None) -> int:
        """The process id of a new kernel.

        Parameters
        ----------
        args : of ipykernel: "-f" and the connection file
        env, cwd : the environment and the folder of the kernel

        Raises
        ------
        RuntimeError
            No kernel could be forked: why.
        """
        asked = json.dumps({"args": list(args), "env": dict(env), "cwd": cwd})
        with self._lock:
            try:
                self._stream.write(asked + "\n")
                self._stream.flush()
                line = self._stream.readline()
            except (OSError, ValueError):
                raise RuntimeError(GONE) from None
        if not line:
            raise RuntimeError(GONE)
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["pid"]

    def close(self) -> None:
        """End it, and with it every kernel that still runs."""
        for end in (self._stream, self._channel):
            with contextlib.suppress(OSError):
                end.close()
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Forked:
    """A kernel that is no child of this process, watched and ended as one: what a provisioner asks
    of a `subprocess.Popen`.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid, self.returncode = pid, None
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:  # it is over already
            self._handle, self.returncode = None, 1

    def poll(self) -> int | None:
        """None while it runs; then 1, for nobody is told how another's child ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
        return ended

    def send_signal(self, number: int) -> None:
        if self._handle is not None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._handle is None:
            return self.returncode
        if not select.select([self._handle], [], [], timeout)[0]:
            return None
        os.close(self._handle)
        self._handle, self.returncode = None, 1
        return self.returncode


class ForkProvisioner(LocalProvisioner):
    """Starts the kernel of a manager by a `Zygote`, which its maker names in `zygote`."""

    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        args = cmd[cmd.index("ipykernel_launcher") + 1 :]
        cwd = kwargs.get("cwd")
        pid = self.zygote.fork(args, kwargs.get("env") or os.environ, str(cwd) if cwd else None)
        self.process = Forked(pid)  # type: ignore[assignment]  # what is asked of it, it answers
        self.pid = self.pgid = pid
        self.cwd = cwd or os.getcwd()
        return self.connection_info
