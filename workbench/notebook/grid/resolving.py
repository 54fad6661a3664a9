"""Conflicts in the grid: staged cells that somebody else changed on the server meanwhile, and which value stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.errors import UsageError, WorkbenchError
from workbench.notebook.grid.asked import Message, number_in, text_in
from workbench.notebook.grid.editing import choices_of
from workbench.notebook.grid.view import shown
from workbench.shown.rows import called
from workbench.shown.text import safe

if TYPE_CHECKING:
    from workbench.workbench import Workbench

PAGE: Final = 20
"""So many conflicts at a time."""

_LONGEST: Final = 200
_KEPT: Final = {
    "ours": "ours, to be sent by the next commit",
    "theirs": "what the server holds; ours is taken back",
    "value": "the new value, to be sent by the next commit",
}


class Resolving:
    """Shows conflicts and settles them: those that were shown, as they were shown, or none."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def conflicts(self, message: Message) -> dict[str, Any]:
        """The first conflicts, each with its place (`table`, `field`, `row`), whose it is, its path and the three values; how many
        there are in `all`, and what tells them from any others (`mark`)."""
        snapshot = self._bench.snapshot
        cells = self._bench.conflict_cells(snapshot)
        found = []
        for one in cells.head(PAGE).iter_rows(named=True):
            rows = cells.filter(_place(one)).head(1)
            table, field, row = one["table"], one["field"], rows["row"]
            found.append(
                {
                    "table": table, "field": field, "row": one["row"],
                    "who": shown(called(snapshot.current, rows["customer"])[0]),
                    "path": safe(cell_paths(snapshot.current, table, field, row)[0]),
                    **{name: shown(one[name], _LONGEST) for name in ("loaded", "theirs", "ours")},
                    "gone": one["theirs"] is None and bool(snapshot.base[table]["_gone"][one["row"]]),
                }
            )  # fmt: skip
        return {"conflicts": found, "all": cells.height, "mark": _mark(cells)}

    def weigh(self, message: Message) -> dict[str, Any]:
        """What keeping a new value (`text`) in one conflict would come to; nothing is staged. `choices` are what could be typed."""
        cells = self._shown(message)
        text = _typed(message)
        tried = self._bench.resolve(text, cells=cells, dry_run=True)
        why = safe("; ".join(tried.reasons))
        return {"text": text, "clears": not text.strip(), "invalid": tried.invalid, "why": why}

    def ours(self, message: Message) -> dict[str, Any]:
        """What an editor of one conflict begins with: our value as it is `text`, and what could be typed instead."""
        [one] = self._shown(message).head(1).iter_rows(named=True)
        return {"text": one["ours"] or "", "choices": choices_of(self._bench, one["table"], one["field"], None)}

    def resolve(self, message: Message) -> dict[str, Any]:
        """Keeps `ours` or `theirs` of one conflict (its place), or of `all`; or a new `value` (`text`) of one.

        Raises `WorkbenchError` if conflicts are not those that were shown (`mark`) any more; then nothing is staged.
        """
        keep = text_in(message, "keep")
        if keep not in _KEPT:
            raise UsageError(f"a conflict is settled by ours, theirs or a value, not by {safe(keep) or 'nothing'}")
        chosen = self._shown(message, many=keep != "value" and message.get("all") is True)
        done = self._bench.resolve(_typed(message) if keep == "value" else keep, cells=chosen)
        what = "1 conflict" if done.changed == 1 else f"{done.changed:,} conflicts"
        held = "; it is not valid: the customer stays held" if done.invalid and keep == "value" else ""
        return {"changed": done.changed, "said": f"{what} settled: {_KEPT[keep]}{held}"}

    def _shown(self, message: Message, *, many: bool = False) -> pl.DataFrame:
        """The conflict that a message means, or all of them: as they were shown."""
        cells = self._bench.conflict_cells()
        if text_in(message, "mark") != _mark(cells):
            raise WorkbenchError("the conflicts are not those that were shown any more; nothing was staged: look again")
        chosen = cells if many else cells.filter(_place(message))
        if not chosen.height:
            raise UsageError("there is no such conflict")
        return chosen


def _typed(message: Message) -> str:
    """The value that was typed. Raises `UsageError` for a word that means something else to the workbench."""
    text = text_in(message, "text")
    if text in ("ours", "theirs"):
        raise UsageError(
            f"{text} is the name of a side: keep ours here, and edit the cell in the grid to hold this word"
        )
    return text


def _place(one: Any) -> pl.Expr:
    table, field, row = text_in(one, "table"), text_in(one, "field"), number_in(one, "row")
    return (pl.col("table") == table) & (pl.col("field") == field) & (pl.col("row") == row)


def _mark(cells: pl.DataFrame) -> str:
    """What tells these conflicts, with their values, from any others."""
    return f"{cells.height} {cells.hash_rows().sum() if cells.height else 0}"
