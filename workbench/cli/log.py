"""`log`: what was done in a session, or in all of a folder; and the audit of cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from workbench.cli.common import COMMON, Common, Dashed, Flag, asked, opened, put, query, quoted, say, shown
from workbench.errors import UsageError
from workbench.shown.text import of_outcome

if TYPE_CHECKING:
    from workbench.commit.audit import Audit
    from workbench.workbench import Workbench

_OUTCOMES: Final = ("committed", "already", "altered", "conflict", "failed", "unknown", "unsent")
_OPERATION: Final = ("operation", "at", "by", "note", "kind", "changed", "state")
_RUN: Final = ("run", "at", "by", *_OUTCOMES)


def log(
    session: str | None = None,
    /,
    *,
    where: Annotated[str | None, Dashed] = None,
    field: str = "",
    id: str = "",
    path: Annotated[str, Dashed] = "",
    all: Annotated[bool, Flag] = False,
    format: Literal["text", "json", "csv"] = "text",
    output: Path | None = None,
    common: Common = COMMON,
) -> int:
    """List what was done, oldest first: operations with their state, runs with their outcomes. Of cells: who changed them, when,
    why, from what to what, in which run, and what the server answered; and what a load or refresh found changed by others.

    Parameters
    ----------
    session
        A name, or a path that ends in .session. Without one: --all.
    where
        Tell of the cells of the customers that this query finds; an empty query means all.
    field
        Of these only this one, such as payment_term or addresses.city.
    id
        Tell of the cells of the customer with this id.
    path
        Of these only this one, such as addresses[ID].city.
    all
        All sessions of the folder, by time; one that is held or damaged is named and left out.
    format
        text, json (one object, as --json), csv (a line a cell: of all cells unless told).
    output
        Write to this file instead of stdout.
    """
    if (session is None) is not all:
        raise UsageError("log takes a session, or --all for all of them")
    by_cell = bool(where is not None or field or id or path or format == "csv")
    cells = _Asked(query(where or ""), field, id, path) if by_cell else None
    if session is None:
        told = _of_all(cells, common)
    else:
        with opened(session, common) as workbench:
            if cells is not None:
                asked(workbench, cells.where)
            told = _of(workbench, cells)
    as_json = common.json or format == "json"
    lines = [told.json()] if as_json else told.csv() if format == "csv" else told.text()
    if output is not None:
        _write(lines, output)
        say(f"written to {output}")
    else:
        for line in lines:
            put(line)
    for name, reason in told.skipped:
        say(f"{name} was left out: {reason}")
    if told.cells is not None and not told.cells.frame.height:
        say("nothing was done to such cells")
    return 0


@dataclass(frozen=True)
class _Asked:
    """Which cells were asked about."""

    where: str
    field: str
    id: str
    path: str


@dataclass(frozen=True)
class _Told:
    """What a session tells, or several that are `merged` (then with a `session` in each); `skipped` are those that could not be
    read, and why."""

    operations: Sequence[Mapping[str, Any]]
    runs: Sequence[Mapping[str, Any]]
    acts: Sequence[Mapping[str, Any]]
    cells: Audit | None
    skipped: Sequence[tuple[str, str]] = ()
    merged: bool = False

    def json(self) -> str:
        """One JSON object: `operations` and `runs`, `cells` if they were asked about, and of several sessions `skipped`."""
        both = {"operations": _only(self.operations, _OPERATION), "runs": _only(self.runs, _RUN)}
        parts = [json.dumps(both, ensure_ascii=False)[:-1]]
        if self.cells is not None:
            parts.append(f'"cells": [{",".join(self.cells.lines())}]')
        if self.merged:
            told = [{"session": name, "reason": reason} for name, reason in self.skipped]
            parts.append(f'"skipped": {json.dumps(told, ensure_ascii=False)}')
        return ", ".join(parts) + "}"

    def csv(self) -> Iterator[str]:
        """The cells as CSV that no spreadsheet computes."""
        assert self.cells is not None
        yield self.cells.csv().rstrip("\n")

    def text(self) -> Iterator[str]:
        """Lines for people, oldest first."""
        if self.cells is not None:
            yield from map(_cell_line, self.cells.rows())
            return
        for one in self.acts:
            if "hold" not in one:
                line = _operation_line(one) if "operation" in one else _run_line(one)
                yield f"{_time(one['at'])}  {_session(one)}{line}"


def _of(workbench: Workbench, asked: _Asked | None) -> _Told:
    found = workbench.log()
    cells = None
    if asked is not None:
        cells = workbench.audit(asked.where, field=asked.field, id=asked.id, path=asked.path)
    return _Told(found.operations, found.runs, found.acts, cells)


def _of_all(asked: _Asked | None, common: Common) -> _Told:
    """What all sessions of the folder tell, by time."""
    from workbench.workbench import Workbench

    where, which = (
        (None, {}) if asked is None else (asked.where, {"field": asked.field, "id": asked.id, "path": asked.path})
    )
    found = Workbench.log_all(common.sessions_dir, where=where, **which)
    return _Told(found.operations, found.runs, found.acts, found.cells, found.skipped, merged=True)


def _only(entries: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("session", *keys) if name in one} for one in entries]


def _session(one: Mapping[str, Any]) -> str:
    return f"{shown(one['session'])}  " if one.get("session") else ""


def _time(at: str) -> str:
    return at[:19].replace("T", " ")


def _operation_line(one: Mapping[str, Any]) -> str:
    said = f"{shown(one['note'] or one['did'])}  by {shown(one['by'])}{_fate(one)}"
    return f"operation {one['operation']}  {one['stands']:<9}  {one['changed']:,} cells  {one['kind']}  {said}"


def _run_line(run: Mapping[str, Any]) -> str:
    counts = ", ".join(of_outcome(run[name], name) for name in _OUTCOMES if run[name]) or "nothing done"
    return f"run {run['run']}  {run['stands']:<9}  {counts}  by {shown(run['by'])}{_fate(run)}"


def _fate(one: Mapping[str, Any]) -> str:
    return f"; {one['fate']}" if one["fate"] else ""


def _cell_line(one: Mapping[str, Any]) -> str:
    values = f"{quoted(one['before'])} -> {quoted(one['after'])}"
    if one["event"] == "run":
        of = f", operation {one['operation']}" if one["operation"] else ""
        other = f", the server holds {quoted(one['stored'])}" if one["stored"] not in (None, one["after"]) else ""
        why = f": {shown(one['reason'])}" if one["reason"] else ""
        what = f"run {one['run']}{of}, by {shown(one['by'])}: {one['outcome']}{other}{why}"
    elif one["event"] == "server":
        what = f"on the server, {shown(one['note'])}"
    else:
        what = f"operation {one['operation']} ({one['event']}, {one['state']}), by {shown(one['by'])}: {shown(one['note'])}"
    return f"{_time(one['at'])}  {_session(one)}{shown(one['path'])} of {shown(one['id'])}: {values}  {what}"


def _write(lines: Iterable[str], target: Path) -> None:
    """Writes the lines to a file, whole or not at all."""
    from workbench.preview.export import write_text

    write_text(target, "".join(f"{line}\n" for line in lines))
