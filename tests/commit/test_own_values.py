"""What a run of ours brought to the server is no conflict for what else was staged there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Made = Callable[..., Any]


def test_an_edit_that_is_redone_after_a_commit_of_the_one_below_it_is_no_conflict(desk: Made) -> None:
    here = desk()
    bench = here.workbench
    here.set("payment_term", "A")
    here.set("payment_term", "B")
    bench.undo()
    assert here.commit().committed == 12
    bench.redo()
    assert bench.conflicts() == ()
    path = bench.path
    bench.close()
    with Workbench.open(path, key="any") as again:
        assert again.conflicts() == ()
        assert again.commit().committed == 12
    assert set(here.values("payment_term").values()) == {"B"}


def test_an_edit_that_is_staged_while_a_run_is_under_way_is_no_conflict_when_it_ends(desk: Made) -> None:
    here = desk()
    here.set("payment_term", "A")
    here.commit(on_engine=lambda engine: here.workbench.stage([Edit("set", "payment_term", "B")]))
    assert here.workbench.conflicts() == ()
    assert here.commit().committed == 12
    assert set(here.values("payment_term").values()) == {"B"}


def test_what_somebody_else_wrote_after_our_run_is_a_conflict_still(desk: Made) -> None:
    here = desk()
    first = here.world.ids()[0]
    here.set("payment_term", "A")
    here.set("payment_term", "B")
    here.workbench.undo()
    here.commit()
    here.edit(first, {"payment_term": "theirs"})
    here.workbench.redo()
    assert here.commit().conflict == 1
    (conflict,) = here.workbench.conflicts()
    assert (conflict.loaded, conflict.theirs, conflict.ours) == ("A", "theirs", "B")


def test_beside_a_cell_that_the_server_altered_what_it_took_as_asked_is_no_conflict(desk: Made) -> None:
    here = desk(normalise=True)
    bench, first = here.workbench, f"id:={here.world.ids()[0]}"
    freight = here.values("freight_term")[here.world.ids()[0]]
    for field, value in (("freight_term", "COLLECT-2"), ("payment_term", " A ")):
        here.set(field, value, where=first)

    def newer(_: object) -> None:
        for field in ("freight_term", "payment_term"):
            bench.stage([Edit("set", field, "B")], where=first)

    assert here.commit(on_engine=newer).altered == 1
    assert {here.values(f)[here.world.ids()[0]] for f in ("freight_term", "payment_term")} == {"COLLECT-2", "A"}
    (conflict,) = bench.conflicts()  # what the server made of our value is for the steward to see
    assert (conflict.path, conflict.theirs, conflict.ours) == ("payment_term", "A", "B")
    assert freight != "COLLECT-2"
