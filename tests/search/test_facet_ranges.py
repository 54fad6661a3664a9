"""Ranges and figures of a facet, and renaming one of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers.records import decode
from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.search.facet_ranges import ranges
from workbench.search.facet_values import facet_values, span_of
from workbench.search.facets import Span, facet_field, facet_query, facets
from workbench.search.picks import Picks, picks_of
from workbench.search.renaming import renaming
from workbench.search.searcher import Searcher
from workbench.stage.snapshot import Snapshot
from workbench.workbench import Workbench


def made(field: str, values: list[str | None]) -> Tables:
    lines = [json.dumps({"id": str(n), field: value, "addresses": []}) for n, value in enumerate(values)]
    return decode(lines, str)[0]


def counted(tables: Tables, field: str) -> list[tuple[str, str, int]]:
    rows = pl.int_range(tables.customers.height, dtype=pl.UInt32, eager=True)
    return ranges(facet_field("customers", field), facets(tables, "customers", rows, field)).rows()


def test_times_are_counted_by_month_by_year_where_there_are_many_and_finer_where_there_is_one() -> None:
    year = [f"2026-{month:02}-15T08:00:00Z" for month in (1, 1, 3)]
    assert counted(made("updated_at", [*year, None]), "updated_at") == [
        ("2026-01", "2026-01", 2),
        ("2026-03", "2026-03", 1),
    ]
    many = [f"{2000 + n // 12}-{n % 12 + 1:02}-01T00:00:00Z" for n in range(48)]
    assert [low for low, _, _ in counted(made("updated_at", many), "updated_at")] == ["2000", "2001", "2002", "2003"]
    days = ["2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z"]
    assert [low for low, _, _ in counted(made("updated_at", days), "updated_at")] == ["2026-01-02", "2026-01-09"]
    hours = ["2026-01-02T07:59:59Z", "2026-01-02T08:00:00Z"]
    assert [low for low, _, _ in counted(made("updated_at", hours), "updated_at")] == ["2026-01-02T07", "2026-01-02T08"]


def test_numbers_are_counted_in_round_steps_with_what_is_far_outside_at_the_ends() -> None:
    values = [str(n) for n in range(0, 100)]
    assert counted(made("payment_term", values), "payment_term")[:2] == [("0", "9", 10), ("10", "19", 10)]
    found = counted(made("payment_term", [*values, "1000000", "x"]), "payment_term")
    assert [high for _, high, _ in found][-2:] == ["99", "1000009"] or found[-1][2] == 1
    decimals = [f"{n / 10}" for n in range(12)]
    assert all(float(low) <= float(high) for low, high, _ in counted(made("payment_term", decimals), "payment_term"))


@pytest.mark.parametrize(
    "values", [["a", "b"], ["1", "a", "b"], ["1", "1"], ["9" * 16, "1"], ["1e-300", "2"], ["inf", "nan"], [None], []]
)
def test_what_is_no_list_of_numbers_has_no_ranges(values: list[str | None]) -> None:
    assert counted(made("payment_term", values), "payment_term") == []


NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.integers(0, 20).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.sampled_from(["", "x", "1e3", "-0", "007", "+5", " 7"]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(NUMBERS, max_size=40))
def test_each_range_is_a_query_that_finds_its_cells_and_no_cell_is_in_two(values: list[str]) -> None:
    tables = made("payment_term", list(values))
    snapshot, searcher, seen = Snapshot(1, tables, tables), Searcher(), set()
    for low, high, count in counted(tables, "payment_term"):
        query = facet_query("customers", "payment_term", Span(low, high))
        found = set(searcher.search(snapshot, query).arg_true())
        assert len(found) == count > 0
        assert not found & seen
        seen |= found


@settings(deadline=None, max_examples=40)
@given(st.lists(st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat() + "Z"), max_size=30))
def test_each_stretch_of_time_is_a_query_that_finds_its_cells(values: list[str]) -> None:
    tables = made("updated_at", list(values))
    snapshot, searcher = Snapshot(1, tables, tables), Searcher()
    found = counted(tables, "updated_at")
    assert sum(count for _, _, count in found) == len(values)
    for low, high, count in found:
        assert searcher.search(snapshot, facet_query("customers", "updated_at", Span(low, high))).sum() == count


def test_a_range_is_picked_like_a_value() -> None:
    query = "updated_at:2026-01..2026-01"
    picks = picks_of(f"acme {query}", "customers", "updated_at")
    assert picks.picked == (Span("2026-01", "2026-01"),)
    both = picks.toggled(Span("2026-03", "2026-03"))
    assert both.query == "acme (updated_at:2026-01..2026-01 OR updated_at:2026-03..2026-03)"
    assert both.toggled(span_of("2026-01..2026-01")).query == "acme updated_at:2026-03..2026-03"
    assert picks_of("updated_at:>=2026", "customers", "updated_at").picked == ()


def test_a_list_is_values_picked_and_many_picks_are_a_list() -> None:
    picks = picks_of('acme payment_term:=(COD "NET 30" "")', "customers", "payment_term")
    assert (picks.picked, picks.rest) == (("COD", "NET 30", None), "acme")
    assert picks.toggled("COD").query == 'acme (payment_term:="NET 30" OR payment_term:="")'
    many = Picks("customers", "payment_term", "", picked=("a", "b", "c", "d", "e", None))
    assert many.query == 'payment_term:=(a b c d e "")'
    assert picks_of(many.query, "customers", "payment_term").picked == many.picked


def test_the_figures_count_empty_invalid_and_different_values() -> None:
    tables = made("phone", ["+14155552671", "555", "555", "", None])
    rows = pl.int_range(5, dtype=pl.UInt32, eager=True)
    facet = facet_values(tables, tables, Picks("customers", "phone", ""), rows)
    assert (facet.total, facet.empty, facet.invalid, facet.distinct) == (5, 2, 2, 2)
    assert facet.counted.filter("invalid")["value"].to_list() == ["555"]
    assert facet.ranged.height == 0


def test_ranges_are_listed_in_their_order_or_by_count_the_empty_cells_and_picked_ones_with_them() -> None:
    times = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-01-01T00:00:00Z", None]
    tables = made("updated_at", times)
    rows = pl.int_range(4, dtype=pl.UInt32, eager=True)
    picks = picks_of("updated_at:2020..2021", "customers", "updated_at")
    facet = facet_values(tables, tables, picks, rows)
    assert facet.listed(ranged=True)["label"].to_list() == ["2020 .. 2021", "2026-01", "2026-03", "(empty)"]
    assert facet.listed(ranged=True, by_value=True)["count"].to_list() == [2, 1, 1, 0]
    assert facet.listed("03", ranged=True)["value"].to_list() == ["2026-03..2026-03"]


# Renaming a value

ADA, BO = (
    {"id": f"r{n}", "first_name": first, "last_name": last} for n, first, last in ((1, "Ada", "B"), (2, "Bo", "C"))
)
CUSTOMERS = (
    {"id": "a", "payment_term": "NET 30", "status": "active", "assigned_sales_reps": [ADA],
     "addresses": [{"id": "1", "city": "Austin", "is_default": True}, {"id": "2", "city": "austin"}]},
    {"id": "b", "payment_term": "NET30", "status": "active", "addresses": [{"id": "3", "city": "austin"}]},
    {"id": "c", "payment_term": "NET 30", "status": "inactive", "addresses": [{"id": "4", "city": "austin"}]},
    {"id": "d", "payment_term": "", "status": "active", "addresses": [], "assigned_sales_reps": [BO]},
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    source = tmp_path / "customers.json"
    source.write_text(json.dumps(CUSTOMERS), "utf-8")
    with Workbench.create(tmp_path / "s.session") as bench:
        bench.load(file=source)
        yield bench


def held(bench: Workbench, field: str, table: str = "customers") -> list[object]:
    return [value or None for value in bench.search("", table).frame[field].to_list()]


def test_renaming_a_value_stages_all_its_rows_as_one_operation_that_says_from_what_to_what(bench: Workbench) -> None:
    told = bench.rename_value("payment_term", "NET 30", "NET30", query="is:active", dry_run=True)
    assert (told.operation, told.matched, told.changed) == (None, 1, 1)
    done = bench.rename_value(
        "payment_term", "NET 30", "NET30", query="is:active payment_term:=NET30", note="one spelling"
    )
    assert (done.operation, done.changed) == (1, 1)
    assert held(bench, "payment_term") == ["NET30", "NET30", "NET 30", None]
    (step,) = json.loads(bench.recipe().text())["steps"]
    assert (step["where"], step["note"]) == ('is:active payment_term:="NET 30"', "one spelling")
    assert step["edits"] == [{"kind": "map", "field": "payment_term", "values": {"NET 30": "NET30"}}]
    bench.undo()
    assert bench.status().staged == 0


def test_the_recipe_of_a_renaming_replays_it_on_next_months_data(bench: Workbench, tmp_path: Path) -> None:
    bench.rename_value("addresses.city", "austin", "Austin", query="is:active OR is:held")
    with Workbench.create(tmp_path / "next.session") as other:
        other.load(file=tmp_path / "customers.json")
        assert [step.status for step in other.replay(bench.recipe())] == ["applied"]
        assert held(other, "city", "addresses") == ["Austin", "Austin", "Austin", "austin"]


def test_a_value_of_another_table_is_renamed_in_the_rows_that_its_facet_counts(bench: Workbench) -> None:
    counted = bench.facet_values("addresses.city", "is:active").counted.filter(pl.col("value") == "austin")["count"][0]
    done = bench.rename_value("addresses.city", "austin", "Austin", query="is:active")
    assert done.changed == counted == 2
    assert held(bench, "city", "addresses") == ["Austin", "Austin", "Austin", "austin"]
    done = bench.rename_value("customers.payment_term", "NET 30", "COD", query="city:=Austin", table="addresses")
    assert (done.changed, held(bench, "payment_term")[0]) == (1, "COD")


def test_empty_cells_flags_and_people_are_renamed_too_and_nothing_clears(bench: Workbench) -> None:
    assert bench.rename_value("payment_term", None, "COD").changed == 1
    assert bench.rename_value("is_default", True, "false", table="addresses").changed == 1
    assert bench.rename_value("assigned_sales_rep_ids", "r1", "Bo C").changed == 1
    assert bench.rename_value("assigned_sales_rep_ids", "r2", "", query="id:d").changed == 1
    assert bench.rename_value("payment_term", "NET 30", "").changed == 2
    assert held(bench, "payment_term") == [None, "NET30", None, "COD"]
    assert held(bench, "assigned_sales_rep_ids")[0] == ["r2"]


def test_several_values_become_one_in_one_operation_whose_recipe_says_what_becomes_of_each(bench: Workbench) -> None:
    done = bench.rename_value("payment_term", ["NET 30", "NET30"], "NET30", query="is:active")
    assert (done.operation, done.matched, done.changed) == (1, 2, 1)
    assert held(bench, "payment_term") == ["NET30", "NET30", "NET 30", None]
    (step,) = json.loads(bench.recipe().text())["steps"]
    assert step["where"] == 'is:active (payment_term:="NET 30" OR payment_term:=NET30)'
    assert step["edits"] == [{"kind": "map", "field": "payment_term", "values": {"NET 30": "NET30"}}]
    assert bench.rename_value("addresses.city", ["austin", "Austin"], "ATX", query="is:active").changed == 3
    assert held(bench, "city", "addresses") == ["ATX", "ATX", "ATX", "austin"]


def test_empty_cells_flags_and_people_are_among_several_that_become_one(bench: Workbench) -> None:
    assert bench.rename_value("payment_term", ["NET 30", None], "COD").changed == 3
    assert bench.rename_value("is_default", [True, None], "false", table="addresses").changed == 4
    assert bench.rename_value("assigned_sales_rep_ids", ["r1", "r2"], "r2").changed == 1
    assert bench.rename_value("assigned_sales_rep_ids", ["r2", None], "Ada B").changed == 4
    assert held(bench, "payment_term") == ["COD", "NET30", "COD", "COD"]
    assert held(bench, "assigned_sales_rep_ids") == [["r1"]] * 4
    assert bench.rename_value("assigned_sales_rep_ids", ["r1", "r2"], "").changed == 4
    assert bench.rename_value("payment_term", ["COD", "NET30"], "").changed == 4


def test_what_is_picked_is_followed_when_it_is_renamed() -> None:
    picks = Picks("customers", "payment_term", "", picked=("COD", "NET 30", "NET30"), excluded=("cash",))
    assert picks.renamed(["COD", "NET 30"], "cash") == Picks("customers", "payment_term", "", picked=("cash", "NET30"))
    assert picks.renamed(["COD", "NET 30"], "NET30").picked == ("NET30",)
    assert picks.renamed(["nobody's"], "cash") == picks


def test_what_cannot_be_renamed_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="read-only"):
        bench.rename_value("status", "active", "inactive")
    with pytest.raises(UsageError, match="only values"):
        bench.rename_value("zip_code", Span("1", "2"), "3", table="addresses")
    with pytest.raises(UsageError, match="no field 'town'"):
        bench.rename_value("town", "a", "b")
    assert bench.rename_value("payment_term", "NET 30", "NET 30").operation is None
    assert bench.rename_value("payment_term", "nobody's", "x").operation is None


ODD = ["", 'a "b"', "x:y", "-a", "a OR b", "(a", "/r/", "\\", "a\nb", "\x1f", "*", "@f"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(ODD), min_size=1), st.data())
def test_the_rows_with_the_value_are_meant_whatever_it_looks_like(values: list[str], data: st.DataObject) -> None:
    old = data.draw(st.lists(st.sampled_from(values), min_size=1, unique=True))
    tables = made("name", list(values))
    (edit,), table, where = renaming(
        "id:0..9 OR has:id", "customers", "company_name", [one or None for one in old], "new"
    )
    found = Searcher().search(Snapshot(1, tables, tables), where, table)
    assert [values[row] for row in found.arg_true()] == [value for value in values if value in old]
    maps = json.dumps(dict.fromkeys(old, "new"))
    assert (edit.kind, edit.value) == (("map", maps) if all(old) else ("set", "new"))
