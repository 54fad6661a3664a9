from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customer_api.answers import Answer
from workbench.customer_api.pages import Page, read_page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def read(text: str) -> Page | None:
    return read_page(Answer(200, text.encode("utf-8", "surrogatepass")))


def wrapped(records: str, total: int = 2) -> str:
    return f'{{"data": {records}, "pagination": {{"total_records": {total}, "total_pages": 1, "next_page": 0}}}}'


def test_customers_come_as_the_texts_that_stood_there() -> None:
    first = '{"id": "a",  "n": 12345678901234567890123, "f": 1.10, "updated_at":"2026-01-01T00:00:00Z"}'
    second = '{"id":"b","addresses":[],"x":{"data":[1]}}'
    page = read(wrapped(f"[ {first} , {second} ]"))
    assert page is not None
    assert [record.text for record in page.records] == [first, second]
    assert [record.id for record in page.records] == ["a", "b"]
    assert [record.whole for record in page.records] == [False, True]
    assert page.records[0].updated_at == "2026-01-01T00:00:00Z"
    assert (page.total_records, page.total_pages, page.next_page) == (2, 1, 0)


def test_a_customer_over_several_lines_becomes_one_line_of_the_same_content() -> None:
    record = {"id": "a", "note": "one\ntwo", "list": [1, 2]}
    page = read(wrapped(f"[{json.dumps(record, indent=2)}]"))
    assert page is not None
    assert "\n" not in page.records[0].text
    assert json.loads(page.records[0].text) == record


def test_an_odd_customer_does_not_take_the_page_with_it() -> None:
    page = read(wrapped('[{"id":"a","n":NaN},{"id":"b","s":"\\ud800"},7,null,{"name":"no id"},{"id":5}]'))
    assert page is not None
    assert [record.id for record in page.records] == ["a", "b", "", "", "", ""]


def test_an_empty_page_is_a_page() -> None:
    page = read(wrapped("[]", 0))
    assert page == Page([], 0, 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        "<html>",
        '{"data": []}',
        '{"data": [], "pagination": null}',
        '{"data": [], "pagination": {}}',
        '{"data": [], "pagination": {"total_records": -1, "total_pages": 1}}',
        '{"data": [], "pagination": {"total_records": "x", "total_pages": 1}}',
        wrapped("{}"),
        wrapped("null"),
        wrapped("[{]"),
        wrapped("[1,]"),
        wrapped("[1 2]"),
        wrapped("[]") + "x",
        wrapped("[]")[:-1],
        wrapped("[" * 100_000),
        wrapped('[{"n":' + "[" * 100_000 + "]}"),
    ],
)
def test_what_is_no_page_is_none(text: str) -> None:
    assert read(text) is None


def test_bytes_that_are_no_utf8_are_none() -> None:
    assert read_page(Answer(200, b'{"data":["\xff"]}')) is None


@given(st.lists(JSON, max_size=4), st.dictionaries(st.text(), JSON, max_size=3), st.sampled_from([None, 1, 3]))
def test_every_record_is_what_a_json_reader_sees(records: list[Any], more: dict[str, Any], indent: int | None) -> None:
    pagination = {"total_records": len(records), "total_pages": 1, "next_page": 0}
    text = json.dumps({**more, "data": records, "pagination": pagination}, indent=indent)
    page = read(text)
    assert page is not None
    assert [json.loads(record.text) for record in page.records] == records


@given(st.text(alphabet='{}[]":,data pgintol_recs0123\\n', max_size=60))
def test_any_text_is_a_page_or_none(text: str) -> None:
    assert read(text) is None or isinstance(read(text), Page)
