"""`kill -9` at random moments of stage, undo, load, commit, resume and revert: nothing lost, sent twice or sent unannounced.

A story is one session: two edits are staged, taken back, staged again, committed, reverted and committed; each command is
killed at a random moment, some more than once, and then done. After each kill the session must open and every promise of
`tests.faults.harness.model` hold; at the end the server's records are as asked, and after the revert as they were.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.faults.harness.model import undecided
from tests.faults.harness.scene import ENV, SCRIPT, Kill, Scene
from tests.faults.harness.witness import Event
from tests.form import SEED, amount, figures

KILLS = amount(15, int(os.environ.get("WORKBENCH_FAULTS_KILLS", "1000")))
REAL = amount(2, 40)


class Story:
    """One session's story. `dice` draw the moments; `usual` keeps how long each command takes when nobody kills it."""

    def __init__(self, scene: Scene, dice: random.Random, usual: dict[str, float]) -> None:
        self.scene, self.dice, self.usual = scene, dice, usual
        self.kills = 0
        self.cells = len(scene.before)
        self.addresses = sum(len(record["addresses"]) for record in scene.before.values())
        self.now = scene.status()

    def told(self) -> None:
        """Tells the story to its end."""
        scene = self.scene
        self.step(self.cells, "stage", "--set", "payment_term=TERM7")
        self.step(self.addresses, "stage", "--table", "addresses", "--set", "city=Springfield")
        self.step(-self.addresses, "undo")
        self.step(self.addresses, "stage", "--table", "addresses", "--set", "city=Shelbyville")
        self.step(0, "load")
        self.committed()
        assert scene.not_as_asked("TERM7", "Shelbyville") == []
        self.step(self.cells + self.addresses, "revert")
        self.committed()
        assert scene.not_as_asked_beyond({}) == []

    def step(self, staged: int, name: str, *arguments: str) -> None:
        """Does a command that changes how many cells are staged, once: killed, it is there whole or not at all."""
        then = self.now
        wanted = {**then, "staged": then["staged"] + staged}
        wanted["operations"] += name in ("stage", "revert")
        for _ in range(self.dice.choice((1, 1, 2))):
            self.killed(name, *arguments)
            assert self.now in (then, wanted), f"{name} was killed between {then} and {wanted}"
            if self.now == wanted != then:
                return
        self.alive(name, *arguments)
        assert self.now == wanted

    def committed(self) -> None:
        """Commits and resumes, killed now and then, until nothing is staged and no run is unfinished."""
        spared = self.dice.choice((1, 2, 3, 4))
        while self.now["staged"] or self.now["unfinished"] is not None:
            command = ("resume",) if self.now["unfinished"] is not None else ("commit", "--yes")
            if spared > 0:
                self.killed(*command)
                spared -= 1
            else:
                self.alive(*command)
        account = self.scene.account()
        assert undecided(account) == []
        assert set(account.outcomes) == {"committed"}

    def killed(self, name: str, *arguments: str) -> None:
        """Runs a command and kills it at a random moment of the time that it usually takes."""
        moment = self.dice.uniform(0, self.usual.setdefault(name, 0.15))
        ended = self.scene.run(name, *arguments, kill=Kill(after=moment))
        assert ended.killed or ended.code == 0, ended
        self.kills += ended.killed
        assert self.scene.broken() == []
        self.now = self.scene.status()

    def alive(self, name: str, *arguments: str) -> None:
        """Runs a command that nobody kills, and remembers how long it took."""
        ended = self.scene.done(name, *arguments)
        self.usual[name] = 0.5 * self.usual.get(name, ended.seconds) + 0.5 * ended.seconds
        assert self.scene.broken() == []
        self.now = self.scene.status()


def test_killed_at_any_moment_nothing_is_lost_sent_twice_or_sent_unannounced(scene: Callable[..., Scene]) -> None:
    here = scene()
    usual: dict[str, float] = {}
    kills = stories = 0
    while kills < KILLS:
        stories += 1
        assert stories <= KILLS, "the kills come too late: no command dies of them"
        here.rewind()
        story = Story(here, random.Random(f"{SEED} {stories}"), usual)
        try:
            story.told()
        except AssertionError as error:
            error.add_note(f"in story {stories} of seed {SEED}")
            raise
        kills += story.kills
    calls = len(usual)
    figures.append(f"random kills: {kills} of {calls} kinds of command in {stories} stories: every promise held")


@pytest.mark.parametrize("number", range(REAL))
def test_the_installed_command_survives_kill_9_too(scene: Callable[..., Scene], number: int) -> None:
    here = scene({"customers": 30})
    dice = random.Random(f"{SEED} real {number}")
    here.stage("TERM7", "Springfield")
    shot(here, dice.randrange(1, 60), "commit", here.session, "--yes")
    assert here.broken() == []
    if number % 2 and here.status()["unfinished"]:
        shot(here, dice.randrange(1, 30), "resume", here.session)
        assert here.broken() == []
    here.finish()
    while here.status()["staged"]:
        here.done("commit", "--yes")
    assert here.broken() == []
    assert here.not_as_asked("TERM7", "Springfield") == []


def shot(here: Scene, calls: int, *arguments: object) -> None:
    """Runs the console script and kills it while the server carries out the call of this number."""
    process: list[subprocess.Popen[bytes]] = []
    left = iter(range(calls))

    def shoot(event: Event) -> None:
        if next(left, None) is None:
            os.kill(process[0].pid, signal.SIGKILL)

    here.witness.on_event = shoot
    process.append(
        subprocess.Popen(
            [SCRIPT, *map(str, arguments)],
            env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip
    code = process[0].wait(timeout=60)
    here.witness.on_event = None
    assert code in (0, -signal.SIGKILL)
