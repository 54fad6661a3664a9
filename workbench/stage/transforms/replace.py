"""Plain edits of text that are no transforms: applied twice, they may change a value twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from workbench.customers.in_time import in_time
from workbench.errors import UsageError


def replace(values: pl.Series, pattern: str, text: str, *, regex: bool) -> pl.Series:
    r"""`values` (String) with every occurrence of `pattern` replaced by `text`; null stays null.

    With `regex`, `pattern` is a regex of Rust's regex crate (no look-around) and `text` may take up its groups: `\1`,
    `\g<1>`, `\g<name>`, `\0` for all of it; `\\` is a backslash, a `$` is a dollar. Without, both are literal. Raises
    `UsageError` for an empty pattern, a bad one, one that takes too long, and a group that the pattern does not have.
    """
    if not pattern:
        raise UsageError("the pattern to replace is empty; use set to give a field a value")
    if not regex:
        return values.str.replace_all(pattern, text, literal=True)
    groups = _groups(pattern)
    meant = _replacement(text, groups)
    return in_time(values, lambda some: some.str.replace_all(pattern, meant))


def map_values(values: pl.Series, mapping: Mapping[str, str]) -> pl.Series:
    """`values` (String) with each value that is a key of `mapping`, whole and exactly, replaced by what it maps to."""
    return values.replace(list(mapping), list(mapping.values())) if mapping else values


def _groups(pattern: str) -> set[str]:
    """The numbers and names of a pattern's groups, 0 for the whole; raises `UsageError` if it does not parse."""
    try:
        found = pl.Series([""]).str.extract_groups(pattern).dtype
    except pl.exceptions.PolarsError as error:
        reason = str(error).strip().rpartition("error: ")[2]
        raise UsageError(f"the pattern {pattern!r} is no regex: {reason}") from None
    names = [field.name for field in getattr(found, "fields", [])]
    return {"0", *(str(number) for number in range(1, len(names) + 1)), *names}


def _replacement(text: str, groups: set[str]) -> str:
    """The replacement in Rust's notation."""

    def one(found: re.Match[str]) -> str:
        if found[0] == "$":
            return "$$"
        if found[0] == "\\\\":
            return "\\"
        group = found[1] or found[2] or ""
        if group not in groups:
            raise UsageError(f"{found[0]!r} in {text!r} names no group of the pattern; a backslash is written twice")
        return f"${{{group}}}"

    return re.sub(r"\$|\\\\|\\(?:([0-9]+)|g<(\w+)>)?", one, text)
