"""The staged cells of one column in groups of the same change, with what is odd about each and why.

A group is odd if its cells are in conflict, not valid, go over what somebody else wrote since, or could not be reverted; if
more is done to them than to their column mostly (another value where only the case changes); if few come to a value while most
of the column, or most of those that had the same value, come to another one; if few phones get a country code while most get
another one; if they lose something (cleared, cut off, much shorter, entries removed) or come to another number (NET 60 to NET
30). Many single changes of one manner in a column (each phone another number) are one group, with the first as its example.
Which values are the same is `customers.equality`'s rule: nothing and an empty text are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from workbench.customers.equality import alike
from workbench.customers.fields import FIELDS, Kind
from workbench.onlooker import part, step
from workbench.preview.lines import CALLED, WARNINGS
from workbench.preview.manner import CLEARED, CUT, DRASTIC, FEWER, NUMBER, OTHER, SHORTER, added_before, letters, manner
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
_RANKS: Final = {"conflict": 10, "invalid": 9, "over": 8, "irreversible": 7, "beside": 1}
"""How odd it is to be warned of, beside other reasons."""
SIDES: Final = ("before", "after")
COUNTS: Final = (*WARNINGS, "fixed", "introduced")
_AT_ONCE: Final = 100_000
"""So many changes are looked at between two steps."""
_ALIKE: Final = 0.35
_MANNERS: Final = 0.75
_ELSEWHERE: Final = 0.9
"""Which share of a column is done, by the seconds of a million different changes: put together, their manners, what else comes of
their values."""

Reason = tuple[int, pl.Expr, pl.Expr]
"""How odd it makes a group (1 to 10), whether it holds, and what is said of it."""


def grouped(snapshot: Snapshot, column: Column, cells: pl.DataFrame) -> pl.DataFrame:
    """The groups of staged cells (`row`, `before`, `after` and `WARNINGS`) of a column: what the cells of each change (the first's
    `before` and `after`), its `manner`, `row` (their row numbers), how many `different` changes they are, `COUNTS` of the cells,
    `odd` (text, `; ` between reasons) and `rank` (the oddest highest). Steps tell how far it is."""
    sums = [pl.col(name).sum() for name in WARNINGS]
    examples = [pl.col(name).first() for name in SIDES]
    keys = [alike(cells[name]).alias(f"_{name}") for name in SIDES]
    same = cells.group_by(*keys, maintain_order=True).agg(*examples, pl.len().alias("count"), *sums, "row")
    same = same.drop("_before", "_after")
    step(_ALIKE)
    with part(_ALIKE, _MANNERS):
        same = same.with_columns(manner=_manners(same), different=pl.lit(1, dtype=pl.UInt32))
    same = same.with_columns(_was_wrong(snapshot, column, same["before"]), _code=_code(column, same))
    with part(_MANNERS, _ELSEWHERE):
        same = same.with_columns(_elsewhere(same))
    found = _put_together(same)
    wrong = pl.col("_wrong")
    found = found.with_columns(
        fixed=pl.when(wrong).then(pl.col("count") - pl.col("invalid")).otherwise(0),
        introduced=pl.when(wrong).then(0).otherwise("invalid"),
    )
    return _judged(found)


def _manners(changes: pl.DataFrame) -> pl.Series:
    """The manner of each change."""
    parts = [manner(part["before"], part["after"]) for part in _slices(changes)]
    return pl.concat(parts) if parts else manner(changes["before"], changes["after"])


def _slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of a frame, many at a time, with a step before each."""
    for start in range(0, frame.height, _AT_ONCE):
        step(start / frame.height)
        yield frame.slice(start, _AT_ONCE)


def _put_together(found: pl.DataFrame) -> pl.DataFrame:
    """The groups with those of few cells made one for each manner (and warning), where there are several of them."""
    alike = ["manner", "_wrong", "_code", *[pl.col(name) > 0 for name in WARNINGS]]
    few = pl.col("count") <= FEW
    few &= pl.col("_others") == 0
    loose = found.select(l=few & (few.sum().over(alike) > SEVERAL))["l"]
    sums = [pl.col(name).sum() for name in ("count", *WARNINGS, "different")]
    examples = [pl.col(name).first() for name in (*SIDES, "_mine", "_others")]
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
    coming = pl.when(pl.col("different") == 1).then("count").otherwise(0).sum().over(text_of(found["after"]))
    most = coming.max()
    rare = (pl.col("different") == 1) & (coming <= RARE) & (most >= max(MANY, total / 2))
    coded = pl.col("count").sum().over("_code")
    most_coded = coded.filter(pl.col("_code") != "").max()
    code_is_rare = (pl.col("_code") != "") & (coded <= RARE) & (most_coded >= max(MANY, total / 2))
    mostly = "other values" if usual == OTHER else usual
    reasons = [
        *warned(WARNINGS),
        (6, unlike, pl.lit(f"unlike this column (mostly {mostly})")),
        (5, pl.col("_others") > 0, pl.format("rare: of this value {} come to this, {} to another", "_mine", "_others")),
        (4, code_is_rare, pl.format("rare: {} get the country code {}, {} another", coded, "_code", most_coded)),
        (3, rare, pl.format("rare: {} come to this value, {} to another", coming, most)),
        (2, pl.col("manner").is_in(_TOLD), pl.col("manner")),
    ]
    return reasoned(found, reasons)


def warned(names: Iterable[str]) -> list[Reason]:
    """The reasons that are warnings, of these names."""
    return [(_RANKS[name], pl.col(name) > 0, pl.format("{} " + CALLED[name], pl.col(name))) for name in names]


def reasoned(found: pl.DataFrame, reasons: list[Reason]) -> pl.DataFrame:
    """The groups with `odd` (what is said of each reason that holds, the oddest first, `; ` between them) and `rank`."""
    worst = sorted(reasons, key=lambda one: -one[0])
    told = [pl.when(holds).then(text) for _, holds, text in worst]
    ranks = [pl.when(holds).then(rank).otherwise(0) for rank, holds, _ in worst]
    return found.with_columns(odd=pl.concat_str(told, separator="; ", ignore_nulls=True), rank=pl.max_horizontal(ranks))


def _code(column: Column, changes: pl.DataFrame) -> pl.Series:
    """The country code that each change adds to a phone; empty for all else."""
    if FIELDS[column[0]][column[1]].kind is not Kind.PHONE:
        return pl.repeat("", changes.height, dtype=pl.String, eager=True)
    return added_before(changes["before"], changes["after"])


def _elsewhere(changes: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Of changes that are odd in this: how many cells with the value of each (spaces, case and punctuation aside) come to what it
    comes to (`_mine`), and how many come to another value (`_others`); 0 of all else."""
    none = pl.repeat(0, changes.height, dtype=pl.UInt32, eager=True)
    known = changes.select("count", after=text_of(changes["after"]))
    often = known.group_by("after").agg(pl.col("count").sum()).filter(pl.col("count") >= ELSEWHERE)
    if changes["before"].dtype != pl.String or not often.height:
        return none.alias("_mine"), none.alias("_others")
    keys = [part.select(letters(pl.col("before").fill_null(""))).to_series() for part in _slices(changes)]
    known = known.with_columns(pl.concat(keys).alias("key"))
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


def text_of(values: pl.Series) -> pl.Expr:
    """Values as text to look at."""
    if isinstance(values.dtype, pl.List):
        return pl.lit(values).list.join(", ").fill_null("")
    return pl.lit(values).cast(pl.String).fill_null("")
