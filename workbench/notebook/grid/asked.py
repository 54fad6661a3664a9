"""What a message from the browser asks for. It is read with care: a page can send anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import UsageError

Message = Mapping[str, Any]
"""A message as it came: `ask` names what is wanted, `id` is the answer's, the rest belongs to what is asked."""


def text_in(message: Message, name: str) -> str:
    """A text of the message; "" if it has none. Raises `UsageError` for anything else."""
    found = message.get(name, "")
    if not isinstance(found, str):
        raise UsageError(f"the grid was asked with a {name} that is no text")
    return found


def texts_in(message: Message, name: str) -> dict[str, str]:
    """Texts of the message by their names; none if it has none. Raises `UsageError` for anything else."""
    found = message.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(one, str) for pair in found.items() for one in pair):
        raise UsageError(f"the grid was asked with {name} that are no texts")
    return found


def number_in(message: Message, name: str) -> int:
    """A number (0 or more) of the message; 0 if it has none. Raises `UsageError` for anything else."""
    found = message.get(name, 0)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise UsageError(f"the grid was asked with a {name} that is no number of a row")
    return found
