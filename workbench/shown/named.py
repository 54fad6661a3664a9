"""Values that are ids as people read them: by name where somebody is known by that id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.customers.called import called
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.tables import Tables


def named(tables: Tables, table: str, field: str, texts: Sequence[str | None]) -> list[str]:
    """Values of a field, each as the text of a cell (a list of ids with commas between them), with names for known ids."""
    described = FIELDS[table][field]
    if not described.names:
        return [text or "" for text in texts]
    several = described.kind is Kind.IDS
    parts = [(text.split(",") if several else [text]) if text else [] for text in texts]
    known = called(tables, described, {id_ for ids in parts for id_ in ids})
    return [", ".join(known.get(id_, id_) for id_ in ids) for ids in parts]


def named_in(tables: Tables, values: Iterable[tuple[str, Any]]) -> Mapping[str, str]:
    """id -> name of what values point to, each with the path of its cell."""
    known: dict[str, str] = {}
    for path, value in values:
        described = FIELDS["customers"].get(path)
        if value and described is not None and described.names:
            ids = set(value) if isinstance(value, list) else {value}
            known |= {id_: name for id_, name in called(tables, described, ids).items() if id_ in ids}
    return known
