"""Clusters of 20,000 names by each method, beside OpenRefine's published ones: `python tests/bench/clusters.py [NAMES]`.

The names are the sandbox's, different ones. The peers are the key collisions and the nearest neighbours (Levenshtein at most 2, in
blocks of six letters) as OpenRefine's manual describes them, in plain Python over rapidfuzz. They do not count the same: ours are
clusters, and none with other numbers or with more mistakes than one for five letters; of theirs the names that have a neighbour are
counted. Nothing is asserted; the limit is the issue's 3 s for all methods together.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

import polars as pl
from rapidfuzz.distance import Levenshtein

from workbench.customers.fields import field
from workbench.problems.clusters import clusters
from workbench.problems.methods import METHODS, method
from workbench.sandbox.samples import sample_customers

ROUNDS = 3
LIMIT = 3.0
BLOCK = 6
RADIUS = 2


def main(count: int) -> None:
    names = made(count)
    column, described = pl.Series(names), field("customers", "company_name")
    clusters(described, column.head(100), method("phonetic"))
    total = 0.0
    for name in METHODS:
        ours, groups = timed(lambda name=name: len(clusters(described, column, method(name)).clusters))
        peer = PEERS.get(name)
        line = f"{name:12} {ours:6.2f} s, {groups:6,} clusters"
        if peer:
            theirs, other = timed(lambda peer=peer: peer(names))
            line += f"   OpenRefine's in Python {theirs:6.2f} s, {other:6,}   ratio {ours / theirs:.2f}"
        print(line)
        total += ours
    print(
        f"all methods  {total:6.2f} s, limit {LIMIT * count / 20_000:.2f} s, ratio {total / (LIMIT * count / 20_000):.2f}"
    )


def made(count: int) -> list[str]:
    """So many different names, always the same ones."""
    found: dict[str, None] = {}
    for customer in sample_customers(10 * count):
        found[str(customer.get("name") or "-")] = None
        if len(found) == count:
            break
    names = list(found)
    random.Random(1).shuffle(names)
    print(f"{len(names):,} different names")
    return names


def timed(action: Callable[[], int]) -> tuple[float, int]:
    """The median of a few runs in seconds, and what they gave."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        made = action()
        times.append(time.perf_counter() - start)
    return statistics.median(times), made


def fingerprint(text: str) -> str:
    return " ".join(sorted(set(plain(text).split())))


def ngrams(text: str, size: int = 2) -> str:
    run = re.sub(r"\s", "", plain(text))
    return "".join(sorted({run[at : at + size] for at in range(max(len(run) - size + 1, 1))}))


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    return re.sub(r"[^\w\s]", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def collisions(key: Callable[[str], str]) -> Callable[[list[str]], int]:
    def counted(names: list[str]) -> int:
        bins: dict[str, list[str]] = defaultdict(list)
        for name in names:
            bins[key(name)].append(name)
        return sum(len(one) > 1 for one in bins.values())

    return counted


def neighbours(names: list[str]) -> int:
    """How many names have a neighbour, in blocks of six letters."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for name in names:
        run = re.sub(r"\s", "", plain(name))
        for gram in {run[at : at + BLOCK] for at in range(max(len(run) - BLOCK + 1, 1))}:
            blocks[gram].append(name)
    return len({centre(pair) for pair in near(blocks.values())})


def near(blocks: Iterable[list[str]]) -> set[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for block in blocks:
        for pair in combinations(block, 2):
            if pair not in seen:
                seen.add(pair)
                if Levenshtein.distance(*pair, score_cutoff=RADIUS) <= RADIUS:
                    found.add(pair)
    return found


def centre(pair: tuple[str, str]) -> str:
    return min(pair)


PEERS = {"fingerprint": collisions(fingerprint), "ngram": collisions(ngrams), "distance": neighbours}

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
