"""Which keys of the app no test presses: `pytest tests/screens -p tests.screens.keys_pressed -p no:xdist` says so at its end.

A key counts where its action was run by it, for the place that binds it. Two names of one key (`down` and `j`) are two.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import screens

Bound = tuple[str | None, str]
"""A binding's id, and a key."""

_pressed: set[Bound] = set()


async def _check_bindings(app: App[object], key: str, priority: bool = False) -> bool:
    """Textual's own, which notes what it finds."""
    chain = reversed(app.screen._binding_chain) if priority else app.screen._modal_binding_chain
    for namespace, bindings in chain:
        for binding in bindings.key_to_bindings.get(key, ()):
            if binding.priority == priority and await app.run_action(binding.action, namespace):
                _pressed.add((binding.id, key))
                return True
    return False


def bound() -> Iterator[Bound]:
    """Every key that anything in `screens` binds."""
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        for one in vars(import_module(module.name)).values():
            own = isinstance(one, type) and issubclass(one, DOMNode) and one.__module__ == module.name
            if own and "BINDINGS" in vars(one):
                yield from ((binding.id, binding.key) for binding in Binding.make_bindings(one.BINDINGS))


def pytest_configure() -> None:
    """Listens."""
    App._check_bindings = _check_bindings  # type: ignore[method-assign, assignment]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which were not pressed."""
    every = set(bound())
    terminalreporter.section(f"{len(every)} keys, of which no test has pressed")
    for name, key in sorted(every - _pressed, key=str):
        terminalreporter.line(f"{name}  {key}")
