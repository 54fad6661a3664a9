from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customer_api.pace import LONGEST_WAIT, Pause, RateLimit, backoff, wait_asked
from workbench.errors import UsageError

NOW = datetime(2026, 11, 23, 22, 0, 0, tzinfo=UTC)


class Hands:
    """A clock that a test moves: sleeping moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limit(rate: float | None, burst: int = 1) -> tuple[RateLimit, Hands]:
    hands = Hands()
    return RateLimit(rate, burst=burst, clock=hands.clock, sleep=hands.sleep), hands


async def test_calls_leave_at_the_rate() -> None:
    rate, hands = limit(10)
    for _ in range(21):
        await rate.wait()
    assert hands.now == pytest.approx(1002.0)


async def test_a_quiet_time_earns_no_more_than_the_burst() -> None:
    rate, hands = limit(10, burst=3)
    hands.now += 60
    for _ in range(3):
        await rate.wait()
    assert hands.slept == []
    await rate.wait()
    assert sum(hands.slept) == pytest.approx(0.1)


async def test_waiting_workers_have_turns_of_their_own() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    rate = RateLimit(2, clock=lambda: 0.0, sleep=sleep)
    await asyncio.gather(*(rate.wait() for _ in range(4)))
    assert waits == pytest.approx([0.5, 1.0, 1.5])


async def test_no_rate_is_no_wait() -> None:
    rate, hands = limit(None)
    await rate.wait()
    await rate.wait()
    assert hands.slept == []


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        RateLimit(rate)


async def test_a_pause_ends_when_the_longest_of_them_ends() -> None:
    hands = Hands()
    pause = Pause(clock=hands.clock, sleep=hands.sleep)
    pause.extend(5)
    pause.extend(1)
    assert pause.left == 5
    await pause.wait()
    assert hands.now == 1005
    await pause.wait()
    assert hands.slept == [5]


async def test_a_pause_that_is_extended_while_somebody_waits_is_waited_out() -> None:
    hands = Hands()

    async def sleep(seconds: float) -> None:
        await hands.sleep(seconds)
        if len(hands.slept) == 1:
            pause.extend(7)

    pause = Pause(clock=hands.clock, sleep=sleep)
    pause.extend(2)
    await pause.wait()
    assert hands.slept == [2, 7]


def test_a_pause_is_bounded() -> None:
    hands = Hands()
    pause = Pause(clock=hands.clock, sleep=hands.sleep)
    pause.extend(10**9)
    assert pause.left == LONGEST_WAIT


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("99999", 300),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("1e3", None),
    ],
)
def test_retry_after_in_seconds(retry_after: str, seconds: float | None) -> None:
    assert wait_asked(retry_after) == seconds


def test_retry_after_as_a_date_counts_from_the_answers_own_date() -> None:
    skewed = (NOW + timedelta(hours=5)).timestamp()
    assert wait_asked(date(20), date(0), skewed) == 20
    assert wait_asked(date(-20), date(0), skewed) == 0
    assert wait_asked(date(9999), date(0)) == 300


def test_retry_after_as_a_date_counts_from_now_when_the_answer_has_none() -> None:
    assert wait_asked(date(20), None, NOW.timestamp()) == 20
    assert wait_asked(date(20), "yesterday", NOW.timestamp()) == 20
    assert wait_asked(date(20)) is None


@given(st.text(max_size=60), st.none() | st.text(max_size=60))
def test_no_header_breaks_it(retry_after: str, sent: str | None) -> None:
    found = wait_asked(retry_after, sent, 0.0)
    assert found is None or 0 <= found <= LONGEST_WAIT


@given(st.integers(1, 10_000), st.integers())
def test_backoff_stays_within_its_bounds(attempt: int, seed: int) -> None:
    assert 0 <= backoff(attempt, random.Random(seed)) <= min(30.0, 0.5 * 2 ** min(attempt - 1, 60))


def test_backoff_grows() -> None:
    def mean(attempt: int) -> float:
        return sum(backoff(attempt, random.Random(seed)) for seed in range(500))

    assert mean(1) < mean(2) < mean(4) < mean(6)
