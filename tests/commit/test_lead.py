"""How far ahead intents are written: as many as go in a moment, and no more where a kill would leave them to be read back."""

from __future__ import annotations

from workbench.commit.lead import Lead


def test_before_anything_is_known_there_is_one_for_each_that_may_be_in_flight() -> None:
    lead = Lead()
    assert lead.is_short(64, 63)
    assert not lead.is_short(64, 64)
    assert lead.room(64, 0) == 128


def test_where_steps_are_quick_there_are_six_for_each_that_may_be_in_flight() -> None:
    lead = Lead()
    lead.took(0.05)
    assert lead.is_short(64, 383)
    assert not lead.is_short(64, 384)
    assert lead.room(64, 383) == 65
    assert lead.room(64, 384) == 0


def test_where_steps_are_slow_or_calls_are_few_there_are_no_more_than_before() -> None:
    slow, few = Lead(), Lead(rate=10.0)
    slow.took(2.0)
    few.took(0.01)
    for lead in (slow, few):
        assert lead.is_short(16, 15)
        assert not lead.is_short(16, 16)


def test_the_first_of_many_do_not_wait_for_all_of_them() -> None:
    lead = Lead()
    lead.took(0.05)
    assert lead.room(64, 0) == 128


def test_a_step_that_was_slow_for_once_counts_little() -> None:
    lead = Lead()
    for _ in range(50):
        lead.took(0.05)
    lead.took(0.2)
    assert lead.is_short(64, 250)
