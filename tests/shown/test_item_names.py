"""Whatever order items stand in, what a page of customers points to is called as among all items."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.shown.item_names import ItemNames

OWNERS = st.lists(st.integers(0, 5), max_size=8)
PAGES = st.lists(st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=4), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    OWNERS.map(sorted),
    st.lists(st.none() | st.integers(0, 5), max_size=4),
    PAGES,
    st.sets(st.integers(0, 13)),
    st.booleans(),
)
def test_items_are_called_the_same_where_they_stand_among_their_customers_and_where_they_came_later(
    first: list[int], later: list[int | None], pages: list[list[int]], asked: set[int], person: bool
) -> None:
    owners = [*first, *later]
    one, other, between = ("first_name", "last_name", " ") if person else ("address_line_1", "city", ", ")
    items = pl.DataFrame(
        {
            "id": [f"i{at}" for at in range(len(owners))],
            one: [["Ann", "", None][at % 3] for at in range(len(owners))],
            other: [["Lee", None][at % 2] for at in range(len(owners))],
            "_customer": pl.Series(owners, dtype=pl.UInt32),
        }
    )
    called = {row["id"]: between.join(filter(None, (row[one], row[other]))) for row in items.rows(named=True)}
    names, ids = ItemNames(items.__getitem__, person=person), {"+HQ", "i99", *(f"i{at}" for at in asked)}
    for page in pages:
        found = names.of(ids, pl.Series(page, dtype=pl.UInt32))
        assert found == {id_: called[id_] for id_ in ids if called.get(id_)}
