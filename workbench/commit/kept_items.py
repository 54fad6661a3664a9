"""Whether a server kept the items of the arrays that a body carried: none lost, gained or repeated, none taken for another."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from workbench.commit.compare import Cell, Difference
from workbench.commit.record import ITEMS, Record, attributes, item_with, items, known, other_ids, references, value_at
from workbench.customers.equality import same
from workbench.session.rows import Request


def broken_items(request: Request, before: Record | None, after: Record, *, whole: bool = False) -> list[str]:
    """What the server did to the items of the arrays that a body carried, a line each: lost, gained or repeated ones.

    `before` is what was read just before sending; without it only the body's own items can be missed, and only if its arrays
    are `whole` can others be too many.
    """
    body = orjson.loads(request.body)
    lines = []
    for table in ITEMS:
        for item in known(body, table):
            stored = item_with(after, table, item["id"])
            held = item_with(before, table, item["id"]) if before is not None else None
            if "attributes" in item and stored is not None:
                lines += _broken_attributes(f"{table}[{item['id']}].", held, item, stored, whole=whole)
        if table in body:
            lines += _broken_ids(table, body, before, after, whole=whole)
    if "attributes" in body:
        lines += _broken_attributes("", before, body, after, whole=whole)
    return lines


def reordered(request: Request, record: Record) -> bool:
    """Whether the items of an array that the body carries stand in another order in a record: to a server that tells items apart
    by their position the body means others than to one that goes by their ids."""
    if b'"id":' not in request.body:
        return False
    body = orjson.loads(request.body)
    sent = {table: [item["id"] for item in known(body, table)] for table in ITEMS}
    return any(sent[table] != [one for one in _ids(record, table) if one in set(sent[table])] for table in ITEMS)


def told_apart(request: Request) -> bool:
    """Whether no two items of an array that the body carries are alike: else nobody would see them change places."""
    body = orjson.loads(request.body)
    arrays = [[orjson.dumps({**item, "id": None}) for item in known(body, table)] for table in ITEMS]
    return all(len(set(array)) == len(array) for array in arrays)


def misplaced(cells: Sequence[Cell], effects: Sequence[Difference], after: Record, *, whole: bool) -> list[str]:
    """What a server did that tells items apart by their position, a line each: it put a value into another item.

    Where that item held the value already nothing shows. So without `whole` arrays also a cell that stayed as it was, among
    several items, counts.
    """
    lines = []
    for cell in cells:
        table, stored = _holder(cell), value_at(after, cell.path)
        if not table or cell.new or cell.is_ours(stored):
            continue
        end = cell.text.removeprefix(f"{table}[{cell.path.item}]")
        others = [e for e in effects if e.path.startswith(f"{table}[") and e.path.endswith(end)]
        lines += [f"{cell.text} went into {e.path}" for e in others if cell.is_asked(e.found)]
        stayed = cell.after is not None and cell.after != "" and same(cell.kind, stored, cell.before)
        if not whole and stayed and len(items(after, table)) > 1:
            lines.append(f"{cell.text} stayed as it was")
    return lines


def _holder(cell: Cell) -> str:
    """The array whose item holds a cell; empty for the customer's own."""
    if cell.path.table == "attributes":
        return {"address": "addresses", "contact": "contacts"}.get(cell.path.owner, "")
    return cell.path.table if cell.path.item else ""


def _broken_ids(table: str, body: Record, before: Record | None, after: Record, *, whole: bool) -> list[str]:
    sent, kept = [item["id"] for item in known(body, table)], other_ids(after, body, table)
    there = set(sent) if before is None else {*sent, *other_ids(before, body, table)}
    gained = set() if before is None and not whole else set(kept) - there
    found = [f"{table} lost {', '.join(sorted(there - set(kept)))}"] if there - set(kept) else []
    found += [f"{table} gained {', '.join(sorted(gained))}"] if gained else []
    found += [f"{table} repeats ids"] if len(kept) > len(set(kept)) else []
    held = [item.get("reference_id") for item in items(after, table)]
    twice = [one for one in references(body, table) if held.count(one) > 1]
    return found + [f"{table} holds the new item {one} {held.count(one)} times" for one in twice]


def _broken_attributes(start: str, before: Record | None, sent: Record, after: Record, *, whole: bool) -> list[str]:
    asked, kept = attributes(sent).keys(), attributes(after).keys()
    there = attributes(before).keys() if before is not None else asked
    lost = sorted(map(str, there - kept))
    gained = sorted(map(str, kept - there - asked)) if before is not None or whole else []
    found = [f"{start}attributes lost {', '.join(lost)}"] if lost else []
    found += [f"{start}attributes gained {', '.join(gained)}"] if gained else []
    return found + ([f"{start}attributes repeat names"] if len(items(after, "attributes")) > len(kept) else [])


def _ids(record: Record, table: str) -> list[str]:
    return [str(item.get("id")) for item in items(record, table)]
