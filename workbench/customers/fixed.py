"""A frame that nobody changes in place: what a notebook is handed is the very frame that previews and bodies are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import polars as pl

from workbench.errors import UsageError


class FixedFrame(pl.DataFrame):
    """A polars frame whose verbs that change it in place raise `UsageError`; all others give plain frames, and so does `clone`.
    `orders`: by column what unpacks the order of its rows, where one was kept with it."""

    orders: Mapping[str, Callable[[], pl.DataFrame]] = MappingProxyType({})

    @classmethod
    def _from_pydf(cls, py_df: Any) -> pl.DataFrame:
        return pl.DataFrame._from_pydf(py_df)  # how polars makes what its verbs give back: that is anybody's own

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise UsageError(
            "this frame is the session's own and was not changed: take .clone() to change a copy; "
            "to change customers, stage: wb.search(..).set(..)"
        )

    __setitem__ = insert_column = replace_column = drop_in_place = extend = shrink_to_fit = _refuse

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return pl.DataFrame.columns.__get__(self)  # type: ignore[no-any-return]

    @columns.setter
    def columns(self, names: Any) -> None:
        self._refuse()

    def hstack(self, columns: Any, *, in_place: bool = False) -> pl.DataFrame:
        """As polars does it, but not in place."""
        return self._refuse() if in_place else self.clone().hstack(columns)

    def vstack(self, other: pl.DataFrame, *, in_place: bool = False) -> pl.DataFrame:
        """As polars does it, but not in place."""
        return self._refuse() if in_place else self.clone().vstack(other)

    def clone(self) -> pl.DataFrame:
        """A frame of one's own with the same values; it costs next to nothing."""
        return pl.DataFrame(self)


def fixed(frame: pl.DataFrame) -> FixedFrame:
    """The frame, from now on not to be changed in place."""
    return frame if isinstance(frame, FixedFrame) else FixedFrame(frame)
