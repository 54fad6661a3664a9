"""Staged cells listed by customer, and one by one: what a group of changes and what a customer open into."""

from __future__ import annotations

import polars as pl

from workbench.preview.groups import Groups
from workbench.preview.lines import LINE, WARNINGS, Lines
from workbench.stage.snapshot import Snapshot

_NAMES = ("company_name", "display_name", "id")


def by_customer(groups: Groups) -> Lines:
    """The customers with something staged, a line for each, in the order of their rows."""
    snapshot = groups.snapshot
    cells = _marked(groups).with_columns(line=pl.col("customer").rank("dense") - 1)
    names = pl.Series([".".join(column) for column in snapshot.columns], dtype=pl.String)
    fields = names.gather(cells["column"]).alias("field")
    grouped = cells.with_columns(fields).group_by("line", maintain_order=True).agg(
        pl.len().alias("count"), *(pl.col(name).sum() for name in WARNINGS),
        pl.col("customer").first(), pl.col("field").unique(maintain_order=True).str.join(" "),
    ).sort("line")  # fmt: skip
    text = pl.lit(_called(snapshot, grouped["customer"])) + pl.lit(" ") + pl.col("field")
    return Lines(snapshot, _lines(grouped, text), [cells])


def one_by_one(groups: Groups, cells: pl.DataFrame) -> Lines:
    """These cells (some of `marked`), a line for each."""
    snapshot = groups.snapshot
    cells = cells.with_columns(line=pl.int_range(pl.len()), count=pl.lit(1))
    names = pl.Series([".".join(column) for column in snapshot.columns], dtype=pl.String)
    text = pl.lit(_called(snapshot, cells["customer"])) + pl.lit(" ") + pl.lit(names.gather(cells["column"]))
    return Lines(snapshot, _lines(cells, text), [cells])


def of_group(groups: Groups, line: int) -> Lines:
    """The cells of a group, one by one."""
    return one_by_one(groups, _marked(groups).filter(pl.col("line") == line))


def of_customer(groups: Groups, customer: int) -> Lines:
    """The cells of a customer (row number), one by one, in the order of the columns."""
    mine = _marked(groups).filter(pl.col("customer") == customer).sort("column", "row")
    return one_by_one(groups, mine)


def _marked(groups: Groups) -> pl.DataFrame:
    """All staged cells: `line` (of the group), `column`, `row`, `customer`, and 1 or 0 for each warning."""
    cells = groups.cells.with_columns(customer=groups.customers)
    found = {name: pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True) for name in WARNINGS}
    for name, marks in found.items():
        warned = groups.warned(name)
        if warned:
            found[name] = marks | groups.are_among(warned)
    return cells.with_columns(pl.Series(name, marks).cast(pl.UInt32) for name, marks in found.items())


def _lines(frame: pl.DataFrame, text: pl.Expr) -> pl.DataFrame:
    rank = [pl.when(pl.col(name) > 0).then(len(WARNINGS) - place).otherwise(0) for place, name in enumerate(WARNINGS)]
    made = frame.select("count", *WARNINGS, rank=pl.max_horizontal(rank), text=text.str.to_lowercase())
    return made.select(pl.col(name).cast(kind) for name, kind in LINE.items())


def _called(snapshot: Snapshot, customers: pl.Series) -> pl.Series:
    frame = snapshot.current.customers
    return pl.select(
        t=pl.concat_str([pl.lit(frame[n].gather(customers)) for n in _NAMES], separator=" ", ignore_nulls=True)
    )["t"]
