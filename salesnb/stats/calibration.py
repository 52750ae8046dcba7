"""One instrument read as another: a straight line between two scores of the same cases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t


@dataclass(frozen=True)
class Calibration:
    """The line that turns one score into what the other would say.

    Attributes
    ----------
    n : cases that have both
    intercept, slope : of the line
    low, high : Student's interval of the slope
    residual : standard deviation of a single case around the line (n - 2 degrees of freedom)
    centre, spread : mean of the scores that are read, and the sum of their squared deviations
    """

    n: int
    intercept: float
    slope: float
    low: float
    high: float
    residual: float
    centre: float
    spread: float

    @property
    def df(self) -> int:
        return self.n - 2

    @property
    def tells(self) -> bool:
        """Whether a higher score of the one goes with a higher score of the other beyond chance."""
        return bool(self.low > 0)

    def read(self, scores: ArrayLike) -> np.ndarray:
        """Scores as the other instrument would have them."""
        return self.intercept + self.slope * np.asarray(scores, float)

    def line_variance(self, weight: ArrayLike, lean: ArrayLike) -> np.ndarray:
        """Variance that the error of the line itself brings to a weighted sum of scores read.

        Parameters
        ----------
        weight : sum of the weights;  lean : sum of weight times (score - centre)
        """
        weight, lean = np.asarray(weight, float), np.asarray(lean, float)
        return self.residual**2 * (weight**2 / self.n + lean**2 / self.spread)


def calibration(
    reference: ArrayLike, scores: ArrayLike, confidence: float = 0.95
) -> Calibration | None:
    """Least-squares line of `reference` on `scores`, over cases that have both.

    Returns
    -------
    None with fewer than three cases, or where all `scores` are equal

    Source
    ------
    Ordinary least squares; Osborne (1991), Statistical calibration: a review, International
    Statistical Review 59, 309-336 (the reference is regressed on the instrument, so that what is
    read has no bias among cases like these).

    Examples
    --------
    >>> line = calibration([50, 60, 70, 82], [40, 50, 60, 70])
    >>> round(line.slope, 2), round(line.intercept, 1), round(line.residual, 2)
    (1.06, 7.2, 0.77)
    """
    y, x = np.asarray(reference, float), np.asarray(scores, float)
    n = len(x)
    centre = x.mean() if n else np.nan
    spread = float(((x - centre) ** 2).sum())
    if n < 3 or not spread > 0:
        return None
    slope = float(((x - centre) * y).sum() / spread)
    intercept = float(y.mean() - slope * centre)
    residual = float(np.sqrt(((y - intercept - slope * x) ** 2).sum() / (n - 2)))
    half = float(t.ppf(0.5 + confidence / 2, n - 2)) * residual / np.sqrt(spread)
    ends = float(slope - half), float(slope + half)
    return Calibration(n, intercept, slope, *ends, residual, float(centre), spread)
