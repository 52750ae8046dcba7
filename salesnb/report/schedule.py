"""Which notebook is executed next: all of a run's, several at a time, until each channel has its
own.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode


@dataclass
class Waiting:
    """A channel on its way: notebooks that wait, those that are executed, how many are in work; its
    `future` ends with the seconds it took and what `finish` gave.
    """

    channel: str
    notebooks: tuple[Path, ...]
    waiting: list[Path]
    executed: dict[Path, NotebookNode] = field(default_factory=dict)
    in_work: int = 0
    began: float = 0.0
    future: Future = field(default_factory=Future)


class Schedule:
    """The notebooks of all channels of a run, for several workers.

    A worker takes a channel that nobody works on, and where there is none helps with the one that
    has most to do: two kernels of one channel would often need the same figures at once. For the
    same reason channels do not all begin with the same notebook.

    Parameters
    ----------
    channels : in the order in which they begin
    notebooks : of each channel
    begin : told of each channel as its first notebook begins
    execute : makes one notebook of a channel
    finish : makes the files of a channel from all of its notebooks, in their order

    Examples
    --------
    >>> made = Schedule(["all", "Site"], [Path("00"), Path("01")], begin=print,
    ...     execute=lambda channel, path: f"{channel} {path}",
    ...     finish=lambda channel, executed: executed)
    >>> made.work()
    all
    Site
    >>> [future.result()[1] for future in made.futures.values()]
    [['all 00', 'all 01'], ['Site 00', 'Site 01']]
    """

    def __init__(
        self,
        channels: list[str],
        notebooks: list[Path],
        begin: Callable[[str], None],
        execute: Callable[[str, Path], NotebookNode],
        finish: Callable[[str, list[NotebookNode]], object],
    ):
        self._begin, self._execute, self._finish = begin, execute, finish
        self._lock = threading.Lock()
        self._channels = []
        for number, channel in enumerate(channels):
            first = number % max(1, len(notebooks))
            turned = [*notebooks[first:], *notebooks[:first]]
            self._channels.append(Waiting(channel, tuple(notebooks), turned))

    @property
    def futures(self) -> dict[str, Future]:
        """What becomes of each channel: seconds and what `finish` gave, or the error."""
        return {one.channel: one.future for one in self._channels}

    def work(self) -> None:
        """What each worker does, until nothing waits."""
        while taken := self._take():
            one, path = taken
            try:
                made = self._execute(one.channel, path)
                if self._is_last(one, path, made):
                    found = self._finish(one.channel, [one.executed[p] for p in one.notebooks])
                    one.future.set_result((time.monotonic() - one.began, found))
            except BaseException as error:
                self._give_up(one, error)
                if not isinstance(error, Exception):
                    raise

    def stop(self) -> None:
        """Let no notebook begin any more."""
        with self._lock:
            for one in self._channels:
                one.waiting.clear()

    def _take(self) -> tuple[Waiting, Path] | None:
        with self._lock:
            there = [one for one in self._channels if one.waiting]
            if not there:
                return None
            free = [one for one in there if not one.in_work]
            one = free[0] if free else max(there, key=lambda one: len(one.waiting))
            path = one.waiting.pop(0)
            one.in_work += 1
            first = not one.began
            if first:
                one.began = time.monotonic()
        if first:
            self._begin(one.channel)
        return one, path

    def _is_last(self, one: Waiting, path: Path, made: NotebookNode) -> bool:
        with self._lock:
            one.executed[path] = made
            one.in_work -= 1
            return len(one.executed) == len(one.notebooks)

    def _give_up(self, one: Waiting, error: BaseException) -> None:
        """The channel is lost, and nobody works on it any more."""
        with self._lock:
            one.waiting.clear()
            if not one.future.done():
                one.future.set_exception(error)
