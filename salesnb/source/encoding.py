"""Which letters the bytes of a text file stand for, told by how people spell.

A file says nothing of its encoding, and a wrong one still gives letters: «Josй» for «José». So each
encoding is tried on the words that have letters beyond ASCII, and the one wins under which they
look most like words:
    pairs of letters as
they follow each other in the names of countries, languages and currencies that Unicode's CLDR has
for each language.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from math import exp, log

from salesnb.errors import DataError
from salesnb.source.parsed import Assumption
from salesnb.source.spelling import chance

WESTERN = {"de": 2, "fr": 2, "es": 2, "pt": 2, "it": 1, "nl": 0.5, "sv": 0.5, "da": 0.5, "nb": 0.3,
    "fi": 0.5, "is": 0.02}  # fmt: skip
CENTRAL = {"pl": 2, "cs": 2, "hu": 1, "sk": 0.5, "ro": 0.5, "hr": 1, "sl": 0.3, "de": 1}
# encoding → how usual it is, and its languages with their weights; of encodings that read a file
# alike the first wins
ENCODINGS: dict[str, tuple[float, dict[str, float]]] = {
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
}
WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
FEW = 3  # letters beyond ASCII from which a text that can be read as UTF-8 is not so by chance
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
# encodings of East Asia: first bytes of the signs in daily use, and the letters of which a text has
# some
EAST_ASIA = {
    "cp932": (b"[\x81-\x97\xa1-\xdf]", "[\u3040-\u30ff]"),
    "euc_jp": (b"[\xa1-\xcf]", "[\u3040-\u30ff]"),
    "cp949": (b"[\xb0-\xc8]", "[\uac00-\ud7a3]"),
    "gb18030": (b"[\xb0-\xd7]", "[\u4e00-\u9fff]"),
    "big5": (b"[\xa4-\xc6]", "[\u4e00-\u9fff]"),
}
DAILY = 0.95  # share of the signs of a text that are in daily use
LOOKED_AT = 100_000  # signs by which an encoding of East Asia is told
SURE = 12.0  # log chance by which an encoding must be likelier than another to leave no doubt
MIN_LETTERS = 12  # a single odd word does not say that a file is in no known encoding
WORST_FIT = -8.0  # mean log chance of a letter below which the words are of none of these languages
MOST_WORDS, MOST_DIFFERENT = 20_000, 400  # words of a large file that are looked at


@dataclass(frozen=True)
class Found:
    """The likeliest encoding, the likeliest one that reads other letters, and what was looked at.

    Attributes
    ----------
    name, other : encodings; `other` is "" where every other one reads the same, or far worse
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
    ...  for text, name in [("Иванова", "koi8-r"), ("José Peña", "cp1252"), ("Łódź", "cp1250"),
    ...      ("Şube", "cp1254")]]
    ['koi8-r', 'cp1252', 'cp1250', 'cp1254']
    """
    words = _words(content)
    scores = {name: log(prior) + _score(words, name) for name, (prior, _) in ENCODINGS.items()}
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    read = [_decoded(word, best) for word in words]
    others = {name: [_decoded(word, name) for word in words] for name in ranked[1:]}
    near = [
        n
        for n, other in others.items()
        if scores[best] - scores[n] < SURE and "\ufffd" not in "".join(other)
    ]
    other = next((name for name in near if others[name] != read), "")
    letters = sum(len(word) * _weight(n) for word, n in words.items())
    return Found(
        best,
        other,
        len(words),
        ", ".join(read[:4]),
        ", ".join(others.get(other, read)[:4]),
        scores[best] / max(MIN_LETTERS, letters),
    )


def _weight(times: int) -> float:
    return 1 + log(times)


def _words(content: bytes) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for number, match in enumerate(WORD.finditer(content)):
        if number >= MOST_WORDS or len(found) >= MOST_DIFFERENT:
            break
        found[match[0]] += 1
    return found


def _score(words: Counter[bytes], encoding: str) -> float:
    """Log chance of the words under an encoding; a word that is repeated weighs little more than
    once.
    """
    weights = ENCODINGS[encoding][1]
    total = sum(weights.values())
    score = 0.0
    for word, times in words.items():
        text = _decoded(word, encoding)
        chances = [(weight / total, chance(text, language)) for language, weight in weights.items()]
        top = max(one for _, one in chances)
        score += _weight(times) * (
            top + log(sum(weight * exp(one - top) for weight, one in chances))
        )
    return score


def _decoded(word: bytes, encoding: str) -> str:
    return word.decode(encoding, errors="replace")


def decode(
    content: bytes, named: str | None, label: str, table: str, facts: list, assumed: list
) -> str:
    """The text of a file: as UTF-8 or UTF-16 where it is that, else as named, else by its letters.

    `facts` get the lines that cannot be read, `assumed` an encoding that was told by its letters.

    Raises
    ------
    DataError
        Not a text, not in the encoding that is named, or in none that is known.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").removeprefix("\ufeff")
    text = _utf8(content)
    if named and (text is None or len(content) - len(text) < FEW):
        return _as_named(content, named, label, table)
    if wide := _without_mark(content[:4096]):
        return content.decode(wide, errors="replace")
    if content[:4096].count(0) > 8:
        raise DataError(f"{table}: {label} is not a text file. Export CSV or Excel from the CRM.")
    if text is not None:
        return text
    return _broken_utf8(content, facts) or _by_letters(content, label, table, assumed)


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _as_named(content: bytes, named: str, label: str, table: str) -> str:
    try:
        return content.decode(named).removeprefix("\ufeff")
    except LookupError:
        raise DataError(
            f"{table}: unknown encoding {named!r} for {label}; write utf-8, utf-16 or cp1251."
        ) from None
    except UnicodeError as error:
        place = (
            f": byte {error.start} does not fit" if isinstance(error, UnicodeDecodeError) else ""
        )
        raise DataError(f"{table}: {label} is not {named}{place}. Leave `encoding` out.") from None


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 by its first bytes: every other byte says which alphabet, and those of most alphabets
    are low.
    """
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, rest = sample[start::2], sample[1 - start :: 2]
        low = sum(byte <= 5 for byte in half)
        if low * 5 > len(half) * 2 and low > 2 * sum(byte <= 5 for byte in rest):
            return encoding
    return None


def _broken_utf8(content: bytes, facts: list) -> str | None:
    """UTF-8 with a few broken bytes; None where there are more of these than a damaged file has."""
    loose = content.decode("utf-8", errors="replace")
    broken = loose.count("\ufffd")
    if broken * 4 > sum(ord(letter) > 127 for letter in loose):
        return None
    for number, line in enumerate(loose.split("\n"), start=1):
        if "\ufffd" in line:
            facts.append((number, "undecodable bytes", line.strip()[:200]))
    return loose


def _of_east_asia(content: bytes) -> str | None:
    """The encoding of Chinese, Japanese or Korean, which have a sign for each syllable or word, and
    no letters to be told by.

    >>> [_of_east_asia(text.encode(name)) for text, name in
    ...  (("案件名,商談フェーズ,受注日\\n富士見の保守,ヒアリング,受注", "cp932"), ("客户名称,销售阶段,负责人\\n上海贸易公司,赢单,王小明",
    ...      "gb18030"))]
    ['cp932', 'gb18030']
    """  # noqa: E501
    for name, (daily, letters) in EAST_ASIA.items():
        try:
            signs = [one for one in content.decode(name) if ord(one) > 0x2FFF]
        except UnicodeDecodeError:
            continue
        looked = signs[:LOOKED_AT]
        often = sum(bool(re.match(daily, one.encode(name))) for one in looked)
        if (
            len(looked) >= FEW
            and often >= DAILY * len(looked)
            and any(re.match(letters, one) for one in looked)
        ):
            return name
    return None


def _first_words(text: str) -> str:
    return ", ".join(re.findall(r"[^\W\d_a-zA-Z]+", text)[:4])


def _by_letters(content: bytes, label: str, table: str, assumed: list) -> str:
    found = recognise_encoding(content)
    if found.fit < WORST_FIT:
        asian = _of_east_asia(content)
        if asian is None:
            raise DataError(
                f"{table}: the encoding of {label} cannot be told: read as {found.name} it has "
                f"{found.sample}. "
                f"Name it under `data: reading: {{encoding: …}}`, or export CSV as UTF-8."
            )
        sample = _first_words(content.decode(asian))
        found = replace(found, name=asian, other="", sample=sample, other_sample="")
    values = {
        "table": table,
        "file": label,
        "chosen": found.name,
        "alternative": found.other,
        "words": found.words,
        "sample": found.sample,
        "other_sample": found.other_sample,
    }
    change = {"data": {"reading": {"encoding": found.other}}} if found.other else {}
    assumed.append(Assumption("encoding", values, change))
    return content.decode(found.name, errors="replace")
