"""Clusters of a column: taken in, given another winner, counted, staged as one operation; never by type-ahead."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from screens.browse import Browse
from screens.dialogs.are_you_sure import AreYouSure
from screens.dialogs.clusters import ClusterList
from screens.dialogs.keys import KeysHelp
from screens.dialogs.one_line import OneLine
from screens.dialogs.stage_clusters import StageClusters
from screens.widgets.key_hints import KeyHints
from workbench.workbench import Workbench

Opener = Callable[..., Any]


def terms(bench: Workbench) -> list[str | None]:
    return bench.snapshot.current.customers["payment_term"].to_list()


async def clusters(desk: Any, column: str = "payment_term") -> ClusterList:
    """Opens the clusters of a column and waits for them."""
    desk.app.screen.grid.go_to(column=column)
    await desk.press("C")
    screen = desk.app.screen
    assert isinstance(screen, ClusterList)
    await desk.until(lambda: screen.rows is not None)
    return screen


async def stage(desk: Any, *, note: str = "") -> None:
    """Looks at what is counted and accepts it."""
    await desk.press("s")
    dialog = desk.app.screen
    assert isinstance(dialog, StageClusters)
    await desk.until(lambda: dialog.armed)
    if note:
        await desk.type(note)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, Browse))
    await desk.quiet()


def lines(screen: ClusterList) -> list[str]:
    """What the list paints, without the room between."""
    shown = [
        screen.grid.render_line(y).text for y in range(1, min(screen.grid.size.height, screen.grid.rows.height + 1))
    ]
    return [" ".join(line.split()) for line in shown]


def burst(desk: Any, *keys: str) -> None:
    """Keys that come at once."""
    for key in keys:
        desk.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_C_lists_a_winner_and_its_spellings_with_their_rows(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        assert lines(screen)[0].startswith("→ NET 30 20 2 spellings: ")
        assert lines(screen)[1:] == ["NET 30 10", "Net 30· 10"]
        assert "customers.payment_term" in str(screen.query_one("#frame").border_title)
        assert desk.text("#chosen") == "1 cluster of 4 values; none is in"


async def test_space_takes_in_and_s_stages_what_was_counted_as_one_operation(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        await desk.press("space")
        assert desk.text("#chosen").endswith("1 in: 10 rows would change")
        assert lines(screen)[1:] == ["● NET 30 10 stays", "● Net 30· 10 → NET 30"]
        await desk.press("s")
        await desk.until(lambda: "10 change" in desk.text("#counts"))
        assert "Net 30· → NET 30" in desk.text("#examples")
        assert bench.log().operations == ()
        await desk.press("escape")
        assert desk.app.screen is screen
        await stage(desk, note="one spelling")
        assert terms(bench).count("NET 30") == 20
        assert [one["note"] for one in bench.log().operations] == ["one spelling"]
        assert "staged 10 cells; u takes it back" in desk.said
        await desk.press("u")
        assert terms(bench).count("NET 30") == 10


async def test_without_a_note_the_log_says_what_it_was(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await clusters(desk)
        await desk.press("a")
        await stage(desk)
        assert [one["note"] for one in bench.log().operations] == ["customers.payment_term: 1 cluster by fingerprint"]


async def test_enter_makes_a_spelling_the_winner_and_takes_its_cluster_in(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        await desk.press("G", "enter")
        assert lines(screen)[0].startswith("● → Net 30· 20 2 spellings: chosen by you")
        await stage(desk)
        assert terms(bench).count("Net 30 ") == 20


async def test_e_takes_a_spelling_that_none_has_and_refuses_an_empty_one(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await clusters(desk)
        await desk.press("e")
        assert isinstance(desk.app.screen, OneLine)
        desk.app.screen.query_one("#value").value = " "
        await desk.press("enter")
        assert "no spelling wins that is empty" in desk.said
        assert desk.text("#chosen").endswith("none is in")
        await desk.press("e")
        desk.app.screen.query_one("#value").value = "N30"
        await desk.press("enter")
        assert desk.text("#chosen").endswith("1 in: 20 rows would change")
        await stage(desk)
        assert terms(bench).count("N30") == 20


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (40, 20)])
async def test_no_key_is_cut_at_the_edge(bench: Workbench, open_app: Opener, width: int, height: int) -> None:
    async with open_app(bench, (width, height)) as desk:
        screen = await clusters(desk)
        hints = screen.query_one(KeyHints)
        shown = "".join(hints.render_line(y).text for y in range(hints.size.height))
        for hint in ("space in or out", "e another one", "J K cluster", "Enter there stages it", "Esc leaves"):
            assert hint in shown or width < 60
        assert "…" not in shown
        assert screen.grid.size.height > 2


@pytest.mark.parametrize("key", ["m", "right", "l"])
async def test_another_method_finds_other_clusters(bench: Workbench, open_app: Opener, key: str) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        await desk.press("space", key)
        await desk.until(lambda: "3 spellings" in lines(screen)[0])
        assert desk.text("#method").startswith("ngram: the same letters that follow each other")
        assert desk.text("#methods").endswith("m tries phonetic")
        assert desk.text("#chosen").endswith("none is in")
        await desk.press("left")
        await desk.until(lambda: "2 spellings" in lines(screen)[0])
        assert "1 in" in desk.text("#chosen")
        await desk.press("h")
        await desk.until(lambda: desk.text("#method").startswith("distance: few typing mistakes"))
        assert desk.text("#methods").endswith("m tries fingerprint")


async def test_a_takes_all_in_and_out_and_J_K_go_from_one_to_the_next(
    bench: Workbench, open_app: Opener, names: Path
) -> None:
    bench.load(file=names)
    async with open_app(bench) as desk:
        screen = await clusters(desk, "company_name")
        assert [screen.rows.at(row)[0].winner for row in screen.rows.heads] == ["Acme Tools", "Globex [/]"]
        await desk.press("J")
        assert screen.grid.row == screen.rows.heads[1]
        await desk.press("K", "a")
        assert screen.grid.row == 0
        assert "2 in" in desk.text("#chosen")
        await desk.press("a")
        assert "none is in" in desk.text("#chosen")


async def test_a_click_at_the_edge_takes_in_and_a_double_click_is_enter(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        await desk.pilot.click(screen.grid, offset=(0, 2))
        await desk.until(lambda: "1 in: 10 rows" in desk.text("#chosen"))
        await desk.pilot.click(screen.grid, offset=(8, 3), times=2)
        await desk.until(lambda: "chosen by you" in lines(screen)[0])


async def test_esc_leaves_without_staging_and_what_was_taken_in_is_there_again(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk)
        await desk.press("G", "enter", "escape")
        assert isinstance(desk.app.screen, Browse)
        assert bench.log().operations == ()
        assert "not staged; C brings back what was taken in" in desk.said
        screen = await clusters(desk)
        assert "1 in" in desk.text("#chosen")
        assert "chosen by you" in lines(screen)[0]


async def test_only_what_is_found_is_looked_at_and_staged(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        await desk.press("slash")
        await desk.type("id:c00*")
        await desk.press("enter")
        screen = await clusters(desk)
        assert desk.text("#chosen").endswith("where id:c00*")
        assert lines(screen)[1:] == ["NET 30 3", "Net 30· 2"]
        await desk.press("a")
        await stage(desk)
        assert terms(bench).count("Net 30 ") == 8


async def test_keys_in_one_burst_go_where_they_lead_and_stage_nothing(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        desk.app.screen.grid.go_to(column="payment_term")
        burst(desk, "C", "a", "s", "enter", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, StageClusters) and desk.app.screen.armed)
        assert bench.log().operations == ()
        assert "10 change" in desk.text("#counts")


async def test_s_with_nothing_in_says_so_and_a_column_without_text_says_why_not(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        await clusters(desk)
        await desk.press("s")
        assert "no cluster is in" in desk.said
        await desk.press("escape")
        desk.app.screen.grid.go_to(column="assigned_sales_rep_ids")
        await desk.press("C")
        assert isinstance(desk.app.screen, Browse)
        assert "only text has spellings" in desk.said
        desk.app.screen.grid.go_to(column="status")
        await desk.press("C")
        assert "read-only" in desk.text("#why")
        await desk.press("escape")
        await desk.press("t")
        desk.app.screen.grid.go_to(column="customer")
        await desk.press("C")
        assert "C looks at it in customers" in desk.said


async def test_of_no_rows_and_no_clusters_it_says_so(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench) as desk:
        screen = await clusters(desk, "phone")
        assert "no two values are one thing by fingerprint" in screen.grid.empty
        await desk.press("space", "enter", "e", "J", "a", "escape", "slash")
        await desk.type("nobody")
        await desk.press("enter", "C")
        assert "no row is found" in desk.said


async def test_hostile_spellings_are_data(bench: Workbench, open_app: Opener, names: Path) -> None:
    bench.load(file=names)
    async with open_app(bench) as desk:
        screen = await clusters(desk, "company_name")
        assert "→ Globex [/]" in lines(screen)[-3]
        assert any("␛" in line for line in lines(screen))
        assert not any("\x1b" in line for line in lines(screen))
        await desk.press("G", "enter")
        await stage(desk)
        assert bench.snapshot.current.customers["company_name"].to_list().count("globex\x1b[/]") == 2


async def test_the_keys_are_told_and_it_works_in_a_wide_terminal(bench: Workbench, open_app: Opener) -> None:
    async with open_app(bench, size=(160, 45)) as desk:
        screen = await clusters(desk)
        await desk.pilot.resize_terminal(60, 20)
        await desk.until(lambda: screen.grid.size.width < 60)
        await desk.until(lambda: screen.grid.arranged.width <= screen.grid.size.width)
        await desk.press("question_mark")
        assert isinstance(desk.app.screen, KeysHelp)
        await desk.press("i")
        assert "clusters.take" in desk.text("#list")
        assert "Each block is one thing" in desk.text("#way")


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Names in two clusters, the second of which holds markup and an escape code."""
    spelled = ["Acme Tools"] * 3 + ["ACME TOOLS", "Globex [/]", "globex\x1b[/]", "Other"]
    file = tmp_path / "names.ndjson"
    file.write_text("".join(json.dumps({"id": f"n{at}", "name": name}) + "\n" for at, name in enumerate(spelled)))
    return file


async def test_a_full_stop_merges_the_same_spellings_again_in_this_row_and_after_a_question_in_the_marked(
    bench: Workbench, open_app: Opener
) -> None:
    async with open_app(bench) as desk:
        before = terms(bench)
        await clusters(desk)
        await desk.press("a")
        await stage(desk)
        merged = terms(bench)
        moved = [row for row, (was, now) in enumerate(zip(before, merged, strict=True)) if was != now]
        assert len(moved) > 2
        await desk.press("u")
        assert terms(bench) == before
        desk.app.screen.grid.go_to(position=moved[1], column=0)
        await desk.press("full_stop")
        await desk.until(lambda: bench.snapshot.staged_cells == 1)
        assert terms(bench)[moved[1]] == merged[moved[1]]
        assert bench.log().operations[-1]["note"] == "payment_term: the same spellings merged again"
        await desk.press("a", "full_stop")
        await desk.until(lambda: isinstance(desk.app.screen, AreYouSure) and desk.app.screen.armed)
        assert f"in {len(moved) - 1} rows of 40?" in desk.text(".title")
        await desk.press("y")
        await desk.until(lambda: terms(bench) == merged)
