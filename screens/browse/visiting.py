"""Browse as a place that other screens lead to: a customer, or what a query finds."""

from __future__ import annotations

from screens.browse.showing import Showing


class Visiting(Showing):
    """Goes where another screen leads."""

    def __init__(self) -> None:
        super().__init__()
        self._sought: tuple[str, int, str] | None = None

    def find_in(self, table: str, query: str) -> None:
        """Shows what a query finds in a table; the query holds from now on, also if the screen asks again on its own."""
        self._to_table(table)
        self.view.query = query
        self.find(query)

    def visit(self, row: int, table: str = "customers", field: str = "") -> None:
        """Puts the cursor on a row of a table, and on a field if one is named; without the filter if that hides the row."""
        self._to_table(table)
        self._sought = table, row, field
        self.find(self.view.query)

    def _to_table(self, table: str) -> None:
        if self.view.table != table:
            self.view.place = self.grid.cursor
            self.view = self._views[table]
            self.grid.rewind()
            self._show_table()

    def _show_rows(self, *, measure: bool = False) -> None:
        super()._show_rows(measure=measure)
        if self._sought is None or self._sought[0] != self.view.table:
            return
        _, row, field = self._sought
        position = self.grid.rows.position_of(row)
        if position is None and self.view.query:
            self.find("")
            return
        self._sought = None
        if position is None:
            self.desk.say("this row is not among the others any more")
            return
        self.grid.go_to(position, field or None)
        if field in self.view.arrangement.hidden:
            self.desk.say(f"the column {field} is hidden: + shows it")
