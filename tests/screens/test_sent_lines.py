"""What was sent to the terminal a moment ago is not sent again, and what stands there is right all the same."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from screens.sent_lines import OnlyNew, Piece, SentLines, once
from screens.steady import steadied, steady
from tests.cli.screen_text import ScreenText

WIDTH, HEIGHT = 8, 3
CONSOLE = Console(width=WIDTH, height=HEIGHT)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@st.composite
def lines(draw: st.DrawFn) -> tuple[int, list[Piece]]:
    """A line that is cut anywhere, of which only some pieces are painted."""
    cuts = sorted({0, WIDTH, *draw(st.lists(st.integers(1, WIDTH - 1), max_size=3))})
    pieces = [Piece(first, end, draw(st.sampled_from("ab")) * (end - first)) for first, end in pairwise(cuts)]
    return draw(st.integers(0, HEIGHT - 1)), [piece for piece in pieces if draw(st.booleans()) or len(pieces) == 1]


@given(st.lists(st.tuples(st.lists(lines(), max_size=4), st.sampled_from([0, 0, 0.4, 2.0])), max_size=8))
@settings(max_examples=60)
def test_what_stands_there_is_what_was_painted_last(updates: list[tuple[list[tuple[int, list[Piece]]], float]]) -> None:
    clock = Clock()
    sent, terminal, painted = SentLines(clock), ScreenText(HEIGHT, WIDTH), ScreenText(HEIGHT, WIDTH)
    for update, passes in updates:
        terminal.feed(sent.send(update).encode())
        for line in update:
            painted.feed(SentLines().send([line]).encode())
        assert terminal.text == painted.text
        clock.now += passes


def test_a_line_is_sent_again_after_a_second_or_when_nobody_knows_what_stands_there() -> None:
    clock = Clock()
    sent, update = SentLines(clock), [(0, [Piece(0, 3, "abc")]), (1, [Piece(0, 3, "def")])]
    whole = sent.send(update)
    assert sent.send(update) == ""
    assert sent.send([update[0], (1, [Piece(0, 3, "dex")])]) == "\x1b[2;1Hdex"
    clock.now += 0.9
    assert sent.send(update) == "\x1b[2;1Hdef", "it was another line a moment ago"
    clock.now += 0.2
    assert sent.send(update) == "\x1b[1;1Habc", "something else may have written over what is older than a second"
    sent.forget()
    assert sent.send(update) == whole


def test_a_text_that_terminals_disagree_about_takes_the_rest_of_its_line_and_the_line_below_along() -> None:
    text = "हि"
    width = cell_len(text)
    doubtful = "".join(segment.text for segment in steady([Segment(text)], width))
    sent, below = SentLines(Clock()), (1, [Piece(0, 3, "def")])
    beside = Piece(width, 3, "|" * (3 - width))
    sent.send([(0, [Piece(0, width, "a" * width), beside]), below])
    came = steadied(sent.send([(0, [Piece(0, width, doubtful), beside]), below]))
    assert came == f"\x1b[1;1H\x1b7\x1b[{width}X{text}\x1b8\x1b[{width}C\x1b[1;{width + 1}H{beside.text}\x1b[2;1Hdef"


def test_the_pieces_of_an_update_are_those_that_textual_sends() -> None:
    strips = [[Strip([Segment("ab")]), Strip([Segment("cdef")])], [Strip([Segment("ghijkl")])]]
    layout = LayoutUpdate(list(strips), Region(0, 0, 6, 2))
    chops = [{0: strips[0][0], 2: strips[0][1]}, {0: strips[1][0]}]
    some = ChopsUpdate(chops, [(0, 0, 1), (0, 3, 5), (1, 0, 6)], [[2, 6], [6]])
    for update in (layout, some):
        ours, theirs = ScreenText(2, 6), ScreenText(2, 6)
        ours.feed(OnlyNew(update, SentLines()).render_segments(CONSOLE).encode())
        theirs.feed(update.render_segments(CONSOLE).replace("\n", "").encode())
        assert ours.text == theirs.text


def test_colours_are_sent_where_they_change_not_for_each_cell_of_a_scrollbar() -> None:
    red, blue, end = "\x1b[31;4m", "\x1b[34m", "\x1b[0m"
    assert (
        once("".join(f"{red}{cell}{end}" for cell in "abcdefg") + f"{blue}h{end}") == f"{red}abcdefg{end}{blue}h{end}"
    )
    for text in (
        "plain",
        f"{red}a{end}b{red}c{end}",
        f"{red}a{end}{blue}b{end}{red}c{end}",
        f"{red}a{end}\x1b[2;3H{red}b{end}",
    ):
        assert once(text) == text
