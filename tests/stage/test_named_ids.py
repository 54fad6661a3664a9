"""Ids by name: what is said of one that is to go and that nobody has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

REPS = [("r1", "Ann", "Lee"), ("r2", "Bo", "Ny"), ("r3", "Cy", "Ash"), ("r4", "Dee", "Fox"), ("r5", "Eva", "Orr")]
LISTS = [["r1", "r2"], ["r1"], [], ["r3", "r4"], ["r5"]]
_FIELD = "assigned_sales_rep_ids"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    known = {id_: {"id": id_, "first_name": first, "last_name": last} for id_, first, last in REPS}
    records = [
        {"id": f"c{place}", "name": f"Customer {place}", "assigned_sales_reps": [known[one] for one in reps]}
        for place, reps in enumerate(LISTS)
    ]
    (tmp_path / "all.ndjson").write_text("".join(json.dumps(one) + "\n" for one in records))
    with Workbench.create("g", sessions_dir=tmp_path, key="k") as workbench:
        workbench.load(file=tmp_path / "all.ndjson")
        yield workbench


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("remove", "An", "none of these customers has the sales rep 'An'; did you mean Ann Lee?"),
        ("remove", "Évà", "none of these customers has the sales rep 'Évà'; did you mean Eva Orr?"),
        ("remove", "Annlee", "none of these customers has the sales rep 'Annlee'; did you mean Ann Lee?"),
        (
            "remove",
            "zzzz",
            "none of these customers has the sales rep 'zzzz'; there are: Ann Lee, Bo Ny, Cy Ash and 2 more",
        ),
        ("swap", "fo", "none of these customers has the sales rep 'fo'; did you mean Dee Fox?"),
    ],
)
def test_an_id_that_is_to_go_and_that_nobody_has_is_told_with_what_is_close(
    bench: Workbench, kind: str, typed: str, said: str
) -> None:
    staged = bench.stage([Edit(kind, _FIELD, typed, "r2" if kind == "swap" else "")], dry_run=True)
    assert (staged.changed, staged.unheld) == (0, (said,))


def test_somebody_known_whom_none_of_the_rows_has_is_told_by_name(bench: Workbench) -> None:
    staged = bench.stage([Edit("remove", _FIELD, "Dee Fox")], where="id:=(c0 c1)", dry_run=True)
    assert staged.unheld == ("none of these customers has the sales rep 'Dee Fox'; there are: Ann Lee, Bo Ny",)


def test_of_several_the_one_that_nobody_has_is_told_though_the_other_goes(bench: Workbench) -> None:
    staged = bench.stage([Edit("remove", _FIELD, "Ann Lee, ghost")], dry_run=True)
    assert staged.changed == 2
    assert staged.unheld[0].startswith("none of these customers has the sales rep 'ghost'")


def test_where_all_that_go_are_there_or_no_row_is_meant_nothing_is_said(bench: Workbench) -> None:
    assert bench.stage([Edit("remove", _FIELD, "ann lee")], dry_run=True).unheld == ()
    assert bench.stage([Edit("remove", _FIELD, "ghost")], where="id:=nobody", dry_run=True).unheld == ()


def test_a_name_that_nobody_has_is_refused_with_the_names_that_are_close(bench: Workbench) -> None:
    with pytest.raises(UsageError, match=r"no sales rep called 'Anne Lee'; did you mean Ann Lee\?"):
        bench.stage([Edit("add", _FIELD, "Anne Lee")], dry_run=True)
    with pytest.raises(UsageError, match=r"there are: Ann Lee, Bo Ny, Cy Ash and 2 more"):
        bench.stage([Edit("set", _FIELD, "Quux Zyx")], dry_run=True)


@pytest.mark.parametrize("edit", [("set", "an"), ("add", "An"), ("add", "Ann Lee, bo"), ("swap", "Ann Lee", "dee")])
def test_a_part_of_a_name_is_no_id_and_is_refused_with_the_names_that_are_like_it(
    bench: Workbench, edit: tuple[str, ...]
) -> None:
    kind, *typed = edit
    with pytest.raises(
        UsageError, match=r"no sales rep called '(an|An|bo|dee)'; did you mean (Ann Lee|Bo Ny|Dee Fox)\?"
    ):
        bench.stage([Edit(kind, _FIELD, *typed)], dry_run=True)


@pytest.mark.parametrize("typed", ["r9", "zzzz", "r77"])
def test_an_id_that_looks_like_one_or_is_like_no_name_is_taken_though_nobody_has_it(
    bench: Workbench, typed: str
) -> None:
    assert bench.stage([Edit("add", _FIELD, typed)], dry_run=True).changed == 5
