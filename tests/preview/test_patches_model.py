"""Random edits of small tables: the patches, applied by a model of the server, give exactly current."""

from __future__ import annotations

import contextlib
from copy import deepcopy
from typing import Any

import orjson
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from tests.preview.plain_bodies import plain_patches
from workbench.customers.fields import FIELDS, TABLES
from workbench.customers.paths import parse_path
from workbench.customers.tables import Tables, schema
from workbench.errors import UsageError
from workbench.preview.habits import Habits
from workbench.preview.patches import going_and_held, patches_in_parts
from workbench.preview.preview import Patch, Preview
from workbench.session.rows import Change, Operation
from workbench.stage.edits import Edit
from workbench.stage.fold import Fold
from workbench.stage.pointing import sendable
from workbench.stage.snapshot import Snapshot
from workbench.stage.staging import evaluated

Object = dict[str, Any]
World = dict[str, Object]

EVERY = [Habits(nested, clear) for nested in ("full", "sparse") for clear in ("empty", "null")]

# ---- small tables ----

texts = st.sampled_from([None, "", " ", "a", "A\u2028b", 'q"\\\n\x00', "},{", "é😀", "NET 30"])
ids = st.sampled_from(["1", "2", 'i"]d', None])
names = st.sampled_from(["Color", "a]b", "x.y", "", "addresses[1].city", 'n"\\', None])
TEXTS = {
    "customers": ["phone", "company_name", "payment_term"],
    "addresses": ["city", "zip_code"],
    "contacts": ["email"],
}


def rows_of(table: str, more: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Object]]:
    fields = {**dict.fromkeys(TEXTS.get(table, []), texts), "_gone": st.sampled_from([False, False, False, True])}
    return st.lists(st.fixed_dictionaries({**fields, **more}), max_size=3)


flags = {"id": ids, "is_default": st.sampled_from([True, False, None])}
attributes = rows_of("attributes", {"name": names, "value": texts, "owner": st.sampled_from(["customer", "address", "contact"]),
                                    "item": st.integers(0, 2)})  # fmt: skip
customers = st.fixed_dictionaries(
    {
        **dict.fromkeys(TEXTS["customers"], texts),
        "assigned_sales_rep_ids": st.sampled_from([None, [], ["r1"], ["r1", "r2"], ["r2", 'r"3']]),
        "addresses": rows_of("addresses", {**flags, "type": st.sampled_from(["billing", "shipping"])}),
        "contacts": rows_of("contacts", flags),
        "attributes": attributes,
    }
)


def tables_of(found: list[Object]) -> Tables:
    rows: dict[str, list[Object]] = {table: [] for table in TABLES}
    for number, one in enumerate(found):
        id_ = f"c/{number}"
        items = {table: one[table] for table in ("addresses", "contacts")}
        rows["customers"].append(
            {**{k: v for k, v in one.items() if k not in TABLES}, "id": id_, "_gone": False, "detailed": True}
        )
        place = {"customer_id": id_, "_customer": number}
        for table, listed in items.items():
            rows[table] += [{**item, **place, "_position": at} for at, item in enumerate(listed)]
        for at, attribute in enumerate(one["attributes"]):
            owners = {"address": "addresses", "contact": "contacts"}.get(attribute["owner"])
            owner_id: str | None = id_
            if owners is not None:
                if attribute["item"] >= len(items[owners]):
                    continue
                owner_id = items[owners][attribute["item"]]["id"]
                alive = any(item["id"] == owner_id and not item["_gone"] for item in items[owners])
                attribute = {**attribute, "_gone": attribute["_gone"] or not alive}
            rows["attributes"].append({**attribute, **place, "owner_id": owner_id, "_position": at})
    frames = {t: pl.DataFrame([{k: r.get(k) for k in schema(t)} for r in rows[t]], schema=schema(t)) for t in TABLES}
    for table in ("addresses", "contacts", "attributes"):
        frames[table] = frames[table][::-1]  # the answer's order is `_position`, not the rows' order
    return Tables(**frames)


# ---- random edits ----

EDITS = [
    *(Edit("set", name, value) for name in ("phone", "company_name") for value in ("", "a", "b", 'z"\n')),
    Edit("clear", "payment_term"),
    Edit("replace", "company_name", "a", ""),
    Edit("apply", "payment_term", "lower"),
    Edit("add", "assigned_sales_rep_ids", "r1,r9"),
    Edit("remove", "assigned_sales_rep_ids", "r1"),
    Edit("swap", "assigned_sales_rep_ids", "r1", "r2"),
    Edit("clear", "assigned_sales_rep_ids"),
]
NESTED = {
    "customers": EDITS,
    "addresses": [
        Edit("set", "city", "Q"),
        Edit("clear", "city"),
        Edit("set", "is_default", "true"),
        Edit("set", "zip_code", "a"),
    ],
    "contacts": [Edit("set", "email", "x@y.z"), Edit("clear", "email"), Edit("set", "is_default", "no")],
    "attributes": [Edit("set", "value", "v"), Edit("clear", "value"), Edit("replace", "value", "a", "b")],
}
edits = st.lists(
    st.sampled_from(TABLES).flatmap(
        lambda table: st.tuples(st.just(table), st.sampled_from(NESTED[table]), st.sets(st.integers(0, 8)))
    ),
    max_size=6,
)


def staged(base: Tables, wanted: list[tuple[str, Edit, set[int]]]) -> Snapshot:
    """The snapshot after these edits, each an operation of its own."""
    operations: list[Operation] = []
    snapshot = Snapshot(0, base, base)
    for table, edit, chosen in wanted:
        rows = pl.Series([row for row in sorted(chosen) if row < base[table].height], dtype=pl.UInt32)
        with contextlib.suppress(UsageError):
            found = evaluated(snapshot, table, rows, [edit], region="US")
            assert found.matched == rows.len()
            operations.append(operation(len(operations) + 1, found.changes))
        snapshot = folded(base, operations)
    return snapshot


def operation(number: int, changes: tuple[Change, ...], kind: str = "stage") -> Operation:
    return Operation(number, "", "", kind, "", "{}", 0, 0, changes)


def folded(base: Tables, operations: list[Operation]) -> Snapshot:
    fold, active = Fold(operations), {one.id for one in operations}
    frames, writers = {table: base[table] for table in TABLES}, {}
    for table, name in fold.columns:
        values, wrote = fold.column(base, (table, name), active)
        frames[table] = frames[table].with_columns(values.rename(name))
        writers[table, name] = wrote
    return Snapshot(1, base, base.with_frames(frames), writers)


# ---- a model of the server, with both meanings of an array ----


def world_of(tables: Tables) -> World:
    """What a server that holds these tables holds: customer id -> fields, items in order, attributes by name."""
    found: World = {}
    for row in tables.customers.to_dicts():
        found[row["id"]] = {**editable("customers", row), "addresses": [], "contacts": [], "attributes": {}}
    owners: dict[tuple[str, str, str | None], Object] = {}
    for table, owner in (("addresses", "address"), ("contacts", "contact")):
        for row in tables[table].filter(~pl.col("_gone")).sort("_customer", "_position").to_dicts():
            item = {"id": row["id"], **editable(table, row), "attributes": {}}
            found[row["customer_id"]][table].append(item)
            owners[row["customer_id"], owner, row["id"]] = item
    for row in tables.attributes.filter(~pl.col("_gone")).to_dicts():
        key = (row["customer_id"], row["owner"], row["owner_id"])
        owner_ = found[row["customer_id"]] if row["owner"] == "customer" else owners.get(key)
        if owner_ is not None:
            owner_["attributes"][row["name"]] = row["value"]
    return found


def editable(table: str, row: Object) -> Object:
    return {f.name: row[f.name] for f in FIELDS[table].values() if f.editable}


def applied(customer: Object, body: Object, *, replace: bool) -> Object:
    """The customer after a PATCH: its arrays merged by id and name, or replaced by the body's."""
    customer = deepcopy(customer)
    for key, value in body.items():
        if key == "attributes":
            customer[key] = named(customer[key], value, replace=replace)
        elif key in ("addresses", "contacts"):
            customer[key] = listed(key, customer[key], value, replace=replace)
        else:
            assert key in customer
            customer[key] = value
    return customer


def named(stored: Object, given: list[Object], *, replace: bool) -> Object:
    assert len({one["name"] for one in given}) == len(given)
    new = {one["name"]: one.get("value", None if replace else stored.get(one["name"])) for one in given}
    return new if replace else {**stored, **new}


def listed(table: str, stored: list[Object], given: list[Object], *, replace: bool) -> list[Object]:
    by_id = {one["id"]: one for one in stored}
    assert all(one["id"] in by_id for one in given)
    empty = {**dict.fromkeys(name for name, f in FIELDS[table].items() if f.editable), "attributes": {}}
    made = []
    for one in given:
        old = {**empty, "id": one["id"]} if replace else by_id[one["id"]]
        inner = (
            named(old["attributes"], one.get("attributes", []), replace=replace)
            if "attributes" in one or not replace
            else {}
        )
        made.append({**old, **one, "attributes": inner})
    if replace:
        return made
    new = {one["id"]: one for one in made}
    return [new.get(one["id"], one) for one in stored]


def plain(value: Any) -> Any:
    """A value for comparing: null, "" and [] are one, lists of ids are sets."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [plain(one) for one in value]
    if isinstance(value, list):
        return sorted(set(value)) or None
    return None if value == "" else value


# ---- what holds for all ----

tables = st.lists(customers, min_size=1, max_size=3).map(tables_of)
some = settings(max_examples=amount(30, 300), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some
@given(tables, edits, st.sampled_from(EVERY))
def test_the_bodies_give_current_are_sparse_and_stand_in_ndjson_byte_for_byte(
    base: Tables, wanted: Any, habits: Habits
) -> None:
    snapshot = staged(base, wanted)
    before, after = world_of(snapshot.base), world_of(snapshot.current)
    preview = Preview(snapshot, habits)
    patches = list(preview.patches())
    assert {one.id for one in patches} == {id_ for id_ in before if plain(before[id_]) != plain(after[id_])}
    assert sum(len(one.changes) for one in patches) == preview.changes == snapshot.staged_cells
    uncounted = Preview(snapshot, habits)
    assert (uncounted.customers, uncounted.held) == (len(patches), sum(one.held is not None for one in patches))
    assert (preview.customers, preview.held) == (uncounted.customers, uncounted.held)
    for column in snapshot.columns:
        rows = [row for g in preview.groups() if (g.table, g.field) == column for row in g.rows]
        assert sorted(rows) == sorted(snapshot.staged_cells_of(column)["row"])
    assert all(group.count == group.rows.len() for group in preview.groups())
    parts = patches_in_parts(snapshot, habits, most=2)
    assert pl.concat([preview.frame.clear(), *parts]).equals(preview.frame)
    assert b"".join(Preview(snapshot, habits).ndjson_texts()) == b"".join(preview.ndjson_texts())
    going, held = going_and_held(sendable(snapshot), habits)
    assert (going.to_list(), held) == ([one.row for one in patches if one.held is None], preview.held)
    assert b"".join(preview.ndjson_texts()).decode() == "".join(line + "\n" for line in preview.ndjson())
    for line, patch in zip(preview.ndjson(), patches, strict=True):
        gives_current(patch, before[patch.id], after[patch.id], habits)
        is_sparse(patch, after[patch.id], habits)
        clears_as_told(patch, habits)
        stands_in(line, patch)


@some
@given(tables, edits, st.sampled_from(EVERY))
def test_bodies_and_cells_are_byte_for_byte_those_of_the_slow_and_simple_way(
    base: Tables, wanted: Any, habits: Habits
) -> None:
    snapshot = staged(base, wanted)
    told = list(Preview(snapshot, habits).frame.select("id", "body", "cells").iter_rows())
    assert told == plain_patches(snapshot, habits)


def gives_current(patch: Patch, before: Object, after: Object, habits: Habits) -> None:
    if patch.held and "sent safely" in patch.held:
        return
    for replace in (False, True) if habits.nested == "full" else (False,):
        made = applied(before, orjson.loads(patch.body), replace=replace)
        assert plain(without_outdone(made, patch)) == plain(without_outdone(after, patch))


def without_outdone(customer: Object, patch: Patch) -> Object:
    """The customer without the flags of items that another one is made the default instead of: the server moves those."""
    customer = deepcopy(customer)
    made = {
        (parse_path(c.path).table, parse_path(c.path).item)
        for c in patch.changes
        if c.path.endswith("].is_default") and c.after
    }
    for table in ("addresses", "contacts"):
        kinds = {item.get("type") for item in customer[table] if (table, item["id"]) in made}
        for item in customer[table]:
            if item.get("type") in kinds and (table, item["id"]) not in made:
                del item["is_default"]
    return customer


def is_sparse(patch: Patch, after: Object, habits: Habits) -> None:
    body, paths = orjson.loads(patch.body), [parse_path(change.path) for change in patch.changes]
    assert set(body) - set(TABLES) == {path.field for path in paths if path.table == "customers"}
    for table, owner in (("addresses", "address"), ("contacts", "contact")):
        touched = {p.item for p in paths if p.table == table or (p.table == "attributes" and p.owner == owner)}
        whole = [one["id"] for one in after[table]]
        sent = [one.get("id") for one in body.get(table, [])]
        assert sent == ([] if not touched else whole if habits.nested == "full" else [i for i in whole if i in touched])
    own = {p.attribute for p in paths if p.table == "attributes" and p.owner == "customer"}
    expected = set(after["attributes"]) if own and habits.nested == "full" else own
    assert {one["name"] for one in body.get("attributes", [])} == expected


def clears_as_told(patch: Patch, habits: Habits) -> None:
    cleared = [change.after for change in patch.changes if change.after in (None, "", [])]
    cleared += [
        value for name, value in orjson.loads(patch.body).items() if name not in TABLES and value in (None, "", [])
    ]
    assert all((value is None) == (habits.clear == "null") for value in cleared)


def stands_in(line: str, patch: Patch) -> None:
    found = orjson.loads(line)
    assert list(found) == ["id", "body", "held", "changes"]
    assert f'"body":{patch.body.decode()},"held":' in line
    assert found["body"] == orjson.loads(patch.body)
    assert (found["id"], found["held"]) == (patch.id, patch.held)
    assert [list(change) for change in found["changes"]] == [["path", "before", "after", "operation"]] * len(
        patch.changes
    )


@some
@given(tables, edits, st.sampled_from(EVERY))
def test_the_inverse_gives_base_again(base: Tables, wanted: Any, habits: Habits) -> None:
    snapshot = staged(base, [one for one in wanted if one[1].field != "is_default"])
    back = []
    for table, name in snapshot.columns:
        cells = snapshot.staged_cells_of((table, name))
        back.append(Change(table, name, cells.select("row", base="after", before="after", after="before")))
    inverse = folded(snapshot.current, [operation(1, tuple(back), "revert")])
    before, after = world_of(base), world_of(snapshot.current)
    assert plain(world_of(inverse.current)) == plain(before)
    for patch in Preview(inverse, habits).patches():
        gives_current(patch, after[patch.id], before[patch.id], habits)
