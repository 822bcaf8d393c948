"""What karrio's carriers are not told here: refused, so that nothing is silently dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.carriers.karrio.lines import KarrioLine
from adapters.carriers.karrio.refusals import refused
from adapters.carriers.karrio.shipment import street_lines
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest, PostalAddress
from engine.model.sentence import Sentence
from rules.actions.carrier_option import OPTIONS
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text
from rules.order_document import read_field
from rules.values import is_blank

CANNOT_BE_TOLD = Text(
    "{carrier} is not told this here: {what}. Take it off the order, or ship with another carrier account.",
    "A {carrier} no se le indica esto aquí: {what}. Quítalo del pedido o envía con otra cuenta de transporte.",
)
ONE_PARCEL = Text(
    "{carrier} makes a label for one parcel here: ship each of the {count} parcels by itself.",
    "{carrier} hace aquí la etiqueta de un solo bulto: envía cada uno de los {count} bultos por separado.",
)
NO_WEIGHT = Text("The parcel has no weight: weigh it.", "El bulto no tiene peso: pésalo.")
ADDRESS_LACKS = Text("The {which} address lacks {what}: complete it.", "A la dirección de {which} le falta {what}: complétala.")
SHIP_FROM = Text("ship-from", "salida")
SHIP_TO = Text("ship-to", "destino")
COUNTRY = Text("a known country", "un país conocido")
WHO = Text("a name or a company", "un nombre o una empresa")
STREET = Text("a street", "una calle")
CITY = Text("a city", "una ciudad")
POSTAL_CODE = Text("a postal code", "un código postal")
TOO_LONG = Text(
    'A line of the {which} address is too long for {carrier}, which takes {limit} letters: "{found}". Shorten it.',
    "Una línea de la dirección de {which} es demasiado larga para {carrier}, que admite {limit} letras: «{found}». Acórtala.",
)
SECOND_LINE = Text("the second line of the {which} address", "la segunda línea de la dirección de {which}")
RETURNED = Text("a return label", "una etiqueta de devolución")
POINT = Text("a service point", "un punto de recogida")
BORDER = Text("the contents for customs, across a customs border", "el contenido para la aduana, al cruzar una frontera aduanera")
INSURED = Text("insurance", "un seguro")
COLLECTED = Text("cash on delivery", "contra reembolso")
CONFIRMED = Text('the delivery confirmation "{confirmation}"', 'la confirmación de entrega "{confirmation}"')
BILLED = Text("that somebody else is billed", "que se facture a otro")

_TRACKED_ANYWAY: Final = ("", "none", "delivery")
_OWN_BILL: Final = ("", "my_account", "sender", "shipper")


def check_shipment(line: KarrioLine, request: LabelRequest) -> None:
    """Raises CarrierRefused for the first thing that is missing, or that would be lost."""
    for which, address in ((SHIP_FROM, request.ship_from), (SHIP_TO, request.ship_to)):
        for what in _missing(address):
            raise refused("address_lacks", ADDRESS_LACKS, which=which, what=what)
        _check_lines(line, which, address)
    if len(request.parcels) != 1:
        raise refused("one_parcel", ONE_PARCEL, carrier=line.kind.name, count=len(request.parcels))
    if request.parcels[0].weight_g <= 0:
        raise refused("no_weight", NO_WEIGHT)
    for beyond in _beyond(request):
        raise refused("cannot_be_told", CANNOT_BE_TOLD, carrier=line.kind.name, what=beyond)


def _check_lines(line: KarrioLine, which: Text, address: PostalAddress) -> None:
    """Raises CarrierRefused for what would not be on the label."""
    first, second = street_lines(line, address)
    if second and not line.has_second_line:
        what = Sentence.of(SECOND_LINE, which=which)
        raise refused("cannot_be_told", CANNOT_BE_TOLD, carrier=line.kind.name, what=what)
    for found in (first, second):
        if line.longest_line and len(found) > line.longest_line:
            said = {"carrier": line.kind.name, "which": which, "limit": line.longest_line, "found": found}
            raise refused("line_too_long", TOO_LONG, **said)


def _missing(address: PostalAddress) -> Iterator[Text]:
    if address.country not in COUNTRIES.codes:
        yield COUNTRY
    if not (address.name.strip() or address.company.strip()):
        yield WHO
    if not (address.street1.strip() or address.street2.strip()):
        yield STREET
    if not address.city.strip():
        yield CITY
    if not address.postal_code.strip():
        yield POSTAL_CODE


def _beyond(request: LabelRequest) -> Iterator[Text | Sentence]:
    if request.is_return:
        yield RETURNED
    if request.service_point is not None:
        yield POINT
    if crosses_customs_border(request.ship_from, request.ship_to):
        yield BORDER
    if request.insured is not None:
        yield INSURED
    if request.confirmation.strip().casefold() not in _TRACKED_ANYWAY:
        yield Sentence.of(CONFIRMED, confirmation=request.confirmation)
    if not is_blank(read_field(request.options, "cash_on_delivery.amount")):
        yield COLLECTED
    party, account = read_field(request.options, "billing.party"), read_field(request.options, "billing.account")
    if not is_blank(account) or not (is_blank(party) or str(party).strip().casefold() in _OWN_BILL):
        yield BILLED
    options = request.options.get("carrier_options")
    for name, value in (options if isinstance(options, Mapping) else {}).items():
        if value and not is_blank(value):
            yield OPTIONS.get(name) or Sentence.of(name)
