"""A review: what is staged with what was chosen of it, what was looked at, and what a commit would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from workbench.displayed import Displayed
from workbench.onlooker import part
from workbench.preview.beside import Beside, Carried
from workbench.preview.groups import Groups
from workbench.preview.preview import Patch, Preview
from workbench.stage.choice import Cells, Choice, whole_items
from workbench.stage.pointing import sendable
from workbench.stage.snapshot import Snapshot

_NO_ROWS: Final = pl.Series([], dtype=pl.UInt32)
_BODIES: Final = 0.7
"""Which share of what is found out about a commit is done once the bodies are written."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a review has come to. Of a commit now: `customers` it would send, with `changes`; `held` customers stay out, and
    `left_out` cells. Of the review: `cells` are staged; of those that are not left out `seen` are accepted, and `on_hold` of the
    others are of customers on hold; `unseen` of the `changes` are not accepted, `over` go over what somebody else wrote since,
    `irreversible` could not be reverted. `waiting`
    changes need a second commit: what they point to is yet to be made. `beside` untouched values that are not valid go along, of
    which `named` is the first. `reverts` says how many of the changes each operation (by its number) wrote that takes a run back.
    `digest` is that of the plan that a commit would freeze."""

    customers: int
    changes: int
    held: int
    left_out: int
    cells: int
    seen: int
    unseen: int
    over: int
    irreversible: int
    digest: str
    waiting: int = 0
    on_hold: int = 0
    beside: int = 0
    named: Carried | None = None
    reverts: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewedPatch:
    """A customer's patch as all of it is staged (`whole`), as it would be `sent` (None: nothing of it is in), and the paths of the
    changes that are left out. `carried` are the first of the untouched values that go along and are not valid, `beside` is how
    many there are."""

    whole: Patch
    sent: Patch | None
    left_out: frozenset[str]
    carried: tuple[Carried, ...] = ()
    beside: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sending:
    """What a commit would send of what is in: to which `customers` (row numbers), and the counts of `Tally` that follow from it."""

    customers: pl.Series
    held: int
    changes: int
    over: int
    irreversible: int
    waiting: int
    beside: int
    named: Carried | None
    reverts: Mapping[int, int]
    digest: str


class Review(Displayed, told=("everything.changes", "everything.customers")):
    """One snapshot's staged cells under a choice. `everything` is the preview of all of them.

    What is known already of the `groups`, and of what would be sent, may be told.
    """

    def __init__(
        self, everything: Preview, choice: Choice, groups: Groups | None = None, sending: Sending | None = None
    ) -> None:
        self.everything, self.choice, self._groups, self._sending = everything, choice, groups, sending

    def after(self, everything: Preview, choice: Choice) -> Review:
        """The review of what is staged by now: this one, if nothing is another. What it has found out is kept as far as it holds:
        the groups while no value is another; what would be sent while also the same is left out and held."""
        if everything.snapshot is self.snapshot and choice is self.choice:
            return self
        made = Review(everything, choice)
        if not made._has_values_of(self):
            return made
        old, new = self.snapshot, everything.snapshot
        same = choice is self.choice and old.on_hold is new.on_hold and not {old.review, new.review} & {"required"}
        return Review(everything, choice, self.groups, self.__dict__.get("sending") if same else None)

    def has_in_what(self, other: Review) -> bool:
        """Whether the same values are in: only what was accepted or put on hold may differ."""
        return self.choice is other.choice and self._has_values_of(other)

    def _has_values_of(self, other: Review) -> bool:
        """Whether the same values are staged, for a server that is spoken to alike."""
        mine, theirs = self.everything, other.everything
        marks, others = mine.snapshot.current.marks, theirs.snapshot.current.marks
        alike = mine.habits == theirs.habits and mine.rules == theirs.rules
        same = mine.snapshot.base is theirs.snapshot.base and marks.keys() == others.keys()
        return alike and same and all(marks[one] is others[one] for one in marks)

    @cached_property
    def chosen(self) -> Preview:
        """The preview of what is in."""
        whole = self.everything
        return Preview(self.choice.applied(whole.snapshot), whole.habits, whole.chosen, whole.rules)

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is reviewed."""
        return self.everything.snapshot

    @cached_property
    def groups(self) -> Groups:
        """Everything that is staged, by change."""
        return self._groups or Groups(self.snapshot, self.everything.habits, self.everything.rules)

    @cached_property
    def beside(self) -> Beside:
        """The untouched values in the bodies of what is in that are not valid."""
        sent = sendable(self.chosen.snapshot)
        return self.groups.beside if sent is self.snapshot else Beside(sent, self.everything.habits)

    @cached_property
    def left_out(self) -> Cells:
        """The staged cells that are not in."""
        return self.choice.left_out(self.snapshot)

    @cached_property
    def unaccepted(self) -> Cells:
        """The staged cells that were not accepted as they stand."""
        return {column: self.snapshot.unseen_cells_of(column)["row"] for column in self.snapshot.columns}

    @cached_property
    def unseen(self) -> Cells:
        """Those of them that are still to be reviewed: neither left out nor of customers on hold."""
        held = self.snapshot.on_hold["row"].implode()
        found = {}
        for column, rows in self._waiting.items():
            found[column] = rows.filter(~self.snapshot.customers_of(column[0], rows).is_in(held))
        return found

    @cached_property
    def _waiting(self) -> Cells:
        """The cells that are in and not accepted."""
        out = self.left_out
        return {
            column: rows.filter(~rows.is_in(out[column].implode())) if column in out else rows
            for column, rows in self.unaccepted.items()
        }

    @cached_property
    def tally(self) -> Tally:
        """The counts. It writes the bodies, unless what would be sent is known: ask in a thread."""
        sending, sent = self.sending, sendable(self.chosen.snapshot)
        cells, unseen = self.snapshot.staged_cells, _number(self.unseen)
        unaccepted, left_out = _number(self._waiting), _number(self.left_out)
        goes, late = sending.customers.implode(), 0
        for column in sent.columns:
            rows = sent.unseen_cells_of(column)["row"]
            late += int(sent.customers_of(column[0], rows).is_in(goes).sum())
        return Tally(
            customers=sending.customers.len(),
            changes=sending.changes,
            held=sending.held,
            left_out=left_out,
            cells=cells,
            seen=cells - left_out - unaccepted,
            on_hold=unaccepted - unseen,
            unseen=late,
            over=sending.over,
            irreversible=sending.irreversible,
            digest=sending.digest,
            waiting=sending.waiting,
            beside=sending.beside,
            named=sending.named,
            reverts=sending.reverts,
        )

    @cached_property
    def sending(self) -> Sending:
        """What a commit would send of what is in. It writes the bodies: ask in a thread."""
        if self._sending is not None:
            return self._sending
        with part(0.0, _BODIES):
            frame = self.chosen.frame
        going = frame.filter(frame["held"].is_null())["row"]
        changes, over, reverts = 0, 0, Counter[int]()
        sent = sendable(self.chosen.snapshot)
        for column in sent.columns:
            staged = sent.staged_cells_of(column)
            mine = sent.customers_of(column[0], staged["row"]).is_in(going.implode())
            changes += int(mine.sum())
            over += int((mine & staged["over"]).sum())
            reverts.update(dict(staged.filter(mine & staged["server"])["operation"].value_counts().iter_rows()))
        carried, beside = self.beside.of(going)
        return Sending(
            customers=going,
            held=frame.height - going.len(),
            changes=changes,
            over=over,
            irreversible=self.chosen.irreversible.height,
            waiting=self.chosen.waiting.height,
            beside=beside,
            named=carried[0] if carried else None,
            reverts=dict(reverts),
            digest=self.chosen.plan_digest,
        )

    def toggling(self, cells: Cells) -> tuple[Cells, bool]:
        """What is to be left out (True), or taken in again since all of it is out (False), if these cells are toggled: an item that
        is yet to be made goes whole."""
        whole = whole_items(self.snapshot, cells)
        out = all(rows.is_in(self.left_out.get(column, _NO_ROWS).implode()).all() for column, rows in whole.items())
        return whole, not out

    def toggled(self, cells: Cells) -> Choice:
        """The choice with these cells toggled."""
        whole, out = self.toggling(cells)
        return self.choice.without(whole) if out else self.choice.with_(whole)

    def patch(self, customer: int) -> ReviewedPatch | None:
        """What is staged of a customer (row number) and what of it would be sent; None if nothing is staged."""
        whole = self.everything.patch(customer)
        if whole is None:
            return None
        sent = self.chosen.patch(customer)
        paths = {change.path for change in sent.changes} if sent else set()
        left = frozenset(change.path for change in whole.changes if change.path not in paths)
        carried, beside = self.beside.of(pl.Series([customer], dtype=pl.UInt32)) if sent else ([], 0)
        return ReviewedPatch(whole, sent, left, tuple(carried), beside)


def _number(cells: Cells) -> int:
    return sum(rows.len() for rows in cells.values())
