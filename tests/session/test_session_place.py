"""Names of sessions, the folders they are looked up in, network file systems, settings."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import UsageError, WorkbenchError
from workbench.session.place import network_file_system, session_path
from workbench.session.settings import Settings, facts_of, parse_setting
from workbench.session.store import Store


@pytest.mark.parametrize("name", ["spring", "a", "A-Z.0_9", "x" * 64, "..a"])
def test_a_name_is_a_file_in_the_sessions_folder(tmp_path: Path, name: str) -> None:
    assert session_path(name, sessions_dir=tmp_path) == tmp_path / f"{name}.session"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "../x", "/etc/passwd", "a b", "a\nb", "a\n", "ä", "x" * 65, "a\x00", "a\\b"],
)
def test_other_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no session name"):
        session_path(name, sessions_dir=tmp_path)


def test_a_path_that_ends_in_session_is_taken_as_it_is(tmp_path: Path) -> None:
    assert session_path("some/where.session", sessions_dir=tmp_path) == Path("some/where.session")
    assert session_path(tmp_path / "x.session") == tmp_path / "x.session"
    assert session_path("x.session", sessions_dir=tmp_path) == Path("x.session")


def test_the_folder_is_the_option_else_the_variable_else_sessions_else_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"WORKBENCH_SESSIONS": str(tmp_path / "env")}
    assert session_path("x", sessions_dir=tmp_path, env=env).parent == tmp_path
    assert session_path("x", env=env).parent == tmp_path / "env"
    assert session_path("x", env={}).parent.parts[-2:] == ("steward-workbench", "sessions")
    (tmp_path / "sessions").mkdir()
    assert session_path("x", env={}) == Path("sessions/x.session")


def test_a_network_file_system_is_told_by_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "none / ext4 rw 0 0\nserver:/x /mnt/team\\040files nfs4 rw 0 0\nnone /mnt/team\\040files/local ext4 rw 0 0\nodd\n"
    )
    assert network_file_system(Path("/mnt/team files/a"), mounts) == "nfs4"
    assert network_file_system(Path("/mnt/team files/local/a"), mounts) is None
    assert network_file_system(Path("/mnt/team files2"), mounts) is None
    assert network_file_system(Path("/"), tmp_path / "none") is None


def test_a_session_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.session"
    Store.create(path).close()
    monkeypatch.setattr("workbench.session.file.network_file_system", lambda _: "nfs4")
    with pytest.raises(WorkbenchError, match="network file system"):
        Store.open(path)
    with pytest.raises(WorkbenchError, match="network file system"):
        Store.create(tmp_path / "y.session")
    assert not (tmp_path / "y.session").exists()


# ---- settings ----


def test_settings_have_the_designs_defaults() -> None:
    assert Settings.read({}).as_dict() == {
        "nested": "full", "clear": "empty", "concurrency": 16, "rate": None, "grace": 3.0, "region": "US",
        "review": "optional", "url": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("nested", "sparse", "sparse"), ("clear", "null", "null"), ("concurrency", "64", 64), ("rate", "10", 10.0),
     ("rate", "none", None), ("grace", "0", 0.0), ("region", "DE", "DE"),
     ("url", "https://a.example/{id}", "https://a.example/{id}"), ("url", "", "")],
)  # fmt: skip
def test_settings_are_kept_as_text_and_read_as_values(name: str, text: str, value: object) -> None:
    assert getattr(Settings.read(facts_of({name: text})), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("nested", "merge"), ("clear", ""), ("concurrency", "0"), ("concurrency", "257"), ("concurrency", "1.5"),
     ("rate", "0"), ("rate", "nan"), ("grace", "-1"), ("grace", "inf"), ("region", "us"), ("region", "XX"), ("colour", "1"),
     ("url", "javascript:{id}")],
)  # fmt: skip
def test_settings_out_of_place_are_refused(name: str, text: str) -> None:
    with pytest.raises(UsageError):
        facts_of({name: text})


@given(st.sampled_from(["nested", "clear", "concurrency", "rate", "grace", "region", "other"]), st.text(max_size=6))
def test_any_text_is_a_setting_or_a_usage_error(name: str, text: str) -> None:
    with contextlib.suppress(UsageError):
        parse_setting(name, text)
