"""The sessions that there are, the one changed last first."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.home.first_load import Picked
from screens.home.new import NewFromApi, NewFromFile, NewSandbox
from screens.lines import Part
from screens.refusing import Refusing
from screens.widgets.grid import Grid
from screens.widgets.keys_line import KeysLine
from screens.widgets.listed_rows import ListedRows
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import Titled, title
from workbench.shown.sessions import Listed, State, listed, sessions_in, stamps
from workbench.shown.text import count

if TYPE_CHECKING:
    from screens.home.app import HomeApp

_COLUMNS: Final = ("session", "customers", "staged", "operations", "state", "last changed")
_FIGURES: Final = ("customers", "staged", "operations")
_NONE: Final = "no session yet: a loads from your API, f from a file, s tries a sandbox"
_WARNED: Final = (State.HELD, State.DAMAGED, State.UNREAD, State.UNFINISHED)
_AGES: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_WATCH_EVERY: Final = 2.0
_AGED: Final = 60.0
"""Seconds after which how long ago a session was changed is said anew."""
Stamps = frozenset[tuple[str, int, int]]


class Sessions(Refusing):
    """A list. What a session holds is looked at in a thread, and none of them is opened for that."""

    DEFAULT_CSS = """
    Sessions #where { background: $panel; }
    Sessions #session { height: 5; padding: 0 1; }
    """
    PLACE: ClassVar[str] = "home"
    """What the ids of its keys begin with."""
    WAY: ClassVar[str] = (
        "A session is a file that holds customers and all that was done to them. Enter opens one. a loads a new one from your "
        "API, f from a file; s starts a sandbox to try things on. Nothing is sent from here."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="home.open"),
        Binding("a", "api", "New from an API", id="home.api"),
        Binding("f", "file", "New from a file", id="home.file"),
        Binding("s", "sandbox", "Sandbox", id="home.sandbox"),
        Binding("r", "look", "Look again", show=False, id="home.look"),
        Binding("q", "app.quit", "Quit", id="home.quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.sessions: list[Listed] = []
        self._at = time.time()
        self._looked: Stamps = frozenset()
        self._stood: Stamps = frozenset()

    @property
    def home(self) -> HomeApp:
        """The app, as its own type."""
        return cast("HomeApp", self.app)

    def compose(self) -> ComposeResult:
        """Where they are, the list, and below it all that there is to say of the one under the cursor."""
        yield TextLine(id="where")
        with Titled():
            yield Grid(self._listed(), pinned=1, id="sessions")
        yield TextBlock(id="session", classes="pane")
        yield KeysLine(self.refusal)

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one(Grid)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.grid.empty = "looking .."
        title(self.query_one(Titled), "Sessions, the newest first", "⏎ opens, s tries a sandbox")
        title(self.query_one("#session"), "The session", "")
        self.grid.focus()
        self.set_interval(_WATCH_EVERY, self.watch_folder)

    def on_screen_resume(self) -> None:
        """Looks again: something may have been made, or let go."""
        self.action_look()

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """What was said here would cover the form that comes now."""
        self.home.forget_said(before=event.time)

    def on_grid_moved(self) -> None:
        """Says all of the session under the cursor."""
        one = self.session
        self.query_one("#session", TextBlock).say_lines(_told(one, self._at) if one else [])

    def on_grid_chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    @property
    def session(self) -> Listed | None:
        """The session under the cursor."""
        return self.sessions[self.grid.row] if self.grid.row is not None else None

    def action_look(self) -> None:
        """Looks at the folder again."""
        folder = self.home.folder
        self.home.hold_keys(self.home.look(lambda: _seen(folder), self._show_seen, group="sessions"))

    def watch_folder(self) -> None:
        """Looks again by itself when the files of the sessions are others than they were, and stand still: whoever writes one
        just now is left alone. Only while this is what is seen."""
        if self.app.screen is self:
            folder = self.home.folder
            self.home.look(lambda: stamps(folder), self._watched, group="watch")

    def _watched(self, now: Stamps) -> None:
        stands, self._stood = now == self._stood, now
        if stands and now != self._looked:
            folder = self.home.folder
            self.home.look(lambda: _seen(folder), self._show_seen, group="watch")
        elif self.sessions and time.time() - self._at >= _AGED:
            self._show(self.sessions)

    def refusal(self, action: str) -> str:
        """Nothing can be opened where there is no session, or one that is held or damaged."""
        one = self.session
        if action != "open" or (one is not None and one.opens):
            return ""
        if one is None:
            return _NONE
        return f"{one.name} is {one.says}" if one.state is State.HELD else f"{one.name} is {one.state}: {one.says}"

    def action_open(self) -> None:
        """Opens the session under the cursor, if it can be; one that was held may be free by now, so it is looked at again."""
        one = self.session
        if one is not None and one.state is State.HELD:
            self.home.hold_keys(self.home.look(lambda: listed(one.path), self._open_if_free, group="sessions"))
            return
        self._open()

    def _open_if_free(self, seen: Listed) -> None:
        self._show([seen if one.path == seen.path else one for one in self.sessions])
        if self.session is not None and self.session.path == seen.path:
            self._open()

    def _open(self) -> None:
        if not self.refuses("open") and self.session is not None:
            self.home.pick(Picked(self.session.path), by_key=True)

    def action_api(self) -> None:
        """Asks for an API and loads from it."""
        self.app.push_screen(NewFromApi(self.home.folder, self.home.api, self.home.key))

    def action_file(self) -> None:
        """Asks for a file and loads it."""
        self.app.push_screen(NewFromFile(self.home.folder))

    def action_sandbox(self) -> None:
        """Asks how many sample customers, and starts a sandbox with them."""
        self.app.push_screen(NewSandbox())

    def _show_seen(self, seen: tuple[Stamps, list[Listed]]) -> None:
        self._looked, found = seen
        self._show(found)

    def _show(self, found: list[Listed]) -> None:
        here = self.session
        self.sessions, self._at = found, time.time()
        self.grid.empty = _NONE
        self.grid.show(self._listed(), measure=True)
        paths = [one.path for one in found]
        self.grid.go_to(position=paths.index(here.path) if here is not None and here.path in paths else None)
        where = f"  {count(len(found), 'session')} in {self.home.folder}"
        self.query_one("#where", TextLine).say((" workbench ", "reverse bold"), where)
        self.on_grid_moved()

    def _listed(self) -> ListedRows:
        return ListedRows(
            _COLUMNS, len(self.sessions), lambda place: _line(self.sessions[place], self._at), figures=_FIGURES
        )


def _seen(folder: Path) -> tuple[Stamps, list[Listed]]:
    before = stamps(folder)  # what changes while they are looked at is seen the next time
    return before, sessions_in(folder)


def _line(one: Listed, now: float) -> tuple[str, ...]:
    staged = "?" if one.staged is None and one.operations else one.staged  # only opening it tells
    counts = (
        f"{number:,}" if isinstance(number, int) else number or "" for number in (one.customers, staged, one.operations)
    )
    state = one.says.partition(";")[0] if one.state is State.HELD else one.state
    return one.name, *counts, f"{'! ' if one.state in _WARNED else ''}{state}", _ago(now - one.changed)


def _told(one: Listed, now: float) -> list[tuple[Part, ...]]:
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.changed))
    origin = f"  of {one.origin}" if one.origin else ""
    part = f"  loaded in part: {one.part}" if one.part else ""
    lines: list[tuple[Part, ...]] = [((one.name, "bold"), f"{origin}{part}  changed {at}")]
    if str(one.path) not in one.says:
        lines.append(((str(one.path), "dim"),))
    return [*lines, ((one.says, "bold" if one.state in _WARNED else ""),)] if one.says else lines


def _ago(seconds: float) -> str:
    """How long ago, in the largest unit that is whole."""
    for size, unit in _AGES:
        if seconds >= size:
            return f"{count(int(seconds // size), unit)} ago"
    return "just now"
