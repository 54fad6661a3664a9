"""What others are told: what is staged, for somebody who decides about it; and what became of cells, for whoever asks later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from workbench.customers.paths import parse_path, row_of
from workbench.door.finding import Finding
from workbench.door.previewing import Previewing
from workbench.door.said import now, who
from workbench.errors import NoSuchCell, UsageError
from workbench.given import given
from workbench.load.loading import base_as_of
from workbench.load.loads import loads_in
from workbench.preview.preview import Preview
from workbench.stage.unstaging import named_column

if TYPE_CHECKING:
    from workbench.commit.audit import Audit
    from workbench.report.review import ReviewReport


@given
class Reporting(Finding, Previewing):
    """Tells others."""

    def report(self, where: str = "") -> ReviewReport:
        """The report of what is staged, of all customers or of those that `where` finds: by shape, with examples, notes, warnings,
        problems fixed and introduced, and what was loaded when. Read it in a thread: it asks every check. Raises `QueryError`."""
        from workbench.report.review import About, ReviewReport, only

        whole = self.preview(where)
        choice = only(whole.snapshot, self._chosen(whole.snapshot, where, None)).without(self.choice.out)
        preview = Preview(choice.applied(whole.snapshot), whole.habits, rules=whole.rules, left_out=whole.left_out)
        about = About(self.name, self.origin, where, who(), now())
        facts = self._bench.facts
        operations = tuple(self._bench.operations)
        return ReviewReport(about, preview, lambda: self.effect(choice), operations, loads_in(facts), base_as_of(facts))

    def audit(self, where: str = "", *, field: str = "", id: str = "", path: str = "") -> Audit:
        """Who changed cells, when, why, from what to what, in which run, with which answer: of all customers, of those that `where`
        finds, or of one (`id`), and of these one `field` (`payment_term`, `addresses.city`) or one cell (its `path`).

        Raises `QueryError`, and `UsageError` for a customer, a field or a cell that there is not.
        """
        from workbench.commit.audit import Wanted, audit

        if path and not id:
            raise UsageError("--path is of a customer: give its --id too")
        if id and where.strip():
            raise UsageError("give --where or --id, not both")
        snapshot = self.snapshot
        if path:
            place = parse_path(path)
            row = row_of(snapshot.current, id, place, gone=True)
            return audit(self._bench, Wanted(None, (place.table, place.field), row))
        customers = self._chosen(snapshot, where, None)
        if id:
            customers = (snapshot.current.customers["id"] == id).arg_true().cast(pl.UInt32)
            if not customers.len():
                raise NoSuchCell(f"there is no customer {id}; see: workbench search")
        column = named_column("customers", field) if field else None
        return audit(self._bench, Wanted(customers, column))

    def story(self, table: str, row: int, field: str) -> Audit:
        """The audit of one cell: the field of a row (its number) of a table."""
        from workbench.commit.audit import Wanted, audit

        return audit(self._bench, Wanted(None, (table, field), row))
