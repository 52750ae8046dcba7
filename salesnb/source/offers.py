"""Names that may be one name spelled in several ways: offered as ready lines, never
merged unasked.
"""

import re
from collections import defaultdict
from collections.abc import Collection

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.draft import flow
from salesnb.source.parse import text_sql
from salesnb.source.read import RawTable, quoted

GROUPS = ("channel", "source", "product", "lost_reason", "manager")
MOST = 2_000  # different names of a column: more are no groups
# Russian letters as they are written in Latin ones
LETTERS = dict(
    zip("абвгдезийклмнопрстуфхыэ", ["a", "b", "v", "g", "d", "e", "z", "i", "y", "k", "l", "m", "n",
        "o", "p", "r", "s", "t", "u", "f", "h", "y", "e"], strict=True),
    ж="zh", ц="c", ч="ch", ш="sh", щ="sh", ъ="", ь="", ю="yu", я="ya",
)  # fmt: skip


def squeezed(word: str) -> str:
    """What is left of a name when spaces, marks and the alphabet do not count.

    >>> squeezed("GTX Pro") == squeezed("GTXPro"), squeezed("Авито") == squeezed("Avito")
    (True, True)
    """
    return "".join(LETTERS.get(letter, letter) for letter in re.sub(r"[\W_]+", "", fold(word)))


def alike(counts: dict[str, int], known: Collection[str] = ()) -> dict[str, list[str]]:
    """Name → its other spellings: the most frequent name, or one that `known` has, is the right
    one.

    >>> alike({"Авито": 5, "Avito": 9, "Site": 3}), alike({"GTXPro": 4}, ["GTX Pro"])
    ({'Avito': ['Авито']}, {'GTX Pro': ['GTXPro']})
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for word in {*counts, *known}:
        if len(squeezed(word)) >= 3:
            groups[squeezed(word)].append(word)
    found = {}
    for words in groups.values():
        order = sorted(words, key=lambda word: (word not in known, -counts.get(word, 0), word))
        others = [word for word in order[1:] if word in counts and fold(word) != fold(order[0])]
        if others:
            found[order[0]] = others
    return dict(sorted(found.items()))


def offered(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    mapping: dict[str, str],
    known: dict[str, list[str]],
    under: bool,
) -> str:
    """Ready lines of `values:` for names that may be one; "" without any.

    Parameters
    ----------
    con, raw : the engine and the raw deals
    mapping : canonical column → heading
    known : canonical column → names that another file lists
    under : whether a block `values:` stands above already
    """
    lines = []
    for column in GROUPS:
        if mapping.get(column) not in raw.headings:
            continue
        cell = text_sql(f"r.{quoted(mapping[column])}")
        rows = con.execute(
            f"SELECT {cell} AS w, count(*) FROM {raw.relation} r GROUP BY 1 HAVING w IS NOT NULL "
            f"LIMIT {MOST + 1}"
        ).fetchall()
        if len(rows) <= MOST and (names := alike(dict(rows), known.get(column, ()))):
            lines.append(f"  # {column}: {flow(names)}")
    if not lines:
        return ""
    said = "spellings of one name? Then take the # away" + (
        "" if under else ", here and before `values:`"
    )
    return f"  # {said}\n" + ("" if under else "# values:\n") + "\n".join(lines) + "\n"
