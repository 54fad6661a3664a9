"""Unknown keys, thousands at a time: learnt from a few records, decoded with the rest, and gathered under `_extra`.

Polars decodes texts and flags as they are. A number would lose its digits and an object needs a type of its own, so
these are first put into texts (`customers.packed`). What was not learnt is no loss: `customers.whole` counts, and the
record is read by `customers.odd`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import orjson
import polars as pl

from workbench.customers.answer import ANSWER, ARRAYS, CUSTOMER

Object = dict[str, Any]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
"""Names that look the same in JSON, in a regular expression and in a polars struct."""

_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", **{chr(n): f"\\u{n:04x}" for n in range(32)},
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
}  # fmt: skip


class Form(Enum):
    """How an unknown key is decoded: as text, as a flag, or as a text that holds its JSON (anything else)."""

    TEXT = "text"
    FLAG = "flag"
    JSON = "json"


Keys = dict[str, Form]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The unknown keys of each kind of object: `customers`, the keys of a customer that hold objects, and
    `attributes` for those of a customer, of addresses and of contacts."""

    keys: dict[str, Keys]

    def packed(self) -> list[str]:
        """The names whose values are put into texts."""
        return sorted({name for keys in self.keys.values() for name, form in keys.items() if form is Form.JSON})

    def of(self, kind: str) -> Keys:
        """Name -> form of a kind's unknown keys, in the order of the names."""
        return self.keys.get(kind, {})

    def dtype(self) -> pl.Struct:
        """`answer.ANSWER` with the unknown keys."""
        return self._widened("customers", ANSWER)

    def _widened(self, kind: str, struct: pl.Struct) -> pl.Struct:
        fields = {f.name: self._field(f) for f in struct.fields}
        types = {name: pl.Boolean() if form is Form.FLAG else pl.String() for name, form in self.of(kind).items()}
        return pl.Struct({**fields, **types})

    def _field(self, field: pl.Field) -> Any:
        struct = _objects(field.dtype)
        if struct is None:
            return field.dtype
        widened = self._widened(field.name, struct)
        return pl.List(widened) if isinstance(field.dtype, pl.List) else widened


NONE: Final = Unknown({})


def _objects(dtype: Any) -> pl.Struct | None:
    """The type of the objects that a key holds, alone or in a list; None if it holds none."""
    inner = dtype.inner if isinstance(dtype, pl.List) else dtype
    return inner if isinstance(inner, pl.Struct) else None


Known = dict[str, Any]
"""Name -> the known names of the objects that it holds, likewise; empty for any other key."""


def _known(struct: pl.Struct | None) -> Known:
    return {} if struct is None else {f.name: _known(_objects(f.dtype)) for f in struct.fields}


def _names(known: Known) -> set[str]:
    return set(known).union(*(_names(inner) for inner in known.values()))


_TREE: Final = _known(CUSTOMER)
_KNOWN: Final = _names(_TREE)


# ---- learning ----


def learnt(lines: Iterable[str]) -> Unknown:
    """The unknown keys of records, one JSON text each; texts that are no records teach nothing."""
    seen: dict[str, dict[str, set[Form]]] = defaultdict(lambda: defaultdict(set))
    everywhere: dict[str, set[Form]] = defaultdict(set)
    for record in _records(lines):
        for kind, name, value in _unknown("customers", record, _TREE):
            form = Form.TEXT if isinstance(value, str) else Form.FLAG if isinstance(value, bool) else Form.JSON
            seen[kind][name].add(form)
            everywhere[name].add(form)
    keys = {kind: _decodable(seen[kind], everywhere) for kind in sorted(seen)}
    return Unknown({kind: forms for kind, forms in keys.items() if forms})


def _records(lines: Iterable[str]) -> Iterator[Object]:
    for line in lines:
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(found, dict):
            yield found


def _unknown(kind: str, found: Object, known: Known) -> Iterator[tuple[str, str, Any]]:
    """Kind, name and value of each unknown key of an object and of the known objects in it."""
    for name in found.keys() - known.keys():
        if found[name] is not None and _NAME.fullmatch(name):
            yield kind, name, found[name]
    for name, inner in known.items():
        value = found.get(name) if inner else None
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _unknown(name, one, inner)


def _decodable(keys: dict[str, set[Form]], everywhere: dict[str, set[Form]]) -> Keys:
    """A kind's keys; one whose value is packed somewhere is packed everywhere, and a known name cannot be."""
    packed = {name for name in keys if Form.JSON in everywhere[name] or len(everywhere[name]) > 1}
    forms = {name: Form.JSON if name in packed else next(iter(keys[name])) for name in sorted(keys)}
    return {name: form for name, form in forms.items() if form is not Form.JSON or name not in _KNOWN}


# ---- after decoding ----


def narrowed(decoded: pl.DataFrame, unknown: Unknown) -> pl.DataFrame:
    """The columns of `answer.CUSTOMER`, with what is unknown under `_extra`."""
    types = {f.name: f.dtype for f in CUSTOMER.fields}
    nested = [name for name in types if _holds(name, types[name], unknown)]
    keys = unknown.of("customers")
    own = {name: _json(pl.col(name), form) for name, form in keys.items()}
    if keys.get("customer_id") is Form.TEXT:
        own["customer_id"] = pl.when(pl.col("customer_id") != pl.col("id")).then(own["customer_id"])
    return decoded.select(
        *(name for name in decoded.columns if name in types and name not in nested),
        *(_gathered(pl.col(name), name, types[name], unknown).alias(name) for name in nested),
        _extra=_extra(own),
        _detailed=pl.lit(None),
    ).select(pl.col(name).cast(dtype) for name, dtype in types.items())


def _holds(kind: str, dtype: Any, unknown: Unknown) -> bool:
    """Whether the objects of a kind, or the attributes in them, have unknown keys."""
    inner = ("attributes",) if kind in ARRAYS else ()
    return _objects(dtype) is not None and any(unknown.of(one) for one in (kind, *inner))


def _gathered(column: pl.Expr, kind: str, dtype: Any, unknown: Unknown) -> pl.Expr:
    """The objects of a column with their `_extra`."""
    own = {name: _json(pl.field(name), form) for name, form in unknown.of(kind).items()}
    fields = {"_extra": _extra(own)}
    if kind in ("addresses", "contacts") and unknown.of("attributes"):
        fields["attributes"] = _gathered(pl.field("attributes"), "attributes", dtype, unknown)
    if isinstance(dtype, pl.Struct):
        return column.struct.with_fields(**fields)
    return column.list.eval(pl.element().struct.with_fields(**fields))


def _json(value: pl.Expr, form: Form) -> pl.Expr:
    if form is Form.TEXT:
        quote = pl.lit('"')
        return pl.concat_str(quote, value.str.replace_many(list(_ESCAPES), list(_ESCAPES.values())), quote)
    return value.cast(pl.String)


def _extra(values: dict[str, pl.Expr]) -> pl.Expr:
    """The JSON text of an object of those values that are not null; null if all are."""
    if not values:
        return pl.lit(None, dtype=pl.String)
    pairs = [pl.concat_str(pl.lit(f'"{name}":'), value) for name, value in values.items()]
    inner = pl.concat_str(pairs, separator=",", ignore_nulls=True)
    return pl.when(inner != "").then(pl.concat_str(pl.lit("{"), inner, pl.lit("}")))
