"""File names of channels: safe on every system, still readable."""

import re
from collections.abc import Mapping

from salesnb.schema import DEPARTMENT

LENGTH = 60
ANALYST_PAGE = "-analyst"  # end of the name of the page with everything
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "index",
    "today",
    DEPARTMENT,
    *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)),
}


def slug(name: str) -> str:
    """Letters and digits kept (Cyrillic too), the rest "-", at most 60 characters.

    >>> slug("Сайт / Site №1"), slug("../../etc")
    ('Сайт-Site-1', 'etc')
    """
    text = re.sub(r"[^\w]+|_+", "-", name, flags=re.UNICODE).strip("-")
    text = "".join(letter for letter in text if letter.isalnum() or letter == "-")
    return text[:LENGTH].strip("-") or "channel"


def file_names(channels: list[str], kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """A file name of its own for every channel: reserved or equal names (case does not count) get
    "-2".

    `kept` : channel → name of an earlier run into the same folder: a channel keeps its name, and no
    other one takes it; not a name that a page for analysts has today

    >>> file_names(["Site", "site", "CON"])
    {'Site': 'Site', 'site': 'site-2', 'CON': 'CON-2'}
    >>> file_names(["a b", "a-b", "a/b"], kept={"a/b": "a-b"})
    {'a b': 'a-b-2', 'a-b': 'a-b-3', 'a/b': 'a-b'}
    >>> file_names(["Site", "Site analyst"], kept={"Site analyst": "Site-analyst"})
    {'Site': 'Site', 'Site analyst': 'Site-analyst-2'}
    """
    kept = {
        channel: name
        for channel, name in (kept or {}).items()
        if not name.casefold().endswith(ANALYST_PAGE)
    }
    taken, found = RESERVED | {name.casefold() for name in kept.values()}, {}
    for channel in channels:
        if channel in kept:
            found[channel] = kept[channel]
            continue
        base = name = slug(channel)
        number = 2
        while name.casefold() in taken or name.casefold().endswith(ANALYST_PAGE):
            name = f"{base[: LENGTH - 4]}-{number}"
            number += 1
        taken.add(name.casefold())
        found[channel] = name
    return found
