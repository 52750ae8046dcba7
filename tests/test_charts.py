"""Charts and tables as they are drawn: what stands in the table stands in the picture, readable, wide and narrow."""

import re
import subprocess
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from salesnb.formats import Voice
from salesnb.render import theme
from salesnb.render.charts import ages, corridor, lines, parts, rates, rows, scores
from salesnb.render.charts.spark import spark
from salesnb.render.display import Card, Figure
from salesnb.render.tables import Column, table

VOICE = Voice("en", "RUB")
HEADS = (
    VOICE,
    "A title that names what is drawn",
    "a subtitle, long enough to need a second line on a telephone",
    "alt",
)
SALES = [
    "Анна Соколова",
    "Ivan Petrov",
    "David Cohen",
    "Мария Ким",
    "Тимур Алиев",
    "Emma Brown",
    "Olga Smirnova",
    "Pavel Horak",
]


@pytest.fixture
def drawings(monkeypatch):
    """Every finished drawing, the wide one before the narrow one."""
    kept, finish = [], theme.finish

    def finished(drawing):
        kept.append(drawing)
        return finish(drawing)

    monkeypatch.setattr(theme, "finish", finished)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("default", ResourceWarning)  # what another test left open is not ours to judge
        yield kept


def team() -> pd.DataFrame:
    closed = [92, 95, 93, 180, 181, 260, 300, 140]
    rate = [0.30, 0.31, 0.302, 0.29, 0.305, 0.30, 0.31, 0.42]
    return pd.DataFrame({"manager": SALES, "closed": closed, "conversion": rate}).assign(
        low=lambda t: t["conversion"] - 0.08, high=lambda t: t["conversion"] + 0.08
    )


def limits() -> pd.DataFrame:
    n = np.arange(5.0, 320.0, 5.0)
    half = np.sqrt(0.21 / n + 0.001)
    ends = {
        f"{side}{z}": 0.3 + sign * by * half
        for z, by in ((95, 1.96), (998, 3.09))
        for side, sign in (("low", -1), ("high", 1))
    }
    return pd.DataFrame({"n": n, "centre": 0.3} | ends).clip(lower=0)


def heard() -> pd.DataFrame:
    score = [97.0, 84.0, 79.9, 72.0, 60.0, 59.9, 41.0, 3.0]
    word = ["sure", "re-check", "preliminary", "sure", "re-check", "re-check", "sure", "sure"]
    frame = pd.DataFrame({"manager": SALES, "score": score, "label": [f"{x:.1f}" for x in score], "word": word})
    return frame.assign(low=(frame["score"] - 5).clip(0), high=(frame["score"] + 5).clip(upper=100))


def differences() -> pd.DataFrame:
    points = [0.02, -0.035, -0.01, 0.005, float("nan"), -0.075, -0.095]
    names = ["target clients", "process", "qualification", "contact", "channels", "chance", "gap"]
    frame = pd.DataFrame({"part": names, "points": points})
    spread = pd.Series([0.01] * 5 + [float("nan")] * 2)
    return frame.assign(low=frame["points"] - spread, high=frame["points"] + spread)


def cohorts() -> dict:
    days = np.arange(0, 121, 4)
    whole = {"day": days, "at": 1 - np.exp(-days / 30)}
    made = {}
    for place, name in enumerate(("2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3")):
        won = (0.30 - 0.004 * place) * whole["at"]
        frame = pd.DataFrame(
            {"day": days, "won": won, "low": won - 0.03, "high": won + 0.03, "mature": days < 100 - 20 * place}
        )
        made[name] = frame[frame["day"] <= 120 - 20 * place]
    return made


def by_month(**columns) -> pd.DataFrame:
    months = pd.period_range("2025-09", "2026-09", freq="M").astype(str)
    return pd.DataFrame({"month": months} | columns)


def closings() -> pd.DataFrame:
    return pd.DataFrame({"days": [0, 3, 10, 21, 40, 160], "won": [2, 5, 4, 3, 1, 0], "lost": [10, 30, 20, 10, 5, 1]})


def funnel() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"stage": ["New", "Contacted", "Proposal"], "entered": [300, 220, 150], "reached_next": [220, 150, 90]}
    )
    rate = frame["reached_next"] / frame["entered"]
    return frame.assign(conversion=rate, low=rate - 0.05, high=rate + 0.05)


def classes() -> pd.DataFrame:
    value = np.sort(np.random.default_rng(1).pareto(1.2, 60))[::-1]
    share = value.cumsum() / value.sum()
    return pd.DataFrame(
        {"value": value, "cum_share": share, "abc": np.where(share <= 0.8, "A", np.where(share <= 0.95, "B", "C"))}
    )


def squares() -> pd.DataFrame:
    cells = [(abc, xyz) for abc in "ABC" for xyz in ("X", "Y", "Z", "new")]
    return pd.DataFrame(cells, columns=["abc", "xyz"]).assign(items=range(12), value=[10.0 * n for n in range(12)])


REASONS = pd.DataFrame(
    {"reason": ["Too expensive", "No answer", "A reason in a great many words"], "deals": [50, 30, 1]}
)
MADE = {
    "bars": lambda: rows.bars(REASONS.assign(label=REASONS["deals"].astype(str)), *HEADS, name="reason", value="deals", label="label"),
    "stages": lambda: rows.stages(funnel(), *HEADS),
    "rates": lambda: rates.rates(team(), *HEADS, name="manager", reference=0.3),
    "scores": lambda: scores.scores(
        heard(), *HEADS, name="manager", label="label", word="word", cuts=(60, 80), classes=("red", "yellow", "green")
    ),
    "parts": lambda: parts.parts(differences(), *HEADS, total="gap"),
    "corridor": lambda: corridor.corridor(team(), limits(), *HEADS),
    "curves": lambda: ages.curves(cohorts(), *HEADS),
    "lengths": lambda: ages.lengths(closings(), *HEADS, median=5, p90=30),
    "monthly": lambda: lines.monthly(by_month(conversion=0.3, low=0.25, high=0.35), *HEADS, low="low", high="high"),
    "money": lambda: lines.monthly(by_month(value=2.5e6), *HEADS, value="value", kind="money"),
    "concentration": lambda: lines.concentration(classes(), *HEADS),
    "matrix": lambda: lines.matrix(squares(), *HEADS),
}  # fmt: skip
EMPTY = {
    "bars": lambda: rows.bars(REASONS.head(0).assign(label=""), *HEADS, name="reason", value="deals", label="label"),
    "stages": lambda: rows.stages(funnel().head(0), *HEADS),
    "rates": lambda: rates.rates(team().head(0), *HEADS, name="manager"),
    "parts": lambda: parts.parts(differences().head(0), *HEADS),
    "corridor": lambda: corridor.corridor(team().head(0), limits(), *HEADS),
    "curves": lambda: ages.curves({}, *HEADS),
    "lengths": lambda: ages.lengths(closings().head(0), *HEADS),
    "monthly": lambda: lines.monthly(by_month(conversion=float("nan")), *HEADS),
    "concentration": lambda: lines.concentration(classes().head(0), *HEADS),
    "matrix": lambda: lines.matrix(squares().head(0), *HEADS),
}  # fmt: skip


def words(drawing):
    """Every text that is drawn: its words, its artist, its box in pixels without the line that leads to it."""
    axes, renderer = drawing.axes[0], drawing.canvas.get_renderer()
    found = list(axes.texts)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, sorted(axes.get_ylim()))):
        if axis.get_visible():
            found += [axis.label, *(t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high)]
    return [(t.get_text(), t, Text.get_window_extent(t, renderer)) for t in found if t.get_text().strip()]


def bars_of(axes) -> list:
    """Drawn bars from the top down: (begin, end, colour)."""
    order = sorted(axes.patches, key=lambda bar: -bar.get_y())
    return [(round(bar.get_x(), 6), round(bar.get_x() + bar.get_width(), 6)) for bar in order]


def luminance(colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(colour, paper="#ffffff") -> float:
    light, dark = sorted((luminance(colour), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", MADE)
def test_every_letter_is_large_enough_for_a_phone_and_inside_the_picture(drawings, name):
    MADE[name]()
    wide, narrow = drawings
    assert (wide.get_figwidth(), narrow.get_figwidth()) == (theme.WIDTH, theme.NARROW)
    for drawing in drawings:
        for said, text, box in words(drawing):
            assert text.get_fontsize() >= theme.SMALL, said
            assert min(box.x0, box.y0) >= 0, said
            assert box.x1 <= drawing.bbox.x1 + 1 and box.y1 <= drawing.bbox.y1 + 1, said


@pytest.mark.parametrize("name", MADE)
def test_no_label_lies_upon_another(drawings, name):
    MADE[name]()
    for drawing in drawings:
        found = [(said, box.padded(-1)) for said, _, box in words(drawing)]
        assert [(a, b) for i, (a, p) in enumerate(found) for b, q in found[i + 1 :] if p.overlaps(q)] == []


@pytest.mark.parametrize("name", EMPTY)
def test_a_table_without_rows_still_makes_a_figure(drawings, name):
    assert EMPTY[name]().png[:4] == b"\x89PNG" and len(drawings) == 2


@pytest.mark.parametrize("name", MADE)
def test_the_same_table_gives_the_same_bytes_and_no_global_figure(name):
    first, second = MADE[name](), MADE[name]()
    assert (first.png, first.narrow) == (second.png, second.narrow) and first.png != first.narrow
    from matplotlib import pyplot

    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", MADE)
def test_the_house_style_for_own_charts_moves_no_chart_of_the_house(name):
    before = MADE[name]()
    with mpl.rc_context():
        theme.theme()
        after = MADE[name]()
    assert (before.png, before.narrow) == (after.png, after.narrow)


def test_an_own_chart_draws_a_name_as_it_is_written():
    with mpl.rc_context():
        theme.theme()
        drawing = Drawing()
        drawing.add_subplot().set_title("$5 off, $6 on")
        assert not drawing.axes[0].title.get_parse_math()


def test_an_own_chart_with_words_is_shown_once_and_drawn_the_same_each_time():
    from matplotlib import pyplot

    def drawn():
        axes = theme.seaborn().barplot(x=["Ann", "Bo"], y=[0.3, 0.5], ax=pyplot.subplots()[1])
        return theme.picture(axes, "Conversion: Bo above Ann.")

    with mpl.rc_context():
        theme.theme()
        first, second = drawn(), drawn()
    assert first.png == second.png and first.plain == "Conversion: Bo above Ann."
    assert pyplot.get_fignums() == []
    with pytest.raises(ValueError, match="needs an alt text"):
        theme.picture(Drawing().add_subplot(), " ")


def test_importing_the_room_does_not_load_the_drawing_library():
    code = "import sys, salesnb as s; [getattr(s, name) for name in s.__all__]; sys.exit('seaborn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_bars_are_as_long_as_the_table_says(drawings):
    MADE["bars"]()
    MADE["stages"]()
    for drawing in drawings[:2]:
        assert bars_of(drawing.axes[0]) == [(0, 50), (0, 30), (0, 1)]
    for drawing in drawings[2:]:
        ends = sorted(end for _, end in bars_of(drawing.axes[0]))
        assert ends == sorted([300, 220, 150, 220, 150, 90])


def test_every_interval_and_every_rate_is_drawn_where_the_table_has_it(drawings):
    frame = team()
    MADE["rates"]()
    for drawing in drawings:
        axes = drawing.axes[0]
        spans = next(c for c in axes.collections if isinstance(c, LineCollection)).get_segments()
        assert np.allclose([(s[0][0], s[1][0]) for s in spans], frame[["low", "high"]] * 100)
        marks = np.vstack([c.get_offsets() for c in axes.collections if not isinstance(c, LineCollection)])
        assert np.allclose(
            sorted(map(tuple, marks)), sorted(zip(frame["conversion"] * 100, range(7, -1, -1), strict=True))
        )


def test_parts_begin_where_the_part_before_ended_and_add_up_to_the_whole(drawings):
    # +2.0 → −1.5 → −2.5 → −2.0 → (not known: nothing moves) → −9.5; the sum is drawn from zero
    MADE["parts"]()
    by_hand = [(0, 2), (-1.5, 2), (-2.5, -1.5), (-2.5, -2), (-9.5, -2), (-9.5, 0)]
    for drawing in drawings:
        axes = drawing.axes[0]
        assert [tuple(sorted(bar)) for bar in bars_of(axes)] == by_hand
        ends = {tuple(np.round(line.get_xdata(), 6)) for line in axes.lines if len(line.get_xdata()) == 2}
        assert {(1.0, 3.0), (-2.5, -0.5), (-3.5, -1.5), (-3.0, -1.0)} <= ends
        low, high = axes.get_xlim()
        assert low < -9.5 and 3 < high < 6, "the axis holds what is drawn and no empty half"
    wide, narrow = ([said for said, _, _ in words(drawing)] for drawing in drawings)
    assert "n/a" in wide and "Gap" in wide and "Channels n/a" in narrow and "Gap −9.5\xa0pp" in narrow


def test_the_points_of_parts_stand_in_a_column_that_no_name_and_no_bar_reaches(drawings):
    frame = differences().assign(
        part=lambda t: t["part"].where(t["part"] != "chance", "a part with a rather long name")
    )
    parts.parts(frame.assign(points=frame["points"] * 5), Voice("ru"), *HEADS[1:], total="gap")
    axes, found = drawings[0].axes[0], words(drawings[0])
    said = [(box, text) for text, _, box in found if text.endswith("п.\xa0п.") or text == "нет данных"]
    assert len(said) == 7 and {round(box.x1) for box, _ in said} == {round(max(box.x1 for box, _ in said))}
    assert min(box.x0 for box, _ in said) > axes.get_window_extent().x1
    assert max(box.x1 for box, _ in said) < drawings[0].bbox.width


def test_names_in_the_corridor_touch_no_point_and_no_line(drawings):
    frame = team()
    MADE["corridor"]()
    for drawing in drawings:
        axes = drawing.axes[0]
        names = [(said, box) for said, _, box in words(drawing) if said in SALES]
        assert sorted(said for said, _ in names) == sorted(SALES)
        points = axes.transData.transform(frame[["closed", "conversion"]].to_numpy() * [1, 100])
        line = axes.transData.transform((0, 30))[1]
        inside = axes.get_window_extent()
        for said, box in names:
            assert not [p for p in points if box.x0 < p[0] < box.x1 and box.y0 < p[1] < box.y1], said
            assert not box.y0 + 3 < line < box.y1 - 3, f"{said} is struck through"
            assert inside.x0 - 1 <= box.x0 and box.x1 <= inside.x1 + 1, said


def test_the_corridor_begins_near_the_fewest_deals_and_names_its_edges(drawings):
    MADE["corridor"]()
    axes = drawings[0].axes[0]
    assert axes.get_xlim()[0] == pytest.approx(60)  # 0.6 of 92 deals is 55.2; the corridor is known at 55, 60 …
    said = [text.get_text() for text in axes.texts]
    assert said.count("95%") == 2 and said.count("99.8%") == 2 and "average 30.0%" in said
    assert all(contrast(line.get_color()) >= 3 for line in axes.lines)


def test_a_crowd_names_only_those_outside_the_corridor(drawings):
    crowd = pd.DataFrame({"manager": [f"Rep {n:02d}" for n in range(30)], "closed": 100, "conversion": 0.3})
    crowd.loc[7, "conversion"] = 0.6
    corridor.corridor(crowd, limits(), *HEADS)
    assert [said for said, _, _ in words(drawings[0]) if said.startswith("Rep")] == ["Rep 07"]


def test_ordered_cohorts_go_from_pale_to_dark_and_hold_against_the_paper():
    for number in (2, 4, 5):
        found = theme.shades(number)
        assert [luminance(c) for c in found] == sorted((luminance(c) for c in found), reverse=True)
        assert all(contrast(colour) >= 3 for colour in found) and len(set(found)) == number
    assert all(contrast(colour) >= 3 for colour in (theme.BLUE, theme.ORANGE, theme.FAINT, theme.INK, theme.SOFT))
    assert contrast(theme.SOFT) >= 4.5


def test_curves_end_with_their_names_and_the_newest_is_the_heaviest(drawings):
    MADE["curves"]()
    axes = drawings[0].axes[0]
    assert axes.get_xlim()[1] <= 120 * 1.05, "the axis ends where the longest curve ends"
    said = {text.get_text()[2:]: text.get_fontweight() for text in axes.texts}
    marks = [text.get_text()[0] for text in axes.texts if text not in axes.heads]
    assert marks == ["●", "■", "▲", "◆"], "a name begins with the mark of its curve"
    assert {name: said[name] for name in cohorts()} == {
        "2025 Q4": "normal",
        "2026 Q1": "normal",
        "2026 Q2": "normal",
        "2026 Q3": "bold",
    }
    for frame in cohorts().values():
        drawn = [line for line in axes.lines if np.isclose(line.get_ydata()[-1], frame["won"].iloc[-1] * 100)]
        assert drawn, "every curve reaches its last value"


def test_the_histogram_holds_every_deal_and_marks_half_and_nine_of_ten(drawings):
    MADE["lengths"]()
    axes = drawings[0].axes[0]
    # stacked: lost upon won, so each colour's bars add up to its deals: 15 won, 76 lost
    sums = {}
    for bar in axes.patches:
        sums[bar.get_facecolor()] = sums.get(bar.get_facecolor(), 0) + bar.get_height()
    assert sorted(sums.values()) == [15, 76]
    assert [line.get_xdata()[0] for line in axes.lines] == [5, 30]
    assert {"half: 5 days", "nine of ten: 30 days"} <= {text.get_text() for text in axes.texts}
    assert axes.get_xlim()[0] == 0 and axes.get_xticklabels()[-1].get_text().endswith("+")
    ages.lengths(closings(), *HEADS)
    assert list(drawings[-1].axes[0].lines) == []


def test_months_keep_their_values_and_a_gap_where_there_is_none(drawings):
    values = [0.3, 0.31, float("nan"), *[0.3 + n / 100 for n in range(10)]]
    lines.monthly(by_month(conversion=values), *HEADS)
    axes = drawings[0].axes[0]
    drawn = [list(np.round(line.get_ydata(), 6)) for line in axes.lines if len(line.get_xdata()) > 1]
    assert drawn == [[30, 31], [30, 31, 32, 33, 34, 35, 36, 37, 38, 39]]
    assert "39.0%" in [text.get_text() for text in axes.texts]
    assert [t.get_text() for t in drawings[1].axes[0].get_xticklabels()] == [
        "Sep\n2025",
        "Dec\n",
        "Mar\n2026",
        "Jun\n",
        "Sep\n",
    ]


def test_the_matrix_says_items_and_shares_and_what_its_letters_mean(drawings):
    # values 0, 10, … 110 add up to 660: the last cell is 110/660
    MADE["matrix"]()
    axes = drawings[0].axes[0]
    said = [text.get_text() for text in axes.texts]
    assert said[0] == "–" and said[14] == "11\n16.7%" and len([s for s in said if "%" in s]) == 11
    assert [t.get_text() for t in axes.get_xticklabels()] == [
        "X\nsteady",
        "Y\nswing",
        "Z\nuneven",
        "not\ntold yet",
        "new",
    ]


@given(st.lists(st.floats(0, 100), max_size=8))
def test_spread_labels_keep_apart_and_in_order(heights):
    found = theme.spread(heights, 5, 100)
    assert len(found) == len(heights) and all(place <= 100 + 1e-9 for place in found)
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    placed = [found[n] for n in order]
    assert all(b - a >= 5 - 1e-9 for a, b in zip(placed, placed[1:], strict=False))


def test_a_figure_carries_both_drawings_to_the_page_and_the_notebook():
    shown = MADE["bars"]()
    html, (data, about) = shown.html, shown._repr_mimebundle_()
    assert html.count("data:image/png") == 2 and 'media="screen and (max-width: 560px)"' in html and 'alt="alt"' in html
    assert 'width="594"' in html and 'width="336"' in html  # 6.2 and 3.5 inches of 96 pixels
    assert set(data) == {"image/png", "text/plain"} and set(about["image/png"]) == {"alt", "narrow"}
    assert "<source" not in Figure(shown.png, "alt").html


def test_no_interval_is_broken_at_the_end_of_a_line():
    html = Card(
        "Conversion", "23.9%", detail="53 of 222, interval 19–30%", change="−7.5 pp (−16.8 to +1.7 pp), close"
    ).html
    assert '<span class="whole">19–30%</span>' in html and '<span class="whole">(−16.8 to +1.7 pp)</span>' in html


FRAME = pd.DataFrame(
    {"name": ["a", "b", "c"], "won": [1, 2, 3], "lost": [4, 5, 6], "closed": [5, 7, 9], "tag": ["", None, ""]}
)
COLUMNS = [Column("name", "Name"), Column("won", "Won", "count"), Column("lost", "Lost", "count"), Column("closed", "Closed", "count"), Column("tag", "Tag")]  # fmt: skip


def test_a_column_of_blanks_leaves_the_page_and_stays_in_the_workbook():
    shown = table(FRAME, VOICE, "Caption", COLUMNS)
    assert "Tag" not in shown.html and "Tag" not in shown.plain
    assert "Tag" in [column["label"] for column in shown.data["columns"]]
    assert "Tag" in table(FRAME.assign(tag=["", "x", ""]), VOICE, "Caption", COLUMNS).html


def test_the_lost_leave_a_phone_to_the_won_and_closed_beside_them():
    assert '<th scope="col" class="num minor">Lost</th>' in table(FRAME, VOICE, "Caption", COLUMNS).html
    assert "minor" not in table(FRAME, VOICE, "Caption", [COLUMNS[0], COLUMNS[2]]).html


def test_a_shortened_table_says_how_many_rows_it_leaves_out():
    assert 'data-left="1"' in table(FRAME, VOICE, "Caption", COLUMNS, limit=2).html
    assert "data-left" not in table(FRAME, VOICE, "Caption", COLUMNS).html


def test_lines_of_one_column_share_a_scale_and_say_their_ends():
    # the top of the column is 0.4: a line of 0.2 stays in the middle of its 20 pixels, at 3 + 10
    frame = pd.DataFrame({"name": ["a", "b"], "past": [[0.1, 0.4], [0.2, 0.2]]})
    html = table(frame, VOICE, "Caption", [Column("name", "Name"), Column("past", "Past", "spark")]).html
    assert 'points="3.0,13.0 101.0,13.0"' in html and "10.0% → 40.0%" in html
    assert 'points="3.0,23.0 101.0,23.0"' in spark([0.2, 0.2], "alone it says nothing of its height")


def test_a_figure_is_said_once_where_its_words_sort_it():
    frame = pd.DataFrame({"name": ["a", "b", "c"], "n": [12, 1200, None], "share": [0.5, 1 / 3, 1.0]})
    columns = [Column("name", "Name"), Column("n", "N", "count"), Column("share", "Share", "percent")]
    html = table(frame, VOICE, "Caption", columns).html
    assert '<tr><th scope="row">a<td>12<td>50.0%<tr>' in html and '<td class="quiet">n/a<td>100.0%</tbody>' in html
    heads = re.findall(r"<th scope=\"col\"([^>]*)>", html)
    assert heads == [' class="words"', ' class="num" data-ranks="0,1,"', ' class="num" data-ranks="1,0,2"']
    plain = table(frame.head(1), VOICE, "Caption", columns[:2]).html
    assert '<th scope="col" class="num">N<' in plain  # 12 sorts itself


def test_equal_figures_have_one_rank_and_those_that_look_alike_their_own():
    frame = pd.DataFrame({"name": list("abcd"), "share": [0.5004, 0.5, 0.5, 0.2]})
    html = table(frame, VOICE, "Caption", [Column("name", "Name"), Column("share", "Share", "percent")]).html
    assert 'data-ranks="2,1,1,0"' in html and html.count("50.0%") == 3


def test_names_of_other_people_stand_apart_from_the_direction_of_our_words():
    frame = FRAME.assign(**{COLUMNS[0].name: ["Ann", "דנה", "B\u202eo"]})
    html = table(frame, VOICE, "Caption", COLUMNS).html
    assert re.findall("<bdi>(.*?)</bdi>", html) == ["דנה", "B\u202eo"] and ">Ann<" in html


@pytest.mark.parametrize("room", [1, 45, 120, 300])
def test_a_line_takes_as_many_words_as_fit_and_at_least_one(room):
    text = "Conversion of the sales reps (12%), сделки по менеджерам and Illiliilli WWWWWWWW to 3.4"
    words = text.split()
    lines = [line.split() for line in theme.wrapped(text, 8, room).split("\n")]
    assert [word for line in lines for word in line] == words
    for line, after in zip(lines, [*lines[1:], []], strict=True):
        assert len(line) == 1 or theme.text_width(" ".join(line), 8) <= room
        assert not after or theme.text_width(" ".join([*line, after[0]]), 8) > room
