"""That the first rows of a search are the head of the whole: asked of any moment and query."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import pytest

from workbench.customers.tables import rows_of
from workbench.search import screenful
from workbench.search.part import Texts, found_among, in_parts
from workbench.search.query import parse
from workbench.search.searcher import Searcher, _names

SORTS = ("", "updated_at", "-id,updated_at")


def has_parts_and_heads(searcher: Searcher, ground: Any, query: str, table: str) -> None:
    """Asserts that slices of rows, in several orders, find what all of them find there, and that the first rows are the head."""
    whole = rows_of(searcher.search(ground, query, table))
    every = pl.int_range(ground.current[table].height, dtype=pl.UInt32, eager=True)
    texts = Texts(partial(searcher._uuids.holds, ground.current), _names(ground.current))
    for sort in SORTS:
        order = searcher.orders.ordered(ground.current, table, every, sort)
        wanted = searcher.orders.ordered(ground.current, table, whole, sort).to_list()
        if in_parts(parse(query), table):
            slices = [order.slice(at, 3) for at in range(0, order.len(), 3)]
            found = [found_among(ground, parse(query), table, some, texts) for some in slices]
            assert [row for some in found if some is not None for row in some] == wanted, (query, table, sort)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(screenful, "WORTH", 0)
            patch.setattr(screenful, "FIRST", 2)
            first = searcher.first(ground, query, table, sort, 3)
        assert first is None or first.to_list() == wanted[:3] != wanted[:2], (query, table, sort)
