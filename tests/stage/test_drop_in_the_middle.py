"""Dropping in the middle: the recorded values of the other operations stand, in whatever order the drops come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, combinations, permutations
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import WorkbenchError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM = "payment_term"
BASE = ["net 30", "", None, "cod"]
CHAIN = (Edit("set", TERM, "net 60"), Edit("replace", TERM, "net", "Net"), Edit("apply", TERM, "upper"))
WHERE = ("id:=c0 OR id:=c1", "", "-id:=c1")
RECORDED = [
    {0: "net 60", 1: "net 60"},
    {0: "Net 60", 1: "Net 60"},
    {0: "NET 60", 3: "COD"},
]
"""What each of the three chained edits changes, computed on what the ones before it made."""

SUBSETS = list(chain.from_iterable(permutations(some) for size in range(4) for some in combinations((1, 2, 3), size)))


def chained(path: Path) -> None:
    """Makes a session in which the three edits are staged."""
    file = path.with_name("c.ndjson")
    file.write_text("\n".join(json.dumps({"id": f"c{n}", TERM: value, "contacts": []}) for n, value in enumerate(BASE)))
    with Workbench.create(path) as made:
        made.load(file=file)
        for edit, where in zip(CHAIN, WHERE, strict=True):
            made.stage([edit], where=where)


@pytest.fixture
def bench(tmp_path: Path, session_copy: Any) -> Iterator[Workbench]:
    with Workbench.open(session_copy(chained, tmp_path / "s.session")) as made:
        yield made


def folded(active: set[int]) -> list[str | None]:
    values: list[str | None] = list(BASE)
    for number, recorded in enumerate(RECORDED, 1):
        for row, value in recorded.items() if number in active else ():
            values[row] = value
    return values


def terms(bench: Workbench) -> list[str | None]:
    return bench.snapshot.current.customers[TERM].to_list()


@pytest.mark.parametrize("dropped", SUBSETS)
def test_dropping_any_of_three_chained_edits_leaves_the_recorded_values_of_the_rest(
    bench: Workbench, dropped: tuple[int, ...]
) -> None:
    """And undo brings them back one by one, the whole chain at the end."""
    everything = folded({1, 2, 3})
    assert terms(bench) == everything
    for count, number in enumerate(dropped, 1):
        bench.drop(number)
        assert terms(bench) == folded({1, 2, 3} - set(dropped[:count]))
    bodies = [json.loads(body) for _, body in bench.preview().bodies()]
    assert bodies == [{TERM: v} for v, was in zip(folded({1, 2, 3} - set(dropped)), BASE, strict=True) if v != was]
    for count in range(len(dropped), 0, -1):
        bench.undo()
        assert terms(bench) == folded({1, 2, 3} - set(dropped[: count - 1]))
    assert [one["state"] for one in bench.log().operations] == ["active"] * 3


@pytest.mark.parametrize("dropped", SUBSETS[1:])
def test_enabling_what_was_dropped_in_any_order_leaves_the_fold_of_what_is_on(
    bench: Workbench, dropped: tuple[int, ...]
) -> None:
    """Each comes back at its old place, not at the end; undo takes that back, to what was dropped."""
    for number in dropped:
        bench.drop(number)
    on = {1, 2, 3} - set(dropped)
    for number in dropped:
        bench.enable(number)
        on.add(number)
        assert terms(bench) == folded(on)
    for number in reversed(dropped):
        bench.undo()
        on.discard(number)
        assert terms(bench) == folded(on)
    assert [one["state"] == "dropped" for one in bench.log().operations] == [n in dropped for n in (1, 2, 3)]
    bench.redo(len(dropped))
    assert terms(bench) == folded({1, 2, 3})


def test_what_was_undone_can_be_enabled_though_other_operations_came_since(bench: Workbench) -> None:
    bench.undo(2)
    bench.stage([Edit("set", TERM, "late")], where="id:=c3")
    assert bench.redo().operations == 0
    bench.enable(3)
    assert terms(bench) == ["NET 60", "net 60", None, "late"]
    assert [one["state"] for one in bench.log().operations] == ["active", "undone", "active", "active"]
    assert bench.steps_to(3) == 1
    bench.undo()
    assert [one["state"] for one in bench.log().operations] == ["active", "undone", "undone", "active"]
    with pytest.raises(WorkbenchError, match="operation 1 is active already"):
        bench.enable(1)
    with pytest.raises(WorkbenchError, match=r"(?m)there is no operation 9; see: wb\.log\(\)$"):
        bench.enable(9)


def test_what_was_done_on_top_of_an_operation_is_told_with_how_many_cells(bench: Workbench) -> None:
    told = bench.on_top_of(1)
    assert [line.split(" (")[0] for line in told] == ["operation 2", "operation 3"]
    assert told[0].endswith("changed 2 of its cells later")
    assert told[1].endswith("changed 1 of its cells later")
    bench.drop(2)
    assert len(bench.on_top_of(1)) == 1
    assert bench.on_top_of(3) == []


def test_of_an_operation_that_is_off_it_is_told_what_took_its_place(bench: Workbench) -> None:
    bench.drop(1)
    told = bench.on_top_of(1)
    assert [line.split(" (")[0] for line in told] == ["operation 2", "operation 3"]
    bench.drop(2)
    assert bench.on_top_of(1)[1:] == ["its other 1 cell is as before it"]
    bench.drop(3)
    assert bench.on_top_of(1) == ["its 2 cells are as before it"]


@pytest.mark.parametrize("dropped", [(1,), (2,), (3,), (1, 2), (2, 1), (1, 3), (3, 2), (3, 1, 2)])
def test_a_session_opened_again_after_the_drops_folds_to_the_same(
    bench: Workbench, dropped: tuple[int, ...], tmp_path: Path
) -> None:
    for number in dropped:
        bench.drop(number)
    bench.copy_to(tmp_path / "copy.session")
    with Workbench.open(tmp_path / "copy.session") as again:
        assert terms(again) == terms(bench) == folded({1, 2, 3} - set(dropped))
        assert again.log() == bench.log()
