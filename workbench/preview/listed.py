"""Staged cells listed by customer, and one by one: what a group of changes and what a customer open into."""

from __future__ import annotations

import polars as pl

from workbench.onlooker import step, stepwise
from workbench.preview.groups import Groups
from workbench.preview.lines import LINE, WARNINGS, Lines
from workbench.stage.snapshot import Snapshot

_NAMES = ("company_name", "display_name", "id")


def by_customer(groups: Groups) -> Lines:
    """The customers with something staged, a line for each, in the order of their rows."""
    snapshot, cells = groups.snapshot, _marked(groups)
    staged = pl.repeat(False, snapshot.current.customers.height, dtype=pl.Boolean, eager=True)
    staged = staged.scatter(cells["customer"], True)
    customers = staged.arg_true().cast(pl.UInt32)
    cells = cells.with_columns(line=(staged.cum_sum() - 1).gather(cells["customer"]))
    step(0.2)
    counts = {name: _counted(cells["line"].filter(cells[name] > 0), customers.len()) for name in stepwise(WARNINGS)}
    frame = pl.DataFrame({"count": _counted(cells["line"], customers.len()), **counts})
    step(0.4)
    text = pl.concat_str(
        pl.lit(_called(snapshot, customers)), pl.lit(_fields(snapshot, cells, customers.len())), separator=" "
    )
    step(0.6)
    lines = _lines(frame, text)
    step(0.8)
    return Lines(snapshot, lines, [cells])


def _counted(lines: pl.Series, height: int) -> pl.Series:
    """How often each of so many lines is among these."""
    runs = lines.sort().rle().struct.unnest()
    return pl.repeat(0, height, dtype=pl.UInt32, eager=True).scatter(runs["value"], runs["len"])


def _fields(snapshot: Snapshot, cells: pl.DataFrame, height: int) -> pl.Series:
    """The columns in which something of each of so many lines is staged, as text."""
    there: dict[str, pl.Series] = {}
    for number, column in enumerate(stepwise(snapshot.columns)):
        lines = cells["line"].filter(cells["column"] == number)
        there[".".join(column)] = pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(lines, True)
    if not there:
        return pl.Series([], dtype=pl.String)
    told = [pl.when(pl.col(name)).then(pl.lit(name)) for name in there]
    return pl.DataFrame(there).select(pl.concat_str(told, separator=" ", ignore_nulls=True)).to_series()


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
