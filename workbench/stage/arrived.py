"""What a request brought to the server though it ended otherwise: its answer was lost, and when it was read back somebody
else had been at another cell."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl

from workbench.customers.paths import sent_paths
from workbench.customers.tables import Tables
from workbench.session.rows import Change
from workbench.stage.snapshot import Column


def arrived(tables: Tables, plan: Sequence[Change], kept: pl.DataFrame) -> dict[Column, pl.DataFrame]:
    """The cells of a run's plan that its outcomes (`Store.kept`) name as written, by column, each with its `outcome` and `at`.

    That an item came to be (`_gone`) is one of them where a cell of the item is.
    """
    fates = kept.filter(pl.col("written") != "")
    if not fates.height:
        return {}
    told = {
        seq: {cell["path"] for cell in orjson.loads(text)["written"]}
        for seq, text in fates.select("seq", "written").iter_rows()
    }
    made = {change.table: change for change in plan if change.field == "_gone"}
    found: dict[Column, pl.DataFrame] = {}
    for change in (one for one in plan if one.count):
        cells = change.cells.join(fates, on="seq", how="inner", maintain_order="left")
        new = made[change.table].cells["row"] if change.table in made else None
        paths = sent_paths(tables, change.table, change.field, cells["row"], new)
        mine = [path in told[seq] for seq, path in zip(cells["seq"], paths, strict=True)]
        if any(mine):
            found[change.table, change.field] = cells.filter(pl.Series(mine, dtype=pl.Boolean))
    for table, change in made.items():
        rows = [cells["row"] for (of, _), cells in found.items() if of == table]
        if rows:
            items = change.cells.filter(pl.col("row").is_in(pl.concat(rows).implode()))
            found[table, "_gone"] = items.join(fates, on="seq", how="inner", maintain_order="left")
    return found
