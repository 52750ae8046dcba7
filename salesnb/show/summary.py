"""Sentences, cards and tables of the summary."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.charts.lines import monthly as monthly_chart
from salesnb.show.charts.spark import spark
from salesnb.show.display import Card, Cards, Details, Figure, Group, Table, Text
from salesnb.show.funnel import reason
from salesnb.show.tables import Column, table

WAYS = {
    "headline": lambda v: v.say("As in the headline: closed in the month"),
    "no unreached": lambda v: v.say("Without clients who were not reached or were no buyers"),
    "old open as lost": lambda v: v.say("Old open deals counted as lost"),
    "no mass closings": lambda v: v.say("Without days on which one person closed very many deals"),
    "by creation": lambda v: v.say("Of the deals created in the month and already closed"),
    "by amount": lambda v: v.say("By amount: won sum of the closed sum"),
}
STEPS = {
    "closed before created": lambda v: v.say("closed before it was created"),
    "closed in the future": lambda v: v.say("closed after the day of the export"),
    "created in the future": lambda v: v.say("created after the day of the export"),
    "duplicate": lambda v: v.say("the same row twice"),
    "footer": lambda v: v.say("a line of totals, not a deal"),
    "ignored pipeline": lambda v: v.say("a pipeline that the params leave out"),
    "product line": lambda v: v.say("further product lines of a deal, added to it"),
    "superseded": lambda v: v.say("an older version of a deal"),
    "no deal id": lambda v: v.say("a row without the number of the deal"),
    "no creation date": lambda v: v.say("a row without a creation date"),
    "test": lambda v: v.say("a test"),
    "export": lambda v: v.say("Closed in the month, as a filter in the CRM shows it"),
    "hunter": lambda v: v.say("deals of hunters, who hand over"),
    "farmer": lambda v: v.say("deals of farmers, who sell again"),
    "ours": lambda v: v.say("Our figure"),
}


def change_words(change: pd.Series, voice: Voice) -> str:
    """A change of conversion with its interval; too close to call when the interval has zero in it.

    >>> change_words(pd.Series({"change": 0.02, "change_low": -0.05, "change_high": 0.09, "clear": False}), Voice())
    '+2.0\\xa0pp (−5.0 to +9.0\\xa0pp), too close to call'
    """
    if pd.isna(change["change"]):
        return voice.say("no month to compare with")
    text = f"{voice.points(change['change'])} ({voice.points_interval(change['change_low'], change['change_high'])})"
    if change["clear"]:
        return text
    return text + ", " + voice.say("too close to call")


def headline(
    conversion: pd.DataFrame, change: pd.DataFrame, place: str, month: str, voice: Voice, thresholds: Thresholds
) -> Text:
    """The answer of the month in at most three sentences."""
    row = conversion.iloc[0]
    values = {
        "place": place,
        "month": voice.month(month),
        "won": voice.count(row["won"]),
        "closed": voice.count(row["closed"]),
    }
    if row["closed"] == 0:
        return Text(
            voice.say("{place}, {month}: nothing was closed, so there is no conversion to speak of.", **values),
            kind="headline",
        )
    if row["closed"] < thresholds.min_percent:
        return Text(
            voice.say(
                "{place}, {month}: {won} of {closed} closed deals were won. So few deals carry no percentage.", **values
            ),
            kind="headline",
        )
    values |= {"rate": voice.percent(row["conversion"]), "interval": voice.interval(row["low"], row["high"])}
    first = voice.say(
        "{place}, {month}: {won} of {closed} closed deals were won, a conversion of {rate} (95 % interval {interval}).",
        **values,
    )
    return Text(first, _change_sentence(change.iloc[0], voice), kind="headline")


def _change_sentence(change: pd.Series, voice: Voice) -> str:
    if pd.isna(change["change"]):
        return voice.say("There is no earlier month to compare with.")
    values = {
        "change": voice.points(change["change"]),
        "interval": voice.points_interval(change["change_low"], change["change_high"]),
    }
    if not change["clear"]:
        return voice.say(
            "Against the previous month: {change}. The interval of the difference, {interval}, has zero in it: too close to call.",
            **values,
        )
    return voice.say(
        "Against the previous month: {change} (interval {interval}), more than chance alone would explain.", **values
    )


def cards(
    months: pd.DataFrame, change: pd.DataFrame, plan: pd.DataFrame, voice: Voice, thresholds: Thresholds
) -> Cards:
    """Headline cards: the month, the previous one, the same month last year, and a 12-month line.

    `plan` : fact and plan by month (`control.plan.of_place`); without rows there is no card of it.
    """
    now = months.iloc[-1]
    few = now["closed"] < thresholds.min_percent
    value = (
        voice.say("{won} of {closed}", won=voice.count(now["won"]), closed=voice.count(now["closed"]))
        if few
        else voice.percent(now["conversion"])
    )
    detail = (
        ""
        if few
        else voice.say(
            "{won} of {closed}, interval {interval}",
            won=voice.count(now["won"]),
            closed=voice.count(now["closed"]),
            interval=voice.interval(now["low"], now["high"]),
        )
    )
    tone = "" if not change["clear"].iloc[0] else "good" if change["change"].iloc[0] > 0 else "bad"
    first = Card(
        voice.say("Conversion"),
        value,
        detail,
        change_words(change.iloc[0], voice),
        tone,
        _past(months, "conversion", voice.percent, voice),
        _line(months, "conversion", voice.say("Conversion"), voice),
    )
    rest = [
        (voice.say("Won amount"), "won_amount", voice.short_money),
        (voice.say("Won deals"), "won", voice.count),
        (voice.say("Average order"), "average_order", voice.short_money),
        (voice.say("Deal length"), "mean_days", voice.days),
        (voice.say("New deals"), "new_deals", voice.count),
        (voice.say("Open deals"), "open_deals", voice.count),
        (voice.say("Open amount"), "open_amount", voice.short_money),
    ]
    shown = [_card(months, label, name, say, voice) for label, name, say in rest]
    return Cards((first, *shown, *_plan_card(months, plan, voice)))


def _plan_card(months: pd.DataFrame, plan: pd.DataFrame, voice: Voice) -> list[Card]:
    """How much of the plan is done; nothing where the month has no plan."""
    both = months[["month"]].merge(plan, on="month", how="left")
    now = both.iloc[-1]
    if pd.isna(now["share"]):
        return []
    detail = voice.say("{fact} of {plan}", fact=voice.short_money(now["fact"]), plan=voice.short_money(now["plan"]))
    label = voice.say("Plan")
    line = _line(both, "share", label, voice)
    return [
        Card(
            label,
            voice.percent(now["share"], 0),
            detail,
            notes=_past(both, "share", _whole_percent(voice), voice),
            spark=line,
        )
    ]


def _whole_percent(voice: Voice):
    return lambda share: voice.percent(share, 0)


def _card(months: pd.DataFrame, label: str, name: str, say, voice: Voice) -> Card:
    return Card(
        label,
        say(months[name].iloc[-1]),
        change=_ratio(months[name], voice),
        notes=_past(months, name, say, voice),
        spark=_line(months, name, label, voice),
    )


def _ratio(values: pd.Series, voice: Voice) -> str:
    """The change in per cent; within the ordinary ups and downs of the year it is called ordinary."""
    now, before = values.iloc[-1], values.iloc[-2]
    if pd.isna(now) or pd.isna(before) or before == 0:
        return voice.say("no month to compare with")
    text = voice.signed((now / before - 1) * 100) + voice.percent_sign + " " + voice.say("to the previous month")
    past = values.iloc[:-1].dropna()
    if len(past) >= 6 and past.min() <= now <= past.max():
        return text + ", " + voice.say("within the range of the year")
    return text


def _past(months: pd.DataFrame, name: str, say, voice: Voice) -> tuple:
    rows = [(voice.say("previous month"), say(months[name].iloc[-2]))]
    if len(months) >= 13:
        rows.append((voice.say("a year ago"), say(months[name].iloc[-13])))
    return tuple(rows)


def _line(months: pd.DataFrame, name: str, label: str, voice: Voice) -> str:
    values = [None if pd.isna(v) else float(v) for v in months[name].iloc[-12:]]
    return spark(values, voice.say("{label}, the last 12 months", label=label))


def trend(months: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Figure:
    """Conversion of the last 13 months with its band."""
    kept = months.assign(
        **{c: months[c].where(months["closed"] >= thresholds.min_percent) for c in ("conversion", "low", "high")}
    )
    known = kept.dropna(subset=["conversion"])
    alt = voice.say(
        "Line chart of conversion by month with its 95 % interval; there is no month with enough closed deals."
    )
    if len(known):
        best, worst = known.loc[known["conversion"].idxmax()], known.loc[known["conversion"].idxmin()]
        alt = voice.say(
            "Line chart of conversion by month with its 95 % interval: highest {high} in {best}, lowest {low} in {worst}, last {now} in {month}.",
            high=voice.percent(best["conversion"]), best=voice.month(best["month"]), low=voice.percent(worst["conversion"]),
            worst=voice.month(worst["month"]), now=voice.percent(known["conversion"].iloc[-1]), month=voice.month(known["month"].iloc[-1]),
        )  # fmt: skip
    subtitle = voice.say("won of won and lost, by month of closing; the band is the 95 % interval")
    return monthly_chart(kept, voice, voice.say("Conversion by month"), subtitle, alt, low="low", high="high")


def money_trend(months: pd.DataFrame, voice: Voice) -> Figure:
    """Won amount of the last 13 months."""
    best = months.loc[months["won_amount"].idxmax()]
    alt = voice.say(
        "Line chart of the won amount by month: highest {high} in {best}, last {now}.", high=voice.short_money(best["won_amount"]),
        best=voice.month(best["month"]), now=voice.short_money(months["won_amount"].iloc[-1]),
    )  # fmt: skip
    return monthly_chart(
        months,
        voice,
        voice.say("Won amount by month"),
        voice.say("sum of the deals won in the month"),
        alt,
        value="won_amount",
        kind="money",
    )


def months_table(months: pd.DataFrame, voice: Voice) -> Details:
    """All headline figures by month, folded."""
    say = voice.say
    columns = [
        Column("month", say("Month"), "month"), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("won_amount", say("Won amount"), "money"),
        Column("average_order", say("Average order"), "money"), Column("mean_days", say("Deal length"), "days"),
        Column("new_deals", say("New deals"), "count"), Column("open_deals", say("Open at the end"), "count"),
    ]  # fmt: skip
    shown = table(months.iloc[::-1], voice, say("Headline figures by month"), columns)
    return Details(say("All months in figures"), shown)


def groups_table(
    frame: pd.DataFrame, change: pd.DataFrame, by: str, label: str, caption: str, voice: Voice, thresholds: Thresholds
) -> Table:
    """Conversion per channel or sales rep, with its change on the previous month."""
    say = voice.say
    both = frame.merge(change, on=by, how="left")
    both[by] = [words.group(voice, name) for name in both[by]]
    columns = [
        Column(by, label), Column("won", say("Won"), "count"), Column("lost", say("Lost"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("change", say("Change"), "points", low="change_low", high="change_high", n="closed"),
    ]  # fmt: skip
    note = say("A change whose interval has zero in it is too close to call.")
    return table(both, voice, caption, columns, thresholds=thresholds, note=note)


def new_repeat(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table:
    """Conversion of new and repeat clients."""
    say = voice.say
    names = {"new": say("New clients"), "repeat": say("Repeat clients"), "unknown": say("Client not known")}
    kept = frame.assign(kind=[names[k] for k in frame["kind"]])
    columns = [
        Column("kind", say("Clients")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
    ]  # fmt: skip
    return table(kept, voice, say("Conversion of new and repeat clients"), columns, thresholds=thresholds)


def ways_panel(frame: pd.DataFrame, owners: dict[str, int], voice: Voice, thresholds: Thresholds) -> Group:
    """The same month under other fair ways of counting, and whether the conclusion holds."""
    say = voice.say
    kept = frame.assign(
        label=[WAYS[w](voice) for w in frame["way"]],
        holds=[say("turns") if f else say("holds") for f in frame["flips"]],
    )
    columns = [
        Column("label", say("Way of counting")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("change", say("Change"), "points", n="closed"), Column("holds", say("Direction of the change")),
    ]  # fmt: skip
    note = say(
        "By the current owner instead of the owner at closing the total is the same; {moved} of {closed} deals would count for another sales rep.",
        moved=voice.count(owners["moved"]), closed=voice.count(owners["closed"]),
    )  # fmt: skip
    shown = table(
        kept, voice, say("The same month, counted in other fair ways"), columns, thresholds=thresholds, note=note
    )
    turned = [row.label for row in kept.itertuples() if row.flips]
    if turned:
        text = say(
            "The direction of the change depends on the way of counting ({ways}): do not build a decision on it.",
            ways=voice.listing(turned),
        )
        return Group(Text(text, kind="warning"), Details(say("Other fair ways to count"), shown))
    text = say("The change points the same way under every fair way of counting.")
    return Group(Text(text, kind="note"), Details(say("Other fair ways to count"), shown))


def bridge(frame: pd.DataFrame, voice: Voice) -> Details:
    """From the rows of the export to our figure, to unfold."""
    say = voice.say
    kept = frame.assign(label=[STEPS[s](voice) if s in STEPS else s for s in frame["step"]])
    aside, ours = kept[kept["step"] != "ours"], kept[kept["step"] == "ours"]
    aside = aside.assign(
        label=[
            label if step == "export" else "− " + label
            for step, label in zip(aside["step"], aside["label"], strict=True)
        ]
    )
    columns = [
        Column("label", say("Step")), Column("rows", say("Rows"), "count"), Column("won", say("Won"), "count"),
        Column("lost", say("Lost"), "count"), Column("amount", say("Won amount"), "money"),
    ]  # fmt: skip
    shown = table(aside, voice, say("From the CRM's own figure of the month to ours"), columns, foot=ours)
    text = say(
        "The first row minus the others is our figure. The ledger names every row that is not counted, with its file and line."
    )
    return Details(say("Reconciliation with the CRM"), Text(text), shown)


def functions(figures: dict[str, dict], voice: Voice) -> Text | Table:
    """Hunters and farmers in figures of their own; nothing where there are none."""
    say = voice.say
    if not figures:
        return Text(say("Every pipeline counts as closers: the params name no hunters or farmers."), kind="note")
    rows = [{"function": words.function(voice, name)} | values for name, values in figures.items()]
    frame = pd.DataFrame(rows).reindex(
        columns=["function", "won", "closed", "value", "low", "high", "revenue", "clients"]
    )
    columns = [
        Column("function", say("Function")), Column("won", say("Handed over or won"), "count"), Column("closed", say("Closed"), "count"),
        Column("value", say("Rate"), "percent", low="low", high="high", n="closed"), Column("revenue", say("Repeat revenue"), "money"),
        Column("clients", say("Clients who bought again"), "count"),
    ]  # fmt: skip
    return table(frame, voice, say("Hunters and farmers: figures of their own, not comparable with closers"), columns)


def notices(found, voice: Voice) -> Text:
    """What the reader should know about the data, in words."""
    lines = [notice(one.code, one.values, voice) for one in found]
    return Text(*lines, kind="note") if lines else Text(voice.say("Nothing in the data needs a remark."), kind="note")


NOTICES = {
    "unlisted status": lambda v, x: v.say("Status words that are listed neither as won nor as lost stand on {rows} closed rows: {words}. They count as open.", rows=v.count(x["rows"]), words=x["words"]),
    "no pipelines map": lambda v, x: v.say("All pipelines count together: the params do not say which belong to hunters, closers and farmers."),
    "by current owner": lambda v, x: v.say("There is no history of owners: a deal counts for the sales rep who has it now."),
    "day order by default": lambda v, x: v.say("Dates in the column {heading} can be read day first or month first; nothing in the column tells which.", heading=x["heading"]),
    "both day orders": lambda v, x: v.say("Dates in the column {heading} are written both day first and month first.", heading=x["heading"]),
    "join without partner": lambda v, x: v.say("{rows} rows have no partner in {file}, for example {example}.", rows=v.count(x["rows"]), file=x["file"], example=x["example"]),
    "no rate": lambda v, x: v.say("{rows} of {of} amounts are in a currency that has no rate in the params and are in no sum: {words}.", rows=v.count(x["rows"]), of=v.count(x["of"]), words=x["words"]),
    "unread column": lambda v, x: v.say("{rows} of {of} cells of the column {heading} could not be read and count as missing, for example {example}.", rows=v.count(x["rows"]), of=v.count(x["of"]), heading=x["heading"], example=x["example"]),
    "none won": lambda v, x: v.say("Not one deal of the export is won; the status words are {words}. If one of them means won, name it under values: status in the params.", words=x["words"]),
    "none lost": lambda v, x: v.say("Not one deal of the export is lost; the status words are {words}. If one of them means lost, name it under values: status in the params.", words=x["words"]),
    "no closing date": lambda v, x: v.say("{rows} of {of} won and lost deals have no closing date and count in no month.", rows=v.count(x["rows"]), of=v.count(x["of"])),
    "blank manager": lambda v, x: v.say("The column {heading} is blank in {rows} of {of} deals: they have no sales rep and count in totals only.", heading=x["heading"], rows=v.count(x["rows"]), of=v.count(x["of"])),
    "blank channel": lambda v, x: v.say("The column {heading} is blank in {rows} of {of} deals: their channel is not known.", heading=x["heading"], rows=v.count(x["rows"]), of=v.count(x["of"])),
    "blank amount": lambda v, x: v.say("The column {heading} is blank in {rows} of {of} won deals: they count in conversion, but in no sum.", heading=x["heading"], rows=v.count(x["rows"]), of=v.count(x["of"])),
    "channel renamed": lambda v, x: v.say("A channel of the export is called {old}, as the whole department is here; it is shown as {new}.", old=x["old"], new=x["new"]),
    "immature": lambda v, x: v.say("{open} of the {created} deals created in the month are still open: the month is immature, its conversion by closing date can still mislead.", open=v.count(x["open"]), created=v.count(x["created"])),
    "opposite": lambda v, x: v.say("Conversion by closing date and by creation date moved in opposite directions: a change in the flow of new deals may be behind the headline. Read the cohort figure."),
    "mass closings": lambda v, x: v.say("{manager} closed {rows} deals on {day}, far more than on a usual day.", manager=x["manager"], rows=v.count(x["rows"]), day=v.date(x["day"])),
}  # fmt: skip


def notice(code: str, values: dict, voice: Voice) -> str:
    """One remark in words; an unknown code stays as it is."""
    return NOTICES[code](voice, values) if code in NOTICES else code


def given_questions(rates: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """The given question on conversion by manager, answered from the month's table."""
    if not rates["closed"].sum():
        return Text(voice.say("No deal was closed by anybody in the month."), kind="answer")
    kept = rates[rates["closed"] >= thresholds.min_percent]
    if len(kept) < 2:
        return Text(
            voice.say("Nobody has enough closed deals in the month for a rate of their own; the section on sales reps looks at a whole year."),
            kind="answer",
        )  # fmt: skip
    low, high = kept["conversion"].min(), kept["conversion"].max()
    return Text(
        voice.say(
            "Between {low} and {high} among {n} sales reps; with so few deals each, most of this spread can be chance. The section on sales reps compares them at the same leads.",
            low=voice.percent(low), high=voice.percent(high), n=voice.count(len(kept)),
        ),
        kind="answer",
    )  # fmt: skip


def place(channel: str | None, voice: Voice) -> str:
    """The channel, or the department, as a sentence begins."""
    return words.group(voice, channel) if channel else voice.say("The whole department")


def alarm_text(found: list[tuple[str, dict]], voice: Voice) -> Text:
    """Remarks that the figures themselves call for."""
    lines = [notice(code, values, voice) for code, values in found]
    return (
        Text(*lines, kind="warning")
        if lines
        else Text(voice.say("No figure of the month calls for a remark."), kind="note")
    )


def worked(frame: pd.DataFrame | None, voice: Voice) -> Text | Table:
    """How conversion was worked with: what the heads did in the month, without saying what came of it."""
    if frame is None:
        return Text(
            voice.say(
                "No data: a log of the heads' one-to-ones and group tasks (the table actions) would answer this."
            ),
            kind="refusal",
        )
    if frame.empty:
        return Text(voice.say("The log of actions holds nothing for this month."), kind="answer")
    say = voice.say
    kept = frame.assign(manager=frame["manager"].fillna(say("everybody")))
    columns = [
        Column("kind", say("What was done")),
        Column("manager", say("With whom")),
        Column("rows", say("Times"), "count"),
    ]
    return table(
        kept,
        voice,
        say("What the heads of sales did in the month"),
        columns,
        note=say("This says what was done, not what came of it."),
    )


def first_steps(stuck: pd.DataFrame, tasks: pd.DataFrame, reasons: pd.DataFrame, voice: Voice) -> Text:
    """What to look at first: the open deals that wait, those without a next task, the reason named most often."""
    lines = []
    if len(stuck):
        oldest = stuck.sort_values(["days", "deal_id"], ascending=[False, True], kind="stable").iloc[0]
        amount = stuck["amount"].sum()
        lines.append(
            voice.plural(
                "{n} open deal is stuck in its stage, worth {amount}: begin with {title} ({manager}, {days} in the stage).",
                "{n} open deals are stuck in their stages, worth {amount}: begin with {title} ({manager}, {days} in the stage).",
                len(stuck), amount=voice.short_money(amount), title=oldest["title"] or oldest["deal_id"],
                manager=words.group(voice, oldest["manager"]), days=voice.days(oldest["days"], 0),
            )
        )  # fmt: skip
    if len(tasks) and tasks["without"].sum():
        most = tasks.sort_values(["without", "manager"], ascending=[False, True], kind="stable").iloc[0]
        lines.append(
            voice.say(
                "{without} of {open} open deals have no next task; most of them are with {manager} ({own}).",
                without=voice.count(tasks["without"].sum()), open=voice.count(tasks["open"].sum()),
                manager=words.group(voice, most["manager"]), own=voice.count(most["without"]),
            )
        )  # fmt: skip
    named = reasons[reasons["lost_reason"] != "not given"] if len(reasons) else reasons
    if len(named):
        top = named.iloc[0]
        lines.append(
            voice.say("The reason for losing named most often is “{reason}”: {deals} deals of the month.", reason=reason(top["lost_reason"], voice), deals=voice.count(top["deals"]))
        )  # fmt: skip
    if not lines and tasks.empty:
        lines.append(
            voice.say(
                "What waits cannot be told: the export holds neither stuck deals nor tasks. Begin with the oldest open deals."
            )
        )
    return Text(*lines or [voice.say("Nothing waits: no open deal is stuck or without a next task.")], kind="answer")
