"""The server's witness: every read and every applied change, in the order in which the server carried them out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from workbench.sandbox.server import Sandbox
from workbench.sandbox.world import World

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """A read (`body` empty), the begin of a look through the list (`customer` empty too) or an applied change of a customer, with
    its record before and after. `ours` is False for the other writer's."""

    customer: str
    body: bytes
    before: Record = field(repr=False)
    after: Record = field(repr=False)
    ours: bool

    @property
    def is_change(self) -> bool:
        """Whether something was sent and applied, if only to change nothing."""
        return bool(self.body)


class Witness:
    """Stands between a running sandbox and its world. `events` is what happened, `theirs` the bodies that others sent.

    The server is one thread, so the order of events is the order of their effects. `on_event` is called in that thread
    after each one, before its answer leaves: whoever kills a process there kills it with the answer still to come.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.world = sandbox.world
        self.theirs: set[bytes] = set()
        self.events: list[Event] = []
        self._moment = threading.RLock()
        self.keep()
        self.on_event: Callable[[Event], None] | None = None
        self.rewind()

    def keep(self) -> None:
        """Makes the server's state, with what happened until now, the one that `rewind` goes back to."""
        self._past, self._calls = list(self.events), self._sandbox.log.calls()
        self._first = [(id_, self.world.body(id_) or b"") for id_ in self.world.ids()]

    def rewind(self) -> None:
        """Puts the server back to what was kept, and forgets what happened since."""
        old = self._sandbox.world
        world = World(self._first, old.staff.values(), old.price_lists.values(), habits=old.habits)
        self.events, self.on_event = list(self._past), None
        self.theirs = set()
        self._stand_before(world)
        self._api.world = self.world = world
        self._sandbox.log.clear()
        for call in self._calls:
            self._sandbox.log.add(call)

    def follow(self) -> None:
        """Stands before the world again, which has not changed, after the sandbox was stopped and started."""
        self._api.world = self.world

    @property
    def _api(self) -> Any:
        return self._sandbox._api

    def seen(self) -> tuple[list[Event], dict[str, Record]]:
        """What happened until now, and all customers as that left them: what a killed process has sent may still be applied."""
        with self._moment:
            return list(self.events), self.records()

    def records(self) -> dict[str, Record]:
        """All customers as they stand: id -> record."""
        return {id_: self.world.customer(id_) for id_ in self.world.ids()}

    def changes(self) -> list[Event]:
        """Our applied changes, in order."""
        return [event for event in self.events if event.is_change and event.ours]

    def _stand_before(self, world: World) -> None:
        """Wraps the calls by which the server reads and changes its world; those of the test's own threads are not events."""
        body, patch, page = world.body, world.patch, world.page

        def read(customer: str) -> bytes | None:
            found = body(customer)
            if found is not None and threading.current_thread().name == "sandbox":
                record = orjson.loads(found)
                self._note(Event(customer, b"", record, record, True))
            return found

        def changed(customer: str, content: bytes) -> bytes:
            with self._moment:
                before = orjson.loads(body(customer) or b"null")
                after = patch(customer, content)
                self._note(Event(customer, content, before, orjson.loads(after), content not in self.theirs))
            return after

        def listed(query: Any) -> bytes:
            found = page(query)
            if (query.page, query.status) == (1, "active"):
                self._note(Event("", b"", {}, {}, True))
            return found

        world.body, world.patch, world.page = read, changed, listed  # type: ignore[method-assign]

    def _note(self, event: Event) -> None:
        self.events.append(event)
        if self.on_event is not None:
            self.on_event(event)
