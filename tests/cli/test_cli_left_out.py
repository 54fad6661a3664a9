"""What was taken out in Review, on the command line: every command leaves it out and says so, until it is taken in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from workbench.workbench import Workbench

TERM = ("customers", "payment_term")


def take_out(*numbers: int) -> None:
    with Workbench.open("s", key="any") as bench:
        bench.leave_out({TERM: pl.Series(numbers, dtype=pl.UInt32)})


def test_no_command_sends_what_was_taken_out_until_it_is_taken_in_again(start: Any, folder: Path, command: Any) -> None:
    (folder / "s.session").unlink()
    server = start(customers=6, seed=5)
    with Workbench.create("s", key="any") as bench:
        bench.load(api=server.url)
        ids = bench.snapshot.base.customers["id"].to_list()

    def odd() -> list[bool]:
        return [server.world.customer(id_)["payment_term"] == "ODD" for id_ in ids]

    command("stage", "s", "--set", "payment_term=ODD")
    take_out(0, 3)
    assert "6 cells staged (2 of them left out in Review)" in command("status", "s").out
    told = command("diff", "s", "--format", "plan", "--output", "plan.json", "--json")
    assert (told.json["customers"], told.json["changes"]) == (4, 4)
    assert "2 more changes are staged, but left out of every commit in Review" in told.err
    assert "2 more changes are staged, but left out of every commit in Review" in command("diff", "s").out
    command("diff", "s", "--format", "html", "--output", "review.html")
    assert "2 more changes are staged" in (folder / "review.html").read_text()

    take_out(1)
    told = command("commit", "s", "--yes", "--plan", "plan.json")
    told.refused(1, "stale", "left out")
    assert not server.log.calls("PATCH")
    assert command("release", "s", "--left-out", "--where", f"id:={ids[1]}", "--json").json == {"changed": 1}
    told = command("commit", "s", "--yes", "--plan", "plan.json", "--json")
    assert (told.code, told.json["committed"]) == (0, 4)
    assert odd() == [False, True, True, False, True, True]
    told = command("commit", "s", "--yes")
    assert "2 more changes are staged" in told.err
    assert "nothing to send" in told.err

    assert command("release", "s", "--left-out", "--where", f"id:={ids[3]}").code == 0
    command("commit", "s", "--yes")
    assert odd() == [False, True, True, True, True, True]
    assert "took in 1 change" in command("release", "s", "--left-out").err
    assert "no change was left out" in command("release", "s", "--left-out").err
    command("commit", "s", "--yes")
    assert all(odd())
