"""The query language answered the slow way: row by row and value by value in plain Python, by the rules of its page.

It shares the parser with the workbench and nothing else. It knows ASCII only, and no ids that are UUIDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any as AnyType

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.search import nodes
from workbench.search.query import parse

NESTED = ("addresses", "contacts", "attributes")
Row = dict[str, AnyType]


class Naive:
    """`current` and `base`: table -> rows; `told` answers what only a session knows: (kind, what, table) -> row numbers."""

    def __init__(
        self,
        current: dict[str, list[Row]],
        base: dict[str, list[Row]],
        names: dict[str, dict[str, str]],
        told: dict[tuple[str, str, str], set[int]],
    ) -> None:
        self.current, self.base, self.names, self.told = current, base, names, told

    def found(self, text: str, table: str) -> list[int]:
        """The numbers of the rows that are there and that the query finds."""
        root = parse(text).root
        alive = [row for row in range(len(self.current[table])) if self.alive(table, row)]
        return [row for row in alive if root is None or self.holds(root, table, row)]

    def alive(self, table: str, row: int) -> bool:
        one = self.current[table][row]
        return not one["_gone"] and not (table != "customers" and self.current["customers"][one["_customer"]]["_gone"])

    def holds(self, node: nodes.Node, table: str, row: int) -> bool:
        match node:
            case nodes.Not(of):
                return not self.holds(of, table, row)
            case nodes.All(of):
                return all(self.holds(one, table, row) for one in of)
            case nodes.Any(of):
                return any(self.holds(one, table, row) for one in of)
            case nodes.Group(source, of):
                return any(self.holds(of, source, one) for one in self.related(table, row, source))
            case nodes.Word(parts):
                return self.has_word(parts, table, row)
            case nodes.FieldTest(field, condition):
                return self.tested(field, condition, table, row)
            case nodes.Changed(field):
                of = self.located(field, table)
                rows = self.told.get(("changed", of.name, of.table), set())
                return any(one in rows for one in self.related(table, row, of.table))
            case nodes.Is("active" | "inactive" as mark):
                source = table if "status" in FIELDS[table] else "customers"
                statuses = [self.current[source][one]["status"] for one in self.related(table, row, source)]
                return any((status or "").lower() == mark for status in statuses)
            case nodes.Is(mark):
                return row in self.told.get(("is", mark, table), set())
            case nodes.Became(outcome):
                rows = self.told.get(("outcome", outcome, "customers"), set())
                return any(one in rows for one in self.related(table, row, "customers"))
            case nodes.Did(number):
                return row in self.told.get(("op", str(number), table), set())
            case nodes.Problem(pattern):
                return row in self.told.get(("problem", pattern, table), set())
        raise AssertionError(node)

    def related(self, table: str, row: int, source: str) -> list[int]:
        """The rows of another table that belong to the same customer; this row in its own."""
        if source == table:
            return [row]
        customer = row if table == "customers" else self.current[table][row]["_customer"]
        if source == "customers":
            return [customer]
        rows = enumerate(self.current[source])
        return [n for n, one in rows if one["_customer"] == customer and not one["_gone"]]

    def located(self, name: nodes.FieldName, table: str) -> Field:
        if not name.table and name.name not in FIELDS[table]:
            return FIELDS["customers"][name.name]
        return FIELDS[name.table or table][name.name]

    def tested(self, name: nodes.FieldName, condition: nodes.Condition, table: str, row: int) -> bool:
        if not name.table and name.name in NESTED:
            return bool(
                [one for one in self.related(table, row, name.name) if not self.current[name.name][one]["_gone"]]
            )
        field = self.located(name, table)
        side = self.base if name.before else self.current
        rows = self.related(table, row, field.table)
        held = [side[field.table][one][field.name] if one < len(side[field.table]) else None for one in rows]
        return any(self.meets(field, value, condition) for value in held)

    def meets(self, field: Field, value: AnyType, condition: nodes.Condition) -> bool:
        if field.kind is Kind.FLAG:
            return _flag(value, condition)
        if field.kind is Kind.IDS:
            if isinstance(condition, nodes.Filled):
                return bool(value)
            wants_none = condition == nodes.Exact("") or (isinstance(condition, nodes.OneOf) and "" in condition.values)
            return (wants_none and not value) or any(self.meets_id(field, one, condition) for one in value or [])
        return self.meets_id(field, value, condition)

    def meets_id(self, field: Field, value: str | None, condition: nodes.Condition) -> bool:
        called = self.names.get(field.names, {}).get(value or "") if field.names else None
        by_name = called is not None and not isinstance(condition, nodes.Between | nodes.Filled)
        return meets(field.kind, value, condition) or (by_name and meets(Kind.TEXT, called, condition))

    def has_word(self, parts: tuple[str, ...], table: str, row: int) -> bool:
        pattern = re.compile(".*".join(re.escape(part.lower()) for part in parts), re.DOTALL)
        texts = list(self.texts(table, row, links=table != "customers"))
        if table == "customers":
            for source in NESTED:
                for one in self.related(table, row, source):
                    texts += self.texts(source, one, links=False)
        return not any(parts) or any(pattern.search(text.lower()) for text in texts)

    def texts(self, table: str, row: int, *, links: bool) -> Iterable[str]:
        for field in FIELDS[table].values():
            skipped = field.kind in (Kind.FLAG, Kind.TIME) or field.name in ("created_by", "updated_by")
            if skipped or (not links and table != "customers" and field.name in ("customer_id", "owner_id")):
                continue
            value = self.current[table][row].get(field.name)
            ids = value if isinstance(value, list) else [value]
            yield from (one for one in ids if one)
            if field.names in ("sales rep", "price list"):
                yield from (self.names[field.names][one] for one in ids if one in self.names[field.names])


def meets(kind: Kind, value: str | None, condition: nodes.Condition) -> bool:
    """Whether a text meets a condition."""
    if condition == nodes.Exact("") or (isinstance(condition, nodes.OneOf) and "" in condition.values and not value):
        return not value
    if not value:
        return False
    match condition:
        case nodes.Contains(text):
            return text.lower() in value.lower()
        case nodes.Exact(text):
            return value == text
        case nodes.OneOf(values):
            return value in values
        case nodes.Wildcard(parts):
            return re.fullmatch(".*".join(map(re.escape, parts)), value, re.DOTALL | re.IGNORECASE) is not None
        case nodes.Regex(pattern):
            return re.search(pattern, value) is not None
        case nodes.Close(text):
            return _close(value.lower(), text.lower())
        case nodes.Filled():
            return True
        case nodes.Between(low, high, with_low, with_high):
            return _between(kind, value, low, high, with_low, with_high)
    raise AssertionError(condition)


def _between(kind: Kind, value: str, low: str | None, high: str | None, with_low: bool, with_high: bool) -> bool:
    bounds = [bound for bound in (low, high) if bound is not None]
    if kind is not Kind.TIME and all(re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", bound) for bound in bounds):
        try:
            number = float(value)
        except ValueError:
            return False
        above = low is None or (number >= float(low) if with_low else number > float(low))
        return above and (high is None or (number <= float(high) if with_high else number < float(high)))
    if kind is Kind.TIME:
        low, high = ((bound or "").upper().replace(" ", "T") or None for bound in (low, high))
    else:
        value, low, high = value.lower(), low and low.lower(), high and high.lower()
    above = low is None or (value >= low if with_low else value > low and not value.startswith(low))
    return above and (high is None or (value <= high or value.startswith(high) if with_high else value < high))


def _flag(value: bool | None, condition: nodes.Condition) -> bool:
    if isinstance(condition, nodes.Filled):
        return value is not None
    if isinstance(condition, nodes.OneOf):
        return any(_flag(value, nodes.Exact(one)) for one in condition.values)
    if condition == nodes.Exact(""):
        return value is None
    assert isinstance(condition, nodes.Contains | nodes.Exact)
    return value is (condition.text.lower() in ("true", "yes"))


def _close(value: str, wanted: str) -> bool:
    count, allowed = len(wanted.split()), min(max(len(wanted) // 4, 1), 4)
    words = value.split()
    for some in (words, [word.strip(".,;:()'\"") for word in words]):
        runs = [" ".join(some[at : at + count]) for at in range(max(len(some) - count + 1, 1))]
        if any(run and _mistakes(run, wanted) <= allowed for run in runs):
            return True
    return False


def _mistakes(a: str, b: str) -> int:
    """The optimal string alignment distance, by its textbook table."""
    table = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]
