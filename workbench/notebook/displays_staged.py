"""What is staged, as pages: the same change grouped, then each customer with its cells and its exact body, folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import polars as pl

from workbench.customers.paths import parse_path
from workbench.notebook.page import (
    FEW,
    FIRST,
    Bit,
    Block,
    Body,
    Cell,
    Fold,
    Head,
    Line,
    Page,
    Table,
    change,
    figure,
    value,
)
from workbench.preview.groups import ChangeGroup, Groups
from workbench.preview.preview import Patch, Preview
from workbench.preview.review import Review
from workbench.shown.named import named
from workbench.shown.text import count
from workbench.stage.snapshot import Snapshot

_HELD = (Head("why"), Head("customers", number=True), Head("the first"))


def preview(shown: Preview) -> Page:
    """Counts, the commonest changes, why customers are held, and the first customers with their bodies."""
    out = f"{count(shown.left_out, 'more cell')} left out of every commit, in Review" if shown.left_out else ""
    left = [Line([out], "soft")] if out else []
    if not shown.customers:
        return Page(["Nothing is staged" if not left else "Nothing would be sent"], left)
    title = f"{count(shown.changes, 'cell')} of {count(shown.customers, 'customer')} staged"
    blocks = [_groups_table(shown), *_held(shown), *_irreversible(shown), *left, _customers(shown)]
    digest = [Line([f"digest of its plan: {shown.digest}"], "soft")] if shown.plan.height else []
    hint = Line(["wb.review() groups them, the oddest first and why; wb.report() is for whoever decides"], "soft")
    return Page([title], [*blocks, *digest, hint])


def review(shown: Review) -> Page:
    """The groups, with how far the looking is."""
    tally = shown.tally
    page = groups(shown.groups)
    goes = tally.cells - tally.left_out
    seen = f"{tally.seen:,} of {count(goes, 'cell')} accepted" if tally.cells else ""
    left = f"{count(tally.left_out, 'cell')} left out of the commit; " if tally.left_out else ""
    return Page(page.title, [*([Line([left + seen], "soft")] if left or seen else []), *page.blocks])


def groups(shown: Groups) -> Page:
    """The groups of the same change, the oddest first, each with why."""
    if not len(shown):
        return Page(["Nothing is staged"])
    first = [shown.group(int(number)) for number in shown.order().head(2 * FIRST)]
    heads = (Head("cells", number=True), Head("field"), Head("change"), Head("manner"), Head("what is odd"))
    rows = [
        (figure(one.count), one.name, _group_change(one), one.manner, Bit("; ".join(one.odd), "bad")) for one in first
    ]
    title = f"{count(shown.total('count'), 'cell')} staged in {count(len(shown), 'group')} of the same change"
    return Page([title], [Table(heads, rows, len(shown), "group")])


def _group_change(one: ChangeGroup) -> Cell:
    more = [Bit(f"  and {one.different - 1:,} more such changes", "soft")] if one.different > 1 else []
    return [*change(one.before, one.after), *more]


def _groups_table(shown: Preview) -> Table:
    heads = (Head("cells", number=True), Head("field"), Head("change"))
    rows = []
    changes = shown.groups()
    for group in changes[:FIRST]:
        name = group.field if group.table == "customers" else f"{group.table}.{group.field}"
        before, after = (_named(shown.snapshot, group.table, group.field, one) for one in (group.before, group.after))
        rows.append((figure(group.count), name, change(before, after)))
    return Table(heads, rows, len(changes), "change")


def _held(shown: Preview) -> Iterator[Block]:
    if not shown.held:
        return
    held = shown.frame.filter(pl.col("held").is_not_null())
    by = held.group_by("held", maintain_order=True).agg(pl.len(), pl.col("id").first()).sort("len", descending=True)
    rows = [(Bit(why, "bad"), figure(many), value(id_)) for why, many, id_ in by.head(FEW).iter_rows()]
    yield Line([f"{count(shown.held, 'customer')} held: a commit leaves them out, whole"], "bad")
    yield Table(_HELD, rows, by.height, "reason")


def _irreversible(shown: Preview) -> Iterator[Block]:
    cells = shown.irreversible
    if not cells.height:
        return
    rows = [
        (value(id_), value(path), reason)
        for id_, path, reason in cells.head(FIRST).select("id", "path", "reason").iter_rows()
    ]
    title = f"{count(cells.height, 'cell')} could not be reverted once committed"
    yield Fold(title, [Table((Head("customer"), Head("cell"), Head("why")), rows, cells.height, "cell")])


def _customers(shown: Preview) -> Fold:
    blocks: list[Block] = [_customer(shown, patch) for patch in islice(shown.patches(), FEW)]
    left = shown.customers - len(blocks)
    if left:
        blocks.append(Line([f"and {count(left, 'customer')} more: .cells has them all, .bodies() each body"], "soft"))
    title = (
        f"the first {len(blocks) - bool(left):,} customers, with the exact body of each"
        if left
        else "each customer, with its exact body"
    )
    return Fold(title, blocks, hint=".cells, .bodies()")


def _customer(shown: Preview, patch: Patch) -> Fold:
    name = shown.snapshot.base.customers["company_name"][patch.row] or ""
    rows = list(_cells(shown.snapshot, patch))
    table = Table((Head("cell"), Head("change"), Head("operation", number=True)), rows, len(patch.changes), "cell")
    held = [Line([f"held: {patch.held}"], "bad")] if patch.held else []
    body = patch.body.decode()
    told = Body(body if len(body) <= 4_000 else f"{body[:4_000]} … ({len(body):,} characters)")
    return Fold(f"{patch.id}  {name}", [*held, table, told])


def _cells(snapshot: Snapshot, patch: Patch) -> Iterable[tuple[Cell, Cell, Cell]]:
    for one in patch.changes[:FIRST]:
        path = parse_path(one.path)
        before, after = (_named(snapshot, path.table, path.field, each) for each in (one.before, one.after))
        new = [Bit("new ", "soft")] if one.new else []
        yield [*new, value(one.path)], change(before, after), figure(one.operation)


def _named(snapshot: Snapshot, table: str, field: str, one: object) -> object:
    """A value as people read it: names for ids that are known."""
    if not isinstance(one, (str, list)):
        return one
    flat = ",".join(map(str, one)) if isinstance(one, list) else one
    return named(snapshot.current, table, field, [flat])[0]
