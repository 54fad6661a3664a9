"""The entry point: one command in, one exit code out, every error on one line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from workbench import __version__
from workbench.cli.commands import COMMANDS, overview
from workbench.cli.dead_ends import heard_or_not, open_closed_streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import App


def main() -> NoReturn:
    """The command `workbench`."""
    open_closed_streams()
    code = run(sys.argv[1:])
    _let_end()
    sys.exit(code)


def _let_end() -> None:
    """From here on a signal changes nothing: all is done and said, and the exit code is to tell how it went."""
    import signal

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and answers its exit code. Errors are told on stderr, in one line, without a traceback."""
    from workbench.errors import WorkbenchError

    try:
        code = _run(list(arguments))
        with heard_or_not(sys.stdout):
            return code
    except WorkbenchError as error:
        return _told(error.in_commands, error.exit_code)
    except KeyboardInterrupt:
        return _told("interrupted", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _told(f"{error.strerror or error}{where}", 1)
    except Exception as error:
        if os.environ.get("WORKBENCH_DEBUG"):
            raise
        kind = type(error).__name__
        return _told(f"something unexpected happened ({kind}: {error}); WORKBENCH_DEBUG=1 shows where", 1)
    except BaseException as error:
        if type(error).__name__ == "PanicException" and "KeyboardInterrupt" in str(error):
            return _told("interrupted", 130)  # it came while polars called Python
        raise


def _run(arguments: list[str]) -> int:
    if arguments[:1] in (["--help"], ["-h"], ["help"]):
        sys.stdout.write(overview() + "\n")
        return 0
    if arguments[:1] == ["--version"]:
        sys.stdout.write(f"{__version__}\n")
        return 0
    if arguments and arguments[0].startswith("--profile="):
        arguments = [*arguments[0].split("=", 1), *arguments[1:]]
    if arguments[:1] == ["--profile"]:
        from workbench.cli.profiling import profiled

        return profiled(arguments[1:], _run)
    if not arguments:
        return _home()
    if arguments[0] not in COMMANDS:
        return _unknown(arguments[0])
    if arguments[0] == "open":
        return _open(arguments)
    return _command(arguments)


def _open(arguments: list[str]) -> int:
    """The app; its options are parsed only if there are any that need it, since that takes as long as the first paint."""
    from workbench.cli.home import open_first
    from workbench.cli.opening import plain

    found = plain(arguments[1:])
    return open_first(*found) if found else _command(arguments)


def _home() -> int:
    from workbench.cli.opening import is_terminal

    if not is_terminal():
        sys.stderr.write(overview() + "\n")
        return 2
    from workbench.cli.home import home

    return home()


def _command(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    app = _app(arguments[0])
    try:
        code = app(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        first = " ".join(str(error).split())
        return _told(f"{first} (workbench {arguments[0]} --help tells the options)", 2)
    except SystemExit:  # of rich, when who read a help page has gone
        return 0
    return int(code) if isinstance(code, int) else 0


def _app(name: str) -> App:
    import importlib

    from cyclopts import App

    module, _, function = COMMANDS[name][0].partition(":")
    app = App(
        name="workbench", version=__version__, result_action="return_value", help_format="plaintext",
        help_formatter="plain", suppress_keyboard_interrupt=False,
    )  # fmt: skip
    app.command(getattr(importlib.import_module(module), function), name=name)
    return app


def _unknown(name: str) -> int:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean {near[0]}?" if near else "workbench --help lists them"
    return _told(f"there is no command {name!r}; {hint}", 2)


def _told(message: str, code: int) -> int:
    from workbench.cli.common import for_reading, is_seen

    line = " ".join("".join(c if is_seen(c) or c.isspace() else "?" for c in message).split())
    with heard_or_not(sys.stderr):
        sys.stderr.write(for_reading(f"workbench: {line}") + "\n")
    return code
