"""Browse as a place that other screens lead to: a customer, or what a query finds."""

from __future__ import annotations

from screens.browse.showing import Showing, one_row
from screens.widgets.columns_grid import ColumnsGrid


class Visiting(Showing):
    """Goes where another screen leads."""

    def __init__(self) -> None:
        super().__init__()
        self._sought: tuple[str, int, str] | None = None
        self._gently = False

    def find_in(self, table: str, query: str) -> None:
        """Shows what a query finds in a table; the query holds from now on, also if the screen asks again on its own."""
        self._to_table(table)
        self.view.query, self.view.first = query, None
        self.find_before_keys(query)

    def visit(self, row: int, table: str = "customers", field: str = "") -> None:
        """Puts the cursor on a row of a table, and on a field if one is named; without the filter if that hides the row."""
        self._to_table(table)
        self._sought, self._gently = (table, row, field), False
        self.find_before_keys(self.view.query)

    def seek(self, row: int) -> None:
        """Puts the cursor on a row of this table when it comes; where the filter hides it, that is said."""
        self._sought, self._gently = (self.view.table, row, ""), True

    def begin_in(self, grid: ColumnsGrid) -> None:
        """Has a grid that was not seen yet begin on the customer and the column where the session was left."""
        row, field = self.bench.place or (None, "")
        position = None if row is None else grid.rows.position_of(row)
        if position is not None:
            grid.begin_at(position, field)

    def on_grid_moved(self) -> None:
        """Remembers the customer and the column; of an item its customer."""
        row, column = self.grid.row, self.grid.column
        if row is not None and column is not None and not self.grid.partial:
            customer = (
                row
                if self.view.table == "customers"
                else self.bench.snapshot.customers_of(self.view.table, one_row(row))[0]
            )
            self.desk.stands = int(customer), column.name if self.view.table == "customers" else ""

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
        if position is None and self.view.query and not self._gently:
            self.find("")
            return
        self._sought = None
        if position is None and self._gently:
            self.desk.say("it is staged; the filter hides it: x takes that off")
            return
        if position is None:
            self.desk.say("this row is not among the others any more")
            return
        self.grid.go_to(position, field or None)
        if field in self.view.arrangement.hidden:
            self.desk.say(f"the column {field} is hidden: + shows it")
