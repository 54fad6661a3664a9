"""Closing the laptop: the network or the server goes away in the middle of a run, and comes back at once, later or much later."""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import count

import pytest

from tests.faults.harness.model import undecided
from tests.faults.harness.scene import Kill, Scene
from tests.faults.harness.witness import Event
from tests.form import amount, figures

Make = Callable[..., Scene]

MOMENTS = amount((2, 20), tuple(range(1, 24, 2)))


@pytest.mark.parametrize("calls", MOMENTS)
def test_without_a_network_the_run_ends_by_itself_and_is_finished_when_it_is_back(scene: Make, calls: int) -> None:
    here = scene(wire=True)
    here.stage("TERM7", "Springfield")
    assert here.wire is not None
    here.witness.on_event = at(calls, here.wire.cut)
    ended = here.run("commit", "--yes", "--json")
    assert ended.code in (3, 4), ended
    assert here.broken() == []
    assert ended.json["committed"] < ended.json["planned"]
    here.wire.mend()
    finished_as_asked(here)
    figures.append(f"network gone at call {calls}: exit {ended.code}, every record as asked once it was back")


def test_a_network_that_comes_back_at_once_is_not_even_noticed(scene: Make) -> None:
    here = scene(wire=True)
    here.stage("TERM7", "Springfield")
    wire = here.wire
    assert wire is not None

    def blink() -> None:
        wire.cut()
        wire.mend()

    here.witness.on_event = at(8, blink)
    here.done("commit", "--yes")
    assert here.status()["staged"] == 0
    finished_as_asked(here)


def test_killed_while_the_network_is_away_it_is_finished_when_both_are_back(scene: Make) -> None:
    here = scene(wire=True)
    here.stage("TERM7", "Springfield")
    assert here.wire is not None
    here.witness.on_event = at(8, here.wire.cut)
    ended = here.run("commit", "--yes", kill=Kill(at=("journal", "after", 4)))
    assert ended.killed
    assert here.broken() == []
    here.wire.mend()
    finished_as_asked(here)


def test_a_server_that_is_stopped_and_started_again_gets_the_rest(scene: Make, port: int) -> None:
    here = scene({"port": port})
    here.stage("TERM7", "Springfield")
    api = here.sandbox._api
    assert api is not None
    here.witness.on_event = at(8, api.closing.set)
    ended = here.run("commit", "--yes")
    assert ended.code in (3, 4), ended
    here.sandbox.stop()
    here.sandbox.start()
    here.witness.follow()
    assert here.broken() == []
    finished_as_asked(here)


@pytest.fixture
def port() -> int:
    """A port that a server may take, leave and take again."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
    return number


def at(calls: int, what: Callable[[], None]) -> Callable[[Event], None]:
    """Does something while the server carries out the call of this number, before it is answered."""
    left = count(1)

    def heard(event: Event) -> None:
        if next(left) == calls:
            what()

    return heard


def finished_as_asked(here: Scene) -> None:
    """Resumes and commits until nothing is staged; then every record is as asked and every item decided."""
    here.witness.on_event = None
    if here.finish()["staged"]:
        here.done("commit", "--yes")
    assert here.status()["staged"] == 0
    account = here.account()
    assert here.broken(account) == []
    assert undecided(account) == []
    assert here.not_as_asked("TERM7", "Springfield") == []
