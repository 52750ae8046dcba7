"""Numbers and money as people write them: the engine reads the digits, `affixes` what stands around
them.

A column has few outlines (its texts with every digit as a 9), however many rows it has: each is
understood once, in `outlines`, and the engine reads the digits as their outline says.
"""

import zlib

import duckdb
import pandas as pd

from salesnb.source.decimals import Decimal, decide
from salesnb.source.outlines import BODY, THREE, Column, look, outline_sql, plain_sql
from salesnb.source.parsed import Parsed, Settings
from salesnb.source.read import quoted

LIMIT = 1e15  # above this money is no longer exact to the cent: such a number is an id or a phone


def parse_number(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    heading: str,
    settings: Settings | None = None,
    money: bool = False,
) -> Parsed:
    """How to read a column of numbers; `Parsed.currency` gives the word or sign that an amount
    names.

    Parameters
    ----------
    con, relation, heading : where the column is, as text
    settings : the mark before decimals where the params name it, and the company's currency
    money : amounts: with currencies and words for thousands, rounded to cents; else plain numbers
        and percent
    """
    settings = settings or Settings()
    column = look(con, relation, f"r.{quoted(heading)}", settings, money)
    decimal, assumed = decide(con, relation, column, heading, settings, money)
    number, currency = f"try_cast({column.sql} AS DOUBLE)", "NULL"
    if column.outlines:
        ways = f"numbers_{relation}_{zlib.crc32(heading.encode())}"
        _write_ways(con, ways, column, decimal)
        text = f"CASE WHEN NOT {plain_sql(column.sql)} THEN {outline_sql(column.normal)} END"
        way = f"(SELECT any_value(m.way) FROM {ways} m WHERE m.outline = {text})"
        rare = (
            f"list_transform([{{'way': {way}, 't': {column.normal}}}], lambda z: "
            f"{_digits_sql('z.way', 'z.t')} * z.way.factor)[1]"
        )
        number = f"CASE WHEN {plain_sql(column.sql)} THEN {number} ELSE {rare} END"
        if any(one.affix.currency for one in column.outlines):
            currency = f"(SELECT any_value(m.way.currency) FROM {ways} m WHERE m.outline = {text})"
    elif column.odd:
        number = f"CASE WHEN {plain_sql(column.sql)} THEN {number} END"
    number = f"list_transform([{number}], lambda n: CASE WHEN abs(n) < {LIMIT} THEN n END)[1]"
    return Parsed(f"round({number}, 2)" if money else number, assumed=assumed, currency=currency)


def _write_ways(con, name: str, column: Column, decimal: dict[str, Decimal]) -> None:
    """A table of the outlines: factor, currency, and how the digits are read."""
    rows = [
        (one.text, one.affix.factor, one.affix.currency, _form(one.form, one.affix.factor, decimal))
        for one in column.outlines
    ]
    frame = pd.DataFrame(rows, columns=["outline", "factor", "currency", "form"]).astype(
        {"currency": "string"}
    )
    con.register("_ways", frame)
    con.execute(
        f"""CREATE OR REPLACE TABLE {name} AS SELECT outline,
            {{'factor': factor::DOUBLE, 'currency': currency::VARCHAR, 'form': form::VARCHAR}} AS
            way FROM _ways"""
    )
    con.unregister("_ways")


def _form(form: str, factor: float, decimal: dict[str, Decimal]) -> str:
    """How digits are read, once it is known what a mark before three of them is."""
    mark = next((mark for mark, three in THREE.items() if form == three), None)
    if mark is None:
        return form
    if (
        not decimal[mark].sure and abs(factor) > 1
    ):  # 1.234 million is as likely a million and a bit as a thousand millions
        return "zero only"
    return form.removesuffix(" three") if decimal[mark].is_decimal else form


def _digits_sql(way: str, text: str) -> str:
    """The digits of a text as DOUBLE, by the form of its outline; a group of thousands never begins
    with a zero.
    """
    body, digits = f"regexp_extract({text}, '{BODY}')", f"regexp_replace({text}, '[^0-9]', '', 'g')"
    point, comma = (
        f"regexp_replace({body}, '[^0-9.]', '', 'g')",
        f"translate({body}, ',٫. ''', '..')",
    )
    zero = f"starts_with({digits}, '0')"
    return f"""try_cast(CASE {way}.form WHEN 'whole' THEN {digits} WHEN 'point' THEN {point} WHEN
               'comma' THEN {comma}
        WHEN 'exponent' THEN replace({body}, ',', '.') WHEN 'leading' THEN '0.' || {digits}
        WHEN 'point three' THEN CASE WHEN {zero} THEN {point} ELSE {digits} END
        WHEN 'comma three' THEN CASE WHEN {zero} THEN {comma} ELSE {digits} END
        WHEN 'zero only' THEN CASE WHEN {zero} THEN replace({body}, ',', '.') END
        WHEN 'groups, point' THEN CASE WHEN NOT {zero} THEN {point} END
        WHEN 'groups, comma' THEN CASE WHEN NOT {zero} THEN {comma} END
        ELSE CASE WHEN NOT {zero} THEN {digits} END END AS DOUBLE)"""
