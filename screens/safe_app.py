"""What every app of the workbench is: keys in their turn, help made of them, questions in threads, themes and keys of one's own,
messages and crashes that are safe."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from rich.segment import Segments
from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import ActiveBinding, Binding, BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.theme import Theme, ThemeProvider
from textual.worker import Worker

from screens.busy import Busy
from screens.dialogs.keys import KeysHelp, helps
from screens.dialogs.to_be_read import ToBeRead
from screens.preferences import Preferences, keep_theme
from screens.safe_palette import InTheirOrder, SafePalette
from screens.saying import Saying, safe_lines
from screens.sent_lines import SendsWhatIsNew
from screens.signs import SIGNS
from screens.themes import HIGH_CONTRAST, NoColours, Readable
from screens.typed_ahead import Typed
from workbench.errors import WorkbenchError
from workbench.onlooker import Onlooker

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.widget import Widget

    from screens.held_terminal import HeldTerminal

Answer = TypeVar("Answer")

HOW_TO_QUIT: Final = "ctrl+q quits; everything staged is kept in the session"
INTERRUPTED: Final = 130
"""The exit code of an app that was told to end."""


class SafeApp(Saying, SendsWhatIsNew):
    """An app on a terminal that may show a first paint already (`terminal`), which it takes over."""

    TITLE = "workbench"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {InTheirOrder}
    CSS = """
    Toast { width: auto; max-width: 100%; padding: 0 1; margin: 0; }
    Toast.-warning, Toast.-error { text-style: bold; }
    ToastRack { margin-bottom: 1; scrollbar-size: 0 0; }
    Review ToastRack { margin-bottom: 2; }
    OptionList > .option-list--option-highlighted { text-style: reverse; }
    Input:nocolor { text-style: underline; }
    Input:nocolor > .input--cursor { text-style: reverse; }
    Input:nocolor > .input--selection { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "keys", "Keys", id="app.keys"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
    ]

    def __init__(self, *, terminal: HeldTerminal | None = None) -> None:
        super().__init__(driver_class=_driver())
        self.terminal = terminal
        self._filters = [NoColours()] if self.no_color else [*self._filters, Readable()]
        self.busy = Busy()
        self.preferences = Preferences.read()
        self.register_theme(HIGH_CONTRAST)
        self.set_keymap(dict(self.preferences.keys))
        if self.preferences.theme in self.available_themes:
            self.theme = self.preferences.theme

    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], Any]:
        """A screen that is made beside another has the looks of now, as that has: Textual would parse all style sheets up to three
        times more. The first one is made before the theme is in force."""
        shown = [one for one in self.screen_stack if one.is_mounted and type(one) is not Screen]
        found, mounted = super()._get_screen(screen)
        if shown and not found.is_mounted:
            for one in (*shown, found):
                one._css_update_count = self._css_update_count
        return found, mounted

    def told_to_end(self) -> None:
        """The process was told to end, or its terminal is gone."""
        self.exit(return_code=INTERRUPTED)

    def look(
        self,
        ask: Callable[[], Answer],
        then: Callable[[Answer], None],
        wrong: Callable[[Any], None] | None = None,
        *,
        group: str,
        within: Screen[Any] | None = None,
    ) -> Worker[None]:
        """Asks in a thread and hands the answer to `then`; a newer question of the same group makes this one void, and so does the
        end of the dialog that it is asked `within`. What is void ends in its thread too, at its next step.

        `wrong` takes a `WorkbenchError`; without it the error is said. The work has ended when one of them has. In an app that is
        being left nobody hears: its screens are going.
        """

        onlooker = Onlooker(self.busy.telling(group))

        def watched() -> Answer:
            with onlooker.watching():
                return ask()

        async def asked() -> None:
            try:
                with self.busy.doing(group):
                    answer = await asyncio.to_thread(watched)
            except asyncio.CancelledError:
                onlooker.leave()
                raise
            except WorkbenchError as error:
                if self.is_running:
                    (wrong or self.say_wrong)(error)
            else:
                if self.is_running:
                    then(answer)
            finally:
                if within is not None and self.is_running:
                    self.call_later(self.keys_go_on)  # of a dialog's workers the app hears nothing

        return (within or self).run_worker(asked, group=group, exclusive=True)

    def stop_looking(self, *groups: str) -> bool:
        """Makes questions of these groups void that one is waiting for; whether there was any."""
        waited = self.busy.groups() & set(groups)
        for worker in list(self.workers):
            if worker.group in waited:
                worker.cancel()
        return bool(waited)

    # Preferences

    def on_mount(self) -> None:
        """Says what is wrong with the preferences, and keeps the theme when another one is chosen."""
        theme = self.preferences.theme
        unknown = (
            f"there is no theme {theme!r}; ctrl+p chooses one" if theme not in (*self.available_themes, "") else ""
        )
        if wrong := self.preferences.wrong or unknown:
            self.say(wrong, "warning")
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def _keep_theme(self, theme: Theme) -> None:
        if theme.name == self.preferences.theme:
            return
        try:
            keep_theme(theme.name)
        except OSError as error:
            self.say(f"the theme cannot be kept for the next time: {error.strerror or error}", "warning")
        self.preferences = replace(self.preferences, theme=theme.name)

    # Saying

    def action_help_quit(self) -> None:
        """Ctrl+C ends nothing here; who wants to leave is told how."""
        self.say(HOW_TO_QUIT)

    def without_key(self, text: str) -> str:
        """A text that does not hold the API key, as far as the app knows it."""
        return text

    # Keys

    def action_keys(self) -> None:
        """Shows the keys of where you are: of the pane that has the keys, if it is a place of its own, else of the screen."""
        screen = self.screen
        pane = next((node for node in _around(screen.focused) if hasattr(node, "PLACE")), screen)
        place = getattr(pane, "PLACE", type(pane).__name__.lower())
        keys = helps(
            screen.active_bindings.values(),
            self.get_key_display,
            place,
            first=pane is not screen,
            signs=SIGNS.get(place, ()),
        )
        self.push_screen(KeysHelp(keys, getattr(pane, "WAY", "")), self._press_chosen)

    def _press_chosen(self, key: str | None) -> None:
        """Does what a line of the help says, as if its key had been pressed there. It never answers a question that has to be
        read first."""
        if key and not isinstance(self.screen, ToBeRead):
            self.press_instead(key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every key of where you are as a command, those of the line at the bottom first, and the one thing that has no key.
        Textual's own commands (a picture of the screen as SVG, one pane made as large as the screen, a list of keys without
        their places) are not those of this job."""
        told: set[str] = set()
        needed = [active for active in screen.active_bindings.values() if active.binding.show]
        for active in (*needed, *_near_first(screen)):
            binding = active.binding
            if active.enabled and binding.id and binding.description not in (*told, "") and not binding.system:
                told.add(binding.description)
                yield SystemCommand(
                    binding.description,
                    f"key: {self.get_key_display(binding)}",
                    lambda action=binding.action, node=active.node: self.call_later(self.run_action, action, node),
                )
        yield SystemCommand(
            "Theme: colours, high-contrast", "other colours, kept for the next time", self.search_themes
        )

    def search_themes(self) -> None:
        """Offers the themes, in a palette in which what is pasted is only shown."""
        self.push_screen(
            SafePalette([ThemeProvider], placeholder="a theme: high-contrast is the one that is easiest to read")
        )

    def action_command_palette(self) -> None:
        """Opens the command palette, in which what is pasted is only shown."""
        if not SafePalette.is_open(cast("App[object]", self)):
            self.push_screen(SafePalette())  # no id: the one before may still be on its way out

    async def typed(self, event: Typed) -> None:
        """Esc and a key in quick succession arrive as alt and that key: unless it is bound, it is Esc, then the key. What was
        typed before a question could be read is left out."""
        if isinstance(event, events.Paste) or not self._is_hasty_escape(event.key):
            if isinstance(event, events.Key) and event.key == "escape" and self.stops_waiting():
                return
            if not isinstance(self.screen, ToBeRead) or self.screen.hears(event):
                await super().typed(event)
            return
        key = _upper(event.key.removeprefix("alt+"))
        escape = self.screen.active_bindings.get("escape")
        if not self.stops_waiting() and escape is not None:
            await self.run_action(escape.binding.action, escape.node)
        await self.type_again(event, key, event.character or (key if len(key) == 1 else None))

    def stops_waiting(self) -> bool:
        """Whether Esc has stopped what is waited for: then it does nothing else."""
        return False

    def cuts_short(self, event: events.Key) -> bool:
        """Esc, also a hasty one, and the key that quits do not wait."""
        return event.key in ("escape", "ctrl+q") or self._is_hasty_escape(event.key)

    def _is_hasty_escape(self, key: str) -> bool:
        return key.startswith("alt+") and key not in self.screen.active_bindings

    def _fatal_error(self) -> None:
        """Leaves with a traceback that shows no values of variables (a key could be among them), nor the key where it stands in
        the message, and drives no terminal."""
        text = Text(safe_lines(self.without_key(traceback.format_exc())))
        self._exit_renderables.append(Segments(self.console.render(text, self.console.options)))
        self._close_messages_no_wait()


def _driver() -> type[Driver] | None:
    """The driver for a terminal; None: the platform's own."""
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from screens.terminal_driver import TerminalDriver

    return TerminalDriver


def _upper(key: str) -> str:
    """A capital letter as it is called when it is pressed alone: `G`, not `shift+g`."""
    return key[-1].upper() if re.fullmatch("shift[+][a-z]", key) else key


def _around(widget: Widget | None) -> Iterable[DOMNode]:
    """A widget and what it stands in, the nearest first."""
    return () if widget is None else widget.ancestors_with_self


def _near_first(screen: Screen[Any]) -> list[ActiveBinding]:
    """The keys that work now: the screen's own first, then those of what has the focus, then the app's."""
    return sorted(screen.active_bindings.values(), key=lambda active: not isinstance(active.node, Screen))
