"""Undo, redo, drop and enable: flags on operations, with the rules of what a run has already brought to the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, Final, ParamSpec

import polars as pl

from workbench.customers.equality import differs
from workbench.customers.paths import cell_paths
from workbench.displayed import Displayed
from workbench.errors import OnServer, UsageError, WorkbenchError
from workbench.onlooker import LetGo, step, stepwise
from workbench.session.rows import Change, Operation
from workbench.stage.bench import Bench
from workbench.stage.in_words import in_words
from workbench.stage.ledger import ON
from workbench.stage.on_server import ServerBook, runs_named

P = ParamSpec("P")

_DONE: Final = {"undo": "undone", "redo": "redone", "drop_back": "brought back", "drop_again": "dropped again",
                "enable_back": "switched off again", "enable_again": "switched on again"}  # fmt: skip
_WOULD: Final = {"undo": "undoes", "drop_back": "brings back", "enable_back": "switches off again"}
_REDOES: Final = {"undo": "brings it back", "drop_back": "drops it again", "enable_back": "switches it on again"}
LET_GO: Final = "release lets them go"
"""What ends a line on customers that stay on hold: the command, where another place may name a key."""
UNDOES: Final = ("undo brings it back", "undo takes that back")
"""What ends a line on an operation that was switched off, or on."""
_NAMED: Final = 10
"""So many cells are named in a line."""


@dataclass(frozen=True, slots=True)
class Acted(Displayed):
    """What was done: how many `operations` were flagged, how many cells are `staged` now, and a line on each; where it
    `stopped` before the end, why, in the last line too. So many cells of theirs `stay`, for they are committed. Of an undo, what
    redo does `again`."""

    operations: int
    staged: int
    lines: tuple[str, ...]
    stopped: WorkbenchError | None = None
    stay: int = 0
    again: str = ""

    def stopped_by(self, error: WorkbenchError) -> Acted:
        """The same, with another word on why it stopped."""
        return replace(self, lines=(*self.lines[:-1], _stopped(error)), stopped=error)


def _in_turn(verb: Callable[Concatenate[Bench, P], Acted]) -> Callable[Concatenate[Bench, P], Acted]:
    """No run keeps its plan between the verb's asking whether one waits, and its flags."""

    @wraps(verb)
    def alone(bench: Bench, /, *args: P.args, **options: P.kwargs) -> Acted:
        with bench.lock.before_keeping():
            return verb(bench, *args, **options)

    return alone


@_in_turn
def undo(bench: Bench, at: str, steps: int = 1, *, dry_run: bool = False) -> Acted:
    """Takes back the newest `steps` steps that are there (an operation, or the drop of one).

    What a run has settled stays: of a partly settled operation the rest is taken back and the line says so. Raises `UsageError`
    for fewer than one step, and `WorkbenchError` if the next one is wholly settled (it names the run to revert) or waits in an
    unfinished run. With `dry_run` nothing is taken back: it tells what would be.
    """
    return _walk(bench, at, steps, back=True, dry_run=dry_run)


def look_back(bench: Bench, number: int) -> Acted:
    """What undo would do up to this operation, itself included; nothing is taken back. Raises `WorkbenchError` if nothing of this
    one can be taken back, for a run has brought all of it to the server or is about to."""
    _refuse_settled(bench, bench.operation(number), "undone")
    return undo(bench, "", bench.ledger.steps_to(number), dry_run=True)


@_in_turn
def redo(bench: Bench, at: str, steps: int = 1) -> Acted:
    """Sets again the newest `steps` steps that undo took back."""
    return _walk(bench, at, steps, back=False)


@_in_turn
def drop(bench: Bench, at: str, number: int) -> Acted:
    """Switches any operation off; undo takes that back. The lines name cells whose recorded before no longer holds."""
    operation = bench.operation(number)
    if number not in bench.ledger.active:
        log = f"workbench log {bench.store.path.stem}"
        raise WorkbenchError(f"operation {number} is not active, so there is nothing to drop; see: {log}")
    _refuse_settled(bench, operation, "dropped")
    loose = _loosened(bench, operation)
    bench.act(at, [("drop", number)])
    stay, said = _stays(bench, operation)
    lines = [f"dropped operation {number} ({told(operation)}){said}; {UNDOES[0]}"]
    more = (*_on_top(*loose), *_still_held(bench, operation))
    return Acted(1, bench.snapshot.staged_cells, (*lines, *more), stay=stay)


@_in_turn
def enable(bench: Bench, at: str, number: int) -> Acted:
    """Switches an operation that was dropped or undone on again, at its old place: what later ones made of its cells stands. Undo
    takes that back. The lines name cells whose recorded before no longer holds."""
    operation = bench.operation(number)
    if number in bench.ledger.active:
        raise WorkbenchError(f"operation {number} is active already; see: workbench log {bench.store.path.stem}")
    _refuse_unfinished(bench, operation, "switched on")
    if operation.changed and not bench.open_cells(operation):
        run = ServerBook(bench).brought_by(operation)
        raise WorkbenchError(
            f"operation {number} was off when run {run} brought other values to all of its cells; stage it anew"
        )
    loose = _loosened(bench, operation, on=True)
    bench.act(at, [("enable", number)])
    lines = [f"switched operation {number} on again ({told(operation)}); {UNDOES[1]}"]
    return Acted(1, bench.snapshot.staged_cells, (*lines, *_on_top(*loose)))


def _on_top(loose: list[str], more: int) -> list[str]:
    if not loose:
        return []
    rest = f" and {more} more" if more else ""
    return [f"staged later on top of it, and staying as they are: {', '.join(loose)}{rest}"]


def _still_held(bench: Bench, operation: Operation) -> list[str]:
    """What to say of a merge that was taken back, and of whose customers some are on hold: a hold is no step of undo."""
    if operation.kind != "merge" or not bench.on_hold.height:
        return []
    others = json.loads(operation.recipe).get("others", [])
    held = bench.base.customers["id"].gather(bench.on_hold["row"])
    count = held.is_in(pl.Series(others, dtype=pl.String).implode()).sum()
    one = "1 customer that it marked as a duplicate stays"
    who = one if count == 1 else f"{count:,} customers that it marked as duplicates stay"
    return [f"{who} on hold, which undo does not take back: is:held finds them, {LET_GO}"] if count else []


def told(operation: Operation) -> str:
    """One line on an operation for people: its note, or what it did."""
    return f"{operation.note or in_words(operation)}, {cells_told(operation.changed)}"


def cells_told(number: int) -> str:
    """1 cell, 2,000 cells."""
    return f"{number:,} {'cell' if number == 1 else 'cells'}"


def _walk(bench: Bench, at: str, steps: int, *, back: bool, dry_run: bool = False) -> Acted:
    if steps < 1:
        raise UsageError(f"the number of steps is {steps}; it must be 1 or more")
    lines: list[str] = []
    stopped: WorkbenchError | None = None
    stay = 0
    ledger, acts = bench.ledger.after(()), list[tuple[str, int]]()
    for _ in range(steps):
        one = ledger.next_undo() if back else ledger.next_redo()
        if one is None:
            break
        act, number = one
        operation = bench.operation(number)
        try:
            (_refuse_settled if act in ("undo", "enable_back") else _refuse_unfinished)(bench, operation, _DONE[act])
        except LetGo:
            raise
        except WorkbenchError as error:
            if not acts:
                raise
            lines.append(_stopped(error))
            stopped = error
            break
        ledger.act(act, number)
        acts.append(one)
        stays, said = (0, "") if act in ON else _stays(bench, operation)
        verb = (_WOULD if dry_run else {**_DONE, "undo": "undid", "redo": "redid"})[act]
        lines.append(f"{verb} operation {operation.id} ({told(operation)}){said}")
        stay += stays
        lines += _still_held(bench, operation) if number not in ledger.active else []
    if acts and not dry_run:
        bench.act(at, acts)
    return Acted(len(acts), bench.snapshot.staged_cells, tuple(lines), stopped, stay, _again(acts) if back else "")


def _again(acts: Sequence[tuple[str, int]]) -> str:
    """What redo does after these acts of undo."""
    if len(acts) == 1:
        return _REDOES[acts[0][0]]
    return "brings them back one by one" if all(act == "undo" for act, _ in acts) else "does them again one by one"


def _stopped(error: WorkbenchError) -> str:
    return f"stopped there: {error.in_commands}"


def _stays(bench: Bench, operation: Operation) -> tuple[int, str]:
    """How many cells of an operation are committed, which no undo moves; and what to say of that."""
    settled = operation.changed - bench.open_cells(operation)
    one = "1 of its cells is committed and stays"
    many = f"{settled:,} of its cells are committed and stay"
    said = f"; {one if settled == 1 else many}; a revert of the run says what of that can go back"
    return settled, said if settled else ""


def _refuse_settled(bench: Bench, operation: Operation, done: str) -> None:
    _refuse_unfinished(bench, operation, done)
    if operation.changed and not bench.open_cells(operation):
        book = ServerBook(bench)
        run, fate = book.brought_by(operation), book.fate_of(operation)
        what = f"operation {operation.id} is committed and cannot be {done}"
        taken_back = runs_named(fate.runs) if fate.reverted else ""
        raise OnServer(what, operation.id, run, bench.store.path.stem, taken_back=taken_back)


def _refuse_unfinished(bench: Bench, operation: Operation, done: str) -> None:
    columns = {(change.table, change.field): change.cells.select("row") for change in operation.changes}
    refuse_waiting(bench, columns, f"operation {operation.id} cannot be {done}")


def refuse_waiting(bench: Bench, columns: dict[tuple[str, str], pl.DataFrame], what: str) -> None:
    """Raises `WorkbenchError` if any of the cells (frames with `row`) waits in an unfinished run; `what` starts the line."""
    run = bench.unfinished()
    if run is None:
        return
    for waiting in stepwise(bench.waiting(run)):
        rows = columns.get((waiting.table, waiting.field))
        if rows is not None and waiting.cells.join(rows, on="row", how="semi").height:
            raise bench.refused(run, f"{what} while ", "")


def _loosened(bench: Bench, dropped: Operation, *, on: bool = False) -> tuple[list[str], int]:
    """The cells whose recorded before no longer holds once an operation is dropped, or (`on`) enabled: the first (`path of id`),
    and how many more."""
    active = bench.ledger.active | {dropped.id} if on else bench.ledger.active - {dropped.id}
    named: list[str] = []
    many = 0
    for later in stepwise(bench.operations):
        if later.id <= dropped.id or later.id not in active:
            continue
        under = {number for number in active if number < later.id}
        for change in stepwise(later.changes):
            if any((change.table, change.field) == (own.table, own.field) for own in dropped.changes):
                rows = _unfounded(bench, later, change, under, dropped)
                many += rows.len()
                few = rows.head(_NAMED - len(named))
                ids = bench.base[change.table]["customer_id"].gather(few)
                paths = cell_paths(bench.base, change.table, change.field, few)
                named += [f"{path} of {id_}" for path, id_ in zip(paths, ids, strict=True)]
    return named, many - len(named)


def _unfounded(bench: Bench, later: Operation, change: Change, under: set[int], dropped: Operation) -> pl.Series:
    """The rows of a later change that the dropped operation touched too, and whose before is not what lies under it now."""
    own = next(own for own in dropped.changes if (own.table, own.field) == (change.table, change.field))
    cells = bench.fold.open_cells(later.id, change).join(own.cells.select("row"), on="row", how="semi")
    step()
    values, _ = bench.fold.column(bench.base, (change.table, change.field), under)
    step()
    return cells.filter(differs(values.gather(cells["row"]), cells["before"]))["row"]
