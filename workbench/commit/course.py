"""The course of a run: its outcomes in the order and at the times at which they became durable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.commit.report import OUTCOMES
from workbench.commit.revert import run_to_revert
from workbench.displayed import Displayed
from workbench.stage.bench import Bench
from workbench.stage.settling import SHOWN_AS

PAUSE: Final = 60.0
"""After how many seconds without an outcome a run is said to have rested: killed, paused, or interrupted and resumed later."""

_STEPS: Final = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0),
    *(3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0),
)
"""How long a slice of time may be, in seconds."""

_MANY: Final = 24
_AT: Final = pl.Datetime("us", "UTC")
_FRAME: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "at": _AT,
    "id": pl.String,
    "outcome": pl.String,
    "status": pl.UInt16,
    "reason": pl.String,
}


@dataclass(frozen=True, slots=True)
class Course(Displayed, told=("run", "planned", "customers")):
    """The outcomes of `run` (None: there was none yet) of `planned` customers, as they came.

    `frame` has a row per outcome, in order: `at` (when it was durable, microseconds, UTC), the customer's `id`, `outcome`, the
    HTTP `status` (0: no answer), and the `reason` in general. A customer that was unknown and then read back has two rows; one
    without an outcome yet has none. `step` is how many seconds one of the `slices` covers.
    """

    run: int | None
    planned: int
    frame: pl.DataFrame

    @property
    def customers(self) -> int:
        """How many customers have an outcome."""
        return self.frame["id"].n_unique()

    @property
    def step(self) -> float:
        """The length of a slice, in seconds: so that there are at most about `_MANY` of them, rests left out."""
        if not self.frame.height:
            return _STEPS[0]
        spent = float(self._placed["since"].max() or 0.0)  # type: ignore[arg-type]
        return next((step for step in _STEPS if spent / step <= _MANY), _STEPS[-1])

    @property
    def slices(self) -> pl.DataFrame:
        """The same counted in slices of equal length: `at` (the slice's first moment), `rested` (the seconds without an outcome
        before it, null if it follows the one before), and how many customers came to each outcome in it, a column each.

        Where nothing came in a slice, it has zeros; a rest (longer than `PAUSE`) has no slices.
        """
        if not self.frame.height:
            empty: dict[str, pl.DataType | type[pl.DataType]] = {"at": _AT, "rested": pl.Float64}
            return pl.DataFrame(schema=empty | dict.fromkeys(OUTCOMES, pl.UInt32))
        length = round(self.step * 1_000_000)
        placed = self._placed.with_columns(slice=pl.col("within") // length)
        counts = [(pl.col("outcome") == name).sum().cast(pl.UInt32).alias(name) for name in OUTCOMES]
        counted = placed.group_by("stretch", "slice").agg(counts)
        began = placed.group_by("stretch").agg(
            began=pl.col("at").min(), last=pl.col("slice").max(), rested=pl.col("rested").first()
        )
        every = began.with_columns(slice=pl.int_ranges(0, pl.col("last") + 1)).explode("slice")
        whole = every.join(counted, on=["stretch", "slice"], how="left").sort("stretch", "slice")
        at = pl.col("began") + pl.duration(microseconds=pl.col("slice") * length)
        rested = pl.when((pl.col("slice") == 0) & (pl.col("stretch") > 0)).then("rested")
        return whole.select(at.cast(_AT).alias("at"), rested.alias("rested"), pl.col(OUTCOMES).fill_null(0))

    @property
    def _placed(self) -> pl.DataFrame:
        """The outcomes with the `stretch` between rests that each is in, the microseconds `within` it, the seconds `since` the
        start with the rests left out, and for the first of a stretch how long the run `rested` before."""
        gap = pl.col("at").diff().dt.total_microseconds().fill_null(0) / 1_000_000
        ordered = self.frame.with_columns(
            at=pl.col("at").cum_max()
        )  # a clock that was set back meanwhile turns nothing around
        found = ordered.select("at", "outcome", gap=gap).with_columns(
            stretch=(pl.col("gap") > PAUSE).cum_sum(),
            since=pl.when(pl.col("gap") <= PAUSE).then("gap").otherwise(0.0).cum_sum(),
        )
        return found.with_columns(
            within=(pl.col("at") - pl.col("at").first().over("stretch")).dt.total_microseconds(), rested="gap"
        )


def course(bench: Bench, number: int | None = None) -> Course:
    """The course of a run (the latest unless told); raises `WorkbenchError` if there is no such run."""
    if number is None and not bench.runs:
        return Course(None, 0, pl.DataFrame(schema=_FRAME))
    run = run_to_revert(bench, number)
    came = bench.store.course(run.id)
    planned = bench.store.planned(run.id)
    whom = [
        pl.DataFrame({"seq": c.cells["seq"], "row": bench.snapshot.customers_of(c.table, c.cells["row"])})
        for c in planned
    ]
    came = came.join(pl.concat(whom).unique("seq"), on="seq", how="left", maintain_order="left")
    told = came.with_columns(
        at=pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC"),
        id=bench.base.customers["id"].gather(came["row"]),
        outcome=pl.col("outcome").replace(SHOWN_AS),
    )
    return Course(run.id, run.planned, told.select(pl.col(name).cast(kind) for name, kind in _FRAME.items()))
