"""What a process makes on its way: named after the process, so that what a dead one left behind can
be removed.
"""

import os
import re
import shutil
import socket
import tempfile
import time
import zlib
from pathlib import Path

OLD = 24 * 3600  # seconds; of another machine no more can be known than that nothing takes a day
NAME = re.compile(r"^(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-")


def mark() -> str:
    """The machine and the process, as they stand in a name: short, since paths of
    sockets must be.
    """
    return f"{_host()}-{os.getpid()}-"


def _host() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def work_folder(prefix: str, place: Path | None = None) -> Path:
    """A new folder for this process alone; `sweep` with the same prefix removes it should the
    process die.
    """
    return Path(tempfile.mkdtemp(prefix=prefix + mark(), dir=place))


def sweep(folder: Path, prefix: str) -> list[Path]:
    """Remove files and folders of `prefix` whose process is no more.

    Of this machine those whose process is gone; of others, and those without a mark, what is older
    than a day. What belongs to another user is left alone.

    Returns
    -------
    list of Path
        What was removed.
    """
    removed = []
    for path in sorted(folder.glob(f"{prefix}*")) if folder.is_dir() else []:
        if _ours(path) and _abandoned(path, prefix):
            _remove(path)
            removed.append(path)
    return removed


def _ours(path: Path) -> bool:
    try:
        return not path.is_symlink() and (
            not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
        )
    except OSError:
        return False


def _abandoned(path: Path, prefix: str) -> bool:
    found = NAME.match(path.name.removeprefix(prefix))
    if found and found["host"] == _host():
        return not is_running(int(found["pid"]))
    try:
        return time.time() - path.lstat().st_mtime > OLD
    except OSError:
        return False


def is_running(pid: int) -> bool:
    """Whether there is a process of that number; where that cannot be asked, it counts as running.

    >>> is_running(os.getpid()), is_running(2**22 + 1)
    (True, False)
    """
    if os.name != "posix":  # os.kill would end it there
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
