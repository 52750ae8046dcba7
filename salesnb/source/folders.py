"""Folders of the store: where they are, whether one is sound, how one takes its place."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path

from salesnb.errors import DataError
from salesnb.source.leftovers import work_folder

META = "meta.json"
NEEDED = {
    "tables",
    "snapshot",
    "summary",
    "notices",
    "channel_from",
    "assumed",
    "inputs",
    "key",
    "holds",
    "files",
}
WRITING = "writing-"


def store_folder(root: Path) -> Path:
    """Where the store is: beside the project, or in a private temporary folder when that cannot be
    written.
    """
    own = root / ".salesnb" / "store"
    try:
        own.mkdir(parents=True, exist_ok=True)
        work_folder(WRITING, own).rmdir()
    except OSError:
        return _private_folder(Path(tempfile.gettempdir()))
    return own


def _private_folder(temporary: Path) -> Path:
    """A folder of this user alone: other users of the machine can neither read it nor have put
    anything into it.
    """
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    folder = temporary / f"salesnb-store-{user}"
    with contextlib.suppress(FileExistsError):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            raise
        except OSError as error:
            raise unwritable(folder, error) from None
    found = folder.lstat()
    foreign = hasattr(os, "getuid") and found.st_uid != os.getuid()
    if foreign or not stat.S_ISDIR(found.st_mode):
        raise DataError(
            f"the folder of the project cannot be written, and {folder} belongs to somebody else. "
            "Name a temporary folder of your own in TMPDIR, or ask for the right to write beside "
            "the params."
        )
    if (
        os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077
    ):  # others could have put something into it
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    return folder


def unwritable(folder: Path, error: OSError) -> DataError:
    """The error for a store that cannot be written: what the system says, and what to do."""
    said = error.strerror or str(error)
    return DataError(
        f"what was read cannot be kept in {folder}: {said}. Free space there, or ask for the "
        "right to write."
    )


def seal(folder: Path, meta: dict) -> None:
    """Write down what a folder is and what its files hold."""
    files = {path.name: _print(path) for path in sorted(folder.iterdir())}
    # as it will be read, so that its own hash is the same then
    told = json.loads(json.dumps(meta | {"files": files}, ensure_ascii=False, default=str))
    text = json.dumps(told | {"seal": _seal(told)}, ensure_ascii=False)
    (folder / META).write_text(text, encoding="utf-8")
    if (
        os.name == "posix"
    ):  # a folder in the making is private; one that is done follows the umask, as its files do
        folder.chmod(0o777 & ~_umask(folder))


def _seal(told: dict) -> str:
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _umask(folder: Path) -> int:
    """The mask of this process as a new folder shows it: asking for it would change it for other
    threads.
    """
    probe = folder / "mask"
    probe.mkdir()
    try:
        return 0o777 & ~stat.S_IMODE(probe.stat().st_mode)
    finally:
        probe.rmdir()


def _print(path: Path) -> list:
    """Size and hash of a file."""
    with path.open("rb") as file:
        return [path.stat().st_size, hashlib.file_digest(file, "blake2b").hexdigest()[:32]]


def meta_of(folder: Path, deep: bool = True) -> dict | None:
    """What a folder says of itself; None when it is not whole, or not a folder of a store.

    `deep` : compare what every file holds, not its size alone
    """
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        if (
            meta.pop("seal") != _seal(meta)
            or not meta.keys() >= NEEDED
            or meta["key"] != folder.name
        ):
            return None
        expected = {f"{name}.parquet" for name in [*meta["tables"], "aside", "ledger"]}
        if set(meta["files"]) != expected:
            return None
        sound = all(_is(folder / name, known, deep) for name, known in meta["files"].items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return meta if sound else None


def _is(path: Path, known: list, deep: bool) -> bool:
    return _print(path) == known if deep else path.stat().st_size == known[0]


def settle(work: Path, folder: Path) -> Path:
    """Put a finished folder in its place: what was first stays if it is sound, what is damaged
    makes room.
    """
    for _ in range(2):
        if meta_of(folder) is not None:
            return folder
        _clear(folder)
        with contextlib.suppress(
            OSError
        ):  # another process may have been first: then its folder is as good
            os.replace(work, folder)
            return folder
    if meta_of(folder) is not None:
        return folder
    raise DataError(
        f"the store {folder} is damaged and cannot be replaced. Remove it by hand, then run again."
    )


def _clear(folder: Path) -> None:
    """Away with what stands where a folder of the store belongs."""
    if not folder.exists() and not folder.is_symlink():
        return
    try:
        aside = work_folder(WRITING, folder.parent)
        os.replace(folder, aside / folder.name)
    except OSError:
        raise DataError(
            f"the store {folder} is damaged and cannot be removed. Remove it by hand, then run "
            "again."
        ) from None
    shutil.rmtree(aside, ignore_errors=True)
