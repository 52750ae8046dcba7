"""Tries so many mutants of every preset and lists those that are quietly other, refused without cause, or end in a fault of ours."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from tests.mutants import tried
from tests.mutants.exports import EXPORTS


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
