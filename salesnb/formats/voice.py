"""Voice: numbers, dates and messages in one language and currency.

Every figure that a person reads is formatted here; rounding, signs, spaces and "n/a" are decided
once.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias, get_args

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol

from salesnb.formats.words import catalogue

Language: TypeAlias = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
MISSING = "n/a"
MINUS = "\u2212"
NO_BREAK = "\u00a0"
DASH = "\u2013"


@dataclass(frozen=True)
class Voice:
    """How a report speaks: its language, its currency, and the segment that every title names.

    >>> Voice("en", "EUR").percent(0.3)
    '30.0%'
    >>> Voice("ru", "RUB").money(1234567.4)
    '1\xa0234\xa0567\xa0₽'
    """

    language: str = "en"
    currency: str = "RUB"
    segment: str = ""

    # ---- messages -------------------------------------------------------------------------------------------------  # noqa: E501

    def say(self, message: str, **values: object) -> str:
        """`message` in this language, its ``{names}`` filled with `values`.

        >>> Voice().say("{won} of {closed}", won=3, closed=5)
        '3 of 5'
        """
        translated = catalogue(self.language).gettext(message) if message else ""
        text = translated.format(**values) if values else translated
        return text.replace(
            "п..", "п."
        )  # "п. п." at the end of a sentence brings the full stop with it

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """The message in the plural form of `n` (Russian has three); ``{n}`` is the formatted
        number.

        >>> Voice().plural("{n} deal", "{n} deals", 1), Voice().plural("{n} deal", "{n} deals",
        ...     1200)
        ('1 deal', '1,200 deals')
        """
        text = catalogue(self.language).ngettext(one, many, n)
        return text.format(n=self.count(n), **values)

    def listing(self, items: Iterable[object], again: bool = False) -> str:
        """Items as a sentence has them: "A, B and C", each once; figures may stand `again`.

        >>> Voice().listing(["A", "B", "C", "B"]), Voice().listing([30, 30], again=True)
        ('A, B and C', '30 and 30')
        """
        words = [str(item) for item in items]
        words = words if again else list(dict.fromkeys(words))
        if len(words) < 2:
            return "".join(words)
        return ", ".join(words[:-1]) + " " + self.say("and") + " " + words[-1]

    def titled(self, text: str) -> str:
        """A title, or what stands in its place for a reader without a picture, with the segment
        that the figures are of.

        >>> Voice().titled("Stage funnel"), Voice(segment="source: Fair").titled("Stage funnel")
        ('Stage funnel', 'Stage funnel · source: Fair')
        """
        return f"{text} · {self.segment}" if self.segment else text

    # ---- numbers --------------------------------------------------------------------------------------------------  # noqa: E501

    @property
    def missing(self) -> str:
        """What stands where there is no number."""
        return self.say(MISSING)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with `digits` decimals, grouped, with a true minus; "n/a" when missing.

        >>> Voice().number(-1234.56, 1), Voice("ru").number(1234.56,
        ...     1), Voice().number(float("nan"))
        ('−1,234.6', '1\\xa0234,6', 'n/a')
        """
        if is_missing(value):
            return self.missing
        rounded = _rounded(value, digits)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = format_decimal(abs(rounded), format=pattern, locale=self.language)
        return (MINUS if rounded < 0 else "") + text.replace("\u202f", NO_BREAK)

    def count(self, value: float) -> str:
        """A whole number."""
        return self.number(value, 0)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share 0..1 as per cent: 0.3 is "30.0%"."""
        return (
            self.missing
            if is_missing(share)
            else self.number(share * 100, digits) + self.percent_sign
        )

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """An interval of shares as per cents.

        >>> Voice().interval(0.231, 0.882)
        '23–88%'
        """
        if is_missing(low) or is_missing(high):
            return self.missing
        return f"{self.number(low * 100, digits)}{DASH}{self.number(high * 100, digits)}{self.percent_sign}"  # noqa: E501

    @property
    def percent_sign(self) -> str:
        """Russian sets it off by a space, English does not."""
        return NO_BREAK + "%" if self.language == "ru" else "%"

    def points(self, difference: float, digits: int = 1) -> str:
        """A difference of shares in percentage points, always signed.

        >>> Voice().points(-0.021), Voice("ru").points(0.021)
        ('−2.1\\xa0pp', '+2,1\\xa0п.\\xa0п.')
        """
        if is_missing(difference):
            return self.missing
        return self.signed(difference * 100, digits) + NO_BREAK + self.say("pp")

    def size_points(self, difference: float, digits: int = 1) -> str:
        """How large a difference of shares is, whichever way: without a sign.

        >>> Voice().size_points(-0.021)
        '2.1\xa0pp'
        """
        if is_missing(difference):
            return self.missing
        return self.number(abs(difference) * 100, digits) + NO_BREAK + self.say("pp")

    def bare_points(self, difference: float, digits: int = 1) -> str:
        """A difference of shares in percentage points without the unit, for a table whose caption
        names it.

        >>> Voice().bare_points(-0.021)
        '−2.1'
        """
        return self.missing if is_missing(difference) else self.signed(difference * 100, digits)

    def chance(self, share: float) -> str:
        """A chance in whole per cents; never a certainty, which no data give.

        >>> Voice().chance(0.9999), Voice().chance(0.001), Voice().chance(0.73)
        ('>\\xa099%', '<\\xa01%', '73%')
        """
        if is_missing(share):
            return self.missing
        if share > 0.99 or share < 0.01:
            sign, edge = (">", 0.99) if share > 0.5 else ("<", 0.01)
            return f"{sign}{NO_BREAK}{self.percent(edge, 0)}"
        return self.percent(share, 0)

    def points_interval(self, low: float, high: float, digits: int = 1) -> str:
        """An interval of differences in percentage points.

        >>> Voice().points_interval(-0.021, 0.034)
        '−2.1 to +3.4\\xa0pp'
        """
        if is_missing(low) or is_missing(high):
            return self.missing
        ends = {"low": self.signed(low * 100, digits), "high": self.signed(high * 100, digits)}
        return self.say("{low} to {high}", **ends) + NO_BREAK + self.say("pp")

    def signed(self, value: float, digits: int = 0) -> str:
        """A number with its sign, plus included; a rounded zero has none."""
        text = self.number(value, digits)
        if is_missing(value) or _rounded(value, digits) <= 0:
            return text
        return "+" + text

    def money(self, value: float, digits: int = 0) -> str:
        """A sum in the report's currency.

        >>> Voice("en", "USD").money(-1234), Voice("en", "RUB").money(1234)
        ('−$1,234', '₽1,234')
        """
        if is_missing(value):
            return self.missing
        text, symbol = self.number(value, digits), self.symbol
        if self.language == "ru":
            return text + NO_BREAK + symbol
        return (MINUS + symbol + text[1:]) if text.startswith(MINUS) else symbol + text

    def short_money(self, value: float) -> str:
        """A sum in thousands or millions, for cards and axes.

        >>> Voice("en", "USD").short_money(1_234_567), Voice("ru", "RUB").short_money(12_300)
        ('$1.23M', '12,3\\xa0тыс.\\xa0₽')
        """
        if is_missing(value):
            return self.missing
        for size, name in ((1e9, "bn"), (1e6, "M"), (1e3, "K")):
            if abs(value) >= size:
                scaled = value / size
                digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
                unit = self.say(name)
                text = self.number(scaled, digits)
                if self.language == "ru":
                    return text + NO_BREAK + unit + NO_BREAK + self.symbol
                sign, text = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
                return sign + self.symbol + text + unit
        return self.money(value)

    @property
    def symbol(self) -> str:
        """The sign of the currency: ₽, $, €."""
        symbol = get_currency_symbol(
            self.currency, locale="ru" if self.currency == "RUB" else self.language
        )
        return symbol if self.language == "ru" or len(symbol) == 1 else symbol + NO_BREAK

    def days(self, value: float, digits: int = 1) -> str:
        """A length in days.

        >>> Voice().days(12), Voice().days(1, 0), Voice("ru").days(12.5)
        ('12.0 days', '1 day', '12,5 дня')
        """
        if is_missing(value):
            return self.missing
        text = self.number(value, digits)
        if digits:  # a fraction has a form of its own: "12.5 days", «12,5 дня»
            return self.say("{days} days", days=text)
        form = catalogue(self.language).ngettext("{days} day", "{days} days long", round(value))
        return form.format(days=text).removesuffix(" long")

    # ---- dates ----------------------------------------------------------------------------------------------------  # noqa: E501

    def date(self, value: dt.date | str) -> str:
        """A day: 30 Sep 2026, or 30.09.2026 in Russian."""
        if is_missing(value):
            return self.missing
        pattern = "dd.MM.yyyy" if self.language == "ru" else "d MMM yyyy"
        return format_date(pd.Timestamp(value).date(), pattern, locale=self.language)

    def month(self, value: dt.date | str) -> str:
        """A month in words: "September 2026".

        >>> Voice().month("2026-09"), Voice("ru").month("2026-09")
        ('September 2026', 'сентябрь 2026')
        """
        return format_date(first_day(value), "LLLL yyyy", locale=self.language)

    def short_month(self, value: dt.date | str, year: str = "yy") -> str:
        """A month for an axis or a card: "Sep 26", or with ``year="yyyy"`` "Sep 2026"."""
        return format_date(first_day(value), f"LLL {year}", locale=self.language).replace(".", "")

    def quarter(self, value: dt.date | str) -> str:
        """A quarter for a label, given as text or a pandas Period.

        >>> Voice().quarter("2026Q3"), Voice("ru").quarter("2026Q3")
        ('Q3 2026', '3-й кв. 2026')
        """
        return format_date(
            pd.Period(str(value), "Q").start_time.date(), "QQQ yyyy", locale=self.language
        )

    @property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return Locale.parse(self.language)


def _rounded(value, digits: int) -> Decimal:
    """Half goes up, as people and spreadsheets round: 8.5 is 9.

    >>> [str(_rounded(value, 0)) for value in (7.5, 8.5, -0.5)], str(_rounded(0.125, 2))
    (['8', '9', '-1'], '0.13')
    """
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def first_day(month: dt.date | str) -> dt.date:
    """First day of a month given as text or a pandas Period."""
    return pd.Period(str(month), "M").start_time.date()


def is_missing(value: object) -> bool:
    """Whether there is no number: None, NaN, NaT, NA or an infinity."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and not math.isfinite(value)
