"""Sheets of corrections: CSV, Parquet, NDJSON or JSON with one value in a cell, read as texts and their places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.customers.flat import EXPORTED, flat
from workbench.errors import UsageError, WorkbenchError
from workbench.load.csv import rows
from workbench.load.files import first_bytes, json_text, kind_of, refuse_unread, sheet_text
from workbench.stage.sheet import Sheet

_BATCH: Final = 5_000
_LISTED: Final = ("outcomes", "rows", "data")
"""The keys under which a JSON object may hold its list: what `outcomes --json` and `search --json` print, and the API."""


def read_sheet(path: Path) -> Sheet:
    """The sheet in a file, told apart by its name, else by its content. Nothing is left out: a damaged row is an error.

    Raises `UsageError` for a format that is not read or a cell that holds no single value, `WorkbenchError` if the file is
    missing, empty, damaged or not text; both with the file's name and the place.
    """
    kind = kind_of(path, first_bytes(path))
    refuse_unread(path, kind)
    unit, frame, places = _READ[kind](path)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return Sheet(path.name, digest, frame, unit, places)


_Read = tuple[str, pl.DataFrame, pl.Series]
"""What is counted (line, row, record), the texts, and the place of each row."""


def _csv(path: Path) -> _Read:
    found = rows(sheet_text(path))
    line, header = next(found, (1, []))
    if isinstance(header, str):
        raise WorkbenchError(f"{path} line {line} {header}")
    lines: list[int] = []
    parts = [pl.DataFrame(schema={str(place): pl.String for place in range(len(header))})]
    while batch := list(islice(found, _BATCH)):
        for line, row in batch:
            if isinstance(row, str) or len(row) != len(header):
                why = row if isinstance(row, str) else f"has {len(row)} columns, the header has {len(header)}"
                raise WorkbenchError(f"{path} line {line} {why}; nothing was staged")
        lines += [line for line, _ in batch]
        parts.append(pl.DataFrame([row for _, row in batch], schema=parts[0].schema, orient="row"))
    return "line", _named(path, header, pl.concat(parts)), pl.Series(lines, dtype=pl.UInt32)


def _named(path: Path, header: Sequence[str], cells: pl.DataFrame) -> pl.DataFrame:
    """The columns under their names; one that has neither a name nor a value is left out."""
    named = [(name.strip(), column) for name, column in zip(header, cells, strict=True)]
    names = [name for name, column in named if name or (column != "").any()]
    if "" in names:
        raise WorkbenchError(f"{path} has a column without a name, after {names[names.index('') - 1]!r}; name it")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WorkbenchError(f"{path} has the column {twice[0]!r} twice; rename or remove one")
    return pl.DataFrame({name: column for name, column in named if name})


def _parquet(path: Path) -> _Read:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise WorkbenchError(f"{path} is damaged or no Parquet file: {str(error).splitlines()[0]}") from error
    texts = frame.select(_column(path, column) for column in frame)
    return "row", texts, pl.int_range(1, frame.height + 1, dtype=pl.UInt32, eager=True)


def _column(path: Path, column: pl.Series) -> pl.Series:
    kind = column.dtype
    simple = (pl.String, pl.Boolean, pl.Null, pl.Categorical, pl.Enum, pl.Date, pl.Datetime)
    if kind in simple or kind.is_integer() or kind == pl.List(pl.String):
        return flat(column)
    raise UsageError(f"{path} column {column.name!r} holds {kind} values; make it text")


def _ndjson(path: Path) -> _Read:
    lines, found = [], []
    for number, line in enumerate(json_text(path).split("\n"), 1):
        if line.strip():
            lines.append(number)
            found.append(_parsed(f"{path} line {number}", line))
    if len(found) == 1 and _listed(found[0]) is not None:
        return _json(path)
    return "line", _records(path, "line", lines, found), pl.Series(lines, dtype=pl.UInt32)


def _json(path: Path) -> _Read:
    document = _parsed(str(path), json_text(path))
    records = document if isinstance(document, list) else _listed(document)
    if records is None:
        raise WorkbenchError(f"{path} is no list of objects, so it is no sheet")
    places = list(range(1, len(records) + 1))
    return "record", _records(path, "record", places, records), pl.Series(places, dtype=pl.UInt32)


def _listed(document: Any) -> list[Any] | None:
    """The list that a JSON object holds."""
    if not isinstance(document, dict):
        return None
    return next((document[key] for key in _LISTED if isinstance(document.get(key), list)), None)


def _parsed(where: str, text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise WorkbenchError(f"{where} is not JSON, or cut off: {error}; nothing was staged") from error


def _records(path: Path, unit: str, places: Sequence[int], records: Sequence[Any]) -> pl.DataFrame:
    """Objects as columns of texts."""
    names: dict[str, None] = {}
    for place, record in zip(places, records, strict=True):
        if not isinstance(record, dict):
            raise WorkbenchError(f"{path} {unit} {place} is no object with one value for each column")
        names.update(dict.fromkeys(record))
    wheres = [f"{path} {unit} {place}" for place in places]
    return pl.DataFrame({name: pl.Series(list(_cells(name, wheres, records)), dtype=pl.String) for name in names})


def _cells(name: str, wheres: Sequence[str], records: Sequence[Any]) -> Iterator[str | None]:
    for where, record in zip(wheres, records, strict=True):
        value = record.get(name)
        text = json.dumps(value) if isinstance(value, dict) and name == EXPORTED else _text(value)
        if text is _NO_TEXT:
            raise UsageError(f"{where} column {name!r} holds {json.dumps(value)[:60]}; a sheet has one value in a cell")
        yield text


_NO_TEXT: Final = "\ud800"


def _text(value: Any) -> str | None:
    """A JSON value as the text of a cell; `_NO_TEXT` if it is none."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ",".join(value)
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        return _NO_TEXT
    return value


_READ: Final = {"csv": _csv, "parquet": _parquet, "ndjson": _ndjson, "json": _json}
