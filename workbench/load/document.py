"""JSON documents: `[..]`, `{"data": [..]}`, or one customer; read a record at a time, so that damage has a place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from workbench.customers.decode import parse
from workbench.customers.records import Collected, Rejected
from workbench.customers.tables import Tables
from workbench.load.ndjson import Progress

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_LINE_BREAK: Final = re.compile(r"[\r\n]")
_VALUE: Final = json.JSONDecoder(parse_float=str, parse_int=str)
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Damage:
    """A record that cannot be read, and why."""

    reason: str


def load_documents(text: str, progress: Progress | None = None) -> tuple[Tables, list[Rejected]]:
    """The customers in `text`, and the records set aside; `progress` hears characters done and in all."""
    collected, batch, found = Collected(), list[str](), Documents(text)
    for record in found:
        if isinstance(record, Damage):
            collected.reject(collected.lines + len(batch), record.reason)
        batch.append("" if isinstance(record, Damage) else record)
        if len(batch) >= _BATCH:
            _add(collected, batch)
            if progress is not None:
                progress(found.at, len(text))
    _add(collected, batch)
    return collected.finish(lambda index: f"record {index + 1}")


def _add(collected: Collected, batch: list[str]) -> None:
    collected.add(parse(pl.Series(batch, dtype=pl.String)), len(batch))
    batch.clear()


class Documents:
    """The records of the JSON documents in a text, one after another; `at` is how far they are read.

    After damage the next record is the one that starts a line as the damaged one did; if there is none, the rest is
    given up.
    """

    def __init__(self, text: str) -> None:
        self.at = 0
        self._text = text
        self._skip_space()

    def __iter__(self) -> Iterator[str | Damage]:
        while self.at < len(self._text):
            if self._next("["):
                yield from self._array()
            elif self._text[self.at] == "{":
                yield from self._object()
            else:
                yield Damage("is not JSON: expected an object or a list")
                return
            self._skip_space()

    def _array(self) -> Iterator[str | Damage]:
        """The records of a list, from behind its bracket to behind its end."""
        while not self._next("]"):
            if self.at >= len(self._text):
                yield Damage("is missing: the file is cut off inside the list")
                return
            record = self._record()
            yield record
            if isinstance(record, Damage) and self.at >= len(self._text):
                return
            self._next(",")

    def _record(self) -> str | Damage:
        start = self.at
        try:
            self._value()
            if self.at < len(self._text) and self._text[self.at] not in ",]":
                raise json.JSONDecodeError("Expecting ',' delimiter", self._text, self.at)
        except (json.JSONDecodeError, RecursionError) as error:
            resumed = self._next_alike(start)
            self.at = len(self._text) if resumed is None else resumed
            return Damage(_reason(error, self._text, lost=resumed is None))
        return _LINE_BREAK.sub(" ", self._text[start : self.at])

    def _next_alike(self, start: int) -> int | None:
        """Where, behind `start`, the next record begins that starts a line with the same indent; None if none does."""
        line = self._text.rfind("\n", 0, start)
        indent = self._text[line:start] if line >= 0 else ""
        if not indent or indent.strip():
            return None
        found = self._text.find(indent + "{", start)
        return found + len(indent) if found >= 0 else None

    def _object(self) -> Iterator[str | Damage]:
        """The records of the list under `data`; the object itself where there is none."""
        start, listed, keys = self.at, False, set[str]()
        try:
            self._expect("{")
            while not self._next("}"):
                key = self._value()
                keys.add(key)
                self._expect(":")
                if key == "data" and self._next("["):
                    listed = True
                    yield from self._array()
                    self._skip_space()
                else:
                    self._value()
                self._next(",")
        except (json.JSONDecodeError, RecursionError) as error:
            self.at = len(self._text)
            if not listed:
                yield Damage(_reason(error, self._text, lost=False))
            return
        if not listed and not keys & {"id", "data"}:
            yield Damage('is an object with neither an "id" nor a list under "data"')
        elif not listed:
            yield _LINE_BREAK.sub(" ", self._text[start : self.at])

    def _value(self) -> Any:
        found, self.at = _VALUE.raw_decode(self._text, self.at)
        self._skip_space()
        return found

    def _expect(self, text: str) -> None:
        if not self._next(text):
            raise json.JSONDecodeError(f"Expecting {text!r}", self._text, self.at)

    def _next(self, text: str) -> bool:
        """Whether `text` stands here; if so, step behind it and the space after it."""
        if not self._text.startswith(text, self.at):
            return False
        self.at += len(text)
        self._skip_space()
        return True

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self.at)
        self.at = space.end() if space else self.at


def _reason(error: json.JSONDecodeError | RecursionError, text: str, *, lost: bool) -> str:
    rest = "; what follows it was not read" if lost else ""
    if isinstance(error, RecursionError):
        return f"is nested too deeply{rest}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return "is cut off: the JSON ends too early"
    return f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}{rest}"
