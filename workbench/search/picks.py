"""Values picked from a facet. They are query text and nothing else: read from a query, changed, written into it again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.errors import QueryError
from workbench.search.facets import Span, facet_field, facet_query
from workbench.search.listed import written
from workbench.search.nodes import Any, Between, Contains, Exact, FieldTest, Node, Not, OneOf
from workbench.search.places import located
from workbench.search.query import parse, tokens
from workbench.search.reading import ROW_END, SEPARATOR

Value = str | bool | Span | None
"""A value of a facet, or a range of its values; None: empty."""

_SEVERAL: Final = 5
"""More picked values than these are written as a list."""


@dataclass(frozen=True, slots=True)
class Picks:
    """What a query says of one field (`name`, as `facet_field` takes it): the values `picked`, of which a row has one, and
    those `excluded`. `before` and `after` are the rest of the query, as it stands before and after them."""

    table: str
    name: str
    before: str
    after: str = ""
    picked: tuple[Value, ...] = ()
    excluded: tuple[Value, ...] = ()

    @property
    def query(self) -> str:
        """The whole query."""
        terms = self._picked_terms()
        terms += [f"-{facet_query(self.table, self.name, value)}" for value in self.excluded]
        before = f"({self.before})" if terms and _segments(self.before) is None else self.before
        return " ".join(part for part in (before, *terms, self.after) if part)

    def _picked_terms(self) -> list[str]:
        texts = [facet_query(self.table, self.name, value) for value in self.picked]
        if len(texts) > _SEVERAL and all(map(_is_word, self.picked)):
            name = facet_query(self.table, self.name, None).removesuffix(':=""')
            return [name + written([str(value or "") for value in self.picked])]
        return [f"({' OR '.join(texts)})"] if len(texts) > 1 else texts

    @property
    def rest(self) -> str:
        """The query without them."""
        return " ".join(part for part in (self.before, self.after) if part)

    def toggled(self, value: Value) -> Picks:
        """With a value picked that was not; not any more if it was."""
        return replace(self, picked=_toggled(self.picked, value), excluded=_without(self.excluded, value))

    def toggled_out(self, value: Value) -> Picks:
        """With a value excluded that was not; not any more if it was."""
        return replace(self, picked=_without(self.picked, value), excluded=_toggled(self.excluded, value))

    def renamed(self, old: Collection[Value], new: Value) -> Picks:
        """With `new` picked in the place of those of the values `old` that were."""
        if not any(value in old for value in self.picked):
            return self
        picked = dict.fromkeys(new if value in old else value for value in self.picked)
        return replace(self, picked=tuple(picked), excluded=_without(self.excluded, new))

    def only(self, value: Value) -> Picks:
        """With this value and no other; with none if it was the only one already."""
        alone = self.picked == (value,) and not self.excluded
        return replace(self, picked=() if alone else (value,), excluded=())


def picks_of(text: str, table: str, name: str) -> Picks:
    """What the query `text` on `table` says of a field. Raises `QueryError` if it does not parse, `UsageError` for the field.

    Picked is what a term of its own says: `field:=a`, `(field:=a OR field:=b)`, `-field:=c`. Everything else is the rest.
    """
    described = facet_field(table, name)
    parse(text)
    segments = _segments(text)
    none = Picks(table, name, text.strip())
    if segments is None:
        return none
    picked: tuple[Value, ...] = ()
    excluded: list[Value] = []
    sides: tuple[list[str], list[str]] = ([], [])
    for segment in segments:
        root = parse(segment).root
        values = _values(root.of if isinstance(root, Not) else root, described, table)
        if values and isinstance(root, Not):
            excluded += values
        elif values and not picked:
            picked = values
        else:
            sides[bool(picked or excluded)].append(segment)
    if not picked and not excluded:
        return none
    return Picks(table, name, " ".join(sides[0]), " ".join(sides[1]), picked, tuple(dict.fromkeys(excluded)))


def picks_elsewhere(text: str, table: str, name: str) -> list[Picks]:
    """What the query `text` on `table` picks of other fields than `name`, of this table and the others, in the registry's order:
    all of that is in force too. Raises `QueryError` if it does not parse."""
    if not text.strip():
        return []
    keys = [
        key if of == table else f"{of}.{key}"
        for of in (table, *(t for t in FIELDS if t != table))
        for key in FIELDS[of]
    ]
    every = [picks_of(text, table, key) for key in keys if key != name]
    return [one for one in every if one.picked or one.excluded]


def _segments(text: str) -> list[str] | None:
    """The terms that a query demands side by side, as they are written; None if it has alternatives."""
    out: list[str] = []
    depth, start = 0, None
    for token in tokens(text)[0]:
        if depth == 0 and token.type == "_OR":
            return None
        if depth == 0 and token.type == "_AND":
            continue
        start = token.start_pos if start is None else start
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if depth == 0 and token.type not in ("KEY", "_MINUS"):
            out.append(text[start : token.end_pos])
            start = None
    return out


def _values(node: Node | None, field: Field, table: str) -> tuple[Value, ...]:
    """The values of a field that a node picks, if it does nothing else; empty otherwise."""
    if isinstance(node, Any):
        each = [_values(one, field, table) for one in node.of]
        return tuple(dict.fromkeys(value for values in each for value in values)) if all(each) else ()
    if not isinstance(node, FieldTest) or node.field.before or not _means(node, field, table):
        return ()
    condition = node.condition
    if field.kind is Kind.FLAG and isinstance(condition, Contains) and condition.text.lower() in ("true", "false"):
        return (condition.text.lower() == "true",)
    if isinstance(condition, Between) and condition.low and condition.high:
        return (Span(condition.low, condition.high),)
    if isinstance(condition, OneOf) and field.kind is not Kind.FLAG:
        return tuple(value or None for value in condition.values)
    if isinstance(condition, Exact) and (field.kind is not Kind.FLAG or not condition.text):
        return (condition.text or None,)
    return ()


def _means(node: FieldTest, field: Field, table: str) -> bool:
    try:
        return located("", node.field, table) is field
    except QueryError:
        return False


def _is_word(value: Value) -> bool:
    """Whether it can stand in a list: its values are read as words are."""
    return not isinstance(value, bool | Span) and not any(end in (value or "") for end in (SEPARATOR, ROW_END))


def _toggled(values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    return _without(values, value) if value in values else (*values, value)


def _without(values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    return tuple(one for one in values if one != value)
