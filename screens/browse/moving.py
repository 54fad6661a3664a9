"""The keys of Browse that go to the next cell of some kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from workbench.shown.walk import Step, Walk, next_different, next_staged


class Moving(Showing):
    """Goes to cells that match, that hold another value, that are staged; says when that went round the end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "match(False)", "Next matching cell", show=False, id="browse.next_match"),
        Binding("N", "match(True)", "Previous matching cell", show=False, id="browse.previous_match"),
        Binding("greater_than_sign", "different(False)", "Next other value", show=False, id="browse.next_value"),
        Binding("less_than_sign", "different(True)", "Previous other value", show=False, id="browse.previous_value"),
        Binding("J", "staged(False)", "Next staged cell", show=False, id="browse.next_staged"),
        Binding("K", "staged(True)", "Previous staged cell", show=False, id="browse.previous_staged"),
    ]

    def action_match(self, back: bool) -> None:
        """To the next cell that makes the query find its row."""
        query, bench = self.view.query, self.bench
        if not query.strip():
            self.desk.say("nothing is searched for: / searches")
            return
        self._walk(
            lambda walk: bench.next_match(query, walk), back, "no cell of this table matches the words of the query"
        )

    def action_different(self, back: bool) -> None:
        """To the next cell of this column that holds another value."""
        column = self.grid.column
        if column is not None:
            self._walk(next_different, back, f"{column.label} holds the same everywhere here")

    def action_staged(self, back: bool) -> None:
        """To the next staged cell among the rows shown."""
        self._walk(next_staged, back, "nothing is staged in the rows shown")

    def _walk(self, ask: Callable[[Walk], Step | None], back: bool, nothing: str) -> None:
        """Goes where a walk leads; keys wait for it, so that a key held down goes on step by step."""
        grid, view = self.grid, self.view
        if grid.row is None or grid.column is None:
            self.desk.say(nothing)
            return
        names = tuple(column.name for column in grid.arranged.columns)
        walk = Walk(self._rows, names, grid.cursor.position, grid.column.name, back)

        def walked(step: Step | None) -> None:
            if view is not self.view:
                return
            if step is None:
                self.desk.say(nothing)
                return
            grid.go_to(step.position, step.name)
            if step.around:
                self.desk.say(_around(walk, step))

        self.desk.hold_keys(self.desk.look(lambda: ask(walk), walked, group="walk"))


def _around(walk: Walk, step: Step) -> str:
    """How it is said that a walk went round the end."""
    if (step.position, step.name) == (walk.position, walk.name):
        return "there is no other one"
    return "went round the top: this is the last one" if walk.back else "went round the end: this is the first one"
