"""XLSX: the cells of one worksheet as texts, each with its row. calamine, a Rust library, reads it; `load.unpacked` looks first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.customers.records import Rejected
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError
from workbench.load.csv import load_rows
from workbench.load.finder import Hidden, Place
from workbench.load.ndjson import Progress
from workbench.load.unpacked import DAMAGES, looked_at

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_DIGITS: Final = 10**15
"""From here on a spreadsheet does not know all digits of a number."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Rows of cells, each with its number in the sheet, all of one length; those without any text are left out.

    `odd` has the cells that hold no text and no plain number, by row number and column: what such a cell is, in words that go
    on after its name. In `rows` stands what it looks like: a date as ISO 8601, a truth as `true` or `false`, an error's name.
    """

    rows: list[tuple[int, list[str]]]
    odd: Mapping[Place, str]


def read_xlsx(path: Path, sheet: str = "") -> Worksheet:
    """The worksheet named `sheet`, else the first that is not hidden.

    Raises `UsageError` for a name that there is not and a workbook that unpacks to too much, `WorkbenchError` for one that is
    damaged, and for what is no XLSX at all.
    """
    from python_calamine import CalamineError, load_workbook

    try:
        looks = looked_at(path)
        with load_workbook(path) as book:
            name = _name(path, book, sheet)
            hidden = looks.hidden(name)
            return _worksheet(book.get_sheet_by_name(name), hidden)
    except (*DAMAGES, CalamineError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise WorkbenchError(f"{path} is a damaged workbook, or none: {why}") from error


def load_xlsx(path: Path, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of the first worksheet, and the rows set aside, as `load_csv` reads them; `progress` hears rows done.

    A row with an error or a date in it is set aside: what was typed there is lost. Raises as `read_xlsx`.
    """
    sheet = read_xlsx(path)
    whys = {number: f"column {column + 1} {why}" for (number, column), why in sorted(sheet.odd.items(), reverse=True)}
    found = ((number, whys.get(number, row)) for number, row in sheet.rows)
    return load_rows(path, "row", found, progress)


def _name(path: Path, book: CalamineWorkbook, wanted: str) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if not sheets:
        raise WorkbenchError(f"{path} holds no worksheet")
    if not wanted:
        shown = [one for one in sheets if one.visible == SheetVisibleEnum.Visible]
        return (shown or sheets)[0].name
    near = [one.name for one in sheets if one.name.strip().casefold() == wanted.strip().casefold()]
    if not near:
        raise UsageError(f"{path} has no sheet {wanted!r}; there are: {', '.join(one.name for one in sheets)}")
    return near[0]


def _worksheet(found: CalamineSheet, hidden: Hidden) -> Worksheet:
    _, left = found.start or (0, 0)
    rows: dict[int, list[str]] = {}
    odd: dict[Place, str] = {}
    for number, values in enumerate(
        found.iter_rows(), 1
    ):  # all rows from the top, but no columns before the first used one
        row = [""] * left
        for column, value in enumerate(values, left):
            if type(value) is str:
                row.append(value)
            else:
                text, why = _text(value)
                row.append(text)
                if why:
                    odd[number, column] = why
        rows[number] = row
    for (number, column), (text, why) in hidden.items():
        row = rows.setdefault(number, [])
        row += [""] * (column + 1 - len(row))
        row[column], odd[number, column] = text, why
    width = max(map(len, rows.values()), default=0)
    kept = {number for number, _ in odd}
    return Worksheet(
        [(n, rows[n] + [""] * (width - len(rows[n]))) for n in sorted(rows) if n in kept or any(rows[n])], odd
    )


def _text(value: object) -> tuple[str, str]:
    """What a cell looks like, and what it is if it is neither text nor a plain number."""
    if isinstance(value, bool):
        return str(value).lower(), f"is the truth value {str(value).upper()}, no text"
    if isinstance(value, float | int):
        if not float(value).is_integer():
            return repr(value), ""
        why = "is a number of more than 15 digits, of which a spreadsheet keeps 15" if abs(value) >= _DIGITS else ""
        return str(int(value)), why
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat(), f"is a date ({value.isoformat()}), no text: a spreadsheet made it of what was typed"
    return str(value), f"is a time ({value}), no text: a spreadsheet made it of what was typed"
