"""One customer, one plan and the settings, as pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbench.notebook.page import FIRST, Bit, Block, Fold, Head, Line, Page, Table, value
from workbench.preview.plan_file import Plan
from workbench.session.settings import Settings
from workbench.shown.record import Entry, Record, Section
from workbench.shown.text import count

_FIELDS: Final = (Head("field"), Head("value"), Head("what there is to know"))
_SENT: Final = (Head("customer"), Head("body"))
_MOST: Final = 40
_ABOUT: Final = {
    "nested": "what a body's array holds: full, or sparse",
    "clear": "what clears a field: empty, or null",
    "concurrency": "most requests in flight",
    "rate": "most requests a second",
    "grace": "seconds before what may have been sent is read back",
    "region": "the country of a phone that has none",
    "review": "whether only what was accepted goes out: optional, or required",
    "url": "a customer's page in a browser",
}


def record(one: Record) -> Page:
    """Every field that holds something, section by section, with what is staged and what is not valid."""
    staged = f", {count(one.staged, 'cell')} staged" if one.staged else ""
    held = [Line([f"held: {one.held}"], "bad")] if one.held else []
    full = [section for section in one.sections if any(map(_says, section.entries))]
    blocks = [block for section in full[:_MOST] for block in _section(section)]
    rest = [Line([f"and {count(len(full) - _MOST, 'part')} more"], "soft")] if len(full) > _MOST else []
    return Page([value(one.name or one.id), f" ({one.id}){staged}"], [*held, *blocks, *rest])


def _section(section: Section) -> Iterator[Block]:
    said = [entry for entry in section.entries if _says(entry)]
    empty = len(section.entries) - len(said)
    rows = [(value(entry.label), _cell(entry), _about(entry)) for entry in said[:_MOST]]
    yield Line([" ".join(section.title.split())])
    yield Table(_FIELDS, rows, len(said), "field")
    if empty:
        names = ", ".join(entry.label for entry in section.entries if not _says(entry))
        yield Line([f"{count(empty, 'field')} empty: ", value(names, "soft")], "soft")


def _says(entry: Entry) -> bool:
    return bool(entry.cell.text or entry.cell.staged or entry.cell.invalid)


def _cell(entry: Entry) -> Bit:
    cell = entry.cell
    look = "invalid" if cell.invalid else "staged" if cell.staged else ""
    before = (cell.before or "") if cell.staged else None
    return Bit(cell.text or "(empty)", look, value=bool(cell.text), before=before)  # type: ignore[arg-type]


def _about(entry: Entry) -> Bit:
    known = "; ".join(f"{name} {text}" for name, text in entry.about if name == "id")
    was = f"was {entry.cell.before}" if entry.cell.staged and entry.cell.before else ""
    why = entry.why if not entry.editable or entry.cell.invalid or "conflict" in entry.why else ""
    return Bit("; ".join(text for text in (was, why.partition(":")[0] if not entry.editable else why, known) if text))


def plan(one: Plan) -> Page:
    """Which session's it is, its digest, and the first of its bodies."""
    title = f"Plan {one.name}: {count(one.patches.height, 'customer')} of {one.session}, written {_time(one.at)} by {one.by}"
    rows = [(value(id_), value(body)) for id_, body in one.patches.head(FIRST).select("id", "body").iter_rows()]
    bodies = Fold("what it sends", [Table(_SENT, rows, one.patches.height, "customer")], ".patches has all of it")
    lines: list[Block] = [Line(["digest ", value(one.digest)]), Line([f"for {one.origin or 'no API yet'}"], "soft")]
    if one.left_out:
        lines.append(Line([f"{count(one.left_out, 'staged customer')} left out"], "soft"))
    return Page([title], [*lines, bodies, Line(["wb.commit(plan=..) sends exactly this, or nothing"], "soft")])


def settings(one: Settings) -> Page:
    """Each setting, and what it is."""
    rows = [
        (name, "none" if found in (None, "") else value(found), Bit(_ABOUT[name], "soft"))
        for name, found in one.as_dict().items()
    ]
    change = Line(['wb.set_settings({"grace": "5"}) changes one'], "soft")
    return Page(["Settings"], [Table((Head("setting"), Head("value"), Head("what it is")), rows, len(rows)), change])


def _time(at: str) -> str:
    return at[:19].replace("T", " ")
