"""The line of suggestions below a search: as many as fit, the chosen one reversed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from screens.lines import Part
from screens.widgets.text_line import TextLine
from workbench.shown.text import fit, revealed

if TYPE_CHECKING:
    from workbench.search.completion import Suggestion

_WIDEST: Final = 32
"""Cells of one suggestion at most."""


class SuggestionLine(TextLine):
    """Suggestions side by side. `chosen` is the place of the one that would be taken."""

    DEFAULT_CSS = "SuggestionLine { padding: 0 1; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found: Sequence[Suggestion] = ()
        self.chosen = 0
        self._first = 0

    def show(self, found: Sequence[Suggestion]) -> None:
        """Shows these; the first one is chosen."""
        self.found, self.chosen, self._first = found, 0, 0
        self._paint()

    def choose_next(self) -> None:
        """Chooses the next one, after the last the first."""
        if self.found:
            self.chosen = (self.chosen + 1) % len(self.found)
            self._paint()

    def on_resize(self) -> None:
        """As many as fit now."""
        self._paint()

    def _paint(self) -> None:
        texts = [_text(one) for one in self.found]
        self._first = min(self._first, self.chosen)
        while self._first < self.chosen and self._beyond(texts[self._first : self.chosen + 1]):
            self._first += 1
        parts: list[Part] = [("… ", "dim")] if self._first else []
        for place, text in enumerate(texts[self._first :], self._first):
            parts += [(f" {text} ", "reverse" if place == self.chosen else ""), " "]
        self.say(*parts)

    def _beyond(self, texts: Sequence[str]) -> bool:
        return sum(cell_len(text) + 3 for text in texts) + 2 > self.content_size.width > 0


def _text(one: Suggestion) -> str:
    label = revealed(one.label[: 4 * _WIDEST])
    label = fit(label, _WIDEST) if cell_len(label) > _WIDEST else label
    return label if one.count is None else f"{label} {one.count:,}"
