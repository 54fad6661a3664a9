"""What is staged in one thread while another works out its own edit: both are kept, as if they had come one after the other.

A grid of a notebook stages from a thread of its own, and so may a script; `keep` is asked between working out and keeping.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from workbench.errors import UsageError
from workbench.problems import duplicates_merge
from workbench.problems.book import ProblemBook
from workbench.problems.duplicates_merge import Merge
from workbench.results import Staged
from workbench.stage import unstaging
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

ANN = Edit("set", "first_name", "Ann")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench.create("s", sessions_dir=tmp_path) as made:
        load(made)
        yield made


def load(bench: Workbench, *contacts: str) -> None:
    record = {"id": "a", "name": " Acme ", "contacts": [{"id": one, "first_name": one} for one in contacts]}
    file = bench.path.with_name("load.ndjson")
    file.write_text("\n".join(json.dumps(record | {"id": one}) for one in "ab"))
    bench.load(file=file)


def meanwhile(*acts: Callable[[], object]) -> Callable[[Staged], bool]:
    """Keeps what is to be staged, but something else comes first, once."""
    left = list(acts)

    def keep(staged: Staged) -> bool:
        while left:
            left.pop(0)()
        return True

    return keep


def contacts(bench: Workbench) -> list[tuple[str, str]]:
    return sorted(bench.search(table="contacts").frame.select("customer_id", "first_name").iter_rows())


def test_items_made_meanwhile_are_all_made(bench: Workbench) -> None:
    bob = Edit("set", "first_name", "Bob")
    bench.stage(
        [ANN],
        table="contacts",
        new=True,
        where="id:=a",
        keep=meanwhile(lambda: bench.stage([bob], table="contacts", new=True, where="id:=b")),
    )
    assert contacts(bench) == [("a", "Ann"), ("b", "Bob")]
    assert len(bench.log().operations) == 2
    reopened = bench.path
    bench.close()
    with Workbench.open(reopened) as again:
        assert contacts(again) == [("a", "Ann"), ("b", "Bob")]


def test_an_item_that_a_load_brings_meanwhile_stays_beside_the_new_one(bench: Workbench) -> None:
    bench.stage([ANN], table="contacts", new=True, where="id:=a", keep=meanwhile(lambda: load(bench, "zoe")))
    assert contacts(bench) == [("a", "Ann"), ("a", "zoe"), ("b", "zoe")]


def test_an_attribute_made_meanwhile_is_not_made_twice(bench: Workbench) -> None:
    colour = [Edit("set", "name", "Color"), Edit("set", "value", "red")]

    def stage(keep: Callable[[Staged], bool] | None = None) -> None:
        bench.stage(colour, table="attributes", new=True, where="id:=a", keep=keep)

    stage(meanwhile(stage))
    assert bench.search(table="attributes").frame["name"].to_list() == ["Color"]


def test_an_edit_works_on_what_was_staged_meanwhile(bench: Workbench) -> None:
    name = Edit("set", "company_name", " Newer ")
    bench.stage([Edit("apply", "company_name", "trim")], keep=meanwhile(lambda: bench.stage([name])))
    assert bench.search().frame["company_name"].to_list() == ["Newer", "Newer"]


NAMED = Edit("set", "company_name", "Newer")


def after_the_first(monkeypatch: pytest.MonkeyPatch, of: object, name: str, act: Callable[[], object]) -> None:
    """Once something has been worked out for the first time, another thread acts."""
    work_out, left = getattr(of, name), [act]

    def worked_out(*args: object, **options: object) -> object:
        found = work_out(*args, **options)
        while left:
            other = Thread(target=left.pop())
            other.start()
            other.join()
        return found

    monkeypatch.setattr(of, name, worked_out)


def names(bench: Workbench) -> list[str]:
    return bench.search().frame["company_name"].to_list()


def test_a_suggestion_for_what_was_changed_meanwhile_is_not_staged(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_the_first(monkeypatch, ProblemBook, "fixes", lambda: bench.stage([NAMED], where="id:=a"))
    assert bench.fix(rules="text.*").changed == 1
    assert names(bench) == ["Newer", "Acme"]


def test_a_merge_fills_nothing_that_was_filled_meanwhile(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.stage([Edit("set", "phone", "+14155552671")], where="id:=b")
    phone = Edit("set", "phone", "+14155552672")
    after_the_first(monkeypatch, duplicates_merge, "merged", lambda: bench.stage([phone], where="id:=a"))
    assert bench.stage_merge(Merge("a", ["b"], mark={"company_name": "of {survivor}"})).changed == 1
    assert bench.search().frame["phone"].to_list() == ["+14155552672", "+14155552671"]
    assert names(bench) == [" Acme ", "of a"]


@pytest.mark.parametrize("take", [{}, {"phone": "b"}])
def test_a_merge_takes_over_what_the_other_holds_when_it_is_staged(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, take: dict[str, str]
) -> None:
    bench.stage([Edit("set", "phone", "+14155552671")], where="id:=b")
    phone = Edit("set", "phone", "+14155552672")
    after_the_first(monkeypatch, duplicates_merge, "merged", lambda: bench.stage([phone], where="id:=b"))
    assert bench.stage_merge(Merge("a", ["b"], take=take)).changed == 1
    assert bench.search().frame["phone"].to_list() == ["+14155552672", "+14155552672"]


def test_a_merge_that_was_shown_is_not_staged_with_other_values(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([Edit("set", "phone", "+14155552671")], where="id:=b")
    phone, shown = Edit("set", "phone", "+14155552672"), bench.snapshot
    after_the_first(monkeypatch, duplicates_merge, "merged", lambda: bench.stage([phone], where="id:=b"))
    with pytest.raises(UsageError, match="look at the group again"):
        bench.stage_merge(Merge("a", ["b"]), shown=shown)
    assert bench.search().frame["phone"].to_list() == [None, "+14155552672"]


def test_what_is_edited_again_while_it_is_taken_back_is_taken_back_as_it_is_then(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.stage([Edit("set", "company_name", "Older")])
    after_the_first(monkeypatch, unstaging, "removal", lambda: bench.stage([NAMED], where="id:=a"))
    bench.unstage(where="company_name:=Older")
    assert names(bench) == ["Newer", " Acme "]
