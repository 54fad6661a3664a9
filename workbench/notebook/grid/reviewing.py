"""What is staged, as the grid shows it before a commit: groups, customers, exact bodies, and the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.paths import parse_path
from workbench.notebook.grid.asked import Message, number_in
from workbench.notebook.grid.view import shown
from workbench.shown.named import named
from workbench.shown.rows import called
from workbench.shown.text import safe

if TYPE_CHECKING:
    from workbench.preview.review import Review
    from workbench.stage.snapshot import Snapshot
    from workbench.workbench import Workbench

GROUPS: Final = 20
PAGE: Final = 40
LONGEST: Final = 400
BODY: Final = 60_000
"""So many groups, so many customers at a time, and so many characters of one value and of a body."""


class Reviewing:
    """Reads what is staged. What it found out is kept as long as the session stands as it was."""

    def __init__(self, bench: Workbench, api: str | None) -> None:
        self._bench, self._api = bench, api
        self._review: Review | None = None

    def changes(self, message: Message) -> dict[str, Any]:
        """The groups of the same change, the oddest first, with the counts; and a page of customers from `start` on."""
        review = self._current()
        groups, tally = review.groups, review.tally
        first = [groups.group(int(number)) for number in groups.order().head(GROUPS)]
        snapshot = review.snapshot
        told = [
            {
                "count": one.count, "field": one.name, "more": one.different - 1, "odd": safe("; ".join(one.odd)),
                "before": _named(snapshot, *one.column, one.before), "after": _named(snapshot, *one.column, one.after),
            }
            for one in first
        ]  # fmt: skip
        return {
            "cells": tally.cells, "customers": tally.customers, "held": tally.held, "groups": told, "of": len(groups),
            "irreversible": tally.irreversible, "waiting": tally.waiting, "left_out": tally.left_out,
            **self._page(review, number_in(message, "start")),
        }  # fmt: skip

    def patch(self, message: Message) -> dict[str, Any]:
        """One customer's changes and the exact body of its PATCH."""
        review = self._current()
        patch = review.chosen.patch(number_in(message, "row"))
        if patch is None:
            return {"changes": [], "body": "", "held": ""}
        snapshot, changes = review.snapshot, []
        for one in patch.changes:
            path = parse_path(one.path)
            sides = [_named(snapshot, path.table, path.field, value) for value in (one.before, one.after)]
            changes.append([safe(one.path), *sides, one.operation, one.new])
        body = patch.body.decode()
        cut = f"{body[:BODY]}… ({len(body):,} characters in all)" if len(body) > BODY else body
        return {"changes": changes, "body": safe(cut), "held": safe(patch.held), "id": safe(patch.id)}

    def question(self) -> dict[str, Any]:
        """What a commit would do now, and the digest of the plan that would be frozen: it must come back with the commit."""
        self._bench.refuse_commit()
        tally = self._current().tally
        origin = self._api or self._bench.origin
        return {
            "customers": tally.customers, "changes": tally.changes, "held": tally.held, "unseen": tally.unseen,
            "irreversible": tally.irreversible, "waiting": tally.waiting, "left_out": tally.left_out, "digest": tally.digest,
            "origin": safe(origin) if origin else "",
        }  # fmt: skip

    def _current(self) -> Review:
        self._review = self._bench.review(known=self._review)
        return self._review

    def _page(self, review: Review, start: int) -> dict[str, Any]:
        frame = review.chosen.frame.slice(start, PAGE).select("row", "id", "held")
        names = called(review.snapshot.current, frame["row"].cast(pl.UInt32))
        rows = [
            [row, safe(id_), shown(name), safe(held)]
            for (row, id_, held), name in zip(frame.iter_rows(), names, strict=True)
        ]
        return {"start": start, "patches": rows, "all": review.chosen.customers}


def _named(snapshot: Snapshot, table: str, field: str, value: object) -> str:
    """A value as people read it: names for ids, commas between the entries of a list."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = ",".join(map(str, value))
    return shown(named(snapshot.current, table, field, [str(value)])[0], LONGEST) if value not in (None, "") else ""
