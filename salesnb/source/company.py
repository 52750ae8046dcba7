"""Everything that a company handed over besides its deals, as the params have it: tables, joins,
their evidence.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from salesnb.schema import TABLES
from salesnb.source.concepts import concepts
from salesnb.source.given import LOOKED_AT
from salesnb.source.links import Link, lead_of_deal, links_of, shared_keys
from salesnb.source.presets import Preset
from salesnb.source.roles import Seat, parts_of, settle_owners, source_of, values_of

MOST_CHANNELS = 30  # different names: more are no channels


@dataclass(frozen=True)
class Company:
    """The files of a company, which of them are the deals, and the CRM that wrote them."""

    seats: list[Seat]
    deals: list[Seat]
    preset: Preset

    @property
    def tables(self) -> dict[str, list[Seat]]:
        """Canonical table → its files, without the deals."""
        found: dict[str, list[Seat]] = {}
        for seat in self.seats:
            if seat.table and seat not in self.deals:
                found.setdefault(seat.table, []).append(seat)
        return {table: found[table] for table in TABLES if table in found}


@dataclass
class Beside:
    """What the params say besides the deals.

    Attributes
    ----------
    sources, columns : table → its source; table → column → heading, as far as the preset does not
        know it
    links : joins
    offers : headings of other files that could be the channel, with their numbers of names;
        `offered`: the join that would bring each
    notes : lines for the user
    comments : place in the params → evidence
    """

    sources: dict[str, object] = field(default_factory=dict)
    columns: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    offers: list[tuple[str, int]] = field(default_factory=list)
    offered: dict[str, Link] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    comments: dict[tuple, str] = field(default_factory=dict)

    @property
    def joins(self) -> list[dict]:
        return [link.told() for link in self.links]

    def take_channel(self, heading: str) -> None:
        """Make `heading` the channel: by the join that brings it already, else by one
        of its own.
        """
        link = self.offered[heading]
        link.made["channel"] = [heading]
        if link not in self.links:
            self.links.append(link)

    def without(self, table: str) -> None:
        """Forget a table and what was joined to it."""
        self.sources.pop(table, None)
        self.columns.pop(table, None)
        self.links = [link for link in self.links if link.table != table]


def beside(con: duckdb.DuckDBPyConnection, company: Company, mapping: dict[str, str]) -> Beside:
    """Tables and joins of a company; `mapping` is that of the deals."""
    found = Beside()
    used = {id(seat.given) for seat in company.deals}
    deals = company.deals[0]
    deals.known = dict(mapping)
    settle_owners(con, company.seats, deals)
    for seat in company.seats:
        if seat.table in ("stages", "owners") and _of_no_deal(con, seat, deals):
            seat.table = ""
    own = links_of(con, deals, company.seats)
    for link in (
        own
    ):  # what names the stages or reasons of the deals is no list of clients, nor of sales reps
        seat = next(one for one in company.seats if one.given is link.given)
        if seat.table == "clients" or (seat.table == "managers" and link.column != "manager"):
            seat.table = ""
    for table, seats in company.tables.items():
        _table(found, table, seats)
        used |= {id(seat.given) for seat in seats}
    found.links += own
    for base in (seat for seats in company.tables.values() for seat in seats):
        found.links += links_of(con, base, company.seats)
    _shared(con, found, company, mapping)
    if "leads" in company.tables and (lead := lead_of_deal(con, deals, company.tables["leads"][0])):
        found.links.append(lead)
    used |= {id(link.given) for link in found.links}
    for link in found.links:
        made = "; ".join(f"{column} = {' + '.join(names)}" for column, names in link.made.items())
        found.notes.append(
            f"join: {link.table}.{link.heading} → {link.given.label}.{link.key}: {made} "
            f"({link.evidence})"
        )
    _unused(found, company, used)
    return found


def _of_no_deal(con, seat: Seat, deals: Seat) -> bool:
    """Whether what a file has for the ids of deals meets not one of them, where all ids of both
    were looked at.
    """
    own, theirs = seat.mapping.get("deal_id"), deals.mapping.get("deal_id")
    if own not in seat.given.raw.headings or theirs not in deals.given.raw.headings:
        return False
    ids, there = values_of(con, deals.given, theirs), values_of(con, seat.given, own)
    return max(len(ids), len(there)) < LOOKED_AT and not ids & there


def _table(found: Beside, table: str, seats: list[Seat]) -> None:
    found.sources[table] = source_of(seats)
    named = _named(seats)
    if named:
        found.columns[table] = named
    seat = seats[0]
    for column, one in seat.columns.items():
        if told := evidence(one):
            found.comments["columns", table, column] = told
    rivals = [name for name, score in seat.rivals.items() if score > 0.8 * seat.score]
    fits = f"{len(seat.mapping)} of {len(seat.given.raw.headings)} headings fit"
    if rivals:
        fits += f"; could also be {', '.join(rivals)}"
    found.comments["data", table] = fits
    parts = {column: [heading] for column, heading in seat.mapping.items()} | seat.several
    mapped = ", ".join(f"{column} = {' + '.join(made)}" for column, made in parts.items())
    labels = ", ".join(one.given.label for one in seats)
    if table == "plans" and (metrics := seat.several.get("value")):
        found.notes.append(_of_metrics(seat, metrics))
    found.notes.append(f"{table}: {labels} ({fits}): {mapped}")


def _of_metrics(seat: Seat, metrics: list[str]) -> str:
    """What a list of plans with a column for each metric is read as, and what of it is not."""
    used = {*metrics, *seat.mapping.values()}
    rest = [h for h in seat.given.raw.headings if h not in used and seat.profile(h).numbers >= 0.5]
    told = f"plans: each of {', '.join(metrics)} is a metric of its own"
    if rest:
        told += (
            f"; not read, for they name no metric that salesnb knows: {', '.join(rest)}. If one is "
            "a plan, add it under `columns: plans: value:` and name it under `values: "
            f"plans.metric: {{calls_out: [{rest[0]}]}}`"
        )
    return told


def _named(seats: list[Seat]) -> dict[str, str | list[str]]:
    """Canonical column → heading or headings that the params must name, of all files of a table."""
    every = dict.fromkeys(column for seat in seats for column in seat.mapping)
    found = {}
    for column in every:
        made = [
            seat.named.get(column) or [seat.mapping[column]]
            for seat in seats
            if column in seat.mapping
        ]
        headings = list(dict.fromkeys(heading for one in made for heading in one))
        if len(headings) > 1 or any(column in seat.columns for seat in seats):
            found[column] = headings[0] if len(headings) == 1 else headings
    return found


def evidence(one: Any) -> str:
    """What a pairing stands on, where it is no certain one or others fit as well."""
    marked = "" if one.sure else "likely"
    others = f"also fits: {', '.join(one.others)}" if one.others else ""
    return "; ".join(part for part in (marked, others) if part)


def _shared(con, found: Beside, company: Company, mapping: dict[str, str]) -> None:
    """Teams, regions and heads that another file says of the owners; a name of few could be the
    channel.
    """
    for link, more in shared_keys(con, company.deals[0], company.seats):
        joined = replace(link, made={})
        made = joined.made
        seat = next(seat for seat in company.seats if seat.given is link.given)
        for heading in more:
            few = (
                2 <= seat.profile(heading).distinct <= MOST_CHANNELS
                and seat.profile(heading).times < 0.5
            )
            told = set(concepts(heading))
            if (
                link.column == "manager"
                and "team" in told
                and "team" not in mapping
                and "team" not in made
            ):
                made["team"] = [heading]
            elif link.column == "product" and few:
                made[heading] = [heading]
            asked = link.column == "manager" and not {"channel", "source"} & set(mapping)
            if (
                few
                and asked
                and not told & {"owner", "user", "person", "head", "email", "phone", "name", "id"}
            ):
                found.offers.append((heading, seat.profile(heading).distinct))
                found.offered[heading] = joined
        if made:
            found.links.append(joined)


def _unused(found: Beside, company: Company, used: set[int]) -> None:
    for seat in company.seats:
        if id(seat.given) not in used and seat.rivals:
            best = max(seat.rivals, key=lambda table: seat.rivals[table])
            if best not in company.tables:
                found.notes.append(f"not used: {seat.given.label}; as {best} it fits too little")
                continue
            found.notes.append(
                f"not used: {seat.given.label} could be {best}, which another file of other "
                "headings is already"
            )
        elif id(seat.given) not in used:
            found.notes.append(
                f"not used: {seat.given.label} is not needed for the deals, and no table that "
                f"salesnb knows; it has {', '.join(seat.given.raw.headings[:12])}"
            )
    for seats in [*company.tables.values(), company.deals]:
        read = parts_of(seats)
        for seat in [seat for seat in seats if seat not in read]:
            found.notes.append(
                f"not used: {seat.given.label} is {seat.table} too; a table is read from files, "
                "from sheets of one workbook with the "
                "same headings, or from one query"
            )
