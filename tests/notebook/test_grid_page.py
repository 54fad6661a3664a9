"""The grid's page in a real browser, without a notebook: items are added, conflicts settled, and a kernel dies.

Skipped where there is no browser; in CI there is one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.notebook.shown_grid import Kernel, shown_grid
from tests.notebook.test_grid_desk import customer
from tests.report.chromium import CHROMIUM, Tab
from workbench import Workbench

CTRL = 2
FOCUSED = "document.activeElement"
PANE = "document.querySelector('.wbg-pane')"
STATUS = "document.querySelector('.wbg-status').textContent"
BANNER = "document.querySelector('.wbg-banner')"


@pytest.fixture(autouse=True)
def browser() -> None:
    """There has to be one."""
    if os.environ.get("WORKBENCH_NO_BROWSER"):
        pytest.skip("no browser is wanted")
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: in CI it must be installed, or the grid is never seen in a browser")
        pytest.skip("chromium is missing, so the grid cannot be seen")


async def test_from_the_keyboard_an_item_is_added_a_conflict_settled_and_a_dead_kernel_loses_no_text(
    tmp_path: Path,
) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202e"
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as bench:
        (tmp_path / "s.ndjson").write_text("\n".join(json.dumps(customer(n)) for n in range(20)))
        bench.load(file=tmp_path / "s.ndjson")
        async with shown_grid(bench) as (one, kernel):
            await _keeps_the_keys(one)
            await _adds(one, bench, hostile)
            await _takes_it_back(one, bench)
            bench.search("id:=c2").set("payment_term", "NET30")
            moved = [customer(n, payment_term=hostile if n == 2 else "NET 30") for n in range(20)]
            (tmp_path / "s.ndjson").write_text("\n".join(map(json.dumps, moved)))
            bench.load(file=tmp_path / "s.ndjson")
            await _settles(one, bench)
            await _outlives_its_kernel(one, kernel, bench)
            assert not await one.tell("document.querySelector('.wbg img')")
            assert [told for name, told in one.events if name == "Runtime.exceptionThrown"] == []


async def _keeps_the_keys(one: Tab) -> None:
    """Whatever is drawn anew or goes away, the keys stay in the grid: else two `d` delete the notebook's cell."""
    await one.click("document.querySelector('.wbg-row[aria-rowindex=\"3\"]').children[1]")
    for table in ("addresses", "contacts", "attributes", "customers"):
        await one.key("End", modifiers=CTRL)
        await one.key("t", "t")
        await one.until(f"document.querySelector('.wbg-tabs [aria-pressed=true]').textContent === '{table}'")
        await one.until(f"{FOCUSED}.matches('.wbg-cell[aria-colindex=\"1\"]')")
    await one.until(f"{FOCUSED}.textContent === 'Firm 0' && !document.querySelector('.wbg-grid').scrollTop")
    for _ in range(3):
        await one.key("t", "t")  # faster than the answers: each counts
    await one.until("document.querySelector('.wbg-tabs [aria-pressed=true]').textContent === 'attributes'")
    await one.key("t", "t")
    for table in ("addresses", "customers"):
        await one.tell(
            f"[...document.querySelectorAll('.wbg-tabs button')].find(one => one.textContent === '{table}').focus()"
        )
        await one.key("Enter", "\r")
        await one.until(f"{FOCUSED}.matches('.wbg-tabs [aria-pressed=true]') && {FOCUSED}.textContent === '{table}'")
    await one.click("document.querySelector('.wbg-markall')")
    await one.until("!document.querySelector('.wbg-unmark').disabled")
    await one.tell("document.querySelector('.wbg-unmark').focus()")
    await one.key("Enter", "\r")
    await one.until(f"document.querySelector('.wbg-unmark').disabled && {FOCUSED}.matches('.wbg-cell')")


async def _adds(one: Tab, bench: Workbench, hostile: str) -> None:
    """Adds an address with a phone that is none: said, and asked for once more; then nothing but its cells is staged."""
    await one.click("document.querySelector('.wbg-row[aria-rowindex=\"3\"]').children[1]")
    await one.key("i", "i")
    await one.until(f"{FOCUSED}.matches('.wbg-fields input')")
    assert await one.tell(f"{PANE}.querySelector('h4').textContent") == "Add to Firm 1"
    assert await one.tell(f"{PANE}.querySelector('.wbg-counts').textContent.startsWith('type what you know')")
    await one.write(hostile)
    counts = f"{PANE}.querySelector('.wbg-counts')"
    await one.until(f"{counts}.textContent === 'a new address with 1 value; it needs a type too: billing or shipping'")
    assert await one.tell(f"{counts}.matches('.wbg-warn')")
    await one.tell(f"{PANE}.querySelector('input[name=type]').focus()")
    await one.write("billing")
    await one.until(f"!{counts}.textContent.includes('needs a type')")
    await one.tell(f"{PANE}.querySelector('input[name=phone]').focus()")
    await one.write("12")
    await one.until(f"{PANE}.innerText.includes('the customer would be held: phone: not')")
    await one.key("Enter")
    await one.until(f"{PANE}.innerText.includes('once more adds it none the less')")
    assert bench.status().operations == 0
    await one.tell(f"{FOCUSED}.select()")
    await one.write("+12065550100")
    await one.until(
        f"{PANE}.querySelector('.wbg-add').textContent === 'Add' && !{PANE}.querySelector('.wbg-add').disabled"
    )
    await one.key("Enter")
    await one.until(f"{STATUS}.startsWith('new address: staged 3 cells')")
    await one.until(f"{FOCUSED}.matches('.wbg-cell')")
    [(id_, body)] = bench.staged.bodies()
    made = json.loads(body)["addresses"][-1]
    assert (id_, made["first_name"], made["phone"], "id" in made) == ("c1", hostile, "+12065550100", False)


async def _takes_it_back(one: Tab, bench: Workbench) -> None:
    """One step of undo takes the whole item back; redo makes it be there again."""
    await one.key("u", "u")
    await one.until(f"{STATUS}.startsWith('undid operation 1')")
    assert bench.staged.customers == 0
    await one.key("U", "U")
    await one.until(f"{STATUS}.startsWith('redid operation 1')")
    await one.key("u", "u")
    await one.until(f"{STATUS}.startsWith('undid operation 1')")


async def _settles(one: Tab, bench: Workbench) -> None:
    """Settles a conflict by a third value, which is weighed while it is typed."""
    await one.key("c", "c")
    await one.until(f"{PANE}.querySelector('.wbg-other')")
    await one.tell(f"{PANE}.querySelector('.wbg-other').focus()")
    await one.key("Enter", "\r")
    await one.until(f"{FOCUSED}.matches('.wbg-settling input') && {FOCUSED}.value === 'NET30'")
    await one.key("Escape")
    await one.until(f"{FOCUSED}.matches('.wbg-other')")
    await one.key("Enter", "\r")
    await one.until(f"{FOCUSED}.matches('.wbg-settling input')")
    await one.write("theirs")
    await one.until(f"{PANE}.innerText.includes('theirs is the name of a side')")
    await _is_not_lost_by_undo(one, bench)
    await one.tell(f"{FOCUSED}.select()")
    await one.write("COD")
    await one.until(f"!{PANE}.querySelector('.wbg-value').disabled")
    assert len(bench.conflicts()) == 1
    await one.key("Enter")
    await one.until(f"{STATUS}.startsWith('1 conflict settled: the new value')")
    assert bench.conflicts() == ()
    assert dict(bench.staged.bodies()) == {"c2": b'{"payment_term":"COD"}'}
    await one.until(
        f"{PANE}.querySelector('h4').textContent === '1 cell of 1 customer staged' && {FOCUSED}.matches('h4')"
    )
    await one.key("c", "c")  # asks to commit; where to is not known here, so nothing can be
    await one.until(f"{PANE}.querySelector('h4').textContent === 'The session does not know its API yet'")
    await one.key("Escape")
    await one.until(f"{FOCUSED}.matches('.wbg-cell')")


async def _is_not_lost_by_undo(one: Tab, bench: Workbench) -> None:
    """What is typed as another value stays when something else is undone; when the conflict itself goes, it is said once more."""
    bench.search("id:=c5").set("payment_term", "X")
    drawn = f"{PANE}.querySelector('.wbg-settling input:not([data-old])')"
    for verb, typed in (("undo", "half a thou"), ("redo", "half a thought")):
        await one.tell(f"{FOCUSED}.select()")
        await one.write(typed)
        await one.tell(f"{FOCUSED}.dataset.old = 'yes'")
        await one.click(f"document.querySelector('.wbg-{verb}')")
        await one.until(f"{drawn}?.value === '{typed}' && !{PANE}.querySelector('.wbg-value').disabled")
        await one.tell(f"{drawn}.focus()")
    for _ in "12":
        await one.click("document.querySelector('.wbg-undo')")
    await one.until(f"{STATUS} === 'payment_term of Firm 2 is in no conflict now; not staged: half a thought'")
    await one.click("document.querySelector('.wbg-redo')")
    await one.until(f"{PANE}.querySelector('.wbg-other')")
    await one.click(f"{PANE}.querySelector('.wbg-other')")
    await one.until(f"{FOCUSED}.matches('.wbg-settling input') && {FOCUSED}.value === 'NET30'")


async def _outlives_its_kernel(one: Tab, kernel: Kernel, bench: Workbench) -> None:
    """A text in an editor stays while nothing answers, the page says so, and goes on when something does."""
    await one.click("document.querySelector('.wbg-row[aria-rowindex=\"3\"]').children[1]")
    await one.key("F2")
    await one.until(f"{FOCUSED}.matches('.wbg-editor textarea')")
    await one.tell(f"{FOCUSED}.select()")
    await one.write("typed before it died")
    kernel.alive = False
    await one.tell("PATIENCE = 100")
    await one.key("Enter")
    await one.until(f"!{BANNER}.hidden && {BANNER}.textContent.startsWith('The kernel does not answer.')")
    assert "kept in the session file s.session" in await one.tell(f"{BANNER}.textContent")
    assert await one.tell("document.querySelector('.wbg-editor textarea').value") == "typed before it died"
    assert bench.search("company_name:typed").matched == 0
    kernel.alive = True
    await one.click(f"{BANNER}.querySelector('button')")
    await one.until(f"{BANNER}.hidden")
