"""Makes the sample company: `python data/sample/make_sample.py [FOLDER]`. The same bytes every time; see README.md."""

import sys
from pathlib import Path

from company.build import company
from company.control import extend
from company.crm import write_slices
from company.files import write_json
from company.raw import write_tables
from company.spoil import spoil
from company.truth import truth


def main(folder: Path) -> None:
    """Every file of the sample into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = company()
    spoil(tables)
    write_slices(folder / "crm", tables)
    extend(tables)
    counts = write_tables(folder, tables)
    write_json(folder / "truth.json", truth(tables, counts))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
