"""What became of operations and runs on the server: which run brought an operation there, and which ones took that back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.customers.tables import laid_over
from workbench.onlooker import stepwise
from workbench.session.rows import Operation, Run
from workbench.stage.bench import Bench
from workbench.stage.snapshot import Column

Cells = dict[Column, pl.DataFrame]
"""Rows by column."""


@dataclass(frozen=True, slots=True)
class Fate:
    """Of an operation, or of a run: how many cells were `sent` to the server, how many of them it `wrote` there (it did not hold
    them already), how many of those were taken `back` since and still are, and by which `runs`, oldest first; of how many it made
    something else (`altered`)."""

    sent: int = 0
    wrote: int = 0
    back: int = 0
    runs: tuple[int, ...] = ()
    altered: int = 0

    @property
    def reverted(self) -> bool:
        """Whether all that was written was taken back."""
        return 0 < self.wrote == self.back

    def stands(self, state: str) -> str:
        """The state as people read it: what was committed, or a run that is done, is `reverted` or stands `partly`."""
        if not self.back or state not in ("committed", "done"):
            return state
        return "reverted" if self.reverted else "partly"

    @property
    def otherwise(self) -> str:
        """What the server held already, and what it made something else of; empty if nothing."""
        held = [f"{self.sent - self.wrote:,} already there"] if self.sent > self.wrote else []
        return ", ".join([*held, *([f"{self.altered:,} altered by the server"] if self.altered else [])])

    @property
    def told(self) -> str:
        """One line on what was taken back; empty if nothing was."""
        if not self.back:
            return ""
        part = "" if self.reverted else f": {self.back:,} of {self.wrote:,} cells"
        return f"taken back by {runs_named(self.runs)}{part}"


def runs_named(runs: tuple[int, ...]) -> str:
    """run 2; runs 2, 3 and 5."""
    *first, last = map(str, runs)
    return f"runs {', '.join(first)} and {last}" if first else f"run {last}"


class ServerBook:
    """What the runs of a session brought to the server, read from their plans when it is asked for, and kept of those that are
    done."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._kept: dict[int, Mapping[int, Cells]] = {}

    def brought(self, run: Run) -> Mapping[int, Cells]:
        """The cells whose value of an operation the run brought to the server, by the operation and the column: `row`, and
        whether it `wrote` there (the server did not hold it already), and whether the server `altered` it."""
        if run.id in self._kept:
            return self._kept[run.id]
        found: dict[int, Cells] = {}
        for column, cells in self._bench.settled_cells(run.id).items():
            last = self._bench.fold.last_to_write(column, cells, run.horizon).lazy()
            altered = self._altered(run, column, cells)
            wrote = cells.lazy().select("row", wrote=pl.col("outcome") != "already", altered=altered)
            both = last.join(wrote, on="row", how="inner").collect()
            for (number,), part in both.partition_by("horizon", as_dict=True, include_key=False).items():
                if part.height:
                    found.setdefault(int(number), {})[column] = part
        if run.state == "done":
            self._kept[run.id] = found
        return found

    def _altered(self, run: Run, column: Column, cells: pl.DataFrame) -> pl.Series:
        """Of which of the settled cells of a column the server made something else."""
        among = cells["outcome"] == "altered"
        if not among.any():
            return among
        told = {
            seq: {cell["path"] for cell in json.loads(one.details).get("altered", ())}
            for seq, one in self._bench.store.outcomes(run.id).items()
            if one.outcome == "altered" and one.details
        }
        paths = cell_paths(self._bench.base, *column, cells["row"].filter(among))
        named = [path in told.get(seq, ()) for seq, path in zip(cells["seq"].filter(among), paths, strict=True)]
        return laid_over(among, among.arg_true(), pl.Series(named, dtype=pl.Boolean))

    def brought_by(self, operation: Operation) -> int:
        """The newest run that wrote values of this operation, or else that sent any (the server held them already); where later
        operations wrote over all of them before, the first that settled its cells. 0 if there is none. What a later run made of
        the same cells for another operation, such as the way back of the first, is not it."""
        runs, held = [run for run in self._bench.runs if run.horizon >= operation.id], 0
        for run in stepwise(tuple(reversed(runs))):
            brought = self.brought(run).get(operation.id, {})
            if any(cells["wrote"].any() for cells in brought.values()):
                return run.id
            held = held or (run.id if brought else 0)
        if held:
            return held
        for run in runs:
            settled = self._bench.settled_cells(run.id)
            for change in operation.changes:
                cells = settled.get((change.table, change.field))
                if cells is not None and cells.join(change.cells.select("row"), on="row", how="semi").height:
                    return run.id
        return runs[-1].id if runs else 0

    def taken_back(self) -> Mapping[int, Cells]:
        """The cells of operations, by column, that a way back took back on the server, if that still stands: `row`, and the
        `run` that sent the way back."""
        gone: dict[int, Cells] = {}
        runs = {run.id: run for run in self._bench.runs}
        for back in reversed(
            tuple(self._bench.operations)
        ):  # only later ones can take back a way back: they are known by then
            reverted = runs.get(_run_of(back))
            if reverted is None:
                continue
            for run in (run for run in runs.values() if run.horizon >= back.id):
                for column, cells in self.brought(run).get(back.id, {}).items():
                    off = gone.get(back.id, {}).get(column)
                    stands = cells if off is None else cells.join(off, on="row", how="anti")
                    self._take(gone, self.brought(reverted), column, stands.select("row", run=pl.lit(run.id)))
        return gone

    def ways_back(self, run: Run) -> tuple[int, ...]:
        """The runs whose way back this run brought to the server."""
        backs = [(one.id, _run_of(one)) for one in tuple(self._bench.operations) if one.id <= run.horizon]
        number_of = {number: reverted for number, reverted in backs if reverted}
        return tuple(sorted({number_of[one] for one in self.brought(run) if one in number_of})) if number_of else ()

    def _take(self, gone: dict[int, Cells], brought: Mapping[int, Cells], column: Column, back: pl.DataFrame) -> None:
        """Adds what the rows of a way back took back of what a run had brought."""
        for number, columns in brought.items():
            if column in columns:
                wrote = columns[column].filter("wrote").select("row")
                both = back.join(wrote, on="row", how="semi")
                known = gone.setdefault(number, {}).get(column, both.clear())
                gone[number][column] = pl.concat([known, both]).unique("row", keep="first", maintain_order=True)

    def fates(self, *, plain: bool = False) -> tuple[Mapping[int, Fate], Mapping[int, Fate]]:
        """What became of each operation, and of each run, by their numbers. `plain` says that no server held or stored anything
        else than what was asked of it: that is not looked for then."""
        gone = self.taken_back()
        operations = {one.id: self._of_operation(one, gone.get(one.id), plain) for one in tuple(self._bench.operations)}
        runs = {run.id: self._of_run(run, gone) if gone else Fate() for run in tuple(self._bench.runs)}
        return operations, runs

    def fate_of(self, operation: Operation) -> Fate:
        """What became of an operation."""
        return self._of_operation(operation, self.taken_back().get(operation.id), plain=True)

    def fate_of_run(self, run: Run) -> Fate:
        """What became of a run."""
        gone = self.taken_back()
        return self._of_run(run, gone) if gone else Fate()

    def _of_operation(self, operation: Operation, gone: Cells | None, plain: bool) -> Fate:
        sent = self._bench.sent_cells(operation)
        settled = operation.changed - self._bench.open_cells(operation)
        if gone is None and (plain or not sent) and sent == settled:
            return Fate(sent, sent)
        theirs = [self.brought(run).get(operation.id, {}) for run in self._bench.runs if run.horizon >= operation.id]
        return _counted(theirs, gone or {})

    def _of_run(self, run: Run, gone: Mapping[int, Cells]) -> Fate:
        each = [_counted([cells], gone.get(number, {})) for number, cells in self.brought(run).items()]
        back = sorted({number for fate in each for number in fate.runs})
        return Fate(
            sum(fate.sent for fate in each),
            sum(fate.wrote for fate in each),
            sum(fate.back for fate in each),
            tuple(back),
        )


def _run_of(operation: Operation) -> int:
    """The run whose way back an operation is; 0 of any other operation."""
    return int(json.loads(operation.recipe).get("run", 0)) if operation.kind == "revert" else 0


def _counted(brought: list[Cells], gone: Cells) -> Fate:
    """What was brought of an operation in some runs, and what is `gone` of that."""
    sent = wrote = back = altered = 0
    runs: set[int] = set()
    for column, cells in _columns(brought):
        sent, wrote = sent + cells.height, wrote + int(cells["wrote"].sum())
        altered += int(cells["altered"].sum())
        if column in gone:
            off = gone[column].join(cells.filter("wrote"), on="row", how="semi")
            back, runs = back + off.height, runs | set(off["run"])
    return Fate(sent, wrote, back, tuple(sorted(runs)), altered)


def _columns(brought: list[Cells]) -> Iterator[tuple[Column, pl.DataFrame]]:
    """The cells that people see as such: not that items come to be."""
    for columns in brought:
        yield from ((column, cells) for column, cells in columns.items() if not column[1].startswith("_"))
