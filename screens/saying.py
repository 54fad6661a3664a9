"""What an app says in passing: one message at a time, which holds until something else is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.actions import ActionParseResult, parse
from textual.widgets import Input
from textual.widgets._toast import ToastRack

from screens.typed_ahead import Typed, TypedAhead, now
from workbench.errors import WorkbenchError
from workbench.shown.text import ELLIPSIS, safe

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.notifications import Notification, Notify

_SAID: Final = 600
"""Characters of a message."""
_MOVES: Final = frozenset((
    "move", "page", "top", "bottom", "first_column", "last_column", "edge", "end", "home", "scroll", "list", "extend",
    "section", "cluster", "read", "cursor_left", "cursor_right", "focus_next", "focus_previous",
))  # fmt: skip
"""Actions, by name, that only lead from place to place: nothing that was said is untrue after them."""


class Saying(TypedAhead):
    """An app whose messages read no markup, cover little, and tell of the moment that is seen."""

    SAID_FOR: ClassVar[float] = 4.0
    """Seconds for which a message stands if nothing is done."""
    _said_at = 0.0

    def on_notify(self, event: Notify) -> None:
        """One message in passing at a time, the newest: two would tell of two moments, and cover the ends of the lines above the
        keys. Warnings and errors stay, each of them once."""
        if event.notification.severity == "information":
            self.forget_said()
        self.take_back(event.notification.message)

    def say(self, text: str, severity: str = "information") -> None:
        """Shows a short message, once; nothing in it is read as markup. It tells of this moment: what is done next takes it away
        (see `forget_said`)."""
        self._said_at = now()
        self.notify(in_passing(text), severity=severity, timeout=self.SAID_FOR, markup=False)  # type: ignore[arg-type]

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Does what a key, the palette or the help asks for: what was said before holds no longer, unless that only moves."""
        name = parse(action)[1] if isinstance(action, str) else action[1]
        if name not in _MOVES:
            self.forget_said()
        return await super().run_action(action, default_namespace, namespaces)

    async def on_event(self, event: events.Event) -> None:
        """A click does something too."""
        if isinstance(event, events.MouseDown):
            self.forget_said()
        await super().on_event(event)

    def say_wrong(self, error: WorkbenchError) -> None:
        """Shows why something was not done."""
        self.say_why_not(error.in_commands)

    def say_why_not(self, why: str) -> None:
        """Shows why something was not done: once, however often it is tried."""
        self.notify(in_passing(why), severity="error", timeout=8, markup=False)

    def take_back(self, text: str) -> None:
        """Takes a message away that holds no longer."""
        self._let_go(lambda shown: shown.message == in_passing(text))

    def forget_said(self, before: float = inf) -> None:
        """Takes away what was said in passing (`before` that time, by the clock of events): something else is done now, or another
        place comes that it would cover. Warnings and errors stay."""
        if self._said_at < before:
            self._let_go(lambda shown: shown.severity == "information")

    def _let_go(self, which: Callable[[Notification], bool]) -> None:
        gone = list(filter(which, list(self._notifications)))
        for shown in gone:
            self._unnotify(shown)
        if gone:
            for rack in (rack for screen in self.screen_stack[:-1] for rack in screen.query_children(ToastRack)):
                self.call_later(rack.show, self._notifications)  # what is behind a dialog is seen too

    async def typed(self, event: Typed) -> None:
        """Text that is typed or pasted does something, though it is no action."""
        if isinstance(event, events.Paste) or (event.is_printable and isinstance(self.focused, Input)):
            self.forget_said()
        await super().typed(event)


def safe_lines(text: str) -> str:
    """Safe text whose own line breaks stay."""
    return "\n".join(safe(line) for line in text.splitlines())


def in_passing(text: str) -> str:
    """Safe text for a message: what is longer than people read in passing is cut, and a megabyte stalls no key."""
    return safe_lines(text if len(text) <= _SAID else text[:_SAID] + ELLIPSIS)
