"""The list of checks as a table of Markdown, made of their docstrings: what `README.md` beside this file shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.problems.check import Check

_HEAD: Final = ("| rule | severity | looks at | what is wrong | mended by |", "| --- | --- | --- | --- | --- |")


def listing(checks: Sequence[Check]) -> str:
    """A line for each check; `mended by` names the transforms that make its suggestions, if it does not make them itself."""
    return "\n".join([*_HEAD, *(_line(check) for check in checks)]) + "\n"


def _line(check: Check) -> str:
    said = check.explanation.replace("|", "\\|").replace("<", "&lt;").replace("&amp;", "`&amp;`")
    return f"| `{check.rule}` | {check.severity} | {_columns(check)} | {said} | {', '.join(check.fix)} |"


def _columns(check: Check) -> str:
    """The columns, or how many there are of which tables."""
    names = [name if table == "customers" else f"{table}.{name}" for table, name in check.on]
    if len(names) <= _FEW:
        return ", ".join(names)
    tables = ", ".join(dict.fromkeys(table for table, _ in check.on))
    return f"{len(names)} columns of {tables}"


_FEW: Final = 6
