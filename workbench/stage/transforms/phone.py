"""Phone numbers in E.164, by Google's numbering plans (phonenumbers)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import polars as pl

from workbench.customers.validity import E164
from workbench.stage.transforms.distinct import over_pairs
from workbench.stage.transforms.numbering import MARKS, ascii_digits, judged

_LABEL: Final = r"(?i:(?:tel|telephone|phone|ph)\s*[.:]+\s*)?"
_NUMBER: Final = re.compile(
    rf"[\s{MARKS}]*{_LABEL}([+＋]?[\s{MARKS}]*[(\[]?[\s{MARKS}]*\d[\d\s{MARKS}().\[\]\-‐-―−·/]*)"
)
_AREA_SLASH: Final = re.compile(r"\D*(?:\d\D*){2,5}/[^/]*")
_ONE_NUMBER: Final = r"^[^0-9]*(?:[0-9][^0-9]*){2,5}/[^/]*$"
_NO_NUMBER: Final = "[a-df-gi-kmq-su-zA-DF-GI-KMQ-SU-Z!#$%&*,;<=>?@_]"
"""Signs of ASCII that `_NUMBER` takes nowhere."""

_NANP: Final = ("US", "CA")
_NANP_DIGITS: Final = r"^(?:\+?1)?([2-9][0-9]{9})$"
_NANP_MARKS: Final = r"[\s().\-]"
_KEEPS_ZERO: Final = 39
_KINDS: Final = (
    *("toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail"),
    *("fixed_line", "mobile"),
)
_DIGITS: Final = re.compile(E164)


def e164(values: pl.Series, regions: pl.Series) -> pl.Series:
    """A phone number in E.164, read by the row's region, if it is a valid number there; else the value as it is.

    So nothing is lost: a value with an extension, letters (1-800-FLOWERS), a second number or a remark stays.
    """
    frame = pl.DataFrame({"value": values, "region": regions}, schema={"value": pl.String, "region": pl.String})
    written = frame.with_row_index().filter(pl.col("value").str.contains(E164))
    written = written.filter(~pl.col("value").str.contains(_trunk_zero()))
    made = pl.repeat(None, frame.height, dtype=pl.String, eager=True).scatter(written["index"], written["value"])
    here = frame.with_row_index().filter(
        (pl.col("region").is_in(_NANP) | pl.col("value").str.starts_with("+")) & made.is_null()
    )
    dialled = here.select("index", made=_north_american())
    frame = frame.with_columns(made.scatter(dialled["index"], dialled["made"]).alias("made"))
    left = frame.with_row_index().filter(pl.col("made").is_null() & (pl.col("value") != ""))
    known = judged(left["value"], left["region"]).with_columns(left["value"])
    plainly = known.select(pl.coalesce("number", pl.when("none").then("value"))).to_series()
    frame = frame.with_columns(frame["made"].scatter(left["index"], plainly))
    rest = pl.col("made").is_null() & (pl.col("value") != "") & ~_kept()
    asked = frame.select(pl.when(rest).then("value").alias("value"), "region")
    by_library = over_pairs(asked["value"], asked["region"], _by_library)
    return frame.select(pl.coalesce("made", by_library, "value").alias(values.name))[values.name]


def _north_american() -> pl.Expr:
    """What becomes of ten digits dialled from the US or Canada, or from abroad; null where the library must say."""
    value = pl.col("value")
    digits = value.str.replace_all(_NANP_MARKS, "").str.extract(_NANP_DIGITS, 1)
    made = pl.when(digits.str.contains(_nanp_plan())).then("+1" + digits).otherwise(value)
    return pl.when(digits.is_not_null()).then(made)


def _kept() -> pl.Expr:
    """Which values `_by_library` gives back as they are without asking: with a letter or a sign that stands in no number or
    label, or with a slash behind more than the area's digits."""
    value = pl.col("value")
    slash = (
        value.str.contains("/", literal=True) & ~value.str.contains(_ONE_NUMBER) & ~value.str.contains(r"[^\x00-\x7F]")
    )
    return value.str.contains(_NO_NUMBER) | slash


def _by_library(text: str, region: str | None) -> str:
    import phonenumbers

    found = _NUMBER.fullmatch(text)
    if not found or ("/" in text and not _AREA_SLASH.fullmatch(text)):
        return text
    try:
        number = phonenumbers.parse(re.sub(f"[{MARKS}]", "", found[1]), region)
    except phonenumbers.NumberParseException:
        return text
    if number.extension or not phonenumbers.is_valid_number(number):
        return text
    made = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return made if _DIGITS.fullmatch(made) else text


@cache
def _trunk_zero() -> str:
    """A regex for numbers with a zero after the country's code, which few countries mean (+44 020 .. does not)."""
    import phonenumbers

    codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE if code != _KEEPS_ZERO]
    return rf"^\+(?:{'|'.join(codes)})0"


@cache
def _nanp_plan() -> str:
    """A regex for the valid national numbers of country code 1: what `is_valid_number` asks, for a whole column."""
    import phonenumbers

    plans: list[str] = []
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        found = [getattr(metadata, kind).national_number_pattern for kind in _KINDS if getattr(metadata, kind)]
        plans += [pattern for pattern in found if pattern]
    return rf"^(?:{ascii_digits('|'.join(dict.fromkeys(plans)))})$"
