"""The Excel workbook of a channel: every table behind the page, and the list of counted deals."""

import datetime as dt
import io

import pandas as pd
import xlsxwriter

from salesnb.formats import Voice

TABLE = "application/vnd.salesnb.table+json"
MADE = dt.datetime(2000, 1, 1)  # a fixed date of creation: the same figures are the same bytes
FORMATS = {
    "percent": "0.0%", "interval": "0.0%", "points": '+0.0%;−0.0%;0.0%', "points_interval": '+0.0%;−0.0%;0.0%',
    "money": "#,##0", "count": "#,##0", "number": "#,##0.00", "days": "0.0", "date": "yyyy-mm-dd",
}  # fmt: skip
WIDEST = 48


def tables_of(notebooks) -> list[dict]:
    """The bare tables that executed notebooks show, in order: caption, columns, rows."""
    found = []
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {}).get(TABLE)
                if data is not None:
                    found.append(data)
    return found


def write_workbook(tables: list[dict], deals: pd.DataFrame, voice: Voice) -> bytes:
    """Contents, counted deals and one sheet per table; text stays text, whatever it begins with.

    Parameters
    ----------
    tables : as `tables_of` gives them
    deals : DataFrame of the counted deals; a column ``link`` holds their addresses in the CRM
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties({"title": "salesnb", "created": MADE})
    style = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "link": book.add_format({"font_color": "#0b62a8", "underline": 1}),
    }
    style |= {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    contents = book.add_worksheet(voice.say("Contents"))
    names = [voice.say("Counted deals")]
    _deals_sheet(book.add_worksheet(_sheet_name(names[0], [])), deals, style, voice)
    captions = [voice.say("Won and lost deals closed in the month, as counted")]
    for table in tables:
        name = _sheet_name(table["caption"], [*names, voice.say("Contents")])
        names.append(name)
        captions.append(table["caption"])
        _table_sheet(book.add_worksheet(name), table, style)
    _contents_sheet(contents, names, captions, style, voice)
    book.close()
    return stream.getvalue()


def _sheet_name(caption: str, taken: list[str]) -> str:
    """At most 31 characters, none that Excel forbids, unlike any other.

    >>> _sheet_name("A/B: [won]?", ["A B won"])
    'A B won 2'
    """
    base = (
        " ".join("".join(" " if c in r"[]:*?/\'" or ord(c) < 32 else c for c in caption).split())[:31].strip()
        or "Table"
    )
    name, number = base, 2
    while name.casefold() in {other.casefold() for other in taken}:
        name = f"{base[:28].strip()} {number}"
        number += 1
    return name


def _contents_sheet(sheet, names, captions, style, voice: Voice) -> None:
    sheet.write_row(0, 0, [voice.say("Sheet"), voice.say("What it shows")], style["bold"])
    for row, (name, caption) in enumerate(zip(names, captions, strict=True), start=1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", style["link"], name)
        sheet.write_string(row, 1, caption)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    sheet.freeze_panes(1, 0)


def _table_sheet(sheet, table: dict, style) -> None:
    heads = table["columns"]
    labels = [_label(heads, place) for place in range(len(heads))]
    sheet.write_string(0, 0, table["caption"])
    sheet.write_row(2, 0, labels, style["bold"])
    for row, values in enumerate(table["rows"], start=3):
        for place, (head, value) in enumerate(zip(heads, values, strict=True)):
            _write(sheet, row, place, value, head["kind"], style)
    _finish(sheet, labels, table["rows"], 2)


def _label(heads, place: int) -> str:
    """The ends of an interval stand under the label of their column."""
    label, name = heads[place]["label"], heads[place]["name"]
    repeated = sum(head["label"] == label for head in heads) > 1
    return f"{label} ({name})" if repeated and place and heads[place - 1]["label"] == label else label


def _write(sheet, row: int, place: int, value, kind: str, style) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, place, value, style.get(kind))
    elif kind == "date" and isinstance(value, str) and len(value) == 10:
        sheet.write_datetime(row, place, dt.datetime.fromisoformat(value), style["date"])
    else:
        sheet.write_string(row, place, str(value)[:32_000])


def _finish(sheet, labels, rows, top: int) -> None:
    sheet.freeze_panes(top + 1, 1)
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(labels) - 1)
    for place, label in enumerate(labels):
        longest = max([len(str(row[place])) for row in rows[:500] if isinstance(row[place], str)], default=8)
        sheet.set_column(place, place, min(WIDEST, max(10, longest + 2, len(label) // 2 + 4)))


def _deals_sheet(sheet, deals: pd.DataFrame, style, voice: Voice) -> None:
    labels = {
        "deal_id": voice.say("Deal"), "title": voice.say("Title"), "client_id": voice.say("Client"), "manager": voice.say("Sales rep"),
        "channel": voice.say("Channel"), "status": voice.say("Status"), "created_at": voice.say("Created"), "closed_at": voice.say("Closed"),
        "amount": voice.say("Amount"), "lost_reason": voice.say("Lost reason"), "link": voice.say("Link to the CRM"),
    }  # fmt: skip
    columns = [name for name in labels if name in deals.columns]
    kinds = {"created_at": "date", "closed_at": "date", "amount": "money"}
    sheet.write_row(0, 0, [labels[name] for name in columns], style["bold"])
    rows = [[_plain(row[name]) for name in columns] for row in deals.to_dict("records")]
    for number, values in enumerate(rows, start=1):
        for place, (name, value) in enumerate(zip(columns, values, strict=True)):
            if name == "link" and value:
                sheet.write_url(number, place, value, style["link"], voice.say("open"))
            else:
                _write(sheet, number, place, value, kinds.get(name, "text"), style)
    _finish(sheet, [labels[name] for name in columns], rows, 0)


def _plain(value):
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, (dt.date, pd.Timestamp)) else value
