"""Corrections from a spreadsheet, from the command line: out, filled in, back, and every word about what could not be taken."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from workbench.load.xlsx import read_xlsx


def rows_of(path: Path) -> list[list[str]]:
    return [row for _, row in read_xlsx(path).rows]


def saved(path: Path, rows: list[list[Any]], name: str = "Sheet1") -> None:
    book = Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()


def test_a_workbook_goes_out_is_filled_in_and_comes_back(command: Any, folder: Path) -> None:
    told = command(
        "export", "s", "--where", "is:active", "--columns", "payment_term,phone", "--output", "x.xlsx", "--json"
    )
    count = told.json["rows"]
    assert 0 < count < 30
    assert f"wrote {count} customers to x.xlsx" in told.err
    rows = rows_of(folder / "x.xlsx")
    rows[1][1], rows[2][1] = "NET 45", "NET 45"
    saved(folder / "x.xlsx", rows)
    dry = command("stage", "s", "--from", "x.xlsx", "--dry-run", "--json")
    assert (dry.code, dry.json["operation"], dry.json["changed"]) == (0, None, 2)
    done = command("stage", "s", "--from", "x.xlsx", "--json")
    assert done.json == {"operation": 1, "matched": count, "changed": 2, "unchanged": 2 * count - 2, "invalid": 0}
    assert command("stage", "s", "--from", "x.xlsx", "--json").json["changed"] == 0


def test_a_sheet_that_is_replaced_is_said_to_be(command: Any, folder: Path) -> None:
    first = command("export", "s", "--output", "x.csv")
    assert first.err.rstrip().endswith("to x.csv")
    again = command("export", "s", "--output", "x.csv")
    assert (again.code, first.code) == (0, 0)
    assert again.err.rstrip().endswith("to x.csv, in the place of the file that was there")


def test_every_thing_that_is_not_taken_is_told_and_asks_for_the_steward(command: Any, folder: Path) -> None:
    rows = command("search", "s", "has:phone", "--limit", "3", "--json").json["rows"]
    one, two, three = (row["id"] for row in rows)
    sheet = [["ID", "Payment Term", "Remarks", "phone"], [one, "NET 45", "ask Bob", "1.23457E+11"], [two, "NET 45", "", ""],
             [two, "NET 46", "", ""], [three, True, "", ""], ["gone", "NET 45", "", ""]]  # fmt: skip
    saved(folder / "y.xlsx", sheet)
    told = command("stage", "s", "--from", "y.xlsx", "--json")
    assert (told.code, told.json["matched"], told.json["changed"]) == (3, 2, 1)
    for words in (
        "column not used: there is no field 'Remarks' in customers",
        f"not staged: y.xlsx row 2: “phone of {one}”: a spreadsheet made a number of it, which has lost digits",
        f"not staged: y.xlsx row 3: “{two}”: its id stands in 2 rows of the sheet: leave one",
        f"not staged: y.xlsx row 4: “{two}”: its id stands in 2 rows",
        f"not staged: y.xlsx row 5: “payment_term of {three}”: is the truth value TRUE, no text",
        "not staged: y.xlsx row 6: “gone”: there is no such id among the customers",
        "5 rows or cells could not be staged, 0 cells moved",
    ):
        assert words in told.err, told.err


def test_values_that_look_like_formulas_are_taken_as_text_and_told(command: Any, folder: Path) -> None:
    rows = command("search", "s", "has:phone", "--limit", "6", "--json").json["rows"]
    values = ["=1+1", "@SUM(A1:A9)", "-2+3+cmd|' /C calc'!A0", "@acme", "+1 (415) 555-2671", "-5"]
    lines = [f'{row["id"]},"{value}"\n' for row, value in zip(rows, values, strict=True)]
    (folder / "y.csv").write_text("id,display_name\n" + "".join(lines))
    dry = command("stage", "s", "--from", "y.csv", "--dry-run", "--json")
    told = command("stage", "s", "--from", "y.csv", "--json")
    first = f"such as display_name of {rows[0]['id']}: “=1+1”; taken as text, nothing computes it"
    assert f"3 values look like formulas, {first}" in dry.err
    assert f"3 values look like formulas, {first}" in told.err
    assert (told.code, told.json["changed"]) == (0, 6)
    held = {row["id"]: row["display_name"] for row in command("search", "s", "is:staged", "--json").json["rows"]}
    assert held == {row["id"]: value for row, value in zip(rows, values, strict=True)}
    assert "formula" not in command("stage", "s", "--from", "y.csv", "--json").err


def test_many_rows_that_are_not_taken_are_counted_by_reason(command: Any, folder: Path) -> None:
    (folder / "y.csv").write_text("id,email\n" + "".join(f"nobody{n},x@y.z\n" for n in range(500)))
    told = command("stage", "s", "--from", "y.csv", "--json")
    assert (told.code, told.err.count("nobody")) == (3, 20)
    assert "not staged, 500 in all: there is no such id among the customers" in told.err


def test_the_sheet_of_a_workbook_is_named(command: Any, folder: Path) -> None:
    one = command("search", "s", "--limit", "1", "--json").json["rows"][0]["id"]
    saved(folder / "y.xlsx", [["id", "payment_term"], [one, "NET 45"]], name="Mine")
    assert command("stage", "s", "--from", "y.xlsx", "--sheet", "mine", "--json").json["changed"] == 1
    command("stage", "s", "--from", "y.xlsx", "--sheet", "theirs").refused(2, "no sheet 'theirs'", "Mine")
    command("export", "s", "--output", "x.csv")
    command("stage", "s", "--from", "x.csv", "--sheet", "Mine").refused(2, "--sheet is for a workbook")


def test_a_workbook_is_loaded(command: Any, folder: Path) -> None:
    saved(folder / "y.xlsx", [["id", "Company name", "phone"], ["a", "Acme", "02139"], ["b", "Bolt", 2139]])
    assert command("load", "new", "--file", "y.xlsx", "--json").json["customers"] == 2
    found = command("search", "new", "--columns", "company_name,phone", "--json").json["rows"]
    assert [(row["company_name"], row["phone"]) for row in found] == [("Acme", "02139"), ("Bolt", "2139")]


@pytest.mark.parametrize("value", ["=1+1", "'=1+1", "@x", "-5+1", "＋1"])
def test_what_a_csv_holds_is_computed_nowhere_and_comes_back_exactly(command: Any, folder: Path, value: str) -> None:
    one = command("search", "s", "--limit", "1", "--json").json["rows"][0]["id"]
    command("stage", "s", "--set", f"display_name={value}", "--where", f"id:={one}")
    printed = command("search", "s", f"id:={one}", "--columns", "display_name", "--format", "csv").out
    command("export", "s", "--where", f"id:={one}", "--columns", "display_name", "--output", "x.csv")
    for text in (printed, (folder / "x.csv").read_text()):
        (cell,) = (row["display_name"] for row in csv.DictReader(text.splitlines()))
        assert cell == f"'{value}"
    (folder / "printed.csv").write_text(printed)
    for name in ("printed.csv", "x.csv"):
        assert command("stage", "s", "--from", name, "--json").json["changed"] == 0
    exact = command("search", "s", f"id:={one}", "--columns", "display_name", "--format", "ndjson").out
    assert f'"display_name": "{value}"' in exact


def test_outcomes_go_out_and_come_back_as_a_workbook(command: Any, start: Any, folder: Path) -> None:
    sandbox = start()
    command("load", "mine", "--api", sandbox.url)
    one = sandbox.world.ids()[0]
    command("stage", "mine", "--set", "email=a@b..c", "--where", f"id:={one}")
    command("commit", "mine", "--yes")
    command("outcomes", "mine", "--outcome", "failed", "--output", "o.xlsx")
    rows = rows_of(folder / "o.xlsx")
    assert rows[0][:4] == ["id", "path", "before", "asked"]
    rows[1][3] = "a@b.co"
    saved(folder / "o.xlsx", rows)
    assert command("stage", "mine", "--from", "o.xlsx", "--json").json["changed"] == 1


def test_help_imports_neither_library() -> None:
    code = (
        "import sys; from workbench.cli.app import run; code = run(['stage', '--help']);"
        "sys.exit(code or bool({'xlsxwriter', 'python_calamine'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_scripts_read_phones_as_they_are_from_a_search_and_owners_keep_their_plus_in_a_sheet(
    command: Any, folder: Path
) -> None:
    command("stage", "s", "--set", "phone=+14155552671")
    command("export", "s", "--columns", "phone", "--output", "x.csv")
    printed = command("search", "s", "--columns", "phone", "--format", "csv").out
    for text, cell in ((printed, "+14155552671"), ((folder / "x.csv").read_text(), "'+14155552671")):
        assert {row["phone"] for row in csv.DictReader(text.splitlines())} == {cell}


def test_what_its_owner_emptied_is_told_and_stays_unless_it_is_to_be_cleared(command: Any, folder: Path) -> None:
    command("export", "s", "--where", "has:phone", "--columns", "phone", "--output", "x.csv")
    with (folder / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][1] = rows[2][1] = ""
    with (folder / "x.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    told = command("stage", "s", "--from", "x.csv", "--json")
    assert (told.code, told.json["changed"]) == (0, 0)
    assert (
        f"2 cells were emptied in the sheet, such as phone of {rows[1][0]}: left as they are; --empty clear" in told.err
    )
    cleared = command("stage", "s", "--from", "x.csv", "--empty", "clear", "--json")
    assert cleared.json["changed"] == 2
    assert "emptied" not in cleared.err
    for row in rows[1:]:
        row[1:] = [""]
    (folder / "y.csv").write_text("\n".join(["id,phone", *(f"{row[0]}," for row in rows[1:])]))
    assert "emptied" not in command("stage", "s", "--from", "y.csv").err  # nobody says what stood there


def test_a_sheet_of_another_table_is_named_with_its_table(command: Any, folder: Path) -> None:
    command("export", "s", "--table", "addresses", "--columns", "city,phone", "--output", "a.csv")
    told = command("stage", "s", "--from", "a.csv")
    told.refused(2, "its ids are those of addresses: add --table addresses", "nothing was staged")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "ndjson"])
def test_a_sheet_with_a_nul_in_a_value_comes_back_as_it_was(command: Any, tmp_path: Path, kind: str) -> None:
    file, sheet = tmp_path / "nul.ndjson", tmp_path / f"sheet.{kind}"
    file.write_text('{"id":"n1","name":"A","first_name":"a\\u0000b"}\n{"id":"n2","name":"B"}\n')
    assert command("load", "nul", "--file", str(file)).code == 0
    assert command("export", "nul", "--output", str(sheet)).code == 0
    if kind != "ndjson":
        told = command("stage", "nul", "--from", str(sheet), "--json")
        assert (told.code, told.json["changed"]) == (0, 0), told
    assert command("load", "again", "--file", str(sheet)).code == 0
    found = [command("search", name, "--format", "ndjson").out for name in ("nul", "again")]
    assert [json.loads(line)["first_name"] for line in found[1].splitlines()] == ["a\0b", None]
    assert len(found[0].splitlines()) == 2
