"""The mess of the sandbox, mended from the app alone: problems, their suggestions, review, commit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.problems import Problems
from screens.review import Review
from screens.run import Run
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench


def cells(bench: Workbench) -> set[tuple[str, str, str]]:
    return {(line["id"], line["path"], line["rule"]) for line in bench.problems().problems}


async def test_problems_are_fixed_reviewed_and_committed_from_the_app(
    tmp_path: Path, open_app: Callable[..., Any]
) -> None:
    with Sandbox(customers=3, seed=7) as sandbox:
        with Workbench.create(tmp_path / "mess.session", key="k") as bench:
            await bench.aload(api=sandbox.url)
            first = bench.problems()
            async with open_app(bench, api=sandbox.url) as desk:
                await desk.press("p")
                problems = desk.app.screen
                assert isinstance(problems, Problems)
                await desk.until(lambda: problems.list is not None)
                assert f"{first.count:,} problems" in desk.text("#status")
                await desk.press("a", "f")
                await desk.until(lambda: isinstance(desk.app.screen, AreYouSure) and desk.app.screen.armed)
                await desk.press("y")
                await desk.until(lambda: bench.snapshot.staged_cells > 0)
                await desk.press("c")
                review = desk.app.screen
                assert isinstance(review, Review)
                await desk.until(lambda: review.list is not None)
                for _ in range(review.query_one("#groups").rows.height):
                    await desk.press("A")
                assert sum(rows.len() for rows in bench.review().unaccepted.values()) == 0
                await desk.press("c")
                dialog = desk.app.screen
                assert isinstance(dialog, ConfirmCommit)
                await desk.until(lambda: dialog.armed)
                await desk.press("y")
                assert isinstance(desk.app.screen, Run)
                await desk.until(lambda: not desk.app.commit.running)
                assert bench.snapshot.staged_cells == 0
                left = cells(bench)
        with Workbench.create(tmp_path / "fresh.session", key="k") as fresh:
            await fresh.aload(api=sandbox.url)
            after = fresh.problems()
            assert cells(fresh) == left
    assert after.count < first.count
    assert after.suggested == {}
