"""What every question gives: its tables, its answer in words, its picture, and the deals behind
every figure.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pandas as pd

from salesnb.errors import unknown
from salesnb.formats import Voice
from salesnb.measures.frames import BookLike
from salesnb.render.cells import deal_address
from salesnb.render.display import Group, Record, Shown, Table, Text, fold
from salesnb.render.records import plain_json

LISTED = ("deal_id", "title", "client_id", "amount", "manager", "stage", "status")
Drawn = TypeVar("Drawn")


@dataclass(frozen=True, repr=False, eq=False)
class Result(Shown, ABC):
    """The answer to one question, made once from a Book; in a notebook it shows its answer with its
    picture.

    Attributes
    ----------
    book : the Book that it is made from
    keys : columns that tell the rows of its tables apart
    counts : columns of its tables that count deals
    """

    book: BookLike
    keys: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[tuple[str, ...]] = ("deals",)

    @property
    @abstractmethod
    def data(self) -> dict[str, pd.DataFrame]:
        """The tables, by name: a row for each case, rates 0..1, missing as NaN."""

    @abstractmethod
    def text(self) -> Text | Group:
        """The answer."""

    def charts(self) -> dict[str, Callable[[], Shown]]:
        """The pictures, by name."""
        return {}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        """The tables as a page shows them, by name."""
        return {}

    @abstractmethod
    def members(self) -> pd.DataFrame:
        """One row per deal and row of the tables that counts it: deal_id, the keys, and of each
        count whether it is in it.
        """

    def chart(self, name: str | None = None) -> Shown:
        """A picture by its name; without a name the first. Nothing where there is none to draw."""
        return _chosen("chart", self.charts(), name)()

    def table(self, name: str | None = None) -> Shown:
        """A table as a page shows it, by its name; without a name the first."""
        return _chosen("table", self.tables_shown(), name)()

    def record(self) -> dict:
        """The figures that go into the metrics, by its part there; none where the question adds
        none.
        """
        return {}

    def deals(self, counted_in: str | None = None, **which: Any) -> pd.DataFrame:
        """The deals behind the figures, largest amount first.

        Parameters
        ----------
        counted_in : a column that counts deals: those that it counts; default: the first such
            column
        **which : a key of the tables and the value of the row, or a list of them

        Returns
        -------
        DataFrame: deal_id, title, client_id, amount, manager, stage, status, link (its address in
        the CRM; "" without `crm_url`), the keys that are not among them, and what the question
        adds; as many deals as the cell says

        Raises
        ------
        ParamError
            A key, a value or a count that the tables do not have: the message has the nearest one.
        """
        column = counted_in or self.counts[0]
        if column not in self.counts:
            raise unknown("count", column, self.counts)
        found = self._picked(self._members, which)
        found = found[found[column].astype(bool)]
        more = [name for name in found.columns if name not in (*self.counts, *LISTED[1:])]
        return with_links(self.book, found[more].drop_duplicates("deal_id"))

    def _picked(self, found: pd.DataFrame, which: dict[str, Any]) -> pd.DataFrame:
        """Rows that have the values asked for of the keys, once each is known to be there."""
        for key, wanted in which.items():
            if key not in self.keys:
                raise unknown("key", key, self.keys)
            there = list(dict.fromkeys([*found[key], *self._known(key)]))
            values = wanted if isinstance(wanted, list | tuple | set) else [wanted]
            for value in values:
                if value not in there:
                    raise unknown(key, value, there)
            found = found[found[key].isin(list(values))]
        return found

    @cached_property
    def _members(self) -> pd.DataFrame:
        return self.members()

    def _known(self, key: str) -> list:
        """Values of a key in the tables, those of rows without a deal too."""
        return [value for table in self.data.values() if key in table for value in table[key]]

    def to_excel(self, path: str | Path) -> Path:
        """Write the tables and the deals behind them as a workbook; text stays text. Gives the
        path.
        """
        path = Path(path)
        plain = {"strings_to_formulas": False, "strings_to_urls": False}
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": plain}) as file:
            for name, table in {**self.data, "behind": self.deals()}.items():
                table.to_excel(file, sheet_name=name, index=False)
        return path

    def _shown(self) -> Group:
        return Group(self.text(), self.chart() if self.charts() else Group())

    @property
    def html(self) -> str:
        return self._shown().html

    @property
    def plain(self) -> str:
        return self._shown().plain


def record(*answers: Result) -> Record:
    """The figures of one or more results on their way to metrics/<channel>.json: the last cell of a
    notebook.

    Raises
    ------
    ValueError
        Two results record the same part, or the same key of a part that they fill together.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Hal", "status": ["won", "lost"],
    ...     "function": "hunter", "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> answer = s.functions(s.book(deals, month="2026-09"))
    >>> record(answer)
    record: functions
    >>> figures = record(answer).parts["functions"]["hunter"]
    >>> figures["won"], figures["closed"], figures["value"]
    (1, 2, 0.5)
    >>> record(answer, answer)
    Traceback (most recent call last):
    ...
    ValueError: two results record 'functions'
    """
    parts: dict = {}
    for answer in answers:
        for part, data in answer.record().items():
            parts[part] = _joined(part, parts.get(part, {}), plain_json(data))
    return Record(parts)


def _joined(part: str, there, more):
    """A part that several results fill, each with keys of its own: clients and products are one
    part of the metrics.
    """
    if not there:
        return more
    if not (isinstance(there, dict) and isinstance(more, dict)) or there.keys() & more.keys():
        raise ValueError(f"two results record {part!r}")
    return there | more


def _chosen(
    kind: str, made: dict[str, Callable[[], Drawn]], name: str | None
) -> Callable[[], Drawn | Group]:
    if name is None:
        return next(iter(made.values()), Group)
    if name not in made:
        raise unknown(kind, name, made)
    return made[name]


def with_links(book: BookLike, found: pd.DataFrame) -> pd.DataFrame:
    """Deals by their ids with what a reader asks of each, largest amount first."""
    listed = book.table("deals", columns=list(LISTED))
    table = listed.merge(found, on="deal_id", how="inner")
    order = table.sort_values(
        ["amount", "deal_id"], ascending=[False, True], na_position="last", kind="stable"
    )
    links = [deal_address(book.params.crm_url, deal_id) for deal_id in order["deal_id"]]
    order.insert(len(LISTED), "link", links)
    return order.reset_index(drop=True)


def in_figures(shown: Shown, voice: Voice) -> Shown:
    """A table under a line to unfold, where a chart has said most of it; nothing where there is no
    table.
    """
    return fold(voice.say("In figures"), shown) if isinstance(shown, Table) else shown
