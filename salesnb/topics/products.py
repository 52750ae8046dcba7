"""Which products bring the value, and how steadily do they sell?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from salesnb.measures.frames import BookLike
from salesnb.render.display import Shown
from salesnb.topics.abc_xyz import Classes, classified, items_table


@dataclass(frozen=True, repr=False, eq=False)
class Products(Classes):
    """Products by the value and the steadiness of the last 12 months.

    Attributes
    ----------
    classes : product and the columns of `Classes`
    """

    keys: ClassVar = ("product", "abc")
    item: ClassVar = "product"
    name: ClassVar = "products"

    def called(self) -> str:
        return self.book.voice.say("products")

    def why_none(self) -> str:
        return self.book.voice.say(
            "No sale of the last 12 months names its product: ask your analyst to add the product "
            "of each deal, or the list of sales."
        )

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        say = self.book.voice.say
        return {
            "products": lambda: items_table(
                self, "product", say("Product"), say("Products by value of the last 12 months")
            )
        }


def products(book: BookLike) -> Products:
    """Products by value and steadiness.

    Examples
    --------
    >>> import pandas as pd
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "product": ["Mill", "Cup"], "amount": [90.0,
    ...     10.0], "manager": "Ann",
    ...     "status": "won", "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = products(s.book(deals, month="2026-09"))
    >>> found.classes[["product", "abc", "deals"]].values.tolist()
    [['Mill', 'A', 1], ['Cup', 'B', 1]]
    >>> found.deals(product="Mill")["deal_id"].tolist()
    ['1']
    """
    return Products(book, **classified(book, "product"))
