"""The state machine of a goods-out note: events set and clear its flags, shipping freezes it."""

from __future__ import annotations

from typing import Final

from .replies import ApiError, Json

PLACED: Final = "PLA"
SHIPPED: Final = "SHW"
SHIPPED_BY_SUPPLIER: Final = "SHS"
_SETS: Final = {"PRI": "printed", "PIC": "picked", "PAC": "packed", SHIPPED: "shipped"}
_CLEARS: Final = {"UPR": "printed", "UPI": "picked", "UPA": "packed"}
_BEFORE_SHIPPING: Final = ("PRI", "PIC", "PAC")

SPECIFIERS: Final = {
    "PRI": "printed",
    "PIC": "picked",
    "PAC": "packed",
    SHIPPED: "shipped",
    "UPR": "un-printed",
    "UPI": "un-picked",
    "UPA": "un-packed",
}
"""The webhook specifier of each event code."""


def already_shipped() -> ApiError:
    """The refusal to touch a shipped note. Brightpearl's own code is not known; this one is the sandbox's."""
    return ApiError(400, ("WHSB-SANDBOX-SHIPPED", "The goods-out note has been shipped and cannot be changed"))


def apply_event(note: Json, code: str, occurred: str, owner_id: int, version: int) -> list[str]:
    """Apply one event to a note in place; returns the codes that happened, those that shipping adds included.

    `occurred` is the time as it will be shown, `version` becomes the note's `lastEventVersion`. Raises ApiError for an
    unknown code, for PLA and for a note that has shipped.
    """
    if note["status"]["shipped"]:
        raise already_shipped()
    if code not in _SETS and code not in _CLEARS:
        raise ApiError(400, ("WHSC-SANDBOX-EVENT", f"The event code {code} cannot be added to a goods-out note"))
    codes = [code]
    if code == SHIPPED:
        codes = [early for early in _BEFORE_SHIPPING if not note["status"][_SETS[early]]] + codes
    for each in codes:
        _apply_one(note, each, occurred, owner_id)
    note["lastEventVersion"] = version
    return codes


def _apply_one(note: Json, code: str, occurred: str, owner_id: int) -> None:
    status = note["status"]
    if code in _SETS:
        flag = _SETS[code]
        status.update({flag: True, f"{flag}On": occurred, f"{flag}ById": owner_id})
    else:
        flag = _CLEARS[code]
        status[flag] = False
        status.pop(f"{flag}On", None)
        status.pop(f"{flag}ById", None)
    note["events"].append({"occured": occurred, "eventOwnerId": owner_id, "eventCode": code})


def ship_by_supplier(note: Json, occurred: str, owner_id: int, tracking: str, shipping_method_id: int | None) -> None:
    """Ship a drop-ship note in place. Raises ApiError for one that has shipped."""
    if note["status"]["shipped"]:
        raise ApiError(400, ("WHSB-SANDBOX-SHIPPED", "The drop-ship note has been shipped and cannot be changed"))
    note["status"].update(shipped=True, shippedOn=occurred, shippedById=owner_id)
    note["events"].append({"occured": occurred, "eventOwnerId": owner_id, "eventCode": SHIPPED_BY_SUPPLIER})
    if tracking:
        note["trackingReference"] = tracking
    if shipping_method_id is not None:
        note["shippingMethodId"] = shipping_method_id
