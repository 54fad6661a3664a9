"""A line of text that reads no markup and lets nothing through that a terminal would obey."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from screens.lines import Part
from workbench.shown.text import safe


class TextLine(Static):
    """One line, cut at the edge. `say` replaces what it says."""

    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *parts: Part, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text_of(*parts), markup=False, id=id, classes=classes)

    def say(self, *parts: Part) -> None:
        """Shows these parts, one after the other. The screen is laid out anew only where the text decides on the size."""
        self.update(text_of(*parts), layout=self.styles.auto_dimensions)


class TextBlock(TextLine):
    """Several lines, wrapped."""

    DEFAULT_CSS = "TextBlock { height: auto; text-wrap: wrap; }"

    def say_lines(self, lines: list[tuple[Part, ...]]) -> None:
        """Shows these lines, each of parts."""
        self.update(Content("\n").join(text_of(*line) for line in lines))


def text_of(*parts: Part) -> Content:
    """Parts as one Content: every text made safe, styles only where they were given."""
    return Content.assemble(*(safe(part) if isinstance(part, str) else (safe(part[0]), part[1]) for part in parts))
