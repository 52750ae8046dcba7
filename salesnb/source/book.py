"""A Book: the tables of one company, month and channel, as they were known on a day."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import narwhals as nw
import pandas as pd

from salesnb.errors import DataError, ParamError, nearest, unknown
from salesnb.formats import LANGUAGES, Voice
from salesnb.formats.fold import fold
from salesnb.formats.periods import PeriodLike, period_bounds
from salesnb.params import Params, Thresholds, load_params, make_params, with_thresholds
from salesnb.schema import DEPARTMENT, OTHER, TABLES
from salesnb.source.asked import check_names, known_day, no_month, reported_month, small_channels
from salesnb.source.contents import as_html, no_table
from salesnb.source.engine import another, connect
from salesnb.source.ledger import by_rule, reasons
from salesnb.source.memory import MemorySource
from salesnb.source.otherwise import read_otherwise
from salesnb.source.parsed import Assumption
from salesnb.source.read import quoted
from salesnb.source.reading import told_params, told_shared, told_source
from salesnb.source.segment import Condition, conditions
from salesnb.source.shared import key_of
from salesnb.source.status import status_words
from salesnb.source.store import Stored, stored
from salesnb.source.view import in_file, known_tables, set_aside_rows

SAMPLE = "params/sample.yaml"
Made = TypeVar("Made")


@dataclass(frozen=True)
class Notice:
    """Something that the reader of a report should know: a code and its values; `show` has the
    words.
    """

    code: str
    values: dict = field(default_factory=dict)


class Book:
    """Tables of one channel (or the department) for one month, every deal known on `as_of`.

    One attribute per canonical table: a lazy Narwhals frame over the engine, or None where the
        company has no such table.

    Attributes
    ----------
    params, voice, thresholds : what the company asked for; thresholds are those of the channel
    month, previous : "2026-09", "2026-08"
    channel : name, or None for the whole department
    as_of, snapshot : day up to which the report knows; day on which the export was made
    segment : conditions that its deals meet; () for all
    channels : channels that have a page
    department : the Book of all channels, on which models are fitted
    unfiltered : the department without the conditions of a segment
    whole : the department up to the day of the export
    closer_deals : deals of the closer function, on which the headline conversion stands
    rows, ledger, aside, notices : what happened to the records

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"],
    ...     "status": ["won", "lost"], "created_at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
    ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-09-09"])})
    >>> found = book(deals, month="2026-09")
    >>> found.where(manager="Ann").table("deals", columns=["deal_id", "status"])
      deal_id status
    0       1    won
    >>> found.previous, found.touches is None
    ('2026-08', True)
    """

    def __init__(
        self,
        con,
        params: Params,
        source,
        month: str,
        channel: str | None,
        as_of: dt.date,
        others: tuple[str, ...],
        segment: tuple[Condition, ...] = (),
    ):
        self._con, self._source, self._others = con, source, others
        self._shared = told_shared(source)
        self._memo: dict[str, Any] = {}
        self.params, self.month, self.channel, self.as_of = params, month, channel, as_of
        self.segment = segment
        self.snapshot: dt.date = source.snapshot
        self._relations = known_tables(
            con, source, params, as_of, channel, others, segment, self._shared
        )

    def _like(self, con=None, **other) -> "Book":
        """This Book but for what is named: connection, params, month, channel, as_of, segment."""
        own = {
            name: getattr(self, name) for name in ("params", "month", "channel", "as_of", "segment")
        } | other
        return Book(con or self._con, source=self._source, others=self._others, **own)

    def __repr__(self):
        segment = f", where={self.segment_text!r}" if self.segment else ""
        return (
            f"Book({self.params.company!r}, month={self.month!r}, channel={self.channel!r}, "
            f"as_of={self.as_of}{segment})"
        )

    def _repr_html_(self):
        return as_html(self)

    def __getattr__(self, name):
        if name in TABLES:
            relation = self.__dict__.get("_relations", {}).get(name)
            frame = None if relation is None else nw.from_native(relation).lazy()
            if "_relations" in self.__dict__:
                self.__dict__[name] = (
                    frame  # asked once: every step over a relation is bound by the engine
                )
            return frame
        near = nearest(
            name, [*TABLES, *(one for one in dir(type(self)) if not one.startswith("_"))]
        )
        hint = f" Did you mean {near!r}?" if near else ""
        raise AttributeError(f"a Book has no {name!r}.{hint} Its tables: {', '.join(TABLES)}")

    def __dir__(self):
        return sorted({*super().__dir__(), *self._relations})

    # ---- what an analyst asks of it
    # -------------------------------------------------------------------------------------

    def table(
        self,
        name: str,
        columns: str | Iterable[str] | None = None,
        period: PeriodLike | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """A table as pandas, its rows in the order of the columns that every row has, and of its
        time.

        Parameters
        ----------
        name : a canonical table, such as "deals"
        columns : names of columns; None: all
        period : "2026-09", "2026Q3", "last 6 months" (up to the month of this Book), a pair of
            days: rows whose own time lies in it (deals: closed_at; the codebook has that of each
                table)
        where : column → value, list of values or pair (from, up to but not including), as in
            `where`

        Raises
        ------
        ParamError
            A table, a column, a value or a period that is not there, with the nearest that is.
        DataError
            The company has no such table: the message names the export that would give it.

        Examples
        --------
        >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": ["won",
        ...     "lost"], "amount": [10.0, 90.0],
        ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
        ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-10-09"])})
        >>> found = book(deals, month="2026-10")
        >>> found.table("deals", columns=["deal_id", "status"], period="2026-09")
          deal_id status
        0       1    won
        >>> found.table("deals", columns=["deal_id"], where={"amount": (50, None)})
          deal_id
        0       2
        """
        relation, types = self._known(name)
        asked = conditions(self._con, relation.sql_query(), types, where or {}, self.month, name)
        if period is not None:
            asked += (self._within(name, period),)
        names = (
            list(types)
            if columns is None
            else [columns]
            if isinstance(columns, str)
            else list(columns)
        )
        for column in names:
            if column not in types:
                raise unknown("column", column, types, where=name)
        listed = ", ".join(quoted(column) for column in names)
        tests = " AND ".join(one.sql for one in asked) or "true"
        known = (*TABLES[name].required, TABLES[name].when)
        order = ", ".join(quoted(column) for column in known if column in types)
        return self._con.execute(
            f"SELECT {listed} FROM ({relation.sql_query()}) r WHERE {tests} ORDER BY {order}"
        ).df()

    def where(self, /, **asked: Any) -> "Book":
        """The Book of a segment: the deals that meet every condition, and what belongs to them.

        Touches, stages and payments are those of its deals, models are fitted on the segment of the
        whole department under the same gates, and there is no plan. A missing value meets no
        condition.

        Parameters
        ----------
        **asked : column of deals → a value, a list of which any will do, a pair (from, up to but
        not including; None: no
            limit), and for a time also a period

        Examples
        --------
        >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": ["won",
        ...     "lost"], "source": ["Fair", None],
        ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
        ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-09-09"])})
        >>> book(deals, month="2026-09").where(source="Fair")
        Book('in memory', month='2026-09', channel=None, as_of=2026-09-09, where='source: Fair')
        """
        relation, types = self.department._known("deals")
        return self._like(
            segment=self.segment
            + conditions(self._con, relation.sql_query(), types, asked, self.month)
        )

    def at(
        self,
        month: str | None = None,
        channel: str | None = None,
        as_of: dt.date | str | None = None,
    ) -> "Book":
        """The Book of another month, channel or day; what is not named stays, but the day, which is
        the end of a new month.
        """
        if as_of is None and month is None:
            as_of = self.as_of
        made = _make_book(
            self._con,
            self.params,
            self._source,
            month or self.month,
            channel or self.channel,
            as_of,
        )
        return made._like(segment=self.segment)

    def with_thresholds(self, **changes: Any) -> "Book":
        """The Book with other thresholds; those that act while an export is read are refused.

        Examples
        --------
        >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": ["Ann"], "status": ["won"],
        ...     "created_at": pd.to_datetime(["2026-09-01"]),
        ...     "closed_at": pd.to_datetime(["2026-09-05"])})
        >>> book(deals, month="2026-09").with_thresholds(min_verdict=20).thresholds.min_verdict
        20
        """
        return self._like(params=with_thresholds(self.params, changes))

    def bounds(self, period: PeriodLike) -> tuple[dt.datetime, dt.datetime]:
        """Start and end of a period; "last 6 months" ends with the month of this Book."""
        return period_bounds(period, self.month)

    def of_thread(self, channel: str | None) -> "Book":
        """The Book of a channel for another thread, on the tables that this one has made."""
        return self._like(another(self._con), channel=channel)

    @property
    def segment_text(self) -> str:
        """The conditions of the segment, as a title has them; "" for all deals."""
        return " · ".join(one.told(self.params.voice) for one in self.segment)

    def _known(self, name: str) -> tuple:
        """The relation of a table, and the types of its columns."""
        if name not in TABLES:
            raise unknown("table", name, TABLES)
        relation = self._relations.get(name)
        if relation is None:
            raise no_table(self, name)
        return relation, dict(zip(relation.columns, map(str, relation.types), strict=True))

    def _within(self, name: str, period) -> Condition:
        when = TABLES[name].when
        if not when:
            raise ParamError(f"{name}: its rows lie in no period. Leave `period` out.")
        start, end = self.bounds(period)
        if TABLES[name].column(when).type == "month":  # a month is text: 2026-09
            return Condition(
                when, bounds=(f"{start:%Y-%m}", f"{end - dt.timedelta(microseconds=1):%Y-%m}~")
            )
        return Condition(when, bounds=(start, end))

    # ---- what is worked out once
    # -------------------------------------------------------------------------------------

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """What is asked of this Book more than once: worked out the first time; in a run the first
        time in any of its kernels.
        """
        own = self._memo
        if name not in own:
            own[name] = (
                make()
                if self._shared is None
                else self._shared.once(self._named(name), make, self._told, self._other)
            )
        return own[name]

    def kept_frame(self, name: str, make: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """As `kept`, a frame made from the tables of this Book: its rows are worked out once,
        whatever is asked of them.
        """
        own = self._memo
        if name not in own:
            own[name] = nw.from_native(self._con.sql(self._table_of(name, make))).lazy()
        return own[name]

    def _table_of(self, name: str, make: Callable[[], nw.LazyFrame]) -> str:
        named = self._named(name)
        if self._shared is not None:
            return in_file(self._con, self._shared, named, lambda: make().to_native().sql_query())
        table = f"_kept_{hashlib.sha256(named.encode()).hexdigest()[:16]}"
        query = make().to_native().sql_query()
        self._con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} AS {query}")
        return f"SELECT * FROM {table}"

    def _named(self, name: str) -> str:
        return key_of(name, *self._parts)

    @cached_property
    def _parts(self) -> tuple:
        """All that a figure of this Book depends on."""
        told = self.params.model_dump_json(exclude={"root"})
        where = (self._others, tuple(one.sql for one in self.segment))
        source = getattr(self._source, "key", "")
        return (source, told, self.month, self.channel, self.as_of, *where)

    def _told(self, found: object) -> tuple | None:
        """How a result that is written names a Book of this company: each process has its own."""
        if not isinstance(found, Book):
            return None
        if found._source is not self._source or found.params != self.params:
            raise TypeError("a Book of other params")
        return found.month, found.channel, found.as_of, found.segment

    def _other(self, told: tuple) -> "Book":
        for book in (self, self.department, self.unfiltered, self.whole):
            if (book.month, book.channel, book.as_of, book.segment) == told:
                return book
        month, channel, as_of, segment = told
        return self._like(month=month, channel=channel, as_of=as_of, segment=segment)

    # ---- what the report asks of it
    # -------------------------------------------------------------------------------------

    @cached_property
    def aside(self) -> nw.LazyFrame | None:
        """Rows of deals that are not counted, with the rule that set them aside; None for frames in
        memory.
        """
        relation = set_aside_rows(
            self._con, self._source, self.as_of, self.channel, self._others, self.segment
        )
        return None if relation is None else nw.from_native(relation).lazy()

    @property
    def over(self) -> bool:
        """Whether the whole month is known. Frames in memory end on no day of their own: theirs is,
        unless a day was named.
        """
        open_ended = isinstance(self._source, MemorySource) and not self._source.dated
        by_itself = open_ended and self.as_of == self.snapshot
        return by_itself or self.as_of >= pd.Period(self.month, "M").end_time.date()

    def as_known(self, month: str, as_of: dt.date) -> "Book":
        """This Book for an earlier month as it was known on a day, with the channels as they are
        grouped now.
        """
        return self._like(month=month, as_of=as_of)

    @property
    def previous(self) -> str:
        return str(pd.Period(self.month, "M") - 1)

    @property
    def voice(self) -> Voice:
        return replace(self.params.voice, segment=self.segment_text)

    @property
    def thresholds(self) -> Thresholds:
        return self.params.thresholds_of(self.channel)

    @property
    def window(self) -> tuple[str, str]:
        """First and last month of the trailing window of the models."""
        return str(pd.Period(self.month, "M") - (self.params.window_months - 1)), self.month

    @property
    def window_period(self) -> tuple[str, str]:
        """The trailing window as a period of the measures: its first day and the day after its
        last.
        """
        return f"{self.window[0]}-01", f"{pd.Period(self.month, 'M') + 1}-01"

    @cached_property
    def department(self) -> "Book":
        return self if self.channel is None else self._like(channel=None)

    @cached_property
    def unfiltered(self) -> "Book":
        """All channels and all deals: what people do in a day is not told by a channel or a
        segment.
        """
        return self._like(channel=None, segment=()) if self.segment else self.department

    @cached_property
    def no_month(self) -> str:
        """Why no month can be made of the export: no closed deal has a closing date; "" where one
        has.
        """
        return no_month(self._con, self._source)

    @cached_property
    def whole(self) -> "Book":
        """The department as the export knows it on its own day: what an export lacks, it lacks in
        every month.
        """
        if self.channel is not None:
            return self.department.whole
        return self._like(as_of=self.snapshot)

    @cached_property
    def channels(self) -> list[str]:
        """Channels that get a page: all of closer, hunter and farmer deals, small ones together as
        "Other".
        """
        found = self._con.execute(
            f"SELECT DISTINCT channel FROM ({self.department._relations['deals'].sql_query()}) "
            "ORDER BY 1"
        ).fetchall()
        names = [name for (name,) in found]
        listed = self.params.listed_channels
        return [name for name in listed if name in names] if listed else names

    @cached_property
    def closer_deals(self) -> nw.LazyFrame:
        return self.function_deals("closer")

    def function_deals(self, function: str) -> nw.LazyFrame:
        """Deals of one function: hunter, closer or farmer."""
        return self.deals.filter(nw.col("function") == function)

    @property
    def functions(self) -> list[str]:
        """Functions that have deals."""
        table = self.deals.select("function").unique().collect(backend="pandas").to_native()
        return sorted(table["function"])

    @cached_property
    def stage_order(self) -> list[str]:
        """Stages from first to last: of the params, else by the usual order of the history."""
        named = self.params.stages_of(self._main_pipeline, self.channel)
        return named or self._usual_order()

    @cached_property
    def _main_pipeline(self) -> str | None:
        closers = [
            n for n, p in self.params.pipelines.items() if p != "ignore" and p.function == "closer"
        ]
        return closers[0] if closers else None

    def _usual_order(self) -> list[str]:
        """Stages by the mean place at which deals entered them; without a history there is no
        order.
        """
        if "stages" not in self._relations:
            return []
        words = status_words(self.params)
        ends = {*words["won"], *words["lost"]}
        found = self._con.execute(
            f"""SELECT stage, avg(place) AS place, count(*) AS n FROM (SELECT stage, row_number()
                OVER (PARTITION BY deal_id
                ORDER BY entered_at, stage) AS place FROM ({self._relations["stages"].sql_query()}))
                GROUP BY 1 ORDER BY place, stage"""
        ).fetchall()
        return [stage for stage, _, _ in found if fold(stage) not in ends]

    @property
    def rows(self) -> dict[str, int]:
        """Records of deals in the whole run: read, kept, merged, set_aside."""
        own = self._source.summary
        row = own[own["table"] == "deals"].iloc[0]
        return {name: int(row[name]) for name in ("read", "kept", "merged", "set_aside")}

    @property
    def ledger(self) -> pd.DataFrame:
        return self._source.ledger

    @property
    def summary(self) -> pd.DataFrame:
        """Records per table: read, kept, mended, merged, set_aside."""
        return self._source.summary

    @property
    def rules(self) -> pd.DataFrame:
        """The ledger per rule, with an example each."""
        return by_rule(self._source.ledger)

    @property
    def assumed(self) -> list[Assumption]:
        """What the reading took for true and the export does not say outright."""
        return list(self._source.assumed)

    def otherwise(self, assumed: list[Assumption]) -> list[pd.DataFrame]:
        """Closed deals of closers per channel and day, as they would be under the other reading of
        each assumption, up to the day of the Book.
        """
        if self.segment:  # the other readings are counted for all deals
            return []
        folder = getattr(self._source, "folder", None)
        inputs = getattr(self._source, "inputs", None)
        found = read_otherwise(self.params, assumed, folder, dt.date.today(), inputs)
        found = [table[~(table["day"] > str(self.as_of))] for table in found]
        return [table.replace({"channel": dict.fromkeys(self._others, OTHER)}) for table in found]

    @property
    def channel_from(self) -> str:
        return self._source.channel_from

    @cached_property
    def notices(self) -> list[Notice]:
        """What the reader should know about the reading."""
        found = [Notice(code, dict(values)) for code, values in self._source.notices]
        if self.params.pipelines == {}:
            found.append(Notice("no pipelines map", {}))
        if self._relations.get("owners") is None:
            found.append(Notice("by current owner", {}))
        return found


def open_book(
    params: Params | str | Path,
    month: str | None = None,
    channel: str | None = None,
    as_of: dt.date | str | None = None,
    language: str | None = None,
    *,
    source: Stored | None = None,
) -> Book:
    """The Book of a company for a month and a channel.

    Parameters
    ----------
    params : path of a params file, or Params
    month : "2026-09"; None or "": the last complete month
    channel : name; None, "" or "all": the whole department
    as_of : day up to which to know; None or "": the end of the month, or the snapshot day when that
        is earlier
    language : "en" or "ru"; None or "": as in the params
    source : what was read before, to stand on that reading; None: the export is read as it is now,
        but in the kernels of a run, which all stand on the one reading of that run

    Raises
    ------
    ParamError, DataError
        One message that says what is wrong and what to do.

    Examples
    --------
    From the folder of the project:

    >>> open_book("params/sample.yaml", month="2026-09")
    Book('Sample Ltd', month='2026-09', channel=None, as_of=2026-09-30)
    """
    if not isinstance(params, Params):
        params = told_params(params) or load_params(params)
    if language:
        if language not in LANGUAGES:
            raise unknown("language", language, LANGUAGES)
        params = params.model_copy(update={"language": language})
    source = source or told_source(params) or stored(params)
    return _make_book(connect(params), params, source, month, channel, as_of)


def load_sample(
    month: str | None = None,
    channel: str | None = None,
    as_of: dt.date | str | None = None,
    language: str | None = None,
) -> Book:
    """The Book of the sample company, as in `open_book`; from any folder of the project, or beside
    the package.

    Raises
    ------
    ParamError
        The sample is not there: an installed package comes without it.

    Examples
    --------
    >>> load_sample(month="2026-08", channel="Site", as_of="2026-08-15")
    Book('Sample Ltd', month='2026-08', channel='Site', as_of=2026-08-15)
    """
    beside = Path(__file__).parents[2] / SAMPLE
    return open_book(beside if beside.is_file() else SAMPLE, month, channel, as_of, language)


def book(
    deals: Any,
    stages: Any = None,
    *,
    month: str | None = None,
    channel: str | None = None,
    as_of: dt.date | str | None = None,
    **rest: Any,
) -> Book:
    """A Book from frames in memory, for exploring without a params file.

    Parameters
    ----------
    deals, stages, owners, touches, … : frames that Narwhals takes, with the canonical columns
    month, channel, as_of : as in `open_book`
    **params : any key of a params file, such as ``stage_order=[…]``

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": ["won",
    ...     "lost"],
    ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
    ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-09-09"])})
    >>> found = book(deals, month="2026-09")
    >>> found.closer_deals.collect(backend="pandas").shape[0]
    2
    """
    frames = {"deals": deals, "stages": stages} | {
        name: rest.pop(name) for name in TABLES if name in rest
    }
    company = rest.pop("company", "in memory")
    params = make_params({"company": company, "data": {"deals": "in memory"}} | rest)
    con = connect(params)
    source = MemorySource(
        con, params, {name: frame for name, frame in frames.items() if frame is not None}
    )
    if (
        as_of
    ):  # frames in memory end on no day of their own: the caller says up to when they are known
        source.snapshot, source.dated = max(source.snapshot, known_day(as_of)), True
    return _make_book(con, params, source, month, channel, as_of)


def _make_book(con, params: Params, source, month, channel, as_of) -> Book:
    month = reported_month(month, source.snapshot)
    day = known_day(as_of) if as_of else min(pd.Period(month, "M").end_time.date(), source.snapshot)
    base = Book(con, params, source, month, None, day, ())
    others = small_channels(con, base, params)
    found = Book(con, params, source, month, None, day, others)
    if (
        found._con.execute(
            f"SELECT count(*) FROM ({found._relations['deals'].sql_query()})"
        ).fetchall()[0][0]
        == 0
    ):
        if not found.rows["kept"]:
            raise DataError(
                f"deals: not one of the {found.rows['read']} rows can be used: "
                f"{reasons(found.ledger)}. "
                "Look at the rows of the ledger: salesnb check --ledger ledger.csv."
            )
        if found.no_month:
            raise DataError(f"deals: {found.no_month}")
        told = (
            f"deals: none was created by {day}; the export goes up to {source.snapshot}. Choose "
            "another --month."
        )
        raise DataError(told)
    check_names(con, params, source)
    if not channel or channel == DEPARTMENT:
        return found
    if channel not in found.channels:
        raise unknown("channel", channel, found.channels)
    return Book(con, params, source, month, channel, day, others)
