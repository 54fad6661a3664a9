"""The line that says how far a run is while it goes on."""

from __future__ import annotations

from workbench.cli.commit import _line
from workbench.commit.report import Progress


def test_the_line_counts_the_whole_run_and_foretells_from_this_go_alone() -> None:
    counts = {"committed": 100, "failed": 0}
    at_once = Progress(1, 1_444, 100, counts, 8, 0.5, earlier=86)
    assert _line(at_once) == "100 of 1,444 (86 earlier): 100 committed"
    later = Progress(1, 1_444, 106, {"committed": 106}, 8, 10.0, earlier=86)
    assert _line(later) == "106 of 1,444 (86 earlier), 2 a second, 669 s left: 106 committed"
    assert _line(Progress(1, 10, 4, {"committed": 4}, 1, 4.0)) == "4 of 10, 1 a second, 6 s left: 4 committed"
