"""Opening a page where people see it: in the window of a browser, never in one that takes the terminal."""

from __future__ import annotations

import webbrowser
from typing import Any

from textual.app import App


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
