"""From a column of Browse to its profile, and from a value there to the rows that hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.problems.profile import Common


class Profiling(Showing):
    """Opens the profile of the cursor's column in what is found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("I", "profile", "Profile of this column", show=False, id="browse.profile"),
    ]

    def action_profile(self) -> None:
        """Shows it; a value that is chosen there becomes a part of the query."""
        from screens.dialogs.column_profile import ColumnProfile

        field, view = self._field_here("I"), self.view
        if field is None:
            return

        def answered(value: Common | None) -> None:
            if value is not None and view is self.view:
                self._find_value(field.name, value)

        self.app.push_screen(ColumnProfile(field, view.query), answered)

    def _find_value(self, name: str, one: Common) -> None:
        """Shows only the rows found that hold a value."""
        try:
            picks = self.bench.picks(name, self.view.query, self.view.table)
        except WorkbenchError as error:
            self.desk.say_wrong(error)
            return
        alone = picks.picked == (one.value,) and not picks.excluded
        self.find(self.view.query if alone else picks.only(one.value).query)
