"""Clusters: which values are brought together, which never, and which spelling is suggested for them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import amount
from workbench.customers.fields import field
from workbench.errors import UsageError
from workbench.onlooker import Onlooker
from workbench.problems.clusters import Clusters, clusters
from workbench.problems.methods import METHODS, method
from workbench.problems.spelling import folded

PIECES = (
    *(
        "Acme",
        "ACME",
        "acme",
        "Acmé",
        "Acme\u0301",
        "Ac me",
        "Аcme",
        "АСМЕ",
        "Inc",
        "Inc.",
        "GmbH",
        "München",
        "30",
        "60",
        "3",
        "0",
    ),
    *(
        " ",
        "  ",
        "\u00a0",
        "\t",
        "\u200b",
        "\ufeff",
        "-",
        ".",
        "&",
        "'",
        "Smith",
        "Smyth",
        "smiht",
        "Ｓｍｉｔｈ",
        "ß",
        "ss",
        "ΟΔΟΣ",
        "οδος",
    ),
    *("山", "हिन्दी", "हन", "½", "\x00", "x" * 40),
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=0, max_size=4).map("".join) | st.text(max_size=12)
COLUMNS = st.lists(TEXTS | st.none(), max_size=40)
ALL = [pytest.param(name, id=name) for name in METHODS]


def found(values: Iterable[str | None], name: str = "fingerprint", **options: int) -> Clusters:
    return clusters(
        field("customers", "company_name"), pl.Series(list(values), dtype=pl.String), method(name, **options)
    )


def together(values: Iterable[str | None], name: str = "fingerprint", **options: int) -> list[set[str]]:
    return [{one.value for one in cluster.values} for cluster in found(values, name, **options).clusters]


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(["Acme Inc", "acme inc.", "ACME, INC", "Inc Acme"], id="case, punctuation, order"),
        pytest.param(
            ["Acme", "Acme ", " Acme", "Acme\u00a0", "Acme\t", "Acme\u200b", "\ufeffAcme"],
            id="spaces and unseen characters",
        ),
        pytest.param(["Café", "Cafe\u0301", "CAFE", "cafe"], id="composed and decomposed accents"),
        pytest.param(["Acme", "Аcme", "Асmе"], id="Cyrillic letters that look Latin"),
        pytest.param(["Acme Inc", "АСМЕ Inc"], id="a word of nothing but such letters, beside a Latin one"),
        pytest.param(["ΟΔΟΣ", "οδος", "οδοσ"], id="both small sigmas"),
        pytest.param(["МОСКВА", "Москва"], id="Cyrillic stays Cyrillic"),
        pytest.param(["Ａｃｍｅ", "Acme"], id="full width"),
        pytest.param(["Straße 5", "STRASSE 5"], id="sharp s"),
        pytest.param(["ﬁsh", "Fish"], id="ligatures"),
        pytest.param(["Acme Acme Inc", "Acme Inc"], id="a word twice"),
        pytest.param(["NET 30", "Net 30 ", "net  30", "30 net"], id="a term"),
    ],
)
def test_a_fingerprint_brings_together(spellings: list[str]) -> None:
    assert together(spellings) == [set(spellings)]


@pytest.mark.parametrize(
    "two",
    [
        ["NET 30", "NET 60"],
        ["Unit 1 Floor 2", "Unit 2 Floor 1"],
        ["1.5 Main", "15 Main"],
        ["1010", "101"],
        ["Store 12", "Store 13"],
        ["हिन्दी", "हन"],
        ["-", "..."],
        ["", " "],
    ],
)
@pytest.mark.parametrize("name", ALL)
def test_no_method_brings_together_what_differs_in_numbers_or_in_letters(two: list[str], name: str) -> None:
    assert together([*two, *two], name) == []


def test_an_n_gram_fingerprint_sees_through_spaces() -> None:
    assert together(["NET30", "NET 30", "net-30", "N E T 30"], "ngram") == [{"NET30", "NET 30", "net-30", "N E T 30"}]
    assert together(["Krzysztof", "Kryzysztof"], "ngram", size=1) == [{"Krzysztof", "Kryzysztof"}]
    assert together(["Krzysztof", "Kryzysztof"], "ngram", size=2) == []


def test_names_that_sound_alike_are_together() -> None:
    assert together(["Smith", "Smyth", "Jones"], "phonetic") == [{"Smith", "Smyth"}]
    assert together(["Catherine's Cafe", "Katherines Café"], "phonetic") == [{"Catherine's Cafe", "Katherines Café"}]


def test_a_typing_mistake_is_allowed_for_five_letters() -> None:
    assert together(["Toronto", "Tornto", "Torotno"], "distance") == [{"Toronto", "Tornto", "Torotno"}]
    assert together(["TX", "TN", "MA", "ME", "Rome", "Rame"], "distance") == []
    assert together(["Philadelphia", "Phildelpia"], "distance") == [{"Philadelphia", "Phildelpia"}]
    assert together(["Philadelphia", "Phildelpia"], "distance", radius=1) == []


def test_small_steps_make_no_chain_from_one_word_to_quite_another() -> None:
    steps = ["abcdefghij", "abcdefghiX", "abcdefghXX", "abcdefgXXX", "abcdefXXXX", "abcdeXXXXX", "abcdXXXXXX"]
    groups = together(steps, "distance")
    assert {"abcdefghij", "abcdXXXXXX"} not in [group & {"abcdefghij", "abcdXXXXXX"} for group in groups]
    for cluster in found(steps, "distance").clusters:
        assert len(cluster.values) <= 5


def test_the_winner_is_the_commonest_clean_spelling_and_says_why() -> None:
    cluster = found(["Acme ", "Acme ", "Acme ", "ACME", "ACME", "Acme"]).clusters[0]
    assert (cluster.winner, cluster.why) == ("ACME", "the commonest clean one, 2 rows")
    assert [one.value for one in cluster.values] == ["ACME", "Acme", "Acme "]
    assert cluster.rows == 6


def test_of_two_as_common_the_one_written_with_more_care_wins() -> None:
    assert found(["ACME", "Acme", "acme"]).clusters[0].winner == "Acme"
    assert found(["Cafe Noir", "Café Noir"]).clusters[0].winner == "Café Noir"
    assert found(["Cafe\u0301", "Café", "Cafe\u0301"]).clusters[0].winner == "Café"
    assert found(["Аcme", "Аcme", "Acme"]).clusters[0].winner == "Acme"
    assert found(["CafÃ© Rio", "CafA© Rio", "CAFA© RIO"]).clusters[0].winner == "CafA© Rio"


def test_where_none_is_clean_the_winner_is_the_best_without_its_stray_spaces() -> None:
    cluster = found(["Acme ", "Acme ", " ACME"]).clusters[0]
    assert cluster.winner == "Acme"
    assert cluster.why == "the commonest, 2 rows, without its stray spaces and characters"
    assert found(["Acme ", "Acme ", " ACME"]).mapping() == {"Acme ": "Acme", " ACME": "Acme"}


def test_clusters_of_the_most_spellings_come_first() -> None:
    values = ["b", "B", "c", "C", "C", "d", "D", "d ", "a"]
    assert [cluster.values[0].value for cluster in found(values).clusters] == ["D", "C", "B"]


def test_a_very_long_value_is_left_out_and_said() -> None:
    result = found(["Acme", "ACME", "x" * 1_000_000, "X" * 256, "y" * 255, "Y" * 255])
    assert result.left_out == 2
    assert [cluster.rows for cluster in result.clusters] == [2, 2]


def test_a_cluster_keeps_its_id_while_it_holds_the_same_values() -> None:
    alone = found(["Acme", "ACME"]).clusters[0].id
    assert alone in [cluster.id for cluster in found(["b", "B", "b ", "ACME", "ACME", "Acme"]).clusters]
    assert alone != found(["Acme", "ACME"], "ngram").clusters[0].id
    assert alone != found(["Acme", "ACME", "acme"]).clusters[0].id


def test_clusters_are_accepted_by_id_or_by_its_beginning_or_all() -> None:
    result = found(["a", "A", "A", "b", "B", "B"])
    one, other = result.clusters
    assert result.mapping([one.id]) == {"a": "A"}
    assert result.mapping([other.id[:4]]) == {"b": "B"}
    assert result.mapping() == {"a": "A", "b": "B"}
    assert result.mapping([], {one.id: "x"}) == {"a": "x", "A": "x"}
    assert result.mapping(None, {one.id: "a"}) == {"A": "a", "b": "B"}


@pytest.mark.parametrize("wrong", ["", "zzzz", "abc", "00000000"])
def test_an_id_that_no_cluster_has_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="no cluster"):
        found(["a", "A"]).mapping([wrong])


def test_an_empty_winner_is_refused() -> None:
    result = found(["a", "A"])
    with pytest.raises(UsageError, match="is empty"):
        result.mapping([], {result.clusters[0].id: "  "})


def test_only_text_has_spellings() -> None:
    with pytest.raises(UsageError, match="only text has spellings"):
        clusters(field("customers", "id"), pl.Series(["a"]), method())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fingerprint", {"size": 2}),
        ("ngram", {"radius": 2}),
        ("ngram", {"size": 0}),
        ("distance", {"radius": 9}),
        ("soundex", {}),
    ],
)
def test_a_method_has_its_own_settings_within_bounds(name: str, options: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        method(name, **options)


@pytest.mark.parametrize("name", ALL)
@given(values=COLUMNS)
@settings(max_examples=amount(25, 250), deadline=None)
def test_a_value_is_in_one_cluster_at_most_whatever_the_order_of_rows(name: str, values: list[str | None]) -> None:
    result = found(values, name)
    members = [one.value for cluster in result.clusters for one in cluster.values]
    assert len(members) == len(set(members))
    assert all(len(cluster.values) > 1 for cluster in result.clusters)
    assert all(cluster.rows == sum(one.count for one in cluster.values) for cluster in result.clusters)
    shuffled = list(values)
    random.Random(len(values)).shuffle(shuffled)
    assert found(shuffled, name).clusters == result.clusters


@pytest.mark.parametrize("name", ALL)
@given(values=COLUMNS)
@settings(max_examples=amount(25, 250), deadline=None)
def test_what_is_accepted_becomes_one_value(name: str, values: list[str | None]) -> None:
    result = found(values, name)
    mapping = result.mapping()
    after = [mapping.get(value, value) if value is not None else None for value in values]
    for cluster in result.clusters:
        assert {mapping.get(one.value, one.value) for one in cluster.values} == {cluster.winner}
        assert after.count(cluster.winner) == cluster.rows
    if name != "distance":
        assert found(after, name).clusters == ()


@given(values=COLUMNS)
@settings(max_examples=amount(60, 200), deadline=None)
def test_folding_twice_is_folding_once(values: list[str | None]) -> None:
    once = folded(pl.Series(values, dtype=pl.String))
    assert folded(once).to_list() == once.to_list()


@pytest.mark.parametrize("name", METHODS)
def test_how_far_comparing_is_comes_step_by_step_and_what_is_found_is_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [f"{spelling} {number}" for number in range(200) for spelling in ("Acme", "ACME", "Аcme Works")]
    whole = found(values, name)
    monkeypatch.setattr("workbench.problems.clusters._AT_ONCE", 50)
    told: list[float] = []
    with Onlooker(told.append).watching():
        assert found(values, name).clusters == whole.clusters
    assert told == sorted(told)
    assert told[-1] == 1
    assert all(after - before < 0.75 for before, after in pairwise(told))
    assert len(set(told)) > 20
