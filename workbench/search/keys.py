"""Queries with lists of keys: which of them no row has, which field pasted keys are of, and how a query is kept without files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.customers.tables import Tables
from workbench.errors import QueryError, UsageError
from workbench.search.conditions import met
from workbench.search.ground import Ground
from workbench.search.listed import file_lines, forms, values_of, written
from workbench.search.mistakes import Unfit
from workbench.search.names import called_of
from workbench.search.nodes import All, Any, FieldTest, Group, LinesOf, Node, Not, OneOf
from workbench.search.places import located
from workbench.search.query import LONGEST, parse, tokens

_FIRST = ("id", "display_id", "reference_id")
"""The fields that keys are of where several would do."""


def has_list(text: str) -> bool:
    """Whether a query may hold a list: cheap, and never wrong about one that does."""
    return "@" in text or "=(" in text


def missing(ground: Ground, text: str, table: str) -> tuple[str, ...]:
    """The values of the lists of a query on `table` that no row has in that field, as they are written; raises `QueryError`.

    Whether a row is found by the whole query does not matter: a key is missing if the session does not hold it.
    """
    root = parse(text).root if has_list(text) else None
    lost: dict[str, None] = {}
    for test, at in _lists(root, table):
        field = located(text, test.field, at)
        tables = ground.base if test.field.before else ground.current
        lost |= dict.fromkeys(_missing(tables, field, test.condition))  # type: ignore[arg-type]
    return tuple(lost)


def nearly(ground: Ground, text: str, table: str) -> dict[str, str]:
    """For those values of `missing` that rows hold but for blanks or case: what such a row holds. Raises `QueryError`."""
    root = parse(text).root if has_list(text) else None
    near: dict[str, str] = {}
    for test, at in _lists(root, table):
        field = located(text, test.field, at)
        tables = ground.base if test.field.before else ground.current
        lost = pl.DataFrame({"key": _missing(tables, field, test.condition)}, schema={"key": pl.String})  # type: ignore[arg-type]
        if lost.height and field.kind not in (Kind.FLAG, Kind.IDS):
            held = tables[field.table].filter(~pl.col("_gone")).select(held=pl.col(field.name).cast(pl.String)).unique()
            alike = lost.join(held, left_on=_bare("key"), right_on=_bare("held")).sort("held")
            near |= dict(alike.select("key", "held").iter_rows())
    return near


def _bare(name: str) -> pl.Expr:
    """A text without the blanks at its ends, with single ones inside, in no case."""
    return pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def files_of(text: str) -> tuple[str, ...]:
    """The paths of the files that a query would read; none of one that does not parse."""
    if "@" not in text:
        return ()
    try:
        root = parse(text).root
    except QueryError:
        return ()
    return tuple(test.condition.path for test, _ in _lists(root, "") if isinstance(test.condition, LinesOf))


def portable(text: str) -> str | None:
    """The query with the lines of its files in their place: what may be kept, and means the same on any machine.

    None if that is longer than a query can be. Raises `QueryError` as a search does.
    """
    if not files_of(text):
        return text
    out, before = text, None
    for token in reversed(tokens(text)[0]):
        if before is not None and token.type == "KEY" and before.start_pos == token.end_pos:
            path = _path(str(token) + str(before))
            if path is not None:
                try:
                    lines = file_lines(path)
                except Unfit:
                    return text
                name = str(token).rstrip(":=")
                made = f"{name}{written(lines)}" if lines else f"({name}:=x -{name}:=x)"
                out = out[: token.start_pos] + made + out[before.end_pos :]
        before = token
    try:
        return out if len(out) <= LONGEST and parse(out) else None
    except QueryError:
        return None


def keys_query(tables: Tables, table: str, keys: Sequence[str]) -> str:
    """The query that finds these keys: of the field of `table` that holds most of them, `id` if none holds any.

    Raises `UsageError` for no key, and for so many that they need a file.
    """
    if not keys:
        raise UsageError("there is no key in what was pasted")
    fields = [field for field in FIELDS[table].values() if field.kind not in (Kind.FLAG, Kind.TIME, Kind.IDS)]
    fields.sort(key=lambda field: _FIRST.index(field.name) if field.name in _FIRST else len(_FIRST))
    wanted, alive = OneOf(tuple(keys)), ~tables[table]["_gone"]
    held = [
        tables[table][field.name].filter(met(tables[table][field.name], wanted, field.kind) & alive).n_unique()
        for field in fields
    ]
    best = fields[max(range(len(fields)), key=held.__getitem__)]
    query = f"{best.name}{written(keys)}"
    try:
        parse(query)
    except QueryError:
        many = f"{len(keys):,} keys are too many to paste"
        raise UsageError(
            f'{many}: put them into a file, a key on each line, and search for {best.name}:@"FILE"'
        ) from None
    return query


def _lists(node: Node | None, table: str) -> Iterator[tuple[FieldTest, str]]:
    """The conditions below a node that are lists, each with the table whose own fields are meant there."""
    if isinstance(node, All | Any):
        for one in node.of:
            yield from _lists(one, table)
    elif isinstance(node, Not):
        yield from _lists(node.of, table)
    elif isinstance(node, Group):
        yield from _lists(node.of, node.table)
    elif isinstance(node, FieldTest) and isinstance(node.condition, OneOf | LinesOf):
        yield node, table


def _missing(tables: Tables, field: Field, condition: OneOf | LinesOf) -> list[str]:
    try:
        values = [value for value in values_of(condition) if value]
    except Unfit:
        return []
    asked = [(value, form) for value in values for form in forms(condition, value)]
    wanted = pl.DataFrame(asked, schema={"value": pl.String, "form": pl.String}, orient="row")
    there = wanted.filter(_known(tables, field, wanted["form"]))["value"]
    return (
        pl.Series(values, dtype=pl.String).filter(~pl.Series(values, dtype=pl.String).is_in(there.implode())).to_list()
    )


def _known(tables: Tables, field: Field, wanted: pl.Series) -> pl.Series:
    """Whether each text is a value of a field in a row that is there, or what is meant by one is called so."""
    frame = tables[field.table]
    held = frame[field.name].filter(~frame["_gone"])
    if field.kind is Kind.FLAG:
        return pl.repeat(True, wanted.len(), dtype=pl.Boolean, eager=True)
    if field.kind is Kind.IDS:
        held = held.explode(empty_as_null=True, keep_nulls=True)
    known = wanted.is_in(held.drop_nulls().unique().implode())
    if not field.names:
        return known
    named = called_of(tables, field)
    return known | wanted.is_in(named.filter(pl.col("id").is_in(held.implode()))["name"].drop_nulls().implode())


def _path(text: str) -> str | None:
    """The file that `field:@FILE` reads, or None for another condition."""
    node = parse(text).root
    return node.condition.path if isinstance(node, FieldTest) and isinstance(node.condition, LinesOf) else None
