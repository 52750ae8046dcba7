"""The index of all months beside each other."""

from pathlib import Path

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.tables import Column, table
from salesnb.report.decorate import decorated, link
from salesnb.report.files import read_json, write_whole
from salesnb.report.page import render
from salesnb.report.rows import figures
from salesnb.schema import DEPARTMENT

FIGURES = ("won", "closed", "value", "low", "high", "length", "amount")


def write_months_index(root: Path, voice: Voice, company: str) -> Path:
    """reports/index.html: all months beside each other, the newest first."""
    say = voice.say
    runs = {
        p.name: read_json(p / "run.json") for p in root.iterdir() if (p / "index.html").exists()
    }
    months = sorted((month for month, run in runs.items() if run), reverse=True)
    rows = [month_row(root / month, runs[month], voice) for month in months]
    columns = [
        Column("month", say("Month")),
        Column("won", say("Won"), "count"),
        Column("closed", say("Closed"), "count"),
        Column("value", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("length", say("Deal length"), "days"),
        Column("amount", say("Won amount"), "money"),
        Column("restated", say("Restated")),
        Column("status", say("Status")),
    ]
    frame = pd.DataFrame(rows, columns=["month", "status", "restated", "failed", *FIGURES])
    plain = table(frame, voice, say("The whole department by month"), columns).html
    cells = {
        (n, 0): link(f"{month}/index.html", row["month"])
        for n, (month, row) in enumerate(zip(months, rows, strict=True))
    }
    body = decorated(
        plain, cells, {(n, 7): "failed" for n, row in enumerate(rows) if row["failed"]}
    )
    html = render(
        "index.html.j2",
        voice,
        title=company,
        company=company,
        heading=say("All months"),
        facts=[],
        blocks=[(say("Months"), body)],
        notes=[],
        links=[],
    )
    return write_whole(root / "index.html", html)


def month_row(folder: Path, run: dict, voice: Voice) -> dict:
    """One month: the department's figures, what was restated, what failed, whether its page is of
    an earlier export.
    """
    metrics = read_json(folder / "metrics" / f"{DEPARTMENT}.json")
    failed = DEPARTMENT in run["failures"] and DEPARTMENT not in run.get("sections", {})
    row = {"month": voice.month(folder.name).capitalize(), "failed": bool(run["failures"])}
    if metrics and not failed:
        row |= figures(metrics)
    status = _status(run, bool(metrics), voice)
    if (
        metrics
        and not failed
        and metrics["as_of"] < str(pd.Period(folder.name, "M").end_time.date())
    ):
        # days of a month stand among whole ones
        status += "; " + voice.say("not over: up to {day}", day=voice.date(metrics["as_of"]))
    return row | {"status": status, "restated": _restated(run, voice)}


def _status(run: dict, there: bool, voice: Voice) -> str:
    parts, lacking = [], len(run.get("sections", {}))
    if failed := len(run["failures"]) - lacking:
        parts.append("✗ " + voice.plural("{n} channel failed", "{n} channels failed", failed))
    if lacking:
        parts.append(
            "✗ " + voice.plural("{n} page lacks a section", "{n} pages lack a section", lacking)
        )
    fresh = any(DEPARTMENT in pages for pages in run.get("made", {}).values())
    if there and not fresh and DEPARTMENT not in run["failures"]:
        parts.append("! " + voice.say("the department was made earlier than the last run"))
    return "; ".join(parts) or "✓ " + voice.say("made")


def _restated(run: dict, voice: Voice) -> str:
    """How much of the month is not as it was published."""
    found = run.get("restated", {})
    channels, deals = len(found.get("channels", [])), found.get("deals", 0)
    if not channels and not deals:
        return voice.say("no")
    return voice.listing(
        [
            voice.plural("{n} page", "{n} pages", channels),
            voice.plural("{n} deal", "{n} deals", deals),
        ]
    )
