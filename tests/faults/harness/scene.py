"""A server, a session on it, and the real command as processes that may be killed."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import workbench
from tests.faults.harness import model
from tests.faults.harness.model import Account, read_account
from tests.faults.harness.wire import Wire
from tests.faults.harness.witness import Event, Witness
from workbench.sandbox.server import Sandbox

SCRIPT: Final = str(Path(sys.executable).parent / "workbench")
DRIVER: Final = str(Path(__file__).with_name("driver.py"))
KEY: Final = "any"
ENV: Final = {
    **{name: value for name, value in os.environ.items() if name != "WORKBENCH_API_URL"},
    "PYTHONPATH": str(Path(workbench.__file__).parents[1]),
    "WORKBENCH_API_KEY": KEY,
}
"""The environment of every process that is begun: the workbench that the tests import, wherever it is begun."""

_LIMIT: Final = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code (negative: the signal), its stdout, its stderr, the seconds it took."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True, slots=True)
class Kill:
    """When to kill: `after` so many seconds, `at` a step (label, side, passage), or as soon as the server has carried out
    what `when` is looking for, before its answer leaves."""

    after: float | None = None
    at: tuple[str, str, int] | None = None
    when: Callable[[Event], bool] | None = None


class Driver:
    """The process of `driver.py`: one order at a time."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        env = {**ENV, "POLARS_MAX_THREADS": "1"}  # a few rows need no pool
        self._process = subprocess.Popen(
            [sys.executable, DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=folder
        )

    def begin(self, commands: Sequence[Sequence[object]], kill: Kill, limit: float = _LIMIT) -> int:
        """Starts commands, one after the other in one process; its number."""
        assert self._process.stdin is not None
        order = {
            "commands": [[str(word) for word in command] for command in commands],
            "out": str(self._out), "err": str(self._err), "after": kill.after, "at": kill.at, "limit": limit,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def end(self) -> Ended:
        """Waits for what was begun."""
        answer = self._answer()
        ended = Ended(answer["code"], self._out.read_text(), self._err.read_text(), answer["seconds"])
        assert ended.seconds < _LIMIT, f"it did not end: {ended}"
        assert ended.code != 99, ended.err
        return ended

    def close(self) -> None:
        """Ends the driver."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


class Scene:
    """A sandbox with its witness, a loaded session, and the driver. `rewind` puts all back to the beginning.

    With a `wire` the session knows the server by it; `grace` and `settings` are the session's.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        driver: Driver,
        folder: Path,
        *,
        wire: Wire | None = None,
        grace: float = 0.05,
        **settings: str,
    ) -> None:
        self.sandbox, self.driver, self.wire = sandbox, driver, wire
        self.witness = Witness(sandbox)
        self._loaded, self.session = folder / "loaded.session", folder / "k.session"
        kept = {"grace": str(grace), "concurrency": "4", **settings}
        made = self.run_all(
            ["load", self._loaded, "--api", wire.url if wire else sandbox.url],
            ["settings", self._loaded, *(f"{name}={value}" for name, value in kept.items())],
        )
        assert made.code == 0, made.err
        self.rewind()

    def rewind(self) -> None:
        """The server and the session as they were at first."""
        for found in self.session.parent.glob(f"*{self.session.name}*"):
            found.unlink()
        shutil.copy(self._loaded, self.session)
        self.witness.rewind()
        self.before = self.witness.records()

    def keep(self) -> None:
        """Makes the server and the session, as they stand, those that `rewind` goes back to."""
        shutil.copy(self.session, self._loaded)
        self.witness.keep()
        self.rewind()

    # -- running ------------------------------------------------------------------------------------------------------

    def run(self, name: str, *arguments: object, kill: Kill | None = None) -> Ended:
        """A command on the session: its name and what follows the session."""
        return self.run_all([name, self.session, *arguments], kill=kill)

    def run_all(self, *commands: Sequence[object], kill: Kill | None = None) -> Ended:
        """Commands, one after the other in one process, until one fails."""
        kill = kill or Kill()
        if kill.when is not None:
            return self._shot(commands, kill)
        self.driver.begin(commands, kill)
        return self.driver.end()

    def _shot(self, commands: Sequence[Sequence[object]], kill: Kill) -> Ended:
        """Runs commands and kills them from the server, in the middle of a call."""
        victims: queue.Queue[int] = queue.Queue()
        wanted = kill.when
        assert wanted is not None

        def shoot(event: Event) -> None:
            if wanted(event):
                self.witness.on_event = None
                os.kill(victims.get(timeout=_LIMIT), signal.SIGKILL)

        self.witness.on_event = shoot
        victims.put(self.driver.begin(commands, kill))
        ended = self.driver.end()
        self.witness.on_event = None
        return ended

    def done(self, name: str, *arguments: object) -> Ended:
        """A command that must end well."""
        ended = self.run(name, *arguments)
        assert ended.code == 0, ended
        return ended

    def status(self) -> dict[str, Any]:
        """What `status --json` says; the session must open."""
        return self.done("status", "--json").json

    def stage(self, payment_term: str, city: str, *, new: bool = False) -> None:
        """Stages an edit of every customer, and one of every address; with `new` a new address for every customer too."""
        commands = [
            ["stage", self.session, "--set", f"payment_term={payment_term}"],
            ["stage", self.session, "--table", "addresses", "--set", f"city={city}"],
        ]
        if new:
            cells = ("--set", f"city={city}", "--set", "type=shipping")
            commands.append(["stage", self.session, "--table", "addresses", "--new", *cells])
        ended = self.run_all(*commands)
        assert ended.code == 0, ended

    def finish(self, most: int = 30) -> dict[str, Any]:
        """Resumes until no run is unfinished, at most so often; the status then. What stopped over an array is given up."""
        for _ in range(most):
            now = self.status()
            if now["unfinished"] is None:
                return now
            ended = self.run("resume", "--json")
            assert ended.code in (0, 3, 4), ended
            if "look at it there" in ended.err:
                assert self.run("resume", "--abandon").code in (0, 3)
        raise AssertionError(f"still unfinished after {most} times: {ended}")

    # -- the model ----------------------------------------------------------------------------------------------------

    def account(self) -> Account:
        """What the session says, from a copy of its file."""
        return read_account(self.session)

    def sent(self) -> list[tuple[float, str, bytes]]:
        """Every PATCH call of ours that reached the server, whatever became of it: time, customer, body."""
        return [
            (call.time, call.path.rpartition("/")[2], call.body)
            for call in self.sandbox.log.calls("PATCH")
            if call.fault != "applied_late" and call.body not in self.witness.theirs
        ]

    def broken(self, account: Account | None = None) -> list[str]:
        """The promises that are broken at this moment; nothing may run now."""
        told = account or self.account()
        events, records = self.witness.seen()
        changes = [event for event in events if event.is_change and event.ours]
        return [
            *([] if told.integrity == "ok" else [f"integrity: {told.integrity}"]),
            *model.sent_without_intent(told, self.sent()),
            *model.applied_twice(told, changes),
            *model.untrue_outcomes(told, changes),
            *model.unexplained(told),
            *(str(found) for found in model.overwrites(told, events) if not found.in_window),
            *model.lost(told, events, records),
        ]

    def asked(self, payment_term: str, city: str) -> dict[str, dict[str, str]]:
        """What the two edits of `stage` ask for: customer -> path -> value."""
        return {
            id_: {"payment_term": payment_term, **{f"addresses[{a['id']}].city": city for a in record["addresses"]}}
            for id_, record in self.before.items()
        }

    def not_as_asked(self, payment_term: str, city: str) -> list[str]:
        """What differs from the beginning otherwise than by the edits of `stage`."""
        asked, made = self.asked(payment_term, city), self.account().made
        return self.not_as_asked_beyond({id_: {**cells, **made.get(id_, {})} for id_, cells in asked.items()})

    def not_as_asked_beyond(self, asked: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """What differs from the beginning otherwise than `asked` (customer -> path -> value)."""
        return model.not_as_asked(self.before, self.witness.records(), asked)
