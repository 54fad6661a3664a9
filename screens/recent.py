"""What was edited since the app was opened: for repeating the last edit, and for offering values again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.stage.edits import Edit

_KEPT: Final = 20
"""So many values are remembered of a column."""
_PUT: Final = {"set": "value", "add": "value", "swap": "text"}
"""The kinds of edit that put one value there, and which part of them that is."""


class Recent:
    """The last edit of each table, and the values that were put into each column, newest first; as they were typed."""

    def __init__(self) -> None:
        self._last: dict[str, Edit] = {}
        self._values: dict[tuple[str, str], list[str]] = {}

    def keep(self, table: str, edits: Sequence[Edit]) -> None:
        """Remembers edits that were staged in a table."""
        for edit in edits:
            self._last[table] = edit
            value = getattr(edit, _PUT[edit.kind]) if edit.kind in _PUT else ""
            if value:
                before = self.values(table, edit.field)
                self._values[table, edit.field] = [value, *(one for one in before if one != value)][:_KEPT]

    def last(self, table: str) -> Edit | None:
        """The edit that was staged last in a table."""
        return self._last.get(table)

    def values(self, table: str, field: str) -> list[str]:
        """The values that were put into a column, newest first."""
        return self._values.get((table, field), [])
