"""One moment of a session: base, current and what lies between them. Frozen and swapped whole, so that a painter never
sees it change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.fields import FIELDS, TABLES
from workbench.customers.tables import UNSENT, Tables
from workbench.errors import UsageError
from workbench.session.rows import Column as Column
from workbench.stage.accepted import Accepted, still
from workbench.stage.arrays import HARM, unsafe
from workbench.stage.carried import carried
from workbench.stage.invalid import ADDRESS_TYPE, UNTYPED, invalid_cells, told_alone, untyped
from workbench.stage.on_hold import nobody

FLAGS: Final = ("staged", "invalid", "conflict", "held", "unseen", "accepted")
"""The marks that rows can have."""

UNACCEPTED: Final = "not accepted yet in the review that this session requires"

WRITERS: Final = {"row": pl.UInt32(), "operation": pl.UInt32(), "server": pl.Boolean(), "over": pl.Boolean()}
"""What is kept of a changed cell beside its value: the operation that wrote it, whether the server held the value, and whether it
was decided to go over a newer value of somebody else."""


@dataclass(frozen=True)
class Snapshot:
    """`base` and `current` have the same rows. `writers` has, for every column that an active, unsettled operation
    touches, the rows it touches, sorted, with the columns of `WRITERS` and `loaded`, what base held at the time. `on_hold`
    is a frame of `on_hold.ON_HOLD`, `accepted` what was accepted in a review. `nested` and `review` are the session's settings:
    what the bodies of arrays hold, and whether only what is accepted may go."""

    generation: int
    base: Tables
    current: Tables
    writers: Mapping[Column, pl.DataFrame] = field(default_factory=dict)
    on_hold: pl.DataFrame = field(default_factory=nobody, compare=False)
    nested: str = "full"
    accepted: Accepted = field(default_factory=dict, compare=False)
    review: str = "optional"
    _cache: dict[object, pl.DataFrame] = field(default_factory=dict, compare=False)

    def known_after(self, touched: Collection[Column]) -> dict[object, pl.DataFrame]:
        """What is known already of the next snapshot (its `_cache`), of the same base, of whose columns only `touched` are
        others: the staged cells of the rest, and which of these are not valid, if nothing but they themselves tells."""
        known = [c for c in self.writers if c not in touched and (c[0], "_gone") not in touched]
        fields = [(c, FIELDS[c[0]][c[1]]) for c in known if c[1] in FIELDS[c[0]]]
        alone = [c for c, of in fields if told_alone(of) and not (c[0] == "addresses" and ADDRESS_TYPE in touched)]
        keys = [*known, *(("invalid", c) for c in alone)]
        return {key: self._cache[key] for key in keys if key in self._cache}

    def __repr__(self) -> str:
        return (
            f"<Snapshot {self.generation}, with {self.staged_cells:,} staged cells: .current and .base hold the tables>"
        )

    def staged_cells_of(self, column: Column) -> pl.DataFrame:
        """The staged cells of a column, sorted by row: those of `WRITERS`, `loaded`, `before` (base) and `after`."""
        if column not in self._cache:
            self._cache[column] = self._staged(column)
        return self._cache[column]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in which something is staged, in the registry's order."""
        found = [(table, name) for table in TABLES for name in FIELDS[table] if (table, name) in self.writers]
        return tuple(column for column in found if self.staged_cells_of(column).height)

    @cached_property
    def staged_cells(self) -> int:
        """How many cells are staged."""
        return sum(self.staged_cells_of(column).height for column in self.columns)

    def changed(self, table: str, field: str) -> pl.Series:
        """Whether the cell of this field is staged, row by row."""
        return self._mask(table, self.staged_cells_of((table, field))["row"])

    def staged(self, table: str) -> pl.Series:
        """Whether anything in the row is staged; a customer's row also when something of its items is."""
        return self.flag(table, "staged")

    @cached_property
    def staged_within(self) -> pl.Series:
        """Whether something is staged of a customer's addresses, contacts or attributes, customer by customer."""
        items = (column for column in self.columns if column[0] != "customers")
        return self.rows_of("customers", [(column[0], self.staged_cells_of(column)["row"]) for column in items])

    def flag(self, table: str, name: str) -> pl.Series:
        """A Boolean per row: `staged`, `invalid`, `conflict`, `held`, `unseen` or `accepted`.

        A customer has what one of its items has; it is accepted when all that is staged of it is.
        """
        if name not in FLAGS:
            raise UsageError(f"rows have no mark {name!r}")
        key = ("flag", table, name)
        if key not in self._cache:
            self._cache[key] = self._flag(table, name).rename("flag").to_frame()
        return self._cache[key]["flag"]

    def unsent(self, table: str) -> pl.Series:
        """Whether the row of a nested table is an item that is staged to be made and that the server does not have yet."""
        key = ("unsent", table)
        if key not in self._cache:
            base, gone = self.base, self.current.column(table, "_gone")
            made = base.column(table, "_gone") & (base.column(table, "_position") == UNSENT) & ~gone
            self._cache[key] = made.rename("unsent").to_frame()
        return self._cache[key]["unsent"]

    def making_cells(self, table: str) -> pl.DataFrame:
        """That items of a nested table come to be, as cells of `_gone` (`row`, `before`, `after`): those with staged cells."""
        made = pl.concat(
            [_NO_ROWS, *(self.staged_cells_of(column)["row"] for column in self.columns if column[0] == table)]
        )
        rows = made.unique().sort()
        rows = rows.filter(self.unsent(table).gather(rows))
        return rows.rename("row").to_frame().with_columns(before=pl.lit(True), after=pl.lit(False))

    def invalid_cells_of(self, column: Column) -> pl.DataFrame:
        """The staged cells of a column that are not valid: `row` and `reason`."""
        key = ("invalid", column)
        if key not in self._cache:
            self._cache[key] = invalid_cells(self, column)
        return self._cache[key]

    @cached_property
    def untyped(self) -> pl.Series:
        """The rows (UInt32) of new addresses that have no type: see `stage.invalid`."""
        return untyped(self)

    def has_checked(self, column: Column) -> bool:
        """Whether it is known already which staged cells of a column are not valid."""
        return ("invalid", column) in self._cache

    def unseen_cells_of(self, column: Column) -> pl.DataFrame:
        """The staged cells of a column that were not accepted as they stand: columns as `staged_cells_of`."""
        key = ("unseen", column)
        if key not in self._cache:
            self._cache[key] = self.staged_cells_of(column).filter(~self.accepted_as_they_stand(column))
        return self._cache[key]

    def accepted_as_they_stand(self, column: Column) -> pl.Series:
        """Whether each staged cell of a column was accepted as it stands."""
        cells = self.staged_cells_of(column)
        if column not in self.accepted:
            return pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
        return still(self.accepted, column, cells.with_columns(carried=self.carried(column, cells["row"])))

    def carried(self, column: Column, rows: pl.Series) -> pl.Series:
        """What the bodies of these rows carry along in arrays, as a hash (UInt64); null where they hold no whole array."""
        if self.nested != "full" or column[0] == "customers":
            return pl.repeat(None, rows.len(), dtype=pl.UInt64, eager=True)
        return carried(self.base, column[0], rows)

    def conflict_cells_of(self, column: Column) -> pl.DataFrame:
        """The staged cells whose base moved since they were staged: `row`, `loaded`, `before` (theirs) and `after` (ours).

        Of what the server no longer has, theirs is null.
        """
        cells = self.staged_cells_of(column)
        if not cells.height:
            return cells
        gone = self._is_gone(column[0], cells["row"])
        moved = differs(cells["loaded"], cells["before"]) | gone
        theirs = pl.when(~pl.col("_gone")).then(pl.col("before"))
        return cells.with_columns(_gone=gone).filter(moved).with_columns(before=theirs).drop("_gone")

    def held(self, nested: str | None = None) -> pl.DataFrame:
        """The customers that a commit leaves out, whole: `row` and `reason` (one line), sorted by row.

        Those whom the steward put on hold, staged or not, and those whose staged cells must not or cannot be sent. What can
        be sent depends on `nested`: the session's unless told.
        """
        key = ("held", nested or self.nested)
        if key not in self._cache:
            self._cache[key] = self._held(nested or self.nested)
        return self._cache[key]

    def customers_of(self, table: str, rows: pl.Series) -> pl.Series:
        """The customer rows (UInt32) that rows of a table belong to, one for each."""
        return rows if table == "customers" else self.current.column(table, "_customer").gather(rows)

    def still_there(self, table: str, rows: pl.Series) -> pl.Series:
        """Those of these rows (row numbers, order kept) that there are: no items whose making was undone."""
        return rows.filter(~self.current.column(table, "_gone").gather(rows))

    def rows_of(self, table: str, cells: Iterable[tuple[str, pl.Series]]) -> pl.Series:
        """A Boolean per row of a table: one of the cells (a table, row numbers in it) is in it, or for a customer in its items."""
        rows = [
            self.customers_of(of, some) if table == "customers" else some
            for of, some in cells
            if table in ("customers", of)
        ]
        return self._mask(table, pl.concat([_NO_ROWS, *rows]).unique())

    def _staged(self, column: Column) -> pl.DataFrame:
        table, name = column
        writers = self.writers.get(column)
        base, current = self.base[table][name], self.current[table][name]
        if writers is None or not writers.height:
            empty = {**WRITERS, "loaded": base.dtype, "before": base.dtype, "after": base.dtype}
            return pl.DataFrame(schema=empty)
        if table != "customers":
            writers = writers.filter(~self._unmade(table).gather(writers["row"]))
        if writers.height < base.len():  # else all rows, each once, in their order
            base, current = base.gather(writers["row"]), current.gather(writers["row"])
        cells, moved = writers.with_columns(before=base, after=current), differs(base, current)
        return cells if moved.all() else cells.filter(moved)

    def _unmade(self, table: str) -> pl.Series:
        """Rows of items whose making was undone or dropped: what else was staged in them is not staged without them."""
        key = ("unmade", table)
        if key not in self._cache:
            current = self.current[table]
            self._cache[key] = current.select(unmade=pl.col("_gone") & (pl.col("_position") == UNSENT))
        return self._cache[key]["unmade"]

    def _is_gone(self, table: str, rows: pl.Series) -> pl.Series:
        """Whether the server no longer has these rows (row numbers); an item that is yet to be made is not gone."""
        gone = self.base[table]["_gone"]
        return (gone if table == "customers" else gone & (self.base[table]["_position"] != UNSENT)).gather(rows)

    def _mask(self, table: str, rows: pl.Series) -> pl.Series:
        height = self.current[table].height
        return pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(rows, True) if height else _NO_FLAGS

    def _flag(self, table: str, name: str) -> pl.Series:
        if name == "held":
            rows = self.held()["row"]
            own = self._mask("customers", rows)
            return own if table == "customers" else own.gather(self.current[table]["_customer"])
        if name == "accepted":
            return self.staged(table) & ~self.flag(table, "unseen")
        found = [self._rows_with(column, name, table) for column in self.columns if table in (column[0], "customers")]
        return self._mask(table, pl.concat([_NO_ROWS, *found]))

    def _rows_with(self, column: Column, name: str, table: str) -> pl.Series:
        of = {
            "staged": self.staged_cells_of,
            "invalid": self.invalid_cells_of,
            "conflict": self.conflict_cells_of,
            "unseen": self.unseen_cells_of,
        }
        rows = of[name](column)["row"]
        return rows if table == column[0] else self.customers_of(column[0], rows)

    def _held(self, nested: str) -> pl.DataFrame:
        noted = pl.when(pl.col("note") == "").then(pl.lit("on hold")).otherwise(pl.lit("on hold: ") + pl.col("note"))
        on_hold = self.on_hold.select("row", reason=noted)
        gone = (self.base.customers["_gone"] & self.flag("customers", "staged")).arg_true().rename("row").to_frame()
        found = [on_hold, gone.with_columns(reason=pl.lit("the server no longer has this customer"))]
        found.append(self._unsafe(nested))
        found.append(self._not_made())
        if self.review == "required":
            unseen = self.flag("customers", "unseen").arg_true().rename("row").to_frame()
            found.append(unseen.with_columns(reason=pl.lit(UNACCEPTED)))
        for column in self.columns:
            table, name = column
            if table != "customers":
                found.append(self._lost_items(column))
            conflicts = self.conflict_cells_of(column)
            conflicts = conflicts.filter(~self._is_gone(table, conflicts["row"]))
            invalid = self.invalid_cells_of(column).filter(
                pl.col("reason") != UNTYPED
            )  # told once an item, not once a cell
            for cells, text in ((invalid, None), (conflicts, "conflict")):
                reason = pl.lit(f"conflict in {name}") if text else pl.lit(f"{name}: ") + pl.col("reason")
                rows = self.customers_of(table, cells["row"])
                found.append(cells.select(row=rows, reason=reason.cast(pl.String)))
        return pl.concat(found).group_by("row", maintain_order=True).agg(pl.col("reason").str.join("; ")).sort("row")

    def _unsafe(self, nested: str) -> pl.DataFrame:
        touched: dict[str, list[pl.Series]] = {}
        for column in self.columns:
            if column[0] != "customers":
                touched.setdefault(column[0], []).append(self.staged_cells_of(column)["row"])
        rows = {table: pl.concat(found) for table, found in touched.items()}
        return unsafe(self.current, rows, nested).rename("row").to_frame().with_columns(reason=pl.lit(HARM))

    def _not_made(self) -> pl.DataFrame:
        """The customers of new addresses that have no type."""
        rows = self.customers_of("addresses", self.untyped)
        return rows.unique(maintain_order=True).rename("row").to_frame().with_columns(reason=pl.lit(UNTYPED))

    def _lost_items(self, column: Column) -> pl.DataFrame:
        table, name = column
        rows = self.staged_cells_of(column)["row"]
        lost = self.customers_of(table, rows.filter(self.current[table]["_gone"].gather(rows)))
        reason = f"{table}.{name} is staged in an item that the server no longer has"
        return pl.DataFrame({"row": lost}).with_columns(reason=pl.lit(reason))


_NO_FLAGS: Final = pl.Series([], dtype=pl.Boolean)
_NO_ROWS: Final = pl.Series([], dtype=pl.UInt32)
