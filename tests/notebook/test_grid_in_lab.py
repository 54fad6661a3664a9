"""The grid in a real JupyterLab in a real browser: a cell is edited, seen staged, committed, and the server has it.

Skipped where there is no JupyterLab or no browser; in CI both are there.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.notebook.lab import lab
from tests.report.chromium import CHROMIUM, Tab, tab
from workbench import Workbench
from workbench.errors import SessionHeld
from workbench.sandbox.server import Sandbox

WIDGET = "[...jupyterapp.shell.widgets('main')][0]"
IDLE = f"window.jupyterapp && {WIDGET}?.sessionContext?.session?.kernel?.status === 'idle'"
RUN = f"jupyterapp.shell.activateById({WIDGET}.id), jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)"
ROW = "document.querySelector('.wbg[data-ready] .wbg-row[aria-rowindex=\"2\"]')"
FOCUSED = "document.activeElement"
PANE = "document.querySelector('.wbg-pane')"
CTRL, SHIFT = 2, 8


@pytest.fixture(autouse=True)
def needed() -> None:
    """A browser and JupyterLab."""
    if os.environ.get("WORKBENCH_NO_BROWSER"):
        pytest.skip("no browser is wanted")
    missing = [name for name in ("jupyterlab", "anywidget") if find_spec(name) is None]
    missing += [] if CHROMIUM else ["chromium"]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)} missing: in CI it must be installed, or the grid is never seen in a browser")
    if missing:
        pytest.skip(f"{', '.join(missing)} missing, so the grid cannot be seen")


@pytest.mark.alone
async def test_a_cell_is_edited_from_the_keyboard_seen_staged_committed_and_the_server_has_it(tmp_path: Path) -> None:
    with Sandbox(customers=40, seed=3) as sandbox:
        with Workbench.create(tmp_path / "spring.session", key="k") as bench:
            bench.load(api=sandbox.url)
            names = bench.search("").frame
        cell = f"from workbench import Workbench\nwb = Workbench.open({str(tmp_path / 'spring.session')!r}, key='k')\nwb.grid()"
        async with AsyncExitStack() as stack:
            began = lab(tmp_path, [cell]), tab()
            url, one = await asyncio.gather(*map(stack.enter_async_context, began))
            await one.open(url)
            await one.until(IDLE)
            await one.tell(RUN)
            await one.until(f"{ROW}?.children[1].textContent === {json.dumps(names['company_name'][0])}")
            await _edits(one)
            await _commits(one, sandbox.url)
            calls = sandbox.log.calls("PATCH")
            held = {sandbox.world.customer(id_)["freight_term"] for id_ in names["id"].to_list()[:3]}
            assert len(calls) == 3
            assert held == {"by sea"}
            assert {sandbox.world.customer(id_)["freight_term"] for id_ in names["id"].to_list()[3:]} & held == set()
            await _waits_for_who_holds_it(one, tmp_path / "spring.session")
            assert _complaints(one, url) == []


async def _edits(one: Tab) -> None:
    """Stages a cell, then three rows of its column."""
    await one.click(f"{ROW}.children[1]")
    for key in "dd":  # which would delete the notebook's cell, were it JupyterLab's to hear
        await one.key(key, key)
    await one.until("document.querySelector('.wbg-status').textContent === 'company_name is not staged here'")
    assert await one.tell("document.querySelectorAll('.jp-Notebook .jp-CodeCell').length") == 1
    place = await one.tell(
        "[...document.querySelectorAll('.wbg-head')].findIndex(one => one.textContent === 'freight_term')"
    )
    for _ in range(place):
        await one.key("ArrowRight")
    assert await one.tell(f"{FOCUSED}.getAttribute('aria-colindex')") == str(place + 1)
    assert await one.tell("document.querySelectorAll('.wbg-cell[tabindex=\"0\"]').length") == 1
    await one.key("F2")
    await one.until(f"{FOCUSED}.matches('.wbg-editor textarea')")
    await one.tell(f"{FOCUSED}.select()")
    await one.write("by sea")
    await one.key("Enter")
    await one.until(f"{FOCUSED}.matches('.wbg-staged') && {FOCUSED}.querySelector('.wbg-new').textContent === 'by sea'")
    assert (await one.tell(f"{FOCUSED}.textContent")).startswith("●")
    await one.key(" ", " ")
    for _ in range(2):
        await one.key("ArrowDown", modifiers=SHIFT)
    await one.until("document.querySelectorAll('.wbg-row[aria-selected=true]').length === 3")
    await one.key("E", "E")
    await one.until(f"{FOCUSED}.matches('.wbg-pane input')")
    await one.write("by sea")
    await one.until("document.querySelector('.wbg-stage').textContent === 'Stage 2 cells'")
    await one.key("Enter")
    await one.until("document.querySelectorAll('.wbg-staged').length === 3")
    await one.key("z", modifiers=CTRL)
    await one.until("document.querySelectorAll('.wbg-staged').length === 1")
    await one.key("y", modifiers=CTRL)
    await one.until("document.querySelectorAll('.wbg-staged').length === 3")


async def _commits(one: Tab, origin: str) -> None:
    """Reads the exact body, commits, and sees what became of it."""
    await one.click("document.querySelector('.wbg-changes')")
    await one.until(f"{PANE}.querySelectorAll('details').length === 3")
    await one.click(f"{PANE}.querySelector('summary')")
    await one.until(f"{PANE}.querySelector('.wbg-body')?.textContent === '{{\"freight_term\":\"by sea\"}}'")
    await one.key("Escape")
    await one.click("document.querySelector('.wbg-commit')")
    await one.until(f"{PANE}.querySelector('h4')?.textContent === 'Commit 3 customers to {origin}?'")
    assert await one.tell(f"{FOCUSED}.textContent") == "Cancel"
    await one.until(f"!{PANE}.querySelector('.wbg-yes').disabled")
    await one.click(f"{PANE}.querySelector('.wbg-yes')")
    await one.until(f"{PANE}.querySelectorAll('.wbg-outcomes tbody tr').length === 3")
    assert "run 1: 3 committed" in await one.tell(f"{PANE}.innerText")
    await one.until("document.querySelectorAll('.wbg-staged').length === 0")


async def _waits_for_who_holds_it(one: Tab, session: Path) -> None:
    """Says who holds the session, and goes on when it is free: the way back of the run is staged."""
    with await _taken(one, session):
        await one.click("document.querySelector('.wbg-revert')")
        await one.until("document.querySelector('.wbg-banner').textContent.includes(' is held by ')")
    await one.click("document.querySelector('.wbg-revert')")
    await one.until("document.querySelectorAll('.wbg-staged').length === 3")
    assert await one.tell("document.querySelector('.wbg-banner').hidden")


async def _taken(one: Tab, session: Path) -> Workbench:
    """The session, which the kernel gave back: perhaps more than once, since the page may just have looked again."""
    while True:
        await _execute(one, "import time\nwhile not wb.give_back(): time.sleep(0.01)")
        try:
            return Workbench.open(session)
        except SessionHeld:
            pass


async def _execute(one: Tab, code: str) -> None:
    """Runs code in the notebook's kernel, beside its cells."""
    ran = f"{WIDGET}.sessionContext.session.kernel.requestExecute({{code: {json.dumps(code)}}}).done"
    assert await one.tell(f"{ran}.then(answer => answer.content.status)") == "ok"


def _complaints(one: Tab, url: str) -> list[str]:
    """What the page said on its console, and whom it asked but the lab itself."""
    own = url.split("/doc/")[0] + "/"
    found = []
    for name, told in one.events:
        if name == "Network.requestWillBeSent":
            asked = told["request"]["url"]
            found += [] if asked.startswith((own, "data:", "blob:")) else [asked]
        elif name != "Runtime.consoleAPICalled" or told["type"] in ("error", "warning", "assert"):
            found.append(f"{name}: {json.dumps(told)[:300]}")
    return found
