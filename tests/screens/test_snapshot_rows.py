"""What a row of a snapshot shows: names for ids, what was staged, and only the rows that were asked for."""

from __future__ import annotations

import polars as pl

from workbench.shown.cells import Cell
from workbench.shown.rows import PARENT, SnapshotRows, _item_names
from workbench.stage.edits import Edit
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


def test_an_item_is_named_wherever_it_stands_and_whose_ever_it_is() -> None:
    addresses = pl.DataFrame(
        {"id": ["a", "b", "c", "d", None], "_customer": [2, 0, 3, 1, 0], "address_line_1": ["1 St", None, "3 St", None, "x"],
         "city": ["Rome", "Paris", None, None, "y"]},
        schema_overrides={"_customer": pl.UInt32},
    )  # fmt: skip
    for items in (addresses, addresses.sort("_customer"), addresses.sort("_customer", descending=True)):
        for shown in (numbers(0), numbers(3, 1), numbers(9), numbers()):
            assert _item_names(items, {"a", "b", "c", "d", "e"}, shown) == {
                "a": "1 St, Rome",
                "b": "Paris",
                "c": "3 St",
            }
