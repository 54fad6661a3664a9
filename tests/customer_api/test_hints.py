"""Rate-limit headers: what servers say in four dialects, and the rest that follows from it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customer_api.client import CustomerApi
from workbench.customer_api.hints import HINTS, rest_hinted
from workbench.customer_api.pace import LONGEST_WAIT

NOW = datetime(2026, 11, 23, 22, 0, 0, tzinfo=UTC)
SECONDS = NOW.timestamp()


def rest(now: float = SECONDS, **headers: str) -> float:
    return rest_hinted({name.replace("_", "-").encode(): value for name, value in headers.items()}, now)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"ratelimit_remaining": "0", "ratelimit_reset": "7"}, 7),
        ({"ratelimit_remaining": "1", "ratelimit_reset": "7"}, 0),
        ({"ratelimit_remaining": "0"}, 0),
        ({"ratelimit_reset": "7"}, 0),
        ({"ratelimit_remaining": "0", "ratelimit_reset": "99999"}, 300),
        ({"ratelimit_remaining": "0", "ratelimit_reset": "soon"}, 0),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "9"}, 9),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{SECONDS + 12:.0f}"}, 12),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{(SECONDS + 12) * 1000:.0f}"}, 12),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{SECONDS - 12:.0f}"}, 0),
        ({"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "3.7"}, 3),
        ({"ratelimit": "limit=100, remaining=0, reset=5"}, 5),
        ({"ratelimit": "limit=100, remaining=3, reset=5"}, 0),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": '"default";r=50;t=30'}, 0),
        ({"ratelimit": '"burst";r=0;t=4, "daily";r=10;t=900'}, 4),
        ({"ratelimit": '"burst";r=3;t=4, "daily";r=0;t=900'}, 300),
        ({"ratelimit": '"default"; r=0; t=6'}, 6),
        ({"ratelimit": "default;t=30"}, 0),
        ({"ratelimit": '"a";r=0;t=2', "x_ratelimit_remaining": "0", "x_ratelimit_reset": "8"}, 8),
    ],
)
def test_a_server_that_says_that_nothing_remains_is_left_alone(headers: dict[str, str], seconds: float) -> None:
    assert rest(**headers) == seconds


def test_a_time_counts_from_the_answers_own_date() -> None:
    date = format_datetime(NOW, usegmt=True)
    headers = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": f"{SECONDS + 12:.0f}", "date": date}
    assert rest(SECONDS + 3600, **headers) == rest(SECONDS - 3600, **headers) == 12


@given(st.dictionaries(st.sampled_from(sorted(HINTS | {b"date"})), st.text(max_size=60)), st.floats(0, 4e9))
def test_no_header_breaks_it(headers: dict[bytes, str], now: float) -> None:
    assert 0 <= rest_hinted(headers, now) <= LONGEST_WAIT


@pytest.mark.parametrize("status", [200, 429])
async def test_the_client_tells_it_for_good_answers_and_bad_ones(serve, status: int) -> None:
    told: list[float] = []
    hint = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4"}
    peer = await serve(lambda turn: turn.answer(status, b'{"data":{"id":"c1"}}', hint))
    async with CustomerApi(peer.url, "key") as api:
        await api.get("c1")
        api.on_rest = told.append
        await api.get("c1")
    assert told == [4.0]
