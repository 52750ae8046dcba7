"""What the index of a month says of each channel: its figures, the change, where it was made from,
what failed.
"""

from typing import Any

import pandas as pd

from salesnb.formats import LANGUAGES, Voice
from salesnb.measures import plan
from salesnb.measures.changes import changes
from salesnb.measures.so_far import last_whole_month
from salesnb.measures.summary import channel_lines
from salesnb.measures.told import untold
from salesnb.params import Thresholds
from salesnb.report.files import read_json
from salesnb.report.job import Job, Result
from salesnb.report.manifest import data_key, is_of, made_from
from salesnb.schema import DEPARTMENT, OTHER, UNKNOWN
from salesnb.source.book import Book
from salesnb.topics import words

FIGURES = ("won", "closed", "value", "low", "high", "change", "length", "amount", "plan", "new")
LAST = {OTHER: 1, UNKNOWN: 2}  # what is no channel of its own stands below those that are


def ordered(names: dict[str, str]) -> list[tuple[str, str]]:
    """Channels and their file names: the department first, the rest by name, what is not known
    last.

    >>> [channel for channel, _ in ordered({"unknown": "unknown", "Site": "Site", "Other": "Other",
    ...     "all": "all"})]
    ['all', 'Site', 'Other', 'unknown']
    """
    return sorted(
        names.items(), key=lambda pair: (pair[0] != DEPARTMENT, LAST.get(pair[0], 0), pair[0])
    )


def index_rows(book: Book, result: Result, job: Job) -> list[dict]:
    """One row per channel.

    Returns
    -------
    list of dict
        channel (label), name (of its files), reason (of a failure), state (made, partial, earlier,
        failed, absent), lacks (sections that its page lacks), page, language, others (pages of the
        same figures in other languages), snapshot, same_data; the figures of its metrics; and,
        where the page is of this input, plan, history and the change
    """
    changes, done = _changes(book), plan.completion(book)
    lines, data = _lines(book), data_key(book)
    rows = []
    for channel, name in ordered(result.names):
        own = None if channel == DEPARTMENT else channel
        row: dict[str, Any] = {
            "channel": words.place(book.voice, own),
            "name": name,
            "reason": result.failed.get(channel, ""),
        }
        row |= _page(job, name, data)
        metrics = read_json(job.folder / "metrics" / f"{name}.json")
        row["lacks"] = result.lacks.get(channel, [])
        failed = "partial" if row["lacks"] and metrics and row["state"] != "absent" else "failed"
        row["state"] = failed if row["reason"] else row["state"] if metrics else "absent"
        if row["state"] in ("made", "partial", "earlier"):
            row |= figures(metrics)
        if row["state"] == "made" or (
            row["state"] == "partial" and row["same_data"]
        ):  # the book of today says nothing of a page that was made from another export
            share = plan.of_place(done, own)["share"]
            row |= {"plan": share.iloc[-1] if len(share) else None, "history": lines.get(own, [])}
            row |= changes.get(own, {})
        rows.append(row)
    return rows


def _page(job: Job, name: str, data: str) -> dict:
    """The page that the index leads to: of this input before an older one, of this language before
    another.
    """
    found = []
    for language in (job.language, *(other for other in LANGUAGES if other != job.language)):
        source, page = made_from(job.before, language).get(name, {}), job.page_name(name, language)
        if (job.folder / f"{page}.html").exists():
            state = "made" if is_of(job, name, source) else "earlier"
            found.append(
                {
                    "state": state,
                    "page": page,
                    "language": language,
                    "snapshot": source.get("snapshot"),
                    "same_data": source.get("data") == data,
                }
            )
    if not found:
        return {
            "state": "absent",
            "page": job.page_name(name),
            "language": job.language,
            "others": {},
        }
    first = min(found, key=lambda one: one["state"] != "made")
    others = {
        one["language"]: one["page"]
        for one in found
        if one is not first and one["state"] == first["state"] == "made"
    }
    return first | {"others": others}


def figures(metrics: dict) -> dict:
    """What an index shows of the metrics of one channel."""
    found = {
        name: metrics["conversion"][name] for name in ("won", "closed", "value", "low", "high")
    }
    money = metrics["money"]
    return found | {
        "length": metrics["deal_length"]["mean_days"],
        "amount": money["won_amount"],
        "new": money["new_deals"],
        "remarks": len(metrics["warnings"] or []),
    }


def _lines(book: Book) -> dict:
    """Conversion of the last months that are over per channel; none where the export gives no
    conversion.
    """
    last = last_whole_month(book)
    return {} if untold(book) else channel_lines(book.department.closer_deals, last)


def _changes(book: Book) -> dict[str | None, dict]:
    """Change of conversion on the previous month per channel (None: the department), with the
    verdict of the summary page.
    """
    whole = changes(book.department).iloc[0].to_dict()
    rows = changes(book.department, "channel").to_dict("records")
    kept = ("change", "change_low", "change_high", "closed_before", "verdict")
    return {
        name: {key: row[key] for key in kept}
        for name, row in [(None, whole), *((r["channel"], r) for r in rows)]
    }


def change_words(row: dict, voice: Voice, thresholds: Thresholds) -> tuple[str, list[str]]:
    """The change in words and what stands under it: that it is too close to call, and its interval;
    no figure from too few deals.

    >>> from salesnb.params import Thresholds
    >>> row = {"closed": 40, "closed_before": 50, "change": -0.2, "change_low": -0.35,
    ...     "change_high": -0.04, "verdict": "down"}
    >>> change_words(row, Voice(), Thresholds())
    ('−20.0\\xa0pp', ['−35.0 to −4.0\\xa0pp'])
    >>> change_words(row | {"verdict": "too close"}, Voice(), Thresholds())[1][0]
    'too close to call'
    """
    least = min(row.get("closed") or 0, row["closed_before"])
    if least < thresholds.min_percent or pd.isna(row["change"]):
        return voice.missing, []
    told = {
        "too close": voice.say("too close to call"),
        "withheld": voice.say("no verdict"),
        "": voice.say("no verdict: closing dates are missing unequally"),
    }
    close = [told[row["verdict"]]] if row["verdict"] in told else []
    return voice.points(row["change"]), [
        *close,
        voice.points_interval(row["change_low"], row["change_high"]),
    ]
