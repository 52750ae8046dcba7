"""Tables from a database, through SQLAlchemy."""

import os
from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import create_engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from salesnb.errors import DataError
from salesnb.params import SqlSource
from salesnb.source.sheets import exact

CHUNK = 10_000


def query_records(source: SqlSource, table: str) -> tuple[list[str], Iterator[tuple[int, list]]]:
    """Headings and (row number, cells) of a query. The address is never shown: it may hold a password."""
    url = address(source.url, table)
    try:
        engine = create_engine(url)
        connection = engine.connect()
        result = connection.execution_options(stream_results=True).execute(text(source.sql))
    except (ArgumentError, ModuleNotFoundError):
        raise DataError(
            f"{table}: the address under `data: {table}: url` is not one that SQLAlchemy knows, such as postgresql+psycopg://host/name."
        ) from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0].replace(url, "…")
        raise DataError(
            f"{table}: the database says: {reason}. Look at `url` and `sql` under `data: {table}:`."
        ) from None

    def rows():
        number = 0
        with connection:
            for chunk in result.partitions(CHUNK):
                for row in chunk:
                    number += 1
                    yield number, [_plain(cell) for cell in row]
        engine.dispose()

    return list(result.keys()), rows()


def address(url: str, table: str) -> str:
    """The address itself, read from the environment when it is ``env:NAME``."""
    if not url.startswith("env:"):
        return url
    name = url.removeprefix("env:")
    if not os.environ.get(name):
        raise DataError(f"{table}: the environment has no {name}; `data: {table}: url: env:{name}` needs it.")
    return os.environ[name]


def _plain(cell):
    """A cell as text: times with their zone, decimals exact."""
    if cell is None:
        return None
    if isinstance(cell, (float, Decimal)):
        return exact(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
