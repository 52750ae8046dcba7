"""Which texts are headings that a table may have: as somebody spells them, or by what their words
mean.
"""

from salesnb.source.headings import fold_heading
from salesnb.source.match import SURE, heading_score, plain_heading


class Wanted:
    """Headings that a table may have, asked by `in`: they find the heading row, the sheet and the
    separator.

    Parameters
    ----------
    spelled : spellings, compared folded
    table : a canonical table whose columns also count by what the words of a heading mean
    columns : only these columns of it; then a heading may have a word more than its column

    >>> wanted = Wanted(["Deal - ID"], "deals")
    >>> [text in wanted for text in ("deal id", "Sales rep", "Дата создания", "Acme Ltd", "won")]
    [True, True, True, False, False]
    """

    def __init__(
        self, spelled=(), table: str | None = None, columns: tuple[str, ...] | None = None
    ):
        self.spelled = frozenset(fold_heading(name) for name in spelled)
        self.table, self.columns = table, columns
        self._seen: dict[str, bool] = {}

    def __contains__(self, heading) -> bool:
        text = str(heading)
        if text not in self._seen:
            self._seen[text] = fold_heading(text) in self.spelled or self._meant(text)
        return self._seen[text]

    def _meant(self, text: str) -> bool:
        if self.table is None:
            return False
        if self.columns is None:
            return plain_heading(self.table, text)
        return any(heading_score(self.table, column, text) >= SURE for column in self.columns)
