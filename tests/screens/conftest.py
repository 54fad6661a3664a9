"""What the tests of the screens share: a small session, an app on it, waiting for conditions, and pictures."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual import events
from textual._wait import wait_for_idle
from textual.app import App
from textual.css.model import RuleSet
from textual.css.query import NoMatches
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.notifications import Notification, Notifications
from textual.pilot import Pilot
from textual.screen import Screen

from screens.app import WorkbenchApp
from screens.dialogs.are_you_sure import AreYouSure
from tests.form import LONG
from tests.screens.hostile_session import made_once
from tests.screens.walker import Walker, kept
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench

TERMS = ("NET 30", "NET30", "Net 30 ", "COD")
HOSTILE = ("\x1b]52;c;eA==\x07", "[@click=app.quit]x[/]", "Smith [/]", "مؤسسة الخليج", "株式会社東京本社", "a\u202eb")


def customer(number: int) -> dict[str, Any]:
    """One customer of the session that most tests use."""
    name = HOSTILE[number - 20] if 20 <= number < 20 + len(HOSTILE) else f"Company {number:03}"
    return {
        "id": f"c{number:03}",
        "name": name,
        "display_id": f"WC_{number:03}",
        "phone": "(415) 555-2671",
        "status": "active",
        "payment_term": TERMS[number % 4],
        "assigned_sales_reps": [{"id": "rep1", "first_name": "Ada", "last_name": "Byron"}],
        "addresses": [{"id": f"a{number:03}", "city": "Boston", "type": "billing", "is_default": True}],
        "contacts": [],
        "attributes": [{"id": f"t{number:03}", "name": "Color", "value": "red"}],
        "created_at": "2025-01-01T00:00:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
    }


@pytest.fixture(autouse=True)
def preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where preferences are kept: never the developer's own."""
    kept = tmp_path / "config" / "app.json"
    monkeypatch.setenv("WORKBENCH_CONFIG", str(kept))
    return kept


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Style sheets are parsed once, not for each app that is opened: a tenth of what it takes to open one."""
    kept: dict[Any, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parsed(self: Stylesheet, *args: Any, **options: Any) -> list[RuleSet]:
        key = (frozenset(self._variables.items()), args, frozenset(options.items()))
        if key not in kept:
            kept[key] = parse(self, *args, **options)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        yield


@pytest.fixture(scope="session", autouse=True)
def painted_when_looked_at() -> Iterator[None]:
    """A screen is painted when its test looks (at the end of each pause of the pilot), not sixty times a second for nobody: which
    moments are painted depends on no clock then. The long form, and the tests on a terminal, paint them all."""
    paint = Screen._compositor_refresh

    def held(self: Screen[Any]) -> None:
        if self is self.app.screen and self.app.is_headless:
            self._dirty_widgets.clear()  # the compositor knows which regions they take
        else:
            paint(self)

    async def looked(self: Pilot[Any], delay: float | None = None) -> None:
        await self._wait_for_screen()
        self.app.screen._on_timer_update()
        await (wait_for_idle(0) if delay is None else asyncio.sleep(delay))
        screen = self.app.screen
        screen._on_timer_update()
        if screen.is_current and screen._compositor._dirty_regions:
            paint(screen)

    with pytest.MonkeyPatch.context() as patch:
        if not LONG:
            patch.setattr(Screen, "_compositor_refresh", held)
            patch.setattr(Pilot, "pause", looked)
        yield


@pytest.fixture(scope="session", autouse=True)
def asked_if_busy() -> Iterator[None]:
    """The pilot waits until each widget has handled what was sent to it, by a message to each: a twelfth of what the tests of
    the screens did. One that waits for its next message has handled all; where all do, none is asked."""
    ask = Pilot._wait_for_screen

    async def waited(self: Pilot[Any], *options: Any) -> bool:
        for _ in range(20):
            if all(map(_waits, [self.app, *self.app.screen.walk_children(with_self=True)])):
                return True
            await asyncio.sleep(0)
        return await ask(self, *options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot, "_wait_for_screen", waited)
        yield


def _waits(pump: MessagePump) -> bool:
    """Whether it has nothing to handle and is at nothing, but for its next message."""
    ready = pump._message_queue.ready_event
    return not ready.is_set() and any(not waiter.done() for waiter in ready._waiters)  # type: ignore[attr-defined]


def forty(path: Path) -> None:
    """Makes a session of 40 customers from a file."""
    source = path.with_name("customers.ndjson")
    source.write_text("".join(json.dumps(customer(number)) + "\n" for number in range(40)))
    with Workbench.create(path) as bench:
        bench.load(file=source)


@pytest.fixture
def bench(tmp_path: Path, session_copy: Any) -> Iterator[Workbench]:
    """A session of 40 customers from a file."""
    with Workbench.open(session_copy(forty, tmp_path / "spring.session")) as bench:
        yield bench


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Workbench, Sandbox]]:
    """A session of 30 customers from a sandbox that answers."""
    with Sandbox(customers=30) as sandbox, Workbench.create(tmp_path / "served.session", key="k") as bench:
        bench.load(api=sandbox.url)
        yield bench, sandbox


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[Workbench, Sandbox]]:
    """The same, one request at a time and each of them slow: time to do something meanwhile."""
    with Sandbox(customers=30, latency=0.1) as sandbox, Workbench.create(tmp_path / "slow.session", key="k") as bench:
        bench.load(api=sandbox.url)
        bench.set_settings({"concurrency": "1"})
        yield bench, sandbox


class Desk:
    """An app under test: presses keys and waits until all that they began is done."""

    def __init__(self, app: WorkbenchApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        notes, self._said = app._notifications, [note.message for note in app._notifications]
        add = notes.add

        def heard(note: Notification) -> Notifications:
            self._said.append(note.message)
            return add(note)

        notes.add = heard  # type: ignore[method-assign]

    async def press(self, *keys: str) -> None:
        """Presses keys one by one, each after what the one before began."""
        for key in keys:
            await self.app._press_keys(
                [key]
            )  # the pilot's press, but that waits for the screen, which `quiet` does too
            await self.quiet()

    async def sure(self, *keys: str) -> None:
        """Presses keys that lead to a question, and says yes to it when it could have been read."""
        await self.press(*keys)
        question = self.app.screen
        assert isinstance(question, AreYouSure)
        await self.until(lambda: question.armed)
        await self.press("y")

    async def type(self, text: str) -> None:
        """Puts text into the input that has the focus, at once."""
        assert self.app.screen.focused is not None
        self.app.screen.focused.post_message(events.Paste(text))
        await self.quiet()

    async def quiet(self) -> None:
        """Waits until no worker runs and all messages are handled."""
        for _ in range(1500):
            for _ in range(10):  # to look at the workers costs nothing; to wait for the screen and to paint it does
                if self._rests():
                    break
                await asyncio.sleep(0.005)
            await self.pilot.pause()
            if self._rests():
                return
        raise AssertionError("a worker went on and on")

    def _rests(self) -> bool:
        return all(worker.is_finished for worker in self.app.workers)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for a condition; fails when it does not come to hold. It does not hold while what it asks is not on the screen."""
        for _ in range(6000):  # a minute at the least
            await self.pilot.pause()
            with suppress(NoMatches):
                if holds():
                    return
            await asyncio.sleep(0.01)
        raise AssertionError("what was waited for did not come")

    def text(self, selector: str) -> str:
        """What a line of text says."""
        return str(self.app.screen.query_one(selector).render())

    @property
    def said(self) -> str:
        """The messages that were shown, also those that are gone again."""
        return "\n".join(self._said)


@asynccontextmanager
async def opened(
    bench: Workbench, size: tuple[int, int] = (80, 24), api: str | None = None, *, toasts: bool = False
) -> AsyncIterator[Desk]:
    """The app on a workbench, ready for keys; with `toasts` its messages are painted too."""
    app = WorkbenchApp(bench, api=api)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        desk = Desk(app, pilot)
        await desk.quiet()
        yield desk


class Picture(SingleFileSnapshotExtension):
    """SVG pictures of an app, without the ids that differ from run to run."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    def serialize(self, data: Any, **_: Any) -> str:
        """The picture of an app."""
        svg = data.export_screenshot(simplify=True) if isinstance(data, App) else str(data)
        return re.sub(r"terminal-\d+", "terminal", svg)


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares the picture of an app with the one that was kept: `assert app == picture`."""
    return snapshot.use_extension(Picture)


@pytest.fixture
def open_app() -> Callable[..., Any]:
    """Opens the app on a workbench: `async with open_app(bench) as desk`."""
    return opened


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the hostile session, made once. It is not to be written to."""
    return made_once(tmp_path_factory)


@pytest.fixture(scope="module")
def hostile(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """The hostile session, open. No test that asks for it changes it."""
    copy = tmp_path_factory.mktemp("sinks") / made.name
    shutil.copy(made, copy)
    with Workbench.open(copy, key="k") as bench:
        yield bench


@pytest.fixture
def walkers(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Walker]]:
    """Opens a copy of the hostile session with the real command, on a terminal of so many `lines` and `columns`; afterwards
    nothing in it may be another."""
    monkeypatch.setenv("WORKBENCH_API_KEY", "any")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    copy = tmp_path / made.name
    shutil.copy(made, copy)
    started: list[Walker] = []

    def start(**size: int) -> Walker:
        walker = Walker("open", str(copy), **size)
        started.append(walker)
        walker.terminal.shows("500 of 500")
        walker.walk(b"")
        return walker

    before = kept(copy)
    try:
        yield start
        for walker in started:
            walker.leave()
    finally:
        for walker in started:
            walker.terminal.close()
    assert kept(copy) == before


@pytest.fixture(autouse=True)
def _checks_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Review asks the checks when it has rested for a second: in a test nobody waits for that, unless it says so."""
    monkeypatch.setattr("screens.review.showing.AT_REST", 3600.0)


@pytest.fixture
def checks_at_once(_checks_later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Review asks the checks at once."""
    monkeypatch.setattr("screens.review.showing.AT_REST", 0.01)
