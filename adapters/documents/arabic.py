"""The forms that Arabic letters take beside each other, from Unicode's own list of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from functools import cache

_LAM = "\u0644"
_UNITS = re.compile(f"{_LAM}[\u0622\u0623\u0625\u0627]|.", re.DOTALL)  # lam and alef are written as one
_PRESENTATION_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFEFD))


def joined(text: str, known: Set[int]) -> str:
    """The same letters in the forms that they have where they stand, as far as the font, whose letters are `known`, has them."""
    units = _UNITS.findall(text)
    forms = _forms()
    shaped: list[str] = []
    reaches_on = False  # whether the letter before joins the one that follows
    for at, unit in enumerate(units):
        if unicodedata.combining(unit[0]):  # a mark above or below
            shaped.append(unit)
            continue
        own = forms.get(unit, {})
        following = next((other for other in units[at + 1 :] if not unicodedata.combining(other[0])), "")
        joins_before = reaches_on and "final" in own
        joins_after = "initial" in own and "final" in forms.get(following, {})
        form = ("medial" if joins_after else "final") if joins_before else ("initial" if joins_after else "isolated")
        letter = own.get(form, unit)
        shaped.append(letter if ord(letter[0]) in known else unit)
        reaches_on = "initial" in own
    return "".join(shaped)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """By letter, or by lam and alef together, its isolated, initial, medial and final form."""
    forms: dict[str, dict[str, str]] = {}
    for code in (code for part in _PRESENTATION_FORMS for code in part):
        tag, *codes = unicodedata.decomposition(chr(code)).split() or ("",)
        letters = "".join(chr(int(letter, 16)) for letter in codes)
        if len(letters) == 1 or (len(letters) == 2 and _UNITS.fullmatch(letters)):
            forms.setdefault(letters, {})[tag.strip("<>")] = chr(code)
    return forms
