"""What became of one customer's patch: its cells, the server's words, the exact body."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from screens.lines import Part
from screens.widgets.difference import differing
from screens.widgets.reading_pane import ReadingPane
from workbench.commit.customer_outcome import CustomerOutcome

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

    def show(self, label: str, told: CustomerOutcome) -> None:
        """Shows what became of a customer's patch."""
        said = told.status and not told.reason.startswith(str(told.status))
        status = f", HTTP {told.status}" if said else ""
        lines: list[Line] = [((label, "bold"), f"  {told.id}")]
        lines.append(((told.outcome or "waiting", "bold"), status, f": {told.reason}" if told.reason else ""))
        lines += [("  the server says ", (place, "bold"), ": " if place else "", said) for place, said in told.said]
        lines += [("  changed beside it, unasked: ", (path, "bold")) for path in told.beside]
        for cell in told.cells.head(_CELLS).iter_rows(named=True):
            lines += [(), *_cell(cell)]
        if told.cells.height > _CELLS:
            lines += [(), (f"… and {told.cells.height - _CELLS:,} cells more",)]
        body = told.body.decode(errors="replace")
        more = f" … and {len(body) - _BODY:,} characters more" if len(body) > _BODY else ""
        lines += [(), (("PATCH /v1/customers/", "bold"), (told.id, "bold"), (f"  {len(told.body):,} bytes:", "dim"))]
        lines += [(body[:_BODY] + more,)]
        self.say_lines(lines)


def _cell(cell: dict[str, Any]) -> list[Line]:
    """A cell: what it held, what was asked, what the server was seen to hold, and why."""
    before, asked, stored = (cell[name] or "" for name in ("before", "asked", "stored"))
    lines: list[Line] = [((cell["path"], "bold"),)]
    lines.append(("  before ", *differing(before, asked, "strike")))
    lines.append(("  asked  ", *differing(asked, before, "bold underline")))
    if cell["stored"] is None and cell["outcome"] not in ("altered", "conflict"):
        lines.append(("  stored ", ("not seen", "dim")))
    elif stored != asked:
        lines.append(("  stored ", *differing(stored, asked, "bold reverse")))
    else:
        lines.append(("  stored ", ("as asked", "dim")))
    return [*lines, ("  ", (cell["reason"], "italic"))] if cell["reason"] else lines
