"""Making a recipe of a session: each operation as it was meant; what was done by hand, cell by cell."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import NESTED
from workbench.customers.paths import sent_paths
from workbench.customers.tables import Tables
from workbench.replay.recipe import (
    Cell,
    CellStep,
    DropStep,
    EditStep,
    EnableStep,
    FixStep,
    Meant,
    NewStep,
    Recipe,
    Step,
    UnstageStep,
)
from workbench.session.rows import Change, Operation
from workbench.session.settings import Settings
from workbench.stage.bench import Bench
from workbench.stage.edits import Edit
from workbench.stage.ledger import ON
from workbench.stage.staging import rows_in

_NUMBER: Final = re.compile(r"-\d+$")
_BACK: Final = ("revert", "unstage")
"""The kinds of operations that take back what others did."""


def recipe_of(bench: Bench) -> Recipe:
    """What was done in a session and still stands, in its order: undone operations are left out.

    One that was dropped is a step, and dropping it another, since what was done in between built on it.
    """
    making = _Making(bench)
    switched = _switches(bench)
    on_again = {one.operation for made in switched.values() for one in made if isinstance(one, EnableStep)}
    steps: list[Step] = []
    known: set[int] = set()
    back = 0
    for operation in bench.operations:
        step = making.step(operation)
        never_built_on = DropStep(operation.id) in switched.get(operation.id, ()) and operation.id not in on_again
        if step is not None and not never_built_on:
            steps.append(step)
            known.add(operation.id)
            back += operation.kind in _BACK
        steps += [one for one in switched.get(operation.id, ()) if one.operation in known]
    facts = bench.facts
    held = {id_ for step in steps if isinstance(step, CellStep) for id_ in step.hold}
    unheld = len(set(making.on_hold) - held)
    back += sum(isinstance(step, DropStep) for step in steps)
    return Recipe(tuple(steps), bench.store.path.stem, facts.get("origin") or None, making.region, unheld, back)


def _switches(bench: Bench) -> Mapping[int, Sequence[DropStep | EnableStep]]:
    """When the operations that are active or dropped now were switched off and on again, by the newest operation there was
    then: what was staged in between built on it."""
    last: dict[int, dict[int, bool]] = defaultdict(dict)
    for act in bench.store.acts():
        last[act.operation][act.newest] = act.act in ON
    found: dict[int, list[DropStep | EnableStep]] = defaultdict(list)
    for number in sorted(bench.ledger.active | bench.ledger.dropped):
        was_on = True
        for newest, on in last.get(number, {}).items():
            if on != was_on:
                found[newest].append(EnableStep(number) if on else DropStep(number))
            was_on = on
    return found


class _Making:
    """Makes the steps. New items are named by their references throughout: where a recipe is replayed they have no ids yet."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._tables = bench, bench.snapshot.current
        self.region = Settings.read(bench.facts).region
        new: dict[str, list[pl.Series]] = {table: [pl.Series([], dtype=pl.UInt32)] for table in NESTED}
        for operation in bench.operations:
            for change in operation.changes:
                if change.field == "_gone" and operation.kind != "unstage":
                    new[change.table].append(change.cells["row"])
        self._new = {table: pl.concat(rows) for table, rows in new.items()}

    def step(self, operation: Operation) -> Step | None:
        """The step of an operation; None for one that left nothing."""
        ledger = self._bench.ledger
        meant = Meant(operation.id, operation.note, operation.matched, operation.changed)
        if operation.id not in ledger.active | ledger.dropped:
            sent = [
                Change(c.table, c.field, self._bench.fold.sent(operation.id, c)) for c in operation.changes if c.count
            ]
            return self._cells(meant, sent)
        told: dict[str, Any] = json.loads(operation.recipe)
        if operation.kind == "unstage" and "keep" not in told:
            return self._unstage(meant, told, operation.changes)
        if operation.kind == "fix" and told.get("where") is not None:
            return FixStep(meant, tuple(told["fix"]), told["where"], told["severity"], tuple(told.get("fields", ())))
        if isinstance(told.get("edits"), list):
            edits = tuple(_edit(one) for one in told["edits"])
            if told.get("new"):
                return self._new_items(meant, told, edits, operation.changes)
            if told.get("where") is not None:
                return EditStep(meant, told["table"], told["where"], edits)
        done = self._cells(meant, operation.changes)
        return replace(done, hold=self._held(told)) if operation.kind == "merge" and done else done

    def _held(self, merge: Mapping[str, Any]) -> tuple[str, ...]:
        """Those of the duplicates of a merge that are on hold: their marks are for nobody to send."""
        on_hold = set(self.on_hold)
        return tuple(id_ for id_ in merge["others"] if id_ in on_hold)

    @property
    def on_hold(self) -> pl.Series:
        """The ids of all customers that are on hold."""
        return self._tables.customers["id"].gather(self._bench.on_hold["row"])

    def _new_items(
        self, meant: Meant, told: Mapping[str, Any], edits: tuple[Edit, ...], changes: Sequence[Change]
    ) -> Step | None:
        made = next((change for change in changes if change.field == "_gone"), None)
        if made is None:
            return None
        frame = self._tables[made.table][made.cells["row"]]
        owners: tuple[tuple[str, str], ...] = ()
        if told.get("where") is None:
            item = pl.lit("")
            if made.table == "attributes":
                item = pl.when(pl.col("owner") == "customer").then(item).otherwise("owner_id")
            owners = tuple(frame.select("customer_id", item=item).iter_rows())
        own = made.table != "attributes" and not any(edit.field == "reference_id" for edit in edits)
        reference = _NUMBER.sub("", frame["reference_id"][0]) if own else ""
        return NewStep(meant, made.table, told.get("where"), owners, edits, reference)

    def _unstage(self, meant: Meant, told: Mapping[str, Any], changes: Sequence[Change]) -> Step | None:
        if told.get("where"):
            rows = rows_in(((one.table, one.field), one.cells["row"]) for one in changes if one.count)
            return UnstageStep(replace(meant, matched=rows), told["where"], _column(told), ())
        cells = [one for change in changes if change.count for one in self._named(change)]
        step = UnstageStep(meant, None, "", tuple(Cell(id_, path) for id_, path in cells))
        return replace(step, meant=replace(meant, matched=step.rows)) if cells else None

    def _cells(self, meant: Meant, changes: Sequence[Change]) -> CellStep | None:
        found = []
        for change in changes:
            if not change.count:
                continue
            moved = Change(
                change.table, change.field, change.cells.filter(differs(change.cells["before"], change.cells["after"]))
            )
            values = zip(
                self._named(moved), moved.cells["before"].to_list(), moved.cells["after"].to_list(), strict=True
            )
            found += [Cell(id_, path, was, becomes) for (id_, path), was, becomes in values]
        step = CellStep(meant, tuple(found))
        return replace(step, meant=replace(meant, matched=step.rows)) if found else None

    def _named(self, change: Change) -> list[tuple[str, str]]:
        """The cells of a change by their customers' ids and their paths."""
        table, rows = change.table, change.cells["row"]
        ids = _customers(self._tables, table, rows)
        return list(zip(ids, sent_paths(self._tables, table, change.field, rows, self._new.get(table)), strict=True))


def _customers(tables: Tables, table: str, rows: pl.Series) -> pl.Series:
    return tables[table]["id" if table == "customers" else "customer_id"].gather(rows)


def _column(told: Mapping[str, Any]) -> str:
    field, table = str(told.get("field") or ""), str(told.get("table") or "customers")
    return field if not field or "." in field or table == "customers" else f"{table}.{field}"


def _edit(told: Mapping[str, Any]) -> Edit:
    names = ("kind", "field", "value", "text", "regex", "method")
    return Edit(**{name: told[name] for name in names if name in told})
