"""Exports made worse on purpose: the same table in other clothes, and tables that lost something.

Of a mutant whose meaning is kept the figures must be those of the export it was made from. Of one that lost its meaning
they may differ, but not quietly: what is said of the reading (lines of `init`, remarks, the ledger, assumptions, or the
message that refuses it) must name the column, the word or the rule.

`python -m tests.mutants --each 2000` tries so many of every preset and lists the quiet differences.
"""

import argparse
import csv
import datetime as dt
import gzip
import io
import json
import random
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import xlsxwriter
import yaml

from salesnb.errors import SalesnbError
from salesnb.formats import Voice
from salesnb.params import Params, load_params, make_params
from salesnb.show.remarks import notice
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.recognise import init

CRM = Path(__file__).parents[1] / "data" / "sample" / "crm"
TODAY = dt.date(2026, 11, 28)
EXPORTS = {
    "amocrm": "amocrm.csv", "bitrix24": "bitrix24.csv", "hubspot": "hubspot.csv", "pipedrive": "pipedrive.csv",
    "salesforce": "salesforce.csv", "zoho": "zoho.csv", "canonical": "expected.csv",
}  # fmt: skip
COLUMNS = {  # preset → canonical column → its heading, of the columns that the figures stand on or that init looks for
    "amocrm": {"deal_id": "ID", "manager": "Ответственный", "created_at": "Дата создания сделки", "closed_at": "Дата закрытия",
               "status": "Этап сделки", "amount": "Бюджет", "title": "Название сделки", "source": "Источник"},
    "bitrix24": {"deal_id": "ID", "manager": "Ответственный", "created_at": "Дата создания", "closed_at": "Предполагаемая дата закрытия",
                 "status": "Стадия сделки", "amount": "Сумма", "title": "Название сделки", "source": "Источник", "flag": "Сделка закрыта"},
    "hubspot": {"deal_id": "Record ID", "manager": "Deal owner", "created_at": "Create Date", "closed_at": "Close Date",
                "status": "Deal Stage", "amount": "Amount", "title": "Deal Name", "source": "Original Source", "flag": "Is Closed Won"},
    "pipedrive": {"deal_id": "Deal - ID", "manager": "Deal - Owner", "created_at": "Deal - Deal created", "closed_at": "Deal - Deal closed on",
                  "status": "Deal - Status", "amount": "Deal - Value", "title": "Deal - Title", "source": "Deal - Source channel"},
    "salesforce": {"deal_id": "Opportunity ID (18 Digit)", "manager": "Opportunity Owner", "created_at": "Created Date", "closed_at": "Close Date",
                   "status": "Stage", "amount": "Amount", "title": "Opportunity Name", "source": "Source"},
    "zoho": {"deal_id": "Id", "manager": "Deal Owner Name", "created_at": "Created Time", "closed_at": "Closing Date",
             "status": "Stage", "amount": "Amount", "title": "Deal Name", "source": "Source"},
    "canonical": {"deal_id": "deal_id", "manager": "manager", "created_at": "created_at", "closed_at": "closed_at", "status": "status",
                  "amount": "amount", "title": "title", "source": "source"},
}  # fmt: skip
BLANK = 5  # columns without a cell that stay in an export
RUSSIAN = ("amocrm", "bitrix24")  # their headings are
REQUIRED = ("deal_id", "manager", "created_at", "status", "closed_at")
WON = {"успешно реализовано", "сделка успешна", "closed won", "won"}
LOST = {"закрыто и не реализовано", "сделка провалена", "closed lost", "lost"}
# how the words of a remark call a column
CALLED = {
    "closed_at": ("closing date", "in no month"), "amount": ("amount", "no sum"), "manager": ("sales rep",),
    "status": ("status",), "source": ("channel",), "created_at": ("creation date",), "deal_id": ("deal id", "duplicate"),
    "title": (), "flag": ("closed",),
}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """A table with how it is written; `about` are the words one of which must be said where its figures differ."""

    preset: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str = ","
    encoding: str = "utf-8"
    quoting: int = csv.QUOTE_MINIMAL
    newline: str = "\n"
    packing: str = ""  # gz, zip, xlsx
    before: str = ""  # lines above the headings
    after: str = ""  # lines below the rows
    more: int = 0  # rows that are no deals of their own: footers, repeats
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    latin: bool = False  # made from the export without Cyrillic
    later: bool = False  # read with the params of the export it was made from, as the next month's is

    @property
    def kept(self) -> bool:
        return not self.about

    def place(self, column: str) -> int | None:
        """Where a canonical column stands."""
        heading = COLUMNS[self.preset].get(column)
        return self.headings.index(heading) if heading in self.headings else None


@dataclass(frozen=True)
class Outcome:
    """What came of reading an export: figures (None: it was refused), what was said, the traceback of a fault of ours."""

    figures: dict | None
    said: frozenset[str]
    fault: str = ""


# ---- the exports of the sample ----------------------------------------------------------------------------------------


@lru_cache
def base(preset: str, latin: bool = False, deals: int = 60) -> Export:
    """The first `deals` of the sample as a CRM exports them; `latin` ones hold no letter outside western Europe."""
    text = (CRM / EXPORTS[preset]).read_text(encoding="utf-8-sig")
    separator = ";" if preset == "bitrix24" else ","
    records = csv.reader(io.StringIO(western(text) if latin else text), delimiter=separator)
    rows = [tuple(row) for row in records if len(row) > 1]  # without the lines that Salesforce writes below
    headings, place = rows[0], rows[0].index(COLUMNS[preset]["deal_id"])
    ids = set(list(dict.fromkeys(row[place] for row in rows[1:]))[:deals])
    kept = [row for row in rows[1:] if row[place] in ids]
    blank = [i for i, name in enumerate(headings) if not name or not any(row[i] for row in kept)]
    used = [
        i for i in range(len(headings)) if i not in blank[BLANK:] and headings[i]
    ]  # many blank columns only take time
    whole = Export(preset, tuple(headings), tuple(kept), separator, latin=latin)
    return columns_kept(whole, used)


def western(text: str) -> str:
    """The text without Cyrillic, with letters of western Europe in its place."""
    return "".join("éèüößñçåøâ"[ord(letter) % 10] if "Ѐ" <= letter <= "ӿ" else letter for letter in text)


# ---- meaning kept -----------------------------------------------------------------------------------------------------


def encoded(rng, export: Export) -> Export:
    """Another encoding that holds every letter of it."""
    text = "".join(map("".join, (export.headings, *export.rows)))
    choices = ["utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp1252"]
    good = [name for name in choices if text.encode(name, "ignore").decode(name) == text]
    return replace(export, encoding=rng.choice(good))


def separated(rng, export: Export) -> Export:
    return replace(export, separator=rng.choice([",", ";", "\t", "|"]))


def columns_moved(rng, export: Export) -> Export:
    order = rng.sample(range(len(export.headings)), len(export.headings))
    return columns_kept(export, order)


def rows_moved(rng, export: Export) -> Export:
    return replace(export, rows=tuple(rng.sample(export.rows, len(export.rows))))


def quoted_otherwise(rng, export: Export) -> Export:
    return replace(export, quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL]))


def headings_in_another_case(rng, export: Export) -> Export:
    change = rng.choice(
        [str.upper, str.lower, str.title, lambda text: f" {text} ", lambda text: text.replace(" ", "\u00a0")]
    )
    return replace(export, headings=tuple(map(change, export.headings)))


def other_line_ends(rng, export: Export) -> Export:
    return replace(export, newline=rng.choice(["\r\n", "\r", "\n"]))


def blank_lines(rng, export: Export) -> Export:
    return replace(export, after=export.newline * rng.randint(1, 4), before=rng.choice(["", export.newline]))


def a_footer(rng, export: Export) -> Export:
    word = rng.choice(["Total", "Итого", "Grand Total", "Всего"])
    row = (word, *[""] * (len(export.headings) - 1))
    return replace(export, rows=(*export.rows, row), more=export.more + 1)


def more_columns(rng, export: Export) -> Export:
    """Columns that nothing here knows, at the end or at the beginning."""
    makes = [lambda n: f"note {n}", lambda n: str(n * 17 % 1000), lambda n: "", lambda n: "2026-01-05", lambda n: "да"]
    names = [f"{rng.choice(['Поле', 'Custom', 'x_field', 'Reserved'])} {n}" for n in range(rng.randint(1, 6))]
    filled = [rng.choice(makes) for _ in names]
    rows = [[make(n) for make in filled] for n in range(len(export.rows))]
    if rng.random() < 0.5:
        return replace(
            export,
            headings=(*export.headings, *names),
            rows=tuple((*r, *new) for r, new in zip(export.rows, rows, strict=True)),
        )
    return replace(
        export,
        headings=(*names, *export.headings),
        rows=tuple((*new, *r) for r, new in zip(export.rows, rows, strict=True)),
    )


def packed(rng, export: Export) -> Export:
    return replace(export, packing=rng.choice(["gz", "zip", "xlsx"]))


def dates_in_another_form(rng, export: Export) -> Export:
    """Every time of the export in one form that can be read one way only: no finer than it was, no coarser."""
    forms = ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d-%b-%Y %H:%M:%S"]
    days = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y"]
    number = rng.randrange(len(forms))
    return replace(
        export, rows=tuple(tuple(_redated(cell, forms[number], days[number]) for cell in row) for row in export.rows)
    )


def _redated(cell: str, form: str, day: str) -> str:
    for known in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"):
        try:
            found = dt.datetime.strptime(cell, known)
        except ValueError:
            continue
        return found.strftime(form if "%H" in known else day)
    return cell


def amounts_in_another_form(rng, export: Export) -> Export:
    """Whole amounts with marks that can be read one way only."""
    place = export.place("amount")
    forms = [lambda n: f"{n:,}".replace(",", "\u00a0"), lambda n: f"{n}.00", lambda n: f"{n},00", lambda n: f"{n:,}.50".replace(".50", ".00"),
             lambda n: f"{n:,}".replace(",", " ") + ",00", lambda n: f"{n:,}".replace(",", ".") + ",00", lambda n: f"{n:,}".replace(",", "'") + ".00"]  # fmt: skip
    form = rng.choice(forms)
    return (
        _cells(export, "amount", lambda n, cell: form(int(float(cell))) if cell else cell)
        if place is not None
        else export
    )


def repeated_rows(rng, export: Export) -> Export:
    """Some rows twice, byte for byte; where every row is a product line they would be more products."""
    if export.preset == "bitrix24":
        return export
    again = rng.sample(export.rows, 5)
    return replace(export, rows=(*export.rows, *again), more=export.more + 5)


KEEP: tuple[Callable, ...] = (
    encoded, separated, columns_moved, rows_moved, quoted_otherwise, headings_in_another_case, other_line_ends, blank_lines,
    a_footer, more_columns, packed, dates_in_another_form, amounts_in_another_form, repeated_rows,
)  # fmt: skip

# ---- meaning lost -----------------------------------------------------------------------------------------------------


def columns_kept(export: Export, order) -> Export:
    return replace(
        export,
        headings=tuple(export.headings[i] for i in order),
        rows=tuple(tuple(r[i] for i in order) for r in export.rows),
    )


def _cells(export: Export, column: str, change) -> Export:
    """The cells of a column changed; `change` gets the number of the row and the cell."""
    place = export.place(column)
    rows = [(*row[:place], change(n, row[place]), *row[place + 1 :]) for n, row in enumerate(export.rows)]
    return replace(export, rows=tuple(rows))


def lost(export: Export, column: str, *words: str) -> Export:
    """The export with what must be said of it: the column in its heading's, its canonical or our own words, or these `words`."""
    named = COLUMNS[export.preset].get(column, column)
    return replace(export, about=(column, named, *CALLED.get(column, ()), *words))


def _some(rng, export: Export, share: float) -> set[int]:
    return set(rng.sample(range(len(export.rows)), max(1, round(share * len(export.rows)))))


def _share(rng) -> float:
    return rng.choice([0.02, 0.1, 0.3, 0.6, 1.0])


def _column(rng, export: Export, among) -> str:
    return rng.choice([c for c in among if export.place(c) is not None])


def column_dropped(rng, export: Export) -> Export:
    column = _column(rng, export, COLUMNS[export.preset])
    place = export.place(column)
    return lost(columns_kept(export, [i for i in range(len(export.headings)) if i != place]), column)


def heading_of_nonsense(rng, export: Export) -> Export:
    column = _column(rng, export, COLUMNS[export.preset])
    name = rng.choice(["Feld 7", "Столбец12", "F12", "zzz", "данные"])
    changed = replace(
        export, headings=tuple(name if h == COLUMNS[export.preset][column] else h for h in export.headings)
    )
    return replace(lost(export, column), headings=changed.headings)


def cells_emptied(rng, export: Export) -> Export:
    column = _column(
        rng, export, ("closed_at", "amount", "manager", "status", "created_at", "source", "flag", "deal_id")
    )
    gone = _some(rng, export, _share(rng))
    return lost(_cells(export, column, lambda n, cell: "" if n in gone else cell), column)


def unknown_words(rng, export: Export) -> Export:
    """Words of no list where a deal was won or lost."""
    word = rng.choice(["Abandoned", "Архив", "Stage 7", "Аннулирована", "Dormant"])
    chosen, which = _some(rng, export, _share(rng)), rng.choice([WON, LOST, WON | LOST])

    def changed(n, cell):
        return word if n in chosen and cell.casefold() in which else cell

    return lost(_cells(export, "status", changed), "status", word)


def unreadable_dates(rng, export: Export) -> Export:
    text, column = (
        rng.choice(["n.d.", "soon", "31.02.2026", "2026-13-45", "??", "скоро"]),
        rng.choice(["closed_at", "created_at"]),
    )
    chosen = _some(rng, export, _share(rng))
    return lost(_cells(export, column, lambda n, cell: text if n in chosen and cell else cell), column, text)


def unreadable_amounts(rng, export: Export) -> Export:
    text, chosen = (
        rng.choice(["??", "on request", "договорная", "12 000 - 15 000", "1.2.3,4"]),
        _some(rng, export, _share(rng)),
    )
    return lost(_cells(export, "amount", lambda n, cell: text if n in chosen else cell), "amount", text)


def rounded_ids(rng, export: Export) -> Export:
    """Ids as a spreadsheet writes long numbers."""
    mark = rng.choice([".", ","])
    return lost(
        _cells(export, "deal_id", lambda n, cell: f"{float(cell):.2E}".replace(".", mark)),
        "deal_id",
        "E+07",
        "superseded",
    )


def shared_ids(rng, export: Export) -> Export:
    """Different deals under one id."""
    chosen, place = _some(rng, export, _share(rng)), export.place("deal_id")
    one = export.rows[0][place]
    return lost(_cells(export, "deal_id", lambda n, cell: one if n in chosen else cell), "deal_id", "superseded", one)


def cut_short(rng, export: Export) -> Export:
    """The last row ends in the middle."""
    width = rng.randint(2, len(export.headings) - 1)
    last = (*export.rows[-1][:width], *[""] * (len(export.headings) - width))
    return replace(
        export,
        rows=(*export.rows[:-1], last),
        about=("fewer cells", "blank", "not known", "no closing date", "no creation date", "status", "amount"),
    )


LOSE: tuple[Callable, ...] = (
    column_dropped, heading_of_nonsense, cells_emptied, unknown_words, unreadable_dates, unreadable_amounts, rounded_ids, shared_ids,
    cut_short,
)  # fmt: skip


def mutants(preset: str, number: int, seed: int) -> Iterator[Export]:
    """So many mutants of a preset: half keep their meaning, in one to three other clothes; half lose some of it."""
    rng = random.Random(f"{preset} {seed}")
    for place in range(number):
        export = base(preset, latin=preset not in RUSSIAN and rng.random() < 0.25)
        chosen = (
            rng.sample(KEEP, rng.randint(1, 3))
            if place % 2
            else [rng.choice(LOSE), *rng.sample(CLOTHES, rng.randint(0, 1))]
        )
        # what looks for a column by its heading comes before what moves or renames it
        for change in sorted(chosen, key=lambda one: one in CLOTHES):
            export = change(rng, export)
        later = export.kept and rng.random() < 0.6
        yield replace(export, later=later, kinds=tuple(change.__name__ for change in chosen))


CLOTHES = (encoded, separated, columns_moved, headings_in_another_case, quoted_otherwise, other_line_ends, packed)

# ---- writing, reading, judging ----------------------------------------------------------------------------------------


def write(export: Export, folder: Path) -> Path:
    """The export as a file."""
    if export.packing == "xlsx":
        return _workbook(export, folder / "deals.xlsx")
    stream = io.StringIO()
    made = csv.writer(stream, delimiter=export.separator, quoting=export.quoting, lineterminator=export.newline)
    made.writerows([export.headings, *export.rows])
    content = (export.before + stream.getvalue() + export.after).encode(export.encoding)
    path = folder / "deals.csv"
    if export.packing == "gz":
        path = folder / "deals.csv.gz"
        content = gzip.compress(content)
    if export.packing == "zip":
        path = folder / "deals.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("deals.csv", content)
        return path
    path.write_bytes(content)
    return path


def _workbook(export: Export, path: Path) -> Path:
    book = xlsxwriter.Workbook(
        path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for number, row in enumerate([export.headings, *export.rows]):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell)
    book.close()
    return path


def read(export: Export, folder: Path) -> Outcome:
    """What `init` and the run make of the export: figures, and everything that is said of the reading."""
    said: list[str] = []
    try:
        if export.later:
            params = _params_of_before(export, write(export, folder), folder)
        else:
            said += init([str(write(export, folder))], folder / "params.yaml")
            params = load_params(folder / "params.yaml")
        con = connect(params)
        made = make_canonical(con, params, TODAY)
        said += [notice(code, values, Voice("en", params.currency)) for code, values in made.notices]
        said += [json.dumps([one.code, one.values], ensure_ascii=False, default=str) for one in made.assumed]
        said += [f"{one.rule} {one.outcome} {one.value}" for one in made.ledger.itertuples()]
        figures = _figures(con)
        row = made.summary.set_index("table").loc["deals"]
        assert row["read"] == row["kept"] + row["merged"] + row["set_aside"]
        if row["read"] != len(export.rows):
            return Outcome(figures, pieces(said), f"{row['read']} records read of {len(export.rows)}")
    except SalesnbError as error:
        return Outcome(None, frozenset([*said, str(error)]))
    except Exception:
        return Outcome(None, frozenset(said), traceback.format_exc())
    return Outcome(figures, pieces(said))


def _params_of_before(export: Export, path: Path, folder: Path) -> Params:
    """The params that `init` wrote from the plain export, with the name of this file."""
    told = yaml.safe_load(_written(export.preset, export.latin))
    return make_params(told | {"data": told["data"] | {"deals": str(path)}}, root=folder)


@lru_cache
def _written(preset: str, latin: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        list(init([str(write(base(preset, latin), Path(folder)))], Path(folder) / "params.yaml"))
        return (Path(folder) / "params.yaml").read_text(encoding="utf-8")


def pieces(said: list[str]) -> frozenset[str]:
    """What was said, line by line; of a line that lists the mapping each column by itself: only what is new in it is new."""
    lines = [line for text in said for line in text.splitlines()]
    listed = [line for line in lines if line.startswith(("columns: ", "kept as they are"))]
    parts = [part for line in listed for part in line.partition(": ")[2].split(", ")]
    return frozenset([*(line for line in lines if line not in listed), *parts])


def _figures(con) -> dict:
    """What the reports stand on: results per month and sales rep, money, length, deals by status, deals created per month."""
    day = "strftime(closed_at, '%Y-%m')"
    queries = {
        "status": "SELECT status, count(*) FROM c_deals GROUP BY 1",
        "month": f"SELECT {day}, status, count(*), sum(round(amount * 100)::BIGINT) FROM c_deals WHERE status <> 'open' GROUP BY 1, 2",
        "manager": "SELECT manager, status, count(*), sum(round(amount * 100)::BIGINT) FROM c_deals GROUP BY 1, 2",
        "length": "SELECT status, sum(date_diff('day', created_at, closed_at)), count(closed_at) FROM c_deals WHERE status <> 'open' GROUP BY 1",
        "created": "SELECT strftime(created_at, '%Y-%m'), count(*) FROM c_deals GROUP BY 1",
        "channel": "SELECT channel, count(*) FROM c_deals GROUP BY 1",
    }  # fmt: skip
    return {name: sorted(map(str, con.execute(query).fetchall())) for name, query in queries.items()}


@lru_cache
def plain(preset: str, latin: bool) -> Outcome:
    """The outcome of the export that mutants are made from."""
    with tempfile.TemporaryDirectory() as folder:
        found = read(base(preset, latin), Path(folder))
    assert found.figures is not None and not found.fault, (preset, found)
    return found


def judge(export: Export, found: Outcome) -> str:
    """What is wrong with the outcome; "" for nothing."""
    right = plain(export.preset, export.latin)
    if found.fault:
        return f"fault: {found.fault}"
    if found.figures == right.figures:
        return ""
    if export.kept:
        return (
            "refused: " + max(found.said, key=len)
            if found.figures is None
            else f"other figures: {differs(right.figures, found.figures)}"
        )
    if found.figures is None:
        return ""  # it was refused with a message
    fresh = " ".join(found.said - right.said).casefold()
    if any(word and word.casefold() in fresh for word in export.about):
        return ""
    return f"quiet: {differs(right.figures, found.figures)}; nothing names {export.about}"


def differs(right: dict, found: dict | None) -> str:
    """The first figures that are not as they should be."""
    if found is None:
        return "refused"
    name = next(name for name in right if right[name] != found[name])
    return f"{name}: right {sorted(set(right[name]) - set(found[name]))[:3]}, got {sorted(set(found[name]) - set(right[name]))[:3]}"


def tried(preset: str, number: int, seed: int) -> Iterator[tuple[Export, str]]:
    """Every mutant with what is wrong with it."""
    for export in mutants(preset, number, seed):
        with tempfile.TemporaryDirectory() as folder:
            yield export, judge(export, read(export, Path(folder)))


def wrong_ones(preset: str, number: int, seed: int) -> list[str]:
    """A line for every mutant that is not as it should be."""
    return [f"{preset} {'+'.join(one.kinds)}: {fault[-600:]}" for one, fault in tried(preset, number, seed) if fault]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=2000, help="mutants of every preset")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--preset", choices=sorted(EXPORTS), action="append", help="only of this one")
    parser.add_argument("--jobs", type=int, default=1, help="presets at a time")
    chosen, total = parser.parse_args(), 0
    presets = chosen.preset or list(EXPORTS)
    with ProcessPoolExecutor(chosen.jobs) as pool:
        found = pool.map(wrong_ones, presets, repeat(chosen.each), repeat(chosen.seed))
        for preset, wrong in zip(presets, found, strict=True):
            total += len(wrong)
            sys.stdout.write("".join(f"{line}\n" for line in wrong))
            sys.stdout.write(f"{preset}: {chosen.each} mutants, {len(wrong)} wrong\n")
            sys.stdout.flush()
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
