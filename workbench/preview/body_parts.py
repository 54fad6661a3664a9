"""A body taken apart for people: which of its bytes are the changes, and which it only carries along untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from workbench.preview.preview import Patch

_SCAN: Final = json.JSONDecoder().raw_decode
_ARRAYS: Final = ("addresses", "contacts", "attributes")


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A piece of a body: its text, whether it is a change, and how deep in the body it begins (0: the body's own fields, 1: an
    item of an array, 2: an item within an item). `starts` is True where a field or an item begins."""

    text: str
    changed: bool
    depth: int
    starts: bool


def body_parts(patch: Patch) -> list[BodyPart]:
    """The body in pieces, in order: together they are the body, character for character."""
    return list(_Reader(patch.body.decode(), {change.path for change in patch.changes}).object("", 0, whole=False))


class _Reader:
    """Reads JSON that this workbench wrote: no white space between its tokens."""

    def __init__(self, text: str, paths: set[str]) -> None:
        self._text, self._paths, self._at = text, paths, 0

    def object(self, path: str, depth: int, *, whole: bool) -> Iterator[BodyPart]:
        """The object that begins here; `whole`: all of it is new."""
        opening = "{"
        while True:
            start = self._at + 1
            if self._text[start] == "}":
                yield self._piece(opening + "}", start + 1, whole, depth, False)
                return
            key, end = _SCAN(self._text, start)
            inside = f"{path}{key}"
            if key in _ARRAYS and self._text[end + 1] == "[":
                yield self._piece(opening + self._text[start : end + 1], end + 1, whole, depth, True)
                yield from self._array(inside, depth + 1, whole=whole)
            else:
                _, value_end = _SCAN(self._text, end + 1)
                changed = whole or self._is_changed(path, key)
                yield self._piece(opening + self._text[start:value_end], value_end, changed, depth, True)
            opening = self._text[self._at]
            if opening == "}":
                yield self._piece("}", self._at + 1, whole, depth, False)
                return

    def _array(self, path: str, depth: int, *, whole: bool) -> Iterator[BodyPart]:
        opening = "["
        while True:
            start = self._at + 1
            if self._text[start] == "]":
                yield self._piece(opening + "]", start + 1, whole, depth, False)
                return
            item, _ = _SCAN(self._text, start)
            yield self._piece(opening, start, whole, depth, True)
            called = _called(path, item)
            new = whole or ("id" not in item and any(one.startswith(f"{called}.") for one in self._paths))
            yield from self.object(f"{called}.", depth, whole=new)
            opening = self._text[self._at]
            if opening == "]":
                yield self._piece("]", self._at + 1, whole, depth, False)
                return

    def _is_changed(self, path: str, key: str) -> bool:
        """Whether a field is a change: by its path; an attribute's is that of its value."""
        return path + key in self._paths or (key == "value" and path.removesuffix(".") in self._paths)

    def _piece(self, text: str, end: int, changed: bool, depth: int, starts: bool) -> BodyPart:
        self._at = end
        return BodyPart(text, changed, depth, starts)


def _called(path: str, item: dict[str, Any]) -> str:
    """The path of an item in an array."""
    if path.endswith("attributes"):
        return f"{path}[{item.get('name', '')}]"
    return f"{path}[{item['id']}]" if "id" in item else f"{path}[+{item.get('reference_id', '')}]"
