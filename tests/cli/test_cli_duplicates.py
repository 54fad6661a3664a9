"""`duplicates`: what it lists side by side, what it remembers, and the merge that it stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.workbench import Workbench


@pytest.fixture
def folder(folder: Path) -> Path:
    """The session `d` beside `s`: two firms of whom there are three records."""
    same = {"name": "Acme \x1b[31mInc", "email": "x@y.com", "status": "active"}
    records = [
        {
            "id": "a",
            **same,
            "addresses": [{"id": "1", "address_line_1": "12 Main St", "city": "Paris"}],
            "created_at": "2020",
        },
        {"id": "b", **same, "phone": "+14155552671", "payment_term": "NET30", "freight_term": "Prepaid"},
        {"id": "z", "name": "Zenith", "status": "active"},
    ]
    (folder / "d.json").write_text(json.dumps(records))
    with Workbench.create("d", sessions_dir=folder) as workbench:
        workbench.load(file=folder / "d.json")
    return folder


def test_duplicates_tells_groups_with_their_customers_and_what_speaks_for_them(command: Any) -> None:
    told = command("duplicates", "d", "--json")
    assert told.code == 0
    assert list(told.json) == ["threshold", "weights", "customers", "pairs", "apart", "cut", "groups"]
    assert (told.json["customers"], told.json["pairs"]) == (3, 1)
    (group,) = told.json["groups"]
    assert list(group) == ["id", "score", "survivor", "customers", "pairs"]
    assert [one["id"] for one in group["customers"]] == ["b", "a"]
    assert group["survivor"] == "b"
    assert group["customers"][1]["addresses"] == ["12 Main St, Paris"]
    (pair,) = group["pairs"]
    assert list(pair) == ["a", "b", "score", "fields"]
    assert list(pair["fields"][0]) == ["field", "gave", "like", "a", "b"]
    assert [(one["field"], one["gave"]) for one in pair["fields"]] == [("name", 0.5), ("email", 0.4)]


def test_duplicates_for_people_stand_side_by_side_without_escape_codes(command: Any) -> None:
    told = command("duplicates", "d")
    assert "A is suggested to stay" in told.out
    assert any(line.split()[:3] == ["=", "company_name", "Acme"] for line in told.out.splitlines())
    assert "name 0.50" in told.out
    assert "\x1b" not in told.out + told.err
    assert "1 group of 0.7 and more among 3 customers" in told.err


def test_only_customers_that_a_query_finds_are_compared(command: Any) -> None:
    told = command("duplicates", "d", "--where", "-has:addresses", "--json")
    assert (told.json["customers"], told.json["groups"]) == (2, [])
    assert command("duplicates", "d", "--fields", "name", "--threshold", "0.99", "--json").json["weights"] == {
        "name": 1.0
    }


def test_no_duplicate_is_remembered_listed_and_taken_back(command: Any) -> None:
    assert command("duplicates", "d", "--not", "a", "b", "--note", "branches", "--json").json == {"changed": 1}
    assert command("duplicates", "d", "--json").json["groups"] == []
    assert command("duplicates", "d", "--json").json["apart"] == 1
    (one,) = command("duplicates", "d", "--list-not", "--json").json["apart"]
    assert list(one) == ["a", "b", "at", "by", "note"]
    assert (one["a"], one["b"], one["note"]) == ("a", "b", "branches")
    assert "branches" in command("duplicates", "d", "--list-not").out
    assert command("duplicates", "d", "--take-back", "b", "a", "--json").json == {"changed": 1}
    assert len(command("duplicates", "d", "--json").json["groups"]) == 1
    assert command("log", "d", "--json").json["operations"] == []


def test_of_several_pairs_with_a_mistake_in_one_none_is_remembered(command: Any) -> None:
    command("duplicates", "d", "--not", "a", "b", "--not", "a", "nobody").refused(2, "no customer 'nobody'")
    assert command("duplicates", "d", "--list-not", "--json").json == {"apart": []}
    assert command("duplicates", "d", "--not", "a", "b", "--not", "z", "b", "--json").json == {"changed": 2}


def test_a_merge_is_staged_by_group_or_by_ids(command: Any) -> None:
    group = command("duplicates", "d", "--json").json["groups"][0]["id"]
    options = ("--survivor", "a", "--mark", "display_name=dup of {survivor}", "--hold", "--note", "one")
    tried = command("duplicates", "d", "--merge", group, *options, "--dry-run", "--json")
    assert (tried.code, tried.json["operation"], tried.json["changed"]) == (0, None, 4)
    told = command("duplicates", "d", "--merge", group[:5], *options, "--json")
    assert told.json == {"operation": 1, "matched": 2, "changed": 4, "unchanged": 0, "invalid": 0}
    rows = command("search", "d", "is:staged", "--columns", "phone,display_name", "--json").json["rows"]
    assert [(row["id"], row["phone"], row["display_name"]) for row in rows] == [
        ("a", "+14155552671", None), ("b", "+14155552671", "dup of a"),
    ]  # fmt: skip
    assert command("search", "d", "is:held", "--json").json["matched"] == 1
    assert command("undo", "d", "--json").json["staged"] == 0
    again = command("duplicates", "d", "--merge", "a,b", "--fill", "payment_term", "--json")
    assert again.json["changed"] == 1
    assert command("duplicates", "d", "--merge", "a,b", "--fill", "", "--json").json["operation"] is None


@pytest.mark.parametrize("how", [["undo", "d"], ["drop", "d", "1"]])
def test_taking_a_merge_back_says_who_stays_on_hold(command: Any, how: list[str]) -> None:
    command("duplicates", "d", "--merge", "a,b", "--hold")
    told = command(*how)
    assert told.code == 0
    assert "1 customer that it marked as a duplicate stays on hold" in told.err
    assert "is:held finds them" in told.err
    assert "on hold" not in command("redo" if how[0] == "undo" else "enable", *how[1:]).err
    command("release", "d", "--where", "is:held")
    assert "on hold" not in command(*how).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--threshold", "0"], ["the threshold is 0"]),
        (["--fields", "fax"], ["'fax' is not compared"]),
        (["--not", "a", "nobody"], ["no customer 'nobody'"]),
        (["--not", "a", "a"], ["cannot be apart from itself"]),
        (["--not", "a", "b", "--merge", "a,b"], ["give one of them"]),
        (["--merge", "abcd"], ["no group 'abcd'"]),
        (["--merge", "a,nobody"], ["no customer 'nobody'"]),
        (["--merge", "a,b", "--survivor", "a"], ["names the survivor itself"]),
        (["--merge", "a,b", "--mark", "display_name"], ["--mark takes FIELD=TEXT"]),
        (["--merge", "a,b", "--take", "phone"], ["--take takes FIELD=ID"]),
        (["--hold"], ["are for --merge"]),
        (["--limit", "-1"], ["--limit is -1"]),
        (["--where", "nofield:x"], ["nofield"]),
    ],
)
def test_what_does_not_fit_is_refused(command: Any, arguments: list[str], words: list[str]) -> None:
    command("duplicates", "d", *arguments).refused(2, *words)
