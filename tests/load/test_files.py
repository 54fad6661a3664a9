"""Files of customers: every format, and what is wrong with them."""

from __future__ import annotations

import io
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers import records
from workbench.customers.fields import TABLES
from workbench.customers.records import Rejected, assemble
from workbench.errors import UsageError, WorkbenchError
from workbench.load import ndjson
from workbench.load.files import load_file

Object = dict[str, Any]

CUSTOMERS: list[Object] = [
    {
        "id": f"c{n}",
        "name": f"Café {n}",
        "addresses": [{"id": f"a{n}", "customer_id": f"c{n}", "city": "Köln", "type": "billing", "is_default": True}],
        "contacts": [],
        "attributes": [{"id": "t", "name": "Color", "value": "Red"}],
        "credit": n,
    }
    for n in range(5)
]
NDJSON = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in CUSTOMERS)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def ids(path: Path) -> list[str]:
    return load_file(path)[0].customers["id"].to_list()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ndjson", NDJSON),
        ("a.jsonl", NDJSON.replace("\n", "\r\n")),
        ("a.ndjson", "\ufeff\n" + NDJSON.rstrip("\n")),
        ("a.txt", NDJSON),
        ("a.json", NDJSON),
        ("a.json", json.dumps(CUSTOMERS)),
        ("a.json", json.dumps(CUSTOMERS, indent=2)),
        ("unnamed", json.dumps({"data": CUSTOMERS, "pagination": {"total_records": 5}})),
        ("a.json", json.dumps({"pagination": {"total_records": 5}, "data": CUSTOMERS}, indent=1)),
        ("a.json", json.dumps({"data": CUSTOMERS[:2]}) + "\n" + json.dumps({"data": CUSTOMERS[2:]})),
        ("a.json", json.dumps([{"data": one} for one in CUSTOMERS])),
    ],
)
def test_json_is_read_in_every_form(write: Any, name: str, content: str) -> None:
    tables, rejected = load_file(write(name, content))
    assert rejected == []
    found = assemble(tables, range(5))
    assert [{key: one[key] for key in ("id", "name", "contacts", "credit")} for one in found] == [
        {key: one[key] for key in ("id", "name", "contacts", "credit")} for one in CUSTOMERS
    ]
    assert [one["addresses"][0]["city"] for one in found] == ["Köln"] * 5


@pytest.mark.parametrize("content", [json.dumps({"data": CUSTOMERS[0]}, indent=2), json.dumps(CUSTOMERS[0], indent=1)])
def test_one_customer_alone_is_read(write: Any, content: str) -> None:
    assert ids(write("one.json", content)) == ["c0"]


@pytest.mark.parametrize("content", ["[]", '{"data": []}', " [ \n ] "])
def test_an_empty_list_is_no_customers(write: Any, content: str) -> None:
    assert ids(write("none.json", content)) == []


def test_blocks_end_where_lines_end(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f'{{"id":"{n}","name":"{"é" * (n % 40)}"}}' for n in range(80)]
    lines[43] = "{broken"
    for size in (1, 7, 100, 1024):
        monkeypatch.setattr(ndjson, "BLOCK", size)
        heard: list[tuple[int, int | None]] = []
        path = write("a.ndjson", "\n".join(lines))
        tables, rejected = load_file(path, lambda *done_of_total, heard=heard: heard.append(done_of_total))
        assert tables.customers["id"].to_list() == [str(n) for n in range(80) if n != 43]
        assert [one.place for one in rejected] == ["line 44"]
        assert heard[-1] == (path.stat().st_size, path.stat().st_size)


def test_customers_put_together_now_and_then_are_the_same_as_at_once(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.ndjson", NDJSON)
    at_once, rejected = load_file(path)
    monkeypatch.setattr(ndjson, "BLOCK", 10)
    monkeypatch.setattr(records, "_TIDY", 2)
    tables, again = load_file(path)
    assert again == rejected
    for table in TABLES:
        assert tables[table].equals(at_once[table]), table


def test_a_record_twice_in_distant_blocks_is_set_aside(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "BLOCK", 10)
    _, rejected = load_file(write("a.ndjson", NDJSON + NDJSON))
    assert rejected[4] == Rejected("line 10", "customer c4 was given before, at line 5; that one is kept")


def test_a_line_that_is_not_utf8_is_set_aside(write: Any) -> None:
    content = b'{"id":"1"}\n\n{"id":"2","name":"M\xfcller"}\n{"id":"3"}'
    tables, rejected = load_file(write("a.ndjson", content))
    assert rejected == [Rejected("line 3", "is not UTF-8 text at byte 20")]
    assert tables.customers["id"].to_list() == ["1", "3"]


def test_a_cut_off_ndjson_loads_but_for_its_last_line(write: Any) -> None:
    tables, rejected = load_file(write("a.ndjson", NDJSON.encode()[:-60]))
    assert rejected == [Rejected("line 5", "is cut off: the JSON ends too early")]
    assert tables.customers.height == 4


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda found: found, lambda found: {"data": found}])
def test_a_cut_off_json_list_loads_but_for_its_last_record(write: Any, indent: int | None, wrap: Any) -> None:
    tables, rejected = load_file(write("a.json", json.dumps(wrap(CUSTOMERS), indent=indent)[:-60]))
    assert rejected == [Rejected("record 5", "is cut off: the JSON ends too early")]
    assert tables.customers.height == 4


def test_a_list_cut_off_between_records_says_so(write: Any) -> None:
    tables, rejected = load_file(write("a.json", '[{"id":"1"},'))
    assert rejected == [Rejected("record 2", "is missing: the file is cut off inside the list")]
    assert tables.customers.height == 1


def test_a_damaged_record_of_a_list_costs_only_itself_where_records_start_lines(write: Any) -> None:
    content = json.dumps(CUSTOMERS, indent=2).replace('"id": "c2",', '"id": "c2";')
    tables, rejected = load_file(write("a.json", content))
    assert tables.customers["id"].to_list() == ["c0", "c1", "c3", "c4"]
    assert [one.place for one in rejected] == ["record 3"]
    assert rejected[0].reason.startswith("is not JSON: Expecting ',' delimiter at line ")


def test_a_damaged_record_on_a_long_line_ends_the_reading_and_says_so(write: Any) -> None:
    tables, rejected = load_file(write("a.json", '[{"id":"1"},{"id" "2"},{"id":"3"}]'))
    assert tables.customers["id"].to_list() == ["1"]
    assert [one.place for one in rejected] == ["record 2"]
    assert rejected[0].reason.endswith("what follows it was not read")


def test_half_a_comma_is_no_reason_to_lose_a_record(write: Any) -> None:
    tables, rejected = load_file(write("a.json", '[\n{"id":"1"}\n{"id":"2"},\n{"id":"3"}\n]'))
    assert tables.customers["id"].to_list() == ["2", "3"]
    assert [one.place for one in rejected] == ["record 1"]


def test_csv_has_flat_columns(write: Any) -> None:
    content = (
        "id,company_name,assigned_sales_rep_ids,phone,Region\n"
        '1,"Acme, Inc.","r1; r2",,West\n\n'
        '2,"two\nlines",,0049 30,\n'
        "3,short\n"
        '4,Late,"r1,r2",1,"a ""b"""\n'
    )
    tables, rejected = load_file(write("a.csv", content))
    assert rejected == [Rejected("line 6", "has 2 columns, the header has 5")]
    customers = tables.customers
    assert customers["company_name"].to_list() == ["Acme, Inc.", "two\nlines", "Late"]
    assert customers["assigned_sales_rep_ids"].to_list() == [["r1", "r2"], None, ["r1", "r2"]]
    assert customers["phone"].to_list() == [None, "0049 30", "1"]
    assert customers["_extra"].to_list() == ['{"Region":"West"}', None, '{"Region":"a \\"b\\""}']
    assert customers["detailed"].to_list() == [False] * 3


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_may_come_from_a_spreadsheet(write: Any, separator: str, encoding: str, end: str) -> None:
    rows = [["id", "name", "city, or town"], ["1", "Müller", "x"], ["2", "", ""]]
    text = end.join(separator.join(f'"{cell}"' if cell else "" for cell in row) for row in rows) + end
    tables, rejected = load_file(write("a.csv", text.encode(encoding)))
    assert rejected == []
    assert tables.customers["company_name"].to_list() == ["Müller", None]


def test_an_exported_sheet_needs_no_extra_for_its_customer_id(write: Any) -> None:
    tables, _ = load_file(write("a.csv", "id,customer_id,name\n1,1,x\n2,7,y\n"))
    assert tables.customers["_extra"].to_list() == [None, '{"customer_id":"7"}']


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",x", "has no id"),
        ('2,"x"y', "is not CSV: ',' expected after '\"'"),
        ("1,again", "customer 1 was given before, at line 2; that one is kept"),
    ],
)
def test_a_bad_row_is_set_aside_by_its_line(write: Any, row: str, reason: str) -> None:
    tables, rejected = load_file(write("a.csv", f"id,name\n1,x\n{row}\n3,z\n"))
    assert rejected == [Rejected("line 3", reason)]
    assert tables.customers["id"].to_list() == ["1", "3"]


def test_a_quote_that_is_never_closed_is_named_by_its_line(write: Any) -> None:
    tables, rejected = load_file(write("a.csv", 'id,name\n1,x\n2,"open\n3,z\n'))
    assert tables.customers["id"].to_list() == ["1"]
    assert rejected == [Rejected("line 3", "opens a quote that is never closed; the lines after it were not read")]


def test_parquet_with_flat_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "id": [1, 2],
            "customer_id": [1, 2],
            "company_name": ["Acme", None],
            "assigned_sales_rep_ids": ["r1, r2", ""],
            "created_at": [datetime(2026, 1, 2, 3, 4, 5), None],  # noqa: DTZ001
            "score": [0.5, None],
        }
    ).write_parquet(path)
    tables, rejected = load_file(path)
    assert rejected == []
    assert tables.customers["id"].to_list() == ["1", "2"]
    assert tables.customers["assigned_sales_rep_ids"].to_list() == [["r1", "r2"], None]
    assert tables.customers["created_at"].to_list() == ["2026-01-02T03:04:05Z", None]
    assert tables.customers["_extra"].to_list() == ['{"score":0.5}', None]


def test_parquet_nested_as_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(CUSTOMERS).write_parquet(path)
    tables, rejected = load_file(path)
    assert rejected == []
    assert tables.addresses.select("customer_id", "id", "city", "is_default").rows()[1] == ("c1", "a1", "Köln", True)
    assert assemble(tables, [4])[0]["credit"] == 4


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ndjson", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\n \n", "is empty"),
        ("a.json", b"\x00\x01\x02" * 50, "is not text: record 1 is not JSON"),
        ("a.ndjson", b"\x00\x01\x02" * 50, "is not text: line 1 is not JSON"),
        ("a.csv", "id,name\n1,A\n".encode("utf-16-le"), "is not text: it is full of NUL bytes"),
        ("a.csv", b"id,name\n1,\x81\n", "is not text: it is neither UTF-8 nor Windows-1252"),
        ("a.json", b'[\n{"id":"\xff"}]', "is not text: line 2 is not UTF-8"),
        ("a.json", b'{"customers":[]}', 'record 1 is an object with neither an "id" nor a list under "data"'),
        ("a.json", b'{"data":[{"id":', "record 1 is cut off"),
        ("a.json", b'{"id":', "record 1 is cut off"),
        ("a.json", b"[" * 100_000, "record 1 is nested too deeply"),
        ("a.json", b"hello", "record 1 is not JSON"),
        ("a.ndjson", b"[1]\n[2]\n", "line 1 is a list, expected an object (and 1 more)"),
        ("a.csv", b"name,city\nx,y\n", "has no column 'id'"),
        ("a.csv", b"id,name,name\n1,x,y\n", "has the column 'name' twice"),
        ("a.csv", b'id,"name\n1,x\n', "has no column 'id'"),
        ("a.parquet", b"PAR1 and no more", "is damaged or no Parquet file"),
        ("a.parquet", b"hello", "is damaged or no Parquet file"),
        ("a.xlsx", b"PK\x03\x04rest", "is a damaged workbook, or none"),
        ("a.csv", b"PK\x03\x04rest", "is a damaged workbook, or none"),
        ("notes.txt", b"Dear all,\nplease", "has no column 'id'"),
    ],
)
def test_a_file_that_holds_nothing_readable_is_refused_in_one_line(
    write: Any, name: str, content: bytes, message: str
) -> None:
    path = write(name, content)
    with pytest.raises(WorkbenchError) as caught:
        load_file(path)
    assert str(caught.value).startswith(f"{path} ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "is an old workbook or has a password"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "is an old workbook or has a password"),
        ("a.ndjson", b"\x1f\x8b\x08rest", "is compressed"),
        ("a.json", '[{"id":"1"}]'.encode("utf-16"), "is UTF-16 text"),
    ],
)
def test_a_format_that_is_not_read_is_named_with_those_that_are(
    write: Any, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        load_file(write(name, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="does not exist"):
        load_file(tmp_path / "none.csv")
    with pytest.raises(WorkbenchError, match="cannot be read: Is a directory"):
        load_file(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.ndjson")
    with pytest.raises(WorkbenchError, match="is a pipe or a device"):
        load_file(tmp_path / "a.ndjson")


def test_a_line_of_many_megabytes_is_a_record_like_others(write: Any) -> None:
    note = "x" * (20 << 20)
    tables, rejected = load_file(write("a.ndjson", f'{{"id":"1","note":"{note}"}}\n{{"id":"2"}}\n'))
    assert rejected == []
    assert assemble(tables, [0])[0]["note"] == note


@given(st.text("a\n\r", max_size=40).map(str.encode), st.integers(1, 9), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_a_file_read_in_blocks_is_whole_and_no_line_is_in_two(content: bytes, size: int, mark: bytes) -> None:
    found = list(ndjson.blocks(io.BytesIO(mark + content), size))
    assert b"".join(found) == content
    assert all(block.endswith(b"\n") for block in found[:-1])
    assert all(found)
