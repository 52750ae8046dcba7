"""CSV in any dress: encoding, separator, heading row, quoting."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from salesnb.errors import DataError
from salesnb.params import FileSource
from salesnb.source.files import RawFile
from salesnb.source.headings import clean_heading, fold_heading

SEPARATORS = (",", ";", "\t", "|")
PREAMBLE = 20  # lines within which the heading row is looked for
csv.field_size_limit(2**27)


def text_records(raw: RawFile, settings: FileSource, table: str, wanted, facts: list):
    """Headings and (line, cells) of a text file; facts get what had to be mended."""
    text = decode(raw.content(), settings.encoding, raw.label, table, facts)
    text, separator = _declared(text, settings.separator)
    head = "\n".join(text.split("\n", 200)[:200])
    separator = separator or guess_separator(head, wanted)
    start, headings = heading_row(head, separator, wanted)
    if len([h for h in headings if clean_heading(h)]) < 2 and table == "deals":
        raise DataError(
            f"{table}: {raw.label} does not look like a table: its first line is {head.splitlines()[0][:80]!r}. "
            f"Name the separator under `data: {table}: {{path: …, separator: …}}`, or export CSV or Excel."
        )
    return headings, _rows(text, separator, start, len(headings), facts, f"{table}: {raw.label}")


def decode(content: bytes, named: str | None, label: str, table: str, facts: list) -> str:
    """The text of a file: by its mark, as UTF-8, as UTF-16 without a mark, else as cp1251."""
    if named:
        try:
            return content.decode(named).removeprefix("\ufeff")
        except LookupError:
            raise DataError(
                f"{table}: unknown encoding {named!r} for {label}; write utf-8, utf-16 or cp1251."
            ) from None
        except UnicodeDecodeError as error:
            raise DataError(
                f"{table}: {label} is not {named}: byte {error.start} does not fit. Leave `encoding` out."
            ) from None
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    sample = content[:4096]
    if sample[1::2].count(0) > len(sample) // 5:
        return content.decode("utf-16-le", errors="replace")
    if sample[::2].count(0) > len(sample) // 5:
        return content.decode("utf-16-be", errors="replace")
    if sample.count(0) > 8:
        raise DataError(f"{table}: {label} is not a text file. Export CSV or Excel from the CRM.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_old(content, facts)


def _decode_old(content: bytes, facts: list) -> str:
    """cp1251, unless nearly all of it is UTF-8 with a few broken bytes."""
    loose = content.decode("utf-8", errors="replace")
    broken = loose.count("\ufffd")
    if broken * 50 < sum(ord(letter) > 127 for letter in loose):
        for number, line in enumerate(loose.split("\n"), start=1):
            if "\ufffd" in line:
                facts.append((number, "undecodable bytes", line.strip()[:200]))
        return loose
    return content.decode("cp1251", errors="replace")


def _declared(text: str, named: str | None) -> tuple[str, str | None]:
    """Excel's own first line `sep=;` names the separator; it becomes blank so that line numbers stay true."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) >= 5:
        return "\n" + rest, named or first.strip()[4]
    return text, named


def guess_separator(head: str, wanted=frozenset()) -> str:
    """The separator that gives the most known headings, else the most regular table.

    >>> guess_separator("a;b;c\\n1,5;2;3\\n")
    ';'
    """

    def score(separator: str):
        rows = [row for row in _parse(head, separator) if any(cell.strip() for cell in row)][:50]
        widths = Counter(len(row) for row in rows)
        width, often = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0))
        known = max((len({fold_heading(c) for c in row} & wanted) for row in rows[:PREAMBLE]), default=0)
        return (known, often * (width > 1), width)

    return max(SEPARATORS, key=score)


def heading_row(head: str, separator: str, wanted=frozenset()) -> tuple[int, list[str]]:
    """Number of records before the data, and the headings: the first row with the most known headings.

    Without a known heading: the first row that is as wide as the table.
    """
    rows = list(enumerate(_parse(head, separator)))[:PREAMBLE]
    full = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not full:
        return 0, []
    known = {number: len({fold_heading(cell) for cell in row} & wanted) for number, row in full}
    best = max(known.values())
    if best:
        number, row = next((number, row) for number, row in full if known[number] == best)
    else:
        width = max(sum(bool(cell.strip()) for cell in row) for _, row in full)
        number, row = (
            next((n, r) for n, r in full if sum(bool(c.strip()) for c in r) >= max(2, width // 2))
            if width > 1
            else full[0]
        )
    while row and not row[-1].strip():
        row = row[:-1]
    return number + 1, row


def _parse(text: str, separator: str) -> Iterator[list[str]]:
    # a StringIO would hold four bytes for each letter of a large export
    lines = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8", "surrogatepass", newline="")
    return csv.reader(lines, delimiter=separator)


def _rows(
    text: str, separator: str, start: int, width: int, facts: list, label: str
) -> Iterator[tuple[int, list[str]]]:
    reader = _parse(text, separator)
    odd_quotes = text.count('"') % 2 == 1
    del text  # the reader has its own copy
    line = first = 1
    for number, row in enumerate(reader):
        first, line = line, reader.line_num + 1
        if number < start:
            continue
        extra = [cell for cell in row[width:] if cell.strip()]
        if extra:
            facts.append((first, "more cells than headings", " | ".join(extra)[:200]))
        elif 1 < len(row) < width and any(cell.strip() for cell in row):
            facts.append((first, "fewer cells than headings", str(len(row))))
        yield first, row[:width]
    if odd_quotes and line - first > 2:  # the last cell ran to the end of the file
        raise DataError(
            f"{label}: a quote that opens in line {first} is never closed: the {line - first - 1} lines after it would be one cell. "
            "Close it, or export the file again."
        )
