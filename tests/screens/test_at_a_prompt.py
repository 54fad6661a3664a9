"""What only the command line does is found in the palette, with the exact command and whether the session is closed first."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.fuzzy import Matcher

from screens.at_a_prompt import AT_A_PROMPT, Command
from screens.dialogs.command_told import CommandTold
from workbench.workbench import Workbench

Opener = Callable[..., Any]
OPTION = re.compile(r"--[a-z]+")


TOLD = {
    "export": "export {} --output customers.xlsx",
    "merge sheet": "stage {} --from FILE.xlsx",
    "report": "outcomes {} --output outcomes.csv",
    "copy of the session": "export {} --session COPY.session",
    "write a recipe": "recipe {} --output recipe.json",
    "replay": "replay {} --recipe recipe.json",
    "serve": "serve {}",
    "doctor": "doctor",
    "settings": "settings {}",
}
"""What is looked for, and the command that is told."""


async def test_what_only_the_command_line_does_is_told_with_this_sessions_name(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        for typed, words in TOLD.items():
            commands = desk.app.get_system_commands(desk.app.screen)
            ours = [one for one in commands if one.title.endswith("(at a prompt)")]
            max(ours, key=lambda one: Matcher(typed).match(one.title)).callback()
            await desk.until(lambda: isinstance(desk.app.screen, CommandTold))
            whole = f"workbench {words}".format(shlex.quote(str(bench.path)))
            assert desk.text("#typed") == whole
            assert ("ctrl+q" in desk.text("#closed")) is ("{}" in words), "without the session none has to be closed"
            await desk.press("y")
            assert desk.app.clipboard == whole
            await desk.press("escape")


async def test_the_palette_finds_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("ctrl+p")
        await desk.type("export")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, CommandTold))


async def test_a_sessions_name_is_data(bench: Workbench, tmp_path: Path, open_app: Opener) -> None:
    typed = AT_A_PROMPT[0].typed(tmp_path / "A\x1b]52;c;QUJD\x07[@click=app.quit] [/]B.session")
    async with open_app(bench) as desk:
        desk.app.push_screen(CommandTold(AT_A_PROMPT[0], typed))
        await desk.quiet()
        shown = desk.text("#typed")
        assert "[@click=app.quit] [/]B.session" in shown
        assert "\x1b" not in shown


async def test_no_title_reads_as_if_a_key_did_it(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        found = [one.title for one in desk.app.get_system_commands(desk.app.screen)]
        assert len(found) == len(set(found))
        assert sum(title.endswith("(at a prompt)") for title in found) == len(AT_A_PROMPT)


@pytest.mark.parametrize("told", AT_A_PROMPT, ids=lambda told: told.title)
def test_what_is_told_is_a_command_with_these_options(told: Command) -> None:
    words = told.typed(Path("s.session")).split()
    run = [sys.executable, "-m", "workbench", words[1], "--help"]
    help_ = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert {word for word in words if OPTION.fullmatch(word)} <= set(OPTION.findall(help_))
