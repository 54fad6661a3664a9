"""Conflicts: what somebody else changed is not overwritten, until the steward says so for that cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=12, seed=5) as running:
        yield running


@pytest.fixture
def bench(sandbox: Sandbox, tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.create("c", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(api=sandbox.url)
        yield workbench


def met(bench: Workbench, sandbox: Sandbox) -> str:
    """A commit that meets somebody else's change; the customer's id."""
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="THEIRS")
    report = bench.commit()
    assert (report.conflict, report.committed, report.exit_code) == (1, 0, 3)
    return one


def test_a_conflict_keeps_three_values_and_holds_the_customer(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    (conflict,) = bench.conflicts()
    assert (conflict.id, conflict.path, conflict.theirs, conflict.ours) == (one, "payment_term", "THEIRS", "OURS")
    assert conflict.loaded not in ("THEIRS", "OURS")
    assert bench.commit().run is None
    assert sandbox.world.customer(one)["payment_term"] == "THEIRS"


def test_keeping_ours_sends_it_on_top_of_theirs(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    assert bench.resolve("ours", id=one, path="payment_term").changed == 1
    assert bench.conflicts() == ()
    assert bench.commit().committed == 1
    assert sandbox.world.customer(one)["payment_term"] == "OURS"


def test_keeping_theirs_takes_ours_back(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    bench.resolve("theirs", where="is:conflict")
    assert bench.status().staged == 0
    assert sandbox.world.customer(one)["payment_term"] == "THEIRS"


def test_a_new_value_is_sent_and_undo_brings_the_conflict_back(bench: Workbench, sandbox: Sandbox) -> None:
    one = met(bench, sandbox)
    bench.resolve("NET45", id=one, path="payment_term")
    bench.undo()
    assert len(bench.conflicts()) == 1
    bench.redo()
    assert bench.commit().committed == 1
    assert sandbox.world.customer(one)["payment_term"] == "NET45"


def test_loading_again_under_a_staged_cell_makes_a_conflict(bench: Workbench, sandbox: Sandbox) -> None:
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="THEIRS")
    assert bench.load(api=sandbox.url).conflicts == 1
    assert bench.preview().held == 1


def test_loading_again_what_was_staged_leaves_nothing_staged(bench: Workbench, sandbox: Sandbox) -> None:
    one = sandbox.world.ids()[0]
    bench.stage([Edit("set", "payment_term", "OURS")], where=f"id:={one}")
    sandbox.world.edit(one, payment_term="OURS")
    assert bench.load(api=sandbox.url).conflicts == 0
    assert bench.status().staged == 0
