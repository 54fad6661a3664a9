"""`facets`: how often each value of a field stands in what a query finds."""

from __future__ import annotations

from typing import Annotated, Any

from workbench.cli.common import COMMON, Common, Dashed, opened, put, query, say, shown


def facets(
    session: str,
    field: str,
    /,
    *,
    where: Annotated[str, Dashed] = "",
    table: str = "customers",
    common: Common = COMMON,
) -> int:
    """Count the values of a field, the commonest first.

    Parameters
    ----------
    session
        A name, or a path that ends in .session.
    field
        The field: payment_term, or one of another table such as addresses.city.
    where
        Only rows of the table that this query finds.
    table
        customers, addresses, contacts or attributes.
    """
    with opened(session, common) as workbench:
        found = workbench.search(query(where), table)
        counted = found.facets(field)
        names = {} if common.json else found.called(field, counted["value"])
    if common.json:
        put({"field": field, "values": counted.to_dicts()})
        return 0
    for value, count in counted.iter_rows():
        put(f"{count:>8,}  {_told(value, names)}")
    say(f"{counted.height:,} values of {shown(field)} in {found.matched:,} {table}")
    return 0


def _told(value: Any, names: dict[str, str]) -> str:
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{shown(names[value])} ({shown(value)})" if value in names else shown(value)
