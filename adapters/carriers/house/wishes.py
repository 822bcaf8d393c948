"""What rules ask of the carrier and nobody would see on the label: refused, so that it is not lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.carriers.house.options import ADULT_SIGNATURE, SIGNATURE, confirmation, packing_slip
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest
from engine.model.sentence import Sentence
from engine.ports.carriers import CarrierRefused
from rules.actions.carrier_option import OPTIONS
from rules.actions.documents import PACKING_SLIPS
from rules.messages import Message, Text
from rules.order_document import read_field
from rules.values import is_blank

CANNOT_BE_TOLD = Text(
    "Own delivery cannot be told this: {what}. Take it out of the order, or ship with another carrier.",
    "Al reparto propio no se le puede indicar esto: {what}. Quítalo del pedido o envía con otra empresa de transporte.",
)
NO_SUCH_SLIP = Text(
    'There is no packing slip "{template}": it is {known}. Change what the order or its rule says.',
    "No existe el albarán «{template}»: es {known}. Cambia lo que dice el pedido o su regla.",
)
BILLED = Text('bill the shipping to "{party}"', "facturar el envío a «{party}»")
BILLED_ACCOUNT = Text('bill the shipping to the account "{account}"', "facturar el envío a la cuenta «{account}»")
CONFIRMED = Text('the delivery confirmation "{confirmation}"', "la confirmación de entrega «{confirmation}»")
INSURED = Text("an insured value", "un valor asegurado")
DECLARED = Text("a customs declaration", "una declaración de aduana")
DUTIES = Text("who pays the duties", "quién paga los aranceles")
INCOTERM = Text("the incoterm {incoterm}", "el incoterm {incoterm}")
TAX_IDS = Text("tax numbers", "números fiscales")

_OWN_BILL: Final = ("", "my_account", "sender", "shipper")
_ON_LABEL: Final = ("saturday_delivery",)
_SIGNED: Final = ("", SIGNATURE, ADULT_SIGNATURE)


def check_wishes(request: LabelRequest) -> None:
    """Raises CarrierRefused for the first thing that neither the label, its packing slip nor the price would show."""
    slip = packing_slip(request)
    if slip not in PACKING_SLIPS.codes:
        raise CarrierRefused(Message("no_such_slip", NO_SUCH_SLIP, {"template": slip, "known": PACKING_SLIPS.kind}))
    for what in _beyond(request):
        raise CarrierRefused(Message("cannot_be_told", CANNOT_BE_TOLD, {"what": what}))


def _beyond(request: LabelRequest) -> Iterator[Text | Sentence]:
    if confirmation(request) not in _SIGNED:
        yield Sentence.of(CONFIRMED, confirmation=request.confirmation.strip())
    if request.insured is not None:
        yield INSURED
    party, account = _text(request, "billing.party"), _text(request, "billing.account")
    if party.casefold() not in _OWN_BILL:
        yield Sentence.of(BILLED, party=party)
    elif account:
        yield Sentence.of(BILLED_ACCOUNT, account=account)
    found = request.options.get("carrier_options")
    options: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    for name, value in options.items():
        if value and not is_blank(value) and name not in _ON_LABEL:
            yield OPTIONS.get(name) or Sentence.of(name)
    if crosses_customs_border(request.ship_from, request.ship_to):
        if not is_blank(request.options.get("customs")):
            yield DECLARED
        if _text(request, "duties.payor") or read_field(request.options, "duties.prepaid") is True:
            yield DUTIES
        if incoterm := _text(request, "incoterm"):
            yield Sentence.of(INCOTERM, incoterm=incoterm.upper())
        if not is_blank(request.options.get("tax_ids")):
            yield TAX_IDS


def _text(request: LabelRequest, name: str) -> str:
    value = read_field(request.options, name)
    return "" if is_blank(value) else str(value).strip()
