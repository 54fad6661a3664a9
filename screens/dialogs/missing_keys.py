"""The values that a search lists (pasted keys, picked values) and nobody has: all of them, to be read and copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.reading import Reading
from screens.lines import Part
from screens.widgets.text_line import TextLine
from workbench.shown.text import count, revealed

_MOST: Final = 2_000
"""So many lines are painted; all are copied."""
_LONGEST: Final = 300


class MissingKeys(Reading[None]):
    """Lists them in their order; beside one what is there that differs from it in blanks or case alone (`near`)."""

    PART = "a part of a value"
    SAYS = "y copies all of them   / finds one   Esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("at,enter", "leave", "Leave", show=False, id="missing.leave"),
        Binding("y", "copy", "Copy all", show=False, id="missing.copy"),
    ]

    def __init__(self, keys: Sequence[str], near: Mapping[str, str]) -> None:
        super().__init__(f"{count(len(keys), 'value')} of the search's list that no row of this session has")
        self._keys, self._near = keys, near

    def told(self, part: str) -> list[tuple[Part, ...]]:
        """One on each line."""
        found = [key for key in self._keys if part in key.casefold()] if part else self._keys
        lines = [self._line(key) for key in found[:_MOST]]
        more = len(found) - len(lines)
        lines += [(f"and {more:,} more: y copies all",)] if more else []
        return lines or [("none of them has that",)]

    def _line(self, key: str) -> tuple[Part, ...]:
        """A key, and what a row holds that is the same but for blanks or case: such a blank is seen there."""
        here, near = revealed(key[:_LONGEST]), self._near.get(key)
        return (here,) if near is None else (here, "  but ", (revealed(near[:_LONGEST]), "bold"), " is there")

    def action_copy(self) -> None:
        """Copies all, one on each line, through the terminal."""
        self.app.copy_to_clipboard("\n".join(self._keys))
        self.query_one("#said", TextLine).say(f"copied {count(len(self._keys), 'value')}, if your terminal takes it")
