"""The registry: every transform, by the name that people and recipes call it."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.customers.fields import Kind
from workbench.errors import UsageError
from workbench.stage.transforms.email import email
from workbench.stage.transforms.letters import ascii_, fix_text, lower, upper
from workbench.stage.transforms.phone import e164
from workbench.stage.transforms.places import country, state, zip_code
from workbench.stage.transforms.spaces import squeeze, trim
from workbench.stage.transforms.title import title

Apply = Callable[[pl.Series, pl.Series], pl.Series]
"""`apply(values, regions)`: a String series, and beside it each row's country (ISO alpha-2, upper-case, or null)."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One way to make values cleaner. Applying it twice is applying it once; null stays null and "" stays "".

    `version` goes up whenever some value would come out otherwise; `kinds` are the kinds of field that it is for;
    `examples` are pairs of before and after, in a row whose country is the US.
    """

    name: str
    version: int
    kinds: frozenset[Kind]
    summary: str
    examples: tuple[tuple[str, str], ...]
    apply: Apply

    @property
    def by_country(self) -> bool:
        """Whether a value comes out otherwise in a row of another country."""
        return self.apply in (title, e164, state, zip_code)


def transform(name: str) -> Transform:
    """The transform called `name`; raises `UsageError` that names near ones if there is none."""
    if name in TRANSFORMS:
        return TRANSFORMS[name]
    near = difflib.get_close_matches(name.casefold(), TRANSFORMS, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(TRANSFORMS)}"
    raise UsageError(f"there is no transform {name!r}; {hint}")


def _made(name: str, apply: Apply, kinds: frozenset[Kind], *examples: tuple[str, str]) -> Transform:
    summary = (inspect.getdoc(apply) or "").partition("\n\n")[0].replace("\n", " ")
    return Transform(name, 1, kinds, summary, examples, apply)


_NAMES: Final = frozenset({Kind.TEXT, Kind.CHOICE})
_WRITTEN: Final = _NAMES | {Kind.PHONE, Kind.EMAIL, Kind.COUNTRY}
_PHONES: Final = frozenset({Kind.PHONE, Kind.TEXT})
_EMAILS: Final = frozenset({Kind.EMAIL, Kind.TEXT})
_COUNTRIES: Final = frozenset({Kind.COUNTRY, Kind.TEXT})
_TEXTS: Final = frozenset({Kind.TEXT})

_ALL: Final = (
    _made("trim", trim, _WRITTEN, ("  Acme ", "Acme"), ("Acme\u00a0", "Acme")),
    _made("squeeze", squeeze, _WRITTEN, ("NET   30", "NET 30"), ("12\u00a0Main\tSt", "12 Main St")),
    _made("upper", upper, _NAMES | {Kind.COUNTRY}, ("net 30", "NET 30"), ("us", "US")),
    _made("lower", lower, _NAMES | {Kind.EMAIL}, ("Jo@ACME.com", "jo@acme.com")),
    _made(
        "title",
        title,
        _NAMES,
        ("PAT MCDONALD", "Pat McDonald"),
        ("o'brien & sons llc", "O'Brien & Sons LLC"),
        ("JUAN DE LA CRUZ III", "Juan de la Cruz III"),
    ),
    _made("fix_text", fix_text, _NAMES | {Kind.EMAIL}, ("CafÃ© MÃ¼ller", "Café Müller")),
    _made("ascii", ascii_, _NAMES, ("Café Müller – “Nord”", 'Cafe Muller - "Nord"')),
    _made("e164", e164, _PHONES, ("(415) 555-2671", "+14155552671"), ("415-555-2671 x12", "415-555-2671 x12")),
    _made("email", email, _EMAILS, ("<mailto:Jo@ACME.Com> ", "Jo@acme.com")),
    _made("country", country, _COUNTRIES, ("U.S.A.", "US"), ("Deutschland", "DE"), ("Atlantis", "Atlantis")),
    _made("state", state, _TEXTS, ("California", "CA"), ("n.y.", "NY")),
    _made("zip", zip_code, _TEXTS, ("2134", "02134"), ("021341234", "02134-1234")),
)

TRANSFORMS: Final[dict[str, Transform]] = {made.name: made for made in _ALL}
"""name -> transform, in the order in which people meet them."""
