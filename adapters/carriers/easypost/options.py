"""What rules set for the carrier, as EasyPost's options; what it has no option for is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.units import ounces
from engine.model.label import LabelRequest
from rules.actions.carrier_option import DRY_ICE, OPTIONS
from rules.messages import Text
from rules.order_document import plain, read_field
from rules.values import Unreadable, is_blank, read_number

UNKNOWN_OPTION = Text(
    'EasyPost has nothing for "{option}": take this carrier option off the order.',
    'EasyPost no tiene nada para "{option}": quita esta opción del pedido.',
)
DANGEROUS_GOODS = Text(
    "EasyPost has to know the class of dangerous goods, which the order does not say: ship it by hand.",
    "EasyPost necesita la clase de las mercancías peligrosas y el pedido no la indica: envíalo manualmente.",
)
UNKNOWN_CONFIRMATION = Text(
    'EasyPost knows no delivery confirmation "{confirmation}". It knows: {known}.',
    'EasyPost no conoce la confirmación de entrega "{confirmation}". Conoce: {known}.',
)
SIGNED_AND_LEFT = Text(
    'The order asks for the delivery confirmation "{confirmation}", and that the parcel may be left without a signature: take '
    "one of them off.",
    'El pedido pide la confirmación de entrega "{confirmation}" y también que el paquete pueda dejarse sin firma: quita una de '
    "las dos.",
)
UNKNOWN_PARTY = Text(
    'EasyPost cannot bill the shipping to "{party}": it bills my_account, recipient or third_party.',
    'EasyPost no puede facturar el envío a "{party}": factura a my_account, recipient o third_party.',
)
BILLING_LACKS = Text(
    "To bill the shipping to {party}, EasyPost needs {missing} of that account: add it to the order.",
    "Para facturar el envío a {party}, EasyPost necesita {missing} de esa cuenta: añádelo al pedido.",
)
COLLECTED_IN = Text(
    "EasyPost has no currency for what is collected on delivery, so that only US dollars (USD) are safe, and this order is in "
    "{currency}.",
    "EasyPost no admite moneda para el contra reembolso, así que solo los dólares (USD) son seguros y este pedido está en "
    "{currency}.",
)
_ACCOUNT = Text("the number", "el número")
_POSTAL_CODE = Text("the postal code", "el código postal")
_COUNTRY = Text("the country", "el país")

NO_SIGNATURE = "NO_SIGNATURE"
CONFIRMATIONS = (
    "ADULT_SIGNATURE",
    "SIGNATURE",
    NO_SIGNATURE,
    "INDIRECT_SIGNATURE",
    "ADULT_SIGNATURE_RESTRICTED",
    "SIGNATURE_RESTRICTED",
    "DO_NOT_SAFE_DROP",
    "STANDARD_SIGNATURE",
)
_TRACKED_ANYWAY = ("", "NONE", "DELIVERY")  # every label of EasyPost says when it was delivered
_LONGEST_ON_LABEL = 35

_SWITCHES: Mapping[str, Mapping[str, Any]] = {
    "saturday_delivery": {"saturday_delivery": True},
    "contains_alcohol": {"alcohol": True},
    "non_machinable": {"machinable": False},
    "show_postage": {"print_rate": True},
    "shipper_release": {"delivery_confirmation": NO_SIGNATURE},
}
_PARTIES = {"my_account": "SENDER", "sender": "SENDER", "recipient": "RECEIVER", "third_party": "THIRD_PARTY"}
_NEEDED: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "SENDER": (),
    "RECEIVER": (("account", _ACCOUNT), ("postal_code", _POSTAL_CODE)),
    "THIRD_PARTY": (("account", _ACCOUNT), ("country", _COUNTRY), ("postal_code", _POSTAL_CODE)),
}


def options_request(request: LabelRequest, today: date) -> dict[str, Any]:
    """The options of a shipment. Raises CarrierRefused for what EasyPost has none for."""
    options: dict[str, Any] = {"label_format": "PNG"}  # the only one that EasyPost makes others of
    if request.ship_date > today:
        options["label_date"] = f"{request.ship_date.isoformat()}T12:00:00Z"
    if request.order_number:
        options["print_custom_1"] = request.order_number[:_LONGEST_ON_LABEL]
    return options | _confirmation(request) | _switches(request) | _cash_on_delivery(request) | _payment(request)


def _confirmation(request: LabelRequest) -> dict[str, Any]:
    code = request.confirmation.strip().upper().replace("-", "_").replace(" ", "_")
    if code in _TRACKED_ANYWAY:
        return {}
    if code not in CONFIRMATIONS:
        known = ", ".join(("delivery", *(one.lower() for one in CONFIRMATIONS)))
        raise refused("confirmation", UNKNOWN_CONFIRMATION, confirmation=request.confirmation, known=known)
    if code != NO_SIGNATURE and read_field(request.options, "carrier_options.shipper_release"):
        raise refused("signed_and_left", SIGNED_AND_LEFT, confirmation=request.confirmation)
    return {"delivery_confirmation": code}


def _switches(request: LabelRequest) -> dict[str, Any]:
    wanted = request.options.get("carrier_options")
    options: dict[str, Any] = {}
    for name, value in (wanted if isinstance(wanted, Mapping) else {}).items():
        if is_blank(value) or not value:
            continue
        if name == "dangerous_goods":
            raise refused("dangerous_goods", DANGEROUS_GOODS)
        if name == DRY_ICE:
            options |= _dry_ice(value)
        elif name in _SWITCHES:
            options |= _SWITCHES[name]
        else:
            raise refused("carrier_option", UNKNOWN_OPTION, option=OPTIONS.get(name, name))
    return options


def _dry_ice(value: Any) -> dict[str, Any]:
    weight = None if value is True else _number(value)
    return {"dry_ice": True} if weight is None else {"dry_ice": True, "dry_ice_weight": plain(ounces(weight))}


def _cash_on_delivery(request: LabelRequest) -> dict[str, Any]:
    amount = _number(read_field(request.options, "cash_on_delivery.amount"))
    if amount is None or amount <= 0:
        return {}
    if request.currency != "USD":
        raise refused("collected_in", COLLECTED_IN, currency=request.currency or "?")
    return {"cod_amount": plain(amount)}


def _payment(request: LabelRequest) -> dict[str, Any]:
    found = request.options.get("billing")
    billing = found if isinstance(found, Mapping) else {}
    said = {name: str(billing[name]) for name in ("account", "country", "postal_code") if not is_blank(billing.get(name))}
    party = "my_account" if is_blank(billing.get("party")) else str(billing["party"])
    kind = _PARTIES.get(party.strip().casefold())
    if kind is None:
        raise refused("billing_party", UNKNOWN_PARTY, party=party)
    if missing := [label for name, label in _NEEDED[kind] if name not in said]:
        raise refused("billing_lacks", BILLING_LACKS, party=party, missing=missing[0])
    return {"payment": {"type": kind, **said}} if kind != "SENDER" or said else {}


def _number(value: Any) -> Decimal | None:
    number = None if is_blank(value) else read_number(value)
    return None if number is None or isinstance(number, Unreadable) else Decimal(number)
