"""What became of one customer's patch: its cells, the server's words, the exact body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from screens.lines import Part
from screens.widgets.difference import differing
from screens.widgets.reading_pane import ReadingPane
from workbench.commit.customer_outcome import CustomerOutcome
from workbench.customers.tables import Tables
from workbench.shown.named import named_in, reason_named

_BODY: Final = 20_000
"""Characters of a body that are painted; the rest is counted."""
_CELLS: Final = 200
"""Cells of a customer that are painted; the rest is counted."""

Line = tuple[Part, ...]


class OutcomePane(ReadingPane):
    """Paints an outcome. Every word of it is data: the customer's or the server's."""

    TEXT: ClassVar[str] = "outcome"
    DEFAULT_CSS = """
    OutcomePane { display: none; }
    OutcomePane.-open { display: block; }
    """

    def show(self, label: str, told: CustomerOutcome, tables: Tables) -> None:
        """Shows what became of a customer's patch; `tables` know what people call the ids in it, which stand beside the names."""
        said = told.status and not told.reason.startswith(str(told.status))
        status = f", HTTP {told.status}" if said else ""
        lines: list[Line] = [((label, "bold"), f"  {told.id}")]
        why = reason_named(tables, told.reason)
        lines.append(((told.outcome or "waiting", "bold"), status, f": {why}" if why else ""))
        lines += [("  the server says ", (place, "bold"), ": " if place else "", said) for place, said in told.said]
        lines += [("  changed beside it, unasked: ", (path, "bold")) for path in told.beside]
        for cell in told.cells.head(_CELLS).iter_rows(named=True):
            lines += [(), *_cell(cell, tables)]
        if told.cells.height > _CELLS:
            lines += [(), (f"… and {told.cells.height - _CELLS:,} cells more",)]
        body = told.body.decode(errors="replace")
        more = f" … and {len(body) - _BODY:,} characters more" if len(body) > _BODY else ""
        lines += [(), (("PATCH /v1/customers/", "bold"), (told.id, "bold"), (f"  {len(told.body):,} bytes:", "dim"))]
        lines += [(body[:_BODY] + more,)]
        self.say_lines(lines)


def _cell(cell: dict[str, Any], tables: Tables) -> list[Line]:
    """A cell: what it held, what was asked, what the server was seen to hold, and why."""
    before, asked, stored = (cell[name] or "" for name in ("before", "asked", "stored"))
    names = named_in(tables, [(cell["path"], f"{before},{asked},{stored}".split(","))])
    lines: list[Line] = [((cell["path"], "bold"),)]
    lines.append(("  before ", *_called(before, names), *differing(before, asked, "strike")))
    lines.append(("  asked  ", *_called(asked, names), *differing(asked, before, "bold underline")))
    if cell["stored"] is None and cell["outcome"] not in ("altered", "conflict"):
        lines.append(("  stored ", ("not seen", "dim")))
    elif stored != asked:
        lines.append(("  stored ", *_called(stored, names), *differing(stored, asked, "bold reverse")))
    else:
        lines.append(("  stored ", ("as asked", "dim")))
    reason = reason_named(tables, cell["reason"] or "")
    return [*lines, ("  ", (reason, "italic"))] if reason else lines


def _called(ids: str, names: Mapping[str, str]) -> list[Part]:
    """What people call the ids of a value (with commas between them), if anything."""
    called = [names[id_] for id_ in ids.split(",") if id_ in names] if names else []
    return [(f"{', '.join(called)}  ", "bold")] if called else []
