"""The preview of what is staged: counts, groups of the same change, and each customer's patch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson
import polars as pl

from workbench.customers.equality import same
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.flat import flat
from workbench.customers.paths import Path, cell_paths
from workbench.customers.rules import Rules
from workbench.displayed import Displayed
from workbench.onlooker import step
from workbench.preview.beside import Beside
from workbench.preview.digests import digest
from workbench.preview.habits import Habits
from workbench.preview.irreversible import irreversible
from workbench.preview.patch_lines import lines, texts, texts_of
from workbench.preview.patches import bodies_in_parts, counts, patches, patches_in_parts
from workbench.preview.same_changes import SameChanges
from workbench.stage.pointing import sendable, waiting_cells
from workbench.stage.snapshot import UNACCEPTED, Snapshot

_CELL: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("id", "path", "before", "after"), pl.String()),
    "operation": pl.Int64(),
    "held": pl.String(),
}
_AT_ONCE: Final = 50_000
"""The patches of so many customers are made between two steps."""
_NOBODY: Final = pl.Series([], dtype=pl.UInt32)


@dataclass(frozen=True, slots=True)
class PatchChange:
    """One staged cell of a patch: its path, both values (`after` as the body writes it), the operation that wrote it, and
    whether its item is yet to be made."""

    path: str
    before: Any
    after: Any
    operation: int
    new: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """One customer's patch: its `row` (number) and `id`, the exact `body`, why a commit leaves it out (`held`, or None), its
    changes."""

    row: int
    id: str
    body: bytes
    held: str | None
    changes: tuple[PatchChange, ...]


class Preview(Displayed, told=("changes", "customers", "held")):
    """What is staged in a snapshot, for all customers or for those of `customers` (row numbers).

    `rules`: what this server is known to make of values. `left_out`: how many more of their cells are staged, but were taken out.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        habits: Habits,
        customers: pl.Series | None = None,
        rules: Rules | None = None,
        left_out: int = 0,
    ) -> None:
        self.snapshot, self.habits, self._customers, self.rules = snapshot, habits, customers, rules or Rules()
        self.left_out = left_out

    @property
    def chosen(self) -> pl.Series | None:
        """The customers (row numbers) that this is a preview of; None: all."""
        return self._customers

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The patches as a frame: see `preview.patches.patches`."""
        parts, all_ = [patches(self.snapshot, self.habits, _NOBODY)], max(self.customers, 1)
        for made in patches_in_parts(self.snapshot, self.habits, self._customers, _AT_ONCE):
            parts.append(made)
            step(min((len(parts) - 1) * _AT_ONCE / all_, 1.0))
        return pl.concat(parts)

    @property
    def customers(self) -> int:
        """How many customers have something staged."""
        return self._counted[0]

    @property
    def held(self) -> int:
        """How many of them a commit leaves out."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, int]:
        """How many customers, and how many of them stay out: no body is made for it."""
        if "frame" in self.__dict__:
            return self.frame.height, self.frame.height - self.frame["held"].null_count()
        return counts(self.snapshot, self.habits, self._customers)

    @cached_property
    def fields(self) -> dict[str, int]:
        """How many cells are staged, by `field` (customers) or `table.field`."""
        return {
            (name if table == "customers" else f"{table}.{name}"): cells.height
            for (table, name), cells in self._cells.items()
            if cells.height
        }

    @property
    def changes(self) -> int:
        """How many cells are staged."""
        return sum(self.fields.values())

    @cached_property
    def irreversible(self) -> pl.DataFrame:
        """The staged cells that could not be reverted once committed: `id`, `path`, `reason` (see `preview.irreversible`)."""
        return irreversible(self.snapshot, self.habits, self.rules, self._customers)

    @cached_property
    def beside(self) -> Beside:
        """The untouched values in the bodies that are not valid."""
        return Beside(sendable(self.snapshot), self.habits)

    @cached_property
    def waiting(self) -> pl.DataFrame:
        """The staged pointers to items that are yet to be made, which no commit can send before the item is there: `id`, `path`,
        `after`. They stay staged, and are left out of the patches."""
        return waiting_cells(self.snapshot, self._customers)

    def otherwise(self, path: Path, before: Any, after: Any) -> tuple[Any] | None:
        """What the server is known to store in a cell instead of `after`, as a tuple of it; None if it is not known to."""
        if not self.rules:
            return None
        kind = FIELDS[path.table][path.field].kind
        empty = after is None or after in ("", [])
        asked = after if not empty else None if self.habits.clear == "null" else [] if kind is Kind.IDS else ""
        made = self.rules.made(path, asked, before)
        return None if same(kind, made, asked) else (made,)

    @cached_property
    def plan(self) -> pl.DataFrame:
        """The patches that a plan of this holds (see `preview.plan`): those that a commit sends, or would once accepted."""
        return self.frame.filter(pl.col("held").is_null() | (pl.col("held") == UNACCEPTED))

    @cached_property
    def digest(self) -> str:
        """The digest of that plan: SHA-256 (hex) over its ids, bodies and cells, by which somebody names what they read."""
        return digest(self.plan)

    @property
    def plan_digest(self) -> str:
        """The same over those that a commit sends now: the digest of its frozen plan."""
        return digest(self.frame.filter(pl.col("held").is_null()))

    def bodies(self) -> Iterator[tuple[str, bytes]]:
        """Each customer's id and exact body."""
        for id_, body in self.frame.select("id", "body").iter_rows():
            yield id_, body.encode()

    def ndjson(self) -> Iterator[str]:
        """Each patch as a line of NDJSON: `{"id","body","held","changes"}`."""
        return lines(self.frame)

    def ndjson_texts(self) -> Iterator[bytes]:
        """The same lines (UTF-8), each with its end, in texts of many: a file is written so in half the time, and not all of it is
        in memory at once."""
        known = self.__dict__.get("frame")
        if known is not None:
            return texts(known)
        return texts_of(bodies_in_parts(self.snapshot, self.habits, self._customers))

    def patches(self) -> Iterator[Patch]:
        """Each customer's patch, in the order of the rows."""
        for row in self.frame.iter_rows(named=True):
            yield _patch(row)

    def patch(self, row: int) -> Patch | None:
        """The patch of one customer (its row number), or None if nothing is staged there."""
        one = patches(self.snapshot, self.habits, pl.Series([row], dtype=pl.UInt32))
        return _patch(one.row(0, named=True)) if one.height else None

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The staged cells, a row each, column by column: `id` (the customer's), `path`, `before` and `after` (as text; null for
        empty, of a list the ids with commas between them), `operation`, and `held` (why a commit leaves the customer out)."""
        current = self.snapshot.current
        held = self.frame.select("row", "held")
        parts = [pl.DataFrame(schema=_CELL)]
        for (table, name), cells in self._cells.items():
            owners = self.snapshot.customers_of(table, cells["row"])
            part = pl.DataFrame(
                {
                    "row": owners,
                    "id": current.customers["id"].gather(owners),
                    "path": cell_paths(current, table, name, cells["row"]),
                    "before": flat(cells["before"]),
                    "after": flat(cells["after"]),
                    "operation": cells["operation"].cast(pl.Int64),
                }
            )
            parts.append(part.join(held, on="row", how="left", maintain_order="left").select(list(_CELL)))
        return pl.concat(parts)

    def groups(self) -> SameChanges:
        """The staged cells by change, the largest group first: each group is made when it is looked at."""
        return self._same_changes

    @cached_property
    def _same_changes(self) -> SameChanges:
        return SameChanges(self._cells)

    @cached_property
    def _cells(self) -> dict[tuple[str, str], pl.DataFrame]:
        found = {}
        for column in self.snapshot.columns:
            cells = self.snapshot.staged_cells_of(column)
            if self._customers is not None:
                owners = self.snapshot.customers_of(column[0], cells["row"])
                cells = cells.filter(owners.is_in(self._customers.implode()))
            found[column] = cells
        return found


def _patch(row: dict[str, Any]) -> Patch:
    changes = tuple(PatchChange(**change) for change in orjson.loads(row["cells"]))
    return Patch(row["row"], row["id"], row["body"].encode(), row["held"], changes)
