"""What customs have to know: what is in the parcel, why it crosses the border, and the numbers of those who pay taxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from adapters.carriers.sendcloud.refusals import listed, refused
from engine.model.label import ContentLine, LabelRequest
from engine.model.sentence import Sentence
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text
from rules.order_document import plain, read_field
from rules.values import is_blank

LONGEST_NUMBER, LONGEST_NAME, LONGEST_DECLARATION, LONGEST_TAX_ID = 40, 255, 1024, 100
SHORTEST_HS_CODE, LONGEST_HS_CODE = 6, 12

ONE_PARCEL = Text(
    "Across a customs border Sendcloud has to know what is in each parcel, and here only the shipment's contents are known: ship "
    "each parcel by itself.",
    "Al cruzar una aduana Sendcloud tiene que saber qué hay en cada bulto y aquí solo se conoce el contenido del envío: envía "
    "cada bulto por separado.",
)
NOTHING_INSIDE = Text(
    "Across a customs border Sendcloud has to know what is in the parcel: the order has no lines.",
    "Al cruzar una aduana Sendcloud tiene que saber qué hay en el paquete: el pedido no tiene líneas.",
)
NO_CURRENCY = Text(
    "Across a customs border Sendcloud needs the currency of the order.",
    "Al cruzar una aduana Sendcloud necesita la moneda del pedido.",
)
LINE_LACKS = Text(
    'Across a customs border Sendcloud needs more of the line "{line}": {missing}.',
    "Al cruzar una aduana Sendcloud necesita más datos de la línea «{line}»: {missing}.",
)
UNKNOWN_CONTENTS = Text(
    'Sendcloud declares contents as {known}, and not as "{contents}".',
    "Sendcloud declara el contenido como {known}, no como «{contents}».",
)
UNKNOWN_TAX_ID = Text(
    'Sendcloud has no tax number called "{name}". It has {known}, those of the recipient with recipient_ before them.',
    "Sendcloud no tiene ningún número fiscal llamado «{name}». Tiene {known}; los del destinatario llevan delante recipient_.",
)
CANNOT_DECLARE = Text(
    "Sendcloud cannot declare this: {what}. Take it out of the order, or ship with another carrier.",
    "Sendcloud no puede declarar esto: {what}. Quítalo del pedido o envía con otra empresa de transporte.",
)
IMPORTER = Text('importer of record "{value}" by name alone', "importador registrado «{value}» solo por su nombre")
NON_DELIVERY = Text('if it cannot be delivered: "{value}"', "si no se puede entregar: «{value}»")
NAME, ORIGIN = Text("name", "nombre"), Text("country of origin", "país de origen")
HS_CODE = Text("HS code of six digits or more", "código SA de seis cifras o más")
PRICE, WEIGHT = Text("price", "precio"), Text("weight", "peso")
WHOLE_QUANTITY = Text("a whole quantity", "una cantidad entera")

_REASONS: Final = {
    "merchandise": "commercial_goods",
    "commercial_goods": "commercial_goods",
    "gift": "gift",
    "documents": "documents",
    "sample": "commercial_sample",
    "commercial_sample": "commercial_sample",
}
_TAX_IDS: Final = tuple(
    "VAT EIN GST SSN EORI DUN FED STA CNP IE INN KPP OGR OKP IOSS FTZ DAN TAN DTF RGP DLI NID PAS MID UKIMS".split()  # noqa: SIM905
)
_RECIPIENTS: Final = ("recipient_", "receiver_")
_NUMBERED_BY_COUNTRY: Final = ("VAT", "EORI")  # their first two letters are the country's
_OTHER_LETTERS: Final = {"EL": "GR", "XI": "GB"}  # Greece, Northern Ireland


def check_customs(request: LabelRequest) -> None:
    """Raises CarrierRefused with what customs would ask for."""
    if len(request.parcels) > 1:
        raise refused("customs_parcels", ONE_PARCEL)
    if not request.contents:
        raise refused("customs_contents", NOTHING_INSIDE)
    if not request.currency:
        raise refused("customs_currency", NO_CURRENCY)
    for line in request.contents:
        if missing := _missing(line):
            raise refused("customs_line", LINE_LACKS, line=line.name or line.sku or line.line_key, missing=listed(missing))
    _reason(request)
    _tax_numbers(request)
    for part, accepted, text in (
        ("importer", ("recipient", "receiver"), IMPORTER),
        ("non_delivery", ("return", "return_to_sender"), NON_DELIVERY),
    ):
        value = _text(request, part)
        if value and value.casefold() not in accepted:
            raise refused("customs_part", CANNOT_DECLARE, what=Sentence.of(text, value=value))


def customs_information(request: LabelRequest) -> dict[str, Any]:
    """The declaration of the shipment. Raises CarrierRefused."""
    information: dict[str, Any] = {
        "invoice_number": (request.order_number or request.reference)[:LONGEST_NUMBER],
        "export_reason": _reason(request),
    }
    declaration = _text(request, "declaration")
    if declaration:
        information["additional_declaration_statements"] = [declaration[:LONGEST_DECLARATION]]
    numbers = _tax_numbers(request)
    if any(numbers.values()):
        information["tax_numbers"] = numbers
    return information


def parcel_items(request: LabelRequest) -> list[dict[str, Any]]:
    """What is in the parcel, line by line, for a request that `check_customs` has passed."""
    return [_item(line, request.currency) for line in request.contents]


def total_price(request: LabelRequest) -> dict[str, str]:
    """What the contents are worth."""
    total = sum(((line.unit_price or 0) * line.quantity for line in request.contents), Decimal(0))
    return {"value": plain(total), "currency": request.currency}


def kilograms(weight_g: Decimal) -> Decimal:
    """Exactly, without zeros at the end."""
    return (weight_g / 1000).normalize()


def _item(line: ContentLine, currency: str) -> dict[str, Any]:
    item = {
        "item_id": line.line_key,
        "description": line.declared[:LONGEST_NAME],
        "quantity": int(line.quantity),
        "weight": {"value": kilograms(line.weight_g or Decimal(0)), "unit": "kg"},
        "price": {"value": plain(line.unit_price or Decimal(0)), "currency": currency},
        "hs_code": _hs_code(line),
        "origin_country": line.origin.upper(),
    }
    return item if not line.sku else {**item, "sku": line.sku}


def _missing(line: ContentLine) -> list[Text]:
    parts = (
        (line.declared, NAME),
        (_hs_code(line), HS_CODE),
        (line.origin.upper() in COUNTRIES.codes, ORIGIN),
        (line.unit_price is not None and line.unit_price >= 0, PRICE),
        (line.weight_g is not None and line.weight_g > 0, WEIGHT),
        (line.quantity >= 1 and line.quantity == int(line.quantity), WHOLE_QUANTITY),
    )
    return [words for is_there, words in parts if not is_there]


def _hs_code(line: ContentLine) -> str:
    """Its digits, without the dots that people write; empty for what is none."""
    code = "".join(part for part in line.hs_code if part not in " .-")
    return code if code.isascii() and code.isdecimal() and SHORTEST_HS_CODE <= len(code) <= LONGEST_HS_CODE else ""


def _reason(request: LabelRequest) -> str:
    contents = _text(request, "contents")
    if not contents:
        return "gift" if request.options.get("gift") is True else "commercial_goods"
    reason = _REASONS.get(contents.casefold())
    if reason is None:
        raise refused("customs_reason", UNKNOWN_CONTENTS, known=", ".join(_REASONS), contents=contents)
    return reason


def _tax_numbers(request: LabelRequest) -> dict[str, list[dict[str, str]]]:
    numbers: dict[str, list[dict[str, str]]] = {"sender": [], "receiver": [], "importer_of_record": []}
    for given, value in _tax_ids(request):
        name = given.casefold().replace("-", "_")
        of_recipient = next((start for start in _RECIPIENTS if name.startswith(start)), "")
        kind = name.removeprefix(of_recipient).removeprefix("sender_").upper()
        if kind not in _TAX_IDS:
            raise refused("customs_tax_id", UNKNOWN_TAX_ID, name=given, known=", ".join(_TAX_IDS))
        party, country = ("receiver", request.ship_to.country) if of_recipient else ("sender", request.ship_from.country)
        number = {"name": kind, "country_code": _issuer(kind, value, country), "value": value[:LONGEST_TAX_ID]}
        numbers[party].append(number)
    return numbers


def _tax_ids(request: LabelRequest) -> Iterator[tuple[str, str]]:
    """Those of the order; what a rule sets for customs stands before them."""
    found: dict[str, str] = {}
    for part in (request.options.get("tax_ids"), read_field(request.options, "customs.tax_ids")):
        if isinstance(part, Mapping):
            found.update((str(name), str(value).strip()) for name, value in part.items() if not is_blank(value))
    yield from found.items()


def _issuer(kind: str, value: str, country: str) -> str:
    letters = value[:2].upper()
    issuer = _OTHER_LETTERS.get(letters, letters)
    return issuer if kind in _NUMBERED_BY_COUNTRY and issuer in COUNTRIES.codes else country


def _text(request: LabelRequest, part: str) -> str:
    value = read_field(request.options, f"customs.{part}")
    return "" if is_blank(value) else str(value).strip()
