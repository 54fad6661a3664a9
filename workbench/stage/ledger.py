"""Which operations are active: undo is a flag, and the flags follow from the acts.

Adding an operation, dropping one and enabling one (that was dropped or undone) are the steps that undo walks back and redo walks
forward; a new one forgets what could be redone. The acts are replayed in their order, so that every process comes to the same
flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from workbench.session.rows import Act

_Kind = Literal["operation", "drop", "enable", "undrop"]
Step = tuple[_Kind, int]
"""`enable` is of an operation that was undone, `undrop` of one that was dropped."""

_BACK: Final = {"operation": "undo", "drop": "drop_back", "enable": "enable_back", "undrop": "enable_back"}
_AGAIN: Final = {"operation": "redo", "drop": "drop_again", "enable": "enable_again", "undrop": "enable_again"}

ON: Final = ("redo", "drop_back", "enable", "enable_again")
"""The acts after which an operation is active."""


@dataclass
class Ledger:
    """The flags: `active` numbers, `dropped` and `undone` ones, and the two stacks."""

    active: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    @staticmethod
    def replayed(operations: Iterable[int], acts: Sequence[Act]) -> Ledger:
        """The flags after all operations (their numbers) and acts, in the order in which they happened."""
        ledger = Ledger()
        waiting = list(acts)
        for number in [*operations, None]:
            while waiting and (number is None or waiting[0].newest < number):
                act = waiting.pop(0)
                ledger.act(act.act, act.operation)
            if number is not None:
                ledger.add(number)
        return ledger

    def add(self, number: int) -> None:
        """A new operation: active, and nothing to redo any more."""
        self.active.add(number)
        self.done.append(("operation", number))
        self.undone.clear()

    def next_undo(self) -> tuple[str, int] | None:
        """The act that undo would make (its name, its operation), or None at the bottom."""
        return (_BACK[self.done[-1][0]], self.done[-1][1]) if self.done else None

    def next_redo(self) -> tuple[str, int] | None:
        """The act that redo would make, or None if nothing was undone."""
        return (_AGAIN[self.undone[-1][0]], self.undone[-1][1]) if self.undone else None

    def steps_to(self, number: int) -> int:
        """How many steps undo walks back until an operation is taken back, itself included; 0 if it is not active."""
        steps: tuple[Step, ...] = (("operation", number), ("enable", number))
        made = [place for place, step in enumerate(self.done) if step in steps]
        return len(self.done) - made[0] if number in self.active and made else 0

    def after(self, acts: Iterable[tuple[str, int]]) -> Ledger:
        """The flags once these acts (see `act`) are made; these here stay as they are."""
        ledger = Ledger(set(self.active), set(self.dropped), list(self.done), list(self.undone))
        for act, number in acts:
            ledger.act(act, number)
        return ledger

    def act(self, act: str, number: int) -> None:
        """Makes an act (`undo`, `redo`, `drop`, `enable`, and the `_back` and `_again` of the latter two) on an operation."""
        if act in ("drop", "enable"):
            step: _Kind = "drop" if act == "drop" else "undrop" if number in self.dropped else "enable"
            self.done.append((step, number))
            self.undone.clear()
        elif act in _BACK.values():
            self.undone.append(self.done.pop())
        else:
            self.done.append(self.undone.pop())
        was_dropped = act == "enable_back" and self.undone[-1][0] == "undrop"
        self._flag(number, active=act in ON, dropped=act in ("drop", "drop_again") or was_dropped)

    def _flag(self, number: int, *, active: bool, dropped: bool) -> None:
        (self.active.add if active else self.active.discard)(number)
        (self.dropped.add if dropped else self.dropped.discard)(number)
