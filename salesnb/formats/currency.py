"""Currencies by their codes, names and signs, in English and in Russian."""

import re
from functools import lru_cache

from babel.numbers import get_currency_name, list_currencies

# words of CRMs that name a currency but are neither its code nor its full name
WORDS = {
    "RUB": ("rur", "рубль", "рубли", "рублей", "рубля", "руб", "р", "₽", "ruble", "rouble", "rubles", "roubles"),
    "USD": ("доллар", "доллары", "долларов", "долл", "доллар сша", "dollar", "dollars", "us dollar", "$", "us$"),
    "EUR": ("евро", "euro", "euros", "€"),
    "GBP": ("£", "pound", "pounds", "фунт", "фунт стерлингов"),
    "KZT": ("₸", "тенге", "tenge"),
    "UAH": ("₴", "гривна", "грн", "hryvnia"),
    "BYN": ("byr", "бел руб", "br"),
    "UZS": ("сум", "сўм", "soum"),
    "CNY": ("юань", "yuan"),
}


def currency_code(word: str) -> str | None:
    """The code of a currency that `word` names; None when it names none.

    >>> [currency_code(word) for word in ("руб.", "RUR", "Доллар США", "Euro", "US Dollar (USD)", "coins")]
    ['RUB', 'RUB', 'USD', 'EUR', 'USD', None]
    """
    plain = _folded(word)
    if plain in _names():
        return _names()[plain]
    codes = {part for part in re.findall(r"\b[A-Z]{3}\b", str(word)) if part.lower() in _names()}
    return _names()[codes.pop().lower()] if len(codes) == 1 else None


def _folded(word: str) -> str:
    return " ".join(str(word).casefold().replace("ё", "е").replace(".", " ").split())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Folded word → code. What CRMs write wins over the dictionary of the world's currencies."""
    found = {}
    for code in sorted(list_currencies()):
        for language in ("en", "ru"):
            for number in (None, 1, 2, 5):
                found.setdefault(_folded(get_currency_name(code, count=number, locale=language)), code)
        found[code.lower()] = code
    return found | {_folded(word): code for code, words in WORDS.items() for word in words}
