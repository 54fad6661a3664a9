"""Putting customers on hold, and releasing them, from wherever they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from screens.dialogs.hold_note import HoldNote

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def hold_or_release(desk: WorkbenchApp, customers: pl.Series, called: str) -> None:
    """Puts customers (row numbers) on hold after asking for a note; releases them if all are on hold already.

    `called` is what people call them.
    """
    if customers.is_in(desk.workbench.snapshot.on_hold["row"].implode()).all():
        desk.release(customers)
        return

    def noted(note: str | None) -> None:
        if note is not None:
            desk.hold(customers, note)

    desk.push_screen(HoldNote(called), noted)
