"""The staged cells of a preview by change: counted at once, each group made when somebody looks at it.

Where values are all different there are as many groups as cells, and nobody looks at a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property, partial
from typing import Any, Final, overload

import polars as pl

from workbench.customers.equality import alike
from workbench.customers.flat import flat
from workbench.stage.snapshot import Column

_COUNTED: Final = {"column": pl.UInt32(), "place": pl.UInt32(), "count": pl.UInt32()}
_TOLD: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("table", "field", "before", "after"), pl.String()),
    "count": pl.UInt32(),
}
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Group:
    """The same change in many rows of `table`: `count` says how many."""

    table: str
    field: str
    before: Any
    after: Any
    count: int
    _found: Callable[[], pl.Series] = dataclass_field(compare=False, repr=False)

    @property
    def rows(self) -> pl.Series:
        """The rows (UInt32), sorted; found when they are asked for."""
        return self._found()


class SameChanges(Sequence[Group]):
    """Staged cells by change, the largest group first; of equal ones those of the column (in the registry's order) and of the row
    that comes first. A group is made when it is asked for; a slice is a list of them.

    `cells` are the staged cells by column: frames with `row`, `before` and `after`, as `Snapshot.staged_cells_of` gives them.
    """

    def __init__(self, cells: Mapping[Column, pl.DataFrame]) -> None:
        self._columns, self._cells = list(cells), list(cells.values())
        self._changes = [_counted(part) for part in self._cells]
        numbered = [_numbered(number, part) for number, part in enumerate(self._changes)]
        self._order = pl.concat([pl.DataFrame(schema=_COUNTED), *numbered]).sort(
            "count", descending=True, maintain_order=True
        )
        self._rows: dict[int, tuple[pl.Series, pl.Series]] = {}

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All groups as a frame, in the same order: `table`, `field`, `before` and `after` (as texts, of a list the ids with commas
        between them; null for empty), `count`."""
        parts = [pl.DataFrame(schema=_TOLD)]
        for (table, name), changes in zip(self._columns, self._changes, strict=True):
            sides = {side: flat(changes[side]) for side in ("before", "after")}
            named = pl.DataFrame({**sides, "count": changes["count"]}).with_columns(
                table=pl.lit(table), field=pl.lit(name)
            )
            parts.append(named.select(list(_TOLD)))
        ends = pl.Series([0, *(part.height for part in self._changes)]).cum_sum()
        places = self._order.select(p=pl.lit(ends).gather(pl.col("column")) + pl.col("place"))["p"]
        return pl.concat(parts)[places]

    def __len__(self) -> int:
        return self._order.height

    @overload
    def __getitem__(self, number: int) -> Group: ...

    @overload
    def __getitem__(self, number: slice) -> list[Group]: ...

    def __getitem__(self, number: int | slice) -> Group | list[Group]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        column, place, count = self._order.row(range(len(self))[number])
        return self._group(column, place, count)

    def __iter__(self) -> Iterator[Group]:
        for start in range(0, len(self), _AT_ONCE):
            for line in self._order.slice(start, _AT_ONCE).iter_rows():
                yield self._group(*line)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        first = ", ".join(repr(one) for one in self[:3])
        return f"[{first}, and {len(self) - 3:,} more]" if len(self) > 3 else f"[{first}]"

    def _group(self, column: int, place: int, count: int) -> Group:
        before, after = self._changes[column].select("before", "after").row(place)
        rows = partial(self._rows_of, column, place, count)
        return Group(*self._columns[column], _plain(before), _plain(after), count, rows)

    def _rows_of(self, column: int, place: int, count: int) -> pl.Series:
        """The rows of a group, sorted. All of a column are put in order once the first are asked for."""
        if column not in self._rows:
            cells = self._cells[column]
            grouped = cells.select("row", *_keys(cells)).group_by(*_KEYS, maintain_order=True).agg("row")["row"]
            self._rows[column] = grouped.explode(), grouped.list.len().cum_sum()
        rows, ends = self._rows[column]
        return rows.slice(ends[place] - count, count)


_KEYS: Final = ("_before", "_after")


def _keys(cells: pl.DataFrame) -> list[pl.Series]:
    """Both values in the form in which equal ones count as the same."""
    return [alike(cells[name]).alias(f"_{name}") for name in ("before", "after")]


def _counted(cells: pl.DataFrame) -> pl.DataFrame:
    """The changes of a column, by the first row of each: `before` and `after` as its first cell has them, `count`."""
    sides = [pl.col(name).first() for name in ("before", "after")]
    keyed = cells.select("before", "after", *_keys(cells)).group_by(*_KEYS, maintain_order=True)
    return keyed.agg(*sides, pl.len().alias("count")).drop(_KEYS)


def _numbered(number: int, changes: pl.DataFrame) -> pl.DataFrame:
    column = pl.lit(number, dtype=pl.UInt32).alias("column")
    return changes.with_row_index("place").select(column, "place", pl.col("count").cast(pl.UInt32))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
