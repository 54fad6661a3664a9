"""`completion`: what a shell needs to complete commands and options by itself."""

from __future__ import annotations

import importlib
from typing import Literal

from workbench.cli.commands import COMMANDS
from workbench.cli.common import COMMON, Common, put


def completion(shell: Literal["bash", "zsh", "fish"], /, *, common: Common = COMMON) -> int:
    """Print a script by which a shell completes commands, options and their choices. It starts no program of ours for that.

    For bash: workbench completion bash > ~/.local/share/bash-completion/completions/workbench

    Parameters
    ----------
    shell
        bash, zsh or fish.
    """
    script = _script(shell)
    put({"shell": shell, "script": script} if common.json else script.rstrip("\n"))
    return 0


def _script(shell: Literal["bash", "zsh", "fish"]) -> str:
    from cyclopts import App

    app = App(name="workbench", help_format="plaintext")
    for name, (place, _) in COMMANDS.items():
        module, _, function = place.partition(":")
        app.command(getattr(importlib.import_module(module), function), name=name)
    return app.generate_completion(shell=shell)
