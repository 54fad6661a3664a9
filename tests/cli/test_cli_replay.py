"""`recipe` and `replay` as scripts run them: JSON on stdout, words on stderr, exit codes, nothing sent."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def months(command: Any, folder: Path) -> Any:
    """Two sessions from a file each: what was clean in `march` is as dirty in `april`."""
    for name, terms in {"march": ["NET 30", "net 30", "COD"], "april": ["NET 30", "NET30", "net 30 "]}.items():
        file = folder / f"{name}.ndjson"
        file.write_text("\n".join(json.dumps({"id": f"c{n}", "payment_term": t}) for n, t in enumerate(terms)))
        assert command("load", name, "--file", file).code == 0
    command(
        "stage", "march", "--where", "payment_term:net", "--apply", "payment_term", "upper", "--note", "in capitals"
    )
    command("stage", "march", "--where", "payment_term:net", "--replace", "payment_term", "NET ", "NET")
    return command


def test_what_was_done_in_one_month_is_staged_in_the_next_and_nothing_is_sent(months: Any, folder: Path) -> None:
    file = folder / "clean.json"
    assert months("recipe", "march", "--output", file).code == 0
    assert json.loads(file.read_text())["steps"][0]["note"] == "in capitals"
    told = months("replay", "april", "--recipe", file, "--json")
    assert told.code == 0
    assert told.json["steps"] == [
        {"operation": 1, "status": "applied", "matched": 3, "changed": 1},
        {"operation": 2, "status": "applied", "matched": 3, "changed": 2},
    ]
    assert "step 1, operation 1: applied, 3 matched, 1 changed (2 matched then)" in told.err
    again = months("replay", "april", "--recipe", file, "--json")
    assert (again.code, [step["status"] for step in again.json["steps"]]) == (0, ["no-op", "no-op"])
    assert months("log", "april", "--json").json["operations"][0]["note"] == "in capitals"


def test_a_recipe_goes_to_stdout_or_from_session_to_session(months: Any, folder: Path) -> None:
    file = folder / "clean.json"
    file.write_text(months("recipe", "march").out)
    assert months("recipe", "march", "--json").json["steps"][1] == {
        "operation": 2, "status": "recorded", "matched": 2, "changed": 2,
    }  # fmt: skip
    assert months("replay", "april", "--from", "march").code == 0
    assert months("diff", "april", "--format", "ndjson").out.count('"body"') == 2
    assert "take" not in months("recipe", "march").err
    months("unstage", "march", "--where", "payment_term:net")
    assert "1 of its 3 steps takes back what others did" in months("recipe", "march").err


def test_a_step_that_needs_the_steward_is_said_and_the_exit_code_is_3(months: Any, folder: Path) -> None:
    file = folder / "odd.json"
    step = {"operation": 7, "table": "customers", "edits": [{"kind": "set", "field": "payment_term", "value": "X"}]}
    steps = [{**step, "where": "nobody", "matched": 9}, {**step, "where": "colour:red"}, {**step, "where": "c0"}]
    file.write_text(json.dumps({"recipe": 1, "steps": steps}))
    told = months("replay", "april", "--recipe", file, "--json")
    assert told.code == 3
    assert [one["status"] for one in told.json["steps"]] == ["zero matched", "unknown field", "applied"]
    assert "there is no field 'colour'" in told.err
    stopped = months("replay", "march", "--recipe", file, "--on-trouble", "stop", "--json")
    assert [one["status"] for one in stopped.json["steps"]] == ["zero matched", "not reached", "not reached"]
    assert stopped.code == 3


def test_what_is_no_recipe_is_refused_in_a_line_and_stages_nothing(months: Any, folder: Path) -> None:
    file = folder / "bad.json"
    file.write_text('{"recipe": 1, "steps": [{"operation": 1, "cells": 3}]}')
    months("replay", "april", "--recipe", file).refused(
        1, "bad.json: steps[0].cells: is not a list; nothing was staged"
    )
    months("replay", "april", "--recipe", folder / "none.json").refused(1, "cannot read", "none.json")
    months("replay", "april").refused(2, "--recipe FILE", "--from SESSION")
    file.write_text('{"recipe": 1, "steps": []}')
    assert "the recipe has no steps" in months("replay", "april", "--recipe", file).err
    months("replay", "april", "--from", "june").refused(1, "there is no session", "june")
    assert months("status", "april", "--json").json["staged"] == 0


def test_ctrl_c_ends_a_replay_between_two_steps_and_another_replay_goes_on_there(
    months: Any, folder: Path, begin: Any
) -> None:
    file = folder / "long.json"
    step = {"table": "customers", "where": "c1"}
    steps = [
        {**step, "operation": n, "edits": [{"kind": "set", "field": "payment_term", "value": f"N{n}"}]}
        for n in range(1, 5_001)
    ]
    file.write_text(json.dumps({"recipe": 1, "steps": steps}))
    started = begin("replay", "april", "--recipe", file, "--json")
    for line in started.stderr:
        if line.startswith("step 3,"):
            break
    started.send_signal(signal.SIGINT)
    out, err = started.communicate()
    assert started.returncode == 130
    done = sum(one["status"] == "applied" for one in json.loads(out)["steps"])
    assert 3 <= done < 5_000
    assert f"interrupted after {done:,} of 5,000 steps" in err
    assert months("status", "april", "--json").json["operations"] == done
    file.write_text(json.dumps({"recipe": 1, "steps": steps[: done + 1]}))
    on = months("replay", "april", "--recipe", file, "--json").json["steps"]
    assert [one["status"] for one in on] == ["no-op"] * done + ["applied"]


def test_a_recipe_says_that_it_holds_nobody_again(command: Any) -> None:
    command("hold", "s", "--where", "status:active")
    held = command("search", "s", "is:held", "--json").json["matched"]
    assert held
    assert f"{held} customers on hold: no step does that again" in command("recipe", "s").err
    command("release", "s", "--where", "is:held")
    assert "on hold" not in command("recipe", "s").err


def test_accepted_clusters_ask_in_the_next_month_about_spellings_they_have_not_seen(command: Any, folder: Path) -> None:
    for name, terms in {"may": ["NET 30", "NET 30", "net 30"], "june": ["NET 30", "net 30", "Net 30.", "COD"]}.items():
        file = folder / f"{name}.ndjson"
        file.write_text("\n".join(json.dumps({"id": f"c{n}", "payment_term": t}) for n, t in enumerate(terms)))
        assert command("load", name, "--file", file).code == 0
    assert command("clusters", "may", "payment_term", "--accept-all").code == 0
    file = folder / "spellings.json"
    assert command("recipe", "may", "--output", file).code == 0
    told = command("replay", "june", "--recipe", file, "--json")
    assert told.code == 3
    assert told.json["steps"] == [{"operation": 1, "status": "new spellings", "matched": 4, "changed": 1}]
    assert "'Net 30.' (for 'NET 30')" in told.err
    assert command("undo", "june").code == 0
    gone = command("replay", "june", "--recipe", file, "--on-trouble", "go", "--json")
    assert gone.json["steps"][0]["changed"] == 2
    assert command("search", "june", 'payment_term:="NET 30"', "--json").json["matched"] == 3


def test_a_replayed_fix_leaves_alone_what_is_waived_where_it_is_replayed(command: Any, folder: Path) -> None:
    for name in ("march", "april"):
        file = folder / f"{name}.ndjson"
        rows = [{"id": f"c{n}", "name": "Acme", "phone": f"(415) 555-267{n}"} for n in range(3)]
        file.write_text("\n".join(map(json.dumps, rows)))
        assert command("load", name, "--file", file).code == 0
    command("problems", "march", "--where", "id:=c0", "--rule", "phone", "--waive", "then it was right")
    assert command("problems", "march", "--rule", "phone", "--fix", "--json").json["changed"] == 2
    command("problems", "april", "--where", "id:=c2", "--rule", "phone", "--waive", "they want it so")
    told = command("replay", "april", "--from", "march", "--json")
    assert told.json["steps"] == [{"operation": 1, "status": "applied", "matched": 2, "changed": 2}]
    held = {row["id"]: row["phone"] for row in command("search", "april", "--json").json["rows"]}
    assert held == {"c0": "+14155552670", "c1": "+14155552671", "c2": "(415) 555-2672"}
