"""The share of the asking that is done follows the seconds, not the number of questions."""

from __future__ import annotations

from workbench.problems.forecast import Forecast


def test_nothing_is_foretold_before_a_pace_is_known() -> None:
    asked = Forecast(["names"])
    assert asked.share is None
    asked.went("names", 1.5, 0.0)
    asked.went("names", 0.5, 0.01)
    assert asked.share is None, "what is read once for all is in the first part"
    asked.went("names", 0.1, 0.02)
    assert asked.share is not None


def test_a_question_that_is_nearly_all_of_the_work_is_foretold_as_that_before_the_quick_ones_are_done() -> None:
    asked = Forecast(["length", "capitals"])
    for one, seconds in (("length", 0.001), ("capitals", 0.1)):
        asked.went(one, 0.0, 0.0)
        asked.went(one, seconds, 0.01)
        assert asked.share is None, "of what has begun the pace is not known yet"
        asked.went(one, seconds, 0.02)
    assert asked.share is not None
    assert round(asked.share, 3) == 0.02
    asked.went("length", 0.098, 1.0)
    assert 0.02 < asked.share < 0.04, "half of the questions are done, and next to nothing of the work"
    asked.went("capitals", 4.8, 0.5)
    assert 0.49 < asked.share < 0.52


def test_what_has_no_parts_is_taken_to_be_as_the_others_until_it_is_done() -> None:
    asked = Forecast(["a", "b", "c", "d"])
    asked.went("a", 2.0, 1.0)
    assert asked.share == 0.25
    asked.went("b", 6.0, 1.0)
    assert asked.share == 0.5
    asked.went("c", 0.0, 1.0)
    asked.went("d", 0.0, 1.0)
    assert asked.share == 1
