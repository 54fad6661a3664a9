"""The questions before a first load: from an API, from a file, or on a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.home.first_load import Wanted
from screens.home.loading import Loading
from screens.widgets.choice import Choice
from screens.widgets.line_input import LineInput, SecretInput
from screens.widgets.path_input import PathInput
from screens.widgets.text_line import TextBlock, TextLine
from workbench.customer_api.origin import parse_origin
from workbench.errors import UsageError, WorkbenchError
from workbench.load.asked import STATUSES
from workbench.load.files import READ, first_bytes, kind_of, refuse_unread
from workbench.load.loading import Part
from workbench.session.place import free_path

_SAMPLE: Final = 2_000
_MOST: Final = 1_000_000
_SHOWN: Final = 40
_REFUSED: Final = ": set WORKBENCH_API_KEY"
"""How the error ends that says that the API refused the key (`customer_api.failure`)."""


class NewSession(Dialog[None]):
    """A form. Enter loads what it asks for if nothing is missing; what is wrong is said at the bottom, and nothing is lost."""

    DEFAULT_CSS = """
    NewSession .label { color: $text-muted; margin: 1 0 0 0; }
    NewSession #wrong { color: $text-error; margin: 1 0 0 0; }
    NewSession .quiet { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "load", "Load", priority=True, id="new.load"),
        Binding("down", "app.focus_next", "Next field", show=False, id="new.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="new.previous"),
    ]
    ASKS: ClassVar[str] = ""
    HELP: ClassVar[str] = "Enter loads, Tab goes to the next field, Esc leaves."
    SOURCE: ClassVar[str] = ""
    """The field that names what is loaded: the cursor goes to it when that does not load."""

    def __init__(self) -> None:
        super().__init__()
        self._asked_of, self._starting = self.SOURCE, False

    def compose(self) -> ComposeResult:
        """The fields, and the line for what is wrong."""
        with Vertical(id="frame"):
            yield TextLine(self.ASKS, classes="title")
            for label, field in self.fields():
                yield TextLine(label, classes="label")
                yield field
            yield TextBlock(id="wrong")
            yield TextBlock(id="note")
            yield TextBlock(self.HELP, classes="quiet")

    def fields(self) -> list[tuple[str, Widget]]:
        """What is asked for: labels and fields."""
        raise NotImplementedError

    def wanted(self) -> Wanted:
        """What the filled form means; raises `WorkbenchError` for what is missing or cannot be."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """The cursor stands in the first field that is empty."""
        self.say_wrong("")
        self.say_note("")
        inputs = list(self.query(LineInput))
        next((one for one in inputs if not one.value), inputs[0]).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong may be right now."""
        event.stop()
        self.say_wrong("")
        self.say_note("")

    def action_load(self) -> None:
        """Loads, or says what is missing."""
        if self._starting:
            return
        try:
            wanted = self.wanted()
        except WorkbenchError as error:
            self.say_wrong(error.in_commands)
            self.query_one(self._asked_of).focus()
        else:
            self._starting = True
            self.say_note("starting ..")  # it is painted before the screen that loads, which may take a while to come
            self.call_after_refresh(self._start, wanted)

    def _start(self, wanted: Wanted) -> None:
        self._starting = False
        if not self.gone:
            self.app.push_screen(Loading(wanted), self._ended)

    def say_wrong(self, text: str) -> None:
        """Says what is wrong."""
        self._say("#wrong", text)

    def say_note(self, text: str) -> None:
        """Says what helps to fill the form."""
        self._say("#note", text)

    def _say(self, selector: str, text: str) -> None:
        block = self.query_one(selector, TextBlock)
        block.say(text)
        block.display = bool(text)

    def value(self, selector: str) -> str:
        """What a field holds. If that is wrong, the cursor goes there."""
        self._asked_of = selector
        return str(self.query_one(selector, LineInput).value).strip()

    def did_not_load(self, why: str) -> None:
        """Says why, and puts the cursor where it can be mended."""
        self.say_wrong(why)
        self.query_one(self.SOURCE).focus()

    def _ended(self, why: str | None) -> None:
        self.say_note("")
        if why:
            self.did_not_load(why)
        else:
            self.dismiss(None)


class NewFromApi(NewSession):
    """Asks for an API; its key only if it is not known."""

    ASKS = "A new session from an API"
    SOURCE = "#api"

    def __init__(self, folder: Path, api: str, key: str | None) -> None:
        super().__init__()
        self._folder, self._api, self._key = folder, api, key

    def fields(self) -> list[tuple[str, Widget]]:
        """The name, which nobody knows ahead and which has the keys first, the URL, the key, and how much of it."""
        key = [("its key; it is not kept", SecretInput(id="key"))] if not self._key else []
        return [
            _name(),
            ("the address of the API", LineInput(self._api, placeholder="such as https://api.example.com", id="api")),
            *key,
            ("details: of all customers now, or of each when it is needed", Choice(("all", "lazy"), id="details")),
            ("status", Choice(("all", *STATUSES), id="status")),
        ]

    def wanted(self) -> Wanted:
        """The session to be loaded from the API."""
        path = free_path(self.value("#name"), sessions_dir=self._folder)
        origin = str(parse_origin(self.value("#api")))
        key = self._key or self.value("#key")
        if not key:
            raise UsageError("the API asks for a key: type it")
        status, details = (self.query_one(one, Choice).value for one in ("#status", "#details"))
        how: Any = details
        part = Part(STATUSES if status == "all" else (status,), details=how)
        return Wanted(path, api=origin, key=key, part=part)

    def did_not_load(self, why: str) -> None:
        """A key that was typed here and is refused is typed anew."""
        head, refused, _ = why.partition(_REFUSED)
        if not refused or not self.query("#key"):
            super().did_not_load(why)
            return
        self.say_wrong(f"{head}: type another one")
        self.query_one("#key").focus()


class NewFromFile(NewSession):
    """Asks for a file."""

    ASKS = "A new session from a file"
    SOURCE = "#file"
    HELP = f"Enter loads, Tab completes the path, Esc leaves. {READ} are read."

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def fields(self) -> list[tuple[str, Widget]]:
        """The path and the name."""
        return [("the path of the file", PathInput(id="file")), _name()]

    def on_path_input_names(self, message: PathInput.Names) -> None:
        """Shows how the path can go on."""
        more = f"  and {len(message.names) - _SHOWN} more" if len(message.names) > _SHOWN else ""
        self.say_note("  ".join(message.names[:_SHOWN]) + more)

    def wanted(self) -> Wanted:
        """The session to be loaded from the file."""
        if not self.value("#file"):
            raise UsageError("no file is named: type its path")
        file = self.query_one("#file", PathInput).path
        refuse_unread(file, kind_of(file, first_bytes(file)))
        return Wanted(free_path(self.value("#name"), sessions_dir=self._folder), file=file)


class NewSandbox(NewSession):
    """Asks how many sample customers."""

    ASKS = "Try it on a sandbox"
    SOURCE = "#customers"
    HELP = (
        "An API with sample customers starts, for as long as the app runs, and a session on it. Nothing of yours is touched; both "
        "are gone when you leave. Enter starts it, Esc leaves."
    )

    def fields(self) -> list[tuple[str, Widget]]:
        """The number."""
        return [("how many customers", LineInput(str(_SAMPLE), id="customers"))]

    def wanted(self) -> Wanted:
        """The session on the sandbox."""
        text = self.value("#customers").replace(",", "")
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
            raise UsageError(f"how many customers? a number from 1 to {_MOST:,}")
        return Wanted(None, sample=int(text[:9]))


def _name() -> tuple[str, Widget]:
    return "a name for the session", LineInput(placeholder="such as spring", id="name")
