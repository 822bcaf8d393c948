"""What commands say of a rule set that was adopted from another account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rules.messages import Language, Text

if TYPE_CHECKING:
    from engine.services.sharing.adopted_sets import AdoptedSet

ADOPTED_FROM = Text("adopted from {adopted_from}, its version {number}", "adoptado de {adopted_from}, su versión {number}")
SWITCHED_OFF = Text("switched off here: {rules}", "desactivadas aquí: {rules}")
NEWER = Text(
    "version {newer} is offered: `rules adopted update {set} --preview` says what it changes",
    "se ofrece la versión {newer}: `rules adopted update {set} --preview` dice qué cambia",
)
NO_LONGER_OFFERED = Text(
    "no longer offered to this account: it keeps running as it is",
    "ya no se ofrece a esta cuenta: sigue ejecutándose tal como está",
)


def adopted_entry(one: AdoptedSet) -> dict[str, Any]:
    """What JSON says of an adopted set beside what it says of every set."""
    slug = one.version.set_slug
    return {
        "adopted_from": one.offered_by.slug,
        "adopted": {
            "offer": one.adoption.offer_id,
            "version": one.adoption.number,
            "offered": one.offer is not None,
            "newer": None if one.newer is None else one.newer.number,
            "switched_off": [f"{slug}.{rule_id}" for rule_id in one.adoption.switched_off],
        },
    }


def adopted_lines(entry: Mapping[str, Any], language: Language) -> list[str]:
    """The same as lines for a person."""
    adopted = entry["adopted"]
    lines = [ADOPTED_FROM.format(language, adopted_from=entry["adopted_from"], number=adopted["version"])]
    if adopted["switched_off"]:
        lines.append(SWITCHED_OFF.format(language, rules=", ".join(adopted["switched_off"])))
    if not adopted["offered"]:
        lines.append(NO_LONGER_OFFERED.format(language))
    elif adopted["newer"] is not None:
        lines.append(NEWER.format(language, newer=adopted["newer"], set=entry["set"]))
    return lines
