"""Which of several columns of creation is that of the deal: a copy of the CRM has also the time at
which it copied.
"""

import duckdb

from salesnb.source.match import LIKELY, Match, Profile, heading_score
from salesnb.source.parsed import Settings
from salesnb.source.read import RawTable, quoted
from salesnb.source.times import parse_time

# of the closed deals: so many closed before they were created, and it is not their creation
MOST = 0.05


def created_before_closed(
    con: duckdb.DuckDBPyConnection, raw: RawTable, mapping: dict, seen: dict[str, Profile]
) -> Match | None:
    """Another heading of creations by which fewer deals closed before they began; None where the
    mapped one will do.

    Parameters
    ----------
    con, raw : the engine and the raw deals
    mapping : canonical column → heading
    seen : heading → what its values look like
    """
    now, closed = mapping.get("created_at"), mapping.get("closed_at")
    if now not in raw.headings or closed not in raw.headings:
        return None
    others = [
        h
        for h, one in seen.items()
        if h not in (now, closed)
        and one.times >= 0.9
        and heading_score("deals", "created_at", h) >= LIKELY
    ]
    if not others:
        return None
    if _share(con, raw, now, closed) <= MOST:
        return None
    shares = {heading: _share(con, raw, heading, closed) for heading in others}
    best = min(shares, key=lambda heading: shares[heading])
    return Match(best, LIKELY, (now,)) if shares[best] <= MOST else None


def _share(con, raw: RawTable, created: str, closed: str) -> float:
    """The share of deals that closed on a day before the one on which they were created."""
    days = [
        parse_time(con, raw.relation, heading, Settings("UTC"), f"creation_{number}").expression
        for number, heading in enumerate((created, closed))
    ]
    before, of = con.execute(
        f"SELECT count(*) FILTER (({days[1]})::DATE < ({days[0]})::DATE), count(*) FROM "
        f"{raw.relation} r "
        f"WHERE r.{quoted(created)} IS NOT NULL AND r.{quoted(closed)} IS NOT NULL"
    ).fetchall()[0]
    return before / of if of else 0.0
