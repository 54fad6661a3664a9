"""Putting customers on hold, and releasing them, from wherever they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.hold_note import HoldNote
from workbench.shown.text import revealed

_NOTES: Final = 5
"""So many different notes are shown."""

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def hold_or_release(desk: WorkbenchApp, customers: pl.Series, called: str) -> None:
    """Puts customers (row numbers) on hold after asking for a note; releases them, after a question, if all are on hold already.

    `called` is what people call them.
    """
    held = desk.workbench.snapshot.on_hold.filter(pl.col("row").is_in(customers.implode()))
    if held.height == customers.len():
        desk.push_screen(_question(held["note"], called), lambda yes: desk.release(customers) if yes else None)
        return

    def noted(note: str | None) -> None:
        if note is not None:
            desk.hold(customers, note)

    desk.push_screen(HoldNote(called), noted)


def _question(notes: pl.Series, called: str) -> AreYouSure:
    """Whether to release: what was noted when they were put on hold goes with it."""
    said = notes.filter(notes != "").unique(maintain_order=True).head(_NOTES)
    lines = [f"on hold: {revealed(note)}" for note in said] or ["They were put on hold without a note."]
    return AreYouSure(f"Release {called}?", [*lines, "Released, they go with the next commit."], "releases")
