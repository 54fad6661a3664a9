"""Apart: pairs of customers of whom somebody said that they are not one, though they look like it. Said again, it is taken back.

What was said is a fact of the session, a JSON list to which is only ever appended.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Final

from workbench.errors import SessionDamaged, UsageError

KEY: Final = "duplicates.apart"
"""The key of the fact."""


@dataclass(frozen=True, slots=True)
class Said:
    """Of two customers (ids `a` < `b`): that they are `apart`, or (again) may be one; when, by whom and why."""

    a: str
    b: str
    apart: bool
    at: str
    by: str
    note: str = ""


def said(facts: Mapping[str, str]) -> list[Said]:
    """All that was said, oldest first. Raises `SessionDamaged` if it does not read."""
    try:
        return [Said(**one) for one in json.loads(facts.get(KEY, "[]"))]
    except (ValueError, TypeError) as error:
        raise SessionDamaged(
            "the customers that are known to be apart do not read: go back to a copy of the session's file"
        ) from error


def apart(facts: Mapping[str, str]) -> list[Said]:
    """The pairs that are apart, as they stand, in the order in which it was said of them last."""
    newest = {(one.a, one.b): one for one in said(facts)}
    return sorted((one for one in newest.values() if one.apart), key=lambda one: (one.at, one.a, one.b))


def with_said(facts: Mapping[str, str], ids: Collection[str], word: Said) -> dict[str, str]:
    """The fact in which also each two of `ids` are apart, or may be one: as `word` says, whose own pair does not count. None where
    it is known already, with the same note. Raises `UsageError` for fewer than two customers."""
    distinct = sorted(set(ids))
    if len(distinct) < 2:
        raise UsageError("two customers or more are needed: give their ids")
    known = {(one.a, one.b): one for one in apart(facts)}
    new = []
    for a, b in combinations(distinct, 2):
        before = known.get((a, b))
        if (before is None) == word.apart or (before and word.apart and word.note not in ("", before.note)):
            new.append(Said(a, b, word.apart, word.at, word.by, word.note))
    every = [asdict(one) for one in (*said(facts), *new)]
    return {KEY: json.dumps(every, ensure_ascii=False)} if new else {}
