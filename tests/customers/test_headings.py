"""Headings of sheets and the fields that they mean."""

from __future__ import annotations

import pytest

from workbench.customers.fields import FIELDS, TABLES
from workbench.customers.headings import field_of


@pytest.mark.parametrize("table", TABLES)
def test_every_field_is_known_by_its_name_however_it_is_written(table: str) -> None:
    for name in FIELDS[table]:
        for heading in (name, name.upper(), name.replace("_", " ").title(), f"{table}.{name}", f" {name} "):
            assert field_of(table, heading) == name


def test_the_answers_names_are_known_too_but_never_instead_of_a_fields_own() -> None:
    assert field_of("customers", "Name") == "company_name"
    assert field_of("customers", "assigned sales reps") == "assigned_sales_rep_ids"
    assert field_of("attributes", "Name") == "name"


@pytest.mark.parametrize("heading", ["", "_exported", "remarks", "customer", "phone 2", "名前"])
def test_what_means_no_field_is_none(heading: str) -> None:
    assert field_of("addresses", heading) is None
