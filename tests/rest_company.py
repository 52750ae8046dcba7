"""The sample company as twelve files with the names of Bitrix24's REST interface, made from its plain records."""

import csv

from tests.plain_sample import plain_deals, records

WON, LOST = "Сделка успешна", "Сделка провалена"
STAGES = ("New", "Qualified", "Proposal", "Contract")
KINDS = {"call": "2", "meeting": "1", "email": "4"}  # a call is an activity too


def _written(folder, name, headings, rows):
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])


def _numbers(names, first=1):
    return {name: str(number) for number, name in enumerate(sorted(names), start=first)}


def deals_of_closers():
    """Deals of the sample that have a sales rep and are in the pipeline of closers, in the order of their ids."""
    found = [d for d in plain_deals().values() if d["pipeline"] == "Sales" and d["manager"] and "?" not in d["manager"]]
    return sorted(found, key=lambda deal: deal["deal_id"])


def write(folder):
    """The twelve files; gives what an independent count says: owner → (won, lost) of the deals closed in September 2026."""
    folder.mkdir()
    deals = deals_of_closers()
    raw = {row["deal_id"]: row for row in records("deals.csv")}
    people = _numbers({deal["manager"] for deal in deals}, 101)
    channels = _numbers({deal["channel"] for deal in deals})
    ids = {deal["deal_id"]: str(5000 + n) for n, deal in enumerate(deals)}
    companies = _numbers({raw[d["deal_id"]]["Client number"] for d in deals if d["deal_id"] in raw} - {""}, 9001)
    end = {"won": "WON", "lost": "LOSE"}
    stage = dict(zip(STAGES, ("NEW", "PREPARATION", "PREPAYMENT_INVOICE", "EXECUTING"), strict=True))

    def at(moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S+03:00") if moment else ""

    _written(folder, "crm.deal.list",
        ["ID", "TITLE", "STAGE_ID", "CATEGORY_ID", "ASSIGNED_BY_ID", "OPPORTUNITY", "CURRENCY_ID", "DATE_CREATE", "CLOSEDATE", "CLOSED", "SOURCE_ID", "COMPANY_ID", "LEAD_ID"],
        [[ids[d["deal_id"]], f"Deal {d['deal_id']}", end.get(d["status"]) or stage.get(raw.get(d["deal_id"], {}).get("stage ", ""), "NEW"), "0",
          people[d["manager"]], d["amount"] if d["amount"] is not None else "", d["currency"], at(d["created_at"]), at(d["closed_at"]),
          "N" if d["status"] == "open" else "Y", f"S{channels[d['channel']]}", companies.get(raw.get(d["deal_id"], {}).get("Client number", ""), ""),
          str(70000 + int(ids[d["deal_id"]]))] for d in deals])  # fmt: skip
    _written(folder, "user.get", ["ID", "ACTIVE", "NAME", "LAST_NAME", "EMAIL", "WORK_POSITION"],
        [[number, "true", *_split(name), f"u{number}@rest.example", "Sales rep"] for name, number in people.items()])  # fmt: skip
    entries = [("DEAL_STAGE", code, name, n * 10, "P") for n, (name, code) in enumerate(stage.items(), start=1)]
    entries += [("DEAL_STAGE", "WON", WON, 90, "S"), ("DEAL_STAGE", "LOSE", LOST, 100, "F")]
    entries += [("STATUS", "NEW", "Не обработан", 10, ""), ("STATUS", "CONVERTED", "Качественный лид", 20, "S"), ("STATUS", "JUNK", "Некачественный лид", 30, "F")]  # fmt: skip
    entries += [("SOURCE", f"S{number}", name, int(number) * 10, "") for name, number in channels.items()]
    _written(folder, "crm.status.list", ["ID", "ENTITY_ID", "STATUS_ID", "NAME", "SORT", "SEMANTICS"],
        [[n, *entry] for n, entry in enumerate(entries, start=1)])  # fmt: skip
    _written(folder, "crm.category.list", ["ID", "NAME", "SORT", "ENTITY_TYPE_ID", "IS_DEFAULT"], [["0", "Общая", "10", "2", "Y"], ["1", "Сервис", "20", "2", "N"]])  # fmt: skip
    clients = {row["client_id"]: row for row in records("clients.csv.gz")}
    _written(folder, "crm.company.list", ["ID", "TITLE", "INDUSTRY", "PHONE", "EMAIL"],
        [[number, clients.get(name, {}).get("name", name), clients.get(name, {}).get("segment", ""), "", ""] for name, number in companies.items()])  # fmt: skip
    _written(folder, "crm.lead.list", ["ID", "TITLE", "STATUS_ID", "SOURCE_ID", "ASSIGNED_BY_ID", "DATE_CREATE"],
        [[str(70000 + int(ids[d["deal_id"]])), "Лид", "CONVERTED", f"S{channels[d['channel']]}", people[d["manager"]], at(d["created_at"])] for d in deals])  # fmt: skip
    moves = [r for r in records("stages.csv.gz") if r["deal_id"] in ids and r["stage"] in stage]
    _written(folder, "crm.stagehistory.list", ["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "CATEGORY_ID", "STAGE_SEMANTIC_ID", "STAGE_ID"],
        [[n, "2", ids[r["deal_id"]], r["entered_at"].replace(" ", "T") + "+03:00", "0", "P", stage[r["stage"]]] for n, r in enumerate(moves, start=1)])  # fmt: skip
    touches = [r for r in records("touches.csv.gz") if r["deal_id"] in ids and r["manager"] in people]
    acts = [r for r in touches if r["kind"] in KINDS]
    _written(folder, "crm.activity.list", ["ID", "OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "DIRECTION", "CREATED", "RESPONSIBLE_ID", "COMPLETED"],
        [[n, "2", ids[r["deal_id"]], KINDS[r["kind"]], {"in": "1", "out": "2"}.get(r["direction"], "0"), r["at"], people[r["manager"]], "Y"] for n, r in enumerate(acts, start=1)])  # fmt: skip
    calls = [r for r in touches if r["kind"] == "call"]
    _written(folder, "voximplant.statistic.get", ["ID", "PORTAL_USER_ID", "CALL_TYPE", "CALL_START_DATE", "CALL_DURATION", "CALL_FAILED_CODE", "CRM_ENTITY_TYPE", "CRM_ENTITY_ID"],
        [[n, people[r["manager"]], {"in": "2", "out": "1"}.get(r["direction"], "1"), r["at"], r["duration_s"] or "0", "200" if r["result"] == "answered" else "304", "DEAL", ids[r["deal_id"]]] for n, r in enumerate(calls, start=1)])  # fmt: skip
    paid = [(d, r) for r in records("payments.csv", sep=";") if (d := ids.get(r["deal_id"]))]
    _written(folder, "payments", ["ID", "DEAL_ID", "SUM", "PAY_BEFORE", "DATE_PAID", "STATUS"],
        [[n, deal, r["amount"].replace(" ", "").replace("\u00a0", "").replace(",", "."), r["due_on"], r["paid_on"], r["status"]] for n, (deal, r) in enumerate(paid, start=1)])  # fmt: skip
    _written(folder, "absences", ["USER_ID", "DATE_FROM", "DATE_TO", "REASON"], [[number, "2026-08-03", "2026-08-14", "отпуск"] for number in list(people.values())[:3]])  # fmt: skip
    counts: dict[str, list[int]] = {}
    for deal in deals:
        if deal["closed_at"] and deal["closed_at"].strftime("%Y-%m") == "2026-09":
            counts.setdefault(deal["manager"], [0, 0])[deal["status"] == "lost"] += 1
    return {manager: tuple(pair) for manager, pair in counts.items()}


def _split(name):
    first, _, last = name.partition(" ")
    return first, last
