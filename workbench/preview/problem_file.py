"""Problems as a file for others: CSV and XLSX for people, JSON and NDJSON for programs.

In CSV what a spreadsheet would take for a formula has an apostrophe before it (`customers.inert`); in XLSX every cell is a text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.customers.inert import inert_frame
from workbench.preview.export import ending, write_whole
from workbench.preview.workbook import SheetColumn, write_workbook
from workbench.problems.found import LINE, Problems

FORMATS: Final = (".csv", ".xlsx", ".json", ".ndjson")


def plain(found: Problems, limit: int | None = None) -> dict[str, Any]:
    """Problems (the first `limit`, or all) as plain values, as `--json` prints them."""
    lines = found.frame(limit).select(LINE).to_dicts()
    return {"problems": lines, "counts": found.counts, "waived": found.waived, "failed": list(found.failed)}


def write_problems(found: Problems, target: Path, limit: int | None = None) -> int:
    """Writes problems (the first `limit`, or all) to a file, whole or not at all: a line for each cell; how many.

    Raises `UsageError` for an ending that is none of `FORMATS`, `WorkbenchError` if the file cannot be written, or if a workbook
    cannot hold that many lines or so long a value.
    """
    suffix = ending(target, FORMATS)
    frame = found.frame(limit).select(LINE)
    write_whole(target, lambda name: _write(found, frame, name, suffix, limit))
    return frame.height


def _write(found: Problems, frame: pl.DataFrame, name: str, suffix: str, limit: int | None) -> None:
    if suffix == ".csv":
        inert_frame(frame).write_csv(name, include_bom=True)
    elif suffix == ".xlsx":
        write_workbook(name, "problems", [SheetColumn(one, frame[one]) for one in LINE], None, keys=2)
    elif suffix == ".ndjson":
        frame.write_ndjson(name)
    else:
        text = json.dumps(plain(found, limit), ensure_ascii=False, indent=1)
        Path(name).write_text(text + "\n", encoding="utf-8")
