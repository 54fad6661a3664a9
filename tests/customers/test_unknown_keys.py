"""Unknown keys that every record carries: read thousands at a time, and exactly as one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.form import amount
from workbench.customers import decode as quick
from workbench.customers.fields import TABLES
from workbench.customers.odd import rewrite
from workbench.customers.records import assemble, decode

Object = dict[str, Any]
MANY = 40


def customer(number: int, **unknown: Any) -> Object:
    return {
        "id": f"c{number}",
        "addresses": [{"id": f"a{number}", "city": "Austin"}],
        "contacts": [{"id": f"k{number}", "attributes": [{"id": "t", "name": "Color"}]}],
        "attributes": [{"id": "t", "name": "Size", "value": "3"}],
        **unknown,
    }


def line(number: int, unknown: str = "") -> str:
    """A customer with unknown keys as they are written."""
    return json.dumps(customer(number))[:-1] + (f", {unknown}}}" if unknown else "}")


def one_by_one(lines: list[str]) -> Any:
    """The tables of lines that are each read alone, and so by `customers.odd` if a key is unknown."""
    alone = [decode([text], str) for text in lines]
    assert not any(rejected for _, rejected in alone)
    return [assemble(tables, [0])[0] for tables, _ in alone]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The lines that were read in Python."""
    read: list[str] = []

    def rewritten(text: str) -> Any:
        read.append(text)
        return rewrite(text)

    monkeypatch.setattr(quick, "rewrite", rewritten)
    return read


@pytest.mark.parametrize(
    ("written", "extra"),
    [
        ('"credit": 1.50, "big": 12345678901234567890123, "e": 1E+2, "n": -0',
         '{"big":12345678901234567890123,"credit":1.50,"e":1E+2,"n":-0}'),
        ('"tags": null', None),
        ('"tags": [], "vip": true, "m": {}', '{"m":{},"tags":[],"vip":true}'),
        ('"text": "a\\n\\"\\\\\\u0001\\u00e9/", "u": {"t": "\\"\\\\\\/", "n": null}',
         '{"text":"a\\n\\"\\\\\\u0001é/","u":{"t":"\\"\\\\/","n":null}}'),
        ('"meta": {"tags": ["a"], "meta": {"tags": 1.0}}, "tags": [2]',
         '{"meta":{"tags":["a"],"meta":{"tags":1.0}},"tags":[2]}'),
        ('"x": [[[[[1]]]]]', '{"x":[[[[[1]]]]]}'),
        ('"department": "Sales", "city": "Rome", "owner_id": "7"',
         '{"city":"Rome","department":"Sales","owner_id":"7"}'),
    ],
)  # fmt: skip
def test_unknown_keys_of_all_records_come_back_as_they_were(written: str, extra: str, slow: list[str]) -> None:
    tables, rejected = decode([line(n, written) for n in range(MANY)], str)
    assert (rejected, slow) == ([], [])
    assert tables.customers["_extra"].to_list() == [extra] * MANY


def test_unknown_keys_stay_with_their_objects(slow: list[str]) -> None:
    found = [customer(n, score=n, note="mine") for n in range(MANY)]
    for n, one in enumerate(found):
        one["addresses"][0] |= {"score": [n], "county": "Kent"}
        one["contacts"][0] |= {"customer_id": one["id"], "opted_in": n % 2 == 0}
        one["contacts"][0]["attributes"][0]["unit"] = {"of": n}
        one["attributes"][0]["unit"] = None
        one["assigned_sales_reps"] = [{"id": "r", "avatar": {"size": 1.0}}]
        one["assigned_price_list"] = {"id": "p", "currency": "EUR"}
    lines = [json.dumps(one) for one in found]
    tables, rejected = decode(lines, str)
    assert (rejected, slow) == ([], [])
    assert tables.addresses["_extra"][3] == '{"county":"Kent","score":[3]}'
    assert tables.contacts["_extra"][3] == '{"customer_id":"c3","opted_in":false}'
    assert tables.attributes.filter(owner="contact")["_extra"][3] == '{"unit":{"of":3}}'
    assert json.loads(tables.sales_reps.records["r"])["avatar"] == {"size": 1.0}
    assert json.loads(tables.price_lists.records["p"])["currency"] == "EUR"


def test_a_key_that_changes_its_kind_is_learnt_again(slow: list[str]) -> None:
    values = [*["text"] * 150, *[{"now": "an object"}, 7, None, True] * 20]
    tables, rejected = decode([json.dumps(customer(n, x=value)) for n, value in enumerate(values)], str)
    assert (rejected, slow) == ([], [])
    assert [json.loads(one)["x"] if one else None for one in tables.customers["_extra"]] == values
    assert tables.customers["id"].to_list() == [f"c{n}" for n in range(len(values))]


def test_keys_that_differ_in_every_record_are_kept() -> None:
    tables, rejected = decode([line(n, f'"k{n}": {n}') for n in range(3 * MANY)], str)
    assert rejected == []
    assert tables.customers["_extra"].to_list() == [f'{{"k{n}":{n}}}' for n in range(3 * MANY)]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ('"m": {"a": 1, "a": 2}', "gives 'a' twice"),
        ('"m": 1, "m": 2', "gives 'm' twice"),
        ('"m": 1.5.0', "is not JSON: Expecting ',' delimiter"),
        ('"m": 01', "is not JSON: Expecting ',' delimiter"),
        ('"m": [1}', "is not JSON: Expecting ',' delimiter"),
        ('"m": "\\x"', "is not JSON: Invalid \\escape"),
        ('"m": nul', "is not JSON: Expecting value"),
        ('"m": NaN', "is not JSON: NaN"),
        ('"m": {"a": "\\ud800"}', "holds half of a surrogate pair"),
    ],
)
def test_a_damaged_value_costs_only_its_record(odd: str, reason: str) -> None:
    tables, rejected = decode([line(n, odd if n == 7 else '"m": {"a": 1}') for n in range(MANY)], str)
    assert [one.place for one in rejected] == ["7"]
    assert rejected[0].reason.startswith(reason)
    assert tables.customers["_extra"].to_list() == ['{"m":{"a":1}}'] * (MANY - 1)


@pytest.mark.parametrize(
    "odd",
    [
        '"\\u006d": "5"',
        '"name": "\\", \\"m\\": 2"',
        '"x\\"m": 5',
        '"note": "\\"m\\": 2", "m": "3"',
        '"m": [[[[[[[[1]]]]]]]]',
        '"m" : 1.50',
        '"customer_id": "c7"',
        '"customer_id": 7',
        '"addresses": null, "contacts": null, "m": ["addresses"]',
    ],
)
def test_a_record_unlike_the_others_is_read_the_same(odd: str) -> None:
    def text(n: int) -> str:
        if n == 7:
            return f'{{"id": "c7", {odd}}}'
        return line(n, '"m": 1.50, "customer_id": "other"')

    lines = [text(n) for n in range(MANY)]
    tables, rejected = decode(lines, str)
    assert rejected == []
    assert assemble(tables, range(MANY)) == one_by_one(lines)


def test_an_address_of_another_customer_says_so() -> None:
    found = [{"id": f"c{n}", "addresses": [{"id": f"a{n}", "customer_id": "other"}]} for n in range(MANY)]
    tables, _ = decode([json.dumps(one) for one in found], str)
    assert [one["addresses"][0]["customer_id"] for one in assemble(tables, range(MANY))] == ["other"] * MANY
    assert tables.addresses["customer_id"].to_list() == [f"c{n}" for n in range(MANY)]


names = st.sampled_from(
    ["tags", "m", "flag", "name", "type", "customer_id", "department", "owner_id", "x.y", "é", "m m"]
)
texts = st.sampled_from(
    ["", "a", "5", "true", '"', "\\", "\n", '"m": 1', '", "m": 1', '":', "é", "\x7f", "null", "[", "{"]
)
scalars = st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(-1e9, 1e9) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names | texts, inner, max_size=2), max_leaves=5
)
unknown = st.dictionaries(names, values, max_size=2)


def with_unknown(number: int, found: list[Object]) -> Object:
    one = customer(number)
    contact = one["contacts"][0]
    objects = [one, one["addresses"][0], contact, contact["attributes"][0], one["attributes"][0]]
    for known, more in zip(objects, found, strict=True):
        known.update({key: value for key, value in more.items() if key not in known})
    return one


@settings(max_examples=amount(25, 600), deadline=None)
@given(
    st.lists(unknown, min_size=5, max_size=5),
    st.lists(st.none() | st.lists(unknown, min_size=5, max_size=5), min_size=4, max_size=8),
    st.booleans(),
    st.sampled_from([None, (",", ":")]),
)
def test_records_read_together_are_as_those_read_one_by_one(
    common: list[Object], own: list[list[Object] | None], ascii_only: bool, spaces: Any
) -> None:
    found = [with_unknown(n, common if mine is None else mine) for n, mine in enumerate(own)]
    lines = [json.dumps(one, ensure_ascii=ascii_only, separators=spaces) for one in found]
    alone = [decode([text], str) for text in lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "_FEW", 2)
        tables, rejected = decode(lines, str)
    assert [one.reason for one in rejected] == [one.reason for _, each in alone for one in each]
    for table in TABLES:
        theirs = pl.concat([each[table].drop("_customer", strict=False) for each, _ in alone])
        mine = tables[table].drop("_customer", strict=False)
        order = ["customer_id", "owner", "owner_id"] if table == "attributes" else ["customer_id"]
        assert_frame_equal(mine.sort(order), theirs.sort(order))
