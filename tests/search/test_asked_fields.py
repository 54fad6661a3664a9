"""Which columns a query filters: what the headings say."""

from __future__ import annotations

import pytest

from workbench.errors import QueryError
from workbench.search.asked import asked_fields


@pytest.mark.parametrize(
    ("query", "table", "fields"),
    [
        ("", "customers", set()),
        ("acme -texas", "customers", set()),
        ('payment_term:"NET 30" -has:email', "customers", {"payment_term", "email"}),
        ("(phone:1 OR changed:website) before.email:x", "customers", {"phone", "website", "email"}),
        ("addresses.city:austin addresses:(state:TX type:billing)", "customers", set()),
        ("addresses:(state:TX type:billing) city:x", "addresses", {"state", "type", "city"}),
        ("customer.payment_term:x city:austin", "addresses", {"city"}),
        ("is:staged", "customers", set()),
    ],
)
def test_the_fields_that_a_query_asks_about(query: str, table: str, fields: set[str]) -> None:
    assert asked_fields(query, table) == fields


def test_a_mistake_is_told_as_a_search_tells_it() -> None:
    with pytest.raises(QueryError):
        asked_fields("(phone:1", "customers")
