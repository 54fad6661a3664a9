"""A field with what it is for beside it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextLine


class Labelled(Horizontal):
    """A line of a form: the `label` at the left, the field behind it. It is shown or not as one."""

    DEFAULT_CSS = """
    Labelled { height: 1; }
    Labelled TextLine { width: 22; max-width: 40%; color: $text-muted; }
    Labelled LineInput { width: 1fr; }
    """

    def __init__(self, label: str, field: LineInput, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label, self.field = label, field

    def compose(self) -> ComposeResult:
        """The label, and the field."""
        yield TextLine(self._label)
        yield self.field

    def call(self, label: str) -> None:
        """Another label; without one the line is not shown."""
        self.display = bool(label)
        if label != self._label:
            self._label = label
            self.query_one(TextLine).say(label)


def note() -> Labelled:
    """The line for a note, which has the id `note`."""
    return Labelled("a note: why", LineInput(placeholder="may stay empty", id="note"))
