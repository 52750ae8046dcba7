"""Amounts of deals in the currency of the reports."""

from salesnb.formats.currency import currency_code
from salesnb.params import Params
from salesnb.source.parsed import listed, text_literal
from salesnb.source.typed import Typed, note_mended


def convert_money(con, typed: Typed, params: Params) -> None:
    """Amounts in the report's currency; one that cannot be converted is missing, its deal stays.

    The currency is the word of its column, else what the cell of the amount names, else the report's own.
    """
    relation, own = typed.relation, params.currency
    cell = currency_case(con, relation, "r._cell_currency") if "amount" in typed.mapping else "NULL"
    named = currency_case(con, relation, "r.currency")
    con.execute(f"UPDATE {relation} AS r SET currency = coalesce({named}, {cell}, '{own}')")
    rates = {currency_code(code) or code.upper(): rate for code, rate in params.rates.items()}
    foreign = f"amount IS NOT NULL AND currency <> '{own}'"
    known = f"currency IN ({listed(rates or [''])})"
    note_mended(con, typed, "currency converted", f"{foreign} AND {known}", "currency")
    note_mended(con, typed, "no rate for the currency", f"{foreign} AND NOT {known}", "currency")
    _say_lost(con, typed, params, f"{foreign} AND NOT {known}")
    cases = " ".join(f"WHEN '{code}' THEN round(amount * {rate}, 2)" for code, rate in sorted(rates.items()))
    con.execute(f"UPDATE {relation} SET amount = CASE currency {cases} WHEN '{own}' THEN amount END")


def _say_lost(con, typed: Typed, params: Params, where: str) -> None:
    """A remark when more than a few amounts are missing for want of a rate."""
    rows, of = con.execute(
        f"""SELECT count(*) FILTER ({where}), count(*) FILTER (amount IS NOT NULL)
            FROM {typed.relation} WHERE _fate IS NULL"""
    ).fetchall()[0]
    if rows > params.thresholds.unread_share * of:
        words = con.execute(
            f"""SELECT currency, count(*) AS n FROM {typed.relation} WHERE _fate IS NULL AND {where}
                GROUP BY 1 ORDER BY n DESC, 1 LIMIT 5"""
        ).fetchall()
        told = ", ".join(f"{word} ({n})" for word, n in words)
        typed.notices.append(("no rate", {"rows": rows, "of": of, "words": told}))


def currency_case(con, relation: str, column: str) -> str:
    """SQL that turns the words of a currency column into codes; a word that names none stays, in capitals.

    Parameters
    ----------
    con, relation : connection and the table that has the column; it is asked for the distinct words
    column : SQL of the column, the table having alias ``r``
    """
    words = con.execute(f"SELECT DISTINCT trim({column}) FROM {relation} r WHERE {column} IS NOT NULL").fetchall()
    codes = {word: code for (word,) in words if (code := currency_code(word)) and code != word}
    cases = " ".join(f"WHEN {text_literal(word)} THEN '{code}'" for word, code in sorted(codes.items()))
    plain = f"upper(trim({column}))"
    return f"CASE trim({column}) {cases} ELSE {plain} END" if cases else plain
