"""What a hostile server says, in load, in reading again, in a commit and in conflicts: over a real socket, and shown as data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from screens.dialogs.are_you_sure import AreYouSure
from screens.home.loading import Loading
from screens.home.new import NewFromApi
from screens.widgets.outcome_pane import OutcomePane
from screens.widgets.text_line import TextLine
from screens.widgets.three_values import ThreeValues
from tests.screens.conftest import Desk, opened
from tests.screens.hostile import missing, unsafe
from tests.screens.hostile_server import Honest, Spoiling, spoilt
from tests.screens.hostile_session import MOVED, TEXTS, world
from tests.screens.hostile_sinks import TALL, painted, said, tall
from tests.screens.test_home import fill, home
from workbench.errors import ApiError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

FEW = [text[:200] for text in TEXTS[::15]]


@pytest.fixture
def peer() -> Iterator[Spoiling]:
    """The server, with 500 customers."""
    with Spoiling(TEXTS) as peer:
        yield peer


@pytest.fixture
def loaded(peer: Spoiling, tmp_path: Path) -> Iterator[Workbench]:
    """A session of its customers, of which something is staged in each."""
    with Workbench.create(tmp_path / "s.session", key="k") as bench:
        bench.load(api=peer.url)
        bench.set_settings({"grace": "0"})
        bench.stage([Edit("set", "payment_term", "NET 77")], note=TEXTS[0])
        yield bench


def broken(spoil: Callable[[bytes], bytes], only: str = "") -> Callable[[str, str, Honest], Honest | None]:
    """Answers in which the bodies of customers (of one: `only`) are spoilt."""

    def answer(method: str, target: str, honest: Honest) -> Honest | None:
        return (honest[0], spoil(honest[1])) if method == "GET" and only in target else None

    return answer


ASKED_AGAIN: dict[str, Callable[[bytes], bytes]] = {
    "halves": lambda body: body.replace(b'"payment_term":"', b'"payment_term":"\\ud800x'),
    "no UTF-8": lambda body: body.replace(b'"payment_term":"', b'"payment_term":"\xff\xed\xa0\x80\xc0\x80'),
    "controls": lambda body: body.replace(b'"payment_term":"', b'"payment_term":"\x1b]52;c;eA==\x07\x00'),
}
"""What is no JSON is asked for again and again before it is given up: some 15 s."""
ALL = os.environ.get("WORKBENCH_HOSTILE") == "all"
LONG = pytest.mark.skipif(not ALL, reason="paints 500 answers, some 10 s: WORKBENCH_HOSTILE=all")
SLOW = pytest.mark.skipif(not ALL, reason="takes 15 s: WORKBENCH_HOSTILE=all")
BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "an escape for a name": lambda body: body.replace(b'"payment_term"', b'"\\u001b[2J\\u009b31m[@click=app.quit]"'),
    "an escape for an id": lambda body: body.replace(b'"id":"c', b'"id":"\\u001b[2J'),
}  # fmt: skip


def test_what_cannot_be_loaded_is_said_without_a_control(peer: Spoiling, tmp_path: Path) -> None:
    told = []
    for text in FEW:
        for body in spoilt(text):
            peer.odd_answer = lambda *_, body=body: (400, body)  # type: ignore[misc]
            with Workbench.create(tmp_path / "s.session", key="k") as bench, pytest.raises(ApiError) as wrong:
                bench.load(api=peer.url)
            told.append(str(wrong.value))
            (tmp_path / "s.session").unlink(missing_ok=True)
    assert unsafe("".join(told).replace("\ufe0f", "")) == []
    assert all("\n" not in one and peer.url in one for one in told)


@pytest.mark.parametrize("how", [*BREAKS, *(pytest.param(one, marks=SLOW) for one in ASKED_AGAIN)])
async def test_a_first_load_of_hostile_answers_tells_what_was_set_aside(
    how: str, peer: Spoiling, tmp_path: Path
) -> None:
    peer.odd_answer = broken((BREAKS | ASKED_AGAIN)[how], only="/c00")
    async with home(tmp_path / "sessions", size=TALL, api=peer.url, key="k") as desk:
        await desk.press("a")
        assert isinstance(desk.app.screen, NewFromApi)
        await fill(desk, name="spring")
        await desk.press("enter")
        painted(desk)
        screen = desk.app.screen
        if how == "an escape for a name":  # that is a field that nobody knows: it is kept
            await desk.until(lambda: desk.app.picked is not None)  # type: ignore[attr-defined]
        else:
            assert isinstance(screen, Loading)
            await desk.until(lambda: "set aside" in said(screen.query(TextLine)))
        painted(desk)
        if desk.app.picked is not None:  # type: ignore[attr-defined]
            desk.app.picked.ending.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", [*BREAKS, *(pytest.param(one, marks=SLOW) for one in ASKED_AGAIN)])
async def test_r_on_hostile_answers_keeps_what_is_there_and_says_so(
    how: str, peer: Spoiling, loaded: Workbench
) -> None:
    before = loaded.snapshot.base.customers["payment_term"].to_list()
    peer.odd_answer = broken((BREAKS | ASKED_AGAIN)[how])
    async with tall(loaded) as desk:
        await desk.press("space", "down", "space", "r")
        painted(desk)
        assert unsafe(desk.said, lines=True) == []
        assert desk.said
    assert loaded.snapshot.current.customers["payment_term"].to_list() == ["NET 77"] * len(TEXTS)
    after = loaded.snapshot.base.customers["payment_term"].to_list()
    assert after[2:] == before[2:]


@LONG
async def test_a_commit_that_is_refused_in_spoilt_words_shows_them_as_data(peer: Spoiling, loaded: Workbench) -> None:
    report = await loaded.acommit()
    assert report.failed > len(TEXTS) * 0.8
    async with opened(loaded) as desk:
        await desk.press("3")
        screen: Any = desk.app.screen
        await desk.until(lambda: screen.lines is not None)
        await desk.quiet()
        painted(desk)
        await desk.press("enter")
        pane, seen = screen.query_one(OutcomePane), ""
        for seq in range(0, len(TEXTS), 1 if ALL else 5):
            pane.show("a name", loaded.customer_outcome(report.run or 0, seq), loaded.snapshot.current)
            seen += said(pane.query(TextLine))
        painted(desk)
        if ALL:
            assert missing([text for text in FEW if text.isascii() and text.isprintable()], seen) == []


@LONG
async def test_conflicts_that_a_commit_meets_hold_the_hostile_values_of_the_server(
    peer: Spoiling, loaded: Workbench
) -> None:
    peer.world = world(TEXTS, MOVED)
    report = await loaded.acommit()
    assert report.conflict > len(TEXTS) * 0.8
    async with tall(loaded) as desk:
        await desk.app.run_action("conflicts")
        await desk.quiet()
        painted(desk)
        screen: Any = desk.app.screen
        pane, seen = screen.query_one(ThreeValues), ""
        for row in range(screen.rows.height):
            pane.show(screen.rows.label(row), screen.rows.path(row), screen.rows.values(row), gone=False)
            seen += said(pane.query(TextLine))
        assert len(missing(TEXTS, seen)) < 10


@LONG
async def test_a_commit_is_started_and_ends_in_the_app_on_such_a_server(peer: Spoiling, loaded: Workbench) -> None:
    loaded.hold(rows=pl.Series(range(20, len(TEXTS)), dtype=pl.UInt32))
    async with tall(loaded) as desk:
        await confirmed(desk)
        await desk.until(lambda: bool(loaded.runs) and not desk.app.commit.running)
        await desk.quiet()
        painted(desk)
        assert unsafe(desk.said, lines=True) == []
    assert len(loaded.runs) == 1


async def confirmed(desk: Desk) -> None:
    """Starts the commit of all that is staged."""
    await desk.press("c", "c")
    screen: Any = desk.app.screen
    assert not isinstance(screen, AreYouSure)
    await desk.until(lambda: screen.armed)
    await desk.press("y")
