"""Completion: what is proposed where the cursor is, and that what is taken is a query."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.errors import QueryError
from workbench.search.completion import Suggestion, suggestions
from workbench.search.kept import SavedSearch
from workbench.search.query import parse
from workbench.search.searcher import Searcher

SAVED = (SavedSearch("Late payers", "customers", 'payment_term:"NET 30"', "company_name"),)


@pytest.fixture(scope="module")
def complete(example: SimpleNamespace) -> Any:
    """Suggestions for a query in which | is the cursor."""
    ground, searcher = example.moment(), Searcher()

    def ask(marked: str, table: str = "customers") -> list[Suggestion]:
        query, cursor = marked.replace("|", "", 1), marked.index("|")

        def find(rest: str) -> pl.Series:
            return searcher.search(ground, rest, table).arg_true()

        return suggestions(ground, query, cursor, table, find, SAVED)

    return ask


def taken(found: list[Suggestion], marked: str, place: int = 0) -> str:
    query, cursor = found[place].taken(marked.replace("|", "", 1))
    return f"{query[:cursor]}|{query[cursor:]}"


@pytest.mark.parametrize(
    ("marked", "then"),
    [
        ("pay|", "payment_mode:|"),
        ("acme payment_te|", "acme payment_term:|"),
        ("-pho|", "-phone:|"),
        ("(acme OR ema|)", "(acme OR email:|)"),
        ("ter| acme", "freight_term:| acme"),
        ("addr|", "addresses.|"),
        ("before.addr|", "before.addresses.|"),
        ("addresses.ci|", "addresses.city:|"),
        ("cit|", "addresses.city:|"),
        ("addresses:(ci|)", "addresses:(city:|)"),
        ("addresses:(type:billing) pho|", "addresses:(type:billing) phone:|"),
        ("before.payment_te|", "before.payment_term:|"),
        ("pho|x:555", "phone|:555"),
        ("is:st|", "is:staged|"),
        ("has:em|", "has:email|"),
        ("has:addr|", "has:addresses|"),
        ("has:addresses.ci|", "has:addresses.city|"),
        ("changed:payment_t|", "changed:payment_term|"),
        ("payment_term:|", 'payment_term:=""|'),
        ("payment_term:net| acme", 'payment_term:="NET 30"| acme'),
        ('payment_term:"ne|', 'payment_term:="NET 30"|'),
        ('payment_term:="Net 6|0" acme', 'payment_term:="Net 60 days"| acme'),
        ("payment_term=N|", 'payment_term:="NET 30"|'),
        ("addresses:(state:t|)", "addresses:(state:=TX|)"),
        ("addresses.is_default:|", 'addresses.is_default:=""|'),
        ("assigned_sales_rep_ids:mar|", 'assigned_sales_rep_ids:="Maria Gómez"|'),
        ("company_name:12|", 'company_name:="Cobalt 12\\" Pipe"|'),
        ("late|", 'payment_term:"NET 30"|'),
    ],
)
def test_tab_takes_the_first(complete: Any, marked: str, then: str) -> None:
    assert taken(complete(marked), marked) == then


@pytest.mark.parametrize(
    "marked",
    [
        "nothing_like_it|",
        "payment_term:/^N|",
        "payment_term:>N|",
        "nope:x|",
        "acme OR|",
        '"acm|',
        "a ) pay|",
        "created_at:20|",
    ],
)
def test_nothing_is_proposed_where_nothing_is_known(complete: Any, marked: str) -> None:
    assert complete(marked) == []


def test_values_are_those_of_what_the_rest_finds_the_commonest_first(complete: Any) -> None:
    found = complete("payment_term:| is:active")
    assert [(one.label, one.count) for one in found] == [
        ("(empty)", 1), ("NET 30", 1), ("Net 60 days", 1), ("net 30", 1),
    ]  # fmt: skip
    assert [one.label for one in complete("-zenith payment_term:|") if one.label == "(empty)"] == ["(empty)"]
    assert {one.label for one in complete("before.payment_term:60|")} == {"NET 60"}


def test_in_another_table_the_fields_are_its_own_and_the_customer_s(complete: Any) -> None:
    assert taken(complete("cit|", "addresses"), "cit|") == "city:|"
    assert taken(complete("customer.payment_te|", "addresses"), "x") == "customer.payment_term:|"
    assert taken(complete("payment_term:net|", "addresses"), "payment_term:net|") == 'payment_term:="NET 30"|'


def test_an_empty_query_proposes_saved_searches_and_keys(complete: Any) -> None:
    found = complete("|")
    assert [one.label for one in found[:3]] == ['Late payers: payment_term:"NET 30"', "is:", "has:"]
    assert complete("acme |")[0].label == "is:"


FINISHED = st.sampled_from(
    [
        "",
        "acme",
        "-dallas",
        "(acme OR zenith)",
        "addresses:(type:billing)",
        'payment_term:"NET 30"',
        "is:staged",
        "phone:/^1/",
    ]
)
UNFINISHED = st.sampled_from(
    ["", "p", "pay", "-pay", "add", "payment_term:", "payment_term:n", 'payment_term:"n', "-company_name:=", "company_name:1",
     "is:", "has:", "addresses:(", "addresses:(st", "addresses:(state:", "addresses.state:t", "assigned_sales_rep_ids:",
     'company_name:="Coba', "email:@", "before.p", "before.payment_term:", "(state:x OR pho", "before.x.", "addresses.is_default:t"]
)  # fmt: skip


@given(before=FINISHED, typed=UNFINISHED, after=FINISHED, place=st.integers(0, 19))
@settings(max_examples=amount(100, 300), deadline=None)
def test_what_is_taken_is_a_query(complete: Any, before: str, typed: str, after: str, place: int) -> None:
    start = f"{before} {typed}".lstrip()
    found = complete(f"{start}| {after}")
    if not found:
        return
    chosen = found[place % len(found)]
    query, cursor = chosen.taken(f"{start} {after}")
    closing = ")" * (start.count("(") - start.count(")"))
    more = "payment_term:x" if chosen.text.endswith(".") and chosen.open else "x" if chosen.open else ""
    more = "staged" if more and query[:cursor].endswith("is:") else more
    more = "phone:x" if more and query[:cursor].endswith("before.") else more
    parse(query[:cursor] + more + closing + query[cursor:])


@given(st.text(st.sampled_from('ab:=<>~()"\\/-* .@OR\nü'), max_size=30), st.integers(0, 30))
@settings(max_examples=amount(120, 400), deadline=None)
def test_no_text_is_too_odd_to_ask_about(complete: Any, text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    for one in complete(text.replace("|", "")[:cursor] + "|" + text[cursor:]):
        assert 0 <= one.start <= cursor <= one.end <= len(text)


@given(st.text(max_size=8))
@settings(max_examples=amount(80, 200), deadline=None)
def test_a_value_of_any_characters_is_quoted_rightly(example: SimpleNamespace, value: str) -> None:
    rows = [{**row, "company_name": value} for row in example.customers[:1]]
    tables = example.tables(customers=rows, addresses=[])
    ground = example.Moment(tables, tables)
    found = suggestions(ground, "company_name:", 13, "customers", lambda _: pl.Series([0], dtype=pl.UInt32))
    query, _ = found[0].taken("company_name:")
    try:
        assert Searcher().search(ground, query).to_list() == [True]
    except QueryError:
        assert any("\ud800" <= character <= "\udfff" for character in value)
