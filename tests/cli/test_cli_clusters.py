"""`clusters`: what it lists, what it stages, and what the log and the recipe remember of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.workbench import Workbench

NAMES = ("Acme Inc", "ACME INC.", "acme, inc ", "Zenith", "Zenith", "Zenit h", "\x1b[31mRed", "red 31m", "Other")


@pytest.fixture
def folder(folder: Path) -> Path:
    """The session `c` beside `s`: customers of whom some are called nearly the same."""
    cities = [{"id": f"a{at}", "city": city} for at, city in enumerate(("Paris", "PARIS", "Lyon"))]
    records = [{"id": f"c{at}", "name": name} for at, name in enumerate(NAMES)]
    records[0]["addresses"] = cities  # type: ignore[assignment]
    (folder / "c.json").write_text(json.dumps(records))
    with Workbench.create("c", sessions_dir=folder) as workbench:
        workbench.load(file=folder / "c.json")
    return folder


def test_clusters_tells_each_with_its_winner_and_values(command: Any) -> None:
    told = command("clusters", "c", "company_name", "--json")
    assert told.code == 0
    assert list(told.json) == ["field", "method", "distinct", "left_out", "partly", "clusters"]
    assert told.json["field"] == "customers.company_name"
    assert told.json["method"] == {"name": "fingerprint", "version": 1}
    assert (told.json["distinct"], told.json["left_out"]) == (8, 0)
    first = told.json["clusters"][0]
    assert list(first) == ["id", "winner", "why", "rows", "values"]
    assert (first["winner"], first["rows"]) == ("Acme Inc", 3)
    assert {one["value"] for one in first["values"]} == {"Acme Inc", "ACME INC.", "acme, inc "}
    assert command("log", "c", "--json").json["operations"] == []


def test_clusters_for_people_show_spaces_and_no_escape_codes(command: Any) -> None:
    told = command("clusters", "c", "company_name", "--method", "ngram")
    assert "“acme, inc ”" in told.out
    assert "\x1b" not in told.out + told.err
    assert "clusters by ngram among 8 values of customers.company_name" in told.err


def test_accepted_clusters_are_one_operation_that_remembers_the_method(command: Any, folder: Path) -> None:
    id_ = command("clusters", "c", "company_name", "--json").json["clusters"][0]["id"]
    told = command("clusters", "c", "company_name", "--accept", id_, "--note", "one name", "--json")
    assert told.code == 0
    assert {key: told.json[key] for key in ("operation", "matched", "changed", "unchanged", "invalid")} == {
        "operation": 1, "matched": 9, "changed": 2, "unchanged": 7, "invalid": 0,
    }  # fmt: skip
    with Workbench.open("c", sessions_dir=folder) as workbench:
        edit = json.loads(workbench.operation(1).recipe)["edits"][0]
        assert workbench.log().operations[0]["did"] == "company_name: spellings merged, found by fingerprint"
        assert workbench.search('company_name:="Acme Inc"').matched == 3
    assert edit["kind"] == "map"
    assert json.loads(edit["value"]) == {"ACME INC.": "Acme Inc", "acme, inc ": "Acme Inc"}
    assert json.loads(edit["method"]) == {"name": "fingerprint", "version": 1}
    again = command("clusters", "c", "company_name", "--accept", id_)
    again.refused(2, "no cluster", id_)


def test_all_are_accepted_with_another_winner_for_one(command: Any, folder: Path) -> None:
    id_ = command("clusters", "c", "company_name", "--method", "ngram", "--json").json["clusters"][0]["id"]
    arguments = ("clusters", "c", "company_name", "--method", "ngram", "--accept-all", "--winner", f"{id_}=ACME=1")
    tried = command(*arguments, "--dry-run", "--json")
    assert tried.json["operation"] is None
    assert command("status", "c", "--json").json["staged"] == 0
    assert command(*arguments, "--json").json["changed"] == tried.json["changed"] == 4
    assert command("search", "c", 'company_name:="ACME=1"', "--json").json["matched"] == 3
    assert command("search", "c", "company_name:=Zenith", "--json").json["matched"] == 3
    assert command("undo", "c", "--json").json["staged"] == 0


def test_a_field_of_another_table_is_clustered_within_a_query_on_it(command: Any) -> None:
    assert command("clusters", "c", "addresses.city", "--json").json["clusters"][0]["rows"] == 2
    assert command("clusters", "c", "city", "--table", "addresses", "--json").json["field"] == "addresses.city"
    none = command("clusters", "c", "addresses.city", "--where", "company_name:Other", "--json")
    assert none.json["clusters"] == []
    told = command("clusters", "c", "addresses.city", "--where", "company_name:acme", "--accept-all", "--json")
    assert (told.json["matched"], told.json["changed"]) == (3, 1)


def test_a_winner_that_is_no_valid_value_is_staged_and_held(command: Any, folder: Path) -> None:
    (folder / "p.json").write_text(
        json.dumps([{"id": f"p{at}", "phone": phone} for at, phone in enumerate(("555-01", "555 01"))])
    )
    assert command("load", "p", "--file", "p.json").code == 0
    told = command("clusters", "p", "phone", "--accept-all", "--json")
    assert (told.code, told.json["changed"], told.json["invalid"]) == (3, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], ["there is no field 'nothing'"]),
        (["id"], ["only text has spellings"]),
        (["company_name", "--size", "2"], ["size is a setting of ngram"]),
        (["company_name", "--method", "distance", "--radius", "7"], ["radius is 7; it must be 1 to 3"]),
        (["company_name", "--accept", "12345678"], ["there is no cluster '12345678'"]),
        (["company_name", "--winner", "12345678"], ["--winner takes ID=VALUE"]),
        (["company_name", "--accept-all", "--accept", "1234"], ["not both"]),
        (["company_name", "--note", "why"], ["are for staging"]),
        (["company_name", "--where", "nofield:x"], ["nofield"]),
        (["attributes.name", "--accept-all", "--winner", "abcd1234=x"], ["there is no cluster"]),
    ],
)
def test_what_does_not_fit_is_refused(command: Any, arguments: list[str], words: list[str]) -> None:
    told = command("clusters", "c", *arguments)
    told.refused(2, *words)
