"""Loading customers from an API or a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import polars as pl

from workbench.commit.unfinished import refuse_unfinished
from workbench.customers.fields import TABLES
from workbench.customers.records import Rejected
from workbench.customers.tables import Tables
from workbench.door.address import UNPROVEN
from workbench.door.said import now, present, who
from workbench.door.session import Door
from workbench.door.waiting import wait, warn
from workbench.door.work import reading_work
from workbench.errors import UsageError, WorkbenchError
from workbench.given import given, path
from workbench.load.api import OnCustomers
from workbench.load.loading import Fetched, Part, fetch_api, fetch_file, part_of, set_aside, take
from workbench.load.loads import PART, Load, loads_in, with_load
from workbench.load.progress import Progress
from workbench.load.refreshing import Ask, fetch_changes
from workbench.preview.bases import differences
from workbench.results import LoadReport, Refreshed
from workbench.stage.resolving import conflicts
from workbench.stage.snapshot import Snapshot


class RefreshOptions(TypedDict, total=False):
    """What `arefresh` takes."""

    on_api: Callable[[Progress], None] | None
    stop: asyncio.Event | None
    keep: Callable[[], bool] | None
    on_trouble: Callable[[str], None] | None


class LoadOptions(RefreshOptions, total=False):
    """What `aload` takes."""

    file: Path | str | None
    api: str | None
    part: Part | None
    details: Literal["all", "lazy"]
    status: str | None
    updated_after: str | None
    ids: Sequence[str] | None
    rate: float | None
    on_file: Callable[[int, int | None], None] | None
    on_customers: OnCustomers | None


@given
class Loading(Door):
    """Loads, refreshes."""

    def load(self, **options: Unpack[LoadOptions]) -> LoadReport:
        """Loads customers from a file or from an API (the session's own unless told), as `aload` does, and blocks.

        Ctrl+C keeps what was fetched from the API, a second one nothing of it; then `Interrupted` is raised.

        >>> wb.load(api=api).customers
        12
        """
        file = options.pop("file", None)
        if file is not None:
            self._refuse_load()
            _refuse_part(options)
            with self._at_work():
                source = path("file", file)
                came = fetch_file(source, options.get("on_file"))
                return self._take(came, {}, options.get("keep"), ("load", source.name))
        seen = options.pop("on_api", None)
        return wait(reading_work(self._loops, partial(self.aload, on_api=seen), _heard(seen, options)))

    async def aload(
        self,
        *,
        file: Path | str | None = None,
        api: str | None = None,
        part: Part | None = None,
        details: Literal["all", "lazy"] = "all",
        status: str | None = None,
        updated_after: str | None = None,
        ids: Sequence[str] | None = None,
        rate: float | None = None,
        on_file: Callable[[int, int | None], None] | None = None,
        on_api: Callable[[Progress], None] | None = None,
        stop: asyncio.Event | None = None,
        keep: Callable[[], bool] | None = None,
        on_trouble: Callable[[str], None] | None = None,
        on_customers: OnCustomers | None = None,
    ) -> LoadReport:
        """Loads customers from a file or an API. What is staged stays, laid over the new base.

        Of an API all, or a part: of one `status` (active, inactive), changed after a time (`updated_after`, UTC), these `ids`; with
        all `details` or `lazy`, at most `rate` calls a second; or all of that as one `part`.

        `keep` is asked, in a thread, when all has come and before any of it is kept: whether it is still wanted. `on_api` hears
        how far it is, `on_trouble`, in a line, what is waited for when the API gave no good answer for a second (`load` warns of
        it on stderr if neither is told); `on_customers` hears those that the API gave, as (id, JSON text), while the load goes
        on: a page of the list, then each detail. Raises `ApiError`, and `WorkbenchError` while a run is unfinished, if the
        session belongs to another API, or if what came is not wanted any more; `CancelledError` if a first load was stopped before
        anything came.
        """
        self._refuse_load()
        chosen = part or part_of(details, status, updated_after, ids, rate)
        if file is not None:
            _refuse_part({"part": part, "status": status, "updated_after": updated_after, "ids": ids, "rate": rate})
            with self._at_work():
                came = await asyncio.to_thread(fetch_file, Path(file), on_file)
                return await asyncio.to_thread(self._take, came, {}, keep, ("load", Path(file).name))
        origin = self._origin(api)
        from workbench.customer_api.client import CustomerApi

        with self._at_work():
            async with CustomerApi(origin, self._api_key(), connections=self.settings.concurrency) as client:
                fetched = await fetch_api(client, chosen, on_api, stop, on_trouble, on_customers)
            if fetched.interrupted and not (self._bench.loaded or fetched.tables.customers.height):
                raise asyncio.CancelledError("stopped before a customer came")  # an empty session would be no load
            return await asyncio.to_thread(
                self._take, fetched, {"origin": origin, UNPROVEN: ""}, keep, ("load", origin)
            )

    def refresh(self, **options: Unpack[RefreshOptions]) -> Refreshed:
        """Reads what changed on the server since the load, as `arefresh` does, and blocks as `load` does.

        >>> done = wb.refresh()
        >>> done.new, done.gone, done.conflicts
        (0, 0, 0)
        """
        return wait(reading_work(self._loops, self.arefresh, _heard(options.get("on_api"), options)))

    async def arefresh(
        self,
        *,
        on_api: Callable[[Progress], None] | None = None,
        stop: asyncio.Event | None = None,
        keep: Callable[[], bool] | None = None,
        on_trouble: Callable[[str], None] | None = None,
    ) -> Refreshed:
        """Reads what changed on the session's server since its base was read, and lays what is staged over that.

        What is staged and equals the server's value now is staged no more; where a value moved underneath, it is a conflict. The
        arguments are those of `aload`, and so are the errors; `UsageError` if nothing was loaded from an API yet.
        """
        refuse_unfinished(self._bench, "refreshed")
        bench, origin = self._bench, self.origin
        if not bench.loaded or origin is None:
            raise UsageError(f"there is no API to ask what changed: {self.name} was loaded from a file; load it again")
        from workbench.customer_api.client import CustomerApi

        ask = Ask(bench.base, bench.facts, on_api, stop, on_trouble)
        with self._at_work():
            async with CustomerApi(origin, self._api_key(), connections=self.settings.concurrency) as client:
                fetched = await fetch_changes(client, ask)
            return await asyncio.to_thread(self._refreshed, fetched, origin, keep)

    def _refreshed(self, fetched: Fetched, origin: str, keep: Callable[[], bool] | None) -> Refreshed:
        before = self._bench.base
        report = self._take(fetched, {}, keep, ("refresh", origin))
        found = differences(before, self._bench.snapshot)
        return Refreshed(found.changed, found.new, found.gone, report.conflicts, found, report)

    @property
    def loads(self) -> tuple[Load, ...]:
        """What was loaded and when, oldest first."""
        return loads_in(self._bench.facts)

    @property
    def set_aside(self) -> tuple[Rejected, ...]:
        """What the last loads could not take, or not whole: the place of each in what was loaded, and the reason."""
        return set_aside(self._bench.facts)

    @property
    def part(self) -> str:
        """Which part of the API's customers was loaded, such as `status=inactive`; empty: all, or it is not known."""
        return self._bench.facts.get(PART, "")

    def _refuse_load(self) -> None:
        refuse_unfinished(self._bench, "loaded")

    def _take(
        self, fetched: Fetched, facts: dict[str, str], keep: Callable[[], bool] | None, how: tuple[str, str]
    ) -> LoadReport:
        if keep is not None and not keep():
            raise WorkbenchError(f"the {how[0]} was cancelled; nothing of it was kept")
        came = fetched.tables.customers.height
        load = Load(now(), who(), *how, came, len(fetched.gone), len(fetched.rejected), str(fetched.part or ""))
        with (
            self._at_work(),
            self._bench.lock,
        ):  # a run that began meanwhile brings answers of its own: they must not be written over
            refuse_unfinished(self._bench, "loaded" if how[0] == "load" else "refreshed")
            take(self._bench, fetched, {**facts, **with_load(self._bench.facts, load)}, partial(_moved, load))
        base = self._bench.base
        return LoadReport(
            session=self.name,
            **{table: present(base, table) for table in TABLES},
            rejected=len(fetched.rejected),
            set_aside=fetched.rejected,
            warnings=fetched.warnings,
            conflicts=len(conflicts(self.snapshot)),
            interrupted=fetched.interrupted,
            came=came,
        )


def _moved(load: Load, old: Tables, base: Tables) -> pl.DataFrame:
    """What a load found the base to hold otherwise than the old one did, as a frame of `session.moved.MOVED`."""
    cells = differences(old, Snapshot(0, base, base)).cells
    told = {"at": load.at, "kind": load.kind, "source": load.source}
    return cells.select(
        "table", "field", "row", before="loaded", after="theirs", **{name: pl.lit(text) for name, text in told.items()}
    )


def _heard(seen: object, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, with a warning of what is waited for, unless somebody hears of that."""
    return dict(options) if seen is not None else {"on_trouble": warn, **options}


def _refuse_part(options: Mapping[str, Any]) -> None:
    """Raises `UsageError` where a part of a file is wanted."""
    given = [name for name in ("part", "status", "updated_after", "ids", "rate") if options.get(name) is not None]
    if given:
        raise UsageError(f"{' and '.join(given)} is for an API; a file is loaded whole")
