"""Paths of cells: written and read again, whatever the ids and names hold."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.fields import TABLES
from workbench.customers.paths import Path, cell_paths, parse_path, row_of, unnamed
from workbench.customers.tables import Tables, schema
from workbench.errors import UsageError


def tables(**rows: list[dict[str, Any]]) -> Tables:
    full = {t: [{"_gone": False, "_customer": 0, "customer_id": "c", **row} for row in rows.get(t, [])] for t in TABLES}
    frames = {t: pl.DataFrame([{k: r.get(k) for k in schema(t)} for r in full[t]], schema=schema(t)) for t in TABLES}
    return Tables(**frames)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("payment_term", Path("customers", "payment_term")),
        ("addresses[A].city", Path("addresses", "city", "A")),
        ("contacts[A].email", Path("contacts", "email", "A")),
        ("attributes[Color]", Path("attributes", "value", "", "customer", "Color")),
        ("addresses[A].attributes[Color]", Path("attributes", "value", "A", "address", "Color")),
        ("contacts[A].attributes[a]b.c]", Path("attributes", "value", "A", "contact", "a]b.c")),
        ("addresses[a]b.c].city", Path("addresses", "city", "a]b.c")),
        ("attributes[]", Path("attributes", "value", "", "customer", "")),
        ("attributes[x].attributes[y]", Path("attributes", "value", "", "customer", "x].attributes[y")),
        ("attributes[\n]", Path("attributes", "value", "", "customer", "\n")),
    ],
)
def test_a_path_is_taken_apart(text: str, path: Path) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text", ["", "addresses", "addresses[].city", "addresses[A]", "addresses[A].", "orders[1].city", "a.b", "payment_term\n",
             "addresses[A].id", "status", "nothing", "addresses[A].company_name", "attributes[a"]
)  # fmt: skip
def test_what_is_no_path_of_an_editable_cell_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_path(text)


words = st.text(min_size=1, max_size=6).filter(lambda text: "]." not in text)


@given(words, st.text(max_size=6), st.sampled_from(["addresses", "contacts", ""]))
def test_a_written_path_reads_as_what_it_was_written_from(item: str, name: str, owner: str) -> None:
    singular = {"addresses": "address", "contacts": "contact", "": "customer"}[owner]
    found = tables(attributes=[{"owner": singular, "owner_id": item, "name": name}], addresses=[{"id": item}])
    first = pl.Series([0], dtype=pl.UInt32)
    [text] = cell_paths(found, "attributes", "value", first)
    assert parse_path(text) == Path("attributes", "value", item if owner else "", singular, name)
    [text] = cell_paths(found, "addresses", "city", first)
    assert parse_path(text) == Path("addresses", "city", item)


def test_paths_of_no_rows_are_no_paths() -> None:
    for table, field in (("customers", "phone"), ("addresses", "city"), ("attributes", "value")):
        found = cell_paths(tables(), table, field, pl.Series([], dtype=pl.UInt32))
        assert (found.len(), found.dtype) == (0, pl.String)


def test_an_item_without_an_id_is_a_question_mark() -> None:
    found = tables(contacts=[{"id": None}], attributes=[{"owner": "contact", "owner_id": None, "name": "n"}])
    first = pl.Series([0], dtype=pl.UInt32)
    assert cell_paths(found, "contacts", "email", first).to_list() == ["contacts[?].email"]
    assert cell_paths(found, "attributes", "value", first).to_list() == ["contacts[?].attributes[n]"]


def test_a_path_finds_its_row_among_a_customers_own() -> None:
    found = tables(
        customers=[{"id": "b", "customer_id": "b"}, {"id": "c"}],
        addresses=[{"id": "1", "customer_id": "b"}, {"id": "1", "_gone": True}, {"id": "1"}],
        attributes=[
            {"owner": "address", "owner_id": "1", "name": "n"},
            {"owner": "customer", "owner_id": "c", "name": "n"},
        ],
    )
    rows = {
        text: row_of(found, "c", parse_path(text))
        for text in ("phone", "addresses[1].city", "attributes[n]", "addresses[1].attributes[n]")
    }
    assert rows == {"phone": 1, "addresses[1].city": 2, "attributes[n]": 1, "addresses[1].attributes[n]": 0}
    for text in ("addresses[2].city", "attributes[x]", "contacts[1].email"):
        with pytest.raises(UsageError, match="no such cell of customer c"):
            row_of(found, "c", parse_path(text))


def test_a_row_is_unnamed_if_its_id_or_name_is_not_its_own() -> None:
    addresses = [{"id": "1"}, {"id": "1", "_customer": 1}, {"id": None}, {"id": ""}, {"id": "2"}, {"id": "2"}, {"id": "3"},
                 {"id": "3", "_gone": True}]  # fmt: skip
    assert unnamed("addresses", tables(addresses=addresses).addresses).to_list() == [
        False,
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    places = [("customer", "c", "n"), ("contact", "c", "n"), ("customer", "c", "m"), ("customer", "c", "m"),
              ("customer", "c", None),
              ("contact", None, "n")]  # fmt: skip
    attributes = [{"owner": owner, "owner_id": id_, "name": name} for owner, id_, name in places]
    frame = tables(attributes=attributes).attributes
    assert unnamed("attributes", frame).to_list() == [False, False, True, True, True, True]
    for table in ("addresses", "attributes"):
        assert unnamed(table, tables()[table]).to_list() == []
