"""Where the tables of a company are, and how to read what a text alone does not say."""

from typing import Literal, TypeAlias, get_args

from pydantic import Field, field_validator

from salesnb.params.checks import known, known_zone
from salesnb.params.strict import Strict
from salesnb.schema import TABLES

PresetName: TypeAlias = Literal[
    "canonical",
    "1c",
    "amocrm",
    "attio",
    "bitrix24",
    "close",
    "copper",
    "dynamics",
    "freshsales",
    "hubspot",
    "insightly",
    "monday",
    "notion",
    "odoo",
    "pipedrive",
    "salesforce",
    "suitecrm",
    "vtiger",
    "zoho",
]
PRESETS: tuple[PresetName, ...] = get_args(PresetName)


class Reading(Strict):
    """How to read what a text alone does not say: needed only where the guess is wrong."""

    encoding: str | None = Field(
        None, description="utf-8, utf-16, cp1251, cp1252, …; default: recognised"
    )
    dates: Literal["day first", "month first"] | None = Field(
        None, description="how 05/03/2026 is written; default: recognised per file"
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="the mark before the decimals of a number; default: recognised per column"
    )
    timezone: str | None = Field(
        None, description="zone of times without one; default: the company's"
    )
    tests: Literal["leave out", "keep"] | None = Field(
        None, description="deals whose title says that they are tests; default: left out"
    )

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value):
        return None if value is None else known_zone(value)


class Limits(Strict):
    """What a file may be at most: above it the run stops with one message, before any memory is
    taken.
    """

    unpacked_mb: int = Field(4096, ge=1, description="MB; what is packed in one file, unpacked")
    columns: int = Field(5000, ge=1, description="columns of a table")
    cells: int = Field(100_000_000, ge=1, description="cells of a sheet up to its far corner")
    blank_cells: int = Field(5_000_000, ge=1, description="blank ones of them")


class FileSource(Reading):
    """A file with what cannot be seen from it."""

    path: str | list[str] = Field(description="path, glob or list of them")
    sheet: str | list[str] | None = Field(
        None,
        description="sheet of a workbook, or sheets of one make: the name of its sheet is then "
        "the column `sheet` of a row; also the list "
        "of a JSON file; default: the sheet with the table's headings, the longest list",
    )
    separator: str | None = Field(None, description="column separator; default: recognised")


class SqlSource(Reading):
    """A database query."""

    url: str = Field(description="SQLAlchemy address, or env:NAME of the variable that holds it")
    sql: str = Field(description="query that gives the table")


Source = str | list[str] | FileSource | SqlSource


class Join(Strict):
    """A file whose columns are added to a table."""

    table: str = Field(description="table that gets the columns")
    file: str | FileSource | SqlSource = Field(description="file, sheet or query that has them")
    on: str | dict[str, str] = Field(
        description="column that both have; or {heading in the table: heading in the file}"
    )
    columns: list[str] | dict[str, str | list[str]] = Field(
        description="headings to add; or {column: heading}, where several headings make one text: "
        "{manager: [Name, Surname]}"
    )
    where: dict[str, list[str]] = Field(
        {},
        description="rows of the file that count: {heading: [values]}; a star at the end stands "
        "for any rest",
    )

    @field_validator("table")
    @classmethod
    def _known(cls, value):
        known("table", [value], TABLES)
        return value

    @property
    def label(self) -> str:
        """What the file is called in messages."""
        if isinstance(self.file, SqlSource):
            return "query"
        if isinstance(self.file, FileSource):
            return (
                f"{self.file.path}, sheet {self.file.sheet}"
                if self.file.sheet
                else str(self.file.path)
            )
        return self.file

    @property
    def keys(self) -> tuple[str, str]:
        """The heading in the table and the one in the file that hold the same."""
        return (self.on, self.on) if isinstance(self.on, str) else next(iter(self.on.items()))

    @property
    def name(self) -> str:
        """What tells this join from the others."""
        return f"join {self.table} by {self.keys[0]}: {self.label}"

    @property
    def targets(self) -> dict[str, list[str]]:
        """Column → the headings that make it."""
        if isinstance(self.columns, list):
            return {heading: [heading] for heading in self.columns}
        return {
            name: [made] if isinstance(made, str) else made for name, made in self.columns.items()
        }


class Data(Strict):
    """Where the tables are."""

    preset: PresetName = Field(
        "canonical", description="whose headings, stages and status words to expect"
    )
    reading: Reading = Field(
        Reading(), description="how to read every file; a table's own settings win"
    )
    limits: Limits = Field(Limits(), description="how large a file may be")
    joins: list[Join] = Field([], description="files whose columns are added to a table")
    deals: Source = Field(description=TABLES["deals"].meaning)
    stages: Source | None = None
    owners: Source | None = None
    leads: Source | None = None
    clients: Source | None = None
    touches: Source | None = None
    reviews: Source | None = None
    managers: Source | None = None
    absences: Source | None = None
    actions: Source | None = None
    plans: Source | None = None
    payments: Source | None = None
    sales: Source | None = None
    costs: Source | None = None

    def source(self, table: str) -> Source | None:
        """Where `table` is; None when the company has none."""
        return getattr(self, table)

    def reading_of(self, table: str) -> Reading:
        """How to read `table`: its own settings, else those of all files."""
        own = self.source(table) if table in TABLES else None
        named = own if isinstance(own, Reading) else Reading()
        every = self.reading
        return Reading(
            **{name: getattr(named, name) or getattr(every, name) for name in Reading.model_fields}
        )
