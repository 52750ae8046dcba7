"""An export as `init` saw it."""

from dataclasses import dataclass, field

import duckdb

from salesnb.params import Params
from salesnb.source.company import Company
from salesnb.source.flags import Flags, flags_of
from salesnb.source.match import Match
from salesnb.source.presets import Preset
from salesnb.source.read import RawTable

# what a report cannot say without a column
MEANS = {
    "deal_id": "Without an id a deal cannot be told from another.",
    "manager": "Without an owner no sales rep can be told from another.",
    "created_at": "Without it no deal can be counted in a month.",
    "status": "Without it no deal is won or lost, and there is no conversion.",
    "closed_at": "Without a closing date no deal can be counted in a month until `columns: deals: "
    "closed_at:` names its heading.",
}


OPTIONAL = ("channel", "amount", "stage", "lost_reason", "client_id", "source")


@dataclass(frozen=True)
class Seen:
    """An export as `init` saw it: the engine, its raw table, the CRM, canonical name → heading,
    those that must be named.

    `pairs` : the pairing behind each that must be named; `company` : the other files; `lacking`
    : required columns that are not there; `ends` : won, lost, open → words of a column of yes and
    no
    """

    con: duckdb.DuckDBPyConnection
    raw: RawTable
    preset: Preset
    mapping: dict[str, str]
    named: dict[str, str | list[str]]
    params: Params
    pairs: dict[str, Match]
    company: Company
    lacking: tuple[str, ...] = ()
    ends: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, columns: str, rest: str = "") -> list[tuple]:
        """Rows of SELECT `columns` FROM the raw table, alias ``r``, and the `rest` of the query."""
        return self.con.execute(f"SELECT {columns} FROM {self.raw.relation} r {rest}").fetchall()

    @property
    def flags(self) -> Flags | None:
        """The CRM's own columns that say how a deal stands; None without any."""
        found = flags_of(self.raw.headings, self.preset)
        return found if found and found.headings and not self.ends else None

    @property
    def russian(self) -> bool:
        return any(
            "а" <= letter.lower() <= "я" for heading in self.raw.headings for letter in heading
        )
