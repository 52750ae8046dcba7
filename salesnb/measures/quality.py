"""Quality of calls: the score of every person, its colour, and how sure that is."""

from fractions import Fraction

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike
from salesnb.measures.hearings import TYPES, YEAR, calls, exact, of_months, shown_people
from salesnb.stats import (
    Calibration,
    calibration,
    class_chances,
    mean_interval,
    pooled_spread,
    t_interval,
)

COLOURS = ("red", "yellow", "green")
COLUMNS = [
    "manager",
    "needs",
    "needs_mean",
    "objections",
    "objections_mean",
    "calls",
    "score",
    "se",
    "df",
    "spread",
    "colour",
    "p_red",
    "p_yellow",
    "p_green",
    "p_colour",
    "state",
    "ai",
]


def colours(book: BookLike) -> pd.DataFrame:
    """Score and colour of every person by the calls of the last `score_months` months that end on
    as_of; memoised on the Book.

    Own calls only, each once; those who left are left out. Calls that only a program heard count
    where `ai_line` can read them as a person's score, else not at all.

    Returns
    -------
    DataFrame, one row per person with a scored call in these months, sorted by manager
        manager; needs, objections (calls); needs_mean, objections_mean; calls (of the two types);
        score = ½ (needs_mean + objections_mean), 0..100, unrounded, NaN where one type is missing;
        se, df (of the score); spread (s, one for all: within person and type); colour ("red",
        "yellow", "green", None); p_red, p_yellow, p_green, p_colour (chance that the true score is
        there, 0..1); state ("sure", "re-check": chance below `colour_chance`, "preliminary": fewer
        calls than `colour_min_calls` or `colour_min_each`, "none": one type is missing); ai (calls
        among them that only a program heard)

    Source
    ------
    definitions, "Call quality": red x < 60, yellow 60 ≤ x < 80, green x ≥ 80 on the unrounded
    score; se = ½·s·√(1/n₁ + 1/n₂), s pooled within (manager × type) of the period (of twelve months
    where the period has fewer than `pooled_min_calls` calls), t with df = calls − groups.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> heard = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-10"),
    ...     "call_type": ["needs", "objections"] * 4, "score": [90.0, 80, 92, 78, 88, 82, 90, 80]})
    >>> found = colours(s.book(deals, reviews=heard, month="2026-09", as_of="2026-09-30"))
    >>> found[["manager", "needs", "score", "colour", "state"]].values.tolist()
    [['Ann', 4, 85.0, 'green', 'sure']]
    """
    return book.kept("_colours", lambda: _colours(book))


def _colours(book) -> pd.DataFrame:
    cuts, line = book.thresholds.score_cuts, ai_line(book)
    counted = counted_calls(book)
    found = [_person(name, counted[counted["manager"] == name], line) for name in shown_in(book)]
    s, df = spread(book)
    rows = [one | _error(one, s, df, line) for one in found]
    chances = class_chances(
        [float(row["score"]) for row in rows],
        [row["se"] for row in rows],
        [row["df"] for row in rows],
        cuts,
    )
    rows = [
        row | _judged(row, chance, book.thresholds)
        for row, chance in zip(rows, chances, strict=True)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["colour"] = table["colour"].astype(object).where(table["colour"].notna(), None)
    floats = [c for c in COLUMNS if c.endswith("_mean") or c.startswith("p_")]
    whole = ["needs", "objections", "calls", "ai"]
    return table.astype(
        dict.fromkeys([*floats, "score", "se", "df", "spread"], float)
        | dict.fromkeys(whole, "int64")
    )


def counted_calls(
    book: BookLike, months: int | None = None, found: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The calls of the last months (default `score_months`) that enter a score: `calls` with score
    as it counts (of a call that only a program heard: as `ai_line` reads it), program (whether only
    a program heard it).

    All types; a colour stands on two of them. `found` : these calls instead of the Book's own.
    """
    found = calls(book) if found is None else found
    found = of_months(book, found, months or book.thresholds.score_months)
    line, program = ai_line(book), found["people"] == 0
    found = found.assign(program=program)
    if line is None:
        return found[~program].reset_index(drop=True)
    read = [
        exact(float(line.read(float(row["program_score"])))) if row["program"] else row["score"]
        for row in found.to_dict("records")
    ]
    return found.assign(score=pd.Series(read, index=found.index, dtype=object))


def ai_line(book: BookLike) -> Calibration | None:
    """How scores of programs are read as a person's: a straight line over the calls of twelve
    months that both scored.

    None, so that such scores enter nothing, with fewer than `ai_min_calls` of these calls, or where
    a higher score of the program does not go with a higher one of the people beyond chance.
    """
    both = both_heard(book)
    if len(both) < book.thresholds.ai_min_calls:
        return None
    line = calibration(*(both[c].astype(float) for c in ("score", "program_score")))
    return line if line is not None and line.tells else None


def both_heard(book: BookLike) -> pd.DataFrame:
    """`calls` of twelve months that people and a program scored."""
    found = calls(book)
    return found[(found["people"] > 0) & (found["programs"] > 0)].reset_index(drop=True)


def spread(book: BookLike) -> tuple[float, int]:
    """Spread of a single call around the mean of its person and type, as people scored it, and its
    degrees of freedom: of the months of a colour, or of twelve where these have too few calls. The
    calls of those who left say as much of it as those of the others.
    """
    for months in (book.thresholds.score_months, YEAR):
        found = of_months(book, calls(book), months)
        found = found[(found["people"] > 0) & found["call_type"].isin(TYPES)]
        if len(found) >= book.thresholds.pooled_min_calls:
            break
    n, squares = [], []
    for _, scores in found.groupby(["manager", "call_type"])["score"]:
        n.append(len(scores))
        squares.append(float(sum(x * x for x in scores) - Fraction(sum(scores)) ** 2 / len(scores)))
    return pooled_spread(n, squares)


def shown_in(book: BookLike) -> list[str]:
    """Those of `shown_people` with a scored call in the months of a colour."""
    there = set(of_months(book, calls(book), book.thresholds.score_months)["manager"])
    return [name for name in shown_people(book) if name in there]


def means_of(own: pd.DataFrame) -> tuple[dict[str, Fraction], Fraction | None]:
    """Exact mean of each type of a person's calls, and the score: None where a type is missing."""
    of_type = {kind: own.loc[own["call_type"] == kind, "score"] for kind in TYPES}
    means = {k: Fraction(sum(scores)) / len(scores) for k, scores in of_type.items() if len(scores)}
    both = len(means) == len(TYPES)
    return means, sum(means.values(), Fraction(0)) / len(TYPES) if both else None


def _person(name: str, own: pd.DataFrame, line: Calibration | None) -> dict:
    """Counts and means of a person's calls; what the calls that only a program heard add to the
    error.
    """
    means, whole = means_of(own)
    found: dict = {"manager": name, "calls": 0, "ai": 0, "_read": 0.0, "_weight": 0.0, "_lean": 0.0}
    for kind in TYPES:
        rows = own[own["call_type"] == kind]
        read = [float(x) for x in rows.loc[rows["program"], "program_score"]]
        n = len(rows)
        found |= {kind: n, f"{kind}_mean": float(means[kind]) if n else np.nan}
        found["calls"] += n
        found["ai"] += len(read)
        if line is not None and read:
            found["_read"] += len(read) / n**2 * line.residual**2
            found["_weight"] += len(read) / n / 2
            found["_lean"] += sum(x - line.centre for x in read) / n / 2
    return found | {"_exact": whole, "score": np.nan if whole is None else float(whole)}


def _error(row: dict, s: float, df: int, line: Calibration | None) -> dict:
    """Standard error of a score and its degrees of freedom; with calls that a program heard also
    the residual of each of them and the error of the line.
    """
    if row["_exact"] is None or df < 1:
        return {"se": np.nan, "df": float(df) if df > 0 else np.nan, "spread": s}
    variance = s**2 * (1 / row["needs"] + 1 / row["objections"]) / 4
    if line is not None and row["ai"]:
        variance += row["_read"] / 4 + float(line.line_variance(row["_weight"], row["_lean"]))
        df = min(df, line.df)
    return {"se": float(np.sqrt(variance)), "df": float(df), "spread": s}


def _judged(row: dict, chances, thresholds) -> dict:
    """Colour, the chance of each, and how sure it is."""
    found: dict = dict(zip(("p_red", "p_yellow", "p_green"), chances, strict=True))
    if row["_exact"] is None:
        return found | {"colour": None, "p_colour": np.nan, "state": "none"}
    place = colour_of(row["_exact"], thresholds.score_cuts)
    chance = float(chances[place])
    few = row["calls"] < thresholds.colour_min_calls or (
        min(row["needs"], row["objections"]) < thresholds.colour_min_each
    )
    sure = "sure" if chance >= thresholds.colour_chance else "re-check"
    state = "preliminary" if few else sure
    return found | {"colour": COLOURS[place], "p_colour": chance, "state": state}


def colour_of(score: Fraction, cuts: tuple[float, float]) -> int:
    """Place of the colour of an exact score: a cut belongs to the colour above it.

    >>> [COLOURS[colour_of(exact(x), (60, 80))] for x in (59.999, 60.0, 79.999, 80.0)]
    ['red', 'yellow', 'yellow', 'green']
    """
    return sum(score >= exact(cut) for cut in cuts)


def types(book: BookLike) -> pd.DataFrame:
    """Calls and mean per person and type in the months of a colour, other types than the two of a
    colour too; what only a program heard where it enters no score stands apart.

    Returns
    -------
    DataFrame, sorted by manager, type and scored_by: manager, call_type, scored_by ("people": what
        enters a score, "program": what enters none), calls, mean, low, high (Student, 95 %)
    """
    counted = counted_calls(book).assign(scored_by="people")
    apart = of_months(book, calls(book), book.thresholds.score_months)
    apart = apart[apart["people"] == 0] if ai_line(book) is None else apart.head(0)
    apart = apart.assign(scored_by="program", score=apart["program_score"])
    keys = ["manager", "call_type", "scored_by"]
    both = pd.concat([part[[*keys, "score"]].astype(object) for part in (counted, apart)])
    table = _means(both[both["manager"].isin(shown_people(book))], keys)
    deviation = table.pop("sd")
    ends = (table["mean"], deviation, table["calls"])
    low, high = mean_interval(*(column.to_numpy(float) for column in ends))
    return table.assign(low=low, high=high)


def months(book: BookLike) -> pd.DataFrame:
    """Calls and mean per person, type and month, the 12 months that end with that of as_of.

    Returns
    -------
    DataFrame, sorted by manager, type and month: manager, call_type, month, calls, mean, part (the
        month is not over: not to be called highest or lowest among whole ones)
    """
    counted = counted_calls(book, YEAR)
    counted = counted[counted["manager"].isin(shown_people(book))]
    last = pd.Period(book.as_of, "M")
    dated = counted.assign(month=counted["at"].dt.to_period("M").astype(str))
    dated = dated[dated["month"] > str(last - YEAR)]
    table = _means(dated, ["manager", "call_type", "month"]).drop(columns="sd")
    unfinished = book.as_of < last.end_time.date()
    return table.assign(part=(table["month"] == str(last)) & unfinished)


def _means(found: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Per group, sorted: keys, calls, mean and sd of exact scores."""
    rows = []
    for key, scores in found.groupby(keys, sort=True)["score"]:
        n, mean = len(scores), Fraction(sum(scores)) / len(scores)
        squares = sum((x - mean) ** 2 for x in scores)
        sd = float(np.sqrt(float(squares) / (n - 1))) if n > 1 else np.nan
        rows.append([*key, n, float(mean), sd])
    table = pd.DataFrame(rows, columns=[*keys, "calls", "mean", "sd"])
    return table.astype({"calls": "int64", "mean": float, "sd": float})


def with_intervals(people: pd.DataFrame) -> pd.DataFrame:
    """`colours` with the 95 % interval of the score (low, high, within 0..100) and of the gap
    between the two types (gap = needs less objections, gap_low, gap_high); weaker: the type that
    is below the other beyond chance, else "".
    """
    score, se, df = (people[c].to_numpy(float) for c in ("score", "se", "df"))
    low, high = t_interval(score, se, df)
    gap = (people["needs_mean"] - people["objections_mean"]).to_numpy(float)
    gap_low, gap_high = t_interval(gap, 2 * se, df)  # the score is half the sum, the gap all of it
    weaker = np.select([gap_high < 0, gap_low > 0], TYPES, "")
    found = people.assign(low=np.clip(low, 0, 100), high=np.clip(high, 0, 100))
    return found.assign(gap=gap, gap_low=gap_low, gap_high=gap_high, weaker=weaker)
