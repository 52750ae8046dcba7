"""Remarks of `data_quality` in words: what the reading of the export found, and what the figures
themselves call for.
"""

from salesnb.formats import Voice
from salesnb.topics import untold, words

NOTICES = {
    "unlisted status": lambda v, x: v.say(
        "Status words that stand in no list are on {rows} of "
        "{of} rows with a past closing date: {words}. They "
        "count as open.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
    ),
    "unsettled words": lambda v, x: v.say(
        "Status words that the params ask about are on {rows} "
        "of {of} rows with a past closing date: {words}. They "
        "count as open; the headline is shown both ways until "
        "they are moved to won, lost or open.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
    ),
    "closing dates of open deals": lambda v, x: v.say(
        "{rows} of {of} open deals have a date in the column {heading}: if it is when a deal is "
        "expected to close, won and lost deals may stand in other months than they closed in. "
        "Name the column of actual closings under columns in the params, where the export has "
        "one.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        heading=x["heading"],
    ),
    "flag and word differ": lambda v, x: v.say(
        "In {rows} of {of} deals the word of the status "
        "says something else than the CRM's own column "
        "({headings}), which decides: {words}; for example "
        "deal {example}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        headings=x["headings"],
        words=x["words"],
        example=x["example"],
    ),
    "no pipelines map": lambda v, x: v.say(
        "All pipelines count together: nothing says which belong to hunters, closers and farmers."
    ),
    "by current owner": lambda v, x: v.say(
        "There is no history of owners: a deal counts for the sales rep who has it now."
    ),
    "day order by default": lambda v, x: v.say(
        "Dates in the column {heading} can be read day "
        "first or month first; nothing in the column tells "
        "which.",
        heading=x["heading"],
    ),
    "both day orders": lambda v, x: v.say(
        "Dates in the column {heading} are written both day first and month first.",
        heading=x["heading"],
    ),
    "swapped days": lambda v, x: v.say(
        "In the column {heading} of {file} all {rows} true dates "
        "have a day up to 12 and all {texts} dates kept as text "
        "have one above it: a spreadsheet seems to have swapped "
        "days and months. Export the file again and do not open it "
        "in a spreadsheet.",
        heading=x["heading"],
        file=x["file"],
        rows=v.count(x["rows"]),
        texts=v.count(x["texts"]),
    ),
    "far dates": lambda v, x: v.say(
        "{rows} of {of} dates of the column {heading} are far from "
        "today; they go from {first} to {last}. If the column holds "
        "no dates, name another heading under columns in the params.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        heading=x["heading"],
        first=x["first"],
        last=x["last"],
    ),
    "join without partner": lambda v, x: v.say(
        "{rows} rows have no partner in {file}, for example {example}.",
        rows=v.count(x["rows"]),
        file=x["file"],
        example=x["example"],
    ),
    "no rate": lambda v, x: v.say(
        "{rows} of {of} amounts are in a currency that has no rate in "
        "the params and are in no sum: {words}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
    ),
    "unread column": lambda v, x: v.say(
        "{rows} of {of} cells of the column {heading} could not "
        "be read and count as missing, for example {example}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        heading=x["heading"],
        example=x["example"],
    ),
    "unread amounts": lambda v, x: v.say(
        "{rows} amounts of the column {heading} could not be "
        "read and are in no sum, {won} of them of the {of} won "
        "deals, for example {examples}.",
        rows=v.count(x["rows"]),
        heading=x["heading"],
        won=v.count(x["won"]),
        of=v.count(x["of"]),
        examples=x["examples"],
    ),
    "unlisted words": lambda v, x: v.say(
        "Words of the column {heading} that stand in no list, on "
        "{rows} of {of} rows: {words}. Each counts as none of "
        "{known}; name what it means in the params: {key}.",
        heading=x["heading"],
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
        known=", ".join(x["known"]),
        key=f"values: {x['table']}.{x['column']}: {{{x['known'][0]}: […]}}",
    ),
    "nothing words": lambda v, x: v.say(
        "In {rows} rows the column {heading} has a word for nothing and counts as blank: {words}.",
        rows=v.count(x["rows"]),
        heading=x["heading"],
        words=x["words"],
    ),
    "manager twice": lambda v, x: v.plural(
        "Rows of the list of managers for one day contradict each other ({columns}) for {n} sales "
        "rep: {names}. One row counts; give each the day since which it holds, under from.",
        "Rows of the list of managers for one day contradict each other ({columns}) for {n} sales "
        "reps: {names}. One row each counts; give each the day since which it holds, under from.",
        x["people"],
        columns=x["columns"],
        names=x["names"],
    ),
    "scores aside": lambda v, x: v.say(
        "{rows} of {of} scores of the column {heading} are on no scale that the column tells and "
        "are set aside: {words}. Name the most that can be scored in its heading, such as "
        "{example}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        heading=x["heading"],
        words=x["words"],
        example=f"{x['heading']} (max 20)",
    ),
    "low scores": lambda v, x: v.say(
        "No score of the column {heading} is above {highest}: they are read as out of 100. If they "
        "are points of fewer, name the most in the heading, such as {example}.",
        heading=x["heading"],
        highest=v.number(x["highest"]),
        example=f"{x['heading']} (max 20)",
    ),
    "items not read": lambda v, x: v.say(
        "{rows} cells of checklist items ({headings}) could not be read as results and count as "
        "missing: {words}. Name the most points of an item in its heading, such as {example}.",
        rows=v.count(x["rows"]),
        headings=x["headings"],
        words=x["words"],
        example="(max 5)",
    ),
    "one name": lambda v, x: v.plural(
        "{n} row of the column {heading} spells a name otherwise in "
        "case or in letters that look alike; it counts under one "
        "name: {words}.",
        "{n} rows of the column {heading} spell names otherwise in case or in letters that look "
        "alike; they count under one name each: {words}.",
        x["rows"],
        heading=x["heading"],
        words=x["words"],
    ),
    "state before": lambda v, x: _state_before(x, v),
    "current pipeline only": lambda v, x: v.say(
        "The history of stages of Bitrix24 has only the "
        "pipeline in which a deal stands now: what a deal "
        "went through in an earlier pipeline is in no "
        "funnel and no time in stage."
    ),
    "other deals": lambda v, x: v.say(
        "{rows} of {of} rows of the history are of deals that the "
        "export of deals does not have, for example {example}. "
        "Check that both have the same ids.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        example=x["example"],
    ),
    "other names": lambda v, x: v.say(
        "{rows} of {of} rows of the history name what no deal has: "
        "{words}. Where these are codes, name what each means in "
        "the params: {key}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
        key=f"values: {x['table']}.{x['column']}: {{…: […]}}",
    ),
    "calls without direction": lambda v, x: v.say(
        "The direction of {rows} of {of} calls cannot be told: neither end is an extension. They "
        "are neither incoming nor outgoing.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
    ),
    "extensions for names": lambda v, x: v.say(
        "{rows} of {of} calls name an extension in place "
        "of a sales rep: {words}. Name whose each is in "
        "the params: {key}.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        words=x["words"],
        key="values: touches.manager: {…: […]}",
    ),
    "none won": lambda v, x: v.say(
        "Not one deal of the export is won; the status words are "
        "{words}. If one of them means won, name it under values: "
        "status in the params.",
        words=x["words"],
    ),
    "none lost": lambda v, x: v.say(
        "Not one deal of the export is lost; the status words are "
        "{words}. If one of them means lost, name it under values: "
        "status in the params.",
        words=x["words"],
    ),
    "no closing date": lambda v, x: _no_closing_date(x, v),
    "stray day": lambda v, x: v.plural(
        "{n} row names a day up to {day}, {days} after all others; "
        "the export is taken to be of {snapshot}: {where}. Check "
        "that date.",
        "{n} rows name a day up to {day}, {days} after all others; the export is taken to be of "
        "{snapshot}: {where}. Check these dates.",
        x["rows"],
        day=v.date(x["day"]),
        days=v.days(x["days"], 0),
        snapshot=v.date(x["snapshot"]),
        where=x["where"],
    ),
    "blank manager": lambda v, x: v.say(
        "The column {heading} is blank in {rows} of {of} deals: "
        "they have no sales rep and count in totals only.",
        heading=x["heading"],
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
    ),
    "blank channel": lambda v, x: v.say(
        "The column {heading} is blank in {rows} of {of} deals: their channel is not known.",
        heading=x["heading"],
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
    ),
    "blank amount": lambda v, x: v.say(
        "The column {heading} is blank in {rows} of {of} won "
        "deals: they count in conversion, but in no sum.",
        heading=x["heading"],
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
    ),
    "lines without an amount": lambda v, x: v.say(
        "The column {heading} is blank on a product line of {rows} of {of} deals of several "
        "lines, for example {example}: their amount is that of the other lines.",
        heading=x["heading"],
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        example=x["example"],
    ),
    "some not known": lambda v, x: v.say(
        "Not known of some deals: {columns}.", columns=_gaps(x["columns"], v)
    ),
    "row for id": lambda v, x: v.say(
        "The export has no ids of deals: the row of the file stands "
        "for the id of each of {rows} deals. A deal that stands in "
        "two files counts twice, and no other table can name it.",
        rows=v.count(x["rows"]),
    ),
    "shared ids": lambda v, x: v.say(
        "{rows} of {of} rows of {file} share the id in the column "
        "{heading} with a row of another owner, title or creation, "
        "for example {example}: they count as versions of one deal.",
        rows=v.count(x["rows"]),
        of=v.count(x["of"]),
        file=x["file"],
        heading=x["heading"],
        example=x["example"],
    ),
    "channel renamed": lambda v, x: v.say(
        "A channel of the export is called {old}, as the whole "
        "department is here; it is shown as {new}.",
        old=x["old"],
        new=x["new"],
    ),
    "immature": lambda v, x: v.say(
        "{open} of the {created} deals created in the month are still "
        "open: their result is not in the conversion yet.",
        open=v.count(x["open"]),
        created=v.count(x["created"]),
    ),
    "opposite": lambda v, x: v.say(
        "Conversion by closing date and by creation date moved in "
        "opposite directions: a change in the flow of new deals may be "
        "behind the headline. Read the cohort figure."
    ),
    "mass closings": lambda v, x: " ".join(
        said for said in (_closed_at_once(x, v), _worth(x, v), _without(x, v)) if said
    ),
}


# a heading that is the canonical name itself is said in words
COLUMNS = {
    "manager": lambda voice: voice.say("Sales rep"),
    "channel": lambda voice: voice.say("Channel"),
    "source": lambda voice: voice.say("Source"),
    "amount": lambda voice: voice.say("Amount"),
}


def _gaps(columns: list, voice: Voice) -> str:
    """Columns with how many of how many deals lack them."""
    return voice.listing(
        f"{COLUMNS[heading](voice) if heading in COLUMNS else heading} "
        f"({voice.say('{won} of {closed}', won=voice.count(rows), closed=voice.count(of))})"
        for heading, rows, of in columns
    )


def _state_before(x: dict, voice: Voice) -> str:
    """Where the state before the first change was placed, and of how many deals it could not be."""
    owners = x["table"] == "owners"
    first = (
        voice.say(
            "The owner before the first change of {rows} deals is taken from their creation on.",
            rows=voice.count(x["rows"]),
        )
        if owners
        else voice.say(
            "The stage before the first move of {rows} deals is taken as entered at "
            "their creation.",
            rows=voice.count(x["rows"]),
        )
    )
    second = voice.say(
        "Of {rows} older deals, created before the history begins, it is not known since when.",
        rows=voice.count(x["older"]),
    )
    return " ".join(said for said, rows in ((first, x["rows"]), (second, x["older"])) if rows)


def _no_closing_date(x: dict, voice: Voice) -> str:
    """How many won and how many lost deals are in no month, and both ways to count where that moves
    conversion.
    """
    first = voice.say(
        "No closing date, so in no month: {won} of {won_of} won deals ({won_share}) and {lost} of "
        "{lost_of} lost ones ({lost_share}).",
        won=voice.count(x["won"]),
        won_of=voice.count(x["won_of"]),
        won_share=_part(x["won"], x["won_of"], voice),
        lost=voice.count(x["lost"]),
        lost_of=voice.count(x["lost_of"]),
        lost_share=_part(x["lost"], x["lost_of"], voice),
    )
    if not x["unequal"]:
        return first
    second = voice.say(
        "Over the whole export conversion is {dated} by the deals with a date and "
        "{all} by all closed ones, so no verdict on it is given.",
        dated=voice.percent(x["dated"]),
        all=voice.percent(x["all"]),
    )
    return f"{first} {second}"


def _part(some: int, of: int, voice: Voice) -> str:
    return voice.percent(some / of) if of else voice.missing


def _closed_at_once(x: dict, voice: Voice) -> str:
    """What one person closed on one day; mostly lost deals look like a clean-up."""
    values = {"manager": words.group(voice, x["manager"]), "day": voice.date(x["day"])}
    if not x["clean_up"]:
        return voice.plural(
            "{manager} closed {n} deal on {day}, far more than on a usual day.",
            "{manager} closed {n} deals on {day}, far more than on a usual day.",
            x["rows"],
            **values,
        )
    if x["reason"]:
        return voice.plural(
            "{manager} closed {n} deal as lost on {day} ({of} with “{reason}”): it looks like a "
            "clean-up.",
            "{manager} closed {n} deals as lost on {day} ({of} with “{reason}”): it looks like a "
            "clean-up.",
            x["lost"],
            of=voice.count(x["reason_rows"]),
            reason=x["reason"],
            **values,
        )
    return voice.plural(
        "{manager} closed {n} deal as lost on {day}: it looks like a clean-up.",
        "{manager} closed {n} deals as lost on {day}: it looks like a clean-up.",
        x["lost"],
        **values,
    )


def _worth(x: dict, voice: Voice) -> str:
    """The money of what was closed as lost, how old it was, and how many deals it took in all
    channels.
    """
    lines = []
    if x["amount"]:
        lines.append(
            voice.say("The lost ones are worth {amount}.", amount=voice.short_money(x["amount"]))
        )
    if x["age_days"] is not None and x["clean_up"]:
        lines.append(
            voice.say("Half of them were at most {days} old.", days=voice.days(x["age_days"], 0))
        )
    if x["whole_rows"] > x["rows"]:
        lines.append(
            voice.plural(
                "In all channels together it was {n} deal that day.",
                "In all channels together it was {n} deals that day.",
                x["whole_rows"],
            )
        )
    return " ".join(lines)


def _without(x: dict, voice: Voice) -> str:
    """The month and the person without such days, and what to ask."""
    if untold.no_rate(x.get("untold", "")):
        return ""
    whole = words.share(voice, x["all_won"], x["all_closed"], x["least"], 1)
    return voice.say(
        "Without such days the month is {month}, and {manager} {won} of {closed}. Ask what was "
        "cleaned up before reading the figures of {manager}.",
        month=whole,
        manager=words.group(voice, x["manager"]),
        won=voice.count(x["rest_won"]),
        closed=voice.count(x["rest_closed"]),
    )


def notice(code: str, values: dict, voice: Voice) -> str:
    """One remark in words; an unknown code stays as it is."""
    return NOTICES[code](voice, values) if code in NOTICES else code
