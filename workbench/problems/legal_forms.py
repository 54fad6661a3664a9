"""Legal forms: the LLC, GmbH or S.A. after a firm's name, which two records of one firm rarely write alike."""

from __future__ import annotations

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
