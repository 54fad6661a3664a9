"""What a session learns from a run's altered outcomes: rules of what this server makes of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from workbench.customers.paths import parse_path
from workbench.customers.rules import FACT, Rules, Seen
from workbench.session.rows import Outcome, Request, Run
from workbench.stage.bench import Bench


def learn(bench: Bench, run: Run, outcomes: Mapping[int, Outcome], *, accepted: bool) -> Rules:
    """Remembers, durably, what the server made of the cells of a run, and forgets what it belied; the session's rules now.

    `outcomes` are the run's. `accepted`: the steward has said that it is as it should be. What a server did to the items of an
    array is no rule.
    """
    old = Rules.read(bench.facts)
    telling = [one for one in outcomes.values() if one.details]
    if not telling:
        return old
    requests = {request.seq: request for request in bench.store.requests(run.id)}
    seen = (cell for one in telling for cell in _altered(one, requests[one.seq]))
    belied = (cell for one in telling for cell in _belied(one))
    rules = old.learned(seen, accepted=accepted).forgotten(belied)
    if rules != old:
        bench.store.keep({FACT: rules.text()})
        bench.facts = bench.store.facts()
    return rules


def accept_last(bench: Bench) -> str:
    """Accepts what the server made of the cells of the latest run, though nothing of it is left to send; what to say."""
    if not bench.runs:
        return ""
    before = Rules.read(bench.facts)
    run = bench.runs[-1]
    return (
        f"what the server made of values in run {run.id} is remembered"
        if learn(bench, run, bench.store.outcomes(run.id), accepted=True) != before
        else ""
    )


def _altered(outcome: Outcome, request: Request) -> Iterator[Seen]:
    details: dict[str, Any] = orjson.loads(outcome.details)
    if outcome.outcome != "altered" or "broken" in details:
        return
    before = {cell["path"]: cell["before"] for cell in orjson.loads(request.cells)}
    for cell in details.get("altered", ()):
        yield Seen(parse_path(cell["path"]), before[cell["path"]], cell["expected"], cell["found"])


def _belied(outcome: Outcome) -> Iterator[Seen]:
    for cell in orjson.loads(outcome.details).get("belied", ()):
        yield Seen(parse_path(cell["path"]), None, cell["found"], cell["found"])
