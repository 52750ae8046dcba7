"""Prints every bar with what was reached, or some: `equals pages`; `--runs 0.1` for a tenth of the size, `--seed` for other draws."""

import argparse
import sys

from tests.simulation import bars


def _rates(n, seed):
    runs = n(200)
    found, of = bars.rates(runs, seed), f"{runs} departments of 20"
    yield "A2", "coverage of the standardised rate, n about 30, strong mix", of, "92.0-98.5 %", f"{found['A2']:.1%}"
    yield "A3", "its RMSE / that of the raw rate", of, "<= .65", f"{found['A3']:.3f}"
    yield "A4", "its RMSE / that of the beta-binomial rate", of, "<= .97", f"{found['A4']:.3f}"
    yield "A5", "its rank correlation with the truth minus that of the raw rate", of, ">= +.03", f"{found['A5']:+.3f}"


def _calibration(what, found, runs, least):
    reached = ", ".join(f"{name} {100 * off:.1f}" for name, off in bars.worst(bars.calibration(*found), least).items())
    yield (
        "A8",
        f"{what}, many small and few large managers, skill SD .3: truly above minus said, the farthest fifth by number of deals",
        f"{runs} departments of 14 or 31, fifths of {least} people or more",
        "within 5 pp",
        f"{reached} pp",
    )


def _chances(n, seed):
    runs = n(1200)
    found = bars.chances(runs, seed + 90_000)
    yield from _calibration("chance of lying above the average", found, runs, runs // 4)


def _counted(n, seed):
    runs = n(1200)
    found = bars.counted_chances(runs, seed + 100_000)
    yield from _calibration("the same without a model (beta-binomial)", found, runs, runs // 4)


def _equals(n, seed):
    runs = n(2000)
    share = bars.told_among_equals(runs, seed + 110_000)
    yield (
        "A9",
        "identical managers, many small and few large, with call scores: departments with somebody said to lie above or below",
        f"{runs} departments of 14 or 31",
        "<= 5 %",
        f"{share:.1%} (standard error {(share * (1 - share) / runs) ** 0.5:.1%})",
    )


def _pages(n, seed):
    runs = n(150)
    for own, of in ((0.0, "as good in every channel"), (0.3, "better in one channel than in another (SD .3)")):
        off = bars.farthest(*bars.page_chances(runs, seed + 120_000, own))
        what = f"the chance on a channel's page, people {of}: the farthest fifth"
        yield "A10", what, f"{runs} pages of 12", "within 7 pp", f"{100 * off:.1f} pp"


def _contributions(n, seed):
    runs = n(60)
    parts, of = bars.contributions(runs, seed + 10_000), f"{runs} departments of 20"
    yield "B4", "RMSE of the four deal-level contributions", of, "<= 1.2 pp", f"{100 * parts['B4']:.2f} pp"
    yield "B5", "correlation with the truth, the weakest factor", of, ">= .85", f"{parts['B5']:.2f}"
    yield "B6", "coverage of the contributions' intervals", of, "90-98.5 %", f"{parts['B6']:.1%}"


def _factors(n, seed):
    other = {"deals": 100, "skill": 0.6, "rho": 0.6}
    for name, what, full, least, reach in (
        ("C1", "null departments with any factor claimed, n about 30", 400, "<= 7.5 %",
         lambda runs: bars.false_factors(runs, seed + 20_000)),
        ("C2", "the same, n about 100, skill SD .6, mix correlated .6", 400, "<= 7.5 %",
         lambda runs: bars.false_factors(runs, seed + 30_000, **other)),
        ("C3", "true effects found, n about 100, the weakest deal-level factor", 100, ">= 90 %",
         lambda runs: bars.power(runs, seed + 40_000)),
        ("C4", "identical managers: departments with somebody named", 2000, "<= 5 %",
         lambda runs: bars.named_outliers(runs, seed + 50_000)),
    ):  # fmt: skip
        yield name, what, f"{n(full)} departments of 20", least, f"{reach(n(full)):.1%}"


def _companies(n, seed):
    runs = n(20)
    seeds, of = range(seed + 1, seed + 1 + runs), f"{runs} companies"
    for name, kind in (("C5", "leak"), ("C5b", "null")):
        claimed = sum(map(bool, bars.companies(kind, seeds)))
        yield name, f"{kind} companies with any factor claimed", of, "<= 3 of 20", f"{claimed} of {runs}"
    real = bars.companies("real", seeds)
    names = ("target", "process", "touchpoints", "channels", "qualification")
    counts = ", ".join(f"{f} {sum(f in one for one in real)}" for f in names)
    least = ">= 16 of 20 (but qualification)"
    yield "C5b", "real companies in which each factor is claimed", of, least, f"{counts} of {runs}"


def _skill(n, seed):
    for name, what, full, least, effects, first in (
        ("C6", "null: model said to predict", 200, "<= 2.5 %", False, 60_000),
        ("C7", "real effects, 12 months of 100 deals: model said to predict", 100, ">= 85 %", True, 70_000),
    ):
        reached = bars.skill_claims(n(full), seed + first, effects)
        yield name, what, f"{n(full)} departments of 20", least, f"{reached:.1%}"


def _incidence(n, seed):
    runs = n(200)
    bias, inside = bars.incidence(runs, seed + 80_000)
    reached = f"{100 * bias:+.2f} pp; {inside:.1%}"
    yield "D4", "Aalen-Johansen at day 180: bias; coverage", f"{runs} snapshots", "<= 1 pp; 92-98 %", reached


PARTS = {"rates": _rates, "chances": _chances, "counted": _counted, "equals": _equals, "pages": _pages,
         "contributions": _contributions, "factors": _factors, "companies": _companies, "skill": _skill,
         "incidence": _incidence}  # fmt: skip


def table(size: float, seed: int, parts):
    """Rows of the table: id, bar, what was simulated, what to reach, what was reached."""
    for part in parts or PARTS:
        yield from PARTS[part](lambda full: max(2, int(full * size)), seed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--seed", type=int, default=4_000_000, help="first seed")
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; none: all")
    chosen = parser.parse_args()
    write = sys.stdout.write
    write(
        f"Made by `python -m tests.simulation --runs {chosen.runs:g} --seed {chosen.seed}`.\n\n| id | bar | simulated | to reach | reached |\n|---|---|---|---|---|\n"
    )
    for row in table(chosen.runs, chosen.seed, chosen.parts):
        write("| " + " | ".join(row) + " |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
