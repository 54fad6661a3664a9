"""Lists of values: written into a query, `display_id:=(WC_1 WC_2)`, or the lines of a file, `display_id:@"keys.txt"`.

A file is read only for a query that somebody typed. What a session or a recipe keeps has its lines instead (`portable`), so
that no stored text ever reads a file of the machine that it is opened on.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workbench.errors import UsageError
from workbench.search.mistakes import Unfit
from workbench.search.nodes import LinesOf, OneOf

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file of keys: millions of them fit."""

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"[,;]?')
_PLAIN: Final = re.compile(r"[^\W\d_][\w.@+]*(?:-[\w.@+]+)*|\d[\w.@+-]*")
_OPERATORS: Final = frozenset(("OR", "AND", "NOT"))
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines_of(path: str) -> tuple[str, ...]:
    """The different lines of a text file, without the spaces around them, empty ones left out; raises `Unfit`.

    UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.
    """
    try:
        file = Path(path).expanduser()
        if not file.is_file():
            raise Unfit(f'there is no file "{path[:200]}" (quote the value to find the @)', "a file")
        with file.open("rb") as opened:
            held = opened.read(LARGEST + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise Unfit(f'the file "{path[:200]}" cannot be read: {error}', "a file") from error
    if len(held) > LARGEST:
        raise Unfit(f'the file "{path[:200]}" is larger than 64 MiB', "a smaller file")
    return split(_decoded(held, path))


def split(text: str) -> tuple[str, ...]:
    """The different lines of a text, without the spaces around them, empty ones left out."""
    return tuple(dict.fromkeys(line for raw in _BREAK.split(text) if (line := raw.strip())))


def values_of(condition: OneOf | LinesOf) -> tuple[str, ...]:
    """What a list holds, as it is written there; raises `Unfit` for a file that cannot be read."""
    return condition.values if isinstance(condition, OneOf) else lines_of(condition.path)


def forms(condition: OneOf | LinesOf, value: str) -> tuple[str, ...]:
    """What a value of a list finds: itself, and of a line between quotes (as sheets write them) what is between them too."""
    quoted = _QUOTED.fullmatch(value) if isinstance(condition, LinesOf) else None
    return (value, quoted[1].replace('""', '"').strip()) if quoted else (value,)


def written(values: Sequence[str]) -> str:
    """A list as query text: what stands after the field's name."""
    return f":=({' '.join(map(_one, values))})"


def file_lines(path: str) -> tuple[str, ...]:
    """All that the lines of a file find, as values of a list; raises `Unfit`."""
    file = LinesOf(path)
    return tuple(dict.fromkeys(form for line in lines_of(path) for form in forms(file, line) if form))


def refuse_files(paths: Sequence[str], what: str) -> None:
    """Raises `UsageError` if what is stored (`what` says what it is) would read a file."""
    if paths:
        raise UsageError(
            f'{what} would read the file "{paths[0][:100]}": only a query that you type reads one; '
            "type it, or write the values: id:=(A B C)"
        )


def _one(value: str) -> str:
    if _PLAIN.fullmatch(value) and value not in _OPERATORS:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decoded(held: bytes, path: str) -> str:
    encodings = ("utf-16",) if held[:2] in _WIDE else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise Unfit(f'the file "{path[:200]}" is not text', "a text file")
