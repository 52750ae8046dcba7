"""Sentences, tables and charts of ABC and XYZ."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.charts.lines import concentration as concentration_chart
from salesnb.render.charts.lines import matrix as matrix_chart
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, table

TAGS = {
    "season": lambda v: v.say("the season"),
    "trend": lambda v: v.say("a trend"),
    "one month": lambda v: v.say("one big month"),
    "small numbers": lambda v: v.say("small numbers"),
    "": lambda v: "",
}
# what a reader may be told of: clients or products, in the sentences that name them
KINDS = {
    "clients": (lambda v: v.say("clients"), lambda v: v.say("No sale of the last 12 months names its client: ask your analyst to add the client of each deal, or the list of sales.")),
    "products": (lambda v: v.say("products"), lambda v: v.say("No sale of the last 12 months names its product: ask your analyst to add the product of each deal, or the list of sales.")),
}  # fmt: skip


FEW, FOR_A_FIFTH = 5, 10  # items without which a share of them, or a fifth, says nothing


def answer(found: dict, what: str, voice: Voice, sold: bool = True) -> Text:
    """The true concentration, not "20/80"; without a single item what would give it.

    Parameters
    ----------
    found : `concentration`;  what : clients or products;  sold : whether anything was sold in the 12 months
    """
    if not sold:
        return Text(voice.say("Nothing was sold in the last 12 months."), kind="answer")
    name, missing = (say(voice) for say in KINDS[what])
    if not found["of"]:
        return Text(missing, kind="refusal")
    if found["of"] < FEW:
        return Text(
            voice.say(
                "Only {n} {what} stand behind the value of the last 12 months: too few for classes to mean much.",
                n=voice.count(found["of"]),
                what=name,
            ),
            kind="answer",
        )
    first = voice.say(
        "{items} of {of} {what} ({share}) bring {value} of the value of the last 12 months.",
        items=voice.count(found["items"]), of=voice.count(found["of"]), what=name,
        share=voice.percent(found["share_of_items"], 0), value=voice.percent(found["share"], 0),
    )  # fmt: skip
    if found["of"] < FOR_A_FIFTH:
        return Text(first, kind="answer")
    second = voice.say(
        "The largest fifth of them ({n}) brings {share}.",
        n=voice.count(found["fifth"]),
        share=voice.percent(found["fifth_share"], 0),
    )
    return Text(first, second, kind="answer")


def curve(classes: pd.DataFrame, what: str, voice: Voice) -> Figure | Group:
    """Cumulative share of the value; nothing without items."""
    if classes.empty:
        return Group()
    name, sizes = KINDS[what][0](voice), classes["abc"].value_counts()
    alt = voice.say(
        "Curve of the cumulative share of value over {what}: A {a}, B {b}, C {c}.",
        what=name,
        a=voice.count(int(sizes.get("A", 0))),
        b=voice.count(int(sizes.get("B", 0))),
        c=voice.count(int(sizes.get("C", 0))),
    )
    return concentration_chart(
        classes,
        voice,
        voice.say("Share of value by {what}", what=name),
        voice.say("last 12 months, largest first; marks: ends of the classes"),
        alt,
    )


def steady_answer(found: dict, what: str, voice: Voice) -> Text:
    """How many items sell steadily month by month, as far as the months can tell."""
    if not found["of"]:
        return Text(voice.say("This cannot be told for the same reason."), kind="refusal")
    values = {name: voice.count(found[name]) for name in ("of", "X", "Y", "Z", "new", "unsure")} | {
        "what": KINDS[what][0](voice)
    }
    if not any(found[letter] for letter in "XYZ"):
        said = voice.say("The months do not tell yet how steady any of the {of} {what} are.", **values)
        return Text(said, kind="answer")
    first = voice.say(
        "Month by month, of {of} {what} {X} are steady (X), {Y} swing somewhat (Y) and {Z} swing much (Z).", **values
    )
    rest = voice.say("{new} are too new to class, and of {unsure} the months do not tell yet.", **values)
    return Text(first, rest if found["new"] + found["unsure"] else "", kind="answer")


def cells(frame: pd.DataFrame, what: str, voice: Voice) -> Figure | Group:
    """Matrix of ABC by XYZ; nothing where no item has a letter of both."""
    if not frame.loc[frame["xyz"].isin(list("XYZ")), "items"].sum():
        return Group()
    name = KINDS[what][0](voice)
    known = frame[frame["abc"].isin(list("ABC")) & (frame["items"] > 0)]
    letters = {"new": " " + voice.say("new"), "unsure": " " + voice.say("not told yet")}
    listed = ", ".join(f"{r.abc}{letters.get(r.xyz, r.xyz)} {voice.count(r.items)}" for r in known.itertuples())
    alt = voice.say("Matrix of ABC by XYZ for {what}: {listed}.", what=name, listed=listed or voice.say("none"))
    return matrix_chart(
        frame,
        voice,
        voice.say("ABC by value, XYZ by steadiness"),
        voice.say("number of {what} and their share of the value", what=name),
        alt,
    )


def items_table(classes: pd.DataFrame, label: str, caption: str, voice: Voice) -> Table | Group:
    """Items by value with their classes; a letter that is not sure is a dash, and a column without content is left out."""
    if classes.empty:
        return Group()
    say = voice.say
    kept = classes.assign(
        letter=[_letter(row, voice) for row in classes.itertuples()],
        tag=[TAGS[tag](voice) if isinstance(tag, str) else "" for tag in classes["tag"]],
    )
    told = [
        Column("letter", say("XYZ"), note=say("X steady every month, Y with some swing, Z uneven; a dash: the months do not tell yet")),
        Column("tag", say("Varies with")),
    ]  # fmt: skip
    columns = [
        Column("item", label), Column("value", say("Value"), "money"), Column("share", say("Share"), "percent"), Column("abc", say("ABC")),
        *(column for column in told if not set(kept[column.name].head(LIST_ROWS)) <= {"", "–"}),
    ]  # fmt: skip
    return table(kept, voice, caption, columns, limit=LIST_ROWS)


def _letter(row, voice: Voice) -> str:
    if row.xyz == "new":
        return voice.say("new")
    return row.xyz if row.sure is True or row.sure == 1 else "–"


def moves_answer(moves: pd.DataFrame, clients: pd.DataFrame, voice: Voice) -> Text:
    """How many fell, how many of them from A, and how many are new or rose.

    `moves` : table of `movement`;  `clients` : the classes of the month, without which nothing can move
    """
    fell, other = _halves(moves)
    if clients.empty and moves.empty:
        return Text(voice.say("This cannot be told for the same reason."), kind="refusal")
    if moves.empty:
        return Text(voice.say("No client changed its class since the previous month."), kind="answer")
    away = fell_from_a(moves)
    lines = [
        voice.plural("{n} client fell to a lower class or has bought nothing for a year.", "{n} clients fell to a lower class or have bought nothing for a year.", len(fell)) if len(fell) else voice.say("No client fell to a lower class."),
        voice.plural("{n} of them was in class A: call this one first.", "{n} of them were in class A: call these first.", away) if away else "",
        voice.plural("{n} client is new or rose.", "{n} clients are new or rose.", len(other)) if len(other) else "",
    ]  # fmt: skip
    return Text(" ".join(line for line in lines if line), kind="answer")


def fell_from_a(moves: pd.DataFrame) -> int:
    """How many clients of class A buy less and fell out of it."""
    return int((_halves(moves)[0]["before"] == "A").sum())


def basis(listed: bool, channel: str | None, voice: Voice) -> Text | Group:
    """What the value is, where a table of sales says more than the won deals."""
    if not listed:
        return Text(voice.say("Value: the won deals."), kind="note")
    if channel is None:
        return Text(
            voice.say("Value: all purchases in the table of sales, more than the won deals of closers."), kind="note"
        )
    return Text(voice.say("Value: all purchases of this channel's clients in the table of sales, through whichever channel: they stand on the pages of other channels too."), kind="note")  # fmt: skip


def _halves(moves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those that fell and bought less, and those that are new or rose; one that only others have passed is in neither."""
    fell = moves["direction"] == "fell"
    less = ~(moves["value"] >= moves["value_before"])  # of one that is away the value is missing
    return moves[fell & less], moves[~fell]


def fell_table(moves: pd.DataFrame, voice: Voice) -> Table | Group:
    """Clients to call: those that fell; nothing where nobody did."""
    kept, _ = _halves(moves)
    if kept.empty:
        return Group()
    say = voice.say
    columns = [
        Column("item", say("Client")), Column("value_before", say("Value a month ago"), "money"), Column("value", say("Value now"), "money"),
        Column("before", say("Class a month ago")), Column("now", say("Class now")),
    ]  # fmt: skip
    note = say("Values are of the 12 months up to then. A dash: nothing bought in the last 12 months.")
    kept = kept.assign(value=kept["value"].fillna(0.0))
    return table(kept, voice, say("Fell to a lower class: call them"), columns, limit=LIST_ROWS, note=note)


def rose_table(moves: pd.DataFrame, voice: Voice) -> Table | Group:
    """Clients that are new or rose; nothing where there are none."""
    _, kept = _halves(moves)
    if kept.empty:
        return Group()
    say = voice.say
    kept = kept.assign(before=[say("new buyer") if letter == "–" else letter for letter in kept["before"]])
    columns = [
        Column("item", say("Client")), Column("value", say("Value now"), "money"),
        Column("before", say("Class a month ago")), Column("now", say("Class now")),
    ]  # fmt: skip
    return table(kept, voice, say("New, or rose to a higher class"), columns, limit=LIST_ROWS)
