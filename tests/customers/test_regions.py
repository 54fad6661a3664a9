"""By which country a row is read."""

from __future__ import annotations

from typing import Any

import polars as pl

from workbench.customers.regions import regions
from workbench.customers.tables import Tables, schema


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    kept = schema(table)
    return pl.DataFrame([{name: row.get(name) for name in kept} for row in rows], schema=kept)


def address(customer: int, country: str | None, **more: Any) -> dict[str, Any]:
    return {"_customer": customer, "country": country, "_position": 0, "_gone": False, **more}


def tables(customers: int, addresses: list[dict[str, Any]], contacts: tuple[int, ...] = ()) -> Tables:
    return Tables.empty().with_frames(
        {
            "customers": frame("customers", [{"id": f"c{i}", "_gone": False} for i in range(customers)]),
            "addresses": frame("addresses", addresses),
            "contacts": frame("contacts", [{"_customer": i, "_position": 0, "_gone": False} for i in contacts]),
            "attributes": frame("attributes", [{"_customer": 0, "_position": 0, "_gone": False}] * 2),
        }
    )


def test_an_address_has_its_own_country_however_it_is_written() -> None:
    made = tables(1, [address(0, "Deutschland"), address(0, "CA"), address(0, "Atlantis"), address(0, None)])
    assert regions(made, "addresses", "US").to_list() == ["DE", "CA", "US", "US"]


def test_a_customer_has_the_country_of_the_default_billing_address() -> None:
    shipping = address(0, "FR", type="shipping", is_default=True)
    billing = address(0, "DE", type="billing", is_default=True, _position=1)
    assert regions(tables(1, [shipping, billing]), "customers", "US").to_list() == ["DE"]


def test_without_one_it_is_the_first_address_in_the_answer_that_has_a_country() -> None:
    rows = [address(0, "FR", _position=2), address(0, "IT", _position=1), address(0, None, _position=0)]
    assert regions(tables(1, rows), "customers", "US").to_list() == ["IT"]


def test_a_default_billing_address_without_country_does_not_decide() -> None:
    rows = [address(0, "", type="billing", is_default=True), address(0, "FR", _position=1)]
    assert regions(tables(1, rows), "customers", "US").to_list() == ["FR"]


def test_an_address_that_is_gone_says_nothing() -> None:
    rows = [address(0, "DE", type="billing", is_default=True, _gone=True), address(0, "FR", _position=1)]
    assert regions(tables(1, rows), "customers", "US").to_list() == ["FR"]


def test_a_customer_without_addresses_has_the_default() -> None:
    assert regions(tables(3, [address(1, "FR")]), "customers", "GB").to_list() == ["GB", "FR", "GB"]


def test_a_contact_has_its_customers_country() -> None:
    made = tables(2, [address(1, "FR")], contacts=(1, 0, 1))
    assert regions(made, "contacts", "US").to_list() == ["FR", "US", "FR"]


def test_attributes_have_the_default() -> None:
    assert regions(tables(1, [address(0, "FR")]), "attributes", "US").to_list() == ["US", "US"]


def test_empty_tables_have_no_regions() -> None:
    for table in ("customers", "addresses", "contacts", "attributes"):
        made = regions(Tables.empty(), table, "US")
        assert made.dtype == pl.String
        assert made.len() == 0
