"""One process at a time at a file or a folder; the end of a process is the end of its lock."""

from typing import IO, Any

try:
    import fcntl
except ImportError:  # where nothing can be locked, two processes may stand in one another's way
    fcntl = None  # type: ignore[assignment]


def lock(file: int | IO[Any], wait: bool = True) -> None:
    """Lock an open file or folder until it is closed.

    Parameters
    ----------
    wait : until another process is through with it

    Raises
    ------
    BlockingIOError
        Another process has it, and nobody waits.
    OSError
        It cannot be locked where it lies.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as one, open(one.name) as other:
    ...     lock(one)
    ...     lock(other, wait=False)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BlockingIOError: its number differs by system
    """
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
