"""The story of a cell: who changed it, when, why, in which run; what others did, as far as a refresh saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from screens.dialogs.reading import Reading
from screens.lines import Part
from workbench.shown.story import story
from workbench.shown.text import count, revealed

if TYPE_CHECKING:
    from screens.asking import Asking

_MOST: Final = 500
"""So many events are painted, the newest."""
_NAME: Final = 100


class CellStory(Reading[None]):
    """Lists the events of a cell, the newest first."""

    PART = "a part of what was done"
    SAYS = "the newest first   / finds one   Esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("W,enter", "leave", "Leave", show=False, id="story.leave")]

    def __init__(self, path: str, name: str, events: list[tuple[str, str]]) -> None:
        super().__init__(f"{revealed(path[:_NAME])} of {revealed(name[:_NAME])}")
        self._events = events

    def told(self, part: str) -> list[tuple[Part, ...]]:
        """Two lines of each."""
        found = [event for event in self._events if part in "\n".join(event).casefold()]
        lines: list[tuple[Part, ...]] = []
        for head, body in found[:_MOST]:
            lines += [((head, "bold"),), (f"  {body}",)]
        more = len(found) - _MOST
        if more > 0:
            lines.append((f"and {count(more, 'older event')}: workbench log tells them",))
        return lines or [("nothing of that was done to it",)]


def tell_story(desk: Asking, table: str, row: int, field: str, name: str) -> None:
    """Shows the story of a cell (a field of a row of a table) of the customer or item that is called `name`."""
    bench = desk.workbench

    def show(events: list[tuple[str, str]]) -> None:
        if events:
            desk.push_screen(CellStory(field, name, events))
        else:
            desk.say("nothing was done to this cell, and no load since the first one found it changed")

    desk.hold_keys(desk.look(lambda: story(bench.story(table, row, field).rows()), show, group="story"))
