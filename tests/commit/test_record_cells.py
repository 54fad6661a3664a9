"""Cells read out of a record of the API: as the tables read them, or a commit would see changes that nobody made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.commit.beside import side_effects
from workbench.commit.record import MISSING, column_of, coupled_columns, scalar, value_at, writable
from workbench.customers.equality import same
from workbench.customers.fields import FIELDS
from workbench.customers.paths import parse_path
from workbench.customers.records import decode

texts = st.none() | st.sampled_from(["", "a", "b "]) | st.integers(0, 9) | st.booleans()
ids = st.sampled_from(["i", "j", "k"])
flags = st.none() | st.booleans()


def objects(**keys: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def some(keys: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    items = st.tuples(ids, keys).map(lambda pair: {"id": pair[0], **pair[1]})
    return st.lists(items, max_size=3, unique_by=lambda item: item["id"])


attributes = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("NM"), "value": texts}), max_size=2, unique_by=lambda a: a["name"]
)
records = objects(
    name=texts,
    company_name=st.none() | st.just("C"),
    payment_term=texts,
    phone=texts,
    primary_contact_id=st.none() | ids,
    default_billing_address_id=st.none() | ids,
    assigned_sales_reps=st.none() | some(st.just({})),
    assigned_sales_rep_ids=st.none() | st.lists(ids, unique=True, max_size=2),
    assigned_price_list=st.none() | ids.map(lambda one: {"id": one, "name": "P"}),
    addresses=some(objects(type=st.sampled_from(["billing", "shipping"]), is_default=flags, zip_code=texts, attributes=attributes)),
    contacts=some(objects(is_default=flags, phone=texts)),
    attributes=attributes,
).map(lambda record: {"id": "c", **record})  # fmt: skip


@settings(deadline=None, max_examples=amount(80, 300))
@given(records)
def test_a_record_is_read_as_the_tables_read_it(record: dict[str, Any]) -> None:
    tables, rejected = decode([json.dumps(record)], str)
    assert not rejected
    for field in FIELDS["customers"].values():
        if field.editable:
            held = tables.customers[field.name][0]
            held = held.to_list() if field.name == "assigned_sales_rep_ids" and held is not None else held
            assert same(field.kind, scalar(record, field), held), field.name
    for row in tables.addresses.iter_rows(named=True):
        for name in ("zip_code", "is_default", "type"):
            path = parse_path(f"addresses[{row['id']}].{name}")
            assert same(FIELDS["addresses"][name].kind, value_at(record, path), row[name])


@given(records)
def test_every_writable_cell_is_found_by_its_path(record: dict[str, Any]) -> None:
    for text, kind, value in writable(record):
        path = parse_path(text)
        assert kind is FIELDS[path.table][path.field].kind
        assert value_at(record, path) == value
        expected = ("customers", text) if "[" not in text else (path.table, path.field)
        assert column_of(text) == expected or path.table == "attributes"


@settings(deadline=None, max_examples=amount(80, 1000))
@given(records, st.data())
def test_a_side_effect_is_any_writable_cell_that_is_not_the_same_whatever_else_stayed(
    before: dict[str, Any], data: Any
) -> None:
    other = data.draw(records)
    kept = data.draw(st.sets(st.sampled_from([*before, *other])))
    after = {
        **{key: value for key, value in other.items() if key not in kept},
        **{k: before[k] for k in kept & before.keys()},
    }
    then, now = ({path: (kind, value) for path, kind, value in writable(record)} for record in (before, after))
    moved = {
        path
        for path in then.keys() | now.keys()
        if not same((then.get(path) or now[path])[0], then.get(path, (0, None))[1], now.get(path, (0, None))[1])
    }
    assert {one.path for one in side_effects([], before, after)} == moved


@pytest.mark.parametrize(("was", "becomes"), [(1, True), (1, 1.0), (0, False), (True, 1)])
def test_a_number_is_not_the_truth_that_python_takes_it_for(was: Any, becomes: Any) -> None:
    found = side_effects([], {"id": "c", "phone": was}, {"id": "c", "phone": becomes})
    assert [(one.path, one.expected, one.found) for one in found] == [("phone", was, becomes)]


def test_a_cell_of_an_item_that_is_not_there_is_missing() -> None:
    for text in ("addresses[x].city", "attributes[x]", "contacts[x].attributes[y]"):
        assert value_at({"id": "c"}, parse_path(text)) is MISSING


ADDRESSES = {
    ("addresses", "is_default"),
    ("customers", "default_billing_address_id"),
    ("customers", "default_shipping_address_id"),
}


@pytest.mark.parametrize(
    ("touched", "follow"),
    [
        (("customers", "payment_term"), set()),
        (("addresses", "city"), set()),
        (("addresses", "type"), ADDRESSES),
        (("customers", "default_billing_address_id"), ADDRESSES),
        (("contacts", "is_default"), {("contacts", "is_default"), ("customers", "primary_contact_id")}),
    ],
)
def test_a_default_of_one_kind_moves_what_says_the_same_and_nothing_else(touched: Any, follow: Any) -> None:
    assert coupled_columns([touched]) == follow
