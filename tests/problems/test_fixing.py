"""Suggestions staged: for one cell, a rule, a query or all; one operation, and what is left has no suggestion."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.errors import UsageError
from workbench.sandbox.samples import sample_customers
from workbench.stage.edits import Edit

SOME = [
    {"id": "c1", "name": "CafÃ©  Noir ", "email": "a@gmial.com", "phone": "(415) 555-2671"},
    {
        "id": "c2",
        "name": "Zenith",
        "email": "z@zenith.com",
        "phone": "415-555-2672",
        "addresses": [{"id": "a", "country": "USA"}],
    },
]


def value(bench: Any, field: str, row: int = 0, table: str = "customers") -> Any:
    return bench.snapshot.current[table][field][row]


def test_a_rule_is_fixed_as_one_operation_that_says_so(opened: Any) -> None:
    bench = opened(*SOME)
    done = bench.fix(rules=["phone.invalid"], note="as dialled")
    assert (done.operation, done.matched, done.changed, done.unchanged, done.invalid) == (1, 2, 2, 0, 0)
    assert value(bench, "phone") == "+14155552671"
    (line,) = bench.log().operations
    assert (line["kind"], line["note"], line["did"]) == ("fix", "as dialled", "what was suggested for phone.invalid")
    told = json.loads(bench.operation(1).recipe)
    assert (told["fix"], told["where"]) == (["phone.invalid"], "")
    bench.undo()
    assert value(bench, "phone") == "(415) 555-2671"


def test_one_text_with_several_problems_is_mended_in_one_go(opened: Any) -> None:
    bench = opened(*SOME)
    bench.fix(rules=["text"])
    assert value(bench, "company_name") == "Café Noir"
    assert bench.problems(rules=["text"]).count == 0
    assert bench.log().operations[0]["changed"] == 1


def test_a_query_chooses_customers_with_their_items(opened: Any) -> None:
    bench = opened(*SOME)
    done = bench.fix("id:c2", rules=["*"])
    assert done.changed == 2
    assert value(bench, "country", table="addresses") == "US"
    assert value(bench, "phone") == "(415) 555-2671"


def test_fields_choose_columns_and_the_same_rule_in_others_stays(opened: Any) -> None:
    bench = opened(*SOME)
    country, every = bench.problems(fields=["addresses.country"]), bench.problems()
    assert set(country.by_field) == {"addresses.country"} < set(every.by_field)
    assert country.count == every.by_field["addresses.country"]
    assert bench.problems(fields="phone", rules=["email"]).count == 0
    assert bench.fix(rules=["*"], fields=["addresses.country"]).changed == 1
    assert value(bench, "country", table="addresses") == "US"
    assert value(bench, "phone") == "(415) 555-2671", "its suggestion was not asked for"
    assert bench.log().operations[0]["did"] == "what was suggested for * in addresses.country"
    assert bench.waive("dialled so", fields="phone").changed == every.by_field["phone"]
    assert bench.problems(fields=["phone"]).count == 0
    for wrong in ("shoe", "addresses.shoe", ""):
        with pytest.raises(UsageError):
            bench.problems(fields=[wrong])
    with pytest.raises(UsageError, match="fields is empty"):
        bench.fix(rules=["*"], fields=[])


def test_one_cell_and_some_lines(opened: Any) -> None:
    bench = opened(*SOME)
    assert bench.fix(id="c2", path="addresses[a].country").changed == 1
    lines = bench.problems(rules=["phone", "email.domain"]).frame()
    assert bench.fix(lines=lines.filter(lines["rule"] == "email.domain")).changed == 1
    assert (value(bench, "email"), value(bench, "phone")) == ("a@gmail.com", "(415) 555-2671")


def test_a_dry_run_and_a_rule_without_suggestions_keep_nothing(opened: Any) -> None:
    bench = opened(*SOME)
    assert bench.fix(rules=["phone"], dry_run=True).changed == 2
    assert bench.fix(rules=["email.missing"]).operation is None
    assert bench.status().operations == 0
    with pytest.raises(UsageError, match="there is no check 'fone'; did you mean phone"):
        bench.fix(rules=["fone"])
    with pytest.raises(UsageError, match="there is no severity 'bad'"):
        bench.problems(severity="bad")
    with pytest.raises(UsageError, match="there is no such cell"):
        bench.fix(id="c2", path="addresses[zz].country")


def test_a_severity_takes_what_is_at_least_as_bad(opened: Any) -> None:
    bench = opened(*SOME)
    severities = [set(bench.problems(severity=one).frame()["severity"]) for one in ("error", "warning", "hint")]
    assert severities == [{"error"}, {"error", "warning"}, {"error", "warning", "hint"}]


def test_a_placeholder_is_cleared(opened: Any) -> None:
    bench = opened({**SOME[0], "display_name": "n/a"})
    bench.fix(rules=["text.placeholder"])
    assert value(bench, "display_name") is None


def test_cells_that_cannot_be_edited_are_skipped(opened: Any) -> None:
    twice = [{"id": "a", "country": "USA"}, {"id": "a", "country": "UK"}]
    bench = opened({**SOME[0], "addresses": twice})
    done = bench.fix(rules=["country.invalid"])
    assert (done.operation, done.changed, done.skipped) == (None, 0, 2)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_any_mess_what_is_left_has_no_suggestion_and_no_new_error(opened: Any, seed: int) -> None:
    bench = opened(*sample_customers(150, seed=seed))
    before = bench.problems()
    done = bench.fix(rules=["*"])
    after = bench.problems()
    assert done.invalid == 0
    assert after.suggested == {}
    assert after.count < before.count / 2
    errors = before.frame().filter(before.frame()["severity"] == "error").select("id", "path")
    left = after.frame().filter(after.frame()["severity"] == "error").select("id", "path")
    assert left.join(errors, on=["id", "path"], how="anti").height == 0
    assert bench.fix(rules=["*"]).operation is None


numbers = count()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "n/a",
        " ACME ",
        "CafÃ©",
        "(415) 555-2671",
        "a@gmial.com",
        "USA",
        "Texas",
        "2134",
        "Acme LLC LLC",
        "\u200b",
        "NET 30",
    ]
)


@given(rows=st.lists(st.tuples(*[TEXT] * 6), min_size=1, max_size=3))
@settings(
    max_examples=amount(10, 100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_in_any_field_is_fixed_to_what_needs_no_fix(rows: list[tuple[str, ...]], opened: Any) -> None:
    fields = ("company_name", "first_name", "email", "phone", "payment_term", "display_name")
    bench = opened(*({"id": f"c{at}"} for at in range(len(rows))), name=f"s{next(numbers)}")
    for at, texts in enumerate(rows):
        bench.stage([Edit("set", field, text) for field, text in zip(fields, texts, strict=True)], where=f"id:=c{at}")
    bench.fix(rules=["*"])
    found = bench.problems()
    assert found.failed == ()
    assert found.suggested == {}
    bench.close()
