"""Patches as lines of NDJSON: `{"id","body","held","changes"}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from workbench.preview.bodies import NEW, Bodies
from workbench.preview.json_text import json_pieces
from workbench.preview.spliced import Piece, sliced, text_of

_AT_ONCE: Final = 10_000
"""So many patches are made text at a time: it stays in the processor's cache, and no text of all of them is ever in memory."""


def lines(plan: pl.DataFrame) -> Iterator[str]:
    """Each patch of a frame as one line."""
    for part in plan.iter_slices(_AT_ONCE):
        yield from part.select(t=text_of(_pieces(part)))["t"]


def texts(plan: pl.DataFrame) -> Iterator[bytes]:
    """The same lines as they stand in a file: texts (UTF-8) of many of them, each with its end."""
    return _together(_pieces(plan), plan.height)


def texts_of(parts: Iterable[Bodies]) -> Iterator[bytes]:
    """The same of bodies, which are put into their lines without a frame of them."""
    for bodies in parts:
        pieces = _line(json_pieces(bodies.ids), bodies.body, json_pieces(bodies.held), bodies.changes(new="}"))
        yield from _together(pieces, bodies.rows.len())


def _pieces(plan: pl.DataFrame) -> list[Piece]:
    cells = plan["cells"]
    if cells.str.contains(NEW, literal=True).any():
        cells = cells.str.replace_all(NEW, "}", literal=True)
    return _line(json_pieces(plan["id"]), [plan["body"]], json_pieces(plan["held"]), [cells])


def _line(id_: list[Piece], body: list[Piece], held: list[Piece], changes: list[Piece]) -> list[Piece]:
    return ['{"id":', *id_, ',"body":', *body, ',"held":', *held, ',"changes":', *changes, "}"]


def _together(pieces: list[Piece], height: int) -> Iterator[bytes]:
    for start in range(0, height, _AT_ONCE):
        some = [*pieces, "\n"]
        text = text_of(sliced(some, start, _AT_ONCE)).str.join("").cast(pl.Binary)
        yield pl.select(text).item()
