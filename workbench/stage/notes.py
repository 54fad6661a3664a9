"""Notes of operations that were edited later: only ever appended, each with who wrote it and when. The newest one counts.

What was noted when the operation was made stays in its row; what was noted later is a fact of the session (`note/NUMBER`), a
JSON list of objects with `at`, `by` and `note`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from workbench.errors import SessionDamaged
from workbench.session.rows import Operation

_KEY: Final = "note/"


@dataclass(frozen=True, slots=True)
class Note:
    """A note on an operation: when it was written, by whom, what it says."""

    at: str
    by: str
    note: str


def notes_of(operation: int, facts: Mapping[str, str]) -> tuple[Note, ...]:
    """The notes that were written later on an operation, oldest first. Raises `SessionDamaged` if they do not read."""
    text = facts.get(f"{_KEY}{operation}")
    if text is None:
        return ()
    try:
        return tuple(Note(one["at"], one["by"], one["note"]) for one in json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise SessionDamaged(
            f"the notes of operation {operation} do not read: go back to a copy of the session's file"
        ) from error


def with_notes(operations: Iterable[Operation], facts: Mapping[str, str]) -> list[Operation]:
    """The operations with their newest notes."""
    found = []
    for operation in operations:
        later = notes_of(operation.id, facts)
        found.append(replace(operation, note=later[-1].note) if later else operation)
    return found


def fact_of(operation: int, facts: Mapping[str, str], note: Note) -> dict[str, str]:
    """The fact that keeps one note more."""
    every = [*notes_of(operation, facts), note]
    told = [{"at": one.at, "by": one.by, "note": one.note} for one in every]
    return {f"{_KEY}{operation}": json.dumps(told, ensure_ascii=False)}
