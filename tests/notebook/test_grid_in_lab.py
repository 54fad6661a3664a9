"""The grid in a real JupyterLab in a real browser: a cell is edited, seen staged, committed, and the server has it; then the
kernel is killed in the middle of a commit.

Skipped where there is no JupyterLab or no browser; in CI both are there.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.notebook.driven_grid import BANNER, PANE, commits, complaints, confirms, edits, need, seen, sent, staged
from tests.notebook.lab import lab
from tests.report.chromium import Tab, tab
from workbench import Workbench
from workbench.errors import SessionHeld
from workbench.sandbox.server import Sandbox

WIDGET = "[...jupyterapp.shell.widgets('main')][0]"
KERNEL = f"{WIDGET}.sessionContext.session.kernel"
IDLE = f"window.jupyterapp && {WIDGET}?.sessionContext?.session?.kernel?.status === 'idle'"
RUN = f"jupyterapp.shell.activateById({WIDGET}.id), jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)"
CELL = """\
from workbench import Workbench
from workbench.notebook.grid.widget import Grid
Grid._esm = Grid._esm.replace("const PATIENCE = 5_000;", "globalThis.PATIENCE = 1e9;")  # the test says when it is at its end
wb = Workbench.open({path!r}, key="k")
wb.grid()"""


@pytest.mark.alone
async def test_a_cell_is_edited_from_the_keyboard_seen_staged_committed_and_the_server_has_it(tmp_path: Path) -> None:
    need("jupyterlab", "anywidget")
    with Sandbox(customers=40, seed=3) as sandbox:
        with Workbench.create(tmp_path / "spring.session", key="k") as bench:
            bench.load(api=sandbox.url)
            bench.set_settings({"grace": "0"})
            names = bench.search("").frame
        async with AsyncExitStack() as stack:
            began = lab(tmp_path, [CELL.format(path=str(tmp_path / "spring.session"))]), tab()
            url, one = await asyncio.gather(*map(stack.enter_async_context, began))
            await one.open(url)
            await one.until(IDLE)
            await one.tell(RUN)
            await seen(one, names["company_name"][0])
            await edits(one)
            assert await one.tell("document.querySelectorAll('.jp-Notebook .jp-CodeCell').length") == 1
            await commits(one, sandbox.url)
            assert sent(sandbox, names["id"].to_list())
            await _waits_for_who_holds_it(one, tmp_path / "spring.session")
            own = url.split("/doc/")[0] + "/"
            assert complaints(one, own) == []
            await _outlives_its_kernel(one, sandbox, names["company_name"][0])
            said = [line for line in complaints(one, own) if "Connection lost, reconnecting" not in line]
            assert said == []  # but what the lab itself says of a kernel that is gone
        back = {sandbox.world.customer(id_)["freight_term"] for id_ in names["id"].to_list()[:3]}
        assert "by sea" not in back
        with Workbench.open(tmp_path / "spring.session") as bench:
            assert (bench.staged.customers, bench.unfinished, len(bench.runs)) == (0, None, 2)


async def _waits_for_who_holds_it(one: Tab, session: Path) -> None:
    """Says who holds the session, and goes on when it is free: the way back of the run is staged."""
    with await _taken(one, session):
        await one.click("GRID.querySelector('.wbg-revert')")
        await one.until(f"{BANNER}.textContent.includes(' is held by ')")
    await one.click("GRID.querySelector('.wbg-revert')")
    await staged(one, 3)
    assert await one.tell(f"{BANNER}.hidden")


async def _outlives_its_kernel(one: Tab, sandbox: Sandbox, first: str) -> None:
    """The kernel is killed while a commit is on its way: the grid says that it is silent. Run again, the cell tells of the run
    that was cut off, and finishes it."""
    sandbox.set_faults(
        {"slow": 0.5, "slow_seconds": 60, "methods": ["PATCH"], "seed": 22}
    )  # the second and the third call
    await confirms(one, sandbox.url)
    await one.until(f"{PANE}.innerText.includes('1 of 3 customers')")
    await one.tell("PATIENCE = 100")
    await one.tell(f"void {_asked('import os; os.kill(os.getpid(), 9)')}.catch(() => null)")
    await one.until(f"{KERNEL}.status !== 'idle' && {KERNEL}.status !== 'busy'")
    await one.until(f"!{BANNER}.hidden && {BANNER}.textContent.startsWith('The kernel does not answer.')")
    assert "kept in the session file spring.session" in await one.tell(f"{BANNER}.textContent")
    sandbox.set_faults(None)
    await one.until("document.querySelector('.jp-Dialog .jp-mod-accept')")  # the lab says that it restarts the kernel
    await one.click("document.querySelector('.jp-Dialog .jp-mod-accept')")
    await one.until(f"{IDLE} && !document.querySelector('.jp-Dialog')")
    await one.tell(RUN)
    await seen(one, first)
    await one.until(f"{PANE}.querySelector('h4')?.textContent === 'Run 2 was cut off'")
    await one.click(f"{PANE}.querySelector('.wbg-resume')")
    await one.until(f"{PANE}.innerText.includes('run 2: 3 committed')")


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
    assert await one.tell(f"{_asked(code)}.then(answer => answer.content.status)") == "ok"


def _asked(code: str) -> str:
    """The script that asks the notebook's kernel to run code, and gives its answer."""
    return f"{KERNEL}.requestExecute({{code: {json.dumps(code)}}}).done"
