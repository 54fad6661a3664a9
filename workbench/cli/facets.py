"""`facets`: how often each value of a field stands in what a query finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from workbench.cli.common import COMMON, Common, Dashed, Flag, opened, put, query, say, say_missing, shown
from workbench.shown.text import count

if TYPE_CHECKING:
    import polars as pl

    from workbench.found import Result
    from workbench.search.facet_values import FacetValues


def facets(
    session: str,
    field: str,
    /,
    *more: str,
    where: Annotated[str, Dashed] = "",
    table: str = "customers",
    ranges: Annotated[bool, Flag] = False,
    common: Common = COMMON,
) -> int:
    """Count the values of a field, or of several, the commonest first.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    field
        The field: payment_term, or one of another table such as addresses.city.
    more
        More fields.
    where
        Only rows of the table that this query finds.
    table
        customers, addresses, contacts or attributes.
    ranges
        Count ranges instead of values: of times by year, month, day or hour, of numbers in even steps.
    """
    with opened(session, common) as workbench:
        found = workbench.search(query(where), table)
        told = [(name, found.facet(name)) for name in (field, *more)]
    say_missing(found.missing)
    if common.json:
        first, *others = [_plain(found, name, facet) for name, facet in told]
        put({**first, "more": others} if others else first)
        return 0
    for place, (name, facet) in enumerate(told):
        if more:
            put(f"{chr(10) if place else ''}{shown(name)}")
        _put(found, name, facet, ranges)
    return 0


def _plain(found: Result, name: str, facet: FacetValues) -> dict[str, Any]:
    from workbench.search.facet_values import span_of
    from workbench.search.facets import facet_query

    spans = [
        {"from": span.low, "to": span.high, "count": rows, "query": facet_query(found.table, name, span)}
        for value, rows in facet.ranged.select("value", "count").iter_rows()
        if value is not None and (span := span_of(value))
    ]
    return {
        "field": name,
        "values": facet.counted.select("value", "count").to_dicts(),
        "queries": [facet_query(found.table, name, value) for value in facet.counted["value"]],
        "cells": facet.total,
        "distinct": facet.distinct,
        "empty": facet.empty,
        "invalid": facet.invalid,
        "ranges": spans,
    }


def _put(found: Result, name: str, facet: FacetValues, ranges: bool) -> None:
    """The lines on stdout, the figures on stderr."""
    lines: pl.DataFrame = facet.listed(ranged=ranges)
    names = {} if ranges else found.called(name, facet.counted["value"])
    for value, rows, label, invalid in lines.select("value", "count", "label", "invalid").iter_rows():
        told = shown(label) if ranges else _told(value, names)
        put(f"{rows:>8,}  {told}{'  (not valid)' if invalid else ''}")
    if ranges and not facet.ranged.height:
        say(f"{shown(name)} has no order: there are no ranges of it")
    more = [f"{facet.empty:,} empty"] if facet.empty else []
    more += [f"{facet.invalid:,} not valid"] if facet.invalid else []
    more += ["--ranges counts them by range"] if facet.ranged.height and not ranges else []
    said = f"{count(facet.counted.height, 'value')} of {shown(name)} in {found.matched:,} {found.table}"
    say("; ".join([said, *more]))


def _told(value: Any, names: dict[str, str]) -> str:
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{shown(names[value])} ({shown(value)})" if value in names else shown(value)
