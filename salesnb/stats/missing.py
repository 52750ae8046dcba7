"""A share where something is missing in some of the cases: whether it is missing unequally, and so
moves the share.
"""

from dataclasses import dataclass

from salesnb.stats.intervals import difference_interval

LEAST_POINT, LEAST_RATIO = (
    0.01,
    1.05,
)  # two shares differ by a point, or by a twentieth of the smaller one


@dataclass(frozen=True)
class Missing:
    """Counts of two kinds of cases, and of those of each in which something is missing.

    >>> found = Missing(860, 15697, 340, 1882)  # 40 % missing in the hits, 12 % in the others
    >>> round(found.known, 3), round(found.whole, 3), found.unequal
    (0.036, 0.052, True)
    >>> Missing(500, 500, 52, 48).unequal
    False
    """

    hits: int
    others: int
    blank_hits: int = 0
    blank_others: int = 0

    @property
    def cases(self) -> int:
        return self.hits + self.others

    @property
    def blank(self) -> int:
        return self.blank_hits + self.blank_others

    @property
    def known(self) -> float:
        """Share of hits among the cases in which nothing is missing, 0..1; NaN without any."""
        return (
            (self.hits - self.blank_hits) / (self.cases - self.blank)
            if self.cases > self.blank
            else float("nan")
        )

    @property
    def whole(self) -> float:
        """Share of hits among all cases, 0..1; NaN without any."""
        return self.hits / self.cases if self.cases else float("nan")

    @property
    def unequal(self) -> bool:
        """Whether the share missing differs between the kinds by more than chance, and the two
        shares of hits by something.

        By more than chance: Newcombe's 95 % interval of the difference leaves out zero. By
        something: by a percentage point, or by a twentieth of the smaller share.
        """
        if not (self.hits and self.others and self.blank):
            return False
        _, low, high = difference_interval(
            self.blank_hits, self.hits, self.blank_others, self.others
        )
        smaller, larger = (
            sorted((self.known, self.whole)) if self.known == self.known else (0.0, self.whole)
        )
        apart = larger - smaller >= LEAST_POINT or larger > smaller * LEAST_RATIO
        return bool((low > 0 or high < 0) and apart)
