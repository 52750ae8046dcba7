"""A table of conversion as the chart of the house: each rate with its interval."""

import pandas as pd

from salesnb.errors import DataError
from salesnb.formats import Voice
from salesnb.render.charts.rates import rates as rates_chart
from salesnb.render.display import Figure

FIGURES = ("conversion", "low", "high", "closed")
MOST = 30  # rows of a chart


def rates(
    table: pd.DataFrame, title: str = "Conversion", subtitle: str = "", voice: Voice | None = None
) -> Figure:
    """Rates with their 95 % intervals and numbers of deals, a row each, in the order of the table.

    Parameters
    ----------
    table : what `conversion(…, by=…)` gives, sorted as it is to be read; of more than 30 rows the
        first are drawn, and the chart says how many it leaves out
    voice : language and numbers, `book.voice`; None: English

    Raises
    ------
    DataError
        The table has no group, or is none of conversion.

    Examples
    --------
    >>> from salesnb import conversion
    >>> deals = pd.DataFrame({"status": ["won", "lost", "won"], "source": ["Fair", "Fair", "Site"]})
    >>> rates(conversion(deals, by="source"), "Conversion by source")
    Conversion by source: Fair: 50.0% (9–91%) n = 2; Site: 100.0% (21–100%) n = 1.
    """
    voice = voice or Voice()
    missing = [name for name in FIGURES if name not in table]
    keys = [name for name in table if name not in ("won", "lost", *FIGURES)]
    if missing or not keys:
        raise DataError(
            f"s.rates draws a table of s.conversion(…, by=…); this one has {', '.join(table)}."
        )
    known = table[table["conversion"].notna()]
    kept = known.head(MOST)
    names = [" · ".join(_said(row[key], voice) for key in keys) for _, row in kept.iterrows()]
    listed = "; ".join(
        f"{name}: {voice.percent(row['conversion'])} ({voice.interval(row['low'], row['high'])}) "
        f"n = {voice.count(row['closed'])}"
        for name, row in zip(names, kept.to_dict("records"), strict=True)
    )
    more = len(known) - len(kept)
    left = voice.plural("{n} further row is left out", "{n} further rows are left out", more)
    below = " · ".join(part for part in (subtitle, left if more else "") if part)
    drawn = kept.assign(_name=names)
    return rates_chart(drawn, voice, title, below, f"{title}: {listed}.", name="_name")


def _said(value: object, voice: Voice) -> str:
    return voice.say("no value") if pd.isna(value) else str(value)
