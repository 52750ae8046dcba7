"""What is known of a deal on its seventh day, deal by deal; what was learnt later takes no part, and a leak raises an alarm."""

import numpy as np
import pandas as pd
import pytest

from salesnb.errors import DataError
from salesnb.measures.derived import bands, weekday
from salesnb.measures.frames import collect
from salesnb.model import drivers, gap, quality
from salesnb.model.features import features
from salesnb.source.book import book
from tests.companies import STAGE_ORDER, company

CREATED = pd.Timestamp("2026-08-03 10:00")
ORDER = ["New", "Offer", "Deal"]


def day(number):
    return CREATED + pd.Timedelta(days=number)


# deal: days of life and status; two closed before the landmark, one on it, one still open, one closed after the window
LIFE = {"fast": (2, "won"), "six": (6, "lost"), "seven": (7, "won"), "month": (30, "lost"), "long": (50, "won"),
        "open": (None, "open"), "later": (70, "won"), "a": (20, "won"), "b": (21, "lost"), "c": (22, "lost")}  # fmt: skip


def deals() -> pd.DataFrame:
    rows = [
        (name, "Ann", CREATED, status, None if life is None else day(life)) for name, (life, status) in LIFE.items()
    ]
    frame = pd.DataFrame(rows, columns=["deal_id", "manager", "created_at", "status", "closed_at"])
    return frame.assign(channel="Site", is_target=[None, True, True, False, None, True, True, False, False, True])


def touches(*rows) -> pd.DataFrame:
    return pd.DataFrame(
        [{"deal_id": d, "at": day(n), "kind": kind, "manager": "Ann"} | more for d, n, kind, more in rows]
    )


def known(**tables) -> pd.DataFrame:
    order = {"stage_order": ORDER} if "stages" in tables else {}
    found = features(book(deals(), month="2026-09", as_of="2026-09-30", **tables, **order), landmark_days=7)
    return collect(found).set_index("deal_id").sort_index()


def test_only_deals_closed_in_the_window_and_still_open_on_the_seventh_day_are_there():
    found = known()
    assert list(found.index) == ["a", "b", "c", "long", "month", "seven"]
    assert found["status"].to_dict() == {name: LIFE[name][1] for name in found.index}
    assert found["month"].to_dict() == {"a": "2026-08", "b": "2026-08", "c": "2026-08", "long": "2026-09", "month": "2026-09", "seven": "2026-08"}  # fmt: skip
    assert found["is_target"].to_dict() == {"a": "no", "b": "no", "c": "yes", "long": "unknown", "month": "no", "seven": "yes"}  # fmt: skip
    assert found[["deviation", "checklist", "touch_bin"]].isna().all(axis=None)  # no tables, nothing known


def test_further_columns_of_deals_and_keys_of_them_stand_beside_the_features():
    made = book(deals().assign(quantity=list("1234567890")), month="2026-09", as_of="2026-09-30")
    found = features(made, columns=["quantity", weekday("created_at")])
    assert collect(found).set_index("deal_id")["quantity"].to_dict()["seven"] == "3"
    assert set(collect(found)["created_weekday"]) == {"Mon"} and found.known_at["quantity"] == "not checked"
    assert "quantity" not in features(made).collect_schema().names()
    for late in ("amount", bands("amount")):
        with pytest.raises(DataError, match="amount is known only at closing"):
            features(made, columns=late)


def test_touches_after_the_seventh_day_before_the_deal_by_robots_and_tasks_do_not_count():
    call, no = {"direction": "out", "result": "answered"}, {}
    found = known(touches=touches(
        ("a", 0.1, "call", call), ("a", 6.5, "email", no), ("a", 7.6, "call", call), ("a", 15, "meeting", no),
        *[("b", 8 + n, "call", call) for n in range(10)],
        ("c", -1, "call", call), ("c", 3, "task", no), ("c", 4, "email", {"by_robot": True}), ("c", 5, "call", call),
        *[("long", n, "message", no) for n in range(5)],
    ))["touch_bin"]  # fmt: skip
    assert found.to_dict() == {"a": "1-2", "b": "0", "c": "1-2", "long": "3+", "month": "0", "seven": "0"}


def moves(**of) -> pd.DataFrame:
    rows = [(deal, stage, day(number)) for deal, steps in of.items() for stage, number in steps]
    return pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])


def test_skips_and_steps_back_after_the_seventh_day_do_not_count():
    usual = [("New", 0), ("Offer", 2), ("Deal", 15)]
    found = known(stages=moves(
        a=usual, b=[("New", 0), ("Deal", 3)], c=[("New", 0), ("Offer", 2), ("New", 4), ("Offer", 5)],
        long=[("New", 0), ("Offer", 2), ("New", 12), ("Deal", 14)],  # back and a skip, but later
        month=[("New", 0), ("Offer", 2), ("Deal", 16)],
    ))["deviation"]  # fmt: skip
    assert found.to_dict() == {"a": "no", "b": "yes", "c": "yes", "long": "no", "month": "no", "seven": "unknown"}


def test_what_came_after_the_seventh_day_changes_no_feature_of_a_whole_company():
    frames = company("leak", 2, managers=6, per_manager=60).frames
    found = seen(frames)
    born = frames["deals"].set_index("deal_id")["created_at"]
    early = {"touches": "at", "stages": "entered_at"}
    cut = {
        name: frame[frame[at] < frame["deal_id"].map(born) + pd.Timedelta(days=8)]
        for name, at in early.items()
        for frame in [frames[name]]
    }
    assert len(cut["touches"]) < 0.7 * len(frames["touches"])
    # overdue needs the stays of the whole history: it is left out by a limit that nobody reaches
    pd.testing.assert_frame_equal(found, seen(frames | cut))


def seen(frames) -> pd.DataFrame:
    tables = {name: frames[name] for name in ("deals", "stages", "touches", "managers")}
    made = book(tables.pop("deals"), **tables, stage_order=list(STAGE_ORDER), thresholds={"overdue_quantile": 1.0})
    return collect(features(made, landmark_days=7)).sort_values("deal_id", ignore_index=True)


def test_a_score_counts_only_for_deals_of_later_months_and_for_half_a_year():
    reviews = pd.DataFrame({
        "manager": "Ann", "call_type": "needs", "at": pd.to_datetime(["2026-01-20", "2026-02-10", "2026-07-20", "2026-08-02"]),
        "score": [10.0, 60.0, 80.0, 0.0],
    })  # fmt: skip
    found = known(reviews=reviews)["checklist"]  # of February to July, for deals of August
    assert found.to_dict() == dict.fromkeys(found.index, 70.0)


def test_as_pandas_they_are_in_the_order_of_time():
    deals = pd.DataFrame({"deal_id": ["3", "1", "2"], "manager": "Ann", "status": ["won", "lost", "won"],
                          "created_at": pd.Timestamp("2026-06-01"), "closed_at": pd.to_datetime(["2026-07-01", "2026-09-01", "2026-07-02"])})  # fmt: skip
    found = features(book(deals, month="2026-09"))
    assert found.to_pandas()["deal_id"].tolist() == ["2", "3", "1"]
    assert sorted(found.select("status").to_pandas()["status"]) == ["lost", "won", "won"]


def leaking(months=True) -> pd.DataFrame:
    """Managers alike, and a mark that was set when the outcome was known."""
    rng = np.random.default_rng(1)
    won = rng.random(1600) < 0.4
    told = np.where(rng.random(1600) < 0.92, won, rng.random(1600) < 0.5)
    frame = pd.DataFrame({"manager": [f"M{n % 8}" for n in range(1600)], "status": np.where(won, "won", "lost"),
                          "is_target": np.where(told, "yes", "no")})  # fmt: skip
    return frame.assign(month=[f"2026-0{1 + n % 8}" for n in range(1600)]) if months else frame


@pytest.mark.parametrize("months", [True, False])
def test_a_mark_that_follows_the_outcome_raises_the_alarm_with_and_without_months(months):
    frame, factors = leaking(months), {"target": ["is_target"]}
    gate = quality(frame, factors)["gate"]
    assert gate.code == "leak" and gate.values["auc"] > 0.8
    terms = drivers(frame, factors)
    assert set(terms["verdict"]) == {"refused"} and terms.attrs["refused"] == "leak"
    parts = gap(frame, "M3", factors=factors).set_index("part")["points"]
    assert np.isnan(parts["target"]) and parts[["quick", "manager", "chance"]].notna().all()


def test_a_mark_that_was_there_before_raises_no_alarm():
    frame = leaking()
    frame["is_target"] = np.random.default_rng(2).permutation(frame["is_target"])
    assert quality(frame, {"target": ["is_target"]})["gate"].code == "no skill"
