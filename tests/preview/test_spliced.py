"""Texts of pieces are what a loop over the rows would put together."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from workbench.preview.json_text import json_pieces, json_text
from workbench.preview.spliced import Entry, Piece, listed, spliced, together

HEIGHT = 3
texts = st.text("ab,é", max_size=2)
anything = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=2)


def pieces(height: int) -> st.SearchStrategy[list[Piece]]:
    column = st.lists(texts, min_size=height, max_size=height).map(lambda found: pl.Series(found, dtype=pl.String))
    return st.lists(texts | column, min_size=1, max_size=3)


def entries() -> st.SearchStrategy[Entry]:
    some = st.sets(st.integers(0, HEIGHT - 1)).flatmap(
        lambda places: st.builds(Entry, pieces(len(places)), st.just(pl.Series(sorted(places), dtype=pl.UInt32)))
    )
    return some | st.builds(Entry, pieces(HEIGHT))


def row(found: list[Piece], at: int) -> str:
    return "".join(piece if isinstance(piece, str) else piece[at] for piece in found)


@given(pieces(HEIGHT))
def test_pieces_stand_one_after_the_other(found: list[Piece]) -> None:
    assert spliced(found, HEIGHT).to_list() == [row(found, at) for at in range(HEIGHT)]


@given(st.lists(entries(), max_size=4))
def test_a_row_lists_the_entries_that_it_has_with_commas_between_them(found: list[Entry]) -> None:
    expected = []
    for at in range(HEIGHT):
        places = [range(HEIGHT) if one.places is None else one.places.to_list() for one in found]
        have = [row(list(one.pieces), list(of).index(at)) for one, of in zip(found, places, strict=True) if at in of]
        expected.append(",".join(have))
    assert spliced(listed(found, HEIGHT), HEIGHT).to_list() == expected


@given(st.lists(st.integers(1, 12), max_size=5))
def test_texts_of_one_owner_are_put_together_however_many_there_are(counts: list[int]) -> None:
    owners = [owner for owner, count in enumerate(counts) for _ in range(count)]
    told = [f"t{number}" for number in range(len(owners))]
    found, joined = together(pl.Series(owners, dtype=pl.UInt32), pl.Series(told, dtype=pl.String))
    assert found.to_list() == list(range(len(counts)))
    assert joined.to_list() == [",".join(t for o, t in zip(owners, told, strict=True) if o == at) for at in found]


@given(
    st.lists(anything, max_size=4).map(lambda found: pl.Series(found, dtype=pl.String))
    | st.lists(st.none() | st.booleans(), max_size=4).map(lambda found: pl.Series(found, dtype=pl.Boolean))
    | st.lists(st.none() | st.lists(anything, max_size=2), max_size=4).map(
        lambda found: pl.Series(found, dtype=pl.List(pl.String))
    )
)
def test_json_in_pieces_is_the_same_json(values: pl.Series) -> None:
    assert spliced(json_pieces(values, "[]"), values.len()).to_list() == json_text(values, null="[]").to_list()
