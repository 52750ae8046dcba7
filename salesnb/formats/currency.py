"""Currencies by their codes, names and signs, in the languages of the countries that
pay in them.
"""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import (
    get_currency_name,
    get_currency_symbol,
    get_territory_currencies,
    list_currencies,
)

# words of CRMs and of people that name a currency but are neither its code nor its full name
WORDS = {
    "RUB": ("rur", "рубль", "рубли", "рублей", "рубля", "рублях", "руб", "рб", "р", "₽", "ruble",
        "rouble", "rubles", "roubles"),
    "USD": ("доллар", "доллары", "доллара", "долларов", "долл", "доллар сша", "dollar", "dollars",
        "us dollar", "$", "us$", "$us"),
    "EUR": ("евро", "euro", "euros", "€", "ευρώ", "eura", "eur"),
    "GBP": ("£", "pound", "pounds", "фунт", "фунта", "фунтов", "фунт стерлингов", "стг"),
    "KZT": ("₸", "тенге", "теңге", "тг", "тнг", "tenge", "tg"),
    "UAH": ("₴", "гривна", "гривны", "гривен", "гривня", "гривні", "гривень", "грн", "hryvnia",
        "uah"),
    "BYN": ("byr", "бел руб", "белорусский рубль", "белорусских рублей", "br"),
    "UZS": ("сум", "сумов", "сўм", "soum", "som uz"),
    "KGS": ("сом", "сомов"),
    "CNY": ("юань", "юаня", "юаней", "yuan", "rmb"),
    "JPY": ("иена", "иены", "иен", "йен", "yen", "円"),
    "PLN": ("zł", "zl", "zloty", "złoty", "złotych", "злотый", "злотых"),
    "CZK": ("kč", "kc"),
    "TRY": ("₺", "tl", "lira", "türk lirası", "лира", "лир"),
    "INR": ("₹", "rs", "rupee", "rupees", "рупий"),
    "CHF": ("sfr", "franken"),
    "AMD": ("драм", "драмов", "֏"),
    "GEL": ("лари", "₾"),
    "AZN": ("манат", "маната", "манатов", "₼"),
    "AED": ("dhs", "dirham", "dirhams", "дирхам", "дирхамов"),
    "BRL": ("r$", "reais", "real"),
    "AUD": ("a$", "au$"),
    "CAD": ("c$", "ca$"),
    "KRW": ("₩", "won", "вон"),
    "CRC": ("₡", "colones", "colón"),
    "RON": ("lei", "leu"),
    "RSD": ("din", "дин"),
    "SGD": ("s$", "sg$"),
    "PHP": ("₱",),
    "NGN": ("₦",),
    "ILS": ("₪", "nis", "шекель", "шекелей"),
}  # fmt: skip
# signs that several currencies share, the usual one first; for the others none is usual: they count
# where they are the company's
SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "CLP", "COP", "ARS", "UYU"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "£": ("GBP", "EGP", "LBP", "GIP", "FKP", "SHP"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "₨": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "руб": ("RUB", "BYN"),
    "р": ("RUB", "BYN"),
    "рублей": ("RUB", "BYN"),
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
}
OWN_ONLY = {
    "p": ("RUB",),
    "k": ("ZMW", "PGK", "MMK"),
    "l": ("HNL", "MDL"),
    "m": ("LSL",),
    "s": ("SOS",),
    "e": ("SZL",),
}
THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "TND", "JOD", "LYD", "IQD"})
_APOSTROPHES = str.maketrans("", "", "'’‘ʻʼ`´\u200b\u200e\u200f")


def currency_code(word: str) -> str | None:
    """The code of a currency that `word` names; None when it names none. Of a sign that several
    share: the usual one.

    >>> [currency_code(word) for word in ("руб.", "RUR", "Доллар США", "Euro", "US Dollar (USD)",
    ...     "coins")]
    ['RUB', 'RUB', 'USD', 'EUR', 'USD', None]
    """
    found = readings(word)
    return found[0] if found else None


def readings(word: str, own: str | None = None) -> tuple[str, ...]:
    """Codes of the currencies that `word` may name, the usual one first; empty when it names none.

    Parameters
    ----------
    own : the company's currency: it comes first where it is among them

    >>> readings("грн."), readings("so'm"), readings("¥"), readings("¥", "CNY"), readings("apples")
    (('UAH',), ('UZS',), ('JPY', 'CNY'), ('CNY', 'JPY'), ())
    """
    plain = _folded(word)
    if not plain:
        return ()
    found = (
        SHARED.get(plain)
        or _one(_written().get(plain) or _code(plain) or _names().get(plain))
        or _own_only(plain, own)
        or _coded(word)
        or _world().get(plain, ())
    )
    return (own, *(code for code in found if code != own)) if own in found else found


def _one(code: str | None) -> tuple[str, ...]:
    return (code,) if code else ()


def _code(plain: str) -> str | None:
    """The code itself, whatever its case."""
    code = plain.upper()
    return code if code in list_currencies() else None


def _own_only(plain: str, own: str | None) -> tuple[str, ...]:
    """Letters that stand for a currency only where it is the company's: a K may as well be a
    thousand.
    """
    return (own,) if own in OWN_ONLY.get(plain, ()) else ()


def _coded(word: str) -> tuple[str, ...]:
    """The one code that stands in a longer name: "US Dollar (USD)"."""
    parts = {part for part in re.findall(r"\b[A-Z]{3}\b", str(word)) if part.lower() in _names()}
    return (_names()[parts.pop().lower()],) if len(parts) == 1 else ()


def _folded(word: str) -> str:
    return " ".join(
        str(word).translate(_APOSTROPHES).casefold().replace("ё", "е").replace(".", " ").split()
    )


@lru_cache(maxsize=1)
def _written() -> dict[str, str]:
    """Folded word → code, of the words that CRMs write: they win over all others."""
    return {_folded(word): code for code, words in WORDS.items() for word in words}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Folded word → code. What CRMs write wins over the dictionary of the world's currencies."""
    found: dict[str, str] = {}
    for code in sorted(list_currencies()):
        for language in ("en", "ru"):
            for number in (None, 1, 2, 5):
                found.setdefault(
                    _folded(get_currency_name(code, count=number, locale=language)), code
                )
            found.setdefault(_folded(get_currency_symbol(code, locale=language)), code)
        found[code.lower()] = code
    return found | _written()


@lru_cache(maxsize=1)
def _world() -> dict[str, tuple[str, ...]]:
    """Folded word → codes, as the people of each country write their own currency. Takes seconds:
    asked for last.
    """
    found: dict[str, set[str]] = {}
    for language, codes in _paid_in().items():
        try:
            locale = Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            continue
        for code in codes:
            named = [
                get_currency_name(code, count=number, locale=locale) for number in (None, 1, 2, 5)
            ]
            for word in (*named, get_currency_symbol(code, locale=locale)):
                found.setdefault(_folded(word), set()).add(code)
    kept = {word: tuple(sorted(codes)) for word, codes in found.items()}
    return {word: codes for word, codes in kept.items() if len(word) > 1 and len(codes) == 1}


def _paid_in() -> dict[str, set[str]]:
    """Language → codes of the currencies of the countries that speak it."""
    found: dict[str, set[str]] = {}
    for country in get_global("territory_currencies"):
        for language in get_official_languages(country, de_facto=True):
            found.setdefault(language, set()).update(get_territory_currencies(country))
    return found
