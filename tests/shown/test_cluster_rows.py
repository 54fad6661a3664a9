"""Clusters as lines: what each value would become, and in how many rows."""

from __future__ import annotations

import polars as pl
import pytest

from workbench.customers.fields import FIELDS
from workbench.problems.clusters import clusters
from workbench.problems.methods import method
from workbench.shown.cluster_rows import Chosen, ClusterRows


@pytest.fixture
def rows() -> ClusterRows:
    """Two clusters, of three spellings and of two."""
    values = ["Acme"] * 4 + ["acme"] * 2 + ["ACME "] + ["Globex"] * 3 + ["globex"] + ["Other"]
    return ClusterRows(clusters(FIELDS["customers"]["company_name"], pl.Series(values), method()), Chosen())


def texts(rows: ClusterRows) -> list[list[str]]:
    names = [column.name for column in rows.columns]
    return [[cell.text.strip() for cell in line] for line in rows.window(0, 99, names)]


def test_each_cluster_has_a_line_above_its_values(rows: ClusterRows) -> None:
    assert rows.heads == [0, 4]
    assert [line[:2] for line in texts(rows)] == [
        ["→ Acme", "7"],
        ["Acme", "4"],
        ["acme", "2"],
        ["ACME·", "1"],
        ["→ Globex", "4"],
        ["Globex", "3"],
        ["globex", "1"],
    ]
    assert {line[2] for line in texts(rows)[1:4]} == {""}


def test_what_is_taken_says_what_it_becomes_and_counts(rows: ClusterRows) -> None:
    rows.chosen.taken.add(rows.found.clusters[0].id)
    assert [line[2] for line in texts(rows)[1:4]] == ["stays", "→ Acme", "→ Acme"]
    assert (rows.taken_rows, rows.would_change()) == ([0, 1, 2, 3], 3)
    rows.chosen.winners[rows.found.clusters[0].id] = "ACME Inc"
    assert (texts(rows)[0][0], rows.would_change()) == ("→ ACME Inc", 7)
    assert texts(rows)[0][2] == "3 spellings: chosen by you"


def test_a_choice_of_clusters_that_are_no_more_counts_for_nothing(rows: ClusterRows) -> None:
    rows.chosen.taken.add("00000000")
    assert (rows.taken, rows.taken_rows, rows.would_change()) == ([], [], 0)


def test_the_same_is_the_cluster(rows: ClusterRows) -> None:
    assert list(rows.same(5, "spelling")) == [4, 5, 6]
    assert list(rows.rows_between(1, 3)) == [1, 2, 3]
    assert (rows.position_of(6), rows.position_of(7), rows.row_at(2)) == (6, None, 2)
