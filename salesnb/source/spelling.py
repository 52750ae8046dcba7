"""How likely a word is in a language: its letters after each other, its capitals, its signs.

Pairs of letters are counted in the names of countries, languages, scripts, cities and currencies
that Unicode's CLDR has in each language.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from math import log

from babel import Locale

SMOOTH = (
    6.0  # how many pairs a letter must have before they weigh more than how usual the letters are
)
STRANGE = 1e-6  # chance of a letter that the language does not have
ASCII = 2e-4  # of a Latin letter that a Latin language hardly has: names are borrowed
OPENS, CLOSES = "«“„\u00a0№", "»”“’…\u00a0"  # signs that stand before a word, and after one
APART = "–—€£°§®©™·•²½" + OPENS + CLOSES  # signs that stand for themselves
SIGN, ODD = 0.01, 1e-6  # chance of such a sign where it is usual, and of any sign elsewhere
GONE = 1e-8  # of a byte that the encoding does not have
TURN = {
    (False, True): 0.002,
    (False, False): 0.998,
    (True, True): 0.3,
    (True, False): 0.7,
}  # capital after capital …


@dataclass(frozen=True)
class Spelling:
    """How often letters, and letters after letters, stand in the names of a language; " " is the
    end of a word.
    """

    letters: dict[str, float]
    pairs: dict[tuple[str, str], int]
    begun: dict[str, int]
    latin: bool
    told: dict[tuple[str, str], float] = field(default_factory=dict)  # what `after` has said

    def after(self, before: str, letter: str) -> float:
        """Log chance that `letter` follows `before`."""
        found = self.told.get((before, letter))
        if found is None:
            found = self.told[before, letter] = self._after(before, letter)
        return found

    def _after(self, before: str, letter: str) -> float:
        usual = self.letters.get(letter) or (ASCII if self.latin and letter.isascii() else STRANGE)
        return log(
            (self.pairs.get((before, letter), 0) + SMOOTH * usual)
            / (self.begun.get(before, 0) + SMOOTH)
        )


@cache
def spelling(language: str) -> Spelling:
    """The spelling of a language, counted in the names that CLDR has in it."""
    pairs: Counter[tuple[str, str]] = Counter()
    for word in _named(language):
        spelled = f" {word} "
        pairs.update(zip(spelled, spelled[1:], strict=False))
    begun: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for (before, letter), n in pairs.items():
        begun[before] += n
        letters[letter] += n
    total = sum(letters.values())
    latin = (
        sum(n for letter, n in letters.items() if letter.isascii() and letter != " ") * 2 > total
    )
    return Spelling(
        {letter: n / total for letter, n in letters.items()}, dict(pairs), dict(begun), latin
    )


def _named(language: str) -> Iterable[str]:
    """Words of a language, in small letters, once each."""
    locale = Locale.parse(language)
    cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
    names = [
        *locale.territories.values(),
        *locale.languages.values(),
        *locale.currencies.values(),
        *locale.scripts.values(),
        *cities,
    ]
    text = (
        " ".join(map(str, names)).lower().replace("ț", "ţ").replace("ș", "ş")
    )  # as cp1250 has the Romanian letters
    return sorted(set(re.findall(r"[^\W\d_]+", text)))


def chance(text: str, language: str) -> float:
    """Log chance of a word in a language: its letters after each other, and where its capitals
    stand.
    """
    spelled = spelling(language)
    chance, before, capital = 0.0, " ", None
    for place, letter in enumerate(text):
        if not letter.isalpha():
            chance += _of_sign(text, place) + (spelled.after(before, " ") if before != " " else 0.0)
            before, capital = " ", None
            continue
        small, upper = letter.lower()[0], letter.isupper()
        chance += spelled.after(before, small) + (
            log(TURN[capital, upper]) if capital is not None else log(0.5)
        )
        before, capital = small, upper
    return chance + (spelled.after(before, " ") if before != " " else 0.0)


def _of_sign(text: str, place: int) -> float:
    """Log chance of a sign at a place of a word: a quote opens before letters and closes after
    them.
    """
    sign = text[place]
    after, before = place > 0 and text[place - 1].isalpha(), text[place + 1 : place + 2].isalpha()
    usual = (
        (before and sign in OPENS)
        or (after and sign in CLOSES)
        or (not before and not after and sign in APART)
    )
    return log(GONE if sign == "\ufffd" else SIGN if usual else ODD)
