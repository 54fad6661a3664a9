"""Duplicates: which customers are probably one, what speaks for it, what is remembered and what a merge stages."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.records import decode
from workbench.errors import SessionDamaged, UsageError
from workbench.problems.duplicates import LARGEST, Duplicates, Pair, duplicates, grouped
from workbench.problems.duplicates_apart import KEY, apart
from workbench.problems.duplicates_merge import Merge
from workbench.problems.legal_forms import without_form
from workbench.problems.likeness import weights_of
from workbench.problems.spelling import folded
from workbench.workbench import Workbench

Record = dict[str, Any]


def customer(id_: str, name: str = "", **more: Any) -> Record:
    return {"id": id_, "name": name, "status": "active", **more}


def address(line: str, zip_code: str = "10001", **more: Any) -> Record:
    return {"id": f"{line}-{zip_code}", "address_line_1": line, "zip_code": zip_code, "country": "US", **more}


def found(records: list[Record], known: list[tuple[str, str]] = (), **options: Any) -> Duplicates:  # type: ignore[assignment]
    tables, rejected = decode([json.dumps(one) for one in records], str)
    assert not rejected
    fields = options.pop("fields", ())
    options = {"threshold": 0.7, "region": "US", **options}
    rows = pl.int_range(tables.customers.height, dtype=pl.UInt32, eager=True)
    return duplicates(tables, rows, {frozenset(pair) for pair in known}, weights=weights_of(fields), **options)


def groups(records: list[Record], **options: Any) -> list[set[str]]:
    return [set(group.ids) for group in found(records, **options).groups]


@pytest.mark.parametrize(
    ("first", "second", "gave"),
    [
        pytest.param(
            customer("a", "Acme Inc.", email="Jo@Acme.com "), customer("b", "ACME, LLC", email="jo@acme.com"),
            {"name": 0.5, "email": 0.4}, id="name without its legal form, and email in any case",
        ),
        pytest.param(
            customer("a", "Müller GmbH & Co. KG", phone="(415) 555-2671"), customer("b", "Muller", phone="+1 415-555-2671"),
            {"name": 0.5, "phone": 0.35}, id="name without accents, and phone in E.164",
        ),
        pytest.param(
            customer("a", "Acme", addresses=[address("12 Main Street", "10001-1234")]),
            customer("b", "Acme", addresses=[address("9 Side Rd"), address("12 main st.")]),
            {"name": 0.5, "address": 0.35}, id="name, and any address with a shortened street",
        ),
        pytest.param(
            customer("a", "Smith & Sons", contacts=[{"id": "k", "email": "x@gmail.com"}]),
            customer("b", "Sons and Smith", email="x@gmail.com"),
            {"name": 0.5, "email": 0.4}, id="words in another order, and a contact's email",
        ),
        pytest.param(
            customer("a", "Acme Tools", email="info@acme.com"), customer("b", "Acme Tools", email="sales@acme.com"),
            {"name": 0.5, "email": 0.2}, id="name, and the same domain",
        ),
        pytest.param(
            customer("a", "Other", email="x@y.com", phone="+14155552671"),
            customer("b", "Another", email="x@y.com", phone="4155552671"),
            {"email": 0.4, "phone": 0.35}, id="email and phone under different names",
        ),
    ],
)  # fmt: skip
def test_two_agreements_make_a_pair_and_say_what_they_gave(
    first: Record, second: Record, gave: dict[str, float]
) -> None:
    (group,) = found([first, second]).groups
    (pair,) = group.pairs
    assert {one.field: one.gave for one in pair.fields} == gave
    assert pair.score == pytest.approx(sum(gave.values()))
    assert set(group.ids) == {"a", "b"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(customer("a", "Acme"), customer("b", "Acme"), id="a name alone"),
        pytest.param(customer("a", "Acme", email="x@y.com"), customer("b", "Zenith", email="x@y.com"), id="an email alone"),
        pytest.param(
            customer("a", "Store 12", phone="+14155552671"), customer("b", "Store 13", phone="+14155552671"),
            id="other numbers in the name",
        ),
        pytest.param(
            customer("a", "Acme", addresses=[address("12 Main St")]), customer("b", "Acme", addresses=[address("14 Main St")]),
            id="another house number",
        ),
        pytest.param(
            customer("a", "n/a", email="x@gmail.com"), customer("b", "N/A", email="y@gmail.com"), id="placeholders are no names"
        ),
        pytest.param(customer("a"), customer("b"), id="nothing at all"),
        pytest.param(
            customer("a", "Acme", email="none", phone="555"), customer("b", "Acme", email="none", phone="555"),
            id="no email and no phone",
        ),
    ],
)  # fmt: skip
def test_what_is_not_enough_makes_no_pair(first: Record, second: Record) -> None:
    assert found([first, second]).groups == ()


def test_what_many_share_gives_half_and_what_very_many_share_nothing() -> None:
    crowd = [customer(f"x{at}", f"Unlike {chr(97 + at) * 5}", email="info@example.com") for at in range(7)]
    pair = [customer("a", "Acme", email="info@example.com"), customer("b", "Acme", email="info@example.com")]
    (group,) = found([*pair, *crowd]).groups
    assert {one.field: one.gave for one in group.pairs[0].fields} == {"name": 0.5, "email": 0.2}
    more = [customer(f"y{at}", f"Odd {chr(97 + at) * 5}", email="info@example.com") for at in range(20)]
    assert found([*pair, *crowd, *more]).groups == ()


def test_fields_can_be_chosen_and_one_alone_is_all_of_the_score() -> None:
    records = [customer("a", "Acme Tools"), customer("b", "Acme Tolos Inc"), customer("c", "Zenith")]
    (group,) = found(records, fields=["name"], threshold=0.8).groups
    assert set(group.ids) == {"a", "b"}
    assert group.pairs[0].fields[0].gave == group.score > 0.8
    assert found(records).groups == ()
    assert groups(records, threshold=0.4) == [{"a", "b"}]


def test_the_survivor_is_active_holds_most_and_is_the_oldest() -> None:
    same = {"email": "x@y.com", "phone": "+14155552671"}
    records = [
        customer("a", "Acme", **same, created_at="2020-01-01T00:00:00Z"),
        customer("b", "Acme", **same, created_at="2019-01-01T00:00:00Z"),
        {**customer("c", "Acme", **same, payment_term="NET30", addresses=[address("1 A St")]), "status": "inactive"},
        customer("d", "Acme", **same, created_at="2018-01-01T00:00:00Z", payment_term="NET30"),
    ]
    (group,) = found(records).groups
    assert group.ids == ("d", "b", "a", "c")
    assert group.survivor == "d"
    assert found(list(reversed(records))).groups[0].ids == group.ids


def test_a_group_is_no_chain_of_likenesses() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")]
    made, cut = grouped([Pair(a, b, 0.9, ()) for a, b in links], ())
    assert [set(group) for group in made] == [{"a", "b", "c"}, {"d", "e", "f"}]
    assert cut == 1


def test_a_group_is_never_too_large_to_look_at() -> None:
    ids = [f"{at:02}" for at in range(LARGEST + 1)]
    made, cut = grouped([Pair(a, b, 0.9, ()) for a in ids for b in ids if a < b], ())
    assert [len(group) for group in made] == [LARGEST]
    assert cut == LARGEST


def test_what_is_known_to_be_apart_is_in_no_group_together() -> None:
    same = {"email": "x@y.com", "phone": "+14155552671"}
    records = [customer(id_, "Acme", **same) for id_ in "abc"]
    result = found(records, [("a", "c")])
    assert (result.pairs, result.apart) == (2, 1)
    assert all(not {"a", "c"} <= set(group.ids) for group in result.groups)
    assert result.cut == 1
    assert found(records, [("a", "b"), ("a", "c"), ("b", "c")]).groups == ()


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_a_threshold_is_above_0_and_at_most_1(threshold: float) -> None:
    with pytest.raises(UsageError, match="threshold"):
        found([customer("a")], threshold=threshold)


def test_a_field_that_is_not_compared_is_refused() -> None:
    with pytest.raises(UsageError, match="'fax' is not compared"):
        weights_of(["fax"])


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Acme L.L.C.", "acme"), ("Acme GmbH & Co. KG", "acme"), ("Co-op", "coop"), ("LLC", "llc"), ("The Acme Co., Ltd.", "acme"),
        ("Acme S. de R.L. de C.V.", "acme"), ("ООО Ромашка", "ромашка"), ("Vitamin E LLC", "vitamin e"), ("Smith and", "smith and"),
        ("Ελαιώνας ΑΕ", "ελαιωνασ"), ("Inc Inc", "inc"), ("Call Me", "call me"), ("AMBA", "amba"),
    ],
)  # fmt: skip
def test_legal_forms_go_but_never_all_of_a_name(name: str, bare: str) -> None:
    assert without_form(folded(pl.Series([name]))).to_list() == [bare]


NAMES = st.sampled_from(
    ["Acme", "ACME Inc", "Acme Tools", "Acme Tolos", "Zenith", "n/a", "", "Store 1", "Store 2", "Ромашка"]
)
MAILS = st.sampled_from([None, "", "x@y.com", "X@Y.com", "z@y.com", "a@gmail.com", "none"])
PHONES = st.sampled_from([None, "+14155552671", "(415) 555-2671", "415-555-2672", "n/a"])
LINES = st.sampled_from([None, "12 Main St", "12 main street", "14 Main St", "PO Box 9"])
CUSTOMERS = st.lists(st.tuples(NAMES, MAILS, PHONES, LINES), min_size=0, max_size=14)


@given(CUSTOMERS, st.randoms(use_true_random=False))
@settings(max_examples=amount(15, 300), deadline=None)
def test_neither_the_order_of_customers_nor_that_of_a_pair_matters(
    drawn: list[tuple[str, str | None, str | None, str | None]], dice: random.Random
) -> None:
    records = [
        customer(
            f"c{at}", name, email=email, phone=phone, addresses=[{**address(line), "id": f"a{at}"}] if line else []
        )
        for at, (name, email, phone, line) in enumerate(drawn)
    ]
    result = found(records)
    shuffled = list(records)
    dice.shuffle(shuffled)
    other = found(shuffled)
    told = [(group.id, group.score, group.ids, group.pairs) for group in result.groups]
    assert told == [(group.id, group.score, group.ids, group.pairs) for group in other.groups]
    members = [id_ for group in result.groups for id_ in group.ids]
    assert len(members) == len(set(members))
    for group in result.groups:
        assert all(pair.a != pair.b and pair.score >= 0.7 - 1e-9 for pair in group.pairs)
        assert all(
            pair.score == pytest.approx(min(1, sum(one.gave for one in pair.fields)), abs=1e-3) for pair in group.pairs
        )


# -- remembered, and merged -------------------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A session with four customers, three of them the same."""
    same = {"email": "x@y.com", "name": "Acme"}
    records = [
        customer("a", **same, payment_term="NET30", display_id="A-1", phone=""),
        customer("b", **same, phone="+14155552671", payment_term="COD", freight_term="Prepaid", display_name="  "),
        customer("c", **same, phone="+14155552672", shipping_method="Ground", display_id="A-3"),
        customer("z", "Zenith", email="z@z.com"),
    ]
    (tmp_path / "c.json").write_text(json.dumps(records))
    with Workbench.create("s", sessions_dir=tmp_path) as workbench:
        workbench.load(file=tmp_path / "c.json")
        yield workbench


def value(workbench: Workbench, id_: str, field: str) -> Any:
    customers = workbench.snapshot.current.customers
    return customers.filter(pl.col("id") == id_)[field][0]


def test_what_is_no_duplicate_is_remembered_in_the_session_with_who_and_why(bench: Workbench) -> None:
    (group,) = bench.duplicates().groups
    assert set(group.ids) == {"a", "b", "c"}
    assert bench.say_apart(["c", "a"], note="two branches").changed == 1
    assert bench.say_apart(["a", "c"]).changed == 0
    path = bench.path
    bench.close()
    with Workbench.open(path) as again:
        (one,) = again.apart
        assert (one.a, one.b, one.note) == ("a", "c", "two branches")
        assert one.at
        assert one.by
        assert all(not {"a", "c"} <= set(group.ids) for group in again.duplicates().groups)
        assert again.say_apart(["a", "c"], note="sure").changed == 1
        assert [one.note for one in again.apart] == ["sure"]
        assert again.say_apart(["a", "c"], apart=False).changed == 1
        assert again.apart == []
        assert set(again.duplicates().groups[0].ids) == {"a", "b", "c"}


def test_several_are_apart_each_two_of_them(bench: Workbench) -> None:
    assert bench.say_apart(["a", "b", "c"]).changed == 3
    assert bench.duplicates().groups == ()
    with pytest.raises(UsageError, match="two customers or more"):
        bench.say_apart(["a", "a"])
    with pytest.raises(UsageError, match="no customer 'nobody'"):
        bench.say_apart(["a", "nobody"])


def test_what_was_said_that_does_not_read_is_damage() -> None:
    with pytest.raises(SessionDamaged):
        apart({KEY: '[{"a": 1}]'})


def test_a_merge_fills_what_the_survivor_lacks_and_marks_the_others_as_one_operation(bench: Workbench) -> None:
    merge = Merge("a", ["b", "c"], mark={"display_name": "DUPLICATE of {survivor}"})
    tried = bench.stage_merge(merge, dry_run=True)
    assert bench.snapshot.staged_cells == 0
    done = bench.stage_merge(merge, note="one firm")
    assert (tried.operation, tried.changed, done.operation, done.changed) == (None, 5, 1, 5)
    assert value(bench, "a", "phone") == "+14155552671"
    assert value(bench, "a", "payment_term") == "NET30"
    assert (value(bench, "a", "freight_term"), value(bench, "a", "shipping_method")) == ("Prepaid", "Ground")
    assert value(bench, "a", "display_id") == "A-1"
    assert [value(bench, id_, "display_name") for id_ in "bcz"] == ["DUPLICATE of a"] * 2 + [None]
    entry = bench.log().operations[0]
    assert (entry["kind"], entry["note"]) == ("merge", "one firm")
    assert entry["did"].startswith("2 duplicates of a: "), (
        "nothing is merged: values are taken over, and the others marked"
    )
    assert entry["did"].endswith(" taken over from them, display_name set in them")
    bench.undo()
    assert bench.snapshot.staged_cells == 0


def test_which_fields_are_filled_or_taken_can_be_said(bench: Workbench) -> None:
    bench.stage_merge(Merge("a", ["b", "c"], fill=["phone"], take={"payment_term": "b"}))
    assert (value(bench, "a", "phone"), value(bench, "a", "payment_term")) == ("+14155552671", "COD")
    assert value(bench, "a", "freight_term") is None
    bench.undo()
    bench.stage_merge(Merge("a", ["c", "b"], fill=["phone"]))
    assert value(bench, "a", "phone") == "+14155552672"
    assert bench.stage_merge(Merge("b", ["z"], fill=[])).operation is None


def test_the_others_can_be_put_on_hold(bench: Workbench) -> None:
    bench.stage_merge(Merge("a", ["b", "c"]), hold=True)
    assert [value(bench, id_, "id") for id_ in "bc"] == ["b", "c"]
    assert set(bench.search("is:held").frame["id"]) == {"b", "c"}


@pytest.mark.parametrize(
    ("merge", "words"),
    [
        (Merge("a", []), "one survivor and others"),
        (Merge("a", ["a"]), "one survivor and others"),
        (Merge("a", ["nobody"]), "no customer 'nobody'"),
        (Merge("a", ["b"], fill=["status"]), "read-only"),
        (Merge("a", ["b"], fill=["primary_contact_id"]), "cannot come from another customer"),
        (Merge("a", ["b"], take={"phone": "c"}), "none of the customers"),
        (Merge("a", ["b"], mark={"email": "x@y.com"}), "mark the others in a field of text"),
        (Merge("a", ["b"], mark={"display_name": ""}), "give the text"),
        (Merge("a", ["b"], mark={"nothing": "x"}), "no field 'nothing'"),
    ],
)
def test_a_merge_that_does_not_fit_is_refused_and_stages_nothing(bench: Workbench, merge: Merge, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        bench.stage_merge(merge, hold=True)
    assert bench.snapshot.staged_cells == 0
    assert bench.search("is:held").matched == 0
