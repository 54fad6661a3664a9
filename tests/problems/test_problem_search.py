"""`problem:` and `op:` in a query, on every table; and what staging does to problems."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import QueryError
from workbench.shown.rows import SnapshotRows
from workbench.shown.walk import Walk
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit

SOME = [
    {
        "id": "c1", "name": "Acme", "email": "a@acme.com", "phone": "555",
        "addresses": [{"id": "a", "country": "US", "zip_code": "2134"}, {"id": "b", "country": "DE", "zip_code": "10115"}],
        "contacts": [{"id": "p", "email": "x@y.com", "phone": "(415) 555-2671", "attributes": [{"name": "Shoe", "value": " 9"}]}],
    },
    {"id": "c2", "name": "Zenith", "email": "z@zenith.com", "phone": "+14155552671"},
    {"id": "c3", "name": "Oak  Inc", "email": "", "phone": ""},
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "table", "found"),
    [
        ("problem:phone.invalid", "customers", ["c1"]),
        ("problem:PHONE", "customers", ["c1"]),
        ("problem:phone.*", "contacts", ["p"]),
        ("problem:zip.invalid", "customers", ["c1"]),
        ("problem:zip", "addresses", ["a"]),
        ("problem:zip", "contacts", []),
        ("customer.phone:555 -problem:zip", "addresses", ["b"]),
        ("addresses:(problem:zip country:US)", "customers", ["c1"]),
        ("addresses:(problem:zip country:DE)", "customers", []),
        ("problem:phone@phone", "customers", ["c1"]),
        ("problem:phone.invalid@contacts.phone", "customers", ["c1"]),
        ("problem:text.spaces@company_name", "customers", ["c3"]),
        ("problem:text.spaces@attributes.value", "customers", ["c1"]),
        ("problem:*@email", "customers", ["c3"]),
        ("problem:zip@zip_code", "addresses", ["a"]),
        ("problem:zip@country", "addresses", []),
        ("customer:(problem:phone@phone) zip_code:2134", "addresses", ["a"]),
        ("-has:problem", "customers", ["c2"]),
        ("problem:* -problem:phone", "customers", ["c3"]),
        ('problem:"email.missing"', "customers", ["c3"]),
        ("problem:text.spaces OR problem:email.missing", "customers", ["c1", "c3"]),
    ],
)
def test_a_problem_is_searched(query: str, table: str, found: list[str], opened: Any) -> None:
    bench = opened(*SOME)
    assert bench.search(query, table).frame["id"].to_list() == found


def test_an_attribute_has_the_problem_of_its_value(opened: Any) -> None:
    bench = opened(*SOME)
    assert bench.search("problem:text.spaces", "attributes").frame["value"].to_list() == [" 9"]


def test_a_rule_that_there_is_not_is_a_mistake_with_its_place(opened: Any) -> None:
    bench = opened(*SOME)
    with pytest.raises(QueryError, match=r"column 14: there is no check 'phome'; did you mean phone") as caught:
        bench.search("acme problem:phome")
    assert caught.value.column == 14
    with pytest.raises(QueryError, match="column 9: there is no field 'fone'"):
        bench.search("problem:phone@fone")


def test_the_columns_are_offered_after_the_at_sign(opened: Any) -> None:
    bench = opened(*SOME)

    def offered(query: str, table: str = "customers") -> list[str]:
        return [one.label for one in bench.complete(query, len(query), table)]

    assert offered("problem:phone@ph") == ["phone@phone"]
    assert offered("problem:phone@contacts.ph") == ["phone@contacts.phone"]
    assert offered("problem:text.spaces@com") == ["text.spaces@company_name"]
    assert offered("problem:zip@z", "addresses") == ["zip@zip_code"]


def test_rules_are_completed(opened: Any) -> None:
    bench = opened(*SOME)
    told = [one.taken("problem:ph")[0] for one in bench.complete("problem:ph", 10)]
    assert told == ["problem:phone", "problem:phone.invalid", "problem:phone.unassigned"]
    assert "problem:" in [one.label for one in bench.complete("", 0)]


def test_what_an_operation_changed_is_found_on_every_table(opened: Any) -> None:
    bench = opened(*SOME)
    bench.fix(rules=["phone"])
    bench.stage([Edit("set", "city", "Bonn")], table="addresses", where="country:DE")
    assert bench.search("op:1").frame["id"].to_list() == ["c1"]
    assert bench.search("op:1", "contacts").frame["id"].to_list() == ["p"]
    assert bench.search("op:2", "addresses").frame["id"].to_list() == ["b"]
    assert bench.search("op:2").frame["id"].to_list() == ["c1"]
    assert bench.search("-op:2").frame["id"].to_list() == ["c2", "c3"]
    with pytest.raises(QueryError, match="column 4: there is no operation 3"):
        bench.search("op:3")


def test_what_is_staged_is_searched_as_it_stands(opened: Any) -> None:
    bench = opened(*SOME)
    bench.stage([Edit("set", "phone", "+14155552671")], where="id:c1")
    assert bench.search("problem:phone").frame["id"].to_list() == ["c1"]
    bench.fix(rules=["phone"])
    assert bench.search("problem:phone").frame["id"].to_list() == []
    bench.undo(2)
    assert bench.search("problem:phone", "contacts").frame["id"].to_list() == ["p"]


def test_what_staging_fixes_and_brings_is_told_of_the_staged_customers(opened: Any) -> None:
    bench = opened(*SOME)
    nothing = bench.effect()
    assert (nothing.fixed.counts, nothing.introduced.counts) == ({}, {})
    bench.fix(rules=["zip", "phone"])
    bench.stage([Edit("set", "email", "x@gmial.com"), Edit("set", "phone", "12")], where="id:c3")
    told = bench.effect()
    assert told.fixed.counts == {"phone.invalid": 1, "email.missing": 1, "zip.invalid": 1}
    assert told.introduced.counts == {"phone.invalid": 1, "email.domain": 1}
    assert list(told.introduced.frame().select("id", "path", "value").iter_rows()) == [
        ("c3", "phone", "12"),
        ("c3", "email", "x@gmial.com"),
    ]
    out = {("customers", "phone"): bench.search("id:c3").rows}
    assert bench.effect(Choice(out)).introduced.counts == {"email.domain": 1}


def test_one_wrong_value_for_another_is_neither_fixed_nor_brought(opened: Any) -> None:
    bench = opened(*SOME)
    bench.stage([Edit("set", "phone", "556")], where="id:c1")
    assert (bench.effect().fixed.counts, bench.effect().introduced.counts) == ({}, {})


def test_n_goes_from_one_cell_with_the_problem_to_the_next(opened: Any) -> None:
    bench = opened(*SOME)
    rows = SnapshotRows(bench.snapshot, "customers")
    names = ("company_name", "phone", "email")
    seen, place, name = [], 0, "company_name"
    for _ in range(4):
        step = bench.next_match("has:problem -addresses.city:x", Walk(rows, names, place, name))
        place, name = step.position, step.name
        seen.append((place, name))
    assert seen == [(0, "phone"), (2, "company_name"), (2, "email"), (0, "phone")]
    assert bench.next_match("-problem:phone", Walk(rows, names, 0, "phone")) is None
    assert bench.next_match("problem:fone", Walk(rows, names, 0, "phone")) is None
