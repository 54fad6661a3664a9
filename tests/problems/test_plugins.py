"""A steward's own checks: from a file that they name; what is wrong with them is told in a line, and the rest is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.customers.fields import FIELDS
from workbench.errors import UsageError, WorkbenchError

HEAD = "import polars as pl\nfrom workbench.problems.check import row_check, value_check\n"
GOOD = (
    HEAD
    + '''

@value_check("company.fax", "hint", ["customers.company_name", "contacts.last_name"])
def fax(asked):
    """A fax number is in the name."""
    return asked.frame.filter(pl.col("value").str.contains("(?i)fax")).with_columns(
        suggestion=pl.col("value").str.replace("(?i) *fax.*", "")
    )


@row_check("contact.inhouse", "warning", ["contacts.email"], reads=["customers.company_name", "designation"])
def inhouse(asked):
    """The contact is one of us."""
    owners = asked.others["customers"].select("customer", "company_name")
    both = asked.frame.join(owners, on="customer")
    return both.filter(pl.col("value").str.contains("wholesale") & (pl.col("company_name") != ""))
'''
)
SOME = [
    {"id": "c1", "name": "Acme Fax 555", "email": "a@acme.com", "contacts": [{"id": "p", "email": "x@wholesale.com"}]},
    {"id": "c2", "name": "Zenith", "email": "z@zenith.com"},
]


def file(tmp_path: Path, text: str) -> Path:
    found = tmp_path / "own_checks.py"
    found.write_text(text)
    return found


def test_checks_of_ones_own_are_asked_searched_and_staged(opened: Any, tmp_path: Path, help: Any) -> None:
    bench = opened(*SOME)
    assert [one.rule for one in bench.add_checks(file(tmp_path, GOOD))] == ["company.fax", "contact.inhouse"]
    assert help.lines(bench, "company.fax") == [("c1", "company_name", "Acme Fax 555", "Acme")]
    assert help.lines(bench, "contact.inhouse") == [("c1", "contacts[p].email", "x@wholesale.com", None)]
    assert bench.search("problem:company").rows.to_list() == [0]
    assert bench.fix(rules=["company.fax"]).changed == 1
    assert bench.problems(rules=["company"]).count == 0
    assert "company.fax" in [one.label for one in bench.complete("problem:comp", 12)]


BROKEN = {
    "raise ZeroDivisionError('by nothing')": "could not check customers.company_name: ZeroDivisionError: by nothing (line 6)",
    "return None": "it gave back NoneType, expected a polars DataFrame",
    "return asked.frame.lazy()": "it gave back LazyFrame",
    "return asked.frame.select('value')": "it gave back the columns value, expected row among them",
    "return pl.DataFrame({'row': ['a']})": "its columns are of the wrong kind",
    "return pl.DataFrame({'row': [-1]})": "its columns are of the wrong kind",
    "return pl.DataFrame({'row': [77]})": "it gave back rows that it did not get",
    "return pl.DataFrame({'row': [None]}, schema={'row': pl.UInt32})": "it gave back rows that it did not get",
    "return asked.frame.with_columns(message=pl.lit(1))": "its column message is Int32, expected String",
    "return asked.frame.with_columns(suggestion=pl.lit(True))": "its column suggestion is Boolean, expected String",
    "raise SystemExit(3)": "SystemExit: 3",
    "return asked.frame.select(pl.col('nope'))": "ColumnNotFoundError",
    "return asked.frame.filter(pl.col('value').map_elements(lambda v: 1 / 0, return_dtype=pl.Boolean))": "ZeroDivisionError",
}


def test_checks_that_go_wrong_are_told_in_one_line_each_and_the_rest_is_done(opened: Any, tmp_path: Path) -> None:
    bench = opened(*SOME)
    before = bench.problems().counts
    text = HEAD
    for number, body in enumerate(BROKEN):
        name = f"{number:02}"
        text += f'\n@value_check("broken.a{name}", "hint", "customers.company_name")\ndef a{name}(asked):\n    {body}\n'
    bench.add_checks(file(tmp_path, text))
    found = bench.problems()
    assert len(found.failed) == len(BROKEN)
    for number, (line, words) in enumerate(zip(found.failed, BROKEN.values(), strict=True)):
        assert line.startswith(f"broken.a{number:02} could not check customers.company_name: ")
        assert words in line
        assert "\n" not in line
    assert found.counts == before != {}


def test_a_check_may_look_at_any_column_of_any_kind(opened: Any, tmp_path: Path) -> None:
    some = [
        {**SOME[0], "assigned_sales_reps": [{"id": "r"}], "attributes": [{"id": "t", "name": "Color", "value": "red"}]},
        SOME[1],
    ]
    columns = [f"{table}.{name}" for table, fields in FIELDS.items() for name in fields]
    body = "return asked.frame.with_columns(suggestion=pl.lit('x'))"
    text = f'{HEAD}\n@row_check("own.every", "hint", {columns!r})\ndef own(asked):\n    """All."""\n    {body}\n'
    texts = [
        f"{one.table}.{one.name}"
        for table in FIELDS.values()
        for one in table.values()
        if one.kind not in ("flag", "ids")
    ]
    text += f'\n@value_check("own.texts", "hint", {texts!r})\ndef texts(asked):\n    """All."""\n    {body}\n'
    bench = opened(*some)
    bench.add_checks(file(tmp_path, text))
    found = bench.problems(rules=["own"])
    assert found.count > len(columns) / 2
    assert {line["path"] for line in found.problems} >= {
        "assigned_sales_rep_ids",
        "attributes[Color]",
        "status",
        "phone",
    }
    assert bench.fix(rules=["own"]).changed > 5
    assert bench.waive("all of it", rules=["own"]).changed > 5


def test_a_check_that_gives_a_row_twice_means_it_once(opened: Any, tmp_path: Path, help: Any) -> None:
    bench = opened(*SOME)
    body = "return pl.concat([asked.frame, asked.frame.reverse()])"
    bench.add_checks(
        file(
            tmp_path,
            f'{HEAD}\n@value_check("company.own", "hint", "customers.company_name")\ndef own(asked):\n    {body}\n',
        )
    )
    assert [line[0] for line in help.lines(bench, "company.own")] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("x = 1\n", UsageError, "makes no checks"),
        ("x = = 1\n", WorkbenchError, "SyntaxError: invalid syntax (line 1)"),
        ("\nimport nonsense_that_is_not_there\n", WorkbenchError, "ModuleNotFoundError: No module named"),
        (HEAD + "raise SystemExit\n", WorkbenchError, "SystemExit (line 3)"),
        (HEAD + '@value_check("phone.invalid", "hint", "customers.phone")\ndef a(asked): ...\n', UsageError, "phone.invalid"),
        (HEAD + '@value_check("fax", "hint", "customers.phone")\ndef a(asked): ...\n', WorkbenchError, "'fax' is no name"),
        (HEAD + '@value_check("a.b", "fatal", "customers.phone")\ndef a(asked): ...\n', WorkbenchError, "no severity 'fatal'"),
        (HEAD + '@value_check("a.b", "hint", "customers.fon")\ndef a(asked): ...\n', WorkbenchError, "there is no field 'fon'"),
        (HEAD + '@row_check("a.b", "hint", "customers.phone", reads=["x.y"])\ndef a(asked): ...\n', WorkbenchError, "no table 'x'"),
        (HEAD + '@value_check("a.b", "hint", "contacts.is_default")\ndef a(asked): ...\n', WorkbenchError, "holds no texts"),
        (HEAD + '@row_check("a.b", "hint", "customers.phone", reads=["no"])\ndef a(asked): ...\n', WorkbenchError, "no field 'no'"),
        (HEAD + '@row_check("a.b", "hint", "contacts.phone", reads=["type"])\ndef a(asked): ...\n', WorkbenchError, "'type'"),
        (
            HEAD + '@row_check("a.b", "hint", "attributes.name", reads=["value"])\ndef a(asked): ...\n',
            WorkbenchError,
            "look at attributes.value",
        ),
        (
            HEAD + '@value_check("a.b", "hint", "customers.phone", place="country")\ndef a(asked): ...\n',
            WorkbenchError,
            "only addresses have a country",
        ),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_checks_is_refused_in_one_line(
    text: str, error: type[Exception], words: str, opened: Any, tmp_path: Path
) -> None:
    bench = opened(*SOME)
    with pytest.raises(error) as caught:
        bench.add_checks(file(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "own_checks.py" in str(caught.value)
    assert not [check for check in bench.checks if check.rule in ("a.b", "fax")]


def test_there_has_to_be_a_file(opened: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        opened(*SOME).add_checks(tmp_path / "nowhere.py")


NEVER = {
    "while True: pass": "it took longer than 1 s and was stopped",
    'import re; re.match(r"(a+)+$", "a" * 60 + "!"); return asked.frame': "it took longer than 1 s and was stopped",
    "import os; os._exit(7)": "its process ended with the code 7",
}


def test_a_check_that_never_ends_is_stopped_and_named_and_the_rest_is_done(
    opened: Any, tmp_path: Path, help: Any
) -> None:
    bench = opened(*SOME)
    before = bench.problems().counts
    text = GOOD
    for number, body in enumerate(NEVER):
        on = '["customers.company_name", "customers.email"]'
        text += f'\n\n@value_check("never.a{number}", "hint", {on})\ndef never{number}(asked):\n    {body}\n'
    bench.add_checks(file(tmp_path, text), limit=1)
    found = bench.problems()
    for number, words in enumerate(NEVER.values()):
        told = [line for line in found.failed if f"never.a{number} " in line]
        assert len(told) == 2
        assert all(words in line and "\n" not in line for line in told)
    assert found.counts == {**before, "company.fax": 1, "contact.inhouse": 1}
    assert bench.problems().failed == found.failed


def test_what_a_check_prints_is_no_answer_and_what_it_reads_comes_along(opened: Any, tmp_path: Path, help: Any) -> None:
    some = {**SOME[0], "assigned_sales_reps": [{"id": "r", "first_name": "Ada", "last_name": "Byron"}]}
    body = 'print("x" * 100_000)\n    return asked.frame.select("row", message=pl.lit(str(asked.sales_reps.names)))'
    text = (
        f'{HEAD}\n@row_check("own.rep", "hint", "customers.email", reads=["sales_reps"])\ndef own(asked):\n    {body}\n'
    )
    bench = opened(some)
    bench.add_checks(file(tmp_path, text))
    assert "Ada Byron" in bench.problems(rules=["own"]).problems[0]["message"]
