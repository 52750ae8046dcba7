"""Which CRM wrote an export, and a params file that runs on it as it is."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import yaml

from salesnb.errors import DataError, ParamError
from salesnb.params import Params, make_params, project_root
from salesnb.schema import TABLES
from salesnb.source.currency import currency_code
from salesnb.source.engine import connect
from salesnb.source.headings import fold_heading
from salesnb.source.mapping import entered_headings, stand_ins
from salesnb.source.numbers import currency_sql
from salesnb.source.parsed import Settings, fold
from salesnb.source.presets import CANONICAL, PRESETS, SYNONYMS, Preset
from salesnb.source.read import RawTable, quoted, read_source
from salesnb.source.times import parse_time

NEEDED = 3  # headings that only one CRM writes: fewer do not make it that CRM
MOST_WORDS = 25


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


def init(exports: list[str], out: Path) -> Iterator[str]:
    """Write a params file for an export of deals; the lines say what was recognised and what could not be mapped.

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
    paths = [_from_root(path, root) for path in exports]
    con = connect()
    first = make_params({"company": "x", "data": {"deals": paths[0]}}, root=root)
    wanted = {fold_heading(s) for p in PRESETS.values() for names in p.headings.values() for s in names}
    wanted |= {fold_heading(s) for names in SYNONYMS.values() for s in names}
    raw = read_source(con, paths[0], "deals", first, wanted)
    preset = recognise(raw.headings)
    columns = _columns(raw, preset)
    lacking = [n for n in TABLES["deals"].required if n not in columns | _known(raw, preset)]
    if lacking:
        raise DataError(
            f"deals: no column for {', '.join(lacking)} in {paths[0]}. It has: {', '.join(raw.headings)}. "
            "Write the params by hand after params/sample.yaml, or export all columns."
        )
    text, notes = _params_text(con, raw, preset, columns, paths, first)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    yield f"recognised: {preset.title}"
    yield from notes
    yield f"written: {out}. Next: salesnb check --params {out}"


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


def _columns(raw: RawTable, preset: Preset) -> dict[str, str]:
    """Columns that the params must name: found by their usual names, not known to the preset."""
    known = _known(raw, preset)
    by_fold = {fold_heading(h): h for h in raw.headings}
    taken, found = set(known.values()), {}
    for column, names in SYNONYMS.items():
        if column in known and not (column == "status" and known["status"] == known.get("stage")):
            continue
        heading = next(
            (by_fold[fold_heading(n)] for n in names if by_fold.get(fold_heading(n)) not in taken | {None}), None
        )
        if heading:
            found[column] = heading
            taken.add(heading)
    if "status" not in found | known and "stage" in found:
        found["status"] = found["stage"]
    return found


def _params_text(
    con, raw: RawTable, preset: Preset, columns: dict, paths: list[str], params: Params
) -> tuple[str, list[str]]:
    mapping = _known(raw, preset) | columns
    words = _status_words(con, raw, mapping)
    status = {
        kind: [w for w, _ in words if fold(w) in {fold(x) for x in known}] for kind, known in _ends(preset).items()
    }
    rest = [(w, n) for w, n in words if w not in status["won"] + status["lost"]]
    notes = [f"columns: {', '.join(f'{c} = {h}' for c, h in mapping.items())}"]
    unmapped = [h for h in raw.headings if h not in mapping.values() and h not in entered_headings(raw.headings)]
    if unmapped:
        notes.append(f"kept as they are, not mapped: {', '.join(unmapped[:20])}" + (" …" if len(unmapped) > 20 else ""))
    missing = [n for n in ("channel", "amount", "stage", "lost_reason", "client_id", "source") if n not in mapping]
    if missing:
        notes.append(f"not found: {', '.join(missing)}. Name them under `columns: deals:` if they have other headings")
    if not status["won"] or not status["lost"]:
        notes.append(
            f"no word for {' or '.join(k for k in status if not status[k])} was recognised: correct `values: status` before you run; the words are {', '.join(f'{w} ({n})' for w, n in words[:12])}"
        )
    told = {
        "company": Path(paths[0]).stem.replace("_", " ").replace("-", " ").title(),
        "language": "ru" if any("а" <= c.lower() <= "я" for h in raw.headings for c in h) else "en",
        "timezone": "Europe/Moscow" if preset.name in ("amocrm", "bitrix24") else "UTC",
        "currency": _currency(con, raw, mapping),
        "country": "RU" if preset.name in ("amocrm", "bitrix24") else "US",
        "data": {"preset": preset.name, "deals": paths[0] if len(paths) == 1 else paths},
    }
    if columns:
        told["columns"] = {"deals": columns}
    told["values"] = {
        "status": {k: v for k, v in status.items() if v} | ({"open": [w for w, _ in rest]} if rest else {})
    }
    order = _stage_order(con, raw, mapping, [w for w, _ in rest], params)
    if order:
        told["stage_order"] = order
    body = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)
    counts = "\n".join(f"#   {w}: {n}" for w, n in words)
    head = f"# Written by salesnb init from {preset.title}. Every key is explained in docs/codebook.md.\n# Status words in the export and on how many rows they stand:\n{counts}\n"
    return head + body, notes


def _ends(preset: Preset) -> dict[str, tuple[str, ...]]:
    return {"won": preset.won, "lost": preset.lost}


def _status_words(con: duckdb.DuckDBPyConnection, raw: RawTable, mapping: dict) -> list[tuple[str, int]]:
    heading = quoted(mapping["status"])
    return con.execute(
        f"""SELECT trim({heading}), count(*) AS n FROM {raw.relation} WHERE {heading} IS NOT NULL
            GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST_WORDS}"""
    ).fetchall()


def _currency(con, raw: RawTable, mapping: dict) -> str:
    """The most frequent currency of the file: from its own column, else from the amounts."""
    column = mapping.get("currency")
    sql = (
        f"trim({quoted(column)})"
        if column
        else currency_sql(quoted(mapping["amount"]))
        if "amount" in mapping
        else "NULL"
    )
    found = con.execute(
        f"SELECT {sql} AS c, count(*) AS n FROM {raw.relation} GROUP BY 1 HAVING c IS NOT NULL ORDER BY n DESC, c"
    ).fetchall()
    known = [code for word, _ in found if (code := currency_code(word))]
    russian = any("а" <= c.lower() <= "я" for h in raw.headings for c in h)
    return known[0] if known else "RUB" if russian else "USD"


def _stage_order(con, raw: RawTable, mapping: dict, open_words: list[str], params: Params) -> list[str]:
    """A guess: open stages by the mean age of the deals in them, youngest first; correct it by hand."""
    if "stage" not in mapping or len(open_words) < 2:
        return []
    created = parse_time(con, raw.relation, mapping["created_at"], Settings(params.timezone), "init").expression
    stage = quoted(mapping["stage"])
    found = con.execute(
        f"""SELECT trim(r.{stage}) AS s, avg(epoch({created})) AS age FROM {raw.relation} r WHERE r.{stage} IS NOT NULL
            GROUP BY 1 ORDER BY age DESC NULLS LAST, s"""
    ).fetchall()
    return [s for s, _ in found if s in open_words]
