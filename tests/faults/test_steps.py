"""`kill -9` before and after every step of the protocol, at its nth passage: then the promises hold and the work can go on.

The steps are the labels of `tests.faults.harness.driver.LABELS`; a process kills itself there. `answer` is the moment between the
two sides of the socket: the server has carried a call out, and the process dies before the answer comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, product
from typing import Any

import pytest

from tests.faults.harness.driver import LABELS
from tests.faults.harness.model import undecided
from tests.faults.harness.scene import Kill, Scene
from tests.form import amount, figures

Make = Callable[..., Scene]
Step = tuple[str, str, int]

SIDES = ("before", "after")
COMMIT: list[Step] = [
    *product(("journal", "read", "send"), SIDES, (1,)),
    *product(("plan", "part", "rows", "overlay", "end", "close"), amount(SIDES[1:], SIDES), (1,)),
    *product(("journal", "read", "send"), amount(SIDES[1:], SIDES), amount((4,), (2, 3, 5, 8, 11))),
    *product(("answer",), ("read", "send"), amount((1, 4), (1, 2, 3, 4, 6, 9, 12))),
]
RESUME: list[Step] = [
    *product(("journal", "read", "send"), SIDES, amount((1,), (1, 2, 3, 5))),
    *product(("overlay", "end"), amount(SIDES[:1], SIDES), (1,)),
    *product(("answer",), ("read", "send"), amount((2,), (1, 2, 4, 7))),
]
OTHERS = {
    "stage --set payment_term=TERM8": ("operation", "rows", "part", "close"),
    "undo": ("acts", "close"),
    "redo": ("acts",),
    "load": ("page", "read", "base", "part", "close"),
    "revert": ("operation", "part"),
}


def test_every_label_is_killed_at() -> None:
    named = {label for label, _, _ in [*COMMIT, *RESUME]}.union(*OTHERS.values())
    assert named == {*LABELS, "answer"}


def test_a_commit_killed_at_any_step_is_finished_as_asked(scene: Make) -> None:
    here = scene()
    here.stage("TERM7", "Springfield", new=True)
    here.keep()
    deaths = 0
    for step in COMMIT:
        here.rewind()
        dead = died(here, step, "commit", "--yes")
        assert dead or step[2] > 1, f"the commit never came to {step}"
        deaths += dead
        finished_as_asked(here, step)
    figures.append(f"kills at steps of a commit: {deaths}: every promise held")


def test_a_resume_killed_at_any_step_is_finished_as_asked(scene: Make) -> None:
    here = scene()
    here.stage("TERM7", "Springfield", new=True)
    here.keep()
    deaths = 0
    for step in RESUME:
        here.rewind()
        assert died(here, ("answer", "send", 5), "commit", "--yes")
        deaths += died(here, step, "resume")
        finished_as_asked(here, step)
    assert deaths >= len({(label, side) for label, side, _ in RESUME})
    figures.append(f"kills at steps of a resume: {deaths}: every promise held")


@pytest.mark.parametrize(("line", "label", "side"), [
    (line, label, side) for line, labels in OTHERS.items() for label in labels for side in SIDES
])  # fmt: skip
def test_killed_at_any_step_it_is_there_whole_or_not_at_all(
    worked_on: Scene, done: dict[str, Any], line: str, label: str, side: str
) -> None:
    here, command = worked_on, line.split()
    here.rewind()
    assert died(here, (label, side, 1), *command)
    now = here.status()
    assert now in (done[""], done[line])
    if now == done[""]:
        assert status_after(here, command) == done[line]
    assert here.broken() == []


@pytest.fixture(scope="module")
def worked_on(module_scene: Make) -> Scene:
    """A session with a run, an operation that is staged after it, and one that was undone."""
    here = module_scene()
    here.stage("TERM7", "Springfield")
    here.done("commit", "--yes")
    here.stage("TERM9", "Shelbyville")
    here.done("undo")
    here.keep()
    return here


@pytest.fixture(scope="module")
def done(worked_on: Scene) -> dict[str, Any]:
    """The status of that session as it is (""), and after each command that nobody kills."""
    found = {"": worked_on.status()}
    for line in OTHERS:
        worked_on.rewind()
        found[line] = status_after(worked_on, line.split())
    return found


def status_after(here: Scene, command: Sequence[str]) -> dict[str, Any]:
    """The status after a command that must end well."""
    here.done(*command)
    return here.status()


def died(here: Scene, step: Step, *command: str) -> bool:
    """Runs a command that dies at a step; False if it never came there. The promises hold either way."""
    label, side, passage = step
    kill = Kill(at=step)
    if label == "answer":
        left = count(1)
        kill = Kill(when=lambda event: event.is_change == (side == "send") and next(left) == passage)
    ended = here.run(command[0], *command[1:], kill=kill)
    assert ended.killed or ended.code == 0, f"{step}: {ended}"
    assert here.broken() == [], step
    return ended.killed


def finished_as_asked(here: Scene, step: Step) -> None:
    """Resumes what is unfinished and commits what was never planned: then the server has what was asked, and nothing else
    changed."""
    ended = here.run_all(["resume", here.session], ["commit", here.session, "--yes"])
    assert ended.code == 0, f"{step}: {ended}"
    account = here.account()
    assert here.broken(account) == [], step
    assert undecided(account) == [], step
    assert set(account.outcomes) == {"committed"}, step
    assert here.not_as_asked("TERM7", "Springfield") == [], step
