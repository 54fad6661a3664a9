"""What a field could be set to: values in use, by name where the API has ids, and what a person edits of a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from screens.dialogs.edit_form import offer_of
from workbench.customers.fields import FIELDS
from workbench.search.choices import typed
from workbench.shown.standing import inactive_named
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

REPS = {"r1": ("Ada", "Byron"), "r2": ("Bo", "Li"), "r3": ("Bo", "Li"), "r4": ("Lee", "Smith, Jr")}


def customer(number: int, term: str | None, *reps: str) -> dict[str, object]:
    return {
        "id": f"c{number}",
        "name": f"N{number}",
        "payment_term": term,
        "assigned_sales_reps": [
            {
                "id": r,
                "first_name": REPS[r][0],
                "last_name": REPS[r][1],
                "status": "inactive" if r in ("r3", "r4") else "active",
            }
            for r in reps
        ],
        "addresses": [{"id": f"a{number}", "type": "billing", "is_default": number == 0, "city": "Ulm"}],
        "contacts": [
            {"id": f"p{number}", "first_name": "Bo", "last_name": "Li", "is_default": number == 0},
            {"id": f"q{number}", "first_name": "bo", "last_name": "li" if number == 1 else "ray"},
        ],
    }


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "c.json"
    told = [("NET 30", "r1"), ("NET30", "r2"), ("NET30", "r3"), ("", "r4"), ("COD", "r1")]
    file.write_text(json.dumps([customer(number, term, rep) for number, (term, rep) in enumerate(told)]))
    with Workbench.create(tmp_path / "s.session") as workbench:
        workbench.load(file=file)
        yield workbench


def offered(bench: Workbench, field: str, *rows: int, table: str = "customers") -> list[tuple[object, ...]]:
    chosen = pl.Series(rows, dtype=pl.UInt32) if rows else None
    found = bench.choices(field, table=table, rows=chosen)
    return [(one.text, one.label, one.here, one.everywhere) for one in found]


def test_values_are_counted_the_commonest_of_the_rows_first_then_those_of_all_others(bench: Workbench) -> None:
    assert offered(bench, "payment_term", 0, 3, 4) == [
        ("COD", "COD", 1, 1), ("NET 30", "NET 30", 1, 1), ("NET30", "NET30", 0, 2),
    ]  # fmt: skip
    assert offered(bench, "payment_term")[0] == ("NET30", "NET30", 2, 2)


def test_ids_are_offered_by_name_and_by_id_where_the_name_is_not_its_own(bench: Workbench) -> None:
    assert offered(bench, "assigned_sales_rep_ids", 0) == [
        ("Ada Byron", "Ada Byron", 1, 2), ("r2", "Bo Li", 0, 1), ("r3", "Bo Li", 0, 1), ("r4", "Lee Smith, Jr", 0, 1),
    ]  # fmt: skip


def test_who_is_inactive_is_told_of_the_choice_and_of_what_is_typed(bench: Workbench) -> None:
    rep = FIELDS["customers"]["assigned_sales_rep_ids"]
    found = bench.choices("assigned_sales_rep_ids")
    assert {one.text: one.inactive for one in found} == {"Ada Byron": False, "r2": False, "r3": True, "r4": True}
    assert [one.says for one in offer_of(found)] == ["2 rows", "1 row", "inactive, 1 row", "inactive, 1 row"]
    current = bench.snapshot.current
    assert inactive_named(current, rep, "Ada Byron, r3, r4") == ["Bo Li", "Lee Smith, Jr"]
    assert inactive_named(current, rep, "Ada Byron") == inactive_named(current, rep, "nobody") == []
    assert inactive_named(current, FIELDS["customers"]["payment_term"], "COD") == []


def test_names_that_nobody_has_any_more_are_offered_too(bench: Workbench) -> None:
    bench.stage([Edit("clear", "assigned_sales_rep_ids")])
    assert ("Ada Byron", "Ada Byron", 0, 0) in offered(bench, "assigned_sales_rep_ids")


def test_flags_and_documented_types_are_offered_though_no_row_has_them(bench: Workbench) -> None:
    assert offered(bench, "is_default", table="addresses") == [("false", "false", 4, 4), ("true", "true", 1, 1)]
    assert [one[0] for one in offered(bench, "type", table="addresses")] == ["billing", "shipping"]


def test_a_pointer_is_offered_the_customers_own_items(bench: Workbench) -> None:
    assert offered(bench, "primary_contact_id", 0) == [("Bo Li", "Bo Li", 1, 1), ("bo ray", "bo ray", 1, 1)]
    assert [one[0] for one in offered(bench, "primary_contact_id", 1)] == ["p1", "q1"]


def test_an_address_is_offered_where_its_type_can_stand_and_it_is_the_customers_own(bench: Workbench) -> None:
    assert [one[0] for one in offered(bench, "default_billing_address_id", 0)] == ["Ulm"]
    assert offered(bench, "default_billing_address_id", 0, 1) == [("Ulm", "Ulm", 2, 2)]
    assert offered(bench, "default_shipping_address_id", 0) == []
    assert typed(bench.snapshot.current, "customers", "default_billing_address_id", 0) == "Ulm"


@pytest.mark.parametrize("field", ["assigned_sales_rep_ids", "primary_contact_id", "payment_term"])
def test_what_is_offered_and_what_is_edited_can_be_typed_and_means_the_same(bench: Workbench, field: str) -> None:
    for row in range(5):
        one = pl.Series([row], dtype=pl.UInt32)
        text = typed(bench.snapshot.current, "customers", field, row)
        if text:
            assert bench.stage([Edit("set", field, text)], rows=one, dry_run=True).changed == 0
        for choice in bench.choices(field, rows=one):
            bench.stage([Edit("set", field, choice.text)], rows=one)
            assert typed(bench.snapshot.current, "customers", field, row) == choice.text


def lately(bench: Workbench, field: str, *texts: str) -> list[str]:
    return [one.text for one in bench.choices(field, lately=texts) if one.lately]


def test_what_was_put_there_lately_comes_first_as_far_as_it_still_stands_there(bench: Workbench) -> None:
    assert lately(bench, "payment_term", "NET45", "COD", "NET 30") == ["COD", "NET 30"]
    bench.search("payment_term:COD").set("payment_term", "NET45")
    assert lately(bench, "payment_term", "NET45", "COD") == ["NET45"]
    bench.undo()
    assert lately(bench, "payment_term", "NET45", "COD") == ["COD"]


def test_names_and_lists_of_ids_that_were_put_there_lately_are_known_whatever_they_were_typed_as(
    bench: Workbench,
) -> None:
    field = "assigned_sales_rep_ids"
    assert lately(bench, field, "ada byron", "r1", "Ada Byron, r2", "r2", "Nobody Known") == ["Ada Byron", "r2"]
    bench.search("id:=c0").set(field, "r1,r2")
    assert lately(bench, field, "ada byron,r2") == ["Ada Byron, r2"]
    bench.undo()
    assert lately(bench, field, "ada byron,r2") == []


def test_of_pointers_only_what_the_customers_themselves_have_is_known_from_lately(bench: Workbench) -> None:
    assert lately(bench, "primary_contact_id", "somebody else", "bo ray") == ["bo ray"]
