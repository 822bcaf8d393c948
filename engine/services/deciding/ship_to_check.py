"""Keeps with each order whether its delivery address can be one of its country, so that rules may read it."""

from __future__ import annotations

from engine.model.address_check import NOT_CHECKED, AddressCheck, AddressRules, check_address
from engine.model.order import Order
from rules.values import is_blank

VERIFIED = "verified"
CHECKED_HERE = "checked_here"  # beside it in the order's document: it is not the store's word


def check_ship_to(rules: AddressRules, order: Order) -> None:
    """Write `ship_to.verified` into the order, as its address is now.

    What the store itself says of its address counts, until a person edits the address.
    """
    said = order.source.get("ship_to")
    edited = any(name == "ship_to" or name.startswith("ship_to.") for name in order.person)
    if not isinstance(said, dict) or not (edited or said.get(CHECKED_HERE) or is_blank(said.get(VERIFIED))):
        return
    verdict = check_address(rules, _ship_to(order) if edited else said).verdict
    known = {name: value for name, value in said.items() if name not in (VERIFIED, CHECKED_HERE)}
    order.source["ship_to"] = known if verdict is None else {**known, VERIFIED: verdict.value, CHECKED_HERE: True}


def explain_ship_to(rules: AddressRules, order: Order) -> AddressCheck:
    """What is wrong with the delivery address in sentences; nothing where the verdict is the store's or a person's."""
    ship_to = _ship_to(order)
    if not ship_to.get(CHECKED_HERE) and not is_blank(ship_to.get(VERIFIED)):
        return NOT_CHECKED
    if f"ship_to.{VERIFIED}" in order.person:
        return NOT_CHECKED
    return check_address(rules, ship_to)


def _ship_to(order: Order) -> dict[str, object]:
    found = order.document().get("ship_to")
    return found if isinstance(found, dict) else {}
