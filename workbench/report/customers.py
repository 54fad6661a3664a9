"""Every customer of a report with its changes and its exact body: the data that the page's script writes as text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from zlib import compress

import orjson
import polars as pl

from workbench.preview.lines import WARNINGS
from workbench.report.review import ReviewReport, Shape
from workbench.report.writing import body_text, visible
from workbench.shown.text import safe

PACKED: Final = 3_000_000
"""Data that is longer than this (bytes) is kept compressed in the page."""

_LONGEST: Final = 120
_CHANGE: Final = ("customer", "name", "path", "before", "after", "operation", "line", "note", "warned")


def data_element(report: ReviewReport) -> str:
    """The customers as a JSON element in which nothing can end it, compressed (zlib, base64) if it is long."""
    text = orjson.dumps(data_of(report))
    packed = len(text) > PACKED
    inside = b64encode(compress(text, 6)).decode() if packed else text.decode().replace("<", "\\u003c")
    return f'<script type="application/json" id="data"{" data-packed" if packed else ""}>{inside}</script>'


def data_of(report: ReviewReport) -> dict[str, Any]:
    """What the script reads: `texts`; the `notes` of operations; the names of the `groups`; `customers`, each as `[id, name, held,
    body, changes]`, a change as `[path, before, after, operation, group, note, warned]` with values and notes as places in
    `texts`. Every text can be seen and obeys nothing."""
    texts: dict[str, int] = {"": 0}
    return {
        "notes": {str(one.operation): safe(one.note) for one in report.steps},
        "groups": [_called(shape) for shape in report.shapes],
        "customers": list(_customers(report, texts)),
        "texts": list(texts),
    }


def _customers(report: ReviewReport, texts: dict[str, int]) -> Iterator[list[Any]]:
    order = {line: place for place, line in enumerate(report.groups.order())}
    patches = {row: rest for row, *rest in report.preview.frame.select("row", "id", "held", "body").iter_rows()}
    cells = report.cells.with_columns(warned=pl.any_horizontal(WARNINGS)).select(_CHANGE)
    for customer, rows in groupby(cells.iter_rows(), key=itemgetter(0)):
        changes, called = [], ""
        for _, name, path, before, after, operation, line, note, warned in rows:
            places = [texts.setdefault(text, len(texts)) for text in (visible(before), visible(after), safe(note))]
            changes.append([safe(path), *places[:2], operation, order[line], places[2], int(warned)])
            called = name
        id_, held, body = patches[customer]
        yield [safe(id_), safe(called), safe(held), body_text(body), changes]


def _called(shape: Shape) -> str:
    before, after = (visible(text[:_LONGEST]) or "(empty)" for text in (shape.before, shape.after))
    return f"{shape.group.name}: {before} → {after}"
