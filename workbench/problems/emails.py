"""Email addresses that are missing, are none, or were meant to be others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import polars as pl

from workbench.customers.validity import reasons
from workbench.problems.cases import (
    MAIL_DOMAINS,
    MISTYPED_MAIL_DOMAINS,
    SAMPLE_MAIL_DOMAINS,
    SAMPLE_MAILBOXES,
)
from workbench.problems.check import Asked, row_check, value_check
from workbench.problems.columns import EMAILS


@row_check("email.missing", "warning", ["customers.email"])
def missing(asked: Asked) -> pl.DataFrame:
    """The customer has no email address."""
    return asked.frame.filter(pl.col("value").fill_null("") == "")


@value_check("email.invalid", "error", EMAILS, fix=("email",))
def invalid(asked: Asked) -> pl.DataFrame:
    """This is no email address: it needs one @, a dot after it, no white space, and no brackets, commas, colons or semicolons.
    What mail programs put around an address (<>, mailto:, spaces) can be taken away."""
    why = reasons(asked.field, asked.frame["value"])
    signs = pl.when(pl.col("value").str.contains(_NO_PART)).then(pl.lit("holds a sign that no email address has"))
    return asked.frame.with_columns(message=pl.coalesce(pl.lit(why), signs)).drop_nulls("message")


@value_check("email.domain", "warning", EMAILS)
def domain(asked: Asked) -> pl.DataFrame:
    """The domain is one typing mistake away from a provider's where many people have their mail. Where there is no doubt
    (gmial.com) the provider's domain is suggested."""
    host = pl.col("value").str.splitn("@", 2).struct.field("field_1").str.to_lowercase()
    maybe = asked.frame.filter(host.is_in(_mistyped()["domain"].implode()))
    split = maybe.with_columns(pl.col("value").str.extract_groups(r"^([^@\s]+@)([^@\s]+\.?[^@\s]*)$").struct.unnest())
    split = split.rename({"1": "mailbox", "2": "written"}).with_columns(domain=pl.col("written").str.to_lowercase())
    meant = _meant(split["domain"].drop_nulls().unique())
    found = split.join(meant, on="domain", how="inner")
    sure = pl.col("domain").is_in(list(MISTYPED_MAIL_DOMAINS))
    return found.select(
        "row",
        message=pl.format("{} may be {}", "domain", "meant"),
        suggestion=pl.when(sure).then(pl.col("mailbox") + pl.col("meant")),
    )


@value_check("email.placeholder", "warning", EMAILS)
def placeholder(asked: Asked) -> pl.DataFrame:
    """Nobody reads mail there: the mailbox (noemail@) or the domain (example.com) stands for nothing."""
    parts = pl.col("value").str.to_lowercase().str.splitn("@", 2)
    mailbox, host = parts.struct.field("field_0"), parts.struct.field("field_1")
    nobody = host.is_in(list(SAMPLE_MAIL_DOMAINS)) | (mailbox.is_in(list(SAMPLE_MAILBOXES)) & host.is_not_null())
    return asked.frame.filter(nobody.fill_null(False))


def _meant(domains: pl.Series) -> pl.DataFrame:
    """The providers that domains were meant to be: `domain` and `meant`, for those that are nearly one and none themselves."""
    others = domains.filter(~domains.is_in(list(MAIL_DOMAINS))).rename("domain").to_frame()
    return others.join(_mistyped(), on="domain", how="inner")


@cache
def _mistyped() -> pl.DataFrame:
    """Every way to mistype a provider's domain once: a letter more, less, changed, or swapped with the next."""
    made: dict[str, str] = {}
    for provider in sorted(MAIL_DOMAINS):
        if len(provider) >= _LONG:
            made.update(dict.fromkeys(_once_wrong(provider), provider))
    made.update(MISTYPED_MAIL_DOMAINS)
    return pl.DataFrame({"domain": list(made), "meant": list(made.values())})


def _once_wrong(text: str) -> Iterator[str]:
    for at in range(len(text)):
        head, letter, tail = text[:at], text[at], text[at + 1 :]
        yield head + tail
        if tail:
            yield head + tail[0] + letter + tail[1:]
        for other in _LETTERS:
            yield head + other + tail
            yield head + other + letter + tail
    yield from (text + other for other in _LETTERS)


_NO_PART: Final = r"[<>()\[\],;:]"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-."
_LONG: Final = 8
"""Of shorter domains many are one letter away from another that exists (aol.com, gmx.de)."""
