"""What the steward does while a commit makes its plan: nothing is sent of which was said meanwhile that it does not go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from workbench.commit import revert
from workbench.door import committing
from workbench.errors import WorkbenchError
from workbench.stage import acting, holding
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Act = Callable[[Workbench], object]
CELL = {("customers", "payment_term"): pl.Series([0], dtype=pl.UInt32)}

TAKEN_BACK: dict[str, Act] = {
    "undo": lambda wb: wb.undo(),
    "drop": lambda wb: wb.drop(1),
    "unstage": lambda wb: wb.unstage(),
    "hold": lambda wb: wb.hold(rows=CELL["customers", "payment_term"]),
    "leave out": lambda wb: wb.leave_out(CELL),
    "refresh": lambda wb: wb.load(),
}


@pytest.mark.parametrize("act", TAKEN_BACK)
def test_what_is_taken_back_while_the_plan_is_made_is_not_sent(
    desk: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    monkeypatch.setattr(committing, "_made_ready", lambda: TAKEN_BACK[act](here.workbench))
    with pytest.raises(WorkbenchError, match="has changed since it was shown, so nothing was sent"):
        here.commit()
    assert not here.log.calls("PATCH")
    assert here.workbench.status().runs == 0


def test_what_is_staged_elsewhere_while_the_plan_is_made_stays_staged(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    more = [Edit("set", "first_name", "Ann")]
    monkeypatch.setattr(committing, "_made_ready", lambda: here.workbench.stage(more))
    report = here.commit()
    assert report.committed == report.planned
    assert set(here.workbench.staged.fields) == {"first_name"}


@pytest.mark.parametrize("act", ["undo", "drop", "unstage", "hold"])
def test_no_plan_is_kept_between_asking_whether_one_waits_and_keeping(
    desk: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    bench, free = here.workbench._bench, []

    def tried() -> None:
        taken = bench.lock._lock.acquire(blocking=False)
        free.append(taken)
        if taken:
            bench.lock._lock.release()

    def asked(plain: Callable[..., None]) -> Callable[..., None]:
        def heard(*args: Any) -> None:
            plain(*args)
            other = threading.Thread(target=tried)
            other.start()
            other.join()

        return heard

    monkeypatch.setattr(acting, "refuse_waiting", asked(acting.refuse_waiting))
    monkeypatch.setattr(holding, "_refuse_waiting", asked(holding._refuse_waiting))
    TAKEN_BACK[act](here.workbench)
    assert free == [False]


@pytest.mark.parametrize("back", [lambda wb: wb.revert(1), lambda wb: wb.revert_operation(1)])
def test_what_is_staged_while_a_way_back_is_worked_out_stays(
    desk: Any, monkeypatch: pytest.MonkeyPatch, back: Act
) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    sent = here.commit().committed
    inverse, left = revert.inverse, [Edit("set", "payment_term", "TERM8")]

    def other() -> None:
        here.workbench.stage([left.pop()], rows=CELL["customers", "payment_term"])

    def worked_out(*args: Any) -> revert.Inverse:
        found = inverse(*args)
        if left:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        return found

    monkeypatch.setattr(revert, "inverse", worked_out)
    done = back(here.workbench)
    assert done.changed == sent - 1
    assert [one["reason"] for one in done.irreversible] == ["something newer is staged there"]
    assert here.workbench.search().frame["payment_term"][0] == "TERM8"
