"""The Python API as the README writes it, and what notebooks show of what it returns."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from workbench import Workbench
from workbench.door.stopped import Interrupted, InterruptedTask
from workbench.door.waiting import wait, waited
from workbench.door.work import LoopThread, Work
from workbench.errors import RunUnfinished, UsageError, WorkbenchError
from workbench.notebook.displays import PAGES
from workbench.notebook.html import html
from workbench.notebook.page import Bit, Head, Page, Part, Plot, Table, value
from workbench.notebook.text import text
from workbench.results import Log
from workbench.sandbox.server import Sandbox
from workbench.stage.edits import Edit

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</style><b>", "</pre></details>",
    "\x1b[31m\x1b]52;c;AAAA\x07", "a\u202eb", "zero\u200bwidth", "line\u2028break", "\ud800", "&lt;", "http://evil.example/",
]  # fmt: skip


DRAWING = {"viewbox", "x", "y", "width", "height"}


def customer(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_.upper(), "payment_term": "NET 30", "addresses": [{"id": "1", "city": "X"}], **more}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A session with three customers from a file."""
    file = tmp_path / "load.ndjson"
    file.write_text("\n".join(json.dumps(customer(c)) for c in "abc"))
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as made:
        made.load(file=file)
        yield made


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.attributes |= {name for name, _ in attrs}


def test_import_workbench_loads_nothing_heavy() -> None:
    code = "import sys, workbench; print([m for m in ('polars', 'IPython', 'textual', 'asyncio') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_from_load_to_revert_as_the_design_writes_it(tmp_path: Path) -> None:
    async def cell() -> None:
        late = wb.search('payment_term:"NET 30"')
        assert late.facets("city", table="addresses").values[0].keys() == {"value", "count"}
        done = late.set("payment_term", "NET30", note="one spelling")
        assert (done.operation, done.changed) == (1, late.matched)
        assert set(wb.staged.cells["after"]) == {"NET30"}
        assert all(json.loads(body) == {"payment_term": "NET30"} for _, body in wb.staged.bodies())
        report = wb.commit()  # blocks in a running loop
        assert (report.committed, wb.staged.customers) == (late.matched, 0)
        assert wb.revert(report.run).changed == late.matched
        assert (await wb.acommit()).committed == late.matched

    with Sandbox(customers=60) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        wb.load(api=sandbox.url)
        wb.set_settings({"grace": "0"})
        asyncio.run(cell())
        assert "payment_term:" in wb.recipe().text()


def test_a_result_stages_on_its_own_rows_and_remembers_the_query_only_while_it_finds_just_these(
    bench: Workbench,
) -> None:
    found = bench.search("payment_term:NET")
    found.set("payment_term", "COD")
    assert bench.search("payment_term:NET").matched == 0
    assert found.set("first_name", "Ada").changed == 3
    one, two = (json.loads(o.recipe)["where"] for o in map(bench.operation, (1, 2)))
    assert (one, two) == ("payment_term:NET", None)


def test_each_verb_of_a_result_is_one_operation_that_undo_takes_back(bench: Workbench) -> None:
    found = bench.search()
    for done in (
        found.clear("payment_term"), found.set("payment_term", "net 15"), found.replace("payment_term", "15", "20"),
        found.apply("payment_term", "upper"), found.stage(Edit("set", "phone", "+14155552671"), Edit("clear", "email")),
    ):  # fmt: skip
        assert (done.operation is not None, done.changed) == (True, 3)
    assert set(bench.search().frame["payment_term"]) == {"NET 20"}
    assert found.set("payment_term", "x", dry_run=True).operation is None
    assert bench.undo(5).staged == 0
    with pytest.raises(UsageError):
        found.add("payment_term", "x")


def test_what_is_done_to_a_frame_is_staged_nowhere(bench: Workbench) -> None:
    frame = bench.search().frame
    frame[0, "payment_term"] = "mine"
    assert set(bench.search().frame["payment_term"]) == {"NET 30"}
    assert bench.staged.changes == 0


def test_a_result_of_a_session_that_was_exchanged_stages_nothing(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / "other.ndjson"
    file.write_text("\n".join(json.dumps(customer(c)) for c in "xyz"))
    with Workbench.create("other", sessions_dir=tmp_path) as other:
        other.load(file=file)
        found = bench.search()
        strayed = type(found)(found.table, found.rows, found.snapshot, query="", bench=other.search().bench)
        with pytest.raises(WorkbenchError, match="search again"):
            strayed.set("payment_term", "COD")
        assert other.staged.changes == 0


# ---- stopping ----


def long_work(loops: LoopThread, begun: threading.Event) -> Work[str]:
    async def start(work: Work[str]) -> str:
        ended = asyncio.Event()
        work.ends_by(lambda number: ended.set())
        begun.set()
        await ended.wait()
        return "ended well"

    return Work(loops, start)


def test_a_wish_to_end_lets_the_work_end_well_and_then_stops_the_cell() -> None:
    loops, begun = LoopThread(), threading.Event()
    work = long_work(loops, begun)
    before = signal.getsignal(signal.SIGINT)
    begun.wait()
    work.ask_to_end()
    with pytest.raises(Interrupted) as told:
        wait(work)
    assert (told.value.report, signal.getsignal(signal.SIGINT)) == ("ended well", before)
    loops.stop()


def test_a_signal_while_the_main_thread_waits_is_a_wish() -> None:
    loops, begun = LoopThread(), threading.Event()
    work = long_work(loops, begun)
    work.newest = "under way"
    sent = []

    def seen(progress: str) -> None:
        if not sent:
            sent.append(progress)
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted):
        wait(work, seen)
    assert (work.wishes, sent) == (1, ["under way"])
    loops.stop()


def test_a_cancelled_task_lets_the_work_end_well_first() -> None:
    async def cell() -> None:
        loops, begun = LoopThread(), threading.Event()
        task = asyncio.ensure_future(waited(long_work(loops, begun)))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(InterruptedTask) as told:
            await task
        assert told.value.report == "ended well"
        loops.stop()

    asyncio.run(cell())


def test_of_two_commits_at_once_one_is_refused(tmp_path: Path) -> None:
    async def both() -> list[Any]:
        return await asyncio.gather(wb.acommit(), wb.acommit(), return_exceptions=True)

    with Sandbox(customers=30, latency=0.01) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        wb.load(api=sandbox.url)
        wb.search().set("payment_term", "X1")
        one, other = sorted(asyncio.run(both()), key=lambda found: isinstance(found, Exception))
        assert (one.committed, type(other)) == (30, RunUnfinished)


# ---- displays ----


def test_every_display_is_whole_html_and_plain_text(bench: Workbench) -> None:
    found = bench.search("payment_term:NET")
    shown = [
        found, found.facets("payment_term"), found.set("payment_term", "x"), bench.staged, bench.review(), bench.review().groups,
        bench.problems(), bench.effect(), bench.clusters("payment_term"), bench.duplicates(), bench.profile(), bench.outcomes(),
        bench.log(), bench.status(), bench.conflicts(), bench.recipe(), bench.replay(bench.recipe()), bench.plan(),
        bench.hold("a"), bench.course(), bench.resolve("ours"), bench.audit("payment_term:x"), bench.report(),
        bench.unstage(where="b"), bench.undo(), bench.record(0), bench.settings,
    ]  # fmt: skip
    bench.write_diff(bench.path.with_name("plan.json"), "plan")
    shown.append(bench.read_plan(bench.path.with_name("plan.json")))
    bench.copy_to(bench.path.with_name("copy.session"))
    logs = Workbench.log_all(bench.path.parent, where="payment_term:x")
    shown.append(logs)
    assert {one["session"] for one in logs.operations} == {"copy"}
    assert logs.cells is not None
    assert "s was left out: the session" in str(logs)  # it is open here
    names = {kind.__name__ for one in shown for kind in type(one).__mro__}
    assert PAGES.keys() - names == {"StagedSheet", "Reverted", "LoadReport", "Refreshed"}
    for one in shown:
        assert "_repr_pretty_" in vars(type(one)), (
            "IPython takes the __repr__ of a dataclass before one that is inherited"
        )
        tags = Tags(one._repr_html_())
        assert not {"a", "script", "img", "iframe", "link"} & set(tags.found)
        assert tags.attributes <= {"class", "style", "scope", "role", "aria-label", *DRAWING}
        assert str(one).strip()
        assert "\x1b" not in str(one)
        assert len(repr(one)) < 250, "in plain Python it is a line"
        assert " object at 0x" not in repr(one)
        assert "\n" not in repr(one)
    assert repr(bench.snapshot) == "<Snapshot 6, with 3 staged cells: .current and .base hold the tables>"


def test_problems_are_plotted_by_field_before_what_is_staged_and_now(bench: Workbench) -> None:
    bench.search("id:=a").set("email", "ada@acme.com")
    found = bench.problems()
    assert (found.by_field["email"], found.before["email"]) == (2, 3)
    assert sum(found.by_field.values()) == found.count
    assert bench.problems("id:=a").before["email"] == 1  # of the same customers
    shown = str(found)
    assert "before what is staged and now" in shown
    assert "email  " in shown
    assert "█ 2 now" in shown
    page = found._repr_html_()
    assert page.count("<rect") == sum(map(bool, [*found.by_field.values(), *found.before.values()]))
    assert "2 now</text>" in page
    bench.undo()
    assert bench.problems().before == bench.problems().by_field
    assert "before" not in str(bench.problems())


def test_the_log_plots_what_became_of_the_customers_of_each_run() -> None:
    runs = [{"run": n, "at": "2026-01-01T00:00:00Z", "by": "x", "state": "done", "committed": n, "failed": 2 * n}
            for n in (1, 20)]  # fmt: skip
    shown = Log((), tuple(runs))
    assert [line.count("█") for line in str(shown).splitlines() if "2026-01-01 00:00 " in line] == [1, 24]
    assert "20 committed, 40 failed" in str(shown)
    assert shown._repr_html_().count("<rect") == 4


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_data_is_inert_in_both(bad: str) -> None:
    page = Page([value(bad)], [Table((Head(bad),), [(value(bad),), (Bit(bad, "staged", before=bad),)], 2),
                          Plot(bad, [(bad, [Part(bad, 2), Part(bad, 0)])])])  # fmt: skip
    made = html(page)
    assert set(Tags(made).found) <= {
        "div",
        "style",
        "p",
        "bdi",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "s",
        "svg",
        "rect",
        "text",
    }
    inert = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2028\ud800]")
    assert not inert.search(made)
    assert not inert.search(text(page))


def test_a_display_of_many_rows_stays_small(tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    file.write_text("\n".join(json.dumps(customer(f"c{n}", email=f"{'x' * 300}{n}@example.com")) for n in range(2_000)))
    with Workbench.create("s", sessions_dir=tmp_path) as wb:
        wb.load(file=file)
        found = wb.search()
        found.replace("email", "x", "y", note="n" * 1_000_000)
        for one in (found, wb.staged, wb.problems(), wb.review(), wb.report(), wb.log(), wb.recipe(), wb.record(0)):
            assert len(one._repr_html_()) < 60_000
        assert "1,990 customers more" in found._repr_html_() or "1,990 rows more" in found._repr_html_()


def test_an_error_is_one_line_in_ipython() -> None:
    assert UsageError("bad \x1b[31m")._render_traceback_() == ["UsageError: bad \\u001b[31m"]


@pytest.mark.parametrize(
    ("told", "call"),
    [
        (
            "run 1 is unfinished, so nothing can be committed; finish it with: workbench resume s",
            "finish it with: wb.resume()",
        ),
        ("keep the rest staged with: resume --abandon", "with: wb.resume(abandon=True)"),
        ("operation 2 is committed; take it back on the server with: workbench revert s 12", "with: wb.revert(12)"),
        ("there is no operation 9; see: workbench log spring", "see: wb.log()"),
        ("make one with: workbench load spring ..", 'make one with: Workbench.create("spring")'),
        ("write it anew with: workbench diff s --format plan --output FILE", 'with: wb.write_diff(FILE, "plan")'),
        ("x is no plan: plans are written with diff --format plan --output FILE", 'with wb.write_diff(FILE, "plan")'),
        ("make plans of fewer customers with: diff --where QUERY", 'wb.write_diff(FILE, "plan", where=QUERY)'),
        ("nothing can be sent there; resolve it with --keep theirs", 'resolve it with keep "theirs"'),
        ("city: a new item takes --set FIELD=VALUE only", 'takes Edit("set", FIELD, VALUE) only'),
        ("give a value, or clear with stage --clear", "clear with clear() of what wb.search() finds"),
        ("give --api URL or set WORKBENCH_API_URL", "give api URL or set WORKBENCH_API_URL"),
        ("the customer Anna--api stays as it is", "the customer Anna--api stays as it is"),
    ],
)
def test_what_an_error_tells_to_type_is_a_call_in_ipython(told: str, call: str) -> None:
    assert WorkbenchError(told)._render_traceback_()[0].endswith(call)
