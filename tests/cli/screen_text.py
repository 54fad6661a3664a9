"""What stands on a terminal after the codes that our app sends: as much of a terminal as its tests have to look at."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

_TOKENS: Final = re.compile(
    r"\x1b\[(\d+);(\d+)H|\x1b\[(\d+)([XC])|\x1b([78])|\x1b\[[?<>=]?[\d;]*\$?[a-zA-Z]|\x1b\].*?\x07|(\r\n)|([^\x1b\r\n]+)"
)


class ScreenText:
    """The lines of a screen. Codes for looks and modes change nothing here.

    `stood` are all lines that have stood there since it was last emptied, each with its number from above: a line is looked at
    whenever the cursor leaves it.
    """

    def __init__(self, lines: int = 24, columns: int = 80) -> None:
        self._cells = [[" "] * columns for _ in range(lines)]
        self._at = self._kept = (0, 0)
        self._written: set[int] = set()
        self.stood: set[tuple[int, str]] = set()

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join("".join(line) for line in self._cells)

    def block(self, begins: str) -> str:
        """What stands from this text on, and in the lines below from the same column on; empty where it does not stand."""
        lines = ["".join(cell or "\0" for cell in line) for line in self._cells]
        found = [(number, line.find(begins)) for number, line in enumerate(lines) if begins in line]
        return "".join(line[found[0][1] :] for line in lines[found[0][0] :]).replace("\0", "") if found else ""

    def feed(self, came: bytes) -> None:
        """Takes what came, which ends between two codes."""
        for found in _TOKENS.finditer(came.decode("utf-8", "replace")):
            row, column, count, what, keeps, breaks, text = found.groups()
            line, at = self._at
            if row:
                if int(row) - 1 != line:
                    self._look()
                self._at = int(row) - 1, int(column) - 1
            elif what:
                self._at = (line, at + int(count)) if what == "C" else self._at
            elif keeps == "7":
                self._kept = self._at
            elif keeps == "8":
                self._at = self._kept
            elif breaks:
                self._at = line + 1, 0
            elif text:
                self._write(text)
        self._look()

    def _look(self) -> None:
        self.stood.update((line, "".join(self._cells[line])) for line in self._written)
        self._written.clear()

    def _write(self, text: str) -> None:
        for char in text:
            line, at = self._at
            width = cell_len(char)
            if line < len(self._cells) and at < len(self._cells[line]) and width:
                self._cells[line][at : at + width] = [char, *[""] * (width - 1)]
                self._written.add(line)
            self._at = line, at + width
