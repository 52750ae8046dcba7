"""Numbers only: arrays in, numbers out. Nothing here knows what a deal is.

Models are fitted on weighted cells: rows with equal group and equal design columns, counted
together. `mixed_logistic` fits the model with group effects; `standardised` gives the groups' rates
on one mix; `shapley` splits a gap between two `Side`s; `within_tests` and `between_test` say
whether a factor is associated with the outcome; `rolling_origin` whether the model predicts what it
has not seen.
"""

from salesnb.stats.attribution import Attribution, Side, shapley
from salesnb.stats.beta_binomial import beta_binomial
from salesnb.stats.calibration import Calibration, calibration
from salesnb.stats.checks import cox_snell, e_value, riley_minimum, separated
from salesnb.stats.clusters import cluster_inflation
from salesnb.stats.counts import (
    Dispersion,
    RateRatio,
    dispersion,
    poisson_interval,
    rate_ratio,
    ratio_to_tell,
)
from salesnb.stats.cv import cv_interval, poisson_floor
from salesnb.stats.funnel import limits, mid_p_z, normal_z, outlying
from salesnb.stats.intervals import difference_interval, mean_interval, t_interval, wilson
from salesnb.stats.logistic import logistic
from salesnb.stats.mix_rate import bridge, kitagawa
from salesnb.stats.mixed import mixed_logistic
from salesnb.stats.multiplicity import benjamini_hochberg, holm
from salesnb.stats.raters import Raters, icc, severity
from salesnb.stats.scores import class_chances, fewer_than_rest, pooled_spread
from salesnb.stats.standardised import standardised
from salesnb.stats.survival import aalen_johansen, kaplan_meier
from salesnb.stats.validation import Validation, rolling_origin
from salesnb.stats.within import between_test, within, within_tests

__all__ = [
    "Attribution",
    "Calibration",
    "Raters",
    "Dispersion",
    "RateRatio",
    "Side",
    "Validation",
    "aalen_johansen",
    "benjamini_hochberg",
    "beta_binomial",
    "between_test",
    "bridge",
    "calibration",
    "class_chances",
    "cluster_inflation",
    "cox_snell",
    "cv_interval",
    "difference_interval",
    "dispersion",
    "e_value",
    "fewer_than_rest",
    "holm",
    "icc",
    "kaplan_meier",
    "kitagawa",
    "limits",
    "logistic",
    "mean_interval",
    "mid_p_z",
    "mixed_logistic",
    "normal_z",
    "outlying",
    "poisson_floor",
    "pooled_spread",
    "poisson_interval",
    "rate_ratio",
    "ratio_to_tell",
    "riley_minimum",
    "rolling_origin",
    "separated",
    "severity",
    "shapley",
    "standardised",
    "t_interval",
    "wilson",
    "within",
    "within_tests",
]
