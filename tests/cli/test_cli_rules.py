"""What a server makes of values, what cannot be taken back, what is in conflict: as the commands say it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def made(command: Any, start: Any) -> Any:
    """A sandbox of one's own with a session on it; runs commands of the session."""

    def at(**options: Any) -> Any:
        sandbox = start(**options)
        assert command("load", "own", "--api", sandbox.url).code == 0
        command("settings", "own", "grace=0")
        return sandbox, lambda name, *rest: command(name, "own", *rest)

    return at


def test_a_server_that_trims_stops_the_run_once_and_is_known_from_then_on(made: Any) -> None:
    sandbox, run = made(normalise=True)
    run("stage", "--set", "payment_term= TERM7 ")
    stopped = run("commit", "--yes", "--json")
    assert (stopped.code, stopped.json["altered"], stopped.json["unsent"]) == (4, 1, 7)
    for words in (
        '" TERM7 "',
        '"TERM7"',
        "workbench resume --accept-altered own",
        "workbench resume --abandon own",
        "customer ",
    ):
        assert words in stopped.err
    assert run("resume", "--accept-altered", "--json").json["altered"] == 8
    run("stage", "--set", "payment_term= TERM8 ")
    told = run("diff")
    assert told.out.count("(this server will store “TERM8”)") == 8
    assert (
        "x payment_term: “TERM7” -> “ TERM8 ”  (this server will store “TERM8”)"
        in run("diff", "--format", "summary").out
    )
    assert run("commit", "--yes", "--json").code == 3
    run("stage", "--set", "payment_term=TERM8  ")
    sandbox.log.clear()
    again = run("commit", "--yes", "--json")
    assert (again.code, again.json["already"], len(sandbox.log.calls("PATCH"))) == (0, 8, 0)
    assert "8 of the already hold what this server makes of what was asked" in again.err


def test_what_a_single_request_came_to_is_accepted_after_the_run(made: Any) -> None:
    sandbox, run = made(normalise=True)
    run("stage", "--where", f"id:={sandbox.world.ids()[0]}", "--set", "payment_term= TERM7 ")
    assert run("commit", "--yes").code == 3
    told = run("resume", "--accept-altered", "--json")
    assert (told.code, told.json["run"]) == (0, None)
    assert "run 1 is remembered" in told.err


def test_a_server_that_inserts_is_named_and_the_rest_stays_staged(made: Any) -> None:
    sandbox, run = made(nested="insert")
    run("stage", "--table", "addresses", "--set", "city=Springfield")
    stopped = run("commit", "--yes", "--json")
    assert (stopped.code, stopped.json["altered"]) == (4, 1)
    assert "addresses gained" in stopped.err
    assert "resume --abandon" in stopped.err
    given_up = run("resume", "--abandon", "--json")
    assert given_up.json["unsent"] == stopped.json["unsent"]
    assert len([call for call in sandbox.log.calls("PATCH") if call.applied]) == 1
    assert run("status", "--json").json["staged"] > 0


def test_what_cannot_be_taken_back_is_named_before_the_commit_and_before_the_revert(made: Any) -> None:
    sandbox, run = made()
    one = next(c for c in map(sandbox.world.customer, sandbox.world.ids()) if c["contacts"])
    sandbox.world.edit(one["id"], primary_contact_id="")
    run("load")
    run("stage", "--where", f"id:={one['id']}", "--set", f"primary_contact_id={one['contacts'][0]['id']}")
    reason = "it was empty before, and the API has no way to clear it"
    line = f"1 x {reason}, for example primary_contact_id of {one['id']}"
    assert line in run("diff").out
    assert line in run("diff", "--format", "summary").out
    dry = run("commit", "--dry-run", "--json")
    assert (dry.code, line in dry.err) == (0, True)
    assert line in run("commit", "--yes").err
    back = run("revert", "--json")
    assert back.json["irreversible"] == [{"id": one["id"], "path": "primary_contact_id", "reason": reason}]
    assert back.json["operation"] is None


def test_a_value_of_the_wrong_kind_and_an_item_that_is_gone_resolve_to_usage(made: Any) -> None:
    sandbox, run = made(nested="replace")
    one = next(c for c in map(sandbox.world.customer, sandbox.world.ids()) if len(c["addresses"]) > 1)
    address = one["addresses"][0]["id"]
    run("stage", "--table", "addresses", "--where", f"id:={address}", "--set", "city=Ours")
    sandbox.world.edit(one["id"], addresses=[{"id": a["id"]} for a in one["addresses"][1:]])
    assert run("commit", "--yes").code == 3
    path = f"addresses[{address}].city"
    [conflict] = run("conflicts", "--json").json["conflicts"]
    assert (conflict["path"], conflict["theirs"], conflict["ours"]) == (path, None, "Ours")
    run("resolve", one["id"], path, "--keep", "ours").refused(2, "no longer has it", "--keep theirs")
    assert run("resolve", one["id"], path, "--keep", "theirs", "--json").json["changed"] == 1
    assert run("conflicts", "--json").json["conflicts"] == []
