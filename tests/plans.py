"""Requests of a plan as the frames that a session takes."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from workbench.session.rows import REQUEST, Request


def framed(requests: Iterable[Request] = ()) -> list[pl.DataFrame]:
    """These requests as `add_run` takes them."""
    return [pl.DataFrame(list(requests), schema=REQUEST, orient="row")]
