"""`--check changed`: the list names who changed, and only they are read. Nothing goes unchecked when it cannot tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from workbench.commit.watch import OVERLAP, Watch
from workbench.customer_api.answers import Answer, Kind
from workbench.customer_api.times import api_seconds, api_time
from workbench.sandbox.errors import Refused
from workbench.workbench import Workbench


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks before every request: how often it looks is a constant, not what is tested."""
    monkeypatch.setattr("workbench.commit.watch.EVERY", 0.0)


def looks(here: Any) -> list[str]:
    return [call.path for call in here.log.calls("GET") if "?" in call.path]


def read(here: Any) -> set[str]:
    """The customers that were read one by one."""
    return {call.path.rpartition("/")[2] for call in here.log.calls("GET") if "?" not in call.path}


def canary(here: Any) -> set[str]:
    """The first customer that was sent: it is always read, to see what else becomes of it."""
    return {here.patched()[0]}


def newest(here: Any) -> set[str]:
    """The customers whose last change is so near to the newest one of all that the overlap names them too."""
    times = {id_: api_seconds(here.world.customer(id_)["updated_at"]) or 0 for id_ in here.world.ids()}
    return {id_ for id_, at in times.items() if at > max(times.values()) - OVERLAP}


def test_nobody_but_the_canary_is_read_if_nobody_changed(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    named = newest(here)
    report = here.commit(check="changed")
    assert (report.committed, report.exit_code) == (report.planned, 0)
    assert read(here) == named | canary(here)
    assert looks(here)
    assert "status=inactive" in looks(here)[1]


def test_who_changed_since_the_load_is_read_and_compared(desk: Any) -> None:
    here = desk()
    named = newest(here)
    here.set("payment_term", "TERM7")
    touched, beside = here.world.ids()[4:6]
    here.world.edit(touched, payment_term="THEIRS")
    here.world.edit(beside, company_name="Theirs")
    report = here.commit(check="changed")
    assert (report.conflict, report.committed, report.side_effects) == (1, report.planned - 1, 0)
    assert touched not in here.patched()
    assert here.values("payment_term")[touched] == "THEIRS"
    assert here.world.customer(beside)["name"] == "Theirs"
    assert read(here) == named | {touched, beside} | canary(here)


def test_a_sibling_that_moved_is_a_conflict(desk: Any) -> None:
    here = desk()
    other = next(id_ for id_ in here.world.ids() if len(here.world.customer(id_)["addresses"]) > 1)
    first, second = here.world.customer(other)["addresses"][:2]
    here.set("city", "Springfield", table="addresses", where=f"id:={first['id']}")
    here.world.edit(other, addresses=[{"id": second["id"], "city": "Elsewhere"}])
    report = here.commit(check="changed")
    assert (report.conflict, report.planned) == (1, 1)
    assert not here.patched()


def test_who_changes_while_the_run_goes_is_seen(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    last = [id_ for id_, _ in here.workbench.staged.bodies()][-1]
    patch = here.world.patch

    def meanwhile(id_: str, content: bytes) -> bytes:
        done: bytes = patch(id_, content)
        if len(here.patched()) == 2:
            patch(last, b'{"payment_term":"THEIRS"}')
        return done

    monkeypatch.setattr(here.world, "patch", meanwhile)
    report = here.commit(check="changed", concurrency=1)
    assert (report.conflict, report.committed) == (1, report.planned - 1)
    assert here.values("payment_term")[last] == "THEIRS"


def test_our_own_earlier_changes_are_not_read_again(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.commit(check="changed")
    here.set("payment_term", "TERM8")
    other = here.world.ids()[7]
    later = (api_seconds(here.world.customer(other)["updated_at"]) or 0) + 60
    here.world._clock = lambda: api_time(later)
    here.world.edit(other, payment_term="THEIRS")
    report = here.commit(check="changed")
    assert (report.conflict, report.committed) == (1, report.planned - 1)
    assert read(here) == {other} | canary(here)


def test_what_does_not_move_updated_at_is_only_reported(desk: Any) -> None:
    here = desk()
    named = newest(here)
    here.set("payment_term", "TERM7")
    other = next(id_ for id_ in here.world.ids() if id_ not in named)
    here.world._clock = lambda: "2000-01-01T00:00:00Z"
    here.world.edit(other, company_name="Theirs")
    del here.world._clock
    here.world._clock = lambda: api_time(4e9)
    report = here.commit(check="changed")
    assert (report.committed, report.side_effects) == (report.planned, 1)
    assert other not in read(here)


REFUSALS = [Refused(status, "x", "words") for status in (400, 404, 429, 500, 502, 503)]


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda one: str(one.status))
@pytest.mark.parametrize("after", [0, 1])
def test_if_the_list_does_not_tell_everyone_is_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch, refused: Refused, after: int
) -> None:
    monkeypatch.setattr("workbench.commit.watch.EVERY", 300.0)
    here = desk()
    here.set("payment_term", "TERM7")
    other = here.world.ids()[6]
    here.world.edit(other, payment_term="THEIRS")
    page = here.world.page

    def fail(query: Any) -> bytes:
        if len(looks(here)) >= after:
            raise refused
        told: bytes = page(query)
        return told

    monkeypatch.setattr(here.world, "page", fail)
    report = here.commit(check="changed")
    assert (report.conflict, report.committed) == (1, report.planned - 1)
    assert set(here.patched()) <= read(here)
    assert here.values("payment_term")[other] == "THEIRS"


@pytest.mark.parametrize("status", [401, 403])
def test_a_list_that_refuses_the_key_stops_the_run(desk: Any, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    here = desk()
    here.set("payment_term", "TERM7")

    def refuse(query: Any) -> bytes:
        raise Refused(status, "x", "words")

    monkeypatch.setattr(here.world, "page", refuse)
    report = here.commit(check="changed")
    assert (report.unsent, report.exit_code) == (report.planned, 4)
    assert str(status) in report.reason
    assert not here.patched()
    monkeypatch.undo()
    assert here.workbench.resume().committed == report.planned


def test_a_session_that_does_not_know_its_age_reads_everyone(desk: Any, tmp_path: Path) -> None:
    here = desk()
    file = tmp_path / "customers.ndjson"
    file.write_bytes(b"\n".join(here.world.body(id_) for id_ in here.world.ids()))
    with Workbench.create(tmp_path / "file.session", key="any") as workbench:
        workbench.load(file=file)
        workbench.stage([_set("payment_term", "TERM7")])
        here.world.edit(here.world.ids()[3], payment_term="THEIRS")
        here.log.clear()
        report = workbench.commit(api=here.sandbox.url, check="changed")
    assert (report.conflict, report.committed) == (1, report.planned - 1)
    assert not looks(here)
    assert read(here) == set(here.world.ids())


def test_loading_a_part_does_not_make_the_rest_younger(desk: Any, tmp_path: Path) -> None:
    from workbench.load.loading import Part

    here = desk()
    touched, one = here.world.ids()[2:4]
    here.world.edit(touched, payment_term="THEIRS")
    here.workbench.load(part=Part(ids=[one]))
    here.set("payment_term", "TERM7")
    assert here.commit(check="changed").conflict == 1


def test_a_run_that_was_stopped_goes_on_watching(desk: Any) -> None:
    here = desk(customers=30)
    here.set("payment_term", "TERM7")
    stopped = here.commit(check="changed", concurrency=1, on_engine=here.draining())
    assert 0 < stopped.unsent < stopped.planned
    left = [id_ for id_, _ in here.workbench.staged.bodies()][-1]
    here.world.edit(left, payment_term="THEIRS")
    here.log.clear()
    report = here.workbench.resume()
    assert (report.conflict, report.committed) == (1, report.planned - 1)
    assert len(read(here)) < stopped.unsent


def test_a_drain_does_not_wait_for_the_list(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.sandbox.set_faults({"slow": 1, "slow_seconds": 600})
    engines: list[Any] = []
    looking = asyncio.Event()
    ask = Watch._page

    async def asked(watch: Watch, *more: Any) -> Any:
        looking.set()
        return await ask(watch, *more)

    monkeypatch.setattr(Watch, "_page", asked)

    async def drained() -> Any:
        running = asyncio.create_task(here.workbench.acommit(check="changed", on_engine=engines.append))
        await looking.wait()
        engines[0].drain()
        async with asyncio.timeout(20):
            return await running

    report = asyncio.run(drained())
    assert (report.unsent, report.exit_code) == (report.planned, 130)
    here.sandbox.set_faults(None)


# The cursor, on a list that the test writes.


class Listing:
    """An API whose list answers the records given for each status, page by page, and remembers what it was asked."""

    def __init__(self, *records: dict[str, str], date: str | None = None) -> None:
        self.records, self.date = list(records), date
        self.asked: list[str] = []
        self.short = 0
        self.page_size = 100

    async def page_answer(self, page: int, *, status: str, updated_after: str) -> Answer:
        self.asked.append(updated_after)
        found = [r for r in self.records if r["status"] == status and r["updated_at"] > updated_after]
        part = found[(page - 1) * self.page_size : page * self.page_size]
        pages = -(-len(found) // self.page_size)
        told = {"total_records": len(found) + self.short, "total_pages": pages, "next_page": 0}
        return Answer(200, orjson.dumps({"data": part, "pagination": told}), date=self.date)


def customer(id_: str, second: int, status: str = "active") -> dict[str, str]:
    return {"id": id_, "status": status, "updated_at": api_time(second)}


async def no_turn() -> None: ...


def watch(api: Listing, since: float | None = 1000.0, own: dict[str, str] | None = None) -> Watch:
    return Watch(api, since, own or {}, clock=lambda: 0.0, now=lambda: 5000.0)  # type: ignore[arg-type]


def changed(of: Watch, ids: Iterable[str]) -> set[str]:
    return {id_ for id_ in ids if of.may_have_changed(id_, 0.0)}


async def test_before_it_looked_and_without_an_age_everyone_may_have_changed() -> None:
    unsure, never = watch(Listing()), watch(Listing(), None)
    assert unsure.may_have_changed("a", 0.0)
    assert (unsure.is_due(0.0), unsure.has_looked) == (True, False)
    assert never.may_have_changed("a", 0.0)
    assert (never.is_due(0.0), never.has_looked) == (False, True)


async def test_it_reaches_back_two_seconds_and_names_both_statuses_but_not_our_own() -> None:
    api = Listing(customer("a", 999), customer("b", 1500, "inactive"), customer("own", 1400), customer("old", 900))
    of = watch(api, own={"own": api_time(1400)})
    assert (await of.look(no_turn)).kind is Kind.OK
    assert changed(of, ["a", "b", "own", "old", "other"]) == {"a", "b"}
    assert api.asked == [api_time(998)] * 2


async def test_the_next_look_starts_where_the_first_answer_of_the_last_one_was() -> None:
    api = Listing(customer("a", 1500))
    of = watch(api)
    await of.look(no_turn)
    await of.look(no_turn)
    assert api.asked[2] == api_time(1498)


async def test_a_customer_stamped_in_the_future_does_not_hide_the_others() -> None:
    api = Listing(customer("a", 9_000_000))
    of = watch(api)
    await of.look(no_turn)
    await of.look(no_turn)
    assert api.asked[2] == api_time(4998)
    api.date = "Thu, 01 Jan 1970 01:00:00 GMT"
    await of.look(no_turn)
    await of.look(no_turn)
    assert api.asked[-1] == api_time(4998)


async def test_a_proxy_whose_clock_is_ahead_does_not_hide_changes() -> None:
    api = Listing(customer("a", 1200), date="Thu, 01 Jan 2026 00:00:00 GMT")
    of = watch(api)
    await of.look(no_turn)
    api.records.append(customer("b", 1201))
    await of.look(no_turn)
    assert changed(of, ["a", "b", "c"]) == {"a", "b"}


async def test_all_pages_are_read_and_a_list_that_tells_too_few_is_as_good_as_none() -> None:
    api = Listing(*(customer(f"c{n}", 1100 + n) for n in range(7)))
    api.page_size = 3
    of = watch(api)
    assert (await of.look(no_turn)).kind is Kind.OK
    assert changed(of, [f"c{n}" for n in range(9)]) == {f"c{n}" for n in range(7)}
    api.short = 1
    other = watch(api)
    assert (await other.look(no_turn)).kind is Kind.AMBIGUOUS
    assert other.may_have_changed("other", 0.0)


async def test_what_it_knows_grows_old() -> None:
    of = watch(Listing())
    await of.look(no_turn)
    assert not of.may_have_changed("a", 6.0)
    assert of.may_have_changed("a", 6.1)


def _set(field: str, value: str) -> Any:
    from workbench.stage.edits import Edit

    return Edit("set", field, value)


def test_the_query_is_as_documented(desk: Any) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    here.commit(check="changed")
    asked = parse_qs(urlsplit(looks(here)[0]).query)
    assert asked["page_size"] == ["100"]
    assert asked["updated_after"][0].endswith("Z")
