"""The three values of a conflict, with what differs in them marked."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from screens.lines import Part
from screens.widgets.difference import differing
from screens.widgets.text_line import TextBlock


class ThreeValues(VerticalScroll, can_focus=True):
    """Paints what was loaded, what the server holds now, and what is staged."""

    DEFAULT_CSS = """
    ThreeValues { padding: 0 1; scrollbar-size: 1 1; }
    ThreeValues:focus { background-tint: $foreground 3%; }
    """

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield TextBlock(id="values")

    def say(self, text: str) -> None:
        """Shows a sentence instead."""
        self.query_one(TextBlock).say(text)

    def show(self, label: str, path: str, values: Mapping[str, str], *, gone: bool) -> None:
        """Shows a conflict: the customer, the path, and the values `loaded`, `theirs` and `ours`."""
        loaded, theirs, ours = values["loaded"], values["theirs"], values["ours"]
        theirs_told: list[Part] = ["the server no longer has it"] if gone else differing(theirs, loaded, "bold reverse")
        lines: list[tuple[Part, ...]] = [
            ((label, "bold"), f"  {path}"),
            (("  loaded   ", "dim"), *differing(loaded, "", "")),
            (("t theirs   ", "bold"), *theirs_told),
            (("o ours     ", "bold"), *differing(ours, loaded, "bold underline")),
        ]
        self.query_one(TextBlock).say_lines(lines)
        self.scroll_home(animate=False)
