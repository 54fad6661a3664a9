"""Values made of other fields of the same row: a copy of one, or a template with several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind, field
from workbench.customers.tables import Tables
from workbench.errors import UsageError

_NO_TEXT: Final = (Kind.FLAG, Kind.IDS)
_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def sources(table: str, target: Field, template: str) -> list[Field]:
    """The fields that a template names, in its order: `{first_name}`, and `{customer.company_name}` in a nested table.

    A doubled brace is a brace. Raises `UsageError` for an unknown field, one that is no text, the target itself (done twice the
    edit would do more than done once), a brace alone, and a template without any field.
    """
    found = [_source(table, part[1], template) for part in _PART.finditer(template) if part[0] not in ("{{", "}}")]
    if not found:
        raise UsageError(f"the template {template!r} names no field; for example {{first_name}} {{last_name}}")
    if target in found:
        raise UsageError(f"the template {template!r} holds {target.name} itself; use replace to add to what is there")
    return found


def offered(table: str, target: Field) -> list[str]:
    """The names of the fields that `target` can be copied from, as templates write them: ids and times, which people rarely
    copy, after the others, and the customer's own after those of an item."""
    own = [one.name for one in _texts(table) if one.name != target.name]
    return own + ([f"customer.{one.name}" for one in _texts("customers")] if table != "customers" else [])


def _texts(table: str) -> list[Field]:
    texts = [one for one in FIELDS[table].values() if one.kind not in _NO_TEXT]
    return sorted(texts, key=lambda one: one.kind in (Kind.ID, Kind.TIME))


def filled(tables: Tables, table: str, rows: pl.Series, template: str, edited: Mapping[str, pl.Series]) -> pl.Series:
    """The template's text for each of `rows` (row numbers of `table`), without spaces around it; null where nothing is in it.

    `edited` has fields of the same rows that are already edited, by name.
    """
    texts, columns, end = [], {}, 0
    for number, part in enumerate(_PART.finditer(template)):
        texts.append(pl.lit(template[end : part.start()]))
        end = part.end()
        if part[1] is None:
            texts.append(pl.lit(part[0][0]))
        else:
            columns[str(number)] = _values(tables, table, rows, _source(table, part[1], template), edited).fill_null("")
            texts.append(pl.col(str(number)))
    frame = pl.DataFrame({"": rows, **columns})
    empty = pl.all_horizontal(pl.col(name) == "" for name in columns)
    text = pl.concat_str(*texts, pl.lit(template[end:])).str.strip_chars()
    return frame.select(v=pl.when(~empty & (text != "")).then(text))["v"]


def copied(tables: Tables, table: str, rows: pl.Series, name: str, edited: Mapping[str, pl.Series]) -> pl.Series:
    """The values of the field `name` (see `sources`) for each of `rows`, as they are."""
    return _values(tables, table, rows, _source(table, name, name), edited)


def _source(table: str, name: str | None, template: str) -> Field:
    if name is None:
        raise UsageError(
            f"the template {template!r} has a brace that is not closed or not opened; a brace is written twice"
        )
    inner = name.strip().removeprefix("customer.")
    found = field(table if inner == name.strip() else "customers", inner)
    if found.kind in _NO_TEXT:
        raise UsageError(f"{found.table}.{found.name} is {found.kind}, no text to take up")
    return found


def _values(tables: Tables, table: str, rows: pl.Series, source: Field, edited: Mapping[str, pl.Series]) -> pl.Series:
    if source.table != table:
        return tables.customers[source.name].gather(tables[table]["_customer"].gather(rows))
    return edited[source.name] if source.name in edited else tables[table][source.name].gather(rows)
