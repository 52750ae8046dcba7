"""What the questions on clients and on products share: who brings the value (ABC), and how steadily
(XYZ)?
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.abc_xyz import abc_xyz as classify
from salesnb.measures.abc_xyz import sales_of_won
from salesnb.measures.classes import concentration, matrix, steadiness
from salesnb.measures.frames import BookLike, collect, count, months_before, require_columns, within
from salesnb.measures.so_far import last_whole_month
from salesnb.render.charts.lines import concentration as concentration_chart
from salesnb.render.charts.lines import matrix as matrix_chart
from salesnb.render.display import Figure, Group, Shown, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, table
from salesnb.topics.result import Result

BOUGHT = ["client_id", "product", "date", "quantity", "amount"]
FEW, FOR_A_FIFTH = 5, 10  # items without which a share of them, or a fifth, says nothing
TAGS = {
    "season": lambda v: v.say("the season"),
    "trend": lambda v: v.say("a trend"),
    "one month": lambda v: v.say("one big month"),
    "small numbers": lambda v: v.say("small numbers"),
    "": lambda v: "",
}


@dataclass(frozen=True, repr=False, eq=False)
class Classes(Result):
    """Clients or products by the value and the steadiness of the last 12 months that are over: of
    the sales, else of the won deals.

    The deals behind an item are its won deals of these months. Where the company gives a table of
    sales, the value stands on that and not on deals: `deals` is then missing, and `.deals()` gives
    none. `.sales()` gives the purchases either way.

    Attributes
    ----------
    classes : table of `abc_xyz` with the item under its own name, and `deals`
    sold : whether anything was sold in these months, to whomever
    concentration : `concentration` of the items;  steadiness : `steadiness` of them
    matrix : items and value per cell of ABC × XYZ, a letter counting only where the months tell it
    letters : {"AX": 3, …}: items per cell by every letter, as the metrics have them
    item : the column that is classified;  name : "clients" or "products"
    """

    classes: pd.DataFrame
    sold: bool
    concentration: dict
    steadiness: dict
    matrix: pd.DataFrame
    letters: dict[str, int]
    item: ClassVar[str]
    name: ClassVar[str]

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """clients or products: value, share, classes and won deals of each; matrix: their number
        and value per cell.
        """
        return {self.name: self.classes, "matrix": self.matrix}

    def members(self) -> pd.DataFrame:
        won = _won(self.book, self.item).merge(self.classes[[self.item, "abc"]], on=self.item)
        return won.assign(deals=True).sort_values("deal_id", kind="stable", ignore_index=True)

    def sales(self, **which: Any) -> pd.DataFrame:
        """The purchases that the value is the sum of, largest first: those of the table of sales,
        else the won deals.

        Parameters
        ----------
        **which : a key of the tables and the value of the row, or a list of them, as in `deals`

        Returns
        -------
        DataFrame: client_id, product, date, quantity, amount, and abc, the class of the item

        Examples
        --------
        >>> import salesnb as s
        >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "client_id": ["X", "Y"],
        ...     "amount": [90.0, 10.0], "manager": "Ann", "status": "won",
        ...     "created_at": pd.Timestamp("2026-09-01"),
        ...     "closed_at": pd.Timestamp("2026-09-09")})
        >>> found = s.clients(s.book(deals, month="2026-09"))
        >>> found.sales(abc="A")[["client_id", "amount"]].values.tolist()
        [['X', 90.0]]
        """
        bought = _sales(self.book).filter(within("date", _year(self.book))).select(*BOUGHT)
        own = collect(bought).merge(self.classes[[self.item, "abc"]], on=self.item)
        order = ["amount", "date", "client_id", "product"]
        return self._picked(own, which).sort_values(
            order, ascending=[False, True, True, True], kind="stable", ignore_index=True
        )

    def text(self) -> Text:
        """How few bring most of the value: the true concentration, not "20/80"."""
        return _answer(self, self.book.voice)

    def steady(self) -> Text:
        """How many sell steadily month by month, as far as the months can tell."""
        return _steady(self.steadiness, self.called(), self.book.voice)

    def basis(self) -> Text:
        """What the value is: the won deals, or a table of sales, which says more than they do."""
        return _basis(self.book)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        return {
            "concentration": lambda: _curve(self, self.called(), voice),
            "matrix": lambda: _matrix(self, self.called(), voice),
        }

    def record(self) -> dict:
        return {"abc_xyz": {self.name: self.letters}}

    @abstractmethod
    def called(self) -> str:
        """What the items are, inside a sentence."""

    @abstractmethod
    def why_none(self) -> str:
        """That no sale names its item, and what would give it."""


def classified(book: BookLike, item: str) -> dict[str, Any]:
    """The facts of `Classes`, by name."""
    found = classes_of(book, item)
    deals = found["item"].map(_won(book, item)[item].value_counts())
    deals = deals.astype(float) if book.sales is not None else deals.fillna(0).astype("int64")
    sales = require_columns(_sales(book), "sales", ["date"]).filter(within("date", _year(book)))
    return {
        "classes": found.assign(deals=deals).rename(columns={"item": item}),
        "sold": bool(count(sales, [])["rows"].iloc[0]),
        "concentration": concentration(found),
        "steadiness": steadiness(found),
        "matrix": matrix(found, told=True),
        "letters": {
            f"{cell.abc}{cell.xyz}": int(cell.items) for cell in matrix(found).itertuples()
        },
    }


def classes_of(book: BookLike, item: str, months_back: int = 0) -> pd.DataFrame:
    """Table of `abc_xyz` of the items, up to the last month that is over or an earlier one: some
    days of a month would be taken for a weak one.
    """
    month = months_before(last_whole_month(book), months_back)
    return classify(_sales(book), item, month=month, thresholds=book.thresholds)


def _year(book) -> tuple[str, str]:
    """The 12 months of the classes as a period."""
    last = last_whole_month(book)
    return f"{months_before(last, 11)}-01", f"{months_before(last, -1)}-01"


def _sales(book):
    """The table of sales, else the won deals."""
    return book.sales if book.sales is not None else sales_of_won(book.deals)


def _won(book, item: str) -> pd.DataFrame:
    """deal_id and item of the won deals that the value stands on: none where there is a table of
    sales.
    """
    if book.sales is not None:
        return pd.DataFrame(columns=["deal_id", item], dtype=object)
    won = (nw.col("status") == "won") & within("closed_at", _year(book))
    return collect(book.deals.filter(won & ~nw.col(item).is_null()).select("deal_id", item))


def items_table(found: Classes, named: str, label: str, caption: str) -> Table | Group:
    """Items by value with their classes; a letter that is not sure is a dash, and a column without
    content is left out.

    `named`, `label` : the column that names the items, and its heading
    """
    classes, voice = found.classes, found.book.voice
    if classes.empty:
        return Group()
    say = voice.say
    kept = classes.assign(
        item=classes[named],
        letter=[_letter(row, voice) for row in classes.itertuples()],
        tag=[TAGS[tag](voice) if isinstance(tag, str) else "" for tag in classes["tag"]],
    )
    note = say(
        "X steady every month, Y with some swing, Z uneven; a dash: the months do not tell yet"
    )
    told = [Column("letter", say("XYZ"), note=note), Column("tag", say("Varies with"))]
    columns = [
        Column("item", label),
        Column("value", say("Value"), "money"),
        Column("share", say("Share"), "percent"),
        Column("abc", say("ABC")),
        *(one for one in told if not set(kept[one.name].head(LIST_ROWS)) <= {"", "–"}),
    ]
    return table(kept, voice, caption, columns, limit=LIST_ROWS)


def _letter(row, voice: Voice) -> str:
    if row.xyz == "new":
        return voice.say("new")
    return row.xyz if row.sure is True or row.sure == 1 else "–"


def _answer(found: Classes, voice: Voice) -> Text:
    if not found.sold:
        return Text(voice.say("Nothing was sold in the last 12 months."), kind="answer")
    few = found.concentration
    if not few["of"]:
        return Text(found.why_none(), kind="refusal")
    of = {"of": voice.count(few["of"]), "what": found.called()}
    if few["of"] < FEW:
        said = voice.say(
            "Only {n} {what} stand behind the value of the last 12 months: too few for classes to "
            "mean much.",
            n=of["of"],
            what=of["what"],
        )
        return Text(said, kind="answer")
    share, value = voice.percent(few["share_of_items"], 0), voice.percent(few["share"], 0)
    first = voice.say(
        "{items} of {of} {what} ({share}) bring {value} of the value of the last 12 months.",
        **of,
        items=voice.count(few["items"]),
        share=share,
        value=value,
    )
    if few["of"] < FOR_A_FIFTH:
        return Text(first, kind="answer")
    second = voice.say(
        "The largest fifth of them ({n}) brings {share}.",
        n=voice.count(few["fifth"]),
        share=voice.percent(few["fifth_share"], 0),
    )
    return Text(first, second, kind="answer")


def _steady(found: dict, called: str, voice: Voice) -> Text:
    if not found["of"]:
        return Text(voice.say("This cannot be told for the same reason."), kind="refusal")
    values = {name: voice.count(found[name]) for name in ("of", "X", "Y", "Z", "new", "unsure")}
    values |= {"what": called}
    if not any(found[letter] for letter in "XYZ"):
        said = voice.say(
            "The months do not tell yet how steady any of the {of} {what} are.", **values
        )
        return Text(said, kind="answer")
    first = voice.say(
        "Month by month, of {of} {what} {X} are steady (X), {Y} swing somewhat (Y) and {Z} swing "
        "much (Z).",
        **values,
    )
    rest = voice.say(
        "{new} are too new to class, and of {unsure} the months do not tell yet.", **values
    )
    return Text(first, rest if found["new"] + found["unsure"] else "", kind="answer")


def _basis(book) -> Text:
    voice, last = book.voice, last_whole_month(book)
    if book.sales is None:
        said = voice.say("Value: the won deals.")
    elif book.channel is None:
        said = voice.say(
            "Value: all purchases in the table of sales, more than the won deals of closers."
        )
    else:
        said = voice.say(
            "Value: all purchases of this channel's clients in the table of sales, "
            "through whichever channel: they stand on the pages of other channels "
            "too."
        )
    part = ""
    if last != book.month:
        part = voice.say(
            "{month} is not over and not counted yet: the 12 months end with {last}, and a month "
            "ago means the end of the month before that.",
            month=voice.month(book.month),
            last=voice.month(last),
        )
    return Text(said, part, kind="note")


def _curve(found: Classes, called: str, voice: Voice) -> Figure | Group:
    """Cumulative share of the value; nothing without items."""
    classes = found.classes
    if classes.empty:
        return Group()
    sizes = classes["abc"].value_counts()
    a, b, c = (voice.count(int(sizes.get(letter, 0))) for letter in "ABC")
    alt = voice.say(
        "Curve of the cumulative share of value over {what}: A {a}, B {b}, C {c}.",
        what=called,
        a=a,
        b=b,
        c=c,
    )
    title = voice.say("Share of value by {what}", what=called)
    subtitle = voice.say("last 12 months, largest first; marks: ends of the classes")
    return concentration_chart(classes, voice, title, subtitle, alt)


def _matrix(found: Classes, called: str, voice: Voice) -> Figure | Group:
    """Matrix of ABC by XYZ; nothing where no item has a letter of both."""
    frame = found.matrix
    if not frame.loc[frame["xyz"].isin(list("XYZ")), "items"].sum():
        return Group()
    known = frame[frame["abc"].isin(list("ABC")) & (frame["items"] > 0)]
    letters = {"new": " " + voice.say("new"), "unsure": " " + voice.say("not told yet")}
    listed = ", ".join(
        f"{r.abc}{letters.get(r.xyz, r.xyz)} {voice.count(r.items)}" for r in known.itertuples()
    )
    alt = voice.say(
        "Matrix of ABC by XYZ for {what}: {listed}.",
        what=called,
        listed=listed or voice.say("none"),
    )
    title = voice.say("ABC by value, XYZ by steadiness")
    subtitle = voice.say("number of {what} and their share of the value", what=called)
    return matrix_chart(frame, voice, title, subtitle, alt)
