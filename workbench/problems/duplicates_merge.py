"""Merging: what one customer of a group gets from the others, and how those are marked. The API merges nothing: this only stages.

Nothing that the survivor holds is overwritten unless a field is taken from another by name, and nothing is removed anywhere.
Addresses, contacts and attributes stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind, editable
from workbench.errors import UsageError
from workbench.session.rows import Change
from workbench.stage.edits import valued
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import Evaluated, locked, recorded, summed, unread

_OWN: Final = ("reference_id", "display_id")
"""What names one record only."""

SURVIVOR: Final = "{survivor}"
"""Stands for the survivor's id in the text of a mark."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What to do: the customer that survives and the others (ids, those that are asked first first); the fields that it gets from
    them where it has none (None: all that can be); fields that it takes from one of them in any case (field -> id); and what the
    others get (field -> text, with `{survivor}` for its id)."""

    survivor: str
    others: Sequence[str]
    fill: Sequence[str] | None = None
    take: Mapping[str, str] = field(default_factory=dict)
    mark: Mapping[str, str] = field(default_factory=dict)

    def recipe(self) -> dict[str, Any]:
        """What was meant, as plain JSON values."""
        fill = None if self.fill is None else list(self.fill)
        return {
            "survivor": self.survivor,
            "others": list(self.others),
            "fill": fill,
            "take": dict(self.take),
            "mark": dict(self.mark),
        }


def fillable() -> list[str]:
    """The customers' fields that a survivor gets from the others unless told which."""
    kinds = (Kind.FLAG,)
    return [
        one.name
        for one in FIELDS["customers"].values()
        if one.editable and not one.pointer and one.kind not in kinds and one.name not in _OWN
    ]


def merged(snapshot: Snapshot, merge: Merge) -> Evaluated:
    """What a merge comes to. Raises `UsageError` for a customer that there is not, a field that cannot be changed, or a pointer."""
    survivor, others = _rows(snapshot, merge)
    changes = [*_filled(snapshot, merge, survivor, others), *_marks(snapshot, merge, others)]
    fields = {(change.field, row) for change in changes for row in change.cells["row"]}
    found = summed(snapshot, _joined(changes), matched=1 + len(others), cells=len(fields))
    return replace(found, unchanged=0)


def read_of(snapshot: Snapshot, merge: Merge, changes: Sequence[Change]) -> list[Change]:
    """What the others hold in the fields that a merge changes: it may have come from there."""
    rows = pl.Series(_rows(snapshot, merge)[1], dtype=pl.UInt32)
    held = [(one.field, snapshot.current.customers[one.field].gather(rows)) for one in changes]
    return [Change("customers", name, pl.DataFrame({"row": rows, "before": values})) for name, values in held]


def rows_of(snapshot: Snapshot, ids: Sequence[str]) -> list[int]:
    """The row numbers of customers by their ids. Raises `UsageError` for one that is not there, or not any more."""
    customers = snapshot.current.customers
    known = (
        customers.select("id", "_gone").with_row_index("row").filter(pl.col("id").is_in(list(ids)), ~pl.col("_gone"))
    )
    rows = dict(known.select("id", "row").iter_rows())
    for id_ in ids:
        if id_ not in rows:
            raise UsageError(f"there is no customer {id_!r} in this session")
    return [rows[id_] for id_ in ids]


def _rows(snapshot: Snapshot, merge: Merge) -> tuple[int, list[int]]:
    others = list(dict.fromkeys(merge.others))
    if merge.survivor in others or not others:
        raise UsageError("a merge needs one survivor and others beside it")
    for id_ in merge.take.values():
        if id_ not in others:
            raise UsageError(f"{id_!r} is none of the customers that are merged into {merge.survivor}")
    survivor, *rows = rows_of(snapshot, [merge.survivor, *others])
    return survivor, rows


def _filled(snapshot: Snapshot, merge: Merge, survivor: int, others: list[int]) -> list[Change]:
    by_id = dict(zip(dict.fromkeys(merge.others), others, strict=True))
    made = []
    for name in dict.fromkeys([*(fillable() if merge.fill is None else merge.fill), *merge.take]):
        _fit(name)
        values = snapshot.current.customers[name]
        sources = [by_id[merge.take[name]]] if name in merge.take else others
        after = next((values[row] for row in sources if not _empty(values[row])), None)
        if after is not None and (name in merge.take or _empty(values[survivor])):
            made.append(_change(snapshot, name, [survivor], after))
    return made


def _marks(snapshot: Snapshot, merge: Merge, others: list[int]) -> list[Change]:
    made = []
    for name, text in merge.mark.items():
        described = _fit(name)
        if described.kind not in (Kind.TEXT, Kind.CHOICE):
            raise UsageError(f"customers.{name} is {described.kind}: mark the others in a field of text")
        after = valued(described, text.replace(SURVIVOR, merge.survivor), snapshot.current)
        if after is None:
            raise UsageError(f"{name}: give the text that marks the others")
        made.append(_change(snapshot, name, others, after))
    return made


def _fit(name: str) -> Field:
    found = editable("customers", name)
    if found.pointer:
        raise UsageError(f"{name} points to the customer's own {found.names}: it cannot come from another customer")
    return found


def _change(snapshot: Snapshot, name: str, rows: list[int], after: object) -> Change:
    chosen = pl.Series(rows, dtype=pl.UInt32)
    shut = locked(snapshot, "customers", {name}) | unread(snapshot, "customers", {name})
    chosen = chosen.filter(~shut.gather(chosen))
    before = snapshot.current.customers[name].gather(chosen)
    made = pl.Series([after], dtype=before.dtype).new_from_index(0, chosen.len()) if chosen.len() else before
    return recorded(snapshot, "customers", name, chosen, before, made)


def _joined(changes: Sequence[Change]) -> list[Change]:
    """One change for each field: the survivor's cell and the others' marks may be of the same one."""
    names = dict.fromkeys(change.field for change in changes)
    return [
        Change("customers", name, pl.concat([one.cells for one in changes if one.field == name]).sort("row"))
        for name in names
    ]


def _empty(value: object) -> bool:
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, pl.Series) and not value.len())
    )
