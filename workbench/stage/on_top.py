"""What was done on top of an operation: later operations that changed cells of it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.onlooker import stepwise
from workbench.session.rows import Operation
from workbench.stage.acting import cells_told, told
from workbench.stage.bench import Bench


@dataclass(frozen=True, slots=True)
class Dependent:
    """An active operation that changed `cells` cells after another one that wrote in them too."""

    operation: Operation
    cells: int


def dependents(bench: Bench, number: int) -> tuple[Dependent, ...]:
    """The later, active operations that changed cells of this one: what was done on top of it, oldest first."""
    mine = {(change.table, change.field): change.cells.select("row") for change in bench.operation(number).changes}
    found = []
    for later in stepwise(bench.operations):
        if later.id > number and later.id in bench.ledger.active:
            shared = (
                change.cells.join(mine[change.table, change.field], on="row", how="semi").height
                for change in later.changes
                if change.count and (change.table, change.field) in mine
            )
            cells = sum(shared)
            if cells:
                found.append(Dependent(later, cells))
    return tuple(found)


def dependent_lines(bench: Bench, number: int) -> list[str]:
    """A line on each operation that was done on top of this one; and, where it is not active, on what its other cells hold."""
    later = dependents(bench, number)
    lines = [
        f"operation {one.operation.id} ({told(one.operation)}) changed {one.cells:,} of its cells later"
        for one in later
    ]
    others = 0 if number in bench.ledger.active else _as_before(bench, number, later)
    if others:
        lines.append(
            f"{'its other' if later else 'its'} {cells_told(others)} {'is' if others == 1 else 'are'} as before it"
        )
    return lines


def _as_before(bench: Bench, number: int, later: tuple[Dependent, ...]) -> int:
    """How many cells of an operation that is off neither a later one changed nor a run has brought to the server."""
    left = 0
    for change in bench.operation(number).changes:
        cells = (
            bench.fold.open_cells(number, change).select("row") if change.count else change.cells.select("row").clear()
        )
        for one in later:
            for over in one.operation.changes:
                if (over.table, over.field) == (change.table, change.field):
                    cells = cells.join(over.cells, on="row", how="anti")
        left += cells.height
    return left
