"""Edits that are asked for in the grid: of one cell, and of a column in many rows, counted before they are staged."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.fields import Field, editable, known_table
from workbench.customers.fields import field as field_of
from workbench.errors import UsageError, WorkbenchError
from workbench.notebook.grid.asked import Message, number_in, text_in
from workbench.notebook.grid.view import View, shown
from workbench.shown.edit_forms import Form, edit_of, forms_of, transforms_of
from workbench.shown.examples import readable
from workbench.shown.text import safe
from workbench.stage.derived import offered
from workbench.stage.edits import Edit
from workbench.stage.transforms.registry import TRANSFORMS

if TYPE_CHECKING:
    from workbench.results import Staged
    from workbench.workbench import Workbench

_OFFERED: Final = 40
"""So many values are suggested, the commonest."""
_LONGEST: Final = 300
"""A suggested value is no longer; a longer one is none to pick from a list."""


class Editing:
    """Stages through the workbench what the grid asks for."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def cell(self, view: View, message: Message) -> dict[str, Any]:
        """What an editor of one cell begins with: the `text` as it is typed, the `key` of its row, whose it is."""
        row, field = self._cell_of(view, message)
        rows = view.rows
        return {
            "row": row, "field": field.name, "key": view.key(row), "text": rows.typed(row, field.name), "of": safe(rows.label(row)),
        }  # fmt: skip

    def offered(self, view: View, message: Message) -> dict[str, Any]:
        """What could be typed into a field of a table (`choices`); of a pointer what its customers have (that of the `row`, or
        those that are `reach`ed). It is asked for once the editor is there: to count a million texts takes a while."""
        table, name = known_table(text_in(message, "table")), text_in(message, "field")
        rows: pl.Series | None = None
        if table == view.table and field_of(table, name).pointer:
            reach = text_in(message, "reach")
            rows = view.reach(reach) if reach else pl.Series([number_in(message, "row")], dtype=pl.UInt32)
        return {"choices": choices_of(self._bench, table, name, rows)}

    def set(self, view: View, message: Message) -> dict[str, Any]:
        """Stages a cell's new text. Raises `WorkbenchError` if the row or its cell is not what the editor began with."""
        row, field = self._cell_of(view, message)
        if view.key(row) != text_in(message, "key"):
            raise WorkbenchError("that row is another one by now; nothing was staged: look at it again")
        now = view.rows.typed(row, field.name)
        if now != text_in(message, "was"):
            raise WorkbenchError(
                f"{field.name} was changed meanwhile, it holds {shown(now) or 'nothing'}; nothing was staged"
            )
        if now == text_in(message, "text"):
            return {"changed": 0, "said": f"{field.name} stays as it is"}
        one = pl.Series([row], dtype=pl.UInt32)
        staged = self._bench.stage([Edit("set", field.name, text_in(message, "text"))], table=view.table, rows=one)
        return {"changed": staged.changed, "said": told_of(staged)}

    def forms(self, view: View, message: Message) -> dict[str, Any]:
        """The kinds of edit that a column can have, with what each asks for."""
        field = editable(view.table, text_in(message, "field"))
        transforms = [{"text": name, "label": TRANSFORMS[name].summary} for name in transforms_of(field)]
        return {
            "field": field.name, "transforms": transforms, "fields": offered(view.table, field),
            "forms": [asdict(form) for form in forms_of(field)],
        }  # fmt: skip

    def count(self, view: View, message: Message) -> dict[str, Any]:
        """What a bulk edit would do to the rows it reaches; nothing is staged. `edit` is None while something is missing."""
        asked = self._asked(view, message)
        rows = view.reach(text_in(message, "reach"))
        if asked is None:
            return {"edit": None, "rows": rows.len(), "version": view.version}
        staged = self._bench.stage([asked], table=view.table, rows=rows, dry_run=True)
        current = self._bench.snapshot.current
        examples = [
            [safe(one.id), safe(one.path), shown(one.before), shown(one.after)]
            for one in readable(current, view.table, staged.examples)
        ]
        return {
            "edit": asked.kind, "rows": rows.len(), "changed": staged.changed, "unchanged": staged.unchanged,
            "invalid": staged.invalid, "skipped": staged.skipped, "examples": examples,
            "reasons": [safe(reason) for reason in staged.reasons], "unheld": [safe(one) for one in staged.unheld],
            "version": view.version,
        }  # fmt: skip

    def bulk(self, view: View, message: Message) -> dict[str, Any]:
        """Stages a bulk edit: one operation. Raises `WorkbenchError` unless what it was counted on (`version`, `rows`) stands."""
        view.fresh()
        which = text_in(message, "reach")
        rows = view.reach(which)
        if number_in(message, "version") != view.version or number_in(message, "rows") != rows.len():
            raise WorkbenchError(
                "other rows than were counted would be reached by now; nothing was staged: count again"
            )
        asked = self._asked(view, message)
        if asked is None:
            raise UsageError("something is missing of this edit; nothing was staged")
        # remembered as the query, if it finds just these rows: the workbench looks
        staged = self._bench.stage(
            [asked], table=view.table, rows=rows, where=view.query, note=text_in(message, "note").strip()
        )
        return {"changed": staged.changed, "said": told_of(staged)}

    def unstage(self, view: View, message: Message) -> dict[str, Any]:
        """Takes staged cells back to base: one cell, or all of the marked rows."""
        view.fresh()
        if text_in(message, "field"):
            row, field = self._cell_of(view, message)
            found = self._bench.unstage(rows=pl.Series([row], dtype=pl.UInt32), table=view.table, field=field.name)
        else:
            found = self._bench.unstage(rows=view.reach("marked"), table=view.table)
        return {"changed": found.changed, "said": f"unstaged {_cells(found.changed)}"}

    def _asked(self, view: View, message: Message) -> Edit | None:
        field = editable(view.table, text_in(message, "field"))
        form = self._form(field, text_in(message, "kind"))
        first, second = text_in(message, "first"), text_in(message, "second")
        return edit_of(form, field, first, second, bool(message.get("regex")))

    def _form(self, field: Field, kind: str) -> Form:
        for form in forms_of(field):
            if form.kind == kind:
                return form
        raise UsageError(f"{field.name} cannot be edited by {safe(kind) or 'nothing'}")

    def _cell_of(self, view: View, message: Message) -> tuple[int, Field]:
        row = number_in(message, "row")
        view.key(row)
        return row, editable(view.table, text_in(message, "field"))


def choices_of(bench: Workbench, table: str, field: str, rows: pl.Series | None) -> list[dict[str, str]]:
    """What could be typed into a field (`text`), how that is shown (`seen`), and what it is: the name, or in how many rows it
    stands, of `rows` first."""
    return [
        {
            "text": one.text, "seen": shown(one.text),
            "label": shown(one.label) if one.label != one.text else f"{one.here or one.everywhere:,}",
        }
        for one in bench.choices(field, table=table, rows=rows)[:_OFFERED]
        if len(one.text) <= _LONGEST
    ]  # fmt: skip


def told_of(staged: Staged) -> str:
    """What was staged, in words."""
    if not staged.changed:
        return "nothing changes"
    invalid = f", {staged.invalid:,} of them not valid: their customers are held" if staged.invalid else ""
    return f"staged {_cells(staged.changed)}{invalid}"


def _cells(number: int) -> str:
    return f"{number:,} {'cell' if number == 1 else 'cells'}"
