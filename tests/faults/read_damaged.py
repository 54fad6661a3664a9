"""Reads damaged copies of a session, many in one process: `python read_damaged.py SESSION SEED FIRST LAST FOLDER`.

Prints a line of JSON for each number: what was done to the file, and whether it gave the very answers of the whole one
(`same`), was refused in one line, or anything else. Of a log that a kill left beside the session the last commits may be
missing (`earlier`): nobody can tell a damage there from a commit that never ended. A test reads the lines; a crash shows by those
that are missing.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.customers.fields import TABLES
from workbench.errors import WorkbenchError
from workbench.workbench import Workbench

HEADER = 100
"""SQLite's header, and what follows a page's start: few bytes of great weight, which random places seldom meet."""


def everything(path: Path) -> Any:
    """All that a session tells, as plain values."""
    with Workbench.open(path) as workbench:
        store = workbench._bench.store
        runs = [run["run"] for run in workbench.log().runs]
        return [
            vars_of(workbench.status()),
            workbench.settings.as_dict(),
            workbench.log().operations,
            workbench.log().runs,
            list(workbench.staged.ndjson()),
            [vars_of(one) for one in workbench.conflicts()],
            [workbench.search("", table).frame.to_dicts() for table in TABLES],
            [workbench.search(query).rows.to_list() for query in ("is:held", "is:staged", "a", "payment_term:t")],
            workbench.snapshot.on_hold.rows(),
            [[repr(one) for one in store.requests(run)] for run in runs],
            [sorted(store.intents(run)) for run in runs],
            [sorted(map(repr, store.outcomes(run).items())) for run in runs],
            [[(one.table, one.field, one.cells.rows()) for one in store.planned(run)] for run in runs],
            [[c.cells.rows() for c in one.changes] for one in store.operations()],
            sorted((key, value) for key, value in store.facts().items() if key not in ("folded",)),
        ]


def vars_of(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__slots__}


def damaged(data: bytes, dice: random.Random, *, may_cut: bool) -> tuple[str, bytes]:
    """What a bad disk makes of a file. A log is not cut here: one that is shorter is an earlier one."""
    place = dice.randrange(len(data))
    kind = dice.choice(("bit", "bit", "bit", "header", "page", "byte", "zeros", *(["cut"] if may_cut else [])))
    if kind == "cut":
        return f"cut at {place}", data[:place]
    if kind == "zeros":
        return f"512 zeros at {place}", data[:place] + bytes(len(data[place : place + 512])) + data[place + 512 :]
    if kind == "header":
        place = dice.randrange(HEADER)
    if kind == "page":
        place = place // 4096 * 4096 + dice.randrange(24)
    value = dice.randrange(256) if kind == "byte" else data[place] ^ (1 << dice.randrange(8))
    return f"{kind} at {place}: {data[place]:02x} -> {value:02x}", data[:place] + bytes([value]) + data[place + 1 :]


def become(path: Path, dice: random.Random, whole: Any, earlier: Sequence[str]) -> dict[str, str]:
    """What becomes of a copy of the session with one damage: in its file, or in the log beside it if there is one."""
    copy = path.parent / "read" / path.name
    files = copied(path, copy)
    target = dice.choice(files)
    what, data = damaged(target.read_bytes(), dice, may_cut=target is files[0])
    target.write_bytes(data)
    told = {"what": f"{target.suffix} {what}"}
    try:
        found = as_text(everything(copy))
        return {**told, "end": "same" if found == whole else "earlier" if found in earlier else "WRONG"}
    except WorkbenchError as error:
        return {**told, "end": "refused" if "\n" not in str(error) else "TWO LINES", "message": str(error)}
    except Exception as error:
        return {**told, "end": f"CRASH {type(error).__name__}: {error}"}


def as_text(found: Any) -> str:
    return json.dumps(found, default=str)


def copied(path: Path, target: Path) -> list[Path]:
    """Copies a session and the log beside it; what is left of an earlier one goes."""
    for old in target.parent.glob(f"{target.name}*"):
        old.unlink()
    found = [(path, target), (Path(f"{path}-wal"), Path(f"{target}-wal"))]
    return [Path(shutil.copy(source, to)) for source, to in found if source.exists()]


def earlier_states(kept: Path, read: Path) -> list[str]:
    """What the session tells without its last commit, and without the last two: its log cut after an earlier one."""
    log = Path(f"{kept}-wal")
    if not log.exists():
        return []
    data, page = log.read_bytes(), 24 + 4096
    starts = range(32, len(data), page)
    ends = [start + page for start in starts if int.from_bytes(data[start + 4 : start + 8])]
    found = []
    for end in ends[-3:-1]:
        copied(kept, read)
        Path(f"{read}-wal").write_bytes(data[:end])
        found.append(as_text(everything(read)))
    return found


def main(path: Path, seed: int, first: int, last: int, folder: Path) -> None:
    (folder / "read").mkdir(parents=True)
    kept, read = folder / path.name, folder / "read" / path.name
    copied(path, kept)
    copied(path, read)
    whole = as_text(everything(read))
    earlier = earlier_states(kept, read)
    for number in range(first, last):
        told = become(kept, random.Random(f"{seed} {number}"), whole, earlier)
        print(json.dumps({"number": number, **told}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]), Path(sys.argv[5]))
