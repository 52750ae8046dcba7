"""Exports in other clothes give the same figures; what lost its meaning says so: never quietly other figures."""

import random
import tempfile
from pathlib import Path

import pytest

from tests.mutants import mutants, tried
from tests.mutants.exports import EXPORTS, REQUIRED, base, columns_kept
from tests.mutants.kept import KEEP
from tests.mutants.lost import LOSE, column_dropped, lost
from tests.mutants.reading import judge, plain, read

TRIED = dict.fromkeys(EXPORTS, 72)  # of the seven presets: 504


@pytest.mark.parametrize("preset", EXPORTS)
def test_no_mutant_is_quietly_other(preset):
    wrong = [(export.kinds, fault) for export, fault in tried(preset, TRIED[preset], seed=1) if fault]
    assert not wrong, "\n".join(f"{'+'.join(kinds)}: {fault}" for kinds, fault in wrong)


@pytest.mark.parametrize("preset", EXPORTS)
def test_every_kind_is_among_those_that_are_tried_and_changes_something(preset):
    made = list(mutants(preset, TRIED[preset] * 5, seed=1))
    assert {kind for one in made for kind in one.kinds} >= {change.__name__ for change in (*KEEP, *LOSE)}
    plain_ones = [base(preset), base(preset, latin=True)]
    same = [one for one in made if any(one.rows == b.rows and one.headings == b.headings for b in plain_ones)]
    assert len(same) < len(made) / 2  # the others differ in their cells, not only in how they are written


def test_what_is_quiet_or_broken_is_found():
    right = plain("zoho", False)
    worse = column_dropped(random.Random(1), base("zoho"))
    changed = right.figures | {"status": ["('lost', 1)"]}
    outcome = type(right)
    assert judge(worse, outcome(changed, right.said)).startswith("quiet")  # what was said before says nothing of it
    assert judge(worse, outcome(changed, right.said | {f"there is no column {worse.about[0]}"})) == ""
    assert judge(base("zoho"), outcome(changed, frozenset())).startswith("other figures")
    assert judge(base("zoho"), outcome(None, frozenset({"no"}))).startswith("refused")
    assert judge(base("zoho"), outcome(right.figures, frozenset(), "Traceback")).startswith("fault")


@pytest.mark.parametrize("preset", EXPORTS)
def test_an_export_without_a_required_column_is_refused_by_its_name_or_said(preset):
    for column in REQUIRED:
        place = base(preset).place(column)
        keep = [i for i in range(len(base(preset).headings)) if i != place]
        export = lost(columns_kept(base(preset), keep), column)
        with tempfile.TemporaryDirectory() as folder:
            assert judge(export, read(export, Path(folder))) == ""
