"""pay.xlsx: the proposal of the soft salary, the only file with salaries."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from salesnb.formats import Voice
from salesnb.formats.scores import printed_cut, printed_score
from salesnb.measures.frames import BookLike
from salesnb.measures.pay import soft_salary
from salesnb.report.files import write_whole
from salesnb.report.workbook import MADE, OPTIONS, finish
from salesnb.topics import words

NAME = "pay.xlsx"
TOP = 4  # row of the headings
FORMULA = "=ROUND(B{row}*C{row}*G{row}*H{row}/I{row},0)"


def write_pay(folder: Path, book: BookLike) -> None:
    """The proposal in `folder`, or one line that says why there is none; where `pay` is off also
    none of an earlier run.
    """
    if book.params.pay:
        write_whole(folder / NAME, pay_workbook(book))
    else:
        (folder / NAME).unlink(missing_ok=True)


def pay_workbook(book: BookLike) -> bytes:
    """The workbook: a person a line, the amount as a formula over its line with the arithmetic
    beside it.
    """
    stream = io.BytesIO()
    file = xlsxwriter.Workbook(stream, OPTIONS)
    file.set_properties({"title": "salesnb", "created": MADE})
    voice = book.voice
    sheet = file.add_worksheet(voice.say("Soft salary"))
    if refused := _refused(book, voice):
        sheet.write_string(0, 0, refused)
    else:
        _fill(file, sheet, soft_salary(book), book, voice)
    file.close()
    return stream.getvalue()


def _refused(book, voice: Voice) -> str:
    month = voice.month(book.month)
    if not book.over:
        return voice.say("{month} is not over: a proposal is made of whole months.", month=month)
    if soft_salary(book).empty:
        return voice.say(
            "This cannot be told: ask your analyst to add the list of employees with their fixed "
            "salaries to the export."
        )
    return ""


def _fill(file, sheet: Any, people: pd.DataFrame, book, voice: Voice) -> None:
    style = {
        "bold": file.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "money": file.add_format({"num_format": "#,##0"}),
        "salary": file.add_format({"num_format": "#,##0.##"}),
        "share": file.add_format({"num_format": "0%"}),
        "score": file.add_format({"num_format": "0.0"}),
        "part": file.add_format({"num_format": "0.00##"}),
    }
    title = voice.say("Soft salary, {month}: a proposal", month=voice.month(book.month))
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, _rule(book, voice))
    labels = _labels(voice)
    sheet.write_row(TOP, 0, labels, style["bold"])
    shown = [_cells(row, book, voice) for row in people.to_dict("records")]
    kinds = ["", "salary", "share", "score", "", "share", "part", "", "", "money"]
    for number, (row, cells) in enumerate(zip(people.to_dict("records"), shown, strict=True)):
        line = TOP + 1 + number
        for place, value in enumerate(cells):
            kind = style.get(kinds[place]) if place < len(kinds) else None
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif place == labels.index(_amount(voice)):
                formula = FORMULA.format(row=line + 1)
                sheet.write_formula(line, place, formula, kind, row["amount"])
            else:
                sheet.write_number(line, place, value, kind)
    finish(sheet, labels, shown, TOP)


def _amount(voice: Voice) -> str:
    return f"{voice.say('Proposal')}, {voice.symbol}"


def _labels(voice: Voice) -> list[str]:
    say = voice.say
    return [
        say("Sales rep"),
        f"{say('Fixed salary')}, {voice.symbol}",
        say("Share of it that goes by the colour"),
        say("Score"),
        say("Colour"),
        say("Chance of the colour"),
        say("Part for the colour"),
        say("Working days on the payroll"),
        say("Working days of the month"),
        _amount(voice),
        say("How it is counted"),
        say("Why there is no amount"),
    ]


def _cells(row: dict, book, voice: Voice) -> list:
    """The values of a line in the order of the headings; None leaves a cell blank."""
    known = {name: None if pd.isna(value) else value for name, value in row.items()}
    score = known["score"]
    return [
        row["manager"],
        known["fixed"],
        row["share"],
        None if score is None else printed_score(score, book.thresholds.score_cuts),
        words.colour(voice, known["colour"]) or None,
        known["p_colour"],
        known["part"],
        row["days"],
        row["of"],
        known["amount"],
        _arithmetic(row, voice),
        _blank(row["blank"], book, voice),
    ]


def _arithmetic(row: dict, voice: Voice) -> str | None:
    """The line of arithmetic, as a person would write it; None without an amount."""
    if row["blank"]:
        return None
    fixed = voice.number(row["fixed"], 0 if row["fixed"] == round(row["fixed"]) else 2)
    share = voice.percent(row["share"], 0 if row["share"] * 100 % 1 < 1e-9 else 1)
    part = voice.number(row["part"], 0 if row["part"] in (0, 1) else 2)
    days = f"{row['days']}/{row['of']}"
    return f"{fixed} × {share} × {part} × {days} = {voice.number(row['amount'])}"


def _blank(code: str, book, voice: Voice) -> str | None:
    cut = book.thresholds
    said = {
        "left": lambda: voice.say("has left: there is no colour"),
        "none": lambda: voice.say("calls of one type or of both were not heard: no colour"),
        "preliminary": lambda: voice.say(
            "preliminary: a colour needs {n} heard calls, {each} of each type",
            n=voice.count(cut.colour_min_calls),
            each=voice.count(cut.colour_min_each),
        ),
        "re-check": lambda: voice.say(
            "re-check: the chance of the colour is below {chance}",
            chance=voice.chance(cut.colour_chance),
        ),
        "no salary": lambda: voice.say("the fixed salary is not in the export"),
    }
    return said[code]() if code else None


def _rule(book, voice: Voice) -> str:
    low, high = (printed_cut(cut, voice) for cut in book.thresholds.score_cuts)
    rule = voice.say(
        "Fixed salary × share × part for the colour × working days on the payroll / working days "
        "of the month; rounded at the end. Absence does not cut it."
    )
    if book.params.pay_scale == "steps":
        return f"{rule} {voice.say('Red 0, yellow a half, green all.')}"
    scale = voice.say("Part: from 0 at {low} straight to all at {high}.", low=low, high=high)
    return f"{rule} {scale}"
