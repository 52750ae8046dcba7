"""What `init` writes of the words of status: those that are settled, and those that it asks about,
each with its figures.
"""

import datetime as dt
from dataclasses import dataclass, field

import duckdb
import yaml

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.params import Params, make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.meanings import Meanings, looks
from salesnb.source.presets import Preset

ASK = """    # Nothing known says whether these are won, lost or open. They count as open, and the headline is shown both ways,
    # until you move each word to one of the other lists."""  # noqa: E501


@dataclass(frozen=True)
class Asked:
    """A word that nothing settles.

    Attributes
    ----------
    rows, past : deals with the word; those of them whose closing date has passed by the day of the
        export
    won, closed : deals of the whole export that are won, and that are closed, as it stands
    """

    word: str
    rows: int
    past: int = 0
    won: int = 0
    closed: int = 0

    def told(self) -> str:
        """Its figures in a line: conversion of the whole export as it stands, and with this word as
        lost or as won.

        >>> Asked("Abandoned", 1, 1, 2, 3).told()
        '1 row, 1 closed in the past; conversion 2 of 3 (66.7 %), as lost 2 of 4 (50.0 %); likely lost'
        >>> Asked("Demo", 20, 0, 2, 3).told()
        '20 rows, 0 closed in the past'
        """  # noqa: E501
        line = f"{self.rows} row{'s' if self.rows != 1 else ''}, {self.past} closed in the past"
        if self.past and self.closed:
            line += f"; conversion {share(self.won, self.closed)}, as lost {share(self.won, self.closed + self.past)}"  # noqa: E501
            if looks(self.word) != "likely lost":
                line += f", as won {share(self.won + self.past, self.closed + self.past)}"
        return line if looks(self.word) == "unclear" else f"{line}; {looks(self.word)}"


def share(won: int, closed: int) -> str:
    """Won of closed, in figures and per cent.

    >>> share(1, 4)
    '1 of 4 (25.0 %)'
    """
    return f"{won} of {closed} ({won / closed:.1%})".replace("%", " %") if closed else "0 of 0"


@dataclass(frozen=True)
class Lists:
    """The words of an export: meaning → those that are settled, those that are asked about, those
    that a flag makes lost.
    """

    settled: dict[str, list[str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    flagged: list[tuple[str, int]] = field(default_factory=list)

    def told(self) -> dict:
        """The words as the params have them: meaning → words."""
        words = {name: own for name, own in self.settled.items() if own}
        return words | ({"ask": [one.word for one in self.asked]} if self.asked else {})

    def yaml(self) -> str:
        """`values: status:` of a params file; nothing without a word."""
        settled = {name: words for name, words in self.settled.items() if words}
        if not settled and not self.asked:
            return ""
        lines = ["values:", "  status:"]
        for name, words in settled.items():
            lines += [f"    {name}:", *(f"    - {scalar(word)}" for word in words)]
        if self.asked:
            lines += [
                ASK,
                "    ask:",
                *(f"    - {scalar(one.word)}  # {one.told()}" for one in self.asked),
            ]
        return "\n".join(lines) + "\n"


def scalar(word: str) -> str:
    """A word as YAML has it on one line.

    >>> scalar("Won"), scalar("no"), scalar("a: b"), scalar("")
    ('Won', "'no'", "'a: b'", "''")
    """
    return yaml.safe_dump([word], allow_unicode=True, width=10**6, default_flow_style=False)[
        2:
    ].rstrip("\n")


def settle(words: list[tuple[str, int]], told: dict, first: Params, by_flags: bool) -> Lists:
    """Which words are settled and which are asked about, as a run with these params counts them.

    Parameters
    ----------
    words : (word, rows) of the export
    told : the params that are written, without the words of status; `first` gives their root
    by_flags : whether flags say by themselves what is won
    """
    meanings = Meanings(make_params(told, root=first.root))
    lists: dict[str, list[str]] = {"won": [], "lost": [], "open": [], "ask": []}
    for word, _ in words:
        lists[meanings.of(word) or "ask"].append(alone(word, meanings.preset))
    lists = {
        name: list({fold(word): word for word in reversed(own)}.values())[::-1]
        for name, own in lists.items()
    }
    asked, flagged = _counted(lists, dict(words), told | {"values": {"status": lists}}, first)
    settled = {} if by_flags else {name: lists[name] for name in ("won", "lost", "open")}
    return Lists(settled, asked, flagged)


def alone(word: str, preset: Preset) -> str:
    """A word without the pipeline in brackets after it: so it holds for every pipeline.

    >>> from salesnb.source.presets.hubspot import HUBSPOT
    >>> alone("Closed Won (Sales Pipeline)", HUBSPOT)
    'Closed Won'
    """
    return (
        word.rsplit("(", 1)[0].strip() if preset.pipeline_in_words and word.endswith(")") else word
    )


def won_of_closed(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Won and closed deals with a date, of canonical tables that were just made."""
    return con.execute(
        "SELECT count(*) FILTER (status = 'won'), count(*) FROM c_deals WHERE status <> 'open' "
        "AND closed_at IS NOT NULL"
    ).fetchall()[0]


def _counted(
    lists, rows: dict[str, int], draft: dict, first: Params
) -> tuple[list[Asked], list[tuple[str, int]]]:
    """The words that a reading with the draft leaves unsettled, with their figures; those that only
    a flag makes lost.
    """
    if not lists["ask"]:
        return [], []
    params = make_params(draft, root=first.root)
    con = connect(params)
    try:
        make_canonical(con, params, dt.date.today())
    except DataError:  # the run will say it: the words are asked about as they are
        return [Asked(word, rows.get(word, 0)) for word in lists["ask"]], []
    won, closed = won_of_closed(con)
    found = con.execute(
        """SELECT coalesce(status_word, ''), count(*) FILTER (unsettled IS NOT NULL),
           count(unsettled_at),
                  count(*) FILTER (unsettled IS NULL AND status = 'lost') FROM c_deals GROUP BY 1
                  ORDER BY 1"""
    ).fetchall()
    con.close()
    there: dict[str, list[int]] = {}
    for word, *numbers in found:
        key = fold(alone(word, Meanings(params).preset))
        there[key] = [a + b for a, b in zip(there.get(key, [0, 0, 0]), numbers, strict=True)]
    asked, flagged = [], []
    for word in lists["ask"]:
        open_rows, past, lost = there.get(fold(word), [rows.get(word, 0), 0, 0])
        if open_rows:
            asked.append(Asked(word, open_rows, past, won, closed))
        if lost:
            flagged.append((word, lost))
    return sorted(asked, key=lambda one: (-one.past, -one.rows, one.word)), flagged
