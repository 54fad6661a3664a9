"""Browse as a place that other screens lead to: a customer, or what a query finds."""

from __future__ import annotations

from screens.browse.showing import Showing


class Visiting(Showing):
    """Goes where another screen leads."""

    def __init__(self) -> None:
        super().__init__()
        self._sought: int | None = None

    def find_in(self, table: str, query: str) -> None:
        """Shows what a query finds in a table; the query holds from now on, also if the screen asks again on its own."""
        self._to_table(table)
        self.view.query = query
        self.find(query)

    def visit(self, row: int) -> None:
        """Puts the cursor on a customer (its row), without the filter if that hides it."""
        self._to_table("customers")
        self._sought = row
        self.find(self.view.query)

    def _to_table(self, table: str) -> None:
        if self.view.table != table:
            self.view.place = self.grid.cursor
            self.view = self._views[table]
            self._show_table()

    def _show_rows(self, *, measure: bool = False) -> None:
        super()._show_rows(measure=measure)
        row = self._sought
        if row is None or self.view.table != "customers":
            return
        position = self.grid.rows.position_of(row)
        if position is not None:
            self._sought = None
            self.grid.go_to(position)
        elif self.view.query:
            self.find("")
        else:
            self._sought = None
            self.desk.say("this customer is not among the rows any more")
