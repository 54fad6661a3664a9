"""One customer's patch: every change with before and after, and the exact body that would be sent."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from screens.widgets.text_line import Part, TextBlock
from workbench.preview.preview import Patch
from workbench.shown.text import revealed

_COMPARED: Final = 300
"""Longer texts are shown whole, without what differs in them."""
_SHOWN: Final = 20_000
"""Characters of a body that are painted; the rest is counted."""


class PatchPane(VerticalScroll, can_focus=True):
    """Paints a patch. Nothing here is a form: what is shown is what is sent."""

    DEFAULT_CSS = """
    PatchPane { padding: 0 1; scrollbar-size: 1 1; }
    PatchPane:focus { border: none; background-tint: $foreground 3%; }
    """

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield TextBlock(id="patch")

    def say(self, text: str) -> None:
        """Shows a sentence instead of a patch."""
        self.query_one(TextBlock).say(text)

    def show(self, label: str, patch: Patch) -> None:
        """Shows a customer's patch."""
        lines: list[tuple[Part, ...]] = [((label, "bold"),), ((patch.id, "dim"),)]
        if patch.held is not None:
            lines.append((("held, left out of a commit: ", "bold reverse"), patch.held))
        for change in patch.changes:
            lines += [(), (change.path, (f"  operation {change.operation}", "dim"))]
            lines += [("  - ", *part) for part in [_marked(change.before, change.after, "strike")]]
            lines += [("  + ", *part) for part in [_marked(change.after, change.before, "bold underline")]]
        body = patch.body.decode()
        more = f" … and {len(body) - _SHOWN:,} characters more" if len(body) > _SHOWN else ""
        size = f"  {len(patch.body):,} bytes, exactly:"
        lines += [(), (("PATCH /v1/customers/", "bold"), (patch.id, "bold"), (size, "dim")), (body[:_SHOWN] + more,)]
        self.query_one(TextBlock).say_lines(lines)
        self.scroll_home(animate=False)


def value_text(value: Any) -> str:
    """A value of a change as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _marked(value: Any, other: Any, style: str) -> list[Part]:
    """A value with what differs from the other one marked."""
    here, there = revealed(value_text(value)), revealed(value_text(other))
    if not here:
        return [("(empty)", "dim")]
    if not there or len(here) > _COMPARED or len(there) > _COMPARED:
        return [here]
    blocks = SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
    return [(here[start:stop], "" if kind == "equal" else style) for kind, _, _, start, stop in blocks if stop > start]
