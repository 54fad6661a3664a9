"""Goes through a worksheet's XML for cells that a reader of values takes for empty, though somebody put something there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

Place = tuple[int, int]
"""A cell: the row's number, counted from 1, and the column's place, from 0."""

Hidden = Mapping[Place, tuple[str, str]]
"""Cells with what stands there, and what they are in words that go on after their name."""


class Finder:
    """Takes a worksheet's XML in blocks. `rows` and `columns` are how far its cells reach."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._found: dict[Place, tuple[str, str]] = {}
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._row, self._column, self._kind = 0, -1, ""
        self._formula = self._valued = self._inside = False
        self._value = ""

    def add(self, block: bytes) -> None:
        """Goes on with the next block. Raises `ExpatError`, and `ValueError` for a place that is none."""
        self._parser.Parse(block, False)

    def done(self) -> Hidden:
        """The cells that hold an error, or a formula without a value. Raises `ExpatError` if the XML is cut off."""
        self._parser.Parse(b"", True)
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), -1
        elif tag == "c":
            self._column = column(attributes["r"]) if "r" in attributes else self._column + 1
            self._row = int(re.sub(r"\D", "", attributes["r"])) if "r" in attributes else self._row
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column + 1)
            self._kind, self._formula, self._valued, self._value = attributes.get("t", ""), False, False, ""
        elif tag == "f":
            self._formula = True
        elif tag == "v":
            self._valued = self._inside = True

    def _text(self, text: str) -> None:
        if self._inside:
            self._value += text

    def _end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "v":
            self._inside = False
        if tag != "c":
            return
        if self._kind == "e":
            self._found[self._row, self._column] = self._value, f"is the error {self._value}"
        elif self._formula and not self._value and not (self._kind == "str" and self._valued):
            why = "is a formula whose value was not saved: open the sheet in a spreadsheet and save it there"
            self._found[self._row, self._column] = "", why


def column(reference: str) -> int:
    """The place of a column: 0 for A1, 27 for AB3."""
    place = 0
    for letter in re.sub(r"[^A-Za-z]", "", reference).upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def local(tag: str) -> str:
    """A tag without its namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]
