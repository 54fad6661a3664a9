"""Sessions to report of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screens.hostile_session import made_once
from workbench.report.page import page
from workbench.session.place import SUFFIX
from workbench.workbench import Workbench

Object = dict[str, Any]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Workbench]]:
    """Makes a session of customers, loaded from a file."""
    opened: list[Workbench] = []

    def made(*records: Object) -> Workbench:
        file = tmp_path / "customers.ndjson"
        lines = [json.dumps({"id": f"c{n}", "name": f"Firm {n}", **one}) for n, one in enumerate(records)]
        file.write_text("\n".join(lines))
        opened.append(Workbench.create(tmp_path / "spring.session", key="k"))
        opened[-1].load(file=file)
        return opened[-1]

    yield made
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session in which whatever can be hostile is; to be opened."""
    path = tmp_path_factory.mktemp("hostile") / f"hostile{SUFFIX}"
    shutil.copy(made_once(tmp_path_factory), path)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Workbench], Path]:
    """Writes the page of a session."""

    def written(bench: Workbench) -> Path:
        target = tmp_path / "page.html"
        target.write_text("\n".join(page(bench.report())), encoding="utf-8")
        return target

    return written
