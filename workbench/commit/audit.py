"""The audit of cells: who changed them, when, why, from what to what, in which run, and what the server answered.

Each event of a cell is a row: that an operation staged (or took back) something in it, that a run took it along, and that a load
or refresh found it changed on the server, by whomever. An operation that was undone or dropped is in it too; its state says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from workbench.commit.outcomes import bodies_of, cells_of, fates_of, json_values
from workbench.customers.fields import FIELDS
from workbench.customers.flat import flat, form
from workbench.customers.inert import inert_frame
from workbench.customers.paths import cell_paths
from workbench.displayed import Displayed
from workbench.preview.json_text import json_text
from workbench.session.rows import Change, Run
from workbench.stage.bench import Bench
from workbench.stage.in_words import in_words
from workbench.stage.snapshot import Column, Snapshot

COLUMNS: Final = ("at", "by", "event", "operation", "run", "id", "path", "before", "after", "stored", "outcome", "reason", "state",
                  "note")  # fmt: skip
"""The columns of a row. `event` is the operation's kind (stage, cell, unstage ..), or `run`, or `server`: a load or refresh saw
that the server held something else than before, by whomever; `after` is what was staged or asked, or what the server held;
`state` what became of this cell of the operation (active, undone, dropped, committed); `stored`, `outcome` and `reason` are a
run's; `note` is the operation's, or what it did where there is none."""

_NUMBERS: Final = ("operation", "run")
_VALUES: Final = ("before", "after", "stored")
_FRAME: Final[dict[str, pl.DataType]] = {
    **{name: pl.UInt32() if name in _NUMBERS else pl.String() for name in COLUMNS},
    "form": pl.String(), "column": pl.String(), "row": pl.UInt32(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cells an audit is of: those of `customers` (row numbers; None: all), of one `column` (None: all), in one `row` of that
    column's table (None: all)."""

    customers: pl.Series | None = None
    column: Column | None = None
    row: int | None = None

    def among(self, snapshot: Snapshot, table: str, rows: pl.Series) -> pl.Series:
        """A Boolean for each row of a table: it is meant."""
        if self.row is not None:
            return rows == self.row
        if self.customers is None:
            return pl.repeat(True, rows.len(), dtype=pl.Boolean, eager=True)
        return snapshot.customers_of(table, rows).is_in(self.customers.implode())


@dataclass(frozen=True, slots=True)
class Audit(Displayed, told=("frame",)):
    """Events of cells, oldest first: `frame` has `COLUMNS`, values as the text of a cell (`form` says how they stand in JSON); of
    several sessions also the `session`, first."""

    frame: pl.DataFrame

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that people and scripts see."""
        return ("session", *COLUMNS) if "session" in self.frame.columns else COLUMNS

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The events as plain values, by the names of their columns."""
        found: list[dict[str, Any]] = orjson.loads(f"[{','.join(self.lines())}]")
        return found

    def lines(self) -> Iterator[str]:
        """Each event as a JSON object."""
        columns = {name: _as_json(self.frame, name) for name in self.columns}
        pairs = [pl.lit(f'"{name}":') + pl.col(name) for name in self.columns]
        yield from pl.DataFrame(columns).select(line=pl.lit("{") + pl.concat_str(pairs, separator=",") + pl.lit("}"))[
            "line"
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each event with its values as texts."""
        return self.frame.select(self.columns).iter_rows(named=True)

    def csv(self) -> str:
        """The events as CSV in which nothing is a formula (`customers.inert`)."""
        return inert_frame(self.frame.select(self.columns)).write_csv()


def merged(audits: Sequence[tuple[str, Audit]]) -> Audit:
    """The events of several sessions (by name) as one audit, by time."""
    named = [one.frame.with_columns(session=pl.lit(name, dtype=pl.String)) for name, one in audits]
    whole = pl.concat([_NOTHING.with_columns(session=pl.lit(None, dtype=pl.String)), *named])
    return Audit(whole.sort("at", maintain_order=True))


def audit(bench: Bench, wanted: Wanted) -> Audit:
    """The events of the cells that are wanted."""
    operations, runs = _operations(bench), pl.concat([_NOTHING, *(_run(bench, run, wanted) for run in bench.runs)])
    staged = pl.concat([_NOTHING, *_staged(bench, wanted)])
    both = [
        staged.drop("at", "by", "event", "note").join(operations, on="operation", maintain_order="left"),
        runs.drop("note").join(
            operations.select("operation", "note"), on="operation", how="left", maintain_order="left"
        ),
    ]
    whole = pl.concat([one.select(list(_FRAME)) for one in (*both, *_moved(bench, wanted))])
    by = [pl.max_horizontal("at", *_earliest(bench)), "operation", "run", "id", "column", "row"]
    return Audit(whole.sort(by, nulls_last=False, maintain_order=True))


def _earliest(bench: Bench) -> tuple[pl.Expr, pl.Expr]:
    """The times before which the `run` of an event, and its `operation`, cannot have been: that of all that the session had before
    it. A clock that was set back tells an earlier one, and a story would be told backwards."""
    acts = [(one.id, 0, one.at) for one in bench.operations] + [(run.horizon, run.id, run.at) for run in bench.runs]
    operations, runs, newest = dict[int, str](), dict[int, str](), ""
    for operation, run, at in sorted(acts):
        newest = max(newest, at)
        if run:
            runs[run] = newest
        else:
            operations[operation] = newest
    known = (("run", runs), ("operation", operations))
    of_run, of_operation = (pl.col(n).replace_strict(t, default=None, return_dtype=pl.String) for n, t in known)
    return of_run, of_operation


def _moved(bench: Bench, wanted: Wanted) -> Iterator[pl.DataFrame]:
    """What loads and refreshes saw that others changed on the server; of new items and such that went, their `id`."""
    for whole in bench.store.moved():
        for (table, name), cells in whole.partition_by("table", "field", as_dict=True).items():
            column = (str(table), str(name))
            if wanted.column in (None, column):
                mine = cells.filter(wanted.among(bench.snapshot, column[0], cells["row"]))
                yield _whole(_placed(bench, column, mine).with_columns(
                    at=mine["at"], event=pl.lit("server"), before=mine["before"], after=mine["after"],
                    note=pl.lit("seen by a ") + mine["kind"] + pl.lit(" of ") + mine["source"],
                ))  # fmt: skip


def _placed(bench: Bench, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """Where cells (`row`) of a column are: the columns of an event that say so."""
    snapshot, (table, name) = bench.snapshot, column
    customers = snapshot.customers_of(table, cells["row"])
    return pl.DataFrame(
        {
            "id": snapshot.current.customers["id"].gather(customers),
            "path": cell_paths(snapshot.current, table, name, cells["row"]),
            "row": cells["row"],
        }
    ).with_columns(form=pl.lit(form(FIELDS[table][name])), column=pl.lit(f"{table}.{name}"))


def _as_json(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in _NUMBERS:
        return frame[name].cast(pl.String).fill_null("null")
    return json_values(frame[name], frame["form"]) if name in _VALUES else json_text(frame[name])


def _operations(bench: Bench) -> pl.DataFrame:
    rows = [(one.id, one.at, one.by, one.kind, one.note or in_words(one)) for one in bench.operations]
    schema = {"operation": pl.UInt32(), **dict.fromkeys(("at", "by", "event", "note"), pl.String())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _staged(bench: Bench, wanted: Wanted) -> Iterator[pl.DataFrame]:
    """What operations did, column by column; many small operations cost no more than one large one."""
    changes: dict[Column, list[pl.DataFrame]] = {}
    for operation in bench.operations:
        for change in operation.changes:
            if change.count and wanted.column in (None, (change.table, change.field)):
                cells = change.cells.select("row", "before", "after", operation=pl.lit(operation.id, dtype=pl.UInt32))
                changes.setdefault((change.table, change.field), []).append(cells)
    for column, parts in changes.items():
        cells = pl.concat(parts)
        cells = cells.filter(wanted.among(bench.snapshot, column[0], cells["row"]))
        yield _told(bench, column, cells)


def _told(bench: Bench, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    return _whole(
        _placed(bench, column, cells).with_columns(
            operation=cells["operation"],
            before=flat(cells["before"]),
            after=flat(cells["after"]),
            state=_states(bench, column, cells),
        )
    )


def _states(bench: Bench, column: Column, cells: pl.DataFrame) -> pl.Series:
    """What became of each change: as `Bench.state`, of the cell alone."""
    settled = cells.select("row", "operation").join(
        bench.fold.settled(column), on="row", how="left", maintain_order="left"
    )
    active, dropped = (pl.col("operation").is_in(list(some)) for some in (bench.ledger.active, bench.ledger.dropped))
    done, sent = pl.col("horizon") >= pl.col("operation"), pl.col("horizon") == pl.col("operation")
    return settled.select(
        s=pl.when(sent | (active & done)).then(pl.lit("committed"))
        .when(active).then(pl.lit("active"))
        .when(dropped).then(pl.lit("dropped"))
        .otherwise(pl.lit("undone"))
    )["s"]  # fmt: skip


def _run(bench: Bench, run: Run, wanted: Wanted) -> pl.DataFrame:
    """What became of the wanted cells in a run."""
    seqs = pl.concat([pl.Series([], dtype=pl.UInt32), *_requests(bench, bench.store.planned(run.id), wanted)]).unique()
    if not seqs.len():
        return _NOTHING
    fates = fates_of(bench, run).filter(pl.col("seq").is_in(seqs.implode()))
    cells = cells_of(bench, run, fates, lambda asked: bodies_of(bench, run, asked)).rename({"asked": "after"})
    if wanted.column is not None:
        cells = cells.filter(pl.col("column") == ".".join(wanted.column))
    if wanted.row is not None:
        cells = cells.filter(pl.col("row") == wanted.row)
    times = bench.store.kept(run.id).select("seq", "at")
    found = cells.join(times, on="seq", how="left", maintain_order="left")
    return _whole(
        found.with_columns(
            pl.col("at").fill_null(run.at), by=pl.lit(run.by), event=pl.lit("run"), run=pl.lit(run.id, dtype=pl.UInt32)
        )
    )


def _requests(bench: Bench, plan: list[Change], wanted: Wanted) -> Iterator[pl.Series]:
    """The numbers of the requests that took wanted cells along."""
    for change in plan:
        if wanted.column in (None, (change.table, change.field)):
            yield change.cells["seq"].filter(wanted.among(bench.snapshot, change.table, change.cells["row"]))


def _whole(found: pl.DataFrame) -> pl.DataFrame:
    """All columns of an event, null where nothing is known."""
    missing: Mapping[str, pl.DataType] = {name: kind for name, kind in _FRAME.items() if name not in found.columns}
    found = found.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in missing.items())
    return found.select(list(_FRAME)).cast(dict(_FRAME))  # type: ignore[arg-type]


_NOTHING: Final = pl.DataFrame(schema=_FRAME)
