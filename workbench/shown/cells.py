"""What a grid shows: columns, and windows of cells. The grid asks only for what it paints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    import polars as pl


FIGURE: Final = "figure"
"""The kind of a column of numbers that count something: they stand at the right of it, units under units. Numbers that name
something (a postal code, an id) are text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: `name` is its key, `label` its heading, `kind` what its values are. Where it `sorts`, its heading has
    room for the sign of that."""

    name: str
    label: str
    kind: str = "text"
    editable: bool = True
    sorts: ClassVar[bool] = True


class PlainColumn(Column):
    """A column by which nothing is sorted: one cell keeps its heading from the next."""

    sorts = False


class Cell(NamedTuple):
    """A cell as it is shown: `text` as it stands now, `before` what base holds (for a staged cell only)."""

    text: str
    before: str | None = None
    staged: bool = False
    invalid: bool = False


class GridRows(Protocol):
    """Rows in an order. A position is a place in that order, a row number is the row itself and never changes."""

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the order in which they are shown."""

    @property
    def height(self) -> int:
        """How many rows there are."""

    @property
    def staged(self) -> frozenset[str]:
        """The names of the columns in which something is staged."""

    def window(self, start: int, stop: int, names: Sequence[str]) -> list[list[Cell]]:
        """The cells of the columns `names` at the positions `start` to `stop` (exclusive), row by row."""

    def row_at(self, position: int) -> int:
        """The row number at a position."""

    def position_of(self, row: int) -> int | None:
        """The position of a row number, or None if it is not among these rows."""

    def rows_between(self, first: int, last: int) -> pl.Series | Sequence[int]:
        """The row numbers at the positions `first` to `last` (inclusive)."""

    def same(self, row: int, name: str) -> pl.Series | Sequence[int]:
        """The row numbers among these rows that hold in column `name` what `row` holds there."""
