"""The keys of a dialog in as many lines as they need: none is cut at the edge, and none stands apart from what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from screens.widgets.text_line import TextBlock

_GAP: Final = "  "


class KeyHints(TextBlock):
    """Each of `hints` is a key with what it does."""

    def __init__(self, *hints: str, classes: str | None = None) -> None:
        super().__init__(_GAP.join(hints), classes=classes)
        self._hints = hints

    def on_resize(self) -> None:
        """Other lines have room."""
        self.say_lines([(line,) for line in packed(self._hints, self.content_size.width)])


def packed(hints: Sequence[str], width: int) -> list[str]:
    """Lines of hints, each as full as a `width` allows."""
    lines: list[str] = []
    for hint in hints:
        longer = f"{lines[-1]}{_GAP}{hint}" if lines else hint
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(hint)
    return lines
