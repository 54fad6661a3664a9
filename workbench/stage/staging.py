"""Evaluating edits on the current tables: which cells change, from what to what, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from workbench.customers.called import own_items
from workbench.customers.equality import differs
from workbench.customers.fields import DETAILS, FIELDS
from workbench.customers.paths import cell_paths, unnamed
from workbench.customers.regions import regions
from workbench.customers.tables import laid_over
from workbench.onlooker import step, stepwise
from workbench.session.rows import Change
from workbench.stage.derived import copied, filled
from workbench.stage.edits import Edit, checked, evaluate
from workbench.stage.invalid import invalid_values
from workbench.stage.named_ids import unheld
from workbench.stage.snapshot import Column, Snapshot
from workbench.stage.transforms.registry import transform

_EXAMPLES: Final = 5
_LOOKED_AT: Final = 1_000
"""Among so many cells, or else among all, examples are looked for."""
_NO_REASONS: Final = pl.Series("reason", [], dtype=pl.String)


@dataclass(frozen=True, slots=True)
class Example:
    """One cell that an edit would change: the customer's id, the cell's path, before and after; how many cells of its column go
    from the same value to the same value (itself among them)."""

    id: str
    path: str
    before: Any
    after: Any
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What edits come to: the changes, how many rows matched, how many cells changed, stayed, and would be invalid.

    `skipped` counts matched rows that cannot be edited (gone, an item without an id of its own, an attribute's name twice);
    `reasons` says why cells would be invalid, the commonest first; `unheld` which of the ids that are to go nobody has.
    """

    changes: tuple[Change, ...]
    matched: int
    changed: int
    unchanged: int
    invalid: int
    skipped: int = 0
    examples: tuple[Example, ...] = field(default=())
    reasons: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()


def evaluated(snapshot: Snapshot, table: str, rows: pl.Series, edits: Sequence[Edit], *, region: str) -> Evaluated:
    """What `edits`, one after the other, make of `rows` (row numbers) of `table` as they stand in the snapshot.

    `region` (ISO alpha-2) is for phones of which no address says the country. Raises `UsageError` for an edit that does not
    fit its field.
    """
    edits = [checked(table, edit, snapshot.current) for edit in edits]
    current = snapshot.current[table]
    names = {edit.field for edit in edits}
    shut = locked(snapshot, table, names) | unread(snapshot, table, names)
    allowed = rows.filter(~shut.gather(rows))
    where = _regions(snapshot, table, allowed, edits, region)
    now = {name: current[name].gather(allowed) for name in dict.fromkeys(edit.field for edit in edits)}
    after, missed = dict(now), tuple[str, ...]()
    for edit in stepwise(edits):
        values = after[edit.field]
        if edit.kind in ("remove", "swap") and values.len():
            missed += unheld(FIELDS[table][edit.field], edit.value, values, snapshot.current)
        if edit.kind == "set" and FIELDS[table][edit.field].pointer:
            made = _pointed(snapshot, edit, allowed, values)
        elif edit.kind in ("copy", "template"):
            made = (copied if edit.kind == "copy" else filled)(snapshot.current, table, allowed, edit.value, after)
        else:
            made = evaluate(table, edit, values, where)
        after[edit.field] = made.rename(edit.field)
    changes = [recorded(snapshot, table, name, allowed, now[name], after[name]) for name in stepwise(now)]
    step()
    found = summed(snapshot, changes, matched=rows.len(), cells=rows.len() * len(now))
    return replace(found, skipped=rows.len() - allowed.len(), unheld=missed)


def summed(snapshot: Snapshot, changes: Sequence[Change], *, matched: int, cells: int) -> Evaluated:
    """What changes come to, where so many rows matched and so many cells were looked at."""
    kept = tuple(change for change in changes if change.cells.height)
    changed = sum(change.cells.height for change in kept)
    invalid = pl.concat([_NO_REASONS, *(_invalid(snapshot, change) for change in stepwise(kept))])
    return Evaluated(
        changes=kept,
        matched=matched,
        changed=changed,
        unchanged=cells - changed,
        invalid=invalid.len(),
        examples=tuple(_examples(snapshot, kept)),
        reasons=tuple(invalid.value_counts(sort=True)[invalid.name].head(_EXAMPLES)),
    )


def rows_in(columns: Iterable[tuple[Column, pl.Series]]) -> int:
    """How many different rows of the tables there are in the rows of columns."""
    tables = defaultdict[str, list[pl.Series]](list)
    for (table, _), rows in columns:
        tables[table].append(rows)
    return sum(pl.concat(each).n_unique() for each in tables.values())


def _pointed(snapshot: Snapshot, edit: Edit, rows: pl.Series, values: pl.Series) -> pl.Series:
    """A pointer is set to each customer's own item of that id or name; where there is none, it stays."""
    ids = own_items(snapshot.current, FIELDS["customers"][edit.field], rows, edit.value)
    return pl.select(pl.coalesce(pl.lit(ids), pl.lit(values))).to_series()


def _regions(snapshot: Snapshot, table: str, rows: pl.Series, edits: Sequence[Edit], region: str) -> pl.Series:
    if any(edit.kind == "apply" and transform(edit.value).by_country for edit in edits):
        return regions(snapshot.current, table, region).gather(rows)
    return pl.repeat(None, rows.len(), dtype=pl.String, eager=True)


def locked(snapshot: Snapshot, table: str, names: Collection[str]) -> pl.Series:
    """Row by row, whether fields of these names cannot be edited: it is gone, an item without an id of its own, an attribute
    whose name stands twice; or a new item's reference, by which it is recognised."""
    frame = snapshot.current[table]
    if table == "customers":
        return frame["_gone"]
    shut = frame["_gone"] | snapshot.current.customers["_gone"].gather(frame["_customer"]) | unnamed(table, frame)
    return shut | snapshot.unsent(table) if "reference_id" in names else shut


def unread(snapshot: Snapshot, table: str, names: set[str]) -> pl.Series:
    """Customers of whom only a summary was loaded, where the edit is of a field that a summary does not tell: an id added to
    a list that was never read would wipe out the others."""
    frame = snapshot.current[table]
    if table != "customers" or not names & set(DETAILS):
        return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    empty = pl.any_horizontal(pl.col(name).is_null() for name in names & set(DETAILS))
    return frame.select(v=~pl.col("detailed") & empty)["v"]


def recorded(snapshot: Snapshot, table: str, name: str, rows: pl.Series, before: pl.Series, after: pl.Series) -> Change:
    """The cells of a column whose value moves from before to after, as an operation records them."""
    moved = differs(before, after)
    rows, before, after = rows.filter(moved), before.filter(moved), after.filter(moved)
    base = _loaded(snapshot, (table, name), rows) if (table, name) in snapshot.writers else before
    cells = pl.DataFrame({"row": rows.cast(pl.UInt32), "base": base, "before": before, "after": after})
    return Change(table, name, cells)


def _loaded(snapshot: Snapshot, column: Column, rows: pl.Series) -> pl.Series:
    """What base holds in `rows`; in a conflict what it held before, so that editing the cell again does not settle that."""
    values, conflicts = snapshot.base[column[0]][column[1]], snapshot.conflict_cells_of(column)
    return laid_over(values, conflicts["row"], conflicts["loaded"]).gather(rows)


def _invalid(snapshot: Snapshot, change: Change) -> pl.Series:
    """Why cells of a change are not valid, one text for each of those; what the server holds itself never counts."""
    field, after = FIELDS[change.table][change.field], change.cells["after"]
    if field.pointer:
        return _NO_REASONS
    why = invalid_values(snapshot.base, field, after)
    return why.filter(why.is_not_null() & differs(change.cells["base"], after)).alias(_NO_REASONS.name)


def _examples(snapshot: Snapshot, changes: Sequence[Change]) -> list[Example]:
    found: list[Example] = []
    for change in changes:
        few = _different(change.cells.head(_LOOKED_AT))
        if few.height < _EXAMPLES and change.cells.height > _LOOKED_AT:
            few = _different(change.cells)
        ids = snapshot.current[change.table]["customer_id"].gather(few["row"])
        paths = cell_paths(snapshot.current, change.table, change.field, few["row"])
        values = few["before"].to_list(), few["after"].to_list()
        found += [Example(*row) for row in zip(ids, paths, *values, _alike(change.cells, few), strict=True)]
    return found


def _alike(cells: pl.DataFrame, few: pl.DataFrame) -> tuple[int, ...]:
    """How many of the cells go from the same value to the same value as each of a few."""
    same = (
        pl.all_horizontal(pl.col(name).eq_missing(pl.lit(few[name].slice(place, 1))) for name in ("before", "after"))
        for place in range(few.height)
    )
    return cells.select(one.sum().alias(str(place)) for place, one in enumerate(same)).row(0)


def _different(cells: pl.DataFrame) -> pl.DataFrame:
    """The first few cells of which no two go from the same value to the same value."""
    return cells.unique(["before", "after"], keep="first", maintain_order=True).head(_EXAMPLES)
