"""The currency of an export."""

import re

from salesnb.formats.currency import currency_code, readings
from salesnb.source.numbers import parse_number
from salesnb.source.read import quoted
from salesnb.source.seen import Seen


def currency_of(seen: Seen) -> tuple[str, list[str]]:
    """The most frequent currency of the file: of its own column, else of the amounts; and words
    that name none.
    """
    column, amount = seen.mapping.get("currency"), seen.mapping.get("amount")
    cell = "NULL"
    if column:
        cell = f"trim(r.{quoted(column)})"
    elif amount:
        cell = parse_number(seen.con, seen.raw.relation, amount, money=True).currency
    found = seen.ask(
        f"{cell} AS c, count(*) AS n", "GROUP BY 1 HAVING c IS NOT NULL ORDER BY n DESC, c"
    )
    if not found and amount and (sign := named_in_heading(amount)):
        found = [(sign, 1)]
    counts: dict[str, int] = {}
    for word, n in found:
        if code := currency_code(word):
            counts[code] = counts.get(code, 0) + n
    currency = max(counts, key=counts.__getitem__) if counts else "RUB" if seen.russian else "USD"
    strange = [(word, n) for word, n in found if not currency_code(word)]
    if not found:
        return currency, [
            f"no amount names its currency: {currency} is a guess, correct `currency` if it is "
            "another"
        ]
    notes = [doubt] if (doubt := shared_sign([word for word, _ in found], currency)) else []
    if not strange:
        return currency, notes
    told = ", ".join(f"{word} ({n})" for word, n in strange[:5])
    example = f"values: {{currency: {{{currency}: [{strange[0][0]}]}}}}"
    return currency, [
        *notes,
        f"not a known currency: {told}. These amounts are missing until the params name it: "
        f"`{example}` if it is {currency}",
    ]


def named_in_heading(heading: str) -> str:
    """The sign or the code of a currency in the heading of an amount; "" without one.

    >>> named_in_heading("Valor (R$)"), named_in_heading("Amount, EUR"), named_in_heading("Total price"), named_in_heading("Сумма, руб.")
    ('R$', 'EUR', '', 'руб')
    """  # noqa: E501
    words = re.findall(r"[^\s(),.:/\[\]0-9]+", heading)
    return next((word for word in words[1:] if currency_code(word)), "")


def shared_sign(words: list[str], currency: str) -> str:
    """That the only sign of the currency is one of several; "" where a word names it alone, or the
    sign is the rouble's.

    >>> shared_sign(["kr"], "SEK"), shared_sign(["kr", "SEK"], "SEK")
    ('kr may be SEK, NOK, DKK, ISK: SEK is a guess, correct `currency` if it is another', '')
    """
    named = {word: codes for word in words if (codes := readings(word)) and codes[0] == currency}
    if currency == "RUB" or not named or any(len(codes) == 1 for codes in named.values()):
        return ""
    word, codes = next(iter(named.items()))
    return (
        f"{word} may be {', '.join(codes[:6])}: {currency} is a guess, correct `currency` if it is "
        "another"
    )
