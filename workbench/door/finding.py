"""Finding what is wrong, and staging what mends it: problems, spellings, duplicates, the profile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import polars as pl

from workbench.customers.fields import known_table
from workbench.door.said import counts, now, unbroken, who
from workbench.door.staging import Staging
from workbench.errors import UsageError
from workbench.given import given
from workbench.results import Held, Staged
from workbench.stage.choice import Choice
from workbench.stage.meanwhile import again
from workbench.stage.snapshot import Snapshot

if TYPE_CHECKING:
    from workbench.problems.book import Meant, Which
    from workbench.problems.check import Check
    from workbench.problems.clusters import Clusters
    from workbench.problems.duplicates import Duplicates
    from workbench.problems.duplicates_apart import Said
    from workbench.problems.duplicates_merge import Merge
    from workbench.problems.effect import Effect
    from workbench.problems.found import Problems
    from workbench.problems.methods import Method
    from workbench.problems.profile import Profile
    from workbench.problems.tally import Counted
    from workbench.search.picks import Value


@given
class Finding(Staging):
    """Problems, clusters of spellings, duplicates and the profile."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks that look for problems: the workbench's own, and those that were added."""
        return self._problems.checks

    def add_checks(self, file: Path | str, *, limit: float | None = None) -> tuple[Check, ...]:
        """Adds the checks that a Python file makes, for as long as this is open: it is run, and its checks are asked in a process
        of their own, each for `limit` seconds a column at most (30 unless told). Raises `UsageError`, and `WorkbenchError` if it
        cannot be read."""
        return self._problems.add_checks(Path(file), limit)

    def problems(self, where: str = "", **which: Unpack[Which]) -> Problems:
        """What the checks find in current, of all customers or those that `where` finds, chosen by rule, severity, field or cell
        (see `Which`); what was waived is left out.

        Raises `QueryError` and `UsageError`. Safe to call from any thread; only the checks that read what changed run again.

        >>> done = wb.search().set("email", "ada@gmial.com")
        >>> found = wb.problems(rules=["email.*"])
        >>> found.by_field["email"], found.count == sum(found.counts.values())
        (12, True)
        """
        snapshot = self.snapshot
        return self._problems.problems(snapshot, self._meant(snapshot, where, which))

    @property
    def counted_problems(self) -> Counted | None:
        """How many problems each column has, as `count_problems` or `problems` of all customers found last; not `newest` once
        something that they follow from may be another. None if they were never counted. Quick: nothing is asked."""
        return self._problem_book.counted(self.snapshot) if self._problem_book is not None else None

    def count_problems(self) -> Counted:
        """Counts the problems of each column, in steps, and keeps little beside the numbers; what was counted before, and nothing
        changed of, is not counted again. For who has a quiet moment: ask in a thread, with an `Onlooker` that may leave.

        >>> counted = wb.count_problems()
        >>> counted.newest, counted == wb.counted_problems
        (True, True)
        """
        return self._problems.count(self.snapshot)

    @again
    def fix(
        self,
        where: str = "",
        *,
        note: str = "",
        dry_run: bool = False,
        keep: Callable[[Staged], bool] | None = None,
        **which: Unpack[Which],
    ) -> Staged:
        """Stages what the checks suggest for problems, chosen as in `problems`: one operation. Only what is certain is suggested.

        With `dry_run` nothing is kept; `keep` is told what it comes to, and says whether to keep it. Raises `QueryError` and
        `UsageError`.
        """
        snapshot = self.snapshot
        asked, kept = self._without_files(where)
        found = self._problems.fixes(snapshot, self._meant(snapshot, asked or "", which))
        if dry_run or not found.changes or (keep is not None and not keep(Staged(None, *counts(found)))):
            return Staged(None, *counts(found))
        by_hand = which.get("lines") is not None or which.get("path")
        rules, fields = _each(which.get("rules", "*")), _each(which.get("fields", ()))
        recipe = {"fix": rules, "severity": which.get("severity", ""), **({"fields": fields} if fields else {}),
                  "where": None if by_hand else kept, "base": self._bench.facts.get("base", "0")}  # fmt: skip
        added = self._add("fix", note, recipe, found.matched, found.changes, on=snapshot)
        return Staged(added.id, *counts(found))

    def waive(self, reason: str, where: str = "", **which: Unpack[Which]) -> Held:
        """Lets problems, chosen as in `problems`, stay as long as their cells hold what they hold. No operation: no undo.

        Raises `UsageError` for a blank reason: others will read it.
        """
        if not reason.strip():
            raise UsageError("nothing was waived: a reason is needed, others will read it")
        snapshot = self.snapshot
        meant = self._meant(snapshot, where, which)
        return Held(self._problems.waive(snapshot, meant, unbroken(reason), at=now(), by=who()))

    def unwaive(self, where: str = "", **which: Unpack[Which]) -> Held:
        """Takes waivers of problems, chosen as in `problems`, back."""
        snapshot = self.snapshot
        return Held(self._problems.take_back(snapshot, self._meant(snapshot, where, which), at=now(), by=who()))

    def waivers(self) -> pl.DataFrame:
        """Every waiver: `id`, `path`, `rule`, `value`, `reason`, `at`, `by`, whether it `holds` (the
        value is still there), and where its cell is: `table`, `field`, `row`."""
        return self._problems.waivers(self.snapshot)

    def effect(self, choice: Choice | None = None) -> Effect:
        """Which problems of the staged customers what is staged `fixed`, and which it `introduced`; with a `choice` as if what it
        leaves out had never been staged. Ask in a thread."""
        return self._problems.effect(self.snapshot if choice is None else choice.applied(self.snapshot))

    def _meant(self, snapshot: Snapshot, where: str, which: Which) -> Meant:
        from workbench.problems.book import Meant

        customers = self._found(snapshot, where, "customers") if where.strip() else None
        return Meant.of(snapshot.current, customers, which)

    def clusters(
        self, field: str, method: Method | str = "fingerprint", *, table: str = "customers", where: str = ""
    ) -> Clusters:
        """The values of a text field (`city` of a table, or `addresses.city`) that are ways of writing one thing, in the rows of
        its table that `where` finds: by fingerprint, ngram, phonetic or distance, or by a `problems.methods.method` of other
        settings. Raises `QueryError` and `UsageError`."""
        from workbench.problems.clusters import clusters
        from workbench.problems.methods import method as by
        from workbench.search.facets import facet_field

        described, snapshot = facet_field(table, field), self.snapshot
        rows = self._found(snapshot, where, described.table)
        values = snapshot.current[described.table][described.name].gather(rows)
        return clusters(described, values, by(method) if isinstance(method, str) else method, where)

    def stage_clusters(
        self,
        found: Clusters,
        accepted: Collection[str] | None = None,
        *,
        winners: Mapping[str, str] | None = None,
        note: str = "",
        dry_run: bool = False,
    ) -> Staged:
        """Stages the winners of clusters (by id; None: of all) for their other values, as one operation that remembers the method;
        `winners` are other winners by id. Raises `UsageError` for an id that no cluster has."""
        edit = found.edit(accepted, winners)
        if not found.mapping(accepted, winners):
            return Staged(None, 0, 0, 0, 0)
        return self.stage([edit], table=found.field.table, where=found.where, note=note, dry_run=dry_run)

    def rename_value(
        self,
        field: str,
        old: Value | Sequence[Value],
        new: str,
        *,
        query: str = "",
        table: str = "customers",
        note: str = "",
        dry_run: bool = False,
    ) -> Staged:
        """Stages `new` for all cells of a field (`city`, or `addresses.city` from any table) that hold `old` (None: that are empty;
        a list: one of several) within what `query` on `table` finds: one operation, whose recipe has the field, the query, and
        what becomes of what.

        What the query picks of this field itself does not count, as in `facet_values`. An empty `new` clears. With `dry_run`
        nothing is kept. Raises `QueryError`, `UsageError`.
        """
        from workbench.search.renaming import renaming

        several = old if isinstance(old, Sequence) and not isinstance(old, str) else [old]
        edits, of, where = renaming(query, known_table(table), field, several, new)
        return self.stage(edits, table=of, where=where, note=note, dry_run=dry_run)

    def profile(self, where: str = "", *, table: str = "customers", compare: bool = False, only: str = "") -> Profile:
        """What the columns of a table hold in the rows that `where` finds, in figures; with `compare` also what they held in
        those rows when they were loaded; with `only` that of one column. Raises `QueryError` and `UsageError`."""
        from workbench.problems.profile import profile

        snapshot = self.snapshot
        rows = self._found(snapshot, where, known_table(table))
        return profile(snapshot, table, rows, where=where, compare=compare, only=only)

    def duplicates(self, where: str = "", *, fields: Collection[str] = (), threshold: float = 0.7) -> Duplicates:
        """The customers that are probably one, among those that `where` finds: compared by `fields` (name, email, phone, address;
        all unless told), in groups of `threshold` (0 to 1) and more, with what speaks for it (see `problems.likeness`)."""
        from workbench.problems.duplicates import duplicates
        from workbench.problems.likeness import weights_of

        snapshot, region = self.snapshot, self.settings.region
        known = {frozenset((one.a, one.b)) for one in self.apart}
        rows = self._found(snapshot, where, "customers")
        weights = weights_of((fields,) if isinstance(fields, str) else fields)
        return duplicates(snapshot.current, rows, known, weights=weights, threshold=threshold, region=region)

    @property
    def apart(self) -> list[Said]:
        """The pairs of customers of whom somebody said that they are no duplicates, oldest first."""
        from workbench.problems.duplicates_apart import apart

        return apart(self._bench.facts)

    def say_apart(self, ids: Collection[str], *, apart: bool = True, note: str = "") -> Held:
        """Remembers that customers (ids) are no duplicates, each two of them, or takes that back: no operation, as a hold.

        How many pairs it was new of. Raises `UsageError` for fewer than two, and for one that the session does not hold.
        """
        from workbench.problems.duplicates_apart import Said, said, with_said
        from workbench.problems.duplicates_merge import rows_of

        rows_of(self.snapshot, list(ids))
        before, word = len(said(self._bench.facts)), Said("", "", apart, now(), who(), unbroken(note))
        self._bench.remember_made(lambda facts: with_said(facts, ids, word))
        return Held(len(said(self._bench.facts)) - before)

    @again
    def stage_merge(
        self, merge: Merge, *, hold: bool = False, note: str = "", dry_run: bool = False, shown: Snapshot | None = None
    ) -> Staged:
        """Stages what a customer gets from its duplicates, and how those are marked: one operation. With `hold` the others are put
        on hold too (that is none). Raises `UsageError` for what does not fit, and if the session is no longer as it was `shown`."""
        from workbench.problems.duplicates_merge import merged, read_of, rows_of

        snapshot = self.snapshot
        if shown is not None and snapshot is not shown:
            raise UsageError("what is staged has changed meanwhile: look at the group again")
        found = merged(snapshot, merge)
        if dry_run:
            return Staged(None, *counts(found))
        if hold:
            rows = pl.Series(rows_of(self.snapshot, list(merge.others)), dtype=pl.UInt32)
            self.hold(rows=rows, note=note or f"duplicate of {merge.survivor}")
        if not found.changes:
            return Staged(None, *counts(found))
        read = read_of(snapshot, merge, found.changes)
        added = self._add("merge", note, merge.recipe(), found.matched, found.changes, on=snapshot, read=read)
        return Staged(added.id, *counts(found))


def _each(names: Sequence[str]) -> list[str]:
    """Names, or the one that was given alone."""
    return [names] if isinstance(names, str) else [*names]
