"""Which heading of an export holds which canonical column."""

from collections.abc import Iterable

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.schema import TABLES
from salesnb.source.entered import entered_headings
from salesnb.source.flags import flags_of
from salesnb.source.headings import OWN, fold_heading, unlike
from salesnb.source.layouts import layout_headings
from salesnb.source.presets import PRESETS, Preset
from salesnb.source.read import RawTable
from salesnb.source.wanted import Wanted

ROW = "row"  # what `deal_id` is named where the export has no id: the row of the file stands for it
# columns that reading adds to a table and drops again: no heading may stand in their place
RESERVED = (
    *OWN,
    "_rid",
    "_fate",
    "_fate_value",
    "_raw_hash",
    "_line_hash",
    "_cell_currency",
    "_unread_amount",
    "_flag",
    "_deleted",
    "_id",
    "_stage",
    "_rule",
    "_rule_value",
    "_title",
    "_before",
    "_before_pipeline",
    "_phone",
    "status_word",
    "rule",
)


def preset_of(params: Params) -> Preset:
    """The preset that the params name."""
    return PRESETS[params.data.preset]


def wanted_headings(table: str, params: Params) -> Wanted:
    """Headings that a table may have: they find the heading row and the sheet."""
    names = set(TABLES[table].readable)
    names |= {heading for made in params.headings(table).values() for heading in made}
    for spelled in preset_of(params).wanted(table).values():
        names |= set(spelled)
    return Wanted(names | layout_headings(table), table)


def map_columns(raw: RawTable, table: str, params: Params) -> dict[str, str]:
    """Canonical column → heading: as the params say, else as the preset knows, else by the
    canonical name.

    Raises
    ------
    DataError
        A heading that the params name is not there, or a required column cannot be found: the
        message has the headings of the file and the line to write.
    """
    by_fold: dict[str, str] = {}
    for heading in raw.headings:
        by_fold.setdefault(fold_heading(heading), heading)
    joined = {
        fold_heading(h) for join in params.data.joins if join.table == table for h in join.columns
    }
    named = {
        n: made
        for n, made in params.headings(table).items()
        if not joined & {fold_heading(h) for h in made}
    }
    missing = {
        name: heading
        for name, made in named.items()
        for heading in made
        if fold_heading(heading) not in by_fold
        and (table, name, heading) != ("deals", "deal_id", ROW)
    }
    if missing:
        raise DataError(
            "\n".join(
                f"{table}: columns: {table}: {name}: there is no heading {heading!r} in "
                f"{', '.join(raw.files)}; it has {list(raw.headings)}."
                for name, heading in missing.items()
            )
        )
    preset = preset_of(params)
    spelled = preset.wanted(table)
    given = raw.shape.given if raw.shape else {}
    found: dict[str, str] = {}
    for column in TABLES[table].readable:
        if column in given and column not in named:
            if made := given[column]:
                found[column] = made
            continue
        choices = named[column][:1] if column in named else [*spelled.get(column, ()), column]
        place = next(
            (by_fold[fold_heading(c)] for c in choices if fold_heading(c) in by_fold), None
        )
        if place is not None:
            found[column] = place
    if table == "deals":
        found |= stand_ins(raw.headings, preset, found)
        if named.get("deal_id") == (ROW,):
            found.setdefault("deal_id", ROW)
    return _checked(found, raw, table)


def stand_ins(headings: Iterable[str], preset: Preset, found: dict[str, str]) -> dict[str, str]:
    """Columns of deals for which another heading stands in: the stage or a flag for the status,
    closings apart for the closing date."""
    more = {}
    if "status" not in found and "stage" in found:
        more["status"] = found["stage"]
    elif "status" not in found and (flags := flags_of(headings, preset)) and flags.headings:
        more["status"] = flags.headings[0]
    if "closed_at" not in found and (apart := closings_apart(headings, preset)):
        more["closed_at"] = apart[0]
    return more


def closings_apart(headings: Iterable[str], preset: Preset) -> tuple[str, ...]:
    """Headings that each hold one kind of closing: when a deal was won, when it was lost, when an
    end stage was entered.

    Those of one kind alone are none: the deals that ended the other way would have no date and be
        in no month.

    >>> closings_apart(["Deal - ID", "Deal - Lost time", "Deal - Won time"], PRESETS["pipedrive"])
    ('Deal - Lost time', 'Deal - Won time')
    >>> closings_apart(["id", "won time", "Lost date"], PRESETS["canonical"])
    ('won time', 'Lost date')
    >>> closings_apart(["id", "won time"], PRESETS["canonical"])
    ()
    """
    won, lost = (
        _ends_at(headings, *kind)
        for kind in ((preset.won_times, preset.won), (preset.lost_times, preset.lost))
    )
    return tuple(h for h in headings if h in won | lost) if won and lost else ()


def _ends_at(headings, times: tuple[str, ...], stages: tuple[str, ...]) -> set[str]:
    """Headings of the times at which deals ended one way: by their names, or by the end stage that
    was entered.
    """
    named, ends, entered = (
        {fold_heading(h) for h in times},
        {fold(word) for word in stages},
        entered_headings(headings),
    )
    return {
        h
        for h in headings
        if fold_heading(h) in named or (h in entered and fold(entered[h][0]) in ends)
    }


def _checked(found: dict[str, str], raw: RawTable, table: str) -> dict[str, str]:
    lacking = [name for name in TABLES[table].required if name not in found]
    if lacking:
        example = ", ".join(f'{name}: "Heading"' for name in lacking)
        raise DataError(
            f"{table}: no column for {', '.join(lacking)} in {', '.join(raw.files)}. It has: "
            f"{', '.join(raw.headings)}. "
            f"Write in the params:\ncolumns:\n  {table}: {{{example}}}"
        )
    return found


def extra_headings(raw: RawTable, mapping: dict[str, str], table: str) -> dict[str, str]:
    """Name → heading of the columns that are kept besides the canonical ones."""
    taken = {name.casefold() for name in (*TABLES[table].names, *RESERVED)}
    used = set(mapping.values())
    names: dict[str, str] = {}
    for heading in raw.headings:
        if heading not in used:
            own = heading.casefold() not in taken
            name = unlike(heading if own else f"{heading} (export)", {n.casefold() for n in names})
            names[name] = heading
    return names
