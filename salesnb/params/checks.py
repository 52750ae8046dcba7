"""Checks of single values of a params file: each gives the value back, or says in one sentence what
is wrong.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from salesnb.errors import nearest, unknown
from salesnb.formats.currency import currency_code
from salesnb.formats.fold import fold


def known_currency(value: str) -> str:
    """A currency by its code of three letters.

    >>> known_currency("rub")
    'RUB'
    >>> known_currency("rubles")
    Traceback (most recent call last):
    ...
    ValueError: 'rubles' is no code of a currency. Did you mean 'RUB'?
    """
    code = currency_code(value)
    if code is not None and code == value.strip().upper():
        return code
    hint = f". Did you mean {code!r}?" if code else ": write three letters, such as RUB, USD or EUR"
    raise ValueError(f"{value!r} is no code of a currency{hint}")


def known_country(value: str) -> str:
    """A country that has a production calendar, by its code of two letters.

    >>> known_country("ru")
    'RU'
    """
    code, known = value.strip().upper(), _countries()
    if code in known:
        return code
    near = nearest(code, sorted(known))
    raise ValueError(
        f"there is no production calendar for {value!r}: write two letters, such as RU or US."
        + (f" Did you mean {near!r}?" if near else "")
    )


def known_zone(value: str) -> str:
    """A time zone by its name in the zone database.

    >>> known_zone("Europe/Moskow")
    Traceback (most recent call last):
    ...
    ValueError: unknown time zone 'Europe/Moskow'. Did you mean 'Europe/Moscow'?
    """
    if value in _zones():
        return value
    near = nearest(value, _zones())
    raise ValueError(f"unknown time zone {value!r}" + (f". Did you mean {near!r}?" if near else ""))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    from holidays import list_supported_countries  # slow to import, and needed once

    return frozenset(list_supported_countries())


def known(kind: str, names: Iterable[str], options: Iterable[str], where: str = "") -> None:
    """Names that are all among `options`.

    >>> known("status", ["won", "lots"], ["won", "lost"])
    Traceback (most recent call last):
    ...
    ValueError: unknown status 'lots'. Did you mean 'lost'? There are: won, lost.
    """
    for name in names:
        if name not in options:
            raise ValueError(str(unknown(kind, name, options, where)))


def rising(values: tuple) -> tuple:
    """Cuts in their order: at least one, none below 0, each above the one before.

    >>> rising((0.8, 0.95))
    (0.8, 0.95)
    """
    if not values or values[0] < 0 or any(b <= a for a, b in zip(values, values[1:], strict=False)):
        raise ValueError(f"must be rising numbers from 0 on; it is {list(values)}")
    return values


def once(words: Mapping[str, Iterable], column: str = "") -> Mapping[str, Iterable]:
    """Words that each stand under one name only: case, spaces and ё do not tell words apart.

    >>> once({"won": ["Won"], "lost": ["Lost", "won "]})
    Traceback (most recent call last):
    ...
    ValueError: 'won ' stands under both won and lost: keep it under one
    """
    seen: dict[str, str] = {}
    for name, spelled in words.items():
        for word in spelled:
            key = fold(word)
            if seen.setdefault(key, name) != name:
                place = f"{column}: " if column else ""
                raise ValueError(
                    f"{place}{word!r} stands under both {seen[key]} and {name}: keep it under one"
                )
    return words
