"""Anything that a steward, a colleague and a bad day can do, in any order, comes to what the model says.

`WORKBENCH_MACHINE` says how many sequences (20); `tests/faults/IN_PROCESS.md` tells the long form.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.faults.machine_desk import Desk, shown
from tests.faults.steward_model import FALLS_BACK, FINAL, ITEMS, Cell, Model, Request, Run, home, item_of, items, same
from tests.form import LONG
from workbench.commit.report import OUTCOMES, RunReport
from workbench.errors import UsageError, WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

SEQUENCES = int(os.environ.get("WORKBENCH_MACHINE", "10000" if LONG else "20"))
STEPS = int(os.environ.get("WORKBENCH_MACHINE_STEPS", "12"))

COLUMNS = {
    ("customers", "payment_term"): ["", "NET 30", "b", "c"],
    ("customers", "email"): ["", "a@b.co", "c@d.co", "nope"],
    ("customers", "assigned_sales_rep_ids"): ["", "r1", "r2,r1", "r9"],
    ("addresses", "city"): ["", "Austin", "x", "y"],
    ("contacts", "designation"): ["", "x", "y"],
    ("attributes", "value"): ["", "red", "z"],
}
IDS = ("c1", "c2", "c3")
BAD_DAYS: list[dict[str, float]] = [
    {"reset_before": 0.25, "500_after": 0.1},
    {"reset_after": 0.3, "429": 0.1},
    {"500": 0.2, "truncated": 0.2},
]

HOT = [("customers", "payment_term"), ("customers", "payment_term"), ("addresses", "city")]
columns = st.sampled_from([*HOT, *COLUMNS])
places = st.integers(1, 63)
numbers = st.integers(0, 3)
chosen = st.sampled_from([None, None, ("c1",), ("c2", "c3"), ("c1", "c3")])
ways = st.sampled_from(["drain", "cancel"])
edits = st.tuples(columns, places, numbers)
first = st.one_of(edits, edits, st.none())
"""What a commit stages first, so that it seldom has nothing to send."""


def query(ids: tuple[str, ...] | None) -> str:
    return "" if ids is None else f"({' OR '.join(f'id:={id_}' for id_ in ids)})"


class Steward(RuleBasedStateMachine):
    """The workbench and its server beside the model."""

    desk: Desk
    done: Counter[str]

    @initialize(
        server=st.sampled_from(["merge", "replace"]),
        sparse=st.booleans(),
        clear=st.sampled_from(["empty", "null"]),
        edit=edits,
    )
    def begin(self, server: str, sparse: bool, clear: str, edit: Any) -> None:
        nested = "sparse" if sparse and server == "merge" else "full"
        self.bench = self.desk.fresh(server)
        if (nested, clear) != ("full", "empty"):
            self.bench.set_settings({"nested": nested, "clear": clear})
        self.model = Model(self.desk.held(), nested, clear)
        self.set_values(*edit)

    # ---- staging ----

    @rule(column=columns, mask=places, number=numbers)
    def stage(self, column: tuple[str, str], mask: int, number: int) -> None:
        self.set_values(column, mask, number)

    def set_values(self, column: tuple[str, str], mask: int, number: int) -> None:
        values = COLUMNS[column]
        text = values[number % len(values)]
        cells, rows = self.cells(column, mask)
        wanted: Any = (text.split(",") if text else []) if column[1].endswith("ids") else text or None
        moved = self.model.stage(dict.fromkeys(cells, wanted))
        found = self.bench.stage([Edit("set", column[1], text)], table=column[0], rows=rows)
        assert (found.operation, found.matched) == (moved, len(cells))
        assert found.changed == (len(self.model.ops[-1].cells) if moved else 0)

    def stage_first(self, edit: tuple[tuple[str, str], int, int] | None) -> None:
        if edit is not None:
            self.set_values(*edit)

    @rule(mask=places)
    def add_a_rep(self, mask: int) -> None:
        cells, rows = self.cells(("customers", "assigned_sales_rep_ids"), mask)
        moved = self.model.stage({c: list(dict.fromkeys([*(self.model.current(c) or []), "r2"])) for c in cells})
        found = self.bench.stage([Edit("add", "assigned_sales_rep_ids", "r2")], rows=rows)
        assert found.operation == moved

    @rule(ids=chosen, column=st.none() | columns)
    def unstage(self, ids: tuple[str, ...] | None, column: tuple[str, str] | None) -> None:
        taken = {c for c in self.model.staged() if (ids is None or c[0] in ids) and column in (None, column_of(c))}
        if self.model.waits(taken):
            with pytest.raises(WorkbenchError, match="cannot be unstaged while run"):
                self.bench.unstage(where=query(ids), field=".".join(column) if column else "")
            return
        found = self.bench.unstage(where=query(ids), field=".".join(column) if column else "")
        assert found.operation == self.model.add("unstage", dict.fromkeys(taken, FALLS_BACK))
        assert found.changed == len(taken)

    @rule(steps=st.integers(1, 2), back=st.sampled_from([True, True, False]))
    def walk(self, steps: int, back: bool) -> None:
        walked = 0
        while walked < steps and (self.model.done if back else self.model.undone):
            if not (self.model.undo() if back else self.model.redo()):
                break
            walked += 1
        refused = not walked and bool(self.model.done if back else self.model.undone)
        act = self.bench.undo if back else self.bench.redo
        if refused:
            with pytest.raises(WorkbenchError, match=r"is committed and cannot be|is unfinished; finish it"):
                act(steps)
        else:
            assert act(steps).operations == walked

    @rule(number=st.integers(1, 7))
    def drop(self, number: int) -> None:
        if number <= len(self.model.ops) and self.model.drop(number):
            assert self.bench.drop(number).operations == 1
        else:
            with pytest.raises(WorkbenchError):
                self.bench.drop(number)

    # ---- somebody else ----

    @rule(column=columns, mask=places, number=numbers)
    def somebody_edits(self, column: tuple[str, str], mask: int, number: int) -> None:
        self.colleague_edits(column, mask, number)

    def colleague_edits(self, column: tuple[str, str], mask: int, number: int) -> None:
        """One cell of those that the session knows and the server still has, a staged one if there is one."""
        values = [value for value in COLUMNS[column] if value not in ("r9", "nope")]
        cells = [c for c in self.cells(column, mask)[0] if c[1] in self.model.server[c[0]]]
        if cells:
            staged = self.model.staged()
            id_, path = next((cell for cell in cells if cell in staged), cells[0])
            text = values[number % len(values)]
            self.model.server[id_][path] = (text.split(",") if text else []) if column[1].endswith("ids") else text
            self.somebody_sends(id_)

    @rule(id_=st.sampled_from(IDS))
    def somebody_adds_an_address(self, id_: str) -> None:
        if len(self.model.server[id_]) < 60:
            answer = self.desk.world.edit(
                id_, addresses=[*self.as_body(id_)["addresses"], {"city": "new", "type": "billing"}]
            )
            self.model.server[id_] = self.desk.held()[id_]
            assert answer["addresses"][-1]["city"] == "new"

    @rule()
    def somebody_removes_an_address(self) -> None:
        kept = {p: v for p, v in self.model.server["c1"].items() if item_of(p) != "addresses[a2]"}
        self.model.server["c1"] = kept
        habits, self.desk.world.habits = self.desk.world.habits, self.desk.replacing
        self.somebody_sends("c1")
        self.desk.world.habits = habits

    @rule()
    def load_again(self) -> None:
        if self.model.unfinished:
            with pytest.raises(WorkbenchError, match="is unfinished, so nothing can be loaded"):
                self.bench.load(api=self.desk.sandbox.url)
            return
        for id_ in IDS:
            self.model.see(id_)
        report = self.bench.load(api=self.desk.sandbox.url)
        assert (report.customers, report.rejected) == (3, 0)
        assert report.conflicts == len(self.model.conflicts())

    # ---- conflicts ----

    @rule(keep=st.sampled_from(["ours", "theirs", "theirs"]))
    def resolve_all(self, keep: str) -> None:
        self.resolved(keep, self.model.conflicts())

    @rule(keep=st.sampled_from(["ours", "theirs", "r2"]), nth=st.integers(0, 2))
    def resolve_one(self, keep: str, nth: int) -> None:
        found = sorted(self.model.conflicts())
        if found:
            cell = found[nth % len(found)]
            self.resolved(keep, [cell], id=cell[0], path=cell[1])

    def resolved(self, keep: str, cells: Any, **where: str) -> None:
        if keep != "theirs" and any(map(self.model.is_gone, cells)):
            with pytest.raises(UsageError, match='resolve it with keep "theirs"'):
                self.bench.resolve(keep, **where)
            return
        if self.model.waits(cells):
            with pytest.raises(WorkbenchError, match="cannot be resolved while run"):
                self.bench.resolve(keep, **where)
            return
        ours = {cell: self.model.current(cell) for cell in cells}
        values = {"theirs": lambda cell: FALLS_BACK, "ours": ours.get}
        stated = {c: values.get(keep, lambda c: [keep] if c[1].endswith("ids") else keep)(c) for c in cells}
        found = self.bench.resolve(keep, **where)
        assert found.operation == self.model.add("unstage" if keep == "theirs" else "resolve", stated)
        assert found.changed == len(ours)

    # ---- holds ----

    @rule(ids=st.sampled_from([("c1",), ("c2", "c3"), ("c3",)]))
    def hold(self, ids: tuple[str, ...]) -> None:
        fresh = {*ids} - self.model.on_hold
        if self.model.unfinished and fresh & {one.id for one in self.model.runs[-1].waiting()}:
            with pytest.raises(WorkbenchError, match="some of these customers wait in run"):
                self.bench.hold(query(ids))
            return
        assert self.bench.hold(query(ids)).changed == len(fresh)
        self.model.on_hold |= fresh

    @rule(ids=chosen)
    def release(self, ids: tuple[str, ...] | None) -> None:
        released = self.model.on_hold & {*(ids or IDS)}
        assert self.bench.release(query(ids)).changed == len(released)
        self.model.on_hold -= released

    # ---- taken out in Review ----

    @rule(column=columns, mask=places, out=st.sampled_from([True, True, False]))
    def take_out_or_in(self, column: tuple[str, str], mask: int, out: bool) -> None:
        cells, rows = self.cells(column, mask)
        news = {cell for cell in cells if (cell in self.model.out) != out}
        act = self.bench.leave_out if out else self.bench.take_in
        assert act({column: rows}).changed == len(news)
        self.model.out ^= news
        assert self.bench.status().left_out == len(self.model.out & self.model.staged().keys())

    # ---- commits ----

    @rule(
        edit=first,
        ids=chosen,
        limit=st.sampled_from([None, None, 1, 2]),
        check=st.sampled_from(["each", "each", "none"]),
        out=st.sampled_from([0, 1, 2, 6, 9]),
    )
    def commit(self, edit: Any, ids: tuple[str, ...] | None, limit: int | None, check: str, out: int = 0) -> None:
        self.stage_first(edit)
        if edit is not None and out:
            self.take_out_or_in(edit[0], out, True)
        if self.frozen(ids, limit, check):
            self.concluded(self.bench.commit(where=query(ids), limit=limit, check=check, concurrency=2), check=check)

    @rule(edit=first, day=st.sampled_from(BAD_DAYS), seed=st.integers(1, 9), ids=chosen)
    def commit_on_a_bad_day(self, edit: Any, day: dict[str, float], seed: int, ids: tuple[str, ...] | None) -> None:
        self.stage_first(edit)
        if self.frozen(ids, None):
            self.desk.sandbox.set_faults({**day, "seed": seed, "retry_after": 0, "methods": ["PATCH"]})
            report = self.bench.commit(where=query(ids), concurrency=2)
            self.desk.sandbox.set_faults(None)
            self.concluded(report, bad_day=True)

    @rule(
        edit=first, nth=st.integers(1, 3), how=ways, ids=chosen,
        fault=st.sampled_from(["", "reset_after", "reset_before", "late_reset"]),
        then=st.sampled_from(["", "edit", "resume", "abandon"]),
    )  # fmt: skip
    def commit_interrupted(
        self, edit: Any, nth: int, how: str, ids: tuple[str, ...] | None, fault: str, then: str
    ) -> None:
        """Stopped at the nth PATCH; what the server takes late, it has taken before anybody looks again."""
        self.stage_first(edit)
        if self.frozen(ids, None):
            if fault:
                self.desk.sandbox.set_faults({fault: 1, "late_seconds": 0.001, "methods": ["PATCH"]})
            trip = self.desk.tripped(1 if fault == "late_reset" else nth, how)
            report = self.bench.commit(where=query(ids), concurrency=2, on_engine=trip)
            self.desk.log.arm(0, lambda: None)
            self.desk.sandbox.set_faults(None)
            if fault == "late_reset":
                self.wait_for_late_ones()
            self.concluded(report, stopped=True)
            if then == "edit" and edit is not None:
                self.colleague_edits(*edit)
            if then:
                self.resumed(abandon=then == "abandon", stop="")

    @rule(abandon=st.booleans(), stop=st.sampled_from(["", "", "drain", "cancel"]))
    def resume(self, abandon: bool, stop: str) -> None:
        self.resumed(abandon, stop)

    def resumed(self, abandon: bool, stop: str) -> None:
        if not self.model.unfinished:
            assert self.bench.resume(abandon=abandon).run is None
            return
        run = self.model.runs[-1]
        if abandon:
            for request in [one for one in run.waiting() if one.outcome != "unknown"]:
                self.model.conclude(request, "abandoned")
        trip = self.desk.tripped(1, stop) if stop else None
        report = self.bench.resume(abandon=abandon, on_engine=trip)
        self.desk.log.arm(0, lambda: None)
        self.concluded(report, stopped=bool(stop), abandon=abandon)

    @rule(run=st.none() | st.integers(1, 3), ids=chosen)
    def revert(self, run: int | None, ids: tuple[str, ...] | None) -> None:
        number = len(self.model.runs) if run is None else run
        if self.model.unfinished or not 1 <= number <= len(self.model.runs):
            with pytest.raises(WorkbenchError):
                self.bench.revert(run, where=query(ids))
            return
        operation, stays = self.model.revert(number, ids)
        found = self.bench.revert(run, where=query(ids))
        assert found.operation == operation
        assert found.changed == (len(self.model.ops[-1].cells) if operation else 0)
        assert {(one["id"], one["path"]) for one in found.irreversible} == stays

    @rule()
    def open_again(self) -> None:
        self.closed_and_opened()

    def closed_and_opened(self) -> None:
        """Closed, the session is one file; opened again, nothing is different."""
        before, path, snapshot = self.bench, self.bench.path, self.bench.snapshot
        told = (before.log(), list(before.preview().ndjson()), before.conflicts(), before.settings, before.status())
        before.close()
        assert [one.name for one in path.parent.glob(f"{path.name}*")] == [path.name]
        self.bench = Workbench.open(path, key="any")
        now = self.bench
        assert (now.log(), list(now.preview().ndjson()), now.conflicts(), now.settings, now.status()) == told
        for table in ("customers", "addresses", "contacts", "attributes"):
            assert now.snapshot.base[table].equals(snapshot.base[table])
            assert now.snapshot.current[table].equals(snapshot.current[table])

    # ---- what holds after every step ----

    @invariant()
    def the_session_is_as_the_model_says(self) -> None:
        if not hasattr(self, "bench"):
            return
        base, current = shown(self.bench.snapshot.base), shown(self.bench.snapshot.current)
        cells = {(id_, path) for id_, record in self.model.base.items() for path in record}
        assert {(id_, path) for id_, record in current.items() for path in record} == cells
        staged = self.model.staged()
        for id_, path in cells:
            assert same(base[id_][path], self.model.base[id_][path]), (id_, path)
            assert same(current[id_][path], self.model.current((id_, path))), (id_, path)
        assert self.bench.status().staged == len(staged)
        conflicts = {(one.id, one.path): (one.loaded, one.theirs, one.ours) for one in self.bench.conflicts()}
        assert conflicts.keys() == self.model.conflicts().keys()
        for cell, values in self.model.conflicts().items():
            assert all(map(same, conflicts[cell], values))
        assert self.bench.status().unfinished == self.model.unfinished
        states = [one["state"] for one in self.bench.log().operations]
        assert states == [self.model.state(number) for number in range(1, len(self.model.ops) + 1)]

    @invariant()
    def the_server_is_as_the_model_says(self) -> None:
        if not hasattr(self, "bench"):
            return
        for id_, record in self.desk.held().items():
            assert list(record) == list(self.model.server[id_])
            for path, value in record.items():
                assert same(value, self.model.server[id_][path]), (id_, path)

    def teardown(self) -> None:
        """Unless a step failed: what is unfinished is finished, and all holds once more."""
        if hasattr(self, "bench"):
            path = self.bench.path
            if sys.exc_info()[0] is None:
                self.resumed(abandon=False, stop="")
                self.the_session_is_as_the_model_says()
                self.the_server_is_as_the_model_says()
                self.closed_and_opened()
            self.bench.close()
            path.unlink()
            self.done.update({"sequences": 1, "operations": len(self.model.ops), "runs": len(self.model.runs)})
            self.done.update(request.outcome or "unsent" for run in self.model.runs for request in run.requests)

    # ---- below ----

    def cells(self, column: tuple[str, str], mask: int) -> tuple[list[Cell], pl.Series]:
        """The cells of a column in the rows whose bits are set, and those rows."""
        frame = self.bench.snapshot.base[column[0]]
        rows = [row for row in range(min(frame.height, 6)) if mask >> row & 1]
        owners = {"customer": "", "address": "addresses[{}].", "contact": "contacts[{}]."}
        found = []
        for row in frame[rows].to_dicts() if rows else []:
            start = f"{column[0]}[{row['id']}]." if column[0] in ("addresses", "contacts") else ""
            name = column[1]
            if column[0] == "attributes":
                start, name = owners[row["owner"]].format(row["owner_id"]), f"attributes[{row['name']}]"
            found.append((row["customer_id"], start + name))
        return found, pl.Series(rows, dtype=pl.UInt32)

    def as_body(self, id_: str) -> dict[str, Any]:
        """The whole of what the model says that the server holds, as a body."""
        record, model = self.model.server[id_], Model({})
        request = Request(id_, {}, record)
        body = {path: value for path, value in record.items() if not home(path) and value is not None}
        arrays = {table: [model.item(request, one) for one in items(record, table)] for table in ITEMS}
        return {**body, **arrays, "attributes": model.attributes(request, "")}

    def somebody_sends(self, id_: str) -> None:
        body = self.as_body(id_)
        self.desk.world.edit(id_, **{name: value for name, value in body.items() if value != "nope"})

    def frozen(self, ids: tuple[str, ...] | None, limit: int | None, check: str = "each") -> bool:
        """Freezes the model's plan and compares the preview with it, byte for byte what will be sent; False if nothing goes."""
        where = query(ids)
        if self.model.unfinished:
            with pytest.raises(WorkbenchError, match="is unfinished, so nothing can be committed"):
                self.bench.commit(where=where)
            return False
        requests, self.held = self.model.plan(ids, limit)
        free = [patch for patch in self.bench.preview(where).patches() if patch.held is None]
        assert len(list(self.bench.preview(where).patches())) - len(free) == self.held
        self.bodies = {patch.id: patch.body for patch in free[:limit]}
        assert [*self.bodies] == [request.id for request in requests]
        for request, patch in zip(requests, free, strict=False):
            assert orjson.loads(patch.body) == self.model.body(request)
            assert {one.path: one.operation for one in patch.changes} == {p: c[2] for p, c in request.cells.items()}
        if not requests:
            report = self.bench.commit(where=where, limit=limit)
            assert (report.run, report.held) == (None, self.held)
            return False
        if check == "none" and any(request.arrays for request in requests):
            with pytest.raises(UsageError, match="check none is refused"):
                self.bench.commit(where=where, limit=limit, check=check)
            return False
        self.model.runs.append(Run(requests))
        self.taken: Counter[str] = Counter()
        self.desk.log.clear()
        return True

    def wait_for_late_ones(self) -> None:
        requests = {one.id: one for one in self.model.runs[-1].requests}
        calls = [call for call in self.desk.log.calls("PATCH") if call.fault == "late_reset"]
        due = [call.path.rpartition("/")[2] for call in calls]
        for id_ in due:
            if self.model.expected(requests[id_]) != "failed":
                self.desk.log.wait_for(lambda call, id_=id_: call.fault == "applied_late" and call.path.endswith(id_))

    def concluded(
        self,
        report: RunReport,
        *,
        check: str = "each",
        bad_day: bool = False,
        stopped: bool = False,
        abandon: bool = False,
    ) -> None:
        """Takes what became of each request into the model, if it may have become that."""
        run = self.model.runs[-1]
        looked_at = report.state == "stopped" and "look at it there" in report.reason
        looked_at |= bad_day and report.state == "paused"
        outcomes, applied = self.outcomes(), self.sent_now()
        for request in run.waiting():
            must = self.model.expected(request, check=check != "none", send=not abandon)
            self.may_be(
                request, outcomes.get(request.id, "unsent"), must, applied, loose=stopped or looked_at, bad_day=bad_day,
                broken="look at it there" in report.reason and f"customer {request.id}:" in report.reason,
            )  # fmt: skip
        counts = Counter(one.outcome if one.outcome != "abandoned" else "unsent" for one in run.requests)
        assert {name: getattr(report, name) for name in OUTCOMES} == {name: counts[name] for name in OUTCOMES}
        assert report.planned == len(run.requests)
        assert report.side_effects == 0 or check == "none"
        assert (report.state == "done") == (not run.waiting()) or looked_at

    def may_be(
        self,
        request: Request,
        outcome: str,
        must: str,
        applied: Counter[str],
        *,
        loose: bool,
        bad_day: bool,
        broken: bool,
    ) -> None:
        self.taken.update({request.id: applied[request.id]})
        assert self.taken[request.id] <= 1, "applied twice"
        if applied[request.id]:
            assert must == "committed"
            self.model.apply(request)
        if outcome not in FINAL:
            assert loose, f"{request.id} ended {outcome}, not {must}"
            assert outcome == "unknown" or not applied[request.id]
            request.outcome = outcome
            return
        readback = request.outcome == "unknown"
        told_altered = outcome == "altered" and must == "committed" and readback and self.model.moved_arrays(request)
        assert outcome == must or (bad_day and outcome == "failed" and not applied[request.id]) or told_altered
        assert outcome != "committed" or applied[request.id] or readback
        self.model.conclude(request, outcome, broken=broken)

    def outcomes(self) -> dict[str, str]:
        store, run = self.bench._bench.store, len(self.model.runs)
        ids = {request.seq: request.customer_id for request in store.requests(run)}
        known = {ids[seq]: outcome.outcome for seq, outcome in store.outcomes(run).items()}
        return {ids[seq]: "unknown" for seq in store.intents(run)} | known

    def sent_now(self) -> Counter[str]:
        """How often each customer's patch was applied since the last look; each one is the frozen one, and none went blindly."""
        calls = self.desk.log.calls()
        self.desk.log.clear()
        last: dict[str, str] = {}
        for call in calls:
            id_ = call.path.rpartition("/")[2]
            if call.method == "PATCH" and call.fault != "applied_late":
                assert call.body == self.bodies[id_]
                assert last.get(id_) != "PATCH", "sent twice without a look between"
            last[id_] = call.method if call.fault != "applied_late" else last.get(id_, "")
        return Counter(call.path.rpartition("/")[2] for call in calls if call.method == "PATCH" and call.applied)


def column_of(cell: Cell) -> tuple[str, str]:
    name = cell[1].rpartition(".")[2]
    return ("attributes", "value") if name.startswith("attributes[") else (home(cell[1]) or "customers", name)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: 0.001)
    with Desk() as made:
        yield made


def test_any_sequence_comes_to_what_the_model_says(desk: Desk) -> None:
    done: Counter[str] = Counter()
    machine = type("Machine", (Steward,), {"desk": desk, "done": done})
    phases = [Phase.explicit, Phase.reuse, Phase.generate]  # to shrink a sequence of real commits takes minutes
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    finally:
        print(dict(done))
    assert done["sequences"] >= min(SEQUENCES, 20)
    assert done["committed"]


@pytest.mark.parametrize("abandon", [False, True])
@pytest.mark.parametrize("removes", [False, True])
def test_what_somebody_does_between_a_lost_call_and_its_read_back(desk: Desk, removes: bool, abandon: bool) -> None:
    """What a random sequence seldom comes to: an item that goes (the first of a run is a canary), and an edit beside ours."""
    done: Counter[str] = Counter()
    machine = type("Machine", (Steward,), {"desk": desk, "done": done})()
    machine.begin(server="replace", sparse=False, clear="empty", edit=(("addresses", "city"), 1, 3))
    machine.stage(("customers", "payment_term"), 1, 2)
    machine.stage(("customers", "email"), 1, 2)
    machine.commit_interrupted(edit=None, nth=1, how="drain", ids=("c1",), fault="late_reset", then="")
    machine.somebody_removes_an_address() if removes else machine.somebody_edits(("customers", "email"), 1, 1)
    machine.resumed(abandon, "")
    [request] = machine.model.runs[0].requests
    assert (request.outcome, len(request.wrote)) == (
        ("conflict", 2) if not removes else ("committed" if abandon else "altered", 0)
    )
    for step in (
        lambda: None,
        lambda: machine.resolve_all("theirs"),
        lambda: machine.revert(None, None),
        machine.open_again,
    ):
        step()
        machine.the_session_is_as_the_model_says()
        machine.the_server_is_as_the_model_says()
    machine.commit(None, None, None, "each")
    machine.the_server_is_as_the_model_says()
    machine.teardown()
    assert done["sequences"] == 1
