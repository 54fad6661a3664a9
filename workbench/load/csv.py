"""CSV: one customer a row, flat columns with the fields' names; commas, semicolons or tabs between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from workbench.customers.decode import parse_objects
from workbench.customers.flat import EXPORTED
from workbench.customers.records import Collected, Rejected
from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.load.ndjson import Progress

_SEPARATORS: Final = ",;\t"
_BATCH: Final = 5_000
_IDS: Final = "assigned_sales_rep_ids"


def load_csv(path: Path, text: str, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of a sheet, and the rows set aside by the line they start on; `progress` hears rows done.

    All values are text, an empty cell is none, unknown columns are kept unread, sales reps are separated by comma or
    semicolon within their cell. Raises `WorkbenchError` if the header cannot be used.
    """
    found = rows(text)
    header = _header(path, next(found, (1, []))[1])
    collected, places = Collected(), list[int]()
    batch: list[tuple[int, dict[str, Any]]] = []
    for line, row in found:
        if isinstance(row, str) or len(row) != len(header):
            reason = row if isinstance(row, str) else f"has {len(row)} columns, the header has {len(header)}"
            collected.reject(len(places), reason)
        else:
            batch.append((len(places) - collected.lines, record(header, row)))
        places.append(line)
        if len(places) - collected.lines >= _BATCH:
            _add(collected, batch, len(places))
            if progress is not None:
                progress(len(places), None)
    _add(collected, batch, len(places))
    return collected.finish(lambda index: f"line {places[index]}")


def _add(collected: Collected, batch: list[tuple[int, dict[str, Any]]], rows: int) -> None:
    collected.add(parse_objects(batch), rows - collected.lines)
    batch.clear()


def record(header: list[str], row: list[str]) -> dict[str, Any]:
    """A row as a customer in the answer's form, without its empty cells."""
    found: dict[str, Any] = {name: cell for name, cell in zip(header, row, strict=True) if cell and name != EXPORTED}
    if _IDS in found:
        found[_IDS] = split_ids(found[_IDS])
    return found


def split_ids(cell: str) -> list[str]:
    """The ids in a cell."""
    return [one for one in re.split(r"[,;\s]+", cell) if one]


def rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it starts on; a text instead of a row says why it cannot be read. Empty lines vanish."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _why(error)
            continue
        if any(row):
            yield line, row


def _why(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "opens a quote that is never closed; the lines after it were not read"
    if "field larger" in str(error):
        return "opens a quote that is not closed within 128 KB"
    return f"is not CSV: {error}"


def _separator(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text[:65536].lstrip("\r\n").split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count)


def _header(path: Path, row: list[str] | str) -> list[str]:
    names = [] if isinstance(row, str) else [name.strip() or f"column {n}" for n, name in enumerate(row, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WorkbenchError(f"{path} has the column {twice[0]!r} twice; rename or remove one")
    if "id" not in names:
        raise WorkbenchError(f"{path} has no column 'id'; its first line must name the columns, 'id' among them")
    return names
