"""The activity of everybody in words: a third part of `activity`."""

from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.benchmark import AUTO, KpiBenchmark
from salesnb.render.display import Group, Text
from salesnb.topics import words
from salesnb.topics.activity_shown import different

ABOUT_CALLS = ("calls_out", "talk_minutes")
NAMED = 5  # people who are named one by one; of more the rest is counted


def answer(found: Any, voice: Voice) -> Text | Group:
    """Who differs, whom to talk to, traces; below it whose activity is the base. `found` :
    `Activity`.
    """
    if not found.known:
        text = voice.say(
            "This cannot be told: ask your analyst to add the list of calls and tasks (activities) "
            "to the export."
        )
        return Text(text, kind="refusal")
    functions = list(dict.fromkeys(found.people["function"]))
    main = [
        words.people_whole(voice),
        *(line for function in functions for line in _function(found, function, voice)),
        _talk_to(found, voice),
        _traces(found, voice),
        *_limits(found, voice),
    ]
    base = [line for function in functions for line in _base(found, function, voice)]
    if absent(found):
        base.insert(
            0,
            voice.say(
                "The params name {name} as the benchmark, who is not here in this month: the rule "
                "stands.",
                name=found.named,
            ),
        )
    return Group(Text(*main, kind="answer"), Text(*base))


def _function(found, function: str, voice: Voice) -> list[str]:
    """Who of a function differs from its benchmark by more than chance, and in what."""
    say, role = voice.say, words.function(voice, function)
    own = found.beside[found.beside["function"] == function]
    one = found.benchmarks.get(function)
    if own.empty or one is None:
        return []
    base = _named(one, voice)
    size = found.sizes[function]
    least = found.book.unfiltered.thresholds.min_managers
    if size < least or not _compared(own):
        return [_not_compared(size, least, role, voice)]
    rows, lines = different(found), []
    rows = rows[rows["function"] == function]
    below, above = (_people(rows[rows["verdict"] == side], voice) for side in ("below", "above"))
    if below:
        lines.append(
            say(
                "{function}: below {base} by more than chance, in per cent of its rate per working "
                "day: {who}.",
                function=role,
                base=base,
                who=below,
            )
        )
    if above:
        lines.append(
            say(
                "{function}: above {base} by more than chance, in per cent of its rate per working "
                "day: {who}.",
                function=role,
                base=base,
                who=above,
            )
        )
    if not lines:
        lines.append(
            say(
                "{function}: these data show nobody who differs from {base} by more than chance.",
                function=role,
                base=base,
            )
        )
    return [*lines, _least(found, function, voice)]


def _compared(own: pd.DataFrame) -> bool:
    return bool(own["verdict"].isin(["below", "above", "cannot tell"]).any())


def _not_compared(size: int, least: int, role: str, voice: Voice) -> str:
    if size >= least:
        return voice.say("{function}: too few calls and tasks to compare anybody.", function=role)
    return voice.say(
        "{function}: with {people} it cannot be told whether anybody differs by more than chance; "
        "read each person beside the months before.",
        function=role,
        people=voice.plural("{n} person", "{n} people", size),
    )


def _least(found, function: str, voice: Voice) -> str:
    """How large a difference would mostly be told."""
    least = found.least.get(function, float("nan"))
    if least != least:  # nobody is compared in calls
        return ""
    if not least:
        return voice.say(
            "Calls come in clusters here and are few: in one month hardly any difference in them "
            "would be told."
        )
    return voice.say(
        "A smaller difference than this would mostly go unseen in one month: outgoing calls at "
        "{share} of the benchmark's.",
        share=voice.percent(least, 0),
    )


def _people(rows: pd.DataFrame, voice: Voice) -> str:
    said = []
    for name, own in rows.groupby("manager", sort=False):
        what = ", ".join(
            f"{words.activity(voice, row.metric)} {voice.percent(row.ratio, 0)}"
            for row in own.itertuples()
        )
        said.append(f"{name} ({what})")
    return "; ".join(said)


def _named(one: KpiBenchmark, voice: Voice) -> str:
    if one.manager is None:
        return voice.say("the median of the function")
    return voice.say("the benchmark ({name})", name=one.manager)


def _talk_to(found, voice: Voice) -> str:
    rows = different(found)
    rows = rows[(rows["verdict"] == "below") & rows["metric"].isin(ABOUT_CALLS)]
    if rows.empty:
        return ""
    return voice.say("To talk to about calls: {names}.", names=voice.listing(rows["manager"]))


def _traces(found, voice: Voice) -> str:
    """Who was there on days on which the CRM has no trace of them."""
    known = found.people[found.people["without_trace"].notna()]
    if known.empty:
        return ""
    lacking = known[known["without_trace"] > 0]
    if lacking.empty:
        return voice.say("Everybody left a trace in the CRM on every working day.")
    lacking = lacking.sort_values(["without_trace", "manager"], ascending=[False, True])
    listed = [
        f"{row.manager} ({voice.plural('{n} day', '{n} days', int(row.without_trace))})"
        for row in lacking.head(NAMED).itertuples()
    ]
    text = voice.say("Working days without any trace in the CRM: {who}.", who=voice.listing(listed))
    more = len(lacking) - NAMED
    return text if more < 1 else f"{text} {_more(more, voice)}"


def _more(n: int, voice: Voice) -> str:
    return voice.plural("{n} more person has such days.", "{n} more people have such days.", n)


def _limits(found, voice: Voice) -> list[str]:
    """What the figures stand on, where that is less than a whole month of a whole export."""
    say, lines = voice.say, []
    if found.part is not None:
        lines.append(
            say(
                "{days} of {of} working days of the month have gone; earlier months are held "
                "against it up to the same working day.",
                days=voice.count(found.part.days),
                of=voice.count(found.part.of),
            )
        )
    if not found.known["calls_out"]:
        lines.append(say("The export does not say which calls were outgoing and which incoming."))
    if not found.known["talk_minutes"]:
        lines.append(say("The export does not say how long calls were: talk time is not known."))
    if not found.known["tasks_done"]:
        lines.append(say("The export does not say which tasks were done."))
    calls = sum(found.unowned.get(name, 0) for name in ("calls_out", "calls_in", "undirected"))
    if calls > 0:
        lines.append(
            voice.plural(
                "{n} call of the month has no sales rep and counts for nobody.",
                "{n} calls of the month have no sales rep and count for nobody.",
                int(calls),
            )
        )
    return lines


def _base(found, function: str, voice: Voice) -> list[str]:
    """Whose activity is the base of a function and why; who leads by plan and was passed over."""
    one, say, role = found.benchmarks.get(function), voice.say, words.function(voice, function)
    if one is None:
        return []
    lines = [_chosen(found, one, role, voice)]
    if one.undated:
        lines.append(say("Since when {name} has worked here is not known.", name=one.manager))
    for name, completion, reasons in one.passed:
        values = {"name": name, "share": voice.percent(completion, 0)}
        if not reasons:
            lines.append(say("By plan {name} leads, with {share}.", **values))
            continue
        why = voice.listing(_reason(code, found, voice) for code in reasons)
        lines.append(
            say(
                "{name} has {share} of the plan and is not the benchmark: {why}.", why=why, **values
            )
        )
    best = found.conversion_best
    if function == "closer" and best is not None and best != one.manager:
        lines.append(say("The benchmark of conversion is another person: {name}.", name=best))
    return [" ".join(lines)]


def _chosen(found, one: KpiBenchmark, role: str, voice: Voice) -> str:
    say, thresholds = voice.say, found.book.unfiltered.thresholds
    if one.kind == "median":
        return say(
            "{function}: nobody can be the KPI benchmark; the median of the function stands in.",
            function=role,
        )
    values = {"function": role, "name": one.manager}
    if one.kind == "params":
        return say("{function}: the KPI benchmark is {name}, chosen in the params.", **values)
    return say(
        "{function}: the KPI benchmark is {name}, with the highest share of the plan of those "
        "who can be, {share} over {months} months; first by plan in {first} of {all} months.",
        share=voice.percent(one.completion, 0),
        months=voice.count(thresholds.benchmark_months),
        first=voice.count(one.first),
        all=voice.count(one.months),
        **values,
    )


def _reason(code: str, found, voice: Voice) -> str:
    thresholds = found.book.unfiltered.thresholds
    if code == "short":
        return voice.say(
            "fewer than {n} working days since the hire",
            n=voice.count(thresholds.benchmark_min_days),
        )
    if code == "traces":
        return voice.say(
            "traces in the CRM on fewer than {share} of the working days",
            share=voice.percent(thresholds.benchmark_traces, 0),
        )
    if code == "below":
        return voice.say("conversion stands out below at the same leads")
    return voice.say("call quality is red")


def absent(found: Any) -> bool:
    """Whether the params name somebody who is no benchmark here, not being there in the month."""
    chosen = [one.manager for one in found.benchmarks.values() if one.kind == "params"]
    return found.named != AUTO and not chosen and found.book.unfiltered is found.book
