"""The Excel workbook of a channel: every table behind the page, and the list of counted deals."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import xlsxwriter
from nbformat import NotebookNode

from salesnb.formats import Voice
from salesnb.topics.words import VERDICTS, group, status, verdict

TABLE = "application/vnd.salesnb.table+json"
MADE = dt.datetime(2000, 1, 1)  # a fixed date of creation: the same figures are the same bytes
POINTS = {
    "points",
    "points_interval",
    "bare_points",
    "size_points",
}  # written in points: 0.021 is 2.1
DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")
WIDEST = 48
LONGEST_TEXT, LONGEST_LINK = 32_000, 2_000  # of a cell of Excel, with room to spare
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def tables_of(notebooks: Iterable[NotebookNode]) -> list[dict]:
    """The bare tables that executed notebooks show, those inside folds too, in order: caption,
    columns, rows.
    """
    return [
        table
        for notebook in notebooks
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for table in output.get("data", {}).get(TABLE, [])
    ]


def number_formats(voice: Voice) -> dict[str, str]:
    """How Excel shows each kind of column.

    >>> number_formats(Voice())["points"]
    '+0.0" pp";"−"0.0" pp";0.0" pp"'
    """
    unit = f'" {voice.say("pp")}"'
    signed = f'+0.0{unit};"−"0.0{unit};0.0{unit}'
    return {
        "percent": "0.0%",
        "interval": "0.0%",
        "chance": "0%",
        "points": signed,
        "points_interval": signed,
        "bare_points": '+0.0;"−"0.0;0.0',
        "size_points": f"0.0{unit}",
        "money": "#,##0",
        "count": "#,##0",
        "number": "#,##0.00",
        "days": "0.0",
        "date": "dd.mm.yyyy" if voice.language == "ru" else "yyyy-mm-dd",
        "month": "mmm yyyy",
    }


def write_workbook(tables: list[dict], deals: pd.DataFrame, voice: Voice) -> bytes:
    """Contents, counted deals and one sheet per table; text stays text, whatever it begins with.

    Parameters
    ----------
    tables : as `tables_of` gives them
    deals : DataFrame of the counted deals; a column ``link`` holds their addresses in the CRM
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"title": "salesnb", "created": MADE})
    style = _styles(book, voice)
    contents = book.add_worksheet(voice.say("Contents"))
    names = [voice.say("Counted deals")]
    deals_sheet(book.add_worksheet(_sheet_name(names[0], [])), deals, style, voice)
    captions = [voice.say("Won and lost deals closed in the month, as counted")]
    for table in tables:
        name = _sheet_name(table["caption"], [*names, voice.say("Contents")])
        names.append(name)
        captions.append(table["caption"])
        _table_sheet(book.add_worksheet(name), table, style, voice)
    _contents_sheet(contents, names, captions, style, voice)
    book.close()
    return stream.getvalue()


def _styles(book, voice: Voice) -> dict:
    style = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "link": book.add_format({"font_color": "#0b62a8", "underline": 1}),
    }
    return style | {
        kind: book.add_format({"num_format": text}) for kind, text in number_formats(voice).items()
    }


def _sheet_name(caption: str, taken: list[str]) -> str:
    """At most 31 characters, none that Excel forbids, unlike any other.

    >>> _sheet_name("A/B: [won]?", ["A B won"])
    'A B won 2'
    """
    whole = (
        " ".join("".join(" " if c in r"[]:*?/\'" or ord(c) < 32 else c for c in caption).split())
        or "Table"
    )
    name, number = _cut(whole, 31), 2
    while name.casefold() in {other.casefold() for other in taken}:
        name = f"{_cut(whole, 28)} {number}"
        number += 1
    return name


def _cut(text: str, length: int) -> str:
    """The first words of `text`, not cut in the middle where it has several.

    >>> _cut("Conversion of new and repeat clients", 31)
    'Conversion of new and repeat'
    """
    if len(text) <= length:
        return text
    words = text[: length + 1].rpartition(" ")[0] or text[:length]
    return words.rstrip(" ,;·-")


def _contents_sheet(sheet, names, captions, style, voice: Voice) -> None:
    sheet.write_row(0, 0, [voice.say("Sheet"), voice.say("What it shows")], style["bold"])
    for row, (name, caption) in enumerate(zip(names, captions, strict=True), start=1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", style["link"], name)
        sheet.write_string(row, 1, caption)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.freeze_panes(1, 0)


def _table_sheet(sheet, table: dict, style, voice: Voice) -> None:
    heads = table["columns"]
    kept = [place for place, head in enumerate(heads) if head.get("role") != "url"]
    labels = [label(heads[place], voice) for place in kept]
    sheet.write_string(0, 0, table["caption"])
    sheet.write_row(2, 0, labels, style["bold"])
    for row, values in enumerate(table["rows"], start=3):
        for column, place in enumerate(kept):
            address = _address(heads, values, place)
            write_cell(
                sheet, row, column, values[place], heads[place]["kind"], style, voice, address
            )
    finish(sheet, labels, [[values[place] for place in kept] for values in table["rows"]], 2)


def label(head: dict, voice: Voice) -> str:
    """The heading of a field: the ends of an interval stand under the label of their column.

    >>> label({"label": "Conversion", "kind": "percent", "role": "low"}, Voice())
    'Conversion, from'
    >>> label({"label": "Amount", "kind": "money", "role": "value"}, Voice())
    'Amount, ₽'
    """
    if head["kind"] == "money" and head.get("role") not in ("low", "high"):
        return f"{head['label']}, {voice.symbol}"
    if head.get("role") == "low":
        return voice.say("{label}, from", label=head["label"])
    if head.get("role") == "high":
        return voice.say("{label}, to", label=head["label"])
    return head["label"]


def _address(heads, values, place: int) -> str:
    """The address that belongs to the field: it stands in the next one."""
    following = place + 1
    return (
        str(values[following] or "")
        if following < len(heads) and heads[following].get("role") == "url"
        else ""
    )


def write_cell(
    sheet: Any,
    row: int,
    column: int,
    value: object,
    kind: str,
    style: Any,
    voice: Voice,
    address: str = "",
) -> None:
    """One value as Excel has it: numbers and dates as such, codes in words, all else as text."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        # the last bits of a double are noise: 0.021 × 100 is 2.1
        sheet.write_number(
            row, column, round(value * 100, 10) if kind in POINTS else value, style.get(kind)
        )
    elif kind in {"date", "month"} and DAY.fullmatch(str(value)):
        sheet.write_datetime(
            row, column, dt.datetime.fromisoformat(f"{value}-01"[:10]), style[kind]
        )
    elif address.lower().startswith(("http://", "https://")) and len(address) <= LONGEST_LINK:
        sheet.write_url(row, column, address, style["link"], _text(value))
    else:
        sheet.write_string(
            row,
            column,
            _text(verdict(voice, value) if value in VERDICTS and kind == "verdict" else value),
        )


def _text(value) -> str:
    return str(value)[:LONGEST_TEXT]


def finish(sheet: Any, labels: Sequence[str], rows: Sequence, top: int) -> None:
    """Heads that stay, a filter on every column, widths by what stands in them."""
    sheet.freeze_panes(top + 1, 1)
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(labels) - 1)
    for place, text in enumerate(labels):
        longest = max(
            [len(str(row[place])) for row in rows[:500] if isinstance(row[place], str)], default=8
        )
        sheet.set_column(place, place, min(WIDEST, max(10, longest + 2, len(text) // 2 + 4)))


def deals_sheet(sheet: Any, deals: pd.DataFrame, style: Any, voice: Voice) -> None:
    """The counted deals, one a row, each with its address in the CRM."""
    labels = {
        "deal_id": voice.say("Deal"),
        "title": voice.say("Title"),
        "client_id": voice.say("Client"),
        "manager": voice.say("Sales rep"),
        "channel": voice.say("Channel"),
        "status": voice.say("Status"),
        "created_at": voice.say("Created"),
        "closed_at": voice.say("Closed"),
        "amount": f"{voice.say('Amount')}, {voice.symbol}",
        "lost_reason": voice.say("Lost reason"),
        "link": voice.say("Link to the CRM"),
    }
    columns = [name for name in labels if name in deals.columns]
    kinds = {"created_at": "date", "closed_at": "date", "amount": "money"}
    sheet.write_row(0, 0, [labels[name] for name in columns], style["bold"])
    rows = [
        [_said(name, plain(row[name]), voice) for name in columns]
        for row in deals.to_dict("records")
    ]
    for number, values in enumerate(rows, start=1):
        for place, (name, value) in enumerate(zip(columns, values, strict=True)):
            link = name == "link" and value
            write_cell(
                sheet,
                number,
                place,
                voice.say("open") if link else value,
                kinds.get(name, "text"),
                style,
                voice,
                value if link else "",
            )
    finish(sheet, [labels[name] for name in columns], rows, 0)


def _said(name: str, value, voice: Voice):
    """Our own words for a code of ours; what the company wrote stays as it is."""
    if value is None:
        return None
    if name == "status":
        return status(voice, value)
    return group(voice, value) if name in {"channel", "manager"} else value


def plain(value: object) -> object:
    """A value of a frame as JSON would have it: no missing number, days as YYYY-MM-DD.

    >>> plain(pd.Timestamp("2026-09-30 12:00")), plain(float("nan"))
    ('2026-09-30', None)
    """
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, (dt.date, pd.Timestamp)) else value
