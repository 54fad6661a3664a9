"""Numbering plans for whole columns: numbers that are plainly in their country's plan, by Google's metadata (phonenumbers).

What is found here is what the library says, a hundred times as fast; of what is not found the library has to be asked. A test
compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from workbench.customers.validity import E164

MARKS: Final = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""Invisible marks, for a regex's class: telephones' address books put them around numbers."""

_PLAIN: Final = r"^(?:\+|\()?[0-9][0-9 ().\-‐-―/]*$"
_AREA_SLASH: Final = r"^[^0-9]*(?:[0-9][^0-9]*){2,5}/[^/]*$"
_DIALS_OUT: Final = "00"
_KINDS: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan"),
    *("voicemail",),
)


class _Plan(NamedTuple):
    """A country's code: regexes for the national numbers that it has, and for those of which the library has to be asked (each
    may be empty); how long they can be; what is dialled before them within the country (`trunk`), a regex for whatever the
    library takes away there, and whether it puts something else into its place; a regex for what begins a number abroad."""

    numbers: str
    unsure: str
    lengths: tuple[int, ...]
    trunk: str
    taken: str
    replaced: bool
    abroad: str


def judged(values: pl.Series, regions: pl.Series) -> pl.DataFrame:
    """What is plain of each value (String), dialled from its region or from abroad: `number`, its E.164 form if it is plainly a
    valid number, else null; `none` (Boolean), it is plainly no valid number. Of the others the library has to be asked."""
    frame = pl.DataFrame({"value": values, "region": regions}, schema={"value": pl.String, "region": pl.String})
    bare = pl.col("value").str.replace_all(f"[{MARKS}]", "")
    one = ~pl.col("value").str.contains("/", literal=True) | pl.col("value").str.contains(_AREA_SLASH)
    plain = frame.with_columns(bare).with_row_index().filter(pl.col("value").str.contains(_PLAIN) & one)
    digits = pl.col("value").str.replace_all("[^0-9]", "")
    dialling_out = [region for region in plain["region"].drop_nulls().unique() if _dials_out(region)]
    plain = plain.with_columns(digits=digits, own=_own_code())
    abroad = pl.col("value").str.contains("^00[1-9]") & pl.col("region").is_in(dialling_out)
    whole = (
        pl.when(pl.col("value").str.starts_with("+")).then("digits").when(abroad).then(pl.col("digits").str.slice(2))
    )
    read = plain.with_columns(whole=whole).with_columns(code=pl.col("whole").str.extract(_any_code(), 1))
    here = pl.col("whole").is_null() & ~pl.col("digits").str.starts_with(pl.col("own"))
    rest = pl.coalesce(pl.col("whole").str.slice(pl.col("code").str.len_bytes()), "digits")
    read = read.select("index", "whole", code=pl.when(here).then("own").otherwise("code"), rest=rest)
    nowhere = read.filter(pl.col("code").is_null() & pl.col("whole").is_not_null())
    if nowhere.height:
        nowhere = nowhere.filter(~pl.col("whole").str.contains(_any_abroad()))
    parts = [_of_code(part) for part in read.drop_nulls("code").partition_by("code")]
    made = pl.concat([*parts, nowhere.select("index", number=pl.lit(None, dtype=pl.String), none=pl.lit(True))])
    numbers = pl.repeat(None, values.len(), dtype=pl.String, eager=True).scatter(made["index"], made["number"])
    none = pl.repeat(False, values.len(), dtype=pl.Boolean, eager=True).scatter(made["index"], made["none"])
    return pl.DataFrame({"number": numbers, "none": none})


def assigned(numbers: pl.Series) -> pl.Series:
    """Boolean per number (String, written as E.164): its country's plan has it."""
    found = judged(numbers, pl.repeat(None, numbers.len(), dtype=pl.String, eager=True))
    sure = found["number"].eq_missing(numbers)
    unsure = (~sure & ~found["none"]).arg_true()
    asked = [_by_library(number) for number in numbers.gather(unsure)]
    return sure.scatter(unsure, pl.Series(asked, dtype=pl.Boolean)) if asked else sure


def _by_library(number: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _of_code(part: pl.DataFrame) -> pl.DataFrame:
    """Numbers of one country's code (`index`, `whole`: null if dialled within the country, `code`, `rest`): `index`, `number` if
    its plan has it, and `none` if it has not, however the library reads it."""
    code, rest = part["code"][0], pl.col("rest")
    plan = _plan(int(code))
    if not plan.numbers:
        return part.select("index", number=pl.lit(None, dtype=pl.String), none=pl.lit(False))
    national = rest if not plan.taken else pl.when(~rest.str.contains(plan.taken)).then(rest)
    if plan.trunk:
        national = pl.coalesce(rest.str.extract(f"^{plan.trunk}([1-9].*)$", 1), national)
    sure = _has(plan, national)
    if plan.unsure:
        sure &= ~national.str.contains(plan.unsure)
    made = part.with_columns(number=pl.when(sure).then(pl.lit(f"+{code}") + national))
    made = made.with_columns(pl.when(pl.col("number").str.contains(E164)).then("number"))
    found, left = made.filter(pl.col("number").is_not_null()), made.filter(pl.col("number").is_null())
    return pl.concat(
        [
            found.select("index", "number", none=pl.lit(False)),
            left.select("index", "number", none=_has_none(plan).fill_null(False)),
        ]
    )


def _has_none(plan: _Plan) -> pl.Expr:
    """Whether the plan has no number that `rest` can be, however the library reads it."""
    rest = pl.col("rest")
    none = ~_may_have(plan, rest)
    if plan.taken:
        none &= ~_may_have(plan, rest.str.replace(plan.taken, "")) & (
            ~rest.str.contains(plan.taken) if plan.replaced else pl.lit(True)
        )
    if plan.abroad:
        none &= pl.col("whole").is_not_null() | ~rest.str.contains(plan.abroad)
    return none


def _has(plan: _Plan, national: pl.Expr) -> pl.Expr:
    return national.str.contains(plan.numbers) & national.str.len_bytes().is_in(plan.lengths)


def _may_have(plan: _Plan, national: pl.Expr) -> pl.Expr:
    """Whether the plan has a national number, or the library has to be asked of it."""
    return _has(plan, national) | (national.str.contains(plan.unsure) if plan.unsure else pl.lit(False))


@cache
def _plan(code: int) -> _Plan:
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    every = [phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions]
    metadata = [one for one in every if one is not None]
    kinds = [getattr(one, kind) for one in metadata for kind in _KINDS if not one.leading_digits and getattr(one, kind)]
    numbers = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind.national_number_pattern)
    unsure = [one.leading_digits for one in metadata if one.leading_digits]
    taken, trunk = metadata[0].national_prefix_for_parsing or "", metadata[0].national_prefix or ""
    return _Plan(
        _anchored(numbers) + "$" if numbers else "",
        _anchored(unsure) if unsure else "",
        tuple(sorted({length for kind in kinds for length in kind.possible_length})),
        trunk if _is_plain(trunk, taken) else "",
        _anchored([taken]) if taken else "",
        bool(metadata[0].national_prefix_transform_rule),
        _anchored([metadata[0].international_prefix]) if metadata[0].international_prefix else "",
    )


def _is_plain(trunk: str, taken: str) -> bool:
    """Whether the trunk's digits, and nothing else, are taken away before a digit that is no zero."""
    others = [re.sub(r"^(?:\((?:\?:)?)+", "", one) for one in taken.split("|") if one != trunk]
    apart = [one[:1].isdigit() and (one[0] != trunk or one[1:2] == "0") for one in others]
    return len(trunk) == 1 and trunk.isdigit() and trunk in taken.split("|") and all(apart)


def _anchored(patterns: Iterable[str]) -> str:
    return f"^(?:{ascii_digits('|'.join(patterns))})"


def ascii_digits(pattern: str) -> str:
    """A pattern for ASCII's digits alone: polars makes it ready in a fraction of the time that the digits of all scripts take."""
    return pattern.replace(r"\d", "[0-9]")


@cache
def _any_code() -> str:
    """A regex for a country's code at the start: none begins another."""
    import phonenumbers

    return rf"^({'|'.join(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))})"


@cache
def _any_abroad() -> str:
    """A regex for what begins a number abroad in some region."""
    import phonenumbers

    found = (phonenumbers.PhoneMetadata.metadata_for_region(region) for region in phonenumbers.SUPPORTED_REGIONS)
    return _anchored(
        sorted({one.international_prefix for one in found if one is not None and one.international_prefix})
    )


def _own_code() -> pl.Expr:
    """The code of a row's `region`, null where it is not the one by whose rules that code's numbers are read."""
    return pl.col("region").replace_strict(_codes(), default=None, return_dtype=pl.String)


@cache
def _codes() -> dict[str, str]:
    """Region -> its country's code, for the region by whose rules a code's numbers are read."""
    import phonenumbers

    return {
        regions[0]: str(code)
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if regions[0] != "001"
    }


@cache
def _dials_out(region: str) -> bool:
    """Whether 00, and then a digit that is no zero, begins a number abroad in a region."""
    import phonenumbers

    found = phonenumbers.PhoneMetadata.metadata_for_region(region) if region in _codes() else None
    return found is not None and all(_dialled(found.international_prefix or "", digit) for digit in "123456789")


def _dialled(prefix: str, digit: str) -> bool:
    found = re.match(prefix, f"{_DIALS_OUT}{digit}23456789")
    return found is not None and found[0] == _DIALS_OUT
