"""Items that are yet to be made, in groups of those that will be alike: each is one change, not as many as it has fields.

They are never counted among the changes of their columns, which say what is usual there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.flat import flat
from workbench.preview.column_groups import FEW, SEVERAL, reasoned, warned
from workbench.preview.lines import CALLED as WORDS
from workbench.preview.lines import WARNINGS
from workbench.stage.snapshot import Column, Snapshot

NEW: Final = "a new item"
"""The manner of these changes."""
CALLED: Final = {"addresses": "new address", "contacts": "new contact", "attributes": "new attribute"}
"""How people call such an item of each table."""

_NO_WAY_BACK: Final = 7
"""How odd it is that the API takes no item away (see `column_groups.reasoned`)."""


def new_items(snapshot: Snapshot, table: str, marked: Mapping[Column, pl.DataFrame]) -> pl.DataFrame:
    """The groups of a table's items that are yet to be made, as `column_groups.grouped` has those of a column: `after` are the
    values of the first, with commas between them, `row` are the items, and each of `WARNINGS` counts cells. `marked` are the staged
    cells of all columns."""
    mine = {name: cells for (of, name), cells in marked.items() if of == table}
    items = _with_values(snapshot, table, mine)
    counts = pl.concat(cells.select("row", *WARNINGS) for cells in mine.values()).group_by("row")
    items = items.join(
        counts.agg(pl.len().alias("count"), *(pl.col(name).sum() for name in WARNINGS)), on="row", maintain_order="left"
    )
    sums = [pl.col(name).sum() for name in ("count", *WARNINGS)]
    same = items.group_by("after", "_whole", maintain_order=True).agg("row", *sums).drop("_whole")
    same = same.with_columns(different=pl.lit(1, dtype=pl.UInt32))
    few = same["row"].list.len() <= FEW
    if few.sum() > SEVERAL:
        rest = same.filter(few).select(
            pl.col("after").first(), pl.col("row").explode().implode(), *sums, pl.col("different").sum()
        )
        same = pl.concat([same.filter(~few), rest])
    same = same.with_columns(
        pl.lit(None, dtype=pl.String).alias("before"),
        manner=pl.lit(NEW),
        fixed=pl.lit(0, dtype=pl.UInt32),
        introduced="invalid",
    )
    others = [name for name in WARNINGS if name != "irreversible"]
    return reasoned(same, [*warned(others), (_NO_WAY_BACK, pl.lit(True), pl.lit(WORDS["irreversible"]))])


def _with_values(snapshot: Snapshot, table: str, cells: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The items (`row`) with what people read of each (`after`) and all that it will hold (`_whole`)."""
    found = snapshot.making_cells(table).select("row")
    for name, one in cells.items():
        values = one.select("row", flat(one["after"]).alias(name))
        found = found.join(values, on="row", how="left", maintain_order="left")
    texts = [pl.col(name).replace("", None) for name in cells if name != "is_default"]
    if table == "attributes":
        called = snapshot.current.attributes["name"].gather(found["row"])
        texts = [pl.concat_str(pl.lit(called), *texts, separator=": ", ignore_nulls=True)]
    if "is_default" in cells:
        texts.append(pl.when(pl.col("is_default") == "true").then(pl.lit("default")))
    return found.select("row", after=pl.concat_str(texts, separator=", ", ignore_nulls=True), _whole=pl.struct(*cells))
