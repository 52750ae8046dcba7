"""Exports made worse on purpose: the same table in other clothes, and tables that lost something.

Of a mutant whose meaning is kept the figures must be those of the export it was made from. Of one that lost its meaning
they may differ, but not quietly: what is said of the reading (lines of `init`, remarks, the ledger, assumptions, or the
message that refuses it) must name the column, the word or the rule.

`python -m tests.mutants --each 2000` tries so many of every preset and lists the quiet differences.
"""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.mutants.exports import RUSSIAN, Export, base
from tests.mutants.kept import CLOTHES, KEEP
from tests.mutants.lost import LOSE
from tests.mutants.reading import judge, read


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


def tried(preset: str, number: int, seed: int) -> Iterator[tuple[Export, str]]:
    """Every mutant with what is wrong with it."""
    for export in mutants(preset, number, seed):
        with tempfile.TemporaryDirectory() as folder:
            yield export, judge(export, read(export, Path(folder)))
