"""A session with a sandbox of its own on a real socket."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

from workbench.commit.engine import Engine
from workbench.commit.report import RunReport
from workbench.results import Staged
from workbench.sandbox.calls import Call
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


class Desk:
    """A workbench on a sandbox, and the few things that the tests do with them."""

    def __init__(self, sandbox: Sandbox, workbench: Workbench) -> None:
        self.sandbox, self.workbench = sandbox, workbench
        self.log, self.world = sandbox.log, sandbox.world
        workbench.load(api=sandbox.url)
        workbench.set_settings({"grace": "0"})

    def open_again(self) -> None:
        """Closes the session and opens it, as after a kill: what was only in memory is gone."""
        self.workbench.close()
        self.workbench = Workbench.open(self.workbench.path, key="any")

    def set(self, field: str, value: str, *, table: str = "customers", where: str = "") -> Staged:
        self.log.clear()
        return self.workbench.stage([Edit("set", field, value)], table=table, where=where)

    def commit(self, **options: Any) -> RunReport:
        return self.workbench.commit(**options)

    def edit(self, customer: str, body: Any) -> None:
        """Somebody else's PATCH of a customer."""
        self.world.patch(customer, orjson.dumps(body))

    def values(self, field: str) -> dict[str, Any]:
        """Each customer's stored value of a scalar."""
        return {id_: self.world.customer(id_)[field] for id_ in self.world.ids()}

    def patched(self) -> list[str]:
        """The customers of all PATCH calls, in their order."""
        return [owner(call) for call in self.log.calls("PATCH")]

    def applied(self) -> list[str]:
        """The customers of all PATCH calls that were carried out."""
        return [owner(call) for call in self.log.calls("PATCH") if call.applied]

    def outcomes(self, run: int = 1) -> dict[str, Any]:
        """The newest outcomes of a run, by customer."""
        store = self.workbench._bench.store
        ids = {request.seq: request.customer_id for request in store.requests(run)}
        return {ids[seq]: outcome for seq, outcome in store.outcomes(run).items()}

    def at_the_first_patch(self, act: Callable[[], object]) -> None:
        """Acts once, as soon as the server has taken a PATCH."""
        add, left = self.log.add, [act]

        def seen(call: Call) -> None:
            add(call)
            if call.method == "PATCH" and left:
                left.pop()()

        self.log.add = seen  # type: ignore[method-assign]

    def draining(self) -> Callable[[Engine], None]:
        """An `on_engine` that stops a run at its first PATCH, as the first Ctrl+C does."""

        def begun(engine: Engine) -> None:
            loop = asyncio.get_running_loop()
            self.at_the_first_patch(lambda: loop.call_soon_threadsafe(engine.drain))

        return begun

    def nothing_was_sent_blindly(self) -> None:
        """Between two PATCH calls of one customer it was read."""
        calls = defaultdict(list)
        for call in self.log.calls():
            if call.fault != "applied_late":
                calls[call.path].append(call.method)
        assert not any("PATCH PATCH" in " ".join(methods) for methods in calls.values())


def owner(call: Call) -> str:
    """The customer whom a call is about."""
    return call.path.rpartition("/")[2]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks: the options are the sandbox's."""
    with ExitStack() as stack:

        def made(**options: Any) -> Desk:
            sandbox = stack.enter_context(Sandbox(**{"customers": 12, "seed": 5, **options}))
            path = tmp_path / f"{sandbox.url.rpartition(':')[2]}.session"
            desk = Desk(sandbox, Workbench.create(path, key="any"))
            stack.callback(lambda: desk.workbench.close())
            return desk

        yield made
