"""One look for all: how titles are written, and where figures stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.css.stylesheet import Stylesheet

import screens
from screens.home.app import HomeApp
from screens.widgets.grid import Grid
from screens.widgets.titles import Titled
from tests.screens.conftest import Desk
from workbench.sandbox.server import Sandbox
from workbench.shown.cells import FIGURE
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
_NAMED = {"AreYouSure": 0, "OneLine": 0, "title": 1, "entitle": 0, "Out": 0}
"""Whatever shows a title, and which of its arguments that is."""
_FIGURE = re.compile(r"[\d,.]+")


def titles() -> Iterator[tuple[str, ast.expr]]:
    """Every title in the source of the screens, with its place."""
    for path in sorted(Path(screens.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for one in of(node):
                yield f"{path.name}:{one.lineno}", one


def of(node: ast.AST) -> Iterator[ast.expr]:
    """The titles that a node of the source gives."""
    if isinstance(node, ast.Assign) and any(
        isinstance(to, ast.Name) and to.id in ("title", "ASKS") for to in node.targets
    ):
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )
    if name in _NAMED and len(node.args) > _NAMED[name]:
        yield node.args[_NAMED[name]]
    if any(word.arg == "classes" and ast.unparse(word.value) == "'title'" for word in node.keywords):
        yield from node.args[:1]
    if name == "say" and "'.title'" in ast.unparse(node.func):
        yield from node.args[:1]
    if name == "__init__" and "super()" in ast.unparse(node.func) and node.args:
        yield from (one for one in node.args[:1] if isinstance(one, ast.JoinedStr | ast.Constant))


def beginning(title: ast.expr) -> str:
    """How a title begins; empty where that is data, or comes from elsewhere."""
    while isinstance(title, ast.Tuple | ast.IfExp):
        title = title.elts[0] if isinstance(title, ast.Tuple) else title.body
    first = title.values[0] if isinstance(title, ast.JoinedStr) else title
    return str(first.value) if isinstance(first, ast.Constant) else ""


def test_every_title_begins_with_a_capital_unless_it_begins_with_a_field_or_a_value() -> None:
    every = dict(titles())
    assert len(every) > 40
    assert not {place: text for place, one in every.items() if (text := beginning(one).strip()) and text[0].islower()}


@pytest.fixture
def busy(served: tuple[Workbench, Sandbox]) -> Workbench:
    """Something of everything: committed, staged, found, alike."""
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=pl.Series([1, 2], dtype=pl.UInt32))
    bench.commit()
    same = [Edit("set", "company_name", "Twice Alike"), Edit("set", "email", "a@b.example")]
    bench.stage(same, rows=pl.Series([3, 4], dtype=pl.UInt32))
    return bench


def unruly(grid: Grid) -> dict[str, str]:
    """The columns of a list that hold only figures and whose figures do not end where their heading does."""
    rows, found = grid.rows, {}
    names = [column.name for column in rows.columns]
    lines = rows.window(0, rows.height, names)
    heading = grid.render_line(0).text
    for place, column in enumerate(rows.columns):
        texts = [line[place].text for line in lines if line[place].text]
        if not texts or not all(_FIGURE.fullmatch(text) for text in texts):
            continue
        end = heading.index(column.label) + len(column.label)
        shown = {grid.render_line(1 + y).text[end - len(line[place].text) : end] for y, line in enumerate(lines[:5])}
        if column.kind != FIGURE or not shown <= {*texts, ""}:
            found[column.name] = str(sorted(shown))
    return found


async def test_figures_stand_under_each_other_and_end_where_their_heading_does(
    busy: Workbench, open_app: Opener, tmp_path: Path
) -> None:
    async with open_app(busy, (160, 45)) as desk:
        seen = 0
        for keys in (("2",), ("t",), ("4",), ("escape", "p"), ("escape", "equals_sign")):
            await desk.press(*keys)
            await desk.until(lambda: desk.app.screen.query_one(Titled).query_one(Grid).rows.height > 0)
            grid = desk.app.screen.query_one(Titled).query_one(Grid)
            assert unruly(grid) == {}, keys
            seen += sum(column.kind == FIGURE for column in grid.rows.columns)
        assert seen == 7
        await desk.press("escape")
        desk.app.screen.grid.go_to(column="payment_term")
        await desk.press("C", "m")
        await desk.until(lambda: desk.app.screen.query_one(Grid).rows.height > 0)
        assert unruly(desk.app.screen.query_one(Grid)) == {}
    busy.close()
    async with HomeApp(tmp_path).run_test() as pilot:
        desk = Desk(pilot.app, pilot)  # type: ignore[arg-type]
        await desk.until(lambda: pilot.app.screen.query_one(Grid).rows.height == 1)
        assert unruly(pilot.app.screen.query_one(Grid)) == {}


async def test_a_first_visit_parses_no_style_sheet_again(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[str] = []
    async with open_app(bench) as desk:
        monkeypatch.setattr(Stylesheet, "reparse", lambda _: again.append(type(desk.app.screen).__name__))
        for key in ("2", "3", "4", "1", "p", "1", "=", "1", "enter"):
            await desk.press(key)
    assert again == []
