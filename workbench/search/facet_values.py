"""The values of one field within a result, as a panel lists them: counted, called by name, narrowed, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from workbench.customers.fields import Field, Kind
from workbench.customers.tables import Tables
from workbench.search.completion import labelled
from workbench.search.facet_ranges import ranges
from workbench.search.facets import Span, facet_field, facets
from workbench.search.picks import Picks, Value
from workbench.stage.invalid import invalid_values

if TYPE_CHECKING:
    from workbench.search.columns import Columns

_TOLD: Final = {"value": pl.String(), "count": pl.UInt32(), "label": pl.String()}
_LINES: Final = {**_TOLD, "invalid": pl.Boolean()}


@dataclass(frozen=True, slots=True)
class FacetValues:
    """What a query picks of a field (`picks`), and what there is to pick.

    `counted` has a line for each value in what the rest of the query finds, the commonest first: `value`, `count`,
    `label`, what people read, and whether it is `invalid`. A value that is picked and not there has the count 0 and comes first.
    `ranged` has a line for each range of values, the lowest first, and for the empty cells, with the same columns: there `value`
    is the range's text (see `span_of`). It has none for fields without an order.
    """

    picks: Picks
    counted: pl.DataFrame
    ranged: pl.DataFrame

    @property
    def of_times(self) -> bool:
        """Whether the field holds times: there ranges say more than values."""
        return facet_field(self.picks.table, self.picks.name).kind is Kind.TIME

    @property
    def total(self) -> int:
        """How many cells (of a list of ids: ids) were counted."""
        return int(self.counted["count"].sum())

    @property
    def empty(self) -> int:
        """How many cells are empty."""
        return int(self.counted.select(pl.col("count").filter(pl.col("value").is_null()).sum()).item())

    @property
    def invalid(self) -> int:
        """How many cells hold a value that breaks a documented limit."""
        return int(self.counted.select(pl.col("count").filter("invalid").sum()).item())

    @property
    def distinct(self) -> int:
        """How many different values there are; empty is none."""
        return int(self.counted.select((pl.col("value").is_not_null() & (pl.col("count") > 0)).sum()).item())

    def listed(self, part: str = "", *, by_value: bool = False, ranged: bool = False) -> pl.DataFrame:
        """The lines whose label holds `part` in any case; `by_value` sorts them by label instead of by count. With `ranged`
        the ranges, in their order or by count."""
        lines = self.ranged if ranged else self.counted
        if part:
            lines = lines.filter(pl.col("label").str.to_lowercase().str.contains(part.lower(), literal=True))
        if ranged:
            return lines.sort("count", descending=True, maintain_order=True) if by_value else lines
        return lines.sort(pl.col("label").str.to_lowercase(), maintain_order=True) if by_value else lines


def span_of(text: str) -> Span:
    """The range that a line of `ranged` is about."""
    low, _, high = text.partition("..")
    return Span(low, high)


def facet_values(
    tables: Tables, base: Tables, picks: Picks, rows: pl.Series, columns: Columns | None = None
) -> FacetValues:
    """The values of the field of `picks` in `rows` (row numbers of its table): those that the rest of the query finds.

    `base` says which ids the server knows: another one is invalid. `columns` are those kept of `tables`.
    """
    described = facet_field(picks.table, picks.name)
    found = facets(tables, picks.table, rows, picks.name, columns)
    every: list[Value] = [*picks.picked, *picks.excluded]
    wanted = [value for value in every if not isinstance(value, Span)]
    there = set(found["value"].filter(found["value"].is_in(pl.Series(wanted, dtype=found["value"].dtype).implode())))
    if found["value"].null_count():
        there.add(None)
    missing = [value for value in wanted if value not in there]
    lost = pl.DataFrame({"value": missing, "count": 0}, schema=found.schema)
    both = pl.concat([lost, found])
    wrong = pl.repeat(False, both.height, dtype=pl.Boolean, eager=True)
    if described.editable and described.kind is not Kind.FLAG:
        wrong = invalid_values(base, described, both["value"]).is_not_null()
    labels = labelled(tables, described, both["value"])
    return FacetValues(
        picks,
        both.with_columns(labels.alias("label"), wrong.alias("invalid")),
        _ranged(described, found, [value for value in every if isinstance(value, Span)]),
    )


def _ranged(field: Field, found: pl.DataFrame, picked: list[Span]) -> pl.DataFrame:
    """The ranges, with those before them that are picked and not among them, and the empty cells after them."""
    there = ranges(field, found)
    if not there.height and not picked:
        return pl.DataFrame(schema=_LINES)
    spans = [(Span(low, high), count) for low, high, count in there.iter_rows()]
    known = {span for span, _ in spans}
    lines = [(span.text, count, span.label) for span, count in [*((p, 0) for p in picked if p not in known), *spans]]
    empty = int(found.filter(pl.col("value").is_null())["count"].sum())
    rows: list[tuple[str | None, int, str]] = [*lines, *([(None, empty, "(empty)")] if empty else [])]
    return pl.DataFrame(rows, schema=_TOLD, orient="row").with_columns(invalid=pl.lit(False))
