"""What became of each customer of a run, one line each: read from the session in parts, and read on from there."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import polars as pl

from workbench.commit.report import OUTCOMES
from workbench.errors import UsageError
from workbench.session.rows import Run
from workbench.session.runs import SENT_AGAIN
from workbench.session.seals import Mark
from workbench.stage.bench import Bench
from workbench.stage.settling import SETTLING, SHOWN_AS

NEEDY: Final = ("altered", "conflict", "failed", "unknown")
"""The outcomes that need the steward."""

LOST: Final = "perhaps sent: whether it arrived is not known yet; resume reads it back"
"""What is said of a request that was intended and has no outcome."""

_NONE: Final = len(OUTCOMES)
_CODES: Final = {name: code for code, name in enumerate(OUTCOMES)} | {
    kept: OUTCOMES.index(name) for kept, name in SHOWN_AS.items()
}
_LINES: Final = {"seq": pl.UInt32, "row": pl.UInt32, "outcome": pl.String, "reason": pl.String}
_TOLD: Final = ("seq", "status", "reason", "details", "side_effects")


@dataclass(frozen=True)
class RunLines:
    """A run as far as it was read. By the number of a request (its place): the customer's row in `rows`, how many of its
    `cells` are in the plan, its `outcome` (a place in `OUTCOMES`, one more for none yet), and when that came (`order`).

    `told` has what was said with it, where anything was: `seq`, `status`, `reason`, `details` (JSON), `side_effects`.
    """

    run: int
    rows: pl.Series = field(compare=False)
    cells: pl.Series = field(compare=False)
    outcome: pl.Series = field(compare=False)
    order: pl.Series = field(compare=False)
    told: pl.DataFrame = field(compare=False)
    mark: Mark

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many customers have which outcome, in the order of `OUTCOMES`; those that have none yet are not counted."""
        found = dict(self.outcome.value_counts().iter_rows())
        return {name: found.get(code, 0) for code, name in enumerate(OUTCOMES)}

    @cached_property
    def settled_cells(self) -> int:
        """How many cells the run has settled so far."""
        done = self.outcome.is_in([_CODES[name] for name in SETTLING])
        return int(self.cells.filter(done).sum())

    def counted(self) -> RunLines:
        """The same with all counts counted: on this thread, and not on the one that shows them, which polars may keep waiting."""
        _ = self.counts, self.settled_cells
        return self

    @property
    def side_effects(self) -> int:
        """How many cells the server changed beside those that were asked for."""
        return int(self.told["side_effects"].sum())

    def lines(self, only: Collection[str] = ()) -> pl.DataFrame:
        """A line per customer that has an outcome (one of `only`, if given), the newest first: `seq`, `row`, `outcome`,
        `reason`. Raises `UsageError` for a name that is no outcome."""
        wanted = pl.Series(_codes(only), dtype=pl.UInt8)
        seqs = self.outcome.is_in(wanted.implode()).arg_true().cast(pl.UInt32)
        seqs = seqs.gather(self.order.gather(seqs).arg_sort(descending=True))
        found = pl.DataFrame({"seq": seqs, "row": self.rows.gather(seqs), "_code": self.outcome.gather(seqs)})
        names = pl.col("_code").replace_strict(dict(enumerate(OUTCOMES)), return_dtype=pl.String)
        said = self.told.select("seq", "reason")
        joined = found.join(said, on="seq", how="left", maintain_order="left")
        return joined.select("seq", "row", outcome=names, reason=pl.col("reason").fill_null("")).cast(_LINES)  # type: ignore[arg-type]

    def customers(self, only: Collection[str]) -> pl.Series:
        """The customers (row numbers, ascending) with one of these outcomes."""
        return self.lines(only)["row"].sort()

    def with_more(self, found: pl.DataFrame, mark: Mark) -> RunLines:
        """These lines with what became known since. What a resume sends has no outcome until that is answered, as in a first go."""
        if not found.height:
            return replace(self, mark=mark)
        newest = found.with_row_index("_at", self.mark.rows + 1).unique("seq", keep="last", maintain_order=True)
        again = (pl.col("outcome") == "unknown") & (pl.col("reason") == SENT_AGAIN)
        known = pl.col("outcome").replace_strict(_CODES, return_dtype=pl.UInt8)
        codes = newest.select(c=pl.when(again).then(pl.lit(_NONE, pl.UInt8)).otherwise(known))["c"]
        said = newest.filter(
            (pl.col("reason") != "") | (pl.col("details") != "") | (pl.col("side_effects") > 0)
        ).filter(~again)
        told = self.told.filter(~pl.col("seq").is_in(newest["seq"].implode()))
        return replace(
            self,
            outcome=self.outcome.clone().scatter(newest["seq"], codes),
            order=self.order.clone().scatter(newest["seq"], newest["_at"].cast(pl.UInt32)),
            told=pl.concat([told, said.select(_TOLD)]),
            mark=mark,
        )

    @cached_property
    def is_open(self) -> pl.Series:
        """Which requests have no outcome, or only that they were not sent, without a reason."""
        silent = pl.repeat(True, self.outcome.len(), dtype=pl.Boolean, eager=True).scatter(self.told["seq"], False)
        return (self.outcome == _NONE) | ((self.outcome == _CODES["unsent"]) & silent)

    def ended(self, intended: pl.Series, reason: str) -> RunLines:
        """These lines of a run that does not go on: what was sent and has no outcome is unknown, the rest unsent, for the run's
        reason."""
        missing = self.is_open.arg_true().cast(pl.UInt32)
        lost = missing.is_in(intended.implode()) & (self.outcome.gather(missing) == _NONE)
        codes = pl.select(pl.when(lost).then(_CODES["unknown"]).otherwise(_CODES["unsent"]).cast(pl.UInt8)).to_series()
        said = pl.select(
            pl.when(lost).then(pl.lit(LOST)).otherwise(pl.lit(not_sent(reason))).alias("reason")
        ).to_series()
        told = pl.DataFrame({"seq": missing, "reason": said}).with_columns(
            status=pl.lit(0, pl.UInt16), details=pl.lit(""), side_effects=pl.lit(0, pl.UInt32)
        )
        return replace(
            self,
            outcome=self.outcome.clone().scatter(missing, codes),
            told=pl.concat([self.told, told.select(_TOLD)]),
        )


class RunBook:
    """The lines of a session's runs, each kept and read on when it is asked for again. Safe to call from any thread."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._kept: dict[int, RunLines] = {}
        self._whole: set[int] = set()
        self._ended: dict[tuple[int, Mark], RunLines] = {}
        self._lock = threading.Lock()

    def lines(self, run: Run, *, under_way: bool = False) -> RunLines:
        """What became of a run's customers as far as it is durable. While it is `under_way` those that have no outcome yet are
        waiting; else they are unsent, or unknown if their sending was intended."""
        with self._lock:
            before = self._kept.get(run.id) or _unread(self._bench, run)
            if run.id in self._whole:
                return before
            lines = self._kept[run.id] = before.with_more(*self._bench.store.outcomes_since(run.id, before.mark))
            if run.state == "done":
                self._whole.add(run.id)
            if under_way or not lines.is_open.any():
                return lines
            key = (run.id, lines.mark)
            if key not in self._ended:
                self._ended = {key: lines.ended(self._bench.store.intended(run.id), run.reason)}
            return self._ended[key]

    def last_outcomes(self, runs: Collection[Run]) -> pl.Series:
        """For each customer (by row) what became of it in the newest of these runs that took it along: a place in `OUTCOMES`,
        one more for nothing."""
        height = self._bench.base.customers.height
        found = pl.repeat(_NONE, height, dtype=pl.UInt8, eager=True)
        for run in runs:
            lines = self.lines(run)
            found = found.scatter(lines.rows, lines.outcome)
        return found


def not_sent(reason: str) -> str:
    """What is said of a request that was not sent, of a run that ended for this reason."""
    return f"not sent: {reason}" if reason else "not sent"


def became(last: pl.Series, name: str) -> pl.Series:
    """Whether each of these last outcomes is the one called `name`. Raises `UsageError` if there is none of that name."""
    return (last == _codes([name])[0]).rename("found")


def _codes(names: Collection[str]) -> list[int]:
    for name in names:
        if name not in OUTCOMES:
            raise UsageError(f"there is no outcome {name!r}; there are: {', '.join(OUTCOMES)}")
    return [_CODES[name] for name in names or OUTCOMES]


def _unread(bench: Bench, run: Run) -> RunLines:
    """A run of which no outcome was read yet: whom it plans to change, and how many cells."""
    rows = pl.repeat(0, run.planned, dtype=pl.UInt32, eager=True)
    counted = [pl.Series("seq", [], dtype=pl.UInt32)]
    for change in bench.store.planned(run.id):
        seqs = change.cells["seq"]
        rows = rows.scatter(seqs, bench.snapshot.customers_of(change.table, change.cells["row"]))
        counted += [seqs] if change.count else []
    numbers = pl.concat(counted).to_frame("seq").group_by("seq").len()
    nothing = pl.repeat(0, run.planned, dtype=pl.UInt32, eager=True)
    told = pl.DataFrame(
        schema={
            "seq": pl.UInt32,
            "status": pl.UInt16,
            "reason": pl.String,
            "details": pl.String,
            "side_effects": pl.UInt32,
        }
    )
    return RunLines(
        run=run.id,
        rows=rows,
        cells=nothing.clone().scatter(numbers["seq"], numbers["len"]),
        outcome=pl.repeat(_NONE, run.planned, dtype=pl.UInt8, eager=True),
        order=nothing,
        told=told,
        mark=Mark(),
    )
