"""Keys that do nothing on the line under the cursor: the line of keys leaves them out, and pressing one says why.

Textual's `check_action` cannot say why: a key that is refused there goes on to what it is bound to elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from textual import events

from screens.dialogs.no_typing import NoTyping
from screens.panes import PaneScreen
from screens.widgets.keys_line import KeysLine

if TYPE_CHECKING:
    from screens.safe_app import SafeApp

_TYPED: Final = frozenset(("edit", "find", "note", "value", "waive"))
"""Actions, by name, that open a line to type into: whoever is used to it types on."""


class Refusing(PaneScreen):
    """A screen of which some keys depend on where the cursor is."""

    def refusal(self, action: str) -> str:
        """Why an action (its name) does nothing here and now, in a line for people; empty if it does something."""
        return ""

    def refuses(self, action: str) -> bool:
        """Whether an action does nothing here; says why."""
        why = self.refusal(action)
        if why and action in _TYPED:
            self.say_no_typing(why)
        elif why:
            cast("SafeApp", self.app).say(why)
        return bool(why)

    def say_no_typing(self, why: str) -> None:
        """Says why nothing can be typed now; what is typed all the same is no command."""
        self.app.push_screen(NoTyping(why))

    def on_grid_moved(self) -> None:
        """Other keys apply to another line."""
        self.keys_changed()

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """Under a dialog, none of them is in force."""
        for line in self.query(KeysLine):
            line.cover(True)

    def on_screen_resume(self) -> None:
        """They are again."""
        for line in self.query(KeysLine):
            line.cover(False)

    def keys_changed(self) -> None:
        """Shows the keys that apply now."""
        for line in self.query(KeysLine):
            line.catch_up()
