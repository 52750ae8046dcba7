"""Time zones as exports write them beside a time: offsets, letters, names. One that is not
understood is never dropped.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

WORLD = ("z", "utc", "gmt", "ut", "zulu", "всемирное")
# letters that mean one zone wherever they are written; IST, CST, BST and their like mean several
# and are not here
LETTERS = {
    "msk": 3, "мск": 3, "msd": 4, "мсд": 4, "samt": 4, "yekt": 5, "екб": 5, "omst": 6, "krat": 7,
        "irkt": 8, "yakt": 9, "vlat": 10,
    "magt": 11, "pett": 12, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "wet": 0,
        "west": 1, "trt": 3,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9,
        "akdt": -8, "hst": -10,
    "brt": -3, "art": -3, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "wib": 7, "aest": 10, "aedt": 11,
        "awst": 8, "acst": 9.5, "acdt": 10.5,
    "nzst": 12, "nzdt": 13, "uzt": 5, "azt": 4, "get": 4, "npt": 5.75, "pkt": 5, "eat": 3, "cat": 2,
        "sast": 2,
}  # fmt: skip
OFFSET = re.compile(
    r"(?P<open>[(\[])?\s*(?P<base>[^\W\d_]+)?\s*(?P<sign>[+\-\u2212])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)(?:(?<=\d)[)\]])?"
)
NAMED = re.compile(
    r"\s*[(\[]?(?P<name>[^\W\d_]+(?:/[a-z_]+(?:/[a-z_]+|[+-]\d{1,2})?)?)[)\]]?(?![^\W_])"
)
COMMENT = re.compile(
    r"\s*(?:\([^()]*\)|\[[^\[\]]*\])"
)  # says again in words what the offset before it says
FARTHEST = 14 * 60  # minutes from UTC of the farthest zone
BESIDE = re.compile(r"\s*(?:по\s+)?(?=\S)|\s*")  # "22:30 по МСК"


@dataclass(frozen=True)
class Zone:
    """A zone as it is written: minutes from the place or the letters that it starts from, which may
    be none.
    """

    minutes: float = 0
    letters: str = ""
    place: str = ""

    def of(self, at: dt.datetime, homes: tuple[str, ...]) -> dt.tzinfo | None:
        """The zone at a time by its own clock; None where its letters do not hold then, as those of
        summer in winter.
        """
        if self.place:
            return ZoneInfo(self.place)
        base = _letters(self.letters, homes, at) if self.letters else 0
        return None if base is None else dt.timezone(dt.timedelta(minutes=base + self.minutes))


@lru_cache(maxsize=10_000)
def split_zone(text: str, homes: tuple[str, ...]) -> tuple[Zone | None, str]:
    """The zone with which the casefolded text after a clock begins, and what is left of the text.

    Parameters
    ----------
    text : what stands after the clock
    homes : zones of the company and of the export: letters that mean several zones mean theirs

    Returns
    -------
    the zone, or None where the text does not begin with one that is understood: then all of the
        text is left

    >>> split_zone(" gmt+0300 (москва, стандартное время)", ())
    (Zone(minutes=180, letters='', place=''), '')
    >>> split_zone(" ist", ("Asia/Kolkata",)), split_zone(" ist", ("Europe/Moscow",))
    ((Zone(minutes=0, letters='ist', place=''), ''), (None, ' ist'))
    >>> split_zone(" utc 2026", ())
    (Zone(minutes=0, letters='', place=''), ' 2026')
    """
    beside = BESIDE.match(text)
    start = beside.end() if beside else 0
    for read in (_offset, _named):
        zone, end = read(text, start, homes)
        if zone is not None:
            return zone, _without_comment(text[end:], homes)
    return None, text


def _without_comment(text: str, homes) -> str:
    """The text after an offset without what says the same again: (Moscow Standard Time),
    [Europe/Moscow], MSK.
    """
    if comment := COMMENT.match(text):
        return text[comment.end() :]
    again = NAMED.match(text)
    return text[again.end() :] if again and _is_zone(again["name"], homes) else text


def _offset(text: str, start: int, homes) -> tuple[Zone | None, int]:
    """+03, +0300, +03:00, also after the name of a zone: GMT+3, МСК+2."""
    found = OFFSET.match(text, start)
    if not found or not (found["base"] is None or _is_zone(found["base"], homes)):
        return None, 0
    size = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    if size > FARTHEST or int(found["minutes"] or 0) > 59:
        return None, 0
    letters = "" if (found["base"] or "z") in WORLD else found["base"]
    return Zone(size if found["sign"] == "+" else -size, letters), found.end()


def _named(text: str, start: int, homes) -> tuple[Zone | None, int]:
    """UTC, MSK, Europe/Moscow."""
    found = NAMED.match(text, start)
    if not found:
        return None, 0
    name = found["name"]
    if "/" in name:
        return (Zone(place=_places()[name]), found.end()) if name in _places() else (None, 0)
    if not _is_zone(name, homes):
        return None, 0
    return Zone(letters="" if name in WORLD else name), found.end()


def _is_zone(word: str, homes: tuple[str, ...]) -> bool:
    return word in WORLD or word in LETTERS or any(word in _called(home) for home in homes)


@lru_cache(maxsize=100)
def _called(zone: str) -> frozenset[str]:
    """The letters by which a zone is called in winter and in summer."""
    days = (dt.datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return frozenset((day.tzname() or "").casefold() for day in days)


def _letters(word: str, homes: tuple[str, ...], at: dt.datetime) -> float | None:
    """Minutes from UTC that letters mean: for the company what its own zone is called by, else what
    they mean everywhere.
    """
    for home in homes:
        if word in _called(home):
            both = (at.replace(tzinfo=ZoneInfo(home), fold=fold) for fold in (0, 1))
            offset = next(
                (local.utcoffset() for local in both if (local.tzname() or "").casefold() == word),
                None,
            )
            if offset is not None:
                return offset.total_seconds() / 60
    return LETTERS[word] * 60 if word in LETTERS else None


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones()) if "/" in name}


def to_zone(moment: dt.datetime, zone: str) -> dt.datetime:
    """A moment with a zone by the clock of another, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def from_clock(moment: dt.datetime, own: str, zone: str) -> dt.datetime:
    """A time by the clock of zone `own` as the clock of `zone` shows it.

    An hour that the clock shows twice is the later one, and one that it skips is counted on: as the
        engine does.

    >>> from_clock(dt.datetime(2026, 10, 25, 2, 30), "Europe/Berlin", "UTC")
    datetime.datetime(2026, 10, 25, 1, 30)
    >>> from_clock(dt.datetime(2026, 3, 29, 2, 30), "Europe/Berlin", "UTC")
    datetime.datetime(2026, 3, 29, 1, 30)
    """
    if own == zone:
        return moment
    both = (moment.replace(tzinfo=ZoneInfo(own), fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return to_zone(max(both), zone)
