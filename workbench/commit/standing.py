"""What stopped a run and still stands: nothing more of it is sent until the steward has said how to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from workbench.commit.run_lines import RunLines
from workbench.commit.wording import accept, look
from workbench.session.rows import Outcome, Request, Run
from workbench.stage.bench import Bench

_ACCEPTED: Final = "accepted_altered"
"""The key of the session's fact that holds a run and those of its requests whose altering the steward has accepted."""


def standing(bench: Bench, run: Run, requests: Sequence[Request], outcomes: Mapping[int, Outcome]) -> str:
    """Why nothing more of a run may be sent: the server did not keep the items of an array, or made something else of a canary,
    or emptied other cells of it, and nobody has accepted that. Empty if it may go on."""
    if not outcomes:
        return ""
    accepted = _accepted(bench, run)
    for request in requests:
        outcome = outcomes.get(request.seq)
        if outcome is not None and '"broken":' in outcome.details:
            return look(request.customer_id, outcome.reason)
    for request in requests:
        outcome = outcomes.get(request.seq)
        if outcome is not None and request.seq not in accepted and _stopped(outcome):
            return accept(request.customer_id, outcome.reason)
    return ""


def waits_for_acceptance(bench: Bench, run: Run, lines: RunLines) -> bool:
    """Whether a run, of which these are the lines, stands still until the steward accepts what the server made of a canary: the
    same as `standing` says, without reading what was sent."""
    told = lines.told.filter(pl.col("details").str.contains('"(?:canary|broken)":'))
    if told["details"].str.contains('"broken":', literal=True).any():
        return False
    return not _accepted(bench, run).issuperset(told["seq"])


def accepts(bench: Bench, run: Run, outcomes: Mapping[int, Outcome]) -> None:
    """Remembers, durably, that the steward takes what the server made of a run's canaries so far."""
    seqs = [str(seq) for seq, outcome in outcomes.items() if _stopped(outcome)]
    if seqs:
        bench.keep({_ACCEPTED: " ".join([str(run.id), *seqs])})


def _stopped(outcome: Outcome) -> bool:
    return outcome.outcome in ("altered", "committed") and '"canary":' in outcome.details


def _accepted(bench: Bench, run: Run) -> set[int]:
    number, *seqs = bench.facts.get(_ACCEPTED, "0").split()
    return {int(seq) for seq in seqs} if int(number) == run.id else set()
