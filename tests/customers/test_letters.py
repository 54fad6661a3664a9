"""Bytes of many lines are counted as they are in the lines."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customers import decode as quick
from workbench.customers import letters
from workbench.customers.letters import Letters

COUNTED = ('":', '":n', '": n', '":"', '": "')
LINES = st.lists(st.text(st.sampled_from('":n ul{}é\t\n\\a'), min_size=1, max_size=12), max_size=6)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_texts_are_counted_wherever_they_stand(lines: list[str]) -> None:
    found, whole = Letters.of(pl.Series(lines, dtype=pl.String)), "".join(lines)
    for text in COUNTED:
        assert found.count(text) == sum(whole.startswith(text, at) for at in range(len(whole)))


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(1, 9))
def test_texts_in_lines_are_counted_however_many_lines_are_looked_at_at_once(lines: list[str], size: int) -> None:
    closed = [f"{{{line}}}" for line in lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "_AT_ONCE", size)
        found = Letters.of(pl.Series(closed, dtype=pl.String))
    for text in COUNTED:
        assert found.count(text) == sum(line.startswith(text, at) for line in closed for at in range(len(line)))


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_lines_that_are_not_loose_have_no_space_before_a_colon_and_no_line_end(lines: list[str]) -> None:
    loose = any(text in line for line in lines for text in (" :", "\t:", "\n"))
    assert Letters.of(pl.Series(lines, dtype=pl.String)).may_be_loose or not loose


@pytest.mark.parametrize(
    ("odd", "taken"),
    [('{"id": "c40", "x" : 1}', 41), ('{"id": "c40", "phone": 5, "y": [1]}', 41), ('{"id": "c40", "id": "d"}', 40)],
)
def test_lines_decoded_some_at_a_time_are_what_they_are_all_at_once(
    odd: str, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [json.dumps({"id": f"c{n}", "name": '":n' * n, "addresses": None}) for n in range(40)]
    lines = pl.Series([*texts, odd])
    at_once = quick.parse(lines)
    monkeypatch.setattr(quick, "_AT_ONCE", 150)
    assert quick.parse(lines).rows.equals(at_once.rows)
    assert at_once.rows["id"].to_list() == [f"c{n}" for n in range(taken)]
    assert [at for at, _ in at_once.unfit] == list(range(taken, 41))
