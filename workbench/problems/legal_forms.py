"""Legal forms: the LLC, GmbH or S.A. after a firm's name, which two records of one firm rarely write alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

FORMS: Final = frozenset(
    form
    for country in (
        "llc llp lllp lp pllc inc incorporated corp corporation co company ltd limited plc pc pa pty cic cio",
        "gmbh ggmbh mbh ag kg kgaa ohg gbr ug ev eg ek partg se",
        "sarl sas sasu sa eurl snc sci ltee limitee enr srl spa sapa scarl",
        "sl slu slne sau sc scp cv sapi ltda eireli epp lda",
        "bv nv vof cvba bvba sprl scrl asbl vzw ab asa aps oy oyj ks hb kb ehf hf",
        "sro spol zoo spzoo doo ood eood kft zrt nyrt bt kk gk pte sdn bhd tbk jsc ojsc cjsc",
        "αε επε ικε οε ооо оао зао пао ао тов ат ип фоп",
    )
    for form in country.split()
)
"""As they are when dots, case and accents are taken away. Words that end names in earnest (is, me, as) are not among them."""

_PHRASES: Final = ("s de rl", "s de rl de cv", "sp z oo", "l l c", "s a", "s r l")
_BETWEEN: Final = ("and", "und", "et", "the")
"""Words that stand between two of them, as in GmbH & Co. KG, and mean nothing at an end."""


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_END: Final = rf"(?: (?:{_any({*FORMS, *_PHRASES, *_BETWEEN})}))* (?:{_any({*FORMS, *_PHRASES})})$"
_START: Final = "^(?:ооо|оао|зао|пао|ао|тов|ат|ип|фоп|the) "


def without_form(names: pl.Series) -> pl.Series:
    """Folded names (String) without the legal forms at their end, and without those that Russian and Ukrainian put first.

    A name that is nothing but such a word keeps it: Co-op is a firm.
    """
    return names.str.replace(_START, "").str.replace(_END, "")
