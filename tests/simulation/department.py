"""The simulated department: 20 managers, about 30 closed deals each, five factors, residual skill."""

from dataclasses import dataclass

import numpy as np

CHANNELS = np.array([0.0, 0.5, -0.5, 0.2])
TOUCHES = np.array([-0.4, 0.0, 0.35])


@dataclass
class Department:
    """Deals as arrays, the model's cells, and the truth."""

    x: np.ndarray  # target, deviation, touches 0, touches 3+, channels 1..3
    own: np.ndarray  # qualification
    group: np.ndarray
    won: np.ndarray
    score: np.ndarray  # true log-odds of each deal without skill
    skill: np.ndarray
    parts: dict  # factor → true log-odds contribution of each deal


FACTORS = {"target": [0], "process": [1], "touchpoints": [2, 3], "channels": [4, 5, 6], "qualification": [7]}


def department(seed, managers=20, deals=30, mix=0.8, skill=0.3, effects=True, rho=0.0, sizes=None) -> Department:
    """One department; `mix`: logit SD of managers' factor mixes; `rho`: correlation of the target mix with skill.

    `sizes` : deals of each manager, as `few_large` gives them; None: about `deals` for each of `managers`
    """
    rng = np.random.default_rng(seed)
    if sizes is None:
        sizes = np.clip(rng.lognormal(np.log(deals), 0.5, managers).round().astype(int), 5, 3 * deals)
    managers = len(sizes)
    group = np.repeat(np.arange(managers), sizes)
    residual = rng.normal(0, skill, managers) if skill else np.zeros(managers)
    z = rng.normal(0, 1, managers)
    z = (z - z.mean()) / z.std(ddof=1)
    standard = residual / skill if skill else rng.normal(0, 1, managers)

    def share(base, n=1, tied=0.0):
        shift = mix * (tied * standard[:, None] + np.sqrt(1 - tied**2) * rng.normal(0, 1, (managers, n)))
        return 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift)))

    target = rng.random(len(group)) < share(0.5, tied=rho)[group, 0]
    deviation = rng.random(len(group)) < share(0.3)[group, 0]
    touch = _pick(rng, np.log([0.3, 0.4, 0.3]) + mix * rng.normal(0, 1, (managers, 3)), group)
    channel = _pick(rng, np.log([0.4, 0.3, 0.2, 0.1]) + mix * rng.normal(0, 1, (managers, 4)), group)
    on = 1.0 if effects else 0.0
    parts = {"target": 0.8 * on * target, "process": -0.6 * on * deviation, "touchpoints": on * TOUCHES[touch],
             "channels": on * CHANNELS[channel], "qualification": 0.25 * on * z[group]}  # fmt: skip
    score = -1.2 + sum(parts.values())
    won = rng.random(len(group)) < 1 / (1 + np.exp(-(score + residual[group])))
    x = np.column_stack([target, deviation, touch == 0, touch == 2, channel == 1, channel == 2, channel == 3]).astype(
        float
    )
    return Department(x, z[:, None], group, won.astype(float), score, residual, parts)


def few_large(seed) -> np.ndarray:
    """Sizes of a department of many small managers and few large ones: 12 of 3-15 deals and 2 of 50-400; each third 30 and 1."""
    rng = np.random.default_rng([8, seed])
    small, large = (30, 1) if seed % 3 == 2 else (12, 2)
    return np.concatenate([rng.integers(3, 16, small), np.exp(rng.uniform(np.log(50), np.log(400), large)).astype(int)])


def _pick(rng, logits, group):
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (rng.random(len(group))[:, None] > chance.cumsum(axis=1)[group]).sum(axis=1)
