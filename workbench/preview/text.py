"""The preview as text for people: each customer's changes, curl commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from workbench.customers.paths import parse_path
from workbench.preview.preview import Patch, PatchChange, Preview

Show = Callable[[Any], str]
"""How a value is made safe and readable: given by whoever prints."""


def text_lines(preview: Preview, show: Show, notes: Mapping[int, str]) -> Iterator[str]:
    """Each customer with its changes, before and after, and the exact body; with the `notes` of operations, by number."""
    rows = preview.frame["row"]
    names, carriers = (
        preview.snapshot.base.customers["company_name"].gather(rows),
        set(preview.beside.found["customer"]),
    )
    for patch, name, row in zip(preview.patches(), names, rows, strict=True):
        held = f"   held: {show(patch.held)}" if patch.held else ""
        yield f"{show(patch.id)}  {show(name)}{held}"
        for change in patch.changes:
            values = f"{quoted(change.before, show)} -> {quoted(change.after, show)}"
            new = "new " if change.new else ""
            other = _otherwise(preview, change, show) if preview.rules else ""
            note = f": {show(notes[change.operation])}" if notes.get(change.operation) else ""
            yield f"  {new}{show(change.path)}: {values}  (operation {change.operation}{note}){other}"
        if patch.held is None and row in carriers:
            yield from _carried_lines(preview, row, show)
        yield f"  PATCH {show(patch.body.decode())}"
    yield from _beside_lines(preview)
    yield from left_out_lines(preview)
    yield from waiting_lines(preview.waiting, show)
    yield from irreversible_lines(preview.irreversible, show)
    yield from digest_lines(preview)


def _carried_lines(preview: Preview, row: int, show: Show) -> Iterator[str]:
    """The untouched values that are not valid and go along in a customer's body."""
    carried, number = preview.beside.of(pl.Series([row], dtype=pl.UInt32))
    for path, value, reason in carried:
        yield f"  {show(path)}: {quoted(value, show)}  (untouched, goes along, not valid: {show(reason)})"
    if number > len(carried):
        yield f"  and {number - len(carried):,} more untouched values that are not valid"


def _beside_lines(preview: Preview) -> Iterator[str]:
    """How many untouched values that are not valid go along in the bodies; nothing if none does."""
    going = preview.frame.filter(pl.col("held").is_null())["row"]
    number = preview.beside.of(going)[1]
    if number:
        several = f"{number:,} untouched values that are not valid go along; the server may refuse them"
        yield several if number > 1 else "1 untouched value that is not valid goes along; the server may refuse it"


def left_out_lines(preview: Preview) -> Iterator[str]:
    """How many staged cells are left out of every commit; nothing if none was."""
    if preview.left_out:
        yield (
            f"{preview.left_out:,} more {'change is' if preview.left_out == 1 else 'changes are'} staged, but left out of "
            "every commit in Review; release --left-out takes in again"
        )


def waiting_lines(cells: pl.DataFrame, show: Show) -> Iterator[str]:
    """How many cells need a second commit, and an example; nothing if none does."""
    if cells.height:
        id_, path, after = cells.row(0)
        count = cells["id"].n_unique()
        yield (
            f"{count:,} customers need a second commit after this one, which makes what they point to: for example "
            f"{show(path)} of {show(id_)}, {show(after)}"
        )


def digest_lines(preview: Preview) -> Iterator[str]:
    """The digest of the plan of what is previewed, by which somebody approves it; nothing if nobody would go."""
    planned = preview.plan.height
    if planned:
        yield f"the plan of {planned:,} {'customer' if planned == 1 else 'customers'} has the digest {preview.digest}"


def irreversible_lines(cells: pl.DataFrame, show: Show) -> Iterator[str]:
    """How many cells could not be reverted, and examples of each reason; nothing if all could."""
    if cells.height:
        yield f"{cells.height:,} cells could not be reverted once committed:"
    for reason, cell_count, id_, path in cells.group_by("reason", maintain_order=True).agg(
        pl.len(), pl.col("id").first(), pl.col("path").first()
    ).iter_rows():  # fmt: skip
        yield f"{cell_count:>8,} x {reason}, for example {show(path)} of {show(id_)}"


def curl_lines(preview: Preview, origin: str) -> Iterator[str]:
    """Each request that a commit would send, as a curl command; the key comes from the environment."""
    for patch in preview.patches():
        if patch.held is None:
            yield curl(patch, origin)


def curl(patch: Patch, origin: str) -> str:
    """One request as a curl command for a POSIX shell, with the very bytes of the body."""
    from urllib.parse import quote

    url = f"{origin}/v1/customers/{quote(patch.id, safe='')}"
    return (
        f"curl --request PATCH --url {shlex.quote(url)} --header 'Content-Type: application/json' "
        f'--header "X-API-Key: $WORKBENCH_API_KEY" --data-binary {shlex.quote(patch.body.decode())}'
    )


def _otherwise(preview: Preview, change: PatchChange, show: Show) -> str:
    stored = preview.otherwise(parse_path(change.path), change.before, change.after)
    return f"  (this server will store {quoted(stored[0], show)})" if stored else ""


def quoted(value: Any, show: Show) -> str:
    """A value between quotes, so that its spaces are seen; nothing as `(empty)`."""
    return "(empty)" if value in (None, "", []) else f"“{show(value)}”"
