"""What can be suggested while an edit is typed."""

from __future__ import annotations

from collections.abc import Sequence

from screens.widgets.suggestions import Offer, Split, Suggested, after_comma, in_braces, whole
from workbench.customers.fields import Field, Kind
from workbench.search.choices import Choice
from workbench.shown.edit_forms import Form, transforms_of
from workbench.shown.text import count
from workbench.stage.derived import offered
from workbench.stage.transforms.registry import TRANSFORMS


def suggested(form: Form, field: Field, second: bool, choices: Sequence[Choice]) -> Sequence[Suggested]:
    """What could be typed into the first input of a form, or its second one: `choices` are the field's values."""
    if form.kind == "apply":
        return [Suggested(name, TRANSFORMS[name].summary) for name in transforms_of(field)]
    if form.kind in ("copy", "template"):
        names = offered(field.table, field)
        return [Suggested(f"{{{name}}}" if form.kind == "template" else name) for name in names]
    if form.kind in ("replace", "remove", "swap") and not second:
        return offer_of([one for one in choices if one.here])
    if form.kind == "replace" or not form.first:
        return []
    return offer_of(choices)


def offer_of(choices: Sequence[Choice]) -> Offer:
    """Values in use, with how many rows hold each."""
    return Offer([one.text for one in choices], [one.label for one in choices], lambda place: _says(choices[place]))


def _says(choice: Choice) -> str:
    elsewhere = f"{count(choice.everywhere, 'row')} elsewhere" if choice.everywhere else ""
    says = [
        "inactive" if choice.inactive else "",
        "used before" if choice.lately else "",
        count(choice.here, "row") if choice.here else elsewhere,
    ]
    return ", ".join(filter(None, says))


def split_of(form: Form, field: Field) -> Split:
    """How what is typed into a form is taken apart for suggestions."""
    if form.kind == "template":
        return in_braces
    return after_comma if field.kind is Kind.IDS and form.kind in ("set", "add", "remove") else whole
