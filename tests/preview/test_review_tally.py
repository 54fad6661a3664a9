"""What a review counts: what a commit would send, what was looked at, and untouched values that break a limit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from workbench.preview.beside import Carried
from workbench.preview.listed import by_customer, of_customer, of_group
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

TERM, PHONE, CITY, STATE = (
    ("customers", "payment_term"),
    ("customers", "phone"),
    ("addresses", "city"),
    ("addresses", "state"),
)


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Four customers with two addresses each; an address of the first one has a phone that is none."""
    file = tmp_path / "load.ndjson"
    records = [
        {"id": f"c{n}", "name": "A", "payment_term": "NET 30", "phone": "+14155552671",
         "addresses": [{"id": "1", "city": "X"}, {"id": "2", "city": "Y", "phone": "12" if n == 0 else None}]}
        for n in range(4)
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, records)))
    with Workbench.create(tmp_path / "s.session", key="k") as made:
        made.load(file=file)
        yield made


def test_the_tally_counts_what_goes_what_stays_and_what_was_seen(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    bench.stage([Edit("set", "phone", "12")], rows=rows(3))
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0, 1))
    bench.accept({TERM: rows(0, 1)})
    bench.hold(rows=rows(2))
    choice = Choice().without({CITY: rows(0), TERM: rows(1)})
    tally = bench.review(choice).tally
    assert (tally.customers, tally.changes, tally.held, tally.left_out) == (1, 2, 2, 2)
    assert (tally.cells, tally.seen, tally.on_hold, tally.unseen) == (7, 1, 1, 1)
    assert tally.digest == bench.preview(choice=choice).plan_digest


def test_a_review_of_the_same_snapshot_and_choice_is_the_same(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    choice = Choice()
    first = bench.review(choice)
    assert bench.review(choice, first) is first
    other = bench.review(first.toggled({TERM: rows(0)}), first)
    assert other.groups is first.groups
    assert other.tally.left_out == 1
    bench.accept({TERM: rows(0)})
    assert bench.review(choice, first) is not first


def test_who_accepts_finds_the_groups_and_what_would_be_sent_as_they_were(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    first = bench.review()
    before = first.tally
    bench.accept({TERM: rows(0, 1)})
    then = bench.review(known=first)
    assert (then.groups is first.groups, then.sending is first.sending) == (True, True)
    assert then.tally == bench.review().tally
    assert (before.seen, then.tally.seen, then.tally.unseen) == (0, 2, 2)
    bench.hold(rows=rows(3))
    held = bench.review(known=then)
    assert (held.groups is first.groups, held.sending is first.sending) == (True, False)
    assert held.tally == bench.review().tally
    assert held.tally.held == 1


@pytest.mark.parametrize("what", ["a value", "a choice", "a setting", "an operation that was dropped"])
def test_what_would_be_sent_is_found_out_anew_when_it_may_be_another(bench: Workbench, what: str) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    bench.stage([Edit("set", "payment_term", "COD")], rows=rows(1))
    first = bench.review()
    assert first.tally.customers == 4
    if what == "a value":
        bench.stage([Edit("set", "payment_term", "COD")], rows=rows(0))
    elif what == "a choice":
        bench.leave_out({TERM: rows(0)})
    elif what == "a setting":
        bench.set_settings({"review": "required"})
    else:
        bench.drop(2)
    then = bench.review(known=first)
    assert then.tally == bench.review().tally
    assert then.tally.digest != first.tally.digest
    if what == "a setting":
        bench.accept({TERM: rows(0)})
        assert bench.review(known=then).tally.customers == 1


def test_toggling_takes_out_what_is_in_in_part_and_in_what_is_out(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    half = bench.review(Choice().without({TERM: rows(1)}))
    whole = bench.review(half.toggled({TERM: rows(0, 1)}))
    assert whole.left_out[TERM].to_list() == [0, 1]
    assert bench.review(whole.toggled({TERM: rows(0, 1)})).left_out == {}


def test_an_item_that_is_yet_to_be_made_is_taken_in_again_whole(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "N"), Edit("set", "state", "NY")], table="addresses", rows=rows(0), new=True)
    out = bench.review(bench.review().toggled({CITY: rows(8)}))
    assert set(out.left_out) == {CITY, STATE}
    assert bench.review(out.toggled({STATE: rows(8)})).left_out == {}


def test_untouched_values_over_a_limit_are_counted_where_arrays_are_sent_whole(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0, 2))
    assert bench.review().groups.total("beside") == 1
    first = bench.review().groups
    assert "1 beside a value not valid" in first.group(int(first.order()[0])).odd
    carried = Carried("addresses[2].phone", "12", "not E.164, for example +14155552671")
    assert first.beside.of(rows(0, 1)) == ([carried], 1)
    assert first.beside.of(rows(1)) == ([], 0)
    bench.stage([Edit("set", "phone", "+14155552671")], table="addresses", rows=rows(1))
    assert bench.review().groups.total("beside") == 0
    bench.undo()
    bench.set_settings({"nested": "sparse"})
    assert bench.review().groups.total("beside") == 0


def test_the_patch_and_the_tally_name_the_untouched_values_that_go_along_and_are_not_valid(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0, 2))
    carried = Carried("addresses[2].phone", "12", "not E.164, for example +14155552671")
    review = bench.review()
    told = [review.patch(customer) for customer in (0, 1)]
    assert [(one.carried, one.beside) for one in told if one] == [((carried,), 1), ((), 0)]
    assert (review.tally.beside, review.tally.named) == (1, carried)
    out = bench.review(Choice().without({CITY: rows(0)}))
    assert (out.tally.beside, out.tally.named) == (0, None), "its body is out"
    lines = list(bench.diff_lines("text"))
    assert (
        "  addresses[2].phone: “12”  (untouched, goes along, not valid: not E.164, for example +14155552671)" in lines
    )
    assert "1 untouched value that is not valid goes along; the server may refuse it" in lines
    bench.hold(rows=rows(0))
    assert bench.review().tally.beside == 0
    assert not any("untouched" in line for line in bench.diff_lines("text"))


def test_only_what_goes_in_the_same_array_is_beside_a_value_that_is_not_valid(tmp_path: Path) -> None:
    record = {
        "id": "c0", "addresses": [{"id": "1", "city": "X", "country": "France"}], "contacts": [{"id": "2", "email": "a@b.c"}],
        "attributes": [{"id": "3", "name": "Color", "value": "red"}],
    }  # fmt: skip
    (tmp_path / "load.ndjson").write_text(json.dumps(record))
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(file=tmp_path / "load.ndjson")
        bench.stage([Edit("set", "city", "Z")], table="addresses")
        bench.stage([Edit("set", "email", "d@e.f")], table="contacts")
        bench.stage([Edit("set", "value", "blue")], table="attributes")
        groups = bench.review().groups
        assert groups.total("beside") == 1
        assert groups.beside.of(rows(0), (CITY, 0))[1] == 1
        assert groups.beside.of(rows(0), (("contacts", "email"), 0)) == ([], 0)


def test_an_untouched_value_is_named_when_the_staged_change_that_mends_it_is_left_out(bench: Workbench) -> None:
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0))
    bench.stage([Edit("set", "phone", "+14155552671")], table="addresses", rows=rows(1))
    review = bench.review(Choice().without({("addresses", "phone"): rows(1)}))
    assert bench.review().tally.beside == 0
    assert review.tally.beside == 1
    patch = review.patch(0)
    assert patch is not None
    assert [one.path for one in patch.carried] == ["addresses[2].phone"]


def test_lists_by_customer_and_one_by_one_hold_the_same_cells(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")], rows=rows(0, 3))
    bench.stage([Edit("set", "city", "Z")], table="addresses", rows=rows(0, 7))
    groups = bench.review().groups
    customers = by_customer(groups)
    assert [customers.customers_of(line).to_list() for line in range(len(customers))] == [[0], [3]]
    assert {c: r.to_list() for c, r in customers.cells_of(1).items()} == {TERM: [3], CITY: [7]}
    assert customers.counted({CITY: rows(0), TERM: rows(0, 3)}).to_list() == [2, 1]
    one = of_customer(groups, 3)
    assert [one.cell(line) for line in range(len(one))] == [(TERM, 3), (CITY, 7)]
    term = groups.line_of(TERM, 3)
    assert term is not None
    assert [of_group(groups, term).cell(line) for line in range(2)] == [(TERM, 0), (TERM, 3)]
    assert groups.line_of(PHONE, 0) is None


def test_cells_are_unstaged_together_and_an_item_of_which_none_is_left_is_not_made(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET30")])
    bench.stage([Edit("set", "city", "N"), Edit("set", "state", "NY")], table="addresses", rows=rows(0), new=True)
    assert bench.unstage_cells({TERM: rows(0, 1), STATE: rows(8)}).changed == 3
    assert (bench.snapshot.staged_cells, bench.snapshot.unsent("addresses").sum()) == (3, 1)
    assert bench.unstage_cells({CITY: rows(8)}).changed == 1
    assert bench.snapshot.unsent("addresses").sum() == 0
    assert bench.unstage_cells({CITY: rows(8)}).operation is None
    bench.undo(2)
    assert bench.snapshot.staged_cells == 6
