"""Target clients: the written rule in words, how many there are, conversion inside and outside it."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Params, Thresholds
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.show import words
from salesnb.show.factors import no_data, share_sentence

KINDS = {
    "yes": lambda v: v.say("Target clients"), "no": lambda v: v.say("Other clients"), "unknown": lambda v: v.say("Not known"),
}  # fmt: skip
GROUPS = {
    "channel": (lambda v: v.say("Channel"), lambda v: v.say("Conversion inside and outside the rule, by channel")),
    "source": (lambda v: v.say("Source"), lambda v: v.say("Conversion inside and outside the rule, by source")),
    "manager": (lambda v: v.say("Sales rep"), lambda v: v.say("Conversion inside and outside the rule, by sales rep")),
}  # fmt: skip


def rule(params: Params, channel: str | None, voice: Voice) -> str:
    """The written rule of a target client, from the params.

    >>> from salesnb.params import make_params
    >>> made = {"company": "A", "data": {"deals": "d.csv"}, "values": {"target": {"column": "budget", "min": 1000}}}
    >>> rule(make_params(made), None, Voice())
    'The rule of a target client: budget is at least 1,000.'
    """
    settings = params.settings(channel)
    found = settings.target if settings and settings.target else params.values.target
    own = channel is None and any(getattr(entry, "target", None) for entry in params.channels if entry != "all")
    lines = []
    if found is None:
        lines.append(voice.say("The export itself marks the target clients; the params name no rule."))
    elif found.in_ is not None:
        lines.append(
            voice.say(
                "The rule of a target client: {column} is one of {values}.", column=found.column, values=", ".join(found.in_)
            )
        )  # fmt: skip
    else:
        least = voice.number(found.min, 0 if float(found.min).is_integer() else 2)
        lines.append(voice.say("The rule of a target client: {column} is at least {n}.", column=found.column, n=least))
    if own:
        lines.append(voice.say("Some channels have a rule of their own."))
    return " ".join(lines)


def answer(
    index: pd.DataFrame, classes: pd.DataFrame, rule_: str, months: int, voice: Voice, thresholds: Thresholds
) -> Text:
    """How many of the new deals are of target clients, and how often either kind is won.

    Parameters
    ----------
    index : `factors.target.index` of the whole; classes : `inside_and_outside`; months : of the trailing window
    """
    known = classes[(classes["kind"] != "unknown") & (classes["closed"] > 0)]
    row = index.iloc[0].to_dict()
    if not row["deals"] and known.empty:
        return no_data("target", voice)
    first = voice.say(
        "{hits} of {deals} new deals of the month are of target clients.",
        hits=voice.count(row["hits"]), deals=voice.count(row["deals"]),
    )  # fmt: skip
    lines = [
        f"{first} {share_sentence(row, voice, thresholds)}"
        if row["deals"]
        else voice.say("No new deal of the month has the mark of a target client.")
    ]
    if row["unknown"]:
        lines[0] += " " + voice.plural(
            "{n} more deal has no mark.", "{n} more deals have no mark.", int(row["unknown"])
        )
    if len(known) == 2 and known["closed"].min() >= thresholds.min_percent:
        said = {r.kind: _of(r.won, r.closed, voice, thresholds) for r in known.itertuples()}
        lines.append(
            voice.say(
                "Closed in the last {months} months: of target clients {yes} were won, of others {no}.", months=voice.count(months), **said
            )
        )  # fmt: skip
    return Text(*lines, rule_, kind="answer")


def inside_chart(
    frame: pd.DataFrame, voice: Voice, months: int = 12, thresholds: Thresholds | None = None
) -> Figure | Group:
    """Conversion of target clients, others and those without a mark; nothing where only one kind has closed deals."""
    least = (thresholds or Thresholds()).min_percent
    kept = frame[frame["closed"] >= least]
    kept = kept.assign(label=[KINDS[k](voice) for k in kept["kind"]])
    if len(set(kept["kind"]) - {"unknown"}) < 2:
        return Group()
    order = {kind: place for place, kind in enumerate(KINDS)}
    kept = kept.sort_values("kind", key=lambda kind: kind.map(order), kind="stable")
    listed = "; ".join(
        f"{r.label} {_of(r.won, r.closed, voice, thresholds or Thresholds())}" for r in kept.itertuples()
    )
    alt = voice.say("Conversion of target and other clients with 95% intervals: {listed}.", listed=listed)
    subtitle = voice.say("closed in the last {months} months", months=voice.count(months))
    return rates(kept, voice, voice.say("Conversion inside and outside the rule"), subtitle, alt, name="label")


def classes_tables(frames: dict[str, pd.DataFrame], voice: Voice, thresholds: Thresholds, months: int = 12) -> Shown:
    """Conversion inside and outside the rule by channel, source and sales rep, to unfold on the screen."""
    shown = [
        _classes(by, frame, voice, thresholds, months)
        for by, frame in frames.items()
        if frame["closed"].max() >= thresholds.min_percent
    ]
    return fold(voice.say("Inside and outside the rule, group by group"), *shown, paper=False)


def _classes(by: str, frame: pd.DataFrame, voice: Voice, thresholds: Thresholds, months: int) -> Table:
    say = voice.say
    kept = frame.assign(name=[words.group(voice, name) for name in frame[by]])
    for kind in KINDS:
        kept[kind] = [_of(r[f"won_{kind}"], r[f"closed_{kind}"], voice, thresholds) for r in frame.to_dict("records")]
    columns = [Column("name", GROUPS[by][0](voice))]
    if by != "manager":  # sales reps have a table of the month of their own
        columns.append(Column("share", say("Target clients among the new deals of the month"), "percent", low="share_low", high="share_high", n="deals"))  # fmt: skip
    columns += [Column("yes", say("Target clients won")), Column("no", say("Other clients won"))]
    if kept["closed_unknown"].sum():
        columns.append(Column("unknown", say("Not known, won")))
    columns.append(Column("conversion", say("All"), "percent", low="low", high="high", n="closed"))
    columns.append(Column("reference", say("At the department's share of target clients"), "percent", low="reference_low", high="reference_high"))  # fmt: skip
    kept = kept.drop(columns="unknown").assign(unknown=kept["unknown"])
    note = say(
        "Deals closed in the last {months} months. At the department's share: what the group's two rates would make if it had as many target clients as the department; not said where fewer than {n} deals of either kind have closed.",
        months=voice.count(months), n=voice.count(thresholds.min_percent),
    )  # fmt: skip
    return table(kept, voice, GROUPS[by][1](voice), columns, thresholds=thresholds, note=note)


def _of(won, closed, voice: Voice, thresholds: Thresholds) -> str:
    return words.share(voice, won, closed, thresholds.min_percent) if closed else "–"
