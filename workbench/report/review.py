"""The report of what is staged: by shape, the oddest first, with what a reader needs to trust it or to say no.

It tells of a session, or of some of its customers: the groups of the same change with examples, what each operation behind them
was for, what to be warned of, which problems it fixes and brings, what was loaded when, and each customer's exact body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Kind
from workbench.customers.paths import Path
from workbench.displayed import Displayed
from workbench.load.loads import Load
from workbench.onlooker import part, step
from workbench.preview.groups import ChangeGroup, Groups
from workbench.preview.lines import WARNINGS
from workbench.preview.preview import Preview
from workbench.problems.effect import Effect
from workbench.report.cells import cells_of
from workbench.session.rows import Operation
from workbench.stage.choice import Choice
from workbench.stage.in_words import in_words
from workbench.stage.snapshot import Snapshot

EXAMPLES: Final = 3
"""So many cells of a group are shown with it."""
REASONS: Final = 8
"""So many different reasons of a warning are told, the commonest first."""

WARNED: Final = {
    "conflict": "in conflict: somebody else changed the value since it was loaded",
    "invalid": "not valid",
    "over": "over what somebody else wrote there since the load, as was decided",
    "irreversible": "cannot be reverted once committed",
    "beside": "in a body that also carries an untouched value that is not valid",
    "held": "held: a commit leaves the customer out, whole",
}
"""What a warning says."""


@dataclass(frozen=True, slots=True)
class About:
    """What the report is of: the session, its origin (or None), the query that chose customers (empty: all), who made it, when."""

    session: str
    origin: str | None
    where: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Step:
    """An operation behind the staged cells: `does` in words, its `note`, and how many of the `cells` are of it."""

    operation: int
    at: str
    by: str
    does: str
    note: str
    cells: int


@dataclass(frozen=True, slots=True)
class Example:
    """A cell of a group: whose it is, its path, both values as texts, and what there is to say of it."""

    customer: str
    id: str
    path: str
    before: str
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A group of the same change (see `ChangeGroup`) as it is told: values as texts, `otherwise` what this server will store
    instead (or None), `operations` that made it, examples; `unseen` of its cells are not accepted."""

    group: ChangeGroup
    customers: int
    before: str
    after: str
    otherwise: str | None
    operations: tuple[int, ...]
    examples: tuple[Example, ...]
    unseen: int


@dataclass(frozen=True, slots=True)
class Warned:
    """What to be warned of: its name (of `WARNED`), how many `cells` (customers, if held), and (reason, count, example) of the
    commonest reasons; `more` reasons are not told."""

    name: str
    count: int
    reasons: tuple[tuple[str, int, str], ...]
    more: int


class ReviewReport(Displayed, told=("preview.changes", "preview.customers")):
    """What is staged of a snapshot in `preview` (all customers, or those that were chosen), which problems that brings and fixes
    (`effect`, asked when it is needed), the session's `operations` and what was loaded when."""

    def __init__(
        self,
        about: About,
        preview: Preview,
        effect: Callable[[], Effect],
        operations: Sequence[Operation],
        loads: Sequence[Load] = (),
        as_of: float | None = None,
    ) -> None:
        self.about, self.preview, self._asked = about, preview, effect
        self.loads, self.as_of = tuple(loads), as_of
        self._operations = {one.id: one for one in operations}

    @cached_property
    def effect(self) -> Effect:
        """Which problems are fixed and brought; it asks every check."""
        return self._asked()

    def made(self) -> None:
        """Makes all that a report tells, so that an onlooker hears how far it is; without this each part is made when it is asked
        for."""
        for first, last, make in (
            (0.0, 0.06, lambda: self.groups),
            (0.06, 0.12, lambda: self.preview.digest),
            (0.12, 0.2, lambda: self.cells),
            (0.2, 0.22, lambda: (self.shapes, self.warnings, self.steps)),
            (0.22, 1.0, lambda: self.effect),
        ):
            with part(first, last):
                make()

    @property
    def notes(self) -> dict[int, str]:
        """The notes of the session's operations, by their numbers."""
        return {number: one.note for number, one in self._operations.items()}

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that it is of."""
        return self.preview.snapshot

    @cached_property
    def groups(self) -> Groups:
        """The groups of the same change."""
        return Groups(self.snapshot, self.preview.habits, self.preview.rules)

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Every staged cell: see `report.cells`."""
        return cells_of(self.groups, self.preview)

    @property
    def sent(self) -> int:
        """How many customers the plan has that the digest names: those that a commit sends, or would once they are accepted."""
        return self.preview.plan.height

    @cached_property
    def shapes(self) -> list[Shape]:
        """The groups, the oddest first."""
        cells = self.cells
        firsts = cells.group_by("line", maintain_order=True).head(EXAMPLES)
        examples = {key[0]: part for key, part in firsts.partition_by("line", as_dict=True).items()}
        counted = cells.group_by("line").agg(pl.col("customer").n_unique(), pl.col("operation").unique().sort())
        sums = {line: (customers, tuple(operations)) for line, customers, operations in counted.iter_rows()}
        snapshot = self.snapshot
        unseen = self.groups.counted({column: snapshot.unseen_cells_of(column)["row"] for column in snapshot.columns})
        return [self._shape(line, examples[line], *sums[line], unseen[line]) for line in self.groups.order()]

    @cached_property
    def steps(self) -> list[Step]:
        """The operations behind the staged cells, oldest first."""
        counts = self.cells.group_by("operation").len().sort("operation")
        found = ((self._operations[number], cells) for number, cells in counts.iter_rows())
        return [Step(one.id, one.at, one.by, in_words(one), one.note, cells) for one, cells in found]

    @cached_property
    def warnings(self) -> list[Warned]:
        """What to be warned of, the worst first; nothing of which there is nothing."""
        cells = self.cells.with_columns(example=pl.format("{} of {}", "path", "id"))
        found = [_warned(name, cells.filter(name), f"why_{name}") for name in WARNINGS]
        held = self.preview.frame.filter(pl.col("held").is_not_null()).select("held", example="id")
        return [one for one in (*found, _warned("held", held, "held")) if one.count]

    @property
    def problems(self) -> Iterator[tuple[str, int, int]]:
        """Each rule with how many problems of it are fixed and introduced, in the order of the checks; those of neither are left
        out."""
        fixed, introduced = self.effect.fixed.counts, self.effect.introduced.counts
        for rule in dict.fromkeys([*fixed, *introduced]):
            yield rule, fixed.get(rule, 0), introduced.get(rule, 0)

    def _shape(
        self, line: int, examples: pl.DataFrame, customers: int, operations: tuple[int, ...], unseen: int
    ) -> Shape:
        step()
        group = self.groups.group(line)
        shown = tuple(
            Example(*row) for row in examples.select("name", "id", "path", "before", "after", "note").iter_rows()
        )
        before, after = ("", group.after) if group.is_new else (shown[0].before, shown[0].after)
        return Shape(group, customers, before, after, self._otherwise(group), operations, shown, unseen)

    def _otherwise(self, group: ChangeGroup) -> str | None:
        table, name = group.column
        if table == "attributes" or group.is_new or group.different > 1 or not self.preview.rules:
            return None
        stored = self.preview.otherwise(Path(table, name), group.before, group.after)
        if stored is None:
            return None
        value = stored[0]
        flag = FIELDS[table][name].kind is Kind.FLAG
        return str(value).lower() if flag else ",".join(value) if isinstance(value, list) else value or ""


def only(snapshot: Snapshot, customers: pl.Series | None) -> Choice:
    """The choice that leaves out what is staged of others than these customers (row numbers; None: nobody)."""
    if customers is None:
        return Choice()
    out = {}
    for column in snapshot.columns:
        rows = snapshot.staged_cells_of(column)["row"]
        out[column] = rows.filter(~snapshot.customers_of(column[0], rows).is_in(customers.implode()))
    return Choice({column: rows for column, rows in out.items() if rows.len()})


def _warned(name: str, cells: pl.DataFrame, why: str) -> Warned:
    reasons = cells.group_by(why, maintain_order=True).agg(pl.len().alias("count"), pl.col("example").first())
    told = reasons.sort("count", descending=True, maintain_order=True).head(REASONS)
    return Warned(name, cells.height, tuple(told.iter_rows()), max(reasons.height - REASONS, 0))
