"""What was done and what came of it, as pages: operations, runs, loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from workbench.calls import as_calls
from workbench.commit.outcomes import Outcomes
from workbench.commit.report import OUTCOMES, RunReport
from workbench.notebook.page import (
    FIRST,
    Bar,
    Bit,
    Block,
    Body,
    Fold,
    Head,
    Line,
    Look,
    Page,
    Table,
    change,
    figure,
    value,
)
from workbench.replay.recipe import Recipe
from workbench.replay.replayed import Replayed
from workbench.results import (
    Held,
    LoadReport,
    Refreshed,
    Resolved,
    Reverted,
    Staged,
    StagedSheet,
    Status,
    Unstaged,
    as_it_is,
)
from workbench.shown.text import count, of_outcome
from workbench.stage.acting import Acted
from workbench.stage.resolving import Conflict

LOOKS: Final[Mapping[str, Look]] = {
    "committed": "good", "already": "good", "altered": "warn", "conflict": "warn", "failed": "bad",
    "unknown": "bad", "unsent": "soft",
}  # fmt: skip
"""How each outcome looks in a bar and a table."""


def staged(done: Staged) -> Page:
    """One line on the operation, then examples."""
    if done.operation is None and not done.changed:
        return Page(
            [f"Nothing changes: {count(done.matched, 'row')} found, {count(done.unchanged, 'cell')} stay as they are"]
        )
    verb = f"Operation {done.operation} staged" if done.operation is not None else "This would stage"
    title = f"{verb} {count(done.changed, 'cell')} of the {count(done.matched, 'row')} found"
    return Page([title], [*_examples(done), *_beside(done)])


def staged_sheet(done: StagedSheet) -> Page:
    """As `staged`, with what could not be taken from the sheet."""
    page = staged(done)
    lost = [(value(one.place), value(str(one))) for one in done.lost[:FIRST]]
    more: list[Block] = []
    if lost:
        more.append(Fold(f"{count(len(done.lost), 'row or cell', 'rows or cells')} not taken", [
            Table((Head("place"), Head("why")), lost, len(done.lost))]))  # fmt: skip
    if done.moved:
        more.append(
            Line([f"{count(len(done.moved), 'cell')} moved since the sheet was written, and stay: .moved"], "bad")
        )
    if done.unknown:
        more.append(Line(["columns nobody knows: ", value(list(done.unknown[:FIRST]))], "soft"))
    return Page(page.title, [*page.blocks, *more])


def unstaged(done: Unstaged) -> Page:
    """One line."""
    if done.operation is None:
        return Page(["Nothing was staged there"])
    return Page([f"Operation {done.operation}: {count(done.changed, 'cell')} taken back"])


def resolved(done: Resolved) -> Page:
    """One line: what is kept."""
    if not done.changed:
        return Page(["There is no conflict there"])
    kept = {"ours": ["ours is kept"], "theirs": ["theirs is kept, ours taken back"]}.get(
        done.keep, [value(done.keep), " is kept"]
    )
    does = f"Operation {done.operation} settles" if done.operation is not None else "This would settle"
    title = [f"{does} {count(done.changed, 'conflict')}: ", *kept]
    return Page(title, [_not_valid(done.invalid, done.reasons)] if done.invalid else [])


def held(done: Held) -> Page:
    """One line."""
    return Page([f"{done.changed:,} changed" if done.changed else "Nothing changed: all were so already"])


def acted(done: Acted) -> Page:
    """What undo, redo, drop or enable did."""
    title = f"{count(done.staged, 'cell')} staged now" if done.operations else "There was nothing to do that to"
    lines = done.lines if done.stopped is None else done.lines[:-1]
    stopped = [Line([f"stopped there: {done.stopped}"], "bad")] if done.stopped else []
    return Page([title], [*(Line([line]) for line in lines[:FIRST]), *stopped])


def reverted(done: Reverted) -> Page:
    """The operation that stages the way back, and what stays."""
    if done.operation is None:
        title = "Nothing to revert"
    else:
        title = f"Operation {done.operation} stages {count(done.changed, 'cell')} back; commit it to send it"
    rows = [(value(one["id"]), value(one["path"]), one["reason"]) for one in done.irreversible[:FIRST]]
    stay = len(done.irreversible)
    table = Table((Head("customer"), Head("cell"), Head("why it stays")), rows, stay, "cell")
    return Page(
        [title],
        [Fold(f"{count(stay, 'cell')} {as_it_is(stay)}", [table], ".irreversible")] if rows else [],
    )


def run_report(report: RunReport) -> Page:
    """A bar of the outcomes, what was in the way, and what to do next."""
    if report.run is None:
        planned = f"{count(report.planned, 'customer')} would be sent" if report.planned else "Nothing was sent"
        return Page([f"{planned}{f'; {report.held:,} held' if report.held else ''}"], _reason(report))
    parts = [(name, int(getattr(report, name)), LOOKS[name]) for name in OUTCOMES]
    title = f"Run {report.run}: {report.state} in {report.seconds:.1f} s"
    return Page([title], [Bar(parts, report.planned), *_reason(report), *_troubles(report), *_next(report)])


def outcomes(found: Outcomes) -> Page:
    """The cells of a run, those that need somebody first."""
    if found.run is None:
        return Page(["There was no run yet"])
    counts = found.frame["outcome"].value_counts(sort=True).rows()
    order = [name for name in reversed(OUTCOMES) if name not in ("committed", "already")]
    needy = found.frame.filter(found.frame["outcome"].is_in(order))
    shown = (needy if needy.height else found.frame).head(FIRST)
    rows = [
        (value(id_), value(path), change(before, asked), value(stored), Bit(outcome, LOOKS.get(outcome, "")),
         value(reason) if reason else "")
        for id_, path, before, asked, stored, outcome, reason in shown.select(
            "id", "path", "before", "asked", "stored", "outcome", "reason").iter_rows()
    ]  # fmt: skip
    heads = [Head(name) for name in ("customer", "cell", "asked", "stored", "outcome", "reason")]
    told = ", ".join(of_outcome(number, name) for name, number in counts)
    return Page(
        [f"Run {found.run}: {count(found.frame.height, 'cell')}: {told}"],
        [Table(heads, rows, found.frame.height, "cell")],
    )


def conflicts(found: Sequence[Conflict]) -> Page:
    """The three values of each."""
    if not found:
        return Page(["No conflicts"])
    rows = [
        (value(one.id), value(one.path), value(one.loaded), value(one.theirs, "warn"), value(one.ours, "new"))
        for one in found[:FIRST]
    ]
    heads = [Head(name) for name in ("customer", "cell", "loaded", "theirs", "ours")]
    return Page([count(len(found), "conflict")], [Table(heads, rows, len(found), "conflict"),
        Line(['wb.resolve("ours", id=.., path=..)'], "soft")])  # fmt: skip


def load_report(report: LoadReport) -> Page:
    """Counts of the tables, and what was set aside."""
    counts = ", ".join(count(getattr(report, name), name[:-2] if name == "addresses" else name[:-1], name) for name in (
        "customers", "addresses", "contacts", "attributes"))  # fmt: skip
    blocks: list[Block] = [Line([warning], "bad") for warning in report.warnings[:FIRST]]
    if report.interrupted:
        blocks.append(Line(["interrupted: what was fetched is kept; load again to complete it"], "bad"))
    if report.conflicts:
        blocks.append(Line([f"{count(report.conflicts, 'staged cell')} changed on the server: wb.conflicts()"], "bad"))
    if report.rejected:
        rows = [(value(one.place), value(one.reason)) for one in report.set_aside[:FIRST]]
        table = Table((Head("place"), Head("why")), rows, report.rejected, "record")
        blocks.append(Fold(f"{count(report.rejected, 'record')} set aside", [table], ".set_aside"))
    return Page([f"{report.session}: {counts}"], blocks)


def refreshed(done: Refreshed) -> Page:
    """What moved on the server."""
    title = f"{count(done.changed, 'customer')} changed, {done.new:,} new, {done.gone:,} gone"
    blocks: list[Block] = []
    if done.conflicts:
        blocks.append(Line([f"{count(done.conflicts, 'staged cell')} in conflict: wb.conflicts()"], "bad"))
    return Page([title], blocks)


def replays(steps: Sequence[Replayed]) -> Page:
    """A line for each step."""
    rows = [
        (figure(one.operation), Bit(one.status, "bad" if one.needs else "good"), figure(one.matched), figure(one.changed),
         value(one.message) if one.message else "")
        for one in steps[: 3 * FIRST]
    ]  # fmt: skip
    heads = (Head("step", True), Head("status"), Head("matched", True), Head("changed", True), Head(""))
    needy = sum(one.needs for one in steps)
    title = f"{count(len(steps), 'step')} replayed" + (f", {needy:,} to be looked at" if needy else "")
    return Page([title], [Table(heads, rows, len(steps), "step")])


def recipe(made: Recipe) -> Page:
    """How many steps, and its text."""
    text = made.text()
    shown = text if len(text) <= 4_000 else f"{text[:4_000]}…"
    return Page([f"A recipe of {count(len(made.steps), 'step')}"], [Fold("its text", [Body(shown)], "recipe.text()")])


def status(now: Status) -> Page:
    """One line, and the run to resume."""
    title = f"{now.session}: {count(now.customers, 'customer')}, {count(now.staged, 'cell')} staged"
    told = Line([f"{count(now.operations, 'operation')}, {count(now.runs, 'run')}"], "soft")
    left = []
    if now.running:
        left = [Line([f"run {now.unfinished} is under way"], "soft")]
    elif now.unfinished is not None:
        left = [Line([f"run {now.unfinished} is unfinished: wb.resume()"], "bad")]
    return Page([title], [told, *left])


def _examples(done: Staged) -> Iterator[Block]:
    rows = [(value(one.id), value(one.path), change(one.before, one.after)) for one in done.examples[:FIRST]]
    yield Table((Head("customer"), Head("cell"), Head("change")), rows, done.changed, "cell")


def _beside(done: Staged) -> Iterator[Block]:
    if done.unchanged:
        yield Line([f"{count(done.unchanged, 'cell')} stay as they are"], "soft")
    if done.skipped:
        yield Line(
            [f"{count(done.skipped, 'row')} cannot be edited (an item without an id, or an attribute's name twice)"],
            "soft",
        )
    if done.invalid:
        yield _not_valid(done.invalid, done.reasons)


def _not_valid(cells: int, reasons: Sequence[str]) -> Line:
    why = f": {'; '.join(reasons[:3])}" if reasons else ""
    return Line([f"{count(cells, 'cell')} not valid, so their customers are held until they are mended{why}"], "bad")


def _reason(report: RunReport) -> list[Block]:
    return [Line([as_calls(report.reason)], "bad" if report.state != "done" else "soft")] if report.reason else []


def _troubles(report: RunReport) -> Iterator[Block]:
    needs = report.altered + report.conflict + report.failed + report.unknown
    if report.troubles:
        lines: list[Block] = [Line([value(one)]) for one in report.troubles[:FIRST]]
        more = needs - min(len(report.troubles), FIRST)
        rest: list[Block] = [Line([f"and {more:,} more: wb.outcomes({report.run})"], "soft")] if more > 0 else []
        yield Fold(f"{count(needs, 'customer')} to be looked at", [*lines, *rest], f"wb.outcomes({report.run})")
    if report.held:
        yield Line([f"{count(report.held, 'customer')} held, and not part of it"], "soft")
    if report.side_effects:
        yield Line([f"{count(report.side_effects, 'cell')} that nobody asked to change did"], "bad")


def _next(report: RunReport) -> Iterator[Block]:
    if report.state != "done":
        yield Line([f"run {report.run} is unfinished; go on with wb.resume()"], "bad")
    elif report.committed or report.altered:
        yield Line([f"wb.revert({report.run}) stages the way back, wb.course({report.run}) shows how it went"], "soft")
