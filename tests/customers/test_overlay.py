"""Fresher records over a base: rows never move, new ones are appended, gone ones are marked, summaries wipe nothing."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.form import amount
from workbench.customers.fields import TABLES
from workbench.customers.overlay import laid, news, overlay
from workbench.customers.records import assemble, decode
from workbench.customers.tables import Tables
from workbench.session.store import Store

Object = dict[str, Any]


def read(*records: Object) -> Tables:
    tables, rejected = decode([json.dumps(one) for one in records], str)
    assert not rejected
    return tables


def refreshed(base: Tables, *records: Object, whole: bool = False) -> Tables:
    fresh = read(*records)
    over = overlay(base, fresh, whole=whole)
    return laid(base, over).with_names(fresh.sales_reps, fresh.price_lists)


def whole_record(id_: str, **more: Any) -> Object:
    return {"id": id_, "name": "n", "contacts": [], "attributes": [], "addresses": [], **more}


def plain(tables: Tables, row: int) -> Object:
    return json.loads(json.dumps(assemble(tables, [row])[0]))


def test_new_customers_and_items_are_appended_and_nothing_moves() -> None:
    base = read(whole_record("a", addresses=[{"id": "1"}]), whole_record("b", contacts=[{"id": "1"}]))
    found = refreshed(
        base,
        whole_record("z", addresses=[{"id": "1"}]),
        whole_record("b", addresses=[{"id": "9"}], contacts=[{"id": "1"}]),
    )
    assert found.customers["id"].to_list() == ["a", "b", "z"]
    assert found.addresses.select("_customer", "customer_id", "id").rows() == [
        (0, "a", "1"),
        (2, "z", "1"),
        (1, "b", "9"),
    ]
    assert found.contacts.select("_customer", "id", "_gone").rows() == [(1, "1", False)]


def test_an_item_that_a_detailed_record_does_not_have_any_more_is_marked_gone_and_may_come_back() -> None:
    both = whole_record(
        "a", addresses=[{"id": "1", "city": "x", "attributes": [{"name": "n", "value": "v"}]}, {"id": "2"}]
    )
    base = read(both)
    one = refreshed(base, whole_record("a", addresses=[{"id": "2"}]))
    assert one.addresses.select("id", "city", "_gone").rows() == [("1", "x", True), ("2", None, False)]
    assert one.attributes["_gone"].to_list() == [True]
    back = refreshed(one, both)
    assert_frame_equal(back.addresses, base.addresses)
    assert_frame_equal(back.attributes, base.attributes)


def test_only_a_whole_load_marks_customers_gone_with_their_items() -> None:
    base = read(whole_record("a", contacts=[{"id": "1"}]), whole_record("b"))
    assert refreshed(base, whole_record("b")).customers["_gone"].to_list() == [False, False]
    gone = refreshed(base, whole_record("b"), whole=True)
    assert gone.customers["_gone"].to_list() == [True, False]
    assert gone.contacts["_gone"].to_list() == [True]
    back = refreshed(gone, whole_record("a", contacts=[{"id": "1"}]))
    assert back.customers["_gone"].to_list() == [False, False]
    assert back.contacts["_gone"].to_list() == [False]


def test_a_summary_leaves_what_it_does_not_tell() -> None:
    detailed = whole_record(
        "a", addresses=[{"id": "1", "type": "billing", "is_default": True}], contacts=[{"id": "2", "is_default": True}],
        attributes=[{"name": "n", "value": "v"}], assigned_sales_reps=[{"id": "r", "first_name": "X"}],
        assigned_price_list={"id": "p", "name": "P"}, credit={"limit": 3},
    )  # fmt: skip
    found = refreshed(read(detailed), {"id": "a", "name": "other", "phone": "5"})
    assert plain(found, 0) == {**plain(read(detailed), 0), "name": "other", "phone": "5"}
    assert found.customers["detailed"].to_list() == [True]


def test_details_take_the_place_of_a_summary() -> None:
    record = whole_record("a", addresses=[{"id": "1"}], assigned_sales_reps=[{"id": "r"}])
    found = refreshed(read({"id": "a", "name": "n"}, {"id": "b"}), record)
    assert plain(found, 0) == plain(read(record), 0)
    assert found.customers["detailed"].to_list() == [True, False]


def test_attributes_of_owners_with_the_same_id_are_not_mixed_up() -> None:
    contacts = [{"id": "1", "attributes": [{"name": "n", "value": "contact"}]}]
    addresses = [{"id": "1", "attributes": [{"name": "n", "value": "address"}]}]
    both = whole_record("a", contacts=contacts, addresses=addresses)
    base = refreshed(read(whole_record("a", contacts=contacts)), both)
    found = refreshed(base, both)
    assert found.attributes.select("owner", "value").rows() == [("contact", "contact"), ("address", "address")]


def test_nothing_over_nothing_is_nothing() -> None:
    found = laid(Tables.empty(), overlay(Tables.empty(), Tables.empty(), whole=True))
    for table in TABLES:
        assert_frame_equal(found[table], Tables.empty()[table])


items = st.lists(st.sampled_from(["1", "2", "3"]), max_size=3, unique=True)
inner = st.lists(st.sampled_from(["x", "y", "x"]), max_size=3)


def record_of(id_: str, city: str, addresses: list[str], names: list[str], detailed: bool) -> Object:
    if not detailed:
        return {"id": id_, "name": city}
    own = [{"name": name, "value": city} for name in names]
    found = [{"id": one, "city": city, "attributes": own} for one in addresses]
    return {"id": id_, "name": city, "addresses": found, "contacts": [], "attributes": own}


one_record = st.builds(record_of, st.sampled_from("abcd"), st.sampled_from(["p", "q", ""]), items, inner, st.booleans())
records = st.lists(one_record, max_size=3, unique_by=lambda one: one["id"])


@settings(max_examples=amount(20, 200), deadline=None)
@given(st.lists(st.tuples(records, st.booleans()), max_size=4))
def test_after_any_refreshes_every_row_is_where_it_was_and_each_customer_is_as_last_told(
    loads: list[tuple[list[Object], bool]],
) -> None:
    base = Tables.empty()
    told: dict[str, Object] = {}
    for found, whole in loads:
        before = base
        base = refreshed(base, *found, whole=whole)
        for table in TABLES:
            keys = (
                ["id"]
                if table == "customers"
                else ["_customer", "id"]
                if table != "attributes"
                else ["_customer", "owner", "owner_id", "name"]
            )
            assert base[table].head(before[table].height).select(keys).equals(before[table].select(keys))
        told = {id_: one for id_, one in told.items() if not whole or id_ in {record["id"] for record in found}}
        told |= {one["id"]: one for one in found if "addresses" in one}
    ids = base.customers["id"].to_list()
    for id_, one in told.items():
        row = ids.index(id_)
        shown = plain(base, row)
        if base.customers["_gone"][row]:
            continue
        assert [item["id"] for item in shown["addresses"]] == [item["id"] for item in one["addresses"]]
        assert [a["name"] for a in shown["attributes"]] == [a["name"] for a in one["attributes"]]


@settings(max_examples=amount(10, 300), deadline=None)
@given(records, records, records, st.booleans(), st.randoms())
def test_an_overlay_holds_only_what_is_new_and_knows_rows_that_it_is_told_and_makes_the_same_base(
    first: list[Object], second: list[Object], third: list[Object], again: bool, chance: Random
) -> None:
    base = refreshed(refreshed(Tables.empty(), *first), *second)  # some items are gone, some were appended later
    third = [*(second if again else third)]
    chance.shuffle(third)
    fresh = read(*third)
    over = overlay(base, fresh)
    ids = base.customers["id"].to_list()
    places = [ids.index(one["id"]) if one["id"] in ids else chance.randrange(5) for one in third]
    told = overlay(base, fresh, at=pl.Series(places, dtype=pl.UInt32))
    new = news(base, over)
    for table in TABLES:
        whole = laid(base, over)[table]
        assert_frame_equal(laid(base, told)[table], whole)
        assert_frame_equal(laid(base, new)[table], whole)
        old = base[table].rows()
        assert sorted(new[table]["_row"]) == [r for r, row in enumerate(whole.rows()) if old[r : r + 1] != [row]]
        assert not news(laid(base, over), over)[table].height


@settings(max_examples=15, deadline=None)
@given(records, records)
def test_an_overlay_that_was_kept_and_read_again_gives_the_same_base(first: list[Object], second: list[Object]) -> None:
    import tempfile

    base, fresh = read(*first), read(*second)
    over = overlay(base, fresh)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "x.session")
        store.write_base({table: base[table] for table in TABLES}, generation=1, facts={})
        store.write_overlay(over, generation=1, folded=0, facts={})
        for table in TABLES:
            kept, overlays = store.read_base(table)
            assert kept is not None
            again = Tables.empty().with_frames({table: kept})
            for one in overlays:
                again = laid(again, {table: one})
            assert_frame_equal(again[table], laid(base, over)[table])
        store.close()


def test_row_numbers_stay_small_whole_numbers() -> None:
    over = overlay(read({"id": "a"}), read({"id": "b"}))
    assert {frame["_row"].dtype for frame in over.values()} == {pl.UInt32()}
