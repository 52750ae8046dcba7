"""An export read the other way: how many deals would be won and lost if an assumption
were wrong.
"""

import contextlib
import datetime as dt
import hashlib
import json
import threading
from pathlib import Path

import pandas as pd

from salesnb.errors import SalesnbError
from salesnb.params import Params, make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.folders import WRITING
from salesnb.source.leftovers import mark
from salesnb.source.parsed import Assumption
from salesnb.source.store import contents

COLUMNS = ("channel", "day", "won", "lost")
# what decides whether a deal is won or lost, when, and in which channel: the other tables change
# neither
NEEDED = ("deals", "reading", "preset", "joins")


def with_change(params: Params, change: dict) -> Params:
    """The params with `change` laid over them, reading deals alone.

    >>> params = make_params({"company": "A", "data": {"deals": "d.csv", "touches": "t.csv"}})
    >>> found = with_change(params, {"data": {"reading": {"dates": "month first"}}})
    >>> found.data.reading.dates, found.data.touches
    ('month first', None)
    """
    told = params.model_dump(mode="json", by_alias=True, exclude_unset=True)
    told["data"] = {name: value for name, value in told["data"].items() if name in NEEDED}
    told["data"]["joins"] = [
        join for join in told["data"].get("joins", []) if join["table"] == "deals"
    ]
    return make_params(_laid_over(told, change), root=params.root)


def _laid_over(below: dict, above: dict) -> dict:
    found = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _laid_over(found[key], value) if both else value
    return found


def read_otherwise(
    params: Params,
    assumed: list[Assumption],
    folder: Path | None,
    today: dt.date,
    inputs: dict[str, str] | None = None,
) -> list[pd.DataFrame]:
    """Per assumption the closed deals of closers as they would be under its other reading.

    Parameters
    ----------
    params : of the company; only the deals and what is joined to them are read
    assumed : what was assumed; one without a change gives an empty table
    folder : where the counts are kept once they are known, beside what was read; None: nowhere
    inputs : what the files and queries held when they were read (`Stored.inputs`); an export that
        is another by now is not counted

    Returns
    -------
    list of DataFrame: channel, day ("2026-09-05"; missing for closings without a date), won, lost;
    empty where the export cannot be read that way
    """
    return [_counts(params, one.change, folder, today, inputs) for one in assumed]


def _counts(
    params: Params, change: dict, folder: Path | None, today: dt.date, inputs
) -> pd.DataFrame:
    if not change:
        return pd.DataFrame(columns=list(COLUMNS))
    name = hashlib.sha256(
        json.dumps(change, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()[:16]
    kept = None if folder is None else folder / f"otherwise-{name}.json"
    if kept is not None:
        with contextlib.suppress(OSError, ValueError):  # not there yet, or damaged: counted anew
            return pd.DataFrame(json.loads(kept.read_text(encoding="utf-8")), columns=list(COLUMNS))
    rows = _read(params, change, today, inputs)
    if rows is None:
        return pd.DataFrame(columns=list(COLUMNS))
    if kept is not None:
        own = kept.parent.with_name(f"{WRITING}{mark()}{threading.get_ident()}")
        with contextlib.suppress(OSError):
            own.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
            own.replace(kept)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _read(
    params: Params, change: dict, today: dt.date, inputs: dict[str, str] | None
) -> list[list] | None:
    """The counts; none where the export cannot be read so, None where it is no more the one that
    was read.
    """
    try:
        other = with_change(params, change)
        con = connect(other)
        made = make_canonical(con, other, today)
        if inputs is not None and not inputs.items() >= contents(other, made).items():
            return None
    except SalesnbError:  # not a reading that is possible
        return []
    found = con.execute(
        """SELECT channel, strftime(closed_at, '%Y-%m-%d') AS day, count(*) FILTER (status = 'won'),
           count(*) FILTER (status = 'lost')
           FROM c_deals WHERE "function" = 'closer' AND status <> 'open' GROUP BY 1, 2 ORDER BY 1,
           2"""
    ).fetchall()
    return [list(row) for row in found]
