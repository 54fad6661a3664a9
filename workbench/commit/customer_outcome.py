"""What became of one customer's patch in a run: the body that was planned, its cells, and what the server said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from workbench.commit.outcomes import cells_of
from workbench.commit.places import place_of
from workbench.commit.report import OUTCOMES
from workbench.commit.run_lines import RunLines
from workbench.errors import WorkbenchError
from workbench.session.rows import Run
from workbench.stage.bench import Bench


@dataclass(frozen=True, slots=True)
class CustomerOutcome:
    """One request of a run: the customer's row and id, the exact body, the outcome (empty: none yet), the answer's status
    (0: none) and why.

    `cells` has a line per cell as in `Outcomes.frame` (`path`, `before`, `asked`, `stored`, `reason` ..). `said` are the
    server's own words, each with the place that it is about (or ""); `beside` what it changed that nobody asked for.
    """

    run: int
    seq: int
    row: int
    id: str
    body: bytes
    outcome: str
    status: int
    reason: str
    cells: pl.DataFrame = field(compare=False)
    said: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()


def customer_outcome(bench: Bench, run: Run, lines: RunLines, seq: int) -> CustomerOutcome:
    """What became of a run's request with this number. Raises `WorkbenchError` if there is none."""
    if not 0 <= seq < run.planned:
        raise WorkbenchError(f"run {run.id} has no request {seq}; it has {run.planned}")
    request = bench.store.request(run.id, seq)
    told = lines.told.filter(pl.col("seq") == seq)
    status, reason, details = told.select("status", "reason", "details").row(0) if told.height else (0, "", "")
    code = int(lines.outcome[seq])
    outcome = OUTCOMES[code] if code < len(OUTCOMES) else ""
    fate = pl.DataFrame({"seq": [seq], "outcome": [outcome], "reason": [reason], "details": [details]})
    cells = cells_of(bench, run, fate.with_columns(pl.col("seq").cast(pl.UInt32)), lambda _: {seq: request.body})
    known = orjson.loads(details) if details else {}
    return CustomerOutcome(
        run.id, seq, request.row, request.customer_id, request.body, outcome, status, reason, cells,
        _said(known, request.body), tuple(str(one.get("path", "")) for one in known.get("side_effects", ())),
    )  # fmt: skip


def _said(known: Mapping[str, Any], body: bytes) -> tuple[tuple[str, str], ...]:
    """The server's reasons with the paths of the cells that they are about."""
    asked = orjson.loads(body)
    return tuple((place_of(one["path"], asked), str(one["reason"])) for one in known.get("reasons", ()))
