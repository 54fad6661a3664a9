"""What a run has brought to the server: undo, redo and drop leave it, and tell so; what waits is not touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from tests.plans import framed
from workbench.errors import WorkbenchError
from workbench.preview.habits import Habits
from workbench.preview.patches import patches
from workbench.session.rows import Change, Operation, Outcome, Request, Run
from workbench.stage.edits import Edit
from workbench.stage.fold import Fold
from workbench.workbench import Workbench

TERM = "payment_term"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Three customers whose payment term is `base`."""
    file = tmp_path / "c.ndjson"
    file.write_text("\n".join(json.dumps({"id": f"c{n}", TERM: "base", "contacts": []}) for n in range(3)))
    with Workbench.create("s", sessions_dir=tmp_path) as made:
        made.load(file=file)
        yield made


def put(bench: Workbench, value: str, *rows: int) -> int:
    done = bench.stage([Edit("set", TERM, value)], rows=pl.Series(rows, dtype=pl.UInt32))
    assert done.operation is not None
    return done.operation


def begin(bench: Workbench, *rows: int) -> int:
    """A run of these customers, planned and no more."""
    inner, snapshot = bench._bench, bench.snapshot
    plan = patches(snapshot, Habits(), pl.Series(rows, dtype=pl.UInt32)).with_row_index("seq")
    requests = [
        Request(r["seq"], r["row"], r["id"], r["body"].encode(), r["cells"].encode(), "scalar") for r in plan.to_dicts()
    ]
    cells = snapshot.staged_cells_of(("customers", TERM)).join(plan.select("row", "seq"), on="row")
    newest = max(o.id for o in inner.operations)
    run = Run(0, "t", "me", "digest", newest, "{}", plan.height, "running", "", 0.0)
    number = inner.store.add_run(
        run, framed(requests), [Change("customers", TERM, cells.select("row", "before", "after", "seq"))]
    )
    inner.refresh_runs()
    return number


def end(bench: Workbench, run: int, outcome: str = "committed", stored: str | None = None) -> None:
    """Every request of the run ends so, and the server answers what was asked (or `stored`)."""
    inner = bench._bench
    requests = inner.store.requests(run)
    outcomes = []
    for r in requests:
        value = json.loads(r.body)[TERM] if stored is None else stored
        answer = (
            json.dumps({"id": r.customer_id, TERM: value, "contacts": []}).encode() if outcome != "failed" else None
        )
        outcomes.append(Outcome(r.seq, outcome, answer=answer))
    inner.store.journal(run, "t", [r.seq for r in requests], outcomes, {r.seq: r.row for r in requests})
    inner.store.end_run(run, "t", "done", "", 0.0)
    inner.refresh_runs()


def commit(bench: Workbench, *rows: int, **how: str) -> int:
    run = begin(bench, *rows)
    end(bench, run, **how)
    return run


def terms(bench: Workbench) -> list[str]:
    return bench.snapshot.current.customers[TERM].to_list()


def states(bench: Workbench) -> list[str]:
    return [one["state"] for one in bench.log().operations]


def again(bench: Workbench) -> Workbench:
    """The session opened again: the same staged cells and states."""
    path, before = bench.path, (terms(bench), states(bench), bench.status())
    bench.close()
    other = Workbench.open(path)
    assert (terms(other), states(other), other.status()) == before
    return other


def test_what_is_committed_is_base_and_no_longer_staged(bench: Workbench) -> None:
    put(bench, "a", 0, 1)
    commit(bench, 0, 1)
    assert (terms(bench), bench.status().staged, states(bench)) == (["a", "a", "base"], 0, ["committed"])
    with pytest.raises(WorkbenchError, match=r"wb\.revert\(1\)"):
        bench.undo()
    with pytest.raises(WorkbenchError, match="cannot be dropped"):
        bench.drop(1)
    again(bench).close()


def test_undo_of_a_partly_settled_operation_takes_back_the_rest_and_says_so(bench: Workbench) -> None:
    put(bench, "a", 0, 1, 2)
    commit(bench, 0)
    assert states(bench) == ["partly"]
    done = bench.undo()
    assert "1 of its cells is committed and stays; a revert of the run says what of that can go back" in done.lines[0]
    assert (terms(bench), bench.status().staged) == (["a", "base", "base"], 0)
    again(bench).close()


def test_what_was_off_when_other_values_were_sent_is_not_switched_on_again(bench: Workbench) -> None:
    """The log called it committed, though its value was never sent, and undo stopped at it for ever."""
    put(bench, "a", 0)
    bench.undo()
    put(bench, "b", 0)
    commit(bench, 0)
    with pytest.raises(WorkbenchError, match="operation 1 was off when run 1 brought other values to all of its cells"):
        bench.enable(1)
    assert (terms(bench)[0], states(bench)) == ("b", ["undone", "committed"])
    again(bench).close()


def test_redo_brings_back_the_open_cells_only(bench: Workbench) -> None:
    put(bench, "a", 0, 1)
    commit(bench, 0)
    bench.undo()
    bench.redo()
    assert (terms(bench), bench.status().staged, states(bench)) == (["a", "a", "base"], 1, ["partly"])
    again(bench).close()


def test_a_failed_request_leaves_its_cells_staged(bench: Workbench) -> None:
    put(bench, "a", 0)
    commit(bench, 0, outcome="failed")
    assert (bench.status().staged, states(bench)) == (1, ["active"])
    bench.undo()
    assert terms(bench) == ["base"] * 3


def test_an_altered_cell_takes_the_servers_value_and_is_settled(bench: Workbench) -> None:
    put(bench, "a", 0)
    commit(bench, 0, outcome="altered", stored="A")
    assert (terms(bench)[0], bench.status().staged, states(bench)) == ("A", 0, ["committed"])
    again(bench).close()


def test_what_was_undone_before_a_commit_can_be_redone_after_it(bench: Workbench) -> None:
    put(bench, "a", 0)
    put(bench, "b", 0)
    bench.undo()
    commit(bench, 0)
    assert states(bench) == ["committed", "undone"]
    bench.redo()
    assert (terms(bench)[0], bench.status().staged, states(bench)) == ("b", 1, ["committed", "active"])
    other = again(bench)
    commit(other, 0)
    assert (terms(other)[0], states(other)) == ("b", ["committed", "committed"])
    other.close()


def test_what_was_dropped_before_a_commit_comes_back_where_nothing_newer_was_sent(bench: Workbench) -> None:
    put(bench, "a", 0, 1)
    put(bench, "b", 0, 1)
    put(bench, "c", 1)
    bench.drop(2)
    commit(bench, 0, 1)
    assert states(bench) == ["committed", "dropped", "committed"]
    bench.undo()
    assert (terms(bench), bench.status().staged) == (["b", "c", "base"], 1)
    again(bench).close()


def test_a_newer_edit_of_a_committed_cell_is_staged_anew(bench: Workbench) -> None:
    put(bench, "a", 0)
    commit(bench, 0)
    put(bench, "b", 0)
    assert (terms(bench)[0], bench.status().staged) == ("b", 1)
    assert bench.conflicts() == ()
    bench.undo()
    assert terms(bench)[0] == "a"
    again(bench).close()


def test_the_run_that_is_named_is_the_one_that_brought_it(bench: Workbench) -> None:
    put(bench, "a", 0)
    commit(bench, 0)
    put(bench, "b", 0)
    commit(bench, 0, outcome="failed")
    bench.undo()
    with pytest.raises(WorkbenchError, match=r"(?m)wb\.revert\(1\)$"):
        bench.undo()


def test_cells_of_an_unfinished_run_cannot_be_undone_redone_dropped_or_unstaged(bench: Workbench) -> None:
    put(bench, "a", 0)
    put(bench, "b", 0)
    bench.undo()
    run = begin(bench, 0)
    for act in (bench.undo, bench.redo, lambda: bench.drop(1), lambda: bench.unstage(where="")):
        with pytest.raises(WorkbenchError, match=f"while run {run} is unfinished"):
            act()
    other = put(bench, "c", 1)
    bench.drop(other)
    bench.undo()
    end(bench, run)
    assert terms(bench) == ["a", "c", "base"]
    again(bench).close()


def test_a_wholly_settled_step_ends_a_longer_undo(bench: Workbench) -> None:
    put(bench, "a", 0)
    commit(bench, 0)
    put(bench, "b", 1)
    assert bench.undo(5).operations == 1
    assert terms(bench) == ["a", "base", "base"]


def test_a_drop_names_the_cells_that_were_made_on_top_of_it(bench: Workbench) -> None:
    put(bench, "a", 0, 1)
    put(bench, "b", 0)
    put(bench, "c", 0)
    done = bench.drop(1)
    assert done.lines[1] == "staged later on top of it, and staying as they are: payment_term of c0"
    assert terms(bench) == ["c", "base", "base"]
    assert len(bench.drop(3).lines) == 1


def test_dropping_what_is_not_there_is_one_line(bench: Workbench) -> None:
    put(bench, "a", 0)
    for number in (0, -1, 2):
        with pytest.raises(WorkbenchError, match=f"no operation {number};"):
            bench.drop(number)


def test_the_fold_of_any_operations_is_their_recorded_values_in_order(bench: Workbench) -> None:
    base = bench.snapshot.base
    steps: list[tuple[str, dict[int, str | None]]] = [
        ("stage", {0: "a", 1: "a"}), ("stage", {0: "b", 2: "b"}), ("unstage", {0: None, 1: None}), ("stage", {0: "c"}),
        ("stage", {1: "base", 2: None}),
    ]  # fmt: skip
    operations = [
        Operation(n, "", "", kind, "", "{}", 0, 0, (changed(cells),)) for n, (kind, cells) in enumerate(steps, 1)
    ]
    fold = Fold(operations)
    for size in range(len(steps) + 1):
        for active in combinations(range(1, len(steps) + 1), size):
            expected: list[str | None] = ["base"] * 3
            for number in active:
                kind, cells = steps[number - 1]
                for row, value in cells.items():
                    expected[row] = "base" if kind == "unstage" else value
            values, writers = fold.column(base, ("customers", TERM), set(active))
            assert values.to_list() == expected
            assert values.equals(
                Fold([o for o in operations if o.id in active]).column(base, ("customers", TERM), set(active))[0]
            )
            assert writers["row"].is_sorted()


def changed(cells: dict[int, str | None]) -> Change:
    rows = pl.Series(sorted(cells), dtype=pl.UInt32)
    after = pl.Series([cells[row] for row in sorted(cells)], dtype=pl.String)
    base = pl.Series(["base"] * len(cells))
    return Change("customers", TERM, pl.DataFrame({"row": rows, "base": base, "before": base, "after": after}))


def refusal(bench: Workbench, operation: int) -> str:
    with pytest.raises(WorkbenchError) as error:
        bench.drop(operation)
    return str(error.value)


def test_the_run_that_is_named_is_the_one_that_sent_the_operation_not_a_later_one_of_the_same_cells(
    bench: Workbench,
) -> None:
    first = put(bench, "one", 0)
    commit(bench, 0)
    put(bench, "two", 0)
    commit(bench, 0)
    assert refusal(bench, first).endswith("wb.revert(1)")


def test_what_a_run_took_back_already_is_said_and_no_run_is_named_to_revert(bench: Workbench) -> None:
    first = put(bench, "one", 0, 1)
    run = commit(bench, 0, 1)
    back = bench.revert(run)
    commit(bench, 0)
    assert refusal(bench, first).endswith("wb.revert(1)"), "a part of it is on the server still"
    commit(bench, 1)
    assert refusal(bench, first).endswith("; runs 2 and 3 took it back already"), "each took back a part"
    assert back.operation is not None
    assert refusal(bench, back.operation).endswith("wb.revert(3)")


def test_a_way_back_that_was_itself_taken_back_does_not_count(bench: Workbench) -> None:
    first = put(bench, "one", 0, 1)
    run = commit(bench, 0, 1)
    back = bench.revert(run).operation
    second = commit(bench, 0, 1)
    assert back is not None
    assert refusal(bench, first).endswith("; run 2 took it back already")
    bench.revert(second)
    commit(bench, 0, 1)
    assert refusal(bench, back).endswith("; run 3 took it back already")
    assert refusal(bench, first).endswith("wb.revert(1)")


def read(bench: Workbench) -> tuple[list[str], list[str]]:
    """The states of operations and of runs as people read them."""
    log = bench.log()
    return [one["stands"] for one in log.operations], [one["stands"] for one in log.runs]


def fates(bench: Workbench) -> tuple[list[str], list[str]]:
    """What is told of what became of operations and of runs on the server."""
    log = bench.log()
    return [one["fate"] for one in log.operations], [one["fate"] for one in log.runs]


def test_an_operation_and_its_run_are_reverted_once_the_way_back_was_committed(bench: Workbench) -> None:
    put(bench, "one", 0, 1)
    run = commit(bench, 0, 1)
    bench.revert(run)
    assert read(bench) == (["committed", "active"], ["done"]), "the way back is only staged"
    commit(bench, 0)
    assert read(bench) == (["partly", "partly"], ["partly", "done"])
    told = "taken back by run 2: 1 of 2 cells"
    assert fates(bench) == ([told, "1 of 2 cells sent"], [told, ""])
    commit(bench, 1)
    assert read(bench) == (["reverted", "committed"], ["reverted", "done", "done"])
    told = "taken back by runs 2 and 3"
    assert fates(bench) == ([told, ""], [told, "", ""])
    assert states(bench) == ["committed", "committed"], "scripts rely on these"
    again(bench).close()


def test_what_a_way_back_took_back_stands_again_when_the_way_back_is_reverted(bench: Workbench) -> None:
    put(bench, "one", 0, 1)
    bench.revert(commit(bench, 0, 1))
    bench.revert(commit(bench, 0, 1))
    commit(bench, 0)
    assert read(bench)[1] == ["partly", "partly", "done"]
    assert fates(bench)[1][0] == "taken back by run 2: 1 of 2 cells"
    commit(bench, 1)
    assert read(bench) == (["committed", "reverted", "committed"], ["done", "reverted", "done", "done"])
    again(bench).close()


def test_what_was_staged_on_top_of_what_was_taken_back_does_not_bring_it_back(bench: Workbench) -> None:
    put(bench, "one", 0)
    bench.revert(commit(bench, 0))
    commit(bench, 0)
    put(bench, "two", 0)
    commit(bench, 0)
    assert read(bench) == (["reverted", "committed", "committed"], ["reverted", "done", "done"])


def test_what_the_server_held_already_is_not_waited_for(bench: Workbench) -> None:
    """A way back has nothing to do there."""
    put(bench, "one", 0, 1)
    commit(bench, 0)
    commit(bench, 1, outcome="already")
    bench.revert(1)
    commit(bench, 0)
    assert read(bench) == (["reverted", "committed"], ["reverted", "done", "done"])


def test_the_cells_that_were_sent_are_counted_apart_from_those_that_later_ones_changed_before(bench: Workbench) -> None:
    put(bench, "one", 0, 1, 2)
    put(bench, "two", 0)
    commit(bench, 0, 1)
    assert [(one["changed"], one["sent"]) for one in bench.log().operations] == [(3, 1), (1, 1)]
    commit(bench, 2)
    put(bench, "three", 1)
    commit(bench, 1)
    assert [(one["changed"], one["sent"]) for one in bench.log().operations] == [(3, 2), (1, 1), (1, 1)]
    assert fates(bench)[0] == ["2 of 3 cells sent, later operations had changed 1 before", "", ""]
    again(bench).close()


def test_a_drop_says_what_of_it_is_committed_and_stays(bench: Workbench) -> None:
    put(bench, "a", 0, 1, 2)
    commit(bench, 0, 1)
    assert "; 2 of its cells are committed and stay" in bench.drop(1).lines[0]
    assert "committed" not in bench.enable(1).lines[0]
    assert [one["active"] for one in bench.log().operations] == [True]


def test_what_undo_would_do_is_told_and_not_done(bench: Workbench) -> None:
    put(bench, "a", 0, 1)
    commit(bench, 0)
    put(bench, "b", 2)
    ahead = bench.look_back(1)
    assert (ahead.operations, ahead.stay, ahead.stopped) == (2, 1, None)
    assert ahead.lines[0] == "undoes operation 2 (payment_term: set b, 1 cell)"
    assert (terms(bench), states(bench)) == (["a", "a", "b"], ["partly", "active"])
    commit(bench, 1)
    with pytest.raises(WorkbenchError, match="operation 1 is committed and cannot be undone"):
        bench.look_back(1)


def test_a_run_that_brought_a_way_back_names_the_run_that_it_took_back(bench: Workbench) -> None:
    put(bench, "one", 0)
    bench.revert(commit(bench, 0))
    commit(bench, 0)
    assert [one["reverts"] for one in bench.log().runs] == [(), (1,)]
