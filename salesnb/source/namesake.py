"""The name of the owner, where the column that is mapped holds the owner's id: another column with
one name for each id.
"""

from collections.abc import Container

import duckdb

from salesnb.source.concepts import concepts
from salesnb.source.match import LIKELY, MANY, Match, Profile
from salesnb.source.parse import text_sql
from salesnb.source.read import RawTable, quoted

OF_NAMES = 0.8  # of the cells: so many are letters and spaces, or it is no column of names
OF_CODES = 0.2  # up to so many are: it is one of ids


def name_beside(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    owner: str,
    seen: dict[str, Profile],
    taken: Container[str],
) -> Match | None:
    """A column of names that has one name for each id of the owner, and one id for each name; None
    where there is none.

    Parameters
    ----------
    con, raw : the engine and the raw deals
    owner : heading that is mapped to the owner
    seen : heading → what its values look like
    taken : headings that other columns are mapped to: those of the client and of the title are
        looked at too
    """
    codes = seen.get(owner)
    if codes is None or codes.names > OF_CODES or codes.rows < MANY or codes.distinct < 2:
        return None
    could = [
        heading
        for heading, one in seen.items()
        if heading != owner
        and heading not in taken
        and one.names >= OF_NAMES
        and one.distinct == codes.distinct
        and {"name", "owner", "person", "user"} & set(concepts(heading))
    ]
    for heading in could:
        id_, name = (text_sql("r." + quoted(one)) for one in (owner, heading))
        pairs, ids, names = con.execute(
            f"""SELECT count(*), count(DISTINCT i), count(DISTINCT n)
                FROM (SELECT DISTINCT {id_} AS i, {name} AS n FROM {raw.relation} r WHERE i IS NOT
                NULL OR n IS NOT NULL)"""
        ).fetchall()[0]
        if pairs == ids == names:
            return Match(heading, LIKELY, (owner,))
    return None
