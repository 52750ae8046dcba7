"""How long something took, as call logs write it: 312, 00:05:12, 5 мин 12 сек, 5m 12s, PT5M12S."""

import re

import duckdb
import pandas as pd

from salesnb.source.numbers import parse_number
from salesnb.source.parsed import Parsed, Settings
from salesnb.source.read import quoted

UNITS = {
    86400: "d day days д дн день дня дней сут сутки",
    3600: "h hr hrs hour hours ч час часа часов std stunde stunden",
    60: "m min mins minute minutes м мин минута минуты минут минуту minuten",
    1: "s sec secs second seconds с сек секунда секунды секунд секунду sek sekunde sekunden",
    0.001: "ms мс msec millisecond milliseconds",
}
SECONDS = {word: size for size, words in UNITS.items() for word in words.split()}
CLOCK = re.compile(
    r"(?:(?P<days>\d+) days?, )?(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d{2}(?:[.,]\d+)?)"
)
WORKBOOK = re.compile(
    r"(?:1899-12-3[01]|1900-01-0[01])[ t](?=\d)"
)  # the day that a workbook gives a length without one
PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?")


def parse_duration(
    con: duckdb.DuckDBPyConnection, relation: str, heading: str, settings: Settings, key: str = ""
) -> Parsed:
    """How to read a column of lengths in seconds: numbers by the engine, other texts once each."""
    column = f"r.{quoted(heading)}"
    plain = parse_number(con, relation, heading, settings)
    worded = f"regexp_matches({column}, '[:\\pL]')"
    texts = con.execute(
        f"SELECT DISTINCT trim({column}) FROM {relation} r WHERE {column} IS NOT NULL AND "
        f"{worded} ORDER BY 1"
    ).fetchall()
    known = {text: value for (text,) in texts if (value := seconds_of(text)) is not None}
    if not texts:
        return plain
    name = f"durations_{key or abs(hash(heading))}"
    con.register(
        "_lengths",
        pd.DataFrame({"text": list(known), "value": list(known.values())}, dtype=object).astype(
            {"value": float}
        ),
    )
    con.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT text::VARCHAR AS text, value FROM _lengths"
    )
    con.unregister("_lengths")
    read = f"(SELECT any_value(m.value) FROM {name} m WHERE m.text = trim({column}))"
    return Parsed(
        f"CASE WHEN {worded} THEN {read} ELSE {plain.expression} END", plain.notes, plain.assumed
    )


def seconds_of(text: str) -> float | None:
    """Seconds that a text says; None where any part of it is not understood. Of two numbers the
    first is minutes.

    >>> [seconds_of(text) for text in ("00:05:12", "0:00", "5:12", "5 мин 12 сек", "1h 2m",
    ...     "PT5M12S", "1 ч. 30 мин.")]
    [312.0, 0.0, 312.0, 312.0, 3720.0, 312.0, 5400.0]
    >>> [seconds_of(text) for text in ("0:75", "5 apples", "soon", "-0:05")]
    [None, None, None, None]
    """
    plain = WORKBOOK.sub("", " ".join(text.split()).casefold())
    if found := CLOCK.fullmatch(plain):
        days, hours, minutes = (int(found[name] or 0) for name in ("days", "hours", "minutes"))
        seconds = float(found["seconds"].replace(",", "."))
        odd = seconds >= 60 or (found["hours"] is not None and minutes >= 60)
        return None if odd else days * 86400 + hours * 3600 + minutes * 60 + seconds
    if re.fullmatch(r"p(?:\d+d)?(?:t(?:\d+(?:\.\d+)?[hms])+)?", plain):
        plain = plain[1:].replace("t", "")
    parts = PART.findall(plain)
    rest = re.sub(r"[\s,]|\band\b|\bи\b", "", PART.sub("", plain))
    if not parts or rest or any(word not in SECONDS for _, word in parts):
        return None
    sizes = [SECONDS[word] for _, word in parts]
    if any(
        b >= a for a, b in zip(sizes, sizes[1:], strict=False)
    ):  # from the largest unit to the smallest, each once
        return None
    return float(
        round(
            sum(
                float(number.replace(",", ".")) * size
                for (number, _), size in zip(parts, sizes, strict=True)
            ),
            3,
        )
    )
