"""A page as HTML that is at home in light and dark notebooks and needs no script. Data in it is inert: escaped, and never a link.

Colours are those of JupyterLab's theme where it has them; elsewhere those of the reader's system. The theme that a notebook
says it has (JupyterLab, VS Code, marimo) goes before the system's.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from workbench.notebook.page import LONGEST, Bar, Bit, Block, Body, Cell, Fold, Line, Page, Plot, Table
from workbench.notebook.plots import svg
from workbench.shown.text import count, revealed, safe


def html(page: Page) -> str:
    """The page, with its style beside it."""
    inner = "".join(_block(block) for block in page.blocks)
    return f'<div class="wb"><style>{STYLE}</style><p class="wb-title">{_cell(page.title)}</p>{inner}</div>'


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Line):
        return f"<p{_class(block.look)}>{_cell(block.bits)}</p>"
    if isinstance(block, Body):
        return f"<pre>{chr(10).join(escape(safe(line)) for line in block.shown.split(chr(10)))}</pre>"
    if isinstance(block, Bar):
        return _bar(block)
    if isinstance(block, Plot):
        return svg(block)
    return _fold(block)


def _fold(block: Fold) -> str:
    inner = "".join(_block(one) for one in block.blocks)
    return f"<details><summary>{escape(safe(block.title))}</summary>{inner}</details>"


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    heads = "".join(
        f'<th scope="col"{_class("number" if one.number else "")}>{_text(one.text)}</th>' for one in table.heads
    )
    rows = "".join(f"<tr>{''.join(map(_td, row))}</tr>" for row in table.rows)
    rest = table.total - len(table.rows)
    more = f"<p{_class('soft')}>and {escape(count(rest, table.noun, table.several))} more</p>" if rest > 0 else ""
    return f'<div class="wb-wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _td(cell: Cell) -> str:
    return f"<td{_class('number')}>{_cell(cell)}</td>" if _is_figure(cell) else f"<td>{_cell(cell)}</td>"


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, Bit) and cell.look == "number"


def _bar(bar: Bar) -> str:
    parts = [(name, number, look) for name, number, look in bar.parts if number]
    whole = max(bar.total, 1)
    drawn = "".join(
        f'<i class="wb-{look or "soft"}" style="width:{100 * number / whole:.2f}%"></i>' for _, number, look in parts
    )
    told = ", ".join(f"{number:,} {name}" for name, number, _ in parts)
    said = f"{told} of {bar.total:,}" if told else f"0 of {bar.total:,}"
    return f'<div class="wb-bar" role="img" aria-label="{_text(said)}">{drawn}</div><p>{_text(said)}</p>'


def _cell(cell: Cell | Sequence[Cell]) -> str:
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, Bit):
        return _bit(cell)
    return "".join(_cell(one) for one in cell)


def _bit(bit: Bit) -> str:
    shown = _value(bit.text) if bit.value else _text(bit.text)
    look = "" if bit.look == "number" else bit.look
    mark = {"staged": "● ", "invalid": "✗ "}.get(look, "")
    was = (
        ""
        if bit.before is None
        else f'<span class="wb-was"><s>{_value(bit.before) if bit.before else "(empty)"}</s></span> '
    )
    return f"{was}<span{_class(look)}>{mark}{shown}</span>" if look or was else shown


def _value(text: str) -> str:
    """Data, in a box of its own for the direction in which it is written."""
    return f"<bdi>{escape(revealed(_short(text)), quote=True)}</bdi>"


def _text(text: str) -> str:
    return escape(safe(_short(text)), quote=True)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _class(look: str) -> str:
    return f' class="wb-{look}"' if look else ""


_DARK: Final = "--wb-new:#4ac26b;--wb-old:#ff7b72;--wb-warn:#d29922;--wb-bar:#58a6ff;--wb-fill:#21262d"
_LIGHT: Final = "--wb-new:#116329;--wb-old:#a40e26;--wb-warn:#7d4e00;--wb-bar:#0969da;--wb-fill:#eaeef2"

STYLE: Final = f"""
.wb{{{_LIGHT};color:var(--jp-content-font-color1,inherit);font-size:13px;line-height:1.45;max-width:100%}}
@media (prefers-color-scheme:dark){{.wb{{{_DARK}}}}}
[data-jp-theme-light=true] .wb,.vscode-light .wb,.light .wb{{{_LIGHT}}}
[data-jp-theme-light=false] .wb,.vscode-dark .wb,.dark .wb{{{_DARK}}}
.wb p{{margin:.25em 0}} .wb .wb-title{{font-weight:600;font-size:1.05em}}
.wb .wb-wide{{overflow-x:auto;max-width:100%}}
.wb table{{border-collapse:collapse;margin:.25em 0;font-size:inherit;border:0;color:inherit}}
.wb tr{{background:transparent!important}}
.wb th,.wb td{{text-align:left!important;vertical-align:top;padding:.2em .7em .2em 0;max-width:28em;border:0;
border-bottom:1px solid var(--jp-border-color2,#8884);overflow-wrap:break-word;white-space:normal;min-width:4em}}
.wb th{{font-weight:600;white-space:nowrap}}
.wb td.wb-number,.wb th.wb-number{{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}}
.wb .wb-soft,.wb .wb-was{{color:var(--jp-content-font-color2,GrayText)}}
.wb .wb-old,.wb .wb-bad,.wb .wb-invalid{{color:var(--wb-old)}} .wb .wb-old{{text-decoration:line-through}}
.wb .wb-new,.wb .wb-good{{color:var(--wb-new)}} .wb .wb-staged,.wb .wb-warn{{color:var(--wb-warn)}}
.wb pre{{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25em 0;padding:.4em .6em;background:var(--wb-fill);
color:inherit;font:12px/1.45 var(--jp-code-font-family,monospace)}}
.wb details{{margin:.25em 0}} .wb details>*:not(summary){{margin-left:1.1em}} .wb summary{{cursor:pointer}}
.wb .wb-bar{{display:flex;height:8px;max-width:36em;background:var(--wb-fill);border-radius:4px;overflow:hidden;margin:.3em 0}}
.wb .wb-bar i{{display:block;height:100%;background:var(--wb-bar)}}
.wb .wb-bar .wb-good{{background:var(--wb-new)}} .wb .wb-bar .wb-bad{{background:var(--wb-old)}}
.wb .wb-bar .wb-warn{{background:var(--wb-warn)}} .wb .wb-bar .wb-soft{{background:GrayText}}
.wb .wb-plot{{display:block;max-width:100%;height:auto;margin:.4em 0}} .wb .wb-plot text{{fill:currentColor;font-size:12px}}
.wb .wb-plot rect{{fill:var(--wb-bar)}} .wb .wb-plot .wb-good{{fill:var(--wb-new)}} .wb .wb-plot .wb-bad{{fill:var(--wb-old)}}
.wb .wb-plot .wb-warn{{fill:var(--wb-warn)}} .wb .wb-plot .wb-soft{{fill:GrayText}}
""".replace("\n", "")
