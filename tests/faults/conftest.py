"""Scenes for the fault tests, and the figures that they tell at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.harness.scene import Driver, Scene
from tests.faults.harness.wire import Wire
from tests.form import LONG, figures
from workbench.sandbox.server import Sandbox

Stage = Callable[..., Scene]


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """The process that runs the commands."""
    running = Driver(tmp_path_factory.mktemp("driver"))
    yield running
    running.close()


@pytest.fixture
def scene(driver: Driver, tmp_path: Path) -> Iterator[Stage]:
    """Makes a scene: `sandbox` are the server's options, with a `wire` there is a network to be cut, the others are the
    session's settings."""
    with ExitStack() as stack:
        yield _scenes(stack, driver, tmp_path)


@pytest.fixture(scope="module")
def module_scene(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Makes a scene that the tests of a module share, and rewind."""
    with ExitStack() as stack:
        yield _scenes(stack, driver, tmp_path_factory.mktemp("scene"))


def _scenes(stack: ExitStack, driver: Driver, folder: Path) -> Stage:
    def made(sandbox: dict[str, Any] | None = None, wire: bool = False, **settings: Any) -> Scene:
        options = {"customers": 12, "seed": 2, "latency": 0.004, **(sandbox or {})}
        running = stack.enter_context(Sandbox(**options))
        between = stack.enter_context(Wire(running.url)) if wire else None
        return Scene(running, driver, folder, wire=between, **settings)

    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what was counted and measured."""
    if figures:
        terminalreporter.section(f"figures of the {'long' if LONG else 'short'} form")
        for line in figures:
            terminalreporter.write_line(line)
