"""What is staged as a report for somebody who decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.door.finding import Finding
from workbench.door.previewing import Previewing
from workbench.door.said import now, who
from workbench.load.loading import base_as_of
from workbench.load.loads import loads_of
from workbench.preview.preview import Preview

if TYPE_CHECKING:
    from workbench.report.review import ReviewReport


class Reporting(Finding, Previewing):
    """Tells others."""

    def report(self, where: str = "") -> ReviewReport:
        """The report of what is staged, of all customers or of those that `where` finds: by shape, with examples, notes, warnings,
        problems fixed and introduced, and what was loaded when. Read it in a thread: it asks every check. Raises `QueryError`."""
        from workbench.report.review import About, ReviewReport, only

        whole = self.preview()
        choice = only(whole.snapshot, self._chosen(whole.snapshot, where, None))
        preview = Preview(choice.applied(whole.snapshot), whole.habits, rules=whole.rules)
        about = About(self.name, self.origin, where, who(), now())
        facts = self._bench.facts
        operations = tuple(self._bench.operations)
        return ReviewReport(about, preview, lambda: self.effect(choice), operations, loads_of(facts), base_as_of(facts))
