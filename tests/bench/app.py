"""Our side of the cases of the terminal app: `python tests/bench/app.py NAME FOLDER`, in which `bench.session` lies."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
sys.path.insert(0, str(Path(__file__).parents[2]))

from start import started
from timing import Clock, Figures, held_now, one_of

PAGES = 100
KEYS = 1_500
"""As many as a key that is held down for 50 seconds sends."""


def start(figures: Figures, given: list[str]) -> None:
    """The app on a pty: the first rows on the screen, and a key answered (`G` has brought the last customer)."""
    _start(figures, given[0], "open a saved session")


def small(figures: Figures, given: list[str]) -> None:
    """The same of few customers."""
    _start(figures, given[0], "open a small session")


def _start(figures: Figures, folder: str, what: str) -> None:
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(Path(folder, "app.json"))
    with Workbench.open("bench", sessions_dir=Path(folder)) as bench:
        names = bench.snapshot.base.customers["company_name"]
        first, last = str(names[0]), str(names[-1])
    command = [sys.executable, "-m", "workbench", "open", "bench", "--sessions-dir", folder]
    answered, clock = f"{what}: a key is answered", Clock()
    found = started(command, first, last)
    figures.since(answered, clock)
    figures[f"{what}: first rows"], figures[answered] = found


def grid(figures: Figures, given: list[str]) -> None:
    """The app's own Browse, 160 by 45: until its grid is there, a page, an arrow key held down, what that holds on to."""
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(Path(given[0], "app.json"))
    with Workbench.open(Path(given[0], "bench.session"), key="k") as bench:
        asyncio.run(_grid(figures, bench))


async def _grid(figures: Figures, bench: Any) -> None:
    from screens.app import WorkbenchApp
    from screens.widgets.grid import Grid

    clock = Clock()
    app = WorkbenchApp(bench)
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        figures.since("the grid mounts", clock)
        grid = app.screen.query_one("#grid", Grid)
        height, busy = bench.status().customers, time.process_time()
        for page in range(PAGES):
            grid.go_to(position=page * (height // PAGES), column=page % 6)
            grid.repaint()
            for y in range(grid.size.height):
                grid.render_line(y).render(app.console)
        figures["a page, CPU"] = (time.process_time() - busy) / PAGES
        grid.go_to(position=0, column=0)
        await _held(pilot, grid, 100)
        before = held_now()
        keys, clock = min(KEYS, height - 102), Clock()
        await _held(pilot, grid, keys)
        figures.since("an arrow key held down, each row", clock, keys)
        figures["an arrow key held down, memory"] = max(held_now() - before, 0.0)


def hold(figures: Figures, given: list[str]) -> None:
    """The app itself on a pty, an arrow key held down 30 times a second for 50 seconds by the clock."""
    from held import of_session

    found = of_session(Path(given[0]), "bench")
    figures["an arrow key held down for 50 s, the last row"] = found.late[-1]
    figures["an arrow key held down for 50 s, a row in 99 of 100"] = sorted(found.late)[int(len(found.late) * 0.99)]
    figures["an arrow key held down for 50 s, memory"] = max(found.grown, 0.0)


def first_page(figures: Figures, given: list[str]) -> None:
    """A first load from the API in home, with all details: until the grid stands there with customers, and has moved on a key."""
    from web import served

    os.environ["WORKBENCH_CONFIG"] = str(Path(given[0], "app.json"))
    with served(Path(given[1])) as (near, _):
        asyncio.run(_first_page(figures, near, Path(given[0])))


async def _first_page(figures: Figures, url: str, folder: Path) -> None:
    from screens.home.app import HomeApp
    from screens.home.first_load import Wanted
    from screens.home.loading import Loading
    from screens.widgets.grid import Grid

    app = HomeApp(folder, key="k")
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        clock = Clock()
        loading = Loading(Wanted(folder / "first.session", api=url, key="k"))
        await app.push_screen(loading)
        grid = loading.query_one(Grid)
        while not loading.has_class("-came"):  # noqa: ASYNC110 (nothing tells that the first have come)
            await asyncio.sleep(0.001)
        app.simulate_key("down")
        while grid.cursor.position == 0:  # noqa: ASYNC110
            await asyncio.sleep(0)
        figures.since("a first load from the API: a key moves in the grid", clock)
        loading.action_cancel()
        await app.workers.wait_for_complete([one for one in app.workers if one.group == "load"])


def ahead(figures: Figures, given: list[str]) -> None:
    """The app as it is opened, left alone until it has made orders ahead; then `[` on a text, until the rows stand there sorted."""
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(Path(given[0], "app.json"))
    with Workbench.open(Path(given[0], "bench.session"), key="k") as bench:
        asyncio.run(_ahead(figures, bench))


async def _ahead(figures: Figures, bench: Any) -> None:
    from smooth import late

    from screens.app import WorkbenchApp

    app = WorkbenchApp(bench)
    app.keeps_what_is_there()
    app.works_ahead()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        ended, before, clock = asyncio.Event(), held_now(), Clock()
        watching = asyncio.create_task(late(ended))
        while not app.made_ahead("orders"):  # noqa: ASYNC110 (nothing tells when nothing was said)
            await asyncio.sleep(0.05)
        ended.set()
        lags = sorted(await watching)
        figures.since("orders made ahead, after opening", clock)
        figures["the app while it makes orders ahead, late at worst"] = lags[-1] / 1000
        figures["orders made ahead, memory"] = max(held_now() - before, 0.0)
        grid = app.screen.query_one("#grid")
        assert grid.column.name == "company_name"
        rows, clock = grid.rows, Clock()
        app.simulate_key("left_square_bracket")
        while grid.rows is rows:  # noqa: ASYNC110 (nothing tells when rows stand there)
            await asyncio.sleep(0)
        figures.since("sort by a text, made ahead in the app", clock)
        assert grid.sort == (("company_name", False),)


def count(figures: Figures, given: list[str]) -> None:
    """The app, left alone until the problems of all columns stand in its headings: how late its loop was meanwhile."""
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(Path(given[0], "app.json"))
    with Workbench.open(Path(given[0], "bench.session"), key="k") as bench:
        asyncio.run(_count(figures, bench))


async def _count(figures: Figures, bench: Any) -> None:
    from smooth import late

    from screens.app import WorkbenchApp

    app = WorkbenchApp(bench)
    app.keeps_what_is_there()
    app.works_ahead()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        for kind in ("orders", "problems"):
            ended, clock = asyncio.Event(), Clock()
            watching = asyncio.create_task(late(ended))
            while not app.made_ahead(kind):  # noqa: ASYNC110 (nothing tells when nothing was said)
                await asyncio.sleep(0.05)
            ended.set()
            lags = sorted(await watching)
        figures.since("problems in the headings, after the orders", clock)
        figures["the app while it counts problems ahead, late in 99 of 100"] = lags[int(len(lags) * 0.99)] / 1000
        figures["the app while it counts problems ahead, late at worst"] = lags[-1] / 1000
        assert app.screen.query_one("#grid").problems


async def _held(pilot: Any, grid: Any, times: int) -> None:
    """A key, pressed again as soon as the cursor has moved and the screen is painted."""
    for _ in range(times):
        before = grid.row
        pilot.app.simulate_key("down")
        while grid.row == before:  # noqa: ASYNC110 (nothing tells when a cursor has moved)
            await asyncio.sleep(0)
        await pilot.pause(0)


def smooth(figures: Figures, given: list[str]) -> None:
    """The app while it commits, 64 in flight at 50 ms, arrow keys all the while: how late its loop was at worst."""
    from web import served

    from workbench.stage.edits import Edit
    from workbench.workbench import Workbench

    os.environ["WORKBENCH_CONFIG"] = str(Path(given[0], "app.json"))
    with served(Path(given[1])) as (_, distant), Workbench.open(Path(given[0], "bench.session"), key="k") as bench:
        bench.stage([Edit("set", "payment_term", "TERM7")])
        asyncio.run(_smooth(figures, bench, distant))


async def _smooth(figures: Figures, bench: Any, url: str) -> None:
    from smooth import WORKERS, keys, late

    from screens.app import WorkbenchApp

    app = WorkbenchApp(bench, api=url)
    app.keeps_what_is_there()
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        ended = asyncio.Event()
        app._start(
            lambda hear, take: bench.acommit(api=url, check="none", progress=hear, on_engine=take, concurrency=WORKERS)
        )
        app.switch_mode("browse")
        await pilot.pause()
        watching = asyncio.gather(late(ended), keys(pilot, ended))
        while app.commit.running:
            await pilot.pause(0.05)
        ended.set()
        lags, pressed = (sorted(found) for found in await watching)
    assert not bench.staged.customers
    figures["the app while it commits, late at worst"] = lags[-1] / 1000
    figures["the app while it commits, late in 99 of 100"] = lags[int(len(lags) * 0.99)] / 1000
    figures["the app while it commits, a key in 99 of 100"] = pressed[int(len(pressed) * 0.99)] / 1000


WORKS = {work.__name__: work for work in (start, small, grid, ahead, count, hold, first_page, smooth)}

if __name__ == "__main__":
    one_of(WORKS)
