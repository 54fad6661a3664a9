"""Answers that are read while others are on their way: the tables are those of reading them all at the end, or it is read again."""

from __future__ import annotations

import json

import pytest

from workbench.customers import ahead as reading
from workbench.customers.ahead import Ahead
from workbench.customers.fields import TABLES
from workbench.customers.records import decode
from workbench.sandbox.samples import sample_customers

LINES = [json.dumps(one) for one in sample_customers(23)]


@pytest.fixture(autouse=True)
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PIECE", 5)
    monkeypatch.setattr(reading, "MOST", 20)


@pytest.mark.parametrize(
    "lines", [LINES, [*LINES[:7], '{"id":', *LINES[7:]], [*LINES[:12], LINES[3], *LINES[12:]], LINES[:4]]
)
def test_what_was_read_ahead_makes_the_same_tables(lines: list[str]) -> None:
    ahead = Ahead()
    for at in range(0, len(lines), 3):
        ahead.add(_bytes(lines[at : at + 3]))
    begun = ahead.taken(_bytes(lines))
    assert (begun.lines if begun is not None else 0) == min(len(lines), 20) // 5 * 5
    left = lines[begun.lines :] if begun is not None else lines
    (tables, rejected), (expected, also) = decode(left, str, begun), decode(lines, str)
    assert rejected == also
    for (
        table
    ) in TABLES:  # items of one owner stand together; which owners come first depends on the pieces, in one go too
        keys = ["_customer", "owner", "owner_id", "_position"] if table == "attributes" else []
        found, wanted = (one[table].sort(keys) if keys else one[table] for one in (tables, expected))
        assert found.equals(wanted)
    assert (tables.sales_reps, tables.price_lists) == (expected.sales_reps, expected.price_lists)
    assert ahead.taken(_bytes(lines)) is None


@pytest.mark.parametrize("lines", [LINES[::-1], LINES[1:], LINES[:9], []])
def test_it_is_not_taken_for_other_lines(lines: list[str]) -> None:
    ahead = Ahead()
    ahead.add(_bytes(LINES))
    assert ahead.taken(_bytes(lines)) is None


def test_what_cannot_be_read_ahead_is_left_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = Ahead()
    with monkeypatch.context() as patch:
        patch.setattr("workbench.customers.records.parse", lambda lines: 1 / 0)
        ahead.add(_bytes(LINES[:10]))
        assert ahead.taken(_bytes(LINES)) is None


def _bytes(lines: list[str]) -> list[bytes]:
    return [line.encode() for line in lines]
