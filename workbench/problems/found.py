"""What the checks found, less what was waived: counts by rule, and a line for each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import polars as pl

from workbench.customers.paths import cell_paths
from workbench.customers.tables import Tables
from workbench.displayed import Displayed
from workbench.problems.inspector import Hits

LINE: Final = ("id", "path", "rule", "severity", "value", "suggestion", "message")
"""The columns that people and scripts see."""


@dataclass(frozen=True)
class Problems(Displayed, told=("count", "waived")):
    """The problems of some customers. `hits` are those of each check and column, `waived` counts those that are left out because
    they were waived, `failed` says in one line each which checks could not be asked. `of_base` finds the same in base."""

    tables: Tables
    hits: tuple[Hits, ...]
    waived: int = 0
    of_base: Callable[[], Problems] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many cells have each problem: rule -> count, in the order of the checks."""
        counts: dict[str, int] = {}
        for one in self.hits:
            if one.frame.height:
                counts[one.check.rule] = counts.get(one.check.rule, 0) + one.frame.height
        return counts

    @cached_property
    def suggested(self) -> dict[str, int]:
        """How many of them come with a suggestion: rule -> count, of those rules that have any."""
        counts: dict[str, int] = {}
        for one in self.hits:
            if certain := one.frame.height - one.frame["suggestion"].null_count():
                counts[one.check.rule] = counts.get(one.check.rule, 0) + certain
        return counts

    @cached_property
    def by_field(self) -> dict[str, int]:
        """How many problems each field has: `phone`, `addresses.city`, .. -> count, in the order of the checks."""
        counts: dict[str, int] = {}
        for one in self.hits:
            if one.frame.height:
                name = one.column[1] if one.column[0] == "customers" else ".".join(one.column)
                counts[name] = counts.get(name, 0) + one.frame.height
        return counts

    @cached_property
    def before(self) -> Mapping[str, int]:
        """`by_field` as base has it: before what was staged. The checks are asked when it is, and only what differs."""
        return self.by_field if self.of_base is None else self.of_base().by_field

    @property
    def count(self) -> int:
        """How many problems there are."""
        return sum(self.counts.values())

    @property
    def failed(self) -> tuple[str, ...]:
        """The checks that could not be asked, and why, one line each."""
        return tuple(dict.fromkeys(one.trouble for one in self.hits if one.trouble))

    def frame(self, limit: int | None = None) -> pl.DataFrame:
        """The problems as lines, those of a check together, by customer: `LINE`, and where the cell is: `table`, `field`, `row`.

        `id` is the customer's, `suggestion` null where none is certain and "" where the cell is to be cleared. With a `limit`
        only so many of the first.
        """
        parts, left = [_NO_LINES], limit
        for hits in self.hits:
            frame = hits.frame if left is None else hits.frame.head(left)
            if frame.height:
                parts.append(self._lines(hits, frame))
            left = None if left is None else left - frame.height
        return pl.concat(parts)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """All lines as plain values, as `--json` prints them."""
        return self.frame().select(LINE).to_dicts()

    def _lines(self, hits: Hits, frame: pl.DataFrame) -> pl.DataFrame:
        (table, name), rows = hits.column, frame["row"]
        owners = rows if table == "customers" else self.tables[table]["_customer"].gather(rows)
        return pl.DataFrame(
            {
                "id": self.tables.customers["id"].gather(owners),
                "path": cell_paths(self.tables, table, name, rows),
                "value": as_text(self.tables[table][name].gather(rows)),
                "suggestion": frame["suggestion"].cast(pl.String),
                "message": frame["message"].cast(pl.String),
                "row": rows,
            }
        ).with_columns(
            rule=pl.lit(hits.check.rule), severity=pl.lit(hits.check.severity), table=pl.lit(table), field=pl.lit(name)
        ).select(list(_NO_LINES.columns))  # fmt: skip


def as_text(values: pl.Series) -> pl.Series:
    """Values of any kind as text; null stays null."""
    if isinstance(values.dtype, pl.List):
        return values.list.join(",", ignore_nulls=True)
    return values.cast(pl.String)


def of_customers(tables: Tables, hits: Sequence[Hits], customers: pl.Series) -> tuple[Hits, ...]:
    """Those of the hits that customers (row numbers) and their items have."""
    chosen = pl.repeat(False, tables.customers.height, dtype=pl.Boolean, eager=True)
    chosen = chosen.scatter(customers, True) if customers.len() else chosen
    found = []
    for one in hits:
        table, rows = one.column[0], one.frame["row"]
        owners = rows if table == "customers" else tables[table]["_customer"].gather(rows)
        found.append(replace(one, frame=one.frame.filter(chosen.gather(owners))))
    return tuple(found)


def of_cells(hits: Sequence[Hits], cells: pl.DataFrame) -> tuple[Hits, ...]:
    """Those of the hits that are in these cells: `table`, `field`, `row`, and the `rule` if only that is meant."""
    by = [name for name in ("table", "field", "rule") if name in cells.columns]
    rows = {key: part["row"] for key, part in cells.partition_by(by, as_dict=True).items()}
    return tuple(
        replace(one, frame=_only(one.frame, rows.get((*one.column, one.check.rule)[: len(by)]))) for one in hits
    )


def _only(frame: pl.DataFrame, rows: pl.Series | None) -> pl.DataFrame:
    return frame.head(0) if rows is None else frame.filter(pl.col("row").is_in(rows.implode()))


_NO_LINES: Final = pl.DataFrame(
    schema={**dict.fromkeys(LINE, pl.String), "table": pl.String, "field": pl.String, "row": pl.UInt32}
)
