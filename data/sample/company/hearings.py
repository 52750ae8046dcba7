"""Who heard which call: every score gets its call; a second desk and a program score some of them too."""

import json
from bisect import bisect_left

import numpy as np
import pandas as pd

from .setting import BY_NAME, HIRE, MANAGERS, SNAPSHOT, rng, works

DAY = pd.Timedelta(days=1)
FIRST, SECOND, PROGRAM = "Quality desk", "Second desk", "Call listener"
SEVERITY = 5.0  # points that the second desk gives more than the first
SHIFT = {"needs": 3, "objections": -3}
TWICE, BESIDE = 36, 70  # calls heard by both desks, calls scored by the first desk and the program
SECOND_SINCE, ITEMS_SINCE, PROGRAM_SINCE = "2026-03-02", "2026-01-01", "2026-05-01"
ITEMS = {  # harder ones are met less often
    "needs": {"Open questions": 0.1, "Budget asked": -0.1, "Need summed up": 0.0, "Next step agreed": 0.05},
    "objections": {"Objection heard out": 0.1, "Reason asked": 0.0, "Answer by need": -0.1, "Next step agreed": 0.05},
}  # fmt: skip


def hearings(reviews: pd.DataFrame, touches: pd.DataFrame) -> pd.DataFrame:
    """Reviews with call_id, items and ai: those of the first desk, the second desk's and the program's."""
    calls = _Calls(touches)
    first = _with_calls(reviews, calls)
    parts = [first, _second(calls), _twice(first), _few(calls), _beside(first), _alone(calls)]
    table = pd.concat(parts, ignore_index=True)
    table["items"] = _items(table)
    table["ai"] = table["ai"].fillna("")
    return table.sort_values(["at", "reviewer", "manager", "call_type"], ignore_index=True)


class _Calls:
    """Answered calls of a minute and longer with a recording, each given away once."""

    def __init__(self, touches: pd.DataFrame) -> None:
        long = (touches["kind"] == "call") & (touches["duration_s"] >= 60)
        long &= touches["record_url"].notna() & touches["manager"].notna()
        table = touches[long].sort_values(["at", "touch_id"])
        self.free = {
            (name, month): list(zip(rows["at"], rows["touch_id"], strict=True))
            for (name, month), rows in table.groupby(["manager", table["at"].dt.strftime("%Y-%m")])
        }

    def take(self, manager: str, at: pd.Timestamp):
        """Time and id of the person's call nearest to `at` in its month; None where no call is left."""
        ready = self.free.get((manager, f"{at:%Y-%m}"), [])
        if not ready:
            return None
        i = bisect_left(ready, (at, ""))
        near = min(
            range(max(0, i - 1), min(len(ready), i + 1)), key=lambda k: abs(ready[k][0] - at)
        )
        return ready.pop(near)


def _with_calls(reviews, calls):
    rows = reviews.assign(call_id=None, ai="").to_dict("records")
    for row in rows:
        found = None if row["company"] else calls.take(row["manager"], row["at"])
        if found:
            row["at"], row["call_id"] = found
    return pd.DataFrame(rows)


def _row(found, manager, kind, score, reviewer, ai=""):
    at, call = found
    score = round(float(np.clip(score, 0, 100)), 1)
    return {
        "manager": manager, "at": at, "call_type": kind, "score": score, "company": "", "reviewer": reviewer,
        "call_id": call, "ai": ai,
    }  # fmt: skip


def _drawn(draw, manager, kind):
    return BY_NAME.get(manager, HIRE).checklist + SHIFT[kind] + 9 * draw.standard_normal()


def _second(calls):
    """Every second working day one call of one manager, five points milder than the first desk."""
    draw = rng("second desk")
    people = [person for person in MANAGERS if person.role != "farmer"]
    rows = []
    for i, day in enumerate(pd.bdate_range(SECOND_SINCE, SNAPSHOT - DAY)[::2]):
        person, kind = people[i * 5 % len(people)], ("needs", "objections")[i // len(people) % 2]
        score = _drawn(draw, person.name, kind) + SEVERITY
        found = (
            calls.take(person.name, day + 12 * pd.Timedelta(hours=1))
            if works(person, day)
            else None
        )
        if found:
            rows.append(_row(found, person.name, kind, score, SECOND))
    return pd.DataFrame(rows)


def _chosen(draw, first, since, n):
    ready = first[first["call_id"].notna() & (first["at"] >= since)]
    return ready.iloc[np.sort(draw.choice(len(ready), n, replace=False))].to_dict("records")


def _twice(first):
    """The second desk hears calls that the first has heard."""
    draw = rng("heard twice")
    rows = []
    for row in _chosen(draw, first, SECOND_SINCE, TWICE):
        score = row["score"] + SEVERITY + 4 * draw.standard_normal()
        rows.append(
            _row((row["at"], row["call_id"]), row["manager"], row["call_type"], score, SECOND)
        )
    return pd.DataFrame(rows)


def _few(calls):
    """The hire was heard once of each type, one farmer twice of one type."""
    rows = []
    for name, day, kind, score in (
        (HIRE.name, "2026-09-22", "needs", 61.5),
        (HIRE.name, "2026-09-28", "objections", 64.0),
        ("Laura Schmidt", "2026-08-12", "needs", 74.5),
        ("Laura Schmidt", "2026-09-09", "needs", 79.0),
    ):
        found = calls.take(name, pd.Timestamp(day) + 12 * pd.Timedelta(hours=1))
        rows.append(_row(found, name, kind, score, FIRST))
    return pd.DataFrame(rows)


def _machine(draw, score):
    """What the program makes of a score: nearer to the middle, too low for good calls."""
    return 16 + 0.72 * score + 5 * draw.standard_normal()


def _beside(first):
    draw = rng("program beside people")
    return pd.DataFrame(
        [
            _row(
                (row["at"], row["call_id"]), row["manager"], row["call_type"],
                _machine(draw, row["score"]), PROGRAM, "yes",
            )
            for row in _chosen(draw, first, PROGRAM_SINCE, BESIDE)
        ]
    )  # fmt: skip


def _alone(calls):
    """Two calls a working day that only the program scored, of anybody."""
    draw = rng("program alone")
    rows = []
    for day in pd.bdate_range("2026-07-01", SNAPSHOT - DAY):
        here = [person for person in (*MANAGERS, HIRE) if works(person, day)]
        for kind in ("needs", "objections"):
            person = here[int(draw.integers(len(here)))]
            score = _machine(draw, _drawn(draw, person.name, kind))
            found = calls.take(person.name, day + 14 * pd.Timedelta(hours=1))
            if found:
                rows.append(_row(found, person.name, kind, score, PROGRAM, "yes"))
    return pd.DataFrame(rows)


def _items(table):
    """Items met or not, since January 2026; the second desk writes them as JSON."""
    draw = rng("items")
    known = (table["at"] >= ITEMS_SINCE) & (table["company"] == "") & (table["ai"] != "yes")
    texts = []
    for row, has in zip(table.itertuples(), known, strict=True):
        if not has:
            texts.append("")
            continue
        met = {
            item: int(draw.random() < np.clip(row.score / 100 + easier, 0.02, 0.98))
            for item, easier in ITEMS[row.call_type].items()
        }
        if row.reviewer == SECOND:
            texts.append(json.dumps(met))
        else:
            texts.append("; ".join(f"{item}={value}" for item, value in met.items()))
    return texts
