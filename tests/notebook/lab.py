"""A real JupyterLab, of its own folder and settings, with one notebook in it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

_PATIENCE: Final = 60
_QUIET: Final = {
    "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True},
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false", "doNotDisturbMode": True},
}  # fmt: skip


@asynccontextmanager
async def lab(
    folder: Path, cells: list[str], *, theme: str = "JupyterLab Light", **environment: str
) -> AsyncIterator[str]:
    """The address of a notebook of these cells, shown alone, in a lab that serves `folder`."""
    settings = folder / "settings"
    quiet = _QUIET | {"@jupyterlab/apputils-extension:themes": {"theme": theme, "adaptive-theme": False}}
    for name, chosen in quiet.items():
        place, _, plugin = name.partition(":")
        (settings / place).mkdir(parents=True, exist_ok=True)
        (settings / place / f"{plugin}.jupyterlab-settings").write_text(json.dumps(chosen))
    (folder / "work").mkdir(exist_ok=True)
    (folder / "work" / "try.ipynb").write_text(json.dumps(notebook(cells)))
    token = secrets.token_hex(8)
    own = {
        name: str(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    lab_dirs = {"JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces")}
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True", "--allow-root",
        "--LabApp.news_url=", "--KernelRestarter.time_to_dead=0.1",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        cwd=folder / "work", env=os.environ | own | lab_dirs | environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        url = await asyncio.wait_for(_url(server), _PATIENCE)
        reader = asyncio.create_task(_drain(server))
        await asyncio.wait_for(listens(url), _PATIENCE)
        await _begin_kernel(url, token)
        yield f"{url}doc/tree/try.ipynb?token={token}"
        reader.cancel()
        await _end_kernels(url, token)
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()


def notebook(cells: list[str]) -> dict[str, Any]:
    """A notebook of these cells, for the kernel of this very Python."""
    code = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": one, "outputs": [], "execution_count": None}
        for n, one in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


async def _url(server: asyncio.subprocess.Process) -> str:
    assert server.stderr is not None
    seen = []
    while line := (await server.stderr.readline()).decode(errors="replace"):
        seen.append(line)
        if "http://127.0.0.1:" in line:
            return "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split("/")[0] + "/"
    raise AssertionError("".join(seen))


async def _drain(server: asyncio.subprocess.Process) -> None:
    assert server.stderr is not None
    while await server.stderr.readline():
        pass


async def listens(url: str) -> None:
    """Waits until a server takes calls: one may tell its address a moment before."""
    async with aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{url}api"):
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)


async def _begin_kernel(url: str, token: str) -> None:
    """Begins the notebook's kernel, so that it is there when the page is."""
    session = {"path": "try.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"token {token}"}) as http,
        http.post(f"{url}api/sessions", json=session) as answer,
    ):
        assert answer.status == 201, await answer.text()


async def _end_kernels(url: str, token: str) -> None:
    """Ends the kernels: a lab that is told to end leaves them a moment, which nobody has to wait for."""
    async with aiohttp.ClientSession(headers={"Authorization": f"token {token}"}) as session:
        async with session.get(f"{url}api/kernels") as answer:
            found = await answer.json()
        for kernel in found:
            async with session.delete(f"{url}api/kernels/{kernel['id']}"):
                pass
