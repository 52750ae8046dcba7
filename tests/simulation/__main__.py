"""Prints every bar with what was reached; `--runs 0.1` for a tenth of the size, `--seed` for other draws."""

import argparse
import sys

from tests.simulation import bars


def table(size: float, seed: int):
    def n(full):
        return max(2, int(full * size))

    found = bars.rates(n(200), seed)
    yield "A2", "coverage of the standardised rate, n about 30, strong mix", "92.0-98.5 %", f"{found['A2']:.1%}"
    yield "A3", "its RMSE / that of the raw rate", "<= .65", f"{found['A3']:.3f}"
    yield "A4", "its RMSE / that of the beta-binomial rate", "<= .97", f"{found['A4']:.3f}"
    yield "A5", "its rank correlation with the truth minus that of the raw rate", ">= +.03", f"{found['A5']:+.3f}"
    least = max(1, int(300 * size))
    for what, found in (
        ("chance of lying above the average", bars.chances(n(1200), seed + 90_000)),
        ("the same without a model (beta-binomial)", bars.counted_chances(n(1200), seed + 100_000)),
    ):
        reached = bars.worst(bars.calibration(*found), least)
        yield (
            "A8",
            f"{what}, many small and few large managers, skill SD .3: truly above minus said, the farthest fifth by number of deals",
            "within 5 pp",
            ", ".join(f"{name} {100 * off:.1f}" for name, off in reached.items()) + " pp",
        )
    yield (
        "A9",
        "identical managers, many small and few large: departments with somebody said to lie above or below",
        "<= 5 %",
        f"{bars.told_among_equals(n(400), seed + 110_000):.1%}",
    )
    for own, of in ((0.0, "as good in every channel"), (0.3, "better in one channel than in another (SD .3)")):
        off = bars.farthest(*bars.page_chances(n(150), seed + 120_000, own))
        yield (
            "A10",
            f"the chance on a channel's page, people {of}: the farthest fifth",
            "within 7 pp",
            f"{100 * off:.1f} pp",
        )
    parts = bars.contributions(n(60), seed + 10_000)
    yield "B4", "RMSE of the four deal-level contributions", "<= 1.2 pp", f"{100 * parts['B4']:.2f} pp"
    yield "B5", "correlation with the truth, the weakest factor", ">= .85", f"{parts['B5']:.2f}"
    yield "B6", "coverage of the contributions' intervals", "90-98.5 %", f"{parts['B6']:.1%}"
    yield (
        "C1",
        "null departments with any factor claimed, n about 30",
        "<= 7.5 %",
        f"{bars.false_factors(n(400), seed + 20_000):.1%}",
    )
    yield (
        "C2",
        "the same, n about 100, skill SD .6, mix correlated .6",
        "<= 7.5 %",
        f"{bars.false_factors(n(400), seed + 30_000, deals=100, skill=0.6, rho=0.6):.1%}",
    )
    yield (
        "C3",
        "true effects found, n about 100, the weakest deal-level factor",
        ">= 90 %",
        f"{bars.power(n(100), seed + 40_000):.1%}",
    )
    yield (
        "C4",
        "identical managers: departments with somebody named",
        "<= 5 %",
        f"{bars.named_outliers(n(2000), seed + 50_000):.1%}",
    )
    seeds = range(seed + 1, seed + 1 + n(20))
    yield (
        "C5",
        "leak companies with any factor claimed",
        "<= 3 of 20",
        f"{sum(map(bool, bars.companies('leak', seeds)))} of {len(seeds)}",
    )
    yield (
        "C5b",
        "null companies with any factor claimed",
        "<= 3 of 20",
        f"{sum(map(bool, bars.companies('null', seeds)))} of {len(seeds)}",
    )
    real = bars.companies("real", seeds)
    counts = ", ".join(
        f"{f} {sum(f in one for one in real)}"
        for f in ("target", "process", "touchpoints", "channels", "qualification")
    )
    yield (
        "C5b",
        "real companies in which each factor is claimed",
        ">= 16 of 20 (but qualification)",
        f"{counts} of {len(seeds)}",
    )
    yield "C6", "null: model said to predict", "<= 2.5 %", f"{bars.skill_claims(n(200), seed + 60_000, False):.1%}"
    yield (
        "C7",
        "real effects, 12 months of 100 deals: model said to predict",
        ">= 85 %",
        f"{bars.skill_claims(n(100), seed + 70_000, True):.1%}",
    )
    bias, inside = bars.incidence(n(200), seed + 80_000)
    yield "D4", "Aalen-Johansen at day 180: bias; coverage", "<= 1 pp; 92-98 %", f"{100 * bias:+.2f} pp; {inside:.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--seed", type=int, default=900_000, help="first seed")
    chosen = parser.parse_args()
    write = sys.stdout.write
    write(
        f"Made by `python -m tests.simulation --runs {chosen.runs:g} --seed {chosen.seed}`.\n\n| id | bar | to reach | reached |\n|---|---|---|---|\n"
    )
    for row in table(chosen.runs, chosen.seed):
        write("| " + " | ".join(row) + " |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
