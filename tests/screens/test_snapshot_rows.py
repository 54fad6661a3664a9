"""What a row of a snapshot shows: names for ids, what was staged, and only the rows that were asked for."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.shown.cells import Cell
from workbench.shown.rows import PARENT, SnapshotRows
from workbench.stage.edits import Edit
from workbench.stage.on_hold import ON_HOLD
from workbench.workbench import Workbench


def numbers(*rows: int) -> pl.Series:
    return pl.Series(rows, dtype=pl.UInt32)


def test_people_see_names_where_the_api_has_ids(bench: Workbench) -> None:
    rows = SnapshotRows(bench.snapshot, "customers")
    assert rows.window(0, 1, ["assigned_sales_rep_ids", "default_billing_address_id"]) == [
        [Cell("Ada Byron"), Cell("Boston")]
    ]
    assert rows.text(0, "assigned_sales_rep_ids") == "rep1"


def test_a_staged_cell_shows_what_base_holds_and_whether_it_is_valid(bench: Workbench) -> None:
    bench.stage([Edit("set", "phone", "12"), Edit("clear", "payment_term")], rows=numbers(1))
    rows = SnapshotRows(bench.snapshot, "customers", numbers(1, 0))
    assert rows.staged == {"phone", "payment_term"}
    assert rows.window(0, 2, ["phone", "payment_term"]) == [
        [Cell("12", "(415) 555-2671", True, True), Cell("", "NET30", True)],
        [Cell("(415) 555-2671"), Cell("NET 30")],
    ]
    assert rows.reason(1, "phone")
    assert rows.reason(0, "phone") == ""


def test_an_item_shows_whose_it_is(bench: Workbench) -> None:
    rows = SnapshotRows(bench.snapshot, "addresses", numbers(5))
    assert rows.window(0, 1, [PARENT, "city", "is_default"]) == [[Cell("Company 005"), Cell("Boston"), Cell("true")]]
    assert rows.label(5) == "Company 005"


def test_positions_and_row_numbers_belong_together(bench: Workbench) -> None:
    ordered = SnapshotRows(bench.snapshot, "customers", numbers(7, 3, 5))
    assert (ordered.height, ordered.row_at(1), ordered.position_of(5), ordered.position_of(4)) == (3, 3, 2, None)
    assert list(ordered.rows_between(1, 2)) == [3, 5]
    assert list(ordered.same(7, "payment_term")) == [7, 3]
    whole = SnapshotRows(bench.snapshot, "customers")
    assert (whole.row_at(4), whole.position_of(4), whole.position_of(99)) == (4, 4, None)
    assert whole.window(39, 99, ["display_id"]) == [[Cell("WC_039")]]
    assert whole.window(50, 60, ["display_id"]) == []


def test_an_id_without_a_name_is_shown_itself(bench: Workbench) -> None:
    bench.stage([Edit("set", "assigned_sales_rep_ids", "rep9")], rows=numbers(0))
    assert SnapshotRows(bench.snapshot, "customers").window(0, 1, ["assigned_sales_rep_ids"]) == [
        [Cell("rep9", "Ada Byron", True)]
    ]


@given(
    held=st.sets(st.integers(0, 39)),
    order=st.permutations(range(40)),
    start=st.integers(0, 45),
    length=st.integers(0, 45),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_tells_which_of_a_page_are_on_hold(
    bench: Workbench, held: set[int], order: list[int], start: int, length: int
) -> None:
    on_hold = pl.DataFrame({"row": sorted(held), "note": [str(row) for row in sorted(held)]}, schema=dict(ON_HOLD))
    snapshot = replace(bench.snapshot, on_hold=on_hold)
    page = order[start : start + length]
    assert SnapshotRows(snapshot, "customers", numbers(*order)).held(start, start + length) == held & set(page)
    assert SnapshotRows(snapshot, "customers").held(start, start + length) == held & set(range(start, start + length))
    addresses = SnapshotRows(snapshot, "addresses")
    of = snapshot.current.addresses["_customer"].to_list()
    assert addresses.held(0, addresses.height) == {row for row, customer in enumerate(of) if customer in held}
    assert [addresses.held_note(row) for row in range(addresses.height)] == [
        str(customer) if customer in held else None for customer in of
    ]


@given(
    order=st.permutations(range(40)) | st.just(list(range(40))),
    pointers=st.lists(st.integers(0, 40), min_size=5, max_size=5),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_name_of_an_item_is_found_wherever_it_stands_and_whosever_it_is(
    bench: Workbench, order: list[int], pointers: list[int]
) -> None:
    addresses = bench.snapshot.current.addresses.with_columns(city=pl.format("City {}", pl.int_range(pl.len())))
    cities = dict(addresses.select("id", "city").iter_rows())
    known = [*cities, "nobody's"]
    pointed = [known[pointer] for pointer in pointers]
    customers = bench.snapshot.current.customers
    column = pl.Series(pointed + customers["default_shipping_address_id"].to_list()[5:])
    frames = {
        "addresses": addresses[order],
        "customers": customers.with_columns(default_shipping_address_id=column),
    }
    snapshot = replace(bench.snapshot, current=bench.snapshot.current.with_frames(frames))
    shown = SnapshotRows(snapshot, "customers").window(0, 5, ["default_shipping_address_id"])
    assert [line[0].text for line in shown] == [cities.get(one, one) for one in pointed]
