"""`PATCH /v1/customers/{id}`: sparse, validated, idempotent."""

from __future__ import annotations

from itertools import count

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sandbox.application import Habits
from workbench.sandbox.errors import Refused
from workbench.sandbox.samples import sample_customers, sample_price_lists, sample_staff
from workbench.sandbox.server import Sandbox
from workbench.sandbox.world import World

READ_AS = {"company_name": "name"}


def two_addresses(customer):
    return len(customer["addresses"]) >= 2


def test_an_unknown_customer_is_not_found(client):
    assert client.send("nobody", {}).status_code == 404
    assert client.http.get("/v1/customers/nobody").json()["code"] == "not_found"


def test_names_of_the_body_are_read_back_under_the_names_of_the_answer(client):
    world = client.sandbox.world
    rep, price_list = list(world.staff.values())[3], list(world.price_lists.values())[1]
    body = {"company_name": "New", "assigned_sales_rep_ids": [rep["id"]], "assigned_price_list_id": price_list["id"]}
    after = client.patch(world.ids()[0], body)
    assert (after["name"], after["assigned_sales_reps"], after["assigned_price_list"]) == ("New", [rep], price_list)


def test_updated_at_moves_only_when_something_changed(client):
    before = client.find(two_addresses)
    same = client.patch(before["id"], {"payment_term": before["payment_term"]})
    assert same == before
    address = before["addresses"][1]
    after = client.patch(before["id"], {"addresses": [{"id": address["id"], "city": "Elsewhere"}]})
    assert after["updated_at"] > before["updated_at"]
    assert after["addresses"][1]["updated_at"] == after["updated_at"]
    assert after["addresses"][0] == before["addresses"][0]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b'"\\ud800"', b"\xff"])
def test_what_is_no_json_object_is_refused(client, content):
    answer = client.http.patch(f"/v1/customers/{client.sandbox.world.ids()[0]}", content=content)
    assert answer.status_code == 400


def test_wrong_shapes_are_named_one_by_one(client):
    body = {
        "colour": "red",
        "name": "x",
        "status": "active",
        "phone": 5,
        "assigned_sales_rep_ids": [1],
        "addresses": [{"city": [], "is_default": "yes", "status": "x", "attributes": [{"value": "x"}]}, 3],
        "contacts": {},
        "attributes": [{"name": "", "id": "x"}],
    }
    assert set(client.refused(client.sandbox.world.ids()[0], body, 400)) == {
        "colour",
        "name",
        "status",
        "phone",
        "assigned_sales_rep_ids[0]",
        "addresses[0].city",
        "addresses[0].is_default",
        "addresses[0].status",
        "addresses[0].attributes[0].name",
        "addresses[1]",
        "contacts",
        "attributes[0].name",
        "attributes[0].id",
    }


def test_limits_are_named_one_by_one_and_nothing_is_applied(client):
    before = client.find(two_addresses)
    address = {
        "id": before["addresses"][0]["id"],
        "address_line_1": "x" * 256,
        "city": "x" * 51,
        "country": "USA!",
        "type": "home",
    }
    body = {
        "payment_term": "NEW",
        "phone": "555-1",
        "email": "nobody",
        "first_name": "x" * 51,
        "addresses": [address, {"id": "unknown"}, {"city": "no type"}],
        "assigned_sales_rep_ids": ["nobody"],
        "assigned_price_list_id": "none",
        "primary_contact_id": "none",
        "default_billing_address_id": "none",
    }
    assert set(client.refused(before["id"], body, 422)) == {
        "phone",
        "email",
        "first_name",
        "addresses[0].address_line_1",
        "addresses[0].city",
        "addresses[0].country",
        "addresses[0].type",
        "addresses[1].id",
        "addresses[2].type",
        "assigned_sales_rep_ids[0]",
        "assigned_price_list_id",
        "primary_contact_id",
        "default_billing_address_id",
    }
    assert client.get(before["id"]) == before


def writable(item):
    """An item as a client carries it: its id and its writable fields, null ones left out."""
    read_only = ("status", "created_at", "updated_at", "customer_id")
    kept = {name: value for name, value in item.items() if name not in read_only and value is not None}
    kept["attributes"] = [{"name": a["name"], "value": a["value"]} for a in item["attributes"]]
    return kept


@pytest.mark.parametrize("nested", ["merge", "replace", "position"])
def test_a_whole_array_carried_untouched_changes_nothing_whatever_is_stored(nested):
    world = Sandbox(customers=400, nested=nested).world
    for customer_id in world.ids():
        before = world.customer(customer_id)
        addresses, contacts = ([writable(item) for item in before[name]] for name in ("addresses", "contacts"))
        attributes = [{"name": a["name"], "value": a["value"]} for a in before["attributes"]]
        assert world.edit(customer_id, addresses=addresses, contacts=contacts, attributes=attributes) == before


def test_a_new_item_is_recognised_by_its_reference_id(client):
    before = client.find(two_addresses)
    body = {"addresses": [{"reference_id": "OURS", "type": "shipping", "city": "Here"}]}
    once = client.patch(before["id"], body)
    assert once["addresses"][:-1] == before["addresses"]
    assert client.patch(before["id"], body) == once
    body["addresses"][0]["city"] = "There"
    again = client.patch(before["id"], body)
    assert [a["id"] for a in again["addresses"]] == [a["id"] for a in once["addresses"]]
    assert again["addresses"][-1]["city"] == "There"


def test_a_pointer_and_the_flags_are_one_fact(client):
    customer = client.find(lambda c: len(c["contacts"]) >= 2)
    first, second = (contact["id"] for contact in customer["contacts"][:2])
    after = client.patch(customer["id"], {"primary_contact_id": second})
    assert [c["id"] for c in after["contacts"] if c["is_default"]] == [second]
    after = client.patch(customer["id"], {"contacts": [{"id": first, "is_default": True}]})
    assert [c["id"] for c in after["contacts"] if c["is_default"]] == [first]


def test_a_pointer_takes_only_an_address_of_its_type(client):
    customer = client.find(lambda c: {a["type"] for a in c["addresses"]} == {"billing", "shipping"})
    by_type = {address["type"]: address["id"] for address in customer["addresses"]}
    assert client.refused(customer["id"], {"default_billing_address_id": by_type["shipping"]}, 422)
    others = [a for a in customer["addresses"] if a["type"] == "billing"]
    after = client.patch(customer["id"], {"default_shipping_address_id": by_type["shipping"]})
    assert [a for a in after["addresses"] if a["type"] == "billing"] == others


def test_attributes_are_set_by_name_at_every_level(client):
    customer = client.find(lambda c: c["attributes"] and c["addresses"])
    name = customer["attributes"][0]["name"]
    address = {"id": customer["addresses"][0]["id"], "attributes": [{"name": "Gate", "value": "4"}]}
    body = {"attributes": [{"name": name, "value": "new"}], "addresses": [address]}
    after = client.patch(customer["id"], body)
    assert after["attributes"][0]["id"] == customer["attributes"][0]["id"]
    assert after["attributes"][0]["value"] == "new"
    assert len(after["attributes"]) == len(customer["attributes"])
    assert after["addresses"][0]["attributes"][-1]["value"] == "4"
    assert client.patch(customer["id"], body) == after


CUSTOMERS = list(sample_customers(150))
STAFF = [rep["id"] for rep in sample_staff()]
PRICES = [price_list["id"] for price_list in sample_price_lists()]


def world_of(customer, habits):
    """A world of its own for one example, in which every change has a second of its own."""
    ticks = count()

    def clock():
        return f"2030-01-01T00:00:{next(ticks):02d}Z"

    return World(
        [(customer["id"], orjson.dumps(customer))], sample_staff(), sample_price_lists(), habits=habits, clock=clock
    )


TEXTS = st.sampled_from(["", "x", " padded ", "ÄÖ 北京", "US", "DE", None])
SCALARS = st.fixed_dictionaries(
    {},
    optional={
        "company_name": TEXTS,
        "payment_term": TEXTS,
        "reference_id": TEXTS,
        "phone": st.sampled_from(["+14155552671", "", None]),
        "assigned_sales_rep_ids": st.lists(st.sampled_from(STAFF), max_size=3),
        "assigned_price_list_id": st.sampled_from([*PRICES, None]),
        "attributes": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from("ABC"), "value": TEXTS}),
            max_size=3,
            unique_by=lambda attribute: attribute["name"],
        ),
    },
)


@st.composite
def bodies(draw, customer):
    body = draw(SCALARS)
    for array in ("addresses", "contacts"):
        items = []
        for item in draw(st.permutations(customer[array])):
            if draw(st.booleans()):
                known = (
                    {"city": TEXTS, "type": st.sampled_from(["billing", "shipping"])} if array == "addresses" else {}
                )
                fields = {"first_name": TEXTS, "is_default": st.booleans(), "reference_id": TEXTS, **known}
                items.append({"id": item["id"], **draw(st.fixed_dictionaries({}, optional=fields))})
        if draw(st.booleans()):
            new = {"reference_id": draw(st.sampled_from(["NEW", "OTHER"])), "is_default": draw(st.booleans())}
            items.insert(draw(st.integers(0, len(items))), new | ({"type": "billing"} if array == "addresses" else {}))
        if items:
            body[array] = items
    pointed = [(name, kind) for name, kind in (("default_billing_address_id", "billing"),) if draw(st.booleans())]
    for name, kind in pointed:
        ids = [a["id"] for a in customer["addresses"] if a["type"] == kind]
        if ids:
            body[name] = draw(st.sampled_from([*ids, None]))
    return body


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_repeated_patch_changes_nothing_more(data):
    customer = data.draw(st.sampled_from(CUSTOMERS))
    nested, null = data.draw(st.sampled_from(["merge", "replace"])), data.draw(st.sampled_from(["clear", "ignore"]))
    world = world_of(customer, Habits(nested, null, data.draw(st.booleans())))
    body = data.draw(bodies(customer))
    try:
        once = world.edit(customer["id"], **body)
    except Refused:
        once = customer
        with pytest.raises(Refused):
            world.edit(customer["id"], **body)
    else:
        assert world.edit(customer["id"], **body) == once
    assert world.customer(customer["id"]) == once


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_fields_that_are_not_in_the_body_stay(data):
    before = data.draw(st.sampled_from(CUSTOMERS))
    body = data.draw(SCALARS)
    after = world_of(before, Habits()).edit(before["id"], **body)
    touched = {READ_AS.get(name, name) for name in body} | {"updated_at"}
    touched |= {name.replace("_rep_ids", "_reps").replace("_list_id", "_list") for name in touched}
    for name in before:
        if name not in touched:
            assert after[name] == before[name], name
    for name in ("company_name", "payment_term", "reference_id", "phone"):
        if name in body:
            assert after[READ_AS.get(name, name)] == body[name]
