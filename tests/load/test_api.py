from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.client import CustomerApi
from workbench.customer_api.origin import parse_origin
from workbench.customer_api.reader import Reader
from workbench.customers.records import decode
from workbench.errors import ApiError, UsageError
from workbench.load.api import Loaded, NotRead, load_api
from workbench.load.arriving import Arriving
from workbench.load.asked import utc_time
from workbench.load.loading import Part, fetched
from workbench.load.progress import Progress
from workbench.sandbox.server import Sandbox

KEY = "a-key"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=230) as running:
        yield running


async def load(url: str, connections: int = 4, **options: Any) -> Loaded:
    async with CustomerApi(url, KEY, connections=connections) as api:
        return await load_api(api, **options)


def place(index: int) -> str:
    return f"record {index + 1}"


# Against the sandbox, over a real socket.


async def test_everything_comes_whole_and_in_the_lists_order(sandbox: Sandbox) -> None:
    loaded = await load(sandbox.url)
    assert len(loaded.lines) == len(set(loaded.ids)) == loaded.total_expected == 230
    assert all(loaded.detailed)
    assert (loaded.rejected, loaded.warnings, loaded.interrupted, loaded.failure) == ([], [], False, None)
    tables, rejected = decode(loaded.lines, place)
    assert rejected == []
    assert tables.customers["id"].to_list() == loaded.ids
    assert tables.customers["detailed"].all()
    lazy = await load(sandbox.url, details="lazy")
    assert lazy.ids == loaded.ids
    statuses = tables.customers["status"].to_list()
    assert statuses == sorted(statuses)
    for status in ("active", "inactive"):
        created = tables.customers.filter(status=status)["created_at"].to_list()
        assert created == sorted(created)


async def test_what_came_can_be_looked_at_while_the_load_goes_on(sandbox: Sandbox) -> None:
    arriving, moments = Arriving(most=150), []

    def hear(customers: Any) -> None:
        arriving.hear(customers)
        moments.append((arriving.version, arriving.count))

    loaded = await load(sandbox.url, on_customers=hear)
    assert moments[0] == (100, 100)  # the first page, before anything else was asked
    snapshot = arriving.snapshot()
    assert arriving.full
    assert snapshot.base is snapshot.current
    tables, _ = decode(loaded.lines, place)
    seen = snapshot.current.customers
    assert seen.equals(seen.select("id").join(tables.customers, on="id", maintain_order="left").select(seen.columns))
    assert snapshot.current.addresses.height
    version = arriving.version
    arriving.hear([("another", '{"id": "another"}')])
    assert (arriving.version, arriving.count) == (version, 150)
    arriving.hear([(loaded.ids[0], "no customer")])
    assert (arriving.snapshot().current.customers.height, Arriving().snapshot().current.customers.height) == (149, 0)


async def test_lazy_asks_for_pages_only(sandbox: Sandbox) -> None:
    sandbox.log.clear()
    loaded = await load(sandbox.url, details="lazy")
    assert not any(loaded.detailed)
    assert all(call.path.startswith("/v1/customers?") for call in sandbox.log.calls())


async def test_one_status_alone_can_be_loaded(sandbox: Sandbox) -> None:
    both = await load(sandbox.url, details="lazy")
    inactive = await load(sandbox.url, details="lazy", statuses=["inactive"])
    assert 0 < len(inactive.lines) == inactive.total_expected < len(both.lines)
    assert both.ids[-len(inactive.ids) :] == inactive.ids


async def test_updated_after_narrows_the_list(sandbox: Sandbox) -> None:
    loaded = await load(sandbox.url, details="lazy", updated_after="2999-01-01")
    assert (loaded.lines, loaded.total_expected, loaded.warnings) == ([], 0, [])
    assert "updated_after=2999-01-01T00:00:00Z" in sandbox.log.calls()[-1].path.replace("%3A", ":")


async def test_ids_are_fetched_alone_and_the_missing_ones_reported(sandbox: Sandbox) -> None:
    known = (await load(sandbox.url, details="lazy")).ids
    wanted = [known[7], "no-such", known[3], known[7], "../customers"]
    sandbox.log.clear()
    loaded = await load(sandbox.url, ids=wanted)
    assert loaded.ids == [known[7], known[3]]
    assert all(loaded.detailed)
    assert {one.id for one in loaded.rejected} == {"no-such", "../customers"}
    assert all("404" in one.reason and not one.kept for one in loaded.rejected)
    assert len(sandbox.log.calls()) == 4


async def test_faults_are_outlasted() -> None:
    odds = {"429": 0.08, "500": 0.05, "503_html": 0.05, "reset_before": 0.05, "reset_after": 0.05, "truncated": 0.05}
    with Sandbox(customers=120, faults={**odds, "retry_after": 0}) as sandbox:
        async with CustomerApi(sandbox.url, KEY, connections=8) as api:
            loaded = await load_api(api, reader=Reader(api, sleep=no_sleep))
    assert len(loaded.lines) == 120
    assert all(loaded.detailed)
    assert loaded.rejected == loaded.warnings == []


async def test_a_wrong_key_stops_at_once() -> None:
    with Sandbox(customers=5, key="another") as sandbox:
        with pytest.raises(ApiError, match=r"refused the key \(401 .*set WORKBENCH_API_KEY"):
            await load(sandbox.url)
        assert len(sandbox.log.calls()) == 1


async def test_an_api_that_is_down_is_given_up_within_30_seconds_in_one_line() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        hands = Hands()
        async with CustomerApi(url, KEY) as api:
            reader = Reader(api, clock=hands.clock, sleep=hands.sleep, rng=random.Random(1))
            with pytest.raises(ApiError) as raised:
                await load_api(api, reader=reader)
    line = f"the API at {url} does not answer (connection refused); check --api and the network"
    assert raised.value.in_commands == line
    assert 0 < hands.now <= 30


# Against answers that a test makes, where the transport does not matter.


class Hands:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


class Made:
    """Stands for a `CustomerApi`: its answers are functions of a test. Counts what is asked, and how much at once.

    Once `hangs` is set, nothing is answered any more.
    """

    def __init__(self, pages: Callable[[int, str], Answer], get: Callable[[str], Answer], connections: int = 4) -> None:
        self.hangs = asyncio.Event()
        self.origin = parse_origin("https://api.example.com")
        self.connections = connections
        self.connect_timeout = 10.0
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self._pages = pages
        self._get = get

    async def page_answer(self, page: int, *, status: str, updated_after: str | None) -> Answer:
        return await self._counted(f"{status} {page}", lambda: self._pages(page, status))

    async def get(self, customer_id: str) -> Answer:
        return await self._counted(customer_id, lambda: self._get(customer_id))

    async def _counted(self, what: str, answer: Callable[[], Answer]) -> Answer:
        self.asked.append(what)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        if self.hangs.is_set():
            await asyncio.Event().wait()
        self.at_once -= 1
        return answer()


def page(ids: list[str], total: int, pages: int, more: dict[str, Any] | None = None) -> Answer:
    records = [{"id": one, "name": f"summary {one}", **(more or {})} for one in ids]
    pagination = {"total_records": total, "total_pages": pages, "next_page": 0}
    return Answer(200, json.dumps({"data": records, "pagination": pagination}).encode())


def whole(customer_id: str) -> Answer:
    record = {"id": customer_id, "name": f"whole {customer_id}", "addresses": []}
    return Answer(200, json.dumps({"data": record}).encode(), asked=customer_id)


def three_pages(number: int, status: str) -> Answer:
    if status == "inactive":
        return page([], 0, 0)
    return page([f"{number}{letter}" for letter in "abc"], 9, 3)


async def made_load(made: Made, *, hands: Hands | None = None, **options: Any) -> Loaded:
    clock = hands or Hands()
    reader = Reader(made, clock=clock.clock, sleep=clock.sleep, rng=random.Random(1))  # type: ignore[arg-type]
    return await load_api(made, reader=reader, clock=clock.clock, **options)  # type: ignore[arg-type]


NINE = ["1a", "1b", "1c", "2a", "2b", "2c", "3a", "3b", "3c"]


async def test_never_more_calls_at_once_than_connections() -> None:
    made = Made(three_pages, whole, connections=2)
    loaded = await made_load(made)
    assert loaded.ids == NINE
    assert made.most_at_once == 2


async def test_a_list_that_answers_whole_customers_needs_no_details() -> None:
    made = Made(lambda number, status: page(["a", "b"], 2, 1, {"contacts": []}), whole)
    loaded = await made_load(made, statuses=["active"])
    assert loaded.detailed == [True, True]
    assert made.asked == ["active 1"]


async def test_repeated_ids_are_dropped_and_a_missing_customer_is_noticed() -> None:
    def shifted(number: int, status: str) -> Answer:
        return page(["a", "b"] if number == 1 else ["b", "c"], 4, 2)

    loaded = await made_load(Made(shifted, whole), statuses=["active"], details="lazy")
    assert loaded.ids == ["a", "b", "c"]
    assert loaded.total_expected == 4
    assert loaded.warnings == [
        "the API counts 4 customers, 3 came: somebody may have added or removed customers meanwhile; "
        "load again to be sure"
    ]


async def test_a_list_that_grows_while_it_is_read_is_read_to_its_end() -> None:
    def growing(number: int, status: str) -> Answer:
        return page([str(number)], min(number + 1, 4), min(number + 1, 4))

    loaded = await made_load(Made(growing, whole), statuses=["active"], details="lazy")
    assert loaded.ids == ["1", "2", "3", "4"]
    assert (loaded.total_expected, loaded.warnings) == (4, [])


async def test_a_list_that_claims_endless_pages_ends_with_the_first_empty_one() -> None:
    made = Made(lambda number, status: page(["a"] if number == 1 else [], 10**9, 10**9), whole)
    loaded = await made_load(made, statuses=["active"], details="lazy")
    assert loaded.ids == ["a"]
    assert len(made.asked) <= 1 + made.connections
    assert len(loaded.warnings) == 1


async def test_a_customer_that_is_gone_meanwhile_is_left_out_and_reported() -> None:
    made = Made(
        three_pages, lambda one: Answer(404, b'{"message":"no such"}', asked=one) if one == "2b" else whole(one)
    )
    loaded = await made_load(made)
    assert loaded.ids == [one for one in NINE if one != "2b"]
    assert loaded.rejected == [NotRead("2b", "404 Not Found: no such", False)]
    assert loaded.warnings == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500, b'{"message":"broken"}'), "500 Internal Server Error: broken"),
        (Answer(200, b'{"data":', asked="2b"), "200 OK: not a customer"),
        (Answer(422, b'{"message":"odd"}'), "422 Unprocessable Entity: odd"),
        (Answer(0, lost=Kind.AMBIGUOUS, trouble="the answer broke off"), "the answer broke off"),
        (whole("other"), "asked for customer 2b, the API answered with customer other"),
    ],
)
async def test_a_customer_that_cannot_be_read_stays_as_a_summary_and_is_reported(answer: Answer, reason: str) -> None:
    def get(customer_id: str) -> Answer:
        if customer_id != "2b":
            return whole(customer_id)
        return Answer(**{name: getattr(answer, name) for name in answer.__dataclass_fields__} | {"asked": "2b"})

    loaded = await made_load(Made(three_pages, get))
    assert loaded.ids == NINE
    assert loaded.detailed == [one != "2b" for one in NINE]
    assert "summary 2b" in loaded.lines[NINE.index("2b")]
    assert loaded.rejected == [NotRead("2b", reason, True)]
    assert not loaded.interrupted


async def test_a_customer_without_an_id_is_reported() -> None:
    body = b'{"data":[{"name":"x"},{"id":"a"}],"pagination":{"total_records":2,"total_pages":1}}'
    loaded = await made_load(Made(lambda number, status: Answer(200, body), whole), statuses=["active"])
    assert loaded.ids == ["a"]
    assert [one.id for one in loaded.rejected] == [""]
    assert "without an id" in loaded.rejected[0].reason


async def test_a_list_that_is_none_is_an_error() -> None:
    html = Answer(200, b"<html><title>Welcome</title></html>", "text/html")
    with pytest.raises(ApiError, match=r"answered HTML, not JSON \(200 OK: Welcome\)"):
        await made_load(Made(lambda number, status: html, whole))


async def test_a_redirect_among_the_details_stops_at_once() -> None:
    made = Made(three_pages, lambda one: Answer(302, location="https://elsewhere.example/"), connections=1)
    with pytest.raises(ApiError, match="redirect"):
        await made_load(made)
    assert len([one for one in made.asked if one in NINE]) == 1


async def test_a_failure_among_the_details_keeps_what_was_fetched() -> None:
    lost = Answer(0, sent=False, lost=Kind.NOT_SENT, trouble="connection refused")
    hands = Hands()
    made = Made(three_pages, lambda one: whole(one) if one < "2" else lost, connections=2)
    loaded = await made_load(made, hands=hands)
    assert loaded.ids == NINE
    assert loaded.detailed == [one < "2" for one in NINE]
    assert loaded.interrupted
    assert loaded.failure is not None
    assert "connection refused" in str(loaded.failure)
    assert loaded.warnings == [loaded.failure.in_commands]
    assert fetched(loaded, part=Part()).warnings == (loaded.failure.in_commands,), "it is said once"
    assert hands.now <= 30


async def test_a_pause_that_the_server_asks_for_is_shared_by_all() -> None:
    refused: list[float] = []
    hands = Hands()

    def get(customer_id: str) -> Answer:
        if not refused:
            refused.append(hands.now)
            return Answer(429, retry_after="20")
        return whole(customer_id)

    loaded = await made_load(Made(three_pages, get), hands=hands)
    assert all(loaded.detailed)
    assert hands.now >= 20


async def test_a_server_that_always_says_later_is_given_up() -> None:
    made = Made(lambda number, status: Answer(503, retry_after="1"), whole)
    with pytest.raises(ApiError, match="refused the call \\(503 Service Unavailable\\); try again later"):
        await made_load(made)
    assert len(made.asked) == 10


@pytest.mark.parametrize("how", ["stop", "cancel"])
async def test_an_interruption_keeps_what_was_fetched_and_leaves_the_rest_as_summaries(how: str) -> None:
    def get(customer_id: str) -> Answer:
        if customer_id == "2b":
            made.hangs.set()
        return whole(customer_id)

    made = Made(three_pages, get, connections=1)
    task = asyncio.ensure_future(made_load(made, stop=made.hangs if how == "stop" else None))
    await made.hangs.wait()
    if how == "cancel":
        task.cancel()
    loaded = await task
    assert loaded.interrupted
    assert loaded.ids == NINE
    assert loaded.detailed == [one <= "2b" for one in NINE]
    assert (loaded.failure, loaded.rejected, loaded.warnings) == (None, [], [])


async def test_an_interruption_among_the_pages_keeps_the_pages_that_came() -> None:
    def pages(number: int, status: str) -> Answer:
        if number == 2:
            made.hangs.set()
        return three_pages(number, status)

    made = Made(pages, whole, connections=1)
    loaded = await made_load(made, stop=made.hangs)
    assert loaded.interrupted
    assert loaded.ids == NINE[:6]
    assert not any(loaded.detailed)
    assert loaded.warnings == ["the list was read in part only: 6 customers came"]


async def test_an_interruption_among_given_ids_says_how_many_are_missing() -> None:
    made = Made(three_pages, whole)
    made.hangs.set()
    loaded = await made_load(made, ids=NINE, stop=made.hangs)
    assert loaded.interrupted
    assert loaded.lines == []
    assert loaded.warnings == ["9 of 9 customers were not read: the load was interrupted"]


async def test_progress_ends_with_the_whole() -> None:
    told: list[Progress] = []
    await made_load(Made(three_pages, whole), progress=told.append)
    assert (told[-1].stage, told[-1].done, told[-1].total) == ("details", 9, 9)
    pages = [one for one in told if one.stage == "pages"]
    assert (pages[-1].done, pages[-1].total) == (4, 4)
    assert all(one.done <= one.total for one in told)


async def test_the_rate_is_kept() -> None:
    hands = Hands()
    made = Made(three_pages, whole)
    reader = Reader(made, rate=10, clock=hands.clock, sleep=hands.sleep)  # type: ignore[arg-type]
    await load_api(made, reader=reader, clock=hands.clock)  # type: ignore[arg-type]
    assert hands.now >= (len(made.asked) - 1) / 10


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T10:00:00Z"])
def test_a_time_is_utc_or_a_date(text: str) -> None:
    assert utc_time(text) in ("2026-01-01T00:00:00Z", "2026-01-01T10:00:00Z")


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T10:00:00", "2026-01-01T10:00:00+01:00", "20260101"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        utc_time(text)


@pytest.mark.parametrize(
    "options", [{"statuses": ["gone"]}, {"statuses": []}, {"details": "some"}, {"updated_after": "x"}]
)
async def test_arguments_that_cannot_be_are_refused_before_anything_is_asked(options: dict[str, Any]) -> None:
    made = Made(three_pages, whole)
    with pytest.raises(UsageError):
        await made_load(made, **options)
    assert made.asked == []
