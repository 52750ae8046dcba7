"""What a complete month said when it was first run, and what has moved since: the restatement."""

from pathlib import Path

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import within
from salesnb.report.files import json_text, read_json, write_together
from salesnb.schema import DEPARTMENT, OTHER
from salesnb.source.book import Book, open_book

FOLDER = ".published"
COLUMNS = ["deal_id", "status", "closed_at", "amount"]
# beside the published deals: a deal that is gone has no other trace
PLACES = ["deal_id", "manager", "channel", "title"]
STATE = [*COLUMNS[1:], *PLACES[1:]]
FIGURES = (
    ("conversion", "won"),
    ("conversion", "closed"),
    ("conversion", "value"),
    ("money", "won_amount"),
    ("money", "average_order"),
    ("money", "new_deals"),
    ("money", "open_deals"),
    ("money", "open_amount"),
    ("deal_length", "mean_days"),
    ("deal_length", "median_days"),
    ("hunter", "won"),
    ("hunter", "closed"),
    ("farmer", "won"),
    ("farmer", "closed"),
    ("farmer", "revenue"),
)
SAME = 1e-9  # of a figure: the last bits of a double are no restatement
SAME_MONEY = 0.005


def _state(frame) -> pd.DataFrame:
    """Deals as text and numbers: deal_id, status, closed_at (YYYY-MM-DD), amount, manager, channel,
    title.
    """
    table = frame.select("deal_id", *STATE).sort("deal_id").collect(backend="pandas").to_native()
    return table.assign(closed_at=table["closed_at"].dt.strftime("%Y-%m-%d"))


def month_deals(book: Book) -> pd.DataFrame:
    """Deals of the department closed in the month, as they are now known: deal_id, and the columns
    of `STATE`.
    """
    return _state(book.department.deals.filter(within("closed_at", book.month)))


def publish(folder: Path, book: Book, names: dict[str, str], made: list[str]) -> None:
    """Keep the first figures of a complete month; later runs leave them as they are.

    `made` : names of the files of the channels whose pages are whole: what was not published counts
    as nothing. The deals of a channel are kept with its own page or with that of the department,
    whichever comes first.
    """
    if book.as_of < pd.Period(book.month, "M").end_time.date():
        return
    target = folder.parent / FOLDER / book.month
    kept = _published_deals(folder, book.month)
    before = published_channels(folder, book.month)
    first = {}
    for name in names.values():
        metrics, place = folder / "metrics" / f"{name}.json", target / f"{name}.json"
        if name in made and not place.exists() and (figures := read_json(metrics)):
            first[place] = figures
    if not first:
        return
    # a channel counts as published once its figures stand there: they come after its deals, so that
    # a run that is killed between them has published nothing
    files: dict[Path, str | bytes] = {place: json_text(value) for place, value in first.items()}
    if DEPARTMENT in before:
        write_together(files)
        return
    deals = _of_channels(month_deals(book), {value["channel"] for value in first.values()})
    if kept is not None:
        deals = pd.concat([kept, deals[~deals["deal_id"].isin(kept["deal_id"])]]).sort_values(
            "deal_id"
        )
    write_together(
        {
            target / "places.csv": deals[PLACES].to_csv(index=False),
            target / "deals.csv": deals[COLUMNS].to_csv(index=False),
            **files,
        }
    )


def published_channels(folder: Path, month: str) -> set[str]:
    """Channels whose page of the month was published; the department has its own name."""
    found = [read_json(path) for path in sorted((folder.parent / FOLDER / month).glob("*.json"))]
    return {one["channel"] for one in found if isinstance(one, dict) and "channel" in one}


def _of_channels(deals: pd.DataFrame, channels: set[str]) -> pd.DataFrame:
    """Those deals of the month that stood on a page of these channels."""
    return deals if DEPARTMENT in channels else deals[deals["channel"].isin(channels)]


def _published_deals(folder: Path, month: str) -> pd.DataFrame | None:
    """Deals of the month as published, with manager, channel and title where they were kept; None:
    never published.
    """
    source, channels = folder.parent / FOLDER / month, published_channels(folder, month)
    if not (source / "deals.csv").exists() or not channels:
        return None
    before = pd.read_csv(source / "deals.csv", dtype=str, keep_default_na=False)
    before["amount"] = pd.to_numeric(before["amount"].replace("", None))
    if not (source / "places.csv").exists():
        return before.assign(manager="", channel="", title="")
    places = pd.read_csv(source / "places.csv", dtype=str, keep_default_na=False)
    return _of_channels(before.merge(places, on="deal_id", how="left"), channels)


def moved_deals(folder: Path, book: Book) -> pd.DataFrame:
    """Deals of the month that are not as they were published.

    Returns
    -------
    DataFrame, one row per deal, sorted by its number
        deal_id; status, closed_at, amount, manager, channel, title as the export has them today,
        and the same with ``_before`` as published (missing where the deal was not of the month, or
        is no more in the export); what: list of codes of what happened: gone, reopened, month, new,
        lost, won, amount, day, channel, manager
    """
    columns = ["deal_id", *STATE, *(f"{c}_before" for c in STATE), "what"]
    before = _published_deals(folder, book.month)
    if before is None:
        return pd.DataFrame(columns=columns)
    now = _of_channels(month_deals(book), published_channels(folder, book.month))
    ids = sorted({*before["deal_id"], *now["deal_id"]})
    table = pd.DataFrame({"deal_id": pd.Series(ids, dtype=object)}).merge(
        _today(book, ids), on="deal_id", how="left"
    )
    table = table.merge(
        before.rename(columns={c: f"{c}_before" for c in STATE}), on="deal_id", how="left"
    )
    listed = {*before["deal_id"]}, {*now["deal_id"]}
    table["what"] = [
        _what(row, *(row["deal_id"] in ids for ids in listed)) for row in table.to_dict("records")
    ]
    return table.loc[[bool(what) for what in table["what"]], columns].reset_index(drop=True)


def _today(book: Book, ids: list[str]) -> pd.DataFrame:
    """The deals as the whole export has them, also those that closed after the month."""
    day = str(max(book.snapshot, book.as_of))
    whole = open_book(book.params, book.month, None, day, source=book._source)
    return _state(whole.deals.filter(nw.col("deal_id").is_in(ids)))


def _what(row: dict, was: bool, still: bool) -> list[str]:
    """What happened to one deal, in codes; none when it is as it was."""
    if not still:
        if pd.isna(row["status"]):
            return ["gone"]
        return (
            ["month"] if row["status"] != "open" and not pd.isna(row["closed_at"]) else ["reopened"]
        )
    if not was:
        return ["new"]
    amounts = row["amount"], row["amount_before"]
    blank = [pd.isna(amount) for amount in amounts]
    other_amount = (
        blank[0] != blank[1] if any(blank) else abs(amounts[0] - amounts[1]) >= SAME_MONEY
    )
    return [
        *([row["status"]] if row["status"] != row["status_before"] else []),
        *(["amount"] if other_amount else []),
        *(["day"] if row["closed_at"] != row["closed_at_before"] else []),
        *(
            name
            for name in ("channel", "manager")
            if _other_place(row[name], row[f"{name}_before"])
        ),
    ]


def _other_place(now, before) -> bool:
    """Whether a deal belongs elsewhere; what was not kept, and the small channels that share a
    page, say nothing.
    """
    known = not pd.isna(now) and not pd.isna(before) and before != ""
    return known and OTHER not in (now, before) and now != before


def of_channel(moved: pd.DataFrame, channel: str | None) -> pd.DataFrame:
    """The moved deals that were or are of a channel; all of them for the department."""
    own = (
        moved
        if channel is None
        else moved[(moved["channel"] == channel) | (moved["channel_before"] == channel)]
    )
    return own.reset_index(drop=True)


def moved_figures(before: dict | None, now: dict | None) -> list[dict]:
    """Published figures of a channel that are others now: part, figure, before, now (numbers; None:
    no such figure).

    >>> moved_figures({"conversion": {"won": 2, "closed": 5}}, {"conversion": {"won": 1,
    ...     "closed": 5}})
    [{'part': 'conversion', 'figure': 'won', 'before': 2, 'now': 1}]
    """
    # a name of a file can pass to another channel
    if not before or not now or before.get("channel") != now.get("channel"):
        return []
    found = []
    for part, figure in FIGURES:
        if _unknown(now, part):
            continue
        then, today = (_of(metrics, part).get(figure) for metrics in (before, now))
        if (then is None) != (today is None) or (
            then is not None and abs(then - today) > SAME * max(1, abs(then))
        ):
            found.append({"part": part, "figure": figure, "before": then, "now": today})
    return found


def _of(metrics: dict, part: str) -> dict:
    return metrics.get(part) or (metrics.get("functions") or {}).get(part) or {}


def _unknown(metrics: dict, part: str) -> bool:
    """Whether the section that records the part could not be made: nothing moved as far as is
    known.
    """
    own = metrics.get(part, {}) if part in metrics else metrics.get("functions", {})
    return own is None or (bool(own) and all(value is None for value in own.values()))


def published_metrics(folder: Path, month: str, name: str) -> dict | None:
    """The metrics of a channel as they were published; None: it was not."""
    return read_json(folder.parent / FOLDER / month / f"{name}.json")


def restated(folder: Path, month: str) -> list[dict]:
    """Channels with a published figure that is another now: name (of the file), channel, figures
    (`moved_figures`).
    """
    found = []
    for path in sorted((folder.parent / FOLDER / month).glob("*.json")):
        now = read_json(folder / "metrics" / path.name)
        figures = moved_figures(read_json(path), now)
        if figures:
            found.append({"name": path.stem, "channel": now["channel"], "figures": figures})
    return found
