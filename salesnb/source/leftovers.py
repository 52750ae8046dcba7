"""What a process makes on its way: named after the process, so that what a dead one left behind can
be removed.
"""

import atexit
import contextlib
import os
import re
import shutil
import socket
import stat
import tempfile
import time
import zlib
from pathlib import Path

OLD = 24 * 3600  # seconds; of another machine no more can be known than that nothing takes a day
NAME = re.compile(r"^(?P<host>[0-9a-f]{8})-(?P<pid>\d+)(?:\.(?P<start>[0-9a-f]{4}))?-")
TEMPORARY = "salesnb-"  # what stands in the temporary folder of the machine
REMOVING = 10  # seconds: a process that was ended may still write its last file
_own: dict[int, Path] = {}  # process → its own temporary folder: a fork has none of its parent's


def mark() -> str:
    """The machine and the process, as they stand in a name: short, since paths of
    sockets must be.
    """
    start = _start(os.getpid())
    return f"{_host()}-{os.getpid()}{'.' if start else ''}{start}-"


def _start(pid: int) -> str:
    """When a process began, as four signs: numbers of processes come again. "" where no system
    tells.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return f"{int(told.rpartition(')')[2].split()[19]) % 65536:04x}"
    except (OSError, ValueError, IndexError):
        return ""


def _host() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def work_folder(prefix: str, place: Path | None = None) -> Path:
    """A new folder for this process alone; `sweep` with the same prefix removes it should the
    process die.
    """
    return Path(tempfile.mkdtemp(prefix=prefix + mark(), dir=place))


def own_folder() -> Path | None:
    """The private temporary folder of this process, removed when it ends; None where none can be
    made.
    """
    found = _own.get(os.getpid())
    if found is None or not found.is_dir():
        try:
            found = _own[os.getpid()] = work_folder(TEMPORARY)
        except OSError:
            return None
        atexit.register(remove, found)
    return found


def sweep_temporary() -> list[Path]:
    """Remove what dead processes left in the temporary folder of the machine."""
    return sweep(Path(tempfile.gettempdir()), TEMPORARY, marked=True)


def sweep(folder: Path, prefix: str, marked: bool = False) -> list[Path]:
    """Remove files and folders of `prefix` whose process is no more.

    Of this machine those whose process is gone; of others, and those without a mark, what is older
    than a day. What belongs to another user is left alone.

    Parameters
    ----------
    marked : leave alone what has no mark: in a folder of the machine it can be anybody's

    Returns
    -------
    list of Path
        What was removed.
    """
    removed = []
    for path in sorted(folder.glob(f"{prefix}*")) if folder.is_dir() else []:
        if _ours(path) and _abandoned(path, prefix, marked):
            remove(path)
            removed.append(path)
    return removed


def _ours(path: Path) -> bool:
    try:
        return not path.is_symlink() and (
            not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
        )
    except OSError:
        return False


def _abandoned(path: Path, prefix: str, marked: bool) -> bool:
    found = NAME.match(path.name.removeprefix(prefix))
    if found is None and marked:
        return False
    if found and found["host"] == _host():
        return not _runs(int(found["pid"]), found["start"])
    try:
        return time.time() - path.lstat().st_mtime > OLD
    except OSError:
        return False


def _runs(pid: int, start: str | None) -> bool:
    """Whether the process runs that had this number and began then."""
    return is_running(pid) and (not start or _start(pid) in ("", start))


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


def is_private(folder: Path) -> bool:
    """Whether a folder is of this user, and nobody else can look into it or write there; where no
    system tells, it counts as private.
    """
    if not hasattr(os, "getuid"):
        return True
    try:
        found = folder.lstat()
    except OSError:
        return False
    own = found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)
    return own and not stat.S_IMODE(found.st_mode) & 0o077


def remove(path: Path, seconds: float = REMOVING) -> None:
    """Remove a file or a folder; again where somebody who is about to end still wrote into it."""
    end = time.monotonic() + seconds
    while True:
        _remove(path)
        if not os.path.lexists(path) or not os.access(path.parent, os.W_OK):
            return
        if time.monotonic() > end:
            return
        time.sleep(0.05)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
