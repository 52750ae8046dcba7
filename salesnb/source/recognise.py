"""Which CRM wrote an export, and a params file that runs on it as it is."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from salesnb.errors import DataError, ParamError
from salesnb.params import Params, make_params, project_root
from salesnb.schema import TABLES
from salesnb.source.engine import connect
from salesnb.source.files import missing_file
from salesnb.source.flags import flags_of
from salesnb.source.guess import MEANS, Seen, params_text
from salesnb.source.headings import fold_heading
from salesnb.source.mapping import ROW, closings_apart, stand_ins
from salesnb.source.match import heading_score, match
from salesnb.source.presets import CANONICAL, PRESETS, Preset
from salesnb.source.profile import profiles
from salesnb.source.read import RawTable, read_source
from salesnb.source.typed import settings_of
from salesnb.source.wanted import Wanted

NEEDED = 3  # headings that only one CRM writes: fewer do not make it that CRM


def recognise(headings) -> Preset:
    """The CRM whose own headings are there; the canonical preset where none is sure.

    >>> recognise(["Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Status"]).name
    'pipedrive'
    >>> recognise(["opportunity_id", "sales_agent"]).name
    'canonical'
    """
    there = {fold_heading(h) for h in headings}
    scores = {p.name: _score(p, there) for p in PRESETS.values() if p.marks}
    best = max(scores, key=lambda name: (scores[name], name))
    marks = len({fold_heading(m) for m in PRESETS[best].marks} & there)
    return PRESETS[best] if marks >= NEEDED else CANONICAL


def _score(preset: Preset, there: set[str]) -> tuple[int, int]:
    known = {fold_heading(s) for spelled in preset.headings.values() for s in spelled}
    return len({fold_heading(m) for m in preset.marks} & there), len(known & there)


def init(exports: list[str], out: Path, command: str = "salesnb") -> Iterator[str]:
    """Write a params file for an export of deals; the lines say what was recognised and what could not be mapped.

    `command` is how the user calls salesnb, for the next step.

    Raises
    ------
    ParamError
        There is a file at `out` already.
    DataError
        The export cannot be read, or a required column cannot be found in it: the message lists the headings.
    """
    if out.exists():
        raise ParamError(f"{out} exists already: name another with --out, or remove it.")
    root = project_root((out if out.is_absolute() else Path.cwd() / out).resolve())
    _all_there(exports)
    paths = [_from_root(path, root) for path in exports]
    con = connect()
    first = make_params({"company": "x", "data": {"deals": paths[0]}}, root=root)
    raw = read_source(con, paths[0], "deals", first, _all_headings())
    preset = recognise(raw.headings)
    columns = _columns(con, raw, preset, first)
    lacking = [n for n in TABLES["deals"].required if n not in columns | _known(raw, preset)]
    without_ids = lacking == ["deal_id"]
    if without_ids:
        columns["deal_id"] = ROW
    elif lacking:
        raise DataError(
            f"deals: no column for {', '.join(lacking)} in {paths[0]}. It has: {', '.join(raw.headings)}. "
            f"{MEANS[lacking[0]]} Export all columns, or write the params by hand after params/sample.yaml."
        )
    seen = Seen(con, raw, preset, _known(raw, preset) | columns, columns, first)
    text, notes = params_text(seen, paths)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    yield f"recognised: {preset.title}"
    yield from notes
    if without_ids:
        yield f"no ids: {MEANS['deal_id']} The params take the row of the file for it (`deal_id: {ROW}`); export the id if you can"
    yield f"written: {out}. Next: {command} check --params {shlex.quote(str(out))}"


def _all_headings() -> Wanted:
    """Headings of deals, of every CRM and of any other table: they find the heading row and the sheet."""
    tables = (preset.headings for preset in PRESETS.values())
    return Wanted((spelled for table in tables for names in table.values() for spelled in names), "deals")


def _all_there(exports: list[str]) -> None:
    for path in exports:
        if not any(mark in path for mark in "*?[") and not Path(path).exists():
            raise DataError(
                f"{missing_file(path, Path(path))} Name the export as it lies on the disk: salesnb init FOLDER/FILE."
            )


def _from_root(path: str, root: Path) -> str:
    full = Path(path).resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()


def _known(raw: RawTable, preset: Preset) -> dict[str, str]:
    """What the preset maps by itself: canonical column → heading."""
    by_fold = {fold_heading(h): h for h in raw.headings}
    found = {}
    for column in TABLES["deals"].readable:
        names = [*preset.headings.get(column, ()), column]
        heading = next((by_fold[fold_heading(n)] for n in names if fold_heading(n) in by_fold), None)
        if heading:
            found[column] = heading
    return found | stand_ins(raw.headings, preset, found)


def _columns(con, raw: RawTable, preset: Preset, params: Params) -> dict[str, str]:
    """Columns that the params must name: told by the words of their headings and by their values, not known to the preset."""
    known = _known(raw, preset)
    flags = flags_of(raw.headings, preset)
    flagged = flags is not None and bool(flags.headings)
    free = set(TABLES["deals"].readable) - set(known)
    if "status" in known and not flagged and known["status"] == known.get("stage"):
        free.add("status")  # a status of its own is surer than the stage that stands in for it
    taken = {*known.values(), *closings_apart(raw.headings, preset)}
    headings = [h for h in raw.headings if h not in taken and any(heading_score("deals", c, h) for c in free)]
    seen = profiles(con, raw, headings, settings_of("deals", params))
    found = {column: one.heading for column, one in match("deals", seen, free).items()}
    if "status" not in found | known and "stage" in found:
        found["status"] = found["stage"]
    return found
