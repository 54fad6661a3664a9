"""Waivers: a problem may stay, for a reason, as long as its cell holds the value that was looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.session import waived as kept
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

SOME = [
    {
        "id": "c1",
        "name": "Acme",
        "email": "a@acme.com",
        "phone": "555",
        "addresses": [{"id": "a", "country": "Narnia"}],
    },
    {"id": "c2", "name": "Zenith", "email": "z@zenith.com", "phone": "556"},
]


def ids(bench: Any, rule: str) -> list[str]:
    return list(bench.problems(rules=[rule]).frame()["id"])


def test_a_waived_problem_is_neither_told_nor_found_nor_counted(opened: Any) -> None:
    bench = opened(*SOME)
    assert ids(bench, "phone") == ["c1", "c2"]
    assert bench.waive("an extension of ours", "id:c1", rules=["phone.invalid"]).changed == 1
    assert ids(bench, "phone") == ["c2"]
    assert bench.problems().waived == 1
    assert bench.search("problem:phone").rows.to_list() == [1]
    (line,) = bench.waivers().to_dicts()
    assert {line.pop("by"), line.pop("at")} - {""}
    assert line == {
        "id": "c1", "path": "phone", "rule": "phone.invalid", "value": "555", "reason": "an extension of ours", "holds": True,
        "table": "customers", "field": "phone", "row": 0,
    }  # fmt: skip


def test_a_waiver_lapses_with_the_value_and_comes_back_with_it(opened: Any) -> None:
    bench = opened(*SOME)
    bench.waive("so it is", rules=["phone"])
    bench.stage([Edit("set", "phone", "557")], where="id:c1")
    assert ids(bench, "phone") == ["c1"]
    assert bench.waivers()["holds"].to_list() == [False, True]
    bench.undo()
    assert ids(bench, "phone") == []


def test_a_waiver_is_of_one_rule_and_one_cell(opened: Any) -> None:
    bench = opened(*SOME)
    bench.waive("it is", rules=["country.invalid"])
    assert ids(bench, "country.invalid") == []
    assert ids(bench, "phone") == ["c1", "c2"]
    assert bench.waivers()["path"].to_list() == ["addresses[a].country"]


def test_waivers_are_kept_in_the_session_and_taken_back(opened: Any, tmp_path: Path) -> None:
    with_more = tmp_path / "copy.session"
    bench = opened(*SOME, name="t")
    bench.waive("durable", rules=["phone"])
    bench.copy_to(with_more)
    with Workbench.open(with_more) as again:
        assert again.problems(rules=["phone"]).waived == 2
        assert again.unwaive("id:c2", rules=["phone"]).changed == 1
        assert ids(again, "phone") == ["c2"]
        assert again.unwaive("id:c2", rules=["phone"]).changed == 0
    with Workbench.open(with_more) as again:
        assert ids(again, "phone") == ["c2"]
        assert again.waivers()["id"].to_list() == ["c1"]


def test_a_problem_is_waived_once_and_the_newest_reason_counts(opened: Any) -> None:
    bench = opened(*SOME)
    assert bench.waive("first", rules=["phone"]).changed == 2
    assert bench.waive("second", rules=["phone"]).changed == 0
    bench.unwaive(rules=["phone"])
    assert bench.waive("third", id="c1", path="phone", rules=["phone"]).changed == 1
    assert bench.waivers()["reason"].to_list() == ["third"]


def test_no_operation_comes_of_it_and_no_undo_touches_it(opened: Any) -> None:
    bench = opened(*SOME)
    bench.waive("so", rules=["phone"])
    assert bench.status().operations == 0
    assert bench.undo().operations == 0
    assert bench.problems().waived == 2


def test_what_is_waived_is_not_fixed(opened: Any) -> None:
    bench = opened({**SOME[0], "phone": "(415) 555-2671"}, {**SOME[1], "phone": "(415) 555-2672"})
    bench.waive("as they dial", "id:c1", rules=["phone"])
    done = bench.fix(rules=["phone"])
    assert (done.matched, done.changed) == (1, 1)


def test_many_waivers_are_put_together(opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MANY", 3)
    bench = opened(*SOME)
    for turn in range(4):
        bench.waive(f"turn {turn}", rules=["phone"])
        bench.unwaive(rules=["phone"])
    bench.waive("last", "id:c2", rules=["phone"])
    bench.copy_to(tmp_path / "copy.session")
    with Workbench.open(tmp_path / "copy.session") as again:
        assert list(again.waivers().select("id", "reason").iter_rows()) == [("c2", "last")]


def test_a_reason_that_no_file_can_hold_is_refused(opened: Any) -> None:
    with pytest.raises(Exception, match="half a character"):
        opened(*SOME).waive("\ud800", rules=["phone"])
