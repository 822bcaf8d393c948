"""A shop for tests of the screens: a merchant, its 3PL, published rules, and a store whose orders a test chooses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import argon2
from support.clock import FixedClock
from support.images import set_up_once

from adapters.passwords import Argon2PasswordHasher
from adapters.stores.brightpearl.description import steps
from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.registry import JobResult
from engine.jobs.worker import drain
from engine.model.account import Account, AccountKind
from engine.model.sentence import Sentence
from engine.model.store import OrderFinding, Parked, Ready, Record, Store
from engine.model.store_kind import StoreKind
from engine.model.write_back import ShipmentNotice
from engine.ports import NoticeFinal, StoreError
from engine.services.accounts.accounts import create_account
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.publish_rules import publish_rules
from engine.services.importing.import_store import import_store
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Message, Text
from storage.database import Database

PASSWORD = "a relay needs two"
MOST_ATTEMPTS = 2_000  # at jobs at a time, of which no test has as many
OWNER, STRANGER, PROVIDER = "ana@casa-verde.example", "eve@elsewhere.example", "pablo@acme.example"

RULES = b"""
name: Casa Verde
rules:
  - id: service-iberia
    name: Spain and Portugal go by Paq Premium
    when: {field: ship_to.country, is: in, value: [ES, PT]}
    then: [{do: set_service, carrier: correos, service: paq-premium}]
  - id: service-overseas
    name: Overseas orders fly
    when:
      all:
        - {field: ship_to.country, is: equals, value: US}
        - {field: order_total, is: greater_than, value: 10}
    then: [{do: set_service, carrier: dhl, service: "{requested_service}"}]
  - id: check-service
    name: Validate carrier service
    when: {field: service, is: not_blank}
    then: [{do: validate_service, on_invalid: hold}]
  - id: to-acme
    name: Iberian mugs go to Acme
    when:
      all:
        - {field: ship_to.country, is: in, value: [ES, PT]}
        - any_item: {field: sku, is: starts_with, value: ACM-}
    then:
      - {do: set_logistics_provider, provider: acme-3pl, send: true, service_preference: "24h"}
      - {do: add_tag, tag: delegated}
  - id: review
    name: Dear orders are looked at first
    when: {field: order_total, is: greater_than, value: 500}
    then: [{do: hold}]
  - id: asleep
    name: Christmas wrapping
    enabled: false
    when: always
    then: [{do: add_tag, tag: wrap}]
"""


class _Session:
    requests = 1
    changes_until = None

    def __init__(self, connector: ListConnector) -> None:
        self._connector = connector
        self._records, self._notes = connector.records, list(connector.notes)

    def check(self) -> None: ...

    def close(self) -> None: ...

    def scan(self, since: datetime, memory: object = None) -> Iterator[list[Record]]:
        yield list(self._records)

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        return [record for record in self._records if record.external_id in external_ids]

    def explain(self, number: str, since: datetime) -> OrderFinding:
        return OrderFinding(number, (), None)

    def order_notes(self, external_order_id: str) -> list[str]:
        return self._notes

    def write_back_steps(self) -> tuple[str, ...]:
        return self._connector.steps

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        if self._connector.refusal is not None:
            raise self._connector.refusal
        self._connector.told.append((step, notice))
        return True

    def withdraw(self, notice: ShipmentNotice) -> None:
        if self._connector.refusal is not None:
            raise self._connector.refusal
        if notice.external_id in self._connector.held:
            raise NoticeFinal(Message("held", Text("Shipped for good.", "Enviado definitivamente.")))
        self._connector.told.append((None, notice))


@dataclass
class ListConnector:
    """A store that has exactly these records, and these notes on every order; it keeps what it is told of shipments."""

    describes: StoreKind = BRIGHTPEARL
    records: list[Record] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: tuple[str, ...] = (steps.REFERENCE.code,)
    told: list[tuple[str | None, ShipmentNotice]] = field(default_factory=list)  # without a step: taken back
    refusal: StoreError | None = None  # what it answers to being told
    held: set[str] = field(default_factory=set)  # external ids of what it holds for shipped, whatever it is told

    def open(self, store: Store, vault: object = None) -> _Session:
        return _Session(self)


@dataclass
class Shop:
    """A merchant and its 3PL, ready to import what `connector.records` holds."""

    app: Application
    database: Database
    connector: ListConnector
    merchant: Account
    provider: Account
    store: Store

    def import_all(self, *records: Record) -> None:
        self.connector.records[:] = records
        import_store(self.app, self.store.account_id, self.store.id)

    def work_off(self) -> None:
        attempts = count(1)

        def report(worked: JobResult) -> None:
            assert next(attempts) <= MOST_ATTEMPTS, f"There is always something to do: {worked.job.kind} just now."

        drain(self.app, "test", report)

    def order_id(self, number: str) -> str:
        with self.database.reading_unit_of_work() as unit:
            (order,) = unit.orders.list_by_number(self.store.account_id, self.store.id, number)
            return order.id


def ready(number: str, **changes: Any) -> Ready:
    """An order of two mugs for Madrid; `changes` replace parts of its document."""
    document: dict[str, Any] = {
        "order_number": number,
        "reference": f"SHOP-{number}",
        "order_date": "2026-03-01T22:30:00+00:00",
        "order_total": Decimal("60.10"),
        "currency": "EUR",
        "ship_to": {
            "name": "Ana Núñez",
            "street1": "Calle Mayor 1",
            "city": "Madrid",
            "postal_code": "28004",
            "country": "ES",
            "phone": "+34 600 000 000",
        },
        "weight_g": 1250,
        "items": [
            {
                "line_key": "1",
                "sku": "ACM-MUG",
                "name": "Mug, blue",
                "quantity": 2,
                "unit_price": Decimal("30.05"),
                "weight_g": 400,
            }
        ],
        **changes,
    }
    return Ready(f"n{number}", number, number, document, b"{}")


def overseas(number: str, **changes: Any) -> Ready:
    """An order that the rules hold, because no carrier account has its service."""
    address = {"name": "Joe Doe", "city": "Boston", "state": "MA", "country": "US"}
    return ready(number, ship_to=address, requested_service="express", **changes)


def parked(number: str) -> Parked:
    return Parked(
        f"n{number}", number, number, "parties.delivery.countryIsoCode", Sentence("has no country", "no tiene país"), b"{}"
    )


def open_shop(database: Database, clock: FixedClock, rules: bytes | None = RULES, **account: str) -> Shop:
    """A shop in a migrated database; `account` changes the merchant's account."""
    cheap = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    connector = ListConnector(notes=["Please ring twice.\n<b>Not</b> on Mondays."])
    connectors = {one.describes.code: one for one in (connector, ClientConnector(lambda: app))}
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, connectors, cheap)
    common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}
    wanted = {"name": "Casa Verde", "email": OWNER, **common, **account}

    def set_up() -> tuple[Account, Account, Store]:
        merchant = create_account(app, kind=AccountKind.MERCHANT, **wanted)
        provider = create_account(app, name="Acme 3PL", kind=AccountKind.PROVIDER, email=PROVIDER, **common)
        create_account(app, name="Elsewhere", kind=AccountKind.MERCHANT, email=STRANGER, **common)
        connect_accounts(app, provider_slug=provider.slug, client_slug=merchant.slug)
        add_carrier_account(app, merchant.slug, CarrierAccountForm("correos", ("paq-premium", "paq-estandar")))
        add_carrier_account(app, merchant.slug, CarrierAccountForm("dhl", ("parcel-connect",)))
        if rules is not None:
            publish_rules(app, merchant.slug, rules)
        form = StoreForm("brightpearl", "Casa Verde online", {"channels": ["2"]}, {"username": "u", "password": "p"})
        return merchant, provider, connect_store(app, merchant.slug, form)

    key = clock.now(), rules, tuple(sorted(wanted.items())), database.secrets
    return Shop(app, database, connector, *set_up_once(database, key, set_up))
