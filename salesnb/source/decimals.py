"""Whether a point or a comma before exactly three digits stands before thousands or before
decimals.

It is the one thing that a number alone does not say. The rest of the column tells; where it does
not, what is taken is an assumption: in amounts thousands, since cents are two.
"""

import re
from dataclasses import dataclass

import duckdb
import pandas as pd

from salesnb.formats.currency import THREE_DECIMALS, readings
from salesnb.source.outlines import BODY, THREE, Column, outline_sql
from salesnb.source.parsed import Assumption, Settings

# which forms say that a point, and that a comma, stands before the decimals
_SAYS = {
    ".": ("point", "groups, point", "comma groups"),
    ",": ("comma", "groups, comma", "point groups"),
}
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True)
class Decimal:
    """Whether a mark before three digits stands before decimals, and whether that is sure."""

    is_decimal: bool
    sure: bool


@dataclass(frozen=True)
class Evidence:
    """What the cells of a column say of one mark.

    Attributes
    ----------
    own, other : cells in which it is surely the decimal mark; in which the other one is
    cells, round_ : cells with it before exactly three digits, and those of them that end with a
        zero
    three : cells that show three decimals for sure, as 0.125 and 1234.500 do
    example : the digits of a cell of `cells`
    """

    own: int
    other: int
    cells: int = 0
    round_: int = 0
    three: int = 0
    example: str = ""


def decide(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    column: Column,
    heading: str,
    settings: Settings,
    money: bool,
) -> tuple[dict[str, Decimal], tuple[Assumption, ...]]:
    """Mark → what it is before three digits; and what of it is assumed."""
    codes = {code for one in column.outlines for code in readings(one.affix.currency or "")}
    three = settings.three_decimals or bool((codes | {settings.currency}) & THREE_DECIMALS)
    decided, assumed = {}, []
    for mark in THREE:
        said = _evidence(con, relation, column, mark)
        decided[mark] = _decided(mark, said, settings.decimal, money, three)
        if said.cells and not decided[mark].sure:
            assumed.append(_assumption(mark, decided[mark].is_decimal, said, heading))
    return decided, tuple(assumed)


def _evidence(con, relation: str, column: Column, mark: str) -> Evidence:
    """What the cells of a column say of a mark; those with three digits after it are looked at once
    more.
    """
    own, other = (_said(column, one) for one in (mark, _OTHER[mark]))
    long = sum(
        one.cells for one in column.outlines if re.fullmatch(rf"9{{4,}}\{mark}999", one.body)
    )
    asked = [one.text for one in column.outlines if one.form == THREE[mark]]
    if not asked:
        return Evidence(own, other)
    con.register("_asked", pd.DataFrame({"outline": asked}, dtype="string"))
    cells, round_, zero, example = con.execute(
        f"""SELECT count(*) FILTER (NOT z), count(*) FILTER (NOT z AND regexp_matches(t,
            '0[^0-9]*$')), count(*) FILTER (z),
                   min(regexp_extract(t, '{BODY}')) FILTER (NOT z)
            FROM (SELECT t, regexp_matches(t, '^[^0-9]*0') AS z FROM (SELECT {column.normal} AS t
            FROM {relation} r
                WHERE {column.sql} IS NOT NULL) WHERE {outline_sql("t")} IN (SELECT outline FROM
                _asked))"""
    ).fetchall()[0]
    con.unregister("_asked")
    return Evidence(own + zero, other, cells, round_, zero + long, example or "")


def _said(column: Column, mark: str) -> int:
    """Cells that say for sure that decimals stand after a mark; 7000,- says so too: there are no
    cents.
    """
    count = column.points if mark == "." else 0
    for one in column.outlines:
        no_cents = re.search(rf"9\s?\{mark}\s?[−–‐-]", one.text)
        count += one.cells * (one.form in _SAYS[mark] or bool(no_cents))
    return count


def _decided(mark: str, said: Evidence, named: str | None, money: bool, three: bool) -> Decimal:
    if named:
        return Decimal(named == mark, True)
    if said.own and not said.other:
        # cents are two: three decimals that end with a zero beside amounts with two were typed by
        # hand, for thousands
        by_hand = money and said.round_ and not said.three and not three
        return Decimal(
            not by_hand or said.own >= said.cells, not by_hand or said.own >= 10 * said.cells
        )
    if said.other and not said.own:
        return Decimal(False, True)
    usual = not money and mark == "."  # of a quantity a point is the decimal mark
    return Decimal(three or usual, usual)


def _assumption(mark: str, decimal: bool, said: Evidence, heading: str) -> Assumption:
    """What is taken of a mark before three digits, with a cell in both readings and
    the evidence.
    """
    both = {"decimals": said.example.replace(",", "."), "thousands": said.example.replace(mark, "")}
    chosen, alternative = ("decimals", "thousands") if decimal else ("thousands", "decimals")
    values = {
        "heading": heading,
        "mark": mark,
        "cells": said.cells,
        "chosen": chosen,
        "alternative": alternative,
        "example": said.example,
        "read": both[chosen],
        "or": both[alternative],
        "for_decimals": said.own,
        "for_thousands": said.other,
    }
    return Assumption(
        "decimal", values, {"data": {"reading": {"decimal": _OTHER[mark] if decimal else mark}}}
    )
