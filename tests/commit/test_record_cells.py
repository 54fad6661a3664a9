"""Cells read out of a record of the API: as the tables read them, or a commit would see changes that nobody made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
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
