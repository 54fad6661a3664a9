"""When the program itself fails: what is left on the terminal gives nothing away and drives nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


async def test_a_fault_in_a_commit_is_said_and_the_app_goes_on(bench: Workbench, open_app: Opener) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("[/]")

    async with open_app(bench) as desk:
        desk.app._start(broken)
        await desk.quiet()
        assert "fault of this program" in desk.text("#how")
        assert "fault of this program" in desk.said
        assert not desk.app.commit.running
