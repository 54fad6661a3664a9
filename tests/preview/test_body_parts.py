"""A body taken apart: together the pieces are the body, and what is marked is what changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from tests.preview.test_patches_model import customers, edits, staged, tables_of
from workbench.preview.body_parts import body_parts
from workbench.preview.habits import Habits
from workbench.preview.preview import Patch, PatchChange, Preview


def patch(body: str, *paths: str) -> Patch:
    return Patch(0, "c", body.encode(), None, tuple(PatchChange(path, None, None, 1) for path in paths))


def changed(one: Patch) -> list[str]:
    return [part.text.lstrip("{,") for part in body_parts(one) if part.changed]


@settings(max_examples=amount(25, 250), deadline=None)
@given(st.lists(customers, min_size=1, max_size=3), edits, st.sampled_from(["full", "sparse"]))
def test_the_pieces_are_the_body(found: list[Any], wanted: Any, nested: str) -> None:
    for one in Preview(staged(tables_of(found), wanted), Habits(nested)).patches():
        assert "".join(part.text for part in body_parts(one)) == one.body.decode()


@pytest.mark.parametrize(
    ("body", "paths", "marked"),
    [
        ('{"phone":"+1","assigned_sales_rep_ids":["a","b"]}', ["phone", "assigned_sales_rep_ids"],
         ['"phone":"+1"', '"assigned_sales_rep_ids":["a","b"]']),
        ('{"addresses":[{"id":"1","city":"A","state":"B"},{"id":"2","city":"C"}]}', ["addresses[2].city"], ['"city":"C"']),
        ('{"addresses":[{"id":"1","city":"A","attributes":[{"name":"n","value":"v"},{"name":"m"}]}]}',
         ["addresses[1].attributes[n]"], ['"value":"v"']),
        ('{"attributes":[{"name":"a.b]","value":"\\"}]"},{"name":"m","value":""}]}', ["attributes[a.b]]"],
         ['"value":"\\"}]"']),
        ('{"addresses":[{"reference_id":"r","city":"A"}],"contacts":[]}', ["addresses[+r].city"],
         ['"reference_id":"r"', '"city":"A"', "}"]),
    ],
)  # fmt: skip
def test_what_is_marked(body: str, paths: list[str], marked: list[str]) -> None:
    one = patch(body, *paths)
    assert "".join(part.text for part in body_parts(one)) == body
    assert changed(one) == marked
