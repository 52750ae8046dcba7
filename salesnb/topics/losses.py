"""For what reasons are deals lost, and which deals were lost for each?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import month_bulk_days, without_bulk_days
from salesnb.measures.frames import BookLike, closed, collect, count
from salesnb.measures.lost import lost_reasons, not_given_share
from salesnb.measures.told import Lacking, untold
from salesnb.measures.year import year
from salesnb.render.charts.rows import bars
from salesnb.render.display import Figure, Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN_LOST_REASON
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.reasons import none_given, reason, vague_reasons
from salesnb.topics.result import Result, in_figures


@dataclass(frozen=True, repr=False, eq=False)
class Losses(Result):
    """Why deals were lost: in the month, or in the last 12 months where the month has too few.

    Attributes
    ----------
    reasons : table of `lost_reasons`;  span : "month" or "year", the time that they are of
    usual : the same without days on which one person closed very many deals;  usual_span : its time
    bulk : those days;  unreached : lost_reason, deals of the month that all mean that the client
        was not reached
    vague : share of lost deals whose reason says nothing, 0..1; NaN where nothing is lost
    untold : "no lost" where the export holds no lost deals; ""
    """

    reasons: pd.DataFrame
    span: str
    usual: pd.DataFrame
    usual_span: str
    bulk: pd.DataFrame
    unreached: pd.DataFrame
    vague: float
    untold: Lacking
    keys: ClassVar = ("lost_reason",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """reasons: deals, share and lost amount per reason."""
        return {"reasons": self.reasons}

    def members(self) -> pd.DataFrame:
        found = _named(self.book, self.span).select("deal_id", "lost_reason")
        return (
            collect(found)
            .assign(deals=True)
            .sort_values("deal_id", kind="stable", ignore_index=True)
        )

    def text(self) -> Text:
        """The reason named most often, with and without days on which one person closed very many
        deals.
        """
        return _answer(self, self.book.voice)

    def warning(self) -> Text:
        """That too many reasons say nothing; nothing otherwise."""
        return vague_reasons(
            self.reasons, self.vague, self.book.thresholds.other_reason_share, self.book.voice
        )

    def sentence(self) -> str:
        """The reason named most often, without days of bulk closing: a line of the list of what to
        look at first.
        """
        return _named_most(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"reasons": lambda: _chart(self.reasons, self._period, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "reasons": lambda: in_figures(
                _table(self.reasons, self._period, self.book.voice), self.book.voice
            )
        }

    @cached_property
    def _period(self) -> str:
        voice = self.book.voice
        return voice.say("last 12 months") if self.span == "year" else voice.month(self.book.month)


def losses(book: BookLike) -> Losses:
    """Why deals were lost.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won",
    ...     "lost", "lost"],
    ...     "lost_reason": [None, "Price", None], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = losses(s.book(deals, month="2026-09"))
    >>> found.reasons[["lost_reason", "deals"]].values.tolist(), found.span
    ([['Price', 1], ['not given', 1]], 'year')
    >>> found.deals(lost_reason="Price")["deal_id"].tolist()
    ['2']
    """
    reasons, span = _spanned(book.closer_deals, book)
    usual, usual_span = _spanned(without_bulk_days(book), book)
    lost = closed(book.closer_deals, book.month).filter(nw.col("lost_class") == "no_contact")
    names = count(lost.filter(~nw.col("lost_reason").is_null()), ["lost_reason"]).rename(
        columns={"rows": "deals"}
    )
    unreached = names.sort_values("deals", ascending=False, kind="stable").reset_index(drop=True)
    vague = not_given_share(reasons)
    return Losses(
        book,
        reasons,
        span,
        usual,
        usual_span,
        month_bulk_days(book),
        unreached,
        vague,
        untold(book),
    )


def _spanned(deals, book) -> tuple[pd.DataFrame, str]:
    """Reasons of the month, or of the year where the month has too few lost deals; and which of the
    two.
    """
    table = lost_reasons(deals, period=book.month)
    if table["deals"].sum() >= book.thresholds.min_verdict:
        return table, "month"
    return lost_reasons(deals, period=year(book)), "year"


def _named(book, span: str) -> nw.LazyFrame:
    """The lost deals of the time, each with its reason; a blank one has the name that the table
    gives it.
    """
    lost = closed(book.closer_deals, book.month if span == "month" else year(book)).filter(
        nw.col("status") == "lost"
    )
    return lost.with_columns(lost_reason=nw.col("lost_reason").fill_null(UNKNOWN_LOST_REASON))


def _answer(found: Losses, voice: Voice) -> Text:
    frame = found.reasons
    if found.untold == "no lost":
        return refusals.refusal("no lost", voice)
    if frame.empty:
        return Text(voice.say("No deal was lost in this time."), kind="answer")
    if none_given(frame):
        return Text(
            voice.say(
                "Not one of the lost deals has a reason in the export: ask for it when a deal is "
                "closed, and export it."
            ),
            kind="warning",
        )
    lines = [
        voice.say(
            "Named most often: {reason}, {n} of {all} lost deals ({share}).", **_top(frame, voice)
        )
    ]
    return Text(
        *lines,
        _without_clean_up(found.usual, found.bulk, voice),
        _one_name(found.unreached, voice),
        kind="answer",
    )


def _without_clean_up(usual: pd.DataFrame, bulk: pd.DataFrame, voice: Voice) -> str:
    """The reason named most often without days on which one person closed very many; "" where there
    are none.
    """
    if bulk.empty or not (usual["lost_reason"] != UNKNOWN_LOST_REASON).any():
        return ""
    who = voice.listing(words.group(voice, row.manager) for row in bulk.itertuples())
    top = _top(usual, voice)
    return voice.say(
        "Without the deals that {who} closed in one day: {reason}, {n} of {all} ({share}).",
        who=who,
        **top,
    )


def _one_name(unreached: pd.DataFrame, voice: Voice) -> str:
    """That several reasons mean that the client was not reached; "" where one does."""
    if len(unreached) < 2:
        return ""
    names = voice.listing(words.quoted(voice, name) for name in unreached["lost_reason"])
    n = voice.count(unreached["deals"].sum())
    return voice.say(
        "{names} mean the same, {n} deals together: one name in the CRM would do.", names=names, n=n
    )


def _top(frame: pd.DataFrame, voice: Voice) -> dict:
    top = frame[frame["lost_reason"] != UNKNOWN_LOST_REASON].iloc[0]
    return {
        "reason": top["lost_reason"],
        "n": voice.count(top["deals"]),
        "all": voice.count(frame["deals"].sum()),
        "share": voice.percent(top["share"]),
    }


def _named_most(found: Losses, voice: Voice) -> str:
    reasons = found.usual
    named = reasons[reasons["lost_reason"] != UNKNOWN_LOST_REASON] if len(reasons) else reasons
    if named.empty:
        return ""
    values = {
        "reason": reason(named["lost_reason"].iloc[0], voice),
        "deals": voice.count(named["deals"].iloc[0]),
    }
    values |= {"all": voice.count(reasons["deals"].sum())}
    if found.usual_span == "year":
        return voice.say(
            "The reason for losing named most often: “{reason}”, {deals} of {all} lost deals of "
            "the last 12 months.",
            **values,
        )
    if found.bulk.empty:
        return voice.say(
            "The reason for losing named most often: “{reason}”, {deals} of {all} lost deals of "
            "the month.",
            **values,
        )
    return voice.say(
        "The reason for losing named most often: “{reason}”, {deals} of {all} lost deals of the "
        "month (without days on which one person closed very many).",
        **values,
    )


def _chart(frame: pd.DataFrame, period: str, voice: Voice) -> Figure | Group:
    if frame.empty or none_given(frame):
        return Group()
    kept = frame.head(10).assign(
        label=[
            f"{voice.count(r.deals)}  ({voice.percent(r.share, 0)})"
            for r in frame.head(10).itertuples()
        ]
    )
    kept = kept.assign(lost_reason=[reason(r, voice) for r in kept["lost_reason"]])
    listed = "; ".join(f"{r.lost_reason} {r.label}" for r in kept.itertuples())
    alt = voice.say("Bar chart of lost reasons, {period}: {listed}.", period=period, listed=listed)
    return bars(
        kept,
        voice,
        voice.say("Why deals are lost"),
        period,
        alt,
        name="lost_reason",
        value="deals",
        label="label",
    )


def _table(frame: pd.DataFrame, period: str, voice: Voice) -> Table | Group:
    if frame.empty or none_given(frame):
        return Group()
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    columns = [
        Column("lost_reason", say("Lost reason")),
        Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent"),
        *([Column("amount", say("Lost amount"), "money")] if frame["amount"].notna().any() else []),
    ]
    return table(kept, voice, say("Lost reasons, {period}", period=period), columns, limit=15)
