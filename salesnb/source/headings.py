"""Headings as people write them: padded, repeated, with look-alike letters."""

import re
import unicodedata

# Latin letters that look like Cyrillic ones: both are folded to the Latin form, so that either spelling matches
LOOK_ALIKES = str.maketrans("авекмнорстухё", "abekmhopctyxe")
# marks that nobody sees and that tell equal words apart: byte order mark, zero-width spaces and joiners, soft hyphen
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_GONE = str.maketrans("", "", INVISIBLE)
_WRAPPED = re.compile(r'^="(.*)"$')
_LOOSE = re.compile(r"[\s_\-.,:;!?()\[\]\"'«»№#*/\\]+")


def clean_heading(text) -> str:
    """A heading without invisible marks, padding, doubled spaces and what keeps a spreadsheet from reading a formula.

    >>> clean_heading("\\ufeffБюджет  "), clean_heading('="ID"')
    ('Бюджет', 'ID')
    """
    plain = re.sub(r"\s+", " ", str(text or "").translate(_GONE)).strip()
    return _WRAPPED.sub(r"\1", plain)


def fold_heading(text) -> str:
    """What is left of a heading when case, spaces, punctuation and look-alike letters do not count.

    >>> fold_heading("Deal - ID") == fold_heading("deal id") == fold_heading("DEAL_ID")
    True
    >>> fold_heading("Статус") == fold_heading("Cтатус")  # the second with a Latin C
    True
    """
    plain = unicodedata.normalize("NFKC", clean_heading(text)).casefold().replace("ё", "е")
    return _LOOSE.sub("", plain).translate(LOOK_ALIKES)


def unique_headings(raw) -> list[str]:
    """Clean headings; blanks are named by place, repeats get " (2)", " (3)".

    >>> unique_headings(["ID", "Товар ", "Товар", ""])
    ['ID', 'Товар', 'Товар (2)', 'column 4']
    """
    seen: dict[str, int] = {}
    result = []
    for place, text in enumerate(raw, start=1):
        name = clean_heading(text) or f"column {place}"
        key = name.casefold()  # the engine's column names do not tell case apart
        seen[key] = seen.get(key, 0) + 1
        result.append(name if seen[key] == 1 else f"{name} ({seen[key]})")
    return result
