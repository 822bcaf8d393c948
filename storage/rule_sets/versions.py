"""Rows of versions of rule sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.rule_set import Adoption, RuleSetVersion
from storage.statements import values_of


def version_of(row: Mapping[Any, Any]) -> RuleSetVersion:
    """The version that a row holds."""
    values = dict(row)
    offer_id, offered_by, number, off = (
        values.pop(name) for name in ("offer_id", "offered_by", "offered_number", "switched_off")
    )
    adoption = None if offer_id is None else Adoption(offer_id, offered_by, number, tuple(off))
    return RuleSetVersion(**values, adoption=adoption)


def values_of_version(version: RuleSetVersion) -> dict[str, Any]:
    """A version as column values."""
    values = values_of(version)
    adoption = values.pop("adoption")
    if adoption is None:
        return {**values, "offer_id": None, "offered_by": None, "offered_number": None, "switched_off": []}
    return {
        **values,
        "offer_id": adoption.offer_id,
        "offered_by": adoption.offered_by,
        "offered_number": adoption.number,
        "switched_off": list(adoption.switched_off),
    }
