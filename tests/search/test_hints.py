"""What a query takes as a word though another language would not: it is said, and nothing else."""

import pytest

from workbench.search.hints import taken_as_words

OR = "or is a word here: OR means either"
AND = "and is a word here: a space or AND means both"
NOT = "not is a word here: a minus leaves out, as in -acme"
QUOTES = """' is no quote here: "double quotes" keep words together"""


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("acme or smith", OR),
        ("payment_term:cod or payment_term:net", OR),
        ('"a b" or (c d)', OR),
        ("acme and smith", AND),
        ("Acme And smith", "And" + AND[3:]),
        ("not acme", NOT),
        ("acme not payment_term:cod", NOT),
        ("a or b or c and d", f"{OR}; {AND}"),
        ("'golden gate'", QUOTES),
        ("company_name:'golden gate'", QUOTES),
        ("-'acme'", QUOTES),
        ("'a b' or c", f"{OR}; {QUOTES}"),
        ("(a or b", OR),
        ("city::ne", "the : before ne is part of the value here: city:ne is without it"),
        ("a -city:==x", "the = before x is part of the value here: city:=x is without it"),
    ],
)
def test_what_would_be_an_operator_or_a_quote_elsewhere_is_said_to_be_none(query: str, said: str) -> None:
    assert taken_as_words(query) == said


@pytest.mark.parametrize(
    "query",
    ["", "acme", "or", "acme or", "or acme", "portland or", "a OR b", "a AND b", '"a or b"', "orlando and", "not", "city:or b",
     "o'brien", "o'brien's", "'s", "'", "id:=(a or b)", "orange android",
     "city::", 'city::"a"', "city:=x", 'city:":ne"', "a=b"],
)  # fmt: skip
def test_nothing_is_said_of_other_words(query: str) -> None:
    assert taken_as_words(query) == ""
