"""NYSIIS: how an English name sounds, as the New York State Identification and Intelligence System spelled it.

The steps are those of R. L. Taft, Name Search Techniques (New York State Identification and Intelligence System, special report
no. 1, 1970), see https://xlinux.nist.gov/dads/HTML/nysiis.html. Two things are otherwise: the code is not cut to six letters, for
names of firms are longer than surnames, and a y within a word is a vowel as in the modified NYSIIS, so that Smyth sounds as Smith.
"""

from __future__ import annotations

from typing import Final

_STARTS: Final = (("mac", "mcc"), ("kn", "nn"), ("k", "c"), ("ph", "ff"), ("pf", "ff"), ("sch", "sss"))
_ENDS: Final = (("ee", "y"), ("ie", "y"), *((end, "d") for end in ("dt", "rt", "rd", "nt", "nd")))
_WITHIN: Final = (("ev", "af"), ("kn", "nn"), ("sch", "sss"), ("ph", "ff"))
_SINGLE: Final = {**dict.fromkeys("aeiou", "a"), "q": "g", "z": "s", "m": "n", "k": "c"}
_VOWELS: Final = frozenset("aeiou")


def nysiis(word: str) -> str:
    """The code of a word of small letters a to z, in capitals; a word with any other letter in it is its own code."""
    if not word or not word.isascii() or not word.isalpha():
        return word
    name = _ended(_begun(word))
    code = name[0]
    for letter in _coded(name):
        if letter != code[-1]:
            code += letter
    return (code[0] + _closed(code[1:])).upper()


def _begun(name: str) -> str:
    for start, instead in _STARTS:
        if name.startswith(start):
            return instead + name[len(start) :]
    return name


def _ended(name: str) -> str:
    for end, instead in _ENDS:
        if name.endswith(end):
            return name[: -len(end)] + instead
    return name


def _coded(name: str) -> str:
    """What the letters after the first become, from left to right: each step sees what those before it made."""
    at = 1
    while at < len(name):
        for run, instead in _WITHIN:
            if name.startswith(run, at):
                name = name[:at] + instead + name[at + len(run) :]
                at += len(run)
                break
        else:
            name = name[:at] + _letter(name, at) + name[at + 1 :]
            at += 1
    return name[1:]


def _letter(name: str, at: int) -> str:
    letter, before, after = name[at], name[at - 1], name[at + 1 : at + 2]
    if letter == "h" and (before not in _VOWELS or after not in _VOWELS):
        return before
    if letter == "w" and before in _VOWELS:
        return before
    if letter == "y" and after:
        return "a"
    return _SINGLE.get(letter, letter)


def _closed(code: str) -> str:
    """A code's letters after the first without what its last step takes away."""
    code = code.removesuffix("s")
    return (code[:-2] + "y" if code.endswith("ay") else code).removesuffix("a")
