"""What the signs of each place mean, for `?`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbench.shown.layout import EMPTY
from workbench.shown.text import BREAK, BROKEN, HIDDEN, TURNS

Sign = tuple[str, str]
"""A sign, and what it means."""

_TEXT: Final[tuple[Sign, ...]] = (
    (EMPTY, "empty"),
    ("·· ⍽", "spaces that are easily overlooked; an unusual space"),
    (f"{TURNS} {HIDDEN} {BREAK}", "a character that turns the text, one that is not seen, a line break"),
    (BROKEN, "what is no character"),
)
_CELL: Final[tuple[Sign, ...]] = (
    ("•", "staged: changed here, not sent yet"),
    ("!", "staged, and not valid: its customer is held until it is mended"),
)

SIGNS: Final[Mapping[str, tuple[Sign, ...]]] = {
    "browse": (
        ("●", "at the left: the row is marked"),
        ("│", "at the left: in the range (v)"),
        ("H", "at the left: the customer is on hold, no commit takes it"),
        (
            "•",
            "at the left: of its addresses, contacts or attributes something is staged (Enter shows it, t the tables)",
        ),
        *_CELL,
        ("a → b", "staged: a was loaded, b is what it becomes"),
        ("/", "in a heading: the search asks about this column"),
        ("!3", "in a heading: so many staged values of it are not valid"),
        (
            "?40",
            "in a heading: so many problems the checks find in the column (P lists them, p all); ? alone: there are some",
        ),
        ("~40", "the same as it was before the last change: it is being counted anew"),
        ("▲ ▼", "in a heading: sorted by it, up or down (with its rank, if by several)"),
        *_TEXT,
    ),
    "record": (*_CELL, *_TEXT),
    "review": (
        (
            "!",
            "a warning: in conflict, not valid, over somebody's newer value, not to be reverted, beside a value not valid (w)",
        ),
        ("?", "odd: the column odd, and the line below, say why; worth a second look"),
        ("in", "goes with this commit"),
        ("out", "left out of this commit with space; it stays staged"),
        ("-3", "so many of its cells do not go: they are left out, or their customers held"),
        ("held", "its customers are held (not valid, in conflict or on hold): they do not go, with all their changes"),
        ("yes", "seen: you accepted it (a)"),
        ("3/9", "seen: so many of so many accepted"),
        ("hold", "seen: its customers are on hold (m); 3 hold: so many of its cells"),
        (
            "2 intro.",
            "introduced: so many problems what is in brings along: /problem:RULE is:staged in Browse finds them",
        ),
        ("- + PATCH", "before, after, and the exact body that is sent"),
        *_TEXT,
    ),
    "run": (
        ("committed", "sent, read back, and stored as asked"),
        ("already", "the server held it already: nothing was sent"),
        ("altered", "stored, but not as asked: the server made something else of it"),
        ("conflict", "somebody else changed it since the load: not sent (C decides)"),
        ("failed", "the server refused it; it stays staged (t tries again)"),
        ("unknown", "perhaps sent, no answer came: it is read back first (r)"),
        ("unsent", "not sent; it stays staged"),
    ),
    "history": (
        ("active", "its changes are staged"),
        ("partly", "some of its changes are committed, the rest is not, or was taken back there (Enter tells)"),
        ("committed", "a run has brought them, or later changes of the same cells, to the server"),
        ("3 of 9", "cells: so many of its own values were sent, of so many that it changed"),
        ("done", "a run that is over"),
        ("reverted", "was committed, and a later run took all of it back on the server"),
        ("undone", "taken back with u (U brings it back)"),
        ("dropped", "switched off with d (d again switches it on)"),
        ("hold", "customers were put on hold; release: they were released"),
    ),
    "conflicts": (
        ("loaded", "what the server held when it was loaded"),
        ("theirs", "what somebody else made of it since"),
        ("ours", "what is staged here"),
        ("●", "at the left: marked, the keys decide all that are marked"),
    ),
    "facets": (
        ("●", "picked: one of the values that are kept"),
        ("−", "excluded"),
        ("!", "some of its values are not valid"),
        ("&", "picked in other fields, in force too"),
        *_TEXT,
    ),
    "problems": (("●", "at the left: marked, f and w are for these"), *_TEXT),
    "duplicates": (
        ("≠ =", "the customers differ in this field, or not"),
        ("●", "the value that survives"),
        *_TEXT,
    ),
}
"""By the place that the ids of its keys begin with."""
