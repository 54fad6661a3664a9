"""A real marimo, of its own folder and settings, with one notebook in it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.notebook.lab import listens

_PATIENCE: Final = 60
_HEAD: Final = 'import marimo\n\napp = marimo.App(width="full")\n'
_CELL: Final = "\n\n@app.cell\ndef _():\n{code}\n    return\n"


@asynccontextmanager
async def marimo(folder: Path, cell: str, **environment: str) -> AsyncIterator[str]:
    """The address of a marimo that shows a notebook of this one cell."""
    code = "\n".join(f"    {line}" for line in cell.splitlines())
    (folder / "try.py").write_text(_HEAD + _CELL.format(code=code))
    own = {name: str(folder / name) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "marimo", "run", "try.py", "--headless", "--no-token", f"--port={port}",
        cwd=folder, env=os.environ | own | environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    try:
        await asyncio.wait_for(listens(url), _PATIENCE)
        yield url
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()
