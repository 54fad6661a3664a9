"""The inverse of a run, as an operation of its own: sent only where the server still holds what the run wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, NO_REMOVAL, Kind
from workbench.customers.paths import cell_paths
from workbench.customers.tables import laid_over
from workbench.errors import WorkbenchError
from workbench.session.rows import Change, Run
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Irreversible:
    """A cell that cannot be reverted: its customer, its path, and why."""

    id: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """What reverting a run comes to: the changes, and the cells that stay as they are, with the reason."""

    changes: tuple[Change, ...]
    irreversible: tuple[Irreversible, ...]

    def of_cell(self, id_: str, path: str, table: str, field: str, row: int) -> Inverse:
        """What it comes to for one cell: the customer's id and the path, and where in the tables it is."""
        cells = [
            Change(table, field, change.cells.filter(pl.col("row") == row))
            for change in self.changes
            if (change.table, change.field) == (table, field)
        ]
        stays = [one for one in self.irreversible if (one.id, one.path) == (id_, path)]
        return Inverse(tuple(change for change in cells if change.cells.height), tuple(stays))


def run_to_revert(bench: Bench, number: int | None) -> Run:
    """The run with this number, or the latest; raises `WorkbenchError` if there is none."""
    found = [run for run in bench.runs if number is None or run.id == number]
    if not found:
        what = f"run {number}" if number is not None else "run yet"
        raise WorkbenchError(f"there is no {what}; see: workbench log")
    return found[-1]


def inverse(bench: Bench, run: Run, customers: pl.Series | None = None) -> Inverse:
    """What sets back the cells that `run` brought to the server, all or those of `customers` (row numbers)."""
    done = bench.store.kept(run.id).filter(pl.col("outcome").is_in(["committed", "altered"]))
    altered = _altered(bench, run)
    changes, irreversible = [], []
    plan = bench.store.planned(run.id)
    made = {change.table: change.cells["row"] for change in plan if change.field == "_gone"}
    for planned in (change for change in plan if change.count):
        cells = planned.cells.join(done, on="seq", how="inner", maintain_order="left")
        if customers is not None:
            owners = bench.snapshot.customers_of(planned.table, cells["row"])
            cells = cells.filter(owners.is_in(customers.implode()))
        cells = cells.with_columns(wrote=_wrote(bench.snapshot, planned, cells, altered))
        back, stays = _parted(bench.snapshot, planned.table, planned.field, cells, made.get(planned.table))
        if back.height:
            changes.append(Change(planned.table, planned.field, back))
        irreversible += _named(bench.snapshot, planned.table, planned.field, stays)
    return Inverse(tuple(changes), tuple(irreversible))


def _altered(bench: Bench, run: Run) -> dict[tuple[int, str], Any]:
    """What the server stored where it did not store what was asked, by request and path."""
    told = ((seq, orjson.loads(one.details or "{}")) for seq, one in bench.store.outcomes(run.id).items()
            if one.outcome == "altered")  # fmt: skip
    return {(seq, cell["path"]): cell["found"] for seq, details in told for cell in details.get("altered", ())}


def _wrote(
    snapshot: Snapshot, planned: Change, cells: pl.DataFrame, altered: Mapping[tuple[int, str], Any]
) -> pl.Series:
    """What the run brought to the server, cell by cell: what was asked, or what the server made of it."""
    places = (cells["outcome"] == "altered").arg_true()
    if not places.len():
        return cells["after"]
    few = cells[places]
    paths = cell_paths(snapshot.base, planned.table, planned.field, few["row"])
    keys = zip(few["seq"], paths, few["after"].to_list(), strict=True)
    values = [altered.get((seq, path), after) for seq, path, after in keys]
    return laid_over(cells["after"], places, pl.Series(values, dtype=cells["after"].dtype))


def _parted(
    snapshot: Snapshot, table: str, name: str, cells: pl.DataFrame, made: pl.Series | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells that can go back (`row`, `base`, `before`, `after`), and those that cannot (`row`, `reason`).

    `made` are the rows of items that the run made.
    """
    field = FIELDS[table][name]
    base = snapshot.base[table]
    held = base[name].gather(cells["row"])
    new = cells["row"].is_in(made.implode()) if made is not None else pl.Series([False])
    empty = pl.lit(field.pointer or field.kind is Kind.FLAG) & (cells["before"].is_null() | pl.lit(False))
    reason = pl.select(
        pl.when(pl.lit(base["_gone"].gather(cells["row"]))).then(pl.lit("the server no longer has it"))
        .when(pl.lit(snapshot.changed(table, name).gather(cells["row"]))).then(pl.lit("something newer is staged there"))
        .when(pl.lit(differs(held, cells["wrote"])))
        .then(pl.lit("the server no longer holds what the run wrote"))
        .when(pl.lit(new)).then(pl.lit(f"the run made this item; {NO_REMOVAL}"))
        .when(empty).then(pl.lit("it was empty before, and the API has no way to clear it"))
    ).to_series()  # fmt: skip
    found = cells.select("row", base=held, before=held, after=cells["before"]).with_columns(reason=reason)
    moved = differs(found["before"], found["after"])
    back = found.filter(pl.col("reason").is_null() & moved).drop("reason")
    return back, found.filter(pl.col("reason").is_not_null()).select("row", "reason")


def _named(snapshot: Snapshot, table: str, name: str, cells: pl.DataFrame) -> list[Irreversible]:
    ids = snapshot.base[table]["customer_id"].gather(cells["row"])
    paths = cell_paths(snapshot.base, table, name, cells["row"])
    return [Irreversible(*row) for row in zip(ids, paths, cells["reason"], strict=True)]
