"""What the items of the checklist say: how often each is done, by whom, and who is below the
others in it.
"""

import json
import math
import re

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike
from salesnb.measures.hearings import hearings, of_months
from salesnb.measures.quality import shown_in
from salesnb.stats import benjamini_hochberg, fewer_than_rest, wilson

ITEMS = ["item", "calls", "done", "share", "low", "high"]
PEOPLE = ["manager", "item", "calls", "share", "low", "high", "others", "p_fdr", "weaker"]
PAIR = re.compile(r"\s*(?P<item>[^=;]+?)\s*=\s*(?P<value>[^=;]*?)\s*(?:;|$)")
WORDS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "да": 1.0, "нет": 0.0}


def read_items(text: object) -> dict[str, float]:
    """Items of one hearing with their results: JSON {item: 0..1, true or false}, or
    ``item=1; item=0``. What cannot be read as a number is left out.

    >>> read_items('{"greeting": true, "need": 0.5}'), read_items("greeting=1; need=0,5; next=")
    ({'greeting': 1.0, 'need': 0.5}, {'greeting': 1.0, 'need': 0.5})
    """
    if not isinstance(text, str) or not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = {one["item"]: one["value"] for one in PAIR.finditer(text)}
    if not isinstance(found, dict):
        return {}
    read = {str(item).strip(): _number(value) for item, value in found.items()}
    return {item: value for item, value in read.items() if value is not None and item}


def _number(value: object) -> float | None:
    word = str(value).strip().casefold()
    try:
        number = WORDS[word] if word in WORDS else float(word.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def item_calls(book: BookLike) -> pd.DataFrame:
    """Each item of each call of the months of a colour, as people scored it, once a call.

    An item that has results above 1 is read as a share of its largest one. Memoised on the Book.

    Returns
    -------
    DataFrame, sorted by item, manager and call: item, manager, call_type, call, done (0..1)
    """
    return book.kept("_item_calls", lambda: _item_calls(book))


def _item_calls(book) -> pd.DataFrame:
    heard = of_months(book, hearings(book), book.thresholds.score_months)
    kept = heard[~heard["ai"].astype(bool)]
    rows = [
        [item, one["manager"], one["call_type"], one["call"], value]
        for one in kept.to_dict("records")
        for item, value in read_items(one["items"]).items()
    ]
    keys = ["item", "manager", "call_type", "call"]
    found = pd.DataFrame(rows, columns=[*keys, "done"]).astype({"done": float})
    most = found.groupby("item")["done"].transform("max")
    found["done"] = found["done"] / most.where(most > 1, 1.0)
    return found.groupby(keys, sort=True, as_index=False)["done"].mean()


def items(book: BookLike) -> pd.DataFrame:
    """How often each item is done: item, calls, done (sum of 0..1), share, low, high (Wilson,
    95 %), least often done first. No rows where the export has no items.
    """
    found = item_calls(book)
    table = found.groupby("item")["done"].agg(calls="size", done="sum").reset_index()
    table = _with_share(table)[ITEMS]
    return table.sort_values(["share", "item"], kind="stable", ignore_index=True)


def items_of_people(book: BookLike) -> pd.DataFrame:
    """The same per person, where enough calls of the person have the item.

    Returns
    -------
    DataFrame, one row per person and item with at least `min_calls` calls, sorted by them: manager,
        item, calls, share, low, high, others (share of the same item among the calls of the rest),
        p_fdr (of so few done by chance, after Benjamini-Hochberg over all rows), weaker (below the
        others beyond chance: p_fdr under `outlier_fdr`)

    Source
    ------
    Fisher's exact test, one-sided, on the calls with the item done (a part of an item counts from
    one half on).
    """
    found = item_calls(book)
    found = found.assign(whole=(found["done"] >= 0.5).astype(int))
    sums = {"calls": ("done", "size"), "done": ("done", "sum"), "whole": ("whole", "sum")}
    table = found.groupby(["manager", "item"]).agg(**sums).reset_index()
    total = table.groupby("item")[["calls", "done", "whole"]].transform("sum")
    rest = total["calls"] - table["calls"]
    table["others"] = (total["done"] - table["done"]) / rest.where(rest > 0)
    table["p"] = fewer_than_rest(table["whole"], table["calls"], total["whole"], total["calls"])
    table = _with_share(table)
    table = table[table["calls"] >= book.thresholds.min_calls].reset_index(drop=True)
    known = table["p"].notna()
    table["p_fdr"] = np.nan
    table.loc[known, "p_fdr"] = benjamini_hochberg(table.loc[known, "p"])
    table["weaker"] = table["p_fdr"] < book.thresholds.outlier_fdr
    return table[table["manager"].isin(shown_in(book))][PEOPLE].reset_index(drop=True)


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    calls, done = table["calls"].astype(float), table["done"].astype(float)
    low, high = wilson(done, calls)
    return table.assign(share=done / calls, low=low, high=high)
