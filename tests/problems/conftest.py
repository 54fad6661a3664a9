"""Checks asked about single values, and sessions of a few customers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from workbench.customers.fields import FIELDS
from workbench.customers.tables import Names
from workbench.problems.answers import answered
from workbench.problems.check import Asked, Check
from workbench.problems.registry import CHECKS
from workbench.workbench import Workbench

Open = Callable[..., Workbench]


def check(rule: str) -> Check:
    """The check of this name."""
    return next(one for one in CHECKS if one.rule == rule)


def asked(one: Check, values: list[str], place: str | None = None, column: str = "") -> Asked:
    """What a value check gets that is asked about these values, in a column of its own unless told."""
    table, name = column.split(".") if column else one.on[0]
    frame = pl.DataFrame({"row": range(len(values)), "value": values}, schema={"row": pl.UInt32, "value": pl.String})
    if one.place:
        frame = frame.with_columns(pl.lit(place, dtype=pl.String).alias(one.place))
    return Asked(FIELDS[table][name], frame, {}, Names(), Names())


def judged(rule: str, value: str, place: str | None = None, column: str = "") -> tuple[bool, str | None]:
    """Whether a value check finds a value, and what it suggests."""
    one = check(rule)
    found, trouble = answered(one, asked(one, [value], place, column))
    assert trouble == ""
    return found.height == 1, found["suggestion"][0] if found.height else None


def lines(bench: Workbench, rule: str, where: str = "") -> list[tuple[str, str, str | None, str | None]]:
    """What a check finds in a session: id, path, value and suggestion of each cell."""
    found = bench.problems(where, rules=[rule])
    assert found.failed == ()
    return list(found.frame().select("id", "path", "value", "suggestion").iter_rows())


@pytest.fixture(scope="session")
def help() -> SimpleNamespace:
    """What this file makes, for tests: importlib mode gives them no way to import it."""
    return SimpleNamespace(check=check, asked=asked, judged=judged, lines=lines)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens a session of its own on some customers, given as the API answers them."""
    with ExitStack() as stack:

        def made(*customers: dict[str, Any], name: str = "s") -> Workbench:
            file = tmp_path / f"{name}.json"
            file.write_text(json.dumps(list(customers)), "utf-8")
            bench = stack.enter_context(Workbench.create(tmp_path / f"{name}.session"))
            report = bench.load(file=file)
            assert (report.customers, report.rejected) == (len(customers), 0)
            return bench

        yield made
