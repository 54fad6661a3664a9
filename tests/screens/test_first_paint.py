"""The first paint is the app's own first screen: the same text in the same looks, whatever the session holds."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.segment import Segment
from rich.style import Style

from screens import held_terminal
from screens.first_looks import color_system, on_screen
from screens.first_paint import first_line, picture, width_of
from screens.held_terminal import HeldTerminal, codes
from tests.form import amount
from tests.screens.conftest import customer
from workbench.session.held import HeldFile
from workbench.shown.cells import Cell
from workbench.shown.first_screen import glance_of
from workbench.shown.glance import Glance
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
SPINNER = set("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
"""What stands in the first line while something takes long, which on a busy machine it may."""
SIZES = ((80, 24), (160, 45), (41, 9), (500, 70))


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def nothing(bench: Workbench) -> None:
    pass


def staged(bench: Workbench) -> None:
    bench.stage([Edit("set", "payment_term", "NET 60 days end of month")], rows=rows(*range(7)))
    bench.stage([Edit("set", "phone", "12"), Edit("clear", "payment_term")], rows=rows(1, 3))
    bench.stage(
        [Edit("set", "company_name", "\x1b[31mred\x07 and a name that is longer than its column")], rows=rows(0, 20)
    )
    bench.stage([Edit("set", "city", "Rome")], table="addresses", rows=rows(2))
    bench.hold("id:=(c003 c004)", note="ask")


def invalid(bench: Workbench) -> None:
    bench.stage([Edit("set", "company_name", "x" * 300)], rows=rows(0))


def arranged(bench: Workbench) -> None:
    invalid(bench)
    columns = bench.arrangement().hide("display_id").hide("reference_id").pin("payment_term").pin("phone")
    bench.arrange("customers", columns.widen("email", 60).move("phone", -1).widen("company_name", 3))


def crowded(bench: Workbench) -> None:
    """More columns stand still than any terminal has room for."""
    columns = bench.arrangement()
    for name in columns.order[1:9]:
        columns = columns.pin(name).widen(name, 25)
    bench.arrange("customers", columns)


def left(bench: Workbench) -> None:
    """The cursor was left in the middle, on a column that is out of sight at first, of a customer that is on hold."""
    staged(bench)
    bench.hold("id:=c023", note="ask \u202e them")
    bench.keep_place(23, "created_at")


def left_at_the_end(bench: Workbench) -> None:
    bench.stage([Edit("set", "phone", "12")], rows=rows(39))
    bench.keep_place(39, "phone")


def left_cut(bench: Workbench) -> None:
    """The last column does not fit beside the one that stands still: it is scrolled to where a column is cut."""
    left(bench)
    arranged(bench)
    bench.keep_place(20, bench.arrangement().shown[-1])


def seen(line: Iterable[Segment], *, plain: bool = False) -> list[tuple[str, object]]:
    """Each character with what can be seen of its look; of a space only its colour can."""
    out: list[tuple[str, object]] = []
    for text, style, _ in line:
        look = on_screen(text, style or Style.null(), plain=plain)
        color, background = look.color and look.color.name, look.bgcolor and look.bgcolor.name
        ground = color if look.reverse else background
        marks = (look.bold, look.reverse, look.dim, look.underline, look.strike)
        out += [(char, ground if char == " " else (color, background, *map(bool, marks))) for char in text]
    return out


def painted(app: Any) -> list[list[Segment]]:
    """The lines that the app shows."""
    return [list(strip) for strip in app.screen._compositor.render_strips(app.size)]


async def compared(bench: Workbench, open_app: Opener, size: tuple[int, int], *, plain: bool = False) -> None:
    """The first paint of a session against the app's first screen, line by line."""
    lines = picture(Glance.loaded(glance_of(bench.snapshot, bench._bench.facts).dumped()), bench.name, *size)
    assert [width_of(line) for line in lines] == [size[0]] * size[1]
    async with open_app(bench, size=size) as desk:
        await desk.until(lambda: not SPINNER & set("".join(part.text for part in painted(desk.app)[0])))
        for ours, theirs in zip(lines, painted(desk.app), strict=True):
            assert seen(ours, plain=plain) == seen(theirs)


@pytest.mark.parametrize(
    ("prepared", "size"),
    [
        pytest.param(prepared, size, id=f"{prepared.__name__}-{size[0]}x{size[1]}")
        for row, prepared in enumerate((nothing, staged, invalid, arranged, crowded, left, left_at_the_end, left_cut))
        for column, size in enumerate(SIZES)
        if amount(
            (row + column) % 2 == 0, True
        )  # in the short form every session in two sizes, every size with two or three
    ],
)
async def test_the_first_paint_is_what_the_app_paints(
    bench: Workbench, open_app: Opener, size: tuple[int, int], prepared: Callable[[Workbench], None]
) -> None:
    prepared(bench)
    await compared(bench, open_app, size)


async def test_without_colours_it_is_as_plain_as_the_app(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    staged(bench)
    await compared(bench, open_app, (80, 24), plain=True)


async def test_an_empty_session_and_one_that_fits_need_no_scrollbars(tmp_path: Path, open_app: Opener) -> None:
    source = tmp_path / "few.json"
    for number in (0, 3):
        source.write_text(json.dumps([customer(one) for one in range(number)]))
        with Workbench.create(tmp_path / f"few{number}.session") as bench:
            bench.load(file=source)
            await compared(bench, open_app, (900, 30))


async def test_customers_that_the_server_no_longer_has_are_not_shown(
    bench: Workbench, tmp_path: Path, open_app: Opener
) -> None:
    source = tmp_path / "fewer.ndjson"
    source.write_text("".join(json.dumps(customer(number)) + "\n" for number in range(1, 30)))
    bench.load(file=source)
    assert glance_of(bench.snapshot).found == bench.status().customers
    await compared(bench, open_app, (80, 24))


def test_nothing_in_a_glance_drives_the_terminal(bench: Workbench) -> None:
    glance = glance_of(bench.snapshot)
    hostile = "\x1b]52;c;eA==\x07\x9b31m\u202e\n"
    glance.cells[0] = [Cell(hostile, hostile, True, True) for _ in glance.cells[0]]
    lines = picture(Glance.loaded(glance.dumped()), f"s{hostile}", 160, 45)
    sent = codes(lines, {"TERM": "xterm-256color"})
    assert "52;c;eA==" in sent
    assert not set(sent) & set("\x07\x9b\u202e\n")
    assert "\x1b]" not in sent
    assert [width_of(line) for line in lines] == [160] * 45


def test_without_a_glance_it_says_what_is_being_opened() -> None:
    lines = picture(None, "spring", 80, 24)
    assert len(lines) == 24
    assert "opening spring .." in "".join(text for line in lines for text, *_ in line)


def test_while_the_session_is_read_the_first_line_says_so_until_the_app_has_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyboard, screen = os.openpty()
    said, heard = list[str](), threading.Event()

    def write(text: str) -> None:
        said.append(text)
        if "reading the session" in text:
            heard.set()

    monkeypatch.setattr(held_terminal, "_write", write)
    terminal = HeldTerminal(screen)
    try:
        terminal.says(lambda busy: first_line(None, "spring", 80, busy))
        assert heard.wait(60)
        terminal.given()
        assert SPINNER & set(said[-1])
        assert said[-1].startswith("\x1b[1;1H")
        assert "\n" not in said[-1]
        assert terminal._sign is not None
        assert not terminal._sign.is_alive()
    finally:
        os.close(keyboard)
        os.close(screen)


def test_opening_tells_how_far_it_is(bench: Workbench) -> None:
    path, told = bench.path, list[float]()
    bench.close()
    with Workbench.holding(HeldFile.take(path), told=told.append):
        assert told[0] == 0
        assert len(told) == 5  # the start, and each table
        assert all(0 <= share < 1 for share in told)
        assert max(told) > 0.3


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "TRUECOLOR"),
        ({"TERM": "xterm-256color"}, "EIGHT_BIT"),
        ({"TERM": "xterm-kitty"}, "EIGHT_BIT"),
        ({"TERM": "linux"}, "STANDARD"),
    ],
)
def test_colours_are_those_that_the_terminal_has(env: dict[str, str], name: str) -> None:
    assert color_system(env).name == name
