"""What was accepted in a review, and what was taken out of commits there, in a session file."""

from __future__ import annotations

from workbench.session.rows import Acceptance, LeftOut
from workbench.session.words import Words


class Acceptances(Words):
    """The verbs of a review."""

    def add_acceptances(self, words: list[Acceptance]) -> None:
        """Appends what was accepted or withdrawn, in one transaction."""
        self._add_words("accepted", [(word.column, word.cells) for word in words])

    def acceptances(self) -> list[Acceptance]:
        """What was accepted and withdrawn, oldest first."""
        return [Acceptance(column, cells) for column, cells in self._words("accepted")]

    def add_left_out(self, words: list[LeftOut]) -> None:
        """Appends what was taken out of commits, or in again, in one transaction."""
        self._add_words("left_out", [(word.column, word.cells) for word in words])

    def left_out(self) -> list[LeftOut]:
        """What was taken out of commits and in again, oldest first."""
        return [LeftOut(column, cells) for column, cells in self._words("left_out")]
