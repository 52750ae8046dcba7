"""What the reading took for true, as `data_quality` says it, and what conversion would be if it
were wrong.
"""

from collections.abc import Callable

from salesnb.formats import Voice
from salesnb.source.parsed import Assumption
from salesnb.topics import words

Told = Callable[[Voice, dict], str]

ASSUMED: dict[str, Told] = {
    "encoding": lambda v, x: _encoding(x, v),
    "unsettled words": lambda v, x: v.say(
        "deals with the status {words} are open, which nothing "
        "in the export says; the other reading: {end}",
        words=_counted(x, v),
        end=v.say("lost")
        if x["alternative"] == "lost"
        else v.say("won, and lost where the word looks like it"),
    ),
    "closed rule": lambda v, x: v.say(
        "closed deals with the status {words} are lost: the column "
        "{heading} says closed, and no list has the words",
        words=_counted(x, v),
        heading=x["flags"],
    ),
    "tests left out": lambda v, x: v.plural(
        "{n} deal whose title says that it is a test is left out: {titles}",
        "{n} deals whose titles say that they are tests are left out: {titles}",
        x["rows"],
        titles=", ".join(x["examples"]),
    ),
    "currency": lambda v, x: v.say(
        "{word} in {rows} amounts is {chosen}, though it may be {alternative}",
        **x | {"rows": v.count(x["rows"])},
    ),
    "decimal": lambda v, x: v.say(
        "{example} in the column {heading} is {read} and not {other}",
        example=x["example"],
        heading=x["heading"],
        read=x["read"],
        other=x["or"],
    ),
    "zone": lambda v, x: v.say(
        "{cells} times without a zone are by the clock of {chosen}",
        cells=v.count(x["cells"]),
        chosen=x["chosen"],
    ),
    "numbers as times": lambda v, x: v.say(
        "{rows} bare numbers such as {example} are times, from {first} to {last}",
        rows=v.count(x["rows"]),
        example=x["example"],
        first=x["first"],
        last=x["last"],
    ),
    "score scale": lambda v, x: v.say(
        "{rows} scores of the column {heading} go up to {highest} and are read as out of {scale}",
        rows=v.count(x["rows"]),
        heading=x["heading"],
        highest=v.number(x["highest"]),
        scale=v.number(x["scale"]),
    ),
    "item scale": lambda v, x: v.say(
        "points of the checklist items {headings} go up to {highest} and are read as out of "
        "{scale}",
        headings=x["headings"],
        highest=v.number(x["highest"]),
        scale=v.number(x["scale"]),
    ),
    "day order": lambda v, x: v.say(
        "{cells} dates of {files} that can be read both ways are read {order}",
        cells=v.count(x["cells"]),
        files=v.listing(x["files"]),
        order=_order(x["chosen"], v),
    ),
}


def assumed(one: Assumption, voice: Voice) -> str:
    """One assumption with its evidence; a code without words of its own is told as it stands."""
    if one.code in ASSUMED:
        return ASSUMED[one.code](voice, one.values)
    return f"{one.code}: " + ", ".join(f"{name} {value}" for name, value in one.values.items())


def _order(chosen: str, voice: Voice) -> str:
    return voice.say("day first") if chosen == "day first" else voice.say("month first")


def _encoding(x: dict, voice: Voice) -> str:
    told = voice.say(
        "{file} is not UTF-8 and is read as {chosen}: {sample}",
        file=x["file"],
        chosen=x["chosen"],
        sample=x["sample"],
    )
    if not x["alternative"]:
        return told
    return told + voice.say(
        "; as {other} it would be {sample}", other=x["alternative"], sample=x["other_sample"]
    )


def _counted(values: dict, voice: Voice) -> str:
    """The words of the export with their rows, the first four."""
    named = [
        f"{word or voice.say('blank')} ({voice.count(rows)})" for word, rows in values["words"]
    ]
    more = len(named) - 4
    rest = [voice.plural("{n} more word", "{n} more words", more)] if more > 0 else []
    return voice.listing([*named[:4], *rest])


def moved(reading: dict, voice: Voice, least: int = 1) -> str:
    """What conversion would be under another reading: of the month where that changes, else of all
    closed deals.

    Parameters
    ----------
    reading : one of `measures.otherwise.other_readings`
    least : closed deals from which a rate is printed
    """
    month, whole = reading["month"], reading["whole"]
    in_month = (month["won"], month["closed"]) != (
        month["before"]["won"],
        month["before"]["closed"],
    )
    part = month if in_month else whole
    values = {"now": _share(part["before"], voice, least), "other": _share(part, voice, least)}
    if in_month:
        return voice.say(
            "read the other way, conversion of the month would be {other} and not {now}", **values
        )
    return voice.say(
        "read the other way, conversion of all closed deals would be {other} and not {now}",
        **values,
    )


def _share(part: dict, voice: Voice, least: int) -> str:
    return words.share(voice, part["won"], part["closed"], least, 1)
