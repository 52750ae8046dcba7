"""Sentences, tables and charts of managers beside each other."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.corridor import corridor
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold, words

MOST = 25  # sales reps that one chart can hold


def answer(frame: pd.DataFrame, best: dict | None, spread: float | None, voice: Voice, thresholds: Thresholds) -> Text:
    """Who converts above or below the department over the year, whether anybody stands apart, who is the benchmark.

    `spread` : how far sales reps differ beyond the factors, one standard deviation, 0..1; None without a model
    """
    if untold.of(frame):
        return Text(untold.full(untold.of(frame), voice), kind="headline")
    if pd.isna(frame.attrs["overall"]):
        return Text(nobody_compared(voice, thresholds), kind="headline")
    judged = frame[frame["verdict"].isin(["above", "below", "cannot tell"])]
    return Text(
        *(_year if len(judged) >= thresholds.min_managers else _year_of_few)(judged, voice, thresholds),
        *_average(frame, voice),
        *(_apart(judged, spread, voice) if len(judged) >= thresholds.min_managers else []),
        _benchmark(best, voice, thresholds),
        kind="headline",
    )


def nobody_compared(voice: Voice, thresholds: Thresholds) -> str:
    """Why a page has no average: too few people with closed deals, however many deals each has."""
    return voice.say("Nobody is compared: a comparison takes {n} sales reps with closed deals in the last 12 months on the same page.", n=voice.count(thresholds.min_managers))  # fmt: skip


def standing(frame: pd.DataFrame, thresholds: Thresholds) -> pd.Series:
    """Where each sales rep stands over the year, as a code of `words`: outliers by the verdict, the likely ones by their chance."""
    open_ = frame["verdict"] == "cannot tell"  # a missing chance compares as false both ways
    above = open_ & (frame["p_above"] >= thresholds.likely_chance)
    below = open_ & (frame["p_above"] <= 1 - thresholds.likely_chance)
    return frame["verdict"].mask(above, "likely above").mask(below, "likely below")


def _told(judged: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> list[str]:
    """Who lies above and who below the average; nothing where nobody can be told from it."""
    place = standing(judged, thresholds)
    by_rate = judged.assign(place=place).sort_values(
        ["standardised", "manager"], ascending=[False, True], kind="stable"
    )
    above = by_rate.loc[by_rate["place"].isin(["above", "likely above"]), "manager"].tolist()
    below = by_rate.loc[by_rate["place"].isin(["below", "likely below"]), "manager"].tolist()[::-1]
    say, lines = voice.say, []
    if above:
        lines.append(
            say("Over the last 12 months, at the same leads, above average: {names}.", names=voice.listing(above))
        )
    if below:
        lines.append(
            say("Over the last 12 months, at the same leads, below average: {names}.", names=voice.listing(below))
        )
    return lines


def _year(judged: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> list[str]:
    lines, say = _told(judged, voice, thresholds), voice.say
    if lines:
        return lines
    least, most = (voice.count(judged["closed_window"].quantile(share)) for share in (0, 1))
    if judged["closed_window"].median() >= ENOUGH:
        return [say("Over the last 12 months nobody can be told from the average, though most have enough closed deals ({least} to {most}) for a difference of ten points to show.", least=least, most=most)]  # fmt: skip
    return [
        say(
            "Over the last 12 months nobody can be told from the average: with {least} to {most} closed deals each, a difference of ten points would mostly go unseen. It takes about {enough} each.",
            least=least, most=most, enough=voice.count(ENOUGH),
        )
    ]  # fmt: skip


def _year_of_few(judged: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> list[str]:
    """The same where everybody is in the average, but hardly anybody has the deals that a verdict takes."""
    say, deals = voice.say, voice.count(thresholds.min_verdict)
    if judged.empty:
        return [say("Nobody can be told from the average: a verdict takes {deals} closed deals in the last 12 months.", deals=deals)]  # fmt: skip
    who = say("Closed deals enough for a verdict, {deals} in the last 12 months: only {names}.", deals=deals, names=voice.listing(judged["manager"]))  # fmt: skip
    lines = _told(judged, voice, thresholds) or [say("Over the last 12 months nobody can be told from the average: mostly it takes about {enough} closed deals for a difference of ten points to show.", enough=voice.count(ENOUGH))]  # fmt: skip
    return [who, *lines]


def _average(frame: pd.DataFrame, voice: Voice) -> list[str]:
    """What everybody was held against, and whose deals it stands on."""
    rate = frame.attrs.get("overall")
    if pd.isna(rate):
        return []
    return [
        voice.say(
            "The average is that of all {n} sales reps of this page, {rate}; it and every rate stand on the deals of this page alone.",
            n=voice.count(frame.attrs["counted"]), rate=voice.percent(rate),
        )
    ]  # fmt: skip


ENOUGH = 100  # closed deals at which a difference of ten points is seen in two cases of three (power of a 95 % limit)


def _apart(judged: pd.DataFrame, spread: float | None, voice: Voice) -> list[str]:
    """Whether anybody lies outside the spread of the others, and how wide that spread is."""
    named = judged[judged["verdict"].isin(["above", "below"])]
    if len(named):
        return [
            voice.say(
                "Outliers, far outside the usual spread of the others: {names}.", names=voice.listing(named["manager"])
            )
        ]
    if spread is None:
        return []
    return [
        voice.say(
            "Nobody is an outlier: beyond what is recorded, sales reps here differ by about {points} (one standard deviation), and nobody lies far outside that usual spread.",
            points=voice.size_points(spread, 0),
        )
    ]


def _benchmark(best: dict | None, voice: Voice, thresholds: Thresholds) -> str:
    if best is None:
        return voice.say(
            "A benchmark cannot be told: fewer than {n} sales reps have enough closed deals.",
            n=voice.count(thresholds.min_managers),
        )
    values = {
        "name": best["manager"],
        "rate": voice.percent(best["standardised"]),
        "chance": voice.chance(best["p_best"]),
    }
    if pd.isna(best["p_best"]):
        return voice.say(
            "Highest rate after shrinking: {name}, {rate}. Whether this is truly the best cannot be told.", **values
        )
    if not best["told"]:
        return voice.say(
            "Highest rate at the same leads: {name}, {rate}; the chance that this is truly the best is only {chance}, so the benchmark cannot be told.",
            **values,
        )
    return voice.say(
        "Benchmark: {name}, {rate} at the same leads; the chance of truly being the best is {chance}.", **values
    )


def rates_chart(frame: pd.DataFrame, rate: float, method: str, voice: Voice, thresholds: Thresholds) -> Figure | Group:
    """Rates of the window with their intervals.

    Nothing where nobody has enough closed deals.
    """
    known = frame[frame["standardised"].notna() & (frame["closed_window"] >= thresholds.min_verdict)]
    if known.empty:
        return Group()
    kept = known.sort_values(["closed_window", "manager"], ascending=[False, True]).head(MOST)
    kept = kept.sort_values(["standardised", "manager"], ascending=[False, True])
    listed = "; ".join(
        f"{r.manager}: {voice.percent(r.standardised)} ({voice.interval(r.std_low, r.std_high)})"
        for r in kept.itertuples()
    )
    alt = voice.say(
        "Rates at the same leads with 95% intervals: {listed}. The average of all {n} sales reps of this page: {rate}.",
        listed=listed or voice.say("none"),
        n=voice.count(frame.attrs["counted"]),
        rate=voice.percent(rate),
    )
    title = voice.say("Conversion at the same leads")
    subtitle = (
        voice.say("last 12 months, deals open on the landmark day; line: 95% interval; dashed: the average")
        if method == "model"
        else voice.say(
            "last 12 months, drawn towards the average of all; line: 95% interval; the leads are not considered"
        )
    )
    if len(known) > MOST:
        subtitle += "; " + voice.say(
            "the {n} with the most deals of {all}", n=voice.count(MOST), all=voice.count(len(known))
        )
    return rates(
        kept,
        voice,
        title,
        subtitle,
        alt,
        name="manager",
        value="standardised",
        low="std_low",
        high="std_high",
        n="closed_window",
        reference=rate,
    )


def comparable(frame: pd.DataFrame, thresholds: Thresholds) -> bool:
    """Whether enough sales reps have enough closed deals in the window to be laid beside each other, and the export tells rates."""
    return (
        not untold.of(frame)
        and int((frame["closed_window"] >= thresholds.min_verdict).sum()) >= thresholds.min_managers
    )


def corridor_answer(frame: pd.DataFrame, outside: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """Who lies outside the corridor, in words; that nobody can be laid beside others where too few have enough deals.

    `frame` : `manager_rates`;  `outside` : those outside the corridor
    """
    if not comparable(frame, thresholds):
        if untold.of(frame) or pd.isna(frame.attrs["overall"]):
            return Text(voice.say("This cannot be told for the same reason."), kind="refusal")
        return Text(voice.say("There is no corridor: it takes {n} sales reps with {deals} closed deals each in the last 12 months.", n=voice.count(thresholds.min_managers), deals=voice.count(thresholds.min_verdict)), kind="refusal")  # fmt: skip
    if outside.empty:
        return Text(
            voice.say(
                "Nobody: all rates of the last 12 months lie where chance and the spread of the others would put them."
            ),
            kind="answer",
        )
    sides = {side: outside.loc[outside["side"] == side, "manager"] for side in ("above", "below")}
    lines = []
    if len(sides["above"]):
        lines.append(voice.say("Above it: {names}.", names=voice.listing(sides["above"])))
    if len(sides["below"]):
        lines.append(voice.say("Below it: {names}.", names=voice.listing(sides["below"])))
    lines.append(
        voice.say("One in twenty lies outside by chance alone, and leads are not considered here: look, do not judge.")
    )
    return Text(" ".join(lines), kind="answer")


def corridor_chart(
    frame: pd.DataFrame, around: dict, outside: pd.DataFrame, voice: Voice, thresholds: Thresholds
) -> Figure | Group:
    """Funnel plot of the window; nothing where too few sales reps have enough closed deals."""
    if not comparable(frame, thresholds):
        return Group()
    kept = frame[frame["closed_window"] > 0].assign(closed=frame["closed_window"])
    listed = voice.listing(outside["manager"]) or voice.say("nobody")
    alt = voice.say(
        "Funnel plot of conversion against the number of closed deals, around {rate}; outside the 95% corridor: {listed}.",
        rate=voice.percent(around["rate"]),
        listed=listed,
    )
    subtitle = voice.say(
        "last 12 months, all closed deals as they are; shade: 95%, dotted: 99.8%, spread of the sales reps included"
    )
    return corridor(kept, around["limits"], voice, voice.say("Where chance would put the sales reps"), subtitle, alt)


def with_raw_window(frame: pd.DataFrame, window: pd.DataFrame) -> pd.DataFrame:
    """The raw rate of the window beside each manager, for the funnel plot."""
    both = frame.drop(columns=["conversion"]).merge(window[["manager", "conversion"]], on="manager", how="left")
    both.attrs = frame.attrs
    return both


def rates_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table:
    """The month as it was, and the year at the same leads, highest first."""
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")), Column("standing", say("Over the year"), "verdict", n="closed_window", said=words.verdict),
        Column("standardised", say("At the same leads"), "percent", low="std_low", high="std_high"), Column("closed_window", say("Closed in the year"), "count"),
        Column("won", say("Won in the month"), "count"), Column("closed", say("Closed in the month"), "count"),
        Column("conversion", say("Conversion of the month"), "percent", low="low", high="high", n="closed"),
        Column("p_above", say("Chance of being above average"), "chance"),
    ]  # fmt: skip
    few = frame["closed_window"] < thresholds.min_verdict  # the department's model would speak here, not these deals
    hidden = {name: frame[name].mask(few) for name in ("standardised", "std_low", "std_high", "p_above")}
    shown = frame.assign(standing=standing(frame, thresholds), **hidden)
    shown = shown.sort_values(["standardised", "manager"], ascending=[False, True], na_position="last", kind="stable")
    nothing = shown["standardised"].isna().all()
    if nothing:  # nothing is said at the same leads
        columns = [c for c in columns if c.name not in hidden]
    if untold.of(frame):
        columns = [c for c in columns if c.name not in _silent(untold.of(frame))]
    return table(
        shown,
        voice,
        say("Closed deals by sales rep")
        if untold.of(frame)
        else say("Sales reps: the year at the same leads, and the month"),
        columns,
        thresholds=thresholds,
        note="" if nothing else _note(frame, voice),
    )


def _silent(code: str) -> set[str]:
    """Columns of the table of which an export that cannot tell rates says nothing."""
    gone = {"no lost": {"conversion", "closed"}, "no won": {"conversion", "won"}}
    return {"standing"} | gone.get(code, set())


def _note(frame: pd.DataFrame, voice: Voice) -> str:
    """What the rates are, and whose deals they and the average stand on."""
    if frame.attrs["method"] == "model":
        rates_ = voice.say(
            "At the same leads: what would be expected on the leads of all sales reps of this page, from deals that were open on the landmark day; where the deals are few it is drawn towards the average."
        )
    else:
        rates_ = voice.say(
            "Here the leads are not considered: it is won of closed, drawn towards the average where the deals are few."
        )
    whose = voice.say(
        "Everything stands on the deals of this page alone: what somebody sells in other channels counts on the pages of those. The average is that of all {n} sales reps of this page, however few their deals: {rate}.",
        n=voice.count(frame.attrs["counted"]), rate=voice.percent(frame.attrs["overall"]),
    )  # fmt: skip
    return f"{rates_} {whose}"
