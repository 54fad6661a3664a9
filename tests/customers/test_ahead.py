"""Answers that are read while others are on their way: the tables are those of reading them all at the end, or it is read again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from workbench.customers import ahead as reading
from workbench.customers.ahead import Ahead, ReadBack
from workbench.customers.fields import TABLES
from workbench.customers.records import decode
from workbench.sandbox.samples import sample_customers

LINES = [json.dumps(one) for one in sample_customers(23)]


@pytest.fixture(autouse=True)
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PIECE", 5)
    monkeypatch.setattr(reading, "MOST", 20)


class Kept:
    """Answers as a session keeps them, in parts numbered from 10."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, int, list[tuple[int, bytes]]]] = []

    def put(self, lines: list[str]) -> int:
        first = sum(len(pairs) for _, _, pairs in self.parts)
        self.parts.append((len(self.parts) + 10, 1, [(first + at, one.encode()) for at, one in enumerate(lines)]))
        return len(lines)

    def answers(self, after: int) -> Iterator[tuple[int, int, list[tuple[int, bytes]]]]:
        return (part for part in self.parts if part[0] > after)

    def pairs(self, after: int = 0) -> list[tuple[int, bytes]]:
        return [pair for _, _, pairs in self.answers(after) for pair in pairs]


@pytest.mark.parametrize(
    "lines", [LINES, [*LINES[:7], '{"id":', *LINES[7:]], [*LINES[:12], LINES[3], *LINES[12:]], LINES[:4]]
)
def test_what_was_read_ahead_makes_the_same_tables(lines: list[str]) -> None:
    kept = Kept()
    ahead = Ahead(kept.answers)
    for at in range(0, len(lines), 3):
        ahead.heard(kept.put(lines[at : at + 3]))
    begun = ahead.taken()
    assert bool(begun.pairs) == (len(lines) > 5)
    assert begun.pairs + kept.pairs(begun.last) == kept.pairs(), "each of them once, in their order"
    left = lines[len(begun.pairs) :]
    (tables, rejected), (expected, also) = decode(left, str, begun.collected), decode(lines, str)
    assert rejected == also
    for (
        table
    ) in TABLES:  # items of one owner stand together; which owners come first depends on the pieces, in one go too
        keys = ["_customer", "owner", "owner_id", "_position"] if table == "attributes" else []
        found, wanted = (one[table].sort(keys) if keys else one[table] for one in (tables, expected))
        assert found.equals(wanted)
    assert (tables.sales_reps, tables.price_lists) == (expected.sales_reps, expected.price_lists)
    assert ahead.taken() == ReadBack(), "it can be taken once"


def test_after_so_many_no_more_are_kept_in_memory() -> None:
    kept = Kept()
    ahead = Ahead(kept.answers)
    for _ in range(5):
        ahead.heard(kept.put(LINES))
        ahead._pool.submit(int).result()
    assert len(ahead.taken().pairs) == len(LINES)


@pytest.mark.parametrize("what", ["workbench.customers.records.parse", "tests.customers.test_ahead.Kept.answers"])
def test_what_cannot_be_read_ahead_is_left_to_the_end(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    kept = Kept()
    monkeypatch.setattr(what, lambda *given: 1 / 0)
    ahead = Ahead(kept.answers)
    ahead.heard(kept.put(LINES[:10]))
    ahead.heard(kept.put(LINES[10:]))
    assert ahead.taken() == ReadBack()
