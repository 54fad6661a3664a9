"""Replaying a recipe: each step is staged on the session's own data, and told as it went. Nothing is ever sent by it.

A step in trouble is told, and what is certain goes on: edits that find much more or less than they did are left out unless the
steward says otherwise, of cells set by hand those that no longer hold what they held.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from workbench.errors import UsageError, WorkbenchError
from workbench.problems.clusters_unseen import unseen, with_unseen
from workbench.replay.hands import Hands, Keep
from workbench.replay.places import by_column, have, of_customers, owners_rows, placed, written
from workbench.replay.recipe import (
    Cell,
    CellStep,
    DropStep,
    EditStep,
    EnableStep,
    FixStep,
    NewStep,
    Recipe,
    Step,
    UnstageStep,
)
from workbench.replay.replayed import (
    APPLIED,
    FAILED,
    NO_OP,
    NOT_REACHED,
    RANGE,
    SPELLINGS,
    UNKNOWN,
    ZERO,
    Answer,
    Replayed,
    Replays,
    always,
    untold,
)
from workbench.replay.trouble import new_spellings, out_of_range
from workbench.results import Staged
from workbench.search.keys import files_of
from workbench.session.rows import Operation
from workbench.stage.edits import Edit, checked
from workbench.stage.meanwhile import again
from workbench.stage.new_items import wanted
from workbench.stage.staging import rows_in

_LEAVE: Final = always("leave")


def refuse_elsewhere(recipe: Recipe, origin: str | None, *, anywhere: bool = False) -> None:
    """Raises `WorkbenchError` for a recipe that was made on another server than `origin`: its ids mean nothing there."""
    if recipe.origin and origin and recipe.origin != origin and not anywhere:
        raise WorkbenchError(
            f"the recipe was made on {recipe.origin}, and this session is of {origin}; if its queries and ids mean the same "
            "there, say so with --anywhere; nothing was staged"
        )


def replay(
    recipe: Recipe,
    hands: Hands,
    on_trouble: Callable[[Replayed], Answer] = _LEAVE,
    *,
    on_step: Callable[[int, Replayed], None] = untold,
    stopped: Callable[[], bool] = bool,
) -> Replays:
    """Stages the steps of a recipe in their order; `on_trouble` is asked about each that is in trouble before it is staged.

    `on_step` is told of each step (its place, from 1) as it is done. Before each `stopped` is asked whether to end there: each is
    staged whole or not at all, and replayed again it goes on where it ended.
    """
    switched = {s.operation: isinstance(s, DropStep) for s in recipe.steps if isinstance(s, DropStep | EnableStep)}
    off = {operation for operation, is_off in switched.items() if is_off}
    work = _Replay(hands, on_trouble, off)
    done: list[Replayed] = []
    for step in recipe.steps:
        if stopped():
            work.stop()
        done.append(work.step(step))
        on_step(len(done), done[-1])
    return Replays(done)


class _Replay:
    """`off` are the steps that the recipe drops later. `before` has what was done on this base already, active and dropped."""

    def __init__(self, hands: Hands, on_trouble: Callable[[Replayed], Answer], off: Collection[int]) -> None:
        self._hands, self._ask, self._off = hands, on_trouble, off
        self._made: dict[int, int] = {}
        self._before = {
            is_off: [one for one in map(_meant, operations) if one.get("base") == hands.generation]
            for is_off, operations in ((False, hands.operations), (True, hands.dropped))
        }
        self._stopped = False

    def stop(self) -> None:
        """Reaches no further step."""
        self._stopped = True

    def step(self, step: Step) -> Replayed:
        """Takes one step; one that cannot be taken at all is told, and stages nothing."""
        if isinstance(step, DropStep | EnableStep):
            return self._switched(step)
        meant = step.meant
        told = Replayed(meant.operation, NOT_REACHED, seen=meant.matched)
        if self._stopped:
            return told
        paths = files_of(getattr(step, "where", None) or "")
        if paths:
            why = f'it would read the file "{paths[0][:100]}": a recipe reads none; write the values: id:=(A B C)'
            return self._asked(replace(told, status=FAILED, message=why))[0]
        try:
            done = self._taken(step, told)
        except UsageError as error:
            done = self._asked(replace(told, status=UNKNOWN, message=error.in_commands))[0]
        if done.made is not None:
            self._made[meant.operation] = done.made
        return done

    def _taken(self, step: EditStep | NewStep | FixStep | CellStep | UnstageStep, told: Replayed) -> Replayed:
        if isinstance(step, EditStep):
            return self._edited(step, told)
        if isinstance(step, NewStep):
            return self._new_items(step, told)
        if isinstance(step, FixStep):
            return self._fixed(step, told)
        return self._cells(step, told) if isinstance(step, CellStep) else self._unstaged(step, told)

    def _edited(self, step: EditStep, told: Replayed) -> Replayed:
        """Edits of what a query finds. Spellings that a map has not seen are staged with the others only if the steward says so."""
        rows = self._hands.found(step.where, step.table)
        current = self._hands.snapshot.current
        for edit in step.edits:
            checked(step.table, edit, current)
        frame = current[step.table]
        more = [unseen(step.table, edit, frame[edit.field].gather(rows)) if edit.method else {} for edit in step.edits]
        edits, trouble = step.edits, new_spellings(more)
        if trouble:
            counted = replace(told, status=SPELLINGS, matched=rows.len(), message=trouble)
            asked, go = self._asked(counted)
            if self._stopped:
                return asked
            if go:
                edits = tuple(with_unseen(edit, new) if new else edit for edit, new in zip(edits, more, strict=True))
        done = self._staged(told, edits, table=step.table, rows=rows, where=step.where, note=step.meant.note)
        if not trouble or done.status not in (APPLIED, NO_OP):
            return done
        return replace(done, message=trouble) if go else replace(done, status=SPELLINGS, message=trouble)

    def _asked(self, told: Replayed) -> tuple[Replayed, bool]:
        """Asks about a step in trouble: how it is told, and whether it is staged none the less."""
        answer = self._ask(told)
        if answer == "stop":
            self._stopped = True
        return told, answer == "go"

    def _staged(self, told: Replayed, edits: Sequence[Edit], **whom: Any) -> Replayed:
        told = replace(told, matched=whom["rows"].len())
        if self._here(told, table=whom["table"], where=whom["where"], edits=[edit.recipe() for edit in edits]):
            return replace(told, status=NO_OP)
        return self._acted(told, lambda keep: self._hands.stage(edits, keep=keep, **whom))

    def _fixed(self, step: FixStep, told: Replayed) -> Replayed:
        fields = list(step.fields) or None
        if self._here(told, fix=list(step.rules), where=step.where, severity=step.severity, fields=fields):
            return replace(told, status=NO_OP)
        whom: dict[str, Any] = {
            **({"rules": step.rules} if step.rules else {}),
            **({"fields": step.fields} if step.fields else {}),
            "severity": step.severity,
            "note": step.meant.note,
        }
        return self._acted(told, lambda keep: self._hands.fix(step.where, keep=keep, **whom))

    def _acted(self, told: Replayed, act: Callable[[Keep], Staged]) -> Replayed:
        """Does what a step is, once it is known how many rows it matches; `act` evaluates it once, and asks before it stages."""
        trouble, done = "", told

        def kept(staged: Staged) -> bool:
            nonlocal trouble, done
            trouble = out_of_range(staged.matched, told.seen)
            if not trouble:
                return True
            done, go = self._asked(replace(told, status=RANGE, matched=staged.matched, message=trouble))
            return go

        staged = act(kept)
        told = replace(told, matched=staged.matched)
        if not staged.changed:
            if told.matched or not told.seen:
                return replace(told, status=NO_OP)
            return self._asked(replace(told, status=ZERO, message="it finds nothing here"))[0]
        if staged.operation is None:
            return done
        return replace(
            done if trouble else told,
            status=RANGE if trouble else APPLIED,
            changed=staged.changed,
            invalid=staged.invalid,
            made=staged.operation,
        )

    def _here(self, step: Replayed, **meant: object) -> bool:
        """Whether this session has the step already, done on the base that it has now: its rows are then those that were meant,
        whatever the steps after it made of them."""
        before = self._before[step.operation in self._off]
        for place, told in enumerate(before):
            if all(told.get(key) == meant[key] for key in meant):
                del before[place]
                return True
        return False

    def _new_items(self, step: NewStep, told: Replayed) -> Replayed:
        home = wanted(step.table, step.edits).home
        if step.where is None:
            rows = owners_rows(self._hands.snapshot.current, home, step.owners)
        else:
            rows = self._hands.found(step.where, home)
        matched = rows.len()
        if step.reference:
            rows = rows.filter(~have(self._hands.snapshot, step.table, rows, step.reference))
        if matched and not rows.len():
            return replace(told, status=NO_OP, matched=matched)
        done = self._staged(
            told, step.edits, table=step.table, rows=rows, where=step.where, note=step.meant.note,
            new=True, reference=step.reference,
        )  # fmt: skip
        return replace(done, matched=matched)

    @again
    def _cells(self, step: CellStep, told: Replayed) -> Replayed:
        recipe = {"cells": len(step.cells), "digest": _digest(step.cells), "base": self._hands.generation}
        now = self._hands.snapshot
        found, told = placed(now, step.cells), replace(told, seen=step.rows)
        told = replace(told, matched=found.rows)
        if self._here(told, **recipe):
            return replace(told, status=NO_OP)
        if found.trouble:
            status = FAILED if found.rows else ZERO
            told = self._asked(replace(told, status=status, message=found.trouble))[0]
        if self._stopped or not found.changes:
            return told if found.trouble else replace(told, status=NO_OP)
        held = self._hands.hold(step.hold, step.meant.note) if step.hold else 0
        made = self._hands.stage_cells(found.changes, matched=found.rows, note=step.meant.note, recipe=recipe, on=now)
        status = told.status if found.trouble else APPLIED
        message = "; ".join(part for part in (told.message, f"{held:,} put on hold, as then" if held else "") if part)
        return replace(
            told, status=status, changed=made.changed, invalid=made.invalid, message=message, made=made.operation
        )

    def _unstaged(self, step: UnstageStep, told: Replayed) -> Replayed:
        """Only cells that this replay staged are taken back: what else is staged here is not the recipe's."""
        snapshot = self._hands.snapshot
        if step.where is None:
            cells = by_column(snapshot.current, step.cells)
        else:
            cells = of_customers(snapshot, self._hands.found(step.where, "customers"), step.field)
        cells = {column: written(snapshot, column, rows, self._made.values()) for column, rows in cells.items()}
        done = self._hands.unstage_cells(cells)
        matched = rows_in(cells.items())
        status = APPLIED if done.changed else NO_OP
        seen = told.seen if step.where is not None else step.rows
        return replace(told, status=status, matched=matched, seen=seen, changed=done.changed, made=done.operation)

    def _switched(self, step: DropStep | EnableStep) -> Replayed:
        made = self._made.get(step.operation)
        if made is None or self._stopped:
            return Replayed(step.operation, NOT_REACHED if self._stopped else NO_OP)
        on = isinstance(step, EnableStep)
        try:
            (self._hands.enable if on else self._hands.drop)(made)
        except WorkbenchError as error:
            return self._asked(Replayed(step.operation, FAILED, message=error.in_commands))[0]
        return Replayed(
            step.operation,
            APPLIED,
            message=f"operation {made} was {'switched on' if on else 'dropped'} again",
            made=made,
        )


def _meant(operation: Operation) -> dict[str, Any]:
    """What an operation meant."""
    told: dict[str, Any] = json.loads(operation.recipe)
    return told


def _digest(cells: Sequence[Cell]) -> str:
    """What tells these cells from others."""
    text = json.dumps([(one.id, one.path, one.was, one.set) for one in cells], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
