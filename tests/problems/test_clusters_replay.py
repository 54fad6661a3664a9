"""Clusters in recipes: a replay on other data knows by which method spellings were found, and asks about those it has not seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.problems.methods import method
from workbench.replay.reading import read
from workbench.replay.replayed import Answer, Replayed
from workbench.workbench import Workbench

THEN = ["NET 30", "NET 30", "net 30", "COD"]
NOW = ["NET 30", "net 30", "Net 30.", "NET  30 ", "COD", "NET 60"]


def session(folder: Path, name: str, terms: list[str]) -> Workbench:
    file = folder / f"{name}.json"
    file.write_text(json.dumps([{"id": f"{name}{at}", "payment_term": term} for at, term in enumerate(terms)]))
    workbench = Workbench.create(name, sessions_dir=folder)
    workbench.load(file=file)
    return workbench


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    """The recipe of a session in which all clusters of payment terms were accepted."""
    with session(tmp_path, "then", THEN) as workbench:
        workbench.stage_clusters(workbench.clusters("payment_term"), note="one spelling")
        return workbench.recipe().text()


def terms(workbench: Workbench) -> list[str]:
    return workbench.search().frame["payment_term"].to_list()


def test_a_recipe_tells_the_method_and_its_settings(tmp_path: Path, recipe: str) -> None:
    (edit,) = json.loads(recipe)["steps"][0]["edits"]
    assert edit == {
        "kind": "map", "field": "payment_term", "values": {"net 30": "NET 30"}, "method": {"name": "fingerprint", "version": 1},
    }  # fmt: skip
    with session(tmp_path, "far", ["Toronto", "Toronto", "Tornto"]) as workbench:
        workbench.stage_clusters(workbench.clusters("payment_term", method("distance", radius=1)))
        (edit,) = json.loads(workbench.recipe().text())["steps"][0]["edits"]
    assert edit["method"] == {"name": "distance", "version": 1, "radius": 1}


@pytest.mark.parametrize(
    ("answer", "status", "after"),
    [
        ("leave", "new spellings", ["NET 30", "NET 30", "Net 30.", "NET  30 ", "COD", "NET 60"]),
        ("go", "applied", ["NET 30", "NET 30", "NET 30", "NET 30", "COD", "NET 60"]),
        ("stop", "new spellings", NOW),
    ],
)
def test_a_replay_asks_about_spellings_that_the_map_has_not_seen(
    tmp_path: Path, recipe: str, answer: Answer, status: str, after: list[str]
) -> None:
    asked: list[Replayed] = []

    def said(step: Replayed) -> Answer:
        asked.append(step)
        return answer

    with session(tmp_path, "now", NOW) as workbench:
        (step,) = workbench.replay(read(recipe, "r.json"), said)
        assert (step.status, step.needs) == (status, answer != "go")
        assert terms(workbench) == after
    (question,) = asked
    assert question.message.startswith("2 values are spelled like those of the map and not in it, such as")


def test_a_replay_without_new_spellings_asks_nothing(tmp_path: Path, recipe: str) -> None:
    with session(tmp_path, "same", THEN) as workbench:
        (step,) = workbench.replay(read(recipe, "r.json"))
        assert (step.status, step.changed, step.message) == ("applied", 1, "")
        (again,) = workbench.replay(read(recipe, "r.json"))
        assert again.status == "no-op"


def test_spellings_of_two_things_are_left_alone(tmp_path: Path) -> None:
    with session(tmp_path, "two", ["ab cd", "ab cd", "AB CD", "abcd", "abcd", "ABCD"]) as workbench:
        workbench.stage_clusters(workbench.clusters("payment_term"))
        told = json.loads(workbench.recipe().text())
    told["steps"][0]["edits"][0]["method"] = {"name": "ngram", "size": 2}
    with session(tmp_path, "next", ["ab-cd", "AB CD"]) as workbench:
        (step,) = workbench.replay(read(json.dumps(told), "r.json"))
        assert (step.status, terms(workbench)) == ("applied", ["ab-cd", "ab cd"])


@pytest.mark.parametrize(
    "wrong", ["fingerprint", {}, {"name": "soundex"}, {"name": "ngram", "size": 99}, {"name": "ngram", "x": 1}]
)
def test_a_method_that_there_is_not_is_told_by_its_place(recipe: str, wrong: object) -> None:
    told = json.loads(recipe)
    told["steps"][0]["edits"][0]["method"] = wrong
    with pytest.raises(WorkbenchError, match=r"steps\[0\]\.edits\[0\]\.method: .*; nothing was staged"):
        read(json.dumps(told), "r.json")
