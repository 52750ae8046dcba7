"""How a month stands, by hand: its verdict, fair ways to count, clean-up days, the range of the year."""

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from salesnb.measures.alarms import alarms, opposite
from salesnb.measures.bulk_close import bulk_days
from salesnb.measures.conversion import compared, conversion_by_amount, with_rate
from salesnb.measures.sensitivity import sensitivity
from salesnb.measures.summary import first_month, monthly
from salesnb.measures.verdict import assess_month
from salesnb.measures.year import against_year, pooled, span_of_year
from salesnb.params import Thresholds
from salesnb.source.book import book
from salesnb.topics.by_channel import by_channel
from salesnb.topics.by_manager import by_manager
from salesnb.topics.head_actions import head_actions
from salesnb.topics.headline import headline
from salesnb.topics.losses import losses
from salesnb.topics.new_and_repeat import new_and_repeat


def deals(*parts):
    """Parts are (status, number, created, closed, more columns): so many deals that are alike."""
    rows = [
        {"status": status, "created_at": created, "closed_at": closed, "manager": "Ann", "lost_class": None} | more
        for status, number, created, closed, more in parts
        for _ in range(number)
    ]
    times = {"created_at": "datetime64[us]", "closed_at": "datetime64[us]"}
    return pd.DataFrame(rows).assign(deal_id=[str(n) for n in range(len(rows))]).astype(times)


def won_lost(month, won, lost, **more):
    return [
        ("won", won, f"{month}-01", f"{month}-11", more),
        ("lost", lost, f"{month}-01", f"{month}-12", more),
    ]


def ways_of(*parts, month="2026-09"):
    return sensitivity(deals(*parts), month).set_index("definition")


def test_a_clear_change_that_fails_without_the_unreached_is_withheld():
    # 25 of 100 against 50 of 100 is clear; without 60 and 5 unreached it is 25 of 40 against 50 of 95: 62.5 and 52.6 %
    parts = [
        *won_lost("2026-08", 50, 45), *won_lost("2026-08", 0, 5, lost_class="no_contact"),
        *won_lost("2026-09", 25, 15), *won_lost("2026-09", 0, 60, lost_class="no_contact"),
    ]  # fmt: skip
    table = sensitivity(deals(*parts), "2026-09")
    ways = table.set_index("definition")
    assert ways.loc["headline", ["verdict", "closed", "closed_before"]].tolist() == ["down", 100, 100]
    assert ways.loc["no unreached", ["won", "closed", "verdict"]].tolist() == [25, 40, "too close"]
    assert ways.index[ways["flips"]].tolist() == ["no unreached"]
    found = assess_month(table, monthly(deals(*parts).assign(amount=1.0), "2026-09"))
    assert found.verdict == "withheld" and found.against == ["no unreached"]
    assert found.differ == {"no unreached": "too close"}


def test_a_way_that_takes_nothing_out_is_no_further_witness():
    ways = ways_of(*won_lost("2026-08", 30, 30), *won_lost("2026-09", 30, 30))
    assert "no unreached" not in ways.index and "no mass closings" not in ways.index
    assert ways.loc["headline", "verdict"] == "too close"


@pytest.mark.parametrize(("won", "lost", "verdict"), [(9, 0, "few"), (10, 0, "up")])
def test_ten_closed_deals_in_each_month_are_needed_for_a_verdict(won, lost, verdict):
    ways = ways_of(*won_lost("2026-08", 5, 45), *won_lost("2026-09", won, lost))
    assert ways.loc["headline", "verdict"] == verdict and not ways["flips"].any()


def test_by_creation_both_months_are_equally_old():
    # a deal of August that closed in September is in neither month: it would make August older than September
    parts = [*won_lost("2026-08", 6, 6), *won_lost("2026-09", 6, 6), ("won", 40, "2026-08-20", "2026-09-03", {})]
    ways = ways_of(*parts)
    assert ways.loc["by creation", ["closed", "closed_before"]].tolist() == [12, 12]
    assert ways.loc["headline", "closed"] == 52


def test_by_amount_is_not_told_where_won_deals_carry_no_amount():
    amounts = pd.DataFrame({"status": ["won"] * 3 + ["lost"] * 2, "amount": [300.0, None, None, 200.0, 100.0]})
    none = amounts.assign(amount=amounts["amount"].where(amounts["status"] == "lost"))
    assert np.isnan(conversion_by_amount(amounts).by_amount[0])  # one of three won deals has an amount
    assert conversion_by_amount(amounts).won_amount[0] == 300 and np.isnan(conversion_by_amount(none).won_amount[0])
    assert (
        conversion_by_amount(amounts.drop(1)).by_amount[0] == 0.5
        and conversion_by_amount(none.tail(2)).won_amount[0] == 0
    )


def test_by_amount_is_not_told_where_lost_deals_carry_no_amount():
    frame = pd.DataFrame({"status": ["won"] + ["lost"] * 4, "amount": [300.0, 100.0, 0.0, 0.0, None]})
    assert np.isnan(conversion_by_amount(frame).by_amount[0])  # one of four lost deals has an amount
    frame.loc[2, "amount"] = 200.0
    assert conversion_by_amount(frame).by_amount[0] == 0.5  # 300 of 600, two of four
    ways = ways_of(
        *won_lost("2026-08", 6, 6, amount=1.0),
        *won_lost("2026-09", 6, 0, amount=1.0),
        *won_lost("2026-09", 0, 6, amount=0.0),
    )
    assert np.isnan(ways.loc["by amount", "conversion"]) and np.isnan(ways.loc["by amount", "change"])
    assert ways.loc["by amount", "verdict"] == ""


def test_verdicts_of_several_groups_allow_for_how_many_are_looked_at():
    # 40 of 100 against 26 of 100: the 95 % interval of the difference leaves out zero, the 99 % one does not
    one = {"won": 40, "lost": 60}
    now = with_rate(pd.DataFrame([{"channel": name} | one for name in "abcde"]))
    before = with_rate(pd.DataFrame([{"channel": name, "won": 26, "lost": 74} for name in "abcde"]))
    assert compared(now.head(1), before.head(1), "channel")["verdict"].tolist() == ["up"]
    five = compared(now, before, "channel")
    assert five["verdict"].tolist() == ["too close"] * 5 and (five["change_low"] > 0).all()


def test_a_group_without_an_earlier_month_has_no_change_and_no_verdict():
    now = with_rate(pd.DataFrame({"channel": ["new"], "won": [20], "lost": [20]}))
    row = compared(now, now.head(0), "channel").iloc[0]
    assert row["closed_before"] == 0 and np.isnan(row["change"]) and row["verdict"] == "few"


def clean_up():
    daily = [
        ("won" if day < 3 else "lost", 1, "2026-08-20", f"2026-09-{day:02d}", {"manager": "Ann", "lost_reason": None})
        for day in range(1, 11)
    ]
    mass = ("lost", 26, "2026-07-01", "2026-09-29", {"manager": "Ann", "lost_reason": "No answer"})
    rest = ("lost", 2, "2026-07-01", "2026-09-29", {"manager": "Ann", "lost_reason": None})
    others = [
        (status, 5, "2026-08-20", "2026-09-15", {"manager": "Bo", "lost_reason": "Price" if status == "lost" else None})
        for status in ("won", "lost")
    ]
    return deals(*daily, mass, rest, *others)


def test_a_clean_up_day_by_hand():
    # Ann closes one deal a day and 28 on the 29th; without these she has 2 of 10 and everybody 7 of 20
    row = bulk_days(clean_up(), "2026-09").iloc[0]
    assert row[["manager", "rows", "won", "lost", "clean_up", "reason", "reason_rows"]].tolist() == [
        "Ann",
        28,
        0,
        28,
        True,
        "No answer",
        26,
    ]
    assert row[["month_closed", "rest_won", "rest_closed", "all_won", "all_closed"]].tolist() == [38, 2, 10, 7, 20]
    assert row["all_conversion"] == pytest.approx(0.35)
    assert bulk_days(clean_up(), "2026-08").empty


def test_reasons_without_a_clean_up_name_another_one():
    found = book(clean_up(), month="2026-09", as_of="2026-09-30")
    told = losses(found)
    assert told.reasons.iloc[0][["lost_reason", "deals"]].tolist() == ["No answer", 26]
    usual = told.usual
    assert told.usual_span == "month" and usual["deals"].sum() == 13
    assert usual[usual["lost_reason"] != "not given"].iloc[0][["lost_reason", "deals"]].tolist() == ["Price", 5]
    code, values = next(one for one in alarms(found) if one[0] == "mass closings")
    assert values["rest_closed"] == 10 and values["all_conversion"] == pytest.approx(0.35) and values["clean_up"] == 1


def test_a_month_with_few_lost_deals_gives_the_reasons_of_the_year():
    parts = [
        ("lost", 9, "2026-07-01", "2026-08-05", {"lost_reason": "Price"}),
        ("lost", 3, "2026-08-01", "2026-09-05", {"lost_reason": "Spam"}),
    ]
    found = losses(book(deals(*parts), month="2026-09", as_of="2026-09-30"))
    assert found.span == "year" and found.reasons.iloc[0][["lost_reason", "deals"]].tolist() == ["Price", 9]


def test_months_before_the_first_deal_are_missing_and_never_zero():
    frame = deals(*won_lost("2026-08", 2, 1)).assign(amount=10.0)
    table = monthly(frame, "2026-09", 3).set_index("month")
    assert table.loc["2026-07"].isna().all()
    assert table.loc["2026-08", ["closed", "new_deals", "won_amount"]].tolist() == [3, 3, 20.0]
    assert table.loc["2026-09", ["closed", "new_deals", "won_amount"]].tolist() == [0, 0, 0.0]
    assert first_month(frame) == "2026-08"
    known = monthly(frame, "2026-09", 3, first="2026-07").set_index(
        "month"
    )  # the export knows July: the channel is young
    assert known.loc["2026-07", ["closed", "new_deals"]].tolist() == [0, 0]
    assert headline(book(frame, month="2026-08")).record()["conversion"]["closed"] == 3


def test_a_figure_beside_its_year_needs_six_real_months():
    def months(*values):
        return pd.DataFrame({"new_deals": values, "closed": [20.0] * len(values)})

    missing = [np.nan] * 3
    assert against_year(months(*missing, 11.0, 22, 11, 19, 21, 9), "new_deals")["place"] == ""
    seven = months(np.nan, np.nan, 11.0, 22, 11, 19, 21, 12, 9)
    found = against_year(seven, "new_deals")
    assert (found["place"], found["months"], found["low"], found["high"]) == ("lowest", 7, 11.0, 22.0)
    assert found["ratio"] == pytest.approx(-0.25)
    assert (
        against_year(seven.assign(new_deals=[np.nan, np.nan, 11.0, 22, 11, 19, 21, 12, 22]), "new_deals")["place"]
        == "usual"
    )


def test_averages_of_few_deals_and_counts_of_few_are_not_compared():
    months = pd.DataFrame({"order": [5.0] * 8, "won": [12, 12, 12, 12, 12, 12, 9, 12]})
    assert against_year(months, "order", n="won")["few"]  # the month before has 9 won deals
    assert not against_year(months, "won", of="won")["few"]  # 9 and 12: a count may be compared
    assert against_year(months.assign(won=[12] * 6 + [3, 4]), "won", of="won")["few"]
    assert against_year(months.assign(won=[12] * 6 + [3, 4]), "order", n="won")["place"] == ""


def ways_like(verdict, closed=100, before=100, others=()):
    rows = [("headline", verdict), *others]
    columns = ["definition", "verdict"]
    return pd.DataFrame(rows, columns=columns).assign(
        flips=False, closed=closed, closed_before=before, won_before=before // 2
    )


def year(*rates, closed=100):
    names = [str(pd.Period("2026-09", "M") - back) for back in range(len(rates) - 1, -1, -1)]
    rates = np.array(rates, float)
    return pd.DataFrame(
        {
            "month": names,
            "conversion": rates,
            "closed": np.where(np.isnan(rates), np.nan, closed),
            "won": rates * closed,
        }
    )


def test_the_place_of_a_month_among_the_others():
    falls = year(0.5, 0.4, 0.5, 0.45, 0.5, 0.5, 0.3)
    low = assess_month(ways_like("down"), falls)
    assert low.place == "lowest" and low.known == 7
    assert assess_month(ways_like("down"), falls, cleaned=True).place == ""
    usual = assess_month(ways_like("down"), year(0.5, 0.25, 0.5, 0.45, 0.5, 0.5, 0.3))
    assert usual.place == "usual" and usual.like == {"month": "2026-04", "conversion": 0.25}
    assert assess_month(ways_like("too close"), year(0.5, 0.25, 0.5, 0.45, 0.5, 0.5, 0.3)).like is None
    assert assess_month(ways_like("down"), year(0.5, 0.4, 0.5, 0.45, 0.3)).place == ""  # four earlier months


def test_a_small_month_stands_behind_all_the_months_that_are_known():
    months = year(np.nan, np.nan, 0.2, 0.3, 0.5, closed=10)
    found = assess_month(ways_like("few", 10, 10), months).span
    assert (found["first"], found["months"], found["won"], found["closed"]) == ("2026-07", 3, 10, 30)
    assert found["conversion"] == pytest.approx(1 / 3) and found["low"] < 1 / 3 < found["high"]
    assert assess_month(ways_like("few"), year(0.2, 0.3, closed=40)).span is None


def test_a_first_month_has_no_earlier_one():
    found = assess_month(ways_like("few", 20, 0), year(np.nan, 0.5, closed=20))
    assert found.verdict == "" and not found.known_before and found.span is None


def test_how_far_chance_moves_a_month_by_hand():
    # 25 of 100 over all: the Wilson interval of 25 of 100 is 17.5 to 34.3 %, half of its width is 8.4 points
    found = span_of_year(year(0.2, 0.3, 0.25))
    assert found["lowest"] == {"month": "2026-07", "conversion": 0.2} and found["highest"]["month"] == "2026-08"
    assert found["by_chance"] == pytest.approx(0.0838, abs=5e-4) and found["pooled"]["closed"] == 300
    assert span_of_year(year(np.nan, 0.5)) is None and pooled(year(np.nan, 0.5))["closed"] == 100


def test_opposite_directions_need_more_than_two_point_estimates():
    assert opposite((-0.06, -0.10, -0.02), (0.06, 0.01, 0.11))
    assert not opposite(
        (-0.028, -0.12, 0.06), (0.025, -0.03, 0.08)
    )  # neither can be told from zero, nor their difference
    assert opposite((-0.08, -0.17, 0.01), (0.08, -0.01, 0.17))  # the difference, 16 points, can
    assert not opposite((-0.08, -0.12, -0.04), (0.01, 0.005, 0.02))  # one point is no direction
    assert not opposite((float("nan"),) * 3, (0.06, 0.01, 0.11))


def of_clients(*parts):
    """A Book whose deals say themselves whether their client is a repeat one: each such client bought a year before."""
    frame = deals(*parts)
    clients = [None if one is None else f"c{n}" for n, one in enumerate(frame["repeat"])]
    earlier = frame[frame["repeat"].eq(True)].assign(
        deal_id=lambda t: "e" + t["deal_id"],
        status="won",
        created_at=pd.Timestamp("2025-01-01"),
        closed_at=pd.Timestamp("2025-01-02"),
    )
    both = pd.concat([frame.assign(client_id=clients), earlier.assign(client_id=[clients[n] for n in earlier.index])])
    return book(both.drop(columns="repeat"), month="2026-09", as_of="2026-09-30")


def test_repeat_clients_against_new_ones_by_hand():
    # Newcombe's own example: 56 of 70 against 48 of 80; two more whose client is not known
    parts = [
        *won_lost("2026-09", 48, 32, repeat=False),
        *won_lost("2026-09", 56, 14, repeat=True),
        *won_lost("2026-09", 1, 1, repeat=None),
    ]
    found = new_and_repeat(of_clients(*parts)).difference
    assert (round(found.change, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert found.verdict == "up" and new_and_repeat(of_clients(*parts[:2])).difference is None


def test_people_have_their_month_and_year_and_who_left_has_no_line():
    parts = [
        *won_lost("2026-09", 2, 1, manager="Ann"), *won_lost("2026-08", 1, 5, manager="Ann"), *won_lost("2026-09", 3, 3, manager="Bo"),
        *won_lost("2026-09", 1, 0, manager="Gone"),
    ]  # fmt: skip
    managers = pd.DataFrame({"manager": ["Ann", "Gone"], "left_on": pd.to_datetime([None, "2026-09-20"])})
    found = by_manager(book(deals(*parts), managers=managers, month="2026-09", as_of="2026-09-30"))
    assert found.people["manager"].tolist() == ["Bo", "Ann"] and found.left == 1
    assert found.people.iloc[1][["won", "closed", "year_won", "year_closed"]].tolist() == [2, 3, 3, 9]


def test_what_the_heads_did_is_grouped_by_how_often():
    rows = [("one-to-one", name) for name in ("Ann", "Ann", "Bo", "Bo", "Cy", "Cy", "Cy")] + [("group task", None)]
    actions = pd.DataFrame(rows, columns=["kind", "manager"]).assign(at=pd.Timestamp("2026-09-10"), head="H")
    frame = deals(*won_lost("2026-09", 1, 1))
    found = head_actions(book(frame, actions=actions, month="2026-09", as_of="2026-09-30"))
    assert found.actions[["kind", "manager", "times"]].values.tolist() == [
        ["group task", "", 1], ["one-to-one", "Ann", 2], ["one-to-one", "Bo", 2], ["one-to-one", "Cy", 3],
    ]  # fmt: skip
    lines = found.text().plain.splitlines()
    assert lines[:2] == ["group task: 1 for everybody.", "one-to-one: 2 with Ann and Bo; 3 with Cy."]
    assert not head_actions(book(frame, month="2026-09", as_of="2026-09-30")).logged


def test_thresholds_of_the_company_are_those_of_its_verdicts():
    now, before = (with_rate(pd.DataFrame({"won": [won], "lost": [15 - won]})) for won in (14, 2))
    assert compared(now, before)["verdict"].tolist() == ["up"]
    assert compared(now, before, None, Thresholds(min_verdict=20))["verdict"].tolist() == ["few"]


def test_a_clean_up_of_the_department_is_seen_in_the_part_of_it_that_a_channel_has():
    # of Ann's 28 of the 29th four are of Fair: too few to show there by themselves
    whole = clean_up()
    day = (whole["manager"] == "Ann") & (whole["closed_at"].astype(str).str[:10] == "2026-09-29")
    fair = day & (day.cumsum() <= 4)
    found = book(whole.assign(channel=["Fair" if part else "Site" for part in fair]), month="2026-09", as_of="2026-09-30", channels=["Fair", "Site"])  # fmt: skip
    own = found.closer_deals.filter(nw.col("channel") == "Fair")
    assert bulk_days(own, "2026-09").empty
    row = bulk_days(own, "2026-09", whole=found.closer_deals).iloc[0]
    assert row[["rows", "lost", "whole_rows", "month_closed", "rest_closed", "all_closed"]].tolist() == [
        4,
        4,
        28,
        4,
        0,
        0,
    ]
    assert row["age_days"] == 90 and np.isnan(row["all_conversion"])
    channels = by_channel(found)
    assert channels.channels[["channel", "usual_won", "usual_closed"]].values.tolist() == [
        ["Site", 7, 20],
        ["Fair", 0, 0],
    ]
    assert "Site 35.0% (7 of 20); Fair 0 of 0." in channels.table().plain


def test_the_money_of_a_clean_up_is_that_of_the_lost_deals():
    frame = clean_up().assign(amount=1000.0)
    assert bulk_days(frame, "2026-09").iloc[0]["amount"] == 28000
    assert np.isnan(bulk_days(frame.assign(amount=np.nan), "2026-09").iloc[0]["amount"])
