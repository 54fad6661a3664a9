"""What a server is known to make of values: learned from cells, word for word or as habits, and forgotten when belied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.equality import same
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.paths import parse_path
from workbench.customers.rules import FACT, Rules, Seen, column_of

PATHS = [
    *(
        "payment_term",
        "phone",
        "addresses[a].country",
        "addresses[b].country",
        "contacts[c].email",
        "attributes[Color]",
    ),
    *("addresses[a].attributes[Color]", "assigned_price_list_id", "assigned_sales_rep_ids", "primary_contact_id"),
    *("addresses[a].is_default", "addresses[a].type"),
]
words = st.none() | st.sampled_from(["", "US", "USA", "us", " us ", "tx", "TX", " a b ", "A B", "straße"])
lists = st.none() | st.lists(st.sampled_from(["i", "j"]), max_size=2, unique=True)


@st.composite
def cells(draw: st.DrawFn) -> Seen:
    path = parse_path(draw(st.sampled_from(PATHS)))
    kind = FIELDS[path.table][path.field].kind
    values = {Kind.FLAG: st.none() | st.booleans(), Kind.IDS: lists}.get(kind, words)
    return Seen(path, *(draw(values) for _ in range(3)))


def seen(path: str, asked: Any, stored: Any, before: Any = "old") -> Seen:
    return Seen(parse_path(path), before, asked, stored)


def made(rules: Rules, path: str, asked: Any, before: Any = "old") -> Any:
    return rules.made(parse_path(path), asked, before)


@given(st.lists(cells(), max_size=6), cells(), st.booleans())
def test_what_was_learned_last_is_known_if_anything_is_learned_of_its_kind(
    before: list[Seen], last: Seen, accepted: bool
) -> None:
    rules = Rules().learned(before, accepted=accepted).learned([last], accepted=accepted)
    field = FIELDS[last.path.table][last.path.field]
    texts = isinstance(last.asked, str) and isinstance(last.stored, str) and field.kind not in (Kind.ID, Kind.IDS)
    if texts and last.asked and not same(field.kind, last.stored, last.before):
        assert rules.made(last.path, last.asked, last.before) == last.stored


@given(st.lists(cells(), max_size=6), cells(), st.booleans())
def test_nothing_is_ever_known_of_flags_pointers_and_ids_but_that_a_clear_is_ignored(
    learned: list[Seen], asked: Seen, accepted: bool
) -> None:
    rules = Rules().learned(learned, accepted=accepted)
    field = FIELDS[asked.path.table][asked.path.field]
    expected = rules.made(asked.path, asked.asked, asked.before)
    if field.kind is Kind.FLAG or field.pointer:
        assert expected == asked.asked
    if field.kind in (Kind.ID, Kind.IDS):
        assert expected == asked.asked or (expected == asked.before and asked.asked in (None, "", []))


@given(st.lists(cells(), max_size=8), st.lists(cells(), max_size=3), st.booleans())
def test_rules_are_kept_as_text_and_what_they_are_made_from_is_left_as_it_was(
    first: list[Seen], more: list[Seen], accepted: bool
) -> None:
    rules = Rules().learned(first, accepted=accepted)
    text = rules.text()
    assert Rules.read({FACT: text}) == rules
    rules.learned(more, accepted=True)
    rules.forgotten(more)
    assert rules.text() == text


@given(st.lists(cells(), max_size=8), cells(), st.booleans())
def test_what_a_server_belied_is_not_known_any_more(learned: list[Seen], cell: Seen, accepted: bool) -> None:
    rules = Rules().learned(learned, accepted=accepted).forgotten([Seen(cell.path, None, cell.asked, cell.asked)])
    assert rules.made(cell.path, cell.asked, cell.before) == cell.asked


def test_what_was_accepted_is_a_habit_and_what_merely_happened_is_word_for_word() -> None:
    accepted = Rules().learned([seen("payment_term", " a ", "a")], accepted=True)
    assert made(accepted, "payment_term", "b ") == "b"
    assert made(accepted, "freight_term", "b ") == "b "
    happened = Rules().learned([seen("payment_term", " a ", "a")], accepted=False)
    assert made(happened, "payment_term", " a ") == "a"
    assert made(happened, "payment_term", "b ") == "b "


def test_another_spelling_is_a_pair_however_it_came() -> None:
    rules = Rules().learned([seen("addresses[a].country", "US", "USA")], accepted=True)
    assert made(rules, "addresses[other].country", "US") == "USA"
    assert made(rules, "addresses[a].country", "CA") == "CA"


def test_habits_of_one_column_add_up_or_the_newest_counts() -> None:
    rules = Rules().learned([seen("phone", " x", "x"), seen("phone", "y", "Y")], accepted=True)
    assert made(rules, "phone", " z ") == "Z"
    assert made(rules.learned([seen("phone", "Q", "q")], accepted=True), "phone", "Z") == "z"


@pytest.mark.parametrize(("path", "value"), [("payment_term", "old"), ("assigned_price_list_id", "p")])
def test_a_clear_is_ignored_as_it_was_written_once_the_steward_accepted_it(path: str, value: str) -> None:
    ignored = [seen(path, None, value, value)]
    assert not Rules().learned(ignored, accepted=False)
    rules = Rules().learned(ignored, accepted=True)
    assert made(rules, path, None, "theirs") == "theirs"
    assert made(rules, path, "", "theirs") == ""
    assert rules.ignores_clear(column_of(parse_path(path)), "null")
    assert not rules.ignores_clear(column_of(parse_path(path)), "empty")


def test_a_value_that_was_ignored_is_no_rule() -> None:
    assert not Rules().learned([seen("phone", "555", "old")], accepted=True)


def test_attributes_of_other_names_and_owners_are_other_columns() -> None:
    rules = Rules().learned([seen("attributes[Color]", "red", "RED")], accepted=True)
    assert made(rules, "attributes[Color]", "blue") == "BLUE"
    assert made(rules, "attributes[Size]", "s") == "s"
    assert made(rules, "addresses[a].attributes[Color]", "s") == "s"


def test_memory_is_bounded_and_the_newest_stays() -> None:
    many = (seen("phone", f"{n}", f"+{n}") for n in range(2000))
    rules = Rules().learned(many, accepted=False)
    assert made(rules, "phone", "1999") == "+1999"
    assert made(rules, "phone", "0") == "0"
    assert len(rules.pairs["phone"]) < 1000
