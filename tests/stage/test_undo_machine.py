"""Any sequence of stage, unstage, undo, redo, drop and opening again agrees with a plain model."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from workbench.errors import WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Cell = tuple[str, str, int]
CELLS = [("customers", "payment_term"), ("customers", "assigned_sales_rep_ids"), ("addresses", "city")]
BASE = {("customers", "payment_term"): ["a", "", None], ("customers", "assigned_sales_rep_ids"): [["r"], None, None],
        ("addresses", "city"): ["x", "y", "a"]}  # fmt: skip
RECORDS = [
    {"id": f"c{n}", "payment_term": BASE[CELLS[0]][n], "assigned_sales_reps": [{"id": "r"}] if n == 0 else None,
     "addresses": [{"id": "1", "city": BASE[CELLS[2]][n]}]} for n in range(3)
]  # fmt: skip


@dataclass
class Model:
    """Operations as dicts of cells (None: falls back to base); the two stacks; who is active."""

    operations: list[dict[Cell, object]] = field(default_factory=list)
    active: set[int] = field(default_factory=set)
    done: list[tuple[str, int]] = field(default_factory=list)
    undone: list[tuple[str, int]] = field(default_factory=list)

    def value(self, cell: Cell) -> object:
        base = found = BASE[cell[:2]][cell[2]]
        for number, operation in enumerate(self.operations, 1):
            if number in self.active and cell in operation:
                found = operation[cell]
                found = base if found is FALLS_BACK else found
        return found

    def add(self, cells: dict[Cell, object]) -> None:
        self.operations.append(cells)
        self.active.add(len(self.operations))
        self.done.append(("operation", len(self.operations)))
        self.undone.clear()

    def walk(self, source: list[tuple[str, int]], target: list[tuple[str, int]], *, back: bool) -> None:
        kind, number = source.pop()
        target.append((kind, number))
        (self.active.add if (kind == "drop") == back else self.active.discard)(number)


FALLS_BACK = object()
ALL = [(table, name, row) for table, name in CELLS for row in range(3)]


def same(left: object, right: object) -> bool:
    return (left or None) == (right or None)


class Undoing(RuleBasedStateMachine):
    """The workbench beside the model."""

    @initialize()
    def load(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        file = self.folder / "c.ndjson"
        file.write_text("\n".join(map(json.dumps, RECORDS)))
        self.bench = Workbench.create("m", sessions_dir=self.folder)
        self.bench.load(file=file)
        self.model = Model()

    @rule(
        column=st.sampled_from(CELLS),
        rows=st.sets(st.integers(0, 2), min_size=1),
        value=st.sampled_from(["", "a", "b", "r"]),
    )
    def stage(self, column: tuple[str, str], rows: set[int], value: str) -> None:
        table, name = column
        wanted: object = ([value] if name.endswith("ids") else value) if value else None
        cells = {(table, name, row): wanted for row in rows if not same(self.model.value((table, name, row)), wanted)}
        done = self.bench.stage([Edit("set", name, value)], table=table, rows=pl.Series(sorted(rows)))
        assert (done.changed, done.unchanged) == (len(cells), len(rows) - len(cells))
        assert done.operation == (len(self.model.operations) + 1 if cells else None)
        if cells:
            self.model.add(cells)

    @rule(rows=st.sets(st.integers(0, 2), min_size=1), column=st.sampled_from([None, *CELLS]))
    def unstage(self, rows: set[int], column: tuple[str, str] | None) -> None:
        here = [c for c in ALL if c[2] in rows and column in (None, c[:2])]
        cells = {c: FALLS_BACK for c in here if not same(self.model.value(c), BASE[c[:2]][c[2]])}
        where = f"({' OR '.join(f'id:=c{row}' for row in sorted(rows))})"
        done = self.bench.unstage(where=where, field=".".join(column) if column else "")
        assert done.changed == len(cells)
        if cells:
            self.model.add(cells)

    @rule()
    def undo(self) -> None:
        done = self.bench.undo()
        assert done.operations == bool(self.model.done)
        if self.model.done:
            self.model.walk(self.model.done, self.model.undone, back=True)

    @rule()
    def redo(self) -> None:
        done = self.bench.redo()
        assert done.operations == bool(self.model.undone)
        if self.model.undone:
            self.model.walk(self.model.undone, self.model.done, back=False)

    @precondition(lambda self: self.model.operations)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.model.operations)))
        if number not in self.model.active:
            with pytest.raises(WorkbenchError, match="not active"):
                self.bench.drop(number)
            return
        self.bench.drop(number)
        self.model.active.discard(number)
        self.model.done.append(("drop", number))
        self.model.undone.clear()

    @precondition(lambda self: self.model.operations)
    @rule(data=st.data())
    def enable(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.model.operations)))
        if number in self.model.active:
            with pytest.raises(WorkbenchError, match="active already"):
                self.bench.enable(number)
            return
        self.bench.enable(number)
        self.model.active.add(number)
        self.model.done.append(("enable", number))
        self.model.undone.clear()

    @rule()
    def open_again(self) -> None:
        before, snapshot = self.bench, self.bench.snapshot
        states = [one["state"] for one in before.log().operations]
        bodies = list(before.preview().ndjson())
        before.close()
        self.bench = Workbench.open("m", sessions_dir=self.folder)
        for table in ("customers", "addresses", "contacts", "attributes"):
            assert self.bench.snapshot.current[table].equals(snapshot.current[table])
            assert self.bench.snapshot.base[table].equals(snapshot.base[table])
        assert [one["state"] for one in self.bench.log().operations] == states
        assert list(self.bench.preview().ndjson()) == bodies

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "model"):
            return
        current = self.bench.snapshot.current
        for table, name in CELLS:
            found = current[table][name].to_list()
            assert all(same(found[row], self.model.value((table, name, row))) for row in range(3))
        moved = [c for c in ALL if not same(self.model.value(c), BASE[c[:2]][c[2]])]
        assert self.bench.status().staged == len(moved)
        assert self.bench.preview().customers == len({c[2] for c in moved})
        snapshot = self.bench.snapshot
        anew = replace(snapshot, _cache={})  # what an earlier snapshot handed on is what this one would compute
        assert snapshot.columns == anew.columns
        for column in snapshot.columns:
            assert snapshot.staged_cells_of(column).equals(anew.staged_cells_of(column))
            assert snapshot.invalid_cells_of(column).equals(anew.invalid_cells_of(column))

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.close()
            shutil.rmtree(self.folder)


TestUndoing = Undoing.TestCase
TestUndoing.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
