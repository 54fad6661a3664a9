"""A terminal that draws a text wider or narrower than was thought does not move the columns beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip

from screens.steady import certain, steadied, steady
from screens.widgets.grid_page import line
from screens.widgets.grid_paint import cell_segments
from screens.widgets.text_line import TextBlock, TextLine
from screens.widgets.titles import RuledLine
from workbench.shown.cells import Cell

TEXTS = [
    "क्षत्रिय कंपनी प्राइवेट लिमिटेड",
    "🇺🇸🇩🇪 Flags",
    "👨‍👩‍👧‍👦 family 👍🏽",
    "บริษัท น้ำมัน",
    "مؤسسة الخليج للتجارة",
    "שלום עולם",
    "株式会社東京本社",
    "e" + "\u0301" * 9 + "x",
    "☰ trigram 1️⃣ ❤️",
    "𝍠 rods \U0001fae8 new",
    "plain",
]
CODES = re.compile(r"\x1b7|\x1b8|\x1b\[(\d*(?:;\d+)*)([A-Za-z])|(.)", re.DOTALL)


def ours(char: str) -> int:
    return cell_len(char)


def wider(char: str) -> int:
    """A terminal that gives a cell to every mark, and two to what it does not know."""
    return max(cell_len(char), 1) if ord(char) < 0x900 else 2 if ord(char) > 0xFFFF else max(cell_len(char), 1)


def narrower(char: str) -> int:
    """A terminal that draws marks over their letters, and emoji in one cell."""
    if unicodedata.category(char) in ("Mc", "Mn", "Me"):
        return 0
    return 1 if ord(char) > 0xFFFF else cell_len(char)


def drawn(data: str, width: Callable[[str], int], columns: int = 120) -> list[str]:
    """What stands in each column of a terminal's line, which measures characters in its own way."""
    cells, at, kept = ["?"] * columns, 0, 0
    for match in CODES.finditer(data):
        number = int(match[1] or 1) if match[2] in ("C", "X") else 0
        if match[0] == "\x1b7":
            kept = at
        elif match[0] == "\x1b8":
            at = kept
        elif match[2] == "C":
            at += number
        elif match[2] == "X":
            cells[at : at + number] = [" "] * min(number, columns - at)
        elif match[3]:
            for place in range(at, min(at + width(match[3]), columns)):
                cells[place] = match[3]
            at += width(match[3])
    return cells


def sent(segments: list[Segment]) -> str:
    """What goes to the terminal."""
    return steadied("".join((style or Style()).render(text) for text, style, _ in segments))


@pytest.mark.parametrize("width", [ours, wider, narrower])
@pytest.mark.parametrize("staged", [False, True])
def test_what_stands_beside_a_text_stays_in_its_column(width: Callable[[str], int], staged: bool) -> None:
    look = lambda *_: Style(bold=True)  # noqa: E731
    bar = Segment("|", look())
    for text in TEXTS:
        cell = Cell(text, "NET 30 " + text, True) if staged else Cell(text)
        cells = drawn(sent([*cell_segments(cell, 24, look), bar, *cell_segments(cell, 60, look), bar]), width)
        assert [place for place, char in enumerate(cells) if char == "|"] == [24, 85], text
        assert "?" not in cells[:86], text


@given(
    st.text(max_size=30) | st.text("".join(TEXTS), max_size=30), st.booleans(), st.integers(2, 60), st.integers(0, 70)
)
@example("कंपनी", True, 40, 70)
def test_marks_have_no_width_and_never_reach_a_terminal(text: str, staged: bool, width: int, cut: int) -> None:
    segments = cell_segments(Cell(text, text[::-1], True) if staged else Cell(text), width, lambda *_: Style(bold=True))
    assert sum(cell_len(segment.text) for segment in segments) == width
    assert ("\x1b7" in sent(segments)) == any("\U000e0100" in segment.text for segment in segments)
    whole = Strip(line([], segments, 0, 70, Style())).crop(0, cut)
    for piece in (segments, list(whole), list(reversed(segments))):
        assert not re.search("[\U000e0100-\U000e01ef]", sent(piece))


def test_a_pair_that_was_cut_apart_moves_no_cursor() -> None:
    whole = "हि" + " " * (10 - cell_len("हि"))
    begin, end = steady([Segment(whole)], 10)[0].text.split(whole)
    assert steadied(f"{begin}ab") == "ab"
    assert steadied(f"ab{end}") == "ab"
    assert steadied(f"{begin}ab\x1b[3;4Hcd{end}") == "ab\x1b[3;4Hcd"
    assert steadied(f"{begin}ab\ncd{end}") == "ab\ncd"
    assert steadied(f"{begin}ab{begin}{whole}{end}") == f"ab\x1b7\x1b[10X{whole}\x1b8\x1b[10C"


@pytest.mark.parametrize("dialog", [(5, 60), (5, 25), (10, 40)])
def test_a_dialog_between_two_such_texts_is_shown_to_its_last_letter(dialog: tuple[int, int]) -> None:
    look = lambda *_: Style(bold=True)  # noqa: E731
    start, stop = dialog
    for text in TEXTS:
        behind = Strip(
            line([], [*cell_segments(Cell(text), 24, look), *cell_segments(Cell(text), 60, look)], 0, 84, Style())
        )
        asked = "Commit 236 customers".ljust(stop - start, ".")
        beside = [*behind.crop(stop, 84), Segment("|", Style())]
        cells = drawn(sent([*behind.crop(0, start), Segment(asked, Style()), *beside]), ours)
        assert ("".join(cells[start:stop]), cells[84]) == (asked, "|"), text


def test_a_cell_that_is_cut_at_its_left_shows_only_what_has_one_width() -> None:
    cell = Cell("कंपनी Ltd")
    text = "".join(segment.text for segment in cell_segments(cell, 12, lambda *_: Style(), whole=False))
    assert text == " ◦◦◦◦◦ Ltd  "
    assert certain("Müller 株式会社", "◦") == "Müller 株式会社"


def test_ordinary_text_is_sent_as_it_is() -> None:
    segments = [Segment("Müller → 株式会社 … €")]
    assert steady(segments, 30) is segments


async def test_a_line_of_text_is_shown_to_its_last_letter() -> None:
    class Lines(App[None]):
        def compose(self) -> ComposeResult:
            yield TextLine(("क्षत्रिय कंपनी", "bold"), "  payment_term")
            yield TextBlock(("क्षत्रिय कंपनी", "bold"), "  payment_term")
            yield RuledLine(("क्षत्रिय कंपनी", "bold"), "  payment_term")

    app = Lines()
    async with app.run_test(size=(60, 5)):
        for kind in (TextLine, TextBlock, RuledLine):
            strip = app.query_one(kind).render_line(0)
            assert strip.cell_length == 60
            beside = Segment("|" + " " * 9, Style())
            for width in (ours, wider, narrower):
                cells = drawn(sent([*strip, beside]), width)
                assert cells[60] == "|"
                assert "payment_term" in "".join(cells[:60])
