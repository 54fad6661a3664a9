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
