"""HTML of data: the one door between stored text and a page.

Data only ever stands between tags, never in an attribute, a style or a script; what would be obeyed or not be seen is a glyph
(`shown.text`). The functions of this module return HTML; everything else is text.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape
from typing import Final

from workbench.shown.text import glyphs, revealed, safe

COMPARED: Final = 300
"""Longer texts are shown whole, without what differs in them."""
SHOWN: Final = 2_000
"""Characters of a value that are shown; the rest is counted. The bodies are whole."""


def html(value: object) -> str:
    """A text of data as HTML."""
    return escape(safe(value), quote=False)


def visible(text: str) -> str:
    """A value as people see it, spaces at its ends too: text, cut with a count of what is left out."""
    more = f" … and {len(text) - SHOWN:,} characters more" if len(text) > SHOWN else ""
    return revealed(text[:SHOWN]) + more


def body_text(body: str) -> str:
    """A body's JSON as text in which every character can be seen: one that could not is written as JSON's `\\u` escape, so that
    it is the same JSON."""
    if body.isascii() and body.isprintable():
        return body
    return "".join(char if glyphs(char) == char else _escaped(char) for char in body)


def changed(before: str, after: str) -> tuple[str, str]:
    """Two values as HTML, each with what the other does not have marked."""
    here, there = visible(before), visible(after)
    if not here or not there or max(len(here), len(there)) > COMPARED:
        return _value(escape(here, quote=False)), _value(escape(there, quote=False))
    codes = SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    old = "".join(_part(here[i:j], kind, "del") for kind, i, j, _, _ in codes)
    new = "".join(_part(there[i:j], kind, "ins") for kind, _, _, i, j in codes)
    return _value(old), _value(new)


def _value(inside: str) -> str:
    return f"<bdi>{inside}</bdi>" if inside else '<i class="none">(empty)</i>'


def _part(text: str, kind: str, tag: str) -> str:
    inside = escape(text, quote=False)
    return inside if kind == "equal" or not text else f"<{tag}>{inside}</{tag}>"


def _escaped(char: str) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _units(ord(char)))


def _units(code: int) -> tuple[int, ...]:
    """A code point as UTF-16."""
    return (code,) if code < 0x10000 else (0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code - 0x10000 & 0x3FF))
