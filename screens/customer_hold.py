"""Putting customers on hold, and releasing them, from wherever they are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import polars as pl

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.hold_note import HoldNote, of_hidden
from workbench.shown.rows import called
from workbench.shown.text import count, revealed

_NOTES: Final = 5
"""So many different notes are shown."""

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def hold_or_release(desk: WorkbenchApp, which: Callable[[], pl.Series], hidden: int = 0) -> None:
    """Puts customers on hold after asking for a note; releases them, after a question, if all are on hold already.

    `which` tells their row numbers, in a thread: they may be a million. So many of the marked rows are `hidden` by the filter.
    """
    snapshot = desk.workbench.snapshot

    def found() -> tuple[pl.Series, pl.Series, str]:
        customers = which()
        notes = snapshot.on_hold.filter(pl.col("row").is_in(customers.implode()))["note"]
        one = customers.len() == 1
        return customers, notes, called(snapshot.current, customers)[0] if one else count(customers.len(), "customer")

    def asked(answer: tuple[pl.Series, pl.Series, str]) -> None:
        customers, notes, name = answer
        if notes.len() == customers.len():
            desk.push_screen(_question(notes, name, hidden), lambda yes: desk.release(customers) if yes else None)
        else:
            asks = HoldNote(name, hidden, notes.len())
            desk.push_screen(asks, lambda note: None if note is None else desk.hold(customers, note))

    desk.hold_keys(desk.look(found, asked, group="hold"))


def _question(notes: pl.Series, called: str, hidden: int) -> AreYouSure:
    """Whether to release: what was noted when they were put on hold goes with it."""
    said = notes.filter(notes != "").unique(maintain_order=True).head(_NOTES)
    lines = [f"on hold: {revealed(note)}" for note in said] or ["They were put on hold without a note."]
    return AreYouSure(
        f"Release {called}?", [*of_hidden(hidden), *lines, "Released, they go with the next commit."], "releases"
    )
