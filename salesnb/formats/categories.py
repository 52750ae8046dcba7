"""Categories with an order, such as sizes or days of the week: they keep it whatever frame they
come in.
"""

import narwhals as nw
import pandas as pd


def is_ordered(column: pd.Series) -> bool:
    """Whether a column has categories in an order of their own."""
    return isinstance(column.dtype, pd.CategoricalDtype) and bool(column.dtype.ordered)


def from_polars(frame: nw.DataFrame) -> pd.DataFrame:
    """A small Polars table as pandas, without pyarrow; an Enum is an ordered category."""
    table = pd.DataFrame(frame.to_dict(as_series=False), columns=frame.columns)
    for name, kind in frame.schema.items():
        if isinstance(kind, nw.Enum):
            table[name] = pd.Categorical(
                table[name], categories=list(kind.categories), ordered=True
            )
    return table


def labelled(column: pd.Series) -> pd.Series:
    """A column as the engine takes it: ordered categories under their names, others as the plain
    values that they are.

    >>> bands = pd.Series(pd.cut([1, 9], [0, 4, 10]))
    >>> labelled(bands).cat.categories.tolist(), labelled(bands.astype("string").astype("category")).tolist()
    (['(0, 4]', '(4, 10]'], ['(0, 4]', '(4, 10]'])
    """  # noqa: E501
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    return column.cat.rename_categories(str) if is_ordered(column) else column.astype(object)
