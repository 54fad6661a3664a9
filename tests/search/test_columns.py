"""Columns kept from search to search answer as their values do."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Tables
from workbench.search import columns
from workbench.search.columns import Coded, Columns
from workbench.search.conditions import met
from workbench.search.facets import facets
from workbench.search.folding import folded
from workbench.search.nodes import Between, Condition, Contains, Exact, Filled, OneOf, Regex, Wildcard

TEXTS = st.sampled_from(
    [None, "", "a", "Abc", "aab", "A b", "ß", "ΣΑΣ", "ας", "İ", "a\x1eb", "ab\nc", "7", "12.5", "\U0010ffffz"]
)
CONDITIONS: st.SearchStrategy[Condition] = st.sampled_from(
    [Contains("a"), Contains("Σ"), Contains("ας"), Contains("ß"), Contains("b\n"), Contains("a\x1eb"), Contains("\x1e"),
     Contains("i"), Exact("Abc"), Exact(""), Wildcard(("a", "")), Wildcard(("", "B")), Regex("^A"), OneOf(("", "a")),
     Between("a", "ab"), Between("a", None, with_low=False), Between(None, "a"), Between("0", "10"), Filled(),
     Between("\U0010ffff", None, with_low=False), Between(None, "\ud7ff", with_high=True)]
)  # fmt: skip
CITY = FIELDS["addresses"]["city"]


def tables(values: Sequence[Any], kind: pl.DataType | None = None) -> Tables:
    made = pl.DataFrame({"city": pl.Series(list(values), dtype=kind or pl.String())})
    return Tables.empty().with_frames({"addresses": made})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.lists(TEXTS, min_size=6, max_size=6), st.integers(0, 5)), min_size=1, max_size=4),
    st.lists(CONDITIONS, min_size=1, max_size=5),
    st.sampled_from([1, 9]),
    st.sampled_from([7, 10_000]),
)
def test_a_condition_finds_the_same_with_and_without_a_kept_column_edit_after_edit(
    edits: list[tuple[list[str | None], int]], conditions: list[Condition], times: int, height: int
) -> None:
    kept = Columns()
    values = (edits[0][0] + [f"own {n}" for n in range(18)]) * times
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "HEIGHT", height)
        patch.setattr("workbench.search.block._LONG", 1 if height == 7 else 256)
        for new, at in edits:
            values = [*values[: at * times], *new, *values[at * times + 6 :]]
            now = tables(values)
            for condition in conditions:
                column = kept.of(now, CITY)
                assert column is kept.of(now, CITY)
                expected = met(now.addresses["city"], condition, CITY.kind).to_list()
                assert column.where(lambda some, c=condition: met(some, c, CITY.kind)).to_list() == expected  # type: ignore[misc]
                held = column.holding(folded(condition.text)) if isinstance(condition, Contains) else None
                assert held is None or held.to_list() == expected


def test_a_column_whose_values_repeat_keeps_each_once_and_follows_an_edit() -> None:
    kept, values = Columns(), ["NET 30", None, "COD", "", "NET 30"] * 20_000
    column = kept.of(tables(values), CITY)
    assert isinstance(column, Coded)
    assert column.distinct.to_list() == ["NET 30", None, "COD", ""]
    moved = kept.of(tables(["NET30", *values[1:]]), CITY)
    assert isinstance(moved, Coded)
    assert moved.codes[0] == 4
    assert moved.where(lambda some: (some == "NET30").fill_null(False)).sum() == 1


def test_lists_of_ids_repeat_too() -> None:
    kept, lists = Columns(), [["r-1", "r-2"], [], None, ["r-1"]] * 30
    kind = pl.List(pl.String())
    many = lambda some: (some.list.len() > 1).fill_null(False)  # noqa: E731
    assert kept.of(tables(lists, kind), CITY).where(many).sum() == 30
    assert kept.of(tables([["a", "b"], *lists[1:]], kind), CITY).where(many).sum() == 30
    assert kept.of(tables([["a"], *lists[1:]], kind), CITY).where(many).sum() == 29


def test_what_was_asked_about_longest_ago_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, fields = Columns(), [FIELDS["addresses"][name] for name in ("city", "state", "zip_code")]
    made = pl.DataFrame({field.name: ["a", "b"] * 500 for field in fields})
    both = Tables.empty().with_frames({"addresses": made})
    monkeypatch.setattr(columns, "MOST", 1_500)
    first = [kept.of(both, field) for field in fields]
    assert kept.of(both, fields[2]) is first[2]
    assert kept.of(both, fields[0]) is not first[0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.lists(st.integers(0, 59), unique=True),
    st.booleans(),
    st.sampled_from([0, 64]),
)
def test_a_facet_counts_the_same_with_and_without_kept_columns(
    example: SimpleNamespace, texts: list[str | None], rows: list[int], every: bool, summed: int
) -> None:
    customers = [
        {"id": f"C{n}", "payment_term": texts[n % len(texts)], "assigned_sales_rep_ids": [["r-1"], ["r-2", "r-1"], [], None][n % 4]}
        for n in range(60)
    ]  # fmt: skip
    places = [
        {"id": f"A{n}", "_customer": n // 2, "city": texts[n % len(texts)], "_gone": n % 7 == 0} for n in range(90)
    ]
    made, kept = example.tables(customers, places), Columns()
    found = pl.Series(range(60) if every else rows, dtype=pl.UInt32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_SUMMED", summed)
        for name in ("payment_term", "assigned_sales_rep_ids", "addresses.city", "id", "contacts.status"):
            plain = facets(made, "customers", found, name)
            assert facets(made, "customers", found, name, kept).equals(plain), name
