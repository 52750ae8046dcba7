"""What conversion would be if another heading were the status or the closing date: said beside a
guess that others rival.
"""

import datetime as dt

from salesnb.errors import SalesnbError
from salesnb.params import make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.seen import Seen
from salesnb.source.settling import Lists, share, won_of_closed

MOVING = ("closed_at", "status")  # columns that decide whether and when a deal counts


def effects(seen: Seen, told: dict, lists: Lists, comments: dict[tuple, str]) -> None:
    """Add to the comment of each such column what the next best heading would make of
    conversion.
    """
    for column in MOVING:
        pair = seen.pairs.get(column)
        if pair is None or not pair.others or seen.lacking:
            continue
        words = {"status": lists.told()} if column != "status" and lists.told() else {}
        now = _counted(seen, told, {}, {"status": lists.told()} if lists.told() else {})
        other = _counted(seen, told, {column: pair.others[0]}, words)
        said = (
            f"conversion {share(*now)}, by {pair.others[0]} {share(*other) if other else 'none'}"
            if now
            else ""
        )
        place = ("columns", "deals", column)
        comments[place] = "; ".join(part for part in (comments.get(place, ""), said) if part)


def _counted(
    seen: Seen, told: dict, change: dict[str, str], values: dict
) -> tuple[int, int] | None:
    """Won and closed deals with a date, as the params with a change would count them; None where
    they cannot be read.
    """
    data = {name: told["data"][name] for name in ("preset", "deals")}
    columns = {"deals": told.get("columns", {}).get("deals", {}) | change}
    con = connect()
    try:
        make_canonical(
            con,
            make_params(
                told | {"data": data, "columns": columns, "values": values}, root=seen.params.root
            ),
            dt.date.today(),
        )
        return won_of_closed(con)
    except SalesnbError:
        return None
    finally:
        con.close()
