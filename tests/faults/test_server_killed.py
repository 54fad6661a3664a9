"""The server's own death: `kill -9` of the sandbox while a run loads it with changes, started again on the state that it kept."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.harness.scene import ENV, KEY, SCRIPT
from tests.form import amount, figures
from workbench.commit.beyond import changed_beyond
from workbench.commit.report import Progress, RunReport
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

CUSTOMERS = 60
MOMENTS = amount((1, 25), tuple(range(1, CUSTOMERS, 4)))


class Server:
    """`workbench sandbox --state` as a process, always on the same port."""

    def __init__(self, state: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self._port = found.getsockname()[1]
        self._state = state
        self.start()

    def start(self) -> None:
        options = ("--state", self._state, "--port", self._port, "--customers", CUSTOMERS, "--seed", 5)
        self._process = subprocess.Popen(
            [SCRIPT, "sandbox", *map(str, options)], stdout=subprocess.PIPE, text=True, env=ENV
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("workbench.commit.patience.backoff", lambda tries, rng: 0.01)
    made = Server(tmp_path / "world.state")
    yield made
    made.kill()


@pytest.mark.parametrize("back", ["at once", "later"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_server_that_is_killed_under_load_gets_every_change_once_it_is_back(
    server: Server, tmp_path: Path, moment: int, back: str
) -> None:
    with Workbench.create(tmp_path / "s.session", key=KEY) as workbench:
        workbench.load(api=server.url)
        workbench.set_settings({"grace": "0.05"})
        workbench.stage([Edit("set", "payment_term", "TERM7")])
        workbench.stage([Edit("set", "city", "Springfield")], table="addresses")
        before = workbench.snapshot.base
        first = killed_at(server, workbench, moment, restart=back == "at once")
        if back == "later":
            server.start()
        report = finished(workbench, first)
        # one whose tries ran out while the server was away may have failed: it is still staged
        assert (report.unknown, report.unsent, report.conflict) == (0, 0, 0)
        assert not report.failed or workbench.status().staged
        if workbench.status().staged:
            assert workbench.commit().exit_code == 0
        planned = [change for run in workbench._bench.runs for change in workbench._bench.store.planned(run.id)]
    with Workbench.create(tmp_path / "anew.session", key=KEY) as anew:
        anew.load(api=server.url)
        held = anew.snapshot.base
        assert held.customers["payment_term"].unique().to_list() == ["TERM7"]
        assert held.addresses["city"].unique().to_list() == ["Springfield"]
        assert changed_beyond(before, held, planned) == 0
    figures.append(
        f"server killed after {moment} records, back {back}: {first.committed} at first, every record as asked"
    )


def killed_at(server: Server, workbench: Workbench, moment: int, *, restart: bool) -> RunReport:
    """A commit in which the server dies as soon as so many records are durably concluded."""
    left = [moment]

    def hear(now: Progress) -> None:
        if left and now.done >= left[0]:
            left.clear()
            server.kill()
            if restart:
                server.start()

    return workbench.commit(concurrency=16, progress=hear)


def finished(workbench: Workbench, report: RunReport) -> Any:
    """Resumes until nothing is unfinished."""
    for _ in range(20):
        if workbench.status().unfinished is None:
            return report
        report = workbench.resume()
    raise AssertionError(report)
