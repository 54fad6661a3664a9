"""Reading a plan file again: whole, of this format and version, and as it was written; anything else is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from workbench.displayed import Displayed
from workbench.errors import WorkbenchError
from workbench.preview.digests import digest
from workbench.preview.plan import FORMAT, VERSION, seal

LARGEST: Final = 512 * 2**20
"""Bytes of the largest plan that is read: about a million customers."""

_TEXT: Final = (str,)
_MAYBE: Final = (str, type(None))
_HEAD: Final[dict[str, tuple[type, ...]]] = {
    "format": _TEXT, "version": (int,), "digest": _TEXT, "seal": _TEXT, "session": (dict,), "origin": _MAYBE, "base": (dict,),
    "nested": _TEXT, "clear": _TEXT, "where": _TEXT, "at": _TEXT, "by": _TEXT, "customers": (int,), "changes": (int,),
    "left_out": (int,), "operations": (list,), "waiting": (list,), "irreversible": (list,), "patches": (list,),
}  # fmt: skip
_PATCH: Final[dict[str, tuple[type, ...]]] = {"id": _TEXT, "updated_at": _MAYBE, "body": _TEXT, "changes": (list,)}
_CHANGE: Final = ("path", "before", "after", "operation")
_NEW: Final = (*_CHANGE, "new")
_WRITTEN: Final = (_CHANGE, _NEW)
_FRAME: Final = {"id": pl.String(), "updated_at": pl.String(), "body": pl.String(), "cells": pl.String()}
_PATCHES: Final = b'"patches":[\n'
_END: Final = b"\n]}\n"


@dataclass(frozen=True, slots=True)
class Plan(Displayed, told=("name", "digest", "session", "patches")):
    """A plan that was read: `name` of its file, its `digest`, where it comes from (see `preview.plan.Origins`), and its
    `patches`: `id`, `updated_at`, `body`, `cells` (JSON texts), in order."""

    name: str
    digest: str
    session: str
    session_id: str
    origin: str | None
    generation: int
    nested: str
    clear: str
    at: str
    by: str
    left_out: int
    patches: pl.DataFrame

    def refuse_other(self, approved: str) -> None:
        """Raises `WorkbenchError` unless `approved` is this plan's digest."""
        if approved.strip().lower() != self.digest:
            raise WorkbenchError(
                f"{self.name} is not the plan that was approved, so nothing was sent: its digest is {self.digest}, "
                f"not {approved.strip()}"
            )


def read_plan(file: Path) -> Plan:
    """The plan in a file. Raises `WorkbenchError`, in one line, if it is none, not whole, of another version or edited."""
    data = _bytes(file)
    try:
        head, frame = _read(file.name, data, by_lines=True)
    except orjson.JSONDecodeError:
        head, frame = _read_whole(file.name, data)
    if digest(frame) != head["digest"]:
        raise _edited(file.name, "its digest is not that of what it would send")
    if seal(head, frame["updated_at"]) != head["seal"]:
        raise _edited(file.name, "its seal is not that of its other lines")
    if not frame["id"].is_unique().all() or frame.height != head["customers"]:
        raise _edited(file.name, "its count of customers is not that of its patches")
    session, generation = head["session"], head["base"].get("generation")
    if type(generation) is not int or min(generation, head["changes"], head["left_out"]) < 0:
        raise _edited(file.name, "has no right value for one of its counts")
    told = {name: head[name] for name in ("digest", "origin", "nested", "clear", "at", "by", "left_out")}
    return Plan(
        name=file.name, session=str(session.get("name")), session_id=str(session.get("id")),
        generation=generation, patches=frame, **told,
    )  # fmt: skip


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise WorkbenchError(
                f"{file.name} has {size // 2**20:,} MB, too much for a plan (at most {LARGEST // 2**20} MB): make plans of "
                "fewer customers with: diff --where QUERY"
            )
        return file.read_bytes()
    except OSError as error:
        raise WorkbenchError(f"{file.name or file} cannot be read: {error.strerror or error}") from error


def _read_whole(name: str, data: bytes) -> tuple[dict[str, Any], pl.DataFrame]:
    try:
        return _read(name, data, by_lines=False)
    except orjson.JSONDecodeError as error:
        raise WorkbenchError(
            f"{name} is no plan, or was cut short: it is not JSON at line {error.lineno}, column {error.colno}; nothing was sent"
        ) from error


def _read(name: str, data: bytes, *, by_lines: bool) -> tuple[dict[str, Any], pl.DataFrame]:
    """The head of a document and its patches. Raises `orjson.JSONDecodeError` if it is not JSON, or (`by_lines`) laid out
    otherwise than a plan is written: read by lines, a plan of any size takes little more memory than its bytes."""
    start, end = data.find(_PATCHES), len(data) - len(_END)
    if not by_lines or start < 0 or not data.endswith(_END):
        head = orjson.loads(data)
        _refuse_foreign(name, head)
        return head, _patches(name, head["patches"])
    head = orjson.loads(data[:start] + b'"patches":[]}')
    _refuse_foreign(name, head)
    return head, _patches(name, _lines(data, start + len(_PATCHES), end))


def _lines(data: bytes, start: int, end: int) -> Iterator[Any]:
    """The patches of a document, one in each line, with a comma between two."""
    while start < end:
        stop = data.find(b",\n", start, end)
        yield orjson.loads(data[start : stop if stop >= 0 else end])
        start = stop + 2 if stop >= 0 else end


def _refuse_foreign(name: str, document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise WorkbenchError(
            f"{name} is no plan: plans are written with diff --format plan --output FILE; nothing was sent"
        )
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise WorkbenchError(
            f"{name} is a plan of version {version!r}, and this workbench reads version {VERSION}; nothing was sent: write it "
            "anew with diff --format plan"
        )
    why = _misfit(document, _HEAD)
    if why:
        raise _edited(name, why)


def _patches(name: str, patches: Iterable[Any]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {column: [] for column in _FRAME}
    ids, updated, bodies, cells = columns.values()
    order, text, dumps = (
        tuple(_PATCH),
        str,
        orjson.dumps,
    )  # a hundred thousand times: what is as it was written is passed by
    for place, one in enumerate(patches, 1):
        if not isinstance(one, dict):
            raise _edited(name, f"patch {place} is no object")
        if tuple(one) != order and one.keys() != _PATCH.keys():
            raise _edited(name, f"patch {place} {_misfit(one, _PATCH)}")
        id_, then, body, changes = one["id"], one["updated_at"], one["body"], one["changes"]
        if type(id_) is not text or type(body) is not text or type(changes) is not list or type(then) not in _MAYBE:
            raise _edited(name, f"patch {place} {_misfit(one, _PATCH)}")
        for change in changes:
            if type(change) is not dict or tuple(change) not in _WRITTEN:
                changes = _ordered(name, place, changes)
                break
        ids.append(id_)
        updated.append(then)
        bodies.append(body)
        cells.append(dumps(changes).decode())
    return pl.DataFrame(columns, schema=_FRAME)


def _ordered(name: str, place: int, changes: list[Any]) -> list[dict[str, Any]]:
    """The changes of a patch, with their keys in the order in which they were written."""
    ordered = []
    for one in changes:
        keys = tuple(one) if isinstance(one, dict) else ()
        if keys not in _WRITTEN:
            if set(keys) not in (set(_CHANGE), set(_NEW)):
                raise _edited(name, f"a change of patch {place} has other fields than {', '.join(_CHANGE)}")
            one = {key: one[key] for key in _NEW if key in one}
        ordered.append(one)
    return ordered


def _misfit(found: dict[str, Any], known: dict[str, tuple[type, ...]]) -> str:
    """What does not fit in an object, in words; empty if all does."""
    if found.keys() != known.keys():
        missing = sorted(known.keys() - found.keys())
        unknown = sorted(found.keys() - known.keys())
        lacks = [f"lacks {', '.join(missing)}"] if missing else []
        return " and ".join([*lacks, *([f"has fields that no plan has: {', '.join(unknown[:5])}"] if unknown else [])])
    wrong = [name for name, kinds in known.items() if type(found[name]) not in kinds]
    return f"has no right value for {', '.join(wrong)}" if wrong else ""


def _edited(name: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"{name} is not as it was written, so nothing was sent: {why}; write it anew with diff --format plan"
    )
