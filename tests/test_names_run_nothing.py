"""Names that want to be more than names, of a params file, a folder, a notebook, a channel, a month: nothing of them
runs, and nothing is written elsewhere.
"""

import json
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from salesnb.errors import SalesnbError
from salesnb.report.run import run
from tests.reports import AUGUST, COLUMNS, HEADLINE, OPEN, RECORDS, notebook

pytestmark = pytest.mark.usefixtures("warm")

RAN = "open('ran', 'w').close()"
CHANNELS = [
    "../../../out of it",
    '"); ' + RAN + '; ("',
    "'''\n" + RAN + "\n'''",
    "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{month.__class__}\\",
    "$(touch ran)`touch ran`;touch ran",
]
SEEN = "import json, pathlib\npathlib.Path(params).with_name('seen').open('a').write(json.dumps([params, month, channel]) + '\\n')"


def company(folder):
    """A company in a folder, with a params file and a notebook, whose names are hostile; a channel for each of those above."""
    rows = [[str(10 * n + k), *AUGUST[k][1:6], name] for n, name in enumerate(CHANNELS) for k in range(6)]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "deals.csv", index=False)
    (folder / "pyproject.toml").write_text("")
    params = folder / f"p'\"{{month}}{{{{7*7}}}}\n{RAN}#.yaml".replace("/", "")
    params.write_text(json.dumps({"company": "T", "data": {"deals": "deals.csv"}}))
    (folder / "notebooks").mkdir()
    nbformat.write(notebook(OPEN, SEEN, HEADLINE, *RECORDS), folder / "notebooks" / "00-{channel}';{{x}}.ipynb")
    return params


def files(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def test_names_arrive_as_they_are_run_nothing_and_leave_no_folder(tmp_path, monkeypatch):
    home = tmp_path / "a" / "b" / "c{month}'; d"
    home.mkdir(parents=True)
    monkeypatch.chdir(home)
    params, before = company(home), files(tmp_path)
    found = run(params, "2026-08", out=home / "r", jobs=2)
    assert found.exit_code == 0, found.failures
    told = [" ".join(name.split("\n")) for name in CHANNELS]  # the reading takes a line break for a space
    assert set(found.names) == {"all", *told}
    seen = [json.loads(line) for line in (home / "seen").read_text().splitlines()]
    assert sorted(channel for _, _, channel in seen) == sorted(["", *told])
    assert {(name, month) for name, month, _ in seen} == {(str(params), "2026-08")}
    others = [path for path in files(tmp_path) - before if not path.is_relative_to(home / "r")]
    assert {path.relative_to(home).parts[0] for path in others} == {"seen", ".salesnb"}
    assert not list(tmp_path.rglob("ran"))
    for name in found.names.values():
        assert "/" not in name and (home / "r" / "2026-08" / f"{name}.html").exists()
        # a template in a name is text
        assert "&lt;class" not in (home / "r" / "2026-08" / f"{name}.html").read_text()
    asked = run(params, "2026-08", told[1:3], home / "r")  # as a caller names them
    assert asked.skipped == told[1:3]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *[("--month", value) for value in ("2026-08'; " + RAN, "../../2026-08", "2026-08/..", "{{7*7}}")],
        ("--as-of", "2026-08-15'; " + RAN),
        ("--language", "../../etc"),
        ("--channel", "../../etc"),
        ("--runner", RAN),
    ],
)
def test_a_value_of_the_command_that_is_code_is_refused(tmp_path, option, value, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = company(tmp_path)
    before = files(tmp_path)
    name = {"--as-of": "as_of", "--channel": "channels"}.get(option, option.lstrip("-"))
    with pytest.raises(SalesnbError):
        run(params, out=tmp_path / "r", **{name: [value] if name == "channels" else value})
    new = files(tmp_path) - before
    assert not [path for path in new if ".salesnb" not in path.parts]


def test_the_command_says_it_in_one_message(tmp_path):
    params = company(tmp_path)
    command = [sys.executable, "-m", "salesnb", "run", "--params", params.name, "--month", "2026-08'; " + RAN]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and "YYYY-MM" in done.stderr and "Traceback" not in done.stderr
