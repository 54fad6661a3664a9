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
        Binding("equals_sign", "duplicates", "Duplicates in what is found", show=False, id="browse.duplicates"),
    ]

    def action_problems(self) -> None:
        """Lists what the checks find in the customers that are found here."""
        self.desk.show_problems(customers_query(self.view.table, self.view.query))

    def action_duplicates(self) -> None:
        """Lists the customers that are probably one, among those that are found here."""
        self.desk.show_duplicates(customers_query(self.view.table, self.view.query))
