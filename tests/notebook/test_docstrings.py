"""The examples in the docstrings of `Workbench` are run, each on a session of its own against the sandbox."""

from __future__ import annotations

import doctest
import inspect
import sys
from pathlib import Path

import pytest

from workbench import Workbench
from workbench.sandbox.server import Sandbox

MAIN = {
    "create", "open", "load", "refresh", "search", "facets", "problems", "stage", "unstage", "hold", "undo", "staged", "conflicts",
    "commit", "acommit", "outcomes", "revert", "replay", "status", "log", "export",
}  # fmt: skip
"""What a notebook begins with: these have an example."""


def test_the_examples_of_the_main_methods_come_out_as_written(tmp_path: Path) -> None:
    examples = [one for one in _examples() if one.examples]
    assert {one.name.rpartition(".")[2] for one in examples} >= MAIN
    said: list[str] = []
    for number, one in enumerate(examples):
        folder = tmp_path / str(number)
        folder.mkdir()
        # a server of its own: what one example commits is no other's
        with Sandbox(customers=12) as sandbox:
            with Workbench.create("spring", sessions_dir=folder, key="k") as made:
                made.load(api=sandbox.url)
                made.set_settings({"grace": "0"})
            with Workbench.open("spring", sessions_dir=folder, key="k") as wb:
                one.globs = {"wb": wb, "api": sandbox.url, "folder": folder, "Workbench": Workbench}
                doctest.DocTestRunner(verbose=False).run(one, out=said.append)
    if said:
        pytest.fail("".join(said))


def _examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(recurse=False)
    return [
        test
        for kind in Workbench.__mro__
        if kind.__module__.startswith("workbench.")
        for name, member in vars(kind).items()
        if not name.startswith("_") and (inspect.getdoc(member) or "")
        for test in finder.find(member, f"{kind.__name__}.{name}", module=sys.modules[kind.__module__], globs={})
    ]
