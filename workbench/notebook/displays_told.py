"""What is told to others, as pages: the report of what is staged, and who changed cells."""

from __future__ import annotations

from typing import Final

from workbench.commit.audit import Audit
from workbench.notebook.page import FIRST, Bit, Body, Fold, Head, Line, Page, Table, change, value
from workbench.report.review import ReviewReport
from workbench.report.text import summary_lines
from workbench.shown.text import count, safe

_HEADS: Final = tuple(Head(name) for name in ("at", "by", "customer", "cell", "change", "what"))
_MOST: Final = 40


def audit(found: Audit) -> Page:
    """The newest events, oldest first, each with what it did to its cell."""
    events = list(found.rows())
    rows = [
        (Bit(one["at"][:19].replace("T", " ")), value(one["by"]), value(one["id"]), value(one["path"]),
         change(one["before"], one["after"]), _what(one))
        for one in events[-2 * FIRST :]
    ]  # fmt: skip
    title = f"{count(len(events), 'event')} of cells" if events else "Nothing was done to such cells"
    return Page([title], [Table(_HEADS, rows, len(events), "earlier event")] if rows else [])


def report(found: ReviewReport) -> Page:
    """The same change grouped, the oddest first, with what is to be looked at."""
    preview = found.preview
    title = f"Report: {count(preview.changes, 'cell')} of {count(preview.customers, 'customer')} staged"
    lines = list(summary_lines(found, safe))
    rest = [Fold(f"{len(lines) - _MOST:,} lines more", [Body("\n".join(lines[_MOST:]))])] if len(lines) > _MOST else []
    hint = Line(['wb.write_diff("review.html") writes it as one page'], "soft")
    return Page([title], [Body("\n".join(lines[:_MOST])), *rest, hint] if preview.customers else [])


def _what(one: dict[str, object]) -> Bit:
    if one["event"] == "run":
        why = f": {one['reason']}" if one["reason"] else ""
        return Bit(f"run {one['run']}: {one['outcome']}{why}", "good" if one["outcome"] == "committed" else "")
    note = f": {one['note']}" if one["note"] else ""
    return Bit(f"{one['event']} {one['operation'] or ''}{note}")
