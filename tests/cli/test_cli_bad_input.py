"""Bad input: one clear line on stderr, the design's exit code, no traceback, and what was staged before is untouched."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.cli.conftest import SCRIPT
from workbench.sandbox.server import Sandbox
from workbench.workbench import Workbench


@pytest.fixture
def staged(command: Any) -> Iterator[Any]:
    """The command, on a session in which something is staged; at the end it is staged still."""
    command("stage", "s", "--set", "payment_term=KEPT")
    before = command("status", "s", "--json").json
    yield command
    assert command("status", "s", "--json").json == before


WRONG = [
    (["stage", "--set", "nope=1"], ["nope"]),
    (["stage", "--set", "payment_term"], ["FIELD=VALUE"]),
    (["stage", "--set", "id=1"], ["id", "read-only"]),
    (["stage", "--set", "updated_at=1"], ["updated_at", "read-only"]),
    (["stage", "--table", "nowhere", "--set", "city=1"], ["nowhere"]),
    (["stage", "--table", "addresses", "--set", "is_default=maybe"], ["is_default"]),
    (["stage", "--table", "attributes", "--set", "name=1"], ["name"]),
    (["stage", "--apply", "company_name", "shout"], ["shout"]),
    (["stage", "--apply", "assigned_sales_rep_ids", "upper"], ["assigned_sales_rep_ids"]),
    (["stage", "--apply", "company_name"], ["--apply"]),
    (["stage", "--replace", "company_name", "(", "x", "--regex"], ["("]),
    (["stage", "--swap", "assigned_sales_rep_ids=a"], ["OLD:NEW"]),
    (["stage", "--add", "payment_term=a"], ["payment_term"]),
    (["stage", "--clear", "primary_contact_id"], ["primary_contact_id"]),
    (["stage"], ["--set"]),
    (["stage", "--from", "x.csv", "--set", "payment_term=1"], ["--from"]),
    (["stage", "--from", "x.csv", "--where", "has:email"], ["--from"]),
    (["stage", "--from", "x.csv", "--new"], ["--from"]),
    (["stage", "--from", "x.csv", "--empty", "zap"], ["zap"]),
    (["stage", "--set", "payment_term=1", "--sheet", "One"], ["--sheet", "--from"]),
    (["export", "--columns", "nope", "--output", "x.csv"], ["nope"]),
    (["export", "--where", "nope:(", "--output", "x.csv"], ["column"]),
    (["export", "--columns", "id", "--session", "x.session"], ["--columns"]),
    (["stage", "--where", "payment_term:(", "--set", "payment_term=1"], ["column"]),
    (["search", "nope:x"], ["column 1", "nope"]),
    (["search", "acme (x"], ["column"]),
    (["search", "phone:/(/"], ["column"]),
    (["search", "is:nonsense"], ["column", "nonsense"]),
    (["search", "--table", "nowhere"], ["nowhere"]),
    (["search", "--columns", "nope"], ["nope"]),
    (["search", "--sort", "nope"], ["nope"]),
    (["search", "--limit", "-1"], ["--limit"]),
    (["search", "--format", "xml"], ["xml"]),
    (["diff", "--where", "x:y"], ["column"]),
    (["diff", "--format", "xml"], ["xml"]),
    (["unstage"], ["--where"]),
    (["undo", "many"], ["many"]),
    (["commit", "--yes", "--where", "a:("], ["column"]),
    (["export", "--table", "nowhere", "--output", "x.csv"], ["nowhere"]),
    (["status", "--nope"], ["--nope"]),
    (["load", "--details", "some", "--api", "http://127.0.0.1:9"], ["some"]),
    (["load", "--api", "ftp://x"], ["ftp"]),
    (["load", "--api", "http://127.0.0.1:9", "--file", "x"], ["not both"]),
    (["load", "--file", "x", "--status", "active"], ["API"]),
]


@pytest.mark.parametrize("name", sorted({arguments[0] for arguments, _ in WRONG}))
def test_wrong_usage_is_said_in_one_line(staged: Any, name: str) -> None:
    for arguments, words in WRONG:
        if arguments[0] == name:
            staged(name, "--json", "s", *arguments[1:]).refused(2, *words)


def test_a_mistyped_option_of_any_length_is_said_in_a_short_line(staged: Any) -> None:
    told = staged("search", "s", "--" + "-" * 50_000)
    told.refused(2, "there is no option '-----", "a query cannot begin with --")
    assert len(told.err) < 200


@pytest.mark.parametrize("name", ["../s", "a/b", "a b", "", "..", "s;x", "x" * 65, "é", "/etc/passwd"])
def test_a_session_name_is_no_way_to_another_folder(command: Any, folder: Path, name: str) -> None:
    before = sorted(folder.parent.rglob("*.session"))
    for arguments in (("status", name), ("load", name, "--file", "x.json")):
        command(*arguments).refused(2, "session name")
    assert sorted(folder.parent.rglob("*.session")) == before


def test_a_path_that_ends_in_session_is_a_path(command: Any, folder: Path) -> None:
    assert command("status", folder / "s.session", "--json").json["session"] == "s"
    command("status", folder / "no" / "s.session").refused(1, "there is no session")


def test_the_sessions_folder_can_be_the_current_one(command: Any, folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "c.json").write_text('[{"id": "a"}]')
    os.chdir(elsewhere)
    assert command("load", "here", "--file", "c.json", "--sessions-dir", ".").code == 0
    assert command("status", "here", "--sessions-dir", ".", "--json").json["customers"] == 1
    assert (elsewhere / "here.session").exists()


def test_a_session_that_is_none_is_left_as_it_is(command: Any, folder: Path) -> None:
    for name, content in {"empty": b"", "text": b"hello\n" * 500, "binary": os.urandom(5000)}.items():
        path = folder / f"{name}.session"
        path.write_bytes(content)
        command("status", name, "--json").refused(1, name)
        command("load", name, "--file", "x.json").refused(1)
        assert path.read_bytes() == content
    command("status", "missing").refused(1, "missing", "workbench load")


def test_a_half_written_session_is_said_to_be_damaged(command: Any, folder: Path) -> None:
    whole = (folder / "s.session").read_bytes()
    cut = folder / "cut.session"
    cut.write_bytes(whole[: len(whole) // 2])
    command("status", "cut", "--json").refused(1, "cut.session", "damaged")
    assert cut.read_bytes() == whole[: len(whole) // 2]


def _files(folder: Path) -> dict[str, Path]:
    good = folder / "good.parquet"
    pl.DataFrame({"id": ["a"], "name": ["Acme"]}).write_parquet(good)
    made = {
        "empty.json": b"",
        "empty.csv": b"",
        "empty.ndjson": b"",
        "empty.parquet": b"",
        "binary.json": bytes(range(256)) * 20,
        "binary.csv": bytes(range(256)) * 20,
        "binary.parquet": bytes(range(256)) * 20,
        "half.parquet": good.read_bytes()[:200],
        "other.json": b'{"customers": 1}',
        "scalar.json": b"42",
        "file.doc": b"words",
        "empty.xlsx": b"",
        "half.xlsx": b"PK\x03\x04 and no more",
        "old.xls": b"\xd0\xcf\x11\xe0 and so on",
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    (folder / "folder.json").mkdir()
    return {name: folder / name for name in [*made, "folder.json", "missing.json", "missing.csv"]}


def test_a_file_that_cannot_be_read_makes_no_session_and_touches_none(staged: Any, folder: Path) -> None:
    for name, path in _files(folder).items():
        told = staged("load", "new", "--file", path, "--json")
        assert told.code in (1, 2), name
        told.refused(told.code, name)
        assert not (folder / "new.session").exists(), name
        assert staged("load", "s", "--file", path, "--json").code == told.code


def test_a_sheet_that_cannot_be_read_stages_nothing(staged: Any, folder: Path) -> None:
    for name, path in _files(folder).items():
        told = staged("stage", "s", "--from", path, "--json")
        assert told.code in (1, 2), name
        told.refused(told.code, name)
    (folder / "wrong.csv").write_text("id,nope\na,1\n")
    staged("stage", "s", "--from", "wrong.csv", "--json").refused(2, "wrong.csv", "nope")
    staged("stage", "s", "--from", "wrong.csv", "--key", "zip", "--json").refused(2, "zip")


def test_lines_that_do_not_parse_are_set_aside_and_told(command: Any, folder: Path) -> None:
    (folder / "half.ndjson").write_bytes(
        b'{"id": "a", "name": "Acme"}\n{"id": "b", "na\n\xff\xfe\n{"id": "c"}\n[1]\n{"name": "no id"}\n'
    )
    told = command("load", "new", "--file", "half.ndjson", "--json")
    assert told.code == 3
    assert (told.json["customers"], told.json["rejected"]) == (2, 4)
    for line in ("2", "3", "5", "6"):
        assert f"line {line}" in told.err


def test_of_a_half_written_file_the_whole_records_are_loaded(command: Any, folder: Path) -> None:
    (folder / "half.json").write_bytes(b'[{"id": "a", "name": "Acme"}, {"id": "b", "na')
    told = command("load", "new", "--file", "half.json", "--json")
    assert (told.code, told.json["customers"], told.json["rejected"]) == (3, 1, 1)
    assert "record 2" in told.err


def test_ids_that_cannot_be_read_are_an_error(staged: Any, folder: Path, sandbox: Sandbox) -> None:
    (folder / "binary.txt").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.txt", "binary.txt"):
        staged("load", "s", "--ids", name, "--json").refused(1, name)
    assert not (folder / "new.session").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(command: Any, folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir()
    shut.chmod(stat.S_IRUSR | stat.S_IXUSR)
    command("load", shut / "x.session", "--file", "c.json").refused(1)


# The API.


class _Page(BaseHTTPRequestHandler):
    status, content = 200, b"<html><title>Welcome</title></html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def website() -> Iterator[str]:
    """Something that answers every call with a page for browsers."""
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again at once."""
    monkeypatch.setattr("workbench.customer_api.reader.backoff", lambda *arguments, **options: 0.0)


@pytest.mark.usefixtures("impatient")
def test_an_api_that_is_down_is_said(staged: Any, folder: Path) -> None:
    staged("load", "new", "--api", "http://127.0.0.1:9", "--json").refused(1, "http://127.0.0.1:9", "--api")
    assert not (folder / "new.session").exists()


@pytest.mark.usefixtures("impatient")
def test_an_api_that_answers_html_is_said(staged: Any, folder: Path, website: str) -> None:
    staged("load", "new", "--api", website, "--json").refused(1, website, "HTML", "--api")
    assert not (folder / "new.session").exists()


def test_a_refused_key_is_said_and_never_shown(command: Any, folder: Path, start: Any, monkeypatch: Any) -> None:
    sandbox = start(key="right")
    monkeypatch.setenv("WORKBENCH_API_KEY", "wr0ng-secret")
    told = command("load", "new", "--api", sandbox.url, "--json")
    told.refused(1, "key", "WORKBENCH_API_KEY")
    assert "wr0ng-secret" not in told.err
    assert not (folder / "new.session").exists()
    monkeypatch.setenv("WORKBENCH_API_KEY", "right")
    assert command("load", "new", "--api", sandbox.url).code == 0
    command("stage", "new", "--set", "payment_term=X")
    monkeypatch.setenv("WORKBENCH_API_KEY", "wr0ng-secret")
    stopped = command("commit", "new", "--yes", "--json")
    assert stopped.code == 4
    assert stopped.json["unsent"] == 8
    assert "wr0ng-secret" not in stopped.err
    assert not sandbox.log.calls("PATCH")
    assert b"wr0ng-secret" not in (folder / "new.session").read_bytes()


def test_no_key_is_said_before_anything_is_planned(staged: Any, sandbox: Sandbox, monkeypatch: Any) -> None:
    for key in ("", "  "):
        monkeypatch.setenv("WORKBENCH_API_KEY", key)
        staged("load", "new", "--api", sandbox.url, "--json").refused(1, "WORKBENCH_API_KEY")
        staged("commit", "s", "--yes", "--json").refused(1, "WORKBENCH_API_KEY")


def test_another_api_than_the_sessions_is_refused(staged: Any, start: Any) -> None:
    other = start()
    for arguments in (("load", "s"), ("commit", "s", "--yes")):
        staged(*arguments, "--api", other.url, "--json").refused(1, "belongs to")
    assert not other.log.calls()


def test_a_session_without_an_api_asks_for_one(command: Any, folder: Path) -> None:
    (folder / "c.json").write_text('[{"id": "a", "name": "Acme"}]')
    command("load", "new", "--file", "c.json")
    command("stage", "new", "--set", "payment_term=X")
    command("commit", "new", "--yes", "--json").refused(2, "--api")
    assert command("status", "new", "--json").json["runs"] == 0


# Another process, and the process's own surroundings.


def test_a_session_that_is_held_is_named_with_its_holder(process: Any, command: Any, folder: Path) -> None:
    with Workbench.open(folder / "s.session"):
        for arguments in (["status", "s", "--json"], ["load", "s", "--json"]):
            process(*arguments).refused(5, str(os.getpid()))
    assert command("status", "s", "--json").code == 0


def test_values_cannot_drive_the_terminal(command: Any, folder: Path) -> None:
    (folder / "c.json").write_text('[{"id": "a", "name": "\\u001b]52;c;eA==\\u0007 \\u202eevil\\u009b2J"}]')
    command("load", "new", "--file", "c.json")
    command("stage", "new", "--set", "payment_term=\x1b[31mred", "--note", "\x1b[2J")
    for arguments in (("search", "new"), ("diff", "new"), ("diff", "new", "--format", "summary"), ("log", "new")):
        told = command(*arguments)
        assert not any(c in told.out + told.err for c in "\x1b\x07\u202e\x9b"), arguments
    told = command("stage", "new", "--set", "\x1b[2J=1")
    told.refused(2)
    assert "\x1b" not in told.err


def test_json_is_json_whatever_the_terminals_encoding(process: Any) -> None:
    told = process("stage", "s", "--set", "payment_term=é😀", "--json", PYTHONIOENCODING="ascii")
    assert told.code == 0
    told = process("search", "s", "--json", "--limit", "1", PYTHONIOENCODING="ascii")
    assert told.json["rows"][0]["payment_term"] == "é😀"


def test_a_reader_that_goes_away_ends_no_command_and_makes_no_error(begin: Any, command: Any) -> None:
    listing, acting = begin("search", "s", "--format", "ndjson"), begin("stage", "s", "--help")
    for started in (listing, acting):
        started.stdout.close()
    assert [(started.wait(), started.stderr.read()) for started in (listing, acting)] == [(0, "")] * 2
    acting = begin("stage", "s", "--set", "payment_term=SAID", "--json")
    acting.stdout.close()
    assert acting.wait() == 0
    assert command("status", "s", "--json").json["staged"] > 0


def test_a_closed_stdout_is_no_error_and_no_file_of_ours(folder: Path, command: Any) -> None:
    acting = subprocess.run(
        ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", str(SCRIPT), "stage", "s", "--set", "payment_term=SAID"], check=False
    )
    assert acting.returncode == 0
    assert command("status", "s", "--json").json["staged"] > 0


def test_all_that_was_set_aside_is_listed_by_status_when_a_load_names_only_the_first(
    command: Any, tmp_path: Path
) -> None:
    file = tmp_path / "many.ndjson"
    file.write_text("".join(f'{{"id":"{n}"}}\nno customer {n}\n' for n in range(40)))
    told = command("load", "many", "--file", str(file))
    assert told.code == 3
    assert told.err.splitlines()[-1] == "set aside: 20 more; all by place: workbench status many --set-aside"
    assert (
        "40 records set aside when it was loaded; which: workbench status many --set-aside"
        in command("status", "many").out
    )
    listed = command("status", "many", "--set-aside").out.splitlines()[-40:]
    assert [one.partition(": ")[0] for one in listed] == [f"line {2 * n + 2}" for n in range(40)]
    assert all(one.partition(": ")[2] for one in listed)
    kept = command("status", "many", "--set-aside", "--json").json["set_aside"]
    assert [f"{one['place']}: {one['reason']}" for one in kept] == listed
    assert "set_aside" not in command("status", "many", "--json").json


def test_a_load_into_a_session_that_holds_others_says_how_many_came_and_how_many_stay(
    command: Any, tmp_path: Path
) -> None:
    five, two = tmp_path / "five.ndjson", tmp_path / "two.ndjson"
    five.write_text("".join(f'{{"id":"{n}","name":"A"}}\n' for n in range(5)))
    two.write_text('{"id":"3","name":"B"}\n{"id":"9","name":"B"}\n')
    first = command("load", "mine", "--file", str(five))
    assert (first.err, first.out) == ("", "mine: 5 customers, 0 addresses, 0 contacts, 0 attributes, 0 rejected\n")
    then = command("load", "mine", "--file", str(two))
    assert then.code == 0
    assert then.err == "2 customers came; the other 4 were there before, and stay\n"
    assert then.out.startswith("mine: 6 customers, ")


def test_a_list_of_customers_under_another_name_is_refused_with_the_name_that_it_needs(
    command: Any, tmp_path: Path
) -> None:
    file = tmp_path / "list.ndjson"
    file.write_text('[{"id":"1"},{"id":"2"}]\n')
    command("load", "mine", "--file", str(file)).refused(1, "line 1", "is read under a name that ends in .json")
    file.rename(tmp_path / "list.json")
    assert command("load", "mine", "--file", str(tmp_path / "list.json")).code == 0
