"""A line of text that reads no markup and lets nothing through that a terminal would obey."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from screens.lines import Part
from screens.widgets.steady_strip import steady_strip
from workbench.shown.text import safe


class TextLine(Static):
    """One line, cut at the edge. `say` replaces what it says."""

    _GROWS: ClassVar = False
    """Whether its size depends on what it says."""
    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *parts: Part, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text_of(*parts), markup=False, id=id, classes=classes)

    def render_line(self, y: int) -> Strip:
        """One of its lines, as wide as it is."""
        return steady_strip(super().render_line(y))

    def say(self, *parts: Part) -> None:
        """Shows these parts, one after the other. What it shows already is not sent to the terminal again."""
        content = text_of(*parts)
        if content != self.content or content.spans != getattr(self.content, "spans", ()):
            self.update(content, layout=self._GROWS)


class TextBlock(TextLine):
    """Several lines, wrapped."""

    _GROWS: ClassVar = True
    DEFAULT_CSS = "TextBlock { height: auto; text-wrap: wrap; text-overflow: fold; }"

    def say_lines(self, lines: list[tuple[Part, ...]]) -> None:
        """Shows these lines, each of parts."""
        self.update(Content("\n").join(text_of(*line) for line in lines))


def text_of(*parts: Part) -> Content:
    """Parts as one Content: every text made safe, styles only where they were given."""
    return Content.assemble(*(safe(part) if isinstance(part, str) else (safe(part[0]), part[1]) for part in parts))
