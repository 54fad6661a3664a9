"""The registry: every check that comes with the workbench, in the order in which people meet them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from types import ModuleType
from typing import Final

from workbench.errors import UsageError
from workbench.problems import choices, emails, items, limits, names, phones, places, pointers, text
from workbench.problems.check import SEVERITIES, Check


def checks_in(module: ModuleType) -> tuple[Check, ...]:
    """The checks that a module makes, in its order."""
    return tuple(one for one in vars(module).values() if isinstance(one, Check))


_MODULES: Final = (limits, pointers, emails, phones, places, text, names, choices, items)

CHECKS: Final[tuple[Check, ...]] = tuple(
    sorted((one for module in _MODULES for one in checks_in(module)), key=lambda one: SEVERITIES.index(one.severity))
)
"""All checks, the worst first."""


def meant(checks: Sequence[Check], pattern: str) -> tuple[Check, ...]:
    """The checks that a rule (`phone.invalid`), what it begins with (`phone`, `phone.*`) or `*` means, in any case.

    Raises `UsageError` that names near ones if there is none.
    """
    wanted = pattern.strip().lower().removesuffix("*").removesuffix(".")
    found = tuple(one for one in checks if not wanted or one.rule == wanted or one.rule.startswith(f"{wanted}."))
    if found:
        return found
    rules = [one.rule for one in checks]
    near = difflib.get_close_matches(wanted, [*rules, *(rule.partition(".")[0] for rule in rules)], n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else f"there are: {', '.join(rules)}"
    raise UsageError(f"there is no check {pattern[:60]!r}; {hint}")
