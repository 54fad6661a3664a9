"""Records to tables and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers import decode as quick
from workbench.customers.fields import TABLES
from workbench.customers.records import Rejected, assemble, decode
from workbench.customers.tables import schema

Object = dict[str, Any]


@pytest.fixture(autouse=True, scope="module", params=[0, 16], ids=["quick way", "one by one"])
def few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways to read: thousands at a time, and one by one as few lines are read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "_FEW", request.param)
        yield


def place(index: int) -> str:
    return f"line {index + 1}"


def read(*records: Any) -> Any:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    return decode(lines, place)


# ---- the round trip ----

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        '":',
        '": null',
        '":null',
        '": "',
        '" :',
        "addresses",
        '"addresses"',
        "\\ud800",
        "\\",
        "null",
        "{}",
        "\n",
        "\x00",
        "",
    ]
)
scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts
unknown_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
OURS = ["_extra", "_detailed", "_at", "_said_primary_contact_id", "owner", "owner_id", "data", "ID"]
unknown = st.dictionaries(
    st.sampled_from([*OURS, 'a":b', "x y", "é"]) | texts.map("u".__add__), unknown_values, max_size=2
)


def objects(keys: list[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Object]:
    known = st.fixed_dictionaries({}, optional={**{key: st.none() | texts for key in keys}, **more})
    return st.tuples(unknown, known).map(lambda two: {**two[0], **two[1]})


def listed(inner: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(inner, max_size=most)


ids = st.sampled_from(["A", "B", "C", ""])
attributes = listed(objects(["id", "name", "value", "created_by", "updated_at"]))
flags = st.none() | st.booleans()
addresses = objects(
    ["reference_id", "city", "zip_code", "status", "created_at"],
    id=st.none() | ids,
    customer_id=st.sampled_from(["me", "other"]),
    type=st.sampled_from(["billing", "shipping", "Billing", None]),
    is_default=flags,
    attributes=attributes,
)
contacts = objects(["designation", "email"], id=st.none() | ids, is_default=flags, attributes=attributes)
reps = st.builds(lambda rep, one: {**rep, "id": one}, objects(["first_name", "last_name"]), st.sampled_from(["r", "s"]))
reps_of_one_record = listed(reps, 1) | st.just([{"id": "q"}, {"id": "r", "email": "x"}, {"id": "q"}])
price_lists = st.none() | objects(["id", "name"])
answers = st.builds(
    lambda answer: {**answer, "id": "me"},
    objects(
        ["name", "phone", "status", "primary_contact_id", "default_billing_address_id", "updated_at"],
        assigned_sales_reps=reps_of_one_record | listed(objects(["email"]), 1),
        assigned_price_list=price_lists,
        addresses=listed(addresses),
        contacts=listed(contacts),
        attributes=attributes,
    ),
)


def same(found: Object) -> Object:
    """The content of an answer: what `customers.records` counts as equal is equal here."""
    one = _present(found)
    one["assigned_sales_reps"] = [_present(rep) for rep in one.get("assigned_sales_reps", [])]
    one["assigned_price_list"] = _present(one.get("assigned_price_list", {}))
    if any(key in found for key in ("addresses", "contacts", "attributes")):
        for key in ("addresses", "contacts", "attributes"):
            one[key] = [_item(key, item, found["id"]) for item in found.get(key) or []]
    _drop_said(one)
    return one


def _present(found: Object) -> Object:
    return {key: value for key, value in found.items() if value is not None}


def _item(key: str, found: Object, customer: str) -> Object:
    one = _present(found)
    if key == "addresses":
        one.setdefault("customer_id", customer)
    if key != "attributes":
        one["attributes"] = [_present(inner) for inner in found.get("attributes") or []]
    return one


def _drop_said(one: Object) -> None:
    items = {
        "primary_contact_id": one.get("contacts", []),
        "default_billing_address_id": [a for a in one.get("addresses", []) if a.get("type") == "billing"],
    }
    for name, among in items.items():
        said = next((i["id"] for i in among if i.get("is_default") and "id" in i), None)
        if name in one and one[name] == said:
            del one[name]


@settings(max_examples=amount(60, 1_500), deadline=None)
@given(answers, st.booleans(), st.sampled_from([None, (",", ":"), (", ", " : "), (" ,", ":\t")]))
def test_an_answer_goes_into_the_tables_and_comes_out_again(answer: Object, ascii_only: bool, spaces: Any) -> None:
    line = json.dumps(answer, ensure_ascii=ascii_only, separators=spaces)
    tables, rejected = decode([line], place)
    assert rejected == []
    assert same(assemble(tables, [0])[0]) == same(answer)
    for table in TABLES:
        assert dict(tables[table].schema) == schema(table)
        assert list(tables[table].columns) == list(schema(table))


@settings(max_examples=amount(25, 250), deadline=None)
@given(st.lists(answers, min_size=2, max_size=6))
def test_what_stands_beside_a_record_does_not_change_it(found: list[Object]) -> None:
    reps_apart = [{**one, "assigned_sales_reps": None, "assigned_price_list": None} for one in found]
    numbered = [{**one, "id": f"me{n}"} for n, one in enumerate(reps_apart)]
    lines = [line for one in numbered for line in (json.dumps(one), "{broken", "")]
    tables, rejected = decode(lines, place)
    assert [one.place for one in rejected] == [f"line {3 * n + 2}" for n in range(len(found))]
    alone = [assemble(decode([json.dumps(one)], place)[0], [0])[0] for one in numbered]
    assert assemble(tables, range(len(found))) == alone


EXAMPLE: Object = {
    "id": "c1",
    "name": "Acme",
    "assigned_sales_reps": [{"id": "r1", "first_name": "Ann", "last_name": "Lee"}],
    "assigned_price_list": {"id": "p1", "name": "Retail"},
    "addresses": [
        {"id": "a1", "type": "billing", "is_default": False},
        {"id": "a2", "type": "billing", "is_default": True, "attributes": [{"id": "t1", "name": "Dock", "value": "3"}]},
        {"id": "a3", "type": "shipping", "is_default": True},
    ],
    "contacts": [{"id": "k1", "is_default": True}, {"id": "k2", "is_default": True}],
    "attributes": [{"id": "t2", "name": "Color", "value": "Red"}],
}


def test_pointers_are_the_first_default_items() -> None:
    customer = read(EXAMPLE)[0].customers.row(0, named=True)
    assert customer["primary_contact_id"] == "k1"
    assert customer["default_billing_address_id"] == "a2"
    assert customer["default_shipping_address_id"] == "a3"
    assert customer["customer_id"] == "c1"
    assert customer["detailed"] is True


def test_attributes_know_their_owner() -> None:
    found = read(EXAMPLE)[0].attributes.select("customer_id", "owner", "owner_id", "name", "_customer", "_position")
    assert sorted(found.rows()) == [("c1", "address", "a2", "Dock", 0, 0), ("c1", "customer", "c1", "Color", 0, 0)]


def test_people_have_names() -> None:
    tables, _ = read(EXAMPLE)
    assert tables.customers["assigned_sales_rep_ids"].to_list() == [["r1"]]
    assert tables.sales_reps.names == {"r1": "Ann Lee"}
    assert tables.price_lists.names == {"p1": "Retail"}
    assert orjson.loads(tables.sales_reps.records["r1"])["first_name"] == "Ann"


def test_a_file_may_use_the_names_of_the_body() -> None:
    body = {
        "id": "c1", "company_name": "Acme", "assigned_sales_rep_ids": ["r2", "r1"], "assigned_price_list_id": "p1",
        "primary_contact_id": "k9",
    }  # fmt: skip
    tables, _ = read(body)
    customer = tables.customers.row(0, named=True)
    assert {key: customer[key] for key in body} == body
    assert customer["detailed"] is False
    found = assemble(tables, [0])[0]
    assert found["name"] == "Acme"
    assert found["assigned_sales_reps"] == [{"id": "r2"}, {"id": "r1"}]
    assert found["primary_contact_id"] == "k9"


def test_a_flag_outweighs_a_pointer_that_contradicts_it() -> None:
    tables, _ = read({**EXAMPLE, "primary_contact_id": "k2"})
    assert tables.customers["primary_contact_id"].to_list() == ["k1"]
    assert assemble(tables, [0])[0]["primary_contact_id"] == "k2"


def test_a_summary_is_not_detailed_and_an_empty_list_is() -> None:
    tables, _ = read({"id": "1", "name": "addresses"}, {"id": "2", "contacts": []}, {"id": "3", "attributes": None})
    assert tables.customers["detailed"].to_list() == [False, True, True]


def test_a_wrapped_answer_is_read_and_the_order_is_kept() -> None:
    tables, rejected = read({"id": "1", "u": 1}, {"data": EXAMPLE}, {"data": {"id": "2", "u": 1.50}}, {"id": "3"})
    assert rejected == []
    assert tables.customers["id"].to_list() == ["1", "c1", "2", "3"]
    assert tables.addresses["_customer"].to_list() == [1, 1, 1]


def test_pretty_printed_json_is_read() -> None:
    tables, rejected = read(json.dumps({"data": EXAMPLE}, indent=2))
    assert rejected == []
    assert same(assemble(tables, [0])[0]) == same(EXAMPLE)


def test_numbers_keep_their_digits() -> None:
    tables, _ = read('{"id":"1","phone":12345678901234567890123,"display_id":1.50,"big":1e400,"credit":1.50}')
    customer = tables.customers.row(0, named=True)
    assert (customer["phone"], customer["display_id"]) == ("12345678901234567890123", "1.50")
    assert customer["_extra"] == '{"big":1e400,"credit":1.50}'


@pytest.mark.parametrize(("written", "text"), [("1.50", "1.50"), ("1e3", "1e3"), ("-0", "-0"), ("true", "true")])
def test_what_is_no_text_becomes_the_text_that_stood_there(written: str, text: str) -> None:
    tables, _ = read(f'{{"id":"1","phone":{written}}}', f'{{"id": "2", "phone": {written}}}')
    assert tables.customers["phone"].to_list() == [text, text]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id":"1","addresses":[{"city":{}}]}', "addresses[0].city is an object, expected text"),
        ('{"id":"1","contacts":[{},{"is_default":"yes"}]}', "contacts[1].is_default is text, expected true or false"),
        (
            '{"id":"1","contacts":[{"id":"k","attributes":[4]}]}',
            "contacts[0].attributes[0] is a number, expected an object",
        ),
        ('{"id":"1","addresses":[null]}', "addresses[0] is null, expected an object"),
        ('{"id":"1","attributes":{}}', "attributes is an object, expected a list"),
        ('{"name":"no id"}', "has no id"),
        ('{"id":""}', "has no id"),
        ("[]", "is a list, expected an object"),
        ("null", "is null, expected an object"),
        ('{"id":"1","name":"cut', "is cut off: the JSON ends too early"),
        ('{"id":"1"},{"id":"2"}', "is not JSON: Extra data at character 11"),
        ('{"id":"1","phone":"2","phone":"3"}', "gives 'phone' twice"),
        ('{"id":"1","name":"\\ud800"}', "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"),
        ('{"id":"1","u":"\\udc00"}', "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"),
        ('{"id":"1","u":NaN}', "is not JSON: NaN"),
        ('{"id":"1","u":' + "[" * 5000 + "]" * 5000 + "}", "is nested too deeply"),
        ('{"id":"1","u":' + "[" * 400 + "]" * 400 + "}", "is nested too deeply"),
    ],
)
def test_what_cannot_be_taken_is_set_aside_with_its_place(line: str, reason: str) -> None:
    tables, rejected = read({"id": "before"}, line, {"id": "after"})
    assert rejected == [Rejected("line 2", reason)]
    assert tables.customers["id"].to_list() == ["before", "after"]


def test_lines_that_only_together_are_json_are_not_joined() -> None:
    double = '{"id":"8"},{"id":"9"}'
    tables, rejected = read('{"id":"x}', '{", "name":"y"}', double, '{"id":"5","a":[{"b":1}', '{"c":2}]}', double)
    assert tables.customers.is_empty()
    assert [one.place for one in rejected] == [f"line {n}" for n in range(1, 7)]


def test_the_second_record_of_an_id_is_set_aside() -> None:
    again = {"id": "c1", "name": "Other", "contacts": [{"id": "k7"}]}
    tables, rejected = read(EXAMPLE, again, {"id": "2", "contacts": [{"id": "k8"}]})
    assert rejected == [Rejected("line 2", "customer c1 was given before, at line 1; that one is kept")]
    assert tables.customers["company_name"].to_list() == ["Acme", None]
    assert tables.contacts.select("id", "_customer").rows() == [("k1", 0), ("k2", 0), ("k8", 1)]


def test_items_that_are_gone_are_not_assembled() -> None:
    tables, _ = read(EXAMPLE)
    gone = tables.contacts.with_columns(_gone=pl.col("id") == "k1")
    found = assemble(tables.with_frames({"contacts": gone}), [0])[0]
    assert [one["id"] for one in found["contacts"]] == ["k2"]


def test_a_bad_line_among_thousands_costs_only_itself() -> None:
    lines = [json.dumps({**EXAMPLE, "id": f"c{n}"}) for n in range(1000)]
    lines[700] = '{"id": ["c700"]}'
    tables, rejected = decode(lines, place)
    assert [one.place for one in rejected] == ["line 701"]
    assert tables.customers.height == 999
    assert tables.addresses["_customer"].to_list() == [n // 3 for n in range(2997)]


def test_no_lines_are_no_rows() -> None:
    tables, rejected = decode([], place)
    assert (tables.customers.height, rejected) == (0, [])
    assert dict(tables.attributes.schema) == schema("attributes")


def test_many_lines_are_taken_in_pieces_and_in_their_order() -> None:
    lines = [json.dumps({"id": f"c{number}", "first_name": "é" * (number % 7)}) for number in range(1203)]
    lines[700] = "no customer"
    tables, rejected = decode(lines, str)
    assert tables.customers["id"].to_list() == [f"c{number}" for number in range(1203) if number != 700]
    assert [one.place for one in rejected] == ["700"]
    assert tables.customers.equals(decode(pl.Series(lines), str)[0].customers)
