"""Staged cells in groups of the same change, with what is odd about each and why.

A group is odd if its cells are in conflict, not valid, or could not be reverted; if more is done to them than to their column
mostly (another value where only the case changes); if few come to a value while most of the column, or most of those that had
the same value, come to another one; if few phones get a country code while most get another one; if they lose something
(cleared, cut off, much shorter, entries removed) or come to another number (NET 60 to NET 30). Many single changes of one manner
in a column (each phone another number) are one group, with the first as its example. Which values are the same is
`customers.equality`'s rule: nothing and an empty text are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.equality import alike
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.rules import Rules
from workbench.displayed import Displayed
from workbench.onlooker import stepwise
from workbench.preview.beside import Beside
from workbench.preview.habits import Habits
from workbench.preview.irreversible import why_not_back
from workbench.preview.lines import CALLED, WARNINGS, Lines
from workbench.preview.manner import CLEARED, CUT, DRASTIC, FEWER, NUMBER, OTHER, SHORTER, added_before, letters, manner
from workbench.stage.choice import Cells
from workbench.stage.invalid import invalid_values
from workbench.stage.snapshot import Column, Snapshot

FEW: Final = 2
"""Changes of so few cells are put together with others of their manner, when there are more than `SEVERAL` of them."""
SEVERAL: Final = 8
RARE: Final = 3
"""So few cells that come to a value are rare in a column of which `MANY` and half of all come to another."""
MANY: Final = 20
ELSEWHERE: Final = 5
"""So many times as often, and at least so often, the same value must come to another one for a change of it to be odd."""
USUAL: Final = 0.8
"""The manner of so large a part of a column's changes is the usual one there."""

_TOLD: Final = (CLEARED, CUT, NUMBER, SHORTER, FEWER)
_SIDES: Final = ("before", "after")
_COUNTS: Final = (*WARNINGS, "fixed", "introduced")


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Cells of one column (`rows` of its table) that change alike: `count` of them, `different` changes with `before` and
    `after` as an example. Counts of cells: those of `WARNINGS`, `fixed`, `introduced`. `odd` says what is odd, the
    worst first."""

    column: Column
    before: Any
    after: Any
    manner: str
    count: int
    different: int
    conflict: int
    invalid: int
    irreversible: int
    beside: int
    fixed: int
    introduced: int
    odd: tuple[str, ...]
    rows: pl.Series

    @property
    def name(self) -> str:
        """The column as people write it: `payment_term`, `addresses.city`."""
        return self.column[1] if self.column[0] == "customers" else ".".join(self.column)

    @property
    def cells(self) -> Cells:
        """The group's cells."""
        return {self.column: self.rows}


_KEPT: Final = 200
"""So many groups are kept once made: those of a screen are painted again and again."""


class Groups(Displayed, Lines, told=("frame",)):
    """The groups of what is staged in a snapshot. `frame` has a line for each, with `column` and `place` (where it is found) and
    the counts of `ChangeGroup`; a group is made when it is asked for. `beside` are the untouched values that go along and are not
    valid."""

    def __init__(self, snapshot: Snapshot, habits: Habits, rules: Rules | None = None) -> None:
        self._of, self._habits, self._rules = snapshot, habits, rules or Rules()
        self.beside = Beside(snapshot, habits)
        self._marked = {column: self._cells(column) for column in stepwise(snapshot.columns)}
        self._found = [self._grouped(column) for column in stepwise(snapshot.columns)]
        frame = pl.concat([_EMPTY, *(self._lines(number) for number in stepwise(range(len(self._found))))])
        frame = frame.with_row_index("line")
        cells = [self._cells_in(frame.filter(pl.col("column") == n), n) for n in range(len(self._found))]
        self._groups: dict[int, ChangeGroup] = {}
        super().__init__(snapshot, frame.drop("line"), cells)

    def group(self, number: int) -> ChangeGroup:
        """The group with this number."""
        if number not in self._groups:
            if len(self._groups) >= _KEPT:  # a report walks through all of them, a million perhaps
                self._groups.clear()
            self._groups[number] = self._group(number)
        return self._groups[number]

    def _group(self, number: int) -> ChangeGroup:
        column, place = self.frame.row(number)[:2]
        line = self._found[column].row(place, named=True)
        values = {name: _plain(line[name]) for name in ("before", "after")}
        counts = {name: line[name] for name in ("manner", "count", "different", *_COUNTS)}
        odd = tuple(line["odd"].split("; ")) if line["odd"] else ()
        return ChangeGroup(self.columns[column], **values, **counts, odd=odd, rows=self.rows(number))

    def rows(self, number: int) -> pl.Series:
        """The row numbers of a group's cells, sorted."""
        column, place = self.frame.row(number)[:2]
        rows: pl.Series = self._found[column]["row"][place]
        return rows.sort()

    def warned(self, name: str) -> Cells:
        """The cells of which `WARNINGS` has this name."""
        return {column: cells["row"].filter(cells[name]) for column, cells in self._marked.items() if cells[name].any()}

    def total(self, name: str) -> int:
        """The sum of a count over all groups."""
        return int(self.frame[name].sum())

    def _lines(self, number: int) -> pl.DataFrame:
        """The lines of a column's groups."""
        found, named = self._found[number], pl.lit(".".join(self._of.columns[number]) + " ")
        text = named + pl.concat_str(_text(found["before"]), _text(found["after"]), "manner", "odd", separator=" ")
        return found.with_row_index("place").select(
            pl.lit(number, dtype=pl.UInt32).alias("column"),
            "place",
            "count",
            *_COUNTS,
            "rank",
            text=text.str.to_lowercase(),
        )

    def _cells_in(self, lines: pl.DataFrame, number: int) -> pl.DataFrame:
        """Which cells of a column stand in which of the lines of its groups."""
        rows = self._found[number].select("row", line=lines["line"]).explode("row")
        return rows.with_columns(column=pl.lit(number))

    def _grouped(self, column: Column) -> pl.DataFrame:
        cells = self._marked[column]
        sums = [pl.col(name).sum() for name in WARNINGS]
        examples = [pl.col(name).first() for name in _SIDES]
        keys = [alike(cells[name]).alias(f"_{name}") for name in _SIDES]
        same = cells.group_by(*keys, maintain_order=True).agg(*examples, pl.len().alias("count"), *sums, "row")
        same = same.drop("_before", "_after")
        same = same.with_columns(manner=manner(same["before"], same["after"]), different=pl.lit(1, dtype=pl.UInt32))
        same = same.with_columns(_was_wrong(self._of, column, same["before"]), _code=_code(column, same))
        found = _put_together(same.with_columns(_elsewhere(same)))
        wrong = pl.col("_wrong")
        found = found.with_columns(
            fixed=pl.when(wrong).then(pl.col("count") - pl.col("invalid")).otherwise(0),
            introduced=pl.when(wrong).then(0).otherwise("invalid"),
        )
        return _judged(found)

    def _cells(self, column: Column) -> pl.DataFrame:
        snapshot = self._of
        cells = snapshot.staged_cells_of(column).select("row", "before", "after")
        no_way = why_not_back(snapshot, column, cells, self._habits, self._rules)
        return cells.with_columns(
            conflict=_among(cells, snapshot.conflict_cells_of(column)),
            invalid=_among(cells, snapshot.invalid_cells_of(column)),
            irreversible=no_way.is_not_null(),
            beside=self.beside.marks(column, cells["row"]),
        )


def _put_together(found: pl.DataFrame) -> pl.DataFrame:
    """The groups with those of few cells made one for each manner (and warning), where there are several of them."""
    alike = ["manner", "_wrong", "_code", *[pl.col(name) > 0 for name in WARNINGS]]
    few = pl.col("count") <= FEW
    few &= pl.col("_others") == 0
    loose = found.select(l=few & (few.sum().over(alike) > SEVERAL))["l"]
    sums = [pl.col(name).sum() for name in ("count", *WARNINGS, "different")]
    examples = [pl.col(name).first() for name in (*_SIDES, "_mine", "_others")]
    together = found.filter(loose).group_by(
        "manner", "_wrong", "_code", *[(pl.col(name) > 0).alias(f"_{name}") for name in WARNINGS], maintain_order=True
    )  # fmt: skip
    made = together.agg(*sums, *examples, pl.col("row").explode())
    return pl.concat([found.filter(~loose), made.select(found.columns)])


def _judged(found: pl.DataFrame) -> pl.DataFrame:
    """The groups of a column with `odd` (text, `; ` between reasons) and `rank`."""
    total = int(found["count"].sum())
    manners = found.group_by("manner", maintain_order=True).agg(pl.col("count").sum()).sort("count", descending=True)
    usual, share = manners["manner"][0], manners["count"][0] / total
    drastic = pl.col("manner").replace_strict(DRASTIC, return_dtype=pl.Int32)
    unlike = (drastic > DRASTIC[usual]) & pl.lit(share >= USUAL and total >= MANY)
    coming = pl.when(pl.col("different") == 1).then("count").otherwise(0).sum().over(_text(found["after"]))
    most = coming.max()
    rare = (pl.col("different") == 1) & (coming <= RARE) & (most >= max(MANY, total / 2))
    coded = pl.col("count").sum().over("_code")
    most_coded = coded.filter(pl.col("_code") != "").max()
    code_is_rare = (pl.col("_code") != "") & (coded <= RARE) & (most_coded >= max(MANY, total / 2))
    mostly = "other values" if usual == OTHER else usual
    reasons = [
        *(_warned(name) for name in WARNINGS[:-1]),
        (unlike, pl.lit(f"unlike this column (mostly {mostly})")),
        (pl.col("_others") > 0, pl.format("rare: of this value {} come to this, {} to another", "_mine", "_others")),
        (code_is_rare, pl.format("rare: {} get the country code {}, {} another", coded, "_code", most_coded)),
        (rare, pl.format("rare: {} come to this value, {} to another", coming, most)),
        (pl.col("manner").is_in(_TOLD), pl.col("manner")),
        _warned("beside"),
    ]
    told = [pl.when(holds).then(text) for holds, text in reasons]
    ranks = [pl.when(holds).then(len(reasons) - place).otherwise(0) for place, (holds, _) in enumerate(reasons)]
    return found.with_columns(odd=pl.concat_str(told, separator="; ", ignore_nulls=True), rank=pl.max_horizontal(ranks))


def _warned(name: str) -> tuple[pl.Expr, pl.Expr]:
    """Whether lines have a warning, and what is said of it."""
    return pl.col(name) > 0, pl.format("{} " + CALLED[name], pl.col(name))


def _code(column: Column, changes: pl.DataFrame) -> pl.Series:
    """The country code that each change adds to a phone; empty for all else."""
    if FIELDS[column[0]][column[1]].kind is not Kind.PHONE:
        return pl.repeat("", changes.height, dtype=pl.String, eager=True)
    return added_before(changes["before"], changes["after"])


def _elsewhere(changes: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Of changes that are odd in this: how many cells with the value of each (spaces, case and punctuation aside) come to what it
    comes to (`_mine`), and how many come to another value (`_others`); 0 of all else."""
    before, after = changes["before"], _text(changes["after"])
    none = pl.repeat(0, changes.height, dtype=pl.UInt32, eager=True)
    if before.dtype != pl.String:
        return none.alias("_mine"), none.alias("_others")
    known = changes.select("count", key=letters(pl.lit(before.fill_null(""))), after=after)
    ways = known.filter(pl.col("key") != "").group_by("key", "after").agg(_mine=pl.col("count").sum().cast(pl.UInt32))
    most = ways.group_by("key").agg(_others=pl.col("_mine").max()).filter(pl.col("_others") >= ELSEWHERE)
    odd = ways.filter(pl.col("_mine") <= RARE).join(most, on="key").filter(
        pl.col("_others") >= pl.col("_mine") * ELSEWHERE
    )  # fmt: skip
    if not odd.height:
        return none.alias("_mine"), none.alias("_others")
    told = known.join(odd, on=["key", "after"], how="left", nulls_equal=True, maintain_order="left")
    return told["_mine"].fill_null(0), told["_others"].fill_null(0)


def _was_wrong(snapshot: Snapshot, column: Column, before: pl.Series) -> pl.Series:
    """Whether each value that base holds is not valid by itself."""
    field = FIELDS[column[0]][column[1]]
    if field.pointer:
        return pl.repeat(False, before.len(), dtype=pl.Boolean, eager=True).alias("_wrong")
    return invalid_values(snapshot.base, field, before).is_not_null().alias("_wrong")


def _among(cells: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    return cells["row"].is_in(others["row"].implode())


def _text(values: pl.Series) -> pl.Expr:
    """Values as text to look at."""
    if isinstance(values.dtype, pl.List):
        return pl.lit(values).list.join(", ").fill_null("")
    return pl.lit(values).cast(pl.String).fill_null("")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


_EMPTY: Final = pl.DataFrame(
    schema={
        "column": pl.UInt32(),
        "place": pl.UInt32(),
        "count": pl.UInt32(),
        **dict.fromkeys(_COUNTS, pl.UInt32()),
        "rank": pl.Int32(),
        "text": pl.String(),
    }
)
