"""Exports in other clothes give the same figures; what lost its meaning says so: never quietly other figures."""

import random

import pytest

from tests.mutants import tried
from tests.mutants.exports import base
from tests.mutants.lost import column_dropped
from tests.mutants.reading import judge, plain

TRIED = dict.fromkeys(("amocrm", "hubspot", "bitrix24"), 12)  # the others, and 2,000 of each, are tried by `make fuzz`


@pytest.mark.parametrize("preset", TRIED)
def test_no_mutant_is_quietly_other(preset):
    wrong = [(export.kinds, fault) for export, fault in tried(preset, TRIED[preset], seed=1) if fault]
    assert not wrong, "\n".join(f"{'+'.join(kinds)}: {fault}" for kinds, fault in wrong)


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
