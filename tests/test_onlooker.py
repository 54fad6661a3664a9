"""Long work says how far it is, and whoever leaves it ends it without a trace, at whichever step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.onlooker import LetGo, Onlooker, keep, part, step
from workbench.preview.export import write_lines
from workbench.report.page import page
from workbench.stage.edits import Edit
from workbench.workbench import Workbench


class LeavesAt(Onlooker):
    """Leaves at a step; `shares` are those that it heard of before."""

    def __init__(self, at: int) -> None:
        self.shares: list[float] = []
        super().__init__(self.shares.append)
        self._at, self.too_late = at, False

    def _next(self) -> None:
        self._at -= 1
        if self._at == 0:
            self.too_late = not self.leave()

    def sees(self, share: float | None) -> None:
        self._next()
        super().sees(share)

    def keeps(self) -> None:
        self._next()
        super().keeps()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    lines = [
        json.dumps({
            "id": f"c{n}", "name": f"Acme Tools {n % 5} Ltd", "email": f"jo{n % 4}@acme.com", "phone": f"415 555 26{n % 3}1",
            "status": "active", "payment_term": "NET 30",
            "addresses": [{"id": f"a{n}", "address_line_1": "12 Main Street", "zip_code": "10001", "country": "US"}],
        })
        for n in range(12)
    ]  # fmt: skip
    file = tmp_path / "customers.ndjson"
    file.write_text("\n".join(lines))
    with Workbench.create(str(tmp_path / "s.session")) as made:
        made.load(file=file)
        made.stage([Edit("set", "payment_term", "COD")], where="id:c1")
        yield made


def left_at(steps: int, do: Callable[[], Any]) -> tuple[LeavesAt, bool]:
    """Who left at a step, and whether the work was let go of."""
    onlooker = LeavesAt(steps)
    try:
        with onlooker.watching():
            do()
    except LetGo:
        return onlooker, True
    return onlooker, False


def kept(bench: Workbench) -> list[str]:
    """All that the session file holds, as its own connection sees it."""
    return list(bench._bench.store._connection.iterdump())


def state(bench: Workbench) -> list[Any]:
    """What is staged, on hold, accepted and left out."""
    snapshot = bench.snapshot
    cells = [(column, snapshot.staged_cells_of(column).rows()) for column in snapshot.columns]
    accepted = [snapshot.accepted_as_they_stand(column).to_list() for column in snapshot.columns]
    out = {column: sorted(rows) for column, rows in bench.choice.out.items()}
    return [cells, accepted, snapshot.on_hold.rows(), out]


LOOKS = {
    "duplicates": lambda bench, file: bench.duplicates(),
    "problems": lambda bench, file: bench.problems().count,
    "report": lambda bench, file: write_lines(file, page(bench.report())),
    "all fields": lambda bench, file: bench.facet_fields().rows(),
}
STEPWISE = {
    **LOOKS,
    "clusters": lambda bench, file: bench.clusters("company_name", "distance").clusters,
}


@pytest.mark.parametrize("name", LOOKS)
def test_long_work_tells_shares_that_only_grow(bench: Workbench, tmp_path: Path, name: str) -> None:
    onlooker, let_go = left_at(-1, lambda: LOOKS[name](bench, tmp_path / "page.html"))
    assert not let_go
    assert len(onlooker.shares) > 5
    assert onlooker.shares == sorted(onlooker.shares)
    assert onlooker.shares[0] <= 0.1
    assert 0.8 < onlooker.shares[-1] <= 1


@pytest.mark.parametrize("name", STEPWISE)
def test_what_is_left_at_a_step_ends_there_and_the_next_asking_finds_all(
    bench: Workbench, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "page.html"
    files = sorted(tmp_path.iterdir())
    for at in (1, 2, 3, 5, 8, 13):
        onlooker, let_go = left_at(at, lambda: STEPWISE[name](bench, file))
        assert let_go or onlooker._at > 0, "it was over before"
        if let_go:
            assert sorted(tmp_path.iterdir()) == files, "no file, and no part of one"
    bench.copy_to(tmp_path / "fresh.session")
    with Workbench.open(str(tmp_path / "fresh.session")) as fresh:
        assert STEPWISE[name](bench, file) == STEPWISE[name](fresh, file)


ACTS = {
    "stage": lambda bench: bench.stage(
        [Edit("set", "payment_term", "NET 60"), Edit("apply", "phone", "e164"), Edit("apply", "company_name", "upper")]
    ),
    "fix": lambda bench: bench.fix(),
    "unstage": lambda bench: bench.unstage(),
    "hold": lambda bench: bench.hold("id:c1"),
    "a merge with a hold": lambda bench: bench.stage_merge(_merge(), hold=True),
    "undo": lambda bench: bench.undo(),
    "undo of several": lambda bench: bench.undo(3),
    "redo": lambda bench: bench.redo(2),
    "drop in the middle": lambda bench: bench.drop(2),
    "enable": lambda bench: bench.enable(2),
    "release": lambda bench: bench.release(),
    "leave out": lambda bench: bench.leave_out(_staged(bench)),
    "take in": lambda bench: bench.take_in(),
    "accept": lambda bench: bench.accept(_staged(bench)),
    "withdraw": lambda bench: bench.withdraw(_staged(bench)),
    "unstage cells": lambda bench: bench.unstage_cells(_staged(bench)),
}
MORE: list[Callable[[Workbench], Any]] = [
    lambda bench: bench.stage([Edit("set", "payment_term", "NET 60")]),
    lambda bench: bench.stage([Edit("set", "payment_term", "COD"), Edit("apply", "company_name", "upper")]),
    lambda bench: bench.stage([Edit("apply", "city", "upper"), Edit("set", "zip_code", "10002")], table="addresses"),
]
BEFORE: dict[str, list[Callable[[Workbench], Any]]] = {
    "undo of several": MORE,
    "redo": [*MORE, lambda bench: bench.undo(2)],
    "drop in the middle": MORE,
    "enable": [*MORE, lambda bench: bench.drop(2)],
    "release": [lambda bench: bench.hold("", note="ask first")],
    "leave out": MORE,
    "take in": [*MORE, lambda bench: bench.leave_out(_staged(bench))],
    "accept": MORE,
    "withdraw": [*MORE, lambda bench: bench.accept(_staged(bench))],
    "unstage cells": MORE,
}
"""What is done before one of the acts."""


def _staged(bench: Workbench) -> dict[tuple[str, str], Any]:
    return {column: bench.snapshot.staged_cells_of(column)["row"] for column in bench.snapshot.columns}


def _merge() -> Any:
    from workbench.problems.duplicates_merge import Merge

    return Merge("c0", ["c4"], mark={"display_name": "DUPLICATE of {survivor}"})


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_left_at_any_step_has_changed_nothing_or_is_done_whole(bench: Workbench, name: str) -> None:
    for earlier in BEFORE.get(name, ()):
        earlier(bench)
    before, shown, out = kept(bench), bench.snapshot, bench.choice
    for at in (*range(1, 16), *range(16, 400, 37)):
        onlooker, let_go = left_at(at, lambda: ACTS[name](bench))
        if not let_go:
            assert onlooker.too_late or onlooker._at > 0, "who left in time is heard"
            break
        assert bench.snapshot is shown
        assert bench.choice is out
        assert kept(bench) == before
    assert not let_go
    assert at > 2, "it can be left before anything of it is kept"
    assert bench.snapshot is not shown or bench.choice is not out, "it is done whole"
    whole = state(bench)
    path = bench._bench.store.path
    bench.close()
    with Workbench.open(str(path)) as again:
        assert state(again) == whole


def test_who_has_left_is_heard_before_anything_is_kept_and_cannot_leave_after() -> None:
    onlooker = Onlooker()
    with onlooker.watching():
        with part(0.2, 0.4):
            step(0.5)
        keep()
        assert not onlooker.leave()
        step()
    other = Onlooker()
    assert other.leave()
    with pytest.raises(LetGo), other.watching():
        keep()
