"""The report of what is staged as one HTML page that needs nothing else: to be opened, searched, printed and passed on.

The page holds its own style and script, named by their hashes in its security policy, and asks for nothing from anywhere. The
groups are written out, so that they are read without a script; the customers are data that the script writes as text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Final

from workbench.onlooker import part
from workbench.preview.lines import WARNINGS
from workbench.preview.text import left_out_lines, waiting_lines
from workbench.report.customers import data_element
from workbench.report.loaded import loaded_lines, time_of
from workbench.report.review import WARNED, ReviewReport, Shape, Step, Warned
from workbench.report.writing import changed, html, visible
from workbench.shown.text import count

_MADE: Final = 0.65
"""Such a share of the time has passed when all is made that the page tells, but for the customers."""

OPEN: Final = 20
"""So many odd groups are unfolded from the start."""


def page(report: ReviewReport) -> Iterator[str]:
    """The lines of the page. Raises `LetGo` if an onlooker has left meanwhile."""
    with part(0.0, _MADE):
        report.made()
    style, script = (files("workbench.report").joinpath(f"review.{kind}").read_text("utf-8") for kind in ("css", "js"))
    title = html(f"{report.about.session}: review of what is staged")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#groups">to the changes</a>'
    yield f"<header>\n<h1>{title}</h1>"
    yield from _about(report)
    for line in (*left_out_lines(report.preview), *waiting_lines(report.preview.waiting, str)):
        yield f"<p>{html(line)}</p>"
    yield "</header>\n<main>"
    yield from _warnings(report.warnings)
    yield from _problems(report)
    yield from _steps(report.steps)
    yield _FORM
    yield from _groups(report)
    yield _CUSTOMERS
    with part(_MADE, 1.0):
        data = data_element(report)
    yield data
    yield f"</main>\n{_LEGEND}\n<script>{script}</script>\n</body>\n</html>"


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _about(report: ReviewReport) -> Iterator[str]:
    about, preview = report.about, report.preview
    digest = preview.digest if preview.plan.height else ""
    where = [("only customers of", f"<code>{html(about.where)}</code>")] if about.where.strip() else []
    held = f"; {count(preview.held, 'customer')} held" if preview.held else ""
    told = [
        ("session", html(about.session)),
        ("server", html(about.origin) if about.origin else "none yet: it was loaded from a file"),
        *where,
        ("made", f"{time_of(about.at)} by {html(about.by)}"),
        ("loaded", "<br>".join(html(line) for line in loaded_lines(report.loads, report.as_of))),
        ("staged", f"{count(preview.changes, 'change')} of {count(preview.customers, 'customer')}{held}"),
        ("the plan sends", count(report.sent, "customer")),
        ("digest of the plan", f"<code>{digest}</code>" if digest else "none: a commit would send nothing"),
    ]
    yield "<dl>"
    yield from (f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told)
    yield "</dl>"


def _warnings(found: list[Warned]) -> Iterator[str]:
    if not found:
        return
    yield '<section class="warnings" aria-labelledby="warned-of">\n<h2 id="warned-of">Look at this first</h2>'
    for one in found:
        noun = "customer" if one.name == "held" else "change"
        yield f"<p><strong>{count(one.count, noun)}</strong> {WARNED[one.name]}</p>\n<ul>"
        for reason, number, example in one.reasons:
            yield f"<li>{number:,} × {html(reason)}, for example {html(example)}</li>"
        yield f"<li>and {one.more:,} other reasons</li></ul>" if one.more else "</ul>"
    yield "</section>"


def _problems(report: ReviewReport) -> Iterator[str]:
    fixed, introduced = report.effect.fixed.count, report.effect.introduced.count
    yield '<section aria-labelledby="problems">\n<h2 id="problems">Problems</h2>'
    yield f"<p>{count(fixed, 'problem')} fixed, {introduced:,} introduced.</p>"
    rows = [(html(rule), f"{mended:,}", f"{brought:,}") for rule, mended, brought in report.problems]
    caption = "what the checks find in these customers, before and after"
    if rows:
        yield from _table(caption, ("check", "fixed", "introduced"), rows, numbers=2)
    yield from (f"<p>{html(line)}</p>" for line in report.effect.introduced.failed)
    yield "</section>"


def _steps(steps: list[Step]) -> Iterator[str]:
    if not steps:
        return
    yield '<section aria-labelledby="steps">\n<h2 id="steps">Why: what was done</h2>'
    no_note = '<i class="none">no note</i>'
    rows = [
        (
            str(one.operation),
            html(one.note) or no_note,
            html(one.does),
            f"{time_of(one.at)} by {html(one.by)}",
            f"{one.cells:,}",
        )
        for one in steps
    ]
    caption = "the operations behind these changes, oldest first"
    yield from _table(caption, ("operation", "note", "what it did", "when", "changes"), rows, numbers=1)
    yield "</section>"


def _table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, numbers: int = 0) -> Iterator[str]:
    """A table of HTML cells; the last `numbers` columns are numbers."""
    kinds = [' class="n"' if n >= len(heads) - numbers else _VALUE.get(head, "") for n, head in enumerate(heads)]
    top = "".join(f'<th scope="col"{kind}>{head}</th>' for head, kind in zip(heads, kinds, strict=True))
    yield f"<table><caption>{caption}</caption><thead><tr>{top}</tr></thead><tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(rest, kinds[1:], strict=True))
        yield f'<tr><th scope="row">{first}</th>{cells}</tr>'
    yield "</tbody></table>"


_VALUE: Final = dict.fromkeys(("before", "after"), ' class="v"')


def _groups(report: ReviewReport) -> Iterator[str]:
    yield '<section aria-labelledby="groups">\n<h2 id="groups" tabindex="-1">Changes, the oddest first</h2>'
    if not report.shapes:
        yield "<p>Nothing is staged.</p>"
    opened = 0
    for shape in report.shapes:
        odd = bool(shape.group.odd) and opened < OPEN
        opened += odd
        yield from _group(shape, report.notes, odd)
    yield "</section>"


def _group(shape: Shape, notes: Mapping[int, str], opened: bool) -> Iterator[str]:
    group = shape.group
    warned = any(getattr(group, name) for name in WARNINGS)
    marks = f"{' open' if opened else ''}{' data-warned' if warned else ''}"
    before, after = changed(shape.before, shape.after)
    more = (
        f" and {group.different - 1:,} other changes of this kind ({html(group.manner)})" if group.different > 1 else ""
    )
    odd = "".join(f' <span class="odd">{html(one)}</span>' for one in group.odd)
    yield (
        f'<details class="group"{marks}><summary><h3><span class="count">{group.times:,} ×</span> {html(group.name)}: '
        + (f"{before} → {after}</h3>{more}{odd}</summary>")
    )
    those = "it" if shape.customers == 1 else "all of them"
    yield f'<p>{_facts(shape, notes)} <button type="button" hidden>show {those}</button></p>'
    noted = any(one.note for one in shape.examples)
    rows = [
        (f"<bdi>{html(one.customer)}</bdi> <code class=\"soft\">{html(one.id)}</code>", f"<bdi>{html(one.path)}</bdi>",
         *changed(one.before, one.after), *([html(one.note)] if noted else []))
        for one in shape.examples
    ]  # fmt: skip
    caption = f"{count(len(rows), 'example')} of {count(group.count, 'change')}"
    heads = ("customer", "cell", "before", "after", *(("note",) if noted else ()))
    yield from _table(caption, heads, rows)
    yield "</details>"


def _facts(shape: Shape, notes: Mapping[int, str]) -> str:
    group = shape.group
    made = [f"operation {one}" + (f" ({html(notes[one])})" if notes[one] else "") for one in shape.operations[:_NAMED]]
    several = " .." if len(shape.operations) > _NAMED else ""
    told = [
        count(shape.customers, "customer"),
        f"by {', '.join(made)}{several}",
        f"{group.fixed:,} mended by it" if group.fixed else "",
        f"{group.introduced:,} made wrong by it" if group.introduced else "",
        f"this server will store <bdi>{html(visible(shape.otherwise) or '(empty)')}</bdi>"
        if shape.otherwise is not None
        else "",
        "accepted"
        if not shape.unseen
        else f"{group.count - shape.unseen:,} accepted"
        if shape.unseen < group.count
        else "",
    ]
    return "; ".join(one for one in told if one) + "."


_NAMED: Final = 6


_FORM: Final = """<form id="form" role="search" hidden>
<label for="search">Search</label><input type="search" id="search" autocomplete="off" spellcheck="false"
 placeholder="name, id, field, value, note (key /)" aria-controls="customers">
<label><input type="checkbox" id="warned"> only with a warning</label>
<button type="button" id="unfold">fold or unfold all</button>
<button type="button" id="chip" hidden></button>
<span id="said" role="status" class="soft"></span>
</form>
<p id="narrowed" class="odd" hidden></p>
<noscript><p class="odd">Without its script this page shows the groups of changes with examples; the search, and every
customer's exact body, need it.</p></noscript>"""

_CUSTOMERS: Final = """<section aria-labelledby="all">
<h2 id="all" tabindex="-1">Every customer</h2>
<div id="customers"></div>
<button type="button" id="more" hidden>show more</button>
</section>"""

_LEGEND: Final = """<footer class="legend soft">
<h2>How to read it</h2>
<p><del>dotted</del>: only there before; <ins>underlined</ins>: only there after. <code>·</code> a space at an end or beside
another, <code>⍽</code> an unusual space, <code>◦</code> a character without width, <code>⇄</code> one that turns the direction of
text, <code>⏎</code> a line break, <code>␀</code> .. <code>␟</code> <code>␡</code> <code>⍰</code> control characters. In bodies such
characters stand as JSON's <code>\\u</code> escapes. Nothing was sent yet; what the digest names is exactly what a commit sends.</p>
</footer>"""
