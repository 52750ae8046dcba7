"""Tables of a report: semantic HTML that prints, reads aloud, sorts and searches, and never runs
what data says.

One small script on the page sorts, searches and copies; without it the table is complete. A page
has tens of thousands of cells, so what is usual has no mark: a cell holds a number, the first of a
row words, and the next tag ends it, as HTML allows. Where the words of a column do not sort it, its
heading has the rank of every row in ``data-ranks``. Why this is not great-tables:
docs/decisions/0010-own-tables.md.
"""

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from salesnb.errors import missing_columns
from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.cells import Cell, Column, cell, missing, safe, withheld
from salesnb.render.display import Table
from salesnb.render.records import plain_json

LIST_ROWS = 12  # rows of a long list on the page; the workbook has all
FOLDED = 30  # rows that are seen of a longer table until it is unfolded, and printed

__all__ = ["LIST_ROWS", "Column", "enough", "table"]


def table(
    frame: pd.DataFrame,
    voice: Voice,
    caption: str,
    columns: list[Column],
    *,
    n: str = "",
    thresholds: Thresholds | None = None,
    foot: pd.DataFrame | None = None,
    note: str = "",
    limit: int = 0,
    empty: str = "",
) -> Table:
    """A finished frame as a table of the report.

    Parameters
    ----------
    frame : DataFrame, one row per row of the table, in the order in which it is shown
        Needs every column that `columns` names. Not changed.
    voice : Voice
        Formats every number and date.
    caption : str
        What the table shows, with the period; required, since a table is read aloud by its caption.
        The segment of `voice` is added.
    columns : list of Column
        The first one heads the rows.
    n : str, optional
        Column with the number of deals behind every share and verdict: fewer than ``min_percent``
        show counts only, fewer than ``min_verdict`` no verdict. A Column's own `n` wins.
    thresholds : Thresholds, optional
        Where those two stand; default: the defaults.
    foot : DataFrame, optional
        Rows of totals: they stay below when the table is sorted.
    note : str, optional
        A sentence under the table.
    limit : int, optional
        Most rows on the page; a line says how many more the workbook has. 0: all.
    empty : str, optional
        What stands in place of the rows when there are none.

    Returns
    -------
    Table
        HTML, plain text, and the bare values of all rows for the workbook.

    Raises
    ------
    DataError
        `frame` lacks a column.
    ValueError
        No caption.

    Examples
    --------
    >>> frame = pd.DataFrame({"manager": ["Ann"], "closed": [50], "conversion": [0.3]})
    >>> table(frame, Voice(), "By manager", [Column("manager", "Manager"), Column("conversion", "C",
    ...     "percent")])
    By manager
    Manager | C
    Ann     | 30.0%
    """
    if not caption.strip():
        raise ValueError("a table needs a caption")
    caption = voice.titled(caption)
    thresholds = thresholds or Thresholds()
    columns = [replace(column, n=column.n or n) for column in columns]
    _check(frame, columns)
    shown = frame.head(limit) if limit else frame
    left = len(frame) - len(shown)
    kept = [
        _scaled(column, columns, shown)
        for column in columns
        if column is columns[0] or _said(column, shown)
    ]
    body = _cells(shown, kept, voice, thresholds)
    below = _cells(foot, kept, voice, thresholds) if foot is not None else []
    notes = _notes(kept, note, left, voice)
    empty = empty or voice.say("There are no rows.")
    if not body and not below:  # headings over nothing are noise: a line says what is not there
        line = f"{caption}: {empty}"
        data = _data(caption, columns, frame, foot, voice, thresholds)
        return Table(f'<p class="table-note">{safe(line)}</p>', line, caption, data)
    folded = _more(len(body) - FOLDED, voice) if len(body) > FOLDED and not left else ""
    html = _html(caption, kept, body, below, notes, left, folded)
    data = _data(caption, columns, frame, foot, voice, thresholds)
    return Table(html, _plain(caption, kept, body + below, notes), caption, data)


def _check(frame: pd.DataFrame, columns: list[Column]) -> None:
    named = {
        name
        for column in columns
        for name in (column.low, column.high, column.url, column.n)
        if name
    }
    named |= {
        column.name for column in columns if column.kind not in {"interval", "points_interval"}
    }
    absent = sorted(named - set(frame.columns))
    if absent:
        raise missing_columns("the table", absent, frame.columns)


def _said(column: Column, frame: pd.DataFrame) -> bool:
    """Whether a column of words says anything: one that is blank in every row only takes room on
    the page.
    """
    return (
        column.kind != "text"
        or frame.empty
        or any(not missing(v) and str(v) for v in frame[column.name])
    )


def _scaled(column: Column, columns: list[Column], frame: pd.DataFrame) -> Column:
    """Lines of one column share a scale; the lost deals leave a phone to the won and closed ones
    beside them.
    """
    if column.kind == "spark" and column.span is None:
        reached = [
            v
            for line in frame[column.name]
            if isinstance(line, (list, tuple))
            for v in line
            if not missing(v)
        ]
        column = replace(column, span=(min(0, *reached), max(reached)) if reached else None)
    names = {other.name for other in columns}
    return replace(
        column, minor=column.minor or (column.name == "lost" and {"won", "closed"} <= names)
    )


def _cells(frame, columns, voice, thresholds) -> list[list[Cell]]:
    rows = frame.to_dict("records")
    return [[cell(row, column, voice, thresholds) for column in columns] for row in rows]


def _more(rows: int, voice: Voice) -> str:
    return voice.plural(
        "{n} more row is in the workbook.", "{n} more rows are in the workbook.", rows
    )


def _notes(columns: list[Column], note: str, hidden: int, voice: Voice) -> list[str]:
    more = _more(hidden, voice) if hidden > 0 else ""
    explained = [f"{column.label}: {column.note}" for column in columns if column.note]
    return [text for text in (more, note, *explained) if text]


VOWELS = "aeiouyаеёиоуыэюя"
SYLLABLE = re.compile(rf"(?<=\w\w[{VOWELS}])(?=[^\W\d_{VOWELS}][{VOWELS}]\w)", re.I)


def hyphenated(label: str) -> str:
    """`label` with soft hyphens in its long words, so that many columns stand beside each other.

    >>> hyphenated("Staff qualification").replace("\u00ad", "|"), hyphenated("Closed")
    ('Staff qua|li|fi|ca|tion', 'Closed')
    """
    return re.sub(r"\w{10,}", lambda word: SYLLABLE.sub("\u00ad", word[0]), label)


SHORT = 16  # rows that a printed page keeps together
MANY = 8  # columns from which long words of a heading may be broken
NAME = 18  # letters of a row's name up to which it stands in one line


def _html(caption, columns, body, below, notes, left, folded) -> str:
    about = f'data-rows="{len(body)}"' + (f' data-left="{left}"' if left else "")
    about += f' data-fold="{FOLDED}"' if folded else ""
    more = f' data-more="{safe(folded)}"' if folded else ""  # of paper alone: elsewhere all is seen
    kinds = ["short"] * (len(body) + len(below) <= SHORT) + ["many"] * (len(columns) >= MANY)
    kinds += ["names"] * (max((len(cells[0].words) for cells in body), default=0) <= NAME)
    about += f' class="{" ".join(kinds)}"' if kinds else ""
    name = hyphenated if len(columns) >= MANY else str
    heads = "".join(
        f'<th scope="col"{_class(_kinds(column))}{_ranks(column, [row[i] for row in body])}>'
        f"{safe(name(column.label))}</th>"
        for i, column in enumerate(columns)
    )
    rows = "".join(_row(columns, cells) for cells in body)
    foot = f"<tfoot>{''.join(_row(columns, cells) for cells in below)}</tfoot>" if below else ""
    under = "".join(f'<p class="table-note">{safe(text)}</p>' for text in notes)
    return (
        f'<div class="table"{more}><div class="scroll" role="group" tabindex="0" '
        f'aria-label="{safe(caption)}">'
        f"<table {about}><caption><span>{safe(caption)}</span></caption><thead><tr>{heads}</tr></thead>"  # noqa: E501
        f"<tbody>{rows}</tbody>{foot}</table></div>{under}</div>"
    )


def _row(columns: list[Column], cells: list[Cell]) -> str:
    both = enumerate(zip(columns, cells, strict=True))
    return f"<tr>{''.join(_tag(i, column, shown) for i, (column, shown) in both)}"


def _tag(i: int, column: Column, shown: Cell) -> str:
    tag, usual = ('th scope="row"', "words") if i == 0 else ("td", "num")
    kinds = [kind for kind in _kinds(column) if kind != usual] + ["quiet"] * shown.quiet
    return f"<{tag}{_class(kinds)}>{shown.inner}"


def _kinds(column: Column) -> list[str]:
    own = column.kind if column.kind in {"verdict", "spark", "date"} else "words"
    return ["num" if column.numeric else own] + ["minor"] * column.minor


def _class(names: list[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def _ranks(column: Column, cells: list[Cell]) -> str:
    """The rank of every row in a column that its words do not sort, and none of a row without a
    value, which comes last.
    """
    if not any(cell.sort for cell in cells):
        return ""
    typed = float if column.numeric else str
    keys: list[Any] = [None if cell.quiet else typed(cell.sort or cell.words) for cell in cells]
    rank = {key: str(at) for at, key in enumerate(sorted({*keys} - {None}))}
    return f' data-ranks="{",".join(rank.get(key, "") for key in keys)}"'


def _plain(caption, columns, rows, notes) -> str:
    lines = [
        [column.label for column in columns],
        *([shown.plain for shown in row] for row in rows),
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    text = [
        " | ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([caption, *text, *notes])


def _data(caption, columns, frame, foot, voice, thresholds) -> dict:
    """The bare values of every row, with labels, kinds and roles: what the workbook writes. What
    the page withholds stays withheld.
    """
    shown = [column for column in columns if column.kind != "spark"]
    heads = [
        {"name": name, "label": column.label, "kind": column.kind, "role": role}
        for column in shown
        for role, name in _fields(column)
    ]
    both = frame if foot is None else pd.concat([frame, foot], ignore_index=True)
    rows = [
        [value for column in shown for value in _bare(row, column, voice, thresholds)]
        for row in both.to_dict("records")
    ]
    return {"caption": caption, "columns": heads, "rows": rows}


def _fields(column: Column) -> list[tuple[str, str]]:
    """Role and name of every field behind a column."""
    own = [] if column.kind in {"interval", "points_interval"} else [("value", column.name)]
    return own + [
        (role, getattr(column, role)) for role in ("low", "high", "url") if getattr(column, role)
    ]


def _bare(row: dict, column: Column, voice: Voice, thresholds: Thresholds) -> list:
    """Values of the fields of one column; one that is withheld says so in its first field."""
    hidden, fields = withheld(row, column, voice, thresholds), _fields(column)
    if hidden is None:
        return [plain_json(row.get(name)) for _, name in fields]
    said = hidden.words if hidden.words != voice.missing else None
    return [said, *[None] * (len(fields) - 1)]


def enough(frame: pd.DataFrame, n: str, thresholds: Thresholds, **columns: str) -> pd.DataFrame:
    """The frame with each of `columns` hidden where too few deals stand behind it.

    `columns` : column=kind; a "mean" or a "median" needs `min_percent` deals, a "p90"
        `min_verdict`, counted in column `n`.

    >>> enough(pd.DataFrame({"n": [4, 9], "days": [1.0, 2.0], "late": [1.0, 2.0]}), "n",
    ...     Thresholds(), days="median", late="p90")
       n  days  late
    0  4   NaN   NaN
    1  9   2.0   NaN
    """
    least = {
        "mean": thresholds.min_percent,
        "median": thresholds.min_percent,
        "p90": thresholds.min_verdict,
    }
    return frame.assign(
        **{name: frame[name].where(frame[n] >= least[kind]) for name, kind in columns.items()}
    )
