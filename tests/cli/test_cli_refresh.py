"""`refresh`: what changed on the server since the load, told in lines, as JSON and as a sheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from workbench.workbench import Workbench


def loaded(folder: Path, url: str) -> Path:
    path = folder / "mine.session"
    with Workbench.create(path, key="any") as bench:
        bench.load(api=url)
    return path


def test_what_changed_is_counted_and_written_cell_by_cell(command: Any, folder: Path, start: Any) -> None:
    shop = start()
    loaded(folder, shop.url)
    one = shop.world.ids()[0]
    assert command("refresh", "mine", "--json").json == {"changed": 0, "new": 0, "gone": 0, "conflicts": 0}
    shop.world.edit(one, payment_term="THEIRS")
    told = command("refresh", "mine", "--output", "moved.csv", "--json")
    assert (told.code, told.json["changed"]) == (0, 1)
    assert "1 x payment_term" in told.err
    [row] = csv.DictReader((folder / "moved.csv").read_text().splitlines())
    assert (row["id"], row["path"], row["theirs"], row["ours"]) == (one, "payment_term", "THEIRS", "")


def test_a_conflict_is_told_three_ways_and_needs_the_steward(command: Any, folder: Path, start: Any) -> None:
    shop = start()
    loaded(folder, shop.url)
    one = shop.world.ids()[0]
    was = shop.world.customer(one)["payment_term"]
    command("stage", "mine", "--where", f"id:={one}", "--set", "payment_term=OURS")
    shop.world.edit(one, payment_term="THEIRS")
    told = command("refresh", "mine")
    assert told.code == 3
    assert f"payment_term: loaded “{was}”, theirs “THEIRS”, ours “OURS”" in told.err


def test_an_ending_that_cannot_be_written_is_said_before_anything_is_read(
    command: Any, folder: Path, start: Any
) -> None:
    shop = start()
    loaded(folder, shop.url)
    shop.world.edit(shop.world.ids()[0], payment_term="THEIRS")
    shop.log.clear()
    command("refresh", "mine", "--output", "moved.docx").refused(2, "'moved.docx' has no ending that can be written")
    assert not shop.log.calls()
    assert command("refresh", "mine", "--json").json["changed"] == 1
