"""Legal forms: the LLC, GmbH or S.A. after a firm's name, which two records of one firm rarely write alike.

One list for the check that looks for two of them in a name, and for comparisons, which take them away."""

from __future__ import annotations

from typing import Final

import polars as pl

LEGAL_FORMS: Final[dict[str, str]] = {
    form: kind
    for kind, forms in {
        "LLC": "llc l.l.c. l.l.c",
        "Inc": "inc inc. incorporated",
        "Corp": "corp corp. corporation",
        "Co": "co co. company",
        "Ltd": "ltd ltd. limited",
        "LLP": "llp l.l.p.",
        "LP": "lp l.p.",
        "PLC": "plc p.l.c.",
        "PLLC": "pllc",
        "GmbH": "gmbh g.m.b.h. mbh",
        "AG": "ag",
        "KG": "kg",
        "OHG": "ohg",
        "UG": "ug",
        "e.K.": "e.k. ek",
        "SA": "sa s.a.",
        "SAS": "sas s.a.s.",
        "SARL": "sarl s.a.r.l. s.à.r.l.",
        "SRL": "srl s.r.l.",
        "SpA": "spa s.p.a.",
        "BV": "bv b.v.",
        "NV": "nv n.v.",
        "AB": "ab",
        "AS": "a/s",
        "Oy": "oy",
        "Pty": "pty pty.",
    }.items()
    for form in forms.split()
}
"""A legal form as a word in small letters -> the form that it is."""

LEGAL_PAIRS: Final = frozenset(
    {("Co", "Inc"), ("Co", "Ltd"), ("Co", "LLC"), ("Co", "Corp"), ("Co", "LLP"), ("Co", "LP"), ("GmbH", "Co"), ("GmbH", "KG"),
     ("AG", "Co"), ("AG", "KG"), ("Co", "KG"), ("Co", "OHG"), ("Pty", "Ltd"), ("UG", "Co"), ("UG", "KG"), ("Co", "PLC"),
     ("LLC", "Co"), ("Oy", "AB"), ("GmbH", "OHG"), ("Co", "PLLC"), ("Co", "AG"), ("Co", "GmbH"), ("Co", "SA"),
     ("Co", "SRL"), ("Co", "SpA"), ("SA", "SRL")}
)  # fmt: skip
"""Legal forms that stand after one another in one name: GmbH & Co. KG, Pty Ltd, Co. Inc."""

_MORE: Final = (
    "lllp pc pa cic cio",
    "ggmbh kgaa gbr ev eg partg se",
    "sasu eurl snc sci ltee limitee enr sapa scarl",
    "sl slu slne sau sc scp cv sapi ltda eireli epp lda",
    "vof cvba bvba sprl scrl asbl vzw asa aps oyj ks hb kb ehf hf",
    "sro spol zoo spzoo doo ood eood kft zrt nyrt bt kk gk pte sdn bhd tbk jsc ojsc cjsc",
    "αε επε ικε οε ооо оао зао пао ао тов ат ип фоп",
)
"""Others, country by country, that are only taken away."""

FORMS: Final = frozenset(
    [form.replace(".", "").replace("à", "a") for form in LEGAL_FORMS if "/" not in form]
    + [form for country in _MORE for form in country.split()]
)
"""All of them as they are when dots, case and accents are taken away. Words that end names in earnest (is, me, as) are none."""

_BETWEEN: Final = frozenset(("and", "und", "et", "the", "de"))
"""Words that stand between two of them, as in GmbH & Co. KG, and mean nothing before one."""

_APART: Final = r" (?:s (?:de )?rl(?: de cv)?|s r l|sp z oo|l l c|l t d|s a)$"
"""Those that are written with spaces."""

_FIRST: Final = r"^(?:ооо|оао|зао|пао|ао|тов|ат|ип|фоп|the) "
_MOST: Final = 5
"""So many words are taken away at most."""


def without_form(names: pl.Series) -> pl.Series:
    """Folded names (String) without the legal forms at their end, and without those that Russian and Ukrainian put first.

    A name that is nothing but such a word keeps it: Co-op is a firm.
    """
    made = names.alias("name").str.replace(_FIRST, "").str.replace(_APART, " llc").to_frame()
    made = made.with_columns(ends=pl.lit(False))
    last = pl.col("name").str.extract(r" (\S+)$", 1)
    for _ in range(_MOST):
        goes = (last.is_in(list(FORMS)) | (pl.col("ends") & last.is_in(list(_BETWEEN)))).fill_null(False)
        shorter = pl.col("name").str.replace(r" \S+$", "")
        made = made.with_columns(name=pl.when(goes).then(shorter).otherwise("name"), ends=pl.col("ends") | goes)
    return made["name"].rename(names.name)
