"""Which letters the bytes of a text file stand for, told by how people spell.

A file says nothing of its encoding, and a wrong one still gives letters: «Josй» for «José». So each encoding is tried on
the words that have letters beyond ASCII, and the one wins under which they look most like words: pairs of letters as
they follow each other in the names of countries, languages and currencies that Unicode's CLDR has for each language.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import exp, log

from babel import Locale

WESTERN = {"de": 2, "fr": 2, "es": 2, "pt": 2, "it": 1, "nl": 0.5, "sv": 0.5, "da": 0.5, "nb": 0.3, "fi": 0.5, "is": 0.02}  # fmt: skip
CENTRAL = {"pl": 2, "cs": 2, "hu": 1, "sk": 0.5, "ro": 0.5, "hr": 1, "sl": 0.3, "de": 1}
# encoding → how usual it is, and its languages with their weights; of encodings that read a file alike the first wins
ENCODINGS = {
    "cp1251": (1.0, {"ru": 6, "uk": 1, "kk": 1, "bg": 1, "be": 0.3, "sr": 0.3, "mk": 0.2}),
    "cp1252": (1.0, WESTERN),
    "cp1250": (0.5, CENTRAL),
    "cp1254": (0.3, {"tr": 4, "de": 1, "fr": 1}),
    "cp866": (0.2, {"ru": 6, "uk": 0.5, "be": 0.3}),
    "koi8-r": (0.1, {"ru": 6}),
    "mac-cyrillic": (0.05, {"ru": 6, "uk": 1, "bg": 0.5, "be": 0.3}),
    "cp1253": (0.1, {"el": 1}),
    "cp1257": (0.1, {"lt": 1, "lv": 1, "et": 1}),
    "cp1255": (0.02, {"he": 1}),
    "cp1256": (0.02, {"ar": 1, "fa": 0.5}),
    "mac-roman": (0.02, WESTERN),
    "cp850": (0.02, WESTERN),
    "cp852": (0.01, CENTRAL),
    "iso-8859-5": (0.005, {"ru": 6}),
    "iso-8859-2": (0.02, {"pl": 2, "cs": 2, "hu": 1, "sk": 0.5, "hr": 1, "sl": 0.3, "de": 1}),
}  # fmt: skip
WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
MOST_WORDS = 20_000  # words of a large file that are looked at
SMOOTH = 6.0  # how many pairs a letter must have before they weigh more than how usual the letters are
STRANGE = 1e-6  # chance of a letter that the language does not have
ASCII = 2e-4  # of a Latin letter that a Latin language hardly has: names are borrowed
OPENS, CLOSES = "«“„\u00a0№", "»”“’…\u00a0"  # signs that stand before a word, and after one
APART = "–—€£°§®©™·•²½" + OPENS + CLOSES  # signs that stand for themselves
SIGN, ODD = 0.01, 1e-6  # chance of such a sign where it is usual, and of any sign elsewhere
GONE = 1e-8  # of a byte that the encoding does not have
TURN = {(False, True): 0.002, (False, False): 0.998, (True, True): 0.3, (True, False): 0.7}  # capital after capital …


@dataclass(frozen=True)
class Found:
    """The likeliest encoding, the likeliest one that reads other letters, and what was looked at.

    Attributes
    ----------
    name, other : encodings; `other` is "" where every other one reads the same
    words : different words with letters beyond ASCII
    sample, other_sample : the first of them, as either encoding reads them
    fit : mean log chance of a letter of these words; a language that is none of ours has a low one
    """

    name: str
    other: str
    words: int
    sample: str
    other_sample: str
    fit: float


def recognise_encoding(content: bytes) -> Found:
    """The encoding of bytes that are not UTF-8.

    >>> [recognise_encoding(text.encode(name)).name
    ...  for text, name in [("Иванова", "koi8-r"), ("José Peña", "cp1252"), ("Łódź", "cp1250"), ("Şube", "cp1254")]]
    ['koi8-r', 'cp1252', 'cp1250', 'cp1254']
    """
    words = _words(content)
    scores = {name: log(prior) + _score(words, name) for name, (prior, _) in ENCODINGS.items()}
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    read = [_decoded(word, best) for word in words]
    other = next((n for n in ranked[1:] if [_decoded(word, n) for word in words] != read), "")
    letters = sum(len(word) * n for word, n in words.items())
    return Found(
        best, other, len(words), ", ".join(read[:4]), ", ".join(_decoded(w, other or best) for w in list(words)[:4]),
        scores[best] / max(1, letters),
    )  # fmt: skip


def _words(content: bytes) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for number, match in enumerate(WORD.finditer(content)):
        if number >= MOST_WORDS:
            break
        found[match[0]] += 1
    return found


def _score(words: Counter[bytes], encoding: str) -> float:
    """Log chance of the words under an encoding; a word that is repeated weighs little more than once."""
    weights = ENCODINGS[encoding][1]
    total = sum(weights.values())
    score = 0.0
    for word, times in words.items():
        text = _decoded(word, encoding)
        chances = [(weight / total, _chance(text, language)) for language, weight in weights.items()]
        top = max(chance for _, chance in chances)
        score += (1 + log(times)) * (top + log(sum(weight * exp(chance - top) for weight, chance in chances)))
    return score


def _decoded(word: bytes, encoding: str) -> str:
    return word.decode(encoding, errors="replace")


def _chance(text: str, language: str) -> float:
    """Log chance of a word in a language: its letters after each other, and where its capitals stand."""
    spelled = spelling(language)
    chance, before, capital = 0.0, " ", None
    for place, letter in enumerate(text):
        if not letter.isalpha():
            chance += _of_sign(text, place) + (spelled.after(before, " ") if before != " " else 0.0)
            before, capital = " ", None
            continue
        small, upper = letter.lower()[0], letter.isupper()
        chance += spelled.after(before, small) + (log(TURN[capital, upper]) if capital is not None else log(0.5))
        before, capital = small, upper
    return chance + (spelled.after(before, " ") if before != " " else 0.0)


def _of_sign(text: str, place: int) -> float:
    """Log chance of a sign at a place of a word: a quote opens before letters and closes after them."""
    sign = text[place]
    after, before = place > 0 and text[place - 1].isalpha(), text[place + 1 : place + 2].isalpha()
    usual = (before and sign in OPENS) or (after and sign in CLOSES) or (not before and not after and sign in APART)
    return log(GONE if sign == "\ufffd" else SIGN if usual else ODD)


@dataclass(frozen=True)
class Spelling:
    """How often letters, and letters after letters, stand in the names of a language; " " is the end of a word."""

    letters: dict[str, float]
    pairs: dict[tuple[str, str], int]
    begun: dict[str, int]
    latin: bool

    def after(self, before: str, letter: str) -> float:
        """Log chance that `letter` follows `before`."""
        usual = self.letters.get(letter) or (ASCII if self.latin and letter.isascii() else STRANGE)
        return log((self.pairs.get((before, letter), 0) + SMOOTH * usual) / (self.begun.get(before, 0) + SMOOTH))


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
    latin = sum(n for letter, n in letters.items() if letter.isascii() and letter != " ") * 2 > total
    return Spelling({letter: n / total for letter, n in letters.items()}, dict(pairs), dict(begun), latin)


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
    text = " ".join(map(str, names)).lower().replace("ț", "ţ").replace("ș", "ş")  # as cp1250 has the Romanian letters
    return sorted(set(re.findall(r"[^\W\d_]+", text)))
