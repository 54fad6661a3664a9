"""What is waited for is said once a second went by without a good answer, and never of what goes well."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.customer_api.answers import Kind
from workbench.customer_api.quiet import Quiet, next_try


class Here:
    """A `Quiet` on a clock of the test's own, and what it told."""

    def __init__(self) -> None:
        self.now, self.told = 0.0, list[str]()
        self.quiet = Quiet("https://api", self.told.append, clock=lambda: self.now)

    def after(self, seconds: float) -> list[str]:
        self.now += seconds
        self.quiet.look()
        return self.told


def test_a_call_without_an_answer_is_waited_for_and_that_is_said_once() -> None:
    here = Here()
    here.quiet.begin()
    assert here.after(0.9) == []
    assert here.after(0.2) == ["https://api gives no answer yet: waiting for it"]
    assert here.after(20) == ["https://api gives no answer yet: waiting for it"]


@pytest.mark.parametrize(("kind", "said"), [(Kind.NOT_SENT, "gives no answer"), (Kind.LATER, "asks to wait")])
def test_each_try_is_said_with_its_reason_and_the_wait(kind: Kind, said: str) -> None:
    here = Here()
    for number in (1, 2):
        here.quiet.begin()
        here.quiet.again(kind, "so it is", next_try(number, 10, 3.2))
        here.after(1)
    assert here.told == [f"https://api {said} (so it is): try {number} of 10 in 4 s" for number in (2, 3)]


@given(st.lists(st.floats(0, 0.99), max_size=20))
@settings(max_examples=25)
def test_nothing_is_said_while_answers_come_however_long_nobody_asks(waits: list[float]) -> None:
    here = Here()
    for wait in waits:
        here.quiet.begin()
        here.quiet.begin()
        here.quiet.again(Kind.AMBIGUOUS, "broke off", "soon")
        here.after(wait)
        here.quiet.good()
        here.after(100)
    assert here.told == []
