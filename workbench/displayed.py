"""What a notebook shows of the workbench's values: looked up when it is asked for, so that the core knows nothing of notebooks.

IPython, and with it JupyterLab, VS Code and marimo, asks a value itself (`_repr_html_`, `_repr_pretty_`). That is one name on
the value, and a late import of the room that paints it: the one arrow that points up, named in the import contract. To
register with IPython instead would leave out every notebook that is none.
"""

from __future__ import annotations

from collections.abc import Sized
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from workbench.notebook.page import Page

_LONG: Final = 60


class Displayed:
    """A value that notebooks show as a page, in HTML and in text; `print` shows that text too.

    `told`, of a class: the attributes that its `repr` tells, in one short line whatever it holds; of what has many, how many.
    """

    __slots__ = ()
    _told: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, told: tuple[str, ...] = (), **options: Any) -> None:
        super().__init_subclass__(**options)
        if told:
            cls._told = told
        if cls._told:
            cls.__repr__ = Displayed._as_told  # type: ignore[assignment, method-assign]  # a dataclass leaves a class's own one
        cls._repr_pretty_ = Displayed._repr_pretty_  # type: ignore[method-assign]  # IPython prefers a class's own __repr__

    def _repr_html_(self) -> str:
        from workbench.notebook.html import html

        return html(_page(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _as_told(self) -> str:
        told = " ".join(_short(name, attrgetter(name)(self)) for name in self._told)
        return f"<{type(self).__name__} {told}; print it to read it>"

    def __str__(self) -> str:
        from workbench.notebook.text import text

        return text(_page(self))


def _short(name: str, value: object) -> str:
    if isinstance(value, Sized) and not isinstance(value, str):
        return f"{name}[{len(value)}]"
    shown = ascii(value)
    return f"{name}={shown if len(shown) <= _LONG else f'{shown[:_LONG]}..'}"


def _page(value: object) -> Page:
    from workbench.notebook.displays import page

    return page(value)
