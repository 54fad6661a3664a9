"""What was found, as pages: rows, values, problems, spellings, duplicates, the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.found import Facets, Result
from workbench.notebook.page import (
    FEW,
    FIRST,
    Bit,
    Block,
    Cell,
    Fold,
    Head,
    Line,
    Look,
    Page,
    Part,
    Plot,
    Table,
    figure,
    value,
)
from workbench.problems.clusters import Cluster, Clusters
from workbench.problems.duplicates import Duplicates, Group
from workbench.problems.effect import Effect
from workbench.problems.found import Problems
from workbench.problems.profile import Column, Profile
from workbench.shown.cells import Cell as Shown
from workbench.shown.problems import rule_lines
from workbench.shown.profile_pages import lines
from workbench.shown.rows import SnapshotRows
from workbench.shown.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVERITY: Final[dict[str, Look]] = {"error": "bad", "warning": "warn"}
_CELLS: Final = (Head("customer"), Head("cell"), Head("value"), Head("suggestion"), Head("problem"))


def result(found: Result) -> Page:
    """The first rows, staged cells marked, each with what it held."""
    one = found.table.removesuffix("es") if found.table == "addresses" else found.table.removesuffix("s")
    by: list[Cell] = [" found by ", value(found.query)] if found.query.strip() else []
    title: list[Cell] = [count(found.matched, one, found.table), *by]
    rows = SnapshotRows(found.snapshot, found.table, found.rows)
    names = [column.name for column in rows.columns]
    window = rows.window(0, FIRST, names)
    wanted = _filled(names, window)
    table = Table(
        [Head(names[place]) for place in wanted],
        [[_shown(row[place]) for place in wanted] for row in window],
        found.matched,
        one,
        found.table,
    )
    blocks: list[Block] = [table]
    empty = [name for place, name in enumerate(names) if place not in wanted]
    if empty and window:
        blocks.append(Line(["empty in these: ", ", ".join(empty)], "soft"))
    if found.missing:
        blocks.append(
            Line(
                [
                    f"{count(len(found.missing), 'key')} of the list are not in this session: ",
                    value(list(found.missing[:FEW])),
                ],
                "bad",
            )
        )
    return Page(title, blocks)


def facets(found: Facets) -> Page:
    """The commonest values of a field."""
    rows = [(value(one), figure(number)) for one, number in found.frame.head(2 * FIRST).iter_rows()]
    title = f"{count(found.frame.height, 'value')} of {found.field}"
    return Page([title], [Table((Head("value"), Head("rows", number=True)), rows, found.frame.height, "value")])


def problems(found: Problems) -> Page:
    """A plot of the fields, a line for each rule, the worst first, and the first cells of each, folded."""
    blocks: list[Block] = [
        *_fields(found),
        _rules(found),
        *_cells_of(found),
        *(Line([one], "bad") for one in found.failed),
    ]
    waived = f", {found.waived:,} waived" if found.waived else ""
    return Page([f"{count(found.count, 'problem')}{waived}" if found.count else f"No problems{waived}"], blocks)


def effect(found: Effect) -> Page:
    """What is staged mends, and what it brings."""
    title = f"What is staged mends {count(found.fixed.count, 'problem')} and brings {found.introduced.count:,}"
    brings = (
        [Fold("what it brings", [_rules(found.introduced), *_cells_of(found.introduced)], ".introduced")]
        if found.introduced.count
        else []
    )
    mends = (
        [Fold("what it mends", [_rules(found.fixed), *_cells_of(found.fixed)], ".fixed")] if found.fixed.count else []
    )
    return Page([title], [*brings, *mends])


def clusters(found: Clusters) -> Page:
    """The clusters of the most spellings, each with what all would become."""
    field = found.field.name if found.field.table == "customers" else f"{found.field.table}.{found.field.name}"
    rows = [_cluster(one) for one in found.clusters[: 2 * FIRST]]
    heads = (Head("id"), Head("spellings"), Head("becomes"), Head("rows", number=True), Head("why"))
    title = f"{count(len(found.clusters), 'cluster')} of {found.distinct:,} different values of {field}, by {found.method.name}"
    advice = Line(["wb.stage_clusters(found, [id, ..])"], "soft")
    return Page([title], [Table(heads, rows, len(found.clusters), "cluster"), *([advice] if rows else [])])


def duplicates(found: Duplicates) -> Page:
    """The groups, the surest first, each with what speaks for it."""
    blocks: list[Block] = [_group(one) for one in found.groups[:FIRST]]
    left = len(found.groups) - len(blocks)
    if left > 0:
        blocks.append(Line([f"and {count(left, 'group')} more: .groups"], "soft"))
    return Page(
        [f"{count(len(found.groups), 'group')} of probable duplicates among {count(found.customers, 'customer')}"],
        blocks,
    )


def profile(found: Profile) -> Page:
    """A line for each column."""
    rows = []
    for column, texts in zip(found.columns, lines(found), strict=True):
        rows.append([texts[0], _filled_share(column), *(Bit(one, "number") for one in texts[3:8]), _commonest(column)])
    names = ("distinct", "invalid", "shortest", "middle", "longest")
    heads = [
        Head("column"),
        Head("filled", number=True),
        *(Head(name, number=True) for name in names),
        Head("commonest"),
    ]
    where: list[Cell] = [" found by ", value(found.where)] if found.where.strip() else []
    return Page([f"{found.table}: {count(found.rows, 'row')}", *where], [Table(heads, rows, len(rows))])


def _filled(names: list[str], window: list[list[Shown]]) -> list[int]:
    """The places of the columns in which any of the first rows holds something; all if there are no rows."""
    return [
        place
        for place in range(len(names))
        if not window or any(row[place].text or row[place].staged for row in window)
    ]


def _shown(cell: Shown) -> Cell:
    if not cell.staged:
        return Bit(cell.text, value=True)
    return Bit(
        cell.text or "(empty)", "invalid" if cell.invalid else "staged", value=bool(cell.text), before=cell.before or ""
    )


def _fields(found: Problems) -> Iterator[Block]:
    """How many problems each field has now, and had before what is staged: those with the most."""
    now, before = found.by_field, found.before
    names = sorted({**now, **before}, key=lambda name: -max(now.get(name, 0), before.get(name, 0)))
    lines = [(name, _both(before.get(name, 0), now.get(name, 0), now == before)) for name in names[:FIRST]]
    if lines:
        yield Plot("problems by field" if now == before else "problems by field, before what is staged and now", lines)
    if len(names) > FIRST:
        yield Line([f"and {count(len(names) - FIRST, 'field')} more: .by_field, .before"], "soft")


def _both(before: int, now: int, same: bool) -> list[Part]:
    return [Part("", now)] if same else [Part("before", before, "soft"), Part("now", now)]


def _rules(found: Problems) -> Table:
    rows = [
        (
            figure(one.count),
            one.rule,
            Bit(one.severity, _SEVERITY.get(one.severity, "soft")),
            figure(one.suggested),
            one.message,
        )
        for one in rule_lines(found)
    ]
    heads = (
        Head("cells", number=True),
        Head("rule"),
        Head("severity"),
        Head("suggested", number=True),
        Head("what is wrong"),
    )
    return Table(heads, rows, len(rows), "rule")


def _cells_of(found: Problems) -> Iterator[Block]:
    if not found.count:
        return
    frame = found.frame(FIRST)
    rows = [
        (value(id_), value(path), value(text), value(better, "new") if better is not None else "", message)
        for id_, path, text, better, message in frame.select("id", "path", "value", "suggestion", "message").iter_rows()
    ]
    yield Fold("the first cells", [Table(_CELLS, rows, found.count, "cell")], ".frame(), wb.fix(rules=[..])")


def _cluster(one: Cluster) -> tuple[Cell, ...]:
    spellings: list[Cell] = []
    for each in one.values[:FEW]:
        spellings += [value(each.value), Bit(f" {each.count:,}  ", "soft")]
    if len(one.values) > FEW:
        spellings.append(Bit(f"and {len(one.values) - FEW:,} more", "soft"))
    return one.id, spellings, value(one.winner, "new"), figure(one.rows), Bit(one.why, "soft")  # type: ignore[return-value]


def _group(one: Group) -> Fold:
    ids = ", ".join(one.ids[:FEW]) + (f" and {len(one.ids) - FEW:,} more" if len(one.ids) > FEW else "")
    rows = [
        (value(each.field), value(each.a), value(each.b), figure(round(each.like, 2)))
        for pair in one.pairs[:FEW]
        for each in pair.fields
    ]
    heads = (Head("field"), Head("one"), Head("the other"), Head("alike", number=True))
    return Fold(f"{one.score:.2f}  {one.id}: {ids}", [Table(heads, rows, len(rows))], ".groups")


def _filled_share(column: Column) -> Bit:
    rows = column.now.rows
    return Bit(f"{column.now.filled:,} ({100 * column.now.filled / rows:.0f} %)" if rows else "0", "number")


def _commonest(column: Column) -> Cell:
    told: list[Bit] = []
    for one in column.now.commonest[:3]:
        told += [value(one.value), Bit(f" {one.count:,}  ", "soft")]
    return told or Bit("each one once" if column.now.distinct else "", "soft")
