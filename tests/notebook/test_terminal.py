"""IPython in a real terminal: long work shows one line on stderr, which is gone at its end."""

from __future__ import annotations

import errno
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import Workbench
from workbench.notebook.progress import LONG, FileProgress, ProgressBar, heard, line
from workbench.notebook.terminal import TerminalWorkbench
from workbench.sandbox.server import Sandbox

CODE = """
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
from workbench import Workbench
with Workbench.create("s", sessions_dir=Path({folder!r}), key="k") as wb:
    print(type(wb).__name__)
    wb.load(file={file!r})
    wb.set_settings({{"grace": "0"}})
    wb.search().set("payment_term", "COD")
    print(wb.commit(api={api!r}).committed + wb.resume().planned)
"""


def test_long_work_shows_a_line_in_the_terminal_alone_and_takes_it_away(tmp_path: Path) -> None:
    with Sandbox(customers=12) as sandbox:
        with Workbench.create("full", sessions_dir=tmp_path, key="k") as full:
            full.load(api=sandbox.url)
            full.export(tmp_path / "all.ndjson")
        code = CODE.format(folder=str(tmp_path), file=str(tmp_path / "all.ndjson"), api=sandbox.url)
        master, slave = pty.openpty()
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=slave, text=True) as one:
            os.close(slave)
            seen = _read(master)
            said = one.communicate()[0]
        assert one.returncode == 0, seen
    assert said.splitlines() == ["TerminalWorkbench", "12"]
    painted = seen.split("\r\x1b[K")
    assert any("load: 100 % of the file read" in each for each in painted)
    assert any(each.endswith(" run 1: 12 of 12 customers (12 committed)") for each in painted)
    assert (painted[0], painted[-1]) == ("", "")  # gone, also after what did nothing
    assert "\n" not in seen


def test_nothing_is_painted_where_nobody_looks_and_the_callers_own_ear_goes_before(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.ndjson"
    file.write_text(json.dumps({"id": "a", "name": "A"}))
    heard_of: list[tuple[int, int | None]] = []
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as plain:
        assert type(plain) is Workbench
        plain.load(file=file)
    with TerminalWorkbench.create("t", sessions_dir=tmp_path, key="k") as wb:
        wb.load(file=file, on_file=lambda *told: heard_of.append(told))
    assert heard_of
    assert capfd.readouterr() == ("", "")


def test_every_long_verb_is_heard_by_the_option_it_has(tmp_path: Path) -> None:
    assert {name: set(heard(name, {}, ProgressBar)) for name in LONG} == {name: {told} for name, told in LONG.items()}
    assert set(heard("load", {"file": tmp_path}, ProgressBar)) == {"file", "on_file"}
    assert heard("load", {"file": tmp_path, "on_file": None}, ProgressBar) == {"file": tmp_path, "on_file": None}
    assert heard("status", {}, ProgressBar) == {}
    assert (line(FileProgress(5, 10)), line(FileProgress(1200, 0))) == (
        "load: 50 % of the file read",
        "load: 1,200 rows read",
    )


def _read(master: int) -> str:
    """What comes until the other side is closed."""
    parts: list[bytes] = []
    try:
        while part := os.read(master, 4096):
            parts.append(part)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
    finally:
        os.close(master)
    return b"".join(parts).decode()
