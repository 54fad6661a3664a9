"""The line of the search: finds as you type, completes, keeps on Enter, rolls back on Esc, shows a mistake at its place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from screens.typed_ahead import TypedAhead
from screens.widgets.query_input import QueryInput
from screens.widgets.suggestion_line import SuggestionLine
from screens.widgets.text_line import TextBlock
from workbench.shown.text import ELLIPSIS

if TYPE_CHECKING:
    from workbench.search.completion import Suggestion

_AT_REST: Final = 0.08
"""Seconds without a key after which a search begins."""

_OF_A_MISTAKE: Final = 3
"""So many lines of a mistake are shown."""
_HINT: Final = "Tab takes  Shift+Tab another  ↑↓ earlier  Enter keeps  Esc rolls back  ? how"


class SearchBar(Vertical):
    """Posts `Asked` while a query is typed, `Completing` for suggestions, `Kept` when it stays, `RolledBack` when not. Keys
    typed behind Enter or Esc wait until these two were heard.

    Its three lines (the query, the place of a mistake, the suggestions) are there as long as it is open: nothing jumps. A query
    that is longer than a line takes more.
    """

    DEFAULT_CSS = """
    SearchBar { height: auto; display: none; }
    SearchBar.-open { display: block; }
    SearchBar > #mistake { color: $text-muted; padding: 0 1; max-height: 3; }
    SearchBar.-wrong > #mistake { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "roll_back", "Roll back", id="search.roll_back"),
        Binding("enter", "keep", "Keep", show=False, priority=True, id="search.enter"),
        Binding("tab", "take", "Take the suggestion", show=False, priority=True, id="search.take"),
        Binding("shift+tab", "another", "Another suggestion", show=False, priority=True, id="search.another"),
        Binding("up", "earlier(1)", "Earlier query", show=False, id="search.earlier"),
        Binding("down", "earlier(-1)", "Later query", show=False, id="search.later"),
        Binding("f1", "language", "How to search", show=False, id="search.language"),
    ]

    class Asked(Message):
        """The query changed and rests."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Ended(Asked):
        """The search is over; whoever hears it sets `heard`."""

        def __init__(self, query: str) -> None:
            super().__init__(query)
            self.heard = asyncio.Event()

    class Kept(Ended):
        """The query is to stay."""

    class RolledBack(Ended):
        """The query from before is to come back."""

    class Completing(Asked):
        """Suggestions are wanted for the cursor's place (0-based); `take`: the first one is to be taken when it is there."""

        def __init__(self, query: str, cursor: int, *, take: bool = False) -> None:
            super().__init__(query)
            self.cursor, self.take = cursor, take

    class Helped(Message):
        """The language is to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._before = ""
        self._asked = self._hint = ""
        self._came_from: Widget | None = None
        self._resting: Timer | None = None
        self._past: Sequence[str] = ()
        self._ago = 0
        self._draft = ""
        self._suggested_for: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """The input, and below it the place of a mistake and the suggestions."""
        yield QueryInput(placeholder='words, field:text, field:="exactly", has:email, is:staged', id="query")
        yield TextBlock(_HINT, id="mistake")
        yield SuggestionLine(id="suggestions")

    def on_mount(self) -> None:
        """Suggestions follow the cursor too."""
        self.watch(self.query_one(QueryInput), "selection", self._rest, init=False)

    @property
    def before(self) -> str:
        """The query that it was opened with."""
        return self._before

    def open(self, query: str, past: Sequence[str] = ()) -> None:
        """Opens with a query in it, selected as in any line: letters begin another, an arrow goes on with it. It is what Esc rolls
        back to. `past` are earlier ones, the newest first."""
        self._before, self._asked, self._draft = query, query, query
        self._past, self._ago = [one for one in past if one != query], 0
        if not self.has_class("-open"):
            self._came_from = self.screen.focused
        self.add_class("-open")
        field = self.query_one(QueryInput)
        with field.prevent(Input.Changed):
            field.value = query
        field.select_all()
        self.screen.set_focus(field)
        self.right()
        self._forget_suggestions()
        self._rest()

    def close(self) -> None:
        """Takes the line away; the keys go back to where they went before."""
        self._stop()
        self.screen.set_focus(self._came_from)
        self.remove_class("-open")
        self.right()

    def wrong(self, message: str, column: int) -> None:
        """Shows a mistake with a caret under its place (1-based) in the query, if that is in sight."""
        field = self.query_one(QueryInput)
        seat, width = field.seat(column - 1), field.content_size.width or self.app.size.width - 2
        said = message.removeprefix(f"column {column}: ")
        seen = seat.x if seat is not None else 0
        if seat is None:
            text = message
        elif seen + 2 + cell_len(said) <= width:
            text = " " * seen + f"^ {said}"
        elif cell_len(said) < seen:
            text = " " * (seen - cell_len(said) - 1) + f"{said} ^"
        else:
            text = f"at {column}: {said}"
        lines = wrap(text, width, drop_whitespace=False)
        if len(lines) > _OF_A_MISTAKE:
            text = "".join(lines[:_OF_A_MISTAKE])[:-1].rstrip() + ELLIPSIS
        self.query_one("#mistake", TextBlock).say(text)
        self.add_class("-wrong")

    def right(self, hint: str = "") -> None:
        """Takes a mistake away, or a hint; gives this one, if there is one."""
        if hint != self._hint or self.has_class("-wrong"):
            self._hint = hint
            self.remove_class("-wrong")
            self.query_one("#mistake", TextBlock).say((hint, "bold") if hint else _HINT)

    def add(self, query: str) -> None:
        """Puts a query behind what is typed."""
        self._put(f"{self.query_one(QueryInput).value.strip()} {query}".strip())

    def on_query_input_puzzled(self, message: QueryInput.Puzzled) -> None:
        """`?` where nothing is typed yet."""
        message.stop()
        self.action_language()

    def action_language(self) -> None:
        """Shows the language."""
        self.post_message(self.Helped())

    def suggest(self, query: str, cursor: int, found: Sequence[Suggestion], *, take: bool = False) -> None:
        """Shows how the query could go on at the cursor, if it is still the one that is typed; `take` takes the first."""
        if self.has_class("-open") and self._typed() == (query, cursor):
            self._suggested_for = (query, cursor)
            self.query_one(SuggestionLine).show(found)
            if take:
                self._take()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Waits until the typing rests."""
        event.stop()
        self._stop()
        self._resting = self.set_timer(_AT_REST, self._rested)

    def action_keep(self) -> None:
        """The query stays."""
        self._stop()
        self._asked = self.query_one(QueryInput).value  # the change may be told after the key that keeps it
        self._tell(self.Kept(self._asked))

    def action_roll_back(self) -> None:
        """The query from before comes back."""
        self._stop()
        self.close()
        self._tell(self.RolledBack(self._before))

    def _tell(self, message: Ended) -> None:
        """Posts how the search ended; keys wait until that was heard, for they would act on what was found before."""
        if self.post_message(message) and isinstance(self.app, TypedAhead):
            self.app.hold_keys(self.app.run_worker(message.heard.wait(), group="search told"))

    def action_take(self) -> None:
        """Takes the chosen suggestion; if none is there yet, the first one when it comes."""
        if self._suggested_for == self._typed():
            self._take()
        else:
            self._stop()
            self.post_message(self.Completing(*self._typed(), take=True))

    def action_another(self) -> None:
        """Chooses the next suggestion."""
        self.query_one(SuggestionLine).choose_next()

    def action_earlier(self, step: int) -> None:
        """Puts an earlier query into the line, or a later one; after the newest comes what was typed."""
        field = self.query_one(QueryInput)
        if self._ago == 0:
            self._draft = field.value
        ago = max(min(self._ago + step, len(self._past)), 0)
        if ago != self._ago:
            self._ago = ago
            self._put(self._past[ago - 1] if ago else self._draft)

    def _take(self) -> None:
        line = self.query_one(SuggestionLine)
        if line.found:
            self._put(*line.found[line.chosen].taken(self.query_one(QueryInput).value))

    def _put(self, query: str, cursor: int | None = None) -> None:
        """Another query in the line."""
        field = self.query_one(QueryInput)
        field.value = query
        field.cursor_position = len(query) if cursor is None else cursor
        self._forget_suggestions()

    def _typed(self) -> tuple[str, int]:
        field = self.query_one(QueryInput)
        return field.value, field.cursor_position

    def _rest(self) -> None:
        """The cursor moved: suggestions for its place, when it rests."""
        if self.has_class("-open") and self._resting is None:
            self._resting = self.set_timer(_AT_REST, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if not self.has_class("-open"):  # a change that was told late: what is typed was kept or rolled back
            return
        query, cursor = self._typed()
        if query != self._asked:
            self._asked = query
            self.post_message(self.Asked(query))
        if self._suggested_for != (query, cursor):
            self.post_message(self.Completing(query, cursor))

    def _forget_suggestions(self) -> None:
        self._suggested_for = None
        self.query_one(SuggestionLine).show(())

    def _stop(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
