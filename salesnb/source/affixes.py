"""What stands around the digits of an amount: sign, brackets, thousands and millions in words, a
currency.

An amount is read as its digits and its shape, the text with the digits taken out. A column has few
shapes, however many amounts it has: each is understood once, here, and the engine does the rest.
"""

import re
from dataclasses import dataclass

from salesnb.formats.currency import readings

HOLE = "\x01"  # where the digits stood
DASHES = "−–‐‑﹣－-"
# words for a power of ten, as people and banks abbreviate them; the longest that fits is taken
_POWERS = {
    3: ("k", "к", "тыс", "тысяч", "тысячи", "тысяча", "тис", "тисяч", "т р", "тр", "тыр",
        "thousand", "ths", "thsd", "tsd",
        "tausend", "tys", "tis", "мың", "ming", "bin", "χιλ", "χιλιάδες", "t€", "mila", "mille"),
    6: ("m", "м", "mm", "mn", "mln", "mio", "mill", "млн", "миллион", "миллиона", "миллионов",
        "мільйон", "мільйонів",
        "million", "millions", "millionen", "milyon", "εκατ", "mi", "кк", "kk", "миллион(ов)"),
    9: ("bn", "b", "bln", "mrd", "mld", "млрд", "миллиард", "миллиарда", "миллиардов", "мільярд",
        "мільярдів", "billion",
        "milliarden", "milyar", "δισ"),
}  # fmt: skip
_ROUBLES = ("т р", "тр", "тыр")  # a thousand roubles in one word
_INDIAN = {"lakh": 5, "lakhs": 5, "lac": 5, "lacs": 5, "l": 5, "crore": 7, "crores": 7, "cr": 7}
_WORDS = {word: power for power, words in _POWERS.items() for word in words}
_LONGEST_FIRST = sorted(_WORDS, key=len, reverse=True)
_NO_CENTS = re.compile(rf"^\s?[.,]\s?[—{DASHES}]{{1,2}}")
_MINUS_AFTER = re.compile(rf"^[{DASHES}](?=$|\s*\)|\s+[^\s{DASHES}])")
_MINUS_BEFORE = re.compile(rf"^[{DASHES}]\s*|(?<=[^{DASHES}])[{DASHES}]$")


@dataclass(frozen=True)
class Affix:
    """What a shape says of the number in it.

    Attributes
    ----------
    factor : by what the digits are multiplied: the sign times a power of ten
    currency : word or sign that names a currency, as it stands; None when nothing does
    percent : the number is a share of a hundred
    """

    factor: float = 1.0
    currency: str | None = None
    percent: bool = False


def read_shape(shape: str, own: str | None = None) -> Affix | None:
    """What a shape says; None when something in it is not understood: then the number is not read
    either.

    Parameters
    ----------
    shape : the text of an amount with `HOLE` in place of its digits
    own : the company's currency, for signs that several share

    >>> def read(text): return read_shape(text.replace("#", HOLE))
    >>> read("# тыс. руб.").factor, read("(# ₽)").factor, read("#,-").factor, read("#-").factor, read("US$ #").currency
    (1000.0, -1.0, 1.0, -1.0, 'US$')
    >>> read("about #"), read("#/month"), read("--#"), read("($#")
    (None, None, None, None)
    """  # noqa: E501
    before, after = shape.lstrip().split(HOLE, 1)
    after = after.rstrip()
    before, after, minus = _without_sign(before, after)
    if minus is None:
        return None
    if after.startswith(
        "|"
    ):  # a value and its currency in one cell: whatever the word, it is the currency
        word = after[1:].strip()
        return Affix(minus, word or None) if not before and "|" not in word else None
    if after == "%" and not before:
        return Affix(minus, percent=True)
    if own != "INR" and any(mark in before.casefold() for mark in ("₹", "rs", "inr")):
        own = "INR"  # beside rupees stand lakhs and crores
    first, second = _power_and_currency(before, own), _power_and_currency(after, own)
    if first is None or second is None or (first[0] and second[0]):
        return None
    currency = _same_currency(first[1], second[1], own)
    power = first[0] or second[0]
    return None if currency is None else Affix(minus * 10.0**power, currency or None)


def _without_sign(before: str, after: str) -> tuple[str, str, float | None]:
    """Both sides without sign and brackets, and the sign: 1, −1, or None where the signs contradict
    each other.

    `7000.-` and `7000,-` say that there are no cents; `500-` is an accountant's minus.
    """
    found = 0
    bare = _NO_CENTS.sub("", after)
    if bare == after and (match := _MINUS_AFTER.match(after)):
        found, bare = 1, after[match.end() :]
    if bare == ".":
        bare = ""
    after = bare.strip()
    if "(" in before and ")" in after and before.count("(") == after.count(")") == 1:
        before, after, found = before.replace("(", ""), after.replace(")", "").strip(), found + 1
    if before.startswith("+"):
        before = before[1:]
    elif match := _MINUS_BEFORE.search(before):
        before, found = before[: match.start()] + before[match.end() :], found + 1
    return before.strip(), after, {0: 1.0, 1: -1.0}.get(found)


def _power_and_currency(text: str, own: str | None) -> tuple[int, str] | None:
    """The power of ten and the currency of one side; None when a word is neither."""
    if not text:
        return 0, ""
    plain = " ".join(text.casefold().replace("ё", "е").replace(".", " ").split())
    if plain in _WORDS:
        return _WORDS[plain], "руб" if plain in _ROUBLES else ""
    if _is_currency(text, own):
        return 0, text
    for word in _LONGEST_FIRST:
        if (
            plain.startswith(word)
            and (rest := plain[len(word) :].strip())
            and _is_currency(rest, own)
        ):
            return _WORDS[word], rest
        if plain.endswith(f" {word}") and _is_currency(rest := plain[: -len(word)].strip(), own):
            return _WORDS[word], rest
    return (_INDIAN[plain], "₹") if own == "INR" and plain in _INDIAN else None


def _is_currency(text: str, own: str | None) -> bool:
    odd = set(text.removesuffix("/").removesuffix("/.")) & {
        *"/()%",
        *DASHES,
    }  # the sol of Peru is S/
    return len(text) <= 40 and not odd and not re.search(r"\d", text) and bool(readings(text, own))


def _same_currency(first: str, second: str, own: str | None) -> str | None:
    """The one currency that both sides name, "" when neither does; None where they name different
    ones.
    """
    if not first or not second:
        return first or second
    left, right = readings(first, own), readings(second, own)
    if not set(left) & set(right):
        return None
    return first if len(left) <= len(right) else second
