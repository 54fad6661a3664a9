"""From Browse to the problems of what is found, and to its duplicates."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.browse.showing import Showing
from workbench.shown.problems import customers_query


class ProblemsKey(Showing):
    """Opens the list of problems, and that of duplicates."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "problems", "Problems of what is found", show=False, id="browse.problems"),
        Binding("P", "column_problems", "Problems of this column", show=False, id="browse.column_problems"),
        Binding("equals_sign", "duplicates", "Duplicates in what is found", show=False, id="browse.duplicates"),
    ]

    def action_problems(self) -> None:
        """Lists what the checks find in the customers that are found here."""
        self.desk.show_problems(customers_query(self.view.table, self.view.query))

    def action_column_problems(self) -> None:
        """Lists what the checks find in this column alone, in the customers that are found here."""
        column, table = self.grid.column, self.view.table
        if column is not None:
            name = column.name if table == "customers" else f"{table}.{column.name}"
            self.desk.show_problems(customers_query(table, self.view.query), name)

    def action_duplicates(self) -> None:
        """Lists the customers that are probably one, among those that are found here."""
        self.desk.show_duplicates(customers_query(self.view.table, self.view.query))
