"""What the kernels of a run work out once: results and tables as files in the private folder of the
run, each made by the first kernel that asks for it.
"""

import contextlib
import hashlib
import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from salesnb.source.locks import lock

Made = TypeVar("Made")
# what says that a result holds something that only its own process has
NOT_SHARED = (pickle.PicklingError, TypeError, AttributeError)


class Shared:
    """Results and tables that the kernels of a run have in common, by name.

    Parameters
    ----------
    folder : private folder of the run: what lies there is loaded as Python objects

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, other = Shared(Path(folder)), Shared(Path(folder))
    ...     one.once("n", lambda: 7), other.once("n", lambda: 8)
    (7, 7)
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def once(
        self,
        name: str,
        make: Callable[[], Made],
        told: Callable[[object], Any] = lambda found: None,
        known: Callable[[Any], object] | None = None,
    ) -> Made:
        """What was made under `name`, else what is made now; each process has a copy of its own.

        Parameters
        ----------
        told : a name for an object that every process has for itself, and that is not written; None
            for all others
        known : the object of this process that has such a name
        """
        path = self._path(name, ".pickle")
        if not path.exists():
            with self._alone(path):
                if not path.exists():  # another may have made it meanwhile
                    found = make()
                    with contextlib.suppress(OSError, *NOT_SHARED):
                        _written(path, lambda part: _dump(found, part, told))
                    return found
        with path.open("rb") as file:
            return _Reader(file, known).load()

    def file(self, name: str, write: Callable[[Path], None]) -> Path:
        """The file of a table; `write` makes it where it is not there."""
        path = self._path(name, ".parquet")
        if not path.exists():
            with self._alone(path):
                if not path.exists():
                    _written(path, write)
        return path

    def _path(self, name: str, end: str) -> Path:
        return self.folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + end)

    @contextlib.contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """While another process makes the same thing, wait for it."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                lock(held.enter_context(path.with_suffix(path.suffix + ".lock").open("w")))
            yield


def _written(path: Path, write: Callable[[Path], None]) -> None:
    """A file that is there whole or not at all."""
    part = path.with_suffix(f".{os.getpid()}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _dump(found: object, path: Path, told: Callable[[object], Any]) -> None:
    with path.open("wb") as file:
        _Writer(file, told).dump(found)


class _Writer(pickle.Pickler):
    def __init__(self, file: IO[bytes], told: Callable[[object], Any]):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._told = told

    def reducer_override(self, obj: object) -> Any:
        """Of objects of classes alone: plain values, of which there are many, are not asked."""
        name = self._told(obj)
        return NotImplemented if name is None else (known_object, (name,))


def known_object(name: object) -> object:
    """Stands in what is written for an object that every process has for itself."""
    raise pickle.UnpicklingError(f"{name!r} is not known here")


class _Reader(pickle.Unpickler):
    def __init__(self, file: IO[bytes], known: Callable[[Any], object] | None):
        super().__init__(file)
        self._known = known

    def find_class(self, module: str, name: str) -> Any:
        """The function that knows the objects of this process, in place of the one that stands for
        it.
        """
        if self._known is not None and (module, name) == (__name__, known_object.__name__):
            return self._known
        return super().find_class(module, name)


def key_of(*parts: object) -> str:
    """One name for all that a result depends on.

    >>> key_of("a", None) == key_of("a", None), key_of("a", "b") == key_of("ab")
    (True, False)
    """
    return json.dumps([None if part is None else str(part) for part in parts], ensure_ascii=False)
