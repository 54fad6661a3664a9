"""The language by example: each one is a test, a line of QUERIES.md, and what the app and `workbench queries` show.

What an example finds are ids among the customers of `tests/search/conftest.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A query on a table, what it finds in words (Markdown), and the ids that it finds among the customers of the tests."""

    query: str
    finds: str
    ids: str
    table: str = "customers"


@dataclass(frozen=True, slots=True)
class Section:
    """Examples of one thing, and a sentence about it."""

    title: str
    about: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A query with a mistake, and what is said of it: the column, and what was expected there."""

    query: str
    said: str


SECTIONS = (
    Section(
        "Words",
        "Anywhere in a customer, its addresses, contacts and attributes, in any case.",
        (
            Example(
                "acme",
                "the word anywhere, also in the names of its sales reps and its price list; in any case",
                "C1 C2",
            ),
            Example('"acme inc"', "quoted: with its space, within one value", "C1"),
            Example('"12\\" pipe"', "a quote inside quotes", "C3"),
            Example("ac*inc", "`*` stands for anything within one value", "C1"),
            Example("acme dallas", "both words", "C1"),
            Example("acme AND dallas", "the same", "C1"),
            Example("acme OR zenith", "either word", "C1 C2 C4"),
            Example("(acme OR zenith) -dallas", "brackets, and a minus for what must not be", "C2 C4"),
        ),
    ),
    Section(
        "Fields",
        "`field:` and what its value is to be. Fields are called as in the API; Tab completes them in the app.",
        (
            Example('payment_term:"NET 30"', "the field holds the text, in any case", "C1 C3"),
            Example("payment_term:net", "the same without spaces to quote", "C1 C2 C3"),
            Example('company_name:="Acme Inc."', "exactly this value", "C1"),
            Example('phone:=""', "no value", "C2 C5"),
            Example("email:*@gmail.com", "the whole value, with wildcards", "C2"),
            Example("phone:/^\\+1/", "a regular expression (Rust's syntax), which minds the case", "C1"),
            Example("company_name:/^ACME/i", "`i` after it: in any case", "C1 C2"),
            Example("company_name:~acmee", "close to it: one typing mistake per four letters", "C1 C2"),
            Example("has:email", "there is a value", "C1 C2 C4"),
            Example("-has:contacts", "no contacts at all", "C3 C5"),
            Example("-payment_term:net", "a minus also finds what has no value", "C4 C5"),
            Example("assigned_sales_rep_ids:maria", "an id, or the name of whom it means", "C1 C3"),
            Example("assigned_price_list_id:gold", "the same", "C2"),
            Example('primary_contact_id:"ann lee"', "the same for a pointer to a contact or an address", "C1"),
            Example(
                "status:=active", "exactly: `status:active` would find `inactive` too, which holds it", "C1 C2 C3 C5"
            ),
        ),
    ),
    Section(
        "Ranges",
        "Both ends belong to it; one of them may be left out. Times are UTC.",
        (
            Example("updated_at:2026-01-01..2026-06-30", "a range, with both ends; a day is all of it", "C1 C2"),
            Example("updated_at:>=2026-06", "from June on; also `>`, `<`, `<=`", "C2 C3 C4"),
            Example("created_at:..2025", "up to the end of 2025", "C1 C2 C3 C4 C5"),
            Example("addresses.zip_code:70000..79999", "two numbers compare as numbers", "C1"),
            Example("company_name:a..c", "text compares as text, in any case", "C1 C2 C3"),
            Example("updated_at:2026..", "no end: from 2026 on", "C1 C2 C3 C4"),
            Example("addresses.zip_code:>=90000", "one end, as a number", "C1"),
            Example("addresses.zip_code:<80000", "the other", "C1"),
        ),
    ),
    Section(
        "Lists of keys",
        "Exact values, any of them. What no row of the session has is told.",
        (
            Example("id:=(C1 C4 C9)", "any of these ids; it says that nobody has C9", "C1 C4"),
            Example('payment_term:=("NET 30" "")', 'any of these values; `""` is none', "C1 C4 C5"),
            Example("id:@FILE", 'any of the lines of a file; `id:@"my file.txt"`', "C2 C4"),
            Example('company_name:@"FILE"', "the same of any field; only ids can do without the quotes", ""),
        ),
    ),
    Section(
        "What the workbench knows",
        "Marks, problems, what is staged, what was done.",
        (
            Example("is:active", "`is:active`, `is:inactive`", "C1 C2 C3 C5"),
            Example(
                "is:staged",
                "something of it is staged; also `is:invalid`, `is:held`, `is:conflict`; in a review `is:unseen`, `is:accepted`",
                "C2",
            ),
            Example("changed:payment_term", "this field is staged", "C2"),
            Example('before.payment_term:="NET 60"', "the value before staging, as the server has it", "C2"),
            Example("op:12", "operation 12, as the log numbers them, changed a cell of it", "C2"),
            Example(
                "problem:phone.invalid", "a check found this wrong with it: `workbench problems` lists them", "C3 C4"
            ),
            Example("problem:phone", "any check whose name begins so; also `problem:phone.*`", "C3 C4"),
            Example("problem:*@phone", "in this field alone; `problem:phone@addresses.phone`", "C3 C4"),
            Example("has:problem", "any check at all; also `problem:*`", "C3 C4"),
            Example("has:problem -problem:phone", "a minus is for what has no such problem", ""),
            Example("outcome:failed", "this became of the customer in the last run that took it along", "C3"),
        ),
    ),
    Section(
        "Addresses, contacts and attributes",
        "A customer is found if one of its items is. A bracket is about one and the same item.",
        (
            Example("addresses.state:TX", "any address of the customer", "C1 C3"),
            Example("-addresses.state:TX", "no address of the customer", "C2 C4 C5"),
            Example("addresses:(type:billing state:TX)", "one address that is both", "C1"),
            Example("addresses:(is_default:true -has:zip_code)", "flags are `true` or `false`, `yes` or `no`", "C3"),
            Example("attributes:(name:=Color value:red)", "an attribute by its name", "C4"),
            Example(
                "addresses:(problem:zip.form state:tn)", "one address that has the problem, and is in Tennessee", "C3"
            ),
        ),
    ),
    Section(
        "In the other tables",
        "The same language about addresses, contacts or attributes (`--table`, `t` in the app). Words look at the row itself.",
        (
            Example("dallas", "the word in the address", "A1", "addresses"),
            Example("customer.company_name:acme", "a field of its customer", "A1 A2 A3", "addresses"),
            Example(
                "company_name:acme", "the same: addresses have no such field of their own", "A1 A2 A3", "addresses"
            ),
            Example("customer:(is:active -has:phone)", "a group of conditions on its customer", "P2", "contacts"),
            Example("addresses.state:TX", "any address of its customer", "P1", "contacts"),
            Example("problem:zip", "a cell of the address has the problem", "A5", "addresses"),
            Example("is:active", "the row's own status, or its customer's where it has none", "T2", "attributes"),
            Example("zip_code:70000..79999", "a range of the row's own field", "A1", "addresses"),
            Example("-customer.payment_term:net", "the customer has another, or none", "T1", "attributes"),
            Example("id:=(A1 A5)", "a list of items", "A1 A5", "addresses"),
        ),
    ),
)

MISTAKES = (
    Mistake("state:", 'column 7: expected a value after "state:"'),
    Mistake("acme (texas", "column 12: a ( is not closed"),
    Mistake('acme "inc', "column 6: this quote is not closed"),
    Mistake("citty:dallas", "column 1: there is no field 'citty' in customers; did you mean addresses.city?"),
    Mistake("addresses.citty:dallas", "column 11: there is no field 'citty' in addresses; did you mean city?"),
    Mistake("is:stagd", 'column 4: there is no mark "stagd"'),
    Mistake("updated_at:>=yesterday", 'column 14: "yesterday" is no time'),
    Mistake("updated_at:2026-06..2026-01", "column 12: the range ends before it begins: write 2026-01..2026-06"),
    Mistake("phone:/(415/", "column 7: this regular expression is not valid: unclosed group"),
    Mistake("state:(TX OR CA)", "column 7: a bracket cannot follow state:; for exact values: state:=(a b)"),
)

RULES = (
    "Words do not look into times, flags, `created_by` and `updated_by`: `updated_at:2026-02..` is for those.",
    "A column of ids that are all UUIDs is looked into only for a word of six characters or more that could be part "
    "of a UUID: `ace` and `beef` find no ids by chance. Any other column of ids is text like the rest; `id:beef` "
    "always looks. What counts is what the column holds now: one id of another shape, staged or read, makes it text.",
    "On customers, `customer_id` and `owner_id` of the other tables are not looked into: they repeat an id that is.",
    "Words and `field:value` look in any case; `:=`, lists and regular expressions do not.",
    "A word that holds `:` after a name, `=`, `<`, `>`, a quote or a bracket needs quotes; `OR` and `AND` in capitals "
    "are the language's own, and `NOT` or `!=` is a mistake: the language has a minus. `field=value` and `field>=value` "
    "may leave out the colon. Nothing may stand between a colon and its value.",
    "`OR` binds less than terms side by side: `a b OR c` is `(a b) OR c`.",
    "A minus turns round what follows it: it finds every other row, those without a value too.",
    "A range without one end is open there. The upper end takes in everything that begins with it (`..2026-06` all of "
    "June, `a..c` also Cobalt). Fields that hold times compare as times in UTC; elsewhere two numeric bounds compare "
    "with numeric values only. A range whose bounds stand the wrong way round, and a day that there is not, are "
    "mistakes.",
    '`field:*` is `has:field`. `field:""` is `field:=""`. No range, word or pattern finds an empty value.',
    '`field:@FILE` reads a file for ids (`id`, `.._id`, `.._ids`), `field:@"FILE"` for any field. Elsewhere `@` is a '
    "letter: `email:@gmail.com`. Each line is a key, without the spaces and the quotes around it; empty lines do not "
    "count. UTF-8, UTF-16 or Windows-1252, at most 64 MiB.",
    '`field:=(a "b c" d)` is the same list in the query itself; only values can stand in it, and `*` is a letter '
    "there. A list of keys that is pasted into the search of the app becomes one, of the field that holds most of "
    "them.",
    "What the lists hold and no row of the session has is told: a line on stderr, `missing` with `--json`, a line in "
    "the app.",
    "Only a query that somebody types reads a file. What a session or a recipe keeps of it (an operation, a saved "
    "search, an earlier query) has the lines in the place of the file. One from elsewhere that names a file is "
    "refused, and says so: nothing on another machine is read by opening what somebody sent.",
    "`outcome:failed` finds the customers of whom this became in the last run that took them along: `committed`, "
    "`already`, `altered`, `conflict`, `failed`, `unknown` or `unsent`.",
    "`problem:` and `op:` are about the cells of the row; a customer also has what its addresses, contacts and "
    "attributes have. A problem that was waived is not found. What the checks are: "
    "[../problems/README.md](../problems/README.md).",
    "At most 50,000 characters, 1,000 conditions, 10,000 listed values, 100 levels. Rows that are gone are never "
    "found.",
    "A regular expression cannot run away (Rust's need time in proportion to the text); one that still takes more "
    "than 10 seconds, as `(.{0,100}){0,100}` does, is given up and says so.",
    "An error says the column and what was expected there.",
)
"""What the examples do not tell, in Markdown."""
