"""Pasted blocks: what a spreadsheet and a terminal make of cells, read back as those cells."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.load.pasted import read_block

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=8)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("NET30", [("NET30",)]),
        ("a\tb\r\nc\td\r\n", [("a", "b"), ("c", "d")]),
        ("a\rb\r", [("a",), ("b",)]),
        ("a\n\nb", [("a",), ("",), ("b",)]),
        ("a\tb\nc", [("a", "b"), ("c", None)]),
        ('"two\nlines"\t"say ""hi"""\nx\ty', [("two\nlines", 'say "hi"'), ("x", "y")]),
        ('"Acme" Inc\t5" pipe\n"x', [('"Acme" Inc', '5" pipe'), ('"x', None)]),
        ("", [("",)]),
    ],
    ids=["one", "windows", "terminal", "empty line", "ragged", "quoted", "not quoted", "nothing"],
)
def test_cells_are_read_as_they_stood_in_the_sheet(text: str, rows: list[tuple[str | None, ...]]) -> None:
    assert read_block(text).rows() == rows


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_a_spreadsheet_writes_is_what_is_read(cells: list[list[str]]) -> None:
    out = StringIO()
    csv.writer(out, "excel-tab", lineterminator="\n").writerows(cells)
    assert read_block(out.getvalue().replace("\n", "\r\n")).rows() == [tuple(row) for row in cells]


def test_a_cell_may_be_longer_than_a_csv_reader_likes() -> None:
    assert read_block('"' + "x" * 200_000 + '"\ty').rows() == [("x" * 200_000, "y")]


def test_half_a_character_is_refused_for_people() -> None:
    with pytest.raises(UsageError, match="half a character"):
        read_block("a\tb\udcff")
