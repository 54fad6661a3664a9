"""CSV: one customer a row, flat columns with the fields' names; commas, semicolons or tabs between them.

An apostrophe that keeps a spreadsheet from computing a cell (`customers.inert`) is no part of its value.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from workbench.customers.decode import parse_objects
from workbench.customers.fields import FIELDS
from workbench.customers.flat import EXPORTED, is_part
from workbench.customers.headings import field_of
from workbench.customers.inert import original_text, protected
from workbench.customers.records import Collected, Rejected
from workbench.customers.tables import Tables
from workbench.errors import WorkbenchError
from workbench.load.ndjson import Progress

Rows = Iterable[tuple[int, list[str] | str]]
"""Rows of cells with their places (a line's number); a text instead of a row says why it cannot be read."""

_SEPARATORS: Final = ",;\t"
_BATCH: Final = 5_000
_BLOCK: Final = 1 << 20
_FEW_NULS: Final = 16
"""A value may hold a NUL, and an export writes it; where one of so many characters is one, it is no text."""
_IDS: Final = "assigned_sales_rep_ids"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOLD: Final = re.compile(r'(?:"?sep=(?P<sign>.)"?)\r?\n?', re.IGNORECASE)
"""A first line by which a file tells Excel what separates its cells."""


def load_csv(path: Path, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of a sheet, and the rows set aside by the line they start on; `progress` hears rows done.

    All values are text, an empty cell is none, unknown columns are kept unread, sales reps are separated by comma or
    semicolon within their cell. Raises `WorkbenchError` if the header cannot be used or the file is no text.
    """
    with open_sheet(path) as text:
        return load_rows(path, "line", rows(text), progress)


def load_rows(path: Path, unit: str, found: Rows, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers in rows of cells, of which the first names the columns; `unit` is what the places count."""
    rest = iter(found)
    header = _header(path, next(rest, (1, []))[1])
    made = original_text if protected(header) else str
    collected, places = Collected(), list[int]()
    while batch := list(islice(rest, _BATCH)):
        good: list[tuple[int, dict[str, Any]]] = []
        for place, row in batch:
            if isinstance(row, str) or len(row) != len(header):
                reason = row if isinstance(row, str) else f"has {len(row)} columns, the header has {len(header)}"
                collected.reject(len(places), reason)
            else:
                good.append((len(places) - collected.lines, record(header, [*map(made, row)])))
            places.append(place)
        collected.add(parse_objects(good), len(batch))
        if progress is not None:
            progress(len(places), None)
    return collected.finish(lambda index: f"{unit} {places[index]}")


def record(header: list[str], row: list[str]) -> dict[str, Any]:
    """A row as a customer in the answer's form, without its empty cells."""
    named = ((name, cell) for name, cell in zip(header, row, strict=True) if cell)
    found: dict[str, Any] = {name: cell for name, cell in named if name != EXPORTED and not is_part(name)}
    if _IDS in found:
        found[_IDS] = split_ids(found[_IDS])
    return found


def split_ids(cell: str) -> list[str]:
    """The ids in a cell."""
    return [one for one in re.split(r"[,;\s]+", cell) if one]


def open_sheet(path: Path) -> TextIO:
    """A sheet's text, open at its begin: UTF-8, UTF-16 if it says so (Excel's "Unicode text"), else Windows-1252.

    Raises `WorkbenchError` if it is none of these. It is read in blocks: a large file costs no memory.
    """
    with path.open("rb") as file:
        wide = file.read(2) in _WIDE
        for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
            if _decodes(path, file, encoding):
                return path.open(encoding=encoding, newline="")
    raise WorkbenchError(f"{path} is not text: it is neither UTF-8 nor Windows-1252")


def _decodes(path: Path, file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            if text.count("\0") * _FEW_NULS > len(text):
                raise WorkbenchError(f"{path} is not text: it is full of NUL bytes")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def rows(text: TextIO) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it starts on; a text instead of a row says why it cannot be read. Empty lines vanish."""
    begin = text.read(1 << 16)
    text.seek(0)
    told, skipped = _TOLD.match(begin), 0
    if told:
        skipped = 1
        text.readline()
    reader = csv.reader(text, delimiter=told["sign"] if told else _separator(begin), strict=True)
    while True:
        line = reader.line_num + skipped + 1
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
        return UNCLOSED
    if "field larger" in str(error):
        return "opens a quote that is not closed within 128 KB"
    return f"is not CSV: {error}"


UNCLOSED: Final = "opens a quote that is never closed; the lines after it were not read"


def _separator(begin: str) -> str:
    first = re.sub(r'"[^"]*"', "", begin.lstrip("\r\n").split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count)


def _header(path: Path, row: list[str] | str) -> list[str]:
    told = [] if isinstance(row, str) else [name.strip() or f"column {n}" for n, name in enumerate(row, 1)]
    names = [name if name in _KNOWN else _meant(name, told) for name in told]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WorkbenchError(f"{path} has the column {twice[0]!r} twice; rename or remove one")
    if "id" not in names:
        raise WorkbenchError(f"{path} has no column 'id'; its first line must name the columns, 'id' among them")
    return names


def _meant(heading: str, others: list[str]) -> str:
    """The field that a heading means, unless another one names it exactly; what means none is kept under its own name."""
    found = field_of("customers", heading)
    return heading if found is None or found in others else found


_KNOWN: Final = {EXPORTED, *(name for one in FIELDS["customers"].values() for name in (one.name, one.answer_name))}
