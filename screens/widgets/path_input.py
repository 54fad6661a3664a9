"""An input for the path of a file, which Tab completes."""

from __future__ import annotations

import asyncio
import os
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.line_input import LineInput


class PathInput(LineInput):
    """Tab completes as far as there is one way on, and tells the names there are (`Names`); on a whole path it goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False, id="path.complete")]

    class Names(Message):
        """The names that go on from what was typed."""

        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.names = names

    @property
    def path(self) -> Path:
        """The path that was typed; `~` is the user's home."""
        return Path(self.value.strip()).expanduser()

    async def action_complete(self) -> None:
        """Completes, or goes to the next field when there is nothing to add."""
        text = self.value
        whole, names = await asyncio.to_thread(completed, text)
        if self.value != text:
            return
        if whole == text and len(names) <= 1:
            self.screen.focus_next()
            return
        self.value, self.cursor_position = whole, len(whole)
        self.post_message(self.Names(names if len(names) > 1 else []))


def completed(text: str) -> tuple[str, list[str]]:
    """What `text` is completed to, and the names that go on from it (folders end in a slash). Hidden ones only when asked for.

    A folder that cannot be read has no names.
    """
    folder, part = os.path.split(text)
    try:
        entries = list(os.scandir(Path(folder or ".").expanduser()))
    except OSError:
        return text, []
    hidden = part.startswith(".")
    names = sorted(
        one.name + ("/" if one.is_dir() else "")
        for one in entries
        if one.name.startswith(part) and (hidden or not one.name.startswith("."))
    )
    return (text[: len(text) - len(part)] + _shared(names) if names else text), names


def _shared(names: list[str]) -> str:
    """How all of the names begin."""
    letters = takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    return "".join(column[0] for column in letters)
