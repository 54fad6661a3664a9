"""Who does something and when, and what is told of it: what the verbs put beside their calls."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import polars as pl

from workbench.customers.tables import Tables
from workbench.errors import UsageError
from workbench.stage.staging import Evaluated, Example


def counts(found: Evaluated) -> tuple[int, int, int, int, int, tuple[Example, ...], tuple[str, ...], tuple[str, ...]]:
    """What follows the operation's number in what staging returns."""
    return (
        found.matched,
        found.changed,
        found.unchanged,
        found.invalid,
        found.skipped,
        found.examples,
        found.reasons,
        found.unheld,
    )


def present(tables: Tables, table: str) -> int:
    """How many rows of a table are there; those that the server no longer has are not."""
    return int((~tables.column(table, "_gone")).sum())


def unbroken(text: str) -> str:
    """A text that can be kept; raises `UsageError` for half a character, which no file can hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("the note or the query holds half a character (a lone surrogate); type it again")
    return text


def now() -> str:
    """The time as a session keeps it: ISO 8601, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def same_rows(left: pl.Series, right: pl.Series) -> bool:
    """Whether two lists of row numbers name the same rows, in whatever order."""
    return left.len() == right.len() and bool((left.sort() == right.sort()).all())


def who() -> str:
    """The name of the person at this machine."""
    try:
        return getpass.getuser().encode("utf-8", "replace").decode()  # a variable may hold what is no text
    except (KeyError, OSError):
        return "unknown"
