"""What holds for every transform, on any text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.customers.fields import Kind
from workbench.errors import UsageError
from workbench.stage.transforms.registry import TRANSFORMS, transform

REGIONS = (None, "US", "CA", "GB", "DE", "NL", "BR", "IT", "TR", "ZZ")

PIECES = (
    *(
        "mcdonald",
        "O'BRIEN",
        "o’",
        "McD",
        "LLC",
        "gmbh",
        "s.a.",
        "van",
        "der",
        "DE",
        "la",
        "III",
        "ab",
        "Ag",
        "AND",
        "of",
    ),
    *("ǆ", "ß", "ŉ", "İ", "ı", "Σ", "ς", "é", "e\u0301", "ﬁ", "ª", "ⓐ", "ა", "山", "ไทย", "½", "≠", "Ω"),
    *(
        "\u200b",
        "\u00a0",
        "\u3000",
        "\ufeff",
        "\u202a",
        " ",
        "  ",
        "\t",
        "\n",
        "-",
        "–",
        "/",
        "&",
        ".",
        ",",
        "'",
        "(",
        ")",
    ),
    *(
        "+1",
        "+44",
        "0",
        "00",
        "415",
        "555",
        "2671",
        "20 7946 0018",
        "030",
        "x5",
        "tel:",
        "a@B",
        ".Com",
        "<",
        ">",
        "mailto:",
    ),
    *(
        "Ã©",
        "â€œ",
        "&amp;",
        "&lt;",
        "\x1b[31m",
        "USA",
        "u.s.",
        "Québec",
        "calif.",
        "2134",
        "1st",
        "d/b/a",
        "h&m",
        "X",
        "i",
    ),
)
TEXTS = st.text(max_size=20) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def applied(name: str, value: str | None, region: str | None) -> str | None:
    made = transform(name).apply(pl.Series("v", [value], dtype=pl.String), pl.Series([region], dtype=pl.String))
    assert made.dtype == pl.String
    assert made.name == "v"
    return made[0]


@pytest.mark.parametrize("name", TRANSFORMS)
@given(text=TEXTS, region=st.sampled_from(REGIONS))
@example("ŉA", None)
@example("İi", None)
@example("IBM llc", "US")
@example("m-ON X", "BR")
@example("&amp;amp;lt;", None)
@example("<<a@B.co>>", None)
@example("+4402079460018", "GB")
@example("VAN DER BERG", "NL")
def test_applying_it_twice_is_applying_it_once(name: str, text: str, region: str | None) -> None:
    once = applied(name, text, region)
    assert applied(name, once, region) == once


@pytest.mark.parametrize("name", TRANSFORMS)
@given(rows=st.lists(st.tuples(st.none() | TEXTS, st.sampled_from(REGIONS)), max_size=8))
def test_each_row_is_changed_as_if_it_were_alone(name: str, rows: list[tuple[str | None, str | None]]) -> None:
    values = pl.Series([value for value, _ in rows], dtype=pl.String)
    regions = pl.Series([region for _, region in rows], dtype=pl.String)
    made = transform(name).apply(values, regions).to_list()
    assert made == [applied(name, *row) for row in rows]
    assert transform(name).by_country or made == [applied(name, value, None) for value, _ in rows]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_null_stays_null_and_empty_stays_empty(name: str) -> None:
    assert [applied(name, None, "US"), applied(name, "", "US"), applied(name, "", None)] == [None, "", ""]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_column_without_rows_stays_one(name: str) -> None:
    empty = pl.Series([], dtype=pl.String)
    assert transform(name).apply(empty, empty).dtype == pl.String


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_column_of_nulls_stays_one(name: str) -> None:
    nulls = pl.Series([None, None], dtype=pl.String)
    assert transform(name).apply(nulls, nulls).to_list() == [None, None]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_examples_are_true(name: str) -> None:
    made = transform(name)
    assert made.examples
    assert [(before, applied(name, before, "US")) for before, _ in made.examples] == list(made.examples)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_it_is_described_and_versioned_and_never_for_ids_or_flags(name: str) -> None:
    made = transform(name)
    assert made.name == name
    assert made.version >= 1
    assert made.summary.endswith(".")
    assert not made.kinds & {Kind.ID, Kind.IDS, Kind.FLAG, Kind.TIME}


def test_an_unknown_name_is_refused_with_near_ones() -> None:
    with pytest.raises(UsageError, match="there is no transform 'titel'; did you mean title"):
        transform("titel")


def test_a_name_like_no_other_is_refused_with_all_of_them() -> None:
    with pytest.raises(UsageError, match="there are: trim, squeeze, upper"):
        transform("qqqqq")
