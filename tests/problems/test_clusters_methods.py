"""The methods on the published cases: OpenRefine's keyers, jellyfish's NYSIIS, and edit distance against comparing all pairs."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from tests.form import amount
from workbench.problems.methods import keys, method
from workbench.problems.near import allowed, near_pairs
from workbench.problems.nysiis import nysiis
from workbench.problems.spelling import clean, folded, tidy

SPACES = (
    "\t\n\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

NYSIIS = (
    *("Worthy,WARTY", "Ogata,OGAT", "montgomery,MANTGANARY", "Costales,CASTAL", "Tu,T", "martincevic,MARTANCAFAC"),
    *(
        "Catherine,CATARAN",
        "Katherine,CATARAN",
        "Katerina,CATARAN",
        "Johnathan,JANATAN",
        "Jonathan,JANATAN",
        "John,JAN",
    ),
    *(
        "Teresa,TARAS",
        "Theresa,TARAS",
        "Jessica,JASAC",
        "Joshua,JAS",
        "Lapher,LAFAR",
        "MacArthur,MCARTAR",
        "Pheenard,FANAD",
    ),
    *(
        "Schmittie,SNATY",
        "Knaqze,NAGS",
        "Knokno,NAN",
        "Knoko,NAC",
        "Macaw,MC",
        "T,T",
        "S,S",
        "P,P",
        "K,C",
        "M,M",
        "E,E",
    ),
    *("PFEISTER,FASTAR", "SARAH,SAR", "Michael,MACAL", "Bonnie,BANY"),
)


def key(text: str, name: str = "fingerprint", **options: int) -> str:
    found: str = keys(method(name, **options), folded(pl.Series([text])))[0]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the multi multi word test", "multi test the word"),
        (" école ÉCole ecoLe ", "ecole"),
        (" d c b a ", "a b c d"),
        ("\tABC \t DEF ", "abc def"),
        ("bbb\taaa", "aaa bbb"),
        ("æ", "ae"),
        ("ÐðÞþǷƿ", "ddththww"),
        ("ﬀﬁﬂﬃﬅﬆ", "fffiflffistst"),
        ("ÀÁÂÃÄÅàáâãäåĀāĂăĄą", "a" * 18),
        ("ĐđĎď", "dddd"),
        ("Ħħ", "hh"),
        ("ĸ", "k"),
        ("Łł", "ll"),
        ("Ŋŋ", "nn"),
        ("ŢţŤťŦŧ", "tttttt"),
        ("Ĳĳ", "ijij"),
        ("ſ", "s"),
        ("ẞß", "ssss"),
        (SPACES.join("abc"), "a b c"),
        ("", ""),
    ],
)
def test_fingerprints_are_those_of_openrefine(text: str, expected: str) -> None:
    assert key(text) == expected


def test_numbers_are_not_sorted_among_the_words_as_openrefine_sorts_them() -> None:
    assert key("Unit 2, Floor 1") == "floor unit 2 1"
    assert key("Unit 1, Floor 2") == "floor unit 1 2"


def test_n_grams_are_those_of_openrefine_with_the_numbers_after_them() -> None:
    assert key("abcdefg", "ngram") == "abbccddeeffg|"
    assert key("Paris", "ngram") == "arispari|"
    assert key("NET 30", "ngram") == key("net30", "ngram") == "30etnet3|30"
    assert key("a", "ngram") == "a|"


@pytest.mark.parametrize(("word", "code"), [line.split(",") for line in NYSIIS])
def test_nysiis_codes_are_those_of_jellyfish(word: str, code: str) -> None:
    assert nysiis(word.lower()) == code


def test_a_y_within_a_word_is_a_vowel_and_other_scripts_stay() -> None:
    assert nysiis("smyth") == nysiis("smith") == "SNAT"
    assert nysiis("ç") == "ç"
    assert nysiis("") == ""


@given(st.lists(st.text("abcd ", min_size=4, max_size=17), max_size=25, unique=True), st.integers(1, 3))
@settings(max_examples=amount(60, 150), deadline=None)
def test_no_pair_within_the_distance_is_missed(texts: list[str], radius: int) -> None:
    series = pl.Series(texts, dtype=pl.String)
    near = set(near_pairs(series, pl.Series([""] * len(texts), dtype=pl.String), radius).pairs.iter_rows())
    for a, first in enumerate(texts):
        for b in range(a + 1, len(texts)):
            most = allowed(min(len(first), len(texts[b])), radius)
            if most and Levenshtein.distance(first, texts[b]) <= most:
                assert (a, b) in near


def test_letters_that_changed_places_are_one_edit() -> None:
    texts = pl.Series(["smith", "smiht", "imsht"])
    assert near_pairs(texts, pl.Series(["", "", ""]), 2).pairs.rows() == [(0, 1)]


def test_pieces_that_very_many_share_are_left_out_and_counted() -> None:
    texts = pl.Series([*(f"{chr(0x4E00 + place)} hardware" for place in range(120)), "toronto", "tornto"])
    nothing = pl.repeat("", texts.len(), eager=True)
    all_, some = near_pairs(texts, nothing, 1), near_pairs(texts, nothing, 1, most=1_000)
    assert (all_.pairs.height, all_.partly) == (120 * 119 // 2 + 1, 0)
    assert some.pairs.rows() == [(120, 121)]
    assert some.partly == 120


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        (" Acme  Inc ", "Acme Inc"),
        ("A\u00a0B", "A B"),
        ("e\u0301", "é"),
        ("a\u200bb", "ab"),
        ("a\x00b\tc", "ab c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_tidying_takes_stray_spaces_and_unseen_characters_only(text: str, tidied: str) -> None:
    once = tidy(pl.Series([text]))
    assert once.to_list() == [tidied]
    assert tidy(once).to_list() == [tidied]


def test_clean_is_what_one_would_write() -> None:
    dirty = ["Acme ", "Acme\u200b", "e\u0301", "Аcme", "CafÃ©", "A &amp; B", "it\ufffds"]
    fine = ["Acme", "Café", "Москва", "Ελαιώνας ΑΕ", "A & B", "O’Brien", "山"]
    assert not clean(pl.Series(dirty)).any()
    assert clean(pl.Series(fine)).all()
