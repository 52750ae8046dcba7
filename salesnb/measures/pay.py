"""The soft salary: the part of a fixed salary that goes by the colour of the calls."""

from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.errors import ParamError
from salesnb.measures.frames import BookLike
from salesnb.measures.quality import COLOURS, colours
from salesnb.measures.staff import staff_on
from salesnb.measures.workdays import workdays

# why there is no amount; "" where there is one
Blank: TypeAlias = Literal["", "left", "none", "preliminary", "re-check", "no salary"]
STEPS = {"red": Fraction(0), "yellow": Fraction(1, 2), "green": Fraction(1)}
COLUMNS = ["manager", "fixed", "share", "score", "colour", "p_colour", "part", "days", "of"]
COLUMNS += ["amount", "blank"]


def soft_salary(book: BookLike) -> pd.DataFrame:
    """What of the fixed salary each person on the payroll of the month would get by the colour of
    the calls: a proposal.

    Salary × `pay_share` × part of the colour × working days on the payroll / working days of the
    month; absence does not cut it. Rounded to whole units of the currency, half up, at the end
    only.

    Returns
    -------
    DataFrame, one row per person of the list of employees with a working day on the payroll,
        sorted by manager: manager, fixed (money; NaN where unknown or not above zero), share
        (0..1), score, colour, p_colour (as in `colours`), part (0..1; NaN without a colour that
        pays), days, of (working days), amount (money; NaN with a reason), blank (why: "left" by
        as_of, "none": one type of calls or all are missing, "preliminary", "re-check", "no
        salary"; else "")

    Raises
    ------
    ParamError
        `pay` is off, or the month is not over.

    Source
    ------
    definitions, "Soft salary": 30 % of the fixed salary × colour, by working days of the month
    present on the payroll.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> heard = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-20"),
    ...     "call_type": ["needs", "objections"] * 4, "score": [90.0, 89, 88, 91, 90, 90, 89, 90]})
    >>> staff = pd.DataFrame({"manager": ["Ann"], "fixed_salary": [60_000.0],
    ...     "hired_on": ["2026-09-16"]})
    >>> found = soft_salary(s.book(deals, reviews=heard, managers=staff, month="2026-09",
    ...     as_of="2026-09-30", pay=True))
    >>> found[["colour", "days", "of", "amount"]].values.tolist()
    [['green', 11, 22, 9000.0]]
    """
    if not book.params.pay:
        raise ParamError("pay is off: write `pay: true` in the params.")
    if not book.over:
        raise ParamError(f"{book.month} is not over: a salary goes by whole months.")
    whole = book.unfiltered
    known = colours(whole).set_index("manager").to_dict("index")
    rows = [
        _line(name, fixed, known.get(name, {}), days, whole)
        for name, fixed in _salaries(whole).items()
        if (days := _on_payroll(whole, name))[0]
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def part_of(score: float, colour: str, scale: str, cuts: tuple[float, float]) -> Fraction:
    """The part of the soft salary that a colour is worth: by steps, or straight between the cuts.

    >>> [str(part_of(x, "", "linear", (60, 80))) for x in (59, 60, 70, 80, 91)]
    ['0', '0', '1/2', '1', '1']
    >>> str(part_of(79.99, "yellow", "steps", (60, 80)))
    '1/2'
    """
    if scale == "steps":
        return STEPS[colour]
    low, high = (Fraction(repr(float(cut))) for cut in cuts)
    part = (Fraction(repr(float(score))) - low) / (high - low)
    return min(max(part, Fraction(0)), Fraction(1))


def _line(name: str, fixed: float, known: dict, days: tuple[int, int], book) -> dict:
    params, cut = book.params, book.thresholds
    state, colour = known.get("state", "none"), known.get("colour")
    blank = _blank(name, fixed, state, book)
    found = {
        "manager": name,
        "fixed": fixed,
        "share": cut.pay_share,
        "score": known.get("score", np.nan),
        "colour": colour if colour in COLOURS else None,
        "p_colour": known.get("p_colour", np.nan),
        "part": np.nan,
        "days": days[0],
        "of": days[1],
        "amount": np.nan,
        "blank": blank,
    }
    if blank in ("", "no salary"):
        part = part_of(found["score"], str(colour), params.pay_scale, cut.score_cuts)
        found["part"] = float(part)
        if not blank:
            share = Fraction(repr(cut.pay_share))
            exact = Fraction(repr(fixed)) * share * part * Fraction(*days)
            found["amount"] = float(int(exact + Fraction(1, 2)))
    return found


def _blank(name: str, fixed: float, state: str, book) -> Blank:
    left = workdays(book).left.get(name)
    if left is not None and left <= book.as_of:
        return "left"
    if state == "preliminary":
        return "preliminary"
    if state == "re-check":
        return "re-check"
    if state != "sure":
        return "none"
    return "" if fixed > 0 else "no salary"


def _on_payroll(book, name: str) -> tuple[int, int]:
    month = pd.Period(book.month, "M")
    return workdays(book).on_payroll(name, month.start_time.date(), month.end_time.date())


def _salaries(book) -> dict[str, float]:
    """The last known fixed salary of each person by the end of the month; NaN where there is
    none.
    """
    if book.managers is None:
        return {}
    staff = staff_on(book, pd.Period(book.month, "M").end_time.date())
    table = staff[["manager", "fixed_salary"]].dropna(subset=["manager"])
    last = table.sort_values("manager").set_index("manager")["fixed_salary"].astype(float)
    return {str(name): value if value > 0 else np.nan for name, value in last.items()}
