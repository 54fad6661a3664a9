"""Legal forms: the LLC, GmbH or S.A. after a firm's name, which two records of one firm rarely write alike."""

from __future__ import annotations

from typing import Final

import polars as pl

FORMS: Final = (
    "llc llp lllp lp pllc inc incorporated corp corporation co company ltd limited plc pc pa pty cic cio "
    "gmbh ggmbh mbh ag kg kgaa ohg gbr ug ev eg ek eu partg se "
    "sarl sas sasu sa eurl snc sci ltee limitee enr "
    "srl spa sapa sas snc scarl ss "
    "sl slu slne sau sc scp cv sapi rl ltda eireli me epp lda "
    "bv nv vof cvba bvba sprl scrl asbl vzw "
    "ab as asa aps oy oyj ks hb kb da ans ehf hf is ivs "
    "sro spol zoo spzoo doo dd ad ood eood kft zrt nyrt bt oo "
    "kk gk pte sdn bhd bhd pt tbk jsc ojsc cjsc "
    "αε επε ικε οε ооо оао зао пао ао тов ат ип фоп"
).split()
"""As they are when dots, case and accents are taken away."""

_JOINED: Final = ("and", "und", "et", "y", "e", "i", "de", "the")
"""Words that stand between two of them (GmbH & Co. KG, S. de R.L.) and mean nothing at an end."""

_END: Final = (
    rf"(?: (?:{'|'.join(sorted({*FORMS, *_JOINED, 's', 'c'}, key=len, reverse=True))}))* (?:{'|'.join(FORMS)})$"
)
_START: Final = r"^(?:ооо|оао|зао|пао|ао|тов|ат|ип|фоп|the) "


def without_form(names: pl.Series) -> pl.Series:
    """Folded names (String) without the legal forms at their end, and without those that Russian and Ukrainian put first.

    A name that is nothing but such a word keeps it: Co-op is a firm.
    """
    return names.str.replace(_START, "").str.replace(_END, "")
