"""What a plain word looks into: which columns of a table, and which of them only for a part of a UUID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.search.reading import SEPARATOR

Names = dict[str, dict[str, str]]
"""Field of `customers` -> id -> the name that people see for it."""

_NAMED: Final = ("sales rep", "price list")
_AUTHORS: Final = ("created_by", "updated_by")
_LINKS: Final = ("customer_id", "owner_id")
_UUID: Final = "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_SHAPE: Final = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
_AS_SHAPE: Final = str.maketrans("0123456789abcdef", "x" * 16)
_SEEN: Final = 1_000
_OFTEN: Final = 10
"""Where of the first that are seen each stands about this often, only the different ids are looked at."""
_SHORTEST: Final = 6
"""A shorter word ("ace", "beef") would find ids by chance."""


@dataclass(frozen=True, slots=True)
class Source:
    """A column as words see it: its values or, if `named`, what the ids in it are called."""

    field: Field
    named: bool = False

    @property
    def key(self) -> str:
        """A name for it, unlike that of any other source of its table."""
        return f"{self.field.name} named" if self.named else self.field.name

    @property
    def link(self) -> bool:
        """Whether it only repeats the id of the row's customer, which is found in `customers`."""
        return self.field.table != "customers" and self.field.name in _LINKS

    def text(self, names: Names) -> pl.Expr:
        """Its text row by row (String), empty where there is none."""
        column, several = pl.col(self.field.name), self.field.kind is Kind.IDS
        if self.named and not names.get(self.field.name):
            column = pl.repeat("", pl.len())
        elif self.named:
            column = _named(column, names[self.field.name], several)
        elif several:
            column = column.list.join(SEPARATOR, ignore_nulls=True)
        return column.fill_null("").alias(self.key)


def sources_of(table: str) -> tuple[Source, ...]:
    """What words look into: all but flags, times, and who wrote a row."""
    fields = [f for f in FIELDS[table].values() if f.kind not in (Kind.FLAG, Kind.TIME) and f.name not in _AUTHORS]
    return (*map(Source, fields), *(Source(f, named=True) for f in fields if f.names in _NAMED))


def all_uuids(source: Source, column: pl.Series) -> bool:
    """Whether a source is an id, or a list of ids, and every value of its column that is not empty is a UUID."""
    if source.named or source.field.kind not in (Kind.ID, Kind.IDS):
        return False
    ids = column.explode() if source.field.kind is Kind.IDS else column
    if ids.head(_SEEN).n_unique() * _OFTEN < _SEEN:
        ids = ids.unique()
    lengths = ids.str.len_bytes()
    if not lengths.is_in([0, len(_SHAPE)]).all():
        return False
    return bool((ids.str.contains(_UUID) | (lengths == 0)).all())


def fits_uuid(parts: tuple[str, ...]) -> bool:
    """Whether a lower-case word could be part of a UUID, and has six or more characters."""
    shapes = [part.translate(_AS_SHAPE) for part in parts]
    plain = all(set(part) <= set("0123456789abcdef-") for part in parts)
    return plain and sum(map(len, parts)) >= _SHORTEST and all(shape in _SHAPE for shape in shapes)


def _named(ids: pl.Expr, names: dict[str, str], several: bool) -> pl.Expr:
    if several:
        said = pl.element().replace_strict(names, default=None, return_dtype=pl.String)
        return ids.list.eval(said).list.join(SEPARATOR, ignore_nulls=True)
    return ids.replace_strict(names, default=None, return_dtype=pl.String)
