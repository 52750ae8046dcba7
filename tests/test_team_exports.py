"""Exports about the team: managers with history, sheets of a quality desk, plans of calls; answers
worked by hand."""

import json

import pandas as pd
import pytest

from salesnb.params import load_params
from salesnb.source.book import book, open_book
from salesnb.source.recognise import init
from salesnb.source.scores import are_marks, item_scale, mark, most_of, scale_of
from tests.exports import deals, opened, rules, said, written

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status"]
ROWS = [
    HEAD,
    ["1", "Ann", "2026-03-01", "2026-04-10", "won"],
    ["2", "Ann", "2026-03-02", "2026-09-10", "lost"],
    ["3", "Ann", "2026-03-05", "", "open"],
    ["4", "Bo", "2026-09-01", "2026-09-30", "won"],
]
PEOPLE = ["manager", "from", "team", "head", "role", "hired_on", "left_on", "schedule", "fixed_salary"]
ANN = [
    ["Ann", "", "North", "Hal", "hunter", "2020-01-01", "", "5/2", "50000"],
    ["Ann", "2026-06-01", "South", "Ida", "closer", "", "", "", "60000"],
]


def beside(folder, name, rows, month="2026-09", deals_=ROWS, **more):
    written(folder, rows, f"{name}.csv")
    return opened(folder, deals_, data={"deals": "deals.csv", name: f"{name}.csv"}, month=month, **more)


def table(found, name):
    return getattr(found, name).collect(backend="pandas").to_native()


def person(found, day, name="Ann"):
    rows = table(found.at(month=day[:7], as_of=day), "managers").set_index("manager")
    assert rows.index.is_unique
    return rows.loc[name]


@pytest.mark.parametrize("turned", [False, True])
def test_team_head_and_role_are_those_of_the_day(tmp_path, turned):
    found = beside(tmp_path, "managers", [PEOPLE, *(ANN[::-1] if turned else ANN)], pay=True)
    before, after = person(found, "2026-05-31"), person(found, "2026-06-01")
    assert (before.team, before["head"], before.role, before.fixed_salary) == ("North", "Hal", "hunter", 50000)
    assert (after.team, after["head"], after.role, after.fixed_salary) == ("South", "Ida", "closer", 60000)
    assert str(after.hired_on)[:10] == "2020-01-01" and after.schedule == "5/2"  # filled from the first row
    assert not rules(found) and "manager twice" not in said(found)


def test_before_the_first_day_of_all_the_earliest_row_counts(tmp_path):
    late = [
        ["Ann", "2026-06-01", "North", "", "", "", "", "", ""],
        ["Ann", "2026-08-01", "South", "", "", "", "", "", ""],
    ]
    found = beside(tmp_path, "managers", [PEOPLE, *late])
    assert [person(found, day).team for day in ("2026-04-30", "2026-07-31", "2026-08-01")] == [
        "North",
        "North",
        "South",
    ]


def test_a_deal_has_the_team_of_its_closing_an_open_one_that_of_the_day(tmp_path):
    found = beside(tmp_path, "managers", [PEOPLE, *ANN])
    now = deals(found).team
    assert (now["1"], now["2"], now["3"]) == ("North", "South", "South")
    then = deals(found.at(month="2026-05", as_of="2026-05-31")).team  # all but the first still open
    assert (then["1"], then["2"], then["3"]) == ("North", "North", "North")


def test_a_team_of_the_export_itself_stays_on_every_day(tmp_path):
    own = [[*HEAD, "team"], *([*row, "West"] for row in ROWS[1:])]
    found = beside(tmp_path, "managers", [PEOPLE, *ANN], deals_=own)
    assert set(deals(found.at(month="2026-05", as_of="2026-05-31")).team) == {"West"}


def test_who_left_and_came_back_has_not_left(tmp_path):
    back = [
        ["Bo", "", "A", "", "", "2020-01-01", "2023-01-01", "", ""],
        ["Bo", "", "B", "", "", "2025-01-01", "", "", ""],
    ]
    rows = [HEAD, ["1", "Bo", "2020-02-01", "2022-02-05", "won"], ["2", "Bo", "2023-02-01", "2024-02-05", "won"],
            ["3", "Bo", "2026-02-01", "2026-09-30", "won"]]  # fmt: skip
    found = beside(tmp_path, "managers", [PEOPLE, *back], deals_=rows)
    assert str(person(found, "2022-06-30", "Bo").left_on)[:10] == "2023-01-01"
    assert str(person(found, "2026-09-30", "Bo").left_on) == "NaT"
    assert deals(found).manager.to_dict() == {"1": "Bo", "2": "unknown", "3": "Bo"}
    assert deals(found).team["1"] == "A" and deals(found).team["3"] == "B"


def test_two_rows_of_one_day_that_contradict_are_said_and_one_counts(tmp_path):
    twice = [["Cy", "", "A", "", "", "", "", "", ""], ["Cy", "", "B", "Hal", "", "2026-05-01", "", "", "100"],
             ["Di", "", "A", "", "", "", "", "", ""], ["Di", "", "", "Ida", "", "", "", "", ""]]  # fmt: skip
    found = beside(tmp_path, "managers", [PEOPLE, *twice])
    assert said(found)["manager twice"] == {"people": 1, "names": "Cy", "columns": "team"}
    assert rules(found) == {("another row of the manager", "set aside"): 2}
    rows = table(found, "managers").set_index("manager")
    assert (rows.team["Cy"], rows["head"]["Cy"]) == ("B", "Hal")  # the one hired last
    assert (rows.team["Di"], rows["head"]["Di"]) == ("A", "Ida")  # no contradiction: one row of both


def test_frames_in_memory_have_one_row_a_day_too():
    people = pd.DataFrame({"manager": ["Ann", "Ann"], "from": [None, pd.Timestamp("2026-06-01")], "team": ["N", "S"]})
    frame = pd.DataFrame(ROWS[1:], columns=HEAD).assign(closed_at=lambda x: x.closed_at.replace("", None))
    found = book(frame, managers=people, month="2026-09")
    assert [person(found, day).team for day in ("2026-05-31", "2026-06-01")] == ["N", "S"]


REVIEW = ["manager", "at", "call_type", "score"]


def scored(folder, values, heading="score", **more):
    rows = [[*REVIEW[:3], heading], *(["Ann", f"2026-09-{n:02d}", "needs", one] for n, one in enumerate(values, 1))]
    named = {"columns": {"reviews": {"score": heading}}} if heading != "score" else {}
    found = beside(folder, "reviews", rows, **named, **more)
    return found, table(found, "reviews").score.tolist()


@pytest.mark.parametrize(
    ("values", "heading", "right", "scale"),
    [
        (["0.8", "0.55", "1"], "score", [80, 55, 100], 1), (["80", "79,99", "100"], "score", [80, 79.99, 100], None),
        (["80%", "55%"], "score", [80, 55], None), (["3", "5", "4,5"], "score", [60, 100, 90], 5), (["7", "9"], "score", [70, 90], 10),
        (["17/20", "4 из 5"], "score", [85, 80], None), (["12", "15"], "Балл (макс. 20)", [60, 75], 20),
        (["0", "0"], "score", [0, 0], None),
    ],
)  # fmt: skip
def test_the_whole_column_tells_its_scale_and_that_is_said(tmp_path, values, heading, right, scale):
    found, scores = scored(tmp_path, values, heading)
    assert scores == right
    assert [a.values["scale"] for a in found.assumed if a.code == "score scale"] == ([scale] if scale else [])
    assert "scores aside" not in said(found)


@pytest.mark.parametrize(
    ("values", "kept", "aside"),
    [
        ([*map(str, range(40, 80)), "130"], 40, ["130"]),  # one of many: that one
        (["0.85", "70", "90"], 2, ["0.85"]),  # a share among scores of 100
        (["120", "90", "140"], 0, ["120", "90", "140"]),  # another scale: all of them
        (["-5", "70"], 1, ["-5"]),
    ],
)
def test_a_score_on_no_scale_is_set_aside_with_its_reason(tmp_path, values, kept, aside):
    rows = [REVIEW, *(["Ann", f"2026-08-{n % 28 + 1:02d}", f"t{n}", one] for n, one in enumerate(values, 1))]
    found = beside(tmp_path, "reviews", rows)
    assert len(table(found, "reviews")) == kept
    assert rules(found) == {("score out of its scale", "set aside"): len(aside)}
    assert found.ledger["value"].tolist() == aside and said(found)["scores aside"]["rows"] == len(aside)


def test_a_score_that_is_no_number_is_missing_and_never_nought(tmp_path):
    found, scores = scored(tmp_path, ["80%", "x%", "n/a", "70%"])
    assert scores == [80, 70] and rules(found)["no score", "set aside"] == 2


def test_scores_far_from_a_hundred_are_remarked_on(tmp_path):
    found, scores = scored(tmp_path, ["12", "18"])
    assert scores == [12, 18] and said(found)["low scores"]["highest"] == 18


def items_of(found):
    return [json.loads(text) if isinstance(text, str) else None for text in table(found, "reviews")["items"]]


def test_a_column_for_each_item_and_a_total_that_is_their_sum(tmp_path):
    rows = [[*REVIEW, "Hello", "Next step", "Budget"],
            ["Ann", "2026-09-01", "needs", "3", "1", "да", "+"], ["Ann", "2026-09-02", "needs", "1", "0", "нет", "+"],
            ["Bo", "2026-09-03", "objections", "0", "0", "н/п", "-"], ["Bo", "2026-09-04", "objections", "1", "", "", "что-то"]]  # fmt: skip
    named = {"reviews": {"items": ["Hello", "Next step", "Budget"]}}
    found = beside(tmp_path, "reviews", rows, columns=named)
    assert items_of(found) == [{"Hello": 1, "Next step": 1, "Budget": 1}, {"Hello": 0, "Next step": 0, "Budget": 1},
                               {"Hello": 0, "Budget": 0}, None]  # fmt: skip
    assert table(found, "reviews").score.round(2).tolist() == [100, 33.33, 0, 33.33]
    assert said(found)["items not read"] == {"headings": "Budget", "rows": 1, "words": "'что-то'"}


def test_items_in_points_are_shares_of_the_sheets_own_scale(tmp_path):
    rows = [[*REVIEW, "Hello", "Close", "Listen (max 2)"],
            ["Ann", "2026-09-01", "needs", "90", "4", "1", "2"], ["Ann", "2026-09-02", "needs", "80", "2", "1", "1"]]  # fmt: skip
    named = {"reviews": {"items": ["Hello", "Close", "Listen (max 2)"]}}
    found = beside(tmp_path, "reviews", rows, columns=named)
    # a column of ones beside points from 1 up is the lowest mark, and no yes
    assert items_of(found) == [
        {"Hello": 0.8, "Close": 0.2, "Listen (max 2)": 1},
        {"Hello": 0.4, "Close": 0.2, "Listen (max 2)": 0.5},
    ]
    told = [a.values for a in found.assumed if a.code == "item scale"]
    assert [(one["headings"], one["scale"]) for one in told] == [("Hello, Close", 5)]


def test_items_of_a_weight_that_nothing_tells_are_left_out_and_said(tmp_path):
    rows = [
        [*REVIEW, "A", "B"],
        ["Ann", "2026-09-01", "needs", "90", "15", "1"],
        ["Ann", "2026-09-02", "needs", "80", "10", "0"],
    ]
    found = beside(tmp_path, "reviews", rows, columns={"reviews": {"items": ["A", "B"]}})
    assert items_of(found) == [{"B": 1}, {"B": 0}] and said(found)["items not read"]["headings"] == "A"


@pytest.mark.parametrize(
    "text", ['{"Hello": 1, "Close": 0.5}', "Hello=1; Close=0,5", '{"Hello": true, "Close": "частично"}']
)
def test_items_that_stand_in_one_cell(tmp_path, text):
    found = beside(tmp_path, "reviews", [[*REVIEW, "items"], ["Ann", "2026-09-01", "needs", "80", text]])
    assert items_of(found) == [{"Hello": 1, "Close": 0.5}]


@pytest.mark.parametrize(
    ("word", "value"),
    [("Выявление потребности", "needs"), ("потребности", "needs"), ("Qualification", "needs"), ("DISCOVERY", "needs"),
     ("Работа с возражениями", "objections"), ("возражения", "objections"), ("Objection handling", "objections"), ("Презентация", "Презентация")],
)  # fmt: skip
def test_call_types_in_words_and_others_that_stay_and_are_told_once(tmp_path, word, value):
    rows = [REVIEW, ["Ann", "2026-09-01", word, "80"], ["Ann", "2026-09-02", word, "81"]]
    found = beside(tmp_path, "reviews", rows)
    assert table(found, "reviews").call_type.tolist() == [value, value]
    told = [n.values["words"] for n in found.notices if n.code == "unlisted words"]
    assert told == ([f"'{word}' (2)"] if word == value else [])


@pytest.mark.parametrize(
    ("ai", "reviewer", "right"),
    [("да", "Olga", True), ("", "Olga", None), ("0", "AI", False), ("AI", "", True), ("вручную", "Olga", False), ("", "GPT-4 bot", True),
     ("нейросеть", "", True), ("", "Aida", None)],
)  # fmt: skip
def test_who_scored_a_person_or_a_program(tmp_path, ai, reviewer, right):
    rows = [[*REVIEW, "ai", "reviewer"], ["Ann", "2026-09-01", "needs", "80", ai, reviewer]]
    (value,) = table(beside(tmp_path, "reviews", rows), "reviews").ai.tolist()
    assert (None if pd.isna(value) else bool(value)) is right


def test_a_recordings_link_finds_its_call_and_else_stands_for_it(tmp_path):
    calls = [["at", "kind", "manager", "touch_id", "record_url"], ["2026-09-01 10:00", "call", "Ann", "c7", "https://r/7"],
             ["2026-09-01 11:00", "call", "Ann", "c8", "https://r/8"], ["2026-09-01 12:00", "call", "Ann", "c9", "https://r/8"]]  # fmt: skip
    written(tmp_path, calls, "calls.csv")
    rows = [
        [*REVIEW, "call_id"],
        *(
            ["Ann", f"2026-09-0{n}", "needs", "80", link]
            for n, link in enumerate(["https://r/7", "https://r/8", "c9"], 1)
        ),
    ]
    written(tmp_path, rows, "reviews.csv")
    found = opened(
        tmp_path, ROWS, data={"deals": "deals.csv", "touches": "calls.csv", "reviews": "reviews.csv"}, month="2026-09"
    )
    assert table(found, "reviews").call_id.tolist() == ["c7", "https://r/8", "c9"]


PLAN = [["Месяц", "Менеджер", "Исходящие звонки", "Минуты разговора", "План выручки, $"], ["09.2026", "Ann", "400", "900", "12 000 $"],
        ["09.2026", "Bo", "", "800", "10 000 $"]]  # fmt: skip


def test_plans_with_a_column_for_each_metric_and_no_rate_on_counts(tmp_path):
    named = {"plans": {"month": "Месяц", "manager": "Менеджер", "value": PLAN[0][2:]}}
    found = beside(tmp_path, "plans", PLAN, columns=named, currency="RUB", rates={"USD": 90})
    plans = table(found, "plans").set_index(["metric", "manager"]).value
    assert plans.to_dict() == {("calls_out", "Ann"): 400, ("talk_minutes", "Ann"): 900, ("talk_minutes", "Bo"): 800,
                               ("amount", "Ann"): 1_080_000, ("amount", "Bo"): 900_000}  # fmt: skip


def test_a_currency_beside_a_count_converts_nothing(tmp_path):
    rows = [["month", "metric", "value"], ["2026-09", "исходящие звонки", "400 $"], ["2026-09", "выручка", "400 $"]]
    found = beside(tmp_path, "plans", rows, currency="RUB", rates={"USD": 90})
    assert table(found, "plans").set_index("metric").value.to_dict() == {"calls_out": 400, "amount": 36_000}
    assert rules(found) == {("currency converted", "mended"): 1}


def test_a_value_that_is_no_number_is_told_of_its_own_metric_alone(tmp_path):
    rows = [*PLAN[:1], ["09.2026", "Ann", "много", "900", "12 000"]]
    named = {"plans": {"month": "Месяц", "manager": "Менеджер", "value": PLAN[0][2:]}}
    found = beside(tmp_path, "plans", rows, columns=named)
    assert said(found)["unread column"]["rows"] == 1 and rules(found)["value: not a money", "mended"] == 1
    assert sorted(table(found, "plans").metric) == ["amount", "talk_minutes"]


REPS = ["Анна Иванова", "Борис Петров", "Вера Сидорова"]
DEALS = [["Номер сделки", "Менеджер", "Дата создания", "Дата закрытия", "Статус", "Сумма"],
         *([str(n), REPS[n % 3], f"2026-0{1 + n % 8}-0{1 + n % 7}", f"2026-09-{18 + n}",
            ["Успешно реализовано", "Закрыто и не реализовано"][n % 2], str(1000 * n)] for n in range(1, 13))]  # fmt: skip


def made(folder, name, rows):
    """The params that `init` writes of deals and one more file, its lines, and the Book."""
    written(folder, DEALS, "сделки.csv")
    written(folder, rows, name)
    lines = list(init([str(folder / "сделки.csv"), str(folder / name)], folder / "p.yaml"))
    params = load_params(folder / "p.yaml")
    return params.columns, lines, open_book(params, month="2026-09")


def test_init_reads_a_russian_sheet_of_a_quality_desk(tmp_path):
    head = ["№", "Менеджер", "Дата проверки", "Дата звонка", "Тип звонка", "Ссылка на запись", "Приветствие", "Выяснил бюджет",
            "Договорился о следующем шаге", "Итоговый балл", "Проверяющий", "ИИ"]  # fmt: skip
    kinds = ["Выявление потребностей", "Работа с возражениями"]
    rows = [[str(n), REPS[n % 3], f"{20 + n % 5}.09.2026", f"{10 + n}.09.2026", kinds[n % 2], f"https://rec/{n}", "да" if n % 2 else "нет",
             "+" if n % 3 else "-", str(n % 2), str(2 * (n % 2) + (n % 3 > 0)), "Ольга", "да" if n == 5 else "нет"] for n in range(1, 10)]  # fmt: skip
    columns, _, found = made(tmp_path, "оценки.csv", [head, *rows])
    assert columns["reviews"] == {
        "manager": "Менеджер", "at": "Дата звонка", "call_type": "Тип звонка", "score": "Итоговый балл", "call_id": "Ссылка на запись",
        "reviewer": "Проверяющий", "ai": "ИИ", "items": ["Приветствие", "Выяснил бюджет", "Договорился о следующем шаге"]}  # fmt: skip
    read = table(found, "reviews")
    assert read["at"].dt.day.tolist() == [*range(11, 20)] and read.ai.tolist() == [n == 5 for n in range(1, 10)]
    assert read.score.round(2).tolist()[:3] == [100, 33.33, 66.67] and set(read.call_type) == {"needs", "objections"}
    assert items_of(found)[1] == {"Приветствие": 0, "Выяснил бюджет": 1, "Договорился о следующем шаге": 0}


def test_init_reads_an_english_sheet_in_points_and_shares(tmp_path):
    head = ["Rep", "Call date", "Call type", "Greeting", "Needs asked", "Closing", "Score, %", "Reviewed by"]
    rows = [[REPS[n % 3], f"2026-09-{10 + n}", ["Discovery", "Objection handling"][n % 2], str(1 + n % 5), str(1 + (n + 2) % 5), "5",
             f"{0.5 + n / 20}", "QA bot" if n == 3 else "Olga"] for n in range(1, 10)]  # fmt: skip
    columns, _, found = made(tmp_path, "quality.csv", [head, *rows])
    assert (
        columns["reviews"]["items"] == ["Greeting", "Needs asked", "Closing"]
        and columns["reviews"]["reviewer"] == "Reviewed by"
    )
    read = table(found, "reviews")
    assert read.score.tolist()[:2] == [55, 60] and items_of(found)[0] == {
        "Greeting": 0.4,
        "Needs asked": 0.8,
        "Closing": 1,
    }
    assert read.ai.tolist()[2] == 1 and read.ai.notna().sum() == 1


def test_a_date_of_the_check_alone_is_marked_as_a_guess(tmp_path):
    head = ["Менеджер", "Дата проверки", "Тип звонка", "Оценка"]
    made(
        tmp_path,
        "оценки.csv",
        [head, *([REPS[n % 3], f"{10 + n}.09.2026", "потребности", str(70 + n)] for n in range(1, 10))],
    )
    assert "at: Дата проверки  # likely" in (tmp_path / "p.yaml").read_text(encoding="utf-8")


def test_init_reads_plans_with_a_column_for_each_metric_and_says_what_it_leaves(tmp_path):
    rows = [
        ["Месяц", "Менеджер", "Исходящие звонки", "Минуты", "Выручка", "Звонки"],
        *(["09.2026", one, "400", "900", "12000", "7"] for one in REPS),
    ]
    columns, lines, found = made(tmp_path, "планы.csv", rows)
    assert columns["plans"]["value"] == ["Исходящие звонки", "Минуты", "Выручка"]
    assert any("not read, for they name no metric" in line and "Звонки" in line for line in lines)
    assert sorted(table(found, "plans").metric.unique()) == ["amount", "calls_out", "talk_minutes"]


@pytest.mark.parametrize(
    ("head", "cells"),
    [(["Месяц", "Менеджер", "Показатель", "План"], ["09.2026", "", "исходящие звонки", "400"]),
     (["Month", "Rep", "Metric", "Target"], ["2026-09", "", "Talk time", "400"])],
)  # fmt: skip
def test_init_reads_plans_with_metrics_in_words(tmp_path, head, cells):
    _, _, found = made(tmp_path, "plans.csv", [head, *([cells[0], one, *cells[2:]] for one in REPS)])
    assert table(found, "plans").metric.isin(["calls_out", "talk_minutes"]).all() and len(table(found, "plans")) == 3


def test_init_reads_managers_with_history_and_schedule(tmp_path):
    head = ["Сотрудник", "Действует с", "Отдел", "РОП", "Роль", "График работы", "Дата приема"]
    rows = [[REPS[0], "", "Север", "Ира", "хантер", "5/2", "01.02.2020"], [REPS[0], "01.06.2026", "Юг", "Олег", "клоузер", "2/2", ""],
            [REPS[1], "", "Юг", "Олег", "клоузер", "2/2", "01.02.2021"]]  # fmt: skip
    columns, _, found = made(tmp_path, "сотрудники.csv", [head, *rows])
    names = {"manager": "Сотрудник", "from": "Действует с", "team": "Отдел", "head": "РОП", "role": "Роль", "schedule": "График работы",
             "hired_on": "Дата приема"}  # fmt: skip
    assert columns["managers"] == names
    now, then = person(found, "2026-09-30", REPS[0]), person(found, "2026-05-31", REPS[0])
    assert (now.team, now.schedule, then.team, then.schedule) == ("Юг", "2/2", "Север", "5/2")


@pytest.mark.parametrize(
    "head", [["Сотрудник", "Вид отсутствия", "С", "По"], ["Сотрудник", "Причина", "Дата начала", "Дата окончания"], ["Employee", "Reason", "First day", "Last day"],
             ["Employee", "Type", "From", "To"]],
)  # fmt: skip
def test_init_reads_absences(tmp_path, head):
    _, _, found = made(
        tmp_path,
        "absences.csv",
        [head, [REPS[0], "отпуск", "2026-09-01", "2026-09-14"], [REPS[1], "отпуск", "2026-09-02", "2026-09-03"]],
    )
    read = table(found, "absences")
    assert [str(day)[:10] for day in (read["from"][0], read["to"][0])] == ["2026-09-01", "2026-09-14"]


def test_marks_and_scales_by_themselves():
    assert [mark(text) for text in ("да", "Нет", "+", "✗", "частично", "4/5", "н/п", "")] == [
        1,
        0,
        1,
        0,
        0.5,
        0.8,
        None,
        None,
    ]
    assert mark("-", dash=True) == 0 and mark("-") is None
    with pytest.raises(ValueError, match="ошибка"):
        mark("ошибка")
    assert (
        are_marks({"+", "-"}) and not are_marks({"-"}) and not are_marks({"1", "12"}) and not are_marks({"Ann", "да"})
    )
    assert [item_scale(n) for n in (2, 3, 4, 6, 11, 50, 51, 100, 101)] == [2, 3, 5, 10, None, None, 100, 100, None]
    assert [scale_of([n]).most for n in (1, 1.01, 5, 5.1, 10, 10.1, 100)] == [1, 5, 5, 10, 10, 100, 100]
    assert most_of("Оценка за 09/2026") is None and most_of("Score /50") == 50
