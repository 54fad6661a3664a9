"""A kept order is the order."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.search.columns import Columns
from workbench.search.orders import Orders
from workbench.stage.order import ordered

TEXTS = st.sampled_from([None, "", "a", "A", "b", "Ab", "ß", "ΑΣ", "ας", "10", "9"])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=5), min_size=1, max_size=3),
    st.lists(st.sampled_from(["payment_term", "-company_name", "assigned_sales_rep_ids", "-id", "id,-payment_term",
                              "-payment_term,company_name", " "]), min_size=1, max_size=6),
    st.lists(st.integers(0, 39), unique=True) | st.just(list(range(40))),
)  # fmt: skip
def test_rows_are_sorted_the_same_with_and_without_kept_orders_edit_after_edit(
    example: SimpleNamespace, edits: list[list[str | None]], sorts: list[str], rows: list[int]
) -> None:
    orders, found = Orders(Columns()), pl.Series(rows, dtype=pl.UInt32)
    for texts in edits:
        customers = [
            {"id": f"C{n % 3}", "payment_term": texts[n % len(texts)], "company_name": f"{texts[0]} {n * 7 % 40}",
             "assigned_sales_rep_ids": [["r-1"], ["r-2", "r-1"], [], None][n % 4]}
            for n in range(40)
        ]  # fmt: skip
        tables = example.tables(customers, [])
        for sort in sorts:
            assert orders.ordered(tables, "customers", found, sort).to_list() == (
                ordered(tables, "customers", found, sort).to_list()
            ), sort


def test_flags_sort_too_and_an_unknown_field_is_named(example: SimpleNamespace) -> None:
    orders, tables = Orders(Columns()), example.tables()
    rows = pl.Series(range(6), dtype=pl.UInt32)
    for sort in ("is_default", "-is_default"):
        assert (
            orders.ordered(tables, "addresses", rows, sort).to_list()
            == ordered(tables, "addresses", rows, sort).to_list()
        )
    with pytest.raises(UsageError, match="town"):
        orders.ordered(tables, "addresses", rows, "town")
