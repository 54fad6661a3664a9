"""The settings that a session keeps: how this server is spoken to, and the pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from workbench.customers.web_page import parse_template
from workbench.displayed import Displayed
from workbench.errors import UsageError

_PREFIX: Final = "setting."
_CHOICES: Final = {"nested": ("full", "sparse"), "clear": ("empty", "null"), "review": ("optional", "required")}


@dataclass(frozen=True, slots=True)
class Settings(Displayed):
    """`nested` (full, sparse), `clear` (empty, null), `concurrency` (1 to 256), `rate` (requests a second, or none),
    `grace` (seconds before an ambiguous request is read back), `region` (ISO alpha-2, for phones without a country),
    `review` (optional, required: only what was accepted goes out), `url` (of a customer's page in a browser, with `{id}` where
    the id goes; empty: none)."""

    nested: str = "full"
    clear: str = "empty"
    concurrency: int = 16
    rate: float | None = None
    grace: float = 3.0
    region: str = "US"
    review: str = "optional"
    url: str = ""

    @staticmethod
    def read(facts: Mapping[str, str]) -> Settings:
        """The settings among a session's facts; what is not there has its default."""
        given = {f.name: facts[_PREFIX + f.name] for f in fields(Settings) if _PREFIX + f.name in facts}
        return Settings(**{name: parse_setting(name, text) for name, text in given.items()})  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, object]:
        """The settings by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def parse_setting(name: str, text: str) -> str | int | float | None:
    """The value that `text` writes for the setting `name`; raises `UsageError` for an unknown name or a value out of place."""
    if name not in {f.name for f in fields(Settings)}:
        raise UsageError(f"there is no setting {name!r}; there are: {', '.join(f.name for f in fields(Settings))}")
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            raise UsageError(f"{name} is {text!r}; it can be {' or '.join(_CHOICES[name])}")
        return text
    if name == "region":
        return _region(text)
    if name == "url":
        return parse_template(text) if text else ""
    return _number(name, text)


def facts_of(changes: Mapping[str, str]) -> dict[str, str]:
    """Settings as facts for the session file; each is checked first."""
    for name, text in changes.items():
        parse_setting(name, text)
    return {_PREFIX + name: text for name, text in changes.items()}


def _region(text: str) -> str:
    from workbench.customers.countries import CODES

    if text not in CODES:
        raise UsageError(f"region is {text!r}; it is an ISO 3166-1 alpha-2 code such as US")
    return text


def _number(name: str, text: str) -> int | float | None:
    if name == "rate" and text.lower() in ("none", ""):
        return None
    try:
        value = int(text) if name == "concurrency" else float(text)
    except ValueError as error:
        raise UsageError(f"{name} is {text!r}; it must be a number") from error
    low, high = {"concurrency": (1, 256), "rate": (0.001, 1e6), "grace": (0, 600)}[name]
    if not low <= value <= high:
        raise UsageError(f"{name} is {text}; it must be from {low:g} to {high:g}")
    return value
