"""What changed on the server since the load: the list names who changed, only those are read.

The list is asked for what was updated after a time of the server at which base was surely not older, with two seconds of overlap
(its times have whole seconds). It does not name customers that are gone: where the API counts fewer or more customers than there
are here, all of its ids are listed, and whoever is missing is asked for and gone if the API knows it no more.

What the API does not stamp with a newer `updated_at` is not seen; only a load reads every customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customer_api.reader import OnTrouble, Reader
from workbench.customer_api.times import api_time
from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.load.api import Loaded, load_api
from workbench.load.asked import STATUSES
from workbench.load.loading import Fetched, Part, base_as_of, fetched
from workbench.load.progress import Progress
from workbench.load.scope import scope_of

if TYPE_CHECKING:
    from workbench.customer_api.client import CustomerApi

OVERLAP: Final = 2.0
"""Seconds by which the list is asked further back."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a refresh asks of: the session's tables and facts, and who hears of it (see `load_api`)."""

    base: Tables
    facts: Mapping[str, str]
    progress: Callable[[Progress], None] | None = None
    stop: asyncio.Event | None = None
    on_trouble: OnTrouble | None = None


async def fetch_changes(api: CustomerApi, ask: Ask) -> Fetched:
    """Who changed since base was read, and who is gone; everybody, if it is not known how old base is.

    Raises `ApiError` if the API cannot be reached or refuses the key, `WorkbenchError` if it has no customers at all any more.
    """
    since, scope = base_as_of(ask.facts), scope_of(ask.facts)
    known = frozenset(ask.base.customers["id"].to_list())
    reader = Reader(api)
    loaded = await load_api(
        api,
        updated_after=None if since is None else api_time(since - OVERLAP),
        progress=ask.progress,
        stop=ask.stop,
        reader=reader,
        timed=True,
        wanted=lambda status, id_: id_ in known or status in scope.followed,
        on_trouble=ask.on_trouble,
    )
    gone = [one.id for one in loaded.rejected if one.id in known and not one.kept]
    if since is None:
        return await asyncio.to_thread(fetched, loaded, part=Part() if scope.whole else Part(ids=loaded.ids))
    if scope.whole and not loaded.interrupted:
        gone += await _missing(reader, ask.base, loaded)
    return await asyncio.to_thread(fetched, loaded, part=None, gone=gone)


async def _missing(reader: Reader, base: Tables, loaded: Loaded) -> list[str]:
    """The customers of base that the API lists no more, and knows no more when it is asked for each."""
    there = base.customers.filter(~pl.col("_gone"))["id"]
    expected = len({*there.to_list(), *loaded.ids})
    total = sum([(await reader.page(1, status=status)).total_records for status in STATUSES])
    if total == expected:
        return []
    if not total:
        raise WorkbenchError(
            "the API answered that there are no customers at all; nothing was changed: check the API and its key"
        )
    listed = await load_api(reader.api, details="lazy", reader=reader)
    doubtful = sorted({*there.to_list()} - {*listed.ids} - {*loaded.ids})
    return [one for one in doubtful if (await reader.customer(one))[0].status == 404]
