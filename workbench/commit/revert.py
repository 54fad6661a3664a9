"""The inverse of a run, as an operation of its own: sent only where the server still holds what the run wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from workbench.customers.equality import differs
from workbench.customers.paths import cell_paths, parse_path
from workbench.customers.rules import Rules
from workbench.customers.tables import laid_over
from workbench.errors import UsageError, WorkbenchError
from workbench.preview.habits import Habits
from workbench.preview.irreversible import named, why_not_back
from workbench.session.rows import Change, Run
from workbench.stage.arrived import arrived
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Column, Snapshot


@dataclass(frozen=True, slots=True)
class Inverse:
    """What reverting a run comes to: the changes, and the cells that stay as they are (`id`, `path`, `reason`).

    `follow` are the changes' flags (`table`, `row`, `customer_id`) that go back because another item's default does.
    """

    changes: tuple[Change, ...]
    irreversible: pl.DataFrame
    follow: pl.DataFrame

    @property
    def changed(self) -> int:
        """How many cells go back."""
        return sum(change.cells.height for change in self.changes)

    def of_cell(self, id_: str, path: str, table: str, field: str, row: int) -> Inverse:
        """What it comes to for one cell: the customer's id and the path, and where in the tables it is."""
        mine = (pl.col("table") == table) & (pl.col("customer_id") == id_)
        rows = [row, *(self.follow.filter(mine)["row"] if field == "is_default" else ())]
        cells = [
            Change(table, field, change.cells.filter(pl.col("row").is_in(rows)))
            for change in self.changes
            if (change.table, change.field) == (table, field)
        ]
        stays = self.irreversible.filter((pl.col("id") == id_) & (pl.col("path") == path))
        return Inverse(tuple(change for change in cells if change.cells.height), stays, self.follow)

    def of_rows(self, snapshot: Snapshot, rows: Mapping[Column, pl.Series]) -> Inverse:
        """What it comes to for some rows of columns alone, with the flags that go back because theirs do."""
        wanted = {column: self._with_flags(snapshot, column, some) for column, some in rows.items()}
        cells = [
            Change(
                change.table,
                change.field,
                change.cells.filter(pl.col("row").is_in(wanted[change.table, change.field].implode())),
            )
            for change in self.changes
            if (change.table, change.field) in wanted
        ]
        all_ = [
            named(snapshot, column, some.to_frame("row").with_columns(reason=pl.lit("")))
            for column, some in wanted.items()
        ]
        stays = self.irreversible.join(pl.concat([self.irreversible.clear(), *all_]), on=["id", "path"], how="semi")
        return Inverse(tuple(change for change in cells if change.cells.height), stays, self.follow)

    def without(self, snapshot: Snapshot, others: Mapping[Column, pl.DataFrame]) -> Inverse:
        """Without some cells (`row`, `reason`) of columns, which stay as they are for these reasons."""
        cells = [
            Change(
                change.table, change.field, change.cells.join(others[change.table, change.field], on="row", how="anti")
            )
            if (change.table, change.field) in others
            else change
            for change in self.changes
        ]
        stays = [named(snapshot, column, some) for column, some in others.items()]
        known = self.irreversible.join(pl.concat([self.irreversible.clear(), *stays]), on=["id", "path"], how="anti")
        return Inverse(tuple(c for c in cells if c.cells.height), pl.concat([known, *stays]), self.follow)

    def _with_flags(self, snapshot: Snapshot, column: Column, rows: pl.Series) -> pl.Series:
        table, field = column
        if field != "is_default":
            return rows
        customers = snapshot.base[table]["customer_id"].gather(rows)
        flags = self.follow.filter((pl.col("table") == table) & pl.col("customer_id").is_in(customers.implode()))
        return pl.concat([rows, flags["row"]]).unique()


_DONE: Final = "the server did not keep the items of an array, look at it there"
_BESIDE: Final = "the server changed it beside what was asked, look at it there"

_UNKNOWN: Final = "the run was given up, and it is not known whether this arrived: the server was not seen to hold it"

_STAGED: Final = "its way back is staged already"
_WENT: Final = "it went back already: the server holds what it held before the run"
_NEWER: Final = "something newer is staged there"
PASSING: Final = (_STAGED, _NEWER)
"""The reasons that hold only as long as something is staged."""


def run_to_revert(bench: Bench, number: int | None) -> Run:
    """The run with this number, or the latest; raises `WorkbenchError` if there is none, `UsageError` for what is no number."""
    if number is not None and not isinstance(number, int):
        raise UsageError("a run is named by its number, as `report.run` or `wb.runs` tell it")
    found = [run for run in bench.runs if number is None or run.id == number]
    if not found:
        what = f"run {number}" if number is not None else "run yet"
        raise WorkbenchError(f"there is no {what}; see: workbench log {bench.store.path.stem}")
    return found[-1]


def inverse(bench: Bench, run: Run, habits: Habits, customers: pl.Series | None = None) -> Inverse:
    """What sets back the cells that `run` brought to the server, all or those of `customers` (row numbers)."""
    snapshot, rules = bench.snapshot, Rules.read(bench.facts)
    kept = bench.store.kept(run.id)
    told = _told(bench, run)
    follow = _followed(bench, run, told["coupled"])
    made = {change.table: change.cells["row"] for change in bench.store.planned(run.id) if change.field == "_gone"}
    changes, irreversible = [], [pl.DataFrame(schema={"id": pl.String, "path": pl.String, "reason": pl.String})]
    for (table, name), cells in _written(bench, run, kept, told["stored"], follow).items():
        if customers is not None:
            cells = cells.filter(snapshot.customers_of(table, cells["row"]).is_in(customers.implode()))
        new = cells["row"].is_in(made[table].implode()) if table in made else None
        back, stays = _parted(snapshot, (table, name), cells, habits, rules, new)
        if back.height:
            changes.append(Change(table, name, back))
        irreversible.append(named(snapshot, (table, name), stays))
    irreversible += _not_known(bench, run, kept, customers)
    irreversible.append(_broken(bench, run, customers))
    return Inverse(tuple(changes), pl.concat(irreversible), follow)


def _broken(bench: Bench, run: Run, customers: pl.Series | None) -> pl.DataFrame:
    """What the server did to the arrays that the run sent, and beside them: nobody asked for that, and no revert knows it."""
    broken = {seq: one for seq, one in bench.store.outcomes(run.id).items() if '"broken":' in one.details}
    chosen = None if customers is None else set(customers)
    rows = []
    for request in bench.store.requests(run.id) if broken else ():
        if request.seq in broken and (chosen is None or request.row in chosen):
            details = orjson.loads(broken[request.seq].details)
            rows += [(request.customer_id, line.partition(" ")[0], f"{_DONE}: {line}") for line in details["broken"]]
            rows += [(request.customer_id, cell["path"], _BESIDE) for cell in details.get("side_effects", ())]
    return pl.DataFrame(rows, schema={"id": pl.String, "path": pl.String, "reason": pl.String}, orient="row")


def _written(
    bench: Bench, run: Run, kept: pl.DataFrame, stored: Mapping[tuple[int, str], Any], follow: pl.DataFrame
) -> dict[Column, pl.DataFrame]:
    """The cells that the run changed on the server, by column: `row`, `before` and `wrote`; flags that followed too."""
    found, plan = {}, bench.store.planned(run.id)
    done = kept.filter(pl.col("outcome").is_in(["committed", "altered"]))
    more = arrived(bench.base, plan, kept)
    for planned in (change for change in plan if change.count):
        cells = planned.cells.join(done, on="seq", how="inner", maintain_order="left")
        column = (planned.table, planned.field)
        there, _ = _unread(bench, run, planned, kept)
        cells = pl.concat([cells, there, *([more[column]] if column in more else [])])
        cells = cells.with_columns(wrote=_wrote(bench.snapshot, planned, cells, stored))
        found[planned.table, planned.field] = cells.select("row", "before", "wrote")
    for table in follow["table"].unique(maintain_order=True):
        flags = follow.filter(pl.col("table") == table).select("row", before=pl.lit(True), wrote=pl.lit(False))
        own = found.get((table, "is_default"), flags.clear())
        found[table, "is_default"] = pl.concat([own, flags])
    return found


def _unread(bench: Bench, run: Run, planned: Change, kept: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells of a column that were perhaps sent and could not be read back before the run was given up: those that hold what was
    asked, as was read since, and those of which it is not known. What a later run brought there is its own."""
    cells = planned.cells.join(kept.filter(pl.col("outcome") == "unread"), on="seq", how="inner", maintain_order="left")
    column = (planned.table, planned.field)
    for later in (one for one in bench.runs if cells.height and one.id > run.id):
        settled = bench.settled_cells(later.id).get(column)
        if settled is not None:
            own = settled.filter(pl.col("outcome") != "already")
            cells = cells.join(own, on="row", how="anti", maintain_order="left")
    there = ~differs(bench.base[planned.table][planned.field].gather(cells["row"]), cells["after"])
    return cells.filter(there), cells.filter(~there)


def _not_known(bench: Bench, run: Run, kept: pl.DataFrame, customers: pl.Series | None) -> Iterator[pl.DataFrame]:
    """The cells, by name, of which it is not known whether the run changed them."""
    for planned in bench.store.planned(run.id) if kept["outcome"].eq("unread").any() else ():
        if planned.count and not planned.field.startswith("_"):
            _, cells = _unread(bench, run, planned, kept)
            mine = bench.snapshot.customers_of(planned.table, cells["row"])
            cells = cells if customers is None else cells.filter(mine.is_in(customers.implode()))
            told = cells.select("row", reason=pl.lit(_UNKNOWN))
            yield named(bench.snapshot, (planned.table, planned.field), told)


def _told(bench: Bench, run: Run) -> dict[str, dict[tuple[int, str], Any]]:
    """What the outcomes tell of cells, by request and path: what was `stored`, where it may not be what was asked, and
    what flags held before that followed another item's default (`coupled`)."""
    found: dict[str, dict[tuple[int, str], Any]] = {"stored": {}, "coupled": {}}
    for seq, one in bench.store.outcomes(run.id).items():
        if one.details and (one.outcome in ("committed", "altered") or '"written":' in one.details):
            details = orjson.loads(one.details)
            told = (*details.get("altered", ()), *details.get("written", ()))
            found["stored"] |= {(seq, cell["path"]): cell["found"] for cell in told}
            found["coupled"] |= {(seq, cell["path"]): cell["expected"] for cell in details.get("coupled", ())}
    return found


def _followed(bench: Bench, run: Run, coupled: Mapping[tuple[int, str], Any]) -> pl.DataFrame:
    """The items that were a default until another took their place: `table`, `row`, `customer_id`.

    Only what was taken away must be set back: what was given goes by itself.
    """
    found = [pl.DataFrame(schema={"table": pl.String, "row": pl.UInt32, "customer_id": pl.String})]
    lost = [(seq, parse_path(path)) for (seq, path), held in coupled.items() if held]
    if not lost:
        return found[0]
    ids = {request.seq: request.customer_id for request in bench.store.requests(run.id)}
    wanted = pl.DataFrame(
        [(path.table, path.item, ids[seq]) for seq, path in lost], orient="row", schema=["table", "id", "customer_id"]
    )
    for table in ("addresses", "contacts"):
        items = bench.base[table].select("id", "customer_id").with_row_index("row")
        mine = items.join(wanted.filter(pl.col("table") == table), on=["id", "customer_id"], maintain_order="left")
        found.append(mine.select("table", pl.col("row").cast(pl.UInt32), "customer_id"))
    return pl.concat(found).unique(maintain_order=True)


def _wrote(
    snapshot: Snapshot, planned: Change, cells: pl.DataFrame, stored: Mapping[tuple[int, str], Any]
) -> pl.Series:
    """What the run brought to the server, cell by cell: what was asked, or what the server made of it."""
    places = (cells["outcome"] != "committed").arg_true()
    if not places.len():
        return cells["after"]
    few = cells[places]
    paths = cell_paths(snapshot.base, planned.table, planned.field, few["row"])
    keys = zip(few["seq"], paths, few["after"].to_list(), strict=True)
    values = [stored.get((seq, path), after) for seq, path, after in keys]
    return laid_over(cells["after"], places, pl.Series(values, dtype=cells["after"].dtype))


def _parted(
    snapshot: Snapshot, column: Column, cells: pl.DataFrame, habits: Habits, rules: Rules, new: pl.Series | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells that can go back (`row`, `base`, `before`, `after`), and those that cannot (`row`, `reason`).

    `new` marks those of items that the run made.
    """
    table, name = column
    base = snapshot.base[table]
    held = base[name].gather(cells["row"])
    never = why_not_back(snapshot, column, cells, habits, rules, new)
    moved = differs(held, cells["before"])
    on_its_way = ~differs(snapshot.current[table][name].gather(cells["row"]), cells["before"])
    newer = pl.lit(on_its_way).replace_strict({True: _STAGED, False: _NEWER}, return_dtype=pl.String)
    reason = pl.select(
        pl.when(pl.lit(base["_gone"].gather(cells["row"]))).then(pl.lit("the server no longer has it"))
        .when(pl.lit(snapshot.changed(table, name).gather(cells["row"]))).then(newer)
        .when(pl.lit(differs(held, cells["wrote"]) & ~moved)).then(pl.lit(_WENT))
        .when(pl.lit(differs(held, cells["wrote"])))
        .then(pl.lit("the server no longer holds what the run wrote"))
        .when(pl.lit(moved)).then(pl.lit(never))
    ).to_series()  # fmt: skip
    made = cells.select("row", base=held, before=held, after=cells["before"]).with_columns(reason=reason)
    back = made.filter(pl.col("reason").is_null() & pl.lit(moved)).drop("reason")
    return back, made.filter(pl.col("reason").is_not_null()).select("row", "reason")
