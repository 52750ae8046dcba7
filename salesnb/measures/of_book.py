"""Measures of a whole Book that every notebook may need: its month, its people, what stands out in it.

A Book is anything with the attributes of `salesnb.source.book.Book`; this room does not know where its frames come from.
A measure gives an empty table where the company has no such table.
"""

import narwhals as nw
import pandas as pd

from salesnb.measures.cohorts import cohort_conversion, immature
from salesnb.measures.conversion import compared, conversion, conversion_change
from salesnb.measures.frames import by_size, collect, count, kept_with, months_before, within
from salesnb.measures.mass import mass_days, without_mass_closings
from salesnb.measures.standing import against_year, standing
from salesnb.measures.summary import first_month, function_figures, headline, monthly
from salesnb.measures.summary import new_and_repeat as kinds_of_clients
from salesnb.measures.told import NO_WON, UNDATED, bare, lacking, of_page, told, untold, withheld
from salesnb.measures.unsettled import settled, settled_ends, unsettled
from salesnb.measures.ways import fair_ways
from salesnb.stats.intervals import difference_interval, minus

COHORT_SPAN, COHORT_DAY = 60, 30  # days of creation of a cohort, and the age at which two of them are compared
LEAST_MOVE = 0.02  # a change of less than two points points nowhere


def year(book) -> tuple[str, str]:
    """The last 12 months as a period."""
    return f"{months_before(book.month, 11)}-01", f"{months_before(book.month, -1)}-01"


def channels(book) -> pd.DataFrame:
    """Conversion of the month per channel with its change and verdict, largest first: columns of `compared`.

    The verdict of a channel is "withheld" where words of status that nothing settles would change it.
    """
    return by_size(changes(book, "channel"), "channel", "closed")


def changes(book, by=None) -> pd.DataFrame:
    """Conversion of the month beside the month before, overall or per group, as in `channels`: columns of `compared`."""
    deals, periods = book.closer_deals, (book.month, book.previous)

    def side_by_side(counted) -> pd.DataFrame:
        return compared(*(conversion(counted, by=by, period=month) for month in periods), by, book.thresholds)

    table = side_by_side(deals)
    for end in settled_ends(deals, periods):
        other = side_by_side(settled(deals, end))
        then = other["verdict"] if by is None else table[by].map(other.set_index(by)["verdict"])
        judged = table["verdict"] != "few"
        table["verdict"] = table["verdict"].mask(judged & (table["verdict"] != then), "withheld")
    return bare(table, book)


def cleaned_channels(book, table: pd.DataFrame) -> list[dict]:
    """The rows of `channels` that a day of mass closing has changed, without that day: channel, won, closed, conversion."""
    rest = conversion(without_bulk_days(book), by="channel", period=book.month).set_index("channel")
    closed = rest["closed"].reindex(table["channel"], fill_value=0).to_numpy()
    touched = table.loc[table["closed"].to_numpy() > closed, "channel"]
    left = rest.reindex(touched)[["won", "closed", "conversion"]].fillna({"won": 0, "closed": 0})
    return left.reset_index().to_dict("records")


def people(book) -> pd.DataFrame:
    """Conversion per sales rep, of the month and of the last 12 months, most closed deals first; without those who left.

    Returns
    -------
    DataFrame: manager, won, lost, closed, conversion, low, high, year_won, year_closed, year_conversion, year_low, year_high.
    ``.attrs["left"]`` is the number of deals closed in the month by people who have left.
    """
    now, whole = (conversion(book.closer_deals, by="manager", period=p) for p in (book.month, year(book)))
    whole = whole.drop(columns="lost").rename(columns=lambda c: c if c == "manager" else f"year_{c}")
    both = now.merge(whole, on="manager", how="left")
    kept = bare(by_size(without_leavers(both, book), "manager", "closed"), book)
    kept.attrs["left"] = int(both["closed"].sum() - kept["closed"].sum())
    return kept


def leavers(book) -> list[str]:
    """Managers who had left by as_of: they count in totals and get no line or card of their own."""
    if book.managers is None:
        return []
    end = pd.Timestamp(book.as_of).to_pydatetime()
    return sorted(collect(book.managers.filter(nw.col("left_on") <= end).select("manager"))["manager"])


def without_leavers(table: pd.DataFrame, book) -> pd.DataFrame:
    """A table of managers without those who have left; attributes are kept."""
    kept = table[~table["manager"].isin(leavers(book))].reset_index(drop=True)
    kept.attrs = table.attrs
    return kept


def functions(book) -> dict[str, dict]:
    """Figures of hunters and farmers, where there are any; no rate where the export holds one outcome of them only."""
    found = {name: function_figures(book.deals, name, book.month) for name in book.functions if name != "closer"}
    for name, figures_ in found.items():
        code = lacking(book, name)
        figures_ |= {"untold": code} | (dict.fromkeys(("value", "low", "high")) if code else {})
    return found


def new_and_repeat(book) -> pd.DataFrame:
    """Conversion of new and of repeat clients in the month: columns of `summary.new_and_repeat`."""
    return bare(kinds_of_clients(book.closer_deals, book.month), book)


def month_figures(book) -> dict:
    """The parts of the metrics that the summary records."""
    found, facts = headline(book.closer_deals, book.month), told(book)
    if facts.lacking:
        found["conversion"] |= dict.fromkeys(("value", "low", "high", "previous", "by_amount"))
    if facts.lacking == NO_WON:
        found["money"] |= dict.fromkeys(("won_amount", "average_order"))
    if not of_page(book).priced:
        found["money"] |= dict.fromkeys(("won_amount", "average_order", "open_amount"))
    if not told(book).in_days:
        found["deal_length"] |= {name: None for name in found["deal_length"] if name != "deals"}
    return found


def months(book, months=13) -> pd.DataFrame:
    """Headline figures of the last months; those before the first deal of the export are missing."""
    table = monthly(book.closer_deals, book.month, months, first_month(book.department.closer_deals))
    gone = [] if of_page(book).priced else ["won_amount", "average_order", "open_amount"]
    gone += ["won_amount", "average_order"] if untold(book) == NO_WON else []
    gone += [] if told(book).in_days else ["mean_days"]
    return bare(table.assign(**dict.fromkeys(gone, float("nan"))), book)


def figures(book, months: pd.DataFrame) -> dict[str, dict]:
    """Each figure of the month beside the month before and the year: column of `months` → `against_year`."""
    cuts = book.thresholds
    averages = {"average_order": "won", "mean_days": "closed"}
    sums = {
        "won_amount": "won",
        "won": "won",
        "new_deals": "new_deals",
        "open_deals": "open_deals",
        "open_amount": "open_deals",
    }
    order = ("won_amount", "won", "average_order", "mean_days", "new_deals", "open_deals", "open_amount")
    return {name: against_year(months, name, averages.get(name, ""), sums.get(name, ""), cuts) for name in order}


def ways(book) -> pd.DataFrame:
    """The month under other fair ways of counting: table of `fair_ways`."""
    table = fair_ways(book.closer_deals, book.month, book.thresholds, book.department.closer_deals)
    if not told(book).in_days:  # which open deals are old cannot be told
        table = table[table["way"] != "old open as lost"].reset_index(drop=True)
    return bare(table.assign(flips=table["flips"] & (not withheld(book))), book)


def stands(book, ways: pd.DataFrame, months: pd.DataFrame) -> dict:
    """What may be said of the month's conversion: `standing`, and

    untold : why there is no rate or no verdict ("no lost", "no won", "undated"); ""
    undated : conversion both ways, over the whole time of the export, where closing dates are missing unequally; else None
    """
    found, code = standing(ways, months, not mass(book).empty, book.thresholds, open_words(book)), withheld(book)
    if code:
        found |= {"verdict": code, "against": [], "differ": {}, "place": "", "like": None}
        found["span"] = found["span"] if code == UNDATED else None
    found = found | {"untold": code, "undated": of_page(book).dating if code == UNDATED else None}
    if found["span"] is None:
        return found
    whole = (f"{found['span']['first']}-01", f"{months_before(book.month, -1)}-01")
    return found | {"unsettled": unsettled(book.closer_deals, whole)}  # of the time that the headline is of


def open_words(book) -> dict | None:
    """What words of status that nothing settles leave open in the month: `measures.unsettled.unsettled`."""
    return kept_with(book, "_unsettled", lambda: unsettled(book.closer_deals, book.month))


def alarms(book) -> list[tuple[str, dict]]:
    """Remarks that come from the figures themselves: an immature month, an opposite cohort, mass closings."""
    found = []
    young = immature(book.closer_deals, book.month, book.thresholds.immature_open_share)
    if young["immature"]:
        found.append(("immature", {"open": young["open"], "created": young["created"]}))
    if not withheld(book) and opposite(_headline_change(book), _cohort_change(book)):
        found.append(("opposite", {}))
    for row in mass(book).to_dict("records"):
        words = {"manager": row["manager"], "day": str(row["day"])[:10], "reason": row["reason"]}
        sizes = {
            name: None if pd.isna(row[name]) else float(row[name]) for name in ("all_conversion", "amount", "age_days")
        }
        counts = {name: int(value) for name, value in row.items() if name not in (*words, *sizes)}
        more = {"least": book.thresholds.min_percent, "untold": untold(book)}
        found.append(("mass closings", words | counts | sizes | more))
    return found


def mass(book) -> pd.DataFrame:
    """Days of the month on which one person closed far more deals than usual, and what is left without them.

    Such a day shows in the deals of the whole department; a channel's table has the part of it that is its own.
    """
    whole = book.department.closer_deals
    return kept_with(book, "_mass", lambda: mass_days(book.closer_deals, book.month, book.thresholds, whole))


def without_bulk_days(book):
    """The closers' deals without those closed on a day of mass closing anywhere in the department."""
    return without_mass_closings(book.closer_deals, book.month, book.thresholds, book.department.closer_deals)


Change = tuple[float, float, float]


def _headline_change(book) -> Change:
    """Change of conversion on the previous month, with its interval."""
    now, before = (conversion(book.closer_deals, period=m) for m in (book.month, book.previous))
    row = conversion_change(now, before).iloc[0]
    return float(row["change"]), float(row["change_low"]), float(row["change_high"])


def _cohort_change(book) -> Change:
    """Change of the share won by day 30 between the last two spans of 60 days of creation that are old enough."""
    end = pd.Timestamp(book.as_of) - pd.Timedelta(days=COHORT_DAY)
    span = pd.Timedelta(days=COHORT_SPAN)
    spans = [(end - span, end), (end - 2 * span, end - span)]
    least = book.thresholds.cohort_min_at_risk
    deals = book.closer_deals
    found = [cohort_conversion(deals, book.as_of, None, (COHORT_DAY,), (str(a), str(b)), least) for a, b in spans]
    if any(table.empty for table in found):
        return float("nan"), float("nan"), float("nan")
    now, before = (table.iloc[0] for table in found)
    return minus((now["won"], now["low"], now["high"]), (before["won"], before["low"], before["high"]))


def opposite(one: Change, other: Change) -> bool:
    """Whether two changes (value, low, high) point in opposite directions, and not by chance alone.

    Both move by at least two points, and either both intervals leave out zero or that of their difference does.

    >>> opposite((-0.08, -0.12, -0.04), (0.05, 0.01, 0.09)), opposite((-0.08, -0.20, 0.04), (0.03, -0.06, 0.12))
    (True, False)
    """
    known = one[0] == one[0] and other[0] == other[0]
    if not known or one[0] * other[0] >= 0 or min(abs(one[0]), abs(other[0])) < LEAST_MOVE:
        return False
    return all(_clear(change) for change in (one, other)) or _clear(minus(one, other))


def _clear(change: Change) -> bool:
    return bool(change[1] > 0 or change[2] < 0)


def warnings(book, found) -> list[dict]:
    """Remarks on the data and the figures, as the metrics have them: code and values."""
    both = [(one.code, one.values) for one in book.notices] + list(found)
    if asked := open_words(book):
        words = [list(pair) for pair in asked["words"]]
        both.append(
            ("unsettled", {name: value for name, value in asked.items() if value is not None} | {"words": words})
        )
    return [{"code": code, **values} for code, values in both]


def repeat_difference(kinds: pd.DataFrame, least: int) -> dict | None:
    """Repeat clients against new ones: {"change", "low", "high", "verdict"}; None where either has fewer than `least` deals.

    >>> kinds = pd.DataFrame({"kind": ["new", "repeat"], "won": [48, 56], "closed": [80, 70]})
    >>> repeat_difference(kinds, 10)["verdict"]
    'up'
    """
    both = kinds.set_index("kind")[["won", "closed"]].reindex(["repeat", "new"]).fillna(0)
    if both["closed"].min() < least:
        return None
    change, low, high = (float(x) for x in difference_interval(*both.loc["repeat"], *both.loc["new"]))
    return {
        "change": change,
        "low": low,
        "high": high,
        "verdict": "up" if low > 0 else "down" if high < 0 else "too close",
    }


def actions(book) -> pd.DataFrame | None:
    """What the heads did in the month, per kind and number of times: kind, rows (times), people (names; empty: everybody),
    most frequent first within a kind; None without a log of actions. A channel's table has the people who sell in it."""
    if book.actions is None:
        return None
    table = count(book.actions.filter(within("at", book.month)), ["kind", "manager"])
    if book.channel is not None:
        own = collect(book.deals.select("manager").unique())["manager"]
        table = table[table["manager"].isna() | table["manager"].isin(own)]
    groups = [
        {"kind": kind, "rows": int(rows), "people": [name for name in part["manager"] if isinstance(name, str)]}
        for (kind, rows), part in table.groupby(["kind", "rows"], sort=True)
    ]
    grouped = pd.DataFrame(groups, columns=["kind", "rows", "people"])
    grouped["size"] = grouped["people"].map(len)
    order = grouped.sort_values(["kind", "size", "rows"], ascending=[True, False, True], kind="stable")
    return order.drop(columns="size").reset_index(drop=True)
