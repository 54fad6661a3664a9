"""What a search found: rows that can be looked at, counted and staged on, and the values that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.displayed import Displayed
from workbench.errors import UsageError, WorkbenchError
from workbench.given import given, shown
from workbench.results import Staged
from workbench.stage.edits import Edit
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.search.columns import Columns
    from workbench.search.facet_values import FacetValues

Value = str | bool | Sequence[str] | None
"""What a cell can be set to: text, a flag, ids of a list; None or "" clears."""


class Stages(Protocol):
    """What stages: the workbench."""

    @property
    def snapshot(self) -> Snapshot:
        """The session as it stands."""

    def stage(
        self, edits: Sequence[Edit], *, table: str, rows: pl.Series, where: str, note: str, dry_run: bool
    ) -> Staged:
        """Stages edits of rows, of which `where` is the query that found them."""


@dataclass(frozen=True, slots=True)
class Facets(Displayed, told=("field", "frame")):
    """How often each value of `field` stands in some rows. `frame` has `value` and `count`, the commonest first, null for empty."""

    field: str
    frame: pl.DataFrame

    @property
    def values(self) -> list[dict[str, Any]]:
        """The same as plain values: `{"value", "count"}`."""
        return self.frame.to_dicts()


@given
@dataclass(frozen=True, slots=True)
class Result(Displayed, told=("table", "query", "matched")):
    """What a search found: `rows` (row numbers, UInt32, in order) of `table` in `snapshot`, and the `query` that found them.

    `missing` are the values of the query's lists (`id:@FILE`, `id:=(A B)`) that no row of the session has. What stages here
    stages on these very rows, whatever the query would find by then; while it still finds just these, it is remembered as
    what was meant, so that a recipe replays the query and not the rows.

        late = wb.search('payment_term:"NET 30"')
        late.set("payment_term", "NET30", note="one spelling")
    """

    table: str
    rows: pl.Series
    snapshot: Snapshot = field(repr=False)
    missing: tuple[str, ...] = ()
    query: str = ""
    bench: Stages | None = field(default=None, repr=False, compare=False)
    columns: Columns | None = field(default=None, repr=False, compare=False)

    @property
    def matched(self) -> int:
        """How many rows were found."""
        return self.rows.len()

    def __len__(self) -> int:
        return self.rows.len()

    @property
    def frame(self) -> pl.DataFrame:
        """The rows of current with the visible columns, `id` and `customer_id` among them. A frame of your own: what you do to it
        is staged nowhere."""
        frame = self.snapshot.current[self.table].select(list(FIELDS[self.table]))
        every = self.rows.len() == frame.height and self.rows.is_sorted()
        return frame if every else frame[self.rows]

    def facets(self, field: str, table: str = "") -> Facets:
        """How often each value of a field stands in these rows, the commonest first.

        `field` may be one of another table (or `addresses.city`): then in the rows there of the same customers.
        """
        from workbench.search.facets import facets

        name = f"{table}.{field}" if table and table != self.table else field
        return Facets(name, facets(self.snapshot.current, self.table, self.rows, name, self.columns))

    def facet(self, field: str) -> FacetValues:
        """The values of a field in these rows with their figures (`empty`, `invalid`, `distinct`) and ranges of them."""
        from workbench.search.facet_values import facet_values
        from workbench.search.picks import Picks

        tables = self.snapshot.current, self.snapshot.base
        return facet_values(*tables, Picks(self.table, field, ""), self.rows, self.columns)

    def called(self, field: str, ids: pl.Series) -> dict[str, str]:
        """What people call these values of a field: id -> name where the field holds ids."""
        from workbench.customers.called import called
        from workbench.search.facets import facet_field

        described = facet_field(self.table, field)
        return dict(called(self.snapshot.current, described, list(ids.drop_nulls()))) if described.names else {}

    def set(self, field: str, value: Value, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages one value for a field of these rows: one operation. None and "" clear; a list of ids takes ids or names.

        Raises `UsageError` for a field that cannot be edited and a value of the wrong kind. With `dry_run` nothing is kept.
        """
        return self.stage(Edit("set", field, _text(value)), note=note, dry_run=dry_run)

    def clear(self, field: str, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages the field empty."""
        return self.stage(Edit("clear", field), note=note, dry_run=dry_run)

    def replace(
        self, field: str, pattern: str, text: str, *, regex: bool = False, note: str = "", dry_run: bool = False
    ) -> Staged:
        """Stages `text` wherever `pattern` stands in the field; with `regex` a regular expression, `\\1` in the text its group."""
        return self.stage(Edit("replace", field, pattern, text, regex), note=note, dry_run=dry_run)

    def apply(self, field: str, transform: str, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages what a transform (`trim`, `title`, `e164` and others) makes of the field."""
        return self.stage(Edit("apply", field, transform), note=note, dry_run=dry_run)

    def add(self, field: str, id: str, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages an id (or a name) more in a list of ids."""
        return self.stage(Edit("add", field, id), note=note, dry_run=dry_run)

    def remove(self, field: str, id: str, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages an id (or a name) less in a list of ids."""
        return self.stage(Edit("remove", field, id), note=note, dry_run=dry_run)

    def swap(self, field: str, old: str, new: str, *, note: str = "", dry_run: bool = False) -> Staged:
        """Stages one id in the place of another in a list of ids; the others stay."""
        return self.stage(Edit("swap", field, old, new), note=note, dry_run=dry_run)

    def stage(self, *edits: Edit, note: str = "", dry_run: bool = False) -> Staged:
        """Stages several edits of these rows, one after the other, as one operation.

        Raises `WorkbenchError` if these rows are not where they were: the session was replaced by another one.
        """
        if self.bench is None:
            raise WorkbenchError("this result belongs to no open session; search again")
        self._refuse_moved(self.bench.snapshot)
        return self.bench.stage(edits, table=self.table, rows=self.rows, where=self.query, note=note, dry_run=dry_run)

    def _refuse_moved(self, now: Snapshot) -> None:
        """A row number names the same row as long as a session lives; but a file can be exchanged while it is given back."""
        then, current = self.snapshot.current[self.table], now.current[self.table]
        if current is then:
            return
        name = "id" if self.table == "customers" else "customer_id"
        if self.rows.len() and int(self.rows.max() or 0) < current.height:  # type: ignore[arg-type]
            was, is_ = then[name].gather(self.rows), current[name].gather(self.rows)
            same = bool(was.eq_missing(is_).all())
            if same and self.table != "customers":
                was, is_ = then["id"].gather(self.rows), current["id"].gather(self.rows)
                same = not bool((was != is_).any())  # null: an item that had no id yet may have one now
            if same:
                return
        elif not self.rows.len():
            return
        raise WorkbenchError(
            "the rows of this result are not in this session any more; search again, nothing was staged"
        )


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    raise UsageError(
        f"a value is a text, true or false, a list of ids, or None, not {shown(value)}: write it as a text"
    )
