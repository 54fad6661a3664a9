"""What the state machine works on: one real server whose world is set back, session files in memory, a tripwire."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import orjson

from tests.faults.steward_model import ITEMS, SCALARS, Record, flat
from workbench.commit.engine import Engine
from workbench.customers.tables import Tables
from workbench.sandbox.application import Habits
from workbench.sandbox.calls import Call, CallLog
from workbench.sandbox.server import Sandbox
from workbench.sandbox.world import World
from workbench.workbench import Workbench

TIME = "2026-01-02T03:04:05Z"
STAMPS = {"created_at": TIME, "updated_at": TIME}
STAFF = [{"id": id_, "first_name": id_, "last_name": "", "email": f"{id_}@x.example"} for id_ in ("r1", "r2")]


def attribute(name: str, value: str | None) -> Record:
    return {"id": f"at-{name}", "name": name, "value": value, "created_by": "s", "updated_by": "s", **STAMPS}


def item(table: str, id_: str, customer: str, attributes: list[Record], **fields: Any) -> Record:
    texts = {name: None for name in ITEMS[table] if name != "is_default"}
    more = {"customer_id": customer} if table == "addresses" else {}
    return {
        "id": id_,
        **more,
        **texts,
        "is_default": False,
        "status": "active",
        "attributes": attributes,
        **STAMPS,
        **fields,
    }


def customer(id_: str, reps: list[Record], **fields: Any) -> Record:
    names = ("display_id", "display_name", "reference_id", "first_name", "last_name", "phone", "email", "freight_term",
             "shipping_method", "payment_mode", "payment_term")  # fmt: skip
    empty = {"addresses": [], "contacts": [], "attributes": [], "assigned_price_list": None}
    told = {"id": id_, "name": f"{id_} Inc.", "status": "active", "assigned_sales_reps": reps, **STAMPS}
    return {**dict.fromkeys(names), **empty, **told, **fields}


CUSTOMERS = [
    customer(
        "c1", [STAFF[0]], payment_term="NET 30", email="a@b.co", attributes=[attribute("Color", "red"), attribute("Size", None)],
        addresses=[
            item("addresses", "a1", "c1", [attribute("Dock", "3"), attribute("Gate", "")], city="Austin", type="billing",
                 is_default=True),
            item("addresses", "a2", "c1", [], city="", country="USA", type="shipping"),
        ],
        contacts=[item("contacts", "k1", "c1", [], first_name="Ann", is_default=True, phone="call me")],
    ),
    customer("c2", [], payment_term="", email="nope", addresses=[item("addresses", "a3", "c2", [], city="x", type="billing")]),
    customer(
        "c3", STAFF, payment_term="NET 30", attributes=[attribute("Color", "")],
        contacts=[item("contacts", "k2", "c3", [attribute("Desk", "9")], designation="x"), item("contacts", "k3", "c3", [])],
    ),
]  # fmt: skip


class Tripwire(CallLog):
    """A call log that, once armed, acts in the client's loop as soon as the server has seen the nth PATCH."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 0
        self._act: Callable[[], None] = lambda: None

    def arm(self, nth: int, act: Callable[[], None]) -> None:
        self._left, self._act = nth, act

    def add(self, call: Call) -> None:
        super().add(call)
        if call.method == "PATCH" and call.fault != "applied_late" and self._left:
            self._left -= 1
            if not self._left:
                self._act()


class Desk:
    """A server and the template of a session that was loaded from it; `fresh` sets the world back and opens a copy."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.sandbox = Sandbox(customers=0)
        self.log = self.sandbox.log = Tripwire()
        self.replacing = Habits("replace")
        self._count = 0

    def __enter__(self) -> Self:
        self.sandbox.start()
        self.set_back("merge")
        with Workbench.create(self.folder / "template.session", key="any") as workbench:
            workbench.load(api=self.sandbox.url)
            workbench.set_settings({"grace": "0"})
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()
        shutil.rmtree(self.folder)

    def set_back(self, nested: str) -> None:
        """The world as at the beginning, on a server that merges arrays or replaces them."""
        bodies = [(one["id"], orjson.dumps(one)) for one in CUSTOMERS]
        self.world = World(bodies, STAFF, [], habits=Habits(nested))  # type: ignore[arg-type]
        self.sandbox._world = self.world
        assert self.sandbox._api is not None
        self.sandbox._api.world = self.world
        self.sandbox.set_faults(None)
        self.log.clear()

    def fresh(self, nested: str) -> Workbench:
        self.set_back(nested)
        self._count += 1
        path = self.folder / f"{self._count}.session"
        shutil.copyfile(self.folder / "template.session", path)
        return Workbench.open(path, key="any")

    def held(self) -> dict[str, Record]:
        """What the server holds, flat."""
        return {id_: flat(self.world.customer(id_)) for id_ in self.world.ids()}

    def tripped(self, nth: int, how: str) -> Callable[[Engine], None]:
        """An `on_engine` that drains or cancels the run at its nth PATCH."""

        def armed(engine: Engine) -> None:
            loop = asyncio.get_running_loop()

            def act() -> None:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(engine.drain if how == "drain" else engine.cancel)

            self.log.arm(nth, act)

        return armed


def shown(tables: Tables) -> dict[str, Record]:
    """The writable cells of four tables, flat; those of gone items too."""
    found: dict[str, Record] = {}
    for row in tables.customers.to_dicts():
        found[row["id"]] = {name: row[name] for name in (*SCALARS, "assigned_sales_rep_ids")}
    for table, names in ITEMS.items():
        for row in tables[table].to_dicts():
            found[row["customer_id"]] |= {f"{table}[{row['id']}].{name}": row[name] for name in names}
    starts = {"customer": "", "address": "addresses[{}].", "contact": "contacts[{}]."}
    for row in tables.attributes.to_dicts():
        start = starts[row["owner"]].format(row["owner_id"])
        found[row["customer_id"]][f"{start}attributes[{row['name']}]"] = row["value"]
    return found
