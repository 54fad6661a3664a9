"""The kinds of edit that a field can have, what each one asks for, and the edit that the answers mean."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbench.customers.fields import FIELDS, Field, Kind
from workbench.stage.derived import offered
from workbench.stage.edits import Edit
from workbench.stage.transforms.registry import TRANSFORMS


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of edit: its name for people, what its one or two inputs ask for, whether a pattern may be a regex, and an example
    of what is typed first."""

    kind: str
    label: str
    first: str = ""
    second: str = ""
    regex: bool = False
    example: str = ""

    @property
    def speaks(self) -> str:
        """What is typed first: a `value`, or by its kind the name of something; kinds in which it is the same take it over."""
        return self.kind if self.kind in ("apply", "copy", "template") else "value"


_TOLD: Final = 40
"""Characters of what was typed that are told."""
_SET: Final = Form("set", "set", "the new value")
_CLEAR: Final = Form("clear", "clear")
_REPLACE: Final = Form("replace", "replace", "what to replace", "what to put there", True)
_APPLY: Final = Form("apply", "transform", "the transform")
_COPY: Final = Form("copy", "copy", "the field to copy")
_TEMPLATE: Final = Form("template", "template", "text with {fields}", example="such as {first_name} {last_name}")
_LISTS: Final = (
    Form("add", "add", "name or id to add"),
    Form("remove", "remove", "name or id to remove"),
    Form("swap", "swap", "name or id that goes", "name or id that comes"),
)


def forms_of(field: Field) -> tuple[Form, ...]:
    """The kinds of edit that make sense for a field; the workbench refuses the others anyway."""
    if field.kind is Kind.IDS:
        return (*_LISTS, _SET, _CLEAR)
    if field.kind is Kind.FLAG or field.pointer:
        return (_SET,)
    return (_SET, _CLEAR) if field.kind is Kind.ID else (_SET, _CLEAR, _REPLACE, _APPLY, _COPY, _TEMPLATE)


def transforms_of(field: Field, part: str = "") -> list[str]:
    """The names of the transforms for a field that begin with `part`."""
    return [name for name, one in TRANSFORMS.items() if field.kind in one.kinds and name.startswith(part.strip())]


def missing(form: Form, field: Field, first: str, second: str) -> str:
    """What a filled form lacks that is no edit yet (see `edit_of`), in words."""
    typed = first.strip()
    if not typed or form.kind not in ("apply", "copy"):
        return f"type {form.second if first and not second and form.second else form.first}"
    if form.kind == "copy":
        near = "" if typed in FIELDS[field.table] else _near(typed, offered(field.table, field))
        return (
            f"there is no field {near}" if near else f"no field called {typed[:_TOLD]!r} can be copied to {field.name}"
        )
    if transforms_of(field, typed):
        return f"several transforms begin with {typed[:_TOLD]!r}"
    near = "" if typed in TRANSFORMS else _near(typed, transforms_of(field))
    if near:
        return f"there is no transform {near}"
    return f"no transform for {field.name} is called {typed[:_TOLD]!r}"


def _near(typed: str, names: Sequence[str]) -> str:
    """What was typed, and which of the names was meant, if one looks like it: all of it has to fit in a line."""
    near = difflib.get_close_matches(typed.casefold(), names, n=1, cutoff=0.7)
    return f"{typed[:_TOLD]!r}; did you mean {near[0]}?" if near else ""


def edit_of(form: Form, field: Field, first: str, second: str, regex: bool) -> Edit | None:
    """The edit that a filled form means, or None while something is missing."""
    if form.kind == "clear":
        return Edit("clear", field.name)
    if form.kind == "apply":
        names = transforms_of(field, first) if first.strip() else []
        exact = first.strip() if first.strip() in names else names[0] if len(names) == 1 else ""
        return Edit("apply", field.name, exact) if exact else None
    if not first or (form.kind == "swap" and not second):
        return None
    if form.kind == "copy":
        return Edit("copy", field.name, first.strip()) if first.strip() in offered(field.table, field) else None
    return Edit(form.kind, field.name, first, second if form.second else "", regex and form.regex)
