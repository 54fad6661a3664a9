"""What somebody does at the grid in a browser, wherever a front end put it: into the page, or into a shadow root of it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final

import pytest

from tests.report.chromium import CHROMIUM, Tab

_FIND: Final = (
    "(find = root => root.querySelector('.wbg[data-ready]') ? root"
    " : [...root.querySelectorAll('*')].map(one => one.shadowRoot && find(one.shadowRoot)).find(Boolean))(document)"
)
ROW: Final = "GRID.querySelector('.wbg[data-ready] .wbg-row[aria-rowindex=\"2\"]')"
FOCUSED: Final = "GRID.activeElement"
PANE: Final = "GRID.querySelector('.wbg-pane')"
BANNER: Final = "GRID.querySelector('.wbg-banner')"
CTRL, SHIFT = 2, 8


def need(*packages: str) -> None:
    """Skips, and in CI fails, where there is no browser or one of these packages is not installed."""
    if os.environ.get("WORKBENCH_NO_BROWSER"):
        pytest.skip("no browser is wanted")
    missing = [name for name in packages if find_spec(name) is None]
    missing += [] if CHROMIUM else ["chromium"]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)} missing: in CI it must be installed, or the grid is never seen in a browser")
    if missing:
        pytest.skip(f"{', '.join(missing)} missing, so the grid cannot be seen")


async def seen(one: Tab, first: str) -> None:
    """Waits until a grid is there, and `first` in its first row."""
    await one.until(f"(window.GRID = ({_FIND})) && {ROW}?.children[1].textContent === {json.dumps(first)}")


async def edits(one: Tab) -> None:
    """Stages a cell, then three rows of its column, from the keyboard; takes a step back and does it again."""
    await one.click(f"{ROW}.children[1]")
    for key in "dd":  # which would delete the notebook's cell, were it the front end's to hear
        await one.key(key, key)
    await one.until("GRID.querySelector('.wbg-status').textContent === 'company_name is not staged here'")
    place = await one.tell(
        "[...GRID.querySelectorAll('.wbg-head')].findIndex(one => one.textContent === 'freight_term')"
    )
    for _ in range(place):
        await one.key("ArrowRight")
    assert await one.tell(f"{FOCUSED}.getAttribute('aria-colindex')") == str(place + 1)
    assert await one.tell("GRID.querySelectorAll('.wbg-cell[tabindex=\"0\"]').length") == 1
    await one.key("F2")
    await one.until(f"{FOCUSED}?.matches('.wbg-editor textarea')")
    await one.tell(f"{FOCUSED}.select()")
    await one.write("by sea")
    await one.key("Enter")
    await one.until(
        f"{FOCUSED}?.matches('.wbg-staged') && {FOCUSED}.querySelector('.wbg-new').textContent === 'by sea'"
    )
    assert (await one.tell(f"{FOCUSED}.textContent")).startswith("●")
    await one.key(" ", " ")
    for _ in range(2):
        await one.key("ArrowDown", modifiers=SHIFT)
    await one.until("GRID.querySelectorAll('.wbg-row[aria-selected=true]').length === 3")
    await one.key("E", "E")
    await one.until(f"{FOCUSED}?.matches('.wbg-pane input')")
    await one.write("by sea")
    await one.until("GRID.querySelector('.wbg-stage').textContent === 'Stage 2 cells'")
    await one.key("Enter")
    await staged(one, 3)
    await one.key("z", modifiers=CTRL)
    await staged(one, 1)
    await one.key("y", modifiers=CTRL)
    await staged(one, 3)


async def staged(one: Tab, cells: int) -> None:
    """Waits until so many cells are seen staged."""
    await one.until(f"GRID.querySelectorAll('.wbg-staged').length === {cells}")


async def commits(one: Tab, origin: str) -> None:
    """Reads the exact body of the first of three customers, commits them, and sees what became of them."""
    await one.click("GRID.querySelector('.wbg-changes')")
    await one.until(f"{PANE}.querySelectorAll('details').length === 3")
    await one.click(f"{PANE}.querySelector('summary')")
    await one.until(f"{PANE}.querySelector('.wbg-body')?.textContent === '{{\"freight_term\":\"by sea\"}}'")
    await one.key("Escape")
    await confirms(one, origin)
    await one.until(f"{PANE}.querySelectorAll('.wbg-outcomes tbody tr').length === 3")
    assert "run 1: 3 committed" in await one.tell(f"{PANE}.innerText")
    await staged(one, 0)


async def confirms(one: Tab, origin: str) -> None:
    """Asks to commit what is staged of three customers, and says yes."""
    await one.click("GRID.querySelector('.wbg-commit')")
    await one.until(f"{PANE}.querySelector('h4')?.textContent === 'Commit 3 customers to {origin}?'")
    assert await one.tell(f"{FOCUSED}.textContent") == "Cancel"
    await one.until(f"!{PANE}.querySelector('.wbg-yes').disabled")
    await one.click(f"{PANE}.querySelector('.wbg-yes')")


def sent(sandbox: Any, ids: Sequence[str]) -> bool:
    """Whether the server was asked to change the first three of these customers, and no other, and has what was edited."""
    held = [sandbox.world.customer(id_)["freight_term"] for id_ in ids]
    return len(sandbox.log.calls("PATCH")) == 3 and set(held[:3]) == {"by sea"} and "by sea" not in held[3:]


def complaints(one: Tab, own: str) -> list[str]:
    """What the page said on its console, and whom it asked but its `own` server."""
    found = []
    for name, told in one.events:
        if name == "Network.requestWillBeSent":
            asked = told["request"]["url"]
            found += [] if asked.startswith((own, "data:", "blob:")) else [asked]
        elif name != "Runtime.consoleAPICalled" or told["type"] in ("error", "warning", "assert"):
            found.append(f"{name}: {json.dumps(told)[:300]}")
    return found
