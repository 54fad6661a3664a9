"""What to do with a running commit: drain, cancel, or go on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.dialogs.dialog import Dialog
from screens.widgets.text_line import TextLine


class StopCommit(Dialog[str]):
    """Answers `drain` or `cancel`; None goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "answer('drain')", "Drain", id="stop.drain"),
        Binding("c", "answer('cancel')", "Cancel", id="stop.cancel"),
    ]

    def compose(self) -> ComposeResult:
        """The three ways. The commit is paused meanwhile."""
        with Vertical(id="frame"):
            yield TextLine("Stop the commit?", classes="title")
            yield TextLine("d    drain: stops when what is in flight is answered; sends nothing more")
            yield TextLine("c    cancel: stops at once; what was in flight is read back at resume")
            yield TextLine("Esc  neither: it goes on, or stays paused if it was")

    def action_answer(self, answer: str) -> None:
        """Answers."""
        self.dismiss(answer)
