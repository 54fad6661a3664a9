"""A pointer to an item that is yet to be made: it waits, the plan says so, and the next commit sends it with the id."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.preview.text import summary_lines, text_lines
from workbench.stage.choice import Choice
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Desk = Any
Made = Callable[..., Desk]

POINTER = "default_billing_address_id"
ADDRESS = [Edit("set", "city", "Springfield"), Edit("set", "type", "billing"), Edit("set", "reference_id", "HQ")]


@pytest.fixture
def here(desk: Made) -> Desk:
    """A desk with a new billing address for each of the first three customers, and a pointer to it."""
    made = desk()
    made.workbench.stage(ADDRESS, table="addresses", where=first(made), new=True)
    done = made.workbench.stage([Edit("set", POINTER, "+HQ")], where=first(made))
    assert (done.changed, done.invalid) == (3, 0)
    return made


def first(here: Desk) -> str:
    return " OR ".join(f"id:={id_}" for id_ in ids(here))


def ids(here: Desk) -> list[str]:
    return here.workbench.snapshot.base.customers["id"].head(3).to_list()  # type: ignore[no-any-return]


def bodies(here: Desk) -> list[Any]:
    return [json.loads(body) for _, body in here.workbench.preview().bodies()]


def test_a_plan_leaves_the_pointer_out_and_says_so_in_every_form(here: Desk, tmp_path: Path) -> None:
    preview = here.workbench.preview()
    assert all(list(body) == ["addresses"] for body in bodies(here))
    assert preview.waiting.rows() == [(id_, POINTER, "+HQ") for id_ in ids(here)]
    for lines in (text_lines(preview, str), summary_lines(preview, str)):
        assert any("3 customers need a second commit after this one" in line for line in lines)
    assert here.workbench.review().tally.waiting == 3
    assert json.loads("".join(here.workbench.plan_lines(preview)))["waiting"][0]["after"] == "+HQ"
    assert here.workbench.plan().waiting == 3


def test_the_next_commit_sends_the_pointer_with_the_id_that_the_server_gave(here: Desk) -> None:
    done = here.commit()
    assert (done.committed, done.waiting, done.exit_code) == (3, 3, 3)
    assert here.workbench.status().staged == 3
    made = {
        id_: next(a["id"] for a in here.world.customer(id_)["addresses"] if a["reference_id"] == "HQ")
        for id_ in ids(here)
    }
    assert [body[POINTER] for body in bodies(here)] == list(made.values())
    assert here.workbench.preview().waiting.height == 0
    again = here.commit()
    assert (again.committed, again.waiting, again.side_effects, again.exit_code) == (3, 0, 0, 0)
    for id_, address in made.items():
        assert [
            a["id"] for a in here.world.customer(id_)["addresses"] if a["is_default"] and a["type"] == "billing"
        ] == [address]
    assert here.workbench.status().staged == 0
    assert [one["state"] for one in here.workbench.log().operations] == ["committed", "committed"]


def test_both_commits_survive_a_session_that_is_opened_again_between_and_a_revert_goes_back(here: Desk) -> None:
    before = {id_: here.world.customer(id_)["addresses"] for id_ in ids(here)}
    here.commit()
    path = here.workbench.path
    here.workbench.close()
    with Workbench.open(path, key="any") as again:
        assert [list(json.loads(body)) for _, body in again.preview().bodies()] == [[POINTER]] * 3
        assert again.commit().committed == 3
        back = again.revert()
        stays = [one["id"] for one in back.irreversible]
        assert (back.changed, len(stays)) == (1, 2)
        assert again.commit().committed == 1
    for id_, addresses in before.items():
        if id_ in stays:
            continue
        now = {a["id"]: a for a in here.world.customer(id_)["addresses"]}
        assert [now[a["id"]]["is_default"] for a in addresses] == [a["is_default"] for a in addresses]


def test_a_pointer_whose_item_nothing_makes_any_more_holds_its_customer(here: Desk) -> None:
    here.workbench.drop(1)
    held = [patch.held for patch in here.workbench.preview().patches()]
    assert held == [f"{POINTER}: no billing address of this customer has this id"] * 3
    assert here.commit().run is None
    here.workbench.enable(1)
    assert here.commit().committed == 3


def test_an_item_that_is_left_out_of_a_commit_takes_the_customer_with_its_pointer_along(here: Desk) -> None:
    cells = {("addresses", "city"): here.workbench.snapshot.staged_cells_of(("addresses", "city"))["row"]}
    chosen = here.workbench.preview(choice=Choice().without(cells))
    assert [patch.held is not None for patch in chosen.patches()] == [True] * 3


def test_a_new_item_is_pointed_to_by_its_name_too_and_one_that_is_there_by_its_reference(desk: Made) -> None:
    here = desk()
    contact = [
        Edit("set", "first_name", "Ada"),
        Edit("set", "last_name", "Lovelace"),
        Edit("set", "reference_id", "ADA"),
    ]
    here.workbench.stage(contact, table="contacts", where=first(here), new=True)
    here.workbench.stage([Edit("set", "primary_contact_id", "ada lovelace")], where=first(here))
    assert here.workbench.preview().waiting["after"].to_list() == ["+ADA"] * 3
    here.commit()
    here.workbench.unstage(where="is:staged")
    here.workbench.stage([Edit("set", "primary_contact_id", "+ADA")], where=first(here))
    assert here.workbench.preview().waiting.height == 0
    assert here.commit().committed == 3


def test_where_the_item_was_not_made_yet_the_pointer_goes_on_waiting(here: Desk) -> None:
    refused = ids(here)[1]
    here.workbench.hold(where=f"id:={refused}")
    assert here.commit().committed == 2
    here.workbench.release(where="is:held")
    assert here.workbench.preview().waiting["id"].to_list() == [refused]
    done = here.commit()
    assert (done.committed, done.waiting) == (3, 1)
    assert here.commit().committed == 1
    assert here.workbench.status().staged == 0
