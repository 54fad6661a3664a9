"""How columns are arranged: nothing is lost on the way, and what is kept is what comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.shown.arrangement import NARROWEST, WIDEST, Arrangement, arranged_fact, arrangement_in

NAMES = ("a", "b", "c", "d", "e")
STEPS = st.lists(st.tuples(st.sampled_from(["pin", "hide", "show", "left", "right", "wide"]), st.sampled_from(NAMES)))


def done(steps: list[tuple[str, str]]) -> Arrangement:
    """What comes of these steps."""
    made = Arrangement.of(NAMES)
    for step, name in steps:
        made = {
            "pin": made.pin,
            "hide": made.hide,
            "show": made.show,
            "left": lambda name, made=made: made.move(name, -1),
            "right": lambda name, made=made: made.move(name, 1),
            "wide": lambda name, made=made: made.widen(name, 30),
        }[step](name)
    return made


@given(STEPS)
def test_whatever_is_done_every_column_is_shown_or_hidden_once_and_one_is_shown(steps: list[tuple[str, str]]) -> None:
    made = done(steps)
    assert sorted((*made.shown, *made.hidden)) == list(NAMES)
    assert made.shown
    assert all(name in made.pinned for name in made.shown[: made.standing])


@given(STEPS)
def test_what_is_kept_comes_back(steps: list[tuple[str, str]]) -> None:
    made = done(steps)
    assert arrangement_in(arranged_fact("customers", made), "customers", NAMES) == made


def test_a_pinned_column_stands_left_and_goes_back_to_its_place() -> None:
    made = Arrangement.of(NAMES).pin("d")
    assert made.shown == ("a", "d", "b", "c", "e")
    assert made.standing == 2
    assert made.pin("d").shown == NAMES


def test_a_hidden_column_comes_back_to_its_place_and_the_last_one_stays() -> None:
    made = Arrangement.of(NAMES).hide("b").hide("d")
    assert (made.shown, made.hidden) == (("a", "c", "e"), ("b", "d"))
    assert made.show("b").shown == ("a", "b", "c", "e")
    assert made.hide("a").hide("c").hide("e").shown == ("e",)


@pytest.mark.parametrize(
    ("name", "step", "shown"),
    [
        ("c", 1, "abdce"),
        ("c", -1, "acbde"),
        ("e", 1, "abcde"),
        ("b", -1, "abcde"),  # what stands still is another group
        ("a", 1, "abcde"),
    ],
)
def test_a_column_moves_among_its_own(name: str, step: int, shown: str) -> None:
    assert "".join(Arrangement.of(NAMES).move(name, step).shown) == shown


def test_moving_skips_what_is_hidden() -> None:
    assert Arrangement.of(NAMES).hide("c").move("b", 1).shown == ("a", "d", "b", "e")


def test_widths_stay_within_bounds() -> None:
    made = Arrangement.of(NAMES).widen("a", 1).widen("b", 10_000).widen("c", 20).widen("c", None)
    assert made.widths == {"a": NARROWEST, "b": WIDEST}


def test_a_table_that_got_other_columns_keeps_what_it_can() -> None:
    made = Arrangement.of(NAMES).pin("e").hide("b").widen("c", 30).covering(("a", "c", "e", "f"))
    assert made == Arrangement(("a", "c", "e", "f"), frozenset({"a", "e"}), (), {"c": 30})
    assert Arrangement.of(NAMES).hide("a").covering(("a",)) == Arrangement.of(("a",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "7",
        "{}",
        '{"order": 7}',
        "[" * 100_000,
        json.dumps({"order": ["x"], "pinned": [], "hidden": []}),
    ],
)
def test_what_is_no_arrangement_is_as_none_was_made(text: str) -> None:
    assert arrangement_in({"columns.customers": text}, "customers", NAMES) == Arrangement.of(NAMES)


def test_a_kept_width_out_of_bounds_is_brought_within() -> None:
    kept = json.dumps({"order": list(NAMES) * 2, "pinned": ["a"], "hidden": ["b", "b"], "widths": {"a": 10**9}})
    made = arrangement_in({"columns.customers": kept}, "customers", NAMES)
    assert (made.order, made.hidden, made.widths) == (NAMES, ("b",), {"a": WIDEST})
