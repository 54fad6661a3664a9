"""Titles of panes: a name, and the one or two keys that matter there, on a rule above."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from screens.lines import Part
from screens.widgets.steady_strip import steady_strip
from screens.widgets.text_line import TextLine, text_of

_RULE = "─"


def title(pane: Widget, name: str, keys: str = "", *parts: Part) -> None:
    """Names a pane that has a border above, with its keys; `parts` stand between them. What it says already is left. A border at a
    side makes a corner, and that leaves a blank at its end itself."""
    left, right = ("" if side[0] else " " for side in (pane.styles.border_left, pane.styles.border_right))
    more = " " if keys or parts else right
    told = text_of((f"{left}{name}{more}", "bold"), *parts, (f" {keys}{right}", "dim") if keys else "")
    if told.markup != pane.border_title:
        pane.border_title = told


class Titled(Vertical):
    """A list under its title; where lines are few it has none (see `PaneScreen`)."""


class RuledLine(TextLine):
    """A line that says something and goes on as a rule, as a title on a border does."""

    def render_line(self, y: int) -> Strip:
        """The text, and the rule behind it."""
        line, width = Static.render_line(self, y), self.size.width
        said = cell_len(line.text.rstrip()) + 1
        if said < width:
            rule = Strip([Segment(_RULE * (width - said), self.rich_style)])
            line = Strip.join([line.adjust_cell_length(said, self.rich_style), rule])
        return steady_strip(line)
