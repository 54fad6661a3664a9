"""What the transforms make of values from real life."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stage.transforms.registry import transform


def made(name: str, value: str, region: str | None = "US") -> str:
    out: str = transform(name).apply(pl.Series([value]), pl.Series([region], dtype=pl.String))[0]
    return out


@pytest.mark.parametrize(
    ("value", "titled"),
    [
        ("PAT MCDONALD", "Pat McDonald"),
        ("McDONALD", "McDonald"),
        ("Mcdonald", "McDonald"),
        ("macdonald", "MacDonald"),
        ("machine shop", "Machine Shop"),
        ("O'BRIEN", "O'Brien"),
        ("o’brien", "O’Brien"),
        ("JOE'S PIZZA", "Joe's Pizza"),
        ("HAWAI'I", "Hawai'i"),
        ("ka'anapali", "Ka'anapali"),
        ("DELL'ACQUA", "Dell'Acqua"),
        ("Côte d'Ivoire", "Côte d'Ivoire"),
        ("SMITH-JONES", "Smith-Jones"),
        ("stratford-upon-avon", "Stratford-upon-Avon"),
        ("ACME LLC", "Acme LLC"),
        ("Acme Llc", "Acme LLC"),
        ("acme gmbh & co. kg", "Acme GmbH & Co. KG"),
        ("foo s.a. de c.v.", "Foo S.A. de C.V."),
        ("ROSSI S.P.A.", "Rossi S.p.A."),
        ("Ag Supply", "Ag Supply"),
        ("usa today", "USA Today"),
        ("AT&T", "AT&T"),
        ("AMAZON.COM", "Amazon.com"),
        ("J.P. MORGAN", "J.P. Morgan"),
        ("smith d/b/a acme", "Smith d/b/a Acme"),
        ("HENRY III", "Henry III"),
        ("john paul ii", "John Paul II"),
        ("1ST AVE", "1st Ave"),
        ("3M", "3M"),
        ("VAN DER BERG", "Van der Berg"),
        ("jan van der berg", "Jan van der Berg"),
        ("van der Berg", "van der Berg"),
        ("Jan Van Der Berg", "Jan Van Der Berg"),
        ("MARIA DE LA CRUZ", "Maria de la Cruz"),
        ("LA CROSSE", "La Crosse"),
        ("bank of america", "Bank of America"),
        ("THE HOME DEPOT", "The Home Depot"),
        ("the Home depot", "The Home Depot"),
        ("JOHN E SMITH", "John E Smith"),
        ("John SMITH", "John Smith"),
        ("eBay", "eBay"),
        ("IBM Corp", "IBM Corp"),
        ("jo@ACME.com", "jo@ACME.com"),
        ("ÉLAN VITAL", "Élan Vital"),
        ("ПАВЕЛ ИВАНОВ", "Павел Иванов"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπαδοπουλος"),
        ("DİYARBAKIR", "Diyarbakır"),
        ("山田 太郎", "山田 太郎"),
        ("محمد علي", "محمد علي"),
        ("  two  spaces ", "  Two  Spaces "),
    ],
)
def test_titles_are_as_people_write_names(value: str, titled: str) -> None:
    assert made("title", value) == titled


@pytest.mark.parametrize(
    ("value", "region", "titled"),
    [
        ("FRANKFURT AM MAIN", "DE", "Frankfurt am Main"),
        ("GOOD AM RADIO", "US", "Good Am Radio"),
        ("RIO DO SUL", "BR", "Rio do Sul"),
        ("IJMUIDEN", "NL", "IJmuiden"),
        ("IJEOMA", "US", "Ijeoma"),
    ],
)
def test_some_small_words_are_small_in_their_country_only(value: str, region: str, titled: str) -> None:
    assert made("title", value, region) == titled


@pytest.mark.parametrize(
    ("value", "region", "number"),
    [
        ("(415) 555-2671", "US", "+14155552671"),
        ("1.415.555.2671", "US", "+14155552671"),
        ("+1 416 555 0123", None, "+14165550123"),
        ("787-555-0123", "US", "+17875550123"),
        ("tel: 415 555 2671", "US", "+14155552671"),
        ("\u202a+1 415 555 2671\u202c", "US", "+14155552671"),
        ("４１５ ５５５ ２６７１", "US", "+14155552671"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("+4402079460018", "GB", "+442079460018"),
        ("030/123456", "DE", "+4930123456"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("+390612345678", "IT", "+390612345678"),
    ],
)
def test_a_valid_number_becomes_e164(value: str, region: str | None, number: str) -> None:
    assert made("e164", value, region) == number


@pytest.mark.parametrize(
    ("value", "region"),
    [
        ("415-555-2671 x12", "US"),
        ("415-555-2671 ext. 12", "US"),
        ("+14155552671;ext=12", "US"),
        ("1-800-FLOWERS", "US"),
        ("415-555-2671 ask for Bob", "US"),
        ("fax 415-555-2671", "US"),
        ("415-555-2671 / 415-555-2672", "US"),
        ("415-555-2671, 415-555-2672", "US"),
        ("030 123456/57", "DE"),
        ("555-2671", "US"),
        ("000-000-0000", "US"),
        ("415 555 2671", None),
        ("415 555 2671", "ZZ"),
        ("n/a", "US"),
        ("+14155552671", None),
        ("+10000000000", "US"),
    ],
)
def test_what_is_no_valid_number_or_says_more_than_one_stays(value: str, region: str | None) -> None:
    assert made("e164", value, region) == value


@given(st.from_regex(r"(\+?1)?[ (]?[2-9][0-9]{2}[ )\-.]{0,2}[0-9]{3}[ \-.]?[0-9]{4}", fullmatch=True))
def test_the_fast_way_for_north_america_says_what_the_library_says(value: str) -> None:
    number = phonenumbers.parse(value, "US")
    valid = phonenumbers.is_valid_number(number) and not number.extension
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert made("e164", value) == (e164 if valid else value)


@pytest.mark.parametrize(
    ("name", "value", "region", "after"),
    [
        ("trim", "\u3000Acme\u200b \u2060", "US", "Acme"),
        ("trim", "\ufeffAcme\r\n", "US", "Acme"),
        ("trim", " \u00a0 ", "US", ""),
        ("squeeze", " a \u00a0\t b ", "US", " a b "),
        ("squeeze", "Ac\u200bme", "US", "Acme"),
        ("squeeze", "ไทย\u200bไทย", "US", "ไทย\u200bไทย"),
        ("squeeze", "می\u200cخواهم", "US", "می\u200cخواهم"),
        ("lower", "İSTANBUL", "TR", "istanbul"),
        ("upper", "straße", "DE", "STRASSE"),
        ("fix_text", "Smith &amp; Sons", "US", "Smith & Sons"),
        ("fix_text", "“Curly” ＡＢ ﬁ", "US", "“Curly” ＡＢ ﬁ"),
        ("fix_text", "a\x00b", "US", "ab"),
        ("fix_text", "AT&T", "US", "AT&T"),
        ("ascii", "Đặng Văn – Straße", "US", "Dang Van - Strasse"),
        ("ascii", "e\u0301lan", "US", "elan"),
        ("ascii", "3½ ≠ 10² й 日本 Ω", "US", "3½ ≠ 10² й 日本 Ω"),
        ("email", " mailto:Jo.Doe@ACME.Com ", "US", "Jo.Doe@acme.com"),
        ("email", "\u202aa@B.co\u202c", "US", "a@b.co"),
        ("email", "John <Jo@X.com>", "US", "John <Jo@X.com>"),
        ("email", "a@B.com; c@D.com", "US", "a@B.com; c@D.com"),
        ("email", " none ", "US", " none "),
        ("country", "Deutschland", "US", "DE"),
        ("country", "uk", "US", "GB"),
        ("country", "Korea", "US", "Korea"),
        ("state", "california", "US", "CA"),
        ("state", "Washington, D.C.", "US", "DC"),
        ("state", "US-TX", "US", "TX"),
        ("state", "Québec", "CA", "QC"),
        ("state", "Ontario", "US", "Ontario"),
        ("state", "Milano", "IT", "MI"),
        ("state", "Bayern", "DE", "Bayern"),
        ("state", "California", None, "California"),
        ("zip", "2134", "US", "02134"),
        ("zip", "2134", "CH", "2134"),
        ("zip", "2134", None, "2134"),
        ("zip", "02134 1234", "US", "02134-1234"),
        ("zip", "SW1A 1AA", "US", "SW1A 1AA"),
        ("zip", " 02134 ", "US", "02134"),
    ],
)
def test_other_transforms_change_what_they_say_and_no_more(
    name: str, value: str, region: str | None, after: str
) -> None:
    assert made(name, value, region) == after


def test_every_country_s_numbers_are_read_as_that_country_writes_them() -> None:
    numbers = {region: phonenumbers.example_number(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)}
    forms = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    for form in forms:
        written = pl.Series([phonenumbers.format_number(number, form) for number in numbers.values()])
        asked = pl.Series(
            [phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164) for n in numbers.values()]
        )
        assert transform("e164").apply(written, pl.Series(list(numbers))).to_list() == asked.to_list()
