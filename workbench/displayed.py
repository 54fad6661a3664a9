"""What a notebook shows of the workbench's values: looked up when it is asked for, so that the core knows nothing of notebooks.

IPython, and with it JupyterLab, VS Code and marimo, asks a value itself (`_repr_html_`, `_repr_pretty_`). That is one name on
the value, and a late import of the room that paints it: the one arrow that points up, named in the import contract. To
register with IPython instead would leave out every notebook that is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.notebook.page import Page


class Displayed:
    """A value that notebooks show as a page, in HTML and in text; `print` shows that text too."""

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._repr_pretty_ = Displayed._repr_pretty_  # type: ignore[method-assign]  # IPython prefers a class's own __repr__

    def _repr_html_(self) -> str:
        from workbench.notebook.html import html

        return html(_page(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def __str__(self) -> str:
        from workbench.notebook.text import text

        return text(_page(self))


def _page(value: object) -> Page:
    from workbench.notebook.displays import page

    return page(value)
