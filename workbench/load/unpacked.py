"""A look into a workbook before it is read: how much it unpacks to, how far it reaches, what of it is empty only in appearance.

A few kilobytes of XLSX can unpack to gigabytes, the sizes that a file tells of itself can be lies, and two cells in opposite
corners of a worksheet make a reader reserve room for all between. So every part is unpacked once, in blocks of which none is
kept. And a library that reads values takes a cell for empty if it holds an error, or a formula whose value was never computed:
such cells are found here (`load.finder`), so that nobody takes them for cells left blank.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

from workbench.errors import UsageError, WorkbenchError
from workbench.load.finder import Finder, Hidden, column, local

DAMAGES: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, ElementTree.ParseError, LookupError, ValueError,
    OSError,
)  # fmt: skip
"""What reading a damaged workbook raises."""

MOST: Final = 400 << 20
"""Bytes that a workbook may unpack to: 200,000 customers with all their columns, as we write them."""

CELLS: Final = 10_000_000
"""Cells that the used part of a worksheet may have, empty ones too: under 2 GB of memory, whatever the file."""

_SMALL: Final = 8 << 20
_BLOCK: Final = 1 << 20
_BOOK: Final = "xl/workbook.xml"
_LINKS: Final = "xl/_rels/workbook.xml.rels"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TELLING: Final = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'"e"', b"'e'")
"""What a worksheet's XML has if there is a formula or an error in it."""

_UNUSUAL: Final = (b" r='", b" r =", b" r= ", b"\tr=", b"\nr=", b"\tr =", b"\nr =", b'r="&')
"""Ways to write where a cell stands that no spreadsheet has, and that `_REFERENCE` does not know."""

_REFERENCE: Final = re.compile(rb' r="([A-Za-z]+)(\d+)"')


@dataclass(slots=True)
class Survey:
    """What a part holds at most: the last column and row of its cells; whether it must be read with care to know more."""

    careful: bool = False
    columns: int = 0
    rows: int = 0
    _tail: bytes = b""

    def add(self, block: bytes) -> None:
        """Takes the next block into account."""
        both = self._tail + block
        self.careful = self.careful or any(one in both for one in (*_TELLING, *_UNUSUAL))
        found = _REFERENCE.findall(both)
        self.columns = max([self.columns, *(column(letters.decode()) + 1 for letters in {one[0] for one in found})])
        self.rows = max([self.rows, *map(int, {one[1] for one in found})])
        self._tail = both[-32:]


@dataclass(frozen=True, slots=True)
class Looks:
    """A workbook whose parts were measured."""

    path: Path
    parts: Mapping[str, zipfile.ZipInfo]
    surveys: Mapping[str, Survey]

    def hidden(self, sheet: str) -> Hidden:
        """The cells of a worksheet that hold an error, or a formula without a value. Raises `UsageError` if it has too many
        cells to be read at all."""
        part = self._part(sheet)
        survey = self.surveys[part]
        found: Hidden = {}
        if survey.careful:
            finder = Finder()
            for block in _blocks(self.path, self.parts[part]):
                finder.add(block)
            found, survey = finder.done(), Survey(columns=finder.columns, rows=finder.rows)
        if survey.columns * survey.rows > CELLS:
            raise UsageError(
                f"{self.path}: the sheet {sheet!r} reaches to row {survey.rows:,} and column {survey.columns:,}, which is too much "
                "to be read: delete what stands far off, save it as CSV, or in parts"
            )
        return found

    def _part(self, sheet: str) -> str:
        """The part in which the cells of a worksheet stand."""
        sheets = {one.get("name"): one.get(_LINK) for one in self._parsed(_BOOK).iter() if local(one.tag) == "sheet"}
        targets = {one.get("Id"): one.get("Target", "") for one in self._parsed(_LINKS)}
        target = targets.get(sheets.get(sheet), "")
        part = target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))
        if part not in self.surveys:
            raise zipfile.BadZipFile(f"the sheet {sheet!r} is missing")
        return part

    def _parsed(self, part: str) -> ElementTree.Element:
        content = b"".join(_blocks(self.path, self.parts[part]))
        if len(content) > _SMALL:
            raise zipfile.BadZipFile(f"{part} is {len(content):,} bytes long")
        return ElementTree.fromstring(content)


def looked_at(path: Path) -> Looks:
    """The workbook, measured. Raises `UsageError` if it unpacks to more than `MOST`, `WorkbenchError` if it is no XLSX, and one of
    `DAMAGES`."""
    with zipfile.ZipFile(path) as book:
        parts = {one.filename: one for one in book.infolist() if one.filename.lower().endswith((".xml", ".rels"))}
    if _BOOK not in parts or _LINKS not in parts:
        raise WorkbenchError(f"{path} is no XLSX workbook: save it as XLSX or CSV")
    surveys, left = dict[str, Survey](), MOST
    for name, part in parts.items():
        survey = surveys[name] = Survey()
        for block in _blocks(path, part):
            left -= len(block)
            if left < 0:
                raise UsageError(
                    f"{path} unpacks to more than {MOST >> 20} MB, which is too much for a sheet: save it as CSV, or in parts"
                )
            survey.add(block)
    return Looks(path, parts, surveys)


def _blocks(path: Path, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part unpacks to, whatever size it tells of itself."""
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{part.filename} is encrypted or packed in a way that is not known")
    with path.open("rb") as file:
        file.seek(part.header_offset)
        name, extra = struct.unpack("<26x2H", file.read(30))
        file.seek(name + extra, 1)
        left, unpacker = part.compress_size, zlib.decompressobj(-15)
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            if part.compress_type == zipfile.ZIP_STORED:
                yield block
                continue
            while block and not unpacker.eof:
                yield unpacker.decompress(block, _BLOCK)
                block = unpacker.unconsumed_tail
