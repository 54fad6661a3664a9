"""Compiles the tests, and pytest's plugins, as pytest will, on all cores: five workers that find none compiled compile all of them
five times.

What pytest keeps is keyed by what a file holds, so nothing stale is ever run. These are functions of pytest that it does not
promise to keep: should they change, `make test` goes on without, and the workers compile as they do anyway.
"""

from __future__ import annotations

import compileall
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from types import SimpleNamespace

from _pytest.assertion import rewrite


def keep(path: Path) -> None:
    """Leaves the compiled file where pytest looks for it, unless it is there."""
    folder = rewrite.get_cache_dir(path)
    folder.mkdir(exist_ok=True)
    kept = folder / (path.name[:-3] + rewrite.PYC_TAIL)
    if rewrite._read_pyc(path, kept) is None:
        told, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]
        rewrite._write_pyc(SimpleNamespace(trace=lambda _: None), code, told, kept)  # type: ignore[arg-type]


def plugins() -> Iterator[Path]:
    """The files of the packages that pytest loads by itself: it rewrites their assertions too (a hundred of hypothesis)."""
    for one in distributions():
        if any(entry.group == "pytest11" for entry in one.entry_points):
            for file in one.files or ():
                if file.suffix == ".py":
                    yield Path(str(one.locate_file(file)))


def main(tests: Path) -> int:
    """Keeps all that pytest looks into; what they import is compiled as Python does it."""
    found = sorted([*tests.rglob("test_*.py"), *tests.rglob("conftest.py"), *plugins()])
    with ProcessPoolExecutor() as pool:
        list(pool.map(keep, found, chunksize=8))
    compileall.compile_dir(tests, rx=re.compile(r"/(test_[^/]*|conftest)\.py$"), quiet=2, workers=0)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
