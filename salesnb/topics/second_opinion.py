"""Does a second method see the same factors? Plain pipelines on unseen months beside the verdicts
of the workbook's model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike
from salesnb.model.features import FACTORS
from salesnb.model.second import METHODS, SCORE, Second, second_of
from salesnb.model.terms import factor_verdicts
from salesnb.render.charts.rises import rises
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import words
from salesnb.topics.refusals import refusal
from salesnb.topics.result import Result

METHOD_WORDS = {
    "logistic": lambda v: v.say("logistic regression"),
    "trees": lambda v: v.say("boosted trees"),
}
SEEN = {
    "seen": lambda v: v.say("● sees it"),
    "not seen": lambda v: v.say("○ does not see it"),
    "untold": lambda v: v.say("– cannot be told"),
}
TOGETHER = {
    "both": lambda v: v.say("both see it"),
    "model": lambda v: v.say("only the model"),
    "second": lambda v: v.say("only the second opinion"),
    "neither": lambda v: v.say("neither sees it"),
    "no verdict": lambda v: v.say("no verdict of the model"),
    "not compared": lambda v: v.say("not compared"),
}
# by the model's verdict and whether the second opinion sees the factor
OUTCOMES = {
    ("associated", "seen"): "both",
    ("associated", "not seen"): "model",
    ("no evidence", "seen"): "second",
    ("no evidence", "not seen"): "neither",
    ("refused", "seen"): "second",
    ("refused", "not seen"): "no verdict",
}
SENTENCES = {
    "both": lambda v, x: v.say("Both see it: {names}.", names=x),
    "model": lambda v, x: v.say(
        "Only the model sees it: {names}. The second opinion needs larger differences, so this is "
        "no contradiction.",
        names=x,
    ),
    "second": lambda v, x: v.say(
        "Only the second opinion sees it: {names}. Take it as a hint; the verdict of the model "
        "stands.",
        names=x,
    ),
    "neither": lambda v, x: v.say("Neither sees it: {names}.", names=x),
    "no verdict": lambda v, x: v.say(
        "The model gives no verdict, and the second opinion sees nothing: {names}.", names=x
    ),
    "not compared": lambda v, x: v.say("Not compared: {names}.", names=x),
}


@dataclass(frozen=True, repr=False, eq=False)
class SecondOpinion(Result):
    """Two opinions on each factor of the department, whatever the page.

    Attributes
    ----------
    second : what the pipelines see
    overview : one row per factor: factor, verdict (of the workbook's model: associated, no
        evidence, refused), second (seen, not seen, untold), together (both, model, second,
        neither, no verdict, not compared), p (of the second opinion, corrected; NaN where untold),
        deals (unseen ones that it is judged on)
    part : whether the page is of a channel
    """

    second: Second
    overview: pd.DataFrame
    part: bool
    keys: ClassVar = ("factor",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """factors: the two opinions; importance: a row per factor and method, its rise of the
        log-loss.
        """
        return {"factors": self.overview, "importance": self.second.table}

    def members(self) -> pd.DataFrame:
        return self.second.tested[["deal_id", "factor"]].assign(deals=True)

    def text(self) -> Text | Group:
        """On which factors the two agree, and on which they do not; or why there is no second
        opinion.
        """
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"rises": lambda: _chart(self, self.book.voice)} if len(self.second.table) else {}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"factors": lambda: _table(self, self.book.voice)}


def second_opinion(book: BookLike) -> SecondOpinion:
    """A second opinion on the five factors; made once for the department, whatever the page.

    Examples
    --------
    Each of three sales reps won three of five target clients and two of five others, in every
    month.

    >>> import salesnb as s
    >>> rows = [(name, month, target, n) for name in ("Ann", "Bo", "Cy") for month in range(1, 10)
    ...     for target in (True, False) for n in range(5)]
    >>> deals = pd.DataFrame(rows, columns=["manager", "month", "is_target", "n"])
    >>> created = pd.to_datetime(dict(year=2026, month=deals["month"], day=1 + deals["n"]))
    >>> deals = deals.assign(created_at=created, closed_at=created + pd.Timedelta(days=20),
    ...     deal_id=[f"{n:03d}" for n in deals.index],
    ...     status=["won" if row.n < (3 if row.is_target else 2) else "lost"
    ...             for row in deals.itertuples()]).drop(columns=["month", "n"])
    >>> found = second_opinion(s.book(deals, month="2026-09"))
    >>> found.overview.loc[:1, ["factor", "verdict", "second", "together", "deals"]]
        factor     verdict  second      together  deals
    0   target  associated    seen          both    180
    1  process     refused  untold  not compared      0
    >>> found.text().paragraphs[0]
    'Both see it: target clients.'
    """
    whole = book.department
    second, verdicts = second_of(whole), factor_verdicts(whole)
    rows = [_row(factor, verdicts[factor][0], second) for factor in FACTORS]
    return SecondOpinion(whole, second, pd.DataFrame(rows), book.channel is not None)


def _row(factor: str, verdict: str, second: Second) -> dict:
    seen = {True: "seen", False: "not seen", None: "untold"}[second.seen.get(factor)]
    return {
        "factor": factor,
        "verdict": verdict,
        "second": seen,
        "together": OUTCOMES.get((verdict, seen), "not compared"),
        "p": second.p.get(factor, float("nan")),
        "deals": int((second.tested["factor"] == factor).sum()),
    }


def _answer(found: SecondOpinion, voice: Voice) -> Text | Group:
    second, say = found.second, voice.say
    if second.refused is not None:
        first = Text(say("There is no second opinion here."), kind="answer")
        return Group(first, refusal(second.refused, voice))
    lines = []
    for code, sentence in SENTENCES.items():
        names = found.overview.loc[found.overview["together"] == code, "factor"]
        if len(names):
            lines.append(sentence(voice, words.factors(voice, names)))
    if SCORE in second.seen and not second.seen[SCORE]:
        lines.append(
            say(
                "Call scores are one figure per person: the second opinion sees them only where "
                "the association is strong."
            )
        )
    lines.append(
        say(
            "Seen means that unseen deals are foretold worse without the factor, with the same "
            "sales rep in the same month; not that one makes the other."
        )
    )
    if found.part:
        lines.append(say("This is said of the whole department, not of this page alone."))
    return Text(*lines, kind="answer")


def _chart(found: SecondOpinion, voice: Voice) -> Shown:
    say, frame = voice.say, found.second.table
    frame = frame.assign(name=[words.factor(voice, code) for code in frame["factor"]])
    return rises(
        frame,
        voice,
        say("How much worse unseen deals are foretold without each factor"),
        say(
            "rise of the log-loss when the factor is shuffled; circle: logistic regression; "
            "diamond: boosted trees; line: 95% interval"
        ),
        say(
            "Points with intervals: the rise of the log-loss on unseen months when each factor is "
            "shuffled, by two methods."
        ),
        name="name",
        method="method",
        methods=METHODS,
    )


def _table(found: SecondOpinion, voice: Voice) -> Table | Group:
    """The two opinions beside each other; nothing where there is no second one."""
    if found.second.refused is not None or not len(found.second.table):
        return Group()
    say, frame = voice.say, found.overview
    frame = frame.assign(
        name=[words.factor(voice, code) for code in frame["factor"]],
        seen=[SEEN[code](voice) for code in frame["second"]],
        said=[TOGETHER[code](voice) for code in frame["together"]],
        p=[words.p_value(voice, p) for p in frame["p"]],
    )
    columns = [
        Column("name", say("Factor")),
        Column("verdict", say("The model"), "verdict", said=words.verdict),
        Column("seen", say("The second opinion")),
        Column("said", say("Together")),
    ]
    for method in METHODS:
        own = found.second.table.set_index(["method", "factor"])[["rise", "low", "high"]] * 100
        own = own.loc[method].add_prefix(f"{method}_")
        frame = frame.merge(own, how="left", left_on="factor", right_index=True)
        ends = f"{method}_low", f"{method}_high"
        label = say("Rise by {method}, %", method=METHOD_WORDS[method](voice))
        columns.append(
            Column(f"{method}_rise", label, "number", low=ends[0], high=ends[1], digits=1)
        )
    columns.append(Column("p", say("p, corrected")))
    columns.append(Column("deals", say("Unseen deals"), "count"))
    caption = say("Two opinions on the five factors")
    return table(frame, voice, caption, columns, note=" ".join(_notes(found.second, voice)))


def _notes(second: Second, voice: Voice) -> list[str]:
    say = voice.say
    lines = [
        say(
            "Rise: of the log-loss on {months} unseen months when a factor is shuffled among the "
            "deals of one sales rep and month, over all shuffles; call scores: among sales reps "
            "that the methods had not seen. Each month is foretold from the months before it, "
            "without the clients of that month. Seen: p below {alpha} over both methods and all "
            "factors.",
            months=voice.count(second.months),
            alpha=voice.number(second.alpha, 2),
        )
    ]
    if second.auc:
        lines.append(
            say(
                "AUC on the unseen months, sales reps known: logistic regression {logistic}, "
                "boosted trees {trees}.",
                **{method: voice.number(value, 2) for method, value in second.auc.items()},
            )
        )
    if second.sample is not None:
        lines.append(say("A sample of {n} deals was looked at.", n=voice.count(second.sample)))
    return lines
