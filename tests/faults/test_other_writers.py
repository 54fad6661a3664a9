"""Somebody else edits the same records, their siblings and their arrays all the while: nothing of theirs is overwritten or lost.

The API has no ETag, so one window stays open: between our read of a customer and our write; under `--check changed`, where only
those are read that the list names, since the begin of the last look through the list that was over. What falls into it is
counted from the server's own order of events; nothing may be overwritten outside it. An item that somebody adds in the window
looks like a server that inserts items: the run stops then, and is resumed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.harness.model import overwrites, undecided
from tests.faults.harness.other_writer import OtherWriter
from tests.faults.harness.scene import Scene
from tests.faults.harness.witness import Record
from tests.form import CHECKS, SEED, amount, figures

CASES = amount([(60, "merge"), (60, "replace")], [(r, n) for r in (1, 5, 20, 60) for n in ("merge", "replace")])
CUSTOMERS, PACE = amount((30, 60), (300, 30))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("rate", "nested"), CASES)
def test_nothing_of_another_writer_is_overwritten_or_lost_outside_the_window(
    scene: Callable[..., Scene], rate: int, nested: str, check: str
) -> None:
    here = scene({"customers": CUSTOMERS, "nested": nested, "latency": 0.01}, concurrency="8")
    here.stage("TERM7", "Springfield")
    with OtherWriter(here, rate, f"{SEED} {rate} {nested}") as other:
        ended = here.run("commit", "--yes", "--rate", PACE, "--check", check)
        assert ended.code in (0, 3, 4), ended
        here.finish()
    account = here.account()
    assert here.broken(account) == []
    assert undecided(account) == []
    counts = account.outcomes
    given_up = {"abandoned"} if counts["altered"] else set()
    assert {deed.outcome for deed in account.deeds if "gained" not in deed.reason} <= {
        "committed",
        "conflict",
        *given_up,
    }
    in_window = overwrites(account, here.witness.events)
    settled(here)
    figures.append(
        f"another writer, {rate} edits a second, arrays {nested}, --check {check}: {other.edits} edits, "
        f"{counts['committed']} committed, {counts['conflict']} left alone as conflicts, "
        f"{counts['altered']} stops because an item appeared in the window; "
        f"overwritten outside the window: 0, in it: {len(in_window)}"
    )


def settled(here: Scene) -> None:
    """Reads everything again, keeps ours where both changed a cell, and commits: each cell that was asked for was brought to
    the server, where it is still unless somebody changed it later, and no item of the arrays is gone."""
    for command in (("load",), ("resolve", "--where", "", "--keep", "ours")):
        ended = here.run(*command)
        assert ended.code in (0, 3), ended
    if here.status()["staged"]:
        here.done("commit", "--yes")
    assert here.status()["staged"] == 0
    account = here.account()
    assert here.broken(account) == []
    done = (deed for deed in account.deeds if deed.outcome in ("committed", "altered"))
    brought = {(deed.customer, path) for deed in done for path in deed.cells}
    assert brought == {(id_, path) for id_, asked in here.asked("TERM7", "Springfield").items() for path in asked}
    for id_, record in here.witness.records().items():
        assert items(here.before[id_]) <= items(record)


def items(record: Record) -> set[str]:
    """The ids of a customer's addresses and contacts."""
    return {item["id"] for item in (*record["addresses"], *record["contacts"])}
