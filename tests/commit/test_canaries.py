"""Servers whose habits nobody documented: each ends right, or stops the run after at most one record, which is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import orjson
import pytest

from tests.form import amount
from workbench.commit.record import writable
from workbench.customers.equality import same
from workbench.customers.rules import Rules
from workbench.sandbox.application import Habits

Stage = Callable[[Any], None]


def whole(here: Any, id_: str) -> dict[str, Any]:
    """Every writable cell of a customer as the server holds it, by its path, with its kind."""
    return {path: (kind, value) for path, kind, value in writable(here.world.customer(id_))}


def asked(here: Any) -> dict[str, dict[str, Any]]:
    """What is staged, by customer and path."""
    return {patch.id: {c.path: c.after for c in patch.changes} for patch in here.workbench.staged.patches()}


def alike(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return left.keys() == right.keys() and all(
        same(kind, value, right[path][1]) for path, (kind, value) in left.items()
    )


class Watch:
    """What the server held before, and what it should hold after."""

    def __init__(self, here: Any) -> None:
        self.here = here
        self.before = {id_: whole(here, id_) for id_ in here.world.ids()}
        self.after = {id_: dict(cells) for id_, cells in self.before.items()}
        for id_, cells in asked(here).items():
            self.after[id_] |= {path: (self.before[id_][path][0], value) for path, value in cells.items()}

    def right(self) -> list[str]:
        """The customers that hold all of what was asked, and nothing else is changed."""
        return [id_ for id_, cells in self.after.items() if alike(whole(self.here, id_), cells)]

    def exposed(self) -> list[str]:
        """The customers that hold neither what they held nor what was asked."""
        right = self.right()
        return [i for i, cells in self.before.items() if i not in right and not alike(whole(self.here, i), cells)]


def second(here: Any, array: str) -> str:
    """A query for the second items of all customers, where a guess by position goes wrong."""
    items = (here.world.customer(id_)[array] for id_ in here.world.ids())
    return " OR ".join(f"id:={several[1]['id']}" for several in items if len(several) > 1)


def first_or_second(here: Any, array: str) -> str:
    """For every other customer its first item, for the rest their second."""
    found = []
    for n, id_ in enumerate(here.world.ids()):
        items = here.world.customer(id_)[array]
        found += [f"id:={items[n % 2]['id']}"] if len(items) > n % 2 else []
    return " OR ".join(found)


def later(here: Any, of: str = "") -> str:
    """The customers that a run comes to later."""
    return " OR ".join(f"{of}id:={id_}" for id_ in here.workbench.snapshot.base.customers["id"][10:])


def put(field: str, value: str, table: str = "customers", where: Callable[[Any], str] | str = "") -> Stage:
    def stage(here: Any) -> None:
        here.set(field, value, table=table, where=where if isinstance(where, str) else where(here))

    return stage


def both(*stages: Stage) -> Stage:
    def stage(here: Any) -> None:
        for one in stages:
            one(here)

    return stage


ARRAYS: dict[str, Stage] = {
    "all addresses": put("city", "Springfield", "addresses"),
    "second addresses": put("city", "Springfield", "addresses", lambda h: second(h, "addresses")),
    "first or second addresses": put("city", "Springfield", "addresses", lambda h: first_or_second(h, "addresses")),
    "first or second contacts": put("designation", "Boss", "contacts", lambda h: first_or_second(h, "contacts")),
    "attributes": put("value", "Red", "attributes", "owner:customer"),
    "some attributes": put("value", "Red", "attributes", "owner:customer name:color"),
    "attributes of addresses": put("value", "Dock 1", "attributes", "owner:address name:dock"),
    "attributes of addresses, and a city": both(
        put("city", "Springfield", "addresses", lambda h: second(h, "addresses")),
        put("value", "Dock 1", "attributes", "owner:address name:dock"),
    ),
    "a clear in addresses": put("address_line_2", "", "addresses", "has:address_line_2"),
    "much at once": both(
        put("payment_term", "TERM7"),
        put("city", "Springfield", "addresses", lambda h: first_or_second(h, "addresses")),
        put("first_name", "", "contacts", "has:first_name"),
        put("value", "Red", "attributes", "name:color"),
    ),
}
SCALARS: dict[str, Stage] = {
    "a text": put("payment_term", "TERM7"),
    "texts with spaces": put("payment_term", " TERM7 "),
    "later texts with spaces": both(
        put("payment_term", "TERM7"), put("payment_term", " TERM8", where=lambda h: later(h))
    ),
    "clears": put("payment_term", "", where="has:payment_term"),
    "clears of ids": put("assigned_price_list_id", "", where="has:assigned_price_list_id"),
    "clears of lists": put("assigned_sales_rep_ids", "", where="has:assigned_sales_rep_ids"),
    "countries": put("country", "US", "addresses"),
    "other countries later": both(
        put("country", "DE", "addresses"),
        put("country", "US", "addresses", lambda h: later(h, "customer.")),
    ),
}
EDITS = ARRAYS | SCALARS


def told(options: dict[str, Any]) -> str:
    return ",".join(f"{key}={value}" for key, value in options.items())


def cases() -> Iterator[Any]:
    """Arrays against every reading of them, values against every habit; how arrays and clears are written takes turns (in
    the long form every way for each), so that each way meets every reading and every edit."""
    nested = [{"nested": name} for name in ("merge", "replace", "insert", "position")]
    habits = [{"null": "ignore"}, {"normalise": True}, {"nested": "replace", "null": "ignore", "normalise": True}]
    for edits, servers in ((ARRAYS, [*nested, habits[-1]]), (SCALARS, habits)):
        for (row, edit), (column, server) in product(enumerate(edits), enumerate(servers)):
            clears = ["empty", "null"] if "clear" in edit or edit == "much at once" else ["empty"]
            ways = [*product(["full", "sparse"] if edits is ARRAYS else ["full"], clears)]
            for ours, clear in amount([ways[(row + column) % len(ways)]], ways):
                yield pytest.param(edit, server, ours, clear, id=f"{edit}-{told(server)}-{ours}-{clear}")


@pytest.mark.parametrize(("edit", "server", "ours", "clear"), [*cases()])
def test_every_server_ends_right_or_stops_the_run_after_one_record(
    desk: Any, edit: str, server: dict[str, Any], ours: str, clear: str
) -> None:
    here = desk(**server, customers=20)
    here.workbench.set_settings({"nested": ours, "clear": clear})
    EDITS[edit](here)
    watch = Watch(here)
    report = here.commit()
    assert report.planned > 1
    exposed = watch.exposed()
    if report.exit_code == 0:
        assert len(watch.right()) == 20
        assert exposed == []
        return
    if server in ({"nested": "merge"}, {"nested": "replace"}) and ours == "full":
        pytest.fail(f"this server means what we mean: {report}")
    assert len(exposed) <= 1
    if report.exit_code == 3:  # refused, all of it: nothing was applied
        assert (report.failed, report.altered, exposed) == (report.planned, 0, [])
        return
    assert report.exit_code == 4
    [bad] = [id_ for id_, outcome in here.outcomes().items() if outcome.outcome == "altered"]
    assert bad in report.reason
    assert exposed in ([], [bad])
    assert "resume --abandon" in report.reason
    sent = len(here.applied())
    assert here.workbench.resume(abandon=True).unsent == report.unsent
    assert len(here.applied()) == sent
    assert watch.exposed() == exposed
    assert Rules.read(here.workbench._bench.facts) == Rules()


@pytest.mark.parametrize(
    ("server", "ours", "edit"),
    [
        ("insert", "full", "all addresses"),
        ("insert", "sparse", "all addresses"),
        ("replace", "sparse", "second addresses"),
        ("replace", "sparse", "some attributes"),
        ("position", "sparse", "second addresses"),
    ],
)
def test_a_wrong_guess_whose_answer_is_lost_exposes_one_record_too(
    desk: Any, server: str, ours: str, edit: str
) -> None:
    here = desk(nested=server, customers=20)
    here.workbench.set_settings({"nested": ours})
    EDITS[edit](here)
    watch = Watch(here)
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert report.exit_code == 4
    [bad] = watch.exposed()
    assert (bad in report.reason, here.applied()) == (True, [bad])
    assert "resume --abandon" in report.reason
    here.sandbox.set_faults(None)
    again = here.workbench.resume()
    assert (again.exit_code, bad in again.reason, here.applied()) == (4, True, [bad])


@pytest.mark.parametrize("server", ["merge", "replace", "position"])
def test_answers_lost_where_the_guess_is_right_end_right(desk: Any, server: str) -> None:
    here = desk(nested=server)
    EDITS["much at once"](here)
    watch = Watch(here)
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit(concurrency=4)
    assert (report.committed, report.exit_code) == (report.planned, 0)
    assert watch.exposed() == []
    assert len(watch.right()) == 12


def test_a_value_that_went_into_another_item_stops_any_request_and_is_never_accepted(desk: Any) -> None:
    here = desk(nested="position")
    here.workbench.set_settings({"nested": "sparse"})
    EDITS["second addresses"](here)
    watch = Watch(here)
    stopped = here.commit()
    assert "went into addresses[" in stopped.reason
    assert "accept" not in stopped.reason
    for accept in (True, False):
        again = here.workbench.resume(accept_altered=accept)
        assert (again.exit_code, len(watch.exposed())) == (4, 1)
        assert "resume --abandon" in again.reason


@pytest.mark.parametrize(("server", "exposed"), [("position", 1), ("merge", 0), ("replace", 0)])
def test_items_that_stand_in_another_order_by_now_have_a_canary_of_their_own(
    desk: Any, server: str, exposed: int
) -> None:
    here = desk(nested=server, customers=20)
    several = [id_ for id_ in here.world.ids() if len(here.world.customer(id_)["addresses"]) > 1]
    loaded_turned_round(here, several[3:])
    EDITS["second addresses"](here)
    watch = Watch(here)
    report = here.commit()
    assert len(watch.exposed()) == exposed
    assert (report.exit_code == 4) == bool(exposed)
    assert [id_ in report.reason for id_ in watch.exposed()] == [True] * exposed


def loaded_turned_round(here: Any, ids: list[str]) -> None:
    """Loads these customers as if their addresses stood in the opposite order then."""
    world, body = here.world, here.world.body

    def turned(id_: str) -> bytes | None:
        record = orjson.loads(body(id_) or b"null")
        if id_ in ids:
            record["addresses"].reverse()
        return orjson.dumps(record)

    world.body = turned
    here.workbench.load(api=here.sandbox.url)
    world.body = body


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_server_that_became_another_one_between_two_goes_stops_the_run(
    desk: Callable[..., Any], concurrency: int
) -> None:
    here = desk(customers=60)
    here.set("first_name", " Ada ")
    first = here.commit(concurrency=concurrency, on_engine=here.draining())
    assert first.committed <= 1 + concurrency
    here.world.habits = Habits("merge", "clear", True)
    here.log.clear()
    again = here.workbench.resume()
    assert (again.state, again.committed) == ("stopped", first.committed)
    assert 1 <= again.altered == len(here.applied()) <= concurrency
    assert "resume --accept-altered" in again.reason
    here.log.clear()
    assert here.workbench.resume().reason == again.reason
    assert not here.patched()
    assert here.workbench.resume(accept_altered=True).state == "done"


def test_what_one_customer_was_altered_in_stops_no_resume_that_has_verified_the_same(desk: Callable[..., Any]) -> None:
    here = desk(customers=30)
    here.set("first_name", "Ada")
    first = here.commit(concurrency=1, on_engine=here.draining())
    patch, count = here.world.patch, iter(range(30))

    def other(id_: str, body: bytes) -> bytes:
        return patch(id_, body.replace(b"Ada", b"Eve") if next(count) == 3 else body)

    here.world.patch = other
    again = here.workbench.resume()
    assert (again.state, again.altered) == ("done", 1)
    assert first.committed + 1 < again.committed


def puts(here: Any) -> None:
    """Makes a server of it to which a PATCH is the whole customer: what is not in the body becomes empty."""
    patch = here.world.patch

    def put(id_: str, body: bytes) -> bytes:
        held = here.world.customer(id_)
        rest = {name: None for name in ("phone", "email", "first_name") if held[name]}
        return patch(id_, orjson.dumps(rest | orjson.loads(body)))

    here.world.patch = put


@pytest.mark.parametrize("check", ["each", "changed"])
def test_a_server_that_empties_what_was_not_sent_stops_at_its_canary(desk: Callable[..., Any], check: str) -> None:
    here = desk()
    here.set("payment_term", "TERM7")
    puts(here)
    watch = Watch(here)
    report = here.commit(check=check)
    assert (report.state, report.committed, report.exit_code) == ("stopped", 1, 4)
    assert len(here.applied()) == len(watch.exposed()) == 1
    assert "the server emptied what it was not asked to change" in report.reason
    assert "resume --accept-altered" in report.reason
    again = here.workbench.resume()
    assert (again.state, again.reason) == ("stopped", report.reason)
    assert len(here.applied()) == 1
    assert here.workbench.resume(accept_altered=True).state == "done"


def test_a_server_that_begins_to_empty_what_is_not_sent_stops_the_resume(desk: Callable[..., Any]) -> None:
    here = desk(customers=40)
    here.set("payment_term", "TERM7")
    first = here.commit(concurrency=2, on_engine=here.draining())
    puts(here)
    watch = Watch(here)
    again = here.workbench.resume()
    assert again.state == "stopped"
    assert 1 <= len(watch.exposed()) <= 2
    assert again.committed == first.committed + len(watch.exposed())
