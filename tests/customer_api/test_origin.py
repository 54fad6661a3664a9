from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.customer_api.origin import Origin, parse_origin
from workbench.errors import UsageError


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://api.example.com", "https://api.example.com"),
        (" HTTPS://API.Example.com:443/ ", "https://api.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://gateway.example.com/wiz/customers-api/", "https://gateway.example.com/wiz/customers-api"),
        ("https://api.example.com/v1", "https://api.example.com"),
        ("https://api.example.com/v1/", "https://api.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_address_has_one_canonical_form(url: str, canonical: str) -> None:
    origin = parse_origin(url)
    assert str(origin) == canonical
    assert parse_origin(canonical) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "https:///v1",
        "https://a b",
        "https://host:0",
        "https://host:99999",
        "https://host:port",
        "https://host/a/../b",
        "https://host/%2e%2e/",
        "https://host/?key=1",
        "https://host/#x",
        "https://[::1",
        "https://[zz::1]",
        "https://-host",
        "https://host\r\nX-Evil: 1",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_origin(url)
    assert "\n" not in str(raised.value)
    assert "\r" not in str(raised.value)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as raised:
        parse_origin("https://me:hunter2@api.example.com")
    assert "hunter2" not in str(raised.value)
    with pytest.raises(UsageError) as raised:
        parse_origin("ftp://me:hunter2@api.example.com")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        ("http://api.example.com", True),
        ("https://api.example.com", False),
        ("http://localhost:1", False),
        ("http://127.0.0.9", False),
        ("http://[::1]", False),
        ("http://10.0.0.1", True),
    ],
)
def test_plain_http_to_another_machine_exposes_the_key(url: str, exposed: bool) -> None:
    assert parse_origin(url).is_exposed is exposed


@given(st.text(max_size=40))
def test_any_text_is_an_origin_or_a_usage_error(text: str) -> None:
    for url in (text, f"https://{text}", f"http://host/{text}"):
        try:
            origin = parse_origin(url)
        except UsageError:
            continue
        assert isinstance(origin, Origin)
        assert parse_origin(str(origin)) == origin
