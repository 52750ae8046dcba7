"""Errors that a user can act on. Each says what is wrong, where, what was there and what to do.

>>> str(missing_columns("deals", ["manager"], ["Owner", "id"]))
"deals lacks ['manager']. It has ['Owner', 'id']. Map your export's headings under `columns: deals:` in the params."
"""  # noqa: E501

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 100  # options that a message lists: every column or threshold, but not every client


class SalesnbError(Exception):
    """A mistake in the call, the params or the data: shown as one message, without a traceback."""


class ParamError(SalesnbError):
    """The params file or a parameter is wrong."""


class DataError(SalesnbError):
    """The data cannot be used as it is."""


class RunError(SalesnbError):
    """A report could not be made."""


def nearest(name: str, options: Iterable[str]) -> str:
    """The option spelled most like `name`, or an empty string.

    >>> nearest("chanels", ["channels", "company"])
    'channels'
    >>> nearest("xyz", ["channels"])
    ''
    """
    options = [str(option) for option in options]
    by_folded = {option.casefold(): option for option in options}
    found = get_close_matches(str(name).casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def unknown(kind: str, name: str, options: Iterable[str], where: str = "") -> ParamError:
    """The error for a name that is not among `options`: names the nearest one and what there is.

    >>> str(unknown("channel", "Sight", ["Phone", "Site"]))
    "unknown channel 'Sight'. Did you mean 'Site'? There are: Phone, Site."
    """
    options = [str(option) for option in options]
    near = nearest(name, options)
    hint = f" Did you mean {near!r}?" if near else ""
    place = f" in {where}" if where else ""
    more = f" and {len(options) - MOST_NAMED} more" if len(options) > MOST_NAMED else ""
    listed = ", ".join(options[:MOST_NAMED]) or "none"
    return ParamError(f"unknown {kind} {str(name)!r}{place}.{hint} There are: {listed}{more}.")


def missing_columns(table: str, columns: Iterable[str], has: Iterable[str]) -> DataError:
    """The error for columns that a table must have and lacks."""
    columns, has = sorted(columns), list(has)
    near = [repr(found) for column in columns if (found := nearest(column, has))]
    hint = f"Did you mean {' and '.join(near)}? " if near else ""
    return DataError(
        f"{table} lacks {columns}. {hint}It has {has}. "
        f"Map your export's headings under `columns: {table}:` in the params."
    )
