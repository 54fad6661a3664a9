"""The grid in a real marimo in a real browser: a cell is edited, seen staged, committed, and the server has it.

Skipped where there is no marimo or no browser; in CI both are there.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.notebook.driven_grid import commits, complaints, edits, need, seen, sent
from tests.notebook.marimo_server import marimo
from tests.report.chromium import tab
from workbench import Workbench
from workbench.sandbox.server import Sandbox


@pytest.mark.alone
async def test_in_marimo_too_a_cell_is_edited_seen_staged_committed_and_the_server_has_it(tmp_path: Path) -> None:
    need("marimo", "anywidget")
    with Sandbox(customers=40, seed=3) as sandbox:
        with Workbench.create(tmp_path / "spring.session", key="k") as bench:
            bench.load(api=sandbox.url)
            names = bench.search("").frame
        cell = f"from workbench import Workbench\nwb = Workbench.open({str(tmp_path / 'spring.session')!r}, key='k')\nwb.grid()"
        async with AsyncExitStack() as stack:
            began = marimo(tmp_path, cell), tab()
            url, one = await asyncio.gather(*map(stack.enter_async_context, began))
            await one.open(url)
            await seen(one, names["company_name"][0])
            await edits(one)
            await commits(one, sandbox.url)
            assert sent(sandbox, names["id"].to_list())
            assert complaints(one, url) == []
