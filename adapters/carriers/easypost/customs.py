"""The customs declaration of a shipment, where it has to have one: contents, tax numbers, and who pays the duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.tax_ids import ITN, tax_identifiers, tax_numbers
from adapters.carriers.easypost.units import ounces_of_contents
from engine.model.label import ContentLine, LabelRequest
from engine.model.money import Money
from rules.fields.closed_values import COUNTRIES
from rules.messages import LANGUAGES, Text
from rules.order_document import read_field
from rules.values import is_blank

NO_CONTENTS = Text(
    "The parcel crosses a customs border, and nothing is known of its contents: enter the order's lines.",
    "El paquete cruza una frontera aduanera y no se conoce su contenido: introduce las líneas del pedido.",
)
NO_CURRENCY = Text(
    "The parcel crosses a customs border, and the order has no currency for the value of its contents: enter it.",
    "El paquete cruza una frontera aduanera y el pedido no tiene moneda para el valor de su contenido: introdúcela.",
)
LINE_LACKS = Text(
    "Customs have to know {missing} of {line}: complete the product or the order's line.",
    "La aduana necesita {missing} de {line}: completa el producto o la línea del pedido.",
)
NON_DELIVERY = Text(
    'When it cannot be delivered, EasyPost knows "return" and "abandon", not "{found}": change the customs declaration.',
    'Si no se puede entregar, EasyPost conoce "return" y "abandon", no "{found}": cambia la declaración de aduana.',
)
IMPORTER = Text(
    'EasyPost takes no importer of record as a text ("{importer}"): take it off the order, or ship it by hand.',
    'EasyPost no admite un importador como texto ("{importer}"): quítalo del pedido o envíalo manualmente.',
)
INCOTERM = Text(
    'EasyPost knows no incoterm "{found}". It knows: {known}.', 'EasyPost no conoce el incoterm "{found}". Conoce: {known}.'
)
PAYOR = Text(
    'EasyPost can have the sender or the recipient pay duties, not "{found}": change the order.',
    'EasyPost puede cobrar los aranceles al remitente o al destinatario, no a "{found}": cambia el pedido.',
)
PREPAID = Text(
    "EasyPost cannot have the recipient pay duties in advance: let the sender pay them, or take that off the order.",
    "EasyPost no puede cobrar los aranceles al destinatario por adelantado: que los pague el remitente o quítalo del pedido.",
)
DUTIES_DISAGREE = Text(
    "The order says both that {payor} pays the duties and the incoterm {incoterm}, which says otherwise: change one of them.",
    "El pedido indica que los aranceles los paga {payor} y a la vez el incoterm {incoterm}, que dice lo contrario: cambia uno.",
)
NEEDS_ITN = Text(
    "What leaves the United States and is worth more than {limit} USD needs an ITN: set it as the tax number `itn`.",
    "Lo que sale de Estados Unidos y vale más de {limit} USD necesita un ITN: ponlo como número fiscal `itn`.",
)
_NAME, _PRICE = Text("the name", "el nombre"), Text("the price", "el precio")
_WEIGHT, _ORIGIN = Text("the weight", "el peso"), Text("the country of origin", "el país de origen")
_LINE = Text("line {number}", "la línea {number}")
_SENDER, _RECIPIENT = Text("the sender", "el remitente"), Text("the recipient", "el destinatario")

# What a parcel can hold, beside `other` with words of one's own.
CONTENTS: Final = ("merchandise", "documents", "gift", "returned_goods", "sample", "dangerous_goods", "humanitarian_donation")
INCOTERMS: Final = ("EXW", "FCA", "CPT", "CIP", "DAT", "DAP", "DDP", "FAS", "FOB", "CFR", "CIF")
PAID_BY_SENDER, PAID_BY_RECIPIENT = "DDP", "DAP"
_UNDECLARED_USD = 2500  # what leaves the United States without an ITN
_LONGEST_EXPLANATION = 255


def customs_request(request: LabelRequest) -> dict[str, Any]:
    """What a shipment over a customs border says besides. Raises CarrierRefused with what is missing."""
    found = request.options.get("customs")
    customs = found if isinstance(found, Mapping) else {}
    if not is_blank(customs.get("importer")):
        raise refused("importer", IMPORTER, importer=customs["importer"])
    numbers = tax_numbers(request)
    items = _items(request)
    info: dict[str, Any] = {
        **_contents(customs),
        "customs_certify": True,
        "customs_signer": request.ship_from.name or request.sender or request.ship_from.company,
        "non_delivery_option": _non_delivery(customs),
        "restriction_type": "none",
        "customs_items": items,
    }
    if not is_blank(customs.get("declaration")):
        info["declaration"] = str(customs["declaration"])
    if request.ship_from.country == "US":
        info["eel_pfc"] = numbers.get(ITN) or _exemption(request, items)
    identifiers = tax_identifiers(request, numbers)
    return {"customs_info": info, **({"tax_identifiers": identifiers} if identifiers else {})}


def customs_options(request: LabelRequest) -> dict[str, Any]:
    """The options that only such a shipment has."""
    options: dict[str, Any] = {"invoice_number": request.order_number} if request.order_number else {}
    incoterm = _incoterm(request)
    return options | ({"incoterm": incoterm} if incoterm else {})


def _items(request: LabelRequest) -> list[dict[str, Any]]:
    if not request.contents:
        raise refused("no_contents", NO_CONTENTS)
    if not request.currency:
        raise refused("no_currency", NO_CURRENCY)
    return [_item(line, number, request.currency) for number, line in enumerate(request.contents, 1)]


def _item(line: ContentLine, number: int, currency: str) -> dict[str, Any]:
    description = line.declared or line.sku.strip()
    value = Money((line.unit_price or Decimal(0)) * line.quantity, currency).rounded().amount
    weight_g = (line.weight_g or Decimal(0)) * line.quantity
    checks = (
        (_NAME, bool(description)),
        (_PRICE, value > 0),
        (_WEIGHT, weight_g > 0),
        (_ORIGIN, line.origin.upper() in COUNTRIES.codes),
    )
    if missing := [label for label, is_there in checks if not is_there]:
        named = Text(*(description or _LINE.format(language, number=number) for language in LANGUAGES))
        raise refused("line_lacks", LINE_LACKS, missing=_listed(missing), line=named)
    item: dict[str, Any] = {
        "description": description,
        "quantity": line.quantity,
        "value": value,
        "weight": ounces_of_contents(weight_g),
        "origin_country": line.origin.upper(),
        "currency": currency,
    }
    more = (("hs_tariff_number", line.hs_code.strip()), ("code", line.sku.strip()))
    return item | {name: text for name, text in more if text}


def _listed(labels: Sequence[Text]) -> Text:
    return Text(*(", ".join(label.format(language) for label in labels) for language in LANGUAGES))


def _contents(customs: Mapping[str, Any]) -> dict[str, Any]:
    """What is in the parcel; in words of one's own, where EasyPost has none for it."""
    said = "merchandise" if is_blank(customs.get("contents")) else str(customs["contents"]).strip()
    code = said.casefold().replace(" ", "_").replace("-", "_")
    if code in CONTENTS:
        return {"contents_type": code}
    return {"contents_type": "other", "contents_explanation": said[:_LONGEST_EXPLANATION]}


def _non_delivery(customs: Mapping[str, Any]) -> str:
    said = "return" if is_blank(customs.get("non_delivery")) else str(customs["non_delivery"]).strip().casefold()
    if said not in ("return", "abandon"):
        raise refused("non_delivery", NON_DELIVERY, found=customs["non_delivery"])
    return said


def _exemption(request: LabelRequest, items: Sequence[Mapping[str, Any]]) -> str:
    """Why an export from the United States is not filed."""
    if request.ship_to.country == "CA":
        return "NOEEI 30.36"
    if request.currency == "USD" and sum(item["value"] for item in items) > _UNDECLARED_USD:
        raise refused("needs_itn", NEEDS_ITN, limit=_UNDECLARED_USD)
    return "NOEEI 30.37(a)"


def _incoterm(request: LabelRequest) -> str:
    """The one that the order says, or that follows from who pays the duties; empty where nothing is said."""
    found = request.options.get("incoterm")
    said = "" if is_blank(found) else str(found).strip().upper()
    if said and said not in INCOTERMS:
        raise refused("incoterm", INCOTERM, found=said, known=", ".join(INCOTERMS))
    paid_by = _paid_by(request)
    if paid_by is None:
        return said
    if said and (said == PAID_BY_SENDER) != (paid_by == PAID_BY_SENDER):
        payor = _SENDER if paid_by == PAID_BY_SENDER else _RECIPIENT
        raise refused("duties_disagree", DUTIES_DISAGREE, payor=payor, incoterm=said)
    return said or paid_by


def _paid_by(request: LabelRequest) -> str | None:
    payor = read_field(request.options, "duties.payor")
    said = "" if is_blank(payor) else str(payor).strip().casefold()
    if said not in ("", "sender", "recipient"):
        raise refused("payor", PAYOR, found=payor)
    is_prepaid = read_field(request.options, "duties.prepaid") is True
    if is_prepaid and said == "recipient":
        raise refused("prepaid", PREPAID)
    if said == "sender" or (not said and is_prepaid):
        return PAID_BY_SENDER
    return PAID_BY_RECIPIENT if said else None
