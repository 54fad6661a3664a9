"""Every customer of a report with its changes and its exact body: the data that the page's script writes as text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from zlib import compressobj

import orjson
import polars as pl

from workbench.onlooker import part, step
from workbench.preview.lines import WARNINGS
from workbench.report.review import ReviewReport, Shape
from workbench.report.writing import body_text, visible
from workbench.shown.text import safe

PACKED: Final = 3_000_000
"""Data that is longer than this (bytes) is kept compressed in the page."""

_AT_ONCE: Final = 8_000_000
_OFTEN: Final = 1_000
"""So many bytes are compressed between two steps; so many customers are written between two words on how far it is."""
_WRITTEN: Final = 0.85
"""Such a share of the time has passed when the customers are written."""

_LONGEST: Final = 120
_CHANGE: Final = ("customer", "name", "path", "before", "after", "operation", "line", "note", "warned")


def data_element(report: ReviewReport) -> str:
    """The customers as a JSON element in which nothing can end it, compressed (zlib, base64) if it is long."""
    with part(0.0, _WRITTEN):
        text = data_of(report)
    packed = len(text) > PACKED
    inside = b64encode(_compressed(text)).decode() if packed else text.decode().replace("<", "\\u003c")
    return f'<script type="application/json" id="data"{" data-packed" if packed else ""}>{inside}</script>'


def _compressed(text: bytes) -> bytes:
    """The text as zlib writes it, some at a time."""
    packer = compressobj(6)
    packed = []
    for start in range(0, len(text), _AT_ONCE):
        step(_WRITTEN + (1 - _WRITTEN) * start / len(text))
        packed.append(packer.compress(text[start : start + _AT_ONCE]))
    return b"".join((*packed, packer.flush()))


def data_of(report: ReviewReport) -> bytes:
    """What the script reads, as JSON: `texts`; the `notes` of operations; the names of the `groups`; `customers`, each as `[id,
    name, held, body, changes]`, a change as `[path, before, after, operation, group, note, warned]` with values and notes as
    places in `texts`. Every text can be seen and obeys nothing.

    A customer is written as soon as it is made: millions of lists would be looked through for rubbish again and again.
    """
    texts: dict[str, int] = {"": 0}
    parts = {
        "notes": orjson.dumps({str(one.operation): safe(one.note) for one in report.steps}),
        "groups": orjson.dumps([_called(shape) for shape in report.shapes]),
        "customers": b"[" + b",".join(map(orjson.dumps, _customers(report, texts))) + b"]",
        "texts": orjson.dumps(list(texts)),
    }
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), part) for name, part in parts.items()) + b"}"


def _customers(report: ReviewReport, texts: dict[str, int]) -> Iterator[list[Any]]:
    order = {line: place for place, line in enumerate(report.groups.order())}
    patches = {one[0]: one for one in report.preview.frame.select("row", "id", "held", "body").iter_rows()}
    cells = report.cells.with_columns(warned=pl.any_horizontal(WARNINGS)).select(_CHANGE)
    values, notes = _Places(texts, visible), _Places(texts, safe)
    for done, (customer, rows) in enumerate(groupby(cells.iter_rows(), key=itemgetter(0))):
        step(done / len(patches) if done % _OFTEN == 0 else None)
        changes, called = [], ""
        for _, name, path, before, after, operation, line, note, warned in rows:
            places = values[before], values[after], notes[note]
            changes.append([safe(path), *places[:2], operation, order[line], places[2], int(warned)])
            called = name
        _, id_, held, body = patches[customer]
        yield [safe(id_), safe(called), safe(held), body_text(body), changes]


class _Places(dict[str, int]):
    """A text of data -> the place of what is `seen` of it in `texts`, to which it is added when it is first met."""

    def __init__(self, texts: dict[str, int], seen: Callable[[str], str]) -> None:
        super().__init__()
        self._texts, self._seen = texts, seen

    def __missing__(self, text: str) -> int:
        place = self[text] = self._texts.setdefault(self._seen(text), len(self._texts))
        return place


def _called(shape: Shape) -> str:
    before, after = (visible(text[:_LONGEST]) or "(empty)" for text in (shape.before, shape.after))
    return f"{shape.group.name}: {before} → {after}"
