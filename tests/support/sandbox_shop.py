"""A merchant with its 3PL whose orders come from a Brightpearl sandbox on this machine; time stands still."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import argon2
from support.images import set_up_once
from support.publishing import publish_alone

from adapters.cli.orders import order_entry
from adapters.passwords import Argon2PasswordHasher
from adapters.sandboxes.brightpearl import SandboxServer, generate
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.worker import drain
from engine.model.account import Account, AccountKind
from engine.model.job import Job, JobState
from engine.model.order import Order, StoredDecision
from engine.model.store import ImportSummary, Store
from engine.ports import Clock, RequestBudgets
from engine.services.accounts.accounts import create_account
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.publish_rules import publish_rules
from engine.services.importing.import_store import import_store
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.order_document import dumps
from storage.database import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PASSWORD = "a relay needs two"
STORE_PASSWORD = "store-secret-5f1c9"
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")

RULES = b"""
name: Casa Verde
rules:
  - id: to-acme
    when: {field: ship_to.country, is: in, value: [ES, PT]}
    then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]
  - id: note
    when: {field: ship_to.country, is: not_equals, value: ES}
    then: [{do: add_tag, tag: abroad}]
"""


def cheap_hasher() -> Argon2PasswordHasher:
    """A hasher that costs nothing."""
    return Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class SandboxShop:
    """The use cases of one merchant, called as people and workers call them."""

    app: Application
    database: Database
    clock: Any  # a FixedClock, where a test needs one
    server: SandboxServer
    merchant: Account
    provider: Account
    store: Store
    others: list[Store] = field(default_factory=list)

    def run_import(self, store: Store | None = None, **options: Any) -> ImportSummary:
        return import_store(self.app, (store or self.store).account_id, (store or self.store).id, **options)

    def connect(self, name: str = "Second", **changes: Any) -> Store:
        """One more store of the merchant; `changes` replace parts of its settings."""
        store = connect_store(self.app, self.merchant.slug, store_form(self.server, name, **changes))
        self.others.append(store)
        return store

    def publish(self, rules: bytes) -> None:
        publish_alone(self.app, self.merchant.slug, rules)

    def work_off(self) -> int:
        return drain(self.app, "test")

    def orders(self) -> dict[str, Order]:
        """All orders by external id."""
        with self.database.reading_unit_of_work() as unit:
            return {order.external_id: order for order in unit.orders.stream(self.merchant.id)}

    def note_order(self, note_id: int) -> Order:
        return self.orders()[str(note_id)]

    def dump(self) -> list[dict[str, Any]]:
        """All orders as `orders list --json-lines` shows them."""
        with self.database.reading_unit_of_work() as unit:
            return [json.loads(dumps(order_entry(order))) for order in unit.orders.stream(self.merchant.id)]

    def jobs(self, order: Order) -> list[Job]:
        with self.database.reading_unit_of_work() as unit:
            return unit.jobs.list_for_order(order.account_id, order.id)

    def decisions(self, order: Order) -> list[StoredDecision]:
        with self.database.reading_unit_of_work() as unit:
            return unit.decisions.list_for_order(order.account_id, order.id)

    def count(self, state: JobState) -> int:
        with self.database.reading_unit_of_work() as unit:
            return unit.jobs.count(state)

    def expected(self) -> set[str]:
        """External ids of what the sandbox itself says is to be imported."""
        return {str(note_id) for note_id in self.server.expected()["imported"]}

    def ordinary(self) -> list[int]:
        """Notes that are imported, of orders with one note and nothing odd."""
        data = self.server.data
        return sorted(note for note in map(int, self.expected()) if data.kinds[data.note(note)["orderId"]] == "ordinary")

    def requests(self) -> int:
        return int(self.server.state()["requests"]["requests"])


def store_form(
    server: SandboxServer, name: str = "Casa Verde online", password: str = STORE_PASSWORD, **changes: Any
) -> StoreForm:
    """What a person enters to connect the sandbox; `changes` replace parts of the settings."""
    settings = {
        "integration_url": server.url,
        "account_code": "testacct",
        "datacenter": "eu1",
        "channel_ids": [2],
        "warehouse_ids": [],
        "on_ship": "mark_shipped",
        **changes,
    }
    return StoreForm("brightpearl", name, settings, {"username": "u@example.com", "password": password})


@contextmanager
def sandbox(clock: Callable[[], datetime], orders: int = 60, seed: int = 3, **options: Any) -> Iterator[SandboxServer]:
    """A sandbox whose time is the given clock's."""
    data = generate(orders, seed, clock(), **options)
    data.clock = clock
    with SandboxServer(data, password=STORE_PASSWORD) as server:
        yield server


def open_sandbox_shop(
    database: Database,
    server: SandboxServer,
    clock: Clock,
    rules: bytes | None = RULES,
    budgets: RequestBudgets | None = None,
) -> SandboxShop:
    """A shop in a migrated database, connected with the sandbox."""
    connector = BrightpearlConnector(clock, [LOOPBACK], budgets=budgets)
    connectors = {one.describes.code: one for one in (connector, ClientConnector(lambda: app))}
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, connectors, cheap_hasher())
    common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}

    def set_up() -> tuple[Account, Account]:
        merchant = create_account(app, name="Casa Verde", kind=AccountKind.MERCHANT, email="ana@casa-verde.example", **common)
        provider = create_account(app, name="Acme 3PL", kind=AccountKind.PROVIDER, email="pablo@acme.example", **common)
        connect_accounts(app, provider_slug=provider.slug, client_slug=merchant.slug)
        add_carrier_account(app, merchant.slug, CarrierAccountForm("correos", ("paq-premium", "paq-estandar")))
        if rules is not None:
            publish_rules(app, merchant.slug, rules)
        return merchant, provider

    merchant, provider = set_up_once(database, ("sandbox", clock.now(), rules, database.secrets), set_up)
    store = connect_store(app, merchant.slug, store_form(server))  # at an address of its own
    return SandboxShop(app, database, clock, server, merchant, provider, store)
