"""Tables from a database, through SQLAlchemy."""

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote, unquote

from sqlalchemy import create_engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from salesnb.errors import DataError
from salesnb.params import SqlSource
from salesnb.source.sheets import exact

CHUNK = 10_000
# an address with a password, which ends at the last @ of the address
SECRET = re.compile(r"(?P<before>[^:/]+://[^:@/]*:)(?P<password>.*)@(?P<after>[^@]*)$", re.S)


def query_records(source: SqlSource, table: str) -> tuple[list[str], Iterator[tuple[int, list]]]:
    """Headings and (row number, cells) of a query. The address is never shown: it may hold a
    password.
    """
    url = address(source.url, table)
    try:
        engine = create_engine(spelled_out(url))
        connection = engine.connect()
        result = connection.execution_options(stream_results=True).execute(text(source.sql))
    except (ArgumentError, ModuleNotFoundError, ValueError):
        raise DataError(
            f"{table}: the address under `data: {table}: url` is not one that SQLAlchemy knows, "
            "such as postgresql+psycopg://host/name."
        ) from None
    except SQLAlchemyError as error:
        raise _said(error, url, table) from None

    def rows():
        number = 0
        try:
            with connection:
                for chunk in result.partitions(CHUNK):
                    for row in chunk:
                        number += 1
                        yield number, [_plain(cell) for cell in row]
        except SQLAlchemyError as error:
            raise _said(error, url, table) from None
        engine.dispose()

    return list(result.keys()), rows()


def spelled_out(url: str) -> str:
    """The address with the signs of its password escaped, so that an `@` or a `/` in it ends
    nothing.

    >>> spelled_out("postgresql://ann:p@ss/word@host/sales")
    'postgresql://ann:p%40ss%2Fword@host/sales'
    """
    found = SECRET.match(url)
    if found is None:
        return url
    plain = found["password"]
    kept = (
        plain
        if re.fullmatch(r"(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", plain)
        else quote(plain, safe="")
    )
    return f"{found['before']}{kept}@{found['after']}"


def scrubbed(reason: str, url: str) -> str:
    """What a driver says, without the address, the password or a piece of it, in whichever way it
    is escaped.

    >>> scrubbed('could not translate host name "ssword@host"',
    ...     "postgresql://ann:p@ssword@host/sales")
    'could not translate host name "…@host"'
    """
    found = SECRET.match(url)
    named = re.findall(r"(?:password|passwd|pwd|token|secret|key)=([^&;\s]+)", url, re.I)
    secrets = {
        secret
        for one in [found["password"] if found else "", *named]
        for secret in (one, unquote(one), quote(one, safe=""))
    }
    pieces = {
        piece for secret in secrets for piece in re.split(r"[^\w]+", secret) if len(piece) > 2
    }
    for piece in sorted({url, spelled_out(url), *secrets, *pieces} - {""}, key=len, reverse=True):
        reason = reason.replace(piece, "…")
    return reason


def _said(error: SQLAlchemyError, url: str, table: str) -> DataError:
    reason = (str(getattr(error, "orig", None) or error).splitlines() or ["nothing"])[0]
    return DataError(
        f"{table}: the database says: {scrubbed(reason, url)}. Look at `url` and `sql` under "
        f"`data: {table}:`."
    )


def address(url: str, table: str) -> str:
    """The address itself, read from the environment when it is ``env:NAME``."""
    if not url.startswith("env:"):
        return url
    name = url.removeprefix("env:")
    if not os.environ.get(name):
        raise DataError(
            f"{table}: the environment has no {name}; `data: {table}: url: env:{name}` needs it."
        )
    return os.environ[name]


def _plain(cell):
    """A cell as text: times with their zone, decimals exact."""
    if cell is None:
        return None
    if isinstance(cell, (float, Decimal)):
        return exact(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
