"""Applying the diff of a and b to a gives b, and the inverse of the run restores a: thousands of customers at a time.

`WORKBENCH_PATCHES` says how many customers in each array and clear mode (1,500); `tests/faults/IN_PROCESS.md` tells the long form.
The bodies are applied by the sandbox's own server code, merging and replacing, and by a plain one that shares nothing with it.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from tests.faults.messy_customers import LISTS, POINTERS, REPS, Change, Record, copied, customer, edited, patched, plain
from tests.form import LONG
from workbench.commit.frozen import freeze, keep_plan
from workbench.commit.options import Options
from workbench.customers.equality import differs
from workbench.preview.habits import Habits
from workbench.preview.preview import Patch
from workbench.sandbox.application import Application
from workbench.sandbox.application import Habits as ServerHabits
from workbench.sandbox.patch import apply_patch
from workbench.sandbox.rules import out_of_bounds
from workbench.sandbox.shape import check_shape
from workbench.session.rows import Change as Column
from workbench.session.rows import Operation, Outcome
from workbench.workbench import Workbench

CASES = int(os.environ.get("WORKBENCH_PATCHES", "100000" if LONG else "800"))
SEED = int(os.environ.get("WORKBENCH_PATCHES_SEED", "1"))
BATCH = min(CASES, 2500)
PEOPLE = ({one["id"]: one for one in REPS}, {one["id"]: one for one in LISTS})
MODES = [(nested, clear) for nested in ("full", "sparse") for clear in ("empty", "null")]


@pytest.fixture
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


@pytest.mark.parametrize(("nested", "clear"), MODES)
def test_the_diff_of_a_and_b_makes_b_of_a_and_the_inverse_makes_a_of_b(folder: Path, nested: str, clear: str) -> None:
    for batch in range(-(-CASES // BATCH)):
        dice = random.Random(f"{SEED} {nested} {clear} {batch}")
        before = {one["id"]: one for one in (customer(dice, number) for number in range(BATCH))}
        pairs = {id_: edited(dice, one) for id_, one in before.items()}
        path = folder / f"{batch}.session"
        with loaded(path, before, nested, clear) as workbench:
            stage(workbench, [change for _, changes in pairs.values() for change in changes])
            after = {id_: made for id_, (made, _) in pairs.items()}
            answers = sent(workbench, before, after, nested)
            brought(workbench, nested, clear, answers)
            restored(workbench, before, answers, nested)
        path.unlink()


def loaded(path: Path, records: dict[str, Record], nested: str, clear: str) -> Workbench:
    file = path.with_suffix(".ndjson")
    file.write_text("\n".join(map(json.dumps, records.values())))
    workbench = Workbench.create(path)
    assert workbench.load(file=file).rejected == 0
    workbench.set_settings({"nested": nested, "clear": clear})
    return workbench


def stage(workbench: Workbench, changes: list[Change]) -> None:
    """One operation of all these edits; of two of one cell the later one counts."""
    base = workbench.snapshot.base
    rows = {
        "customers": _rows(base.customers, "id"),
        "attributes": _rows(base.attributes, "customer_id", "owner", "owner_id", "name"),
    }
    rows |= {table: _rows(base[table], "customer_id", "id") for table in ("addresses", "contacts")}
    cells: defaultdict[tuple[str, str], dict[int, Any]] = defaultdict(dict)
    for table, field, place, value in changes:
        cells[table, field][rows[table][place]] = value
    made = []
    for (table, field), values in cells.items():
        at = pl.Series(sorted(values), dtype=pl.UInt32)
        held = base[table][field].gather(at)
        after = pl.Series([values[row] for row in at], dtype=held.dtype)
        frame = pl.DataFrame({"row": at, "base": held, "before": held, "after": after})
        made.append(Column(table, field, frame.filter(differs(held, after))))
    workbench._bench.add(Operation(0, "", "", "stage", "", "{}", 0, sum(c.cells.height for c in made), tuple(made)))


def _rows(frame: pl.DataFrame, *keys: str) -> dict[tuple[Any, ...], int]:
    return {key: row for row, key in enumerate(frame.select(keys).iter_rows())}


def sent(workbench: Workbench, before: dict[str, Record], after: dict[str, Record], nested: str) -> dict[str, Record]:
    """Every patch makes b of a, however the server reads arrays; the records that the sandbox comes to."""
    patches = {patch.id: patch for patch in workbench.preview().patches()}
    assert patches.keys() == {id_ for id_ in before if plain(before[id_]) != plain(after[id_])}
    assert not any(patch.held for patch in patches.values())
    return {id_: applied(one, before[id_], plain(after[id_]), before[id_], nested) for id_, one in patches.items()}


def applied(patch: Patch, record: Record, wanted: Record, first: Record, nested: str) -> Record:
    """A patch on a record makes what is wanted; the record then. `first` held values over the limits that may be set back."""
    body = orjson.loads(patch.body)
    check_shape(body)
    for replace in (False, True) if nested == "full" else (False,):
        assert plain(patched(record, body, replace=replace)) == wanted, patch
        stored = copied(record)
        habits = ServerHabits("replace" if replace else "merge")
        apply_patch(stored, body, Application(habits, "now", *PEOPLE, lambda: "new", out_of_bounds(first)))
        assert plain(stored) == wanted, patch
    return stored


def brought(workbench: Workbench, nested: str, clear: str, answers: dict[str, Record]) -> None:
    """A run of everything, as far as the session is concerned: planned, answered, folded into base."""
    bench = workbench._bench
    run = keep_plan(bench, freeze(bench, Habits(nested, clear)), Options(), at="", by="")
    requests = bench.store.requests(run.id)
    outcomes = [Outcome(one.seq, "committed", answer=orjson.dumps(answers[one.customer_id])) for one in requests]
    bench.store.journal(run.id, "", [one.seq for one in requests], outcomes, {one.seq: one.row for one in requests})
    bench.store.end_run(run.id, "", "done", "", 0.0)
    bench.refresh_runs()
    assert workbench.status().staged == 0


def restored(workbench: Workbench, before: dict[str, Record], answers: dict[str, Record], nested: str) -> None:
    """The inverse of the run makes a of b again; what it names as irreversible are pointers that pointed nowhere."""
    back = workbench.revert()
    named = {(one["id"], one["path"]) for one in back.irreversible}
    assert named == {(id_, path) for id_, path in named if pointed(before[id_], path) is None}
    patches = {patch.id: patch for patch in workbench.preview().patches()}
    assert not any(patch.held for patch in patches.values())
    for id_, record in answers.items():
        wanted = plain(but_for(before[id_], record, [path for one, path in named if one == id_]))
        if id_ in patches:
            applied(patches[id_], record, wanted, before[id_], nested)
        else:
            assert plain(record) == wanted


def pointed(record: Record, pointer: str) -> str | None:
    table, kind = POINTERS[pointer]
    return next((item["id"] for item in record[table] if item["is_default"] and item.get("type") == kind), None)


def but_for(before: Record, record: Record, pointers: list[str]) -> Record:
    """The customer before, but for what these pointers say, which stays as it is in `record`."""
    made = copied(before)
    for pointer in pointers:
        table, kind = POINTERS[pointer]
        for item in made[table]:
            if item.get("type") == kind:
                item["is_default"] = item["id"] == pointed(record, pointer)
    return made
