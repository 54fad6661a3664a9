"""A session and its server in plain Python: what must hold after anything a steward can do. Written from the design.

Records are flat: `{"payment_term": .., "addresses[a1].city": .., "attributes[Color]": ..}` in the answer's order, with the
values as the server holds them. Nothing here knows polars, SQLite or HTTP, nor imports the workbench.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
Cell = tuple[str, str]

PERSON = ("reference_id", "first_name", "last_name", "phone", "email")
SCALARS = ("display_id", "company_name", "display_name", *PERSON, "freight_term", "shipping_method", "payment_mode",
           "payment_term")  # fmt: skip
ITEMS = {
    "addresses": (
        *PERSON,
        "address_line_1",
        "address_line_2",
        "city",
        "state",
        "country",
        "zip_code",
        "type",
        "is_default",
    ),
    "contacts": (*PERSON, "designation", "is_default"),
}
FALLS_BACK = object()
"""What a removal puts in a cell: whatever base holds."""

FINAL = ("committed", "already", "altered", "conflict", "failed", "abandoned")
_ITEM = re.compile(r"(addresses|contacts)\[(\w[\w-]*)\]\.")
_ATTRIBUTE = re.compile(r"attributes\[(.*)\]$")


def same(left: Any, right: Any) -> bool:
    """Null, "" and [] are one; lists of ids are sets."""
    if isinstance(left, list) or isinstance(right, list):
        return set(left or ()) == set(right or ())
    return (left or None) == (right or None) if not isinstance(left, bool) else left is right


def flat(answer: Mapping[str, Any]) -> Record:
    """A customer as the API answers it, flat, under the PATCH body's names."""
    found: Record = {name: answer["name" if name == "company_name" else name] for name in SCALARS}
    found["assigned_sales_rep_ids"] = [rep["id"] for rep in answer["assigned_sales_reps"]]
    found |= {f"attributes[{one['name']}]": one["value"] for one in answer["attributes"]}
    for table, names in ITEMS.items():
        for item in answer[table]:
            start = f"{table}[{item['id']}]."
            found |= {start + name: item[name] for name in names}
            found |= {f"{start}attributes[{one['name']}]": one["value"] for one in item["attributes"]}
    return found


def home(path: str) -> str:
    """The array of the body that a cell belongs to; "" for a scalar."""
    return path.partition("[")[0] if "[" in path else ""


def item_of(path: str) -> str:
    """`addresses[a1]` of a cell in it; "" for a cell of the customer itself."""
    found = _ITEM.match(path)
    return found.group()[:-1] if found else ""


def items(record: Iterable[str], table: str) -> list[str]:
    """The items of an array, in order: `addresses[a1]`, .."""
    return list(dict.fromkeys(item_of(path) for path in record if item_of(path).startswith(table)))


@dataclass
class Op:
    """One operation: the value of each cell, what base held then, and the cells that no run has settled."""

    kind: str
    cells: dict[Cell, Any]
    loaded: dict[Cell, Any]
    open: set[Cell] = field(init=False)

    def __post_init__(self) -> None:
        self.open = set(self.cells)


@dataclass
class Request:
    """One customer's frozen patch: (before, after, operation) of each path, the whole customer as asked, what became of it.

    `moved` are the arrays whose items were others than asked when it was read back, `wrote` the cells that were found to hold
    what was asked though it ended otherwise."""

    id: str
    cells: dict[str, tuple[Any, Any, int]]
    asked: Record
    outcome: str = ""
    moved: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)

    @property
    def brought(self) -> dict[str, tuple[Any, Any, int]]:
        """The cells that are the run's doing on the server."""
        whole = self.outcome in ("committed", "already", "altered")
        return {path: cell for path, cell in self.cells.items() if whole or path in self.wrote}

    @property
    def arrays(self) -> set[str]:
        return {home(path) for path in self.cells} - {""}


@dataclass
class Run:
    """One run: its requests, in the order of the customers."""

    requests: list[Request]

    def waiting(self) -> list[Request]:
        return [one for one in self.requests if one.outcome not in FINAL]


@dataclass
class Model:
    """The server, the base, the operations with their flags, the runs. A request with the sales rep `r9` is refused."""

    server: dict[str, Record]
    nested: str = "full"
    clear: str = "empty"
    on_hold: set[str] = field(default_factory=set)
    out: set[Cell] = field(default_factory=set)
    base: dict[str, Record] = field(init=False)
    gone: set[Cell] = field(default_factory=set)
    ops: list[Op] = field(default_factory=list)
    active: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    done: list[tuple[str, int]] = field(default_factory=list)
    undone: list[tuple[str, int]] = field(default_factory=list)
    sent: dict[Cell, int] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = {id_: dict(record) for id_, record in self.server.items()}

    # ---- what is staged ----

    def writer(self, cell: Cell) -> int:
        """The operation that has the last word on a cell; 0 for none."""
        found = [n for n, op in enumerate(self.ops, 1) if n in self.active and cell in op.open]
        last = found[-1] if found else 0
        return last if last and self.ops[last - 1].cells[cell] is not FALLS_BACK else 0

    def current(self, cell: Cell) -> Any:
        number = self.writer(cell)
        return self.ops[number - 1].cells[cell] if number else self.base[cell[0]][cell[1]]

    def staged(self) -> dict[Cell, tuple[Any, Any, int]]:
        """Before, after and operation of each staged cell."""
        found = {}
        for cell in {cell for op in self.ops for cell in op.open}:
            number, before = self.writer(cell), self.base[cell[0]][cell[1]]
            if number and not same(before, self.ops[number - 1].cells[cell]):
                found[cell] = (before, self.ops[number - 1].cells[cell], number)
        return found

    def is_gone(self, cell: Cell) -> bool:
        return (cell[0], item_of(cell[1])) in self.gone

    def conflicts(self) -> dict[Cell, tuple[Any, Any, Any]]:
        """Loaded, theirs and ours of the staged cells that changed underneath; of an item that is gone theirs is nothing."""
        found = {}
        for cell, (before, after, number) in self.staged().items():
            loaded = self.ops[number - 1].loaded[cell]
            if self.is_gone(cell) or not same(loaded, before):
                found[cell] = (loaded, None if self.is_gone(cell) else before, after)
        return found

    def going(self) -> dict[Cell, tuple[Any, Any, int]]:
        """The staged cells that were not taken out."""
        return {cell: values for cell, values in self.staged().items() if cell not in self.out}

    def held(self) -> set[str]:
        """The customers that a commit leaves out, whole."""
        bad = {cell[0] for cell in self.conflicts() if cell not in self.out}
        for cell, (_, after, number) in self.going().items():
            invalid = cell[1] == "email" and after and "@" not in after and self.ops[number - 1].kind != "revert"
            if invalid or self.is_gone(cell):
                bad.add(cell[0])
        return bad | (self.on_hold & {cell[0] for cell in self.going()})

    # ---- operations ----

    def add(self, kind: str, cells: Mapping[Cell, Any], loaded: Mapping[Cell, Any] | None = None) -> int | None:
        """A new operation, if it has cells: its number."""
        if not cells:
            return None
        self.ops.append(Op(kind, dict(cells), dict(loaded or {cell: self.base[cell[0]][cell[1]] for cell in cells})))
        self.active.add(len(self.ops))
        self.done.append(("operation", len(self.ops)))
        self.undone.clear()
        return len(self.ops)

    def stage(self, cells: Mapping[Cell, Any]) -> int | None:
        """Sets cells; editing a conflict again does not settle it."""
        moved = {c: value for c, value in cells.items() if not self.is_gone(c) and not same(self.current(c), value)}
        conflicts = self.conflicts()
        loaded = {c: conflicts[c][0] if c in conflicts else self.base[c[0]][c[1]] for c in moved}
        return self.add("stage", moved, loaded)

    def waits(self, cells: Collection[Cell]) -> bool:
        """Whether any of the cells waits in an unfinished run."""
        return any((r.id, path) in cells for run in self.runs[-1:] for r in run.waiting() for path in r.cells)

    @property
    def unfinished(self) -> int | None:
        return len(self.runs) if self.runs and self.runs[-1].waiting() else None

    def undo(self) -> bool:
        """Takes the newest step back; False if it is refused."""
        kind, number = self.done[-1]
        op = self.ops[number - 1]
        if self.waits(op.cells) or (kind == "operation" and not op.open):
            return False
        self.done.pop()
        self.undone.append((kind, number))
        self.flag(number, on=kind == "drop")
        return True

    def redo(self) -> bool:
        kind, number = self.undone[-1]
        if self.waits(self.ops[number - 1].cells):
            return False
        self.undone.pop()
        self.done.append((kind, number))
        self.flag(number, on=kind != "drop", dropped=kind == "drop")
        return True

    def drop(self, number: int) -> bool:
        if number not in self.active or self.waits(self.ops[number - 1].cells) or not self.ops[number - 1].open:
            return False
        self.flag(number, on=False, dropped=True)
        self.done.append(("drop", number))
        self.undone.clear()
        return True

    def flag(self, number: int, *, on: bool, dropped: bool = False) -> None:
        (self.active.add if on else self.active.discard)(number)
        (self.dropped.add if dropped else self.dropped.discard)(number)

    def state(self, number: int) -> str:
        op = self.ops[number - 1]
        if number in self.active:
            return "active" if len(op.open) == len(op.cells) else "partly" if op.open else "committed"
        if any(self.sent.get(cell) == number for cell in op.cells):
            return "partly"
        return "dropped" if number in self.dropped else "undone"

    # ---- commits ----

    def plan(self, ids: Collection[str] | None, limit: int | None) -> tuple[list[Request], int]:
        """The requests of a commit of these customers (None: all), and how many customers it leaves out."""
        staged, held = self.going(), self.held()
        wanted = [id_ for id_ in self.base if (ids is None or id_ in ids) and any(cell[0] == id_ for cell in staged)]
        free = [id_ for id_ in wanted if id_ not in held]
        requests = []
        for id_ in free[:limit]:
            cells = {path: value for (of, path), value in staged.items() if of == id_}
            asked = {p: v for p, v in self.base[id_].items() if not self.is_gone((id_, p))}
            requests.append(Request(id_, cells, asked | {path: after for path, (_, after, _) in cells.items()}))
        return requests, len(wanted) - len(free)

    def expected(self, request: Request, *, check: bool = True, send: bool = True) -> str:
        """What must become of a request now: what may have been sent before (`unknown`) is read back. `send`: nothing is given
        up."""
        theirs, readback = self.server[request.id], request.outcome == "unknown"
        if check or readback:
            if all(path in theirs and same(theirs[path], after) for path, (_, after, _) in request.cells.items()):
                return "committed" if readback else "already"
            if self.moved(request, theirs) or (readback and self.arrived(request)):
                return "conflict"
        if not send:
            return "abandoned"
        return "failed" if "r9" in (request.asked["assigned_sales_rep_ids"] or ()) else "committed"

    def moved(self, request: Request, theirs: Record) -> bool:
        """Whether somebody else changed a cell of the body, or (whole arrays) a sibling or the set of items."""
        for path, (before, after, _) in request.cells.items():
            if path not in theirs or not (same(theirs[path], before) or same(theirs[path], after)):
                return True
        if self.nested != "full":
            return False
        paths = {path for path in {*theirs, *request.asked} - {*request.cells} if home(path) in request.arrays}
        return any(p not in theirs or p not in request.asked or not same(theirs[p], request.asked[p]) for p in paths)

    def arrived(self, request: Request) -> set[str]:
        """The cells that hold what was asked and did not before: after a lost answer, what the call wrote."""
        theirs = self.server[request.id]
        held = {path: cell for path, cell in request.cells.items() if path in theirs}
        return {p for p, (old, new, _) in held.items() if same(theirs[p], new) and not same(theirs[p], old)}

    def moved_arrays(self, request: Request) -> set[str]:
        """The arrays of a body that the server holds with other items than the body's, if it holds all (whole arrays): who
        reads back what was sent cannot know who did that."""
        theirs, asked = self.server[request.id], request.asked
        arrays = {table for table in request.arrays & ITEMS.keys() if {*items(theirs, table)} != {*items(asked, table)}}
        return arrays if self.nested == "full" else set()

    def apply(self, request: Request) -> None:
        """The server takes the patch."""
        for path, (_, after, _) in request.cells.items():
            self.server[request.id][path] = self.written(after)

    def conclude(self, request: Request, outcome: str, *, broken: bool = False) -> None:
        """A request ends so: what was answered is base, what was brought is settled, and no conflict for what was staged there.
        `broken`: the run stopped over the items of its arrays."""
        readback = request.outcome == "unknown"
        request.outcome = outcome
        request.moved = self.moved_arrays(request) if broken or outcome == "altered" else set()
        request.wrote = self.arrived(request) if readback and outcome == "conflict" else set()
        if outcome in ("committed", "already", "altered", "conflict"):
            self.see(request.id)
        for path, (before, after, number) in request.brought.items():
            self.sent[request.id, path] = number
            as_asked = outcome != "altered" or same(self.base[request.id].get(path), after)
            for op in self.ops if as_asked else ():
                if (request.id, path) in op.loaded and same(op.loaded[request.id, path], before):
                    op.loaded[request.id, path] = after
            for op in self.ops[:number]:
                op.open.discard((request.id, path))

    def see(self, id_: str) -> None:
        """The server shows a customer; what it no longer has is gone."""
        fresh = self.server[id_]
        there = {item_of(path) for path in fresh}
        self.gone |= {(id_, item_of(path)) for path in self.base[id_] if item_of(path) not in there}
        self.base[id_] = self.base[id_] | fresh

    def revert(self, run: int, ids: Collection[str] | None) -> tuple[int | None, set[Cell]]:
        """Stages the inverse of a run: the operation, and the cells that cannot go back."""
        back, stays, staged = {}, set(), self.staged()
        for request in self.runs[run - 1].requests:
            if request.outcome == "already" or (ids is not None and request.id not in ids):
                continue
            stays |= {(request.id, table) for table in request.moved}
            for path, (before, after, _) in request.brought.items():
                cell, held = (request.id, path), self.base[request.id][path]
                if self.is_gone(cell) or cell in staged or not same(held, after):
                    stays.add(cell)
                elif not same(held, before):
                    back[cell] = before
        return self.add("revert", back), stays

    # ---- bodies ----

    def body(self, request: Request) -> Record:
        """The exact body, as JSON values."""
        made: Record = {path: self.written(value[1]) for path, value in request.cells.items() if not home(path)}
        for table in request.arrays:
            if table == "attributes":
                made[table] = self.attributes(request, "")
            else:
                found = (self.item(request, one) for one in items(request.asked, table))
                made[table] = [one for one in found if self.nested == "full" or len(one) > 1]
        return made

    def item(self, request: Request, start: str) -> Record:
        made: Record = {"id": start.partition("[")[2][:-1]}
        for name in ITEMS[home(start)]:
            path = f"{start}.{name}"
            value = request.asked[path]
            if path in request.cells:
                made[name] = self.written(value)
            elif self.nested == "full" and value is not None:
                made[name] = value
        inner = self.attributes(request, start + ".")
        return made | ({"attributes": inner} if inner else {})

    def attributes(self, request: Request, start: str) -> list[Record]:
        found = []
        for path, value in request.asked.items():
            name = _ATTRIBUTE.fullmatch(path.removeprefix(start)) if path.startswith(start) else None
            if name and path in request.cells:
                found.append({"name": name.group(1), "value": self.written(value)})
            elif name and self.nested == "full":
                found.append({"name": name.group(1)} | ({} if value is None else {"value": value}))
        return found

    def written(self, after: Any) -> Any:
        """A value as a body writes it: cleared as the setting says."""
        if after in (None, "", []):
            return None if self.clear == "null" else [] if isinstance(after, list) else ""
        return after
