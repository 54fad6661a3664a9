"""A session's file is removed, and then, or in the middle of it, a commit is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.commit.conftest import Desk
from workbench.errors import SessionGone
from workbench.workbench import Workbench

Desks = Callable[..., Desk]


def test_nothing_is_sent_from_a_session_whose_file_was_removed(desk: Desks) -> None:
    here = desk()
    here.set("payment_term", "COD")
    shutil.rmtree(here.workbench.path.parent)
    with pytest.raises(SessionGone) as told:
        here.commit()
    assert here.patched() == []
    here.workbench.close()  # it was told
    assert told.value.kept is not None
    with Workbench.open(told.value.kept, key="any") as kept:
        assert kept.commit().committed == 12


def test_a_run_stops_when_the_file_is_removed_and_what_it_came_to_is_kept(desk: Desks) -> None:
    here = desk(customers=60)
    here.set("payment_term", "COD")
    here.at_the_first_patch(here.workbench.path.unlink)
    report = here.commit(concurrency=2)
    assert report.state == "stopped"
    assert "was removed while it was open; all that was done is kept in " in report.reason
    sent = here.applied()
    assert 0 < report.committed == len(sent) == report.planned - report.unsent < report.planned
    here.workbench.close()
    assert here.workbench.rescued is not None
    assert str(here.workbench.rescued) in report.reason
    with Workbench.open(here.workbench.rescued, key="any") as kept:
        assert kept.resume().committed == report.planned
        assert len(here.applied()) == len(set(here.applied())) == report.planned
        assert kept.revert(1).changed == report.planned


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_run_stops_when_the_file_is_cut_short_and_what_it_came_to_is_kept(desk: Desks, size: int) -> None:
    here = desk(customers=60)
    here.set("payment_term", "COD")
    here.at_the_first_patch(lambda: os.truncate(here.workbench.path, size))
    report = here.commit(concurrency=2)
    assert report.state == "stopped"
    assert (
        "was cut short or written over by another program while it was open; all that was done is kept" in report.reason
    )
    sent = here.applied()
    assert 0 < report.committed == len(sent) == report.planned - report.unsent < report.planned
    here.workbench.close()
    with Workbench.open(here.workbench.rescued, key="any") as kept:
        assert kept.resume().committed == report.planned
        assert len(here.applied()) == len(set(here.applied())) == report.planned
        assert kept.revert(1).changed == report.planned
