"""Whatever the command line does is a method of `Workbench`, option by option."""

from __future__ import annotations

import inspect
import re
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest

from workbench import Workbench
from workbench.cli.commands import COMMANDS
from workbench.commit.audit import Audit
from workbench.door.closed import KEPT
from workbench.errors import SessionClosed, UsageError, WorkbenchError
from workbench.found import Result
from workbench.notebook.shared import SharedWorkbench
from workbench.replay.recipe import Recipe
from workbench.sandbox.server import Sandbox

NO_SESSION = {"open", "demo", "serve", "sandbox", "queries", "doctor", "completion"}
"""Commands that are about no open session: they start a program, or tell about the machine or the language."""

NOT_OPTIONS = {"session", "common", "yes"}
"""Which session it is, how it is printed, and a question that only a terminal needs."""

SHOWN = {"limit", "format", "columns"}
"""What is printed of a frame, which polars does."""

METHODS: dict[str, dict[str, str]] = {
    "load": {"": "load", "api": "aload.api", "file": "aload.file", "details": "aload.details", "status": "aload.status",
             "updated_after": "aload.updated_after", "ids": "aload.ids", "rate": "aload.rate"},
    "refresh": {"": "refresh", "output": "refresh"},
    "settings": {"": "settings", "changes": "set_settings.changes"},
    "search": {"": "search", "text": "search.query", "table": "search.table", "sort": "search.sort"},
    "profile": {"": "profile", "where": "profile.where", "table": "profile.table", "compare": "profile.compare",
                "format": "profile_text.format", "output": "write_profile.target"},
    "clusters": {"": "clusters", "field": "clusters.field", "table": "clusters.table", "where": "clusters.where",
                 "method": "clusters.method", "size": "clusters.method", "radius": "clusters.method",
                 "accept": "stage_clusters.accepted", "accept_all": "stage_clusters.accepted", "winner": "stage_clusters.winners",
                 "note": "stage_clusters.note", "dry_run": "stage_clusters.dry_run"},
    "duplicates": {"": "duplicates", "where": "duplicates.where", "fields": "duplicates.fields",
                   "threshold": "duplicates.threshold", "not_": "say_apart.ids", "take_back": "say_apart.apart",
                   "list_not": "apart", "merge": "stage_merge.merge", "survivor": "stage_merge.merge", "fill": "stage_merge.merge",
                   "take": "stage_merge.merge", "mark": "stage_merge.merge", "hold": "stage_merge.hold",
                   "note": "stage_merge.note", "dry_run": "stage_merge.dry_run"},
    "facets": {"": "facets", "field": "facets.field", "more": "facets.field", "where": "facets.where", "table": "facets.table",
               "ranges": "facet_values.field"},
    "problems": {"": "problems", "where": "problems.where", "rule": "problems.which", "severity": "problems.which",
                 "field": "problems.which", "id": "problems.which", "path": "problems.which", "output": "write_problems.target",
                 "plugins": "add_checks.file", "fix": "fix", "waive": "waive.reason", "unwaive": "unwaive", "waived": "waivers",
                 "note": "fix.note", "dry_run": "fix.dry_run"},
    "stage": {"": "stage", "where": "stage.where", "table": "stage.table", "set_": "stage.edits", "clear": "stage.edits",
              "replace": "stage.edits", "regex": "stage.edits", "apply": "stage.edits", "add": "stage.edits",
              "remove": "stage.edits", "swap": "stage.edits", "new": "stage.new", "from_": "stage_sheet.file",
              "key": "stage_sheet.key", "empty": "stage_sheet.empty", "sheet": "stage_sheet.sheet", "note": "stage.note",
              "dry_run": "stage.dry_run"},
    "hold": {"": "hold", "where": "hold.where", "note": "hold.note"},
    "release": {"": "release", "where": "release.where", "left_out": "take_in"},
    "accept": {"": "accept_customers", "where": "accept_customers.where", "digest": "accept_customers.digest",
               "withdraw": "accept_customers.accepted"},
    "diff": {"": "preview", "where": "diff_lines.where", "format": "diff_lines.format", "output": "write_diff.target"},
    "unstage": {"": "unstage", "where": "unstage.where", "field": "unstage.field"},
    "undo": {"": "undo", "steps": "undo.steps"},
    "redo": {"": "redo", "steps": "redo.steps"},
    "drop": {"": "drop", "operation": "drop.operation", "dry_run": "on_top_of.operation"},
    "enable": {"": "enable", "operation": "enable.operation"},
    "commit": {"": "commit", "where": "acommit.where", "plan": "acommit.plan", "digest": "read_plan.digest",
               "limit": "acommit.limit", "concurrency": "acommit.concurrency", "rate": "acommit.rate", "check": "acommit.check",
               "max_failures": "acommit.max_failures", "dry_run": "plan", "api": "acommit.api"},
    "resume": {"": "resume", "accept_altered": "aresume.accept_altered", "abandon": "aresume.abandon", "api": "aresume.api"},
    "outcomes": {"": "outcomes", "run": "outcomes.run", "outcome": "outcomes.only", "output": "outcomes"},
    "conflicts": {"": "conflicts"},
    "resolve": {"": "resolve", "id": "resolve.id", "path": "resolve.path", "keep": "resolve.keep", "where": "resolve.where"},
    "revert": {"": "revert", "run": "revert.run", "where": "revert.where", "id": "revert.id", "path": "revert.path"},
    "recipe": {"": "recipe", "output": "write_recipe.target"},
    "replay": {"": "replay", "recipe": "replay.recipe", "from_": "replay.recipe", "on_trouble": "replay.on_trouble",
               "anywhere": "replay.anywhere"},
    "log": {"": "log", "all": "log_all", "where": "audit.where", "field": "audit.field", "id": "audit.id", "path": "audit.path",
            "output": "audit"},
    "status": {"": "status", "set_aside": "set_aside"},
    "export": {"": "export", "table": "export.table", "where": "export.where", "columns": "export.columns",
               "output": "export.target", "copy": "copy_to.target"},
}  # fmt: skip
"""Each command's method, and where each of its options is: a method and its parameter."""


def test_every_command_about_a_session_and_every_option_of_it_is_a_method() -> None:
    assert set(COMMANDS) == METHODS.keys() | NO_SESSION
    missing = []
    for command, told in METHODS.items():
        module, _, name = COMMANDS[command][0].partition(":")
        options = set(inspect.signature(getattr(import_module(module), name)).parameters) - NOT_OPTIONS
        missing += [f"{command} {one}" for one in options - told.keys() - SHOWN]
        for place in told.values():
            method, _, parameter = place.partition(".")
            found = getattr(Workbench, method, None)
            if found is None or (parameter and parameter not in inspect.signature(found).parameters):
                missing.append(f"{command}: {place}")
    assert missing == []


def test_long_work_has_an_awaited_form_with_the_very_options_of_the_blocking_one() -> None:
    for name in ("load", "refresh", "commit", "resume"):
        awaited = getattr(Workbench, f"a{name}")
        assert inspect.iscoroutinefunction(awaited)
        (options,) = [p for p in inspect.signature(getattr(Workbench, name)).parameters.values() if p.name != "self"]
        kind = {
            "load": "LoadOptions",
            "refresh": "RefreshOptions",
            "commit": "CommitOptions",
            "resume": "ResumeOptions",
        }[name]
        told = getattr(import_module(getattr(Workbench, name).__module__), kind)
        assert set(told.__annotations__) == set(inspect.signature(awaited).parameters) - {"self"}, name
        assert kind in str(options.annotation)


def test_results_write_what_the_commands_write(tmp_path: Path) -> None:
    with Sandbox(customers=20) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        everybody = wb.load(api=sandbox.url, details="lazy", rate=1_000.0).customers
        ids = wb.search(sort="id").frame["id"].to_list()[:2]
        assert wb.load(api=sandbox.url, ids=ids).customers == everybody == 20
        with pytest.raises(UsageError, match="status is for an API"):
            wb.load(file=tmp_path / "x.json", status="active")
        with pytest.raises(UsageError, match="no status 'gone'; there are: active, inactive"):
            wb.load(api=sandbox.url, status="gone")
        wb.search().set("email", "ada@gmial.com")
        found = wb.problems(rules=["email.*"])
        assert wb.write_problems(found, tmp_path / "p.csv", 3) == 3
        assert (tmp_path / "p.csv").read_text().count("gmial") >= 3
        wb.write_profile(wb.profile(compare=True), tmp_path / "profile.html")
        assert "<table" in (tmp_path / "profile.html").read_text()
        wb.write_diff(tmp_path / "review.html")
        assert "ada@gmial.com" in (tmp_path / "review.html").read_text()
        assert sum("ada@gmial.com" in line for line in wb.diff_lines("curl")) == 20
        with pytest.raises(UsageError, match="no format 'pdf'"):
            wb.write_diff(tmp_path / "x.pdf", "pdf")  # type: ignore[arg-type]
        assert wb.clusters("payment_term", "ngram").method.name == "ngram"
        assert wb.export(str(tmp_path / "all.csv"), columns=["id"]) == 20
        wb.copy_to(str(tmp_path / "copy.session"))
        for number in (5, 5.0, [5], {"a": "b"}):
            with pytest.raises(UsageError, match="write it as a text"):
                wb.search().set("display_id", number)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="no method 'soundex'"):
            wb.clusters("payment_term", "soundex")
        assert wb.write_recipe(str(tmp_path / "r.json")) == 1
        wb.undo()
        assert [step.changed for step in wb.replay(tmp_path / "r.json", "stop")] == [20]
        wb.commit(limit=1)
        wb.outcomes().write(tmp_path / "o.csv")
        wb.refresh().differences.write(tmp_path / "moved.csv")
        assert "committed" in (tmp_path / "o.csv").read_text()
        assert "committed" in wb.audit(id=wb.outcomes().frame["id"][0]).csv()
        assert (tmp_path / "moved.csv").exists()
        assert isinstance(wb.recipe(), Recipe)
        assert isinstance(wb.audit(id=ids[0]), Audit)
        assert isinstance(wb.search(), Result)


def test_a_session_at_work_is_not_closed_and_is_after_it(tmp_path: Path) -> None:
    def refused(*heard: object) -> None:
        with pytest.raises(WorkbenchError, match="the session s is at work: wait for it, or stop it"):
            wb.close()
        told.append(wb.status().session)

    told: list[str] = []
    with Sandbox(customers=12) as sandbox, Workbench.create("s", sessions_dir=tmp_path, key="k") as wb:
        wb.load(api=sandbox.url, on_api=refused)
        wb.set_settings({"grace": "0"})
        wb.refresh(on_api=refused)
        wb.search().set("first_name", "Ada")
        assert wb.commit(on_engine=refused).committed == 12
        assert set(told) == {"s"}
        assert repr(wb) == f"<Workbench s: {tmp_path / 's.session'}>"
    assert Workbench.open("s", sessions_dir=tmp_path).close() is None


def test_a_closed_session_says_so_whatever_it_is_asked_and_what_it_found_before_stays_readable(tmp_path: Path) -> None:
    for kind in (Workbench, SharedWorkbench):
        (tmp_path / "s.ndjson").write_text('{"id": "a", "name": "A"}')
        with kind.create(kind.__name__, sessions_dir=tmp_path, key="k") as wb:
            wb.load(file=tmp_path / "s.ndjson")
            found, shown, unbound = wb.search(), wb.staged, wb.set_settings
        wb.close()  # once more, which is no harm
        assert (wb.give_back(), wb.name, wb.path.parent) == (True, kind.__name__, tmp_path)
        assert isinstance(wb, kind)
        assert repr(wb) == f"<Workbench {kind.__name__}: {wb.path}>"
        said = re.escape(f'the session {kind.__name__} is closed; open it again: wb = Workbench.open("{wb.path}")')
        for name in {one for one in dir(kind) if not one.startswith("_")} - KEPT - {"close", "give_back"}:
            with pytest.raises(SessionClosed, match=said):
                getattr(wb, name)
        with pytest.raises(SessionClosed, match="closed"):
            unbound({"grace": "0"})  # by somebody who had the method in hand
        with pytest.raises(SessionClosed, match=said):
            found.set("first_name", "Ada")
        assert (found.frame["id"].to_list(), shown.customers) == (["a"], 0)
        with Workbench.open(wb.path) as again:
            assert again.status().operations == 0
    never = Workbench.create("never", sessions_dir=tmp_path)
    never.discard()
    with pytest.raises(SessionClosed):
        never.status()
    assert not never.path.exists()


def test_what_went_wrong_inside_is_told_rather_than_that_the_session_is_at_work(tmp_path: Path) -> None:
    def left_by(error: BaseException) -> None:
        with Workbench.create("s", sessions_dir=tmp_path) as wb:
            stack.enter_context(wb._at_work())
            raise error

    with ExitStack() as stack, pytest.raises(ZeroDivisionError):
        left_by(ZeroDivisionError())
