"""What `make bench` measures, case by case, and the targets that no case measures yet."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from harness import Case, Data, python

NOT_MEASURED = (
    "load from the API", "open a saved session, first paint (VisiData)", "one field; nested; is:staged; a range",
    "facets", "sort", "redo; drop", "bodies (csv-diff)", "plan", "commit", "--check changed and each",
    "problems, clusters, duplicates", "the grid", "memory of a whole session", "bad input",
)  # fmt: skip
"""Rows of the issue's table that this command does not measure; single scripts beside it cover some of them."""

CLOCK = (
    "import time, json; began = time.perf_counter\ndef done(start): print(json.dumps({'seconds': began() - start}))\n"
)
OPENED = CLOCK + (
    "from pathlib import Path\nfrom workbench.workbench import Workbench\n"
    "wb = Workbench.create('bench', sessions_dir=Path(sys.argv[2])); wb.load(file=Path(sys.argv[1]))\n"
)
STAGED = OPENED + "from workbench.stage.edits import Edit\nedit = [Edit('set', 'payment_term', 'NET31')]\n"


def _load(data: Data, folder: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "workbench",
        "load",
        "bench",
        "--file",
        str(data.ndjson),
        "--sessions-dir",
        str(folder),
    ]


def _duckdb(data: Data, folder: Path) -> list[str] | None:
    if find_spec("duckdb") is None:
        return None
    code = (
        "import duckdb; d = duckdb.connect(); d.execute('set enable_progress_bar = false')\n"
        "d.execute(f\"create table t as select * from read_json('{sys.argv[1]}')\")\n"
        "d.execute(f\"copy t to '{sys.argv[2]}/t.parquet' (format parquet, compression zstd)\")"
    )
    return python(code, data.ndjson, folder)


def _search(data: Data, folder: Path) -> list[str]:
    # Two words that nothing holds first: a session's first short and first longer word build what later ones look in.
    code = (
        OPENED
        + "wb.search('zq').frame; wb.search('zzzz').frame\nstart = began(); wb.search('globex').frame; done(start)"
    )
    return python(code, data.ndjson, folder)


def _ripgrep(data: Data, folder: Path) -> list[str] | None:
    return [found, "-i", "-c", "globex", *map(str, data.csv)] if (found := shutil.which("rg")) else None


def _stage(data: Data, folder: Path) -> list[str]:
    return python(STAGED + "start = began(); wb.stage(edit); done(start)", data.ndjson, folder)


def _undo(data: Data, folder: Path) -> list[str]:
    return python(STAGED + "wb.stage(edit)\nstart = began(); wb.undo(); done(start)", data.ndjson, folder)


def _groups(data: Data, folder: Path) -> list[str]:
    return python(STAGED + "wb.stage(edit)\nstart = began(); wb.preview().groups(); done(start)", data.ndjson, folder)


def _help(data: Data, folder: Path) -> list[str]:
    return [sys.executable, "-m", "workbench", "--help"]


CASES = (
    Case("load", _load, 1.5, "DuckDB read_json + Parquet", peer=_duckdb),
    Case("search", _search, 0.25, "ripgrep on the CSV", peer=_ripgrep),
    Case("stage", _stage, 1.0, "2 s a million (stage.py, not issue 9)", limit=lambda n: 2e-6 * n),
    Case("undo", _undo, 1.0, "0.2 s", limit=lambda n: 0.2),
    Case("preview", _groups, 1.0, "0.5 s", limit=lambda n: 0.5),
    Case("help", _help, 8.0, "a bare Python (target ours)", peer=lambda data, folder: python("")),
)
