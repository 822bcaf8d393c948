"""What a carrier says of itself. Pages, commands, rules and documentation are made from it, and know no carrier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from engine.model.money import Money
from rules.messages import Text


class CarrierCapability(StrEnum):
    """What not every carrier can do."""

    ANY_SERVICE = "any_service"  # its services are called what the account calls them
    CALLS = "calls"  # tells by itself when a parcel moves
    BILLING = "billing"  # bills the recipient or somebody else
    CUSTOMS = "customs"  # ships across a customs border
    DRAWS_DOCUMENTS = "draws_documents"  # makes a document again, in any of its forms, from what was bought
    INSURANCE = "insurance"
    LOOK_UP = "look_up"  # says what it has under a reference, so that a purchase without an answer is cleared up
    MANIFESTS = "manifests"
    MULTI_PARCEL = "multi_parcel"
    NUMBERED_HERE = "numbered_here"  # its tracking numbers are given out here, from the account's range
    PICKUPS = "pickups"
    RATE_SHEET = "rate_sheet"  # prices come from a sheet of the account's own
    RATES = "rates"
    REPEATABLE = "repeatable"  # asked again under the same reference it answers as the first time
    RETURNS = "returns"
    SERVICE_POINTS = "service_points"
    TEST_MODE = "test_mode"
    TRACKING = "tracking"
    VOID = "void"


CAPABILITY_WORDS: dict[CarrierCapability, Text] = {
    CarrierCapability.ANY_SERVICE: Text("services of your own naming", "servicios con nombres propios"),
    CarrierCapability.CALLS: Text("telling at once when a parcel moves", "avisar enseguida cuando un paquete avanza"),
    CarrierCapability.BILLING: Text("billing the recipient or a third party", "facturar al destinatario o a un tercero"),
    CarrierCapability.CUSTOMS: Text("customs declarations", "declaraciones de aduana"),
    CarrierCapability.DRAWS_DOCUMENTS: Text("documents in every format at any time", "documentos en cualquier formato y momento"),
    CarrierCapability.INSURANCE: Text("insurance", "seguro"),
    CarrierCapability.LOOK_UP: Text("finding a purchase again by its reference", "encontrar una compra por su referencia"),
    CarrierCapability.MANIFESTS: Text("manifests at the end of the day", "manifiestos al final del día"),
    CarrierCapability.MULTI_PARCEL: Text("several parcels a shipment", "varios bultos por envío"),
    CarrierCapability.NUMBERED_HERE: Text("tracking numbers from your own range", "números de seguimiento de un rango propio"),
    CarrierCapability.PICKUPS: Text("pickups", "recogidas"),
    CarrierCapability.RATE_SHEET: Text("prices from a rate sheet", "precios de una hoja de tarifas"),
    CarrierCapability.RATES: Text("rates before the purchase", "tarifas antes de la compra"),
    CarrierCapability.REPEATABLE: Text("purchases that can be repeated safely", "compras que se pueden repetir sin riesgo"),
    CarrierCapability.RETURNS: Text("return labels", "etiquetas de devolución"),
    CarrierCapability.SERVICE_POINTS: Text("service points", "puntos de recogida"),
    CarrierCapability.TEST_MODE: Text("a test mode", "un modo de prueba"),
    CarrierCapability.TRACKING: Text("tracking", "seguimiento"),
    CarrierCapability.VOID: Text("taking labels back", "anular etiquetas"),
}


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing that a person enters to connect an account of the carrier."""

    name: str
    label: Text
    is_secret: bool = True


@dataclass(frozen=True, slots=True)
class CarrierSetting:
    """One thing that an account of the carrier may be set to; what is left out has a usual value."""

    name: str
    label: Text
    help: Text
    is_long: bool = False  # a text of several lines
    is_number: bool = False  # a whole one


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """A kind of document in one format and size."""

    kind: DocumentKind
    format: DocumentFormat
    size: PaperSize


@dataclass(frozen=True, slots=True)
class CarrierKind:
    """Everything that the product knows of one carrier beside its conversation with it."""

    code: str  # as it stands in the database, in rules and in commands
    name: str
    capabilities: frozenset[CarrierCapability] = frozenset()
    credentials: tuple[CredentialField, ...] = ()
    settings: tuple[CarrierSetting, ...] = ()
    forms: tuple[DocumentForm, ...] = ()  # the documents that it makes; the first is what a purchase brings
    separator: str = ""  # between carrier and service, of one whose accounts have several carriers

    def can(self, capability: CarrierCapability) -> bool:
        return capability in self.capabilities


@dataclass(frozen=True, slots=True)
class ServiceRate:
    """What a carrier asks for a service, as it says now. `days` until the delivery; None where it does not say."""

    service: str
    price: Money | None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What people read of a carrier and its service, where those who buy and sell know codes."""

    carrier: str
    service: str


CALLS_SIGNED_WITH = "webhook_secret"  # the credential that a carrier signs its calls with, where it has one for that alone


@dataclass(frozen=True, slots=True)
class CalledAbout:
    """The shipments that a carrier's call names: by its own ids of them, or by tracking numbers."""

    carrier_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
