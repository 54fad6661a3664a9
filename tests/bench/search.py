"""Search against ripgrep: 100,000 customers, 2 addresses and 1 contact each; prints ratios (ours / ripgrep's).

Run: python tests/bench/search.py [CUSTOMERS]. Ours answers one word in all text that words look into;
`rg -i -c WORD` reads all columns of the same rows as CSV from the page cache. Interleaved, the median and the best of 15.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl

from workbench.customers.fields import TABLES
from workbench.customers.tables import Tables, schema
from workbench.search.searcher import Searcher

ROUNDS = 15
TYPED = ("k", "ke", "kelo", "kelomi", "beef", "nowhere", "2026", "c0ffee")
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass
class Moment:
    current: Tables
    base: Tables

    def flag(self, table: str, name: str) -> pl.Series:
        raise NotImplementedError

    def changed(self, table: str, field: str) -> pl.Series:
        raise NotImplementedError


def main(customers: int) -> None:
    tables = made(customers)
    ripgrep = shutil.which("rg")
    if ripgrep is None:
        print("ripgrep is not installed: only our own times are shown")
    with tempfile.TemporaryDirectory() as folder:
        files = [str(written(tables, table, Path(folder))) for table in TABLES]
        print(f"{customers} customers, {sum(Path(f).stat().st_size for f in files) / 1e6:.0f} MB as CSV")
        compare(tables, ripgrep, files)
    follow(tables)


def compare(tables: Tables, ripgrep: str | None, files: list[str]) -> None:
    ground, warm = Moment(tables, tables), Searcher()
    print(f"building the haystacks for the first short word: {timed(lambda: warm.search(ground, 'z')) * 1e3:.0f} ms")
    print(f"for the first other: {timed(lambda: warm.search(ground, 'zzzz')) * 1e3:.0f} ms")
    print(f"for the first part of a UUID: {timed(lambda: warm.search(ground, '123abc')) * 1e3:.0f} ms")
    for word in TYPED:
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            ours.append(timed(lambda word=word: warm.search(ground, word)))
            if ripgrep:
                command = [ripgrep, "-i", "-c", word, *files]
                theirs.append(timed(lambda command=command: subprocess.run(command, capture_output=True, check=False)))
        hits = warm.search(ground, word).sum()
        report(f"{word!r}, {hits} customers", ours, theirs)
    typing = [
        sum(timed(lambda end=end: warm.search(ground, "kelomi"[:end])) for end in range(1, 7)) / 6
        for _ in range(ROUNDS)
    ]
    report("typing 'kelomi', a keystroke", typing, [])


def follow(tables: Tables) -> None:
    searcher = Searcher()
    searcher.search(Moment(tables, tables), "kelo")
    searcher.search(Moment(tables, tables), "k")
    for field in ("payment_term", "company_name"):
        for every in (1000, 1):
            for word in ("edited", "x"):
                times = [staged(searcher, tables, field, every, step, word) for step in range(5)]
                report(f"the first {word!r} after staging {field}, 1 of {every}", times, [])
    words = " OR ".join(f"{a}{b}x" for a in SYLLABLES[:30] for b in SYLLABLES[:30])
    report(
        "900 words joined by OR", [timed(lambda: searcher.search(Moment(tables, tables), words)) for _ in range(3)], []
    )


def staged(searcher: Searcher, tables: Tables, field: str, every: int, step: int, word: str) -> float:
    new = pl.format("edited {} {}", pl.lit(step), field)
    edit = pl.when(pl.int_range(pl.len()) % every == step % every).then(new).otherwise(field)
    moment = Moment(tables.with_frames({"customers": tables.customers.with_columns(edit.alias(field))}), tables)
    return timed(lambda: searcher.search(moment, word))


def report(what: str, ours: list[float], theirs: list[float]) -> None:
    line = f"{what:55} ours {median(ours) * 1e3:6.1f} ms (best {min(ours) * 1e3:5.1f})"
    if theirs:
        ratios = f"ratio {median(ours) / median(theirs):.2f} (of the best {min(ours) / min(theirs):.2f})"
        line += f"   ripgrep {median(theirs) * 1e3:6.1f} ms (best {min(theirs) * 1e3:5.1f})   {ratios}"
    print(line)


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def written(tables: Tables, table: str, folder: Path) -> Path:
    path = folder / f"{table}.csv"
    joined = pl.col(pl.List(pl.String)).list.join(" ")
    tables[table].select(pl.exclude("^_.*$")).with_columns(joined).write_csv(path)
    return path


def made(customers: int) -> Tables:
    frames = {
        "customers": frame("customers", customers, 1, 1),
        "addresses": frame("addresses", customers, 2, 2),
        "contacts": frame("contacts", customers, 1, 3),
        "attributes": frame("attributes", customers // 10, 1, 4),
    }
    return Tables(**frames)


def frame(table: str, customers: int, each: int, seed: int) -> pl.DataFrame:
    rows = customers * each
    columns = []
    for place, (name, kind) in enumerate(schema(table).items()):
        columns.append(column(name, kind, rows, each, seed * 100 + place))
    return pl.DataFrame(columns)


def column(name: str, kind: pl.DataType, rows: int, each: int, seed: int) -> pl.Series:
    if name == "_customer":
        return (pl.int_range(rows, dtype=pl.UInt32, eager=True) // each).alias(name)
    if kind == pl.Boolean():
        return pl.repeat(name != "_gone", rows, dtype=pl.Boolean, eager=True).alias(name)
    if kind == pl.UInt32():
        return pl.repeat(0, rows, dtype=pl.UInt32, eager=True).alias(name)
    if name == "_extra":
        return pl.repeat(None, rows, dtype=pl.String, eager=True).alias(name)
    if isinstance(kind, pl.List):
        return ids(rows, seed).to_frame("x").select(pl.concat_list("x"))["x"].alias(name)
    return text(name, rows, seed).alias(name)


def text(name: str, rows: int, seed: int) -> pl.Series:
    if name.endswith("id") or name.endswith("_by"):
        return ids(rows, seed)
    if name.endswith("_at"):
        return pl.Series(["2026-02-03T04:05:06Z", "2025-12-11T10:09:08Z"]).sample(
            rows, with_replacement=True, seed=seed
        )
    if name in ("phone", "zip_code"):
        return numbers(rows, seed).cast(pl.String).str.slice(0, 12 if name == "phone" else 5)
    if name in (
        "status",
        "type",
        "country",
        "state",
        "payment_term",
        "payment_mode",
        "freight_term",
        "shipping_method",
    ):
        return pl.Series(["ALPHA", "Bravo two", "CH", "delta"]).sample(rows, with_replacement=True, seed=seed)
    syllables = pl.Series(SYLLABLES)
    parts = [syllables.sample(rows, with_replacement=True, seed=seed * 10 + part).alias(str(part)) for part in range(5)]
    return pl.DataFrame(parts).select(x=pl.concat_str("0", "1", "2", pl.lit(" "), "3", "4").str.to_titlecase())["x"]


def ids(rows: int, seed: int) -> pl.Series:
    digits = "0123456789abcdef"
    letters = pl.Series(list(digits))
    blocks = [(numbers(rows, seed * 7 + block) % 65536).alias(str(block)) for block in range(8)]
    four = letters.to_frame("a").join(letters.to_frame("b"), how="cross").select(ab=pl.col("a") + pl.col("b"))
    words = four.join(four.rename({"ab": "cd"}), how="cross").select(w=pl.col("ab") + pl.col("cd"))["w"]
    hexed = [words.gather(block).alias(block.name) for block in blocks]
    dashed = pl.concat_str("0", "1", pl.lit("-"), "2", pl.lit("-"), "3", pl.lit("-"), "4", pl.lit("-"), "5", "6", "7")
    return pl.DataFrame(hexed).select(x=dashed)["x"]


def numbers(rows: int, seed: int) -> pl.Series:
    return pl.int_range(rows, dtype=pl.UInt64, eager=True).hash(seed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
