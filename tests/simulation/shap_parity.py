"""Bar B3: our Shapley values of five factor scores equal those of `shap.explainers.Exact`.

`shap` cannot be in the locks (it pulls a numba that does not go with them), so this runs in an environment of its own:

    python -m venv parity && parity/bin/pip install shap scipy numpy
    parity/bin/python tests/simulation/shap_parity.py

It needs of the project only `salesnb.stats`. Prints the largest difference; exit code 1 above 1e-9.
"""

import importlib
import sys
import types
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BAR = 1e-9


def project(name):
    """A module of the project without running `salesnb/__init__.py`, which needs the whole lock."""
    if "salesnb" not in sys.modules:
        package = types.ModuleType("salesnb")
        package.__path__ = [str(ROOT / "salesnb")]
        sys.modules["salesnb"] = package
    return importlib.import_module(name)


def department(seed=20260901, managers=4, cases=25):
    """Cells of a small department: target, process, two touch levels, two channels; one number per manager."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(managers), cases)
    touch, channel = rng.integers(0, 3, len(group)), rng.integers(0, 3, len(group))
    x = np.column_stack(
        [rng.random(len(group)) < 0.5, rng.random(len(group)) < 0.3, touch == 0, touch == 2, channel == 1, channel == 2]
    ).astype(float)
    own = rng.normal(0, 1, (managers, 1))
    score = -1.0 + x @ [0.8, -0.6, -0.4, 0.35, 0.5, -0.5] + 0.25 * own[group, 0]
    won = (rng.random(len(group)) < 1 / (1 + np.exp(-score))).astype(float)
    return x, group, won, own


FACTORS = {"target": [0], "process": [1], "touchpoints": [2, 3], "channels": [4, 5], "qualification": [6]}


def theirs(shap, model, x, group, manager):
    """Average over the manager's cases of shap's exact values, against all cases, for one spread of the model."""
    design = model.design(x, group)
    scores = np.column_stack([design[:, c] @ model.slopes[0][[1 + i for i in c]] for c in FACTORS.values()])
    masker = shap.maskers.Independent(scores, max_samples=len(scores))
    explainer = shap.explainers.Exact(lambda s: 1 / (1 + np.exp(-(model.slopes[0, 0] + s.sum(axis=1)))), masker)
    return explainer(scores[group == manager]).values.mean(axis=0)


def largest_difference() -> float:
    import shap

    mixed, attribution = project("salesnb.stats.mixed"), project("salesnb.stats.attribution")
    x, group, won, own = department()
    ones = np.ones(len(group))
    # one spread only: shap knows no mixture, and a mixture is an average of such values
    model = mixed.mixed_logistic(x, group, won, ones, own, taus=np.array([0.3]))
    whole, worst = attribution.Side(x, group, won, ones), 0.0
    for manager in range(len(own)):
        here = group == manager
        side = attribution.Side(x[here], group[here], won[here], ones[here])
        ours = attribution.shapley(model, FACTORS, side, whole).points[: len(FACTORS)]
        worst = max(worst, float(np.abs(ours - theirs(shap, model, x, group, manager)).max()))
    return worst


def main() -> int:
    worst = largest_difference()
    sys.stdout.write(f"| B3 | parity with shap Exact on factor scores | <= 1e-9 | {worst:.1e} |\n")
    return int(worst > BAR)


if __name__ == "__main__":
    sys.exit(main())
