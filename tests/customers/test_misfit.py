"""A record that counts as an answer reads for as long as the session lives; one that could not is told in one phrase."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.misfit import misfit
from workbench.customers.records import decode

values = st.recursive(
    st.sampled_from([None, True, 0, 1.5, -(2**63), "", "x", "c1"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "value", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
attributes = values | st.lists(
    st.fixed_dictionaries({}, optional={"id": values, "name": values, "value": values, "x": values}), max_size=2
)
items = values | st.lists(
    st.fixed_dictionaries(
        {},
        optional={"id": values, "city": values, "is_default": values, "attributes": attributes, "customer_id": values},
    ),
    max_size=2,
)
optional = {
    **dict.fromkeys(("payment_term", "name", "company_name", "assigned_sales_rep_ids", "assigned_sales_reps", "unknown"), values),
    **dict.fromkeys(("assigned_price_list", "assigned_price_list_id", "primary_contact_id"), values),
    **{"addresses": items, "contacts": items, "attributes": attributes},
}  # fmt: skip
records = st.fixed_dictionaries({"id": st.just("c1")}, optional=optional)


@settings(max_examples=amount(100, 300), deadline=None)
@given(records)
def test_what_fits_can_be_laid_over_base(record: dict[str, Any]) -> None:
    text = orjson.dumps({"data": record}).decode()
    if not misfit(record):
        assert decode([text], str)[1] == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"payment_term": ["a"]}, "payment_term is a list, expected text"),
        ({"addresses": "none"}, "addresses is text, expected a list"),
        ({"addresses": [{"id": "1"}, 5]}, "addresses[1] is a number, expected an object"),
        ({"contacts": [{"id": {}}]}, "contacts[0].id is an object, expected text"),
        ({"contacts": [{"is_default": "yes"}]}, "contacts[0].is_default is text, expected true or false"),
        ({"contacts": [{"attributes": [{"name": []}]}]}, "contacts[0].attributes[0].name is a list, expected text"),
        ({"attributes": True}, "attributes is true or false, expected a list"),
        ({"assigned_sales_reps": [{"id": []}]}, "assigned_sales_reps holds an id that is no text"),
        ({"assigned_sales_reps": 5}, "assigned_sales_reps is a number, expected a list"),
        ({"assigned_price_list": {"id": {}}}, "assigned_price_list.id is an object, expected text"),
        ({"deep": orjson.loads("[" * 600 + "]" * 600)}, "it is nested too deeply"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(more: dict[str, Any], why: str) -> None:
    assert misfit({"id": "c1", **more}) == why
