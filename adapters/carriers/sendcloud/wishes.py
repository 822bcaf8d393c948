"""What rules ask of the carrier beyond the service: told to Sendcloud where it can be, refused where it would be lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from adapters.carriers.sendcloud.refusals import refused
from adapters.carriers.sendcloud.shipping_option import ShippingOption
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest
from engine.model.money import Money, minor_digits
from engine.model.sentence import Sentence
from engine.ports.carriers import CarrierRefused
from rules.actions.carrier_option import OPTIONS
from rules.messages import Text
from rules.order_document import plain, read_field
from rules.values import is_blank

CANNOT_BE_TOLD = Text(
    "Sendcloud cannot be told this: {what}. Take it out of the order, or ship with another carrier.",
    "A Sendcloud no se le puede indicar esto: {what}. Quítalo del pedido o envía con otra empresa de transporte.",
)
NOT_IN_OPTION = Text(
    'At Sendcloud this belongs to the shipping option: {what}. "{service}" does not have it: choose a service whose code says '
    "{part}.",
    "En Sendcloud esto forma parte de la opción de envío: {what}. «{service}» no lo tiene: elige un servicio cuyo código diga "
    "{part}.",
)
BAD_INSURANCE = Text(
    "Sendcloud insures a shipment for {least} to {most} EUR, and not for {amount}.",
    "Sendcloud asegura un envío por entre {least} y {most} EUR, no por {amount}.",
)
COLLECTED = Text("an amount to collect on delivery", "un importe contra reembolso")
BILLED = Text('bill the shipping to "{party}"', "facturar el envío a «{party}»")
BILLED_ACCOUNT = Text('bill the shipping to the account "{account}"', "facturar el envío a la cuenta «{account}»")
CONFIRMED = Text('delivery confirmation "{confirmation}"', "confirmación de entrega «{confirmation}»")
DUTIES = Text('duties paid by "{payor}"', "aranceles pagados por «{payor}»")
PREPAID = Text("duties paid in advance by the recipient", "aranceles pagados por adelantado por el destinatario")
INCOTERM = Text("incoterm {incoterm}", "incoterm {incoterm}")

_OWN_BILL: Final = ("my_account", "sender", "shipper")
_CONFIRMATIONS: Final = {"signature": "signature", "adult_signature": "age_check"}
_LEAST_INSURED, _MOST_INSURED = Decimal(2), Decimal(5000)
# Who pays duties, by incoterm; the first of each is how a code says it.
_PAID: Final = ("ddp", "dap_dp")
_UNPAID: Final = ("dap", "ddu", "dap_np")
_PAYORS: Final = {"sender": _PAID, "shipper": _PAID, "recipient": _UNPAID, "receiver": _UNPAID}


def check_wishes(request: LabelRequest) -> None:
    """Raises CarrierRefused for what no shipping option can do."""
    if not is_blank(read_field(request.options, "cash_on_delivery.amount")):
        raise _cannot(COLLECTED)
    party = _text(request, "billing.party")
    if party and party not in _OWN_BILL:
        raise _cannot(BILLED, party=party)
    account = read_field(request.options, "billing.account")
    if not is_blank(account):
        raise _cannot(BILLED_ACCOUNT, account=account)
    for name in _switched_on(request):
        if name != "saturday_delivery":
            raise _cannot(OPTIONS.get(name) or Sentence.of(name))
    if request.insured is not None and not _can_insure(request.insured):
        amount = f"{plain(request.insured.amount)} {request.insured.currency}"
        raise refused("bad_insurance", BAD_INSURANCE, least=_LEAST_INSURED, most=_MOST_INSURED, amount=amount)


def check_option(request: LabelRequest, option: ShippingOption) -> None:
    """Raises CarrierRefused for what this shipping option does not do."""
    confirmation = request.confirmation.strip().casefold()
    if confirmation not in ("", "none"):
        part = _CONFIRMATIONS.get(confirmation)
        what = Sentence.of(CONFIRMED, confirmation=request.confirmation)
        if part is None:
            raise _cannot(what)
        if part not in option.functionalities:
            raise _not_in(option, what, part)
    if "saturday_delivery" in _switched_on(request) and option.functionalities.get("weekend_delivery") != "saturday":
        raise _not_in(option, OPTIONS["saturday_delivery"], "weekend_delivery=saturday")
    if crosses_customs_border(request.ship_from, request.ship_to):
        _check_duties(request, option)


def insured_parcels(request: LabelRequest) -> list[Money | None]:
    """For how much each parcel is insured: the whole, shared out evenly to the coin, the first ones first."""
    if request.insured is None:
        return [None] * len(request.parcels)
    insured = request.insured.rounded()
    coin = Decimal(1).scaleb(-minor_digits(insured.currency))
    each, left = divmod(int(insured.amount / coin), len(request.parcels))
    return [Money((each + (number < left)) * coin, insured.currency) for number in range(len(request.parcels))]


def _check_duties(request: LabelRequest, option: ShippingOption) -> None:
    said = option.functionalities.get("incoterm", "")
    incoterm, payor = _text(request, "incoterm"), _text(request, "duties.payor")
    if read_field(request.options, "duties.prepaid") is True:
        if _PAYORS.get(payor) == _UNPAID:
            raise _cannot(PREPAID)
        payor = payor or "sender"
    if incoterm:
        wanted = next((terms for terms in (_PAID, _UNPAID) if incoterm in terms), (incoterm,))
        _check_terms(option, said, wanted, INCOTERM, incoterm=incoterm.upper())
    if payor and payor not in _PAYORS:
        raise _cannot(DUTIES, payor=payor)
    if payor:
        _check_terms(option, said, _PAYORS[payor], DUTIES, payor=payor)


def _check_terms(option: ShippingOption, said: str, wanted: tuple[str, ...], what: Text, **params: str) -> None:
    if said not in wanted:
        raise _not_in(option, Sentence.of(what, **params), f"incoterm={wanted[0]}")


def _can_insure(insured: Money) -> bool:
    return insured.currency != "EUR" or _LEAST_INSURED <= insured.amount <= _MOST_INSURED


def _switched_on(request: LabelRequest) -> Mapping[str, Any]:
    """The carrier's options that are to be used."""
    found = request.options.get("carrier_options")
    options = found if isinstance(found, Mapping) else {}
    return {name: value for name, value in options.items() if value is not False and not is_blank(value)}


def _text(request: LabelRequest, name: str) -> str:
    value = read_field(request.options, name)
    return "" if is_blank(value) else str(value).strip().casefold()


def _cannot(what: Text, **params: Any) -> CarrierRefused:
    return refused("cannot_be_told", CANNOT_BE_TOLD, what=Sentence.of(what, **params))


def _not_in(option: ShippingOption, what: Text, part: str) -> CarrierRefused:
    return refused("not_in_option", NOT_IN_OPTION, what=what, service=option.code, part=part)
