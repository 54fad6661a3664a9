"""What the workbench's methods return. The attributes are the keys that the commands print with `--json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.customers.fields import FIELDS
from workbench.customers.records import Rejected
from workbench.preview.bases import Differences
from workbench.stage.sheet import Lost
from workbench.stage.sheets import Moved
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Example

if TYPE_CHECKING:
    from workbench.search.facet_values import FacetValues


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load brought: rows of each table in the session now, and what was set aside or is worth a warning."""

    session: str
    customers: int
    addresses: int
    contacts: int
    attributes: int
    rejected: int
    set_aside: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    conflicts: int = 0
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: how many customers changed, are new and are gone, and staged cells that are in conflict now.

    `differences` tells the cells that moved. `loaded` is what came as a load tells it.
    """

    changed: int
    new: int
    gone: int
    conflicts: int
    differences: Differences = field(repr=False)
    loaded: LoadReport = field(repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found: `rows` (row numbers, UInt32, in order) of `table` in `snapshot`.

    `missing` are the values of the query's lists (`id:@FILE`, `id:=(A B)`) that no row of the session has.
    """

    table: str
    rows: pl.Series
    snapshot: Snapshot = field(repr=False)
    missing: tuple[str, ...] = ()

    @property
    def matched(self) -> int:
        """How many rows were found."""
        return self.rows.len()

    @property
    def frame(self) -> pl.DataFrame:
        """The rows of current with the visible columns, `id` and `customer_id` among them."""
        return self.snapshot.current[self.table].select(list(FIELDS[self.table]))[self.rows]

    def facets(self, field: str, table: str = "") -> pl.DataFrame:
        """How often each value of a field stands in these rows: `value` and `count`, the commonest first, null for empty.

        `field` may be one of another `table` (or `addresses.city`): then in the rows there of the same customers.
        """
        from workbench.search.facets import facets

        name = f"{table}.{field}" if table and table != self.table else field
        return facets(self.snapshot.current, self.table, self.rows, name)

    def facet(self, field: str) -> FacetValues:
        """The values of a field in these rows with their figures (`empty`, `invalid`, `distinct`) and ranges of them."""
        from workbench.search.facet_values import facet_values
        from workbench.search.picks import Picks

        tables = self.snapshot.current, self.snapshot.base
        return facet_values(*tables, Picks(self.table, field, ""), self.rows)

    def called(self, field: str, ids: pl.Series) -> dict[str, str]:
        """What people call these values of a field: id -> name where the field holds ids."""
        from workbench.customers.called import called
        from workbench.search.facets import facet_field

        described = facet_field(self.table, field)
        return dict(called(self.snapshot.current, described, list(ids.drop_nulls()))) if described.names else {}


@dataclass(frozen=True, slots=True)
class Staged:
    """What staging came to: the operation's number (None if nothing changes), rows matched, cells changed, unchanged and
    invalid, rows skipped because they cannot be edited, examples, and why cells are invalid (the commonest first)."""

    operation: int | None
    matched: int
    changed: int
    unchanged: int
    invalid: int
    skipped: int = 0
    examples: tuple[Example, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedSheet(Staged):
    """What staging a sheet came to: also the rows and cells that are not staged, the cells that moved since it was written, and
    the columns that nobody knows."""

    lost: tuple[Lost, ...] = ()
    moved: tuple[Moved, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unstaged:
    """What unstaging came to: the operation's number (None if nothing was staged there), and cells taken back."""

    operation: int | None
    changed: int


@dataclass(frozen=True, slots=True)
class Held:
    """What holding or releasing came to: how many customers' state changed."""

    changed: int


@dataclass(frozen=True, slots=True)
class Reverted:
    """What reverting came to: the operation's number (None if nothing can go back), cells, and those that stay, with reasons."""

    operation: int | None
    changed: int
    irreversible: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Log:
    """What was done: operations and runs, oldest first, as plain values; and what was put on hold or released (`hold`, `at`,
    `by`, `held`, `note`, how many `customers`, the `customer` (row) if it was one): that is no step of undo."""

    operations: tuple[dict[str, Any], ...]
    runs: tuple[dict[str, Any], ...]
    holds: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Where a session stands: staged cells, numbers of operations and runs, the run to resume (or None)."""

    session: str
    customers: int
    staged: int
    operations: int
    runs: int
    unfinished: int | None
