"""One of a few words, chosen with the arrows or by how it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from screens.widgets.text_line import TextLine


class Choice(TextLine, can_focus=True):
    """Shows all of them, the chosen one reversed. `value` is the chosen word."""

    DEFAULT_CSS = """
    Choice { background: $boost; padding: 0 1; }
    Choice:focus { background: $boost; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "choose(1)", "The next one", show=False, id="choice.next"),
        Binding("left", "choose(-1)", "The previous one", show=False, id="choice.previous"),
    ]
    value: reactive[str] = reactive("", init=False)

    def __init__(self, words: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = list(words)
        self.set_reactive(Choice.value, words[0])

    def on_mount(self) -> None:
        """Paints them."""
        self.watch_value()

    def watch_value(self) -> None:
        """Paints another one reversed."""
        self.say(*((f" {word} ", "reverse" if word == self.value else "") for word in self._words))

    def action_choose(self, step: int) -> None:
        """Chooses the next one, or the previous."""
        self.value = self._words[(self._words.index(self.value) + step) % len(self._words)]

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the next word that begins with it; of one that begins none it is said that nothing is typed here."""
        if not event.character or not event.character.isalnum():
            return
        event.stop()
        event.prevent_default()
        here = self._words.index(self.value)
        onward = [*self._words[here + 1 :], *self._words[: here + 1]]
        found = next((word for word in onward if word.startswith(event.character.casefold())), "")
        if found:
            self.value = found
        else:
            self.notify(f"nothing is typed here: ← → choose one of {', '.join(self._words)}", markup=False)

    def on_click(self, event: events.Click) -> None:
        """A click chooses the next one."""
        event.stop()
        self.action_choose(1)
