"""Staging: edits, sheets, pastes, undo; holds and acceptances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.customers.fields import known_table
from workbench.door.said import counts, now, same_rows, unbroken, who
from workbench.door.undoing import Undoing
from workbench.errors import UsageError
from workbench.given import given, refuse_beyond
from workbench.results import Held, Staged, StagedSheet, Unstaged
from workbench.session.rows import Change, Operation
from workbench.stage import accepting, acting, holding, unstaging
from workbench.stage.choice import Cells
from workbench.stage.edits import Edit
from workbench.stage.meanwhile import again
from workbench.stage.new_items import new_items, new_reference, wanted
from workbench.stage.notes import Note
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import evaluated

if TYPE_CHECKING:
    from workbench.stage.pasting import Landed


@given
class Staging(Undoing):
    """Stages and takes back. Nothing here is sent."""

    @again
    def stage(
        self,
        edits: Sequence[Edit],
        *,
        table: str = "customers",
        rows: pl.Series | None = None,
        where: str | None = None,
        note: str = "",
        dry_run: bool = False,
        keep: Callable[[Staged], bool] | None = None,
        kind: str = "stage",
        new: bool = False,
        reference: str = "",
    ) -> Staged:
        """Stages edits of the rows given by number, or of those that the query `where` finds (all, if neither is told; a `where` or
        `rows` that is None beside nothing else is refused as a slip): one operation. With both, `rows` are staged, and `where` is
        remembered as whom was meant, if it finds just these.

        With `new` the edits (all `set`) make a new item of a nested table for each of them: of customers, or of the addresses
        or contacts that a new attribute's `owner` names; their references begin with `reference`, or with one unlike any other.
        With `dry_run` nothing is kept: it tells what would happen; `keep` is told that too, and says whether to keep it. Raises
        `UsageError` for an edit that does not fit, and `QueryError`.

        >>> from workbench.stage.edits import Edit
        >>> wb.stage([Edit("set", "payment_term", "COD"), Edit("set", "first_name", "Ada")]).changed
        24
        """
        if not edits:
            raise UsageError(
                "nothing was said to do: give --set, --clear, --replace, --apply, --add, --remove, --swap or --from"
            )
        snapshot = self.snapshot
        asked = wanted(table, edits) if new else None
        home = asked.home if asked else known_table(table)
        where, kept = self._without_files(where)
        if asked and rows is not None:
            refuse_beyond(snapshot.current[home].height, rows, home)
        chosen = rows.cast(pl.UInt32) if rows is not None else self._found(snapshot, where or "", home)
        made = new_items(snapshot, asked, chosen, reference=reference or new_reference()) if asked else None
        found = made.evaluated if made else evaluated(snapshot, home, chosen, edits, region=self.settings.region)
        told = counts(found)
        if dry_run or not found.changes or (keep is not None and not keep(Staged(None, *told))):
            return Staged(None, *told)
        meant = kept if rows is not None or where else ""
        if (
            rows is not None
            and where is not None
            and not new
            and not same_rows(self._found(snapshot, where, home), chosen)
        ):
            meant = None
        recipe: dict[str, object] = {"table": table, "where": meant, "edits": [e.recipe() for e in edits]}
        recipe["base"] = self._bench.facts.get("base", "0")
        if made:
            recipe["new"] = True
        over = {made.table: made.rows} if made else None
        added = self._add(kind, note, recipe, found.matched, found.changes, over, on=snapshot)
        return Staged(added.id, *told)

    @again
    def stage_sheet(
        self,
        file: Path | str,
        *,
        table: str = "customers",
        key: str = "id",
        empty: str = "keep",
        note: str = "",
        dry_run: bool = False,
        sheet: str = "",
    ) -> StagedSheet:
        """Stages the corrections of a sheet, its rows named by the column `key`: one operation. An empty cell changes nothing,
        or with `empty="clear"` clears. `sheet` names one of a workbook's.

        A sheet that `export` or `outcomes` wrote stages only what its owner changed, and nothing that moved meanwhile. Raises
        `UsageError` and `WorkbenchError` with the place in the file; then nothing is staged.
        """
        from workbench.load.sheet import read_sheet
        from workbench.stage.sheets import corrections

        read, snapshot = read_sheet(Path(file), sheet), self.snapshot
        found = corrections(snapshot, read, table=table, key=key, empty=empty)
        came = found.evaluated
        number = None
        if came.changes and not dry_run:
            recipe = {"table": table, "file": read.name, "sha256": read.digest, "key": key, "empty": empty}
            number = self._add("sheet", note, recipe, came.matched, came.changes, on=snapshot).id
        return StagedSheet(
            number,
            *counts(came),
            lost=found.lost,
            moved=found.moved,
            unknown=found.unknown,
            formulas=found.formulas,
            formula=found.formula,
            emptied=found.emptied,
            emptied_one=found.emptied_one,
        )

    def land(
        self, text: str, *, table: str, columns: Sequence[str], below: pl.Series, marked: pl.Series | None = None
    ) -> Landed:
        """Where a text pasted from a spreadsheet would go: down along the rows `below` and right along `columns`, both from
        the cursor on; one line to all `marked` rows, if there are any. Raises `UsageError` for a text that is no such block."""
        from workbench.load.pasted import read_block
        from workbench.stage.pasting import landed

        none = pl.Series([], dtype=pl.UInt32)
        return landed(read_block(text), known_table(table), columns, below, none if marked is None else marked)

    @again
    def stage_landed(self, block: Landed, *, empty: str = "keep", note: str = "", dry_run: bool = False) -> StagedSheet:
        """Stages the cells of a pasted block: one operation. An empty cell changes nothing, or with `empty="clear"` clears.

        Raises `UsageError` with the line for a value of the wrong kind; then nothing is staged.
        """
        from workbench.stage.sheets import put

        snapshot = self.snapshot
        found = put(snapshot, block.sheet, table=block.table, rows=block.rows, empty=empty)
        came, number = found.evaluated, None
        if came.changes and not dry_run:
            recipe = {"table": block.table, "pasted": block.sheet.columns, "lines": block.lines,
                      "sha256": block.sheet.digest, "empty": empty}  # fmt: skip
            number = self._add("paste", note, recipe, came.matched, came.changes, on=snapshot).id
        return StagedSheet(
            number,
            *counts(came),
            lost=found.lost,
            moved=found.moved,
            formulas=found.formulas,
            formula=found.formula,
        )

    @again
    def unstage(
        self, *, where: str = "", rows: pl.Series | None = None, table: str = "customers", field: str = ""
    ) -> Unstaged:
        """Takes staged cells back to base: an operation too.

        `where` selects customers with all of their staged cells ("" also those that the server no longer has), `field`
        (`payment_term`, `addresses.city`) narrows; `rows` are row numbers of `table` instead. Raises `UsageError` for an
        unknown field or table, `WorkbenchError` for cells that wait in an unfinished run.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.unstage(where="payment_term:COD").changed
        12
        """
        snapshot = self.snapshot
        asked, kept = self._without_files(where)
        customers = self._found(snapshot, asked or "", "customers") if rows is None and where.strip() else None
        changes = unstaging.removal(snapshot, customers=customers, rows=rows, table=table, name=field)
        recipe = {"table": table, "where": kept if rows is None else None, "field": field}
        return self._unstaged(changes, recipe, snapshot)

    @again
    def unstage_cells(self, cells: Cells) -> Unstaged:
        """Takes these staged cells (row numbers by column) back to base, as `unstage` does: one operation. Raises `WorkbenchError`
        for cells that wait in an unfinished run."""
        snapshot = self.snapshot
        changes = unstaging.removal_of(snapshot, cells)
        recipe = {"cells": {".".join(column): rows.len() for column, rows in cells.items()}}
        return self._unstaged(changes, recipe, snapshot)

    def _unstaged(self, changes: tuple[Change, ...], recipe: object, on: Snapshot) -> Unstaged:
        changed = sum(change.count for change in changes)
        columns = {(change.table, change.field): change.cells.select("row") for change in changes}
        with self._bench.lock.before_keeping():
            acting.refuse_waiting(self._bench, columns, "these cells cannot be unstaged")
            number = self._add("unstage", "", recipe, changed, changes, on=on).id if changed else None
        return Unstaged(number, changed)

    def operation(self, number: int) -> Operation:
        """An operation with its changes and its newest note. Raises `WorkbenchError` if there is none."""
        return self._bench.operation(number)

    def annotate(self, operation: int, note: str) -> None:
        """Writes a newer note of an operation; the earlier ones are kept. Raises `WorkbenchError` if there is no operation."""
        self._bench.annotate(operation, Note(now(), who(), unbroken(note)))

    def hold(self, where: str = "", *, rows: pl.Series | None = None, note: str = "") -> Held:
        """Leaves the customers given by row number, or those that `where` finds, out of every commit until they are released.

        No operation: undo does not step through it. Raises `WorkbenchError` for customers that wait in an unfinished run.

        >>> done = wb.search().set("payment_term", "COD")
        >>> wb.hold("payment_term:COD", note="ask Ada first").changed, wb.plan().planned
        (12, 0)
        """
        customers = self._found(self.snapshot, where, "customers") if rows is None else rows.cast(pl.UInt32)
        return Held(holding.hold(self._bench, now(), who(), customers, unbroken(note)))

    def release(self, where: str = "", *, rows: pl.Series | None = None) -> Held:
        """Lets those of the customers (as in `hold`) who are on hold go with the next commit again; how many those were. Raises
        `QueryError`."""
        customers = self._found(self.snapshot, where, "customers") if rows is None else rows.cast(pl.UInt32)
        return Held(holding.release(self._bench, now(), who(), customers))

    def accept(self, cells: Cells) -> Held:
        """Keeps that these staged cells (row numbers by column) were looked at and accepted, with who and when.

        No operation, as a hold. An acceptance lapses when the cell's value, what it was before, or what its body carries along in
        arrays becomes another.
        """
        return Held(accepting.accept(self._bench, now(), who(), cells))

    def withdraw(self, cells: Cells) -> Held:
        """Takes acceptances back: the cells are to be looked at again."""
        return Held(accepting.accept(self._bench, now(), who(), cells, accepted=False))
