"""Files of customers to tables: JSON, NDJSON, Parquet, CSV and XLSX, told apart by their name, else by their content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from workbench.customers.records import Rejected
from workbench.customers.tables import Tables
from workbench.errors import UsageError, WorkbenchError
from workbench.load.csv import load_csv
from workbench.load.document import load_documents
from workbench.load.ndjson import Progress, load_ndjson
from workbench.load.parquet import load_parquet
from workbench.load.xlsx import load_xlsx

READ: Final = "JSON, NDJSON, Parquet, CSV and XLSX"
"""The formats that are read."""

_HEAD: Final = 1 << 16
_MARKS: Final = {b"PAR1": "parquet", b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls", b"\x1f\x8b": "gzip"}
_SUFFIXES: Final = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xls": "xls",
}


def load_file(path: Path, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers of a file, and the records set aside, each with its place (`line 12`, `record 3`, `row 7`).

    `progress` hears how much is done and in all (None: not known), in the format's own unit (bytes, characters, rows).
    Raises `UsageError` for a format that is not read, and `WorkbenchError` if the file is missing, empty, not text, a pipe or
    a device, or holds nothing that can be read.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise WorkbenchError(
            f"{path} is a pipe or a device, which can be read but once: write it to a file, and load that"
        )
    start = first_bytes(path)
    tables, rejected = _loaded(path, kind_of(path, start), progress)
    if rejected and tables.customers.is_empty():
        first = rejected[0]
        more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
        binary = "is not text" if b"\0" in start else "holds no customer that can be read"
        listed = start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[") and path.suffix != ".json"
        how = "; a list of customers is read under a name that ends in .json" if listed else ""
        raise WorkbenchError(f"{path} {binary}: {first.place} {first.reason}{more}{how}")
    return tables, rejected


def kind_of(path: Path, head: bytes) -> str:
    """`json`, `ndjson`, `csv`, `parquet`, `xlsx`, `xls`, `gzip` or `utf-16` from a file's first bytes and its name."""
    mark = next((kind for start, kind in _MARKS.items() if head.startswith(start)), "")
    if mark:
        return mark
    suffix = _SUFFIXES.get(path.suffix.lower(), "")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and suffix != "csv":
        return "utf-16"
    if suffix:
        return suffix
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return "json"
    if text.startswith(b"{"):
        return "ndjson" if _starts_with_record(text) else "json"
    return "json" if path.suffix.lower() == ".json" else "csv"


def _starts_with_record(text: bytes) -> bool:
    """Whether the first line is a whole object (or too long to tell), and not a page or a list of them."""
    line, ended, rest = text.partition(b"\n")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return not ended and len(text) >= _HEAD // 2 and b'"data"' not in line[:200]
    alone = not rest.strip() and not found.keys() & {"id", "data"}
    return not alone and not isinstance(found.get("data"), list)


def refuse_unread(path: Path, kind: str) -> None:
    """Raises `UsageError` for a kind of file that is not read; it says what to do instead."""
    if kind == "xls":
        raise UsageError(f"{path} is an old workbook or has a password: save it as XLSX without one ({READ} are read)")
    if kind == "gzip":
        raise UsageError(f"{path} is compressed: unpack it first ({READ} are read)")
    if kind == "utf-16":
        raise UsageError(f"{path} is UTF-16 text: save it as UTF-8")


def _loaded(path: Path, kind: str, progress: Progress | None) -> tuple[Tables, list[Rejected]]:
    refuse_unread(path, kind)
    if kind == "parquet":
        return load_parquet(path, progress)
    if kind == "ndjson":
        return load_ndjson(path, progress)
    if kind == "csv":
        return load_csv(path, progress)
    if kind == "xlsx":
        return load_xlsx(path, progress)
    return load_documents(json_text(path), progress)


def first_bytes(path: Path) -> bytes:
    """A file's first bytes; raises `WorkbenchError` if it is missing, empty or cannot be read."""
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD)
    except FileNotFoundError:
        raise WorkbenchError(f"{path} does not exist") from None
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror}") from error
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise WorkbenchError(f"{path} is empty")
    return head


def json_text(path: Path) -> str:
    """A file's text; raises `WorkbenchError` with the line that is not UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WorkbenchError(f"{path} is not text: line {line} is not UTF-8") from error
