"""A sheet goes out, its owner changes some cells over weeks, and exactly these are staged: as CSV, as a workbook, as both."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook as Book

from tests.form import amount
from workbench.customers.fields import FIELDS
from workbench.errors import UsageError
from workbench.load import sheet
from workbench.load.xlsx import read_xlsx
from workbench.results import StagedSheet
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Edits = dict[tuple[str, str], str]
"""What the owner types: by id and column."""

RECORDS = [
    {"id": "c1", "name": "Acme", "phone": "+14155552671", "payment_term": "NET 30", "email": "a@b.co",
     "assigned_price_list": {"id": "p1", "name": "Retail"},
     "addresses": [{"id": "a1", "type": "billing", "city": "Rome", "zip_code": "02139", "country": "US", "is_default": True}]},
    {"id": "c2", "name": "", "phone": "0049 30", "payment_term": "NET 60", "assigned_price_list": {"id": "p2", "name": "Trade"},
     "addresses": [{"id": "a2", "type": "shipping", "city": "Bonn", "zip_code": "53111", "country": "DE"}]},
    {"id": "c3", "name": "=Bolt", "payment_term": "NET 30", "addresses": []},
]  # fmt: skip


def loaded(path: Path) -> None:
    with Workbench.create(path) as made:
        path.with_name("c.json").write_text(json.dumps(RECORDS))
        made.load(file=path.with_name("c.json"))


@pytest.fixture
def bench(tmp_path: Path, session_copy: Any) -> Iterator[Workbench]:
    with Workbench.open(session_copy(loaded, tmp_path / "s.session")) as made:
        yield made


def grid(path: Path) -> list[list[str]]:
    """The cells of a sheet as they stand in the file."""
    if path.suffix == ".xlsx":
        return [row for _, row in read_xlsx(path).rows]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def saved(path: Path, rows: list[list[str]]) -> Path:
    """The cells as a spreadsheet saves them: all of them texts."""
    if path.suffix == ".xlsx":
        book = Book(path, {"strings_to_formulas": False})
        theirs = book.add_worksheet("theirs")
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                theirs.write_string(number, place, text.translate({0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}))
        book.close()
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def typed(path: Path, edits: Edits, back: str = "") -> Path:
    """The sheet with what its owner typed, saved in the format `back` (its own unless told)."""
    rows = grid(path)
    places = {name: place for place, name in enumerate(rows[0])}
    for row in rows[1:]:
        for (id_, name), text in edits.items():
            if row[places["id"]] == id_:
                row[places[name]] = text
    return saved(path.with_suffix(back or path.suffix), rows)


def values(bench: Workbench, table: str = "customers") -> pl.DataFrame:
    return bench.snapshot.current[table].select(list(FIELDS[table]))


# ---- whatever stands there, whatever is typed ----

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10) | st.sampled_from(
    [
        "=1+1",
        "'=1+1",
        "''-x",
        "+1 415",
        "02139",
        "1-2",
        "@a",
        "＝x",
        "\t",
        "a\r\nb",
        "_x0041_",
        "TRUE",
        "1E5",
        '"',
        ",;",
        "\ufffe",
    ]
)
TYPED = st.text(st.characters(codec="utf-8", categories=["L", "P", "S", "Zs"]), min_size=1, max_size=10).filter(
    str.strip
)


@settings(
    deadline=None,
    max_examples=amount(20, 200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    held=st.lists(TEXT, min_size=3, max_size=3),
    mine=st.dictionaries(
        st.tuples(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["company_name", "display_name", "first_name"])),
        TYPED,
        max_size=4,
    ),
    out=st.sampled_from([".csv", ".xlsx"]),
    back=st.sampled_from([".csv", ".xlsx"]),
)
def test_what_its_owner_changed_is_staged_and_nothing_else(
    bench: Workbench, tmp_path: Path, held: list[str], mine: Edits, out: str, back: str
) -> None:
    """A CSV file may come back as a workbook and a workbook as CSV; what was typed is no formula here."""
    mine = {cell: text for cell, text in mine.items() if not text.lstrip("'").startswith(tuple("=+-@＝＋－＠"))}
    for id_, text in zip(("c1", "c2", "c3"), held, strict=True):
        bench.stage([Edit("set", "company_name", text), Edit("set", "display_name", text)], where=f"id:={id_}")
    before = values(bench)
    bench.export(tmp_path / f"x{out}")
    done = bench.stage_sheet(typed(tmp_path / f"x{out}", mine, back))
    assert (done.lost, done.moved, done.unknown) == ((), (), ())
    after = values(bench)
    for row, (was, now) in enumerate(zip(before.to_dicts(), after.to_dicts(), strict=True)):
        for name in FIELDS["customers"]:
            asked = mine.get((before["id"][row], name))
            assert now[name] == (was[name] if asked is None else asked), name


@pytest.mark.parametrize("table", ["customers", "addresses", "contacts", "attributes"])
@pytest.mark.parametrize("out", [".csv", ".xlsx"])
@pytest.mark.parametrize("back", [".csv", ".xlsx"])
def test_what_nobody_touched_changes_nothing(bench: Workbench, tmp_path: Path, table: str, out: str, back: str) -> None:
    bench.export(tmp_path / f"x{out}", table)
    for empty in ("keep", "clear"):
        done = bench.stage_sheet(typed(tmp_path / f"x{out}", {}, back), table=table, empty=empty)
        assert (done.operation, done.lost, done.moved, done.unknown) == (None, (), (), ())


def test_items_come_back_by_their_ids(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx", "addresses")
    done = bench.stage_sheet(
        typed(tmp_path / "x.xlsx", {("a1", "city"): "Bari", ("a2", "zip_code"): "01067"}), table="addresses"
    )
    assert done.changed == 2
    assert values(bench, "addresses").select("city", "zip_code").rows() == [("Bari", "02139"), ("Bonn", "01067")]


def test_names_may_be_typed_where_ids_stand(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.xlsx")
    assert bench.stage_sheet(typed(tmp_path / "x.xlsx", {("c1", "assigned_price_list_id"): "Trade"})).changed == 1
    assert values(bench)["assigned_price_list_id"][0] == "p2"


# ---- what moved meanwhile, what a spreadsheet did ----


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_a_cell_that_moved_meanwhile_is_told_with_its_three_values(bench: Workbench, tmp_path: Path, kind: str) -> None:
    bench.export(tmp_path / f"x{kind}")
    bench.stage([Edit("set", "payment_term", "LATER")], where="id:=c1")
    mine = {("c1", "payment_term"): "MINE", ("c2", "payment_term"): "MINE"}
    done = bench.stage_sheet(typed(tmp_path / f"x{kind}", mine))
    (moved,) = done.moved
    place = {".csv": "x.csv line 2", ".xlsx": "x.xlsx row 2"}[kind]
    assert (moved.place, moved.id, moved.path) == (place, "c1", "payment_term")
    assert (moved.exported, moved.current, moved.sheet) == ("NET 30", "LATER", "MINE")
    assert values(bench)["payment_term"].to_list() == ["LATER", "MINE", "NET 30"]


SPOILED = [
    (
        "customers",
        "c1",
        "phone",
        "14155552671",
        "a spreadsheet made a number of it: “14155552671”, it was “+14155552671”",
    ),
    ("customers", "c1", "phone", "1.41556E+10", "which has lost digits"),
    ("customers", "c1", "email", "#N/A", "is a spreadsheet's error"),
    ("addresses", "a1", "zip_code", "2139", "a spreadsheet made a number of it: “2139”, it was “02139”"),
    ("addresses", "a1", "zip_code", "2-Jan", "a spreadsheet made a date of it"),
]


@pytest.mark.parametrize("exported", [True, False], ids=["exported", "own"])
@pytest.mark.parametrize(("table", "id_", "name", "text", "why"), SPOILED)
def test_what_a_spreadsheet_did_is_told_and_not_staged(
    bench: Workbench, tmp_path: Path, table: str, id_: str, name: str, text: str, why: str, exported: bool
) -> None:
    if exported:
        bench.export(tmp_path / "x.csv", table)
        done = bench.stage_sheet(typed(tmp_path / "x.csv", {(id_, name): text}), table=table)
    else:
        done = bench.stage_sheet(saved(tmp_path / "y.csv", [["id", name], [id_, text]]), table=table)
    (lost,) = done.lost
    assert (done.operation, why in lost.reason) == (None, True), lost
    assert name in lost.key


def test_cells_of_a_workbook_that_hold_no_text_are_told(bench: Workbench, tmp_path: Path) -> None:
    book = Book(tmp_path / "y.xlsx")
    ours = book.add_worksheet()
    ours.write_row(0, 0, ["id", "is_default", "city", "zip_code", "state"])
    ours.write_row(1, 0, ["a1", False, True, 2139])
    ours.write_formula(1, 4, "=A1", None, "")
    ours.write_row(2, 0, ["a2", 1, None, 53112])
    book.close()
    done = bench.stage_sheet(tmp_path / "y.xlsx", table="addresses")
    assert [(one.place, one.key.partition("]")[2], one.reason.partition(":")[0]) for one in done.lost] == [
        ("y.xlsx row 2", ".city of c1", "is the truth value TRUE, no text"),
        ("y.xlsx row 2", ".state of c1", "is a formula whose value was not saved"),
        ("y.xlsx row 2", ".zip_code of c1", "a spreadsheet made a number of it"),
        ("y.xlsx row 3", ".is_default of c2", "addresses.is_default is a flag"),
    ] or [one.reason for one in done.lost]
    assert values(bench, "addresses").select("is_default", "zip_code").rows()[0] == (False, "02139")
    assert values(bench, "addresses")["zip_code"][1] == "53112"


def test_a_key_that_a_spreadsheet_spoiled_is_told(bench: Workbench, tmp_path: Path) -> None:
    book = Book(tmp_path / "y.xlsx")
    ours = book.add_worksheet()
    ours.write_row(0, 0, ["id", "email"])
    ours.write_formula(1, 0, "=NA()", None, "#N/A")
    ours.write_string(1, 1, "x@y.z")
    book.close()
    (lost,) = bench.stage_sheet(tmp_path / "y.xlsx").lost
    assert (lost.place, lost.key, lost.reason) == ("y.xlsx row 2", "#N/A", "its id is the error #N/A")


def test_a_sheet_of_a_workbook_is_named(bench: Workbench, tmp_path: Path) -> None:
    book = Book(tmp_path / "y.xlsx")
    book.add_worksheet("Notes").write_string(0, 0, "Dear all")
    book.add_worksheet("Data").write_row(0, 0, ["id", "email"])
    book.get_worksheet_by_name("Data").write_row(1, 0, ["c1", "x@y.z"])
    book.close()
    assert bench.stage_sheet(tmp_path / "y.xlsx", sheet="data").changed == 1


# ---- many kinds of CSV ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("told", ["", "sep="])
def test_csv_is_read_as_spreadsheets_write_it(
    bench: Workbench, tmp_path: Path, encoding: str, separator: str, told: str
) -> None:
    first = f"sep={separator}\r\n" if told else ""
    rows = ["ID{0}Company name{0}Email", "c1{0}Müller{0}", "c2{0}{0}x@y.z"]
    (tmp_path / "y.csv").write_bytes((first + "\r\n".join(rows).format(separator)).encode(encoding))
    done: StagedSheet = bench.stage_sheet(tmp_path / "y.csv")
    assert (done.changed, values(bench)["company_name"][0]) == (2, "Müller")


def test_the_line_after_the_line_that_tells_the_separator_is_the_second(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("sep=;\nid;email\nc9;x@y.z\n")
    (lost,) = bench.stage_sheet(tmp_path / "y.csv").lost
    assert lost.place == "y.csv line 3"


def test_a_file_that_is_too_large_for_a_sheet_is_refused_before_it_is_read(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "LARGEST", 2 << 20)
    (tmp_path / "y.csv").write_text("id,email\n" + "c1,x@y.z\n" * 400_000)
    with pytest.raises(UsageError, match=r"y\.csv is 3 MB, a sheet can be 2 MB: cut it into parts"):
        bench.stage_sheet(tmp_path / "y.csv")
