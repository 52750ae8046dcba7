"""What one run was asked for, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from salesnb.params import Params
from salesnb.source.store import Stored

if TYPE_CHECKING:
    from salesnb.report.executed import Executed

CELL_SECONDS = 900  # wall-clock limit of one cell


def places(wanted: Sequence[str]) -> dict[str, str]:
    """How lines of progress begin.

    >>> places(["Site", "Phone"])
    {'Site': '[1/2] Site', 'Phone': '[2/2] Phone'}
    """
    return {
        channel: f"[{number}/{len(wanted)}] {channel}"
        for number, channel in enumerate(wanted, start=1)
    }


@dataclass(frozen=True)
class PageKeys:
    """One name for everything that a page depends on, and one for each of its notebooks: file name
    → key.
    """

    page: str
    notebooks: dict[str, str]


@dataclass(frozen=True)
class Job:
    """What one run was asked for, and what is known before its first page.

    `before` is the run.json of the folder (empty when there is none), `keys` the names of
    everything that each page depends on, `moved` the deals of a published month that are not as
    they were published (`published.moved_deals`), `source` the one reading on which every page
    stands, `executed` notebooks that need not be executed again.
    """

    params_path: Path
    params: Params
    month: str
    as_of: str
    folder: Path
    notebooks: tuple[Path, ...]
    language: str
    pdf: bool = False
    force: bool = False
    before: dict = field(default_factory=dict)
    keys: dict[str, PageKeys] = field(default_factory=dict)
    moved: pd.DataFrame | None = None
    source: Stored | None = None
    executed: Executed | None = None

    def page_name(self, name: str, language: str = "") -> str:
        """File name of a channel's page, without its ending: another language than the params'
        stands in it.
        """
        language = language or self.language
        return name if language == self.params.language else f"{name}.{language}"

    @property
    def shown_path(self) -> str:
        """The params file as it may be shown: without the folders of this machine."""
        try:
            return self.params_path.relative_to(self.params.root.resolve()).as_posix()
        except ValueError:
            return self.params_path.name


@dataclass
class Result:
    """What a run did: file names of the channels, failures (channel → reason), seconds, the index.

    `earlier` are failures of an earlier run, of channels that were not run this time. A channel in
    `sections` has a page, but without these sections of it (`parts.faults`): that is a failure as
    well; `earlier_sections` likewise.
    """

    index: Path
    names: dict[str, str]
    failures: dict[str, str] = field(default_factory=dict)
    earlier: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[dict]] = field(default_factory=dict)
    earlier_sections: dict[str, list[dict]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0

    @property
    def good(self) -> list[str]:
        """Channels whose files are those of this input, and whole."""
        return [c for c in (*self.seconds, *self.skipped) if c not in self.sections]

    @property
    def partial(self) -> list[str]:
        """Channels whose page was made by this run, but lacks a section."""
        return [c for c in self.seconds if c in self.sections]

    @property
    def lacks(self) -> dict[str, list[dict]]:
        """Sections that pages lack, made by this run or by an earlier one."""
        return self.earlier_sections | self.sections

    @property
    def failed(self) -> dict[str, str]:
        """Every failure that stands: of this run, and of an earlier one."""
        return self.earlier | self.failures
