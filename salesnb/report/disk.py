"""Whether reports can be written at all: told before a run, or once in the middle of it."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from salesnb.errors import RunError
from salesnb.source.leftovers import mark, sweep
from salesnb.source.locks import lock

WRITING = ".writing-"  # what is not in its place yet
PROBE = 64 * 1024
PAGE = 100_000  # bytes that the files of a small page take; large ones take several millions
# what the system says when nothing more can be written, whatever is tried next
HOPELESS = {
    errno.ENOSPC,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENOTDIR,
    getattr(errno, "EDQUOT", errno.ENOSPC),
}


class DiskError(RunError):
    """Reports cannot be written any more: the run stops, what is in its place stands."""

    exit_code = 1


def check_room(out: Path, folder: Path, pages: int) -> None:
    """Refuse a run whose files could not be written, before the first notebook.

    Parameters
    ----------
    out, folder : folder of the reports, as the user named it; that of the month
    pages : how many pages are to be made

    Raises
    ------
    RunError
        A folder cannot be written, or the disk has less room than so many small pages take.
    """
    inside = [
        path for path in (folder, *_below(folder), folder.parent / ".published") if path.is_dir()
    ]
    places = [_nearest(folder), *inside]
    for place in dict.fromkeys([*places, *_written(folder)]):
        sweep(place, WRITING)
    for place in dict.fromkeys(places):
        try:
            _probe(place)
        except OSError as error:
            raise RunError(
                f"--out {out}: {place} cannot be written: {said(error)}. {_advice(error)}"
            ) from None
    free, least = shutil.disk_usage(_nearest(folder)).free, pages * PAGE
    if free < least:
        raise RunError(
            f"--out {out}: the disk has {free / 1e6:.1f} MB left; {pages} reports take "
            f"{least / 1e6:.1f} MB or more. "
            "Free space, or name a folder on another disk."
        )


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While a run writes into a folder no other may: what one notes of its pages the other would
    write over. An empty folder does not stay.

    Raises
    ------
    RunError
        Another run is at work there.
    """
    absent = [path for path in (folder, *folder.parents) if not _is_there(path)]
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # what cannot be written is told by `check_room`
            folder.mkdir(parents=True, exist_ok=True)
            place = os.open(folder, os.O_RDONLY)
            held.callback(os.close, place)
            try:
                lock(place, wait=False)
            except BlockingIOError:
                raise RunError(
                    f"another run is writing into {folder.as_posix()}. Wait until it is "
                    "through, or name another --out."
                ) from None
        try:
            yield
        finally:
            for path in absent:
                with contextlib.suppress(OSError):
                    path.rmdir()


def _written(folder: Path) -> list[Path]:
    """Folders above in which a run writes: that of all months, and what was published."""
    return [folder.parent, *sorted((folder.parent / ".published").glob("*/"))]


def _below(folder: Path) -> list[Path]:
    return [folder / name for name in ("metrics", "lists", "notebooks")] + sorted(
        (folder / "notebooks").glob("*/")
    )


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it in which it would be made."""
    return next(path for path in (folder, *folder.absolute().parents) if _is_there(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError:  # in a folder that may not be looked into: the one above tells
        return False


def _probe(place: Path) -> None:
    path = place / f"{WRITING}{mark()}probe"
    try:
        path.write_bytes(b"0" * PROBE)
    finally:
        if path.exists():
            path.unlink()


def said(error: OSError) -> str:
    """What the system says of a file, without its path."""
    return error.strerror or type(error).__name__


def _advice(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    return (
        "Free space, or name a folder on another disk."
        if full
        else "Name a folder that you may write."
    )


def stopped(error: BaseException, folder: Path) -> DiskError | None:
    """The message of a run that cannot write its reports; None where the error is of
    another kind.
    """
    if not isinstance(error, OSError) or error.errno not in HOPELESS:
        return None
    return DiskError(
        f"{folder.as_posix()} cannot be written: {said(error)}. The run stopped; what is there is "
        f"whole. {_advice(error)}"
        " Then run again: what was made is kept."
    )
