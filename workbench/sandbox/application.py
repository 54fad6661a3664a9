"""What one PATCH is applied with: the server's habits, the time, the people it may name, the complaints it gathers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from workbench.sandbox.errors import SandboxError
from workbench.sandbox.rules import complaint, normalised
from workbench.sandbox.shape import Details

Nested = Literal["merge", "replace", "insert", "position"]
Null = Literal["clear", "ignore"]
Record = dict[str, Any]

API_USER: Final = "5f0c7a52-6e0b-4d3b-9a51-7f1e5a0c0de5"
"""Whom `created_by` and `updated_by` name after a call of the API."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What the documentation leaves open, and this server does.

    `nested`: an array is merged by id ("merge"), replaces what was there ("replace"), has its ids ignored and its
    items inserted ("insert"), or is merged by position ("position"). `null` clears a field ("clear") or counts as not
    provided ("ignore"). `normalise`: texts are trimmed, and `USA` is stored for the country `US`.
    """

    nested: Nested = "merge"
    null: Null = "clear"
    normalise: bool = False

    def __post_init__(self) -> None:
        for name, value, known in (("nested", self.nested, Nested), ("null", self.null, Null)):
            if value not in get_args(known):
                raise SandboxError(f"{name} is {value!r}; it can be {', '.join(get_args(known))}")


@dataclass(slots=True)
class Application:
    """What one PATCH needs to know, and what it found: the habits, the time, the people, the complaints."""

    habits: Habits
    now: str
    staff: Mapping[str, Record]
    prices: Mapping[str, Record]
    new_id: Callable[[], str]
    once_held: Collection[tuple[str, str]] = frozenset()
    details: Details = field(default_factory=list)

    def set_text(self, record: Record, name: str, source: str, value: str | None, path: str, kept: Record) -> bool:
        """Store a text under the answer's name `source`; True if that changed it.

        A value that `kept` already holds is never complained about: a full array carries siblings whose stored values
        may break the limits. Nor is one that came in before the limits did (`once_held`): it may be set back.
        """
        asked = value
        if value is None:
            if self.habits.null == "ignore":
                return False
        elif self.habits.normalise and value != kept.get(source):
            asked = value.strip()
            value = normalised(name, value)
        if value == record.get(source):
            return False
        if value != kept.get(source) and (name, value) not in self.once_held:
            reason = complaint(name, asked)
            if reason is not None:
                self.details.append((path + name, reason))
                return False
        record[source] = value
        return True

    def set_attributes(self, owner: Record, given: list[Record] | None, path: str) -> bool:
        """Set attributes by name; under "replace" the ones that are left out go. True if anything changed.

        The n-th of several of one name is the n-th stored one of that name, so that an array as it was read changes
        nothing.
        """
        if given is None and self.habits.null == "ignore":
            return False
        stored: list[Record] = owner["attributes"]
        by_name: dict[str, list[Record]] = {}
        for attribute in stored:
            by_name.setdefault(attribute["name"], []).append(attribute)
        seen: dict[str, int] = {}
        named: list[Record] = []
        changed = False
        for i, item in enumerate(given or []):
            name: str = item["name"]
            nth = seen.get(name, 0)
            seen[name] = nth + 1
            same = by_name.setdefault(name, [])
            if nth < len(same):
                attribute = same[nth]
            elif nth:
                self.details.append((f"{path}attributes[{i}].name", f"{name!r} is given twice"))
                continue
            else:
                attribute = self._new_attribute(name)
                same.append(attribute)
                stored.append(attribute)
                changed = True
            named.append(attribute)
            where = f"{path}attributes[{i}]."
            if "value" in item and self.set_text(attribute, "value", "value", item["value"], where, attribute):
                attribute["updated_at"] = self.now
                attribute["updated_by"] = API_USER
                changed = True
        if self.habits.nested == "replace" and [id(a) for a in named] != [id(a) for a in stored]:
            stored[:] = named
            changed = True
        return changed

    def _new_attribute(self, name: str) -> Record:
        by = {"created_by": API_USER, "updated_by": API_USER, "created_at": self.now, "updated_at": self.now}
        return {"id": self.new_id(), "name": name, "value": None, **by}
