"""What changed beyond what was asked for: compared with the plans of all runs that lie between."""

from __future__ import annotations

from typing import Any

from workbench.commit.beyond import changed_beyond


def test_cells_of_one_column_that_two_runs_asked_to_change_are_all_asked_for(desk: Any) -> None:
    here = desk(customers=4)
    before, store = here.workbench.snapshot.base, here.workbench._bench.store
    first, second = here.world.ids()[:2]
    for customer in (first, second):
        here.set("payment_term", "TERM7", where=f"id:={customer}")
        assert here.commit().committed == 1
    plans = [store.planned(run.id) for run in here.workbench._bench.runs]
    assert changed_beyond(before, here.workbench.snapshot.base, [*plans[0], *plans[1]]) == 0
    assert changed_beyond(before, here.workbench.snapshot.base, plans[1]) == 1
