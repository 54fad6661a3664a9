"""Values laid over a column."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.tables import laid_over

PIECES = st.lists(st.lists(st.sampled_from(["a", "b", None]), max_size=4), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.data())
def test_a_column_is_as_it_was_but_in_the_rows_that_are_laid_over_it_and_is_cut_into_the_same_pieces(
    pieces: list[list[str | None]], data: st.DataObject
) -> None:
    """Of a frame whose columns are cut differently polars copies each column before it takes rows of it."""
    column = pl.concat([pl.Series("name", piece, dtype=pl.String) for piece in pieces], rechunk=False)
    rows = sorted(data.draw(st.sets(st.integers(0, column.len() - 1)))) if column.len() else []
    new = data.draw(st.lists(st.sampled_from(["x", None]), min_size=len(rows), max_size=len(rows)))

    laid = laid_over(column, pl.Series(rows, dtype=pl.UInt32), pl.Series(new, dtype=pl.String))

    over = dict(zip(rows, new, strict=True))
    assert laid.to_list() == [over.get(row, value) for row, value in enumerate(column.to_list())]
    assert laid.name == "name"
    assert [n for n in laid.chunk_lengths() if n] == [n for n in column.chunk_lengths() if n]
