"""Session files damaged at any place: each gives the very answers of the whole one, or is refused in one line.

`WORKBENCH_FLIPS` says how many damages (20; 60 in the long form), `WORKBENCH_FLIPS_SEED` which (1). What bad disks do is in
`read_damaged.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.form import amount
from workbench.sandbox.server import Sandbox
from workbench.session.rows import Outcome
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

FLIPS = int(os.environ.get("WORKBENCH_FLIPS", amount("20", "60")))
SEED = int(os.environ.get("WORKBENCH_FLIPS_SEED", "1"))
READER = Path(__file__).with_name("read_damaged.py")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with every kind of row and part: what was done, undone, dropped, held, committed, refused, altered."""
    path = tmp_path_factory.mktemp("whole") / "whole.session"
    with Sandbox(customers=14, seed=5, normalise=True) as sandbox, Workbench.create(path, key="any") as workbench:
        workbench.load(api=sandbox.url)
        workbench.set_settings({"grace": "0", "concurrency": "2"})
        staged_and_undone(workbench)
        committed(sandbox, workbench)
        unfinished(sandbox, workbench)
    return path


def staged_and_undone(workbench: Workbench) -> None:
    for number in range(3):
        workbench.stage([Edit("set", "freight_term", f"F{number}")], where="status:active", note="a note")
    workbench.undo()
    workbench.drop(1)
    first, second, third = workbench.search().frame["id"].head(3)
    workbench.stage([Edit("set", "phone", "12")], where=f"id:={third}")
    workbench.hold(f"id:={first} OR id:={second}", note="ask first")
    workbench.release(f"id:={second}")


def committed(sandbox: Sandbox, workbench: Workbench) -> None:
    """A run in which some are committed, some altered, one in conflict; its resolution, and the inverse of the run."""
    workbench.stage([Edit("set", "payment_term", " TERM7 ")])
    workbench.stage([Edit("set", "city", "Springfield")], table="addresses")
    ids = [patch.id for patch in workbench.staged.patches() if patch.held is None]
    sandbox.world.edit(ids[-1], payment_term="THEIRS", freight_term="THEIRS")
    report = workbench.commit()
    while workbench.status().unfinished is not None:
        report = workbench.resume(accept_altered=True)
    assert report.altered
    assert report.conflict
    workbench.resolve("ours", where="is:conflict")
    workbench.revert(1)


def unfinished(sandbox: Sandbox, workbench: Workbench) -> None:
    """A run that stopped: an intent without an outcome, and an answer that no overlay stands for."""
    workbench.stage([Edit("set", "shipping_method", "ROAD")])
    workbench.commit(on_engine=lambda engine: engine.drain())
    store, run = workbench._bench.store, workbench.status().unfinished
    assert run is not None
    first, second, *_ = store.requests(run)
    record = json.dumps(sandbox.world.customer(first.customer_id)).encode()
    store.journal(
        run,
        "t",
        [first.seq, second.seq],
        [Outcome(first.seq, "failed", 400, "no", "{}", 0, record)],
        {first.seq: first.row},
    )


@pytest.fixture(scope="module")
def killed(session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same session with work in its log, as `kill -9` leaves it."""
    folder = tmp_path_factory.mktemp("killed")
    path = folder / "whole.session"
    shutil.copy(session, path)
    with Workbench.open(path) as workbench:
        for number in range(3):
            workbench.stage([Edit("set", "company_name", f"N{number}")])
        [held, *_] = workbench.snapshot.on_hold["row"]
        workbench.hold(f"id:={workbench.snapshot.base.customers['id'][held]}", note="in the log")
        copy = folder / "killed.session"
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    return copy


def ends(session: Path, count: int, tmp_path: Path) -> list[dict[str, Any]]:
    """What became of so many damages, read in a process of its own that may crash."""
    arguments = [str(READER), str(session), str(SEED), "0", str(count), str(tmp_path / "copies")]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(found)) == (0, count), (done.stderr[-2000:], found[-1:])
    return found


def test_a_damaged_session_gives_the_same_answers_or_is_refused_in_one_line(session: Path, tmp_path: Path) -> None:
    found = ends(session, FLIPS, tmp_path)
    assert [one for one in found if one["end"] not in ("same", "refused")] == []
    assert {one["end"] for one in found} == {"same", "refused"}


def test_a_damage_in_the_log_of_a_killed_session_hides_no_commit_behind_it(killed: Path, tmp_path: Path) -> None:
    found = ends(killed, FLIPS, tmp_path)
    assert [one for one in found if one["end"] not in ("same", "refused", "earlier")] == []
    assert "refused" in {one["end"] for one in found}
