"""The report of what is staged as lines of text: the same change grouped, the oddest first, and what a reader needs beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbench.preview.text import Show, digest_lines, irreversible_lines, left_out_lines, quoted, waiting_lines
from workbench.report.loaded import loaded_lines
from workbench.report.review import WARNED, ReviewReport, Shape
from workbench.shown.text import count

_LONGEST: Final = 200
"""So many characters of a value stand in a line of a summary; the rest is counted."""


def summary_lines(report: ReviewReport, show: Show) -> Iterator[str]:
    """What was loaded, what is staged, why, what to be warned of, problems fixed and introduced, the groups with examples; nothing
    if nothing is staged."""
    if not report.preview.changes:
        return
    yield from head_lines(report, show)
    yield from _steps(report, show)
    yield from _warnings(report, show)
    yield from _problems(report, show)
    yield "changes, the oddest first:"
    yield from group_lines(report, show)
    yield from left_out_lines(report.preview)
    yield from waiting_lines(report.preview.waiting, show)
    yield from irreversible_lines(report.preview.irreversible, show)
    yield from digest_lines(report.preview)


def head_lines(report: ReviewReport, show: Show) -> Iterator[str]:
    """What was loaded when, and what is staged of it; nothing if nothing is."""
    preview = report.preview
    if not preview.changes:
        return
    for place, line in enumerate(loaded_lines(report.loads, report.as_of)):
        yield f"{'' if place else 'loaded':6} {show(line)}"
    held = f", {count(preview.held, 'customer')} held" if preview.held else ""
    sent = f"; the plan sends {count(report.sent, 'customer')}" if report.sent else ""
    yield f"staged {count(preview.changes, 'change')} of {count(preview.customers, 'customer')}{held}{sent}"


def group_lines(report: ReviewReport, show: Show) -> Iterator[str]:
    """The groups of the same change, with what is odd about them and examples where the group itself does not tell all."""
    for shape in report.shapes:
        yield _group(shape, show)
        if shape.group.odd or shape.group.different > 1:
            yield from _examples(shape, show)


def _group(shape: Shape, show: Show) -> str:
    group = shape.group
    other = f"  (this server will store {_short(shape.otherwise, show)})" if shape.otherwise is not None else ""
    more = f"  and {group.different - 1:,} other changes ({group.manner})" if group.different > 1 else ""
    odd = f"  !! {show('; '.join(group.odd))}" if group.odd else ""
    return f"{group.times:>8,} x {group.name}: {_short(shape.before, show)} -> {_short(shape.after, show)}{other}{more}{odd}"


def _examples(shape: Shape, show: Show) -> Iterator[str]:
    tells_each = shape.group.different > 1 or shape.group.is_new
    for one in shape.examples:
        values = f": {_short(one.before, show)} -> {_short(one.after, show)}" if tells_each else ""
        note = f"  ({show(one.note)})" if one.note else ""
        yield f"{'':>10} {show(one.customer)}, {show(one.path)} of {show(one.id)}{values}{note}"


def _short(text: str | None, show: Show) -> str:
    if text is None or len(text) <= _LONGEST:
        return quoted(text, show)
    return f"{quoted(text[:_LONGEST], show)} and {len(text) - _LONGEST:,} characters more"


def _steps(report: ReviewReport, show: Show) -> Iterator[str]:
    for one in report.steps:
        note = f"  note: {show(one.note)}" if one.note else ""
        at = one.at[:16].replace("T", " ")
        yield f"operation {one.operation}, {at} by {show(one.by)}: {show(one.does)}, {one.cells:,} of these changes{note}"


def _warnings(report: ReviewReport, show: Show) -> Iterator[str]:
    for one in report.warnings:
        yield f"warning: {count(one.count, 'customer' if one.name == 'held' else 'change')} {WARNED[one.name]}"
        for reason, number, example in one.reasons:
            yield f"{number:>8,} x {show(reason)}, for example {show(example)}"
        if one.more:
            yield f"         and {one.more:,} other reasons"


def _problems(report: ReviewReport, show: Show) -> Iterator[str]:
    yield f"problems: {report.effect.fixed.count:,} fixed, {report.effect.introduced.count:,} introduced"
    for rule, fixed, introduced in report.problems:
        told = ", ".join(
            f"{number:,} {what}" for number, what in ((fixed, "fixed"), (introduced, "introduced")) if number
        )
        yield f"         {show(rule)}: {told}"
    for line in report.effect.introduced.failed:
        yield f"         {show(line)}"
