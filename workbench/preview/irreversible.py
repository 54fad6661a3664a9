"""What could not be taken back: cells that no PATCH sets to what they held before. Named before a commit and before a revert,
by the same rule, so that the two can never disagree."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, NO_REMOVAL, Kind
from workbench.customers.paths import cell_paths
from workbench.customers.rules import Rules
from workbench.customers.tables import UNSENT
from workbench.preview.habits import Habits
from workbench.stage.snapshot import Column, Snapshot

_UNCLEARABLE: Final = "it was empty before, and the API has no way to clear it"
_UNTYPED: Final = "it was empty before, and the API takes no address without a type"
_NEW: Final = f"the run made this item; {NO_REMOVAL}"
_NAMED: Final[dict[str, pl.DataType]] = {"id": pl.String(), "path": pl.String(), "reason": pl.String()}


def irreversible(snapshot: Snapshot, habits: Habits, rules: Rules, customers: pl.Series | None = None) -> pl.DataFrame:
    """The staged cells that could not be reverted once they are committed: `id` (the customer's), `path` and `reason`.

    Of all customers or of those among `customers` (row numbers), without those that a commit leaves out.
    """
    held = snapshot.held()["row"]
    found = [pl.DataFrame(schema=_NAMED)]
    for column in snapshot.columns:
        cells = snapshot.staged_cells_of(column).select("row", "before")
        cells = cells.with_columns(reason=why_not_back(snapshot, column, cells, habits, rules))
        cells = cells.filter(pl.col("reason").is_not_null())
        owners = snapshot.customers_of(column[0], cells["row"])
        mine = ~owners.is_in(held.implode())
        cells = cells.filter(mine if customers is None else mine & owners.is_in(customers.implode()))
        found.append(named(snapshot, column, cells))
    return pl.concat(found)


def why_not_back(
    snapshot: Snapshot, column: Column, cells: pl.DataFrame, habits: Habits, rules: Rules, new: pl.Series | None = None
) -> pl.Series:
    """Why each cell (`row` in the column's table, `before`) could never be set back to `before`; null where it could.

    `new` marks the cells of items that the run made; unless told, those that are yet to be made.
    """
    table, name = column
    unmade = (
        _never(cells["before"])
        if table == "customers"
        else snapshot.base[table]["_position"].gather(cells["row"]) == UNSENT
    )
    field, before = FIELDS[table][name], cells["before"]
    empty = _is_empty(before)
    no_way = empty if field.pointer or field.kind is Kind.FLAG else _never(before)
    untyped = empty if column == ("addresses", "type") else _never(before)
    ignored = empty & _ignores_clear(snapshot, column, cells["row"], habits, rules)
    written = "null" if habits.clear == "null" else "an empty value"
    return pl.select(
        reason=pl.when(pl.lit(unmade if new is None else new)).then(pl.lit(_NEW))
        .when(pl.lit(no_way)).then(pl.lit(_UNCLEARABLE))
        .when(pl.lit(untyped)).then(pl.lit(_UNTYPED))
        .when(pl.lit(ignored)).then(pl.lit(f"it was empty before, and this server ignores {written} there"))
    )["reason"]  # fmt: skip


def named(snapshot: Snapshot, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells (`row`, `reason`) by the names that people know: `id` (the customer's), `path` and `reason`."""
    table, name = column
    ids = snapshot.current[table]["id" if table == "customers" else "customer_id"].gather(cells["row"])
    paths = cell_paths(snapshot.current, table, name, cells["row"])
    return pl.DataFrame({"id": ids, "path": paths, "reason": cells["reason"]}, schema=_NAMED)


def _ignores_clear(snapshot: Snapshot, column: Column, rows: pl.Series, habits: Habits, rules: Rules) -> pl.Series:
    table, name = column
    if table != "attributes":
        known = rules.ignores_clear(name if table == "customers" else f"{table}.{name}", habits.clear)
        return pl.repeat(known, rows.len(), dtype=pl.Boolean, eager=True)
    ignored = [one for one in rules.habits if rules.ignores_clear(one, habits.clear)]
    called = snapshot.current.attributes.select(pl.concat_str("owner", pl.lit(".attributes["), "name", pl.lit("]")))
    return called.to_series().gather(rows).is_in(ignored).fill_null(False)


def _is_empty(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.List):
        return values.list.len().fill_null(0) == 0
    return values.is_null() if values.dtype == pl.Boolean else values.fill_null("") == ""


def _never(values: pl.Series) -> pl.Series:
    return pl.repeat(False, values.len(), dtype=pl.Boolean, eager=True)
