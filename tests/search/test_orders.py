"""A kept order is the order."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.fields import field
from workbench.customers.tables import Names, Tables
from workbench.errors import UsageError
from workbench.onlooker import LetGo, Onlooker
from workbench.search.columns import Columns
from workbench.search.orders import Orders
from workbench.search.text_order import InOrder, in_order
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


@pytest.mark.parametrize("is_ahead", [False, True])
def test_sales_reps_and_price_lists_are_sorted_by_the_names_that_people_see(
    example: SimpleNamespace, is_ahead: bool
) -> None:
    held = [["r-1"], ["r-2", "r-1"], [], ["r-9"], ["r-2"], None] * 4  # as often as it takes to be kept by value
    customers = [
        {"id": f"C{n}", "assigned_sales_rep_ids": reps, "assigned_price_list_id": ("pl-1", "pl-2", "", None)[n % 4]}
        for n, reps in enumerate(held)
    ]
    tables = example.tables(customers, [])
    rows, orders = pl.int_range(len(held), dtype=pl.UInt32, eager=True), Orders(Columns())

    def ids(sort: str, reps: dict[str, str]) -> list[str]:
        named = tables.with_names(Names({}, reps), Names({}, {"pl-1": "zinc", "pl-2": "Ash"}))
        if is_ahead:
            orders.prepare(named, "customers", [sort.removeprefix("-")])
        found = orders.ordered(named, "customers", rows, sort)
        assert found.to_list() == ordered(named, "customers", rows, sort).to_list()
        shown = named.customers[sort.removeprefix("-")].gather(found)
        return list(dict.fromkeys("+".join(one) if isinstance(one, pl.Series) else one or "" for one in shown))

    assert ids("assigned_sales_rep_ids", {"r-1": "Zoe", "r-2": "ada"}) == ["r-2", "r-2+r-1", "r-9", "r-1", ""]
    assert ids("-assigned_sales_rep_ids", {"r-1": "Zoe", "r-2": "ada"}) == ["r-1", "r-9", "r-2+r-1", "r-2", ""]
    assert ids("assigned_sales_rep_ids", {"r-1": "Ada", "r-2": "zoe"}) == ["r-1", "r-9", "r-2", "r-2+r-1", ""], "anew"
    assert ids("assigned_price_list_id", {}) == ["pl-2", "pl-1", ""]


def texts(example: SimpleNamespace, rows: int = 40, **other: list[str]) -> Tables:
    """Customers whose names and ids are all different, and whose terms repeat."""
    customers = [
        {"id": f"C{n * 7 % rows:03}", "company_name": f"Name {n * 11 % rows:03}", "payment_term": ("COD", "NET30")[n % 2],
         **{field: values[n % len(values)] for field, values in other.items()}}
        for n in range(rows)
    ]  # fmt: skip
    return example.tables(customers, [])


def everything(tables: Tables) -> pl.Series:
    return pl.int_range(tables.customers.height, dtype=pl.UInt32, eager=True)


@pytest.fixture
def sorted_now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts were put in order, each time that was done."""
    done = []

    def counted(values: pl.Series) -> InOrder:
        done.append(values.len())
        return in_order(values)

    monkeypatch.setattr("workbench.search.orders.in_order", counted)
    return done


def test_an_order_made_ahead_is_there_when_it_is_asked_and_is_the_order(
    example: SimpleNamespace, sorted_now: list[int]
) -> None:
    orders, tables = Orders(Columns()), texts(example)
    orders.prepare(tables, "customers", ["company_name", "payment_term", "id"])
    assert sorted_now == [40, 40], "of values that repeat the column is enough"
    for sort in ("company_name", "-company_name", "id", "payment_term", "-payment_term", "payment_term,-id"):
        found = orders.ordered(tables, "customers", everything(tables), sort)
        assert found.to_list() == ordered(tables, "customers", everything(tables), sort).to_list(), sort
    orders.prepare(tables, "customers", ["id", "company_name"])
    assert sorted_now == [40, 40], "nothing was made again, neither asked nor ahead"


def test_what_is_staged_makes_the_order_of_its_column_stale_and_no_other(
    example: SimpleNamespace, sorted_now: list[int]
) -> None:
    orders, tables = Orders(Columns()), texts(example)
    orders.prepare(tables, "customers", ["company_name", "id"])
    del sorted_now[:]
    other = texts(example, company_name=[f"{n % 7} other {n:02}" for n in range(40)])
    for sort, again in (("id", 0), ("company_name", 1)):
        found = orders.ordered(other, "customers", everything(other), sort)
        assert found.to_list() == ordered(other, "customers", everything(other), sort).to_list()
        assert len(sorted_now) == again, sort


def test_no_more_is_made_ahead_than_there_is_room_for_the_first_fields_first_and_what_was_made_for_others_goes(
    example: SimpleNamespace, sorted_now: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.search.orders.AHEAD", 2 * 40 * 5 + 50)
    orders, tables = Orders(Columns()), texts(example, email=[f"{n:02}@example.com" for n in range(40)])
    orders.prepare(tables, "customers", ["company_name", "id", "email"])
    assert len(sorted_now) == 2, "for the third there was no room, and none was made in vain"
    orders.prepare(tables, "customers", ["email", "id", "company_name"])
    assert len(sorted_now) == 3, "the cursor is elsewhere: the nearest is made, and the farthest goes"
    orders.ordered(tables, "customers", everything(tables), "id")
    assert len(sorted_now) == 3
    orders.ordered(tables, "customers", everything(tables), "company_name")
    assert len(sorted_now) == 4
    orders.prepare(tables, "customers", ["email", "id", "company_name"])
    assert len(sorted_now) == 4, "what was asked for is kept beside"


def test_what_is_made_ahead_pushes_out_nothing_that_was_asked_for(
    example: SimpleNamespace, sorted_now: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.search.columns.MOST", 1_000)
    columns, tables = Columns(), texts(example)
    orders, term = Orders(columns), field("customers", "payment_term")
    asked = columns.of(tables, term)
    orders.prepare(tables, "customers", ["company_name", "id", "status", "updated_at", "phone"])
    assert columns.of(tables, term) is asked


def test_who_makes_ahead_may_leave_after_any_step_and_what_was_begun_is_made_anew_when_it_is_asked(
    example: SimpleNamespace, sorted_now: list[int]
) -> None:
    tables, steps = texts(example), 0
    while True:
        steps += 1
        orders, onlooker = Orders(Columns()), LeavesAfter(steps)
        with suppress(LetGo), onlooker.watching():
            orders.prepare(tables, "customers", ["company_name", "id"])
        for sort in ("company_name", "id"):
            found = orders.ordered(tables, "customers", everything(tables), sort)
            assert found.to_list() == ordered(tables, "customers", everything(tables), sort).to_list()
        if onlooker.steps < steps:
            break
    assert steps > 8, "each order is made in several steps"


class LeavesAfter(Onlooker):
    """An onlooker that has left when so many steps were done."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.steps, self._most = 0, most

    def sees(self, share: float | None) -> None:
        self.steps += 1
        if self.steps == self._most:
            self.leave()
        super().sees(share)
