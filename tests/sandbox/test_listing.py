"""`GET /v1/customers` as the reference documents it."""

from __future__ import annotations

import pytest

from workbench.sandbox.world import SUMMARY


def test_only_active_customers_come_unless_asked(client):
    world = client.sandbox.world
    statuses = [world.customer(i)["status"] for i in world.ids()]
    assert client.list()["pagination"]["total_records"] == statuses.count("active") < len(statuses)
    assert client.list(status="inactive")["pagination"]["total_records"] == statuses.count("inactive")


def test_rows_are_the_documented_summary_only(client):
    for row in client.list(page_size=100)["data"]:
        assert tuple(row) == SUMMARY
        whole = client.sandbox.world.customer(row["id"])
        assert row == {name: whole[name] for name in SUMMARY}


@pytest.mark.parametrize("sort", ["asc", "desc"])
@pytest.mark.parametrize(("sort_by", "key"), [("created_at",) * 2, ("updated_at",) * 2, ("company_name", "name")])
def test_pages_hold_every_customer_once_in_order(client, sort_by, key, sort):
    rows, page = [], 1
    while page:
        answer = client.list(page=page, page_size=7, sort_by=sort_by, sort=sort)
        pagination = answer["pagination"]
        assert pagination["current_page"] == page
        assert pagination["prev_page"] == page - 1
        assert pagination["total_pages"] == -(-pagination["total_records"] // 7)
        rows += answer["data"]
        page = pagination["next_page"]
    keys = [row[key].casefold() for row in rows]
    assert keys == sorted(keys, reverse=sort == "desc")
    assert len({row["id"] for row in rows}) == len(rows) == pagination["total_records"]


def test_a_page_beyond_the_last_is_empty(client):
    answer = client.list(page=99, page_size=10)
    assert answer["data"] == []
    assert answer["pagination"]["next_page"] == 0


def test_bounds_leave_out_the_second_they_name(client):
    rows = client.list(page_size=100, sort_by="created_at", sort="asc")["data"]
    low, high = rows[10]["created_at"], rows[30]["created_at"]
    found = client.list(page_size=100, created_after=low, created_before=high)["data"]
    assert {row["id"] for row in found} == {row["id"] for row in rows if low < row["created_at"] < high}


def test_what_changed_is_found_by_updated_after(client):
    rows = client.list(page_size=100, sort_by="updated_at")["data"]
    newest = rows[0]["updated_at"]
    assert client.list(updated_after=newest)["data"] == []
    client.patch(rows[5]["id"], {"payment_term": "changed"})
    assert [row["id"] for row in client.list(updated_after=newest)["data"]] == [rows[5]["id"]]
    assert client.list(page_size=1)["data"][0]["id"] == rows[5]["id"]


def test_reference_ids_are_found_as_they_are_now(client):
    ids = [row["id"] for row in client.list(page_size=100)["data"]]
    client.patch(ids[0], {"reference_id": "ONE"})
    client.patch(ids[1], {"reference_id": "TWO"})
    assert {row["id"] for row in client.list(reference_ids="ONE, TWO,THREE")["data"]} == set(ids[:2])
    client.patch(ids[0], {"reference_id": ""})
    assert {row["id"] for row in client.list(reference_ids="ONE,TWO")["data"]} == {ids[1]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page_size", "101"),
        ("page_size", "0"),
        ("status", "all"),
        ("sort", "up"),
        ("sort_by", "email"),
        ("created_after", "2026-01-01"),
        ("updated_before", "2026-13-01T00:00:00Z"),
        ("reference_ids", ","),
        ("pagesize", "10"),
    ],
)
def test_a_bad_parameter_is_named(client, field, value):
    answer = client.http.get("/v1/customers", params={field: value})
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["details"]] == [field]
