"""Workbooks: what stands in their cells, however it is kept there; and those that are damaged, hostile or too large."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from workbench.errors import UsageError, WorkbenchError
from workbench.load import unpacked
from workbench.load.files import load_file
from workbench.load.xlsx import Worksheet, read_xlsx

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a workbook of one sheet with these rows of Python values."""

    def made(*rows: list[Any], name: str = "a.xlsx", **options: Any) -> Path:
        book = Workbook(tmp_path / name, {"strings_to_formulas": False, "strings_to_urls": False, **options})
        day = book.add_format({"num_format": "d-mmm"})
        sheet = book.add_worksheet("One")
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        book.close()
        return tmp_path / name

    return made


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

XML = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def packed(path: Path, cells: str, *, without: str = "") -> Path:
    """A workbook whose only sheet holds this XML of rows."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {**XML, "xl/worksheets/sheet1.xml": sheet}.items():
            if name != without:
                file.writestr(name, text)
    return path


def rewritten(path: Path, part: str, text: str) -> None:
    """Replaces a part of a workbook."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**parts, part: text}.items():
            file.writestr(name, content)


def texts(found: Worksheet) -> list[list[str]]:
    return [row for _, row in found.rows]


def test_cells_are_the_texts_that_a_person_sees(write: Write) -> None:
    found = read_xlsx(write(["id", "v"], ["a", "02139"], ["b", 2139], ["c", 1.5], ["d", 14155552671], ["e", "=1+1"]))
    assert texts(found) == [
        ["id", "v"],
        ["a", "02139"],
        ["b", "2139"],
        ["c", "1.5"],
        ["d", "14155552671"],
        ["e", "=1+1"],
    ]
    assert not found.odd


@pytest.mark.parametrize(
    ("value", "text", "why"),
    [
        (dt.date(2026, 1, 2), "2026-01-02", "is a date (2026-01-02), no text"),
        (True, "true", "is the truth value TRUE"),
        (12345678901234567890, "12345678901234569216", "more than 15 digits"),
    ],
)
def test_what_nobody_typed_as_text_is_named(write: Write, value: object, text: str, why: str) -> None:
    found = read_xlsx(write(["id", "v"], ["a", value]))
    assert texts(found)[1] == ["a", text]
    assert why in found.odd[2, 1]


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    texts_=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), min_size=1, max_size=20)),
    inline=st.booleans(),
)
def test_any_text_comes_out_as_it_went_in(write: Write, texts_: list[str], inline: bool) -> None:
    path = write(["id"], *([text] for text in texts_), constant_memory=inline, strings_to_formulas=False)
    assert texts(read_xlsx(path)) == [["id"], *([text] for text in texts_)]


def test_rows_have_the_numbers_that_the_spreadsheet_shows_and_empty_ones_vanish(tmp_path: Path) -> None:
    cells = '<row r="3"><c r="C3" t="str"><v>id</v></c></row><row r="4"/><row r="7"><c r="C7"><v>5</v></c></row>'
    assert read_xlsx(packed(tmp_path / "a.xlsx", cells)).rows == [(3, ["", "", "id"]), (7, ["", "", "5"])]


HIDDEN = {
    "an error": ('<c r="B2" t="e"><v>#N/A</v></c>', "#N/A", "is the error #N/A"),
    "a formula that is an error": ('<c r="B2" t="e"><f>NA()</f><v>#REF!</v></c>', "#REF!", "is the error #REF!"),
    "a formula without a value": ('<c r="B2"><f>A1</f></c>', "", "is a formula whose value was not saved"),
    "a formula with an empty value": ('<c r="B2"><f>A1</f><v></v></c>', "", "is a formula whose value was not saved"),
    "a shared formula": ('<c r="B2"><f t="shared" si="0"/><v/></c>', "", "is a formula whose value was not saved"),
    "a cell that does not tell its place": ("<c><f>A1</f></c>", "", "is a formula whose value was not saved"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_cell_that_only_looks_empty_is_named(tmp_path: Path, name: str) -> None:
    cell, text, why = HIDDEN[name]
    cells = (
        '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2" t="str"><v>a</v></c>' + cell + "</row>"
    )
    found = read_xlsx(packed(tmp_path / "a.xlsx", cells))
    assert texts(found) == [["id", ""], ["a", text]]
    assert found.odd[2, 1].startswith(why)


def test_a_prefix_before_every_tag_changes_nothing(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", "")
    cell = '<x:row r="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c><x:c><x:f>A1</x:f></x:c></x:row>'
    rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        f'<x:worksheet xmlns:x="{SPREADSHEET}"><x:sheetData>{cell}</x:sheetData></x:worksheet>',
    )
    found = read_xlsx(path)
    assert texts(found) == [["#N/A", ""]]
    assert sorted(found.odd) == [(1, 0), (1, 1)]


@pytest.mark.parametrize("cell", ['<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>', '<c r="B2"><f>A1</f><v>5</v></c>'])
def test_a_formula_with_a_value_is_that_value(tmp_path: Path, cell: str) -> None:
    cells = (
        '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2" t="str"><v>a</v></c>' + cell + "</row>"
    )
    found = read_xlsx(packed(tmp_path / "a.xlsx", cells))
    assert not found.odd
    assert texts(found)[1][0] == "a"


def test_the_first_sheet_that_is_not_hidden_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx")
    for name in ("Hidden", "Shown", "Other"):
        book.add_worksheet(name).write_string(0, 0, name.lower())
    book.get_worksheet_by_name("Shown").activate()
    book.get_worksheet_by_name("Hidden").hide()
    book.close()
    assert texts(read_xlsx(tmp_path / "a.xlsx")) == [["shown"]]
    assert texts(read_xlsx(tmp_path / "a.xlsx", "other ")) == [["other"]]
    with pytest.raises(UsageError, match=r"has no sheet 'None'; there are: Hidden, Shown, Other"):
        read_xlsx(tmp_path / "a.xlsx", "None")


# ---- damaged, hostile, too large ----


def test_a_workbook_that_unpacks_to_too_much_is_refused_whatever_size_it_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacked, "MOST", 4 << 20)
    path = packed(tmp_path / "a.xlsx", "<row/>" * 1_000_000)
    assert path.stat().st_size < 40_000
    with pytest.raises(UsageError, match="unpacks to more than 4 MB, which is too much for a sheet: save it as CSV"):
        read_xlsx(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        told = file.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    path.write_bytes(content.replace(told, (100).to_bytes(4, "little")))
    with pytest.raises(UsageError, match="unpacks to more than"):
        read_xlsx(path)


@pytest.mark.parametrize(
    "far", ['r="XFD1048576"', "r='XFD1048576'", 'r="&#88;FD1048576"', 'r = "xfd1048576"', '\n r="AAA1048576"']
)
def test_two_cells_in_opposite_corners_are_refused_before_room_is_made_for_all_between(
    tmp_path: Path, far: str
) -> None:
    cells = f'<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="1048576"><c {far} t="str"><v>x</v></c></row>'
    with pytest.raises(
        UsageError, match=r"the sheet 'S' reaches to row 1,048,576 and column [\d,]+, which is too much"
    ):
        read_xlsx(packed(tmp_path / "a.xlsx", cells))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", "")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    rewritten(path, "xl/workbook.xml", bomb + "]>" + XML["xl/workbook.xml"].replace('"S"', '"&j;"'))
    with pytest.raises(WorkbenchError):
        read_xlsx(path)


def test_a_workbook_without_a_worksheet_and_places_that_are_none_are_refused(tmp_path: Path) -> None:
    rewritten(
        packed(tmp_path / "a.xlsx", ""), "xl/workbook.xml", XML["xl/workbook.xml"].replace("sheet name", "sheat name")
    )
    with pytest.raises(WorkbenchError, match="holds no worksheet"):
        read_xlsx(tmp_path / "a.xlsx")
    with pytest.raises(WorkbenchError, match="damaged workbook"):
        read_xlsx(packed(tmp_path / "b.xlsx", '<row r="x"><c r="A"><f>1</f></c></row>'))
    rewritten(
        packed(tmp_path / "c.xlsx", ""),
        "xl/workbook.xml",
        '<?xml version="1.0" encoding="nope"?>' + XML["xl/workbook.xml"],
    )
    with pytest.raises(WorkbenchError, match="damaged workbook"):
        read_xlsx(tmp_path / "c.xlsx")


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("content.xml", "<x/>")
    with pytest.raises(WorkbenchError, match="is no XLSX workbook: save it as XLSX or CSV"):
        read_xlsx(tmp_path / "a.xlsx")
    with pytest.raises(WorkbenchError, match="damaged workbook"):
        read_xlsx(packed(tmp_path / "b.xlsx", "", without="xl/worksheets/sheet1.xml"))


def test_damage_anywhere_is_one_line_and_no_crash(write: Write) -> None:
    """Bytes are changed and the end is cut off, at random: what is read is read, and all else is a `WorkbenchError`."""
    path, chance = write(["id", "v"], *([str(n), f"text {n}"] for n in range(50))), random.Random(1)
    whole = path.read_bytes()
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.randrange(len(content) // 2, len(content) + 1)])
        if why := refusal(path):
            assert why.startswith(f"{path} ")
            assert "\n" not in why


def refusal(path: Path) -> str:
    """Why a workbook is not read; "" if it is."""
    try:
        read_xlsx(path)
    except WorkbenchError as error:
        return str(error)
    return ""


# ---- customers ----


def test_customers_are_loaded_from_a_workbook(write: Write) -> None:
    rows = [["id", "Company Name", "Phone", "assigned_sales_rep_ids", "Region"],
            ["1", "Acme", "'+14155552671", "r1, r2", "West"], [2, "Bolt", "=1", None, None]]  # fmt: skip
    tables, rejected = load_file(write(*rows))
    assert rejected == []
    customers = tables.customers
    assert customers["id"].to_list() == ["1", "2"]
    assert customers["company_name"].to_list() == ["Acme", "Bolt"]
    assert customers["phone"].to_list() == ["+14155552671", "=1"]
    assert customers["assigned_sales_rep_ids"].to_list() == [["r1", "r2"], None]
    assert customers["_extra"].to_list() == ['{"Region":"West"}', None]


def test_a_row_that_a_spreadsheet_spoiled_is_set_aside(write: Write) -> None:
    tables, rejected = load_file(write(["id", "name"], ["1", "Acme"], ["2", dt.date(2026, 1, 2)], ["3", "Bolt"]))
    assert tables.customers["id"].to_list() == ["1", "3"]
    assert [(one.place, one.reason) for one in rejected] == [
        ("row 3", "column 2 is a date (2026-01-02), no text: a spreadsheet made it of what was typed")
    ]


def test_a_workbook_without_ids_or_rows_is_refused(write: Write) -> None:
    with pytest.raises(WorkbenchError, match="has no column 'id'"):
        load_file(write(["name"], ["Acme"]))
    with pytest.raises(WorkbenchError, match="has no column 'id'"):
        load_file(write())
