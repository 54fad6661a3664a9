"""Corrections from a sheet: only what its owner changed, nothing that moved meanwhile, and clear words for the rest."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.fields import FIELDS
from workbench.errors import UsageError, WorkbenchError
from workbench.results import StagedSheet
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Rows = list[dict[str, str]]

RECORDS = [
    {
        "id": "c1", "reference_id": "R1", "display_id": "D1", "name": "Acme", "payment_term": "NET 30", "status": "active",
        "phone": "+14155552671", "email": "a@b.co",
        "assigned_sales_reps": [{"id": "r1", "first_name": "Ann", "last_name": "Lee"}],
        "assigned_price_list": {"id": "p1", "name": "Retail"},
        "addresses": [{"id": "a1", "type": "billing", "city": "Rome", "address_line_1": "Main 1", "is_default": True,
                       "attributes": [{"id": "t2", "name": "Dock", "value": "2"}]},
                      {"id": "a2", "type": "billing", "city": "Bonn", "address_line_1": "High 2", "is_default": False}],
        "contacts": [{"id": "k1", "first_name": "Jo", "last_name": "Doe", "is_default": True}],
        "attributes": [{"id": "t1", "name": "Color", "value": "red"}],
    },
    {
        "id": "c2", "reference_id": "R2", "display_id": "D2", "name": "Bolt", "payment_term": "NET 30", "status": "inactive",
        "assigned_sales_reps": [{"id": "r2", "first_name": "Bo", "last_name": "Ray"},
                                {"id": "r1", "first_name": "Ann", "last_name": "Lee"}],
        "addresses": [{"id": "a3", "type": "shipping", "city": "Oslo"}], "contacts": [], "attributes": [],
    },
    {"id": "c3", "reference_id": "R3", "display_id": "D2", "name": "", "addresses": [], "contacts": [], "attributes": []},
]  # fmt: skip


def loaded(path: Path) -> None:
    with Workbench.create(path) as made:
        path.with_name("c.json").write_text(json.dumps(RECORDS))
        made.load(file=path.with_name("c.json"))


@pytest.fixture
def bench(tmp_path: Path, session_copy: Any) -> Iterator[Workbench]:
    with Workbench.open(session_copy(loaded, tmp_path / "s.session"), key="k") as made:
        yield made


@pytest.fixture
def staged(bench: Workbench, tmp_path: Path) -> Callable[..., StagedSheet]:
    """Stages a sheet that a person typed."""

    def of(text: str, **options: Any) -> StagedSheet:
        (tmp_path / "sheet.csv").write_text(text, encoding="utf-8")
        return bench.stage_sheet(tmp_path / "sheet.csv", **options)

    return of


def edited(bench: Workbench, tmp_path: Path, change: Callable[[Rows], object], table: str = "customers") -> Path:
    """A sheet that export wrote, as a person would change it."""
    bench.export(tmp_path / "x.csv", table)
    return rewritten(tmp_path / "x.csv", change)


def rewritten(path: Path, change: Callable[[Rows], object]) -> Path:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def value(bench: Workbench, name: str, id_: str = "c1", table: str = "customers") -> Any:
    return bench.snapshot.current[table].filter(pl.col("id") == id_)[name][0]


def counts(done: StagedSheet) -> tuple[Any, ...]:
    return (done.operation, done.matched, done.changed, done.unchanged, done.invalid)


def told(done: StagedSheet) -> list[str]:
    """What is lost, by its place."""
    return [f"{one.place}: {one.reason}" for one in done.lost]


# ---- a sheet that a person made ----


@pytest.mark.parametrize(("key", "names"), [("id", ("c1", "c2")), ("reference_id", ("R1", "R2"))])
def test_the_key_names_the_records_and_the_columns_what_to_change(
    bench: Workbench, staged: Any, key: str, names: tuple[str, str]
) -> None:
    done = staged(f"{key},payment_term,company_name\n{names[0]},NET30,Acme\n{names[1]},NET30,Bolt Ltd\n", key=key)
    assert counts(done) == (1, 2, 3, 1, 0)
    assert (value(bench, "payment_term"), value(bench, "company_name", "c2")) == ("NET30", "Bolt Ltd")
    assert bench.undo().staged == 0


def test_a_sheet_is_one_operation_that_remembers_its_file(bench: Workbench, staged: Any) -> None:
    staged("id,payment_term\nc1,X\n", note="from the rep")
    (told,) = bench.log().operations
    assert (told["kind"], told["note"], told["changed"]) == ("sheet", "from the rep", 1)
    recipe = json.loads(bench._bench.operations[0].recipe)
    assert (recipe["file"], len(recipe["sha256"]), recipe["key"]) == ("sheet.csv", 64, "id")


def test_a_dry_run_keeps_nothing_and_what_changes_nothing_is_no_operation(bench: Workbench, staged: Any) -> None:
    assert counts(staged("id,payment_term\nc1,X\n", dry_run=True)) == (None, 1, 1, 0, 0)
    assert counts(staged("id,payment_term\nc1,NET 30\n")) == (None, 1, 0, 1, 0)
    assert bench.status().operations == 0


def test_empty_cells_change_nothing_unless_asked(bench: Workbench, staged: Any) -> None:
    sheet = "id,payment_term,email\nc1,,x@y.z\n"
    assert staged(sheet).changed == 1
    assert value(bench, "payment_term") == "NET 30"
    assert staged(sheet, empty="clear").changed == 1
    assert not value(bench, "payment_term")
    with pytest.raises(UsageError, match="keep or clear"):
        staged(sheet, empty="zap")


def test_what_cannot_be_cleared_is_named_with_its_row_and_the_rest_is_staged(staged: Any) -> None:
    done = staged("id,is_default\na2,true\na1,\n", table="addresses", empty="clear")
    assert (done.changed, told(done)) == (
        1, ["sheet.csv line 3: addresses.is_default is a flag and cannot be cleared: set it to true or false"],
    )  # fmt: skip
    done = staged("id,primary_contact_id\nc1,\n", empty="clear")
    assert told(done) == ["sheet.csv line 2: primary_contact_id cannot be cleared: set it to another contact's id"]


def test_an_invalid_value_is_staged_and_counted(bench: Workbench, staged: Any) -> None:
    done = staged("id,phone,assigned_sales_rep_ids\nc1,12,r1\nc2,+14155552672,maria\n")
    assert (done.changed, done.invalid) == (3, 2)
    assert bench.preview().held == 2


def test_names_stand_for_ids(bench: Workbench, staged: Any) -> None:
    done = staged('id,assigned_sales_rep_ids,assigned_price_list_id\nc1,"Bo Ray,r1",\nc2,ann lee,retail\n')
    assert (done.changed, done.invalid) == (3, 0)
    assert list(value(bench, "assigned_sales_rep_ids")) == ["r2", "r1"]
    assert (list(value(bench, "assigned_sales_rep_ids", "c2")), value(bench, "assigned_price_list_id", "c2")) == (
        ["r1"], "p1",
    )  # fmt: skip
    assert staged('id,default_billing_address_id\nc1,"High 2, Bonn"\n').changed == 1
    assert value(bench, "default_billing_address_id") == "a2"


def test_ids_in_another_order_are_the_same(staged: Any) -> None:
    assert staged('id,assigned_sales_rep_ids\nc2,"r1, r2"\n').changed == 0


def test_items_are_named_by_their_ids(bench: Workbench, staged: Any) -> None:
    assert staged("id,city,is_default\na1,ROME,TRUE\na3,,yes\n", table="addresses").changed == 2
    assert (value(bench, "city", "a1", "addresses"), value(bench, "is_default", "a3", "addresses")) == ("ROME", True)
    assert staged("id,value\nt1,blue\nt2,3\n", table="attributes").changed == 2
    assert value(bench, "value", "t2", "attributes") == "3"


def test_an_item_id_that_two_customers_use_is_told_apart_by_the_customer(tmp_path: Path) -> None:
    records = [{"id": c, "addresses": [{"id": "1", "city": "X"}]} for c in "ab"]
    (tmp_path / "c.json").write_text(json.dumps(records))
    (tmp_path / "s.csv").write_text("customer_id,id,city\nb,1,Y\n")
    (tmp_path / "t.csv").write_text("id,city\n1,Y\n")
    with Workbench.create("s", sessions_dir=tmp_path) as bench:
        bench.load(file=tmp_path / "c.json")
        (lost,) = bench.stage_sheet(tmp_path / "t.csv", table="addresses").lost
        assert (lost.place, lost.key, lost.reason) == ("t.csv line 2", "1", "2 addresses have this id")
        assert bench.stage_sheet(tmp_path / "s.csv", table="addresses").changed == 1
        assert bench.snapshot.current.addresses["city"].to_list() == ["X", "Y"]


def test_rows_whose_key_names_no_single_record_are_listed(bench: Workbench, staged: Any) -> None:
    done = staged("display_id,payment_term\nD1,X\nD2,X\nD9,X\n,X\n", key="display_id")
    assert (done.matched, done.changed) == (1, 1)
    assert [(one.place, one.key, one.reason) for one in done.lost] == [
        ("sheet.csv line 3", "D2", "2 customers have this display_id"),
        ("sheet.csv line 4", "D9", "there is no such display_id among the customers"),
        ("sheet.csv line 5", "", "its display_id is empty"),
    ]


WRONG = [
    ("id,payment_trm\nc1,X\n", {}, r"sheet\.csv: there is no field 'payment_trm' in customers; did you mean payment_term"),
    ("reference_id,payment_term\nR1,X\n", {}, "no column 'id'"),
    ("name,payment_term\nR1,X\n", {"key": "company_name"}, "customers are named by id or reference_id or display_id"),
    ("reference_id,city\nR1,X\n", {"key": "reference_id", "table": "addresses"}, "addresses are named by id"),
    ("id,payment_term\nc1,X\n", {"table": "nowhere"}, "nowhere"),
    ("id,payment_term,payment_term\nc1,X,Y\n", {}, "'payment_term' twice"),
    ("id,Payment Term,payment_term\nc1,X,Y\n", {}, "'Payment Term' and 'payment_term' are both payment_term; remove one"),
    ("id,payment_term,\nc1,X,Y\n", {}, "without a name, after 'payment_term'"),
    ('id,payment_term\nc1,"X\n', {}, r"line 2 opens a quote that is never closed"),
]  # fmt: skip


LOST = [
    ("id,status,email\nc2,inactive,x@y.z\nc1,inactive,x@y.z\n", {}, ["line 3: status differs and is read-only, the API"], 1),
    ("id,email\nc1,a@y.z\nc2,b@y.z\nc1,c@y.z\n", {}, ["line 2: its id stands in 2 rows", "line 4: its id stands in 2 rows"], 1),
    ("id,is_default\na2,true\na1,maybe\n", {"table": "addresses"}, ["line 3: addresses.is_default is a flag"], 1),
    ("id,assigned_sales_rep_ids\nc1,Nobody Here\nc2,r1\n", {}, ["line 2: there is no sales rep called 'Nobody Here'"], 1),
    ("id,primary_contact_id,email\nc1,Al Poe,x@y.z\n", {}, ["line 2: primary_contact_id"], 1),
    ("id,email\nc1\nc2,x@y.z\n", {}, ["line 2: has 1 columns, the header has 2"], 1),
    ('id,email\n"c1"x,a@y.z\nc2,x@y.z\n', {}, ["line 2: is not CSV"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "words", "changed"), LOST)
def test_what_cannot_be_taken_is_named_and_the_rest_is_staged(
    staged: Any, text: str, options: dict[str, str], words: list[str], changed: int
) -> None:
    done = staged(text, **options)
    assert done.changed == changed
    assert all(line.startswith(f"sheet.csv {word}") for line, word in zip(told(done), words, strict=True)), told(done)


def test_what_is_lost_is_told_from_the_top(staged: Any) -> None:
    done = staged("id,email,is_active\nc9,x@y.z,\nc1,#N/A,\nc8,x@y.z,\n")
    assert [one.place[-6:] for one in done.lost] == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize("heading", ["payment_term", "Payment Term", "PAYMENT-TERM", " payment  term ", "paymentTerm"])
def test_headings_are_read_whatever_their_case_and_spaces(bench: Workbench, staged: Any, heading: str) -> None:
    assert staged(f"ID,{heading}\nc1,X\n", key="Id").changed == 1
    assert value(bench, "payment_term") == "X"


def test_headings_may_be_the_answers_names_and_may_tell_their_table(bench: Workbench, staged: Any) -> None:
    assert staged("id,name\nc1,Acme 2\n").changed == 1
    assert value(bench, "company_name") == "Acme 2"
    assert staged("id,Addresses.City,ZIP code\na1,Bari,02139\n", table="addresses").changed == 2
    assert value(bench, "zip_code", "a1", "addresses") == "02139"


def test_a_column_that_nobody_knows_is_named_and_the_others_are_staged(staged: Any) -> None:
    done = staged("id,payment_term,Remarks,emial\nc1,X,ask Bob,x@y.z\n")
    assert done.changed == 1
    assert done.unknown == (
        "there is no field 'Remarks' in customers", "there is no field 'emial' in customers; did you mean email?",
    )  # fmt: skip


@pytest.mark.parametrize(("text", "options", "words"), WRONG)
def test_a_wrong_sheet_stages_nothing_and_says_where(
    bench: Workbench, staged: Any, text: str, options: dict[str, str], words: str
) -> None:
    with pytest.raises(WorkbenchError, match=words):
        staged(text, **options)
    assert bench.status().operations == 0


def test_the_servers_own_times_are_no_corrections(staged: Any) -> None:
    assert staged("id,updated_at,payment_term\nc1,2020-01-01T00:00:00Z,X\n").changed == 1


def test_a_spreadsheets_empty_columns_do_not_matter(staged: Any) -> None:
    assert staged("id,payment_term,,\nc1,X,,\n,,,\n").changed == 1


def test_semicolons_and_windows_text_are_read(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes("id;company_name\r\nc1;Müller\r\n".encode("cp1252"))
    assert bench.stage_sheet(tmp_path / "w.csv").changed == 1
    assert value(bench, "company_name") == "Müller"


# ---- other formats ----


def test_json_is_read_with_its_own_kinds_of_values(bench: Workbench, tmp_path: Path) -> None:
    rows = [{"id": "a1", "zip_code": 2139, "is_default": False, "city": None}, {"id": "a2", "is_default": True}]
    for name, text in {"s.json": json.dumps(rows), "s.ndjson": "\n".join(map(json.dumps, rows)),
                       "rows.json": json.dumps({"matched": 2, "rows": rows})}.items():  # fmt: skip
        (tmp_path / name).write_text(text)
        assert bench.stage_sheet(tmp_path / name, table="addresses", dry_run=True).changed == 3
    bench.stage_sheet(tmp_path / "s.json", table="addresses")
    assert (value(bench, "zip_code", "a1", "addresses"), value(bench, "city", "a1", "addresses")) == ("2139", "Rome")
    (tmp_path / "l.ndjson").write_text('{"id": "c1", "assigned_sales_rep_ids": ["r2"]}\n')
    assert bench.stage_sheet(tmp_path / "l.ndjson").changed == 1


def test_parquet_is_read_with_its_own_kinds_of_values(bench: Workbench, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["c1", "c2"], "assigned_sales_rep_ids": [["r2"], None], "payment_term": [30, None]})
    frame.write_parquet(tmp_path / "s.parquet")
    assert bench.stage_sheet(tmp_path / "s.parquet").changed == 2
    assert value(bench, "payment_term") == "30"
    frame.with_columns(payment_term=pl.lit(1.5)).write_parquet(tmp_path / "f.parquet")
    with pytest.raises(UsageError, match="'payment_term' holds Float64 values; make it text"):
        bench.stage_sheet(tmp_path / "f.parquet")


BROKEN = {
    "empty.csv": (b"", "is empty"),
    "binary.csv": (bytes(range(256)), "is not text"),
    "binary.ndjson": (b"\xff\xfe\x00{", "UTF-16"),
    "half.ndjson": (
        b'{"id": "c1", "email": "x@y.z"}\n{"id": "c2", "em',
        r"half\.ndjson line 2 is not JSON, or cut off",
    ),
    "half.json": (b'[{"id": "c1"}, {"id"', "is not JSON, or cut off"),
    "deep.json": (b"[" * 100_000, "not JSON"),
    "object.json": (b'{"customers": 1, "id": 2}\n\n{}', "no field 'customers'"),
    "numbers.json": (b"[1, 2]", r"record 1 is no object"),
    "nested.json": (b'[{"id": "c1", "addresses": [{"id": 1}]}]', r"record 1 column 'addresses' holds .* one value"),
    "half_character.json": (b'[{"id": "c1", "email": "\\ud800"}]', r"record 1 column 'email'"),
    "half.parquet": (b"PAR1 and no more", "is damaged or no Parquet file"),
    "book.xlsx": (b"PK\x03\x04 and so on", "is a damaged workbook, or none"),
    "old.xls": (b"\xd0\xcf\x11\xe0 and so on", "is an old workbook or has a password: save it as XLSX"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_stages_nothing(bench: Workbench, tmp_path: Path, name: str) -> None:
    content, words = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbenchError, match=words):
        bench.stage_sheet(tmp_path / name)
    with pytest.raises(WorkbenchError, match="does not exist"):
        bench.stage_sheet(tmp_path / "missing.csv")
    assert bench.status().operations == 0


# ---- a sheet that export made ----


@pytest.mark.parametrize("table", ["customers", "addresses", "contacts", "attributes"])
def test_an_exported_sheet_that_nobody_touched_changes_nothing(bench: Workbench, tmp_path: Path, table: str) -> None:
    for name in ("x.csv", "x.xlsx", "x.parquet", "x.ndjson"):
        rows = bench.export(tmp_path / name, table)
        for empty in ("keep", "clear"):
            done = bench.stage_sheet(tmp_path / name, table=table, empty=empty)
            assert (done.operation, done.matched, done.lost, done.moved) == (None, rows, (), ())


def test_an_item_that_is_yet_to_be_made_comes_back_too(bench: Workbench, tmp_path: Path) -> None:
    bench.stage([Edit("set", "city", "Rome"), Edit("set", "type", "billing")], table="addresses", new=True)
    path = edited(bench, tmp_path, lambda rows: rows[-1].update(city="Bari"), "addresses")
    done = bench.stage_sheet(path, table="addresses")
    assert (done.matched, done.changed, done.lost) == (6, 1, ())
    assert bench.snapshot.current.addresses["city"].to_list()[-2:] == ["Rome", "Bari"]
    rewritten(path, lambda rows: rows[-1].update(reference_id="mine"))
    assert [one.key for one in bench.stage_sheet(path, table="addresses").lost] == ["+mine"]


def test_only_what_its_owner_changed_is_staged(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[0].update(payment_term="NET30"))
    bench.stage([Edit("set", "company_name", "LATER"), Edit("set", "email", "later@x.co")])
    done = bench.stage_sheet(path)
    assert (done.changed, done.moved) == (1, ())
    assert (value(bench, "payment_term"), value(bench, "company_name")) == ("NET30", "LATER")
    assert value(bench, "email") == "later@x.co"


def test_a_cell_that_moved_meanwhile_is_a_conflict_and_not_staged(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: [row.update(payment_term="MINE") for row in rows[:2]])
    bench.stage([Edit("set", "payment_term", "LATER")], where="id:=c1")
    done = bench.stage_sheet(path)
    (moved,) = done.moved
    assert (moved.place, moved.id, moved.path) == ("x.csv line 2", "c1", "payment_term")
    assert (moved.exported, moved.current, moved.sheet) == ("NET 30", "LATER", "MINE")
    assert (done.changed, value(bench, "payment_term"), value(bench, "payment_term", "c2")) == (1, "LATER", "MINE")


def test_who_made_the_same_change_is_in_no_conflict(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[0].update(payment_term="SAME"))
    bench.stage([Edit("set", "payment_term", "SAME")], where="id:=c1")
    assert (bench.stage_sheet(path).changed, bench.stage_sheet(path).moved) == (0, ())


def test_an_old_sheet_is_no_reason_to_complain_of_what_the_server_changed(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[0].update(payment_term="NET30"))
    newer = {**RECORDS[0], "status": "inactive", "updated_at": "2026-01-01T00:00:00Z", "name": "Acme 2"}
    (tmp_path / "n.json").write_text(json.dumps([newer]))
    bench.load(file=tmp_path / "n.json")
    assert (bench.stage_sheet(path).changed, value(bench, "company_name")) == (1, "Acme 2")


def test_a_row_whose_read_only_cell_its_owner_changed_is_not_staged(bench: Workbench, tmp_path: Path) -> None:
    for table, name in [("customers", "status"), ("customers", "customer_id"), ("attributes", "name")]:
        path = edited(bench, tmp_path, lambda rows, name=name: rows[0].update({name: "other"}), table)  # type: ignore[misc]
        assert told(bench.stage_sheet(path, table=table))[0].startswith(
            f"x.csv line 2: {name} differs and is read-only"
        )


def test_what_its_owner_emptied_is_cleared_only_if_asked(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[0].update(payment_term="", assigned_sales_rep_ids=""))
    assert bench.stage_sheet(path).changed == 0
    assert bench.stage_sheet(path, empty="clear").changed == 2


def test_flags_as_a_spreadsheet_writes_them_are_no_change(bench: Workbench, tmp_path: Path) -> None:
    def shout(rows: Rows) -> None:
        for row in rows:
            row["is_default"] = row["is_default"].upper()

    path = edited(bench, tmp_path, shout, "addresses")
    bench.stage([Edit("set", "is_default", "true")], table="addresses", where="id:=a2")
    assert (bench.stage_sheet(path, table="addresses").changed, bench.stage_sheet(path, table="addresses").moved) == (
        0,
        (),
    )


def test_a_sheet_of_which_only_some_columns_were_sorted_is_refused(bench: Workbench, tmp_path: Path) -> None:
    def mix(rows: Rows) -> None:
        rows[0]["id"], rows[1]["id"] = rows[1]["id"], rows[0]["id"]
        rows[0]["customer_id"], rows[1]["customer_id"] = rows[1]["customer_id"], rows[0]["customer_id"]

    with pytest.raises(UsageError, match="another record's: sort whole rows"):
        bench.stage_sheet(edited(bench, tmp_path, mix))
    assert bench.stage_sheet(edited(bench, tmp_path, lambda rows: rows.reverse())).lost == ()


def test_a_damaged_exported_cell_is_refused_with_its_place(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[1].update(_exported='{"id": "c2'))
    with pytest.raises(WorkbenchError, match=r"x\.csv line 3: its _exported cell is damaged"):
        bench.stage_sheet(path)


def test_a_row_without_exported_values_is_taken_as_it_is(bench: Workbench, tmp_path: Path) -> None:
    path = edited(bench, tmp_path, lambda rows: rows[0].update(_exported="", payment_term="NET30"))
    assert bench.stage_sheet(path).changed == 1


def test_an_export_can_be_loaded_again(bench: Workbench, tmp_path: Path) -> None:
    for name in ("x.csv", "x.xlsx", "x.parquet"):
        bench.export(tmp_path / name)
        with Workbench.create(f"again-{name}", sessions_dir=tmp_path) as again:
            assert again.load(file=tmp_path / name).customers == 3
            assert "_exported" not in str(again.snapshot.base.customers["_extra"].to_list())


@settings(
    deadline=None,
    max_examples=amount(8, 150),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12), min_size=3, max_size=3
    )
)
def test_any_text_goes_through_a_sheet_unchanged(bench: Workbench, tmp_path: Path, texts: list[str]) -> None:
    for id_, text in zip(("c1", "c2", "c3"), texts, strict=True):
        bench.stage([Edit("set", "company_name", text)], where=f"id:={id_}")
    for name in ("x.csv", "x.xlsx", "x.parquet", "x.ndjson"):
        bench.export(tmp_path / name)
        done = bench.stage_sheet(tmp_path / name, empty="clear")
        assert (done.changed, done.moved) == (0, ()), name


@pytest.mark.parametrize("formula", ["=1+1", "+4", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_comes_back_as_it_went(bench: Workbench, tmp_path: Path, formula: str) -> None:
    bench.stage([Edit("set", "payment_term", formula)], where="id:=c1")
    path = edited(bench, tmp_path, lambda rows: rows[1].update(payment_term=formula))
    assert bench.stage_sheet(path).changed == 1
    assert (value(bench, "payment_term"), value(bench, "payment_term", "c2")) == (formula, formula)


def test_a_field_that_a_summary_does_not_tell_is_left_alone(tmp_path: Path) -> None:
    from workbench.load.loading import Part

    with Sandbox(customers=4) as sandbox, Workbench.create("l", sessions_dir=tmp_path, key="k") as bench:
        bench.load(api=sandbox.url, part=Part(details="lazy"))
        one = sandbox.world.ids()[0]
        (tmp_path / "s.csv").write_text(f"id,assigned_sales_rep_ids,payment_term\n{one},r1,X\n")
        done = bench.stage_sheet(tmp_path / "s.csv")
        assert (done.changed, len(done.lost)) == (1, 1)
        assert "only a summary" in done.lost[0].reason


# ---- a sheet that outcomes made ----


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[tuple[Sandbox, Workbench]]:
    """A session of which a run was refused for one contact's email and altered for the rest."""
    with (
        Sandbox(customers=6, seed=5, normalise=True) as sandbox,
        Workbench.create("r", sessions_dir=tmp_path, key="k") as bench,
    ):
        bench.load(api=sandbox.url)
        bench.set_settings({"grace": "0"})
        bench.stage([Edit("set", "payment_term", " padded ")])
        bench.stage([Edit("set", "email", "a@b..c")], where=f"id:={sandbox.world.ids()[0]}")
        bench.commit()
        bench.resume(accept_altered=True)
        yield sandbox, bench


@pytest.mark.parametrize("suffix", ["csv", "parquet", "ndjson", "json"])
def test_a_sheet_of_outcomes_comes_back_corrected(refused: Any, tmp_path: Path, suffix: str) -> None:
    sandbox, bench = refused
    bench.outcomes().write(tmp_path / f"o.{suffix}")
    again = bench.stage_sheet(tmp_path / f"o.{suffix}")
    assert (again.operation, again.changed, again.moved, again.lost) == (None, 0, (), ()), "nobody corrected anything"
    if suffix != "csv":
        return
    rewritten(tmp_path / "o.csv", lambda rows: [row.update(asked="a@b.co") for row in rows if row["path"] == "email"])
    done = bench.stage_sheet(tmp_path / "o.csv", note="corrected")
    assert (done.changed, done.invalid) == (1, 0)
    bench.commit()
    bench.resume(accept_altered=True)
    assert sandbox.world.customer(sandbox.world.ids()[0])["email"] == "a@b.co"


def test_without_the_exported_values_what_is_asked_counts(refused: Any, tmp_path: Path) -> None:
    sandbox, bench = refused
    one, other = sandbox.world.ids()[:2]
    (tmp_path / "o.csv").write_text(f"id,path,asked\n{one},email,a@b.co\n{other},payment_term,padded\n{other},phone,\n")
    assert (bench.stage_sheet(tmp_path / "o.csv").changed, bench.status().staged) == (1, 2)


def test_a_cell_of_outcomes_that_moved_is_a_conflict(refused: Any, tmp_path: Path) -> None:
    sandbox, bench = refused
    one = sandbox.world.ids()[0]
    bench.outcomes(only=["failed"]).write(tmp_path / "o.csv")
    rewritten(
        tmp_path / "o.csv", lambda rows: [row.update(asked="mine@b.co") for row in rows if row["path"] == "email"]
    )
    bench.stage([Edit("set", "email", "later@b.co")], where=f"id:={one}")
    done = bench.stage_sheet(tmp_path / "o.csv")
    (moved,) = done.moved
    assert (done.changed, moved.path, moved.exported, moved.current, moved.sheet) == (
        0, "email", "a@b..c", "later@b.co", "mine@b.co",
    )  # fmt: skip


def test_cells_of_every_table_are_found_by_their_paths(bench: Workbench, staged: Any) -> None:
    done = staged(
        "id,path,asked\nc1,payment_term,X\nc1,addresses[a2].city,Y\nc1,addresses[a1].attributes[Dock],Z\n"
        "c1,attributes[Color],W\nc1,contacts[k1].is_default,false\nc1,assigned_sales_rep_ids,Bo Ray\n"
    )
    assert (done.matched, done.changed, done.lost) == (6, 6, ())
    assert (value(bench, "city", "a2", "addresses"), value(bench, "value", "t2", "attributes")) == ("Y", "Z")
    assert list(value(bench, "assigned_sales_rep_ids")) == ["r2"]


def test_a_cell_of_an_item_that_is_yet_to_be_made_is_named_by_its_reference(bench: Workbench, staged: Any) -> None:
    bench.stage(
        [Edit("set", "city", "Rome"), Edit("set", "type", "billing")], table="addresses", where="id:=c2", new=True
    )
    path = next(change.path for patch in bench.preview().patches() for change in patch.changes if "+" in change.path)
    done = staged(f"id,path,asked\nc2,{path.rpartition('.')[0]}.city,Bari\n")
    assert (done.changed, done.lost) == (1, ())
    assert bench.snapshot.current.addresses["city"].to_list()[-1] == "Bari"


def test_cells_that_there_are_not_are_listed(staged: Any) -> None:
    lines = ["c1,status", "c1,nope", "c9,payment_term", "c2,addresses[a1].city", "c1,addresses[a1]", ",payment_term"]
    done = staged("id,path,asked\nc1,email,x@y.z\n" + "".join(f"{line},X\n" for line in lines))
    assert (done.matched, done.changed, [one.place for one in done.lost]) == (
        1, 1, [f"sheet.csv line {number}" for number in range(3, 9)],
    )  # fmt: skip
    assert done.lost[0].key == "status of c1"


def test_a_cell_that_stands_twice_and_a_strange_column_are_named(staged: Any) -> None:
    done = staged("id,path,asked\nc1,email,x@y.z\nc1,email,x@y.q\nc1,phone,+14155552672\n")
    assert (done.changed, [one.reason for one in done.lost]) == (
        1,
        ["its cell stands in 2 rows of the sheet: leave one"] * 2,
    )
    done = staged("id,path,asked,remark\nc1,email,x@y.z,?\n")
    assert (done.changed, done.unknown) == (1, ("'remark' is no column of a sheet of outcomes",))


def test_what_a_sheet_can_change_is_what_a_patch_can(bench: Workbench, tmp_path: Path) -> None:
    bench.export(tmp_path / "x.csv")
    kept = json.loads(pl.read_csv(tmp_path / "x.csv")["_exported"][0])
    assert kept.keys() <= {name for name, field in FIELDS["customers"].items() if field.editable} | {"id", "status"}
