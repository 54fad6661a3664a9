"""A recipe: the steps of a session as they were meant, as JSON that people read and change.

`schema.json` beside this file is its published schema. A step is one of six things: edits of the rows that a query finds, new
items for those, what checks suggest, single cells (what was done by hand, pasted, corrected in a sheet or reverted), staged
cells taken back, and an operation dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.displayed import Displayed
from workbench.stage.edits import Edit

FORMAT: Final = 1
"""The version of the format that this workbench writes, and the newest that it reads."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its customer's id, its path, and what it became (`set`) when it was `was`, as values of its field."""

    id: str
    path: str
    was: Any = None
    set: Any = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What every step but a drop has: the number of its operation, the note, and how many rows it matched and cells it changed."""

    operation: int
    note: str = ""
    matched: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class EditStep:
    """Edits of the rows of `table` that `where` finds."""

    meant: Meant
    table: str
    where: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class NewStep:
    """A new item of `table` for all that `where` finds, or for `owners`: customers' ids, each with an item's id or "".

    `reference` is what the references of the items begin with, so that an item is never made twice.
    """

    meant: Meant
    table: str
    where: str | None
    owners: tuple[tuple[str, str], ...]
    edits: tuple[Edit, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class FixStep:
    """What checks suggest, staged for the customers that `where` finds: the checks that any of `rules` names, at least as bad as
    `severity`; of `fields` (`phone`, `addresses.city`), or of all if there are none."""

    meant: Meant
    rules: tuple[str, ...]
    where: str
    severity: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellStep:
    """Cells set one by one, each where it still is what it was; `hold` are customers (ids) that are put on hold with it."""

    meant: Meant
    cells: tuple[Cell, ...]
    hold: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of the tables its cells are in."""
        return _rows(self.cells)


@dataclass(frozen=True, slots=True)
class UnstageStep:
    """Staged cells taken back: those of the customers that `where` finds (of one `field`, or ""), or single `cells`."""

    meant: Meant
    where: str | None
    field: str
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> int:
        """How many rows of the tables its single cells are in."""
        return _rows(self.cells)


def _rows(cells: Iterable[Cell]) -> int:
    """An attribute is a row of its own, an item one with all its fields; a path ends with the field else."""
    return len({(one.id, one.path if one.path.endswith("]") else one.path.rpartition("].")[0]) for one in cells})


@dataclass(frozen=True, slots=True)
class DropStep:
    """An operation switched off: the one that the step of this number made."""

    operation: int


@dataclass(frozen=True, slots=True)
class EnableStep:
    """An operation switched on again: the one that the step of this number made, and an earlier step switched off."""

    operation: int


Step = EditStep | NewStep | FixStep | CellStep | UnstageStep | DropStep | EnableStep


@dataclass(frozen=True, slots=True)
class Recipe(Displayed, told=("session", "steps")):
    """The steps in their order, and where they come from: the session's name, its API (None: a file), its region. `unheld`, of one
    that was made of a session: how many customers are on hold there, and no step puts them on hold; `back`: how
    many of its steps take back what others did."""

    steps: tuple[Step, ...]
    session: str = ""
    origin: str | None = None
    region: str = ""
    unheld: int = field(default=0, compare=False)
    back: int = field(default=0, compare=False)

    @property
    def takes_back(self) -> str:
        """One line on the steps that take back what others did; empty if none does."""
        if not self.back:
            return ""
        does = "takes" if self.back == 1 else "take"
        return (
            f"{self.back:,} of its {len(self.steps):,} steps {does} back what others did (reverted, unstaged, dropped)"
        )

    def text(self) -> str:
        """The recipe as JSON, a step on as many lines as people want to read."""
        told = {"recipe": FORMAT, "session": self.session, "origin": self.origin, "region": self.region}
        head = json.dumps(told, ensure_ascii=False, indent=2).removesuffix("\n}")
        steps = ",\n".join(_laid_out(_told(step)) for step in self.steps)
        return f'{head},\n  "steps": [\n{steps}\n  ]\n}}\n' if steps else f'{head},\n  "steps": []\n}}\n'


def _laid_out(step: dict[str, Any]) -> str:
    """A step: its own keys on one line, each edit and each cell on one of its own."""
    lines = []
    for key, value in step.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            inner = ",\n".join("        " + json.dumps(one, ensure_ascii=False) for one in value)
            text = f"[\n{inner}\n      ]"
        lines.append(f"      {json.dumps(key)}: {text}")
    return "    {\n" + ",\n".join(lines) + "\n    }"


def _told(step: Step) -> dict[str, Any]:
    if isinstance(step, DropStep):
        return {"drop": step.operation}
    if isinstance(step, EnableStep):
        return {"enable": step.operation}
    meant = step.meant
    told: dict[str, Any] = {"operation": meant.operation, "note": meant.note}
    if isinstance(step, EditStep):
        told |= {"table": step.table, "where": step.where, "edits": _edits(step.edits)}
    elif isinstance(step, NewStep):
        whom = {"owners": [_owner(*one) for one in step.owners]} if step.where is None else {"where": step.where}
        told |= {"new": True, "table": step.table, **whom, "edits": _edits(step.edits), "reference": step.reference}
    elif isinstance(step, FixStep):
        told |= {"fix": list(step.rules), "where": step.where, "severity": step.severity}
        told |= {"fields": list(step.fields)} if step.fields else {}
    elif isinstance(step, CellStep):
        told["cells"] = [{"id": c.id, "path": c.path, "was": c.was, "set": c.set} for c in step.cells]
        told |= {"hold": list(step.hold)} if step.hold else {}
    elif step.where is None:
        told["unstage"] = [{"id": c.id, "path": c.path} for c in step.cells]
    else:
        told["unstage"] = {"where": step.where, "field": step.field}
    return told | {"matched": meant.matched, "changed": meant.changed}


def _owner(customer: str, item: str) -> dict[str, str]:
    return {"id": customer, "item": item} if item else {"id": customer}


def _edits(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    return [_edit(edit.recipe()) for edit in edits]


def _edit(told: dict[str, Any]) -> dict[str, Any]:
    """An edit as it stands in a recipe: what a map makes of values is an object, which people can read."""
    if told["kind"] != "map":
        return told
    method = {"method": json.loads(told["method"])} if "method" in told else {}
    return {"kind": "map", "field": told["field"], "values": json.loads(told["value"]), **method}
