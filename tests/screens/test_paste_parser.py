"""What a terminal sends: keys are keys, and nothing that is pasted is one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from screens.paste_parser import PasteParser

START, END = "\x1b[200~", "\x1b[201~"
HOSTILE = st.text("\x1b[20~1;uAq\r\t\n\x11\x03 é株\u202e", max_size=60).filter(lambda text: END not in text)


def told(parser: XTermParser, data: str, cuts: list[int]) -> list[tuple[str, str]]:
    """What a parser makes of data that comes in parts: keys and pastes."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    parts = [data[first:last] for first, last in pairwise(places) if first < last]
    found = [event for part in parts for event in parser.feed(part)]
    return [("paste", one.text) if isinstance(one, events.Paste) else ("key", one.key) for one in found]


@given(HOSTILE, st.lists(st.integers(0, 200), max_size=6))
def test_whatever_is_pasted_and_however_it_is_cut_it_is_one_paste_and_no_key(text: str, cuts: list[int]) -> None:
    found = told(PasteParser(), f"a{START}{text}{END}b", cuts)
    assert found == [("key", "a"), ("paste", text), ("key", "b")]


def test_textual_s_own_parser_sends_keys_after_an_escape_in_a_paste() -> None:
    """Why there is one of ours: when this fails it can go, if it is quick by then."""
    assert ("key", "q") in told(XTermParser(), f"{START}\x1b]52;c;{'q' * 40}{END}", [])


@given(st.lists(st.sampled_from(["a", "\r", "\t", "\x1b[A", "\x1bOP", "\x11"]), max_size=8))
def test_keys_are_those_of_textual(keys: list[str]) -> None:
    data = "".join(keys)
    assert told(PasteParser(), data, []) == told(XTermParser(), data, [])


def test_an_escape_after_which_nothing_comes_is_the_key() -> None:
    now = [0.0]
    parser = PasteParser(clock=lambda: now[0])
    assert [*parser.feed("\x1b"), *parser.tick()] == []
    now[0] = 1.0
    assert [event.key for event in parser.tick()] == ["escape"]
    assert [event.key for event in parser.feed("a")] == ["a"]


def test_a_paste_waits_for_its_end_however_long_that_takes() -> None:
    now = [0.0]
    parser = PasteParser(clock=lambda: now[0])
    assert list(parser.feed(f"{START}x\x1b")) == []
    now[0] = 9.0
    assert list(parser.tick()) == []
    assert [event.text for event in parser.feed(f"[A{END}")] == ["x\x1b[A"]


def test_the_end_of_what_comes_is_taken() -> None:
    assert list(PasteParser().feed("")) == []


def test_esc_and_a_digit_at_once_are_alt_and_that_digit_and_no_sign_of_another_keyboard() -> None:
    keys = [event.key for character in "0123456789-=" for event in PasteParser().feed("\x1b" + character)]
    assert keys == [*(f"alt+{digit}" for digit in "0123456789"), "alt+minus", "alt+equals_sign"]


SIGNS = [*"?/',.<>$! ]{}_+", "\r", "\t", "\x7f", "\x04", "\x10", "G", "E", "j", "é"]


@given(
    st.lists(st.tuples(st.sampled_from(["", "\x1b", "\x1b\x1b"]), st.sampled_from(SIGNS)), max_size=8),
    st.lists(st.integers(0, 40), max_size=6),
)
@example([("\x1b\x1b", "/"), ("", "G")], [2])
def test_esc_and_any_key_at_once_are_alt_and_that_key_whatever_follows_and_however_it_is_cut(
    typed: list[tuple[str, str]], cuts: list[int]
) -> None:
    wanted = []
    for escapes, character in typed:
        ((_, key),) = told(PasteParser(), character, [])
        wanted += [("key", "escape")] * (len(escapes) - 1) + [("key", f"alt+{key}" if escapes else key)]
    assert told(PasteParser(), "".join(escapes + character for escapes, character in typed), cuts) == wanted


def test_textual_s_own_parser_loses_esc_before_enter_and_before_another_esc() -> None:
    """Why ours looks at them first."""
    parser = XTermParser()
    assert [event.key for event in [*parser.feed("\x1b\r"), *parser.feed("")]] == ["enter"]
    assert told(XTermParser(), "\x1bj\x1bj", []) == [("key", "circumflex_accent"), ("key", "j")]
