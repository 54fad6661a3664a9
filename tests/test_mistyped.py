"""What is asked in the wrong words from Python is refused in one line, and never taken for all."""

from __future__ import annotations

import ast
import json
import re
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import workbench
from workbench.calls import as_calls
from workbench.errors import UsageError
from workbench.given import _taken
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    file = tmp_path / "few.csv"
    pl.DataFrame({"id": ["a", "b"], "email": ["a@gmial.com", "no"], "phone": ["x", "y"]}).write_csv(file)
    with Workbench.create("few", sessions_dir=tmp_path) as bench:
        bench.load(file=file)
        yield bench


@pytest.mark.parametrize(
    "ask",
    [
        lambda wb, **which: wb.problems(**which),
        lambda wb, **which: wb.fix(**which),
        lambda wb, **which: wb.waive("as it is", **which),
        lambda wb, **which: wb.unwaive(**which),
    ],
)
def test_a_choice_of_problems_by_a_name_that_there_is_not_chooses_nothing(
    bench: Workbench, ask: Callable[..., Any]
) -> None:
    with pytest.raises(
        UsageError, match="problems are not chosen by 'rule', but by rules, severity, fields, id, path, lines"
    ):
        ask(bench, rule="phone")
    assert bench.waivers().height == bench.status().operations == 0


@pytest.mark.parametrize("which", [{"rules": []}, {"rules": None}, {"id": ""}, {"id": None}, {"path": None}])
def test_a_choice_of_problems_that_is_empty_is_none_of_all(bench: Workbench, which: dict[str, Any]) -> None:
    for ask in (bench.problems, bench.fix, bench.unwaive, lambda **given: bench.waive("as it is", **given)):
        with pytest.raises(UsageError, match="is empty, which chooses no problem"):
            ask(**which)
    assert bench.waivers().height == bench.status().operations == 0


def test_a_rule_named_alone_is_replayed_as_that_rule(bench: Workbench) -> None:
    bench.fix(rules="email.*")
    assert json.loads(bench._bench.operations[-1].recipe)["fix"] == ["email.*"]


def test_a_row_that_is_named_twice_is_staged_once(bench: Workbench) -> None:
    assert bench.stage([_EDIT], rows=[1, 0, 1, 1]).changed == 2
    assert bench.staged.cells.height == 2


def test_a_time_of_another_zone_is_asked_for_in_utc() -> None:
    there = datetime(2026, 11, 28, 18, tzinfo=timezone(timedelta(hours=9)))
    for told in (there, there.astimezone(UTC).replace(tzinfo=None), "2026-11-28T09:00:00Z"):
        assert _taken(None, "updated_after", ("str", "None"), told, None) == "2026-11-28T09:00:00Z"


def test_the_height_of_a_grid_is_no_row(bench: Workbench) -> None:
    assert bench.grid(rows=15) is not None


def test_one_name_is_as_good_as_a_list_of_one(bench: Workbench) -> None:
    assert bench.problems(rules="phone").counts == bench.problems(rules=["phone"]).counts != bench.problems().counts
    assert bench.duplicates(fields="email").groups == bench.duplicates(fields=["email"]).groups


def test_a_report_in_the_place_of_a_runs_number_is_answered_in_one_line(bench: Workbench) -> None:
    for ask in (bench.revert, bench.outcomes, bench.course):
        with pytest.raises(UsageError, match=r"a run is named by its number, as `report.run` or `wb.runs` tell it"):
            ask("1")  # type: ignore[operator]


class Seven:
    """A whole number that is none of Python's own, as numpy's are not."""

    def __index__(self) -> int:
        return 0


_NONE, _FOUND = [pl.Series(["a"]), None, 3, b"x"], "it must be a text"
_EDIT = Edit("set", "payment_term", "COD")


@pytest.mark.parametrize(
    ("ask", "wrong", "said"),
    [
        (lambda wb, it: wb.search(it), _NONE, _FOUND),
        (lambda wb, it: wb.hold(it), _NONE, _FOUND),
        (lambda wb, it: wb.commit(where=it), _NONE, _FOUND),
        (lambda wb, it: wb.export("out.csv", where=it), _NONE, _FOUND),
        (lambda wb, it: wb.search().facets(it), _NONE, _FOUND),
        (lambda wb, it: wb.search().replace("email", it, "x"), _NONE, _FOUND),
        (lambda wb, it: wb.stage([_EDIT], note=it), _NONE, _FOUND),
        (lambda wb, it: wb.stage([Edit("set", it, "x")]), _NONE, _FOUND),
        (lambda wb, it: wb.stage([Edit("set", "email", it)]), _NONE, _FOUND),
        (lambda wb, it: wb.stage(it), [*_NONE, pl.Series(["a"]), ["set"]], "it must be a list of edits"),
        (lambda wb, it: wb.stage([_EDIT], rows=it), ["a", [0.5], pl.Series([0.5]), pl.Series(["a"])], "of row numbers"),
        (lambda wb, it: wb.stage([_EDIT], rows=it), [[2], [-1], pl.Series([10**9])], "there is no row"),
        (lambda wb, it: wb.stage([_EDIT], rows=it), [pl.Series([0, None]), [10**30]], "of row numbers"),
        (lambda wb, it: wb.stage([_EDIT], dry_run=it), ["no", 0, None], "must be True or False"),
        (lambda wb, it: wb.commit(plan="p.json", approved=it), ["no", 1], "must be True or False"),
        (
            lambda wb, it: wb.stage_clusters(wb.clusters("email"), winners=it),
            [{"x": None}, {"x": True}],
            "with their values",
        ),
        (
            lambda wb, it: wb.stage([Edit("set", "first_name", "A")], table="contacts", new=True, rows=it),
            [[9], [-1]],
            "no row",
        ),
        (lambda wb, it: wb.record(it), [10**9, -1, None, 1.5, True, "c"], "no row|whole number|no customer 'c'"),
        (lambda wb, it: wb.undo(it), ["1", None, 1.5], "it must be a whole number"),
        (lambda wb, it: wb.undo(it), [0, -1], "it must be 1 or more"),
        (lambda wb, it: wb.redo(it), [0, -1], "it must be 1 or more"),
        (
            lambda wb, it: wb.accept(it),
            [None, 3, "email", [1], {"email": [0]}, {("customers", "x"): [0]}],
            "must be cells as",
        ),
        (lambda wb, it: wb.withdraw(it), [None, {("customers", "email"): ["a"]}, {(): [0]}], "must be cells as"),
        (lambda wb, it: wb.leave_out(it), [None, [1]], "must be cells as"),
        (lambda wb, it: wb.take_in(it), [3, [1]], "must be cells as"),
        (lambda wb, it: wb.unstage_cells(it), [None, [1]], "must be cells as"),
        (lambda wb, it: wb.resolve("ours", cells=it), [[1], "a", pl.DataFrame({"row": [0]})], "a frame of cells"),
        (lambda wb, it: wb.preview(choice=it), [3, [1]], "a choice of cells"),
        (lambda wb, it: wb.save_search(it), [None, "email"], "it must be a saved search"),
        (lambda wb, it: wb.saved_query(it), [None, "email"], "it must be a saved search"),
        (lambda wb, it: wb.clusters("email", it), [None, 3], "a method, or its name"),
        (lambda wb, it: wb.search().stage(it), [None, "set"], "it must be a list of edits"),
        (lambda wb, it: wb.preview(limit=it), ["1", 1.5], "it must be a whole number"),
        (lambda wb, it: wb.commit(rate=it), ["1", b"1"], "it must be a number"),
        (lambda wb, it: wb.load(file=it), [3, b"x"], "it must be a path"),
        (lambda wb, it: wb.export(it), [3, None], "it must be a path"),
        (lambda wb, it: wb.read_plan(it), [3, None], "it must be a path"),
        (lambda wb, it: wb.replay(it), [3, None], "it must be a recipe"),
        (lambda wb, it: wb.set_settings(it), [None, ["grace"], {"grace": []}, {"grace": b"1"}], "it must be "),
        (lambda wb, it: type(wb).open(it), [3, None, b"x"], "it must be a text or a path"),
    ],
)
def test_what_is_of_another_kind_is_refused_in_one_line_and_does_nothing(
    bench: Workbench, ask: Callable[..., Any], wrong: list[Any], said: str
) -> None:
    for one in wrong:
        with pytest.raises(UsageError, match=said) as told:
            ask(bench, one)
        assert len(str(told.value)) < 120
        assert "\n" not in str(told.value)
    assert bench.status().operations == 0


def test_what_is_plainly_meant_is_taken(bench: Workbench, tmp_path: Path) -> None:
    first = bench.record("a")
    assert (bench.record(Seven()).id, first.row, bench.record(1).id) == ("a", 0, "b")  # type: ignore[arg-type]
    for rows in ([0], (0,), range(1), [Seven()], pl.Series([0])):
        assert bench.stage([_EDIT], rows=rows, dry_run=True).changed == 1  # type: ignore[arg-type]
    assert bench.stage(_EDIT, dry_run=True).changed == 2  # type: ignore[arg-type]
    assert bench.export(str(tmp_path / "x.csv"), columns="email") == 2
    settings = bench.set_settings({"concurrency": Seven.__index__(Seven()) + 7, "grace": 1.5, "rate": None})  # type: ignore[dict-item]
    path = bench.path
    bench.close()
    with Workbench.open(path.stem, sessions_dir=str(path.parent)) as again:  # type: ignore[arg-type]
        assert again.settings == settings
        assert (settings.concurrency, settings.grace, settings.rate) == (7, 1.5, None)


@pytest.mark.parametrize(
    "call",
    [
        lambda wb: wb.stage([_EDIT], where=None),
        lambda wb: wb.stage([_EDIT], rows=None),
        lambda wb: wb.stage([_EDIT], rows=None, where=""),
        lambda wb: wb.hold(rows=None),
        lambda wb: wb.release(rows=None),
        lambda wb: wb.unstage(rows=None),
        lambda wb: wb.preview(rows=None),
        lambda wb: wb.commit(rows=None),
        lambda wb: wb.resolve("theirs", cells=None),
        lambda wb: wb.take_in(cells=None),
    ],
)
def test_a_variable_that_holds_nothing_does_not_mean_all(bench: Workbench, call: Callable[[Workbench], object]) -> None:
    bench.search("id:=a").set("payment_term", "COD")
    before = bench.log()
    with pytest.raises(UsageError, match=r"^(where|rows|cells) is None; leave it out if all are meant$"):
        call(bench)
    assert bench.log() == before


def test_rows_need_no_query_and_a_query_no_rows(bench: Workbench) -> None:
    assert bench.stage([_EDIT], rows=[0], where=None, dry_run=True).changed == 1  # type: ignore[arg-type]
    assert bench.stage([_EDIT], rows=None, where="id:=a", dry_run=True).changed == 1
    assert bench.stage([_EDIT], where="", dry_run=True).changed == 2
    assert bench.take_in(cells=None, where="id:=a").changed == 0
    assert bench.resolve("theirs", id="a", path="email", cells=None).changed == 0


def test_the_file_of_a_plan_is_as_good_as_the_plan(bench: Workbench, tmp_path: Path) -> None:
    bench.search("id:=a").set("payment_term", "COD")
    bench.write_diff(tmp_path / "plan.json", "plan")
    assert bench.plan(plan=tmp_path / "plan.json") == bench.plan(plan=bench.read_plan(tmp_path / "plan.json"))
    assert bench.plan(plan=str(tmp_path / "plan.json")).planned == 1


def test_cells_may_be_named_by_a_list_of_rows_too(bench: Workbench) -> None:
    bench.search().set("payment_term", "COD")
    assert bench.accept({("customers", "payment_term"): [1]}).changed == 1  # type: ignore[dict-item]


def test_an_error_names_calls_to_a_script_and_options_to_the_command_line(bench: Workbench) -> None:
    with pytest.raises(UsageError) as told:
        bench.stage([])
    assert str(told.value) == f"{told.value}" == "nothing was said to do: give edits"
    assert traceback.format_exception_only(told.value) == [
        "workbench.errors.UsageError: nothing was said to do: give edits\n"
    ]
    assert told.value.in_commands.startswith("nothing was said to do: give --set, --clear, --replace")
    with pytest.raises(UsageError) as told:
        bench.search("(")
    assert str(told.value) == told.value.in_commands, "nothing in it is of the command line"


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts in code, with `x` for what is filled in; without those of documentation."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (said | parts):
            yield node.value


def test_no_reason_that_the_core_gives_names_an_option_to_whoever_reads_it_in_python() -> None:
    root = Path(workbench.__file__).parent
    raised = []
    for room in ("door", "load", "customers", "commit", "customer_api", "replay", "stage", "problems", "preview"):
        for file in (root / room).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            raised += [text for node in ast.walk(tree) if isinstance(node, ast.Raise) for text in _texts(node)]
    assert any("--" in text for text in raised)
    assert [text for text in raised if re.search(r"(?<![\w-])--[a-z]", as_calls(text))] == []
