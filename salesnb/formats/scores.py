"""A score beside its cuts: rounding never carries it over one."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from salesnb.formats.voice import Voice, is_missing

STEP = Decimal("0.1")


def printed_score(score: float, cuts: Iterable[float]) -> float:
    """A score as it is printed, with one decimal; rounded down where rounding up would carry it
    over a cut. NaN stays NaN.

    >>> [printed_score(one, (60, 80)) for one in (79.99, 80.0, 59.999, 72.96, 72.94)]
    [79.9, 80.0, 59.9, 73.0, 72.9]
    """
    if is_missing(score):
        return float("nan")
    exact = Decimal(repr(float(score)))
    rounded = exact.quantize(STEP, ROUND_HALF_UP)
    if any(exact < Decimal(repr(float(cut))) <= rounded for cut in cuts):
        rounded = exact.quantize(STEP, ROUND_FLOOR)
    return float(rounded)


def printed_cut(cut: float, voice: Voice) -> str:
    """A cut of scores as a reader sees it: with a decimal only where it has one.

    >>> printed_cut(60.0, Voice()), printed_cut(62.5, Voice())
    ('60', '62.5')
    """
    return voice.number(cut, 0 if cut % 1 == 0 else 1)
