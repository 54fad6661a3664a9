"""What an operation is called where nobody noted why it was made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.session.rows import Operation
from workbench.stage.edits import KINDS, Edit
from workbench.stage.meant import meant


def operation(recipe: Any, *, kind: str = "stage", note: str = "") -> Operation:
    return Operation(1, "", "", kind, note, json.dumps(recipe), 0, 0)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([Edit("set", "payment_term", "NET30")], "set payment_term to “NET30”"),
        ([Edit("set", "payment_term", "")], "clear payment_term"),
        ([Edit("clear", "email")], "clear email"),
        ([Edit("replace", "city", "a", "b")], "replace “a” by “b” in city"),
        ([Edit("apply", "city", "title"), Edit("clear", "state")], "title city, clear state"),
        ([Edit("swap", "assigned_sales_rep_ids", "r1", "r2")], "put “r2” for “r1” in assigned_sales_rep_ids"),
        ([Edit("clear", name) for name in "abcde"], "clear a, clear b, clear c and 2 more"),
    ],
)
def test_an_edit_without_a_note_is_told_in_words(edits: list[Edit], told: str) -> None:
    recipe = {"table": "customers", "where": "", "edits": [edit.recipe() for edit in edits]}
    assert meant(operation(recipe)) == told
    assert meant(operation({**recipe, "where": "is:active"})) == f"{told} where is:active"
    assert meant(operation({**recipe, "table": "addresses", "new": True})) == f"addresses: new, {told}"
    assert meant(operation(recipe, note="as Ann asked")) == "as Ann asked"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_edit_names_its_field_and_no_value_makes_a_line_long(kind: str) -> None:
    edit = {"kind": kind, "field": "city", "value": "x" * 500, "text": "y" * 500}
    told = meant(operation({"edits": [edit], "where": "z" * 500})).replace("x" * 500, "")
    assert "city" in told
    assert len(told) < 200


def test_what_has_no_edits_is_told_too() -> None:
    assert meant(operation({"file": "mended.csv"}, kind="sheet")) == "sheet mended.csv"
    assert meant(operation({"where": "id:=7", "field": "addresses.city"}, kind="unstage")) == (
        "take addresses.city back where id:=7"
    )
    assert meant(operation({}, kind="cell")) == "cell"
