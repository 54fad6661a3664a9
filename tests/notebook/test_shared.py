"""A notebook and the terminal on the same session: real kernels, real processes, real files."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from workbench import Workbench
from workbench.cli.app import run
from workbench.errors import SessionGone, SessionHeld, WorkbenchError
from workbench.notebook.grid.desk import Desk
from workbench.notebook.shared import SharedWorkbench
from workbench.sandbox.server import Sandbox
from workbench.session.lock import Holder, holder

FILE = "\n".join(json.dumps({"id": c, "name": c.upper(), "payment_term": "NET 30"}) for c in "abc")


class Kernel:
    """A real IPython kernel. `run` gives back what a cell printed, or the text of what it raised."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "WORKBENCH_API_KEY": "k"}
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=env, cwd=str(folder))
        self.client: BlockingKernelClient = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def at(self, sessions: Path) -> None:
        """Makes this the folder of its sessions."""
        self.run(f"import os; os.environ['WORKBENCH_SESSIONS'] = {str(sessions)!r}; from workbench import Workbench")

    def run(self, code: str, seen: Any = None) -> str:
        said: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append("\n".join(content["traceback"]))
            if seen is not None:
                seen("".join(said))

        self.client.execute_interactive(code, output_hook=hook, timeout=120, allow_stdin=False)
        return "".join(said).strip()

    def kill(self) -> None:
        self.manager.signal_kernel(signal.SIGKILL)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def one_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel takes two seconds to start: the tests of this module share one, and each has its own folder of sessions."""
    one = Kernel(tmp_path_factory.mktemp("kernel"))
    yield one
    one.close()


@pytest.fixture
def kernel(one_kernel: Kernel, tmp_path: Path) -> Iterator[Kernel]:
    one_kernel.at(tmp_path)
    yield one_kernel
    one_kernel.run("wb.close()")


def cli(folder: Path, *args: str) -> SimpleNamespace:
    """A command, run here: what is asked of it is what the session file says, whoever holds that. Its `returncode`, `stderr`."""
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        code = run([*args, "--sessions-dir", str(folder)])
    return SimpleNamespace(returncode=code, stderr=said.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "load.ndjson").write_text(FILE)
    with Workbench.create("s", sessions_dir=tmp_path, key="k") as made:
        made.load(file=tmp_path / "load.ndjson")
    return tmp_path


def test_a_kernel_and_the_terminal_take_turns_and_each_says_who_holds_the_session(folder: Path, kernel: Kernel) -> None:
    assert kernel.run("wb = Workbench.open('s'); print(type(wb).__name__, wb.held)") == "SharedWorkbench True"
    kernel.run("found = wb.search('payment_term:NET'); found.set('payment_term', 'COD')")
    refused = cli(folder, "status", "s", "--json")
    assert refused.returncode == 5
    assert (
        "(a notebook); it gives it back after a minute without a call, or at once by wb.give_back()" in refused.stderr
    )
    # the minute is a short one here; the timer that looks is the real one
    assert (
        kernel.run("import time\nwb.idle = .02\nwb.status()\nwhile wb.held: time.sleep(.01)\nprint(wb.held)") == "False"
    )
    assert kernel.run("wb.idle = 600") == ""
    done = cli(folder, "stage", "s", "--where", "id:=a", "--set", "payment_term=NET60")
    assert done.returncode == 0, done.stderr
    with Workbench.open("s", sessions_dir=folder):  # a script holds it as ever
        told = kernel.run("wb.status()")
        assert "SessionHeld" in told or "is held by" in told
        assert len(told.splitlines()) == 1
    assert kernel.run("print(wb.status().operations, wb.search('payment_term:NET60').matched)") == "2 1"
    assert (
        kernel.run("print(found.set('payment_term', 'X').changed)") == "3"
    )  # the very rows, over what was staged since


def test_a_kernel_killed_in_mid_commit_leaves_a_session_that_tells_of_the_run_and_can_be_resumed(
    folder: Path, kernel: Kernel
) -> None:
    with Sandbox(customers=8, faults={"slow": 1.0, "slow_seconds": 0.02, "methods": ["PATCH"]}) as sandbox:
        with Workbench.create("t", sessions_dir=folder, key="k") as made:
            made.load(api=sandbox.url)
            made.set_settings({"grace": "0"})
            staged = made.search("").set("first_name", "Ada").matched
        kernel.run("wb = Workbench.open('t')")
        first = "lambda p: (print('sent', flush=True), __import__('time').sleep(60))"
        ended = threading.Event()

        def kill(said: str) -> None:
            if "sent" in said and not ended.is_set():
                ended.set()
                kernel.kill()
                raise InterruptedError

        with pytest.raises(InterruptedError):
            kernel.run(f"wb.commit(concurrency=1, progress={first})", kill)
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)
        kernel.at(folder)
        kernel.run("wb = Workbench.open('t')")
        assert kernel.run("print(wb.unfinished)") == "1"
        assert "resume" in kernel.run("wb.commit()")
        assert kernel.run("print(wb.resume().state)") == "done"
        assert kernel.run("print(wb.staged.customers, wb.status().unfinished)") == "0 None"
        assert staged == 8


def test_a_shared_session_is_not_given_back_under_a_run_and_two_runs_at_once_are_refused(folder: Path) -> None:
    async def two() -> None:
        seen: list[bool] = []
        one, two = (wb.acommit(progress=lambda _: seen.append(wb.give_back())) for _ in "12")
        three = wb.aresume()
        done = await asyncio.gather(one, two, three, return_exceptions=True)
        refused = [str(e) for e in done if isinstance(e, WorkbenchError)]
        assert len(refused) == 2
        assert "\n" not in "".join(refused)
        assert set(seen) == {False}
        assert (wb.staged.customers, len(wb.runs)) == (0, 1)
        assert wb.give_back() is True

    with Sandbox(customers=30) as sandbox, SharedWorkbench.create("t", sessions_dir=folder, key="k") as wb:
        wb.load(api=sandbox.url)
        wb.set_settings({"grace": "0"})
        wb.search("").set("first_name", "Ada")
        asyncio.run(two())


def test_what_was_shown_before_the_session_was_given_back_never_acts_on_what_is_there_now(folder: Path) -> None:
    other = folder / "other.ndjson"
    other.write_text("\n".join(FILE.splitlines()[::-1]))
    with Workbench.create("o", sessions_dir=folder, key="k") as made:
        made.load(file=other)
    with SharedWorkbench.open("s", sessions_dir=folder, key="k") as wb:
        found = wb.search("id:=a")
        found.set("payment_term", "COD")
        shown = wb.staged.plan_digest
        assert wb.give_back()
        assert cli(folder, "stage", "s", "--where", "id:=b", "--set", "payment_term=COD").returncode == 0
        with pytest.raises(WorkbenchError, match="has changed since it was shown"):
            wb.commit(api="https://example.invalid", digest=shown)
        assert len(wb.runs) == 0
        assert wb.give_back()
        (folder / "o.session").replace(folder / "s.session")  # somebody put another session in its place
        for _ in range(2):
            with pytest.raises(WorkbenchError, match="another session is at"):
                found.set("payment_term", "X")
    with Workbench.open("s", sessions_dir=folder) as there:  # and it was let go of
        assert there.status().operations == 0


def test_a_grid_after_a_hand_back_says_who_holds_the_session_and_then_shows_what_the_other_did(folder: Path) -> None:
    def ask(verb: str, **more: Any) -> dict[str, Any]:
        answer = desk.hear({"ask": verb, "id": 1, **more})
        assert answer is not None
        assert "fault" not in answer.get("wrong", {}), answer
        return answer

    def terms() -> list[str]:
        names = [one["name"] for one in ask("columns")["ok"]["columns"]]
        rows = ask("window", start=0, count=9)["ok"]["rows"]
        return [cells[names.index("payment_term")] for _, _, cells in rows]

    def shown(cell: Any) -> str:
        return cell if isinstance(cell, str) else cell[0]  # a staged one has what it was beside it

    with SharedWorkbench.open("s", sessions_dir=folder, key="k") as wb:
        desk = Desk(wb)
        began = ask("hello", count=9)["at"]
        assert set(map(shown, terms())) == {"NET 30"}
        cell = ask("cell", row=1, field="payment_term")["ok"]
        assert wb.give_back()
        done = cli(folder, "stage", "s", "--where", "id:=b", "--set", "payment_term=NET60")
        assert done.returncode == 0, done.stderr
        edit = {"row": 1, "field": "payment_term", "key": cell["key"], "was": cell["text"], "text": "MINE"}
        with Workbench.open("s", sessions_dir=folder):
            for refused in (ask("look"), ask("window", start=0, count=9), ask("set", **edit), ask("undo")):
                assert refused["wrong"]["held"] is True
                assert "s.session is held by this very process" in refused["wrong"]["said"]
        at = ask("look")["at"]
        assert (at["staged"], began["staged"]) == (1, 0)
        assert at["version"] != began["version"]
        assert list(map(shown, terms())) == ["NET 30", "NET60", "NET 30"]
        over = ask("set", **edit)  # typed over what was shown then, not over what is there now
        assert "wrong" in over
        assert list(map(shown, terms())) == ["NET 30", "NET60", "NET 30"]
        desk.close()
    with Workbench.open("s", sessions_dir=folder) as there:  # nothing of what was refused was done
        assert (there.status().operations, there.staged.changes) == (1, 1)


def test_the_minute_counts_from_the_last_call_and_a_refused_call_changes_nothing(folder: Path) -> None:
    clock = [0.0]
    wb = SharedWorkbench.open("s", sessions_dir=folder, key="k")
    assert isinstance(wb, SharedWorkbench)
    wb.clock = lambda: clock[0]
    wb.status()
    clock[0] = 59
    wb.status()
    clock[0] = 100
    wb._look()
    assert wb.held
    clock[0] = 119
    wb._look()
    assert not wb.held
    with Workbench.open("s", sessions_dir=folder) as holder:
        with pytest.raises(SessionHeld):
            wb.status()
        assert holder.status().operations == 0
    assert wb.status().customers == 3
    wb.close()
    with pytest.raises(WorkbenchError, match="closed"):
        wb.status()
    assert Workbench.open("s", sessions_dir=folder).close() is None


def test_the_stop_button_drains_a_commit_with_a_bar_into_a_session_that_goes_on(folder: Path, kernel: Kernel) -> None:
    bars: list[str] = []

    def stop(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] in ("display_data", "update_display_data"):
            if not bars:
                kernel.manager.interrupt_kernel()
            assert 'role="progressbar"' in content["data"]["text/html"]
            bars.append(content["data"]["text/plain"])
        elif message["msg_type"] == "error":
            said.append("\n".join(content["traceback"]))

    faults = {"slow": 1.0, "slow_seconds": 0.05, "methods": ["PATCH"]}
    for number, cell in enumerate(("wb.commit(concurrency=1)", "await wb.acommit(concurrency=1)")):
        with Sandbox(customers=16, faults=faults) as sandbox:
            with Workbench.create(f"t{number}", sessions_dir=folder, key="k") as made:
                made.load(api=sandbox.url)
                made.set_settings({"grace": "0"})
                made.search("").set("first_name", "Ada")
            said: list[str] = []
            bars.clear()
            kernel.run(f"wb = Workbench.open('t{number}')")
            kernel.client.execute_interactive(cell, output_hook=stop, timeout=120, allow_stdin=False)
            assert len(said) == 1
            assert len(said[0].splitlines()) == 1
            assert "resume()" in said[0]
            assert bars[0].startswith("run 1: ")
            assert kernel.run("print(wb.unfinished)") == "1"
            assert kernel.run("print(wb.resume(progress=None).state, wb.staged.customers)") == "done 0"
            kernel.run("wb.close()")


def test_in_marimo_a_session_is_shared_too_and_one_that_is_kept_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "marimo", SimpleNamespace(running_in_notebook=lambda: True))
    with Workbench.open("s", sessions_dir=folder) as wb:
        assert isinstance(wb, SharedWorkbench)
        assert wb.give_back()
        assert cli(folder, "status", "s").returncode == 0
    with Workbench.open("s", sessions_dir=folder, keep=True) as kept:
        assert type(kept) is Workbench
        assert holder(kept.path) == Holder(os.getpid(), socket.gethostname(), "a notebook that keeps it")


def test_a_cell_that_opens_a_session_can_be_run_again_and_two_variables_take_turns(folder: Path) -> None:
    one = SharedWorkbench.open("s", sessions_dir=folder, key="k")
    found = one.search("id:=a")
    two = SharedWorkbench.open(folder / "." / "s.session", key="k")
    assert (one.held, two.held) == (False, True)
    assert found.set("payment_term", "COD").changed == 1
    assert (one.held, two.held) == (True, False)
    assert two.status().staged == 1
    refused: list[SessionHeld] = []

    def notes(of: Workbench) -> None:
        for _ in range(5):
            try:
                of.annotate(1, "again")
            except SessionHeld as error:  # the other one was just at it
                refused.append(error)

    both = [threading.Thread(target=notes, args=[of]) for of in (one, two)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
        assert not thread.is_alive()
    assert len(one.log().operations[0]["notes"]) + len(refused) == 10
    with (
        one._turn(),
        pytest.raises(SessionHeld, match=r"is held by this very process, .*: go on with what is open there"),
    ):
        two.status()
    assert two.status().operations == 1
    logs = Workbench.log_all(folder)  # reads them too, and gives them back
    assert [(entry["session"], entry["operation"]) for entry in logs.operations] == [("s", 1)]
    assert (logs.skipped, two.held) == ((), False)
    assert two.status().operations == 1
    one.close()
    two.close()
    with pytest.raises(WorkbenchError, match=r"there is a session at .* already: open it, or take another name"):
        SharedWorkbench.create("s", sessions_dir=folder)


def test_a_session_whose_file_is_removed_is_kept_when_it_is_given_back_and_the_next_call_says_where(
    folder: Path,
) -> None:
    workbench = SharedWorkbench.open("s", sessions_dir=folder)
    assert isinstance(workbench, SharedWorkbench)
    workbench.search().set("payment_term", "COD")
    workbench.path.unlink()
    workbench.clock = lambda: float("inf")
    workbench._look()  # the minute is over
    for _ in range(2):
        with pytest.raises(SessionGone, match=r"all that was done is kept in .*s-rescued\.session"):
            workbench.status()
    workbench.close()
    with Workbench.open("s-rescued", sessions_dir=folder) as kept:
        assert kept.status().staged == 3
