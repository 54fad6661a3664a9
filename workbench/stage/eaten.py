"""What a spreadsheet makes of a text when nobody looks: known by the value that stood there before.

`02139` becomes 2139, `+14155552671` loses its plus, 123456789012 is shown as 1.23457E+11, `1-2` becomes the second of January,
`true` a truth value. None of these is a correction. Where what stood before does not tell, only what no person types is one of
them: an error's name, a number in E notation, a day and a month as `2-Jan`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_ERROR: Final = (
    r"^(?:#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|GETTING_DATA)|Err:\d{3})$"
)
_POWER: Final = r"^[+-]?\d(?:[.,]\d+)?E[+-]?\d+$"
_NUMBER: Final = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$"
_LONG: Final = r"^\d{16,}$"
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY: Final = rf"^(?:\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d{{2}})$"
_DATE: Final = r"^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}(?:[ T]00:00:00)?)$"
_LIKE_DATE: Final = (
    rf"(?i)^(?:\d{{1,4}}[-/. ]\d{{1,2}}(?:[-/. ]\d{{1,4}})?|{_MONTH}[a-z]*[-/. ]?\d{{1,4}}"
    rf"|\d{{1,2}}[-/. ]?{_MONTH}[a-z]*)$"
)


def eaten(texts: pl.Series, before: pl.Series) -> pl.Series:
    """For texts (String) and what stood there before: why a text is a spreadsheet's doing, null where it may be a person's."""
    text, old = pl.col("text"), pl.col("old")
    short = (text.str.count_matches(r"\d") <= 15) & (old.str.count_matches(r"\d") <= 15)  # so many digits a float keeps
    numbers = text.str.contains(_NUMBER) & old.str.contains(_NUMBER) & short
    same = text.cast(pl.Float64, strict=False) == old.cast(pl.Float64, strict=False)
    cut = text.str.contains(_LONG) & old.str.contains(_LONG) & (text.str.head(15) == old.str.head(15))
    from_date = text.str.contains(_DATE) & old.str.contains(_LIKE_DATE)
    truth = text.is_in(["TRUE", "FALSE"]) & (text.str.to_lowercase() == old)
    why = (
        pl.when(text.str.contains(_ERROR)).then(pl.lit("is a spreadsheet's error"))
        .when(text.str.contains(_POWER)).then(pl.lit("a spreadsheet made a number of it, which has lost digits"))
        .when(numbers & same).then(pl.lit("a spreadsheet made a number of it"))
        .when(cut & text.str.ends_with("0")).then(pl.lit("a spreadsheet kept 15 digits of it"))
        .when(text.str.contains(_DAY) | from_date).then(pl.lit("a spreadsheet made a date of it"))
        .when(truth).then(pl.lit("a spreadsheet made a truth value of it"))
    )  # fmt: skip
    told = pl.format("{}: “{}”, it was “{}”", why, text, old)
    frame = pl.DataFrame({"text": texts, "old": before.fill_null("")}, schema={"text": pl.String, "old": pl.String})
    return frame.select(why=pl.when(text != old).then(told))["why"]


def kept(texts: pl.Series) -> pl.Series:
    """Texts as they are after a spreadsheet saved them: it writes its own line breaks, and XML has no place for two code points."""
    frame = texts.alias("t").to_frame()
    text = pl.col("t").str.replace_all("\r\n|\r", "\n").str.replace_all("[\ufffe\uffff]", "\ufffd")
    return frame.select(text)["t"]
