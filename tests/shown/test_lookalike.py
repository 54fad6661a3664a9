"""Letters of another script inside a word are found; names in one script are left alone."""

from __future__ import annotations

import pytest

from workbench.shown.lookalike import lookalikes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme", {}), ("", {}), ("Müller Øre", {}), ("Москва", {}), ("Acme Москва", {}), ("株式会社Tokyo", {}),
        ("Аcme", {0: "CYRILLIC CAPITAL LETTER A"}), ("x Воstоn", {2: "CYRILLIC CAPITAL LETTER VE"}),
        ("Ｂoston", {0: "FULLWIDTH LATIN CAPITAL LETTER B"}), ("Мoсква", {1: "LATIN SMALL LETTER O"}),
        ("aо", {1: "CYRILLIC SMALL LETTER O"}),
    ],
)  # fmt: skip
def test_look_alike_letters_are_named_at_their_place(text: str, found: dict[int, str]) -> None:
    assert lookalikes(text).items() >= found.items()
    assert bool(lookalikes(text)) == bool(found)
