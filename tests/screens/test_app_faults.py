"""When the program itself fails: what is left on the terminal gives nothing away and drives nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from screens.dialogs.leave_and_lose import LeaveAndLose
from tests.screens.test_home import home
from workbench.workbench import Workbench

Opener = Callable[..., Any]


async def test_a_crash_shows_no_values_and_obeys_none(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        secret = "kept-in-a-variable"
        try:
            raise RuntimeError("\x1b]52;c;eA==\x07")
        except RuntimeError:
            desk.app._fatal_error()
        told = "".join(str(renderable.segments) for renderable in desk.app._exit_renderables)
        assert "RuntimeError" in told
        assert secret not in told.replace('secret = "kept-in-a-variable"', "")
        assert "\x1b]" not in told
        desk.app._exit_renderables.clear()


async def test_a_crash_does_not_say_the_key_that_stands_in_its_message(
    bench: Workbench, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "a-key/that is long"
    monkeypatch.setenv("WORKBENCH_API_KEY", key)
    async with open_app(bench) as desk:
        try:
            raise RuntimeError(f"X-API-Key: {key} {quote(key, safe='')} {key!r}")
        except RuntimeError:
            desk.app._fatal_error()
        told = "".join(segment.text for one in desk.app._exit_renderables for segment in one.segments)
        desk.app._exit_renderables.clear()
        assert "X-API-Key: [the key]" in told
        assert key not in told
        assert quote(key, safe="") not in told


async def test_home_does_not_say_the_key_that_was_typed_there(tmp_path: Path) -> None:
    async with home(tmp_path, key="a-key-that-is-long") as desk:
        try:
            raise RuntimeError("a-key-that-is-long")
        except RuntimeError:
            desk.app._fatal_error()
        told = "".join(segment.text for one in desk.app._exit_renderables for segment in one.segments)
        desk.app._exit_renderables.clear()
        assert "RuntimeError: [the key]" in told


async def test_a_fault_in_a_commit_is_said_and_the_app_goes_on(bench: Workbench, open_app: Opener) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("[/]")

    async with open_app(bench) as desk:
        desk.app._start(broken)
        await desk.quiet()
        assert "fault of this program" in desk.text("#how")
        assert "fault of this program" in desk.said
        assert not desk.app.commit.running


async def test_leaving_asks_before_what_no_file_holds_any_more_is_lost(
    bench: Workbench, open_app: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    there = bench.path.read_bytes()
    async with open_app(bench) as desk:
        folder = bench.path.parent.rename(tmp_path.with_name("moved"))
        (folder / bench.path.name).unlink()
        bench.path.parent.write_text("no room for a folder")
        await desk.pilot.press("ctrl+q", "ctrl+q")
        await desk.until(lambda: isinstance(desk.app.screen, LeaveAndLose))
        assert "was removed while it was open" in desk.text("#lines")
        assert "make room" in desk.text("#lines")
        await desk.pilot.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, LeaveAndLose))
        assert desk.app.is_running
        bench.path.parent.unlink()
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: not desk.app.is_running)
        assert desk.app.return_code == 0
    bench.close()
    assert bench.rescued == bench.path.with_name(f"{bench.path.stem}-rescued.session")
    assert len(there) // 2 < bench.rescued.stat().st_size
