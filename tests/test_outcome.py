"""`init` finds the column that says how deals ended, where none that is called status does."""

import csv

import pytest
import yaml

from salesnb.source.book import open_book
from salesnb.source.recognise import init, recognise
from tests.exports import deals

HEAD = ["id", "name", "owner", "created", "closed"]
WON, LOST, OPEN = (1, "2026-09-05"), (2, "2026-09-20"), (3, "")


def read(tmp_path, monkeypatch, head, ends, rows=12, counted=True):
    """What `init` says and writes of a third each of won, lost and open deals, and how the book has them.

    `ends` gives the last cells of a deal by its number from 1 (won), 2 (lost), 3 (open); `counted` whether a book is opened:
    where no deal is known to be closed the export ends with its last creation.
    """
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    with open("deals.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([*HEAD, *head])
        for n in range(rows):
            kind, closed = (WON, LOST, OPEN)[n % 3]
            table.writerow([f"{n + 1}a", f"Deal {n}", ("Ann", "Bo")[n % 2], "2026-08-01", closed, *ends(kind)])
    lines = list(init(["deals.csv"], tmp_path / "p.yaml"))
    status = list(deals(open_book(tmp_path / "p.yaml", "2026-09"))["status"]) if counted else []
    return "\n".join(lines), yaml.safe_load((tmp_path / "p.yaml").read_text()), status


AS_TOLD = ["won", "lost", "open"] * 4


@pytest.mark.parametrize(
    ("heading", "words"),
    [("win", ("True", "False", "")), ("is_won", ("1", "0", "")), ("Выиграна", ("Да", "Нет", "")), ("Deal won?", ("yes", "no", ""))],
)  # fmt: skip
def test_a_column_of_yes_no_and_nothing_says_who_won(tmp_path, monkeypatch, heading, words):
    said, params, status = read(tmp_path, monkeypatch, ["stage", heading], lambda kind: ("Demo", words[kind - 1]))
    assert status == AS_TOLD
    assert params["columns"]["deals"]["status"] == heading
    assert f"{words[0]} is won, {words[1]} is lost, (blank) is open; lost deals have a closing date" in said


def test_no_on_open_deals_too_is_asked_about(tmp_path, monkeypatch):
    said, params, status = read(tmp_path, monkeypatch, ["won"], lambda kind: ("yes" if kind == 1 else "no",))
    assert params["values"]["status"] == {"won": ["yes"], "ask": ["no"]}
    assert status == ["won", "open", "open"] * 4 and "what no means is asked" in said


def test_yes_and_no_is_not_asked_where_a_status_speaks(tmp_path, monkeypatch):
    words = {1: ("Won", "no"), 2: ("Lost", "yes"), 3: ("Open", "")}
    _, params, status = read(tmp_path, monkeypatch, ["status", "win"], words.get)
    assert status == AS_TOLD and "status" not in params["columns"]["deals"]


def test_of_two_columns_of_status_the_one_that_says_how_it_ended_is_taken(tmp_path, monkeypatch):
    words = {1: ("Закрыта", "Полная победа"), 2: ("Закрыта", "Проигрыш по цене"), 3: ("Активна", "")}
    said, params, _ = read(tmp_path, monkeypatch, ["Текущий статус", "Статус закрытия"], words.get)
    assert params["columns"]["deals"]["status"] == "Статус закрытия"
    assert {"Полная победа", "Проигрыш по цене"} <= set(params["values"]["status"]["ask"])


def test_a_stage_that_says_both_ends_comes_before_a_status_that_says_none(tmp_path, monkeypatch):
    words = {1: ("Active", "Closed Won"), 2: ("Active", "Closed Lost"), 3: ("Active", "Proposal")}
    assert read(tmp_path, monkeypatch, ["status", "stage"], words.get)[2] == AS_TOLD


def test_a_status_that_says_one_end_is_kept(tmp_path, monkeypatch):
    words = {1: ("Won", "Paid"), 2: ("Archive", "No answer"), 3: ("Working", "Demo")}
    _, params, _ = read(tmp_path, monkeypatch, ["status", "stage"], words.get)
    assert "status" not in params["columns"]["deals"]


def test_the_closing_is_filled_on_the_deals_that_ended(tmp_path, monkeypatch):
    ended = {1: ("won", "2026-09-07"), 2: ("lost", "2026-09-08"), 3: ("open", "")}
    monkeypatch.setattr("tests.test_outcome.OPEN", (3, "2026-12-01"))  # in "closed" stands the day that is expected
    _, params, status = read(tmp_path, monkeypatch, ["status", "resolved_at"], ended.get)
    assert params["columns"]["deals"]["closed_at"] == "resolved_at" and status == AS_TOLD


def test_a_date_on_won_deals_alone_is_no_closing(tmp_path, monkeypatch):
    ended = {1: ("won", "2026-09-07"), 2: ("lost", ""), 3: ("open", "")}
    monkeypatch.setattr("tests.test_outcome.OPEN", (3, "2026-12-01"))
    _, params, _ = read(tmp_path, monkeypatch, ["status", "signed_at"], ended.get)
    assert "closed_at" not in params["columns"]["deals"] or params["columns"]["deals"]["closed_at"] == "closed"


def test_headings_of_any_table_are_no_marks_of_a_crm():
    assert recognise(["id", "owner_id", "created_date", "close_date", "status"]).name == "canonical"
    assert recognise(["ID", "OWNERID", "CREATEDDATE", "CLOSEDATE", "STAGENAME"]).name == "salesforce"


def test_the_day_of_creation_is_surer_than_a_start(tmp_path, monkeypatch):
    words = {1: ("won", "2026-07-30"), 2: ("lost", "2026-07-30"), 3: ("open", "2026-07-30")}
    _, params, _ = read(tmp_path, monkeypatch, ["status", "start_date"], words.get)
    assert params["columns"]["deals"].get("created_at", "created") == "created"


CODES = {1: ("7", ""), 2: ("3", "Price"), 3: ("0", "")}


def test_codes_are_told_by_closing_dates_and_lost_reasons(tmp_path, monkeypatch):
    said, params, status = read(tmp_path, monkeypatch, ["status", "lost_reason"], CODES.get, rows=30)
    assert status == [
        {"1": "won", "2": "lost", "0": "open"}[str(int(n[:-1]) % 3)] for n in sorted(f"{i + 1}a" for i in range(30))
    ]
    assert params["values"]["status"] == {"won": ["7"], "lost": ["3"], "open": ["0"]}
    assert (
        "likely: 7 is won (a date in closed and nothing in lost_reason), 3 is lost (both), 0 is open (neither)" in said
    )
    assert "# likely, by closing dates and lost reasons" in (tmp_path / "p.yaml").read_text()


@pytest.mark.parametrize(
    "ends",
    [
        {1: ("7", "Gift"), 2: ("3", "Price"), 3: ("0", "")},  # a reason on both ends
        {1: ("Cancelled", ""), 2: ("3", "Price"), 3: ("0", "")},  # the word says otherwise
        {1: ("Lost", ""), 2: ("3", "Price"), 3: ("0", "")},  # so does the list
        {1: ("0", ""), 2: ("3", "Price"), 3: ("0", "")},  # one word on deals with and without a date
    ],
)
def test_what_stands_beside_a_word_settles_it_only_where_it_is_plain(tmp_path, monkeypatch, ends):
    said, params, _ = read(tmp_path, monkeypatch, ["status", "lost_reason"], ends.get, rows=30, counted=False)
    assert "likely:" not in said and params["values"]["status"]["ask"]


def test_words_that_are_known_are_not_called_likely(tmp_path, monkeypatch):
    ends = {1: ("Won", ""), 2: ("Lost", "Price"), 3: ("Open", "")}
    said, _, status = read(tmp_path, monkeypatch, ["status", "lost_reason"], ends.get, rows=30)
    assert "likely:" not in said and "# likely, by" not in (tmp_path / "p.yaml").read_text()
    assert status.count("won") == status.count("lost") == 10


def test_few_rows_settle_no_code(tmp_path, monkeypatch):
    assert "likely:" not in read(tmp_path, monkeypatch, ["status", "lost_reason"], CODES.get, counted=False)[0]


def test_letters_of_won_and_lost_are_no_question(tmp_path, monkeypatch):
    said, params, status = read(tmp_path, monkeypatch, ["status"], {1: ("W",), 2: ("L",), 3: ("O",)}.get)
    assert status == AS_TOLD and "the column status: W is won, L is lost, O is open" in said
    assert "ask" not in params["values"]["status"]


@pytest.mark.parametrize("words", [("W", "L", "X"), ("W", "O", "O"), ("A", "B", "C")])
def test_other_letters_are_asked_about(tmp_path, monkeypatch, words):
    _, params, _ = read(tmp_path, monkeypatch, ["status"], lambda kind: (words[kind - 1],), counted=False)
    assert params["values"]["status"]["ask"]


def test_letters_of_closed_lost_and_open_are_told(tmp_path, monkeypatch):
    _, params, status = read(tmp_path, monkeypatch, ["Status"], lambda kind: (" CLO"[kind],))
    assert status == AS_TOLD and params["values"]["status"] == {"won": ["C"], "lost": ["L"], "open": ["O"]}


def test_any_column_of_reasons_tells_the_codes(tmp_path, monkeypatch):
    words = {1: ("1", "", ""), 2: ("3", "too dear", "7"), 3: ("0", "", "")}
    n = iter(range(99))

    def ends(kind):  # the text is on half of the lost deals, the id on each
        status, text, code = words[kind]
        return status, text if next(n) % 2 else "", code

    _, params, status = read(tmp_path, monkeypatch, ["status", "reason_close", "lost_reason_id"], ends, rows=60)
    assert sorted(status) == sorted(AS_TOLD * 5) and params["values"]["status"] == {
        "won": ["1"],
        "lost": ["3"],
        "open": ["0"],
    }


def test_lost_deals_without_a_day_are_told_with_the_line_that_gives_one(tmp_path, monkeypatch):
    words = {1: ("Won", "2026-09-05", "2026-09-05"), 2: ("Lost", "", "2026-09-20"), 3: ("Open", "", "2026-09-21")}
    monkeypatch.setattr("tests.test_outcome.HEAD", [*HEAD[:4], "note"])
    said, _, _ = read(tmp_path, monkeypatch, ["status", "closed date", "last modified"], words.get)
    line = "write `columns: deals: closed_at: [closed date, last modified]`"
    assert "closed date stands on 4 of 4 won deals and on 0 of 4 lost ones" in said and line in said
    text = (
        (tmp_path / "p.yaml").read_text().replace("closed_at: closed date", "closed_at: [closed date, last modified]")
    )
    (tmp_path / "p.yaml").write_text(text)
    table = open_book(tmp_path / "p.yaml", "2026-09").table("deals")
    assert table.groupby("status")["closed_at"].count().to_dict() == {"lost": 4, "open": 0, "won": 4}


def test_what_comes_next_is_no_stage(tmp_path, monkeypatch):
    words = {1: ("Won", "call back"), 2: ("Lost", "write"), 3: ("Demo", "send offer")}
    _, params, _ = read(tmp_path, monkeypatch, ["status", "Next Step"], words.get, counted=False)
    assert params["columns"]["deals"].get("stage") != "Next Step"


def told(tmp_path, monkeypatch, rows):
    """What `init` says and writes of these rows, the headings first, and the deals as the book has them."""
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    with open("deals.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    lines = list(init(["deals.csv"], tmp_path / "p.yaml"))
    found = deals(open_book(tmp_path / "p.yaml", "2026-09"))
    return "\n".join(lines), yaml.safe_load((tmp_path / "p.yaml").read_text()), found


DAYS = {1: ("2026-09-05", ""), 2: ("", "2026-09-20"), 3: ("", "")}


@pytest.mark.parametrize(
    ("first", "second", "status", "words"),
    [
        ("Sipariş Tarihi", "Kayıp Tarihi", "Durum", ("Onay geldi", "Gitti", "Takipte")),
        ("受注日", "失注日", "商談フェーズ", ("決定", "見送り", "提案")),
        ("Data wygrania", "Data przegrania", "Status", ("Tak", "Nie", "Rozmowy")),
        ("Fecha ganado", "Fecha perdido", "Estado", ("Firma", "Adiós", "Charla")),
    ],
)
def test_days_of_won_and_of_lost_say_what_the_words_mean(tmp_path, monkeypatch, first, second, status, words):
    head = ["id", "owner", "created", status, first, second, "Valid until"]
    ends = [(word, *DAYS[n]) for n, word in enumerate(words, 1)]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", *ends[n % 3], "2026-10-01"] for n in range(12)]
    said, params, found = told(tmp_path, monkeypatch, [head, *rows])
    assert params["columns"]["deals"]["closed_at"] == [first, second]
    assert list(found["status"]) == AS_TOLD
    assert f"{words[0]} is won, {words[1]} is lost, {words[2]} is open; by the dates in" in said


def test_a_day_of_the_next_call_is_no_closing_beside_another(tmp_path, monkeypatch):
    def ends(kind):
        return (
            ("Signé", "Perdu", "Relance")[kind - 1],
            ("2026-09-05", "2026-09-20", "")[kind - 1],
            ("", "", "2026-10-20")[kind - 1],
        )

    _, params, found = read(tmp_path, monkeypatch, ["Statut", "Date réponse", "Prochaine relance"], ends)
    assert params["columns"]["deals"].get("closed_at") != ["Date réponse", "Prochaine relance"] and found == AS_TOLD


def test_the_last_change_of_the_stage_closes_where_nothing_else_does(tmp_path, monkeypatch):
    rows = [
        [f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", ("Won", "Lost", "Demo")[n % 3], "2026-09-10"]
        for n in range(12)
    ]
    _, params, found = told(
        tmp_path, monkeypatch, [["id", "owner", "created", "stage", "lastStageChangeTimestamp"], *rows]
    )
    assert params["columns"]["deals"]["closed_at"] == "lastStageChangeTimestamp"
    assert list(found["status"]) == AS_TOLD and found["expected_close_at"].isna().all()


def test_an_empty_column_leaves_its_place_to_a_full_one(tmp_path, monkeypatch):
    ends = [("Won", "", "2026-09-05"), ("Lost", "", "2026-09-20"), ("Demo", "", "")]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", *ends[n % 3]] for n in range(12)]
    _, params, found = told(
        tmp_path, monkeypatch, [["id", "owner", "created_at", "stage", "closed_at", "sales_closed_at"], *rows]
    )
    assert params["columns"]["deals"]["closed_at"] == "sales_closed_at" and list(found["status"]) == AS_TOLD


def test_of_two_closed_words_the_one_without_reasons_is_won_beside_a_known_lost(tmp_path, monkeypatch):
    ends = [("Perdido", "2026-09-05", "Preço"), ("Fechado", "2026-09-20", ""), ("Em andamento", "", "")]
    rows = [[f"{n:02}a", ("Ana", "Bo")[n % 2], "2026-08-01", *ends[n % 3]] for n in range(60)]
    for row in rows[:6:3]:
        row[-1] = ""  # a reason is not always written down
    head = ["Nº", "Vendedor", "Data de entrada", "Situação", "Data do fechamento", "Motivo da perda"]
    said, params, found = told(tmp_path, monkeypatch, [[*head, "Etapa"], *([*row, "Visita"] for row in rows)])
    assert params["values"]["status"]["won"] == ["Fechado"] and "likely: Fechado is won" in said
    assert list(found["status"]) == ["lost", "won", "open"] * 20


def test_a_day_on_which_an_answer_is_due_is_no_closing(tmp_path, monkeypatch):
    ends = [("Gagné", "2026-09-05"), ("Perdu", "2026-09-20"), ("En cours", "2026-09-22")]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", "2026-11-30", *ends[n % 3]] for n in range(12)]
    head = [
        "Identifiant",
        "Responsable",
        "Date de création",
        "Date d'échéance",
        "Statut",
        "Date du dernier changement de statut",
    ]
    _, params, found = told(tmp_path, monkeypatch, [head, *rows])
    assert params["columns"]["deals"]["closed_at"] == head[-1] and list(found["status"]) == AS_TOLD


def test_the_day_of_a_loss_stands_beside_the_day_of_closing_of_the_won(tmp_path, monkeypatch):
    ends = [("3", "2026-09-05", ""), ("2", "", "2026-09-20"), ("1", "", "")]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", *ends[n % 3]] for n in range(12)]
    said, params, found = told(
        tmp_path, monkeypatch, [["id", "owner", "createDate", "status", "closedDate", "lostDate"], *rows]
    )
    assert params["columns"]["deals"]["closed_at"] == ["closedDate", "lostDate"] and list(found["status"]) == AS_TOLD
    assert "3 is won, 2 is lost, 1 is open; by the dates in closedDate and lostDate" in said


def test_a_flag_of_closed_leaves_the_status_to_the_word_beside_it(tmp_path, monkeypatch):
    ends = [("2", "1", "2026-09-05", ""), ("3", "1", "2026-09-20", "Price"), ("1", "0", "", "")]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", *ends[n % 3]] for n in range(60)]
    head = ["id", "owner", "date_created", "deal_result", "is_closed", "closed", "lost_reason"]
    _, params, found = told(tmp_path, monkeypatch, [head, *rows])
    assert params["columns"]["deals"]["status"] == "deal_result"
    assert list(found["status"]) == ["won", "lost", "open"] * 20


def test_a_column_that_only_says_again_how_a_deal_stands_is_no_segment(tmp_path, monkeypatch):
    ends = [
        ("Won", "2026-09-05", "Done"),
        ("Lost", "2026-09-20", "Done"),
        ("Offer", "", "In Progress"),
        ("Lead", "", "To Do"),
    ]
    head = ["id", "owner", "created", "Status", "closed", "Status Category"]
    rows = [[f"{n:02}a", ("Ann", "Bo")[n % 2], "2026-08-01", *ends[n % 4]] for n in range(40)]
    _, params, found = told(tmp_path, monkeypatch, [head, *rows])
    assert "segment" not in params["columns"]["deals"] and list(found["status"]) == ["won", "lost", "open", "open"] * 10
    for row, category in zip(rows, ["Food", "Steel", "Food", "Steel"] * 10, strict=True):
        row[-1] = category
    (tmp_path / "p.yaml").unlink()
    _, params, _ = told(tmp_path, monkeypatch, [[*head[:-1], "Industry"], *rows])
    assert params["columns"]["deals"]["segment"] == "Industry"
