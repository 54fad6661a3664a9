"""Sheets as XLSX, for the people who own the data: text cells, locked where nothing can be changed, drop-downs for choices.

Every cell is a string by its type, so nothing in it is ever computed, and a zip or a phone stays what it is; cells that can be
edited have the format Text, so that what is typed there stays so too. The lock has no password: it is a rail, no wall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from workbench.customers.flat import part as heading_of_part
from workbench.errors import WorkbenchError
from workbench.onlooker import part, step

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS: Final = 1_048_575
"""Rows that a worksheet holds below its heading."""

_LONGEST: Final = 32_767
"""UTF-16 units that a cell holds."""

_PART: Final = 16_000
"""Characters of the exported values in one cell: never more than `_LONGEST` units."""

_OFTEN: Final = 500
"""Rows between two steps."""
_ROWS_WRITTEN: Final = 0.8
"""About this share of writing a workbook is over when its rows are written; the rest packs them."""
_CHOICES: Final = "_choices"
_WIDEST, _NARROWEST, _SAMPLE = 44, 8, 2_000
_UNLOCKED: Final = {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True}
"""What the lock still allows."""

_TEXT: Final = 49
"""The built-in format Text, `@`: what is typed in such a cell stays what it is."""

_HEAD: Final = {"bold": True, "bottom": 1, "num_format": _TEXT}
_HEAD_OPEN: Final = {**_HEAD, "bg_color": "#DDEBF7"}
_HEAD_SHUT: Final = {**_HEAD, "bg_color": "#D9D9D9", "font_color": "#595959"}
_OPEN: Final = {"num_format": _TEXT, "locked": False}
_SHUT: Final = {"num_format": _TEXT, "locked": True, "font_color": "#7F7F7F"}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its heading, its texts (String), whether they can be changed, what to choose from, and whether `only` from that."""

    name: str
    texts: pl.Series
    editable: bool = False
    choices: Sequence[str] = ()
    only: bool = False


def write_workbook(
    target: str, title: str, columns: Sequence[SheetColumn], exported: pl.Series | None, *, keys: int
) -> None:
    """Writes one sheet called `title`, its heading and first `keys` columns frozen, `exported` (JSON texts, if it is one that may
    come back) hidden behind it.

    Raises `WorkbenchError` for more rows, or a longer text, than a sheet holds, or if the file cannot be written.
    """
    from xlsxwriter import Workbook

    height = columns[0].texts.len()
    _refuse_large(columns, height)
    with TemporaryDirectory(prefix="workbook.") as parts_of_it:  # what is left half done leaves nothing
        book = Workbook(target, {"constant_memory": True, "strings_to_urls": False, "tmpdir": parts_of_it})
        _write(book, title, columns, exported, keys, height)


def _write(
    book: Workbook, title: str, columns: Sequence[SheetColumn], exported: pl.Series | None, keys: int, height: int
) -> None:
    from xlsxwriter.exceptions import XlsxFileError

    try:
        sheet = book.add_worksheet(title)
        parts = [] if exported is None else _parts(exported)
        with part(0.0, _ROWS_WRITTEN):
            _put_rows(book, sheet, columns, parts)
        _lay_out(book, sheet, columns, keys, height)
        if parts:
            sheet.set_column(
                len(columns), len(columns) + len(parts) - 1, None, book.add_format(_SHUT), {"hidden": True}
            )
        _offer_choices(book, sheet, columns, height)
        book.close()
    except XlsxFileError as error:
        raise WorkbenchError(f"the workbook cannot be written: {error}") from error
    finally:
        for sheet in book.worksheets():
            if sheet.row_data_fh is not None:  # open still in what was broken off
                sheet.row_data_fh.close()


def _refuse_large(columns: Sequence[SheetColumn], height: int) -> None:
    if height > ROWS:
        raise WorkbenchError(
            f"{height:,} rows are more than a worksheet's {ROWS:,}: take fewer with --where, or write CSV"
        )
    for column in columns:
        for row in (column.texts.str.len_chars() > _LONGEST // 2).fill_null(False).arg_true():
            size = len(column.texts[row].encode("utf-16-le")) // 2
            if size > _LONGEST:
                where = f"{column.name} in row {row + 2} ({columns[0].name} {columns[0].texts[row]})"
                raise WorkbenchError(
                    f"{where} is {size:,} characters long, a cell of a workbook holds {_LONGEST:,}: write CSV instead"
                )


def _put_rows(book: Workbook, sheet: Worksheet, columns: Sequence[SheetColumn], parts: list[pl.Series]) -> None:
    """The heading and the texts. An empty cell is not written: it has the format of its column."""
    formats = [book.add_format(_OPEN if column.editable else _SHUT) for column in columns]
    heads = [book.add_format(_HEAD_OPEN if column.editable else _HEAD_SHUT) for column in columns]
    formats += [book.add_format(_SHUT)] * len(parts)
    heads += [book.add_format(_HEAD_SHUT)] * len(parts)
    names = [*(column.name for column in columns), *(one.name for one in parts)]
    for place, (name, head) in enumerate(zip(names, heads, strict=True)):
        sheet.write_string(0, place, name, head)
    shown = [column.texts.alias(str(n)).str.replace_all("[\ufffe\uffff]", "\ufffd") for n, column in enumerate(columns)]
    texts = pl.DataFrame(shown + parts)
    write = sheet.write_string
    for number, row in enumerate(texts.iter_rows(), 1):
        if number % _OFTEN == 0:
            step(number / texts.height)
        for place, text in enumerate(row):
            if text:
                write(number, place, text, formats[place])


def _parts(exported: pl.Series) -> list[pl.Series]:
    """The exported values in as many columns as the longest needs."""
    longest: Any = exported.str.len_chars().max() or 0
    count = max(1, -(-longest // _PART))
    return [exported.str.slice(n * _PART, _PART).alias(heading_of_part(n + 1)) for n in range(count)]


def _lay_out(book: Workbook, sheet: Worksheet, columns: Sequence[SheetColumn], keys: int, height: int) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column), book.add_format(_OPEN if column.editable else _SHUT))
    sheet.freeze_panes(1, keys)
    sheet.autofilter(0, 0, max(height, 1), len(columns) - 1)
    sheet.protect("", _UNLOCKED)


def _width(column: SheetColumn) -> int:
    longest: Any = column.texts.head(_SAMPLE).str.len_chars().quantile(0.95) or 0
    return max(_NARROWEST, min(_WIDEST, max(int(longest), len(column.name) + 2) + 2))


def _offer_choices(book: Workbook, sheet: Worksheet, columns: Sequence[SheetColumn], height: int) -> None:
    """The drop-downs. Their values stand in a hidden sheet: a list within the rule itself could hold 255 characters in all."""
    offering = [(place, column) for place, column in enumerate(columns) if column.editable and column.choices]
    if not offering:
        return
    behind = book.add_worksheet(_CHOICES)
    for row, values in enumerate(zip_longest(*(column.choices for _, column in offering))):
        for place, value in enumerate(values):
            if value is not None:
                behind.write_string(row, place, value)
    behind.hide()
    from xlsxwriter.utility import xl_range_abs

    for at, (place, column) in enumerate(offering):
        among = xl_range_abs(0, at, len(column.choices) - 1, at)
        sheet.data_validation(1, place, max(height, 1), place, _rule(column, f"={_CHOICES}!{among}"))


def _rule(column: SheetColumn, source: str) -> dict[str, Any]:
    rule = {"validate": "list", "source": source, "error_title": column.name[:32]}
    if column.only:
        return {**rule, "error_type": "stop", "error_message": "Take one of the list."}
    return {**rule, "error_type": "warning", "error_message": "This is none of the list. Is it meant?"}
