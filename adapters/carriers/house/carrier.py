"""Own delivery, or a contract with rates of one's own. Nobody is asked: all follows from what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.carriers.house import words
from adapters.carriers.house.checks import check_addresses, check_parcels
from adapters.carriers.house.forms import FORMS
from adapters.carriers.house.numbers import tracking_number
from adapters.carriers.house.rate_sheet.pricing import price_of
from adapters.carriers.house.rate_sheet.sheet import RateSheet
from adapters.carriers.house.settings import NO_PREFIX, SETTINGS, number_range, rate_sheet
from adapters.carriers.house.wishes import check_wishes
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, CarrierKind, DocumentForm, ServiceRate, ServiceWords
from engine.model.label import BoughtLabel, Document, Label, LabelRequest
from engine.model.money import Money
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent
from engine.ports.carriers import CarrierRefused
from rules.messages import Language, Message

if TYPE_CHECKING:
    from adapters.carriers.house.label import ParcelLabel

HOUSE = CarrierKind(
    code="house",
    name="House carrier",
    capabilities=frozenset(
        {
            CarrierCapability.ANY_SERVICE,
            CarrierCapability.DRAWS_DOCUMENTS,
            CarrierCapability.LOOK_UP,
            CarrierCapability.MULTI_PARCEL,
            CarrierCapability.NUMBERED_HERE,
            CarrierCapability.RATE_SHEET,
            CarrierCapability.RATES,
            CarrierCapability.REPEATABLE,
            CarrierCapability.RETURNS,
            CarrierCapability.VOID,
        }
    ),
    settings=SETTINGS,
    forms=FORMS,
)


class HouseCarrier:
    """The carrier `house`."""

    describes = HOUSE

    def open(self, account: CarrierAccount) -> HouseSession:
        """A session by the account's rate sheet, where it has one. Raises CarrierRefused when that cannot be used."""
        return HouseSession(account, rate_sheet(account))

    def check_settings(self, account: CarrierAccount) -> None:
        """Raises CarrierRefused with the place and what to do."""
        number_range(account)
        rate_sheet(account)

    def words(self, account: CarrierAccount | None, service: str, language: Language) -> ServiceWords:
        """The account's name, and what its rate sheet calls the service; a sheet that cannot be used calls it nothing."""
        try:
            sheet = None if account is None else rate_sheet(account)
        except CarrierRefused:
            sheet = None
        return _words(account, sheet, service, language)


class HouseSession:
    """What one account of the carrier can do."""

    def __init__(self, account: CarrierAccount, sheet: RateSheet | None) -> None:
        self._account = account
        self._sheet = sheet

    def check(self) -> None:
        """The account can be used as it is: its rate sheet was read when this was opened."""

    def check_request(self, request: LabelRequest) -> None:
        """Raises CarrierRefused where an address or a weight is missing, where the rate sheet has no price, and for what a label
        cannot say.
        """
        check_addresses(request)
        check_parcels(request)
        check_wishes(request)
        self._price(request, request.service)

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        """The prices of the sheet; without a sheet every service costs nothing that is known.

        Raises CarrierRefused for what a label cannot say.
        """
        check_wishes(request)
        rates = []
        for service in services:
            try:
                price = self._price(request, service)
            except CarrierRefused:
                continue
            of_sheet = self._sheet.services[service] if self._sheet is not None else None
            rates.append(ServiceRate(service, price, of_sheet.days if of_sheet is not None else None))
        return rates

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        """Tracking numbers with their check digits. Raises CarrierRefused where the account's range has no more."""
        own = number_range(self._account)
        if not own.prefix:
            raise CarrierRefused(Message("number_prefix", NO_PREFIX))
        return tuple(tracking_number(own.prefix, running, own.last) for running in range(first, first + count))

    def prepare(self, request: LabelRequest) -> str:
        """There is nothing to prepare."""
        return ""

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        """The price of the sheet."""
        return self._price(request, request.service)

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        """The numbers that the request brings, and the price of the sheet. Documents are drawn when somebody wants them."""
        return BoughtLabel(request.reference, request.numbers, cost=self._price(request, request.service))

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        """What `buy` gives: it was bought as soon as it was asked for."""
        return self.buy(request, carrier_id)

    def void(self, label: Label) -> None:
        """Nobody has to hear of it."""

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        """Nobody scans the parcels."""
        return []

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        """A document once more, one for each parcel; a copy says that it is one."""
        from adapters.carriers.house.documents import draw_documents

        return draw_documents(self._labels(label.request, tracking_numbers, brand, is_copy=is_copy), form)

    def _price(self, request: LabelRequest, service: str) -> Money | None:
        return None if self._sheet is None else price_of(self._sheet, request, service)

    def _labels(self, request: LabelRequest, numbers: Sequence[str], brand: Brand | None, *, is_copy: bool) -> list[ParcelLabel]:
        from adapters.carriers.house.label import ParcelLabel

        language: Language = words.language_of(request.ship_from.country)
        said = _words(self._account, self._sheet, request.service, language)
        service = f"{words.RETURN.format(language)} · {said.service}" if request.is_return else said.service
        parcels = zip(range(len(request.parcels)), numbers, strict=True)
        return [ParcelLabel(request, at, number, service, said.carrier, language, is_copy, brand) for at, number in parcels]


def _words(account: CarrierAccount | None, sheet: RateSheet | None, service: str, language: Language) -> ServiceWords:
    of_sheet = None if sheet is None else sheet.services.get(service)
    carrier = "" if account is None else account.nickname
    return ServiceWords(carrier or words.OWN_DELIVERY.format(language), service if of_sheet is None else of_sheet.label)
