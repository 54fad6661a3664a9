"""Values picked from a facet are query text: read from any query, written into it, taken out again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import QueryError, UsageError
from workbench.search.facet_values import facet_values
from workbench.search.picks import Picks, Value, picks_of
from workbench.search.searcher import Searcher


def picks(text: str, name: str = "payment_term", table: str = "customers") -> Picks:
    return picks_of(text, table, name)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("", "COD", "payment_term:=COD"),
        ("acme", "NET 30", 'acme payment_term:="NET 30"'),
        ("payment_term:=COD", "NET 30", '(payment_term:=COD OR payment_term:="NET 30")'),
        ("a payment_term:=COD b", "X", "a (payment_term:=COD OR payment_term:=X) b"),
        ("a AND payment_term:=COD AND b", "COD", "a b"),
        ("(payment_term:=COD OR payment_term:=X) a", "COD", "payment_term:=X a"),
        ("payment_term:=COD", "COD", ""),
        ("a OR b", "COD", "(a OR b) payment_term:=COD"),
        ("-payment_term:=COD", "COD", "payment_term:=COD"),
        ('payment_term:=""', None, ""),
        ("acme", None, 'acme payment_term:=""'),
        ("(acme  OR   x) payment_term=COD", "COD", "(acme  OR   x)"),
    ],
)
def test_picking_edits_the_query(before: str, value: Value, after: str) -> None:
    assert picks(before).toggled(value).query == after


def test_excluding_and_only_this_one() -> None:
    assert picks("a payment_term:=COD").toggled_out("COD").query == "a -payment_term:=COD"
    assert picks("a -payment_term:=COD").toggled_out("COD").query == "a"
    assert picks("a (payment_term:=X OR payment_term:=Y) -payment_term:=Z").only("X").query == "a payment_term:=X"
    assert picks("a payment_term:=X").only("X").query == "a"


@pytest.mark.parametrize(
    "text",
    [
        "payment_term:COD", "payment_term:=COD OR acme", "(payment_term:=COD OR acme)", "phone:=COD", "payment_term:C*",
        "before.payment_term:=COD", "nope:=COD", "customer:(payment_term:=COD)", "-(a OR b)", "",
    ],
)  # fmt: skip
def test_what_the_user_wrote_otherwise_is_no_pick_and_stays(text: str) -> None:
    assert picks(text).picked == ()
    assert picks(text).query == text


def test_a_query_with_a_mistake_and_an_unknown_field_are_named() -> None:
    with pytest.raises(QueryError):
        picks("a (")
    with pytest.raises(UsageError, match="no field 'nope'"):
        picks("a", "nope")


def test_flags_and_fields_of_other_tables() -> None:
    assert picks("a", "addresses.is_default").toggled(True).query == "a addresses.is_default:true"
    assert picks("addresses.is_default:true", "addresses.is_default").picked == (True,)
    assert picks("is_default:true", "is_default", "addresses").picked == (True,)
    assert picks("addresses.city:=Boston", "addresses.city").picked == ("Boston",)
    assert picks("customer.payment_term:=COD", "customers.payment_term", "addresses").picked == ("COD",)


OTHERS = st.sampled_from(
    [
        "acme",
        "-dallas",
        "(acme OR zenith)",
        "is:active",
        "-payment_term:=X",
        "phone:5",
        "addresses:(type:billing)",
        "a AND b",
    ]
)
OWN = st.sampled_from(["payment_term:=COD", '(payment_term:=COD OR payment_term:="a b")', 'payment_term:=""'])
TEXTS = st.builds(
    lambda before, own, after: " ".join([*before, *own, *after]),
    st.lists(OTHERS, max_size=2),
    st.lists(OWN, max_size=1),
    st.lists(OTHERS, max_size=2),
)


@given(TEXTS, st.sampled_from(["NET 30", "net 30", "COD", None, 'q"\\', "a b", "X"]))
def test_a_value_picked_and_taken_out_again_leaves_what_was_found(
    example: SimpleNamespace, text: str, value: Value
) -> None:
    ground, searcher = example.moment(), Searcher()
    first = picks(text)
    picked = picks(first.toggled(value).query)
    assert (value in picked.picked) is (value not in first.picked)
    assert set(picked.picked) ^ set(first.picked) == {value}
    again = picks(picked.toggled(value).query)
    assert set(again.picked) == set(first.picked)
    if value not in first.excluded:
        assert searcher.search(ground, again.query).to_list() == searcher.search(ground, text).to_list()


def test_the_values_to_pick_are_those_that_the_rest_finds_with_what_is_picked_and_gone(
    example: SimpleNamespace,
) -> None:
    ground, searcher = example.moment(), Searcher()
    chosen = picks('acme (payment_term:="NET 30" OR payment_term:=COD)')
    rows = searcher.search(ground, chosen.rest).arg_true()
    found = facet_values(ground.current, ground.base, chosen, rows)
    assert found.counted.drop("invalid").rows() == [
        ("COD", 0, "COD"),
        ("NET 30", 1, "NET 30"),
        ("Net 60 days", 1, "Net 60 days"),
    ]
    assert found.total == 2
    assert found.listed("DAYS")["label"].to_list() == ["Net 60 days"]
    assert found.listed(by_value=True)["label"].to_list() == ["COD", "NET 30", "Net 60 days"]


def test_values_are_called_by_name(example: SimpleNamespace) -> None:
    ground = example.moment()
    found = facet_values(
        ground.current, ground.base, picks("", "assigned_sales_rep_ids"), Searcher().search(ground, "").arg_true()
    )
    assert found.counted.drop("invalid").rows() == [
        (None, 3, "(empty)"),
        ("r-1", 2, "Maria Gómez"),
        ("r-2", 1, "Tom Oak"),
    ]
