"""Numbers and money as people write them."""

from salesnb.source.parsed import Parsed
from salesnb.source.read import quoted

CURRENCIES = {
    "₽": "RUB",
    "руб": "RUB",
    "р.": "RUB",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₸": "KZT",
    "₴": "UAH",
    "RUR": "RUB",
}
CODES = ("RUB", "USD", "EUR", "GBP", "KZT", "UAH", "BYN", "CNY", "PLN", "TRY", "UZS", "CHF", "JPY")
SPACES = r"[\s\x{00A0}\x{2007}\x{2009}\x{202F}'’]"
NAMED = r"\|[^|\d]*$"  # Bitrix24 writes value and currency in one cell: 12 500,00|RUB
PLAIN_NUMBER = r"-?\d+(\.\d{1,2})?"  # reads one way only: the many forms are tried on the rest


def bare_number(column: str) -> str:
    """The digits of a number with its separators and sign: spaces, currency, percent gone."""
    plain = f"regexp_replace(upper({column}), '{SPACES.replace(chr(39), chr(39) * 2)}', '', 'g')"
    plain = f"regexp_replace({plain}, '{NAMED}', '')"
    money = "₽|РУБЛЕЙ|РУБЛЯ|РУБЛЬ|РУБ\\.?|Р\\.|\\$|€|£|₸|₴|%|RUR|" + "|".join(CODES)
    plain = f"regexp_replace({plain}, '({money})', '', 'g')"
    return f"replace(replace({plain}, '−', '-'), '–', '-')"


def number_sql(column: str, decimal_comma: bool, dot_thousands: bool) -> str:
    """A number as DOUBLE from text, in any common notation; NULL when it is none."""
    bare = bare_number(column)
    comma = "replace(replace(t, '.', ''), ',', '.')"
    point = "replace(t, ',', '')"
    single_comma = "true" if decimal_comma else "NOT regexp_matches(t, ',\\d{3}$')"
    single_dot = "regexp_matches(t, '\\.\\d{3}$')" if dot_thousands else "false"
    body = f"""CASE
        WHEN contains(t, ',') AND contains(t, '.') THEN
            CASE WHEN length(t) - strpos(reverse(t), ',') > length(t) - strpos(reverse(t), '.') THEN {comma} ELSE {point} END
        WHEN length(t) - length(replace(t, ',', '')) > 1 THEN {point}
        WHEN contains(t, ',') THEN CASE WHEN {single_comma} THEN replace(t, ',', '.') ELSE {point} END
        WHEN length(t) - length(replace(t, '.', '')) > 1 OR ({single_dot}) THEN replace(t, '.', '')
        ELSE t END"""
    signed = f"""list_transform([{bare}], lambda b: CASE WHEN regexp_matches(b, '^\\([\\d.,]+\\)$') THEN '-' || b[2:-2]
        WHEN regexp_matches(b, '^[\\d.,]+-$') THEN '-' || b[:-2] ELSE b END)"""
    checked = (
        f"list_transform({signed}, lambda b: CASE WHEN regexp_matches(b, '^[-+]?[\\d.,]*\\d[\\d.,]*$') THEN b END)"
    )
    rare = f"list_transform({checked}, lambda t: try_cast({body} AS DOUBLE))[1]"
    return f"CASE WHEN regexp_full_match({column}, '{PLAIN_NUMBER}') THEN try_cast({column} AS DOUBLE) ELSE {rare} END"


def parse_number(con, relation: str, heading: str, decimals: int | None = None) -> Parsed:
    """How to read a column of numbers; whether a single comma or point is a decimal one is decided by the column."""
    column = f"r.{quoted(heading)}"
    evidence = con.execute(
        f"""SELECT count(*) FILTER (regexp_matches(b, '^[-+(]?[\\d.]+,(\\d{{1,2}}|\\d{{4,}})[)-]?$')),
                   count(*) FILTER (regexp_matches(b, '^[-+(]?\\d{{1,3}}(,\\d{{3}})+\\.\\d+')),
                   count(*) FILTER (regexp_matches(b, '\\.\\d{{3}}$') AND NOT contains(b, ',')),
                   count(*) FILTER (regexp_matches(b, '\\.(\\d{{1,2}}|\\d{{4,}})$') AND NOT contains(b, ','))
            FROM (SELECT {bare_number(column)} AS b FROM {relation} r WHERE {column} IS NOT NULL)"""
    ).fetchall()[0]
    decimal_comma = evidence[0] > 0 and evidence[1] == 0
    dot_thousands = evidence[2] > 0 and evidence[3] == 0 and evidence[0] > 0
    number = number_sql(column, decimal_comma, dot_thousands)
    return Parsed(number if decimals is None else f"round({number}, {decimals})")


def currency_sql(column: str) -> str:
    """The currency that an amount names, as a code; NULL when it names none."""
    cases = " ".join(
        f"WHEN contains(upper({column}), '{mark.upper()}') THEN '{code}'" for mark, code in CURRENCIES.items()
    )
    codes = " ".join(f"WHEN contains(upper({column}), '{code}') THEN '{code}'" for code in CODES)
    return f"CASE WHEN regexp_full_match({column}, '{PLAIN_NUMBER}') THEN NULL {codes} {cases} END"


def named_currency(column: str) -> str:
    """What stands after the bar of a cell such as 12 500,00|RUB; NULL where there is no bar."""
    return f"nullif(trim(regexp_extract({column}, '\\|([^|\\d]*)$', 1)), '')"


def cell_currency(column: str) -> str:
    """The currency that a cell of an amount names, behind its bar or anywhere in it; NULL when it names none."""
    return f"coalesce({named_currency(column)}, {currency_sql(column)})"
