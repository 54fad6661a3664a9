"""The page of the query language, made of its examples."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.search.examples import MISTAKES, RULES, SECTIONS, Example, Section


def page() -> str:
    """The page as Markdown: what `QUERIES.md` beside this file holds."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The query language"
    yield ""
    yield "Type words; add fields where words are not enough. Every example is a test. This page is made of `examples.py`:"
    yield "`workbench queries > workbench/search/QUERIES.md` writes it anew."
    for section in SECTIONS:
        yield from ("", f"## {section.title}", "", section.about, "")
        yield from _table(section)
    yield from ("", "## The rules", "")
    yield from (f"- {rule}" for rule in RULES)
    yield from ("", "## Mistakes", "", "Each is said with its column; the app puts a mark under it.", "")
    yield from ("| query | what is said |", "| --- | --- |")
    yield from (f"| `{_cell(one.query)}` | {_cell(one.said)} |" for one in MISTAKES)


def _table(section: Section) -> Iterator[str]:
    elsewhere = any(one.table != "customers" for one in section.examples)
    yield "| query | table | finds |" if elsewhere else "| query | finds |"
    yield "| --- | --- | --- |" if elsewhere else "| --- | --- |"
    yield from (_row(one, elsewhere) for one in section.examples)


def _row(one: Example, elsewhere: bool) -> str:
    table = f" {one.table} |" if elsewhere else ""
    return f"| `{_cell(one.query)}` |{table} {_cell(one.finds)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
