"""Statistics: arrays in, numbers out. This room does not know what a deal is.

**Cells.** Models are fitted on counts, not on rows: `x` is a (cells, k) array of columns without an intercept (0/1 for
the levels of a factor but the reference one), `group` a (cells,) array of group numbers 0..J-1, `wins` and `trials`
the counts. Cells may come in any order and repeat. `own` is a (J, q) array of numbers that belong to a group (a
z-score); behind the columns of `x` they are columns k, k+1, … wherever `factors = {name: [columns]}` is asked for.

**The main way.**
`model = mixed_logistic(x, group, wins, trials, own)`      groups' effects shrunk, their spread averaged over
`standardised(model, mix_x, mix_weight)`                   .rate .low .high .above .best of every group on one mix
`shapley(model, factors, Side(...), Side(...))`            .parts .points .low .high: factors, "group", "chance"
`model.coefficients()`, `.group_effects()`, `.spread()`, `.predict(x, group)`
`bridge(...)`                                              the early cases of a gap, and the weight of the rest
`within(...)`, `within_tests(..., factors)`, `between_test(level, variance, z)`, `holm(p)`   is it associated?
`rolling_origin(..., month)` then `skill(...)`, `calibration`, `auc`, `reliability`          does it predict?
`beta_binomial(wins, trials)`                              when the model may not be fitted
`expected_z`, `exact_z`, `overdispersion`, `outlier_p`, `funnel_limits`                      who stands out?

Figures do not depend on the order of rows, and numbering the groups otherwise changes nothing beyond rounding.
"""

from salesnb.stats.attribution import Attribution, Side, shapley
from salesnb.stats.cells import expit, log_likelihood, logit
from salesnb.stats.cv import cv_interval, excess_cv, poisson_floor
from salesnb.stats.evalue import e_value
from salesnb.stats.funnel import (
    Overdispersion,
    exact_z,
    expected_z,
    funnel_limits,
    normal_z,
    outlier_p,
    overdispersion,
)
from salesnb.stats.intervals import difference_interval, mean_interval, wilson
from salesnb.stats.logistic import Logistic, logistic
from salesnb.stats.mix_rate import MixRate, bridge, kitagawa
from salesnb.stats.mixed import MixedLogistic, mixed_logistic
from salesnb.stats.multiplicity import benjamini_hochberg, holm
from salesnb.stats.rolling import Rolling, Skill, rolling_origin, skill
from salesnb.stats.sample_size import cox_snell_r2, minimum_cases
from salesnb.stats.scores import auc, brier, calibration, log_loss, reliability
from salesnb.stats.separation import separated_columns
from salesnb.stats.shrinkage import Shrunk, beta_binomial
from salesnb.stats.standardised import Standardised, standardised
from salesnb.stats.survival import Incidence, Survival, aalen_johansen, kaplan_meier, survival_quantile
from salesnb.stats.within import Evidence, Within, between_test, within, within_tests

__all__ = [
    "Attribution",
    "Evidence",
    "Incidence",
    "Logistic",
    "MixRate",
    "MixedLogistic",
    "Overdispersion",
    "Rolling",
    "Shrunk",
    "Side",
    "Skill",
    "Standardised",
    "Survival",
    "Within",
    "aalen_johansen",
    "auc",
    "benjamini_hochberg",
    "beta_binomial",
    "between_test",
    "bridge",
    "brier",
    "calibration",
    "cox_snell_r2",
    "cv_interval",
    "difference_interval",
    "e_value",
    "exact_z",
    "excess_cv",
    "expected_z",
    "expit",
    "funnel_limits",
    "holm",
    "kaplan_meier",
    "kitagawa",
    "log_likelihood",
    "log_loss",
    "logistic",
    "logit",
    "mean_interval",
    "minimum_cases",
    "mixed_logistic",
    "normal_z",
    "outlier_p",
    "overdispersion",
    "poisson_floor",
    "reliability",
    "rolling_origin",
    "separated_columns",
    "shapley",
    "skill",
    "standardised",
    "survival_quantile",
    "wilson",
    "within",
    "within_tests",
]
