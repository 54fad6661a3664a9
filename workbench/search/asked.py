"""Which fields a query asks about: those whose columns it filters."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.search.nodes import All, Any, Changed, FieldName, FieldTest, Group, Node, Not
from workbench.search.query import parse


def asked_fields(text: str, table: str) -> frozenset[str]:
    """The names of the fields of `table` that the query `text` has a condition on; raises `QueryError` as a search does.

    >>> asked_fields('payment_term:"NET 30" -has:email acme', "customers")
    frozenset({'payment_term', 'email'})
    """
    root = parse(text).root if text.strip() else None
    return frozenset(field.name for field in _fields(root, table, table)) if root is not None else frozenset()


def _fields(node: Node, table: str, at: str) -> Iterator[FieldName]:
    """The fields of `table` below a node whose own fields are those of the table `at`."""
    if isinstance(node, All | Any):
        for one in node.of:
            yield from _fields(one, table, at)
    elif isinstance(node, Not):
        yield from _fields(node.of, table, at)
    elif isinstance(node, Group):
        yield from _fields(node.of, table, node.table)
    elif isinstance(node, FieldTest | Changed) and (node.field.table or at) == table:
        yield node.field
