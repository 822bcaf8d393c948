"""Mails to the buyers of orders, when a shipment leaves and when it has arrived, once for each, by its merchant's account.

What the store is told is another matter: `notify_marketplace` keeps a shipment from the store, not from the buyer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.events import Delivered, ShipmentTakenBack, ShippedFromHere
from engine.model.buyer_mail import BuyerMail, buyer_mail_id, is_wanted
from engine.model.fulfillment import Shipment
from engine.model.job import CALLED_OFF
from engine.model.mail import Mail, MailBrand, mail_key
from engine.model.mail_address import is_address
from engine.model.order import Order
from engine.model.store_kind import Capability
from engine.model.store_preferences import DEFAULT_PREFERENCES, StorePreferences
from engine.model.webhook import ListeningStore
from engine.ports import UnitOfWork
from engine.services.fulfillment.service_words import service_words
from engine.services.mail.buyer_words import buyer_content
from engine.services.mail.post_mail import sending_job
from engine.services.mail.reader_language import language_of_account, language_of_country
from engine.services.mail.reply_address import reply_address
from engine.services.stores.branding import brand_name
from rules.messages import Language
from rules.order_document import Document, read_field


def write_shipment_mails(app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """Tell the buyers whose store, or a rule, wants that. A client's order is its merchant's, who writes by itself."""
    desk = BuyerDesk(app, uow, events[0].order.account_id)
    for event in events:
        if desk.wants(BuyerMail.SHIPMENT, event.order):
            desk.write(BuyerMail.SHIPMENT, event.order, event.shipment, event.at)


def on_delivered(app: Application, uow: UnitOfWork, events: Sequence[Delivered]) -> None:
    """The same for what has arrived. What a provider's shipment was for, its merchant writes of."""
    for event in events:
        order, shipment = event.order, event.shipment
        request = uow.requests.find_by_copy(order.account_id, order.id)
        if request is not None:
            known = uow.fulfillment.find_by_source(request.account_id, shipment.id)
            if known is None:
                continue
            order, shipment = uow.orders.get(request.account_id, request.order_id), known
        desk = BuyerDesk(app, uow, order.account_id)
        if desk.wants(BuyerMail.DELIVERY, order):
            desk.write(BuyerMail.DELIVERY, order, shipment, event.at)


def call_off_mails(_app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """What was taken back is told to nobody who has not been told yet."""
    for event in events:
        call_off_mails_of(uow, event.shipment)


def call_off_mails_of(uow: UnitOfWork, shipment: Shipment) -> None:
    """Call off what was to be told of a shipment, as far as it has not been sent. What is being sent goes on."""
    for mail in BuyerMail:
        mail_id = buyer_mail_id(shipment.id, mail)
        if uow.jobs.cancel(shipment.account_id, mail_key(mail_id)):
            uow.mails.call_off(shipment.account_id, mail_id)


class BuyerDesk:
    """Writes mails to the buyers of one account's orders; stores are looked up once."""

    def __init__(self, app: Application, uow: UnitOfWork, account_id: str) -> None:
        self._app, self._uow, self._account_id = app, uow, account_id
        self._stores: dict[str, ListeningStore | None] = {}

    def wants(self, mail: BuyerMail, order: Order) -> bool:
        """Whether the buyer of an order is to get this mail from this account."""
        if self.is_clients(order):
            return False
        return is_wanted(mail, self._preferences(order).buyer_mails, order.document())

    def is_clients(self, order: Order) -> bool:
        """Whether the order is a client's, which is its merchant's to write of."""
        store = self._store(order)
        return store is not None and self._app.describe(store.kind).can(Capability.REQUESTS)

    def write(self, mail: BuyerMail, order: Order, shipment: Shipment, now: datetime, *, anew: bool = False) -> None:
        """Write the mail, unless there is nobody to write to, or it was written before and is not wanted `anew`."""
        document = order.document()
        address, mail_id = buyer_address(document), buyer_mail_id(shipment.id, mail)
        if address is None or (self._was_written(mail_id) and not anew):
            return
        language = self._language(document)
        words = service_words(self._app, self._uow, shipment, language)
        written = Mail(
            id=mail_id,
            account_id=self._account_id,
            to_address=address,
            kind=mail.kind,
            language=language,
            created_at=now,
            content=replace(
                buyer_content(mail, order, document, shipment, self._brand(order), words, language),
                reply_to=reply_address(self._uow, self._account_id),
            ),
        )
        if self._uow.mails.add(written):
            payload = {"mail_id": mail_id, "shipment_id": shipment.id, "mail": mail.value}
            self._uow.jobs.upsert_due(replace(sending_job(written, now), order_id=order.id, payload=payload))

    def _was_written(self, mail_id: str) -> bool:
        """Also where the mail itself is no longer kept."""
        job = self._uow.jobs.find(self._account_id, mail_key(mail_id))
        return job is not None and job.reason != CALLED_OFF

    def _store(self, order: Order) -> ListeningStore | None:
        if order.store_id is None:
            return None
        if order.store_id not in self._stores:
            self._stores[order.store_id] = self._uow.stores.find_unopened(self._account_id, order.store_id)
        return self._stores[order.store_id]

    def _preferences(self, order: Order) -> StorePreferences:
        store = self._store(order)
        return DEFAULT_PREFERENCES if store is None else store.preferences

    def _brand(self, order: Order) -> MailBrand:
        name = brand_name(self._preferences(order), self._uow.accounts.get(self._account_id))
        return MailBrand(name, order.store_id)

    def _language(self, document: Document) -> Language:
        """That of the country it goes to; where that says nothing, the account's."""
        found = language_of_country(read_field(document, "ship_to.country"))
        return found or language_of_account(self._uow, self._account_id)


def buyer_address(document: Document) -> str | None:
    """Where the buyer of an order is written to; None where that is not an address."""
    address = str(read_field(document, "customer.email") or "").strip()
    return address if is_address(address) else None
