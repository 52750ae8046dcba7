"""Do we talk to target clients, and how often are they won beside the others?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import (
    CLOSED,
    BookLike,
    By,
    collect,
    count,
    flag,
    keys,
    within,
)
from salesnb.measures.shares import apart_from_rest, at_reference, for_page, share, with_change
from salesnb.measures.so_far import month_before
from salesnb.measures.told import untold
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.stats import wilson
from salesnb.topics import words
from salesnb.topics.factor import Evidence, Factor, no_data, share_sentence

KINDS = {
    "yes": lambda v: v.say("Target clients"),
    "no": lambda v: v.say("Other clients"),
    UNKNOWN: lambda v: v.say("Not known"),
}
OF_KINDS = tuple(f"{name}_{kind}" for kind in KINDS for name in ("won", "closed"))
TARGET = nw.col("is_target")
KIND = (
    nw.when(TARGET).then(nw.lit("yes")).when(~TARGET).then(nw.lit("no")).otherwise(nw.lit(UNKNOWN))
)


@dataclass(frozen=True, repr=False, eq=False)
class Target(Factor):
    """How many of the new deals meet the written rule of a target client, and conversion inside and
    outside it.

    Attributes
    ----------
    whole, people : hits (target clients), deals (with the mark), unknown (deals without it: a class
        of its own, in no share), share, low, high, before, change, change_low, change_high, clear:
        of the deals created in the month
    sources : the same per source
    classes : kind (yes, no, unknown), won, lost, closed, conversion, low, high over the trailing
        window; no rows where the export gives no conversion
    groups : channel (in the department), source and manager → a row per group: won, closed,
        conversion, low, high; won_, closed_ and rate_ of each kind; reference, reference_low,
        reference_high (conversion at the department's share of target clients; NaN where fewer than
        `min_percent` deals of either kind have closed); hits, deals, unknown, share, share_low,
        share_high of the month. Empty where the company marks nothing, or where the export gives no
        conversion
    """

    sources: pd.DataFrame
    classes: pd.DataFrame
    groups: dict[str, pd.DataFrame]
    keys: ClassVar = ("manager", "channel", "source", "kind")
    counts: ClassVar = ("hits", "deals", "unknown", "won", "lost", "closed", *OF_KINDS)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """whole, people, sources: the index; classes: conversion inside and outside the rule, and
        by_…: the same per group.
        """
        first = {
            "whole": self.whole,
            "people": self.people,
            "sources": self.sources,
            "classes": self.classes,
        }
        return first | {f"by_{name}": frame for name, frame in self.groups.items()}

    def members(self) -> pd.DataFrame:
        new, ended = _new_and_ended(self.book)
        known = ["deal_id", "manager", "channel", "source", "status"]
        found = self.book.closer_deals.filter((new | ended).fill_null(False))
        found = collect(found.select(*known, kind=KIND, _new=flag(new), _ended=flag(ended)))
        new, ended = (found.pop(name) == 1 for name in ("_new", "_ended"))
        kinds = {kind: found["kind"] == kind for kind in KINDS}
        won = ended & (found.pop("status") == "won")
        counts = {
            "hits": new & kinds["yes"],
            "deals": new & ~kinds[UNKNOWN],
            "unknown": new & kinds[UNKNOWN],
        }
        counts |= {"won": won, "lost": ended & ~won, "closed": ended}
        counts |= {f"won_{kind}": won & of for kind, of in kinds.items()}
        counts |= {f"closed_{kind}": ended & of for kind, of in kinds.items()}
        return found.assign(**counts).sort_values("deal_id", kind="stable", ignore_index=True)

    def text(self) -> Text:
        """How many of the new deals are of target clients, how often either kind is won, and the
        written rule.
        """
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"classes": lambda: _chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        caption = voice.say("Target clients among the deals created in the month")
        return {
            "people": lambda: self._people_table(voice.say("Target clients"), caption),
            "groups": lambda: _groups_tables(self, voice),
        }

    def _next(self, voice: Voice, facts: dict) -> str:
        return voice.say(
            "where the deals of {name} come from: {misses} of its {deals} new deals do not meet "
            "the rule, clearly more than elsewhere.",
            name=words.group(voice, facts["name"]),
            misses=voice.count(facts["misses"]),
            deals=voice.count(facts["deals"]),
        )


def target(book: BookLike) -> Target:
    """Target clients; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": list("abcd"), "manager": ["Ann", "Ann", "Ann", "Bo"],
    ...     "status": "open",
    ...     "created_at": "2026-09-01", "is_target": [True, False, None, True]})
    >>> found = target(s.book(deals, month="2026-09"))
    >>> found.people[["manager", "hits", "deals", "unknown", "share"]]
      manager  hits  deals  unknown  share
    0      Bo     1      1        0    1.0
    1     Ann     1      2        1    0.5
    >>> found.deals(manager="Ann", counted_in="unknown")["deal_id"].tolist()
    ['c']
    """
    return book.kept("_target", lambda: _made(book))


def _made(book) -> Target:
    known = count(book.closer_deals.filter(~TARGET.is_null()), [])["rows"].iloc[0]
    by = ["channel", "source", "manager"] if book.channel is None else ["source", "manager"]
    index = {name: _index(book, name) for name in by}
    groups = (
        {name: _by_class(book, name, index[name]) for name in by}
        if known and not untold(book)
        else {}
    )
    look_at = _outside(index["source"], book.thresholds.min_verdict)
    evidence: Evidence = "measured" if known else "no data"
    classes = inside_and_outside(book)
    return Target(
        book, evidence, _index(book), index["manager"], look_at, index["source"], classes, groups
    )


def _new_and_ended(book) -> tuple[nw.Expr, nw.Expr]:
    """Whether a deal was created in the month, and whether it was closed in the trailing window."""
    closed = nw.col("status").is_in(list(CLOSED)) & within("closed_at", book.window_period)
    return within("created_at", book.month), closed


def _index(book, by=None) -> pd.DataFrame:
    """Share of target clients among the deals created in the month, with its change."""
    known, by = book.closer_deals.filter(~TARGET.is_null()), keys(by)
    now, before = (
        share(known, TARGET, by, "created_at", month) for month in (book.month, month_before(book))
    )
    blank = count(book.closer_deals.filter(TARGET.is_null() & within("created_at", book.month)), by)
    blank = blank.rename(columns={"rows": "unknown"})
    if not by:
        return with_change(now.assign(unknown=blank["unknown"]), before, by)
    if not len(now):
        return with_change(now, before, by).assign(unknown=pd.Series(dtype="int64"))
    counts = ("hits", "deals", "unknown")
    both = now.merge(blank, on=by, how="outer")
    both = both.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))
    return for_page(with_change(both, before, by), book, by)


def inside_and_outside(book: BookLike, by: By | None = None) -> pd.DataFrame:
    """Conversion of target and other clients over the trailing window; no rows where the export
    gives no conversion.
    """
    deals = book.closer_deals.with_columns(kind=KIND)
    found = conversion(deals, by=[*keys(by), "kind"], period=book.window_period)
    return found.head(0) if untold(book) else found


def _by_class(book, by: str, index: pd.DataFrame) -> pd.DataFrame:
    """Conversion inside and outside the rule per group, at the department's share of target
    clients, and the month's index.

    The reference mix is what the department closed in the window, deals without the mark left out.
    Direct standardisation: the rates of a group inside and outside, weighted by the reference.
    """
    long = inside_and_outside(book, by)
    long = long[long[by].notna()]
    wide = long.groupby(by, as_index=False)[["won", "closed"]].sum()
    for kind in KINDS:
        own = long[long["kind"] == kind].set_index(by)
        for name in ("won", "closed"):
            wide[f"{name}_{kind}"] = own[name].reindex(wide[by]).fillna(0).to_numpy("int64")
        wide[f"rate_{kind}"] = wide[f"won_{kind}"] / wide[f"closed_{kind}"].where(
            wide[f"closed_{kind}"] > 0
        )
    wide["conversion"] = wide["won"] / wide["closed"].where(wide["closed"] > 0)
    wide["low"], wide["high"] = wilson(wide["won"].to_numpy(), wide["closed"].to_numpy())
    value, low, high = at_reference(wide, _reference(book), book.thresholds.min_percent)
    wide = wide.assign(reference=value, reference_low=low, reference_high=high)
    wide = for_page(wide, book, by, "reference" if np.isfinite(value).any() else "conversion")
    now = index.rename(columns={"low": "share_low", "high": "share_high"})
    now = now[[by, "hits", "deals", "unknown", "share", "share_low", "share_high"]]
    return wide.merge(now, on=by, how="left")


def _reference(book) -> dict[str, float]:
    """Share of target and of other clients among the department's closed deals with the mark; empty
    where there are none.
    """
    whole = book.department.kept("_target_mix", lambda: inside_and_outside(book.department))
    whole = whole.set_index("kind")["closed"]
    known = {kind: int(whole.get(kind, 0)) for kind in ("yes", "no")}
    total = sum(known.values())
    return {kind: n / total for kind, n in known.items()} if total else {}


def _outside(sources: pd.DataFrame, least: int) -> dict:
    """The source that clearly brings fewer target clients than the others do, after looking at all
    of them.

    >>> sources = pd.DataFrame({"source": ["Ads", "Fair"], "hits": [2, 20], "deals": [30, 30]})
    >>> _outside(sources, 10), _outside(sources.assign(hits=[9, 10]), 10)
    ({'name': 'Ads', 'misses': 28, 'deals': 30}, {})

    One stands out above the others, none below them:

    >>> _outside(pd.DataFrame({"source": list("ABCDE"), "hits": [20, 20, 20, 20, 60],
    ...     "deals": 100}), 10)
    {}
    """
    apart = apart_from_rest(
        sources[sources["source"].notna() & (sources["source"] != UNKNOWN)], least
    )
    low = apart[apart["difference"] < 0]
    if low.empty:
        return {}
    low = low.assign(misses=low["deals"] - low["hits"])
    row = low.sort_values(["misses", "source"], ascending=[False, True], kind="stable").iloc[0]
    return {"name": str(row["source"]), "misses": int(row["misses"]), "deals": int(row["deals"])}


def _answer(found: Target, voice: Voice) -> Text:
    thresholds = found.book.thresholds
    known = found.classes[(found.classes["kind"] != UNKNOWN) & (found.classes["closed"] > 0)]
    row = found.whole.iloc[0].to_dict()
    if not row["deals"] and known.empty:
        return no_data(
            voice.say("Name the rule of a target client under values: target in the params."), voice
        )
    first = voice.say(
        "{hits} of {deals} new deals of the month are of target clients.",
        hits=voice.count(row["hits"]),
        deals=voice.count(row["deals"]),
    )
    first = f"{first} {share_sentence(row, voice, thresholds)}"
    if not row["deals"]:
        first = voice.say("No new deal of the month has the mark of a target client.")
    if row["unknown"]:
        more = voice.plural(
            "{n} more deal has no mark.", "{n} more deals have no mark.", int(row["unknown"])
        )
        first = f"{first} {more}"
    won = ""
    if len(known) == 2 and known["closed"].min() >= thresholds.min_percent:
        won = voice.say(
            "Closed in the last {months} months: of target clients {yes} were won, of others {no}.",
            months=voice.count(found.book.params.window_months),
            **{r.kind: _of(r.won, r.closed, found) for r in known.itertuples()},
        )
    return Text(first, won, _rule(found.book, voice), kind="answer")


def _rule(book, voice: Voice) -> str:
    """The written rule of a target client, from the params."""
    params = book.params
    settings = params.settings(book.channel)
    rule = settings.target if settings and settings.target else params.values.target
    if rule is None:
        text = voice.say("The export itself marks the target clients; the params name no rule.")
    elif rule.in_ is not None:
        text = voice.say(
            "The rule of a target client: {column} is one of {values}.",
            column=rule.column,
            values=", ".join(rule.in_),
        )
    else:
        least = voice.number(rule.min, 0 if float(rule.min).is_integer() else 2)
        text = voice.say(
            "The rule of a target client: {column} is at least {n}.", column=rule.column, n=least
        )
    if book.channel is None and any(
        getattr(entry, "target", None) for entry in params.channels if entry != "all"
    ):
        text += " " + voice.say("Some channels have a rule of their own.")
    return text


def _of(won, closed, found: Target) -> str:
    return (
        words.share(found.book.voice, won, closed, found.book.thresholds.min_percent)
        if closed
        else "–"
    )


def _chart(found: Target, voice: Voice) -> Figure | Group:
    """Conversion of target clients, others and those without a mark; nothing where only one kind
    has closed deals.
    """
    kept = found.classes[found.classes["closed"] >= found.book.thresholds.min_percent]
    kept = kept.assign(label=[KINDS[kind](voice) for kind in kept["kind"]])
    if len(set(kept["kind"]) - {UNKNOWN}) < 2:
        return Group()
    order = {kind: place for place, kind in enumerate(KINDS)}
    kept = kept.sort_values("kind", key=lambda kind: kind.map(order), kind="stable")
    listed = "; ".join(f"{r.label} {_of(r.won, r.closed, found)}" for r in kept.itertuples())
    alt = voice.say(
        "Conversion of target and other clients with 95% intervals: {listed}.", listed=listed
    )
    period = voice.say(
        "closed in the last {months} months", months=voice.count(found.book.params.window_months)
    )
    title = voice.say("Conversion inside and outside the rule")
    return rates(kept, voice, title, period, alt, name="label")


GROUPS = {
    "channel": (
        lambda v: v.say("Channel"),
        lambda v: v.say("Conversion inside and outside the rule, by channel"),
    ),
    "source": (
        lambda v: v.say("Source"),
        lambda v: v.say("Conversion inside and outside the rule, by source"),
    ),
    "manager": (
        lambda v: v.say("Sales rep"),
        lambda v: v.say("Conversion inside and outside the rule, by sales rep"),
    ),
}


def _groups_tables(found: Target, voice: Voice) -> Shown:
    """Conversion inside and outside the rule by channel, source and sales rep, to unfold on the
    screen.
    """
    least = found.book.thresholds.min_percent
    shown = [
        _group_table(by, frame, found)
        for by, frame in found.groups.items()
        if frame["closed"].max() >= least
    ]
    return fold(voice.say("Inside and outside the rule, group by group"), *shown, paper=False)


def _group_table(by: str, frame: pd.DataFrame, found: Target) -> Table:
    voice, thresholds = found.book.voice, found.book.thresholds
    say, (name, caption) = voice.say, GROUPS[by]
    kept = frame.drop(columns="unknown").assign(name=[words.group(voice, one) for one in frame[by]])
    for kind in KINDS:
        kept[kind] = [
            _of(r[f"won_{kind}"], r[f"closed_{kind}"], found) for r in frame.to_dict("records")
        ]
    columns = [Column("name", name(voice))]
    if by != "manager":  # sales reps have a table of the month of their own
        heading = say("Target clients among the new deals of the month")
        columns.append(
            Column("share", heading, "percent", low="share_low", high="share_high", n="deals")
        )
    columns += [Column("yes", say("Target clients won")), Column("no", say("Other clients won"))]
    if kept["closed_unknown"].sum():
        columns.append(Column(UNKNOWN, say("Not known, won")))
    columns.append(Column("conversion", say("All"), "percent", low="low", high="high", n="closed"))
    at = say("At the department's share of target clients")
    columns.append(Column("reference", at, "percent", low="reference_low", high="reference_high"))
    note = say(
        "Deals closed in the last {months} months. At the department's share: what the group's "
        "two rates would make if it had as many target clients as the department; not said where "
        "fewer than {n} deals of either kind have closed.",
        months=voice.count(found.book.params.window_months),
        n=voice.count(thresholds.min_percent),
    )
    return table(kept, voice, caption(voice), columns, thresholds=thresholds, note=note)
