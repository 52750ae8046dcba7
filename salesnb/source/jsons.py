"""JSON of any interface: a list of records, a page of them in an envelope, one record in a line,
several lists in one file.

What is nested is laid flat. A list is named by the keys that lead to it ("_embedded.leads"), one of
a dump by its model.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from salesnb.errors import DataError, unknown
from salesnb.params import FileSource
from salesnb.source.encoding import decode
from salesnb.source.files import RawFile, Table
from salesnb.source.headings import fold_heading
from salesnb.source.sheets import THREE_DECIMALS

DEEPEST = 3  # levels of an envelope in which its list of records is looked for
# what only holds the fields of a record: their names stand without it
HOLDERS = ("properties", "attributes", "fields")
# lists of a field's name and its value: each is a column of that name
NAME, VALUE = ("field_name", "name", "label"), ("value", "values")


def json_records(
    raw: RawFile, settings: FileSource, table: str, facts: list, assumed: list
) -> Table:
    """Headings and (number, cells) of the records of a JSON file.

    A nested value has the names on its way for a heading, parted by points: owner.name. A list of
        plain values is one text.

    Raises
    ------
    DataError
        The text is not JSON, or there is no list of records in it.
    """
    label = f"{table}: {raw.label}"
    text = decode(raw.content(), settings.encoding, raw.label, table, facts, assumed)
    names: dict[str, bool] = {}
    try:
        way = _way_of(text, settings.sheet, raw.label)
        wrapper = _wrapper(text, way)
        for record in _records(text, way):
            for name, cell in _flat(record, wrapper).items():
                names[name] = names.get(name, False) or cell is not None
    except json.JSONDecodeError as error:
        raise DataError(
            f"{label} is not readable JSON: line {error.lineno}, sign {error.colno}: {error.msg}. "
            "Export it again."
        ) from None
    except _NoRecord as error:
        raise DataError(
            f"{label} holds something that is no record, {str(error)[:60]!r}: every entry must be "
            "an object with names and values."
        ) from None
    except RecursionError:
        raise DataError(f"{label} is nested too deep to be a table. Export CSV or Excel.") from None
    if not names:
        raise DataError(
            f"{label} holds no list of records: it begins with {text.strip()[:60]!r}. Export CSV "
            "or Excel."
        )
    # where a thing is an object in some records and nothing in others, the nothing is no column of
    # its own
    kept = [
        name
        for name, told in names.items()
        if told or not any(other.startswith(f"{name}.") for other in names)
    ]
    rows = (
        (number, [flat.get(name) for name in kept])
        for number, flat in enumerate((_flat(record, wrapper) for record in _records(text, way)), 1)
    )
    return _bare(kept), rows


def json_lists(text: str) -> list[str]:
    """Names of the lists of records in a JSON text, in their order; [] where it is one list, or one
    record in each line.

    >>> json_lists('{"deals": [{"id": 1}], "meta": {"page": 1}, "users": [{"id": 7}]}'), json_lists('[{"id": 1}]')
    (['deals', 'users'], [])
    >>> json_lists('[{"model": "crm.deal", "pk": 1, "fields": {}}, {"model": "crm.user", "pk": 7, "fields": {}}]')
    ['crm.deal', 'crm.user']
    """  # noqa: E501
    try:
        first = next(iter(_Text(text)), None)
        if _is_dumped(first) and text.lstrip("\ufeff \t\r\n").startswith("["):
            return list(
                dict.fromkeys(str(one.get("model")) for one in _Text(text) if isinstance(one, dict))
            )
        if _is_page(first):
            return []
        return [".".join(way) for _, way in _lists(first)] if isinstance(first, dict) else []
    except (json.JSONDecodeError, RecursionError):
        return []


def _is_dumped(value) -> bool:
    """Whether a record is one of a dump of models, as Django writes it: its model, its key and its
    fields.
    """
    return (
        isinstance(value, dict)
        and {"model", "pk", "fields"} <= set(value)
        and isinstance(value["fields"], dict)
    )


def _is_page(value) -> bool:
    """Whether a value is a page as JSON:API has it: records with a type, an id and attributes, and
    what they relate to.
    """
    data = value.get("data") if isinstance(value, dict) else None
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, dict) and "type" in one and "attributes" in one for one in data)
    )


def _way_of(text: str, named: str | list[str] | None, label: str) -> tuple[str, ...] | None:
    """The way to the list that is named; None: to the longest one.

    Raises
    ------
    DataError
        There is no such list; the message has those that are there.
    """
    if named is None:
        return None
    lists = json_lists(text)
    name = named if isinstance(named, str) else ", ".join(named)
    if name not in lists:
        raise DataError(str(unknown("list", name, lists, where=label)))
    return (name,) if _is_dumped(next(iter(_Text(text)))) else tuple(name.split("."))


@dataclass(frozen=True)
class _Text:
    """The values of a text one after the other: those of its list, or those that stand in its
    lines.
    """

    text: str
    decoder: json.JSONDecoder = field(
        default_factory=lambda: json.JSONDecoder(
            strict=False,
            parse_float=lambda number: re.sub(THREE_DECIMALS, r"\g<1>0", number),
            parse_int=str,
            parse_constant=lambda _: "",
        )
    )

    def __iter__(self) -> Iterator[Any]:
        place, inside = self._next(0), False
        while place < len(self.text):
            sign = self.text[place]
            if not inside and sign == "[":
                inside, place = True, self._next(place + 1)
                continue
            if inside and sign == "]":
                inside, place = False, self._next(place + 1)
                continue
            value, place = self._value(place)
            yield value
            place = self._next(place)
            if inside and self.text[place : place + 1] == ",":
                place = self._next(place + 1)
            elif inside and self.text[place : place + 1] != "]":
                break
        if inside:
            raise json.JSONDecodeError(
                "the list is not closed", self.text, max(0, min(place, len(self.text) - 1))
            )

    def _value(self, place: int) -> tuple[Any, int]:
        """The value that begins at a place, and where it ends. A text that is cut off is seen at
        the next quote, which may be lines below: the error names the line of its record.
        """
        try:
            return self.decoder.raw_decode(self.text, place)
        except json.JSONDecodeError as error:
            begun = self.text.count("\n", 0, place) + 1
            told = f", in the record that begins in line {begun}" if begun < error.lineno else ""
            raise json.JSONDecodeError(error.msg + told, error.doc, error.pos) from None

    def _next(self, place: int) -> int:
        while place < len(self.text) and self.text[place] in " \t\r\n\ufeff":
            place += 1
        return place


def _records(text: str, way: tuple[str, ...] | None) -> Iterator[dict]:
    """Every record: of a list, of the lines, or of the envelopes around them."""
    listed = text.lstrip("\ufeff \t\r\n").startswith("[")
    for value in _Text(text):
        if listed and _is_dumped(value):
            if way is None or value["model"] == way[0]:
                yield {"pk": value["pk"], **value["fields"]}
            continue
        if way is None:
            way = () if listed else ("data",) if _is_page(value) else _way(value)
        inside = value
        for step in way:
            inside = inside.get(step) if isinstance(inside, dict) else None
        if isinstance(inside, dict) and way:
            inside = [{"key": key, **one} for key, one in inside.items() if isinstance(one, dict)]
        if _is_page(value):
            inside = _related(value)
        for one in (inside or ()) if way else (value,):
            if not isinstance(one, dict):
                raise _NoRecord(str(one))
            yield one


class _NoRecord(Exception):
    """An entry of a list of records that is none."""


def _related(page: dict) -> Iterator[dict]:
    """The records of a page, each with its attributes and with those of what it relates to:
    deal_status.name.
    """
    included = {
        (one.get("type"), str(one.get("id"))): one
        for one in page.get("included") or ()
        if isinstance(one, dict)
    }
    for record in page["data"]:
        found = {"id": record.get("id"), **record["attributes"]}
        for name, relation in (record.get("relationships") or {}).items():
            other = relation.get("data") if isinstance(relation, dict) else None
            if isinstance(other, dict):
                there = included.get((other.get("type"), str(other.get("id"))), {})
                found[name if name not in found else f"{name}.related"] = {
                    "id": other.get("id"),
                    **(there.get("attributes") or {}),
                }
            elif isinstance(other, list):
                ids = [one.get("id") for one in other if isinstance(one, dict)]
                found.setdefault(name, ids)
        yield found


def _way(value) -> tuple[str, ...]:
    """The keys that lead to the longest list of records in an envelope; () where the value is a
    record itself.

    >>> _way({"page": 1, "_embedded": {"leads": [{"id": 1}]}}), _way({"id": 1, "name": "A",
    ...     "items": [{"sku": 2}]})
    (('_embedded', 'leads'), ())
    """
    if not isinstance(value, dict) or {"id", "Id", "ID"} & set(value):
        return ()
    return max(_lists(value), key=lambda pair: pair[0], default=(0, ()))[1]


def _lists(value: dict) -> list[tuple[int, tuple[str, ...]]]:
    """Length of every list of records in an envelope, and the keys that lead to it; a list may be
    an object by keys.
    """
    lists: list[tuple[int, tuple[str, ...]]] = []
    level: list[tuple[tuple[str, ...], dict]] = [((), value)]
    for _ in range(DEEPEST):
        below = []
        for way, one in level:
            for key, inner in one.items():
                if isinstance(inner, dict) and _by_key(inner):
                    lists.append((len(inner), (*way, key)))
                elif isinstance(inner, dict):
                    below.append(((*way, key), inner))
                elif (
                    isinstance(inner, list)
                    and inner
                    and all(isinstance(item, dict) for item in inner)
                ):
                    lists.append((len(inner), (*way, key)))
        level = below
    return lists


def _by_key(value: dict) -> bool:
    """Whether an object holds records by their keys, which are no names: objects of the same make.

    >>> _by_key({"5001": {"name": "Lead"},
    ...     "5002": {"name": "Won"}}), _by_key({"billing": {"city": "A"},
    ...     "shipping": {"city": "B"}})
    (True, False)
    """
    inner = list(value.values())
    if len(inner) < 2 or not all(isinstance(one, dict) and one for one in inner):
        return False
    return all(set(one) == set(inner[0]) for one in inner[1:]) and all(
        re.search("[0-9]", key) for key in value
    )


def _wrapper(text: str, way: tuple[str, ...] | None) -> str:
    """The one key in which every record stands: {"deal": {…}}; "" where there is none."""
    found: set[str] = set()
    for record in _records(text, way):
        if len(record) != 1 or not isinstance(next(iter(record.values())), dict):
            return ""
        found.update(record)
    return found.pop() if len(found) == 1 else ""


def _flat(record: dict, wrapper: str) -> dict[str, str | None]:
    """Heading → text of a record.

    >>> _flat({"id": "1", "owner": {"name": "Ann"}, "tags": ["a", "b"], "won": True,
    ...     "custom": [{"name": "City", "value": "X"}]}, "")
    {'id': '1', 'owner.name': 'Ann', 'tags': 'a, b', 'won': 'true', 'City': 'X'}
    """
    found: dict[str, str | None] = {}

    def lay(way: str, value) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                lay(f"{way}.{key}" if way else key, inner)
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            pairs = [pair for pair in map(_pair, value) if pair]
            if len(pairs) == len(value):
                for name, inner in pairs:
                    found[name] = _plain(inner)
            elif len(value) == 1:
                lay(way, value[0])
            else:
                found[way] = _plain(value)
        else:
            found[way] = _plain(value)

    lay("", record[wrapper] if wrapper else record)
    return found


def _pair(one: dict) -> tuple[str, object] | None:
    """The name and the value of a field that stands in a list of such; None for anything else."""
    name = next((one[key] for key in NAME if isinstance(one.get(key), str)), None)
    value = next((key for key in VALUE if key in one), None)
    if not name or value is None:
        return None
    inner = one[value]
    if isinstance(inner, list):
        inner = [
            next((i[key] for key in VALUE if key in i), i) if isinstance(i, dict) else i
            for i in inner
        ]
    return name, inner


def _plain(value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(filter(None, map(_plain, value)))
    return json.dumps(value, ensure_ascii=False)


def _bare(names: list[str]) -> list[str]:
    """The names without what only holds the fields, where no other has the same name.

    >>> _bare(["id", "properties.dealname", "properties.id"])
    ['id', 'dealname', 'properties.id']
    """
    short = [
        name.split(".", 1)[1] if name.startswith(tuple(f"{one}." for one in HOLDERS)) else name
        for name in names
    ]
    times = Counter(map(fold_heading, short))
    return [
        bare if times[fold_heading(bare)] == 1 else name
        for name, bare in zip(names, short, strict=True)
    ]
