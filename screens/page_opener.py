"""Opening a page where people see it: in the window of a browser, never in one that takes the terminal."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING, Any

from textual.app import App

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from screens.app import WorkbenchApp


def show_page(desk: WorkbenchApp, row: int, table: str = "customers") -> None:
    """Opens the page of a row's customer, and says which address that is: there may be no browser here that could be seen."""
    try:
        page = desk.workbench.page(row, table)
    except WorkbenchError as error:
        desk.say_wrong(error)
        return

    def told(opened: bool) -> None:
        if not opened:
            desk.copy_to_clipboard(page)
        desk.say(f"opened {page}" if opened else f"there is no browser with a window here; copied {page}")

    desk.look(lambda: open_page(desk, page), told, group="page")


def open_page(app: App[Any], page: str) -> bool:
    """Whether a browser was told to open the page: that of the desktop, or the one that shows the app itself.

    Over SSH the browser that is found may be one for terminals (lynx, w3m): it would draw over the app and take its keys.
    """
    if app.is_web:
        app.open_url(page)
        return True
    browser = _of_the_desktop()
    return browser is not None and browser.open(page)


def _of_the_desktop() -> webbrowser.BaseBrowser | None:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return None
    return None if type(found) is webbrowser.GenericBrowser else found
