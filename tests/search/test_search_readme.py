"""Every example of the language runs and finds what it says; the page is made of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import workbench.search
from workbench.errors import QueryError
from workbench.search.examples import MISTAKES, SECTIONS, Example, Mistake
from workbench.search.page import page
from workbench.search.searcher import Searcher

PAGE = Path(workbench.search.__file__).with_name("QUERIES.md")
EXAMPLES = [example for section in SECTIONS for example in section.examples]


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: workbench queries > workbench/search/QUERIES.md"


def test_every_example_is_another_one() -> None:
    assert len({(one.query, one.table) for one in EXAMPLES}) == len(EXAMPLES) > 60


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: f"{one.table} {one.query}")
def test_an_example_finds_what_it_says(one: Example, tmp_path: Path, example: SimpleNamespace) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\ufeffC2\r\n\n  C4 \nC9\n", "utf-8")
    ground, query = example.moment(), one.query.replace('"FILE"', "FILE").replace("FILE", f'"{file}"')
    mask = Searcher().search(ground, query, one.table)
    assert ground.current[one.table].filter(mask)["id"].to_list() == one.ids.split()


@pytest.mark.parametrize("one", MISTAKES, ids=lambda one: one.query)
def test_a_mistake_is_said_as_the_page_says(one: Mistake, example: SimpleNamespace) -> None:
    with pytest.raises(QueryError) as error:
        Searcher().search(example.moment(), one.query)
    assert str(error.value).startswith(one.said)


def test_the_examples_cost_nothing_to_show() -> None:
    program = (
        "import sys, workbench.search.page as p; p.page(); print(*{'polars', 'lark', 'textual'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
