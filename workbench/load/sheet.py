"""Sheets of corrections: CSV, XLSX, Parquet, NDJSON or JSON with one value in a cell, read as texts and their places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.customers.flat import EXPORTED, flat, is_part
from workbench.customers.inert import original_frame, protected
from workbench.errors import UsageError, WorkbenchError
from workbench.load.csv import UNCLOSED, open_sheet, rows
from workbench.load.files import first_bytes, json_text, kind_of, refuse_unread
from workbench.load.xlsx import read_xlsx
from workbench.stage.sheet import Lost, Sheet

LARGEST: Final = 512 << 20
"""Bytes of a file that is read as a sheet: a million customers with all their columns, and some gigabytes of memory."""

_BATCH: Final = 5_000
_LISTED: Final = ("outcomes", "rows", "data")
"""The keys under which a JSON object may hold its list: what `outcomes --json` and `search --json` print, and the API."""


def read_sheet(path: Path, sheet: str = "") -> Sheet:
    """The sheet in a file, told apart by its name, else by its content; of a workbook the worksheet named `sheet`, else the first.

    Rows that cannot be read are `lost`, and named. Raises `UsageError` for a format that is not read, a worksheet that there is
    not or a cell that holds no single value, `WorkbenchError` if the file is missing, empty, damaged or not text; both with
    the file's name and the place.
    """
    kind = kind_of(path, first_bytes(path))
    refuse_unread(path, kind)
    if (size := path.stat().st_size) > LARGEST:
        raise UsageError(f"{path} is {size >> 20:,} MB, a sheet can be {LARGEST >> 20} MB: cut it into parts")
    if sheet and kind != "xlsx":
        raise UsageError(f"--sheet is for a workbook; {path} is none")
    read = _xlsx(path, sheet) if kind == "xlsx" else _READ[kind](path)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return Sheet(path.name, digest, read.frame, read.unit, read.places, tuple(read.lost), read.odd)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is counted (line, row, record), the texts, the place of each row, and of `Sheet` the rows lost and the odd cells."""

    unit: str
    frame: pl.DataFrame
    places: pl.Series
    lost: list[Lost] = field(default_factory=list)
    odd: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def _csv(path: Path) -> _Read:
    with open_sheet(path) as text:
        found = rows(text)
        line, header = next(found, (1, []))
        if isinstance(header, str):
            raise WorkbenchError(f"{path} line {line} {header}")
        lines, lost = list[int](), list[Lost]()
        parts = [pl.DataFrame(schema={str(place): pl.String for place in range(len(header))})]
        while batch := list(islice(found, _BATCH)):
            good = [(line, row) for line, row in batch if not isinstance(row, str) and len(row) == len(header)]
            if len(good) < len(batch):
                lost += _unread(path, batch, len(header))
            lines += [line for line, _ in good]
            parts.append(pl.DataFrame([row for _, row in good], schema=parts[0].schema, orient="row"))
    frame = _ours(path, header, pl.concat(parts))
    return _Read("line", frame, pl.Series(lines, dtype=pl.UInt32), lost)


def _unread(path: Path, batch: Sequence[tuple[int, list[str] | str]], width: int) -> Iterator[Lost]:
    """The rows that cannot be read. Raises `WorkbenchError` if a quotation mark swallows the rest of the file."""
    for line, row in batch:
        if row == UNCLOSED:
            raise WorkbenchError(f"{path} line {line} {row}; nothing was staged")
        if isinstance(row, str) or len(row) != width:
            why = row if isinstance(row, str) else f"has {len(row)} columns, the header has {width}"
            yield Lost(f"{path.name} line {line}", "" if isinstance(row, str) else row[0], why)


def _xlsx(path: Path, sheet: str) -> _Read:
    found = read_xlsx(path, sheet)
    if not found.rows:
        raise WorkbenchError(f"{path} has nothing in its sheet")
    (top, header), *below = found.rows
    wrong = sorted(column for row, column in found.odd if row == top)
    if wrong:
        raise UsageError(f"{path} row {top}: the heading of column {wrong[0] + 1} {found.odd[top, wrong[0]]}")
    cells = pl.DataFrame(
        [row for _, row in below], schema={str(n): pl.String for n in range(len(header))}, orient="row"
    )
    places = pl.Series([number for number, _ in below], dtype=pl.UInt32)
    return _Read("row", _ours(path, header, cells), places, odd=_odd(header, places, found.odd))


def _odd(header: Sequence[str], places: pl.Series, odd: Mapping[tuple[int, int], str]) -> dict[str, pl.DataFrame]:
    """The odd cells of each column: the row's number among those read, and why."""
    at = {number: index for index, number in enumerate(places)}
    named: dict[str, list[tuple[int, str]]] = {}
    for (row, column), why in sorted(odd.items()):
        named.setdefault(header[column].strip(), []).append((at[row], why))
    kind = {"at": pl.UInt32, "why": pl.String}
    return {name: pl.DataFrame(cells, schema=kind, orient="row") for name, cells in named.items()}


def _ours(path: Path, header: Sequence[str], cells: pl.DataFrame) -> pl.DataFrame:
    """The columns under their names, without protection, the exported values in one."""
    frame = _named(path, header, cells)
    if protected(frame.columns):
        return original_frame(frame)
    parts = [name for name in frame.columns if is_part(name)]
    return frame.drop(parts).with_columns(frame.select(pl.concat_str(parts).alias(EXPORTED)).to_series())


def _named(path: Path, header: Sequence[str], cells: pl.DataFrame) -> pl.DataFrame:
    """The columns under their names; one that has neither a name nor a value is left out."""
    named = [(name.strip(), column) for name, column in zip(header, cells, strict=True)]
    names = [name for name, column in named if name or (column != "").any()]
    if "" in names:
        before = [name for name in names[: names.index("")] if name]
        raise WorkbenchError(
            f"{path} has a column without a name{f', after {before[-1]!r}' if before else ''}; name it"
        )
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
    return _Read("row", texts, pl.int_range(1, frame.height + 1, dtype=pl.UInt32, eager=True))


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
    return _Read("line", _records(path, "line", lines, found), pl.Series(lines, dtype=pl.UInt32))


def _json(path: Path) -> _Read:
    document = _parsed(str(path), json_text(path))
    records = document if isinstance(document, list) else _listed(document)
    if records is None:
        raise WorkbenchError(f"{path} is no list of objects, so it is no sheet")
    places = list(range(1, len(records) + 1))
    return _Read("record", _records(path, "record", places, records), pl.Series(places, dtype=pl.UInt32))


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
