"""A value of a megabyte: it is edited like a name, never whole on the way of a key, and never staged shorter than it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.dialogs.edit_cell import EditCell
from screens.dialogs.edit_column import EditColumn
from screens.widgets.line_input import LineInput
from screens.widgets.line_window import cells, start_of, stop_of
from screens.widgets.suggestions import Suggested, Suggestions
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]

LONG: Final = "Net é 株  \t" * 7_000 + "end"
_TOO_LONG: Final = 50_000
_CAREFUL: Final = {
    "cell_len",
    "_cell_len",
    "set_cell_size",
    "revealed",
    "safe",
    "glyphs",
    "translate",
    "casefold",
    "split_cells",
}
"""What looks at each character of a text."""


@contextmanager
def nothing_whole() -> Iterator[list[str]]:
    """Notes the functions that look at each character of a text and were given a long one, on the loop's thread."""
    found: list[str] = []

    def heard(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code.co_name in _CAREFUL:
            given_ = [value for value in frame.f_locals.values() if isinstance(value, str)]
            found.extend(
                f"{frame.f_code.co_name} {len(text):,} in {_callers(frame)}" for text in given_ if len(text) > _TOO_LONG
            )
        elif (
            event == "c_call"
            and getattr(arg, "__name__", "") in _CAREFUL
            and len(getattr(arg, "__self__", "")) > _TOO_LONG
        ):
            found.append(f"{arg.__name__} in {_callers(frame)}")

    sys.setprofile(heard)
    try:
        yield found
    finally:
        sys.setprofile(None)


def _callers(frame: FrameType) -> str:
    callers = [frame, frame.f_back, frame.f_back and frame.f_back.f_back]
    return " < ".join(one.f_code.co_name for one in callers if one is not None)


def with_long(bench: Workbench) -> None:
    """The second customer has it."""
    bench.stage([Edit("set", "payment_term", LONG)], rows=pl.Series([1], dtype=pl.UInt32))


def terms(bench: Workbench) -> list[Any]:
    return bench.snapshot.current.customers["payment_term"].to_list()


async def to_terms(desk: Any) -> None:
    await desk.press("O")
    await desk.type("payment_term")
    await desk.press("enter")


async def test_a_long_value_is_edited_like_a_name_and_never_shortened(bench: Workbench, open_app: Opener) -> None:
    with_long(bench)
    before = bench.snapshot.generation
    async with open_app(bench) as desk:
        await to_terms(desk)
        with nothing_whole() as found:
            await desk.press("down", "e", "ctrl+left", "end")
        assert isinstance(desk.app.screen, EditCell)
        field = desk.app.screen.query_one(LineInput)
        shown = field.render_line(0).text
        assert shown.startswith("…")
        assert shown.rstrip().endswith("end"), "the cursor is at the end"
        assert desk.text("#counts").startswith("70,003 characters")
        await desk.pilot.click(field, offset=(1 + cell_len(shown[: shown.index("d")]), 0))
        assert field.cursor_position == len(LONG) - 1
        await desk.pilot.click(field, offset=(1, 0))
        assert 30 < len(LONG) - field.cursor_position < 80, "what is before can be reached"
        await desk.press("home")
        assert field.render_line(0).text.startswith("Net é 株")
        assert field.render_line(0).text.endswith("…")
        await desk.press("enter", "e", "tab", "escape")
        assert (bench.snapshot.generation, terms(bench)[1]) == (before, LONG), "nothing was changed"
        await to_terms(desk)
        await desk.press("e", "end", "ctrl+w", "y", "enter")
        other = LONG.removesuffix("end") + "y"
        assert terms(bench)[1] == other
        assert found == []
        await desk.press("space", "up", "space", "E")
        assert isinstance(desk.app.screen, EditColumn)
        await desk.type("net é")
        with nothing_whole() as found:
            await desk.press("down")
        await desk.until(lambda: " match" in desk.text("#counts"))
        await desk.press("enter")
        assert (terms(bench)[:2], found) == ([other, other], []), "what is suggested by its beginning is taken whole"


def test_suggestions_are_told_apart_by_more_than_is_compared() -> None:
    offered, line = [Suggested(LONG + end) for end in "ab"], Suggestions()
    line.offer(offered, "")
    line.narrow(LONG + "b")
    assert {line.walk(1), line.walk(1)} == {LONG + "a", LONG + "b"}


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("ab 株\u0301\t\u200b"), max_size=60),
    st.lists(st.integers(0, 60), min_size=1, max_size=8),
    st.integers(5, 20),
)
def test_the_cursor_is_always_seen_and_what_is_seen_fits(text: str, cursors: list[int], width: int) -> None:
    start = 0
    for cursor in (min(one, len(text)) for one in cursors):
        start = start_of(text, cursor, start, width)
        stop = stop_of(text, start, width)
        assert start <= cursor <= stop
        assert cursor < stop or cursor == len(text)
        marks = (start > 0) + 1
        assert sum(map(cells, text[start:stop])) + marks <= width
        if stop < len(text):
            assert stop - start > (width - marks - 2) // 2, "there is no room for more"
