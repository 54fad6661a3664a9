"""What the checks find that compare a row with others: items of one customer, values of one column, records behind ids."""

from __future__ import annotations

from typing import Any

import polars as pl

from workbench.customers.tables import Tables
from workbench.problems.inspector import Inspector
from workbench.problems.registry import CHECKS, meant


def customer(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "name": f"Customer {number}", "email": f"a{number}@acme.com", **more}


def address(id_: str, type_: str = "billing", **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "is_default": False, "country": "US", **more}


def test_a_customer_without_an_email_address(opened: Any, help: Any) -> None:
    bench = opened(customer(1), customer(2, email=None), customer(3, email=""))
    assert [line[:2] for line in help.lines(bench, "email.missing")] == [("c2", "email"), ("c3", "email")]


def test_an_address_without_a_country_if_it_says_anything(opened: Any, help: Any) -> None:
    some = [address("a", country=None, city="Bonn"), address("b", country=""), address("c", city="Rome")]
    bench = opened(customer(1, addresses=some))
    assert [line[:2] for line in help.lines(bench, "country.missing")] == [("c1", "addresses[a].country")]


def test_the_only_address_is_suggested_as_the_default_of_its_type(opened: Any, help: Any) -> None:
    several = [address("a"), address("b", "shipping"), address("c", "shipping")]
    good = [address("d", is_default=True), address("e")]
    bench = opened(customer(1, addresses=several), customer(2, addresses=good), customer(3))
    assert help.lines(bench, "default.none") == [
        ("c1", "default_billing_address_id", None, "a"),
        ("c1", "default_shipping_address_id", None, None),
    ]
    done = bench.fix(rules=["default.none"])
    assert (done.changed, done.invalid) == (1, 0)
    assert [line[1] for line in help.lines(bench, "default.none")] == ["default_shipping_address_id"]


def test_several_defaults_of_one_type_are_told_where_they_are(opened: Any, help: Any) -> None:
    twice = [address("a", is_default=True), address("b", is_default=True), address("c", "shipping", is_default=True)]
    people = [{"id": "p", "is_default": True, "email": "a@b.co"}, {"id": "q", "is_default": True, "email": "c@d.co"}]
    bench = opened(customer(1, addresses=twice), customer(2, contacts=people), customer(3, contacts=people[:1]))
    assert [line[:3] for line in help.lines(bench, "default.several")] == [
        ("c1", "addresses[a].is_default", "true"),
        ("c1", "addresses[b].is_default", "true"),
        ("c2", "contacts[p].is_default", "true"),
        ("c2", "contacts[q].is_default", "true"),
    ]


def test_a_contact_whom_nobody_can_reach(opened: Any, help: Any) -> None:
    people = [{"id": "p", "first_name": "Ann"}, {"id": "q", "phone": "+14155552671"}, {"id": "r", "email": "a@b.co"}]
    bench = opened(customer(1, contacts=people))
    assert [line[1] for line in help.lines(bench, "contact.unreachable")] == ["contacts[p].email"]


def test_the_same_contact_twice_names_the_first(opened: Any) -> None:
    people = [
        {"id": "p", "first_name": "Ann", "last_name": "Lee"},
        {"id": "q", "first_name": "ann", "last_name": " Lee"},
        {"id": "r", "first_name": "A.", "last_name": "Lee", "email": "a@b.co", "phone": "+1 415"},
        {"id": "s", "first_name": "Annie", "last_name": "L", "email": "A@B.co", "phone": "1415"},
    ]
    bench = opened(customer(1, contacts=people), customer(2, contacts=[{**people[0], "id": "t"}]))
    found = bench.problems(rules=["contact.duplicate"]).frame()
    assert list(found.select("path", "message").iter_rows()) == [
        ("contacts[q].last_name", "the same as p"),
        ("contacts[s].last_name", "the same as r"),
    ]


def test_the_same_address_twice_if_its_type_is_the_same(opened: Any, help: Any) -> None:
    here = {"address_line_1": "1 Main St.", "city": "Bonn"}
    some = [
        address("a", **here),
        address("b", address_line_1="1 main st", city="BONN"),
        address("c", "shipping", **here),
    ]
    bench = opened(customer(1, addresses=some))
    assert [line[1] for line in help.lines(bench, "address.duplicate")] == ["addresses[b].address_line_1"]


def test_an_attribute_whose_name_stands_twice_under_one_owner(opened: Any, help: Any) -> None:
    color = [{"id": "t1", "name": "Color", "value": "red"}, {"id": "t2", "name": "Color", "value": "blue"}]
    bench = opened(customer(1, attributes=color), customer(2, attributes=color[:1]))
    assert [line[:3] for line in help.lines(bench, "attribute.duplicate")] == [
        ("c1", "attributes[Color]", "red"),
        ("c1", "attributes[Color]", "blue"),
    ]


def test_a_pointer_to_what_is_none_of_this_customers_or_is_gone(opened: Any) -> None:
    both = [address("a", is_default=True), address("s", "shipping", is_default=True)]
    tables = opened(
        customer(1, addresses=both), customer(2, addresses=[address("b", is_default=True)])
    ).snapshot.current
    assert _broken(tables) == []
    swapped = {"default_billing_address_id": ["b", "b"], "default_shipping_address_id": ["a", None]}
    wrong = tables.customers.with_columns(pl.Series(name, ids) for name, ids in swapped.items())
    assert _broken(tables.with_frames({"customers": wrong})) == [
        ("default_billing_address_id", 0),
        ("default_shipping_address_id", 0),
    ]
    gone = tables.addresses.with_columns(_gone=pl.col("id") == "b")
    assert _broken(tables.with_frames({"addresses": gone})) == [("default_billing_address_id", 1)]


def test_a_pointer_that_was_never_read_is_not_broken(opened: Any) -> None:
    tables = opened(customer(1)).snapshot.current
    unread = tables.customers.with_columns(detailed=pl.lit(False), primary_contact_id=pl.lit("p"))
    assert _broken(tables.with_frames({"customers": unread})) == []


def test_who_has_left_is_named(opened: Any) -> None:
    rep = {"id": "r1", "first_name": "Sam", "last_name": "Oak", "status": "inactive"}
    here = {"id": "r2", "first_name": "Ann", "last_name": "Lee", "status": "active"}
    old = {"id": "l1", "name": "Spring", "status": "inactive"}
    bench = opened(
        customer(1, assigned_sales_reps=[rep, here], assigned_price_list=old), customer(2, assigned_sales_reps=[here])
    )
    found = bench.problems(rules=["sales_rep", "price_list"]).frame().select("id", "rule", "value", "message")
    assert list(found.iter_rows()) == [
        ("c1", "sales_rep.inactive", "r1,r2", "Sam Oak is inactive"),
        ("c1", "price_list.inactive", "l1", "Spring is inactive"),
    ]


def test_a_reference_that_stands_in_two_records(opened: Any, help: Any) -> None:
    bench = opened(
        customer(1, reference_id="X", addresses=[address("a", reference_id="A"), address("b", reference_id="A")]),
        customer(2, reference_id="X", addresses=[address("c", reference_id="A")]),
        customer(3, reference_id="Y"),
    )
    assert [line[:2] for line in help.lines(bench, "reference.duplicate")] == [
        ("c1", "reference_id"),
        ("c2", "reference_id"),
        ("c1", "addresses[a].reference_id"),
        ("c1", "addresses[b].reference_id"),
    ]


def test_another_spelling_of_a_commoner_value_is_suggested(opened: Any, help: Any) -> None:
    terms = ["NET30"] * 3 + ["Net 30", "NET-30", "COD", None, ""]
    bench = opened(*(customer(number, payment_term=term) for number, term in enumerate(terms)))
    assert help.lines(bench, "choice.spelling") == [
        ("c3", "payment_term", "Net 30", "NET30"),
        ("c4", "payment_term", "NET-30", "NET30"),
    ]


def test_a_value_that_hardly_anybody_has(opened: Any) -> None:
    terms = ["NET30"] * 60 + ["NET 30", "2% 10"]
    bench = opened(*(customer(number, payment_term=term) for number, term in enumerate(terms)))
    found = bench.problems(rules=["choice.rare"]).frame()
    assert list(found.select("value", "message").iter_rows()) == [("2% 10", "1 of 62 customers have it")]


def test_names_that_are_swapped_beside_those_of_all_others(opened: Any) -> None:
    names = [("Ann", "Lee"), ("Tom", "Oak")] * 6 + [("Lee", "Ann"), ("Lee", "Tom")]
    bench = opened(*(customer(at, first_name=first, last_name=last) for at, (first, last) in enumerate(names * 2)))
    assert not bench.problems(
        rules=["name.swapped"]
    ).count  # Lee is a first name four times beside twelve: nobody can tell
    clear = opened(
        *(
            customer(at, first_name=first, last_name=last)
            for at, (first, last) in enumerate(names[:12] * 3 + [("Oak", "Ann")])
        ),
        name="clear",
    )
    found = clear.problems(rules=["name.swapped"]).frame()
    assert list(found.select("id", "path", "message").iter_rows()) == [("c36", "first_name", "may be Ann Oak: swapped")]


def test_who_is_gone_has_no_problems_nor_have_their_items(opened: Any) -> None:
    tables = opened(customer(1, email="", addresses=[address("a", country="")]), customer(2, email="")).snapshot.current
    gone = tables.with_frames({"customers": tables.customers.with_columns(_gone=pl.col("id") == "c1")})
    found = Inspector(CHECKS).inspect(gone, "US")
    assert [(hits.check.rule, hits.frame["row"].to_list()) for hits in found if hits.frame.height] == [
        ("email.missing", [1])
    ]


def _broken(tables: Tables) -> list[tuple[str, int]]:
    found = Inspector(CHECKS).inspect(tables, "US", meant(CHECKS, "pointer.broken"))
    return [(hits.column[1], row) for hits in found for row in hits.frame["row"]]
