"""What is told to others, as pages: the report of what is staged, who changed cells, and what was done in a session, or in many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from workbench.calls import as_calls
from workbench.commit.audit import Audit
from workbench.commit.report import OUTCOMES
from workbench.notebook.displays_done import LOOKS
from workbench.notebook.page import (
    FIRST,
    Bit,
    Block,
    Body,
    Fold,
    Head,
    Line,
    Page,
    Part,
    Plot,
    Table,
    change,
    figure,
    value,
)
from workbench.report.review import ReviewReport
from workbench.report.text import summary_lines
from workbench.results import Log, Logs
from workbench.shown.text import count, of_outcome, safe

_HEADS: Final = tuple(Head(name) for name in ("at", "by", "customer", "cell", "change", "what"))
_LOGS: Final = tuple(Head(name) for name in ("session", "at", "by", "what", "came to"))
_MOST: Final = 40


def audit(found: Audit) -> Page:
    """The newest events, oldest first, each with what it did to its cell."""
    events = list(found.rows())
    rows = [
        (Bit(_time(one["at"])), value(one["by"]), value(one["id"]), value(one["path"]),
         change(one["before"], one["after"]), _what(one))
        for one in events[-2 * FIRST :]
    ]  # fmt: skip
    title = f"{count(len(events), 'event')} of cells" if events else "Nothing was done to such cells"
    return Page([title], [Table(_HEADS, rows, len(events), "earlier event")] if rows else [])


def log(done: Log) -> Page:
    """Operations and runs, the newest of each."""
    operations = [
        (figure(o["operation"]), _time(o["at"]), value(o["by"]), Bit(o["stands"], "soft" if o["state"] != "active" else ""),
         figure(o["changed"]),
         value(o["note"] or o.get("did") or o["kind"]))
        for o in done.operations[-2 * FIRST :]
    ]  # fmt: skip
    heads = (Head("operation", True), Head("at"), Head("by"), Head("state"), Head("cells", True), Head("what"))
    runs = [
        (figure(run["run"]), _time(run["at"]), value(run["by"]), Bit(run.get("stands", "")), _outcomes(run))
        for run in done.runs[-FIRST:]
    ]
    of_runs = (Head("run", True), Head("at"), Head("by"), Head("state"), Head("outcomes"))
    title = f"{count(len(done.operations), 'operation')}, {count(len(done.runs), 'run')}"
    return Page([title], [
        *_course(done.runs[-FIRST:]), Table(heads, operations, len(done.operations), "earlier operation"),
        Table(of_runs, runs, len(done.runs), "earlier run"),
    ])  # fmt: skip


def logs(found: Logs) -> Page:
    """The newest of what was done in all sessions, by time, the events of cells that were asked for, and what was left out."""
    rows = [
        (value(one["session"]), Bit(_time(one["at"])), value(one["by"]),
         Bit(f"operation {one['operation']}: {one['note'] or one['did']}" if "operation" in one else f"run {one['run']}"),
         Bit(f"{count(one['changed'], 'cell')}, {one['stands']}" if "operation" in one else _outcomes(one)))
        for one in found.acts[-2 * FIRST :]
    ]  # fmt: skip
    sessions = {one["session"] for one in (*found.operations, *found.runs)}
    title = f"{count(len(found.operations), 'operation')}, {count(len(found.runs), 'run')} of {count(len(sessions), 'session')}"
    blocks: list[Block] = [Table(_LOGS, rows, len(found.acts), "earlier entry")]
    if found.cells is not None:
        of_cells = audit(found.cells)
        blocks += [Line([*of_cells.title]), *of_cells.blocks]
    blocks += [Line([value(name), f" was left out: {as_calls(safe(why))}"], "bad") for name, why in found.skipped]
    return Page([title], blocks)


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


def _course(runs: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """What became of the customers of each run, one run after the other."""
    lines = [
        (f"run {run['run']}, {_time(run['at'])[:16]}", [Part(name, run.get(name, 0), LOOKS[name]) for name in OUTCOMES])
        for run in runs
    ]
    if lines:
        yield Plot("outcomes of the runs", lines, stacked=True)


def _outcomes(run: Mapping[str, Any]) -> str:
    counts = ", ".join(of_outcome(run[name], name) for name in OUTCOMES if run.get(name)) or "nothing done"
    return f"{counts}; {run['fate']}" if run.get("fate") else counts


def _time(at: str) -> str:
    return at[:19].replace("T", " ")
