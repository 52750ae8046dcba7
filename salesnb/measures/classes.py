"""What a table of classes says: concentration, steadiness, the matrix of ABC and XYZ, who moved."""

import numpy as np
import pandas as pd

from salesnb.measures.xyz import LETTERS, SLACK


def concentration(classes: pd.DataFrame, share: float = 0.8) -> dict:
    """How few items bring `share` of the value, and how much the largest fifth of them brings.

    Returns
    -------
    dict: items, of, share_of_items, share; fifth (items in the largest fifth, at least one),
        fifth_share (0..1)

    >>> from salesnb.measures.abc_xyz import abc
    >>> found = concentration(abc({"a": 900, "b": 50, "c": 30, "d": 20}))
    >>> found["items"], found["fifth"], round(found["fifth_share"], 2)
    (1, 1, 0.9)
    """
    positive = classes[classes["value"] > 0]
    reached = int((positive["cum_share"] - positive["share"] < share - SLACK).sum())
    of = len(positive)
    fifth = max(1, round(of / 5)) if of else 0
    return {
        "items": reached,
        "of": of,
        "share_of_items": reached / of if of else float("nan"),
        "share": share,
        "fifth": fifth,
        "fifth_share": float(positive["share"].iloc[:fifth].sum()) if of else float("nan"),
    }


def steadiness(classes: pd.DataFrame) -> dict:
    """How many items with a value above zero are surely steady (X), surely not (Z), surely between
    (Y), new, or not told yet.

    >>> table = pd.DataFrame({"value": [5, 4, 3, 2, 1, 0], "xyz": ["X", "Z", "Z", "new", "", "X"],
    ...     "sure": [True, True, False, False, False, True]})
    >>> steadiness(table)
    {'of': 5, 'X': 1, 'Y': 0, 'Z': 1, 'new': 1, 'unsure': 2}
    """
    classes = classes[classes["value"] > 0]
    sure = classes[classes["sure"].fillna(False).astype(bool)]["xyz"].value_counts()
    counts = {letter: int(sure.get(letter, 0)) for letter in LETTERS}
    new = int((classes["xyz"] == "new").sum())
    return (
        {"of": len(classes)}
        | counts
        | {"new": new, "unsure": len(classes) - sum(counts.values()) - new}
    )


def matrix(classes: pd.DataFrame, told: bool = False) -> pd.DataFrame:
    """Number and value of items per cell of ABC × XYZ: abc, xyz, items, value.

    With `told` a letter of XYZ counts only where the months tell it, as in `steadiness`: the rest
        are "unsure".

    >>> table = pd.DataFrame({"item": list("abc"), "value": [5.0, 4.0, 1.0], "abc": ["A", "A", "B"],
    ...     "xyz": ["X", "Z", "new"], "sure": [True, False, False]})
    >>> matrix(table, told=True).values.tolist()
    [['A', 'X', 1, 5.0], ['A', 'unsure', 1, 4.0], ['B', 'new', 1, 1.0]]
    """
    if told:
        known = classes["sure"].fillna(False).astype(bool) | (classes["xyz"] == "new")
        classes = classes.assign(xyz=classes["xyz"].where(known, "unsure"))
    table = classes.groupby(["abc", "xyz"], as_index=False).agg(
        items=("item", "size"), value=("value", "sum")
    )
    return table.sort_values(["abc", "xyz"]).reset_index(drop=True)


def movement(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Items whose ABC class is another than the month before.

    Returns
    -------
    DataFrame: item, value (NaN where it is no longer there), value_before (NaN where it was not),
    before, now (classes; "–" where it was not there), direction (fell: to a lower class or away;
    rose; new). First those that fell, by the class before and the value before; then the others, by
    value.

    Examples
    --------
    >>> from salesnb.measures.abc_xyz import abc
    >>> before, now = abc({"a": 90, "b": 60, "c": 5}), abc({"b": 95, "c": 5, "d": 60, "a": 1})
    >>> movement(now, before)[["item", "before", "now", "direction"]].values.tolist()
    [['a', 'A', 'C', 'fell'], ['d', '–', 'A', 'new']]
    """
    both = now[["item", "value", "abc"]].merge(
        before[["item", "value", "abc"]], on="item", how="outer", suffixes=("", "_before")
    )
    both = both.assign(now=both["abc"].fillna("–"), before=both["abc_before"].fillna("–"))
    moved = both[both["now"] != both["before"]]
    rank = {letter: place for place, letter in enumerate("ABCN–")}
    lower = moved["now"].map(rank) > moved["before"].map(rank)
    direction = np.select([moved["before"] == "–", lower], ["new", "fell"], "rose")
    fell = direction == "fell"
    keys = {
        "_first": ~fell,
        "_class": moved["before"].map(rank).where(fell, 0),
        "_size": -moved["value"].where(~fell, moved["value_before"]),
    }
    table = moved.assign(direction=direction.astype(object), **keys).sort_values(
        [*keys, "item"], kind="stable"
    )
    return table[["item", "value", "value_before", "before", "now", "direction"]].reset_index(
        drop=True
    )
