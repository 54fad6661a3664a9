"""Workbooks for the people who own the data: what is locked, hidden, frozen and offered, as the file says it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from workbench.customers.countries import CODES
from workbench.errors import UsageError, WorkbenchError
from workbench.load.xlsx import read_xlsx
from workbench.preview import workbook
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

RECORDS = [
    {"id": f"c{n}", "name": f"Acme {n}", "payment_term": term, "phone": "+14155552671",
     "assigned_price_list": {"id": f"p{n}", "name": "Retail" if n < 2 else "Trade"},
     "addresses": [{"id": f"a{n}", "type": "billing", "zip_code": "02139", "city": "Rome", "country": "IT", "is_default": True}]}
    for n, term in enumerate(["NET 30", "NET 60", "NET 30"])
]  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.create("s", sessions_dir=tmp_path) as made:
        (tmp_path / "c.json").write_text(json.dumps(RECORDS))
        made.load(file=tmp_path / "c.json")
        yield made


def xml(path: Path, part: str = "worksheets/sheet1") -> str:
    with zipfile.ZipFile(path) as file:
        return file.read(f"xl/{part}.xml").decode()


def cells(path: Path, sheet: str = "") -> list[list[str]]:
    return [row for _, row in read_xlsx(path, sheet).rows]


def styles(path: Path) -> list[tuple[bool, bool]]:
    """Of each style: whether it is of a text cell, and whether it is locked."""
    found = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", xml(path, "styles").partition("<cellXfs")[2])
    return [('numFmtId="49"' in one, 'locked="0"' not in one) for one in found]


def test_the_key_stands_first_and_what_was_exported_last(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", "addresses")
    header, *rows = cells(tmp_path / "x.xlsx")
    assert header[:4] == ["customer_id", "id", "customer", "reference_id"]
    assert rows[0][:3] == ["c0", "a0", "Acme 0"]
    assert header[-1] == "_exported 1"
    assert json.loads(rows[0][-1])["zip_code"] == "02139"


def test_only_the_rows_and_columns_that_are_asked_for_are_written(bench: Workbench, tmp_path: Path) -> None:
    for name in ("x.xlsx", "x.csv", "x.parquet", "x.ndjson"):
        written = bench.export(tmp_path / name, where='payment_term:"NET 30"', columns=["Payment term", "phone"])
        assert written == 2
    header, *rows = cells(tmp_path / "x.xlsx")
    assert (header, [row[:3] for row in rows]) == (
        ["id", "payment_term", "phone", "_exported 1"], [["c0", "NET 30", "+14155552671"], ["c2", "NET 30", "+14155552671"]],
    )  # fmt: skip
    assert pl.read_csv(tmp_path / "x.csv").columns == ["id", "payment_term", "phone", "_exported"]
    assert pl.read_ndjson(tmp_path / "x.ndjson").columns == ["id", "payment_term", "phone"]
    bench.export(tmp_path / "y.csv", "attributes", columns=["value"])
    assert pl.read_csv(tmp_path / "y.csv").columns == ["customer_id", "owner", "id", "name", "value", "_exported"]
    with pytest.raises(UsageError, match="there is no field 'zip' in customers"):
        bench.export(tmp_path / "x.csv", columns=["zip"])


def test_every_cell_is_text_and_only_what_a_patch_can_change_is_unlocked(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", "addresses")
    sheet, known = xml(tmp_path / "x.xlsx"), styles(tmp_path / "x.xlsx")
    header = cells(tmp_path / "x.xlsx")[0]
    assert "<sheetProtection" in sheet
    assert "<f>" not in sheet
    open_ = set()
    for column, style in re.findall(r'<c r="([A-Z]+)2" s="(\d+)" t="inlineStr">', sheet):
        is_text, locked = known[int(style)]
        assert is_text
        if not locked:
            open_.add(header[ord(column) - 65])
    assert open_ == {"zip_code", "city", "country", "is_default", "type"}


def test_an_empty_cell_can_be_filled_in_too(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", columns=["email", "status"])
    known = styles(tmp_path / "x.xlsx")
    columns = re.findall(r'<col min="(\d+)" max="\d+" width="[\d.]+" style="(\d+)"', xml(tmp_path / "x.xlsx"))
    assert [known[int(style)][1] for _, style in columns] == [True, False, True, True]


def test_what_was_exported_is_hidden_and_heading_and_key_stay_in_sight(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", columns=["email"])
    sheet = xml(tmp_path / "x.xlsx")
    assert re.search(r'<col min="3" max="3" [^>]*hidden="1"', sheet)
    assert '<pane xSplit="1" ySplit="1"' in sheet
    assert '<autoFilter ref="A1:B4"/>' in sheet


def test_choices_have_drop_downs(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", columns=["payment_term", "assigned_price_list_id", "phone"])
    sheet = xml(tmp_path / "x.xlsx")
    rules = re.findall(r'errorStyle="warning".*?sqref="(\w+:\w+)"><formula1>([^<]+)<', sheet)
    assert rules == [("B2:B4", "_choices!$A$1:$A$2"), ("C2:C4", "_choices!$B$1")]
    assert cells(tmp_path / "x.xlsx", "_choices") == [
        ["NET 30", "Trade"],
        ["NET 60", ""],
    ]  # two lists are called Retail
    assert 'name="_choices" sheetId="2" state="hidden"' in xml(tmp_path / "x.xlsx", "workbook")


def test_flags_types_and_countries_have_what_there_is(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", "addresses", columns=["is_default", "type", "country"])
    offered = list(zip(*cells(tmp_path / "x.xlsx", "_choices"), strict=True))
    assert [one for one in offered[0] if one] == ["true", "false"]
    assert [one for one in offered[1] if one] == ["billing", "shipping"]
    assert list(offered[2]) == sorted(CODES)
    kinds = re.findall(r'<dataValidation type="list"( errorStyle="warning")?', xml(tmp_path / "x.xlsx"))
    assert [bool(kind) for kind in kinds] == [False, False, True]


def test_what_looks_like_a_formula_is_a_text_and_has_no_apostrophe(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([Edit("set", "company_name", "=HYPERLINK(1)")], where="id:=c0")
    bench.stage([Edit("set", "payment_term", "=1+1")], where="id:=c1")
    bench.export(tmp_path / "x.xlsx")
    both = xml(tmp_path / "x.xlsx") + xml(tmp_path / "x.xlsx", "worksheets/sheet2")
    assert both.count("<t>=HYPERLINK(1)</t>") == 1
    assert both.count("<t>=1+1</t>") == 2
    assert "<f>" not in both
    bench.export(tmp_path / "x.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "x.csv").read_text()


def test_long_values_are_spread_over_several_hidden_cells(bench: Workbench, tmp_path: Path) -> None:
    long = "😀" * 12_000
    bench.stage([Edit("set", "company_name", long), Edit("set", "display_name", long)], where="id:=c0")
    bench.export(tmp_path / "x.xlsx")
    assert cells(tmp_path / "x.xlsx")[0][-2:] == ["_exported 1", "_exported 2"]
    assert bench.stage_sheet(tmp_path / "x.xlsx").changed == 0


def test_what_no_workbook_holds_is_refused_and_leaves_no_file(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([Edit("set", "company_name", "😀" * 16_384)], where="id:=c1")
    with pytest.raises(
        WorkbenchError, match=r"company_name in row 3 \(id c1\) is 32,768 characters long, .* write CSV instead"
    ):
        bench.export(tmp_path / "x.xlsx")
    monkeypatch.setattr(workbook, "ROWS", 2)
    with pytest.raises(
        WorkbenchError, match="3 rows are more than a worksheet's 2: take fewer with where, or write CSV"
    ):
        bench.export(tmp_path / "x.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir() if "x.xlsx" in path.name) == []


def test_a_table_without_rows_is_a_sheet_too(bench: Workbench, tmp_path: Path) -> None:
    assert bench.export(tmp_path / "x.xlsx", "contacts") == 0
    assert cells(tmp_path / "x.xlsx")[0][:3] == ["customer_id", "id", "customer"]
    assert bench.stage_sheet(tmp_path / "x.xlsx", table="contacts").matched == 0
