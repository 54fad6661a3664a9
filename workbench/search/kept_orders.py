"""Orders that a session keeps with its base: of the texts that people know customers by, which take longest to sort.

They are made at a load, while tables are written. One is good for a column as it was loaded: where anything in it is staged, or a
commit has changed it since, and where none is there that is whole, of this very base and made by this polars, rows are sorted.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from workbench.customers.fields import Field
from workbench.customers.tables import Tables
from workbench.search.text_order import InOrder, in_order
from workbench.session.bases import KeptOrders

_KEPT: Final = (("customers", "company_name"), ("customers", "display_name"), ("customers", "email"))
_LEAST: Final = 50_000
"""Fewer rows are sorted within ten milliseconds."""
_SHARE: Final = 4
"""Where each text is there so many times, taken together, it is quick to sort those that differ (`search.columns.Coded`)."""


def orders_to_keep(base: Tables) -> KeptOrders:
    """What makes the orders that are kept with a base."""
    columns = {(table, name): base[table][name] for table, name in _KEPT}
    return {key: partial(_packed, texts) for key, texts in columns.items() if texts.len() >= _LEAST and _differ(texts)}


def kept_order(tables: Tables, of: Field) -> InOrder | None:
    """The order of a column, where it was kept and is still good."""
    frame = tables.kept_order(of.table, of.name)
    if frame is None or not _each_once(frame["row"], tables[of.table].height):
        return None
    return InOrder(frame["row"].rechunk(), frame["begins"].drop_nulls().rechunk())


def _differ(texts: pl.Series) -> bool:
    return bool(texts.to_frame("text").select(pl.col("text").approx_n_unique() * _SHARE > pl.len()).item())


def _packed(texts: pl.Series) -> pl.DataFrame:
    """The order of texts as it is kept: `begins` is null at the end, where rows have none."""
    found = in_order(texts)
    begins = found.begins.extend_constant(None, texts.len() - found.begins.len())
    return pl.DataFrame({"row": found.rows, "begins": begins})


def _each_once(rows: pl.Series, height: int) -> bool:
    """Whether these are the numbers of all rows."""
    if rows.len() != height or not (rows < height).all():
        return False
    return bool(pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(rows, True).all())
