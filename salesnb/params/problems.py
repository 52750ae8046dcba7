"""What pydantic found, in one plain line per problem: the key as it stands in the file, what is
there, what may be there.
"""

import re
from typing import Any

from pydantic_core import ErrorDetails

from salesnb.errors import nearest, unknown
from salesnb.params.data import Data, FileSource, Join, Reading, SqlSource
from salesnb.params.models import ChannelSettings, Params, Pipeline, Target
from salesnb.params.strict import Strict
from salesnb.params.thresholds import Thresholds

SECTIONS: dict[str, type[Strict]] = {
    "data": Data,
    "reading": Reading,
    "thresholds": Thresholds,
    "target": Target,
    "joins": Join,
    "FileSource": FileSource,
    "SqlSource": SqlSource,
    "ChannelSettings": ChannelSettings,
    "Pipeline": Pipeline,
}
# what may stand at a key that takes more than one shape
SHAPES = {
    "channels": "`all`, or a list of names",
    "stage_order": "a list of stages, or {pipeline: [stages]}",
    "pipelines": "{function: hunter, closer or farmer, channel: NAME}, or `ignore`",
    "data": "a path, a list of paths, {path: …} or {url: …, sql: …}",
    "joins": "a heading, or {heading in the table: heading in the file}",
}
ENTRY = "a name, or {name: NAME, …}"
KINDS = {
    "string_type": "one word or text",
    "list_type": "a list: [one, another]",
    "tuple_type": "a list: [one, another]",
    "dict_type": "`key: value` lines",
    "model_type": "`key: value` lines",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
}
BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("below", "lt"),
}
# parts of a location that pydantic adds for the members of a union: they say nothing to a reader
_MEMBER = re.compile(
    r"str|(list|dict|literal|function[\w-]*|union|nullable)\[.*|FileSource|SqlSource|ChannelSettings|Pipeline"
)


def problems(errors: list[ErrorDetails]) -> list[str]:
    """One line per problem.

    Parameters
    ----------
    errors : what pydantic's ValidationError gives as `errors()`
    """
    return list(dict.fromkeys(_line(place, found) for place, found in _told(errors).items()))


def _told(errors) -> dict[str, list[dict]]:
    """Key → its problems. Of a key with several shapes, those of the shape that was meant: the one
    that was read deepest.
    """
    by_place: dict[str, list[dict]] = {}
    for error in errors:
        by_place.setdefault(".".join(_place(error)), []).append(error)
    kept = {
        p: found
        for p, found in by_place.items()
        if not any(o.startswith(f"{p}.") for o in by_place)
    }
    meant = {_member(e) for found in kept.values() for e in found} & {"FileSource", "SqlSource"}
    if len(meant) > 1:
        best = min(
            sorted(meant),
            key=lambda name: sum(_member(e) == name for found in kept.values() for e in found),
        )
        kept = {p: [e for e in found if _member(e) in (best, "")] for p, found in kept.items()}
    return {place: found for place, found in kept.items() if found}


def _place(error) -> list[str]:
    return [str(part) for part in error["loc"] if not _MEMBER.fullmatch(str(part))]


def _member(error) -> str:
    """The model of a union in which a problem below it was found; empty for a problem of the key
    itself.
    """
    parts = [str(part) for part in error["loc"][:-1]]
    return next((part for part in reversed(parts) if part in ("FileSource", "SqlSource")), "")


def _line(where: str, found: list[dict[str, Any]]) -> str:
    shape = ENTRY if re.fullmatch(r"channels\.\d+", where) else SHAPES.get(where.split(".")[0])
    first = next(
        (e for e in found if e["type"] in ("extra_forbidden", "missing", "value_error")), found[0]
    )
    if (
        len({e["loc"] for e in found}) > 1
        and first["type"] not in ("extra_forbidden", "missing", "value_error")
        and shape
    ):
        return f"{where}: must be {shape}; it is {first['input']!r}."
    return _one(where, first)


def _one(where: str, error: dict[str, Any]) -> str:
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown_key(where, error)
    if kind == "missing":
        return f"'{where}' is missing."
    if kind == "value_error":
        return (
            f"{where}: {error['msg'].removeprefix('Value error, ')}"
            if where
            else error["msg"].removeprefix("Value error, ")
        )
    if kind == "literal_error":
        return str(unknown(where, value, re.findall(r"'([^']*)'", error["ctx"]["expected"])))
    if kind in BOUNDS:
        words, key = BOUNDS[kind]
        return f"{where}: must be {words} {error['ctx'][key]}; it is {value!r}."
    if kind in KINDS:
        return f"{where}: must be {KINDS[kind]}; it is {value!r}."
    return f"{where}: {error['msg'].removeprefix('Input ')}; it is {value!r}."


def _unknown_key(where: str, error: dict[str, Any]) -> str:
    parts = [str(part) for part in error["loc"][:-1]]
    parent = next((SECTIONS[part] for part in reversed(parts) if part in SECTIONS), None)
    options = (
        parent.model_fields if parent else [name for name in Params.model_fields if name != "root"]
    )
    names = [(parent.model_fields[n].alias or n) if parent else n for n in options]
    near = nearest(str(error["loc"][-1]), names)
    return f"unknown key '{where}'." + (
        f" Did you mean '{near}'?" if near else f" There are: {', '.join(names)}."
    )
