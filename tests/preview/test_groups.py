"""Groups of the same change: every staged cell in one of them, and the odd ones at the top with their reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from tests.preview.test_patches_model import customers, edits, staged, tables_of
from workbench.preview.groups import Groups
from workbench.preview.habits import Habits
from workbench.preview.manner import manner
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Object = dict[str, Any]
Make = Callable[[list[Object]], Workbench]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a session of customers."""
    opened: list[Workbench] = []

    def made(records: list[Object]) -> Workbench:
        file = tmp_path / "load.ndjson"
        file.write_text("\n".join(json.dumps({"id": f"c{n}", "name": "A", **one}) for n, one in enumerate(records)))
        opened.append(Workbench.create(tmp_path / "s.session", key="k"))
        opened[-1].load(file=file)
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def groups(bench: Workbench) -> Groups:
    return Groups(bench.snapshot, Habits())


def listed(found: Groups, **how: Any) -> list[tuple[str, Any, Any, int, str]]:
    made = [found.group(number) for number in found.order(**how)]
    return [(one.name, one.before, one.after, one.count, "; ".join(one.odd)) for one in made]


def one_row(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.UInt32)


@settings(max_examples=amount(25, 250), deadline=None)
@given(st.lists(customers, min_size=1, max_size=12), edits)
def test_every_staged_cell_is_in_exactly_one_group(found: list[Object], wanted: Any) -> None:
    snapshot = staged(tables_of(found), wanted)
    made = Groups(snapshot, Habits())
    seen: list[tuple[Any, int]] = []
    for number in range(made.frame.height):
        group = made.group(number)
        assert group.count == sum(rows.len() for rows in group.cells.values())
        assert group.fixed + group.introduced <= group.count
        seen += [(column, row) for column, rows in group.cells.items() for row in rows]
    cells = [(column, row) for column in snapshot.columns for row in snapshot.staged_cells_of(column)["row"]]
    assert sorted(seen) == sorted(cells)
    assert made.order().sort().to_list() == list(range(made.frame.height))


def test_three_wrong_changes_among_four_hundred_stand_at_the_top(make: Make) -> None:
    bench = make([{"payment_term": "NET 30" if n % 3 else "Net30", "freight_term": " x"} for n in range(400)])
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("apply", "freight_term", "trim")])
    bench.stage([Edit("set", "payment_term", "NET60")], rows=one_row(7))
    bench.stage([Edit("clear", "payment_term")], rows=one_row(100))
    bench.stage([Edit("set", "freight_term", "collect")], rows=one_row(5))
    top = listed(groups(bench))[:4]
    assert {one[:4] for one in top[:3]} == {
        ("payment_term", "NET 30", "NET60", 1),
        ("payment_term", "NET 30", None, 1),
        ("freight_term", " x", "collect", 1),
    }
    assert top[3] == ("freight_term", " x", "x", 399, "")
    assert all(one[4] for one in top[:3])
    assert listed(groups(bench), odd_first=False)[0] == top[3]


def four_hundred() -> list[Object]:
    """Customers as they come: names in capitals, phones as people write them, states by their names."""
    states = ["Texas", "California", "new york", "Ohio"]
    return [
        {"company_name": f"ACME TOOLS {n}", "phone": f"({(212, 312, 415)[n % 3]}) 555-{2000 + n}",
         "addresses": [{"id": f"a{n}", "state": states[n % 4], "country": "US"}]}
        for n in range(133)
    ]  # fmt: skip


def test_a_name_emptied_a_phone_of_another_country_and_another_state_stand_above_four_hundred_fixes(make: Make) -> None:
    bench = make(four_hundred())
    bench.stage([Edit("apply", "company_name", "title"), Edit("apply", "phone", "e164")])
    bench.stage([Edit("apply", "state", "state")], table="addresses")
    assert bench.snapshot.staged_cells == 399
    bench.stage([Edit("clear", "company_name")], rows=one_row(17))
    bench.stage([Edit("set", "phone", "+442079460958")], rows=one_row(60))
    bench.stage([Edit("set", "state", "CA")], table="addresses", rows=one_row(80))
    found = groups(bench)
    top = listed(found)
    assert {one[:4] for one in top[:3]} == {
        ("company_name", "ACME TOOLS 17", None, 1),
        ("phone", "(212) 555-2060", "+442079460958", 1),
        ("addresses.state", "Texas", "CA", 1),
    }
    assert "unlike this column (mostly something added)" in {one[4] for one in top[:3]}
    assert "rare: of this value 1 come to this, 33 to another; less than half as long" in {one[4] for one in top[:3]}
    assert sum(one[3] for one in top[3:]) == 396
    with_a_phone = [found.group(number) for number in found.order() if found.group(number).name == "phone"]
    assert [one.count for one in with_a_phone] == [1, 132]


def test_a_number_that_gets_another_country_code_than_the_others_is_odd(make: Make) -> None:
    bench = make([{"phone": f"(212) 555-{2000 + n}"} for n in range(40)])
    bench.stage([Edit("apply", "phone", "e164")])
    bench.stage([Edit("set", "phone", "+442125552009")], rows=one_row(9))
    top = listed(groups(bench))
    assert top[0][:4] == ("phone", "(212) 555-2009", "+442125552009", 1)
    assert "rare: 1 get the country code 44, 39 another" in top[0][4]
    assert [one[3] for one in top] == [1, 39]


def test_what_is_not_valid_comes_first_and_is_counted_as_introduced_or_fixed(make: Make) -> None:
    bench = make([{"phone": "(415) 555-2671" if n % 2 else "+14155552671"} for n in range(6)])
    bench.stage([Edit("set", "phone", "12")], where='phone:="+14155552671"')
    bench.stage([Edit("apply", "phone", "e164")], where="phone:415")
    found = groups(bench)
    assert listed(found) == [
        ("phone", "+14155552671", "12", 3, "3 not valid; less than half as long"),
        ("phone", "(415) 555-2671", "+14155552671", 3, ""),
    ]
    assert (found.total("fixed"), found.total("introduced")) == (3, 3)
    assert listed(found, warned=True) == [("phone", "+14155552671", "12", 3, "3 not valid; less than half as long")]


def test_many_changes_of_one_manner_are_one_group_with_an_example(make: Make) -> None:
    bench = make([{"company_name": f"Name {n} "} for n in range(30)] + [{"company_name": "X"}] * 5)
    bench.stage([Edit("apply", "company_name", "trim")])
    bench.stage([Edit("set", "company_name", "Y")], where='company_name:="X"')
    found = groups(bench)
    first, second = (found.group(number) for number in found.order(odd_first=False))
    assert (first.count, first.different, first.manner) == (30, 30, "only spaces")
    assert (first.before, first.after) == ("Name 0 ", "Name 0")
    assert (second.count, second.different) == (5, 1)


def test_a_filter_looks_at_columns_values_and_oddities(make: Make) -> None:
    bench = make([{"payment_term": "NET 30", "phone": "(415) 555-2671", "addresses": [{"id": "1", "city": "X"}]}] * 3)
    bench.stage([Edit("set", "payment_term", "net30"), Edit("set", "phone", "12")])
    bench.stage([Edit("set", "city", "Boston")], table="addresses")
    found = groups(bench)
    for words, names in [("city", ["addresses.city"]), ("ADDRESSES", ["addresses.city"]), ("payment net30", ["payment_term"]),
                         ("not valid", ["phone"]), ("nothing", [])]:  # fmt: skip
        assert [one[0] for one in listed(found, words=words)] == names


def test_nothing_staged_is_no_group(make: Make) -> None:
    found = groups(make([{}]))
    assert (found.order().len(), found.total("count")) == (0, 0)


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (None, "a", "filled in"), ("a", None, "cleared"), ("a", "", "cleared"), ("a  b ", "a b", "only spaces"),
        ("ABC", "abc", "only upper and lower case"), ("NET-30", "net 30", "only spaces, case and punctuation"),
        ("Acme Inc", "Acme", "end cut off"), ("abcdef", "xy", "less than half as long"), ("abc", "abd", "another value"),
        ("NET60", "NET30", "another number in it"), ("net 15 days", "NET30", "another number in it"),
        ("net 030 days", "NET30", "less than half as long"), ("N30", "NET30", "another value"),
        ("2 O&#39;Hara Rd", "2 O'Hara Rd", "another value"), ("60", "30", "another value"),
        ("--", "++", "another value"), ("(415) 555-2671", "+14155552671", "something added"), ("abc", "xabc", "another value"),
        ("030 123456", "+4930123456", "something added"), ("0000", "100001", "another value"),
        (["a", "b"], ["a"], "entries removed"), (["a"], [], "cleared"), ([], ["a"], "filled in"), (["a"], ["b"], "another value"),
        (None, True, "filled in"), (True, False, "another value"),
    ],
)  # fmt: skip
def test_the_manner_of_a_change(before: Any, after: Any, how: str) -> None:
    kind = pl.List(pl.String) if isinstance(after, list) else pl.Boolean if isinstance(after, bool) else pl.String
    assert manner(pl.Series([before], dtype=kind), pl.Series([after], dtype=kind)).to_list() == [how]


def test_nothing_and_an_empty_text_are_one_before_and_one_after(make: Make) -> None:
    bench = make([{"payment_term": None}, {"payment_term": ""}, {}, {"payment_term": "COD", "assigned_sales_reps": []}])
    bench.stage([Edit("set", "payment_term", "NET30")])
    assert [group[1:4] for group in listed(groups(bench))] == [(None, "NET30", 3), ("COD", "NET30", 1)]


@settings(max_examples=amount(25, 250), deadline=None)
@given(st.lists(customers, min_size=1, max_size=12), edits)
def test_no_two_groups_of_single_changes_look_alike(found: list[Object], wanted: Any) -> None:
    made = Groups(staged(tables_of(found), wanted), Habits())
    alone = [one for one in map(made.group, range(made.frame.height)) if one.different == 1]
    shown = [(one.name, repr(one.before or ""), repr(one.after or "")) for one in alone if one.before is not False]
    assert len(shown) == len(set(shown))


def added(bench: Workbench, number: int, table: str = "addresses", **values: str) -> None:
    """Stages a new item of a customer."""
    bench.stage(
        [Edit("set", name, value) for name, value in values.items()], table=table, rows=one_row(number), new=True
    )


def test_a_new_address_is_one_change_with_all_its_fields(make: Make) -> None:
    bench = make([{"addresses": [{"id": f"a{n}", "city": "boston"}]} for n in range(3)])
    bench.stage([Edit("apply", "city", "title")], table="addresses")
    added(bench, 1, type="billing", address_line_1="16 Main St", city="Austin")
    found = groups(bench)
    assert listed(found) == [
        ("new address", None, "16 Main St, Austin, billing", 3, "cannot be reverted"),
        ("addresses.city", "boston", "Boston", 3, ""),
    ]
    new = found.group(int(found.order()[0]))
    assert {name for _, name in new.cells} == {"type", "address_line_1", "city"}
    assert new.times == 1
    assert found.total("irreversible") == 3


def test_new_items_that_will_be_alike_are_one_group_and_many_different_ones_too(make: Make) -> None:
    bench = make([{"contacts": []}] * 40)
    for number in range(20):
        added(bench, number, "contacts", first_name="Accounts", is_default="true")
    added(bench, 30, "attributes", name="Color", value="red")
    assert listed(groups(bench)) == [
        ("new contact", None, "Accounts, default", 40, "cannot be reverted"),
        ("new attribute", None, "Color: red", 1, "cannot be reverted"),
    ]
    for number in range(20, 30):
        added(bench, number, "contacts", first_name=f"Somebody {number}")
    found = groups(bench)
    together = found.group(next(line for line in found.order() if found.group(line).different > 1))
    assert (together.name, together.after, together.different, together.times) == ("new contact", "Somebody 20", 10, 10)


def test_a_new_item_that_is_not_valid_says_so_first(make: Make) -> None:
    bench = make([{"contacts": []}])
    added(bench, 0, "contacts", first_name="Ann", email="nobody")
    (only,) = listed(groups(bench))
    assert only[4] == "1 not valid; cannot be reverted"


def test_what_is_usual_in_a_column_is_not_told_by_new_items(make: Make) -> None:
    bench = make(
        [{"contacts": [{"id": f"k{n}", "first_name": "ANN" if n else "ANNA"}]} for n in range(2)]
        + [{"contacts": []}] * 30
    )
    for number in range(2, 32):
        added(bench, number, "contacts", first_name="Accounts")
    bench.stage([Edit("apply", "first_name", "title")], table="contacts", rows=pl.Series([0, 1], dtype=pl.UInt32))
    assert [one for one in listed(groups(bench)) if one[0] == "contacts.first_name"] == [
        ("contacts.first_name", "ANNA", "Anna", 1, ""),
        ("contacts.first_name", "ANN", "Ann", 1, ""),
    ]
