"""Do the touches of the first days go with conversion? The second part of the points of contact."""

from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from salesnb.measures.conversion import OUTCOMES, with_rate
from salesnb.measures.frames import BookLike, collect, count
from salesnb.measures.shares import for_page, rated
from salesnb.measures.told import coarse, untold
from salesnb.model.features import bin_names, features, landmark_of
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Table
from salesnb.render.tables import Column, table
from salesnb.topics import words

COUNTED = ["manager", "touch_bin", "won", "lost"]
PEOPLE = ["manager", "early_untouched", "early", "share", "low", "high"]


@dataclass(frozen=True)
class FirstDays:
    """Deals of the window that were open at the landmark, by the touches of people until then.

    Counted before the model merges bins with few deals, so that a row holds what its name says. No
    rows without touches, or where the export gives no conversion or no days.

    Attributes
    ----------
    touches : touch_bin ("0", "1-2", "3+"), won, lost, closed, conversion, low, high, in the order
        of the bins
    people : manager, early_untouched (that nobody had touched by the landmark), early (open at the
        landmark), share, low, high; those who left are left out
    """

    touches: pd.DataFrame
    people: pd.DataFrame

    def chart(self, book: BookLike) -> Figure | Group:
        """Conversion by touches, bins with too few closed deals left out; nothing
        without touches.
        """
        return _chart(self.touches, book)

    def table(self, book: BookLike) -> Table | Group:
        """Deals without a touch per sales rep; nothing without touches."""
        return _table(self.people, book)


def first_days(book: BookLike) -> FirstDays:
    """The touches of the first days."""
    counted = pd.DataFrame(columns=COUNTED)
    if _known(book):
        counted = count(_deals(book), COUNTED[:2], **OUTCOMES)[COUNTED]
    return FirstDays(_by_touches(counted, book), _by_people(counted, book))


def first_days_members(book: BookLike) -> pd.DataFrame:
    """The same deals one by one: deal_id, manager, touch_bin, and what each is counted in."""
    if not _known(book):
        return pd.DataFrame(columns=["deal_id"])
    kept = collect(_deals(book).select("deal_id", "manager", "touch_bin", "status"))
    won = kept.pop("status") == "won"
    return kept.assign(
        won=won, lost=~won, closed=True, early_untouched=_untouched(kept, book), early=True
    )


def _deals(book) -> nw.LazyFrame:
    """The deals of the page among those of the model, which one department has for all pages."""
    found = features(book.department)
    return found if book.channel is None else found.filter(nw.col("channel") == book.channel)


def _known(book) -> bool:
    return not (book.touches is None or untold(book) or coarse(book, "touches"))


def _untouched(table: pd.DataFrame, book) -> pd.Series:
    return table["touch_bin"] == bin_names(book.thresholds.touch_bins)[0]


def _by_touches(counted: pd.DataFrame, book) -> pd.DataFrame:
    sums = counted.groupby("touch_bin", as_index=False, sort=False)[["won", "lost"]].sum()
    order = {name: place for place, name in enumerate(bin_names(book.thresholds.touch_bins))}
    placed = sums.sort_values("touch_bin", key=lambda column: column.map(order), kind="stable")
    return with_rate(placed.reset_index(drop=True))


def _by_people(counted: pd.DataFrame, book) -> pd.DataFrame:
    if counted.empty:
        return pd.DataFrame(columns=PEOPLE)
    deals = counted["won"] + counted["lost"]
    both = counted[["manager"]].assign(hits=deals.where(_untouched(counted, book), 0), deals=deals)
    sums = rated(both.groupby("manager", as_index=False)[["hits", "deals"]].sum())
    return for_page(sums, book, "manager").rename(
        columns={"hits": "early_untouched", "deals": "early"}
    )[PEOPLE]


def _chart(frame: pd.DataFrame, book) -> Figure | Group:
    voice = book.voice
    kept = frame[frame["closed"] >= book.thresholds.min_percent]
    if kept.empty:
        return Group()
    kept = kept.assign(
        touches=[words.level(voice, "touchpoints", name) for name in kept["touch_bin"]]
    )
    listed = "; ".join(
        f"{r.touches}: {words.share(voice, r.won, r.closed, digits=1)}" for r in kept.itertuples()
    )
    days = voice.count(landmark_of(book))
    alt = voice.say(
        "Conversion by touches of the first {days} days, deals still open then: {listed}.",
        days=days,
        listed=listed,
    )
    title = voice.say("Conversion by touches of the first {days} days", days=days)
    subtitle = voice.say(
        "only deals still open on day {days}; later touches do not count", days=days
    )
    return rates(kept, voice, title, subtitle, alt, name="touches")


def _table(frame: pd.DataFrame, book) -> Table | Group:
    thresholds, voice = book.thresholds, book.voice
    if frame.empty or frame["early"].max() < thresholds.min_percent:
        return Group()
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")),
        Column("hits", say("Without a touch"), "count"),
        Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent", low="low", high="high", n="deals"),
    ]
    kept = frame.rename(columns={"early_untouched": "hits", "early": "deals"})
    days = voice.count(landmark_of(book))
    caption = say(
        "Deals without a touch in the first {days} days, of those still open then", days=days
    )
    return table(kept, voice, caption, columns, thresholds=thresholds)
