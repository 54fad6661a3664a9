"""Every example of the language's page runs and finds what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import workbench.search
from workbench.search.searcher import Searcher

README = Path(workbench.search.__file__).with_name("README.md")
ROW = re.compile(r"^\| `(?P<query>.+?)` \|(?: (?P<table>addresses|contacts|attributes) \|)? .+ \| (?P<found>[^|]*) \|$")
EXAMPLES = [match.groups() for line in README.read_text("utf-8").splitlines() if (match := ROW.match(line))]


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) > 40


@pytest.mark.parametrize(("query", "table", "found"), EXAMPLES, ids=[query for query, _, _ in EXAMPLES])
def test_an_example_finds_what_the_page_says(
    query: str, table: str | None, found: str, tmp_path: Path, example: SimpleNamespace
) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\ufeffC2\r\n\n  C4 \nC9\n", "utf-8")
    ground = example.moment()
    mask = Searcher().search(ground, query.replace("FILE", f'"{file}"'), table or "customers")
    assert ground.current[table or "customers"].filter(mask)["id"].to_list() == found.split()
