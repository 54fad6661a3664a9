"""A line of text that reads no markup and lets nothing through that a terminal would obey."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from screens.lines import Part
from screens.widgets.steady_strip import steady_strip
from workbench.shown.text import ELLIPSIS, safe


def _below(lines: int) -> str:
    return f"{lines:,} more below" if lines else ""


class TextLine(Static):
    """One line, cut at the edge. `say` replaces what it says."""

    MOST: ClassVar = 1_000
    """Characters of a part that are looked at: more are never seen, and a megabyte would stall the keys."""
    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *parts: Part, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text_of(*parts, most=self.MOST), markup=False, id=id, classes=classes)

    def render_line(self, y: int) -> Strip:
        """One of its lines, as wide as it is: what a terminal draws wider than was thought goes into the room that is left of it,
        and what is painted there later takes no letter of it away."""
        line = super().render_line(y)
        return (
            line
            if line.text.isascii()
            else steady_strip(line.adjust_cell_length(self.content_size.width, self.rich_style))
        )

    def say(self, *parts: Part) -> None:
        """Shows these parts, one after the other. What it shows already is not sent to the terminal again."""
        content = text_of(*parts, most=self.MOST)
        if content != self.content or content.spans != getattr(self.content, "spans", ()):
            self.update(content, layout=self._needs_room(content))

    def _needs_room(self, content: Content) -> bool:
        """Whether the screen has to be arranged anew for what it is to say."""
        return False


class TextBlock(TextLine):
    """Several lines, wrapped."""

    MOST: ClassVar = 50_000
    DEFAULT_CSS = "TextBlock { height: auto; text-wrap: wrap; text-overflow: fold; }"

    def say_lines(self, lines: list[tuple[Part, ...]]) -> None:
        """Shows these lines, each of parts."""
        content = Content("\n").join(text_of(*line, most=self.MOST) for line in lines)
        self.update(content, layout=self._needs_room(content))

    def say_what_fits(self, lines: list[tuple[Part, ...]], more: Callable[[int], str] = _below) -> None:
        """Shows these lines as far as there is room for them whole, the first in any case, and below them what is to be said when
        so many of them have no room (nothing if it is empty)."""
        width, room, shown = self.content_size.width, self.content_size.height, len(lines)
        if width and room:
            tall = [text_of(*line, most=self.MOST).get_height(self.styles, width) for line in lines]  # type: ignore[arg-type]
            while shown > 1 and sum(tall[:shown]) + bool(more(len(lines) - shown)) > room:
                shown -= 1
        said = more(len(lines) - shown)
        self.say_lines([*lines[:shown], *([(said,)] if said else [])])

    def _needs_room(self, content: Content) -> bool:
        """If it is not as many lines as it stands in: to arrange the screen sends all of it."""
        width = self.size.width
        return not width or content.get_height(self.styles, width) != self.size.height  # type: ignore[arg-type]


def text_of(*parts: Part, most: int = TextBlock.MOST) -> Content:
    """Parts as one Content: every text made safe, no more than `most` characters of it, styles only where they were given."""
    told = ((part, "") if isinstance(part, str) else part for part in parts)
    shown = ((safe(text if len(text) <= most else text[:most] + ELLIPSIS), style) for text, style in told)
    return Content.assemble(*((text, style) if style else text for text, style in shown))
