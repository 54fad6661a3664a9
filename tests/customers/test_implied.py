"""Columns that follow from others are left out where all of them do, and come back value by value."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import TABLES
from workbench.customers.implied import IMPLIED, NEEDED, bare, implied
from workbench.customers.records import decode
from workbench.customers.tables import Tables


def tables(*customers: dict[str, Any]) -> Tables:
    found, rejected = decode([json.dumps(one) for one in customers], str)
    assert not rejected
    return found


def back(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    def column(table: str, name: str) -> pl.Series:
        return frames[table][name]

    found = {}
    for table in TABLES:
        left_out = [name for name in IMPLIED[table] if name not in frames[table].columns]
        found[table] = frames[table].with_columns([implied(table, name, column) for name in left_out])
    return found


def changed(given: Tables, table: str, name: str, row: int, value: str | None) -> Tables:
    column = given[table][name].to_list()
    column[row] = value
    return given.with_frames({table: given[table].with_columns(pl.Series(name, column, dtype=pl.String))})


def address(id: str, kind: str, default: bool | None) -> dict[str, Any]:
    return {"id": id, "type": kind, "is_default": default, "city": "Austin"}


ANN: dict[str, Any] = {
    "id": "C1",
    "addresses": [address("A1", "billing", True), address("A2", "shipping", False), address("A3", "shipping", True)],
    "contacts": [{"id": "K1", "is_default": False}, {"id": "K2", "is_default": True}, {"id": "K3", "is_default": True}],
    "attributes": [{"id": "T1", "name": "Color"}],
}
BOB: dict[str, Any] = {"id": "C2", "addresses": [], "contacts": [], "attributes": [{"id": "T2", "name": "Size"}]}


def test_ids_that_repeat_others_are_left_out() -> None:
    given = tables(ANN, BOB)
    frames = bare(given)
    assert all(name not in frames[table].columns for table in TABLES for name in IMPLIED[table])
    assert all(name in frames[table].columns for table in TABLES for name in NEEDED[table])
    assert back(frames)["customers"]["default_shipping_address_id"].to_list() == ["A3", None]
    assert back(frames)["customers"]["primary_contact_id"].to_list() == ["K2", None]


@pytest.mark.parametrize(("table", "name"), [(table, name) for table in TABLES for name in IMPLIED[table]])
@pytest.mark.parametrize("value", [None, "another"])
def test_a_column_of_which_one_value_is_another_is_kept_whole(table: str, name: str, value: str | None) -> None:
    given = changed(tables(ANN, BOB), table, name, 0, value)
    frames = bare(given)
    assert frames[table][name][0] == value
    assert all(frames[one].width == len(given[one].columns) - len(IMPLIED[one]) + (one == table) for one in TABLES)


def test_the_owner_of_an_items_own_attribute_is_kept() -> None:
    ann = {**ANN, "addresses": [{**address("A1", "billing", True), "attributes": [{"id": "T9", "name": "Dock"}]}]}
    frames = bare(tables(ann, BOB))
    assert "owner_id" in frames["attributes"].columns
    assert "customer_id" not in frames["attributes"].columns


def test_an_item_that_is_gone_is_nobodys_default() -> None:
    given = tables(ANN)
    gone = given.contacts.with_columns(_gone=pl.Series([False, True, False]))
    frames = bare(changed(given.with_frames({"contacts": gone}), "customers", "primary_contact_id", 0, "K3"))
    assert "primary_contact_id" not in frames["customers"].columns
    assert back(frames)["customers"]["primary_contact_id"].to_list() == ["K3"]


def test_tables_without_rows_are_kept_too() -> None:
    assert all(frame.equals(Tables.empty()[table]) for table, frame in _in_order(back(bare(Tables.empty()))).items())


IDS = st.sampled_from([None, "1", "2", "3"])
ITEM = st.fixed_dictionaries(
    {"id": IDS, "is_default": st.sampled_from([None, True, False]), "type": st.sampled_from(["billing", "shipping"])}
)
POINTERS = ("primary_contact_id", "default_shipping_address_id", "default_billing_address_id")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"addresses": st.lists(ITEM, max_size=3), "contacts": st.lists(ITEM, max_size=3)},
            optional=dict.fromkeys(POINTERS, IDS),
        ),
        max_size=5,
    ),
    st.sampled_from([(table, name) for table in TABLES for name in IMPLIED[table]]),
    st.lists(IDS, min_size=20, max_size=20),
)
def test_whatever_was_kept_comes_back_as_it_was(
    customers: list[dict[str, Any]], other: tuple[str, str], values: list[str | None]
) -> None:
    given = tables(*({"id": f"C{n}", **one} for n, one in enumerate(customers)))
    table, name = other
    given = given.with_frames(
        {table: given[table].with_columns(pl.Series(name, (values * 5)[: given[table].height], dtype=pl.String))}
    )
    assert all(frame.equals(given[table]) for table, frame in _in_order(back(bare(given))).items())


def _in_order(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {table: frame.select(Tables.empty()[table].columns) for table, frame in frames.items()}
