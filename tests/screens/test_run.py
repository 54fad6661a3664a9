"""Run: counted live, filtered, opened, paused, tried again; any earlier run too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.confirm_commit import ConfirmCommit
from screens.dialogs.stop_commit import StopCommit
from screens.in_keys import reason_alone, reason_in_keys
from screens.pace import Pace, duration
from screens.review import Review
from screens.run import Run
from screens.run_details import quoted
from screens.run_words import ended, needs_you
from screens.widgets.top_bar import TopBar
from workbench.commit.report import OUTCOMES
from workbench.commit.run_lines import NEEDY, RunLines
from workbench.commit.wording import accept, look
from workbench.customer_api.client import CustomerApi
from workbench.door.work import LoopThread, apart
from workbench.sandbox.server import Sandbox
from workbench.session.rows import Run as RunRow
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

Opener = Callable[..., Any]
Served = tuple[Workbench, Sandbox]

REFUSED = "a@b..c"
"""An email address whose form the workbench lets pass and the sandbox does not."""


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.UInt32)


def ids(bench: Workbench) -> list[str]:
    return bench.snapshot.base.customers["id"].to_list()


@pytest.fixture
def mixed(served: Served) -> Served:
    """A run of six customers: two refused, one conflict, three committed; a second one of a single customer."""
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(2, 3, 4, 5))
    bench.stage([Edit("set", "email", REFUSED)], rows=rows(0, 1))
    sandbox.world.edit(ids(bench)[2], payment_term="theirs")
    report = bench.commit()
    assert (report.failed, report.conflict, report.committed) == (2, 1, 3)
    return bench, sandbox


async def lines_came(desk: Any) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, Run) and desk.app.screen.lines is not None)
    await desk.quiet()


def outcomes(desk: Any) -> list[str]:
    """The outcomes of the lines that are shown."""
    grid = desk.app.screen.query_one("#outcomes")
    return [line[0].text for line in grid.rows.window(0, 99, ["outcome"])]


async def test_a_finished_run_is_read_from_the_session_and_says_what_to_do(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        assert sorted(outcomes(desk)) == ["committed"] * 3 + ["conflict", "failed", "failed"]
        assert "run 1" in desk.text("#how")
        said = desk.text("#next")
        assert "2 failed: F shows why" in said
        assert "1 conflict: C resolves" in said
        assert "committed 3" in desk.text("#counts")


async def test_a_conflict_that_is_decided_waits_for_nobody_on_run(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("C", "t", "escape")
        await desk.until(lambda: "1 conflict decided: c reviews" in desk.text("#next"))
        assert "C resolves" not in desk.text("#next")
        assert desk.app.screen.refusal("app.conflicts"), "the line of keys does not offer C"


async def test_f_goes_through_the_outcomes_and_shift_f_shows_what_needs_me(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("f")
        assert outcomes(desk) == ["committed"] * 3
        await desk.press("f", "f")
        assert outcomes(desk) == ["failed"] * 2
        assert "Esc shows all" in desk.text("#status")
        await desk.press("f")
        assert len(outcomes(desk)) == 6
        await desk.press("F")
        assert desk.app.screen.only == NEEDY
        assert sorted(outcomes(desk)) == ["conflict", "failed", "failed"]
        await desk.press("escape")
        assert len(outcomes(desk)) == 6


async def test_who_is_meant_by_an_id_is_said_in_the_list_and_in_the_pane(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    base = bench.snapshot.base
    (ours, ours_name), (theirs, theirs_name) = list(base.sales_reps.names.items())[:2]
    row = next(place for place, ids in enumerate(base.customers["assigned_sales_rep_ids"]) if len(ids) == 0)
    bench.stage([Edit("set", "assigned_sales_rep_ids", ours)], rows=pl.Series([row], dtype=pl.UInt32))
    sandbox.world.edit(base.customers["id"][row], assigned_sales_rep_ids=[theirs])
    assert bench.commit().conflict == 1
    async with open_app(bench, size=(160, 45)) as desk:
        await desk.press("3")
        await lines_came(desk)
        ((reason,),) = desk.app.screen.grid.rows.window(0, 1, ["reason"])
        assert reason.text == f"somebody else changed assigned_sales_rep_ids from nothing to [{theirs_name}]"
        await desk.press("enter")
        await desk.until(lambda: "PATCH /v1/customers/" in desk.text("#outcome"))
        told = desk.text("#outcome")
        assert f"asked  {ours_name}  {ours}" in told
        assert f"stored {theirs_name}  {theirs}" in told


async def test_enter_opens_the_exact_body_and_the_servers_words_and_goes_on_to_browse(
    mixed: Served, open_app: Opener
) -> None:
    bench, _ = mixed
    async with open_app(bench, size=(160, 45)) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("F", "G", "enter")
        screen = desk.app.screen
        position = screen.grid.cursor.position
        await desk.until(lambda: "PATCH /v1/customers/" in desk.text("#outcome"))
        await desk.press("tab")
        assert desk.app.focused is not screen.grid
        await desk.press("tab")
        assert desk.app.focused is screen.grid
        told = desk.text("#outcome")
        row = screen.shown.customer_at(position)
        body = bench.customer_outcome(1, screen.grid.row).body.decode()
        assert body in told
        assert "asked" in told
        await desk.press("g")
        first = screen.grid.row
        exact = bench.customer_outcome(1, first)
        await desk.until(lambda: exact.id in desk.text("#outcome"))
        if exact.outcome == "failed":
            assert "must be an email address" in desk.text("#outcome")
        await desk.press("G", "enter")
        assert isinstance(desk.app.screen, Browse)
        await desk.until(lambda: desk.app.screen.grid.row == row)


async def test_esc_closes_the_pane_before_the_filter(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("F", "enter")
        assert desk.app.screen.has_details
        await desk.press("escape")
        assert not desk.app.screen.has_details
        assert desk.app.screen.only
        await desk.press("escape")
        assert not desk.app.screen.only


async def test_e_goes_to_the_customer_even_if_a_filter_hides_it(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("nobody-is-called-this")
        await desk.press("enter", "3")
        await lines_came(desk)
        await desk.press("e")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.grid.rows.height == 30)


async def test_slash_finds_the_failed_in_browse(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("slash")
        browse = desk.app.screen
        assert isinstance(browse, Browse)
        await desk.until(lambda: browse.grid.rows.height == 2)
        assert browse.view.query == "outcome:failed"
        assert sorted(browse.view.rows) == [0, 1]


async def test_slash_finds_them_though_the_session_moved_on_since_browse_was_seen(
    mixed: Served, open_app: Opener
) -> None:
    bench, _ = mixed
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        bench.hold(rows=rows(5))
        await desk.press("slash")
        browse = desk.app.screen
        await desk.quiet()
        assert (browse.view.query, browse.grid.rows.height) == ("outcome:failed", 2)


async def test_the_customers_of_an_earlier_run_are_found_by_id(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    bench.unstage(where="is:staged")
    bench.stage([Edit("set", "payment_term", "NET 99")], rows=rows(7))
    assert (await bench.acommit()).committed == 1
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        assert outcomes(desk) == ["committed"]
        await desk.press("slash")
        assert "no customer of this run is failed" in desk.text("#why")
        await desk.press("escape")
        await desk.press("left_square_bracket")
        await desk.until(lambda: len(outcomes(desk)) == 6)
        assert "run 1" in desk.text("#how")
        await desk.press("left_square_bracket")
        assert "run 1 is the first one" in desk.said
        await desk.press("slash")
        browse = desk.app.screen
        await desk.until(lambda: sorted(browse.view.rows) == [0, 1])
        assert browse.view.query.startswith("id:=")
        await desk.press("enter", "3", "right_square_bracket")
        await desk.until(lambda: outcomes(desk) == ["committed"])
        await desk.press("right_square_bracket")
        assert "run 2 is the latest one" in desk.said


async def test_a_commit_shows_its_own_run_although_an_older_one_was_looked_at(mixed: Served, open_app: Opener) -> None:
    bench, sandbox = mixed
    bench.unstage(where="is:staged")
    bench.stage([Edit("set", "payment_term", "NET 99")], rows=rows(7))
    async with open_app(bench, api=sandbox.url) as desk:
        await desk.press("3", "left_square_bracket")
        await desk.until(lambda: "run 1" in desk.text("#how"))
        desk.app.show_run(1)
        desk.app._start(lambda hear, take: bench.acommit(progress=hear, on_engine=take))
        await desk.until(lambda: not desk.app.commit.running)
        await desk.until(lambda: "run 2" in desk.text("#how"))
        await desk.until(lambda: outcomes(desk) == ["committed"])


async def test_t_commits_only_what_failed_and_only_after_the_question(mixed: Served, open_app: Opener) -> None:
    bench, sandbox = mixed
    bench.stage([Edit("set", "email", "good@example.com")], rows=rows(0))
    bench.stage([Edit("set", "payment_term", "OTHER")], rows=rows(9))
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        sandbox.log.clear()
        await desk.press("t")
        dialog = desk.app.screen
        assert isinstance(dialog, ConfirmCommit)
        assert "Commit 2 customers" in str(dialog.query(".title").first().render())
        await desk.press("escape")
        assert sandbox.log.calls("PATCH") == []
        await desk.press("t")
        dialog = desk.app.screen
        await desk.until(lambda: dialog.armed)
        await desk.press("y")
        await desk.until(lambda: not desk.app.commit.running)
        report = desk.app.commit.report
        assert (report.planned, report.committed, report.failed) == (2, 1, 1)
        assert sandbox.world.customer(ids(bench)[0])["email"] == "good@example.com"
        assert bench.search("is:staged").matched == 3


async def test_t_says_when_there_is_nothing_to_try_again(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    bench.unstage(where="is:staged")
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("t")
        assert "nothing of them is staged any more" in desk.said


async def started(desk: Any) -> None:
    """A commit under way, some of it done."""
    await desk.press("c", "c")
    dialog = desk.app.screen
    await desk.until(lambda: dialog.armed)
    await desk.pilot.press("y")
    await desk.until(lambda: desk.app.commit.progress is not None and not desk.app.is_deaf)
    assert isinstance(desk.app.screen, Run)


async def paused(desk: Any) -> Any:
    """A commit under way, paused, with nothing on its way."""
    await started(desk)
    commit = desk.app.commit
    await desk.pilot.press("p")
    await desk.until(lambda: commit.held and commit._engine.in_flight == 0)
    return commit


async def test_until_the_first_answer_it_says_what_is_waited_for_and_for_how_long(
    tmp_path: Path, open_app: Opener
) -> None:
    faults = {"500": 1, "methods": ["PATCH"]}
    with Sandbox(customers=3, faults=faults) as sandbox, Workbench.create(tmp_path / "a.session", key="k") as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "payment_term", "NET 88")])
        async with open_app(bench) as desk:
            await desk.press("c", "c")
            dialog = desk.app.screen
            await desk.until(lambda: dialog.armed)
            await desk.pilot.press("y")
            await desk.until(lambda: isinstance(desk.app.screen, Run))
            await desk.until(lambda: "waiting for the first answer, 1 s" in desk.text("#how"))
            await desk.until(lambda: "gives no good answer" in desk.text("#how"))
            assert "what is sent is written down" in desk.text("#how")
            await desk.pilot.press("ctrl+c")
            await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
            await desk.pilot.press("escape", "p")
            await desk.until(lambda: desk.text("#how") == "paused before anything was answered: p goes on")
            desk.app.commit.drain()
            await desk.until(lambda: not desk.app.commit.running)


async def test_p_pauses_and_goes_on_and_ctrl_c_leaves_a_pause_as_it_was(slow: Served, open_app: Opener) -> None:
    bench, sandbox = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        commit = await paused(desk)
        await desk.until(lambda: "paused" in desk.text("#how"))
        sent = len(sandbox.log.calls("PATCH"))
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, Run))
        assert commit.held
        assert len(sandbox.log.calls("PATCH")) == sent
        await desk.pilot.press("p")
        await desk.until(lambda: not commit.held and "left" in desk.text("#how"))
        await desk.until(lambda: len(sandbox.log.calls("PATCH")) > sent)
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
        await desk.pilot.press("d")
        await desk.until(lambda: not commit.running)
        await desk.quiet()
        assert "r resumes" in desk.text("#next")


async def test_a_resume_counts_the_whole_run_from_the_first_moment(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        commit = await paused(desk)
        commit.drain()
        await desk.until(lambda: not commit.running)
        await desk.quiet()
        done = bench.run_lines().counts["committed"]
        heard: list[str] = []

        def told() -> bool:
            if isinstance(desk.app.screen, Run) and commit.number == 1:
                heard.append(f"{desk.text('#how')} {desk.text('#counts')}")
            shown = int(heard[-1].partition(" of 30")[0].split()[-1]) if heard and " of 30" in heard[-1] else 0
            return commit.progress is not None and shown > done

        desk.app.start_resume()
        await desk.until(told)
        first = next(text for text in heard if " of 30" in text)
        assert f" {done} of 30 ({done} earlier)" in first
        assert f"committed {done} " in first
        assert not any(" 0 of 30" in text or "committed 0" in text for text in heard)
        assert "left" not in first
        assert "/s" not in first
        commit.drain()
        await desk.until(lambda: not commit.running)


async def test_x_gives_a_run_up_that_was_cut_off_after_a_question(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        await started(desk)
        await desk.pilot.press("p")
        await desk.until(lambda: "commit paused" in desk.text("TopBar") and "p goes on" in desk.text("#next"))
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: isinstance(desk.app.screen, StopCommit))
        await desk.pilot.press("d")
        await desk.until(lambda: not desk.app.commit.running)
        await desk.quiet()
        await desk.press("X", "escape")
        assert bench.unfinished == 1
        await desk.press("X")
        question = desk.app.screen
        assert isinstance(question, AreYouSure)
        assert "stays staged" in desk.text("#lines")
        await desk.until(lambda: question.armed)
        await desk.press("y")
        await desk.until(lambda: not desk.app.commit.running and bench.unfinished is None)
        assert bench.status().staged > 0


async def test_A_takes_what_the_server_made_of_it_and_finishes_the_run(tmp_path: Path, open_app: Opener) -> None:
    path = tmp_path / "altered.session"
    with Sandbox(customers=5, normalise=True) as sandbox, Workbench.create(path, key="k") as bench:
        bench.load(api=sandbox.url)
        bench.stage([Edit("set", "payment_term", " TERM7 ")])
        stopped = bench.commit()
        assert (stopped.altered, stopped.committed, bench.unfinished) == (1, 0, 1)
        async with open_app(bench) as desk:
            await desk.press("3")
            await desk.until(lambda: "A resumes" in desk.text("#next"))
            await desk.press("ctrl+z")
            assert bench.status().operations == 1, "nothing is undone under an unfinished run"
            await desk.press("A")
            question = desk.app.screen
            assert isinstance(question, AreYouSure)
            assert bench.unfinished == 1
            await desk.until(lambda: question.armed)
            await desk.press("y")
            await desk.until(lambda: not desk.app.commit.running and bench.unfinished is None)
        assert set(bench.snapshot.base.customers["payment_term"]) == {"TERM7"}
        assert bench.status().staged == 0


async def test_without_a_commit_there_is_nothing_to_pause(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("3", "p", "t", "left_square_bracket", "f", "F", "enter", "e")
        assert "no commit is running" in desk.said
        assert "nothing failed in this run" in desk.said
        assert "there is no run yet" in desk.said


async def test_the_header_counts_what_is_staged_still_while_a_commit_goes_on(
    slow: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(*range(12)))
    whole = bench.snapshot.staged_cells
    counted_on: set[threading.Thread] = set()
    settled = RunLines.settled_cells

    def noted(lines: RunLines) -> int:
        counted_on.add(threading.current_thread())
        return settled.func(lines)

    slowly = cached_property(noted)
    slowly.__set_name__(RunLines, "settled_cells")
    monkeypatch.setattr(RunLines, "settled_cells", slowly)
    async with open_app(bench) as desk:
        await started(desk)
        commit = desk.app.commit
        await desk.until(lambda: commit.counted is not None and commit.counted.settled_cells > 0)
        left = commit.staged_cells(bench.snapshot)
        assert left == whole - commit.counted.settled_cells < whole
        assert counted_on
        assert threading.main_thread() not in counted_on, "polars may keep whoever counts waiting"
        await desk.pilot.press("1")
        await desk.until(lambda: isinstance(desk.app.screen, Browse))
        await desk.until(lambda: f"{whole} cells" not in desk.text("TopBar"))
        await desk.pilot.press("3")
        await desk.until(lambda: len(outcomes(desk)) > 0)
        assert set(outcomes(desk)) <= {"committed", "already"}
        commit.drain()
        await desk.until(lambda: not commit.running)
        await desk.quiet()
        assert commit.staged_cells(bench.snapshot) == bench.snapshot.staged_cells
        await desk.sure("r")
        await desk.until(lambda: not commit.running)
        assert bench.snapshot.staged_cells == 0


async def test_undo_of_what_is_committed_names_the_key_and_no_command(mixed: Served, open_app: Opener) -> None:
    bench, _ = mixed
    bench.undo()
    async with open_app(bench) as desk:
        bench.stage([Edit("set", "freight_term", "X")], rows=rows(12))
        await bench.acommit(where=f"id:={ids(bench)[12]}")
        await desk.press("ctrl+z")
        assert "R on run 2 that of the whole run" in desk.said
        assert "workbench revert" not in desk.said


async def test_nothing_is_undone_under_an_unfinished_run_and_the_key_that_finishes_it_is_named(
    slow: Served, open_app: Opener
) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        await started(desk)
        desk.app.commit.drain()
        await desk.until(lambda: not desk.app.commit.running)
        await desk.press("u")
        assert "r in Run (3) finishes it" in desk.said
        await desk.press("t")
        assert "run 1 is unfinished: r resumes it first" in desk.said
        bar = desk.app.screen.query_one(TopBar)
        await desk.until(lambda: "3 Run: unfinished" in str(bar.render()))
    async with open_app(bench) as desk:
        assert desk.said == "run 1 was left unfinished: 3 shows it, and r there goes on"
        await desk.press("c", "c")
        assert "run 1 is unfinished, so nothing can be committed; r in Run (3) finishes it" in desk.said
        assert isinstance(desk.app.screen, Review), "what could not begin is not asked about"


def test_the_pace_is_that_of_late_and_falls_while_nothing_is_heard() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    assert pace.left(10) is None
    now[0] = 30.0
    pace.note(0)  # the first that is heard: until then the run only waited
    for second in range(1, 21):
        now[0] = 30.0 + second
        pace.note(second * 5)
    assert pace.recent == pace.mean == 5
    for second in range(21, 31):
        now[0] = 30.0 + second
        pace.note(100 + (second - 20) * 50)
    assert pace.recent == 50
    assert pace.mean == 20
    assert pace.left(100) == 2
    now[0] = 70.0
    assert pace.recent == 0
    now[0] = 80.0
    pace.hold(True)
    now[0] = 980.0
    pace.note(610)  # in flight when the pause began
    pace.hold(False)
    now[0] = 981.0
    assert pace.mean == 610 / 51
    assert pace.recent == 10 / 21


def test_nothing_is_foretold_from_a_few_answers_nor_from_a_moment() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    assert not pace.is_known
    pace.note(86)
    now[0] = 1.0
    pace.note(200)
    assert not pace.is_known, "a moment says nothing"
    now[0] = 2.0
    assert pace.is_known
    few = Pace(clock=lambda: now[0])
    few.note(86)
    now[0] = 9.0
    few.note(89)
    assert not few.is_known, "nor do a few"
    few.hold(True)
    now[0] = 100.0
    assert not few.is_known, "nor does a pause"
    few.hold(False)
    now[0] = 104.0
    assert few.is_known, "where each takes long they must do"
    assert [duration(seconds) for seconds in (0.4, 59.4, 200, 7500)] == ["0 s", "59 s", "3 min 20 s", "2 h 5 min"]


def test_a_text_with_quotes_is_a_value_of_the_search_language() -> None:
    assert quoted('a"b\\c') == '"a\\"b\\\\c"'


def test_a_run_in_which_all_went_well_needs_nobody() -> None:
    counts = dict.fromkeys(OUTCOMES, 0)
    assert not needs_you(counts, unfinished=False)
    assert "2 unsent stay staged" in needs_you({**counts, "unsent": 2}, unfinished=False)
    assert "A resumes" in needs_you({**counts, "unsent": 2, "altered": 1}, unfinished=True, accepts=True)
    assert "2 customers not done: r resumes, X gives up" in needs_you(
        {**counts, "unsent": 2, "altered": 1}, unfinished=True
    )
    given_up = needs_you({**counts, "unsent": 2, "unknown": 1}, unfinished=False)
    assert "2 unsent stay staged" in given_up
    assert "whether 1 arrived is not known: c commits again, which reads first" in given_up


def test_a_run_whose_process_was_killed_was_cut_off() -> None:
    run = RunRow(2, "2026-11-25T00:15:05.1Z", "me", "", 1, "{}", 9, "running", "", 0.0)
    assert (
        "".join(part if isinstance(part, str) else part[0] for part in ended(run))
        == "run 2  2026-11-25 00:15:05  cut off"
    )
    stopped = replace(run, state="stopped", reason="401: the key", seconds=61)
    assert "1 min 1 s" in str(ended(stopped))
    assert "401: the key" in str(ended(stopped))


def test_a_reason_names_keys_and_leaves_the_values_in_it_alone() -> None:
    said = 'asked for "resume --abandon"; go on with: resume --accept-altered; if not, give up with: resume x --abandon'
    assert reason_in_keys(said) == (
        'asked for "resume --abandon"; go on with: A in Run (3); if not, give up with: X in Run (3)'
    )
    assert reason_in_keys("go on later with: workbench resume spring-1") == "go on later with: r in Run (3)"
    assert reason_alone(accept("c1", "altered")) == "customer c1: altered", "the keys stand below"
    assert reason_alone("503; go on later with: workbench resume") == "503"
    assert "look at it there, then give the rest up with: X in Run (3)" in reason_alone(look("c1", "broken"))
    said = "the API at https://a.b does not answer (ConnectError); check --api and the network"
    assert reason_in_keys(said).endswith("; check the address and the network")


@pytest.mark.parametrize("hostile", ["[@click=app.quit]x[/]", "\x1b]52;c;eA==\x07", "Smith [/]"])
async def test_what_a_server_says_is_shown_as_data(served: Served, open_app: Opener, hostile: str) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "ours")], rows=rows(0))
    sandbox.world.edit(ids(bench)[0], payment_term=f"theirs {hostile}")
    await bench.acommit()
    async with open_app(bench) as desk:
        await desk.press("3")
        await lines_came(desk)
        await desk.press("enter")
        await desk.until(lambda: "theirs" in desk.text("#outcome"))
        assert "\x1b" not in desk.text("#outcome")
        await desk.press("C")
        await desk.until(lambda: "theirs" in desk.text("#values"))
        assert "\x1b" not in desk.text("#values")
        assert desk.app.is_running


async def test_all_numbers_of_one_painting_are_of_one_moment(slow: Served, open_app: Opener) -> None:
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(*range(30)))
    async with open_app(bench) as desk:
        await started(desk)
        between: set[int] = set()

        def adds_up() -> bool:
            screen = desk.app.screen
            if isinstance(screen, Run) and screen.is_live and " of 30 " in desk.text("#how"):
                done = int(desk.text("#how").partition(" of 30 ")[0].rpartition(" ")[2])
                told = sum(int(word) for word in desk.text("#counts").split() if word.isdigit())
                listed = screen.grid.rows.height
                assert (told, listed) == (done, done)
                bar = desk.text("TopBar").replace(" cell ", " cells ")
                # what takes long is said in its place, where there is no room for both
                assert f"{30 - done} cells staged" in bar or "staged" not in bar
                between.add(done)
            return not desk.app.commit.running

        await desk.until(adds_up)
        assert between - {0, 30}, "it was looked at while it went on"


async def test_a_paused_run_says_all_that_was_done_though_nothing_more_is_heard(
    slow: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.run._BEAT", 10**9)
    bench, _ = slow
    bench.stage([Edit("set", "payment_term", "NET 88")])
    async with open_app(bench) as desk:
        commit = await paused(desk)

        def told() -> bool:
            lines = bench.run_lines(commit.progress.run, under_way=True)
            done = sum(lines.counts.values())
            return f" {done} of 30 " in desk.text("#how") and f"committed {done} " in desk.text("#counts")

        await desk.until(told)
        listed = commit.lines
        desk.app._took_lines(replace(listed))
        assert commit.lines is listed, "what is read again and is as it was is not listed and painted again"
        commit.hold(False)
        commit.drain()
        await desk.until(lambda: not commit.running)


async def test_the_requests_of_a_run_leave_on_another_thread_than_keys_are_handled_on(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(0, 1))
    seen: set[int] = set()
    patch = CustomerApi.patch

    async def watched(self: CustomerApi, *arguments: Any, **options: Any) -> Any:
        seen.add(threading.get_ident())
        return await patch(self, *arguments, **options)

    monkeypatch.setattr(CustomerApi, "patch", watched)
    async with open_app(bench) as desk:
        await started(desk)
        await desk.until(lambda: not desk.app.commit.running)
        assert desk.app.commit.report.committed == 2
    assert seen
    assert threading.get_ident() not in seen


async def test_a_commit_whose_waiting_is_cancelled_has_ended_when_that_is_heard() -> None:
    loops, ended, begun = LoopThread(), [], asyncio.Event()
    here = asyncio.get_running_loop()

    async def work() -> None:
        here.call_soon_threadsafe(begun.set)
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0.01)
            ended.append(True)

    waiting = asyncio.create_task(apart(loops, work))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]
    loops.stop()


async def test_what_is_given_up_before_it_began_never_begins() -> None:
    loops, began = LoopThread(), []
    free, here = threading.Event(), asyncio.Event()
    loops.loop.call_soon_threadsafe(free.wait)

    async def work() -> None:
        began.append(True)

    waiting = asyncio.create_task(apart(loops, work))
    asyncio.get_running_loop().call_soon(here.set)
    await here.wait()
    waiting.cancel()
    await asyncio.sleep(0)
    free.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert began == []
    loops.stop()


async def test_a_second_commit_is_not_counted_by_what_the_one_before_it_settled(
    served: Served, open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = served
    said: list[str] = []
    say = TopBar.say

    def heard(self: TopBar, *parts: Any) -> None:
        said.append("".join(part if isinstance(part, str) else part[0] for part in parts))
        say(self, *parts)

    async with open_app(bench) as desk:
        bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(*range(6)))
        desk.app.start_again(None, bench.preview().digest)
        await desk.until(lambda: bench.snapshot.staged_cells == 0 and not desk.app.commit.running)
        desk.app.commit.lines = bench.run_lines(1)  # as a run leaves them that took longer
        bench.stage([Edit("set", "payment_term", "NET 89")], rows=rows(1, 2, 3))
        bench.hold(rows=rows(3))
        monkeypatch.setattr(TopBar, "say", heard)
        desk.app.start_again(None, bench.preview().digest)
        await desk.until(lambda: bench.snapshot.staged_cells == 1 and not desk.app.commit.running)
        running = [line for line in said if "commit running" in line]
        assert running
        assert not [line for line in running if "  0 cells staged" in line], "one is held all the time"


async def test_what_of_a_run_can_go_back_is_said_as_it_is(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    address = [Edit("set", "city", "Springfield"), Edit("set", "type", "billing"), Edit("set", "country", "US")]
    for column in (True, False):
        bench.stage(address, table="addresses", rows=rows(0), new=True)
        if column:
            bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(1))
        assert (await bench.acommit()).exit_code == 0
    bench.stage([Edit("set", "payment_term", "NET 89")], rows=rows(2))
    sandbox.world.edit(ids(bench)[2], payment_term="NET 89")
    assert (await bench.acommit()).already == 1
    bench.stage([Edit("set", "payment_term", "NET 90")], rows=rows(3))
    assert (await bench.acommit()).committed == 1
    async with open_app(bench, size=(160, 45)) as desk:
        await desk.press("3")
        await desk.until(lambda: desk.text("#next") == "nothing needs you; R in History (4) takes it back")
        bench.stage([Edit("set", "payment_term", "newer")], rows=rows(3))
        desk.app.screen.changed()
        newer = "nothing needs you; nothing of it can go back: something newer is staged there"
        await desk.until(lambda: desk.text("#next") == newer)
        for told in (
            "nothing of it is to go back: the server holds what it held before",
            "nothing of it can go back: the run made this item; the API documents no removal",
            "R in History (4) takes 1 of its 4 cells back",
        ):
            await desk.press("left_square_bracket")
            await desk.quiet()
            assert desk.text("#next").startswith(f"nothing needs you; {told}")


async def test_shift_a_is_offered_only_where_a_canary_waits_for_it(served: Served, open_app: Opener) -> None:
    bench, sandbox = served
    bench.stage([Edit("set", "payment_term", "NET 88")], rows=rows(2, 3, 4))
    sandbox._api.key = "another"
    assert (await bench.acommit()).exit_code == 4
    async with open_app(bench, api=sandbox.url) as desk:
        await desk.press("3")
        await lines_came(desk)
        assert "3 customers not done: r resumes, X gives up" in desk.text("#next")
        await desk.press("A")
        assert "the server made nothing else of what was tried first: r resumes" in desk.said
        assert isinstance(desk.app.screen, Run)
