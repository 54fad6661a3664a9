"""What the commands share: options, opening a session, the API and its key, printing."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from workbench.cli.dead_ends import heard_or_not
from workbench.cli.key import api_key, known_api
from workbench.errors import UsageError
from workbench.shown.text import count

if TYPE_CHECKING:
    from workbench.workbench import Workbench

Dashed: Final = Parameter(allow_leading_hyphen=True, negative="")
"""For queries and values, which may begin with `-`."""

_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe0e\ufe0f\uffa0")
"""Letters and marks of Unicode that no font shows; all others that cannot be seen are not printable for Python."""

Flag: Final = Parameter(negative="")
"""For switches that are off unless given."""


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Options of every command.

    Parameters
    ----------
    json
        Print one JSON object on stdout.
    sessions_dir
        The folder in which sessions are looked up by name.
    """

    json: Annotated[bool, Flag] = False
    sessions_dir: Path | None = None


COMMON: Final = Common()

_FEW: Final = 5
"""So many keys that are missing are said."""

_NAMED: Final = 40
"""So many characters of what was mistyped are said again."""


def opened(session: str, common: Common) -> Workbench:
    """The session, open; a context manager."""
    from workbench.workbench import Workbench

    return Workbench.open(session, sessions_dir=common.sessions_dir, key=api_key())


def say_summaries(workbench: Workbench) -> None:
    """Says of how many customers only a summary is here: what is asked or done may miss them."""
    if lacking := workbench.summaries:
        say(
            f"{count(lacking, 'customer')} came without addresses, contacts and attributes, which nothing finds or changes; "
            f"they come with: workbench load {shown(workbench.name)}"
        )


def api_url(api: str | None) -> str | None:
    """The API that was asked for: `--api`, else `$WORKBENCH_API_URL`, else None."""
    return api or known_api()


def query(text: str) -> str:
    """A query given as an argument; raises `UsageError` for what can only be a mistyped option."""
    if text.startswith("--"):
        option = text.split()[0]
        option = option if len(option) <= _NAMED else option[:_NAMED] + ".."
        raise UsageError(f"there is no option {option!r}; a query cannot begin with --")
    return text


def put(data: Any) -> None:
    """Prints one JSON object, or text (lines of JSON too, see `inert_json`) as it is, to stdout.

    What stdout's encoding lacks is written as JSON writes it, `\\u00e9`, so that JSON stays JSON. If nobody reads any more
    (`| head`), it is lost: the command does what it was told, and its exit code is its own.
    """
    text = data if isinstance(data, str) else inert_json(json.dumps(data, ensure_ascii=False, default=str))
    with heard_or_not(sys.stdout, at_once=False):
        try:
            sys.stdout.write(text + "\n")
        except UnicodeEncodeError:
            sys.stdout.write("".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text) + "\n")


def put_file(text: str) -> None:
    """Prints what is meant for a file: exactly as it is, unless somebody looks at it on a terminal, which it must not drive."""
    put("\n".join(map(shown, text.split("\n"))) if sys.stdout.isatty() else text)


def inert_json(text: str) -> str:
    """The same JSON, with what a terminal would obey or not show (JSON itself escapes only the first of the controls) escaped."""
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(c if c == "\n" or is_seen(c) else json.dumps(c)[1:-1] for c in text)


def say(text: str) -> None:
    """A message for people, on stderr, with nothing in it that could drive a terminal. If nobody is there, it is lost."""
    with heard_or_not(sys.stderr):
        sys.stderr.write(for_reading(shown(text)) + "\n")


def for_reading(line: str) -> str:
    """A line for stderr; where that is a terminal, and the line longer than it is wide, broken between words and not within one."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.isatty() else 0
    except (OSError, ValueError):
        width = 0
    if len(line) <= width or not width:
        return line
    import textwrap

    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)


def asked(workbench: Workbench, where: str, table: str = "customers") -> str:
    """A query given as an argument (see `query`); which values of its lists nobody has is said before anything is done."""
    text = query(where)
    say_missing(workbench.missing(text, table), "workbench search with this query and --json tells all")
    return text


def say_missing(missing: Sequence[str], more_by: str = "all with --json") -> None:
    """Says on stderr, in a line, which values of a query's lists nobody has; of many the first, and `more_by` what tells all."""
    if missing:
        first = ", ".join(shown(one[:60]) for one in missing[:_FEW])
        more = f" and {len(missing) - _FEW:,} more ({more_by})" if len(missing) > _FEW else ""
        what = "1 key of the list is" if len(missing) == 1 else f"{len(missing):,} keys of the list are"
        say(f"{what} not in this session: {first}{more}")


def shown(text: Any) -> str:
    """A value as safe text of one line: control, bidi and invisible characters are shown as escapes."""
    plain = "" if text is None else ", ".join(map(str, text)) if isinstance(text, list) else str(text)
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(c if is_seen(c) else _escaped(c) for c in plain)


def quoted(value: Any) -> str:
    """A value between quotes, so that its spaces are seen; nothing as `(empty)`."""
    return "(empty)" if value in (None, "", []) else f"“{shown(value)}”"


def keys(result: Any, *names: str) -> dict[str, Any]:
    """Some attributes of a result as a JSON object."""
    return {name: _plain(getattr(result, name)) for name in names}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def is_seen(character: str) -> bool:
    """Whether a character can be shown as it is: it has a form that people see, and commands nothing."""
    return character.isprintable() and character not in _INVISIBLE


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Progress:
    """A line of progress on stderr that replaces itself; nothing where stderr is no terminal, but for the last one."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        """Shows the newest state."""
        if self._live:
            with heard_or_not(sys.stderr):
                sys.stderr.write("\r" + text.ljust(self._width))
            self._width = len(text)

    def waits(self, text: str) -> None:
        """Shows what is waited for: in the line, or where there is none as a message."""
        if self._live:
            self.show(shown(text)[: get_terminal_size().columns - 1])
        else:
            say(text)

    def done(self) -> None:
        """Clears the line."""
        if self._live and self._width:
            with heard_or_not(sys.stderr):
                sys.stderr.write("\r" + " " * self._width + "\r")
            self._width = 0
