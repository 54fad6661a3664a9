"""Values that are ids as people read them: by name where somebody is known by that id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from workbench.customers.called import called
from workbench.customers.fields import FIELDS, Kind
from workbench.customers.tables import Tables

_QUOTED: Final = re.compile(r'"([^"\s…]+)(["…])')
"""An id as it stands in a reason: quoted, and cut where the reason would have become too long."""


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


def reason_named(tables: Tables, reason: str) -> str:
    """Why something became of a customer, with names for known ids in it, where it tells of a field that points to somebody."""
    pointers = [field for field in FIELDS["customers"].values() if field.names and field.name in reason]
    ids = {hit[1] for hit in _QUOTED.finditer(reason)} if pointers else set()
    known: dict[str, str] = {}
    for field in pointers if ids else ():
        known |= called(tables, field, ids)

    def name(hit: re.Match[str]) -> str:
        begins, ends = hit.groups()
        of = [begins] if ends == '"' else [id_ for id_ in known if id_.startswith(begins)]
        return f"{known[of[0]]}{ends.strip(chr(34))}" if len(of) == 1 and of[0] in known else hit[0]

    return _QUOTED.sub(name, reason)
