"""The three values of a conflict, with what differs in them marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from screens.lines import Part
from screens.widgets.difference import differing
from screens.widgets.reading_pane import ReadingPane


class ThreeValues(ReadingPane):
    """Paints what was loaded, what the server holds now, and what is staged."""

    TEXT: ClassVar[str] = "values"

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
        self.say_lines(lines)
