"""The home screen: the sessions that there are, opening one, and loading a new one, by key."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest
from textual import events

from screens.dialogs.keys import KeysHelp
from screens.home.app import HomeApp
from screens.home.first_load import FirstLoad, Picked, Wanted
from screens.home.loading import Loading, _progress
from screens.home.new import NewFromApi, NewFromFile, NewSandbox
from screens.home.sessions import Sessions
from screens.widgets.choice import Choice
from screens.widgets.grid import Grid
from screens.widgets.line_input import LineInput
from screens.widgets.path_input import completed
from screens.widgets.text_line import text_of
from tests.screens.conftest import Desk, customer
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

OPEN = """
import sys; from pathlib import Path; from workbench.workbench import Workbench
bench = Workbench.open(Path(sys.argv[1])); print("open", flush=True); sys.stdin.read()
"""

CHANGE = OPEN.replace("print", 'bench.set_settings({"rate": "5"}); print')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for sessions, which is not there yet."""
    return tmp_path / "sessions"


@pytest.fixture
def unreadable(source: Path) -> Path:
    """A file that holds no customer."""
    path = source.with_name("notes.ndjson")
    path.write_text("no customer\n")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of 40 customers."""
    path = tmp_path / "customers.ndjson"
    path.write_text("".join(json.dumps(customer(number)) + "\n" for number in range(40)))
    return path


@asynccontextmanager
async def home(folder: Path, size: tuple[int, int] = (80, 24), **options: Any) -> AsyncIterator[Desk]:
    """The home screen of a folder, ready for keys."""
    app = HomeApp(folder, **options)
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot)  # type: ignore[arg-type]
        await desk.quiet()
        yield desk


def made(folder: Path, name: str, source: Path, at: int, staged: int = 0) -> Path:
    """A session, closed, that was changed at a time."""
    path = folder / f"{name}.session"
    with Workbench.create(path) as bench:
        bench.load(file=source)
        for _ in range(staged):
            bench.stage([Edit("set", "display_id", "Z")], rows=pl.Series([0], dtype=pl.UInt32))
    os.utime(path, (at, at))
    return path


@contextmanager
def held(path: Path, script: str = OPEN) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the session open."""
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def names(folder: Path) -> set[str] | None:
    """What is in a folder; None if it is not there."""
    return {path.name for path in folder.iterdir()} if folder.exists() else None


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What is in a folder's files, and when they were changed."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def lines(desk: Desk) -> list[list[str]]:
    """The list, cell by cell."""
    grid = desk.app.screen.query_one("#sessions")
    rows = grid.rows  # type: ignore[attr-defined]
    return [[cell.text for cell in line] for line in rows.window(0, rows.height, [c.name for c in rows.columns])]


async def fill(desk: Desk, **fields: str) -> None:
    for name, text in fields.items():
        desk.app.screen.query_one(f"#{name}", LineInput).value = text
    await desk.quiet()


async def test_a_folder_that_is_not_there_says_what_to_do_in_a_sentence(folder: Path) -> None:
    async with home(folder) as desk:
        grid = desk.app.screen.query_one("#sessions")
        assert "a loads from your API, f from a file, s tries a sandbox" in grid.render_line(2).text
        await desk.press("enter")
        assert "no session yet" in desk.said
        assert names(folder) is None
        await desk.press("q")
    assert (desk.app.picked, desk.app.return_code) == (None, 0)  # type: ignore[attr-defined]


async def test_sessions_are_listed_newest_first_with_what_they_hold_and_nothing_is_touched(
    folder: Path, source: Path
) -> None:
    made(folder, "older", source, 1_000)
    made(folder, "newest", source, 3_000, staged=1)
    made(folder, "middle", source, 2_000)
    (folder / "notes.txt").write_text("no session")
    before = files(folder)
    async with home(folder) as desk:
        assert [line[:5] for line in lines(desk)] == [
            ["newest", "40", "1", "1", "ready"],
            ["middle", "40", "0", "0", "ready"],
            ["older", "40", "0", "0", "ready"],
        ]
        assert lines(desk)[0][5].endswith("days ago")
        await desk.press("down")
        assert desk.text("#session").startswith("middle")
        await desk.press("r")
        assert desk.text("#session").startswith("middle")
    assert files(folder) == before


async def test_what_another_process_holds_says_who_and_opens_by_the_same_key_once_it_is_free(
    folder: Path, source: Path
) -> None:
    path = made(folder, "spring", source, 1_000)
    with held(path) as process:
        async with home(folder) as desk:
            assert lines(desk)[0][4].startswith(f"! held by process {process.pid}")
            await desk.press("enter")
            assert isinstance(desk.app.screen, Sessions)
            assert f"spring is held by process {process.pid}" in desk.said
            process.kill()
            process.wait()
            await desk.press("enter")
        assert desk.app.picked.path == path  # type: ignore[attr-defined]


async def test_damaged_newer_older_and_killed_ones_are_listed_as_such(folder: Path, source: Path) -> None:
    made(folder, "flipped", source, 6_000)
    flipped = folder / "flipped.session"
    flipped.write_bytes(flipped.read_bytes().replace(b"rejected", b"rejectee"))
    (folder / "garbage.session").write_bytes(b"no session at all")
    for name, version in (("newer", 9), ("older", 1)):
        with sqlite3.connect(made(folder, name, source, 4_000)) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
    with held(made(folder, "killed", source, 3_000)) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    Workbench.create(folder / "empty.session").close()
    before = files(folder)
    async with home(folder) as desk:
        states = {line[0]: line[4] for line in lines(desk)}
        assert states == {
            "flipped": "! damaged", "garbage": "! damaged", "newer": "! not read", "older": "older format",
            "killed": "was not closed" if (folder / "killed.session-wal").exists() else "ready", "empty": "nothing loaded",
        }  # fmt: skip
        desk.app.screen.query_one("#sessions").go_to(position=[line[0] for line in lines(desk)].index("flipped"))  # type: ignore[attr-defined]
        await desk.press("enter")
        assert isinstance(desk.app.screen, Sessions)
        assert "do not match their checksum" in desk.said
    assert files(folder) == before


async def test_one_that_was_not_closed_cleanly_shows_what_is_known_of_it(folder: Path, source: Path) -> None:
    made(folder, "idle", source, 5_000)
    with held(made(folder, "killed", source, 3_000, staged=1), CHANGE) as process:
        process.kill()
        process.wait()
    assert (folder / "killed.session-wal").exists()
    async with home(folder) as desk:
        counts = {line[0]: line[1:5] for line in lines(desk)}
        assert counts["killed"] == ["40", "?", "1", "was not closed"]
        assert counts["idle"] == ["40", "0", "0", "ready"]
        desk.app.screen.query_one("#sessions").go_to(position=[line[0] for line in lines(desk)].index("killed"))  # type: ignore[attr-defined]
        await desk.quiet()
        assert "not closed cleanly" in desk.text("#session")


async def test_what_is_typed_after_enter_is_for_the_app_that_opens_up_to_a_paste(folder: Path, source: Path) -> None:
    made(folder, "spring", source, 1_000)
    async with home(folder) as desk:
        app = desk.app
        for key in ("enter", "slash", "a"):
            app.post_message(events.Key(key, None))
        app.post_message(events.Paste("NET 30"))
        app.post_message(events.Key("enter", None))
        await desk.until(lambda: len(app.typed_on or ()) == 4)
        assert [key.key for key in app.keys_handed_on()] == ["slash", "a"]


async def test_an_unfinished_run_is_said(folder: Path, source: Path) -> None:
    from tests.plans import framed
    from tests.session.test_seen import RUN
    from workbench.session.store import Store

    store = Store.open(made(folder, "spring", source, 1_000))
    store.add_run(RUN, framed(), [])
    store.close()
    async with home(folder) as desk:
        assert lines(desk)[0][4] == "! run unfinished"
        assert "run 1 is unfinished" in desk.text("#session")


async def test_names_that_would_drive_the_terminal_are_shown(folder: Path, source: Path) -> None:
    made(folder, "plain", source, 1_000).rename(folder / "\x1b]52;c;eA==\x07[@click=app.quit]x.session")
    async with home(folder) as desk:
        text = "".join(desk.app.screen.query_one("#sessions").render_line(y).text for y in range(5))
        assert "[@click=app.quit]x" in desk.text("#session")
        assert not {"\x1b", "\x07"} & {*text, *desk.text("#session")}
        await desk.press("enter")
    assert desk.app.picked is not None  # type: ignore[attr-defined]


async def test_a_file_is_loaded_with_its_path_completed_and_then_opened(folder: Path, source: Path) -> None:
    async with home(folder) as desk:
        await desk.press("f")
        assert isinstance(desk.app.screen, NewFromFile)
        await desk.type(str(source.parent / "cust"))
        await desk.press("tab")
        assert desk.app.screen.query_one("#file", LineInput).value == str(source)
        await desk.press("tab")
        await desk.type("a/b")
        await desk.press("enter")
        assert "is no session name" in desk.text("#wrong")
        await desk.press("ctrl+u")
        assert desk.text("#wrong") == ""
        await desk.pilot.press(*"spring", "enter")
        await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
    picked = desk.app.picked  # type: ignore[attr-defined]
    assert picked.workbench.path == folder / "spring.session"
    assert picked.workbench.status().customers == 40
    picked.ending.close()
    Workbench.open(folder / "spring.session").close()


async def test_what_is_missing_or_cannot_be_is_said_and_nothing_is_made(folder: Path, source: Path) -> None:
    made(folder, "taken", source, 1_000)
    async with home(folder) as desk:
        await desk.press("f", "enter")
        assert "no file is named" in desk.text("#wrong")
        for path, name, wrong in (
            (source.parent / "none.csv", "x", "does not exist"),
            (source, "taken", "there is a session taken already"),
            (source, "", "has no name yet"),
            (source.parent, "x", "cannot be read"),
        ):
            await fill(desk, file=str(path), name=name)
            await desk.press("enter")
            assert wrong in desk.text("#wrong")
        await desk.press("escape")
        assert isinstance(desk.app.screen, Sessions)
        assert names(folder) == {"taken.session"}


async def test_the_cursor_goes_to_the_field_that_is_wrong(folder: Path, source: Path) -> None:
    made(folder, "taken", source, 1_000)
    with Sandbox(customers=3, key="secret") as sandbox:
        async with home(folder) as desk:
            await desk.press("a")

            async def blamed(wrong: str, **fields: str) -> str | None:
                await fill(desk, **fields)
                await desk.press("enter")
                await desk.until(lambda: wrong in desk.text("#wrong"))
                assert desk.app.focused is not None
                return desk.app.focused.id

            assert await blamed("there is a session taken", api="htp:/x", key="", name="taken") == "name"
            assert await blamed("write it like", name="new") == "api"
            assert await blamed("type it", api=sandbox.url) == "key"
            assert await blamed("refused the key", key="wrong") == "key"
            assert desk.text("#wrong").endswith(": type another one")
            assert await blamed("check the address", api=f"{sandbox.url}/nowhere", key="secret") == "api"
    assert names(folder) == {"taken.session"}


async def test_the_list_catches_up_by_itself_when_files_are_others_and_stand_still(folder: Path, source: Path) -> None:
    spring = made(folder, "spring", source, 1_000)
    made(folder, "old", source, 500)
    async with home(folder) as desk:

        async def ticks(times: int) -> list[list[str]]:
            for _ in range(times):
                desk.app.screen.watch_folder()  # type: ignore[attr-defined]
                await desk.quiet()
            return [line[:5] for line in lines(desk)]

        before = await ticks(2)
        await desk.press("down")
        with Workbench.open(spring) as bench:
            bench.stage([Edit("set", "display_id", "Z")], rows=pl.Series([0], dtype=pl.UInt32))
        made(folder, "new", source, 2_000)
        assert await ticks(1) == before, "they may still be written"
        assert await ticks(1) == [
            ["spring", "40", "1", "1", "ready"],
            ["new", "40", "0", "0", "ready"],
            ["old", "40", "0", "0", "ready"],
        ]
        assert desk.text("#session").startswith("old"), "the cursor stays with its session"


async def test_lines_that_were_set_aside_are_told_before_the_session_is_opened(folder: Path, source: Path) -> None:
    with source.open("a") as file:
        file.write("no customer [/]\n")
    async with home(folder) as desk:
        for key in ("escape", "enter"):
            await desk.press("f")
            await fill(desk, file=str(source), name=key)
            await desk.press("enter")
            await desk.until(lambda: "set aside: line 41" in desk.text("#progress"))
            await desk.press(key)
        await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
    desk.app.picked.ending.close()  # type: ignore[attr-defined]
    assert names(folder) == {"escape.session", "enter.session"}


async def test_a_file_that_does_not_load_leaves_no_session_and_the_form_as_it_was(
    folder: Path, unreadable: Path
) -> None:
    async with home(folder) as desk:
        await desk.press("f")
        await fill(desk, file=str(unreadable), name="spring")
        await desk.press("enter")
        await desk.until(lambda: "holds no customer that can be read" in desk.text("#wrong"))
        assert desk.app.screen.query_one("#name", LineInput).value == "spring"
        assert names(folder) == set()


async def test_a_letter_that_chooses_none_of_the_words_is_not_lost_without_a_sign(folder: Path) -> None:
    async with home(folder) as desk:
        await desk.press("a")
        desk.app.screen.query_one("#details", Choice).focus()
        await desk.press("z")
        assert "nothing is typed here: ← → choose one of all, lazy" in desk.said
        assert desk.app.screen.query_one("#details", Choice).value == "all"


async def test_an_api_is_loaded_with_the_key_that_was_typed_and_not_shown(folder: Path) -> None:
    with Sandbox(customers=30, key="secret") as sandbox:
        async with home(folder) as desk:
            await desk.press("a")
            assert isinstance(desk.app.screen, NewFromApi)
            await desk.press("enter")
            assert "has no name yet" in desk.text("#wrong")
            await desk.pilot.press(*"spring", "tab", *"nowhere", "enter")
            assert "write it like" in desk.text("#wrong")
            await fill(desk, api=sandbox.url, key="wrong")
            await desk.pilot.press("tab", "tab", "l", "tab", "i", "a", "a", "i", "x", "left", "enter")
            await desk.until(lambda: "refuses" in desk.text("#wrong") or "key" in desk.text("#wrong"))
            assert [choice.value for choice in desk.app.screen.query(Choice)] == ["lazy", "active"]
            assert names(folder) == set()
            key = desk.app.screen.query_one("#key", LineInput)
            assert key._value.plain == "•••••"
            await fill(desk, key="secret")
            await desk.press("enter")
            await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
        bench = desk.app.picked.workbench  # type: ignore[attr-defined]
        assert set(bench.snapshot.current.customers["status"]) == {"active"}
        assert not bench.snapshot.current.customers["detailed"].any()
        assert bench.origin == sandbox.url
        desk.app.picked.ending.close()  # type: ignore[attr-defined]
    assert b"secret" not in (folder / "spring.session").read_bytes()


async def test_a_key_that_is_known_is_not_asked_for_and_the_address_is_offered(folder: Path) -> None:
    async with home(folder, key="k", api="https://api.example.com") as desk:
        await desk.press("a")
        assert not desk.app.screen.query("#key")
        assert desk.app.screen.query_one("#api", LineInput).value == "https://api.example.com"
        assert desk.app.screen.query_one("#name", LineInput).has_focus
        assert desk.app.screen.query(LineInput).first().has_focus  # nobody types into what lies below it unseen
        await desk.press("down")
        assert desk.app.screen.query_one("#api", LineInput).has_focus
        await desk.press("up")
        assert desk.app.screen.query_one("#name", LineInput).has_focus


async def begin_slow(desk: Desk, sandbox: Sandbox) -> None:
    await desk.press("a")
    await fill(desk, api=sandbox.url, name="slow")
    await desk.pilot.press("enter")
    await desk.until(lambda: "details: " in desk.text("#progress") if isinstance(desk.app.screen, Loading) else False)


async def test_the_customers_that_came_can_be_looked_at_while_the_others_load(folder: Path) -> None:
    with Sandbox(customers=200, latency=0.3) as sandbox:
        async with home(folder, key="k") as desk:
            await begin_slow(desk, sandbox)
            loading = desk.app.screen
            assert isinstance(loading, Loading)
            await desk.until(lambda: loading.has_class("-came"))
            grid = loading.query_one(Grid)
            await desk.pilot.press("down", "right")
            assert (grid.rows.height, grid.cursor) == (200, (1, 1))
            listed = {sandbox.world.customer(id_)["reference_id"] or "" for id_ in sandbox.world.ids()}
            assert {line[0].text for line in grid.rows.window(0, 200, ["reference_id"])} == listed
            assert "Esc cancels" in desk.text("#keys")
            rows = grid.rows
            await desk.until(lambda: grid.rows is not rows)  # details came
            assert grid.cursor == (1, 1)
            await desk.pilot.press("escape")
            await desk.until(lambda: isinstance(desk.app.screen, NewFromApi))
            assert names(folder) == set()


def test_of_a_file_its_share_is_told_and_of_an_api_the_customers() -> None:
    def told(wanted: Wanted) -> str:
        job = FirstLoad(wanted)
        job.done, job.total = 1_442_939_704, 2_589_874_445
        return str(text_of(*_progress(job, 10.0)[0]))

    assert told(Wanted(Path("s.session"), file=Path("x.ndjson"))).endswith("reading: 56%   8 s left")
    assert "1,442,939,704 of 2,589,874,445   144,293,970 a second" in told(Wanted(Path("s.session"), api="http://x"))


async def test_escape_cancels_a_load_and_leaves_no_file(folder: Path) -> None:
    with Sandbox(customers=200, latency=0.3) as sandbox:
        async with home(folder, key="k") as desk:
            await begin_slow(desk, sandbox)
            assert "of 200" in desk.text("#progress")
            await desk.pilot.press("escape")
            await desk.until(lambda: isinstance(desk.app.screen, NewFromApi))
            assert "the load was cancelled; nothing of it was kept" in desk.text("#wrong")
            assert names(folder) == set()


async def test_quitting_cancels_a_load_first(folder: Path) -> None:
    with Sandbox(customers=200, latency=0.3) as sandbox:
        async with home(folder, key="k") as desk:
            await begin_slow(desk, sandbox)
            await desk.pilot.press("ctrl+q")
            await desk.until(lambda: desk.app._exit)
    assert desk.app.picked is None  # type: ignore[attr-defined]
    assert names(folder) == set()


async def test_who_quits_in_the_moment_in_which_a_load_ends_has_quit(folder: Path) -> None:
    """The key came to an app that was being left for the next one, and was lost: that one stayed open."""
    for by_key, keys, left in ((False, "x", False), (False, "ctrl+q", True), (True, "ctrl+q", False)):
        async with home(folder) as desk:
            app = cast(HomeApp, desk.app)
            app.pick(Picked(folder / "new.session"), by_key=by_key)
            await app.on_event(events.Key(keys, None))
            assert app.left_meanwhile is left


async def test_told_to_end_it_leaves_with_that_code(folder: Path) -> None:
    async with home(folder) as desk:
        desk.app.told_to_end()
        await desk.until(lambda: desk.app._exit)
    assert desk.app.return_code == 130


async def test_a_sandbox_lives_as_long_as_what_was_picked(folder: Path) -> None:
    async with home(folder) as desk:
        await desk.press("s")
        assert isinstance(desk.app.screen, NewSandbox)
        await fill(desk, customers="none")
        await desk.press("enter")
        assert "a number from 1 to 1,000,000" in desk.text("#wrong")
        await fill(desk, customers="25")
        await desk.press("enter")
        await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
    picked = desk.app.picked  # type: ignore[attr-defined]
    bench = picked.workbench
    assert bench.status().customers == 25
    bench.stage([Edit("set", "display_id", "Z")], rows=pl.Series([0], dtype=pl.UInt32))
    assert (await bench.acommit()).committed == 1
    picked.ending.close()
    assert not bench.path.exists()
    assert names(folder) is None


async def test_the_keys_of_where_you_are_are_shown(folder: Path) -> None:
    async with home(folder) as desk:
        await desk.press("question_mark")
        assert isinstance(desk.app.screen, KeysHelp)
        assert "New from an API" in desk.text("#list")


async def test_a_hostile_error_from_before_drives_nothing(folder: Path) -> None:
    async with home(folder, said="/x/\x1b]52;c;eA==\x07.session is held\u202e") as desk:
        assert "␛]52;c;eA==␇.session is held⇄" in desk.said


async def test_an_error_from_before_is_said_at_once(folder: Path) -> None:
    async with home(folder, said="the session x is held [/]") as desk:
        assert "the session x is held [/]" in desk.said


@pytest.mark.parametrize(
    ("typed", "whole", "names"),
    [
        ("", "", ["one.csv", "other/", "two words.json"]),
        ("o", "o", ["one.csv", "other/"]),
        ("on", "one.csv", ["one.csv"]),
        ("ot", "other/", ["other/"]),
        ("other/", "other/in.csv", ["in.csv"]),
        (".h", ".hidden", [".hidden"]),
        ("zzz", "zzz", []),
        ("none/x", "none/x", []),
    ],
)
def test_a_path_is_completed_as_far_as_there_is_one_way_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, whole: str, names: list[str]
) -> None:
    (tmp_path / "other").mkdir()
    for name in ("one.csv", "two words.json", ".hidden", "other/in.csv"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert completed(typed) == (whole, names)


async def test_the_form_says_at_once_that_it_starts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with home(folder) as desk:
        await desk.press("s")
        form = desk.app.screen
        said: list[str] = []
        push = desk.app.push_screen

        def pushed(*what: Any, **options: Any) -> Any:
            note = form.query_one("#note")
            said.append(f"{note.render()} {note.display}")
            return push(*what, **options)

        monkeypatch.setattr(desk.app, "push_screen", pushed)
        await desk.press("enter", "enter")
        await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
        assert said == ["starting .. True"]  # the second Enter starts no other load
    desk.app.picked.ending.close()  # type: ignore[attr-defined]
