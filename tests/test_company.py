"""`init` on everything that a company hands over: which table each file is, joins, evidence, questions."""

import csv
import io
import zipfile

import pytest
import sqlalchemy
import xlsxwriter
import yaml

from salesnb import cli
from salesnb.errors import DataError
from salesnb.measures.conversion import conversion
from salesnb.params import load_params
from salesnb.source.book import open_book
from salesnb.source.recognise import init
from tests import rest_company

DEALS = [
    ["deal_no", "rep_id", "stage_id", "pipeline_id", "opened_on", "closed_on", "worth", "origin_id", "account_no", "lead_no"],
    ["501", "7", "11", "1", "2026-08-01", "2026-09-03", "1000", "s1", "c1", "901"],
    ["502", "7", "12", "1", "2026-08-02", "2026-09-04", "2000", "s1", "c2", "902"],
    ["503", "8", "12", "1", "2026-08-03", "2026-09-05", "1500", "s2", "c1", ""],
    ["504", "8", "13", "1", "2026-08-04", "2026-09-06", "1500", "s2", "c3", "903"],
    ["505", "9", "10", "1", "2026-09-05", "", "700", "s3", "c2", ""],
    ["506", "9", "11", "1", "2026-08-06", "2026-09-08", "900", "s1", "c3", ""],
]  # fmt: skip
USERS = [
    ["id", "first_name", "last_name", "email", "department"],
    ["7", "Ann", "Berg", "ann@a.example", "North"], ["8", "Bob", "Cole", "bob@a.example", "South"],
    ["9", "Cem", "Dag", "cem@a.example", "North"], ["10", "Eve", "Fox", "eve@a.example", "South"],
]  # fmt: skip
STAGES = [
    ["id", "name", "pipeline_id", "sort_order", "is_won", "is_lost"],
    ["10", "Offer made", "1", "20", "0", "0"], ["11", "Signed off", "1", "30", "1", "0"], ["12", "Went elsewhere", "1", "40", "0", "1"],
    ["13", "No money", "1", "50", "0", "1"], ["14", "First talk", "1", "10", "0", "0"],
]  # fmt: skip
SOURCES = [["id", "source_name"], ["s1", "Site"], ["s2", "Fair"], ["s3", "Partner"]]
ACCOUNTS = [["account_no", "name", "industry"], ["c1", "Acme", "Food"], ["c2", "Bolt", "Steel"], ["c3", "Core", "Food"]]
LEADS = [
    ["lead_no", "created_at", "status", "source", "owner"],
    ["901", "2026-07-30", "converted", "Site", "Ann Berg"], ["902", "2026-07-31", "converted", "Site", "Ann Berg"],
    ["903", "2026-08-01", "converted", "Fair", "Bob Cole"], ["904", "2026-08-02", "junk", "Fair", "Bob Cole"],
]  # fmt: skip
FILES = {"deals": DEALS, "users": USERS, "stages": STAGES, "sources": SOURCES, "accounts": ACCOUNTS, "leads": LEADS}


def folder_of(folder, files=FILES):
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


def read(folder, *exports, ask=None):
    out = folder / "p.yaml"
    lines = list(init([str(one) for one in exports], out, ask=ask))
    return lines, out.read_text(encoding="utf-8"), open_book(load_params(out), month="2026-09")


def are_theirs(found):
    """The figures of the company above, worked by hand: 2 won of 5 closed; names instead of ids; stages in their order."""
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.lost) == (2, 3)
    table = found.deals.collect(backend="pandas").to_native().set_index("deal_id")
    assert dict(table.manager) == {"501": "Ann Berg", "502": "Ann Berg", "503": "Bob Cole", "504": "Bob Cole", "505": "Cem Dag", "506": "Cem Dag"}  # fmt: skip
    assert table.stage["505"] == "Offer made" and table.source["503"] == "Fair"
    assert found.params.stage_order == ["First talk", "Offer made"]
    leads = found.leads.collect(backend="pandas").to_native().set_index("lead_id")
    assert leads.deal_id["903"] == "504" and leads.deal_id.isna()["904"]
    clients = found.clients.collect(backend="pandas").to_native().set_index("client_id")
    assert dict(clients.segment) == {"c1": "Food", "c2": "Steel", "c3": "Food"}


def test_a_folder_of_related_files_is_one_company(tmp_path):
    lines, text, found = read(tmp_path, folder_of(tmp_path / "crm"))
    are_theirs(found)
    assert any(line.startswith("join: deals.rep_id → users.csv.id: manager = first_name + last_name") for line in lines)
    assert "# 100 % of the values of rep_id stand in id" in text


def test_the_order_of_stages_is_that_of_their_list_where_another_column_says_the_status(tmp_path):
    ends = {"11": "won", "12": "lost", "13": "lost"}
    deals = [[*DEALS[0], "outcome"], *([*row, ends.get(row[2], "open")] for row in DEALS[1:])]
    _, text, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"deals": deals}))
    are_theirs(found)
    assert "# a guess: the stage whose deals" not in text


@pytest.mark.parametrize("sure", ["1.0", "1", "100"])
def test_a_stage_that_closes_ends_as_its_probability_says(tmp_path, sure):
    stages = [
        ["id", "label", "pipeline_id", "display_order", "is_closed", "probability"],
        ["10", "Offer made", "1", "20", "false", "0.4"], ["11", "Signed off", "1", "30", "true", sure],
        ["12", "Went elsewhere", "1", "40", "true", "0.0"], ["13", "No money", "1", "50", "true", "0"],
        ["14", "First talk", "1", "10", "false", "0"],
    ]  # fmt: skip
    _, text, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"stages": stages}))
    are_theirs(found)
    assert "ask:" not in text


def test_a_list_that_has_every_person_once_is_one_of_people(tmp_path):
    names = [chr(65 + n % 26) + "li" + chr(97 + n // 26) for n in range(40)]
    users = [USERS[0], *USERS[1:], *([str(100 + n), name, "Rep", f"{n}@a.example", "North"] for n, name in enumerate(names))]  # fmt: skip
    absences = [["user_id", "date_from", "date_to", "reason"], *([row[0], "2026-09-01", "2026-09-05", "leave"] for row in users[1:])]  # fmt: skip
    _, _, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"users": users, "absences": absences}))
    are_theirs(found)
    assert set(found.absences.collect(backend="pandas").to_native().manager) >= {"Ann Berg", "Bob Cole", "Cem Dag"}


def changed(**tables):
    """The company above with other tables; each is given as a change of its rows."""
    return FILES | {name: change(FILES[name]) if callable(change) else change for name, change in tables.items()}


def renamed(rows, **headings):
    return [[headings.get(h, h) for h in rows[0]], *rows[1:]]


def widened(rows, heading, cells):
    return [[*rows[0], heading], *([*row, cell] for row, cell in zip(rows[1:], cells, strict=True))]


def many(rows, times):
    """The rows of a table of deals again and again, with ids of their own; months of which the report knows nothing."""
    more = [
        [f"{n}{row[0]}", *row[1:4], "2025-01-01", "2025-02-01" if row[5] else "", *row[6:]]
        for n in range(1, times)
        for row in rows[1:]
    ]
    return [*rows, *more]


def test_what_is_the_same_in_every_row_is_nobody_s_name(tmp_path):
    names = {"rep_id": "responsible_user.id", "stage_id": "current_phase.id", "origin_id": "source.id"}
    deals = many(DEALS, 8)
    for kind in ("responsible_user.type", "current_phase.type", "source.type"):
        deals = [[kind, *deals[0]], *([kind.split(".")[0], *row] for row in deals[1:])]
    files = changed(deals=renamed(deals, **names), stages=None, sources=None) | {
        "dealPhases": STAGES,
        "dealSources": SOURCES,
    }
    lines, _, found = read(tmp_path, folder_of(tmp_path / "crm", {name: rows for name, rows in files.items() if rows}))
    table = found.table("deals")
    assert set(table.manager) == {"Ann Berg", "Bob Cole", "Cem Dag"} and set(table.source) == {
        "Site",
        "Fair",
        "Partner",
    }
    assert "Signed off" in set(table.stage) and not any("could be clients" in line for line in lines)


def test_small_ids_are_looked_up_in_the_file_that_the_heading_names(tmp_path):
    """Contacts, users, stages and pipelines have ids of their own from 1: only the names part them."""
    contacts = [
        ["id", "name", "emails", "user_id"],
        *([str(n), f"Contact {chr(64 + n)}", "c@c.example", "8"] for n in range(1, 20)),
    ]
    pipelines = [["id", "name", "is_default"], ["1", "Default", "1"]]
    deals = widened(
        renamed(DEALS, rep_id="user_id", stage_id="deal_stage_id", pipeline_id="deal_pipeline_id"), "status", ["1"] * 6
    )
    users = [
        ["id", "name", "email"],
        ["7", "Ann Berg", "a@a.example"],
        ["8", "Bob Cole", "b@a.example"],
        ["9", "Cem Dag", "c@a.example"],
    ]
    stages = [
        ["id", "code", "name", "sort_order"],
        *(
            [row[0], name.lower(), name, row[3]]
            for row, name in zip(STAGES[1:], ("Offer made", "Won", "Lost", "Lost by price", "First talk"), strict=True)
        ),
    ]
    files = {
        "deals": deals,
        "contacts": contacts,
        "users": users,
        "deal_stages": stages,
        "deal_pipelines": pipelines,
        "sources": SOURCES,
    }
    lines, text, found = read(tmp_path, folder_of(tmp_path / "crm", files))
    table = found.table("deals").set_index("deal_id")
    assert dict(table.manager) == {"501": "Ann Berg", "502": "Ann Berg", "503": "Bob Cole", "504": "Bob Cole", "505": "Cem Dag", "506": "Cem Dag"}  # fmt: skip
    assert set(table.pipeline) == {"Default"} and table.stage["505"] == "Offer made"
    assert dict(table.status) == {
        "501": "won",
        "502": "lost",
        "503": "lost",
        "504": "open",
        "505": "open",
        "506": "won",
    }  # the list of stages says it
    assert "Lost by price" in text.split("ask:")[1]


def test_ids_of_five_digits_are_no_days_of_a_spreadsheet(tmp_path):
    ids = {"7": "41213", "8": "41214", "9": "41215", "10": "41216"}
    deals = [DEALS[0], *([row[0], ids[row[1]], *row[2:]] for row in DEALS[1:])]
    users = [USERS[0], *([ids[row[0]], *row[1:]] for row in USERS[1:])]
    _, _, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"deals": deals, "users": users}))
    are_theirs(found)


def test_a_group_of_stages_that_are_done_and_one_of_those_given_up_are_ends(tmp_path):
    group = {"11": "complete", "12": "cancel", "13": "cancel"}
    stages = [
        ["id", "name", "active", "sort_order", "group"],
        *([row[0], row[1], "true", row[3], group.get(row[0], "new")] for row in STAGES[1:]),
    ]
    users = [
        ["id", "created_at", "status", "first_name", "last_name", "is_manager"],
        *([row[0], "2026-01-01", "free", *row[1:3], "true" if row[0] != "9" else "false"] for row in USERS[1:]),
    ]
    lines, text, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"stages": stages, "users": users}))
    are_theirs(found)
    assert "ask:" not in text and found.managers is None and found.stages is None


def test_a_history_is_known_by_the_ids_of_its_deals_and_not_of_its_rows(tmp_path):
    moves = [(f"{50 + n % 2 * 1}{1 + n % 6}", "10" if n % 2 else "14", f"2026-08-{10 + n % 15}") for n in range(40)]
    history = [
        ["id", "opportunity_ref", "stage_name", "created_date"],
        *([str(n), f"50{1 + n % 6}", name, day] for n, (_, name, day) in enumerate(moves, start=1)),
    ]
    _, text, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"stage_history": history}))
    assert set(found.table("stages").deal_id) == {"501", "502", "503", "504", "505", "506"}, text


def test_a_worth_times_its_chance_is_no_amount_and_a_probability_no_flag(tmp_path):
    deals = widened(widened([["weighted_value", "probability", *DEALS[0]], *(["1", "100", *row] for row in DEALS[1:])], "state", ["won", "lost", "lost", "lost", "open", "won"]), "note", ["x"] * 6)  # fmt: skip
    _, text, found = read(tmp_path, folder_of(tmp_path / "crm", FILES | {"deals": deals}))
    are_theirs(found)
    assert found.table("deals").amount.sum() == 7600


def test_a_letter_that_an_interface_writes_by_its_number_is_that_letter(tmp_path):
    (tmp_path / "d.csv").write_text(
        "id,owner,created_at,closed_at,status\n1,Ann,2026-09-01,2026-09-02,Closed_x0020_Won\n2,Ann,2026-09-01,,In_x0020_Progress\n"
    )
    _, text, found = read(tmp_path, tmp_path / "d.csv")
    assert set(found.table("deals").status_word) == {"Closed Won", "In Progress"} and "ask:" not in text


def test_rows_deleted_by_a_date_are_set_aside_and_numbers_of_rows_are_no_status(tmp_path):
    head = ["id", "position", "ownerId", "createdAt", "closeDate", "deletedAt", "stage", "amountMicros", "currencyId"]
    ends = ["WON", "LOST", "NEW"]
    rows = [[f"u{n}", str(n), "7" if n % 2 else "8", "2026-08-01", "2026-09-10", "2026-09-20" if n % 10 == 0 else "", ends[n % 3], "1000000", "431"] for n in range(1, 161)]  # fmt: skip
    users = [["id", "nameFirstName", "nameLastName", "name", "userEmail"], ["7", "Ann", "Berg", "x", "a@a.example"], ["8", "Bob", "Cole", "y", "b@a.example"]]  # fmt: skip
    lines, text, found = read(tmp_path, folder_of(tmp_path / "crm", {"deals": [head, *rows], "users": users}))
    kept = [row for row in rows if not row[5]]
    table = found.table("deals")
    assert len(table) == len(kept) == 144 and set(table.manager) == {"Ann Berg", "Bob Cole"}
    assert dict(table.status.value_counts()) == {status: sum(row[6] == word for row in kept) for status, word in (("won", "WON"), ("lost", "LOST"), ("open", "NEW"))}  # fmt: skip
    assert table.amount.isna().all()  # millionths are not read as whole ones


def test_twelve_files_of_a_rest_interface_are_read_in_one_call(tmp_path):
    counts = rest_company.write(tmp_path / "crm")
    lines, text, found = read(tmp_path, tmp_path / "crm")
    assert not [line for line in lines if line.startswith("left out")]
    closed = conversion(found.closer_deals, by="manager", period="2026-09")
    assert {row.manager: (row.won, row.lost) for row in closed.itertuples()} == counts
    stages = found.stages.collect(backend="pandas").to_native()
    touches = found.touches.collect(backend="pandas").to_native()
    leads = found.leads.collect(backend="pandas").to_native()
    assert set(stages.stage) <= set(rest_company.STAGES) and set(touches.manager) <= set(counts) | set(leads.manager)
    assert set(touches.kind) == {"call", "email", "meeting"} and leads.deal_id.notna().all()
    assert found.params.stage_order == ["New", "Qualified", "Proposal", "Contract"] or set(
        found.params.stage_order
    ) == {"Общая"}


def test_a_zip_a_workbook_and_a_database_hold_the_same_company(tmp_path, monkeypatch):
    folder = folder_of(tmp_path / "crm")
    with zipfile.ZipFile(tmp_path / "crm.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    for name, rows in FILES.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    with engine.begin() as connection:
        for name, (headings, *rows) in FILES.items():
            connection.execute(sqlalchemy.text(f"create table {name} ({', '.join(f'{h} text' for h in headings)})"))
            marks = ", ".join(f":{h}" for h in headings)
            for row in rows:
                connection.execute(sqlalchemy.text(f"insert into {name} values ({marks})"), dict(zip(headings, row, strict=True)))  # fmt: skip
    engine.dispose()
    monkeypatch.setenv("SHOP", f"sqlite:///{tmp_path / 'crm.db'}")
    for number, export in enumerate((tmp_path / "crm.zip", tmp_path / "crm.xlsx", "env:SHOP")):
        place = tmp_path / str(number)
        place.mkdir()
        _, text, found = read(place, export)
        are_theirs(found)
    assert "env:SHOP" in text and "sqlite" not in text


def test_an_address_is_kept_in_a_variable_and_never_mixed_up_with_another(tmp_path, monkeypatch):
    for name in ("one", "two"):
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / name}.db")
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("create table deals (id text, rep text, status text, created text, closed text)"))  # fmt: skip
            connection.execute(sqlalchemy.text(f"insert into deals values ('1', '{name}', 'won', '2026-08-01', '2026-09-01')"))  # fmt: skip
        engine.dispose()
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path / 'one'}.db")
    with pytest.raises(DataError, match="CRM_URL holds another address already"):
        list(init([f"sqlite:///{tmp_path / 'two'}.db"], tmp_path / "p.yaml"))
    lines, text, _ = read(tmp_path, f"sqlite:///{tmp_path / 'one'}.db")
    assert "env:CRM_URL" in text and any(
        line.startswith("the address of the database is not written") for line in lines
    )


def test_ids_of_owners_that_happen_to_be_ids_of_contacts_are_no_join(tmp_path):
    contacts = [["id", "first_name", "last_name", "email"], *([str(n), "Kit", f"Lee{n}", f"k{n}@a.example"] for n in range(1, 30))]  # fmt: skip
    files = {"deals": DEALS, "accounts": ACCOUNTS, "contacts": contacts}
    _, text, found = read(tmp_path, folder_of(tmp_path / "f", files))
    assert set(found.deals.collect(backend="pandas").to_native().manager) == {"7", "8", "9"} and "joins" not in text


def test_an_address_is_never_written(tmp_path, monkeypatch):
    monkeypatch.delenv("CRM_URL", raising=False)
    with pytest.raises(DataError, match="env:CRM_URL") as raised:
        list(init(["nosuchkind://ann:secret@host/crm"], tmp_path / "p.yaml"))
    assert "secret" not in str(raised.value)


def test_a_list_of_reps_whose_heads_are_called_managers_makes_no_reps_of_the_heads(tmp_path):
    deals = [["opportunity_id", "sales_agent", "product", "deal_stage", "engage_date", "close_date"],
             ["1", "Ann Berg", "GTXPro", "Won", "2026-08-01", "2026-09-01"], ["2", "Bob Cole", "GTK", "Lost", "2026-08-01", "2026-09-02"],
             ["3", "Ann Berg", "MG", "Lost", "2026-08-02", "2026-09-03"], ["4", "Bob Cole", "GTK", "Won", "2026-08-03", "2026-09-05"],
             ["5", "Bob Cole", "Alpha", "Won", "2026-08-03", "2026-09-05"], ["6", "Bob Cole", "Beta", "Won", "2026-08-03", "2026-09-05"]]  # fmt: skip
    teams = [["sales_agent", "manager", "regional_office"], ["Ann Berg", "Dan Hill", "East"], ["Bob Cole", "Fay Ives", "West"]]  # fmt: skip
    products = [["product", "series", "sales_price"], *([name, name[:2], "5"] for name in ("GTX Pro", "GTK", "MG", "Alpha", "Beta"))]  # fmt: skip
    folder = folder_of(tmp_path / "f", {"pipeline": deals, "sales_teams": teams, "products": products})
    lines, text, found = read(tmp_path, folder)
    assert set(found.deals.collect(backend="pandas").to_native().manager) == {"Ann Berg", "Bob Cole"}
    managers = found.managers.collect(backend="pandas").to_native().set_index("manager")
    assert dict(managers["head"]) == {"Ann Berg": "Dan Hill", "Bob Cole": "Fay Ives"} and managers.team["Bob Cole"] == "West"  # fmt: skip
    assert "# product: {GTX Pro: [GTXPro]}" in text
    assert any("`channel: regional_office`" in line for line in lines)


def test_a_terminal_asks_for_the_channel_and_takes_the_answer(tmp_path):
    folder = folder_of(tmp_path / "f", {
        "pipeline": [["id", "rep", "status", "created", "closed"], ["1", "Ann", "won", "2026-08-01", "2026-09-01"],
                     ["2", "Bob", "dormant", "2026-08-01", "2026-09-02"], ["3", "Bob", "lost", "2026-08-01", "2026-09-03"]],
        "reps": [["rep", "region"], ["Ann", "East"], ["Bob", "West"]],
    })  # fmt: skip
    questions = []

    def ask(question, options, default):
        questions.append(question)
        return 2 if "dormant" in question else 1

    _, _, found = read(tmp_path, folder, ask=ask)
    assert len(questions) == 2 and "conversion 1 of 2 (50.0 %), as lost 1 of 3 (33.3 %)" in questions[0]
    table = found.deals.collect(backend="pandas").to_native().set_index("deal_id")
    assert table.status["2"] == "lost" and dict(table.channel) == {"1": "East", "2": "West", "3": "West"}


def test_an_answer_that_is_no_number_of_an_option_is_asked_again(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("9\nsecond\n2\n"))
    assert cli._ask("Which is the channel?", ["region", "source"], 0) == 1
    assert capsys.readouterr().out.count("answer [1]") == 3
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert cli._ask("Which is the channel?", ["region", "source"], 1) == 1


def test_a_guess_that_another_heading_rivals_says_what_that_would_make_of_conversion(tmp_path):
    rows = [["id", "rep", "status", "created", "Date closed", "Closing date of contract"],
            ["1", "Ann", "won", "2026-08-01", "2026-09-01", "2026-09-02"], ["2", "Bob", "lost", "2026-08-01", "2026-09-02", ""],
            ["3", "Bob", "lost", "2026-08-01", "2026-09-03", ""]]  # fmt: skip
    _, text, _ = read(tmp_path, folder_of(tmp_path / "f", {"deals": rows}))
    assert "also fits: Closing date of contract; conversion 1 of 3 (33.3 %), by Closing date of contract 1 of 1 (100.0 %)" in text  # fmt: skip


def test_owners_are_users_by_both_names_and_a_copy_has_its_own_time_of_creation(tmp_path):
    rows = [
        [
            "id",
            "created_at",
            "remote_created_at",
            "user.id",
            "user.firstname",
            "user.lastname",
            "person.name",
            "status",
            "label",
            "closed_on",
        ]
    ]
    names = [("1", "Nic", "Piccini"), ("2", "Nic", "Brunner"), ("3", "Sab", "Schall")]
    for n in range(1, 31):
        end = ("closed_won", "closed_lost", "closed_lost", "open")[n % 4]
        rows.append([str(n), "2026-10-01", f"2026-08-{n % 28 + 1:02}", *names[n % 3], f"Customer {n}", end, f"step {n % 3}", f"2026-09-{n % 28 + 1:02}" if end != "open" else ""])  # fmt: skip
    lines, text, found = read(tmp_path, folder_of(tmp_path / "f", {"deals": rows}))
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.lost) == (7, 16)
    assert set(found.deals.collect(backend="pandas").to_native().manager) == {
        "Nic Piccini",
        "Nic Brunner",
        "Sab Schall",
    }
    assert "created_at: remote_created_at  # likely; also fits: created_at" in text


def test_a_column_with_almost_as_many_owners_as_deals_is_doubted(tmp_path):
    rows = [["id", "agent", "status", "created", "closed"]]
    rows += [[str(n), f"Kit Lee {chr(65 + n)}", ("won", "lost")[n % 2], "2026-08-01", "2026-09-01"] for n in range(24)]
    lines, _, _ = read(tmp_path, folder_of(tmp_path / "f", {"deals": rows}))
    assert "the column agent (manager) has 24 names in 24 rows: is it the owner of the deals?" in lines


def test_a_table_is_read_by_its_values_where_no_heading_speaks(tmp_path):
    rows = [["F1", "F2", "F3", "F4", "F5"]]
    for n in range(1, 41):
        end = ["won", "lost", "lost", "open"][n % 4]
        rows.append([f"K{n}", ["Ann", "Bob", "Cem"][n % 3], f"2026-08-{n % 28 + 1:02}", f"2026-09-{n % 28 + 1:02}" if end != "open" else "", end])  # fmt: skip
    (folder := tmp_path / "f").mkdir()
    with (folder / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    _, text, found = read(tmp_path, folder / "a.csv")
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.lost) == (10, 20)
    assert "manager: F2  # likely" in text and "closed_at: F4  # likely" in text


def test_a_table_that_no_run_can_read_is_left_out_and_said(tmp_path):
    history = [["deal_no", "stage", "entered_at"], ["501", "Offer made", "soon"], ["502", "Offer made", "later"]]
    folder = folder_of(tmp_path / "f", {"deals": DEALS, "stage_history": history})
    lines, text, found = read(tmp_path, folder)
    assert found.stages is None and "stages:" not in text
    assert any(line.startswith(("left out: stages", "not used: stage_history.csv")) for line in lines)


def test_a_file_that_is_no_table_of_deals_is_refused_with_its_headings(tmp_path):
    folder = folder_of(tmp_path / "f", {"colours": [["colour", "code"], ["red", "1"], ["blue", "2"]]})
    with pytest.raises(DataError, match=r"no file has a table of deals.*colours.csv: colour, code"):
        list(init([str(folder)], tmp_path / "p.yaml"))


TABS = ["Asked on", "Client", "Subject", "Amount", "Status", "Answered on"]


def workbook_of(path, names):
    """A sheet of the same headings for each name, of three deals: won, lost, open."""
    book = xlsxwriter.Workbook(path)
    for place, name in enumerate(names):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Follow-up"])
        sheet.write_row(2, 0, TABS)
        ends = [("Won", "2026-09-05"), ("Lost", "2026-09-06"), ("Talks", None)]
        for n, (word, day) in enumerate(ends * 4):
            sheet.write_row(
                3 + n,
                0,
                ["2026-08-01", f"Client {n % 5}", ("door", "roof", "wall")[n % 3], 100 * (place + 1), word, day],
            )
    book.add_worksheet("Summary").write_row(0, 0, ["Rep", "Deals"])
    book.close()
    return path


def test_sheets_of_one_make_are_one_table_and_name_the_owner(tmp_path):
    lines, text, found = read(tmp_path, workbook_of(tmp_path / "sales.xlsx", ["Ann Berg", "Bo Cole", "Cem Dag"]))
    table = found.table("deals")
    assert len(table) == 36 and table.groupby("manager")["amount"].first().to_dict() == {
        "Ann Berg": 100,
        "Bo Cole": 200,
        "Cem Dag": 300,
    }
    assert yaml.safe_load(text)["data"]["deals"]["sheet"] == ["Ann Berg", "Bo Cole", "Cem Dag"]
    assert any("sheet is taken for it by its 3 names" in line for line in lines)
    assert not any("Bo Cole is deals too" in line for line in lines)


def test_sheets_of_months_are_one_table_and_no_owners(tmp_path):
    lines = list(
        init([str(workbook_of(tmp_path / "sales.xlsx", ["July", "August", "September"]))], tmp_path / "p.yaml")
    )
    text = (tmp_path / "p.yaml").read_text(encoding="utf-8")
    assert len(yaml.safe_load(text)["data"]["deals"]["sheet"]) == 3 and "manager: sheet" not in text
    assert any(line.startswith("not complete: no column for manager") for line in lines)


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    path = workbook_of(tmp_path / "sales.xlsx", ["Ann Berg", "Bo Cole"])
    _, text, _ = read(tmp_path, path)
    (tmp_path / "p.yaml").write_text(text.replace("Bo Cole", "Bo Cold"), encoding="utf-8")
    with pytest.raises(DataError, match="sheet 'Bo Cold'.*'Bo Cole'"):
        open_book(load_params(tmp_path / "p.yaml"), month="2026-09")
