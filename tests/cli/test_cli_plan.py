"""A plan on the command line and a real socket: written, approved by its digest, sent exactly, refused when it moved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench


@pytest.fixture
def server(start: Any, folder: Path) -> Sandbox:
    """A sandbox that the session `s` was loaded from."""
    running: Sandbox = start(customers=12, seed=5)
    (folder / "s.session").unlink()
    with Workbench.create("s", key="any") as workbench:
        workbench.load(api=running.url)
    return running


@pytest.fixture
def digest(server: Sandbox, command: Any) -> str:
    """The digest of a plan, written to plan.json."""
    assert command("stage", "s", "--set", "shipping_method=courier", "--note", "one carrier").code == 0
    told = command("diff", "s", "--format", "plan", "--output", "plan.json")
    assert (told.code, told.out) == (0, "")
    made: str = json.loads(Path("plan.json").read_text())["digest"]
    assert f"the plan of 12 customers has the digest {made}" in told.err
    return made


def sent(server: Sandbox) -> list[Any]:
    return server.log.calls("PATCH")


def test_a_plan_is_sent_exactly_once_by_the_digest_that_was_read(server: Sandbox, command: Any, digest: str) -> None:
    planned = {one["id"]: one["body"] for one in json.loads(Path("plan.json").read_text())["patches"]}
    dry = command("commit", "s", "--dry-run", "--plan", "plan.json", "--digest", digest, "--json")
    assert (dry.code, dry.json["planned"], dry.json["held"]) == (0, 12, 0)
    assert not sent(server)
    told = command("commit", "s", "--yes", "--plan", "plan.json", "--digest", digest, "--json")
    assert (told.code, told.json["committed"]) == (0, 12)
    assert {call.path.rpartition("/")[2]: call.body.decode() for call in sent(server)} == planned
    command("commit", "s", "--yes", "--plan", "plan.json").refused(
        1, "stale", "12 of its 12 customers moved", "committed"
    )
    assert len(sent(server)) == 12


def test_every_refusal_is_one_line_and_sends_nothing(server: Sandbox, command: Any, digest: str, folder: Path) -> None:
    commit = ("commit", "s", "--yes", "--plan")
    whole = Path("plan.json").read_bytes()
    command(*commit, "plan.json", "--digest", "0" * 64).refused(1, digest, "0" * 64)
    Path("edited.json").write_bytes(whole.replace(b"courier", b"pigeon", 1))
    command(*commit, "edited.json").refused(1, "edited.json is not as it was written")
    Path("short.json").write_bytes(whole[:-40])
    command(*commit, "short.json").refused(1, "short.json is no plan, or was cut short")
    Path("later.json").write_bytes(whole.replace(b'"version":1', b'"version":9', 1))
    command(*commit, "later.json").refused(1, "version 9")
    command(*commit, "none.json").refused(1, "none.json cannot be read")
    command(*commit, ".").refused(1, ". cannot be read")
    command(*commit, "plan.json", "--where", "acme").refused(2, "--where or --plan")
    command(*commit, "plan.json", "--limit", "0").refused(2, "--limit")
    command("commit", "s", "--yes", "--digest", digest).refused(2, "--plan")
    command("stage", "s", "--where", "is:staged", "--set", "freight_term=fob")
    command(*commit, "plan.json", "--digest", digest).refused(
        1, "12 of its 12 customers moved", "freight_term is staged too"
    )
    command("undo", "s")
    command("undo", "s")
    command(*commit, "plan.json").refused(1, "nothing of it is staged any more")
    assert not sent(server)


def test_a_plan_for_another_server_or_of_another_session_is_refused(
    server: Sandbox, command: Any, digest: str, start: Any, folder: Path
) -> None:
    other = start(customers=12, seed=5)
    command("load", "t", "--api", other.url)
    command("stage", "t", "--set", "shipping_method=courier")
    command("commit", "t", "--yes", "--plan", "plan.json").refused(1, "plan of another session (s)")
    shutil.copy(folder / "s.session", folder / "copy.session")
    with Workbench.open("copy") as copy:
        copy._bench.keep({"origin": other.url})
    command("commit", "copy", "--yes", "--plan", "plan.json").refused(1, f"a plan for {server.url}", other.url)
    assert not sent(server)
    assert not sent(other)


def test_the_first_of_a_plan_go_as_a_pilot(server: Sandbox, command: Any, digest: str) -> None:
    first = [one["id"] for one in json.loads(Path("plan.json").read_text())["patches"]][:2]
    told = command("commit", "s", "--yes", "--plan", "plan.json", "--limit", "2", "--json")
    assert told.json["committed"] == 2
    assert "the first 2 of the 12 customers of plan.json" in told.err
    assert sorted(call.path.rpartition("/")[2] for call in sent(server)) == sorted(first)
    command("commit", "s", "--yes", "--plan", "plan.json").refused(1, "2 of its 12 customers moved")


def test_what_is_staged_of_others_stays_and_who_was_held_is_no_part_of_a_plan(server: Sandbox, command: Any) -> None:
    command("stage", "s", "--set", "shipping_method=courier")
    ids = [row["id"] for row in command("search", "s", "--json").json["rows"]]
    command("hold", "s", "--where", f"id:={ids[0]}", "--note", "ask first")
    told = command("diff", "s", "--format", "plan", "--output", "plan.json", "--json")
    assert (told.json["customers"], told.json["held"]) == (12, 1)
    assert "11 customers" in told.err
    command("release", "s", "--where", "is:held")
    command("stage", "s", "--where", f"id:={ids[0]}", "--set", "freight_term=fob")
    done = command("commit", "s", "--yes", "--plan", "plan.json", "--json")
    assert (done.code, done.json["committed"]) == (0, 11)
    assert command("status", "s", "--json").json["staged"] == 2


def test_where_a_review_is_required_the_digest_of_who_read_it_is_the_acceptance(
    server: Sandbox, command: Any, digest: str
) -> None:
    assert command("settings", "s", "review=required").code == 0
    assert command("commit", "s", "--dry-run", "--json").json["held"] == 12
    command("commit", "s", "--yes", "--plan", "plan.json").refused(1, "12 of the 12 customers", "not accepted yet")
    told = command("commit", "s", "--yes", "--plan", "plan.json", "--digest", digest, "--json")
    assert (told.code, told.json["committed"]) == (0, 12)


def test_a_plan_goes_to_stdout_as_one_document(server: Sandbox, command: Any, digest: str) -> None:
    told = command("diff", "s", "--format", "plan")
    assert json.loads(told.out)["digest"] == digest
    for form in ("text", "summary"):
        assert digest in command("diff", "s", "--format", form).out


# ---- accepting, switching on again ----


def test_accept_remembers_what_was_looked_at_and_a_required_review_lets_only_that_go(
    server: Sandbox, command: Any, digest: str
) -> None:
    command("settings", "s", "review=required")
    ids = [row["id"] for row in command("search", "s", "is:unseen", "--json").json["rows"]]
    assert len(ids) == 12
    told = command("accept", "s", "--where", f"id:={ids[0]} OR id:={ids[1]}", "--json")
    assert (told.code, told.json) == (0, {"changed": 2})
    assert command("search", "s", "is:unseen", "--json").json["matched"] == 10
    assert "not accepted yet" in command("diff", "s").out
    dry = command("commit", "s", "--dry-run")
    assert "would send 2 requests; 10 customers held, why: workbench diff s --format summary" in dry.err
    done = command("commit", "s", "--yes", "--json")
    assert (done.code, done.json["committed"], done.json["held"]) == (3, 2, 10)
    assert "2 committed of 2 in" in done.err
    assert "; 10 customers held, why: workbench diff s --format summary" in done.err
    assert "10 x not accepted yet" in command("diff", "s", "--format", "summary").out
    assert command("accept", "s", "--where", "is:staged", "--json").json == {"changed": 10}
    command("stage", "s", "--where", f"id:={ids[2]}", "--set", "shipping_method=pigeon")
    assert command("search", "s", "is:unseen", "--json").json["matched"] == 1
    assert command("accept", "s", "--where", "is:staged", "--withdraw", "--json").json == {"changed": 9}
    assert command("commit", "s", "--yes", "--json").json["run"] is None


def test_accept_by_a_digest_takes_only_what_was_read(server: Sandbox, command: Any, digest: str) -> None:
    assert command("accept", "s", "--digest", digest, "--json").json == {"changed": 12}
    command("stage", "s", "--set", "freight_term=fob")
    command("accept", "s", "--digest", digest).refused(1, "is not what was read", digest)
    command("accept", "s").refused(2, "--where")
    row = command("search", "s", "--json").json["rows"][0]
    command("diff", "s", "--where", f"id:={row['id']}", "--format", "plan", "--output", "one.json")
    one = json.loads(Path("one.json").read_text())["digest"]
    command("accept", "s", "--digest", one).refused(1, one, "goes with the same --where")
    assert command("accept", "s", "--digest", one, "--where", f"id:={row['id']}", "--json").json["changed"] > 0
    command("accept", "s", "--digest", digest, "--withdraw").refused(2, "--withdraw")


def test_drop_tells_what_was_done_on_top_and_enable_brings_back(server: Sandbox, command: Any, digest: str) -> None:
    command("stage", "s", "--set", "shipping_method=pigeon")
    dry = command("drop", "s", "1", "--dry-run", "--json")
    assert dry.json == {"operations": 0, "staged": 12}
    assert "operation 2 (shipping_method: set pigeon, 12 cells) changed 12 of its cells later" in dry.err
    command("drop", "s", "2")
    assert command("drop", "s", "1", "--json").json == {"operations": 1, "staged": 0}
    assert command("enable", "s", "1", "--json").json == {"operations": 1, "staged": 12}
    states = [one["state"] for one in command("log", "s", "--json").json["operations"]]
    assert states == ["active", "dropped"]
    command("enable", "s", "1").refused(1, "active already")
    assert "no later operation" in command("drop", "s", "1", "--dry-run").err
