"""The first paint of home, before anything of the app is imported: the screen, and that the sessions are looked for."""

from __future__ import annotations

from pathlib import Path

from rich.segment import Segment

from screens.first_looks import BAR, GRID, look
from workbench.shown.text import fit, safe


def picture(folder: Path, width: int, height: int) -> list[list[Segment]]:
    """`height` lines of `width` terminal cells."""
    top = Segment(fit(safe(f" workbench   sessions in {folder}"), width), BAR)
    looking = Segment(fit("  looking ..", width), look("fixed"))
    body = [[Segment(" " * width, GRID)] for _ in range(height - 2)]
    body[2:3] = [[looking]]
    return [[top], *body, [Segment(" " * width, BAR)]][:height]
