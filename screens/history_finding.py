"""Finding what was done by its words, as you type."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from screens.history_acts import NOTHING, HistoryActs
from screens.widgets.find_bar import FindBar

_WORDS = 30
"""So many characters of what is looked for are said."""


class HistoryFinding(HistoryActs):
    """Goes to the lines whose text holds all the words that are typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,ctrl+f", "find", "Find in it", show=False, id="history.find"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._from = 0

    def told(self, entry: dict[str, Any]) -> tuple[str, ...]:
        """The cells of the line of an entry (see `History`)."""
        raise NotImplementedError

    def action_find(self) -> None:
        """Opens the line that finds, unless there is nothing."""
        if not self.entries:
            self.desk.say(NOTHING)
            return
        self._from = self.grid.cursor.position
        self.query_one(FindBar).open()

    def on_find_bar_asked(self, message: FindBar.Asked) -> None:
        """Goes to the first line that has the text, from where the search began."""
        self._find(message.text, self._from, 1)

    def on_find_bar_further(self, message: FindBar.Further) -> None:
        """Goes to another one."""
        self._find(message.text, self.grid.cursor.position + message.step, message.step)

    def on_find_bar_kept(self, message: FindBar.Kept) -> None:
        """Stays, if it is a line that has the text; a burst may have outrun what was asked."""
        if not self._has(self.grid.cursor.position, message.text.casefold().split()):
            self._find(message.text, self._from, 1)

    def on_find_bar_rolled_back(self) -> None:
        """Goes back to where the search began."""
        self.grid.go_to(position=self._from)

    def _find(self, text: str, start: int, step: int) -> None:
        """Goes to the next line that has all words, round the end too; says where there is none."""
        words, there = text.casefold().split(), len(self.entries)
        places = (place % there for place in range(start, start + step * there, step))
        found = next((place for place in places if self._has(place, words)), None)
        if found is None:
            self.desk.say(f"nothing that was done has: {text[:_WORDS]}")
        else:
            self.grid.go_to(position=found if words else self._from)

    def _has(self, place: int, words: list[str]) -> bool:
        told = " ".join(self.told(self.entries[place])).casefold()
        return all(word in told for word in words)
