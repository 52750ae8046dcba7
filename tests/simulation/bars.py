"""The bars: what is simulated, what must be reached, what was reached."""

import numpy as np
from scipy.stats import spearmanr

from salesnb import stats
from salesnb.model import drivers, manager_rates
from salesnb.source.book import book
from salesnb.stats.attribution import Side
from salesnb.stats.beta_binomial import chances_above, shrunk_rates
from tests.companies import company
from tests.counted import deals
from tests.simulation.department import FACTORS, department, few_large


def expit(v):
    return 1 / (1 + np.exp(-v))


def standardised(d):
    """The department's rates at the same leads; who may be the best, the slowest part, is asked by no bar."""
    ones = np.ones(len(d.group))
    model = stats.mixed_logistic(d.x, d.group, d.won, ones, d.own)
    return stats.standardised(model, d.x, ones, among=np.zeros(len(d.own), bool))


def rates(runs, seed, **kind):
    """A2-A5: error, coverage and order of the standardised rate beside the raw and the shrunken one."""
    error, raw_error, eb_error, inside, gain = [], [], [], [], []
    for number in range(runs):
        d = department(seed + number, **kind)
        found, truth = standardised(d), _true_rates(d)
        n = np.bincount(d.group)
        raw, eb = np.bincount(d.group, d.won) / n, shrunk_rates(np.bincount(d.group, d.won), n)
        error.append((found.rate - truth) ** 2)
        raw_error.append((raw - truth) ** 2)
        eb_error.append((eb - truth) ** 2)
        inside.append((found.low <= truth) & (truth <= found.high))
        gain.append(spearmanr(found.rate, truth)[0] - spearmanr(raw, truth)[0])
    rmse = [np.sqrt(np.mean(e)) for e in (error, raw_error, eb_error)]
    return {"A2": np.mean(inside), "A3": rmse[0] / rmse[1], "A4": rmse[0] / rmse[2], "A5": np.mean(gain)}


def _true_rates(d):
    """True rates at the department's mix; a manager keeps the own qualification, which is no part of the mix."""
    mixed = d.score - d.parts["qualification"]
    level = d.parts["qualification"][np.unique(d.group, return_index=True)[1]]
    return np.array([expit(mixed + level[j] + d.skill[j]).mean() for j in range(len(d.skill))])


SIZES = {"under 10": (0, 10), "10 to 19": (10, 20), "20 and more": (20, 10**9)}
LEAST = 10  # closed deals that a verdict takes
TOLD = 0.975  # chance at which a page says that somebody lies above the average


def chances(runs, seed, skill=0.3, **kind):
    """Chance of lying above the average in departments of many small managers and few large ones: chance, truth, deals."""
    found = []
    for number in range(runs):
        d = department(seed + number, skill=skill, sizes=few_large(seed + number), **kind)
        chance = standardised(d).above
        truth, n = _true_rates(d), np.bincount(d.group)
        found.append((chance, truth > n @ truth / n.sum(), n))
    return [np.concatenate(part) for part in zip(*found, strict=True)]


def counted_chances(runs, seed, skill=0.3):
    """The same where no model may be fitted: the beta-binomial, of departments with a common rate of .23 or .06."""
    found = []
    for number in range(runs):
        n = few_large(seed + number)
        rng = np.random.default_rng(seed + number)
        truth = expit((-1.2, -2.8)[number % 2] + rng.normal(0, skill, len(n)) if skill else np.full(len(n), -1.2))
        chance = chances_above(rng.binomial(n, truth), n)
        found.append((chance, truth > n @ truth / n.sum(), n))
    return [np.concatenate(part) for part in zip(*found, strict=True)]


def calibration(chance, truth, n):
    """A8: size of n → for each fifth of the chance (share that truly lies above - mean chance, managers in it)."""
    fifth = np.minimum((chance * 5).astype(int), 4)
    table = {}
    for name, (least, most) in SIZES.items():
        cells = [(n >= least) & (n < most) & (fifth == number) for number in range(5)]
        table[name] = [(truth[c].mean() - chance[c].mean() if c.any() else 0.0, int(c.sum())) for c in cells]
    return table


def worst(table, least=1):
    """Largest distance from calibration over the fifths with enough managers, by those sizes of n that have one."""
    found = {name: [abs(off) for off, size in cells if size >= least] for name, cells in table.items()}
    return {name: max(offs) for name, offs in found.items() if offs}


def farthest(chance, truth, n):
    """Largest distance from calibration over the fifths of the chance, all sizes together."""
    fifth = np.minimum((chance * 5).astype(int), 4)
    return max(abs(truth[fifth == f].mean() - chance[fifth == f].mean()) for f in set(fifth.tolist()))


def told_among_equals(runs, seed):
    """A9: departments of identical managers, many small and few large, in which somebody is said to lie above or below.

    A page says it of managers with ten closed deals or more (`min_verdict`).
    """
    hits = 0
    for number in range(runs):
        d = department(seed + number, skill=0.0, effects=False, sizes=few_large(seed + number))
        chance = standardised(d).above
        shown = np.bincount(d.group) >= LEAST
        hits += bool((shown & ((chance >= TOLD) | (chance <= 1 - TOLD))).any())
    return hits / runs


def page_chances(runs, seed, own_skill):
    """A10: chance of lying above the average of a channel's page, of people who sell in three channels.

    `own_skill` : log-odds SD of what a manager is better at in one channel than in the others; the common skill has .3
    """
    found = []
    for number in range(runs):
        rng = np.random.default_rng([10, seed + number])
        skill, own = rng.normal(0, 0.3, 12), rng.normal(0, own_skill, (12, 3)) if own_skill else np.zeros((12, 3))
        n = rng.integers(5, 60, (12, 3))
        truth = expit(-1.2 + np.array([0.0, 0.5, -0.6]) + skill[:, None] + own)
        groups = [
            (f"M{m:02d}", f"2026-0{3 + month}", int(won), int(size - won), 20, {"channel": f"C{c}"})
            for m in range(12) for c in range(3)
            for month, size in enumerate(rng.multinomial(n[m, c], np.full(6, 1 / 6)), 1)
            for won in [rng.binomial(size, truth[m, c])]
        ]  # fmt: skip
        rates_ = manager_rates(book(deals(*groups), month="2026-09", channel=f"C{number % 3}"))
        size, rate = n[:, number % 3], truth[:, number % 3]
        found.append((rates_["p_above"].to_numpy(), rate > size @ rate / size.sum(), size))
    return [np.concatenate(part) for part in zip(*found, strict=True)]


def contributions(runs, seed):
    """B4-B6: Shapley contributions against those of the true model."""
    found, truth, inside = {f: [] for f in FACTORS}, {f: [] for f in FACTORS}, []
    for number in range(runs):
        d = department(seed + number)
        ones = np.ones(len(d.group))
        model = stats.mixed_logistic(d.x, d.group, d.won, ones, d.own)
        true = _true_model(model, d)
        whole = Side(d.x, d.group, d.won, ones)
        for j in range(d.group.max() + 1):
            own = d.group == j
            side = Side(d.x[own], d.group[own], d.won[own], ones[own])
            ours, theirs = stats.shapley(model, FACTORS, side, whole), stats.shapley(true, FACTORS, side, whole)
            for place, factor in enumerate(FACTORS):
                found[factor].append(ours.points[place])
                truth[factor].append(theirs.points[place])
                inside.append(ours.low[place] <= theirs.points[place] <= ours.high[place])
    deal = [f for f in FACTORS if f != "qualification"]
    rmse = np.sqrt(np.mean([(np.array(found[f]) - truth[f]) ** 2 for f in deal]))
    return {"B4": rmse, "B5": min(np.corrcoef(found[f], truth[f])[0, 1] for f in FACTORS), "B6": np.mean(inside)}


def _true_model(model, d):
    """The same model with the true coefficients in place of the fitted ones."""
    from dataclasses import replace

    slopes = np.array([-1.2, 0.8, -0.6, -0.4, 0.35, 0.5, -0.5, 0.2, 0.25])
    return replace(model, slopes=np.tile(slopes, (len(model.tau), 1)), effects=np.tile(d.skill, (len(model.tau), 1)))


def false_factors(runs, seed, **kind):
    """C1, C2: share of departments without any effect in which a factor is claimed after Holm."""
    hits = 0
    for number in range(runs):
        d = department(seed + number, effects=False, **kind)
        hits += _claimed(d) != set()
    return hits / runs


def power(runs, seed):
    """C3: how often each deal-level factor is found with 100 deals per manager."""
    found = [_claimed(department(seed + number, deals=100)) for number in range(runs)]
    return min(np.mean([f in one for one in found]) for f in ("target", "process", "touchpoints", "channels"))


def _claimed(d):
    ones = np.ones(len(d.group))
    inner = {f: c for f, c in FACTORS.items() if f != "qualification"}
    tests = stats.within_tests(d.x, d.group, d.won, ones, inner)
    level = stats.within(d.x, d.group, d.won, ones)
    between = stats.between_test(level.level, level.level_variance, d.own[:, 0])[3]
    names = [*tests, "qualification"]
    p = stats.holm(np.array([*(t.p for t in tests.values()), between.p]))
    return {name for name, value in zip(names, p, strict=True) if value < 0.05}


def named_outliers(runs, seed):
    """C4: departments of identical managers in which somebody is named."""
    hits = 0
    for number in range(runs):
        rng = np.random.default_rng(seed + number)
        n = np.clip(rng.lognormal(np.log(30), 0.5, 20).astype(int), 5, 90)
        hits += bool((stats.benjamini_hochberg(stats.outlying(rng.binomial(n, 0.27), n, 0.27).p) < 0.05).any())
    return hits / runs


def skill_claims(runs, seed, effects):
    """C6, C7: how often the model is said to predict, 12 months of 100 deals."""
    hits = 0
    for number in range(runs):
        d = department(seed + number, deals=55, effects=effects)
        keep = np.random.default_rng(seed + number).permutation(len(d.group))[:1200]
        month = np.arange(len(keep)) % 12
        x, ones = np.column_stack([d.x, d.own[d.group]])[keep], np.ones(len(keep))
        found = stats.rolling_origin(
            x,
            d.group[keep],
            month,
            d.won[keep],
            ones,
            lambda a, _g, w, n, b, _h: stats.logistic(a, w, n, 1.0).predict(b),
        )
        hits += found.gain_low > 0
    return hits / runs


def incidence(runs, seed):
    """D4: Aalen-Johansen at day 180 against the truth of 200 snapshots: bias, coverage."""
    values, inside = [], []
    truth = 0.3 * (1 - _tail(180, 45))
    for number in range(runs):
        rng = np.random.default_rng(seed + number)
        created, wins = rng.uniform(0, 540, 600), rng.random(600) < 0.3
        length = np.where(wins, rng.lognormal(np.log(45), 0.6, 600), rng.lognormal(np.log(30), 0.9, 600))
        age = 540 - created
        time, open_ = np.floor(np.minimum(length, age)), length > age
        found = stats.aalen_johansen(time, (wins & ~open_) * 1, (~wins & ~open_) * 1, open_ * 1)
        at = np.searchsorted(found.time, 180, side="right") - 1
        values.append(found.incidence1[at])
        inside.append(found.low1[at] <= truth <= found.high1[at])
    return np.mean(values) - truth, np.mean(inside)


def _tail(day, median, sigma=0.6):
    from scipy.stats import norm

    return norm.sf(np.log(day / median) / sigma)


def companies(kind, seeds):
    """C5, C5b: factors claimed in whole simulated companies, read as Books."""
    found = []
    for seed in seeds:
        frames = {n: f for n, f in company(kind, seed).frames.items() if f is not None}
        order = [s for s in frames["stages"]["stage"].unique() if s.lower() not in ("won", "lost")]
        terms = drivers(book(frames.pop("deals"), frames.pop("stages"), **frames, stage_order=order))
        found.append(set(terms.loc[terms["verdict"] == "associated", "factor"]))
    return found
