"""Conversion of the month beside the month before, overall or per group, with the verdict on the
change.
"""

import pandas as pd

from salesnb.measures.conversion import compared, conversion
from salesnb.measures.frames import BookLike, By
from salesnb.measures.so_far import month_before
from salesnb.measures.told import bare
from salesnb.measures.unsettled import settled, settled_ends


def changes(book: BookLike, by: By | None = None) -> pd.DataFrame:
    """Conversion of the month of a Book and its change: columns of `compared`.

    The verdict of a group is "withheld" where words of status that nothing settles would change it.
    """
    deals, periods = book.closer_deals, (book.month, month_before(book))

    def side_by_side(counted) -> pd.DataFrame:
        now, before = (conversion(counted, by=by, period=month) for month in periods)
        return compared(now, before, by, book.thresholds)

    table = side_by_side(deals)
    for end in settled_ends(deals, periods):
        other = side_by_side(settled(deals, end))
        then = other["verdict"] if by is None else table[by].map(other.set_index(by)["verdict"])
        judged = table["verdict"] != "few"
        table["verdict"] = table["verdict"].mask(judged & (table["verdict"] != then), "withheld")
    return bare(table, book)
