"""Whose calls are red, yellow or green, how sure is that, and whom to talk to about what?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.formats.scores import printed_score
from salesnb.measures.checklist import items, items_of_people
from salesnb.measures.frames import BookLike, collect
from salesnb.measures.hearings import hearings
from salesnb.measures.quality import (
    COLOURS,
    ai_line,
    both_heard,
    colours,
    counted_calls,
    months,
    spread,
    types,
    with_intervals,
)
from salesnb.measures.reviewers import agreement, reviewers, without_severity
from salesnb.measures.weak_calls import weak_calls, with_touches
from salesnb.render.charts.scores import scores
from salesnb.render.display import Group, Shown, Text
from salesnb.stats import Calibration
from salesnb.topics import quality_tables, quality_words, words
from salesnb.topics.calls_named import with_deals
from salesnb.topics.result import Result

MOST = 30  # people whom one picture holds
NAMED = 3  # people whom a talk is told about one by one; the table has the rest


@dataclass(frozen=True, repr=False, eq=False)
class Quality(Result):
    """Scores of calls by checklist: their colours and how sure these are.

    Attributes
    ----------
    people : `measures.quality.colours` with low, high (of the score), gap, gap_low, gap_high (needs
        less objections), weaker (the type below the other beyond chance, else ""), deals (of the
        Book, behind the calls that count)
    types : per person and type calls, mean, low, high; types of the company's own words too
    months : the same per month, 12 of them
    items, items_of_people : how often each item of the checklist is done; weaker: less often than
        by the others beyond chance
    talks : whom to talk to, in order: manager, clear (whether a side or an item of the checklist is
        clearly weaker, or the colour red)
    weak_calls : the lowest calls of these people (`measures.weak_calls`), with title, client_id and
        link of their deals
    reviewers, agreement, without : points that reviewers give above the average; how far two of
        them agree; each score with these points taken off
    line : how a program's scores are read; None: they enter nothing
    facts : heard (own calls of twelve months), programs (calls in the months of a colour that only
        a program heard), both (calls of twelve months that people and a program scored), named
        (reviewers are named), spread (of a single call), df
    """

    people: pd.DataFrame
    types: pd.DataFrame
    months: pd.DataFrame
    items: pd.DataFrame
    items_of_people: pd.DataFrame
    talks: pd.DataFrame
    weak_calls: pd.DataFrame
    reviewers: pd.DataFrame
    agreement: pd.DataFrame
    without: pd.DataFrame
    line: Calibration | None
    facts: dict
    keys: ClassVar = ("manager",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """The tables, that of the people first."""
        names = ("people", "types", "months", "items", "items_of_people", "weak_calls")
        return {name: getattr(self, name) for name in (*names, "reviewers", "agreement", "without")}

    def members(self) -> pd.DataFrame:
        return _members(self.book).assign(deals=True)

    def text(self) -> Text:
        """Who has which colour and how surely, whom to talk to and about what."""
        return quality_words.answer(self, self.book.voice)

    def heard_by(self) -> Text | Group:
        """How far the scores depend on who heard the calls: reviewers and programs."""
        return quality_words.heard_by(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"people": lambda: _chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return quality_tables.shown(self)

    def record(self) -> dict:
        """One entry per person: counts and means of the two types, score, colour, its chance and
        its state.
        """
        return {"quality": [_entry(row) for row in self.people.to_dict("records")]}


def quality(book: BookLike) -> Quality:
    """Quality of calls; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> heard = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-10"), "deal_id": "1",
    ...     "call_type": ["needs", "objections"] * 4, "score": [90.0, 80, 92, 78, 88, 82, 90, 80]})
    >>> found = quality(s.book(deals, reviews=heard, month="2026-09", as_of="2026-09-30"))
    >>> found.record()["quality"][0]["colour"], found.deals(manager="Ann")["deal_id"].tolist()
    ('green', ['1'])
    """
    return book.kept("_quality", lambda: _made(book))


def _made(book) -> Quality:
    people = with_intervals(colours(book))
    deals = _members(book).groupby("manager").size()
    people["deals"] = people["manager"].map(deals).fillna(0).astype("int64")
    heard = hearings(book)
    alone = types(book)
    left = int(alone.loc[alone["scored_by"] == "program", "calls"].sum())
    s, df = spread(book)
    own_items = items_of_people(book)
    first = _talks(people, own_items)
    weak = with_deals(book, weak_calls(book, list(first["manager"])))
    facts = {
        "heard": len(heard),
        "programs": left or int(people["ai"].sum()),
        "both": len(both_heard(book)),
        "named": bool(heard["reviewer"].notna().any()),
        "spread": s,
        "df": df,
    }
    return Quality(
        book,
        people,
        alone,
        months(book),
        items(book),
        own_items,
        first,
        weak.drop(columns="call_id"),
        reviewers(book),
        agreement(book),
        without_severity(book),
        ai_line(book),
        facts,
    )


def _talks(people: pd.DataFrame, own_items: pd.DataFrame) -> pd.DataFrame:
    """Those who are surely below green, lowest first: as many of whom something is clear, and of
    the others, as an answer names.
    """
    below = people[(people["state"] == "sure") & (people["colour"] != COLOURS[-1])]
    below = below.sort_values(["score", "manager"], kind="stable")
    weak_items = set(own_items.loc[own_items["weaker"], "manager"])
    clear = (below["weaker"] != "") | below["manager"].isin(weak_items)
    below = below.assign(clear=clear | (below["colour"] == COLOURS[0]))
    both = [below[below["clear"]].head(NAMED), below[~below["clear"]].head(NAMED)]
    return pd.concat(both)[["manager", "clear"]].reset_index(drop=True)


def _members(book) -> pd.DataFrame:
    """Deals of the Book behind the calls that count, once per person: deal_id, manager. A call
    without a deal has that of its touch.
    """
    found = counted_calls(book)[["manager", "deal_id", "call_id"]]
    found = with_touches(book, found[found["manager"].isin(colours(book)["manager"])])
    pairs = found[["deal_id", "manager"]].dropna().drop_duplicates()
    listed = collect(book.deals.select("deal_id"))["deal_id"]
    kept = pairs[pairs["deal_id"].isin(listed)]
    return kept.sort_values(["deal_id", "manager"], kind="stable", ignore_index=True)


def _entry(row: dict) -> dict:
    parts = {t: {"n": row[t], "mean": row[f"{t}_mean"]} for t in ("needs", "objections")}
    rest = ("score", "colour", "p_colour", "state")
    return {"manager": row["manager"]} | parts | {name: row[name] for name in rest}


def _chart(found: Quality, voice: Voice) -> Shown:
    """A dot with its interval per person on 0..100, the colours between the cuts; highest first."""
    known = found.people[found.people["score"].notna()]
    if known.empty:
        return Group()
    cuts = found.book.thresholds.score_cuts
    kept = known.sort_values(["score", "manager"], kind="stable").head(MOST).iloc[::-1]
    kept = kept.assign(
        label=[voice.number(printed_score(x, cuts), 1) for x in kept["score"]],
        word=[words.colour_state(voice, state) for state in kept["state"]],
    )
    listed = "; ".join(
        f"{r.manager}: {r.label}, {words.colour(voice, r.colour)}, {r.word}"
        for r in kept.itertuples()
    )
    alt = voice.say("Call scores and colours: {listed}.", listed=listed)
    n = voice.count(found.book.thresholds.score_months)
    return scores(
        kept,
        voice,
        voice.say("Call scores"),
        voice.say("last {n} months; line: 95% interval of the score", n=n),
        alt,
        name="manager",
        label="label",
        word="word",
        cuts=cuts,
        classes=[words.colour(voice, colour) for colour in COLOURS],
    )
