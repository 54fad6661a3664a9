"""Loading into a session: a first base, or a newer one under what is staged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from workbench.customers.overlay import laid, overlay
from workbench.customers.records import Rejected, decode
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError
from workbench.load.api import Loaded, OnCustomers, load_api
from workbench.load.asked import STATUSES
from workbench.load.progress import Progress
from workbench.load.scope import scope_facts
from workbench.stage.bench import Bench

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

AS_OF: Final = "as_of"
"""The fact of a session that keeps `base_as_of`."""

_REJECTED: Final = "rejected"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part to load: statuses, changed after a time (UTC), these ids only; how: all details or lazily, calls a second."""

    statuses: Sequence[str] = STATUSES
    updated_after: str | None = None
    ids: Sequence[str] | None = None
    details: Literal["all", "lazy"] = "all"
    rate: float | None = None

    @property
    def whole(self) -> bool:
        """Whether it is everything that the API has."""
        return self.updated_after is None and self.ids is None and set(self.statuses) == set(STATUSES)

    def __str__(self) -> str:
        """Which customers, for people; empty if all."""
        said = [f"status={','.join(self.statuses)}"] if set(self.statuses) != set(STATUSES) else []
        said += [f"updated after {self.updated_after}"] if self.updated_after is not None else []
        said += [f"{len(self.ids):,} chosen by id"] if self.ids is not None else []
        return ", ".join(said)


def part_of(
    details: Literal["all", "lazy"] = "all",
    status: str | None = None,
    updated_after: str | None = None,
    ids: Sequence[str] | None = None,
    rate: float | None = None,
) -> Part:
    """A part by its options: one `status` or all, and what `Part` takes. Raises `UsageError` for what there is not."""
    if status is not None and status not in STATUSES:
        raise UsageError(f"there is no status {status!r}; there are: {', '.join(STATUSES)}")
    if details not in ("all", "lazy"):
        raise UsageError(f"details are 'all' or 'lazy', not {details!r}")
    return Part((status,) if status else STATUSES, updated_after, None if ids is None else list(ids), details, rate)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Fresh tables, what was set aside, what to warn of; `whole` if nothing is missing, `interrupted` if it ended early.

    `as_of` is a time of the server, in seconds since 1970, before anything of it was read (None: not known); `up_to_date` says
    that with it nothing in base is older than that. `gone` are ids that the server has no more. `part` is what was asked for
    (None: a file, or just what changed).
    """

    tables: Tables
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    whole: bool = False
    interrupted: bool = False
    as_of: float | None = None
    up_to_date: bool = False
    gone: tuple[str, ...] = ()
    part: Part | None = None


async def fetch_api(
    api: CustomerApi,
    part: Part,
    progress: Callable[[Progress], None] | None,
    stop: asyncio.Event | None = None,
    on_trouble: Callable[[str], None] | None = None,
    on_customers: OnCustomers | None = None,
) -> Fetched:
    """Customers from the API as tables; `on_trouble` hears what is waited for when it does not answer,
    `on_customers` those that came.

    Raises `ApiError` if it cannot be reached or refuses the key.
    """
    loaded = await load_api(
        api, details=part.details, statuses=part.statuses, updated_after=part.updated_after, ids=part.ids,
        rate=part.rate, progress=progress, stop=stop, timed=True, on_trouble=on_trouble,
        on_customers=on_customers,
    )  # fmt: skip
    return await asyncio.to_thread(fetched, loaded, part=part)


def fetched(loaded: Loaded, *, part: Part | None, gone: Collection[str] = ()) -> Fetched:
    """What was read as tables: of a part, or (None) everything that changed since the age of base; `gone` are not set aside."""
    tables, unfit = decode(loaded.lines, lambda index: f"customer {loaded.ids[index]}")
    lost = [one for one in loaded.rejected if one.id not in gone]
    rejected = [Rejected(f"customer {one.id}", one.reason) for one in lost] + unfit
    complete = not (rejected or loaded.warnings or loaded.interrupted)
    whole = part is not None and part.whole and complete
    return Fetched(
        tables, tuple(rejected), tuple(loaded.warnings), whole, loaded.interrupted, loaded.as_of,
        up_to_date=complete and (part is None or (whole and all(loaded.detailed))), gone=tuple(gone), part=part,
    )  # fmt: skip


def fetch_file(path: Path, progress: Callable[[int, int | None], None] | None) -> Fetched:
    """Customers from a file as tables. Never whole: a file may hold a part only, so nothing counts as gone."""
    from workbench.load.files import load_file

    tables, rejected = load_file(path, progress)
    return Fetched(tables, tuple(rejected))


def take(
    bench: Bench, fetched: Fetched, facts: dict[str, str], moved: Callable[[Tables, Tables], pl.DataFrame]
) -> None:
    """Makes what was fetched the session's base, durably, with what `moved` from the old base to it (a frame of `session.moved`).
    Raises `WorkbenchError` if there is nothing in it at all."""
    if not bench.loaded and not fetched.tables.customers.height and fetched.rejected:
        first = fetched.rejected[0]
        raise WorkbenchError(f"nothing could be loaded: {first.place}: {first.reason}")
    if bench.loaded and fetched.whole and not fetched.tables.customers.height and bench.base.customers.height:
        raise WorkbenchError(
            "the API answered that there are no customers at all; nothing was changed: check --api and the key"
        )
    from workbench.search.kept_orders import orders_to_keep  # late: most commands load nothing

    base = fetched.tables
    if bench.loaded:
        over = overlay(bench.base, fetched.tables, whole=fetched.whole, gone=fetched.gone)
        base = laid(bench.base, over).with_names(fetched.tables.sales_reps, fetched.tables.price_lists)
    kept = {_REJECTED: json.dumps(_set_aside(bench, fetched)), AS_OF: _as_of(bench, fetched), **_scope(bench, fetched)}
    bench.rebase(base, {**facts, **kept}, moved(bench.base, base) if bench.loaded else None, orders_to_keep(base))


def base_as_of(facts: Mapping[str, str]) -> float | None:
    """A time of the server, in seconds since 1970, before anything in a session's base was read; None if that is not known."""
    kept = facts.get(AS_OF, "")
    return float(kept) if kept else None


def set_aside(facts: Mapping[str, str]) -> tuple[Rejected, ...]:
    """What loads set aside, as the facts of a session keep it."""
    return tuple(Rejected(**one) for one in json.loads(facts.get(_REJECTED, "[]")))


def _as_of(bench: Bench, fetched: Fetched) -> str:
    """The earliest reading in base: the new one if nothing in base is older, or nothing was there, else the earlier."""
    times = [fetched.as_of]
    if bench.loaded and not fetched.up_to_date:
        times.append(base_as_of(bench.facts))
    known = [one for one in times if one is not None]
    return str(min(known)) if len(known) == len(times) else ""


def _scope(bench: Bench, fetched: Fetched) -> dict[str, str]:
    part = fetched.part
    if part is None:
        return {}
    listed = part.statuses if part.ids is None else ()
    complete = part.updated_after is None and not (fetched.rejected or fetched.warnings or fetched.interrupted)
    return scope_facts(bench.facts, listed, complete=complete)


def _set_aside(bench: Bench, fetched: Fetched) -> list[dict[str, str]]:
    """What is set aside now: where only some customers were read again, what was set aside of the others before is too."""
    told = [{"place": one.place, "reason": one.reason} for one in fetched.rejected]
    if fetched.whole or not (fetched.part is None or fetched.part.ids is not None):
        return told
    before: list[dict[str, str]] = json.loads(bench.facts.get(_REJECTED, "[]"))
    if not before:
        return told
    again = {f"customer {one}" for one in fetched.tables.customers["id"]} | {one["place"] for one in told}
    return [one for one in before if one["place"] not in again] + told
