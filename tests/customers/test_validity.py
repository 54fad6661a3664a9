"""Which values break the documented limits, and what a person typed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.fields import FIELDS, Kind, field
from workbench.customers.validity import coerce, reasons
from workbench.errors import UsageError


def why(table: str, name: str, *values: str | None) -> list[str | None]:
    return reasons(field(table, name), pl.Series(values, dtype=pl.String)).to_list()


def test_a_phone_is_fine_when_it_has_the_form_of_e164() -> None:
    wrong = "not E.164, for example +14155552671"
    assert why("customers", "phone", "+14155552671", "+1415555", "415 555 2671", "+0123456789", "+123456789012345") == [
        None,
        None,
        wrong,
        wrong,
        None,
    ]
    assert why("customers", "phone", "+1234567890123456", "+1415555267١", "+14155552671 ") == [wrong, wrong, wrong]


def test_the_numbering_plan_is_not_the_limit() -> None:
    assert why("contacts", "phone", "+10000000000") == [None]


def test_a_country_is_an_upper_case_alpha2_code() -> None:
    wrong = "not an ISO 3166-1 alpha-2 country code"
    assert why("addresses", "country", "US", "us", "USA", "XX", "DE") == [None, wrong, wrong, wrong, None]


@pytest.mark.parametrize("text", ["a@b.co", "a+b@c.d.e", "jörg@müller.de", "o'hara@x.com", '"a"@x.com'])
def test_an_address_with_one_at_and_a_dot_is_fine(text: str) -> None:
    assert why("customers", "email", text) == [None]


@pytest.mark.parametrize("text", ["a", "a@b", "a@b@c.de", "a b@c.de", "@c.de", "a@c.de ", "a@.", "a@b.c\x7f"])
def test_other_text_is_not_an_email_address(text: str) -> None:
    assert why("customers", "email", text) == ["not an email address"]


def test_an_address_is_for_billing_or_shipping() -> None:
    assert why("addresses", "type", "billing", "shipping", "Billing") == [None, None, "not billing or shipping"]
    assert why("customers", "freight_term", "anything") == [None]


def test_limits_count_characters_and_not_bytes() -> None:
    assert why("addresses", "city", "é" * 50, "é" * 51) == [None, "longer than 50 characters"]
    assert why("addresses", "address_line_1", "x" * 255, "x" * 256) == [None, "longer than 255 characters"]
    assert why("customers", "company_name", "x" * 10_000) == [None]


@pytest.mark.parametrize("text", ["a\x00", "\x1b[31m", "a\tb", "a\nb"])
def test_control_characters_are_wrong_in_every_text(text: str) -> None:
    for table, name in (("customers", "company_name"), ("customers", "phone"), ("attributes", "value")):
        assert why(table, name, text) == ["holds control characters"]


def test_null_and_empty_are_fine_in_every_field() -> None:
    for table, fields in FIELDS.items():
        for name, described in fields.items():
            if described.kind not in (Kind.FLAG, Kind.IDS):
                assert why(table, name, None, "") == [None, None]


def test_flags_and_lists_are_checked_by_their_type() -> None:
    flags = reasons(field("addresses", "is_default"), pl.Series([True, None]))
    lists = reasons(field("customers", "assigned_sales_rep_ids"), pl.Series([["a"], None]))
    assert flags.to_list() == lists.to_list() == [None, None]
    assert flags.dtype == lists.dtype == pl.String


def test_no_values_have_no_reasons() -> None:
    assert reasons(field("customers", "email"), pl.Series([], dtype=pl.String)).len() == 0


@given(st.lists(st.none() | st.text(max_size=60), max_size=8))
def test_every_value_has_its_own_verdict(values: list[str | None]) -> None:
    for name in ("city", "phone", "email", "country", "type"):
        assert why("addresses", name, *values) == [why("addresses", name, value)[0] for value in values]


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("Yes", True), (" 1 ", True), ("FALSE", False), ("no", False), ("0", False)]
)
def test_flags_are_read_in_the_words_people_use(text: str, flag: bool) -> None:
    assert coerce(field("contacts", "is_default"), text) is flag


def test_a_flag_that_is_none_is_refused_with_what_is_accepted() -> None:
    with pytest.raises(UsageError, match="'maybe' is not one of true, yes, 1, false, no, 0"):
        coerce(field("contacts", "is_default"), "maybe")


def test_a_flag_cannot_be_cleared() -> None:
    with pytest.raises(UsageError, match="a flag cannot be cleared"):
        coerce(field("contacts", "is_default"), "")


def test_ids_are_separated_by_commas_and_kept_once() -> None:
    described = field("customers", "assigned_sales_rep_ids")
    assert coerce(described, " b, a,,b ") == ["b", "a"]
    assert coerce(described, "") is None


def test_text_is_kept_as_typed_and_ids_without_spaces_around() -> None:
    assert coerce(field("customers", "company_name"), " Acme  ") == " Acme  "
    assert coerce(field("customers", "assigned_price_list_id"), " p1 ") == "p1"


def test_empty_text_is_no_value() -> None:
    assert coerce(field("customers", "company_name"), "") is None
    assert coerce(field("customers", "primary_contact_id"), " ") is None


@pytest.mark.parametrize("name", ["id", "status", "created_at", "updated_at"])
def test_read_only_fields_take_nothing(name: str) -> None:
    with pytest.raises(UsageError, match=f"customers.{name} is read-only"):
        coerce(field("customers", name), "x")


def test_half_a_character_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="half a character"):
        coerce(field("customers", "company_name"), "a\ud800")
