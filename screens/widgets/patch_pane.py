"""One customer's patch: every change with before and after, and the exact body that would be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, ClassVar, Final

from textual.timer import Timer

from screens.lines import Part
from screens.widgets.reading_pane import ReadingPane
from screens.widgets.text_line import TextBlock
from workbench.preview.body_parts import BodyPart, body_parts
from workbench.preview.preview import Patch, PatchChange
from workbench.preview.review import ReviewedPatch
from workbench.shown.lookalike import lookalikes
from workbench.shown.text import glimpse

LATE: Final = 0.15
"""Seconds after which the patch of another customer is not left there while this one's is read."""
_COMPARED: Final = 300
"""Longer texts are shown whole, without what differs in them."""
_SHOWN: Final = 20_000
"""Characters of a body that are painted; the rest is counted."""
_ALIKE: Final = "reverse"
"""How a letter is painted that looks like another."""

Line = tuple[Part, ...]


class PatchPane(ReadingPane):
    """Paints a patch. Nothing here is a form: what is shown is what is sent."""

    TEXT: ClassVar[str] = "patch"
    _late: Timer | None = None

    def awaits(self, label: str) -> None:
        """Another customer's patch is being read: what is shown of the one before goes, unless that is quick."""
        self.awaits_no_more()
        self._late = self.set_timer(LATE, lambda: self.say_lines([((label, "bold"),), ("reading ..",)]))

    def awaits_no_more(self) -> None:
        """It was read."""
        if self._late is not None:
            self._late.stop()

    def show(self, label: str, reviewed: ReviewedPatch, names: Mapping[str, str] | None = None) -> None:
        """Shows a customer's patch: all changes, those that are left out among them, and the body of the others.

        `names` are what people call the ids that are in it; the ids stand beside them.
        """
        whole, sent = reviewed.whole, reviewed.sent
        lines: list[Line] = [((label, "bold"),), ((whole.id, "dim"),)]
        held = sent.held if sent else None
        if held is not None:
            lines.append((("held, does not go: ", "bold reverse"), held))
        for change in whole.changes:
            lines += _change(change, names or {}, left_out=change.path in reviewed.left_out)
        lines += _carried(reviewed)
        lines.append(())
        width = self.query_one(TextBlock).content_size.width
        lines += _request(sent, width) if sent else [(("nothing of this customer goes with this commit", "bold"),)]
        self.say_lines(lines)


def value_text(value: Any) -> str:
    """A value of a change as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _change(change: PatchChange, names: Mapping[str, str], *, left_out: bool) -> list[Line]:
    out: Part = ("  left out, stays staged", "bold reverse") if left_out else ""
    new = "  new" if change.new else ""
    return [
        (),
        ((change.path, "bold"), (f"{new}  operation {change.operation}", "dim"), out),
        ("  - ", *_called(change.before, names), *_marked(change.before, change.after, "strike")),
        ("  + ", *_called(change.after, names), *_marked(change.after, change.before, "bold underline")),
        *_strangers(change.after),
    ]


def _carried(reviewed: ReviewedPatch) -> Iterator[Line]:
    """The untouched values that are not valid and go along: the server may refuse the request for them."""
    for path, value, reason in reviewed.carried:
        yield ()
        yield (path, "bold"), ("  untouched, goes along, not valid", "bold reverse")
        yield "    ", glimpse(value, _COMPARED), (f"  {reason}", "bold")
    if reviewed.beside > len(reviewed.carried):
        yield ((f"and {reviewed.beside - len(reviewed.carried):,} more untouched values that are not valid", "bold"),)


def _request(patch: Patch, width: int) -> list[Line]:
    """The request with its exact body: what changes is bold, what is only carried along dim; each item begins a line. How many
    bytes it has stands below where `width` has no room for it beside."""
    parts = body_parts(patch)
    size = f"{len(patch.body):,} bytes, exactly"
    carries = any(part.starts and not part.changed and part.depth for part in parts)
    note = ": bold changes, dim is sent as it was; a line for each item" if carries else ":"
    path = f"PATCH /v1/customers/{patch.id}"
    told: Part = (size + note, "dim")
    beside = len(f"{path}  {size}:") <= width
    first: list[Line] = [((path, "bold"), "  ", told)] if beside else [((path, "bold"),), (told,)]
    return [*first, *_body(parts, carries=carries)]


def _body(parts: list[BodyPart], *, carries: bool) -> Iterator[Line]:
    line: list[Part] = []
    room = _SHOWN
    for part in parts:
        if room <= 0:
            line.append((f" … and {sum(len(one.text) for one in parts) - _SHOWN:,} characters more", "dim"))
            break
        if part.text in ("[", ",") and part.starts and part.depth:
            line.append(part.text)
            yield tuple(line)
            line = ["  " * part.depth]
        else:
            style = "bold" if part.changed else "dim" if carries else ""
            line.append((part.text[:room], style) if style else part.text[:room])
        room -= len(part.text)
    yield tuple(line)


def _marked(value: Any, other: Any, style: str) -> list[Part]:
    """A value with what differs from the other one marked, and letters that look like others."""
    here, there = (glimpse(value_text(one), _SHOWN) for one in (value, other))
    if not here:
        return [("(empty)", "dim")]
    if not there or len(here) > _COMPARED or len(there) > _COMPARED:
        return [here, *_more(value_text(value))]
    strange = lookalikes(here)
    blocks = SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
    parts: list[Part] = []
    for kind, _, _, start, stop in blocks:
        look = "" if kind == "equal" else style
        parts += [
            (here[run.start : run.stop], f"{look} {_ALIKE}".strip() if run.start in strange else look)
            for run in _runs(start, stop, strange)
        ]
    return parts


def _called(value: Any, names: Mapping[str, str]) -> list[Part]:
    """What people call the ids of a value, if anything."""
    called = [
        names[one] for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one in names
    ]
    return [(f"{', '.join(called)}  ", "bold")] if called else []


def _more(text: str) -> list[Part]:
    return [(f" and {len(text) - _SHOWN:,} characters more", "dim")] if len(text) > _SHOWN else []


def _runs(start: int, stop: int, strange: dict[int, str]) -> Iterator[range]:
    """The places from `start` to `stop` in runs: each strange one by itself."""
    begun = start
    for place in range(start, stop):
        if place in strange:
            if place > begun:
                yield range(begun, place)
            yield range(place, place + 1)
            begun = place + 1
    if stop > begun:
        yield range(begun, stop)


def _strangers(value: Any) -> list[Line]:
    """A line that names the letters that look like others."""
    shown = glimpse(value_text(value), _COMPARED)
    found = lookalikes(shown[:_COMPARED])
    if not found:
        return []
    names = ", ".join(f"{shown[place]} is {name}" for place, name in list(found.items())[:3])
    return [((f"    looks alike: {names}", "bold"),)]
