"""What accepted clusters come to, counted and shown before Enter stages them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.dialogs.counted import Counted
from screens.dialogs.to_be_read import ToBeRead
from screens.widgets.labelled import note
from screens.widgets.line_input import LineInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.problems.clusters import Clusters
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench


class StageClusters(ToBeRead[str], Counted[str]):
    """Answers a note (which may be empty) if the clusters are to be staged. Enter counts only when the figures have been painted
    and a moment more: nobody types ahead into them."""

    DEFAULT_CSS = "StageClusters #examples { height: 6; }"

    def __init__(self, bench: Workbench, found: Clusters, ids: Sequence[str], winners: Mapping[str, str]) -> None:
        super().__init__()
        self._bench, self._found, self._ids, self._winners = bench, found, ids, winners

    def compose(self) -> ComposeResult:
        """How many clusters, a note, and what they would do."""
        name = f"{self._found.field.table}.{self._found.field.name}"
        with Vertical(id="frame"):
            yield TextLine(f"One spelling for {count(len(self._ids), 'cluster')} of {name}", classes="title")
            yield note()
            yield TextLine(id="counts")
            yield TextBlock(id="examples")
            yield TextLine("Enter stages all of it as one operation   Esc goes back to the clusters", classes="quiet")

    def on_mount(self) -> None:
        """Counts."""
        self.query_one(LineInput).focus()
        self.say("counting ..")
        self.recount()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A note changes nothing."""
        event.stop()

    def action_stage(self) -> None:
        """Accepts what has been shown, and nothing sooner."""
        if self.armed:
            super().action_stage()

    def asked(self) -> str:
        """There is one thing to ask."""
        return "clusters"

    def missing(self) -> str:
        """Nothing is."""
        return ""

    def count(self, asked: str) -> Staged:
        """What the clusters would do."""
        return self._bench.stage_clusters(self._found, self._ids, winners=self._winners, dry_run=True)

    def accept(self, asked: str) -> None:
        """Answers the note."""
        self.dismiss(self.query_one(LineInput).value.strip())

    def _say_counted(self, before: str = "") -> None:
        super()._say_counted(before)
        self.arm_when_read()

    def answers(self, key: str) -> bool:
        """The note may be typed at once."""
        return key == "enter"
