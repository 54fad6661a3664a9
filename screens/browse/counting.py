"""How many problems the checks find in each column, in the headings of Browse: counted when nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterable

from screens.ahead import Piece
from screens.browse.showing import Showing
from screens.lines import Part, problem_parts


class Counting(Showing):
    """Shows what was counted last, by the list of problems too; what may be another number now says so until it is counted anew."""

    def ahead(self) -> Iterable[Piece]:
        """The problems of all columns, after what is sooner of use."""
        yield from super().ahead()
        counted = self.bench.counted_problems
        if counted is None or not counted.newest:
            yield Piece("problems", None, self.bench.count_problems, lambda counted: self._show_counted())

    def on_screen_resume(self) -> None:
        """The list of problems may have counted meanwhile, or something may have been waived."""
        self._show_counted()

    def _show_counted(self) -> None:
        before = self.grid.problems, self.grid.counted_before
        self._take_counted()
        if (self.grid.problems, self.grid.counted_before) != before:
            self.grid.repaint()
            self._say_cell()

    def _show_rows(self, *, measure: bool = False) -> None:
        self._take_counted()
        super()._show_rows(measure=measure)

    def _take_counted(self) -> None:
        counted = self.bench.counted_problems
        self.grid.problems = counted.of_table(self.view.table) if counted is not None else {}
        self.grid.counted_before = counted is not None and not counted.newest

    def _about_column(self, name: str) -> list[Part]:
        return problem_parts(self.grid.problems.get(name, 0), before=self.grid.counted_before)
