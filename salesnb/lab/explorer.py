"""The choices of an analyst as widgets of JupyterLab; all that they show comes from `Seen`."""

import math
from typing import Any

import pandas as pd

from salesnb.errors import ParamError, RunError, SalesnbError
from salesnb.lab import options
from salesnb.lab.choices import Choices
from salesnb.lab.figures import MEASURES
from salesnb.lab.seen import MEASURES as MEASURE_WORDS
from salesnb.lab.seen import SPLITS, Seen, short
from salesnb.render.cells import safe
from salesnb.render.display import Shown
from salesnb.source.book import Book

STYLE = """<style>
.salesnb-lab { line-height: 1.4; }
.salesnb-lab p { margin: .3em 0; }
.salesnb-lab figure { margin: .6em 0; }
.salesnb-lab img { max-width: 100%; height: auto; }
.salesnb-lab table { border-collapse: collapse; }
.salesnb-lab caption { text-align: left; font-weight: bold; padding: .4em 0; }
.salesnb-lab :is(th, td) { padding: .2em .7em; text-align: left; font-weight: normal; }
.salesnb-lab :is(th.num, td:not(.words, .verdict, .date, .spark)) {
  text-align: right; font-variant-numeric: tabular-nums; }
.salesnb-lab thead th { border-bottom: 1px solid var(--jp-border-color1, #84909d); }
.salesnb-lab tbody tr { border-bottom: 1px solid var(--jp-border-color2, #e3e7ec); }
.salesnb-lab :is(thead th, small, .quiet, .table-note, .refusal) {
  color: var(--jp-ui-font-color2, #55606e); }
.salesnb-lab small { display: inline-block; min-width: 4.5em; }
.salesnb-lab a { color: var(--jp-content-link-color, #0b62a8); text-decoration: underline; }
</style>"""
ALL, EVERY = "", -1  # values of a widget that stand for no choice: None is none selected
LACKS = (
    "s.explore needs ipywidgets, which is not installed here. `make lab` brings it; elsewhere: "
    "pip install ipywidgets. Without it, s.conversion(book, by=…, period=…) gives the same table."
)


def _widgets() -> Any:
    """The library of widgets: loaded here alone, since only JupyterLab has it."""
    try:
        import ipywidgets
    except ImportError:
        raise RunError(LACKS) from None
    return ipywidgets


class Explorer:
    """Widgets to choose with, and what is seen of the choice.

    Attributes
    ----------
    choices : what is chosen now;  seen : what is seen of it; None where it cannot be told
    table : its table as pandas
    """

    def __init__(self, book: Book, name: str = "book"):
        self.book, self.name = book, name
        self.voice = book.params.voice
        self._kinds = options.columns(book)
        self.seen: Seen | None = None
        self.choices = Choices(period=book.month)
        self._busy = False
        self._make(_widgets())
        self._look()

    @property
    def table(self) -> pd.DataFrame:
        """The table that is seen; without rows where the choice cannot be told."""
        return pd.DataFrame() if self.seen is None else self.seen.table

    def deals(self) -> pd.DataFrame:
        """The deals behind it, of the row that is chosen under "Deals behind"."""
        return pd.DataFrame() if self.seen is None else self.seen.deals(self._row)

    @property
    def _row(self) -> int | None:
        return None if self.row.value == EVERY else self.row.value

    def code(self) -> str:
        """The lines that give the same table."""
        return self.choices.code(self.name)

    def __repr__(self):
        return self.problem or ("" if self.seen is None else self.seen.plain)

    def _repr_mimebundle_(self, **kwargs):
        return self.box._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}

    # ---- widgets --------------------------------------------------------------------------------

    def _make(self, w: Any) -> None:
        say = self.voice.say

        def look() -> dict[str, Any]:  # of each its own: a layout that is shared hides all at once
            return {"layout": w.Layout(width="19em"), "style": {"description_width": "6em"}}

        spans = [(one or say("all time"), one or ALL) for one in options.periods(self.book)]
        self.measure = w.Dropdown(options=self._measures(), description=say("Measure"), **look())
        self.period = w.Dropdown(options=spans, description=say("Period"), **look())
        self.channel = w.Dropdown(options=self._channels(), description=say("Channel"), **look())
        self.split = w.Dropdown(options=self._splits(), description=say("Split by"), **look())
        self.segment = w.Dropdown(options=self._segments(), description=say("Segment"), **look())
        self.values = w.SelectMultiple(rows=6, description=say("Values"), **look())
        self.low = w.Text(description=say("From"), placeholder=say("no limit"), **look())
        self.high = w.Text(description=say("Up to"), placeholder=say("no limit"), **look())
        self.low.continuous_update = self.high.continuous_update = False
        self.hint, self.answer, self.behind = w.HTML(), w.HTML(), w.HTML()
        self.row = w.Dropdown(description=say("Of"), **look())
        self.fold = w.Accordion([w.VBox([self.row, self.behind])], selected_index=None)
        self.fold.set_title(0, say("Deals behind"))
        self.button = w.Button(
            description=say("Write this as a cell"),
            layout=w.Layout(width="auto", align_self="flex-start"),
        )
        self.text = w.Textarea(layout=w.Layout(width="100%", display="none"))
        chosen = w.HBox(
            [
                w.VBox([self.measure, self.period, self.channel, self.split]),
                w.VBox([self.segment, self.values, self.low, self.high, self.hint]),
            ]
        )
        self.box = w.VBox([chosen, self.answer, self.fold, self.button, self.text])
        self._of_segment()
        self.segment.observe(self._segment_changed, "value")
        for widget in (
            self.measure,
            self.period,
            self.channel,
            self.split,
            self.values,
            self.low,
            self.high,
        ):
            widget.observe(self._changed, "value")
        self.row.observe(self._list, "value")
        self.fold.observe(self._list, "selected_index")
        self.button.on_click(self._write)

    def _measures(self) -> list[tuple[str, str]]:
        return [(MEASURE_WORDS[name](self.voice), name) for name in MEASURES]

    def _channels(self) -> list[tuple[str, str]]:
        if self.book.channel is not None:
            return [(short(self.book.channel), ALL)]
        return [(self.voice.say("all"), ALL), *((short(one), one) for one in self.book.channels)]

    def _splits(self) -> list[tuple[str, tuple[str, str]]]:
        found = [(self.voice.say("nothing"), (ALL, ALL))]
        for column, kind in self._kinds.items():
            for way in options.SPLITS[kind]:
                found.append((short(SPLITS[way](self.voice, column)), (column, way)))
        return found

    def _segments(self) -> list[tuple[str, str]]:
        named = [(short(one), one) for one in self._kinds if one != "channel"]
        return [(self.voice.say("all deals"), ALL), *named]

    def _of_segment(self) -> None:
        """The values or the ends of the range of the column that is chosen, and nothing else."""
        column = self.segment.value
        kind = self._kinds[column] if column else None
        self.values.value, self.low.value, self.high.value = (), "", ""
        told, hint = [], ""
        if kind == "names":
            found, number = options.values(self.book, column)
            count = self.voice.count
            told = [(f"{short(value)} ({count(rows)})", value) for value, rows in found]
            if number > len(found):
                hint = self.voice.say(
                    "The {n} commonest of {all} values.", n=count(len(found)), all=count(number)
                )
        elif kind:
            example = "100000" if kind == "numbers" else f"{self.book.month}-01"
            hint = self.voice.say("Such as {example}; the end is not included.", example=example)
        self.values.options = told
        self.hint.value = f'<div class="salesnb-lab quiet">{safe(hint)}</div>'
        self.values.layout.display = None if kind == "names" else "none"
        for widget in (self.low, self.high, self.hint):
            shown = bool(hint) if widget is self.hint else kind in ("numbers", "times")
            widget.layout.display = None if shown else "none"

    # ---- what a change does ---------------------------------------------------------------------

    def _segment_changed(self, _change: Any) -> None:
        self._busy = True  # emptied values are no choice of their own
        try:
            self._of_segment()
        finally:
            self._busy = False
        self._changed(None)

    def _changed(self, _change: Any) -> None:
        if not self._busy:
            self._look()

    def _chosen(self) -> Choices:
        column, (split, way) = self.segment.value, self.split.value
        numbers = bool(column) and self._kinds[column] == "numbers"
        ends = tuple(self._end(one.value, numbers) for one in (self.low, self.high))
        return Choices(
            measure=self.measure.value,
            period=self.period.value or None,
            channel=self.channel.value or None,
            segment=column or None,
            values=tuple(self.values.value),
            between=None if ends == (None, None) else ends,
            split=split or None,
            split_by=way,
        )

    def _end(self, text: str, number: bool) -> str | float | None:
        """An end of a range as it was typed; None without one."""
        text = text.strip()
        if not text or not number:
            return text or None
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise ParamError(
                self.voice.say("{text} is not a number: write 100000 or 0.5.", text=repr(text))
            )
        return int(found) if found.is_integer() else found

    def _look(self) -> None:
        """Work out what is seen; whatever fails, nothing of an earlier choice is left to see."""
        self.seen, self.problem = None, ""
        self.answer.value = self.behind.value = ""
        self.text.value = ""
        try:
            self.choices = self._chosen()
            self.seen = self.choices.seen(self.book)
            self.answer.value = _html(self.seen)
        except SalesnbError as error:
            self.seen, self.problem = None, str(error)
            self.answer.value = f'{STYLE}<div class="salesnb-lab"><p>{safe(error)}</p></div>'
        self._busy = True
        try:
            self.row.options = self._rows()
            self.row.index = None  # else the browser keeps a blank: no change, nothing is sent
            self.row.index = 0
        finally:
            self._busy = False
        self._list(None)
        if self.text.layout.display is None:
            self._write(None)

    def _rows(self) -> list[tuple[str, int]]:
        """All rows of the table, and each, to list the deals of."""
        found = [(self.voice.say("all rows"), EVERY)]
        if self.seen is not None and self.choices.split:
            found += [(short(name), row) for row, name in enumerate(self.seen.names())]
        return found

    def _list(self, _change: Any) -> None:
        """The deals behind, once they are unfolded."""
        if self._busy:
            return
        self.behind.value = ""
        if self.seen is not None and not self.seen.empty and self.fold.selected_index == 0:
            self.behind.value = _html(self.seen.deals_shown(self._row))

    def _write(self, _button: Any) -> None:
        """The code of what is seen, as text to copy; none where there is nothing to see."""
        self.text.value = "" if self.seen is None else self.code()
        self.text.rows = self.text.value.count("\n") + 2
        self.text.layout.display = None


def _html(shown: Shown) -> str:
    return f'{STYLE}<div class="salesnb-lab">{shown.html}</div>'


def explore(book: Book, name: str = "book") -> Explorer:
    """Choose period, channel, segment, split and measure, and see the table, the chart and the
    deals behind; for JupyterLab.

    Parameters
    ----------
    book : Book, of which a part is looked at
    name : what the Book is called in your notebook: the code that is written names it so

    Returns
    -------
    Explorer : shown in a cell it is the widgets; `.table`, `.deals()`, `.code()`, `.choices` are
        those of what is seen

    Raises
    ------
    RunError
        ipywidgets is not installed.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Ann", "Bo", "Bo"],
    ...     "status": ["won", "lost", "won"], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-15")})
    >>> explorer = explore(s.book(deals, month="2026-09"))
    >>> explorer.split.value = ("manager", "")
    >>> explorer.table[["manager", "won", "closed"]].values.tolist()
    [['Bo', 1, 2], ['Ann', 1, 1]]
    >>> print(explorer.code())
    s.conversion(book, by="manager", period="2026-09").nlargest(12, "closed")
    """
    return Explorer(book, name)
