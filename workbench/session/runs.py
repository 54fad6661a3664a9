"""Runs in a session file: intents, outcomes, how they ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import polars as pl

from workbench.session.plans import Plans
from workbench.session.rows import BySeq, Outcome, Run
from workbench.session.seals import Mark, Row

SENT_AGAIN: Final = "sent again"
"""The reason of an outcome that only says: what was left unsent is sent now, and unknown from here on."""

_TOLD: Final = {
    "seq": pl.UInt32,
    "outcome": pl.String,
    "status": pl.UInt16,
    "reason": pl.String,
    "details": pl.String,
    "side_effects": pl.UInt32,
}


class Runs(Plans):
    """The verbs of runs: all rows are only ever appended. The answers that a run brings wait for the base."""

    def end_run(self, run: int, at: str, state: str, reason: str, seconds: float) -> None:
        """Appends a run's new state."""
        with self._transaction():
            self._state(run, at, state, reason, seconds)

    def runs(self) -> list[Run]:
        """All runs, oldest first, each with its newest state and its seconds in all."""
        newest: dict[int, tuple[str, str]] = {}
        spent: defaultdict[int, float] = defaultdict(float)
        for _, run, _, state, reason, seconds in self._read("run_states"):
            newest[run] = (state, reason)
            spent[run] += seconds
        rows: list[Row] = [(*row, *newest[row[0]], spent[row[0]]) for row in self._read("runs")]
        return [Run(*row) for row in rows]

    def journal(self, run: int, at: str, intents: Sequence[int], outcomes: Sequence[Outcome], rows: BySeq[int]) -> None:
        """Makes intents (request numbers) and outcomes durable in one transaction.

        `rows` has the customer row of each request (by its number), for the answers that come with the outcomes. Raises
        `SessionGone` for intents, if the file was removed; then nothing was written.
        """
        answers = [b"%d\t%s" % (rows[o.seq], as_kept(o.answer)) for o in outcomes if o.answer is not None]
        with self._transaction(sends=bool(intents)):
            self._append("intents", [(seq, at) for seq in intents], run)
            first = self._next("outcomes")
            told = [
                (first + place, o.seq, at, o.outcome, o.status, o.reason, o.details, o.side_effects)
                for place, o in enumerate(outcomes)
            ]
            self._append("outcomes", told, run)
            if answers:
                self._put_answers(run, answers)

    def intents(self, run: int) -> set[int]:
        """The requests of a run whose sending was ever intended."""
        return {seq for seq, _ in self._read("intents", run)}

    def kept(self, run: int) -> pl.DataFrame:
        """The newest outcome of each request of a run that has one, as columns `seq` (UInt32), `outcome`, `at`, and its details
        (JSON, else empty) as `written` if they tell of cells that it wrote though it ended otherwise, as `altered` if they tell of
        cells that hold something else than was asked."""
        newest = {row[1]: row for row in self._read("outcomes", run)}
        _, _, ats, outcomes, _, _, details, _ = zip(*newest.values(), strict=True) if newest else ((),) * 8
        # column by column: a frame of rows is made in one go, in which no other thread can run
        columns = [pl.Series("seq", list(newest), pl.UInt32)]
        columns += [pl.Series(name, values, pl.String) for name, values in (("outcome", outcomes), ("at", ats))]
        for name in ("written", "altered"):
            told = f'"{name}":'
            columns.append(pl.Series(name, [text if text and told in text else "" for text in details], pl.String))
        return pl.DataFrame(columns)

    def outcomes(self, run: int) -> dict[int, Outcome]:
        """The newest outcome of each request of a run that has one."""
        return {row[1]: Outcome(row[1], *row[3:]) for row in self._read("outcomes", run)}

    def outcomes_since(self, run: int, mark: Mark) -> tuple[pl.DataFrame, Mark]:
        """What became of requests since `mark` (`Mark()`: since the start), in order, and how far that goes.

        A frame with `seq`, `outcome`, `status`, `reason`, `details` and `side_effects`; a request may be in it several times,
        the newest last. Only a part of it is ever in memory as rows.
        """
        parts = [pl.DataFrame(schema=_TOLD)]
        for rows, reached in self._read_on("outcomes", run, mark):
            columns = list(zip(*rows, strict=True))
            told = [columns[1], *columns[3:]] if rows else [()] * len(_TOLD)
            parts.append(pl.DataFrame([pl.Series(n, v, t) for (n, t), v in zip(_TOLD.items(), told, strict=True)]))
            mark = reached
        return pl.concat(parts), mark

    def course(self, run: int) -> pl.DataFrame:
        """The outcomes of a run in the order in which they were appended, with their times: `seq`, `at` (text), `outcome`,
        `status`, `reason`; read as `outcomes_since` does. What was only noted because it is sent again is left out."""
        schema = {"seq": pl.UInt32, "at": pl.String, "outcome": pl.String, "status": pl.UInt16, "reason": pl.String}
        parts = [pl.DataFrame(schema=schema)]
        for rows, _ in self._read_on("outcomes", run, Mark()):
            parts.append(pl.DataFrame([row[1:6] for row in rows], schema=schema, orient="row"))
        again = (pl.col("outcome") == "unknown") & (pl.col("reason") == SENT_AGAIN)
        return pl.concat(parts).filter(~again)

    def intended(self, run: int) -> pl.Series:
        """The requests of a run whose sending was ever intended (UInt32), read as `outcomes_since` does."""
        parts = [pl.Series("seq", [], dtype=pl.UInt32)]
        for rows, _ in self._read_on("intents", run, Mark()):
            parts.append(pl.Series("seq", [seq for seq, _ in rows], dtype=pl.UInt32))
        return pl.concat(parts).unique()


def as_kept(answer: bytes) -> bytes:
    """An answer as it is kept: one line."""
    return answer.replace(b"\n", b" ")
