"""All 500 hostile strings in every place that shows data, on a real terminal: WORKBENCH_HOSTILE=all (or WORKBENCH_FAULTS=long).

    WORKBENCH_HOSTILE=all python -m pytest tests/screens/test_hostile_walk.py -rP

Lists are turned page by page on a terminal on which many lines and columns are seen at once; where a place shows one string at a
time, the cursor goes from string to string on one of 80 by 24, and it is proved that each was shown. Every byte is looked at.

Walked on 2026-11-28, on 2026-11-29, and as a whole, case by case, from 00:04 to 00:36 on 2026-11-30 (a load of 5 to 15 on 2 cores):
each case here and all of `test_hostile_server.py` passed: no byte of data obeyed, and every string shown that a case asks for.
Lists, tables, facets, profiles and clusters are only looked at byte by byte: they ask for no string.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.hostile import ESC
from tests.screens.hostile_session import MOVED, TEXTS
from tests.screens.walker import PASTE, Walker, bare
from workbench.customer_api.words import safe_line
from workbench.shown.text import glyphs, safe

pytestmark = pytest.mark.skipif(
    os.environ.get("WORKBENCH_HOSTILE") != "all" and os.environ.get("WORKBENCH_FAULTS") != "long",
    reason="takes many minutes: WORKBENCH_HOSTILE=all",
)

Start = Callable[..., Walker]
GRID, PAGE, TOP = "Mark all", b"\x1b[6~", b"g"
LARGE = {"lines": 60, "columns": 200}
BURST = 10
"""So many customers' dialogs are opened without waiting in between: a key waits until what the one before led to was painted."""

NAMES = TEXTS[:-MOVED]
"""What customers are called: the first are staged, the others were moved on by others."""


def marked(number: int) -> Callable[[str], bool]:
    """Whether so many are marked; the mark takes its cells from the texts beside it."""
    return lambda text: f" {number:,} marked" in text


def edge_of(text: str) -> int:
    """The number of the line in which the pane below the list begins."""
    return max((place for place, line in enumerate(text.split("\n")) if line.startswith(("─", "━"))), default=0)


# -- lists, page by page ----------------------------------------------------------------------------------------------


def test_all_tables_in_all_columns(walkers: Start) -> None:
    app = walkers(**LARGE)
    for _ in range(4):
        for column in (0, 7, 14, 21):
            app.walk(TOP + b"0" + b"l" * column)
            app.turn(PAGE)
        app.walk(b"t")
    app.figures("tables")


def test_all_facets(walkers: Start) -> None:
    app = walkers(**LARGE)
    app.step(b"F", "and their values")
    app.walk(ESC)
    for columns in (14, 12, 8, 6):
        for column in range(columns):
            app.walk(TOP + b"0" + b"l" * column + b"f")
            for _ in range(4):
                app.walk(PAGE * 2)
            app.walk(ESC + ESC)
        app.walk(b"t")
    app.figures("facets")


def test_profiles_and_clusters_of_columns(walkers: Start) -> None:
    app = walkers(**LARGE)
    for column in range(8):
        app.walk(TOP + b"0" + b"l" * column)
        app.step(b"I", "Profile of")
        app.walk(PAGE, "Esc leaves")
        app.step(ESC, GRID, gone="Profile of")
        app.step(b"C", "Clusters of")
        for _ in range(4):
            for keys in (b"", b"J" * 5, PAGE * 3, b"m"):
                app.walk(keys, "Esc leaves")
        app.step(ESC, GRID, gone="Clusters of")
    app.figures("profiles and clusters")


def test_lists_of_review_run_history_conflicts_and_problems(walkers: Start) -> None:
    app = walkers(**LARGE)
    for keys, footer in (
        (b"2", "In or out"), (b"o", "In or out"), (b"gt", "In or out"), (b"t", "In or out"), (b"3", "Needs me"), (b"F", "Needs me"),
        (b"4", "Look into it"), (b"3C", "Keep ours"),
    ):  # fmt: skip
        app.walk(keys, footer)
        app.turn(PAGE, footer)
    app.walk(b"2" + TOP, "In or out")
    for _ in range(4):
        app.walk(b"j\r", "In or out")
        app.turn(PAGE, "In or out")
        app.walk(ESC, "In or out")
    app.walk(b"4" + TOP + b"jjj\r", "Look into it")
    for _ in range(31):
        app.walk(b"j", "Look into it")
        app.walk(b"\t" + PAGE + b"\t", "Look into it")
    app.walk(ESC + b"1", GRID)
    app.step(b"p", "problems of")
    for _ in range(8):
        app.walk(b"\r", "Waive")
        app.turn(PAGE, "Waive")
        app.walk(ESC + b"j", "Waive")
    app.step(b"1", GRID)
    app.figures("lists")


def test_duplicates_saved_searches_and_what_cannot_go_back(walkers: Start) -> None:
    app = walkers(**LARGE)
    app.walk(b"=", "No duplicate")
    app.walk(b"\r" + PAGE, "Take it")
    app.walk(ESC + ESC + b"1")
    app.begin()
    app.step(b"'", "Enter shows it")
    app.walk(PAGE * 3, "Enter shows it")
    app.step(ESC, GRID, gone="Enter shows it")
    assert app.unseen(TEXTS[:6], under=1) == []
    app.walk(b"4", "Look into it")
    app.begin()
    app.turn(PAGE, "Look into it")
    assert app.unseen(TEXTS[:30]) == []
    app.step(b"GR", "nothing of it can go back")
    app.figures("duplicates, saved searches, notes")


def test_the_keys_that_nobody_has(walkers: Start) -> None:
    app, keys = (
        walkers(**LARGE),
        [key for text in TEXTS[30:-1] if len((key := unended(f"{text}?").strip()).splitlines()) == 1],
    )
    app.step(b"/", "Shift+Tab")
    app.step(pasted("\n".join(keys)), "not found (@)")
    app.step(b"\r", gone="Shift+Tab")
    app.begin()
    app.step(b"@", "copies all of them")
    for _ in range(len(keys) // 12):
        app.walk(PAGE, "copies all of them")
    assert app.unseen(keys) == []
    app.figures("keys that nobody has")


# -- string by string -------------------------------------------------------------------------------------------------


def test_the_cell_of_each_row(walkers: Start) -> None:
    app = walkers()
    for place, (column, texts) in enumerate({"company_name": NAMES, "reference_id": TEXTS}.items()):
        app.begin()
        app.walk(TOP + b"0" + b"l" * place)
        for number in range(len(TEXTS)):
            app.step(b"s", marked(number + 1))
        app.walk(ESC)
        assert app.unseen(texts, column) == []
    app.figures("cells")


@pytest.mark.parametrize(("key", "before"), [(b"e", "reference_id of "), (b"i", "Add to ")], ids=["cell", "item"])
def test_the_dialogs_of_each_row(key: bytes, before: str, walkers: Start) -> None:
    app = walkers()
    app.begin()
    app.walk(TOP + b"0l")
    for _ in range(len(TEXTS) // BURST):
        app.walk((key + ESC + b"j") * BURST)
    assert app.unseen(NAMES, before) == []
    app.figures(f"dialog {key.decode()}")


def test_the_hold_and_the_release_of_each_row(walkers: Start) -> None:
    app, opened = walkers(), ("Enter puts on hold", "releases, Esc leaves")
    app.begin()
    app.walk(TOP + b"0l")
    for _ in TEXTS:
        app.step(b"m", lambda text: any(one in text for one in opened))
        app.step(ESC + b"j", lambda text: GRID in text and not any(one in text for one in opened))
    assert app.unseen(NAMES, "Put ", "Release ") == []
    app.figures("holds")


def test_who_changed_the_cell_of_each_row(walkers: Start) -> None:
    app = walkers()
    app.begin()
    app.walk(TOP + b"0")
    for _ in TEXTS:
        app.step(b"W", "the newest first")
        app.step(ESC + b"j", GRID, gone="the newest first")
    assert app.unseen(NAMES, "company_name of ") == []
    app.figures("stories of cells")


def test_what_is_said_of_each_cell_that_is_copied(walkers: Start) -> None:
    app, said, begins = walkers(), "", "copied reference_id: "
    app.walk(TOP + b"0l")
    for text in (*TEXTS[-MOVED:], *TEXTS[:-MOVED]):
        said = bare(safe(f"{begins}{text if len(text) < ROOM else ''}"))[:40]
        app.step(b"y", lambda _: bare(app.screen.block(begins.strip())).startswith(said), copies=1)  # noqa: B023
        app.step(b"j" + ESC, gone=begins.strip())  # else it would be taken for the next one's
    app.figures("copies")


def test_the_edit_of_a_column_to_each(walkers: Start) -> None:
    app = walkers()
    app.begin()
    app.walk(TOP + b"0l")
    for text in TEXTS[:-1]:
        app.step(b"jE" + pasted(text), "a note: why", counted)
        app.step(ESC, GRID, gone="a note: why")
    assert app.unseen(TEXTS[:-1]) == []
    app.figures("edits of a column")


def test_the_record_of_each_row(walkers: Start) -> None:
    app = walkers()
    app.begin()
    app.step(b"\r", "Next customer")
    for number in range(2, len(TEXTS) + 1):
        before = app.screen.text
        app.step(b"n", lambda text, before=before: text != before)  # type: ignore[misc]
        if number % 10 == 0:
            app.walk(b"\x04" * 3 + b"G", "Next customer")
            app.walk(TOP, "Next customer")
    assert app.unseen(TEXTS) == []
    app.step(ESC, GRID, gone="Next customer")
    app.figures("records")


@pytest.mark.parametrize(("keys", "footer"), [(b"2t", "In or out"), (b"3", "Needs me")], ids=["review", "run"])
def test_the_pane_of_each_customer(keys: bytes, footer: str, walkers: Start) -> None:
    app = walkers()
    app.begin()
    app.walk(keys + TOP, footer)
    app.step(b"\r" if keys == b"3" else b"", lambda text: bool(named(text)))
    shown, edge = [named(app.screen.text)], edge_of(app.screen.text)
    for _ in TEXTS[1:]:
        app.step(b"j", lambda text: named(text) not in ("", shown[-1]))
        shown.append(named(app.screen.text))
    app.walk(b"", footer)
    assert len(set(shown)) == len(TEXTS)
    assert app.unseen(TEXTS, under=edge) == []
    if keys == b"3":
        told = [
            said for text in TEXTS[:450] if (said := safe_line(text)) not in REFUSED.lower()
        ]  # the others went through
        assert app.unseen(told, f"{REFUSED}: ", under=edge) == []
    app.figures(f"panes of {footer}")


REFUSED = "422 Unprocessable Entity"


def named(text: str) -> str:
    """The id of the customer that the pane below is about."""
    pane = text.split("\n")[edge_of(text) + 1 :][:3]
    ids = [word for line in pane for word in line.split() if re.fullmatch("c[0-9]{3}", word)]
    return ids[0] if ids else ""


def test_the_three_values_of_each_conflict(walkers: Start) -> None:
    app = walkers()
    app.walk(b"3C", "Keep ours")
    app.begin()
    app.step(TOP, "open conflicts")
    found = re.search("([0-9]+) open conflicts", app.screen.text)
    assert found is not None
    for number in range(int(found[1])):
        app.step(b"s", marked(number + 1))
        if number == 30:  # the word without an end stands below "t theirs"; later it stands there as loaded
            assert app.unseen(TEXTS[-1:], cells=ROOM) == []
    app.walk(b"\t", "Keep ours")
    for _ in range(5):  # before theirs of the last stands a value of 30 lines
        app.walk(PAGE, "Keep ours")
    assert app.unseen(TEXTS[:-1], "t theirs ") == []
    app.walk(ESC, "Keep ours")
    app.figures("conflicts")


def test_the_sessions_of_each_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted({text[:60] for text in TEXTS if not {"/", "\0"} & set(text)})
    for number, name in enumerate(names):
        (tmp_path / f"{name}.session").write_bytes(b"no session at all")
        os.utime(tmp_path / f"{name}.session", (number, number))
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(tmp_path))
    app, footer = Walker(), "New from a file"
    try:
        app.terminal.shows("sessions in")
        app.walk(b"", footer)
        app.turn(PAGE, footer)
        app.begin()
        app.walk(TOP, footer)
        for _ in names[1:]:
            before = app.screen.text
            app.step(b"j", lambda text, before=before: text != before)  # type: ignore[misc]
        app.walk(b"", footer)
        assert app.unseen(names) == []
        app.leave()
        app.figures("sessions")
    finally:
        app.terminal.close()


# -- pasted -----------------------------------------------------------------------------------------------------------


def pasted(text: str) -> bytes:
    """What a terminal sends of a text that is pasted: no end of a paste within it."""
    return PASTE.format(unended(text)).encode()


def unended(text: str) -> str:
    """A text without what would end a paste, nor NUL, which no terminal sends of one."""
    return text.replace("\x1b[201~", "\x1b[201").replace("\0", "")


def counted(text: str) -> bool:
    """Whether what an edit would do has been counted."""
    return "counting" not in text and "reading" not in text


def test_each_is_pasted_over_cells(walkers: Start) -> None:
    app = walkers()
    app.walk(TOP + b"0l")
    for text in TEXTS[:-1]:
        cell = re.split("[\t\r\n]", unended(text))[0].strip()
        if text == '"':  # opens a cell with a tab and a line break in it, as spreadsheets write one
            cell = "\tx\n"
        app.begin()
        app.step(
            pasted(f"{text}\tx\n{text}"),
            "goes to", "Enter stages", counted, lambda _, cell=cell: seen_in_words(app, cell),  # type: ignore[misc]
        )  # fmt: skip
        app.step(ESC, GRID, gone="empty cells clear")
    app.figures("pasted")


def seen_in_words(app: Walker, text: str) -> bool:
    """Whether a text stood in a line, or, where lines are broken between words, each of its words did."""
    return app.unseen([text]) == [] or app.unseen(text.split(" ")) == []


ROOM = 60
"""Characters that a line on a terminal of 80 columns has room for at least."""
TYPED_AFTER = "q~q"
"""Keys behind a paste: when they stand in the line, all that was pasted does, however much of it is in sight."""


@pytest.mark.parametrize(
    ("keys", "opened"), [(b"/", "Shift+Tab"), (b"\x10", "earch for commands")], ids=["search", "palette"]
)
def test_each_is_pasted_into_a_line(keys: bytes, opened: str, walkers: Start) -> None:
    app = walkers()
    app.begin()
    for text in TEXTS:
        app.step(keys, opened)
        app.step(pasted(text) + TYPED_AFTER.encode(), TYPED_AFTER)
        app.step(ESC, GRID, lambda text: TYPED_AFTER not in text, gone=opened)  # it stands below the grid too
    taken = [line for text in TEXTS[:-1] for line in lines_taken(text, keys == b"/")]
    assert app.unseen(taken, as_shown=glyphs) == []
    alone = [
        line
        for text in TEXTS[:-1]
        if len(line := "".join(unended(text).splitlines()[:1])) < ROOM and lines_taken(text, keys == b"/") == [line]
    ]
    whole = [f"{line}{TYPED_AFTER}" for line in alone]
    assert app.unseen(whole, cells=ROOM + len(TYPED_AFTER), as_shown=glyphs) == []
    assert app.unseen(["not pasted: a line of"]) == []
    app.figures(opened)


def lines_taken(text: str, keys: bool) -> list[str]:
    """What a line takes of a paste: its first line; where `keys` are, of several lines with several words each line."""
    lines = unended(text).splitlines()
    if keys and len(lines) > 1 and len(unended(text).split()) > 1:
        return [key for line in lines if (key := line.strip())]
    return lines[:1]
