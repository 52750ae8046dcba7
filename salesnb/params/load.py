"""Reading a params file: where it is, what its YAML holds, the checked params."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from salesnb.errors import ParamError
from salesnb.params.models import Params
from salesnb.params.problems import problems


class RepeatedKey(Exception):
    """A key that stands twice in one mapping: YAML would keep the last without a word."""


class NoValue(Exception):
    """A word that looks like a day or a number and is none, such as 2026-02-31."""


class PlainLoader(yaml.SafeLoader):
    """YAML in which only true and false are flags: `on:` is a key of a join, and `no` may be a
    channel.
    """

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError, RecursionError) as error:
            shown = str(node.value) if isinstance(node, yaml.ScalarNode) else type(node).__name__
            shown = shown if len(shown) <= 40 else f"{shown[:20]}… ({len(shown)} signs)"
            why = str(error).split(";")[0]
            raise NoValue(
                f"line {node.start_mark.line + 1} holds {shown!r}, which is no value: {why}. Put "
                "it in quotes if it is a name."
            ) from None

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> Any:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and key.value != "<<" and key.value in seen:
                raise RepeatedKey(
                    f"the key '{key.value}' stands in line {seen[key.value]} and again in line "
                    f"{line}: keep one."
                )
            seen[key.value if isinstance(key, yaml.ScalarNode) else ""] = line
        return super().construct_mapping(node, deep)


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"
)


def load_params(path: str | Path) -> Params:
    """The checked params of the YAML file at `path`.

    A relative path is looked up from the working folder upwards, so that a notebook finds it too.

    Raises
    ------
    ParamError
        No such file, no YAML, an unknown key or a wrong value: one message with every problem, a
            line each.
    """
    found = find_params(path)
    return parse_params(read_text(found), found)


def read_text(found: Path) -> str:
    """What a params file holds."""
    try:
        return found.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParamError(f"{found.name} is not readable YAML: {error}") from None


def parse_params(text: str, found: Path) -> Params:
    """The checked params of `text`, which the file at `found` holds or held: as `load_params` gives
    them.
    """
    try:
        raw = yaml.load(text, Loader=PlainLoader)
    except (RepeatedKey, NoValue) as error:
        raise ParamError(f"{found.name}: {error}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ParamError(f"{found.name} is not readable YAML: {error}") from None
    if not isinstance(raw, dict):
        held = (
            "is empty"
            if raw is None
            else "holds a list"
            if isinstance(raw, list)
            else f"holds the one text {str(raw)[:40]!r}"
        )
        raise ParamError(
            f"{found.name} must hold `key: value` lines; it {held}. Make one with `salesnb init "
            "EXPORT`."
        )
    return make_params(raw, name=found.name, root=project_root(found))


def make_params(raw: dict[str, Any], name: str = "params", root: Path = Path(".")) -> Params:
    """Params from a mapping, as `load_params` gives them from a file.

    >>> make_params({"company": "A", "data": {"deals": "d.csv"}, "chanels": "all"})
    Traceback (most recent call last):
    ...
    salesnb.errors.ParamError: params: unknown key 'chanels'. Did you mean 'channels'?
    """
    try:
        made = Params(**raw, root=root)
    except ValidationError as error:
        raise ParamError(
            "\n".join(f"{name}: {problem}" for problem in problems(error.errors()))
        ) from None
    except TypeError as error:
        raise ParamError(f"{name}: keys must be words: {error}") from None
    for channel in made.listed_channels:
        try:
            made.thresholds_of(channel)
        except ValidationError as error:
            told = (
                f"{name}: channels: {channel}: thresholds: {problem}"
                for problem in problems(error.errors())
            )
            raise ParamError("\n".join(told)) from None
    return made


def find_params(path: str | Path) -> Path:
    """The params file itself: `path`, or `path` below the nearest folder upwards that has it."""
    path = Path(path)
    folders = [Path()] if path.is_absolute() else [Path.cwd(), *Path.cwd().parents]
    for folder in folders:
        if (folder / path).is_file():
            return (folder / path).resolve()
    raise ParamError(
        f"no params file {path.as_posix()!r} here or in a folder above. Make one with `salesnb "
        "init EXPORT`, "
        "or name another with --params."
    )


def project_root(params_file: Path) -> Path:
    """Folder from which the paths of a params file start: the nearest above with pyproject.toml,
    else its own.
    """
    return next(
        (f for f in params_file.parents if (f / "pyproject.toml").exists()), params_file.parent
    )


def parse_month(text: str) -> str:
    """A month as YYYY-MM.

    >>> parse_month("2026-9")
    '2026-09'
    """
    try:
        return dt.datetime.strptime(str(text).strip(), "%Y-%m").strftime("%Y-%m")
    except ValueError:
        raise ParamError(
            f"month {text!r} is not a month: write YYYY-MM, such as 2026-09."
        ) from None
