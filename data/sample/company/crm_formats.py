"""How each CRM writes its export of deals: headings as they are, quoting, dates, footers, lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from .crm_headings import AMO, AMO_OTHER, BITRIX, BITRIX_EN, HUBSPOT, PIPEDRIVE, SALESFORCE, ZOHO
from .files import write, write_workbook


@dataclass
class Format:
    """One export: its preset, how a deal becomes cells, and what of a deal survives."""

    preset: str
    write: Callable
    columns: list[str]
    precision: dict[str, str] = field(default_factory=dict)
    records: int = 120


BASE = ["deal_id", "manager", "created_at", "status", "closed_at", "amount", "title"]
BOTH = {"created_at": "minute", "closed_at": "minute"}


def quoted(cell) -> str:
    return '"' + str(cell).replace('"', '""') + '"'


def line(cells, sep=",", always=False) -> str:
    """One CSV line; cells are quoted where they must be, or always."""
    hard = (sep, '"', "\n")
    return sep.join(
        quoted(cell) if always or any(mark in str(cell) for mark in hard) else str(cell)
        for cell in cells
    )


def stamp(moment, pattern: str) -> str:
    return "" if pd.isna(moment) else moment.strftime(pattern)


def _rows(headings: list[str], deals, cells: Callable) -> list[list[str]]:
    """Cells of each deal by heading; of a repeated heading the last has the value, the others are blank."""
    last = {name: i for i, name in enumerate(headings)}
    rows = []
    for deal in deals.itertuples():
        known = cells(deal)
        assert set(known) <= set(headings), set(known) - set(headings)
        rows.append(
            [known.get(name, "") if last[name] == i else "" for i, name in enumerate(headings)]
        )
    return rows


def _stage(deal, won: str, lost: str) -> str:
    return {"won": won, "lost": lost}.get(deal.status, deal.stage)


def _close(deal):
    """The one column that is the closing date of closed deals and the expected one of open deals."""
    return deal.expected_close_at if deal.status == "open" else deal.closed_at


def _amo_cells(deal, budget: str) -> dict:
    day = "%d.%m.%Y %H:%M:%S"
    return {
        "Название сделки": deal.title, budget: int(deal.amount), "Ответственный": deal.manager,
        "Дата создания сделки": stamp(deal.created_at, day), "Кем создана сделка": deal.manager,
        "Дата редактирования": stamp(deal.modified_at, day), "Дата закрытия": stamp(deal.closed_at, day),
        "Этап сделки": _stage(deal, "Успешно реализовано", "Закрыто и не реализовано"), "Воронка": deal.pipeline,
    }  # fmt: skip


def amocrm(path: Path, deals, stages) -> None:
    """76 headings, of which Товар, Источник, roistat, cid, uid and tid come twice: the deal's own are the later ones."""
    headings = AMO.format(budget="Бюджет").split(",")

    def cells(deal):
        own = {
            "ID": deal.deal_id,
            "Компания": deal.client_id,
            "Источник": deal.source,
            "Товар": deal.product,
        }
        return _amo_cells(deal, "Бюджет") | own

    rows = _rows(headings, deals, cells)
    write(path, "\n".join(line(row) for row in [headings, *rows]) + "\n")


def amocrm_other(path: Path, deals, stages) -> None:
    """Another account: id in small letters, a padded heading, a Latin C in a Russian word, every cell quoted, UTF-8 with BOM."""
    headings = AMO_OTHER.format(latin="C").replace('"', "").split(",")

    def cells(deal):
        own = {
            "id": deal.deal_id,
            "Полное имя контакта": deal.client_id,
            "Источник трафика": deal.source,
        }
        return (
            _amo_cells(deal, "Бюджет ")
            | own
            | {"Причина отказа": deal.lost_reason, "Cтатус в ЦОП": "-"}
        )

    rows = _rows(headings, deals, cells)
    write(path, "\n".join(line(row, always=True) for row in [headings, *rows]) + "\n", "utf-8-sig")


def bitrix24(
    path: Path,
    deals,
    stages,
    headings=BITRIX,
    words=("Сделка успешна", "Сделка провалена"),
    yes="Да",
) -> None:
    """Semicolons, every cell quoted, a semicolon after the last; one row per product line with the line's sum."""
    names = headings.split(",")
    rows = []
    for deal in deals.itertuples():
        total = int(deal.amount)
        parts = [total] if deal.lines == 1 else [total * 2 // 3, total - total * 2 // 3]
        for i, part in enumerate(parts):
            product = deal.product if i == 0 else "Spare parts kit"
            cells = [
                deal.deal_id, deal.pipeline, "", _stage(deal, *words), deal.title, "", deal.source, part, "RUB",
                deal.client_id, "", deal.manager, "" if deal.status == "open" else yes,
                stamp(deal.created_at, "%d.%m.%Y %H:%M:%S"), stamp(deal.modified_at, "%d.%m.%Y %H:%M:%S"),
                stamp(deal.created_at, "%d.%m.%Y"), stamp(_close(deal), "%d.%m.%Y"), product, part, 1, "",
            ]  # fmt: skip
            rows.append(cells)
    text = "".join(line(row, ";", always=True) + ";\n" for row in [names, *rows])
    write(path, text, "utf-8-sig")


def bitrix24_en(path: Path, deals, stages) -> None:
    bitrix24(path, deals, stages, BITRIX_EN, ("Deal won", "Deal lost"), "Yes")


def _hubspot_rows(deals, stages):
    entered = stages.pivot(index="deal_id", columns="stage", values="entered_at")
    order = ["New", "Qualified", "Proposal", "Contract", "Won", "Lost"]
    labels = ["New", "Qualified", "Proposal", "Contract", "Closed won", "Closed lost"]
    headings = HUBSPOT.split(",") + [f'Date entered "{label} (Sales)"' for label in labels]
    rows = []
    for deal in deals.itertuples():
        won = {"won": "true"}.get(deal.status, "false")
        cells = [
            deal.deal_id, deal.title, _stage(deal, "Closed won", "Closed lost"), deal.amount, _close(deal), deal.manager,
            deal.pipeline, deal.created_at, deal.modified_at, deal.client_id, deal.source, deal.lost_reason or "", won,
        ]  # fmt: skip
        rows.append([*cells, *(entered.at[deal.deal_id, stage] for stage in order)])
    return headings, rows


def hubspot(path: Path, deals, stages) -> None:
    """Stage history as columns "Date entered …"; minutes, no seconds."""
    headings, rows = _hubspot_rows(deals, stages)
    texts = [[_text(cell) for cell in row] for row in rows]
    write(path, "\n".join(line(row) for row in [headings, *texts]) + "\n")


def _text(cell) -> str:
    if isinstance(cell, pd.Timestamp):
        return cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None or cell != cell else str(cell).removesuffix(".0")


def hubspot_workbook(path: Path, deals, stages) -> None:
    """The same as a workbook: date cells, a sheet of notes before the deals."""
    headings, rows = _hubspot_rows(deals, stages)
    cells = [[None if cell != cell else cell for cell in row] for row in rows]
    write_workbook(path, {"notes": (["About"], [["Exported deals"]]), "deals": (headings, cells)})


def pipedrive(path: Path, deals, stages) -> None:
    """Every heading begins with the name of the record; seconds."""
    headings = PIPEDRIVE.split(",")

    def cells(deal):
        closed, day = stamp(deal.closed_at, "%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S"
        return {
            "Deal - ID": deal.deal_id, "Deal - Title": deal.title, "Deal - Owner": deal.manager, "Deal - Value": int(deal.amount),
            "Deal - Currency of Value": "RUB", "Deal - Organization": deal.client_id, "Deal - Pipeline": deal.pipeline,
            "Deal - Stage": deal.stage, "Deal - Status": deal.status.capitalize(), "Deal - Source channel": deal.source,
            "Deal - Deal created": stamp(deal.created_at, day), "Deal - Update time": stamp(deal.modified_at, day),
            "Deal - Won time": closed if deal.status == "won" else "", "Deal - Lost time": closed if deal.status == "lost" else "",
            "Deal - Deal closed on": closed, "Deal - Lost reason": deal.lost_reason, "Deal - Product name": deal.product,
            "Deal - Expected close date": stamp(deal.expected_close_at, "%Y-%m-%d"),
        }  # fmt: skip

    write(path, "\n".join(line(row) for row in [headings, *_rows(headings, deals, cells)]) + "\n")


def salesforce(path: Path, deals, stages) -> None:
    """A classic report: every cell quoted, American days without a time, a footer."""
    headings = SALESFORCE.split(",")

    def cells(deal):
        return {
            "Opportunity Owner": deal.manager, "Account Name": deal.client_id, "Opportunity ID (18 Digit)": deal.deal_id,
            "Opportunity Name": deal.title, "Stage": _stage(deal, "Closed Won", "Closed Lost"),
            "Amount": f"{deal.amount:.2f}", "Close Date": stamp(_close(deal), "%m/%d/%Y"),
            "Created Date": stamp(deal.created_at, "%m/%d/%Y"), "Source": deal.source,
        }  # fmt: skip

    rows = [line(row, always=True) for row in [headings, *_rows(headings, deals, cells)]]
    footer = [
        "",
        f'"Grand Totals ({len(deals)} records)"',
        '"Confidential Information - Do Not Distribute"',
    ]
    write(path, "\n".join([*rows, *footer]) + "\n")


def zoho(path: Path, deals, stages) -> None:
    """ISO times of creation, one Closing Date for what is expected and what happened, by day."""
    headings = ZOHO.split(",")

    def cells(deal):
        day = "%Y-%m-%d %H:%M:%S"
        return {
            "Id": deal.deal_id, "Deal Owner Name": deal.manager, "Deal Name": deal.title, "Account Name": deal.client_id,
            "Amount": int(deal.amount), "Closing Date": stamp(_close(deal), "%Y-%m-%d"),
            "Stage": _stage(deal, "Closed Won", "Closed Lost"), "Source": deal.source, "Product": deal.product,
            "Created Time": stamp(deal.created_at, day), "Modified Time": stamp(deal.modified_at, day),
            "Lost Reason": deal.lost_reason,
        }  # fmt: skip

    write(path, "\n".join(line(row) for row in [headings, *_rows(headings, deals, cells)]) + "\n")


DAY = {"created_at": "minute", "closed_at": "day", "expected_close_at": "day"}
MORE = ["client_id", "source"]
FORMATS = {
    "amocrm.csv": Format(
        "amocrm", amocrm, [*BASE, "pipeline", "modified_at", "product", *MORE], BOTH
    ),
    "amocrm_other.csv": Format(
        "amocrm", amocrm_other, [*BASE, "pipeline", "modified_at", "lost_reason", *MORE], BOTH
    ),
    "bitrix24.csv": Format(
        "bitrix24",
        bitrix24,
        [*BASE, "pipeline", "currency", "expected_close_at", "modified_at", *MORE],
        DAY,
        140,
    ),
    "bitrix24_en.csv": Format(
        "bitrix24",
        bitrix24_en,
        [*BASE, "pipeline", "currency", "expected_close_at", "modified_at", *MORE],
        DAY,
        140,
    ),
    "hubspot.csv": Format(
        "hubspot", hubspot, [*BASE, "pipeline", "expected_close_at", "lost_reason", *MORE], BOTH
    ),
    "hubspot.xlsx": Format(
        "hubspot",
        hubspot_workbook,
        [*BASE, "pipeline", "expected_close_at", "lost_reason", *MORE],
        BOTH,
    ),
    "pipedrive.csv": Format(
        "pipedrive",
        pipedrive,
        [
            *BASE,
            "pipeline",
            "stage",
            "currency",
            "expected_close_at",
            "modified_at",
            "lost_reason",
            "product",
            *MORE,
        ],
        BOTH,
    ),
    "salesforce.csv": Format(
        "salesforce",
        salesforce,
        [*BASE, "expected_close_at", *MORE],
        DAY | {"created_at": "day"},
        122,
    ),
    "zoho.csv": Format(
        "zoho",
        zoho,
        [*BASE, "expected_close_at", "modified_at", "lost_reason", "product", *MORE],
        DAY,
    ),
}
