"""`problems`: its keys and exit codes, one problem and all of them mended, waived and committed, from the command line alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from tests.form import amount
from workbench.load.xlsx import read_xlsx
from workbench.sandbox.server import Sandbox

KEYS = ["id", "path", "rule", "severity", "value", "suggestion", "message"]


def counts(command: Any, *more: str) -> dict[str, int]:
    found: dict[str, int] = command("problems", "s", *more, "--json").json["counts"]
    return found


def test_problems_are_lines_and_counts(command: Any) -> None:
    told = command("problems", "s", "--json")
    assert told.code == 0
    assert list(told.json) == ["problems", "counts", "waived", "failed"]
    assert all(list(line) == KEYS for line in told.json["problems"])
    assert sum(told.json["counts"].values()) == len(told.json["problems"]) > 30
    assert (told.json["waived"], told.json["failed"]) == (0, [])
    one = next(line for line in told.json["problems"] if line["path"].startswith("contacts["))
    assert command("search", "s", f"id:={one['id']} problem:{one['rule']}", "--json").json["matched"] == 1


def test_for_people_it_groups_first_and_then_lists(command: Any) -> None:
    told = command("problems", "s", "--limit", "2")
    groups, _, rows = told.out.partition("\n\n")
    assert "error    phone.invalid" in groups
    assert rows.count("\n") == 3
    assert rows.startswith("id ")
    assert "problems found, the first 2 are shown" in told.err
    assert command("problems", "s", "--where", "id:=nobody").out == ""


def test_problems_are_chosen_by_query_rule_severity_and_cell(command: Any) -> None:
    everything = command("problems", "s", "--json").json["problems"]
    one = next(line for line in everything if line["rule"] == "phone.invalid")
    assert counts(command, "--rule", "phone.invalid", "--rule", "email").keys() <= {
        "phone.invalid",
        *_emails(everything),
    }
    assert set(counts(command, "--severity", "error")) == {
        line["rule"] for line in everything if line["severity"] == "error"
    }
    assert set(counts(command, "--field", "phone")) == {line["rule"] for line in everything if line["path"] == "phone"}
    command("problems", "s", "--field", "shoe").refused(2, "shoe")
    cell = command("problems", "s", "--id", one["id"], "--path", one["path"], "--json").json["problems"]
    assert {line["path"] for line in cell} == {one["path"]}
    mine = command("problems", "s", "--where", f"-id:={one['id']}", "--rule", "phone.invalid", "--json").json[
        "problems"
    ]
    assert one["id"] not in {line["id"] for line in mine}
    command("problems", "s", "--rule", "fone").refused(2, "there is no check 'fone'", "phone")
    command("problems", "s", "--severity", "bad").refused(2, "error, warning, hint")
    command("problems", "s", "--where", "problem:fone").refused(2, "column 9")
    command("problems", "s", "--id", "nobody", "--path", "phone").refused(2, "there is no such cell")


def _emails(lines: list[dict[str, Any]]) -> set[str]:
    return {line["rule"] for line in lines if line["rule"].startswith("email.")}


def test_suggestions_are_staged_and_taken_back(command: Any) -> None:
    before = counts(command)
    dry = command("problems", "s", "--rule", "phone", "--fix", "--dry-run", "--json").json
    assert (dry["operation"], command("status", "s", "--json").json["operations"]) == (None, 0)
    told = command("problems", "s", "--rule", "phone", "--fix", "--note", "-n", "--json")
    assert told.code == 0
    assert list(told.json) == ["operation", "matched", "changed", "unchanged", "invalid"]
    assert (told.json["operation"], told.json["changed"]) == (1, dry["changed"])
    left = counts(command)
    assert left["phone.invalid"] == before["phone.invalid"] - told.json["changed"]
    assert command("search", "s", "op:1", "--json").json["matched"] > 0
    command("undo", "s")
    assert counts(command) == before


def test_acts_need_a_rule_and_are_done_one_at_a_time(command: Any) -> None:
    command("problems", "s", "--fix").refused(2, "--fix needs --rule")
    command("problems", "s", "--waive", "why").refused(2, "--waive needs --rule")
    command("problems", "s", "--rule", "phone", "--waive", " ").refused(2, "nothing was waived: a reason is needed")
    assert command("problems", "s", "--waived", "--json").json["waivers"] == []
    command("problems", "s", "--fix", "--unwaive", "--rule", "phone").refused(2, "--fix and --unwaive")
    command("problems", "s", "--limit", "-1").refused(2, "--limit is -1")


def test_a_problem_is_waived_listed_and_taken_back(command: Any) -> None:
    before = counts(command)["phone.invalid"]
    told = command("problems", "s", "--rule", "phone.invalid", "--waive", "-they dial so", "--json")
    assert told.json == {"changed": before}
    assert "phone.invalid" not in counts(command)
    assert command("problems", "s", "--rule", "phone.invalid", "--json").json["waived"] == before
    listed = command("problems", "s", "--waived", "--json").json["waivers"]
    assert list(listed[0]) == ["id", "path", "rule", "value", "reason", "at", "by", "holds"]
    assert (len(listed), listed[0]["reason"]) == (before, "-they dial so")
    assert "they dial so" in command("problems", "s", "--waived").out
    assert "lapsed" not in command("problems", "s", "--waived").out
    other = next(one["id"] for one in listed if one["path"] == "phone")
    command("stage", "s", "--where", f"id:={other}", "--set", "phone=12")
    lapsed = [one["holds"] for one in command("problems", "s", "--waived", "--json").json["waivers"]].count(False)
    assert command("problems", "s", "--waived").out.count("  lapsed  ") == lapsed == 1
    command("undo", "s")
    assert command("problems", "s", "--rule", "phone", "--unwaive", "--json").json == {"changed": before}
    assert counts(command)["phone.invalid"] == before


def test_checks_of_ones_own(command: Any, folder: Path) -> None:
    (folder / "mine.py").write_text(
        "import polars as pl\nfrom workbench.problems.check import value_check\n\n"
        '@value_check("mine.all", "hint", "customers.company_name")\ndef all_(asked):\n    """It is there."""\n'
        "    print('looking')\n    return asked.frame\n\n"
        '@value_check("mine.bad", "hint", "customers.company_name")\ndef bad(asked):\n    """It is bad."""\n    1 / 0\n'
    )
    told = command("problems", "s", "--plugins", "mine.py", "--rule", "mine", "--json")
    assert (told.code, told.json["counts"].keys()) == (0, {"mine.all"})
    (failed,) = told.json["failed"]
    assert failed == "mine.bad could not check customers.company_name: ZeroDivisionError: division by zero (line 13)"
    assert f"check failed: {failed}\n" in told.err
    command("problems", "s", "--rule", "mine").refused(2, "there is no check 'mine'")
    command("problems", "s", "--plugins", "no.py").refused(2, "there is no file no.py")


FORMULA = '=HYPERLINK("http://x.example")'


def test_problems_are_written_to_a_file_by_its_ending_and_compute_nothing_there(command: Any, folder: Path) -> None:
    one = next(line for line in command("problems", "s", "--json").json["problems"] if line["rule"] == "phone.invalid")
    assert command("stage", "s", "--where", f"id:={one['id']}", "--set", f"email={FORMULA}").code == 3
    every = command("problems", "s", "--json").json
    assert FORMULA in {line["value"] for line in every["problems"]}
    for name in ("p.csv", "p.xlsx", "p.json", "p.ndjson"):
        told = command("problems", "s", "--output", str(folder / name))
        assert f"wrote {len(every['problems']):,} problems to " in told.err
        assert "phone.invalid" in told.out
    frame = pl.read_csv(folder / "p.csv", infer_schema=False)
    assert frame.columns == KEYS
    assert f"'{FORMULA}" in frame["value"].to_list()
    assert (folder / "p.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    heads, *rows = [row for _, row in read_xlsx(folder / "p.xlsx").rows]
    assert heads == KEYS
    assert [row[4] or None for row in rows] == [line["value"] for line in every["problems"]]
    assert json.loads((folder / "p.json").read_text("utf-8")) == every
    assert pl.read_ndjson(folder / "p.ndjson", infer_schema_length=None).to_dicts() == every["problems"]


def test_a_file_of_problems_is_whole_or_not_there(command: Any, folder: Path) -> None:
    command("problems", "s", "--output", str(folder / "p.doc")).refused(2, "no ending that can be written")
    command("problems", "s", "--output", str(folder / "no" / "p.csv")).refused(1, "cannot be written")
    command("problems", "s", "--output", "p.csv", "--rule", "*", "--fix").refused(2, "cannot be done at once")
    assert not list(folder.glob("*p.*"))


def test_a_value_of_megabytes_is_looked_at_and_told_short(command: Any, folder: Path) -> None:
    long = "Acme \u00c3\u00a9 " * amount(220_000, 1_100_000)
    sheet = folder / "long.json"
    sheet.write_text(json.dumps([{"id": "long", "name": long, "email": long}]))
    assert command("load", "long", "--file", str(sheet)).code == 0
    told = command("problems", "long", "--limit", "5")
    assert told.code == 0
    assert "text.mojibake" in told.out
    assert len(told.out) < 10_000


def test_a_value_that_no_workbook_holds_is_written_to_csv_alone(command: Any, folder: Path) -> None:
    sheet = folder / "long.json"
    sheet.write_text(json.dumps([{"id": "long", "name": "Acme  " * 10_000}]))
    assert command("load", "long", "--file", str(sheet)).code == 0
    command("problems", "long", "--output", str(folder / "p.xlsx")).refused(1, "write CSV instead")
    assert command("problems", "long", "--output", str(folder / "p.csv")).code == 0
    assert (folder / "p.csv").stat().st_size > 60_000


def test_the_sandboxs_mess_is_mended_and_committed(process: Any, command: Any, folder: Path) -> None:
    with Sandbox(customers=120, seed=7) as sandbox:
        assert command("load", "mess", "--api", sandbox.url).code == 0
        before = command("problems", "mess", "--json").json
        assert process("problems", "mess", "--rule", "*", "--fix", "--note", "spring cleaning").code == 0
        staged = command("problems", "mess", "--json").json
        committed = process("commit", "mess", "--yes", "--json")
        assert (committed.code, committed.json["committed"], committed.json["held"]) == (
            0,
            committed.json["planned"],
            0,
        )
        assert command("load", "fresh", "--api", sandbox.url).code == 0
        after = command("problems", "fresh", "--json").json
    assert after["counts"] == staged["counts"]
    assert _cells(after) == _cells(staged)
    assert not [line for line in after["problems"] if line["suggestion"] is not None]
    assert len(after["problems"]) < len(before["problems"]) / 3
    assert after["counts"]["phone.invalid"] < before["counts"]["phone.invalid"] / 3
    assert before["failed"] == after["failed"] == []


def _cells(told: dict[str, Any]) -> list[str]:
    return sorted(json.dumps([line["id"], line["path"], line["rule"]]) for line in told["problems"])
