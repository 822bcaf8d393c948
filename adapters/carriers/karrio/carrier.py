"""One carrier by karrio: it rates, ships, gives back and tracks; everything else is refused before anybody is asked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from adapters.carriers.calls import CREDENTIALS
from adapters.carriers.karrio.calls import CarriersCalls
from adapters.carriers.karrio.checks import check_shipment
from adapters.carriers.karrio.library import Karrio, installed_lines
from adapters.carriers.karrio.lines import LABEL_PDF, KarrioLine
from adapters.carriers.karrio.outcomes import done, failure_of, unclear
from adapters.carriers.karrio.refusals import refused
from adapters.carriers.karrio.settings import check_credentials, check_service, connection
from adapters.carriers.karrio.shipment import rated, shipment
from adapters.carriers.karrio.tracking import parse_tracking
from adapters.outgoing import Network
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, DocumentForm, ServiceRate
from engine.model.label import BoughtLabel, Document, Label, LabelRequest
from engine.model.money import Money
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent
from engine.model.tracking_numbers import clean_number
from engine.ports import LOG_IN_REFUSED, CarrierUnavailable
from rules.messages import Message, Text

KEPT = Text(
    "{carrier} makes no document again: print the one that was kept.",
    "{carrier} no vuelve a hacer documentos: imprime el que se guardó.",
)
NO_NUMBER = Text(
    "{carrier} made a shipment and gave it no number: look in your account there.",
    "{carrier} hizo un envío sin número: mira en tu cuenta allí.",
)


def karrio_carriers(allow: Sequence[Network] = (), trusted_ca: str = "") -> list[KarrioCarrier]:
    """Those whose connectors are installed; none without the extra."""
    loader = _Loader(CarriersCalls(allow, trusted_ca))
    return [KarrioCarrier(line, lambda: loader.karrio) for line in installed_lines()]


class _Loader:
    """Karrio for all of its carriers, loaded when the first one is opened."""

    def __init__(self, calls: CarriersCalls) -> None:
        self._calls = calls

    @cached_property
    def karrio(self) -> Karrio:
        return Karrio(self._calls)


class KarrioCarrier:
    """One of karrio's carriers."""

    def __init__(self, line: KarrioLine, karrio: Callable[[], Karrio]) -> None:
        self.describes = line.kind
        self._line = line
        self._karrio = karrio

    def open(self, account: CarrierAccount) -> KarrioSession:
        """Asks nothing yet. Raises CarrierRefused when the account's settings cannot be used."""
        settings = connection(self._line, account)
        karrio = self._karrio()
        return KarrioSession(self._line, karrio, karrio.connect(self._line, settings))

    def check_settings(self, account: CarrierAccount) -> None:
        """Raises CarrierRefused with what to do."""
        check_credentials(self._line, account)
        connection(self._line, account)


class KarrioSession:
    """A conversation with one account of the carrier."""

    def __init__(self, line: KarrioLine, karrio: Karrio, connected: Any) -> None:
        self._line = line
        self._karrio = karrio
        self._connected = connected

    def check(self) -> None:
        """See whether the keys are accepted, by a login."""
        heard = self._karrio.log_in(self._connected)
        failure, _is_login = failure_of(heard.messages)
        if failure is not None:
            raise failure
        if not heard.found:
            raise refused(LOG_IN_REFUSED, CREDENTIALS, carrier=self._line.kind.name)

    def check_request(self, request: LabelRequest) -> None:
        """Raises CarrierRefused with what is missing, or what the carrier is not told here."""
        check_service(self._line, request.service)
        check_shipment(self._line, request)

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        """What these services cost; those that the carrier does not offer for it are left out."""
        check_shipment(self._line, request)
        found = done(self._line, self._karrio.rate(self._connected, rated(self._line, request, list(services))))
        return [ServiceRate(one.service, _price(one), one.transit_days or None) for one in found if one.service in services]

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        """The carrier has numbers of its own."""
        return ()

    def prepare(self, request: LabelRequest) -> str:
        """There is no such step."""
        return ""

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        """The rate as it is now; None where the carrier says none for the service."""
        if not self._line.kind.can(CarrierCapability.RATES):
            return None
        return next((rate.price for rate in self.rates(request, [request.service])), None)

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        """Make the shipment with its label, by one call that is never repeated."""
        self.check_request(request)
        made = done(self._line, self._karrio.ship(self._connected, shipment(self._line, request)))
        number = clean_number(str(made.tracking_number or ""))
        if not number:
            raise CarrierUnavailable(Message("no_number", NO_NUMBER, {"carrier": self._line.kind.name}))
        return BoughtLabel(str(made.shipment_identifier or number), (number,), self._documents(made))

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        """None: the carrier does not say what it has under a reference, and is not asked (no `LOOK_UP`)."""
        return None

    def void(self, label: Label) -> None:
        """Give it back; what was given back before stays so."""
        heard = self._karrio.give_back(self._connected, {"shipment_identifier": label.carrier_id, "service": label.service})
        if not any(str(message.code) in self._line.voided_already for message in heard.messages):
            done(self._line, heard)

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        """What the carrier knows of the parcels' way; nothing of what it has not scanned."""
        heard = self._karrio.track(self._connected, list(tracking_numbers))
        if heard.found is None:  # an empty list is an answer
            raise unclear(self._line, heard)
        return parse_tracking(heard.found)

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        """Refused: what came with the purchase is kept."""
        raise refused("kept", KEPT, carrier=self._line.kind.name)

    def _documents(self, made: Any) -> tuple[Document, ...]:
        """The label; none where it cannot be read, since it is paid all the same."""
        try:
            content = base64.b64decode(made.docs.label or "", validate=True)
        except (AttributeError, TypeError, binascii.Error):
            return ()
        if not content.startswith(b"%PDF"):
            return ()
        return (Document(LABEL_PDF.kind, LABEL_PDF.format, LABEL_PDF.size, content),)


def _price(rate: Any) -> Money | None:
    """Karrio's amounts are binary fractions, rounded to two decimals: what they show is what the carrier said."""
    try:
        return Money(Decimal(str(rate.total_charge)), str(rate.currency)).rounded()
    except (InvalidOperation, ValueError):
        return None
