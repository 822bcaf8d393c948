"""EasyPost: a shipment is made with all its rates first, which costs nothing, and one of them is bought by its id."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC

from adapters.carriers.calls import Answer, CarrierCalls
from adapters.carriers.easypost.answers import (
    ABOUT_INSURANCE,
    INSURED_ALREADY,
    OUTCOMES,
    POSTAGE_EXISTS,
    Json,
    error_of,
    shipment_id,
)
from adapters.carriers.easypost.checks import check_shipment
from adapters.carriers.easypost.files import ShipmentFiles
from adapters.carriers.easypost.kind import EASYPOST
from adapters.carriers.easypost.pickups import EasyPostPickups, check_pickup
from adapters.carriers.easypost.purchases import Refund, insured_for, is_bought, parse_bought, refund_of
from adapters.carriers.easypost.rates import choose_rate, parse_rates, service_rates
from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.scan_forms import ScanForms
from adapters.carriers.easypost.services import is_service
from adapters.carriers.easypost.settings import BAD_SERVICE, EasyPostSettings, api_key, check_api_key, easypost_settings
from adapters.carriers.easypost.shipment_request import shipment_request
from adapters.carriers.easypost.tracking import parse_tracking
from adapters.carriers.signed_calls import check_signature, data_of, header, texts
from adapters.documents.copies import marked_as_copy
from adapters.outgoing import Network
from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH, CalledAbout, DocumentForm, ServiceRate
from engine.model.label import BoughtLabel, Document, DocumentFormat, DocumentKind, Label, LabelRequest
from engine.model.manifest import MadeManifest, ManifestRequest
from engine.model.money import Money
from engine.model.pickup import MadePickup, PickupRequest
from engine.model.sentence import full_sentence
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent
from engine.ports import CarrierRefused, CarrierUnavailable, Clock
from rules.messages import Message, Text
from rules.order_document import plain

GIVEN_BACK = Text(
    "The label was given back in your EasyPost account: buy another one.",
    "La etiqueta se devolvió en tu cuenta de EasyPost: compra otra.",
)
NOT_INSURED = Text(
    'EasyPost made the label, and does not insure it: "{words}" Insure shipment {shipment} in your EasyPost account, or refund '
    "it there.",
    "EasyPost hizo la etiqueta, pero no la asegura: «{words}» Asegura el envío {shipment} en tu cuenta de EasyPost, o pide allí "
    "su reembolso.",
)
REFUND_REJECTED = Text(
    "EasyPost does not take the label back: its refund was rejected, as when the parcel was scanned. Ask once more, or look in "
    "your EasyPost account.",
    "EasyPost no admite anular la etiqueta: se rechazó su reembolso, como cuando el paquete ya se escaneó. Pídelo de nuevo o "
    "mira en tu cuenta de EasyPost.",
)
REFUND_UNCLEAR = Text("EasyPost does not say whether it takes the label back.", "EasyPost no dice si anula la etiqueta.")


class EasyPostCarrier:
    """The carrier `easypost`."""

    describes = EASYPOST

    def __init__(self, clock: Clock, allow: Sequence[Network] = (), trusted_ca: str = "") -> None:
        self._clock = clock
        self._allow = tuple(allow)
        self._trusted_ca = trusted_ca

    def open(self, account: CarrierAccount) -> EasyPostSession:
        """Asks nothing yet. Raises CarrierRefused when the account's settings cannot be used."""
        settings = easypost_settings(account)
        key = base64.b64encode(f"{api_key(account)}:".encode()).decode()
        api = self._calls(settings.url, {"Authorization": f"Basic {key}"})
        return EasyPostSession(settings, api, self._calls("", {}), self._clock)

    def check_settings(self, account: CarrierAccount) -> None:
        """Raises CarrierRefused with what to do."""
        check_api_key(account)
        easypost_settings(account)

    def parse_call(self, account: CarrierAccount, headers: Mapping[str, str], body: bytes) -> CalledAbout:
        """The tracker that an event is about; events about anything else name nothing. Raises CarrierRefused."""
        signature = header(headers, "X-Hmac-Signature").removeprefix("hmac-sha256-hex=")
        check_signature(account.credentials.get(CALLS_SIGNED_WITH, ""), body, signature)
        event = data_of(body)
        if not str(event.get("description", "")).startswith("tracker."):
            return CalledAbout()
        tracker = event.get("result")
        return CalledAbout(texts(tracker, "shipment_id"), texts(tracker, "tracking_code"))

    def _calls(self, url: str, headers: dict[str, str]) -> CarrierCalls:
        return CarrierCalls(EASYPOST.name, url, headers, allow=self._allow, trusted_ca=self._trusted_ca)


class EasyPostSession:
    """A conversation with one account at EasyPost."""

    def __init__(self, settings: EasyPostSettings, api: CarrierCalls, files: CarrierCalls, clock: Clock) -> None:
        self._settings = settings
        self._api = api
        self._files = ShipmentFiles(files, self._converted)
        self._clock = clock
        self._scan_forms = ScanForms(self._asked, files)
        self._pickups = EasyPostPickups(self._asked, settings.carrier_accounts)

    def check(self) -> None:
        """See whether the key is one: by asking for the last shipment."""
        self._checked(self._api.call("GET", "/shipments", query={"page_size": "1"}))

    def check_request(self, request: LabelRequest) -> None:
        """Raises CarrierRefused with what is missing, or what EasyPost cannot do."""
        if not is_service(request.service):
            raise refused("service", BAD_SERVICE, service=request.service)
        self._shipment_request(request, [request.service])

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        """What these services cost: of a shipment that is made for it and left behind, which costs nothing."""
        known = [service for service in services if is_service(service)]
        if not known:
            return []
        made = self._checked(self._api.call("POST", "/shipments", self._shipment_request(request, known)))
        return service_rates(parse_rates(made), known)

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        """The carriers have numbers of their own."""
        return ()

    def prepare(self, request: LabelRequest) -> str:
        """The shipment's id. Raises CarrierRefused where the service is not offered for it: nothing is left to be bought."""
        made = self._checked(self._api.call("POST", "/shipments", self._shipment_request(request, [request.service])))
        choose_rate(made, request.service)
        return shipment_id(made)

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        """The rate that would be bought; what EasyPost charges besides shows on the bought label."""
        return choose_rate(self._shipment(carrier_id), request.service).price

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        """Buy the service's rate of a shipment, once: what was bought already is answered with that."""
        shipment = self._shipment(carrier_id)
        return self._completed(request, shipment if is_bought(shipment) else self._purchased(request, shipment))

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        """The label of a shipment; None where it has none. What was prepared and lost has cost nothing."""
        if not carrier_id:
            return None
        shipment = self._looked_up(carrier_id)
        return self._completed(request, shipment) if is_bought(shipment) else None

    def void(self, label: Label) -> None:
        """Ask for a refund, unless one is under way; a rejected one may be asked for again."""
        refund = refund_of(self._shipment(label.carrier_id))
        if refund is not Refund.GIVEN_BACK:
            refund = refund_of(self._checked(self._api.call("POST", f"/shipments/{label.carrier_id}/refund", {})))
        if refund is Refund.REJECTED:
            raise refused("refund_rejected", REFUND_REJECTED)
        if refund is not Refund.GIVEN_BACK:
            raise CarrierUnavailable(Message("refund_unclear", REFUND_UNCLEAR))

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        """What EasyPost's tracker has heard, the earliest first."""
        return parse_tracking(self._shipment(label.carrier_id))

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        """A document once more, in any form: EasyPost keeps it."""
        shipment = self._shipment(label.carrier_id)
        of_customs = form.kind is DocumentKind.CUSTOMS
        documents = self._files.customs(shipment) if of_customs else [self._files.label(shipment, form.format)]
        return [marked_as_copy(one) for one in documents] if is_copy else documents

    def make_manifest(self, request: ManifestRequest) -> MadeManifest:
        """A scan form of shipments. Raises CarrierRefused with EasyPost's words."""
        return self._scan_forms.make(request)

    def find_manifest(self, request: ManifestRequest) -> MadeManifest | None:
        """The scan form that they are on."""
        return self._scan_forms.find(request)

    def check_pickup(self, request: PickupRequest) -> None:
        """Raises CarrierRefused where a driver would not know where to come."""
        check_pickup(request)

    def prepare_pickup(self, request: PickupRequest) -> str:
        """The pickup's id; nothing is paid by it."""
        return self._pickups.prepare(request)

    def make_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        """Buy what was prepared, once."""
        return self._pickups.make(request, carrier_id)

    def find_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        """What is scheduled of what was prepared."""
        return self._pickups.find(request, carrier_id)

    def cancel_pickup(self, request: PickupRequest, carrier_id: str) -> None:
        """Call it off, unless it is."""
        self._pickups.cancel(carrier_id)

    def _asked(self, method: str, place: str, told: object) -> Json:
        return self._checked(self._api.call(method, place, told))

    def _shipment_request(self, request: LabelRequest, services: Sequence[str]) -> Json:
        check_shipment(request)
        today = self._clock.now().astimezone(UTC).date()
        return shipment_request(request, services, self._settings.carrier_accounts, today)

    def _purchased(self, request: LabelRequest, shipment: Json) -> Json:
        body: dict[str, object] = {"rate": {"id": choose_rate(shipment, request.service).id}}
        if request.insured is not None:
            body["insurance"] = plain(request.insured.amount)
        if self._settings.end_shipper:
            body["end_shipper_id"] = self._settings.end_shipper
        bought_id = shipment_id(shipment)
        answer = self._api.call("POST", f"/shipments/{bought_id}/buy", body)
        code, _words = error_of(answer)
        if code == POSTAGE_EXISTS or code.startswith(ABOUT_INSURANCE):  # there may be a label in spite of the error
            found = self._looked_up(bought_id)
            if is_bought(found):
                return found
        return self._checked(answer)

    def _completed(self, request: LabelRequest, shipment: Json) -> BoughtLabel:
        """A bought label with all that belongs to it. Raises CarrierRefused only where it was given back meanwhile."""
        if refund_of(shipment) is Refund.GIVEN_BACK:
            raise refused("given_back", GIVEN_BACK)
        shipment = self._insured(request, shipment)
        return replace(parse_bought(shipment), documents=tuple(self._files.of_purchase(shipment)))

    def _insured(self, request: LabelRequest, shipment: Json) -> Json:
        """The shipment with its insurance and the fee for it: made up for, where it was not bought along with the label."""
        if request.insured is None or insured_for(shipment) >= request.insured.amount:
            return shipment
        bought_id, amount = shipment_id(shipment), plain(request.insured.amount)
        answer = self._api.call("POST", f"/shipments/{bought_id}/insure", {"amount": amount})
        code, words = error_of(answer)
        if code == INSURED_ALREADY:
            found = self._looked_up(bought_id)
            if insured_for(found) >= request.insured.amount:
                return found
        try:
            return self._checked(answer)
        except CarrierRefused:
            said = {"words": full_sentence(words or code or str(answer.status)), "shipment": bought_id}
            raise CarrierUnavailable(Message("not_insured", NOT_INSURED, said)) from None

    def _shipment(self, carrier_id: str) -> Json:
        return self._checked(self._api.call("GET", f"/shipments/{carrier_id}"))

    def _looked_up(self, carrier_id: str) -> Json:
        """A shipment that may have been bought: whatever keeps it from being seen, that is not known then."""
        try:
            return self._shipment(carrier_id)
        except CarrierRefused as refusal:
            raise CarrierUnavailable(refusal.args[0]) from None

    def _converted(self, carrier_id: str, format: DocumentFormat) -> Json:
        return self._checked(self._api.call("GET", f"/shipments/{carrier_id}/label", query={"file_format": format.value.upper()}))

    def _checked(self, answer: Answer) -> Json:
        """The data of a call that was done."""
        code, words = error_of(answer)
        return self._api.check(answer, code, words or code, OUTCOMES).data()
