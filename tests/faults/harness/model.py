"""What must hold, whatever happened: the session's account of a run against what the server saw.

The functions answer sentences, one for each promise that was broken; an empty list is what the tests ask for. They know
records only as JSON and share nothing with the workbench's own comparisons. `read_account` is the one place that knows how a
session file keeps runs, requests, intents and outcomes.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from tests.faults.harness.witness import Event, Record

TERMINAL: Final = frozenset({"committed", "already", "altered", "conflict", "failed", "abandoned"})
"""The outcomes after which a request is over."""

THERE: Final = "there"
"""The value of the cell that an item of an array is."""

_NEVER_SENT: Final = frozenset({"already", "failed", "abandoned", "unsent", ""})
_UNWRITABLE: Final = frozenset({"id", "customer_id", "status", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Deed:
    """A frozen request and what the session says of it: its cells (path -> before, after), when its sending was intended
    (seconds since 1970), and its outcomes, oldest first."""

    run: int
    seq: int
    customer: str
    body: bytes
    cells: Mapping[str, tuple[Any, Any]]
    intents: tuple[float, ...]
    outcomes: tuple[str, ...]
    reason: str

    @property
    def outcome(self) -> str:
        """The newest outcome; empty if there is none yet."""
        return self.outcomes[-1] if self.outcomes else ""

    def __str__(self) -> str:
        return f"request {self.seq} of run {self.run} ({self.customer}, {self.outcome or 'no outcome'})"


@dataclass(frozen=True, slots=True)
class Account:
    """What a session file says: SQLite's own verdict on it, and every request of every run."""

    integrity: str
    deeds: tuple[Deed, ...]

    def of(self, event: Event) -> Deed | None:
        """The request that an applied change carried out: the newest with its customer and its very bytes."""
        mine = (d for d in reversed(self.deeds) if d.customer == event.customer and d.body == event.body)
        return next(mine, None)

    @property
    def made(self) -> dict[str, dict[str, Any]]:
        """What new addresses and contacts the requests ask for: customer -> path -> value."""
        found: dict[str, dict[str, Any]] = {}
        for deed in self.deeds:
            for path, (_, asked) in deed.cells.items():
                item, new, _ = path.partition("].")
                if new and "[+" in item:
                    whole = {
                        f"{item}]": THERE,
                        f"{item}].reference_id": item.partition("[+")[2],
                        f"{item}].is_default": False,
                    }
                    found.setdefault(deed.customer, {}).update({**whole, path: asked})
        return found

    @property
    def outcomes(self) -> Counter[str]:
        """How many requests have which newest outcome."""
        return Counter(deed.outcome for deed in self.deeds)


def read_account(session: Path) -> Account:
    """The account in a session that no process holds; read from a copy, so that what a kill left stays as it is."""
    copy = session.with_name(f"read-{session.name}")
    for suffix in ("-wal", ""):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
        if Path(f"{session}{suffix}").exists():
            shutil.copy(f"{session}{suffix}", f"{copy}{suffix}")
    with closing(sqlite3.connect(copy)) as file:
        integrity = file.execute("PRAGMA integrity_check").fetchone()[0]
        return Account(integrity, tuple(_deeds(file)))


def _deeds(file: sqlite3.Connection) -> Iterator[Deed]:
    intents: dict[tuple[int, int], list[float]] = {}
    for run, seq, at in file.execute("SELECT run, seq, at FROM intents ORDER BY rowid"):
        intents.setdefault((run, seq), []).append(datetime.fromisoformat(at).timestamp())
    outcomes: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for run, seq, outcome, reason in file.execute("SELECT run, seq, outcome, reason FROM outcomes ORDER BY id"):
        outcomes.setdefault((run, seq), []).append((outcome, reason))
    rows = file.execute("SELECT run, seq, customer_id, body, cells FROM requests ORDER BY run, seq")
    for run, seq, customer, body, cells in rows:
        told = outcomes.get((run, seq), [])
        yield Deed(
            run, seq, customer, bytes(body),
            {cell["path"]: (cell["before"], cell["after"]) for cell in orjson.loads(cells)},
            tuple(intents.get((run, seq), ())), tuple(name for name, _ in told), told[-1][1] if told else "",
        )  # fmt: skip


# -- the promises -------------------------------------------------------------------------------------------------------


def sent_without_intent(account: Account, sent: Sequence[tuple[float, str, bytes]]) -> list[str]:
    """PATCH calls (time, customer, body) that no durable, earlier intent announced with these very bytes."""
    announced: dict[tuple[str, bytes], float] = {}
    for deed in account.deeds:
        if deed.intents:
            announced.setdefault((deed.customer, deed.body), deed.intents[0])
    return [
        f"sent to {customer} without an earlier intent: {body!r}"
        for at, customer, body in sent
        if announced.get((customer, body), at + 1) > at
    ]


def applied_twice(account: Account, changes: Sequence[Event]) -> list[str]:
    """Requests of a run whose body the server applied more than once, late applications included."""
    times = Counter((event.customer, event.body) for event in changes)
    runs = Counter((deed.customer, deed.body) for deed in account.deeds)
    return [
        f"applied {count} times to {customer}, planned in {runs[customer, body]} runs: {body!r}"
        for (customer, body), count in times.items()
        if count > runs[customer, body]
    ]


def untrue_outcomes(account: Account, changes: Sequence[Event]) -> list[str]:
    """Outcomes that say otherwise than what the server did: committed but not applied, or applied and said not to be."""
    times = Counter((event.customer, event.body) for event in changes)
    found = []
    for (customer, body), deeds in _by_body(account).items():
        least = sum(deed.outcome in ("committed", "altered") for deed in deeds)
        most = sum(deed.outcome not in _NEVER_SENT or _in_flight(deed) for deed in deeds)
        if not least <= times[customer, body] <= most:
            told = ", ".join(map(str, deeds))
            found.append(f"applied {times[customer, body]} times, but the session says: {told}")
    return found


def _by_body(account: Account) -> dict[tuple[str, bytes], list[Deed]]:
    found: dict[tuple[str, bytes], list[Deed]] = {}
    for deed in account.deeds:
        found.setdefault((deed.customer, deed.body), []).append(deed)
    return found


def _in_flight(deed: Deed) -> bool:
    """Whether the session does not know yet, and says so by an intent without an outcome."""
    return bool(deed.intents) and not deed.outcomes


def undecided(account: Account, *, may_be_unknown: bool = False) -> list[str]:
    """Requests of finished runs that have no terminal outcome (`unknown` is explicit, where it may be)."""
    fine = TERMINAL | ({"unknown"} if may_be_unknown else set())
    return [f"{deed} is not decided" for deed in account.deeds if deed.outcome not in fine]


def unexplained(account: Account) -> list[str]:
    """Requests that did not bring what was asked, and give no reason."""
    fine = ("committed", "already", "unsent", "")
    return [f"{deed} gives no reason" for deed in account.deeds if deed.outcome not in fine and not deed.reason]


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A value that our change replaced although the plan did not know it: where, the values, and whether the other's edit
    came between our read and our write, the logged window that the API leaves open."""

    customer: str
    path: str
    lost: Any
    wrote: Any
    in_window: bool

    def __str__(self) -> str:
        return f"overwrote {self.path} of {self.customer}: {self.lost!r} with {self.wrote!r}"


def overwrites(account: Account, events: Sequence[Event]) -> list[Overwrite]:
    """What our changes replaced or took away beyond what their frozen plan expected there, in or outside the window."""
    written: dict[tuple[str, str], int] = {}
    reads, looks = dict[str, int](), [-1]
    found = []
    for number, event in enumerate(events):
        moved = changed_cells(event.before, event.after) if event.is_change else {}
        if event.ours and event.is_change:
            since = max(reads.get(event.customer, -1), _last_look(looks))
            found += [
                Overwrite(event.customer, path, old, new, written.get((event.customer, path), -1) > since)
                for path, (old, new) in moved.items()
                if not _expected(account.of(event), path, old)
            ]
        elif event.customer and not event.is_change:
            reads[event.customer] = number
        elif not event.is_change:
            looks.append(number)
        written.update(dict.fromkeys(((event.customer, path) for path in moved), number))
    return found


def _last_look(looks: Sequence[int]) -> int:
    """The begin of the newest look through the list that was surely over, -1 if there was none: a run waits for its first one, of
    a later one the answers may be on their way."""
    return looks[-2] if len(looks) > 2 else looks[-1]


def _expected(deed: Deed | None, path: str, old: Any) -> bool:
    if deed is None:
        return False
    makes = old is None and path.partition("]")[0] in {cell.partition("]")[0] for cell in deed.cells if "[+" in cell}
    return makes or (path in deed.cells and same(deed.cells[path][0], old))


def lost(account: Account, events: Sequence[Event], now: Mapping[str, Record]) -> list[str]:
    """Committed cells that the server does not hold, although nobody (no later run of ours either) changed them since."""
    last: dict[tuple[str, str], int] = {}
    applied: dict[tuple[str, bytes], int] = {}
    for number, event in enumerate(events):
        if event.is_change:
            applied[event.customer, event.body] = number
            last.update(dict.fromkeys(((event.customer, p) for p in changed_cells(event.before, event.after)), number))
    found = []
    for deed in account.deeds:
        at = applied.get((deed.customer, deed.body))
        if deed.outcome != "committed" or at is None:
            continue
        held = dict(cells(now[deed.customer]))
        for path, (_, asked) in deed.cells.items():
            if last.get((deed.customer, path), -1) <= at and not same(held.get(path), asked):
                found.append(f"{deed} is committed, but {path} is {held.get(path)!r}, not {asked!r}")
    return found


def not_as_asked(
    before: Mapping[str, Record], now: Mapping[str, Record], asked: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Cells that differ between two states of the server otherwise than `asked` (customer -> path -> value) says."""
    found = []
    for id_, record in before.items():
        old, new = dict(cells(record)), dict(cells(now[id_]))
        wanted = {**old, **asked.get(id_, {})}
        found += [
            f"{path} of {id_} is {new.get(path)!r}, not {wanted.get(path)!r}"
            for path in {**wanted, **new}
            if not same(new.get(path), wanted.get(path))
        ]
    return found


# -- records ------------------------------------------------------------------------------------------------------------


def cells(record: Record, start: str = "") -> Iterator[tuple[str, Any]]:
    """Every writable cell of a record as the API answers it: its path in the workbench's writing, and its value.

    An item of an array is a cell too, so that items which come and go are changes. One that the workbench made is called by
    its reference, as in the plan; a second one of the same reference is another cell, which no plan has.
    """
    for name, value in record.items():
        if name == "attributes":
            yield from ((f"{start}attributes[{item['name']}]", item["value"]) for item in value)
        elif name in ("addresses", "contacts"):
            called = Counter(map(_called, value))
            for item in value:
                place = f"{start}{name}[{_called(item)}]" + (f" as {item['id']}" if called[_called(item)] > 1 else "")
                yield place, THERE
                yield from cells(item, f"{place}.")
        elif name == "assigned_sales_reps":
            yield "assigned_sales_rep_ids", sorted(rep["id"] for rep in value)
        elif name == "assigned_price_list":
            yield "assigned_price_list_id", value and value["id"]
        elif name not in _UNWRITABLE:
            yield start + ("company_name" if not start and name == "name" else name), value


def _called(item: Record) -> str:
    reference = item.get("reference_id") or ""
    return f"+{reference}" if reference.startswith("wb-") else str(item["id"])


def changed_cells(before: Record, after: Record) -> dict[str, tuple[Any, Any]]:
    """The cells that differ between two states of a customer: path -> before, after."""
    old, new = dict(cells(before)), dict(cells(after))
    return {
        path: (old.get(path), new.get(path))
        for path in {**old, **new}
        if not same(old.get(path), new.get(path))
    }  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Whether two stored values are one: nothing, an empty text and an empty list are."""
    return (None if one in ("", []) else one) == (None if other in ("", []) else other)
