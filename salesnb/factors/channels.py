"""Factor 5, sales channels: volume, conversion raw and at the same leads, length, revenue and cost; what to do with each."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.factors.shares import COLUMNS as SHARE_COLUMNS
from salesnb.factors.shares import for_page, share, with_change
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import collect, count, keys, minor, money, within
from salesnb.measures.length import deal_length
from salesnb.measures.told import bare, of_page, told, untold, withheld
from salesnb.model import best_channel, drivers
from salesnb.schema import UNKNOWN
from salesnb.stats import beta_binomial, difference_interval
from salesnb.stats.best import probability_best

COLUMNS = ["name", "leads", "won", "lost", "closed", "conversion", "low", "high", "same_leads", "p_best", "mean_days", "revenue",
           "cost", "cost_per_lead", "cost_per_won", "advice"]  # fmt: skip
SAME_LEADS, RAW = "same leads", "raw"  # what the chance of being the best stands on


def evidence(book) -> str:
    """measured, or no data where no deal has a channel (on a channel's page: a source).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> evidence(book(deals, month="2026-09")), evidence(book(deals.assign(channel="Site"), month="2026-09"))
    ('no data', 'measured')
    """
    by = grouping(book)
    named = ~nw.col(by).is_null() & (nw.col(by) != UNKNOWN)
    return "measured" if count(book.closer_deals.filter(named), [])["rows"].iloc[0] else "no data"


def grouping(book) -> str:
    """What is compared: channels in the department, sources on a channel's page.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01", "channel": "Site"})
    >>> grouping(book(deals, month="2026-09")), grouping(book(deals, month="2026-09", channel="Site"))
    ('channel', 'source')
    """
    return "channel" if book.channel is None else "source"


def index(book, by=None, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Share of the deals created in the month that come from the channel with the highest chance of the best conversion.

    Parameters
    ----------
    by : manager or None
    table : the `economics` of the book, where they are known already

    Returns
    -------
    DataFrame: by…, hits, deals, share, low, high, before, change, change_low, change_high, clear; ``.attrs["name"]`` is the channel
    (on a channel's page the source). No rows where no channel can be compared with another.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": range(120), "manager": "Ann", "status": (["won"] * 40 + ["lost"] * 20) + ["lost"] * 60,
    ...     "channel": ["Site"] * 60 + ["Fair"] * 60, "created_at": "2026-09-01", "closed_at": "2026-09-09"})
    >>> found = index(book(deals, month="2026-09"))
    >>> found.attrs["name"], found[["hits", "deals", "share"]].values.tolist()
    ('Site', [[60.0, 120.0, 0.5]])
    """
    column, by = grouping(book), keys(by)
    table = economics(book) if table is None else table
    known = table[table["p_best"].notna()]
    if known.empty:
        return pd.DataFrame(columns=[*by, *SHARE_COLUMNS])
    best = known.loc[known["p_best"].astype(float).idxmax(), "name"]
    hit = (nw.col(column) == best).fill_null(False)
    now, before = (share(book.closer_deals, hit, by, "created_at", month) for month in (book.month, book.previous))
    found = for_page(with_change(now, before, by), book, by)
    found.attrs["name"] = best
    return found


def economics(book) -> pd.DataFrame:
    """Channels (or the sources of a channel) over the trailing window, each with one verdict.

    Returns
    -------
    DataFrame, highest conversion first, those with too few closed deals and what is not known last
        name; leads (deals created); won, lost, closed; conversion, low, high (0..1; NaN where nothing has closed); same_leads
        (difference of the predicted rate to the reference at the same leads, 0..1: NaN where the model may not speak of it);
        p_best (chance of the highest conversion); mean_days; revenue (won), cost, cost_per_lead (without a table of leads per deal
        created), cost_per_won (NaN without a table of costs); advice, a code: strengthen (likely the best), cheaper (a won deal costs clearly less than elsewhere, at
        conversion that is not clearly lower), after (another one is to be strengthened first), hardly (hardly the best), alike
        (cannot be told from the best), try (too few deals to judge), alone (nothing to compare with), fill (deals without a channel)
        ``.attrs``: by (channel, source), basis (what p_best stands on: same leads, raw, or "" where nothing is compared),
        reference (the level of same_leads), dearer (names that the cheaper one is compared with), untold (why the export gives
        no conversion: it is missing then, with all that stands on it, and nothing is advised; "")

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": range(121), "manager": "Ann", "status": (["won"] * 40 + ["lost"] * 20) + ["lost"] * 60 + ["open"],
    ...     "channel": ["Site"] * 60 + ["Ads"] * 60 + ["Fair"], "created_at": "2026-09-01", "closed_at": ["2026-09-09"] * 120 + [None]})
    >>> economics(book(deals, month="2026-09", channels=["Site", "Ads", "Fair"]))[["name", "leads", "won", "closed", "advice"]]
       name  leads  won  closed      advice
    0  Site     60   40      60  strengthen
    1   Ads     60    0      60       after
    2  Fair      1    0       0         try
    """
    by = grouping(book)
    table = _counts(book, by)
    if table.empty:
        empty = pd.DataFrame(columns=COLUMNS)
        empty.attrs = {"by": by, "basis": "", "reference": None, "dearer": [], "untold": untold(book)}
        return empty
    table["cost_per_lead"] = table["cost"] / table["enquiries"].where(table["enquiries"] > 0)
    table["cost_per_won"] = table["cost"] / table["won"].where(table["won"] > 0)
    if not told(book).in_days:
        table["mean_days"] = np.nan
    if not of_page(book).priced:
        table["revenue"] = np.nan
    if withheld(book):
        return _counted_only(bare(table, book), by)
    table, basis, reference, named = _compared(book, table)
    dearer = _dearer(table, book.thresholds)
    table["advice"] = _advice(table, named, dearer, book.thresholds)
    small = table["closed"] < book.thresholds.level_min_closed
    table = table.assign(_small=small, _blank=table["name"] == UNKNOWN).sort_values(
        ["_blank", "_small", "conversion", "leads", "name"], ascending=[True, True, False, False, True], kind="stable"
    )
    table = table[COLUMNS].reset_index(drop=True)
    table.attrs = {"by": by, "basis": basis, "reference": reference, "dearer": dearer[1], "untold": ""}
    return table


def _counted_only(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Channels of an export that gives no verdict: their counts and their money, largest first, nothing compared."""
    attrs = {"by": by, "basis": "", "reference": None, "dearer": []} | table.attrs
    table = table.assign(same_leads=np.nan, p_best=np.nan, advice="", _blank=table["name"] == UNKNOWN)
    order = ["_blank", "closed", "leads", "name"]
    table = table.sort_values(order, ascending=[True, False, False, True], kind="stable")[COLUMNS].reset_index(
        drop=True
    )
    table.attrs = attrs
    return table


def _counts(book, by: str) -> pd.DataFrame:
    """Closed, created, won money and cost of every channel that has any of them."""
    period = book.window_period
    deals = book.closer_deals.with_columns(nw.col(by).fill_null(UNKNOWN).alias(by))
    table = conversion(deals, by=by, period=period)
    created = count(deals.filter(within("created_at", period)), [by]).rename(columns={"rows": "leads"})
    won = deals.filter((nw.col("status") == "won") & within("closed_at", period))
    revenue = count(won, [by], cents=minor("amount"))
    revenue = revenue[[by]].assign(revenue=money(revenue["cents"]))
    for other in (created, deal_length(deals, by=by, period=period)[[by, "mean_days"]], revenue, _costs(book, by)):
        table = table.merge(other, on=by, how="outer")
    table = table.merge(_enquiries(book, by, created), on=by, how="outer")
    counts = ["won", "lost", "closed", "leads", "enquiries"]
    table = table.fillna(dict.fromkeys([*counts, "revenue"], 0)).rename(columns={by: "name"})
    table = table[(table["leads"] > 0) | (table["closed"] > 0) | (table["cost"] > 0)]
    return table.head(0) if (table["name"] == UNKNOWN).all() else table.astype(dict.fromkeys(counts, "int64"))


def _enquiries(book, by: str, created: pd.DataFrame) -> pd.DataFrame:
    """Leads of the window per channel; without a table of leads every created deal is one."""
    if book.leads is None:
        return created.rename(columns={"leads": "enquiries"})
    leads = book.leads.filter(within("created_at", book.window_period))
    table = count(leads.with_columns(nw.col(by).fill_null(UNKNOWN).alias(by)), [by])
    return table.rename(columns={"rows": "enquiries"})


def _costs(book, by: str) -> pd.DataFrame:
    if book.costs is None:
        return pd.DataFrame({by: pd.Series(dtype=object), "cost": pd.Series(dtype=float)})
    first, last = book.window
    kept = book.costs.filter((nw.col("month") >= first) & (nw.col("month") <= last) & ~nw.col(by).is_null())
    table = collect(kept.with_columns(_c=minor("amount")).group_by(by).agg(cents=nw.col("_c").sum()))
    return table[[by]].assign(cost=money(table["cents"]))


def _compared(book, table: pd.DataFrame) -> tuple[pd.DataFrame, str, str | None, bool]:
    """The table with same_leads and p_best; what they stand on, the reference, and whether one may be named the best.

    Sources are named only where the model finds the factor associated: they are tested on every channel's page, and among so
    many some look good by chance.
    """
    chances = best_channel(book)
    table = table.assign(same_leads=np.nan)
    if chances:
        terms = drivers(book)
        own = terms[(terms["factor"] == "channels") & terms["reference"].isin(list(chances))]
        points = dict(zip(own["level"], own["points"], strict=True))
        reference = own["reference"].iloc[0] if len(own) else None
        named = bool((own["verdict"] == "associated").any())
        table["same_leads"] = [0.0 if n == reference else points.get(n, np.nan) for n in table["name"]]
        table["p_best"] = [chances.get(n, np.nan) if n != UNKNOWN else np.nan for n in table["name"]]
        return table, SAME_LEADS, reference, named
    table["p_best"] = _raw_best(table, book.thresholds.level_min_closed)
    return table, RAW if table["p_best"].notna().any() else "", None, book.channel is None


def _judged(table: pd.DataFrame, least: int) -> pd.Series:
    return (table["closed"] >= least) & (table["name"] != UNKNOWN)


def _raw_best(table: pd.DataFrame, least: int):
    """Chance of each channel with enough deals to have the highest raw rate, rates drawn towards each other, in log-odds."""
    enough = _judged(table, least).to_numpy()
    result = np.full(len(table), np.nan)
    if enough.sum() < 2:
        return result
    found = beta_binomial(table.loc[enough, "won"], table.loc[enough, "closed"])
    middle, low, high = (
        np.log(np.clip(v, 1e-9, 1 - 1e-9) / (1 - np.clip(v, 1e-9, 1 - 1e-9)))
        for v in (found.rate, found.low, found.high)
    )
    result[enough] = probability_best(middle[None, :], ((high - low) / 3.92)[None, :], np.ones(1))
    return result


def _dearer(table: pd.DataFrame, cuts) -> tuple[str | None, list[str]]:
    """The channel in which a won deal costs least, and those that it is clearly cheaper than at conversion not clearly lower.

    Cost of a won deal = cost of a closed deal / conversion: clear where not even the ends of the two conversions change the order.
    """
    known = table[_judged(table, cuts.level_min_closed) & (table["cost"] > 0) & (table["won"] > 0)]
    if len(known) < 2:
        return None, []
    per_closed = known["cost"] / known["closed"]
    row = known.loc[known["cost_per_won"].idxmin()]
    most = row["cost"] / row["closed"] / row["low"]
    *_, high = difference_interval(row["won"], row["closed"], known["won"].to_numpy(), known["closed"].to_numpy())
    others = known[(high >= 0) & (per_closed / known["high"] > most).to_numpy()]
    names = others.loc[others["name"] != row["name"], "name"].tolist()
    return (row["name"], sorted(names)) if names else (None, [])


def _advice(table: pd.DataFrame, named: bool, dearer, cuts) -> list[str]:
    """One code per channel. Strengthen what works before trying what is new."""
    judged = _judged(table, cuts.level_min_closed)
    best = judged & named & (table["p_best"].astype(float) >= cuts.best_chance)

    hardly = judged & named & (table["p_best"].astype(float) < cuts.hardly_best)

    def one(name: str, enough: bool, likely: bool, last: bool) -> str:
        if name == UNKNOWN:
            return "fill"
        if not enough:
            return "try"
        if likely:
            return "strengthen"
        if name == dearer[0]:
            return "cheaper"
        if judged.sum() < 2:
            return "alone"
        return "after" if best.any() else "hardly" if last else "alike"

    return [one(*row) for row in zip(table["name"], judged, best, hardly, strict=True)]
