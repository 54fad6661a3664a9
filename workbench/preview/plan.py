"""A plan: a preview frozen as one JSON document, to be read, kept, approved, and committed exactly as it stands.

It has a line for each customer: the exact body as a text (so that no reader rewrites its bytes), each cell with what it was
before (which is the way back, too), when the server last changed the customer. `digest` is the preview's: SHA-256 over ids,
bodies and cells, all that is sent. `seal` is over everything else. Both are there to find accidents and edits by hand; who
approves a plan names its digest. Customers on hold, not valid or in conflict are not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
import polars as pl

from workbench.preview.json_text import json_text
from workbench.preview.preview import Preview

FORMAT: Final = "workbench-plan"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a plan comes from: the session's name and its id (which a copy shares), the API's `origin` (None: not known yet),
    the base's `generation` and when it was read (`loaded`, ISO 8601, or None), the settings `nested` and `clear`, the query
    `where`, when it was made and by whom, and the operations of the session as `Workbench.log` tells them."""

    session: str
    session_id: str
    origin: str | None
    generation: int
    loaded: str | None
    nested: str
    clear: str
    where: str
    at: str
    by: str
    operations: Sequence[Mapping[str, Any]]


def plan_lines(preview: Preview, come: Origins) -> Iterator[str]:
    """The lines of the document. Operations that wrote none of its cells are left out."""
    plan, found = preview.plan, asdict(come)
    patches = plan.select("id", "body", "cells", updated_at=_updated(preview, plan["row"]))
    wrote = {int(number) for number in _operations(plan["cells"])}
    told = ("operation", "at", "by", "kind", "note", "did")
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "digest": preview.digest,
        "session": {"name": found["session"], "id": found["session_id"]},
        "origin": come.origin,
        "base": {"generation": come.generation, "loaded": come.loaded},
        **{name: found[name] for name in ("nested", "clear", "where", "at", "by")},
        "customers": plan.height,
        "changes": _cells(plan["cells"]),
        "left_out": preview.customers - plan.height,
        "operations": [{n: one[n] for n in told} for one in come.operations if one["operation"] in wrote],
        "waiting": preview.waiting.to_dicts(),
        "irreversible": _irreversible(preview, plan["id"]),
    }
    head["seal"] = seal(head, patches["updated_at"])
    yield "{"
    for name, value in head.items():
        yield f"{orjson.dumps(name).decode()}:{orjson.dumps(value).decode()},"
    yield '"patches":['
    if patches.height:
        yield from _patches(patches)
    yield "]}"


def seal(head: Mapping[str, Any], updated: pl.Series) -> str:
    """SHA-256 (hex) over what the digest leaves out: everything but the patches, and when each customer last changed."""
    sealed = {name: value for name, value in head.items() if name not in ("seal", "patches")}
    state = hashlib.sha256(orjson.dumps(sealed, option=orjson.OPT_SORT_KEYS))
    state.update(("\n" + "\n".join(json_text(updated))).encode())
    return state.hexdigest()


def updated_of(base: pl.DataFrame) -> pl.Expr:
    """When the server last changed a customer, as a plan writes it: text, or null."""
    return pl.col("updated_at").cast(pl.String) if "updated_at" in base.columns else pl.lit(None, dtype=pl.String)


def _updated(preview: Preview, rows: pl.Series) -> pl.Series:
    base = preview.snapshot.base.customers
    return base.select(u=updated_of(base))["u"].gather(rows)


def _patches(patches: pl.DataFrame) -> Iterator[str]:
    text = pl.concat_str(
        pl.lit('{"id":'), pl.Series("i", json_text(patches["id"])),
        pl.lit(',"updated_at":'), pl.Series("u", json_text(patches["updated_at"])),
        pl.lit(',"body":'), pl.Series("b", json_text(patches["body"])), pl.lit(',"changes":'), "cells", pl.lit("}"),
    )  # fmt: skip
    comma = pl.when(pl.int_range(pl.len()) < pl.len() - 1).then(pl.lit(",")).otherwise(pl.lit(""))
    yield from patches.select(t=text + comma)["t"]


def _operations(cells: pl.Series) -> pl.Series:
    """The numbers of the operations that wrote these cells. No text inside of JSON's quotes reads like the end of a cell."""
    found = cells.str.extract_all(_OPERATION).explode(empty_as_null=False).unique()
    return found.str.extract(_OPERATION).cast(pl.UInt32)


def _cells(cells: pl.Series) -> int:
    return int(cells.str.count_matches(_OPERATION).sum())


_OPERATION: Final = r',"operation":(\d+)(?:\}|,"new":true\})'


def _irreversible(preview: Preview, ids: pl.Series) -> list[dict[str, Any]]:
    return preview.irreversible.filter(pl.col("id").is_in(ids.implode())).to_dicts()
