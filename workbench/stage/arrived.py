"""What a request brought to the server though it ended otherwise: its answer was lost, and when it was read back somebody
else had been at another cell; or the server took some cells as asked, and made something else of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def as_asked(tables: Tables, settled: Mapping[Column, pl.DataFrame]) -> dict[Column, pl.DataFrame]:
    """Those of a run's settled cells (by column, with what `Store.kept` tells of their requests) that the server holds as asked.

    Whether an item that is new came to be (`_gone`) is not asked of a request whose cells were altered.
    """
    return {column: _without_altered(tables, column, cells, settled) for column, cells in settled.items()}


def _without_altered(
    tables: Tables, column: Column, cells: pl.DataFrame, settled: Mapping[Column, pl.DataFrame]
) -> pl.DataFrame:
    doubtful = cells.filter(pl.col("altered") != "")
    if not doubtful.height or column[1] == "_gone":
        return cells.filter(pl.col("altered") == "")
    made = settled.get((column[0], "_gone"))
    paths = sent_paths(tables, *column, cells["row"], made["row"] if made is not None else None)
    told = doubtful.select("seq", "altered").unique("seq").iter_rows()
    otherwise = {(seq, cell["path"]) for seq, text in told for cell in orjson.loads(text)["altered"]}
    kept = [one not in otherwise for one in zip(cells["seq"], paths, strict=True)]
    return cells.filter(pl.Series(kept, dtype=pl.Boolean))
