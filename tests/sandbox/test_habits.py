"""What the documentation leaves open: arrays, null, normalised values."""

from __future__ import annotations

import pytest

from workbench.sandbox.errors import SandboxError
from workbench.sandbox.server import Sandbox


def with_two(connect, **options):
    client = connect(**options)
    return client, client.find(lambda c: len(c["addresses"]) == 2)


def ids(customer):
    return [address["id"] for address in customer["addresses"]]


def test_merge_keeps_what_the_body_leaves_out(connect):
    client, before = with_two(connect, nested="merge")
    second = before["addresses"][1]
    after = client.patch(before["id"], {"addresses": [{"id": second["id"], "city": "New"}]})
    assert ids(after) == ids(before)
    assert after["addresses"][0] == before["addresses"][0]
    assert after["addresses"][1] == second | {"city": "New", "updated_at": after["updated_at"]}


def test_replace_deletes_what_the_body_leaves_out(connect):
    client, before = with_two(connect, nested="replace")
    second = before["addresses"][1]
    after = client.patch(before["id"], {"addresses": [{"id": second["id"], "city": "New"}]})
    assert after["addresses"] == [second | {"city": "New", "updated_at": after["updated_at"]}]
    assert client.patch(before["id"], {"addresses": []})["addresses"] == []


def test_insert_ignores_ids(connect):
    client, before = with_two(connect, nested="insert")
    second = before["addresses"][1]
    after = client.patch(before["id"], {"addresses": [{"id": second["id"], "city": "New", "type": "billing"}]})
    assert after["addresses"][:2] == before["addresses"]
    assert after["addresses"][2]["id"] not in ids(before)
    assert after["addresses"][2]["city"] == "New"


def test_position_changes_the_wrong_item(connect):
    client, before = with_two(connect, nested="position")
    after = client.patch(before["id"], {"addresses": [{"id": before["addresses"][1]["id"], "city": "New"}]})
    assert ids(after) == ids(before)
    assert [a["city"] for a in after["addresses"]] == ["New", before["addresses"][1]["city"]]


def test_null_clears_or_is_ignored(connect):
    for null in ("clear", "ignore"):
        client = connect(null=null)
        before = client.find(lambda c: c["payment_term"] and c["assigned_price_list"] and c["assigned_sales_reps"])
        body = {"payment_term": None, "assigned_price_list_id": None, "assigned_sales_rep_ids": None}
        after = client.patch(before["id"], body)
        if null == "ignore":
            assert after == before
        else:
            cleared = (after["payment_term"], after["assigned_price_list"], after["assigned_sales_reps"])
            assert cleared == (None, None, [])


def test_empty_text_clears_under_both(connect):
    for null in ("clear", "ignore"):
        client = connect(null=null)
        before = client.find(lambda c: c["payment_term"] and c["assigned_price_list"])
        after = client.patch(before["id"], {"payment_term": "", "assigned_price_list_id": ""})
        assert (after["payment_term"], after["assigned_price_list"]) == ("", None)


def test_a_server_that_normalises_stores_something_else(connect):
    client = connect(normalise=True)
    before = client.find(lambda c: c["addresses"] and c["addresses"][0]["country"] not in ("US", "USA"))
    body = {"payment_term": " NET30\u00a0", "addresses": [{"id": before["addresses"][0]["id"], "country": "US"}]}
    after = client.patch(before["id"], body)
    assert after["payment_term"] == "NET30"
    assert after["addresses"][0]["country"] == "USA"
    assert client.patch(before["id"], body) == after


@pytest.mark.parametrize("options", [{"nested": "deep"}, {"null": "keep"}, {"customers": -1}, {"faults": {"999": 1}}])
def test_an_option_that_is_none_is_explained(options):
    with pytest.raises(SandboxError, match=r"^[^\n]+$"):
        Sandbox(**options)
