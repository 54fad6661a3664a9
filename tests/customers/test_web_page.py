"""The address of a customer's page."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customers.web_page import EXAMPLE, page_of, parse_template
from workbench.errors import UsageError


@pytest.mark.parametrize(
    "text", [EXAMPLE, "http://localhost:8080/?customer={id}#top", "https://a.example/{id}/and/{id}"]
)
def test_an_address_with_the_id_after_its_host_is_one(text: str) -> None:
    assert parse_template(text) == text


@pytest.mark.parametrize(
    "text",
    ["javascript:alert('{id}')", "file:///etc/{id}", "{id}", "https://{id}.example/", "https:///{id}", "https://a.example/", "",
     "https://a.example/{id}/{name}", "https://a.example/ {id}", "https://a.example/{id}\n", "ftp://a.example/{id}", "https://[{id}",
     "https://a.example/{id}" + "x" * 1_000, "https://user:{id}@a.example/{id}", "https://ä.example/{id}"],
)  # fmt: skip
def test_what_data_could_lead_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_template(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_stays_one_part_of_the_path_whatever_it_holds(id_: str) -> None:
    if not id_.strip("."):
        with pytest.raises(UsageError):
            page_of(EXAMPLE, id_)
        return
    parts = urlsplit(page_of(EXAMPLE, id_))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "shop.example", "", "")
    assert parts.path.count("/") == 2
    assert unquote(parts.path.rpartition("/")[2]) == id_
