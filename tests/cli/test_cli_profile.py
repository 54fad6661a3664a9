"""`profile`: its JSON keys, its formats, and the files that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FIGURES = ["rows", "filled", "distinct", "invalid", "shortest", "middle", "longest", "commonest"]


def test_profile_tells_the_figures_of_each_column(command: Any) -> None:
    told = command("profile", "s", "--json")
    assert told.code == 0
    assert list(told.json) == ["columns"]
    columns = told.json["columns"]
    assert [list(one) for one in columns] == [["field", "kind", *FIGURES]] * len(columns)
    term = next(one for one in columns if one["field"] == "payment_term")
    assert term["rows"] == 30
    assert list(term["commonest"][0]) == ["value", "count"]


def test_profile_compares_with_what_was_loaded(command: Any) -> None:
    assert command("stage", "s", "--set", "payment_term=NET30").code == 0
    told = command("profile", "s", "--compare", "--json")
    term = next(one for one in told.json["columns"] if one["field"] == "payment_term")
    assert list(term) == ["field", "kind", *FIGURES, "before", "changed"]
    assert list(term["before"]) == FIGURES
    assert (term["distinct"], term["filled"]) == (1, 30)
    assert term["before"]["distinct"] > 1
    assert term["changed"] == command("status", "s", "--json").json["staged"]
    text = command("profile", "s", "--compare")
    assert f"{term['before']['distinct']} -> 1" in text.out
    assert "cells of them are staged" in text.err


def test_profile_of_another_table_within_a_query(command: Any) -> None:
    told = command("profile", "s", "--table", "addresses", "--where", "type:=billing")
    assert told.out.splitlines()[0].split() == [
        "column", "filled", "empty", "distinct", "invalid", "shortest", "middle", "longest", "commonest",
    ]  # fmt: skip
    assert any(
        line.startswith("type ") and "billing (" in line and "shipping" not in line for line in told.out.splitlines()
    )


def test_people_read_names_where_the_api_has_ids(command: Any) -> None:
    line = next(line for line in command("profile", "s").out.splitlines() if line.startswith("assigned_price_list_id"))
    assert "Designer Trade (" in line


@pytest.mark.parametrize(
    ("format", "begins"), [("html", "<!doctype html>"), ("csv", "column,filled"), ("text", "column  ")]
)
def test_profile_goes_to_stdout_or_to_a_file(command: Any, folder: Path, format: str, begins: str) -> None:
    assert command("profile", "s", "--format", format).out.startswith(begins)
    told = command("profile", "s", "--format", format, "--output", "p.out")
    assert (told.code, told.out) == (0, "")
    written = (folder / "p.out").read_bytes()
    assert written.decode("utf-8-sig").startswith(begins)
    assert written.startswith(b"\xef\xbb\xbf") is (format == "csv")


def test_a_file_that_cannot_be_written_is_said(command: Any) -> None:
    command("profile", "s", "--output", "nowhere/p.html").refused(1, "cannot be written")


def test_a_query_with_a_mistake_is_refused(command: Any) -> None:
    command("profile", "s", "--where", "nofield:x").refused(2, "nofield")
    command("profile", "s", "--table", "orders").refused(2, "there is no table")
