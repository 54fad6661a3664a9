"""New addresses, contacts and attributes that are asked for in the grid: tried while they are typed, then staged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.errors import UsageError, WorkbenchError
from workbench.notebook.grid.asked import Message, number_in, text_in, texts_in
from workbench.notebook.grid.editing import told_of
from workbench.notebook.grid.view import View
from workbench.shown.addable import Addable, addable
from workbench.shown.text import safe
from workbench.stage.new_items import new_reference

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.stage.edits import Edit
    from workbench.workbench import Workbench

_REFERENCE: Final = re.compile(r"wb-[0-9a-f]{10}")


class Adding:
    """Stages new items through the workbench: of the customer of the row that the form began with, or of none."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def kinds(self, view: View, message: Message) -> dict[str, Any]:
        """What a form begins with: whose row it is (`of`, `key`), what can be added there, each with its fields, and the
        `reference` that the item will have: the same form that is sent twice makes one item."""
        row = number_in(message, "row")
        key = view.key(row)
        kinds = [
            {"label": one.label, "table": one.table, "fields": one.fields, "missing": one.missing}
            for one in addable(self._bench.snapshot, view.table, row)
        ]
        return {"row": row, "key": key, "of": safe(view.rows.label(row)), "kinds": kinds, "reference": new_reference()}

    def tried(self, view: View, message: Message) -> dict[str, Any]:
        """What adding the item would come to; nothing is staged. `fits` says whether it can be added as it is typed so far."""
        what, edits = self._asked(view, message)
        if edits is None:
            return {"fits": False, "said": what.missing, "lacks": False, "invalid": 0, "reasons": []}
        counted = self._staged(what, edits, message, dry_run=True)
        said = what.told(edits, skipped=counted.skipped, changed=counted.changed)
        return {
            "fits": counted.changed > 0, "said": said, "lacks": bool(what.lacks(edits)), "invalid": counted.invalid,
            "reasons": [safe(reason) for reason in counted.reasons],
        }  # fmt: skip

    def add(self, view: View, message: Message) -> dict[str, Any]:
        """Stages the item: one operation. `row` is its number in the `table` that it is of, None if there is one already."""
        what, edits = self._asked(view, message)
        if edits is None:
            raise UsageError(f"nothing was added: {what.missing}")
        done = self._staged(what, edits, message)
        if done.operation is None:
            why = what.told(edits, skipped=done.skipped, changed=done.changed)
            return {"changed": 0, "said": f"nothing was added: {why}", "table": "", "row": None}
        made = self._bench.search(f"op:{done.operation}", what.table).rows
        row = int(made[-1]) if made.len() else None
        return {
            "changed": done.changed, "said": f"new {what.label}: {told_of(done)}; Undo takes it back",
            "table": what.table, "row": row,
        }  # fmt: skip

    def _asked(self, view: View, message: Message) -> tuple[Addable, tuple[Edit, ...] | None]:
        """What is to be added, and what it is to hold. Raises `WorkbenchError` if the row is not that of the form any more."""
        row = number_in(message, "row")
        if view.key(row) != text_in(message, "key"):
            raise WorkbenchError("that row is another one by now; nothing was staged: look at it again")
        label, typed = text_in(message, "kind"), texts_in(message, "values")
        for what in addable(self._bench.snapshot, view.table, row):
            if what.label == label:
                return what, what.edits(typed)
        raise UsageError(f"{safe(label) or 'nothing'} cannot be added to a row of {view.table}")

    def _staged(self, what: Addable, edits: tuple[Edit, ...], message: Message, *, dry_run: bool = False) -> Staged:
        reference = text_in(message, "reference")
        if not _REFERENCE.fullmatch(reference):
            raise UsageError("the grid was asked for a new item without the reference of its form")
        note = text_in(message, "note").strip() or f"new {what.label}"
        rows = pl.Series([what.row], dtype=pl.UInt32)
        return self._bench.stage(
            edits, table=what.table, rows=rows, new=True, reference=reference, note=note, dry_run=dry_run
        )
