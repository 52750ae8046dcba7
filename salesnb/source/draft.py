"""A params file as text: what is told, with a comment of evidence beside each guess."""

from salesnb.source.settling import scalar

FLOW = 96  # signs of a list or a small table that stays on one line
WIDTH = 118


def text_of(told: dict, comments: dict[tuple, str], above: tuple = ()) -> str:
    """The YAML of `told`; `comments` by the place of the key.

    >>> print(text_of({"data": {"deals": "a.csv", "joins": [{"on": "x"}]}}, {("data",
    ...     "deals"): "sure"}), end="")
    data:
      deals: a.csv  # sure
      joins:
      - {'on': x}
    """
    lines = []
    indent = "  " * len(above)
    for key, value in told.items():
        place = (*above, key)
        comment = comments.get(place, "")
        name = f"{indent}{scalar(str(key))}:"
        if isinstance(value, dict) and (
            _commented(comments, place) or len(flow(value)) > FLOW or len(above) < 1
        ):
            lines += [*_line(name, comment, indent), text_of(value, comments, place).rstrip("\n")]
        elif isinstance(value, list) and (
            len(flow(value)) > FLOW or any(isinstance(one, dict) for one in value)
        ):
            lines += _line(name, comment, indent)
            for number, one in enumerate(value):
                lines += _line(f"{indent}- {flow(one)}", comments.get((*place, number), ""), indent)
        else:
            lines += _line(f"{name} {flow(value)}", comment, indent)
    return "\n".join(lines) + "\n"


def flow(value: object) -> str:
    """A value on one line.

    >>> flow({"manager": ["Name", "Last: name"]}), flow([1, True, "no"])
    ("{manager: [Name, 'Last: name']}", "[1, true, 'no']")
    """
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_inner(str(key))}: {flow(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else _inner(str(value))


def _inner(text: str) -> str:
    """A word as it may stand in a list on one line."""
    plain = scalar(text)
    loose = plain == text and any(mark in text for mark in ",[]{}#")
    return "'" + text.replace("'", "''") + "'" if loose else plain


def _commented(comments: dict, place: tuple) -> bool:
    return any(key[: len(place)] == place and len(key) > len(place) for key in comments)


def _line(text: str, comment: str, indent: str) -> list[str]:
    if not comment:
        return [text]
    told = comment.split("\n")
    if len(told) == 1 and len(text) + len(comment) + 4 <= WIDTH:
        return [f"{text}  # {comment}"]
    return [*(f"{indent}# {one}" for one in told), text]
