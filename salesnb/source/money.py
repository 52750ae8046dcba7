"""Amounts in the currency of the reports."""

import duckdb

from salesnb.formats.currency import currency_code, readings
from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.schema import MONEY_METRICS, TABLES
from salesnb.source.ledger import discreet
from salesnb.source.parsed import Assumption, listed, text_literal
from salesnb.source.read import quoted
from salesnb.source.typed import Typed, note_mended


def convert_money(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Amounts in the report's currency; one that cannot be converted is missing, its row stays.

    The currency is the word of its column, else what the cell of the amount names, else the
    report's own. A plan of calls or minutes is no money, whatever stands beside it.
    """
    amount = money_column(typed)
    relation, own = typed.relation, params.currency
    if amount is None:
        if typed.table == "deals":
            con.execute(f"UPDATE {relation} SET currency = coalesce(currency, '{own}')")
        return
    columns = ["_cell_currency"] if amount in typed.money else []
    columns = ["currency", *columns] if "currency" in TABLES[typed.table].names else columns
    cases = [currency_case(con, typed, column, params) for column in columns]
    target = "currency" if "currency" in columns else "_cell_currency"
    con.execute(
        f"UPDATE {relation} AS r SET {target} = coalesce({', '.join([*cases, text_literal(own)])})"
    )
    rates = {currency_code(code) or code.upper(): rate for code, rate in params.rates.items()}
    name = quoted(amount)
    money = f"metric IN ({listed(MONEY_METRICS)})" if typed.table == "plans" else "true"
    foreign = f"{money} AND {name} IS NOT NULL AND {target} <> '{own}'"
    known = f"{target} IN ({listed(rates or [''])})"
    note_mended(con, typed, "currency converted", f"{foreign} AND {known}", target)
    note_mended(con, typed, "no rate for the currency", f"{foreign} AND NOT {known}", target)
    _say_lost(con, typed, amount, target, f"{foreign} AND NOT {known}")
    converted = " ".join(
        f"WHEN '{code}' THEN round({name} * {rate}, 2)" for code, rate in sorted(rates.items())
    )
    con.execute(
        f"UPDATE {relation} SET {name} = CASE {target} {converted} WHEN '{own}' THEN {name} END "
        f"WHERE {money}"
    )


def say_unread(con: duckdb.DuckDBPyConnection, typed: Typed) -> None:
    """A remark from the first amount of a deal that could not be read: one may be most of the
    money.
    """
    live = f"{typed.relation} WHERE (_fate IS NULL OR _fate = 'product line')"
    rows, won, of = con.execute(
        f"""SELECT count(_unread_amount), count(_unread_amount) FILTER (status = 'won'),
                   count(*) FILTER (_fate IS NULL AND status = 'won') FROM {live}"""
    ).fetchall()[0]
    if rows:
        texts = con.execute(
            f"""SELECT _unread_amount, count(*) AS n FROM {live} AND _unread_amount IS NOT NULL
                GROUP BY 1 ORDER BY count(*) FILTER (status = 'won') DESC, n DESC, 1 LIMIT 5"""
        ).fetchall()
        told = ", ".join(f"{discreet('deals', text[:40], 'amount')!r}" for text, _ in texts)
        values = {
            "table": "deals",
            "heading": typed.mapping["amount"],
            "rows": rows,
            "won": won,
            "of": of,
            "examples": told,
        }
        typed.notices.append(("unread amounts", values))


def money_column(typed: Typed) -> str | None:
    """The column of a table that holds its amounts; None where it has none, or its money is
    nobody's but the person's.
    """
    names = [c.name for c in TABLES[typed.table].columns if c.type == "money" and not c.personal]
    return next((name for name in names if name in typed.mapping), None)


def _say_lost(con, typed: Typed, column: str, target: str, where: str) -> None:
    """A remark on the amounts that are missing for want of a rate: a few may be most
    of the money.
    """
    amount = quoted(column)
    rows, of = con.execute(
        f"""SELECT count(*) FILTER ({where}), count(*) FILTER ({amount} IS NOT NULL)
            FROM {typed.relation} WHERE _fate IS NULL"""
    ).fetchall()[0]
    if rows:
        words = con.execute(
            f"""SELECT {target}, count(*) AS n FROM {typed.relation} WHERE _fate IS NULL AND {where}
                GROUP BY 1 ORDER BY n DESC, 1 LIMIT 5"""
        ).fetchall()
        told = ", ".join(f"{word} ({n})" for word, n in words)
        typed.notices.append(
            ("no rate", {"table": typed.table, "rows": rows, "of": of, "words": told})
        )


def currency_case(con: duckdb.DuckDBPyConnection, typed: Typed, column: str, params: Params) -> str:
    """SQL that turns the words of a currency column into codes; a word that names none stays, in
    capitals.

    A sign that several currencies share is the company's, else one that has a rate, else the usual
    one: an assumption where another reading would change a sum.
    """
    cell = f"r.{quoted(column)}"
    words = con.execute(
        f"SELECT trim({cell}), count(*) FROM {typed.relation} r WHERE _fate IS NULL AND {cell} IS "
        "NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    codes = {}
    for word, rows in words:
        code, other = meant(word, params)
        if code and code != word:
            codes[word] = code
        if other:
            values = {
                "table": typed.table,
                "word": word,
                "rows": rows,
                "chosen": code,
                "alternative": other,
            }
            change = {"values": {"currency": {other: [word]}}}
            typed.assumed.append(Assumption("currency", values, change))
    cases = " ".join(
        f"WHEN {text_literal(word)} THEN '{code}'" for word, code in sorted(codes.items())
    )
    plain = f"upper(trim({cell}))"
    return f"CASE trim({cell}) {cases} ELSE {plain} END" if cases else plain


def meant(word: str, params: Params) -> tuple[str | None, str | None]:
    """The code of the currency that a word names, and another that it may name as well, where that
    would change a sum.
    """
    spelled = {
        fold(s): code
        for code, all_ in params.values.spellings.get("currency", {}).items()
        for s in (code, *all_)
    }
    if fold(word) in spelled:
        return spelled[fold(word)], None
    own, found = params.currency, readings(word, params.currency)
    if len(found) < 2:
        return (found[0] if found else None), None
    usual = readings(word)
    rated = [code for code in usual if code in {currency_code(named) for named in params.rates}]
    chosen = own if own in usual else rated[0] if rated else usual[0]
    others = [code for code in (*rated, *usual[:1], own) if code in usual and code != chosen]
    return chosen, next(iter(others), None)
