"""The staged cells by change: counted at once, made one by one, the same as the plain way makes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.preview.same_changes import Group, SameChanges

TEXTS = st.lists(st.tuples(*[st.sampled_from([None, "", "a", "b", "ä; -> b"])] * 2), max_size=12)
IDS = st.lists(st.tuples(*[st.sampled_from([None, [], ["r"], ["r", "s"], ["s", "r"]])] * 2), max_size=8)
Pairs = Sequence[tuple[Any, Any]]


def plainly(cells: dict[tuple[str, str], Pairs]) -> list[Group]:
    """Cell by cell: equal values, of lists in any order, are one; nothing and empty too. Sorted as it is told."""
    made: list[tuple[str, str, Any, Any, list[int]]] = []
    for (table, name), pairs in cells.items():
        known: dict[tuple[Any, ...], list[int]] = {}
        for row, pair in enumerate(pairs):
            key = tuple(tuple(sorted(one or [])) if name == "ids" else one or "" for one in pair)
            if key not in known:
                known[key] = []
                made.append((table, name, *pair, known[key]))
            known[key].append(row * 2)
    groups = [Group(*one[:4], len(one[4]), partial(pl.Series, one[4], dtype=pl.UInt32)) for one in made]
    return sorted(groups, key=lambda one: -one.count)


def flat(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value


def staged(pairs: Pairs, kind: pl.DataType) -> pl.DataFrame:
    sides = {"before": [one for one, _ in pairs], "after": [one for _, one in pairs]}
    frame = pl.DataFrame(sides, schema=dict.fromkeys(sides, kind))
    return frame.with_columns(row=pl.int_range(0, len(pairs) * 2, 2, dtype=pl.UInt32, eager=True))


@settings(max_examples=amount(25, 250), deadline=None)
@given(texts=TEXTS, ids=IDS, looked=st.lists(st.integers(0, 40), max_size=5))
def test_each_group_is_the_one_that_cell_by_cell_gives_in_whatever_order_they_are_looked_at(
    texts: Pairs, ids: Pairs, looked: list[int]
) -> None:
    text, several = ("customers", "text"), ("customers", "ids")
    found = SameChanges({text: staged(texts, pl.String()), several: staged(ids, pl.List(pl.String()))})
    wanted = plainly({text: texts, several: ids})
    assert len(found) == len(wanted)
    for number in looked:
        if number < len(wanted):
            assert (found[number], found[number].rows.to_list()) == (wanted[number], wanted[number].rows.to_list())
    assert found == wanted
    assert [one.rows.to_list() for one in found] == [one.rows.to_list() for one in wanted]
    assert (found[1:4], found[-1:]) == (wanted[1:4], wanted[-1:])
    told = [(one.table, one.field, flat(one.before), flat(one.after), one.count) for one in wanted]
    assert found.frame.rows() == told


def test_they_are_told_shortly_and_differ_from_others() -> None:
    found = SameChanges({("customers", "phone"): staged([(str(n), "x") for n in range(9)], pl.String())})
    assert repr(found).endswith("and 6 more]")
    assert repr(found).count("Group(") == 3
    assert "rows" not in repr(found)
    assert found != found[:8]
    assert found != "none"
    assert SameChanges({}) == []
