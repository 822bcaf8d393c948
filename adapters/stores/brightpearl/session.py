"""A Brightpearl account as a store: what an import reads from it, and why an order does or does not come."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

from adapters.outgoing import AddressRefused, Network, check_address, outgoing_session
from adapters.stores.brightpearl.account import check_account, read_choices, read_names
from adapters.stores.brightpearl.auth.credentials import OAuthApp
from adapters.stores.brightpearl.auth.oauth_tokens import TokenDesk, consent_address
from adapters.stores.brightpearl.auth.opening import SchemeParts, open_scheme
from adapters.stores.brightpearl.budget import StoreBudget
from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from adapters.stores.brightpearl.explain import explain_number
from adapters.stores.brightpearl.mapping import add_notes, contact_of
from adapters.stores.brightpearl.note_shipping import stated_on
from adapters.stores.brightpearl.note_split import NoteSplitter
from adapters.stores.brightpearl.open_notes import list_open_notes
from adapters.stores.brightpearl.order_notes import to_fields, to_plain_texts
from adapters.stores.brightpearl.products import details_of
from adapters.stores.brightpearl.records import outcome_of_note, outcome_of_order, unwritten
from adapters.stores.brightpearl.scan import CHUNK, Scan
from adapters.stores.brightpearl.selection import is_shipped, order_id_of
from adapters.stores.brightpearl.settings import BrightpearlSettings, InvalidSettings, parse_settings, scope_of
from adapters.stores.brightpearl.transport import Transport
from adapters.stores.brightpearl.webhooks import is_on_this_machine, list_registered, parse_webhook, register, remove
from adapters.stores.brightpearl.write_back import WriteBack
from engine.model.note_shipping import NoteShipping
from engine.model.store import (
    NameKind,
    OpenOrders,
    OrderFinding,
    Ready,
    Record,
    ScanMemory,
    Store,
    StoreChoices,
    StoreScope,
)
from engine.model.store_kind import StoreKind
from engine.model.store_preferences import WeightUnit
from engine.model.webhook import WebhookEvent
from engine.model.write_back import ShipmentNotice
from engine.ports import Clock, CredentialVault, RequestBudgets, SettingProblem, StoreUnavailable
from rules.messages import Message, Text

LOOPBACK = ip_network("127.0.0.1/32")

MAX_SCAN_BYTES = 1024**3

Raw = Mapping[str, Any]

_TOO_MUCH = Text(
    "Brightpearl has answered this import with more than {limit} MB, the most that one reads at a time. What was read is kept, "
    "and the next import goes on from there.",
    "Brightpearl ha respondido a esta importación con más de {limit} MB, lo máximo que se lee de una vez. Lo leído se conserva y "
    "la próxima importación sigue desde ahí.",
)
_NOT_OAUTH = Text(
    "This store is not set to log in by consent (OAuth), so there is nothing to agree to: give it a new password or token.",
    "Esta tienda no está configurada para acceder con un permiso (OAuth), así que no hay nada que aceptar: dale una contraseña "
    "o un token nuevos.",
)


class BrightpearlSession:
    """Implements `engine.ports.StoreSession` and all optional parts. For one thread; logs in at the first call that needs it."""

    def __init__(
        self,
        settings: BrightpearlSettings,
        clock: Clock,
        allowed: Callable[[str], Sequence[Network]],
        jitter: Callable[[], float] = random.random,
        budget: StoreBudget | None = None,
        vault: CredentialVault | None = None,
        weight_unit: WeightUnit = WeightUnit.KILOGRAM,
        trusted_ca: str = "",
    ) -> None:
        """`allowed` gives the networks, besides public addresses, that a base URL may lead to; see outgoing_session."""
        self.requests = 0
        self.changes_until: str | None = None
        self._clock = clock
        self._settings = settings
        self._opened = ExitStack()

        def transport_to(base_url: str) -> Transport:
            http = self._opened.enter_context(outgoing_session(allowed(base_url), trusted_ca))
            counted = budget if base_url == settings.base_url else None  # what asks for tokens is not an API call
            return Transport(http, base_url, clock, self._count, jitter, counted)

        self._transport = transport = transport_to(settings.base_url)
        auth = open_scheme(settings.access, settings.account_code, SchemeParts(transport, transport_to, clock, vault))
        self._client = BrightpearlClient(transport, settings, auth)
        self._weight_unit = weight_unit
        self._write_back = WriteBack(self._client, settings, weight_unit)
        self._splitter = NoteSplitter(self._client, settings, clock)

    def _count(self) -> None:
        self.requests += 1

    def check(self) -> None:
        check_account(self._client, self._settings)

    def choices(self) -> StoreChoices:
        with self._transport.answering():
            return read_choices(self._client)

    def try_out(self) -> StoreChoices:
        """The choices, after a check of settings that need not be complete yet. Raises StoreError."""
        check_account(self._client, self._settings, is_complete=False)
        return self.choices()

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        scan = Scan(self._client, lambda note_ids: self._read(note_ids, since), since, memory, self._clock.now())
        received = self._transport.received
        try:
            for records in scan.records():
                yield records
                self._check_received(received)
        finally:
            self.changes_until = scan.changes_until

    def _check_received(self, before: int) -> None:
        if self._transport.received - before > MAX_SCAN_BYTES:
            raise StoreUnavailable(Message("too_much_to_read", _TOO_MUCH, {"limit": MAX_SCAN_BYTES // 1024**2}))

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        note_ids = [int(external_id) for external_id in external_ids]
        records: list[Record] = []
        for start in range(0, len(note_ids), CHUNK):
            records.extend(self._read(note_ids[start : start + CHUNK]))
        return records

    def open_orders(self, since: datetime, place: str = "") -> Iterator[OpenOrders]:
        received = self._transport.received
        for page in list_open_notes(self._client, since, place):
            yield page
            self._check_received(received)

    def explain(self, number: str, since: datetime) -> OrderFinding:
        with self._transport.answering():
            return explain_number(self._client, self._settings, number, since)

    def order_notes(self, external_order_id: str) -> list[str]:
        return to_plain_texts(self._client.get_order_notes(int(external_order_id)))

    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        wanted = [int(product_id) for product_id in product_ids if product_id.isdecimal()]
        found = self._client.get_products(wanted)
        return {str(product_id): {} if product is None else details_of(product) for product_id, product in found.items()}

    def names(self, kind: NameKind) -> dict[str, str]:
        return read_names(self._client, kind)

    def write_back_steps(self) -> tuple[str, ...]:
        return self._write_back.steps()

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        with self._transport.writing_back():
            return self._write_back.carry_out(step, notice)

    def withdraw(self, notice: ShipmentNotice) -> None:
        with self._transport.writing_back():
            self._write_back.withdraw(notice)

    def shipping_stated(self, external_id: str) -> dict[str, Decimal]:
        with self._transport.writing_back():
            return stated_on(self._client.get_notes([int(external_id)]).get(int(external_id)) or {})

    def shipping_told(self, notice: ShipmentNotice) -> dict[str, Decimal]:
        return self._write_back.told(notice)

    def unwritten(self, record: Ready, shipping: NoteShipping) -> Ready:
        return unwritten(record, shipping, self._weight_unit)

    def plan_split(self, external_id: str, units: Mapping[str, Decimal]) -> Mapping[str, Any] | None:
        with self._transport.writing_back():
            return self._splitter.plan(external_id, units)

    def split_note(self, plan: Mapping[str, Any]) -> tuple[str, str]:
        with self._transport.writing_back():
            return self._splitter.split(plan)

    def open_rest(self, plan: Mapping[str, Any], external_id: str) -> None:
        with self._transport.writing_back():
            self._splitter.open_rest(plan, external_id)

    def split_steps(self) -> tuple[str, ...]:
        return self._write_back.steps_of_part()

    def ids_of_orders(self, external_order_ids: Sequence[str]) -> list[str]:
        notes = self._client.get_notes_of_orders([int(order_id) for order_id in external_order_ids])
        return [str(note_id) for note_id, note in notes.items() if not is_shipped(note)]

    def register_webhooks(self, address: str) -> tuple[str, ...]:
        return register(self._client, address)

    def list_webhooks(self, address: str) -> list[str]:
        return list_registered(self._client, address)

    def remove_webhooks(self, webhook_ids: Iterable[str]) -> None:
        remove(self._client, webhook_ids)

    def close(self) -> None:
        self._opened.close()

    def _read(self, note_ids: Sequence[int], since: datetime | None = None) -> list[Record]:
        """One record for each note, from the note and its order as they are now; with `since`, old notes are left out.

        The search may have ignored that it was asked for young notes only.
        """
        notes = self._client.get_notes(note_ids)
        outcomes: dict[int, Record | None] = {}
        wanted: dict[int, None] = {}
        for note_id in note_ids:
            outcomes[note_id] = outcome = outcome_of_note(note_id, notes.get(note_id))
            if outcome is None and (order_id := order_id_of(notes[note_id])) is not None:
                wanted[order_id] = None
        orders = self._client.get_orders(wanted)
        records = [
            outcome or outcome_of_order(note_id, notes[note_id], orders, self._settings, self._weight_unit, since)
            for note_id, outcome in outcomes.items()
        ]
        self._add_order_notes(records, orders)
        return records

    def _add_order_notes(self, records: Iterable[Record], orders: Mapping[int, Raw]) -> None:
        """Give the orders among the records what is written on them, so that rules see it from the start."""
        ready = [record for record in records if isinstance(record, Ready)]
        found = self._client.find_order_notes(int(record.external_order_id) for record in ready)
        for record in ready if found else ():
            order_id = int(record.external_order_id)
            if written := found.get(order_id):
                add_notes(record.document, to_fields(written, contact_of(orders[order_id])))


class BrightpearlConnector:
    """Implements `engine.ports.StoreConnector` with all its optional parts."""

    describes: StoreKind = BRIGHTPEARL

    def __init__(
        self,
        clock: Clock,
        allow_networks: Sequence[Network] = (),
        own_sandbox: Callable[[], str | None] = lambda: None,
        budgets: RequestBudgets | None = None,
        trusted_ca: str = "",
    ) -> None:
        """`own_sandbox` gives the URL of a sandbox that this installation runs itself: the one loopback address allowed.

        Without `budgets` each session obeys only what Brightpearl's replies say of its cap.
        """
        self._clock = clock
        self._allow_networks = tuple(allow_networks)
        self._own_sandbox = own_sandbox
        self._budgets = budgets
        self._trusted_ca = trusted_ca

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return is_on_this_machine(str(settings.get("integration_url") or ""))

    def scope(self, settings: Mapping[str, Any]) -> StoreScope:
        return scope_of(settings)

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent | None:
        return parse_webhook(str(settings.get("account_code") or ""), body)

    def open(self, store: Store, vault: CredentialVault | None = None) -> BrightpearlSession:
        """A session for a store. Raises InvalidSettings, AddressRefused, or StoreUnavailable for an unknown host name."""
        return self._open(store, parse_settings(store.settings, store.credentials), vault)

    def try_out(self, store: Store) -> StoreChoices:
        """What the account has to choose from, after the settings that are there were checked. Raises StoreError."""
        settings = parse_settings(store.settings, store.credentials, may_lack=("channel_ids",))
        with closing(self._open(store, settings)) as session:
            return session.try_out()

    def consent_address(self, store: Store, redirect_uri: str, state: str) -> str:
        """The page where the account's people agree. Raises StoreError."""
        settings, access = self._before_consent(store)
        return consent_address(access, settings.account_code, redirect_uri, state)

    def exchange_code(self, store: Store, redirect_uri: str, code: str) -> Mapping[str, str]:
        """The credentials of a store for the code of a consent. Raises StoreError."""
        settings, access = self._before_consent(store)
        with closing(outgoing_session(self._allowed(access.oauth_url), self._trusted_ca)) as http:
            transport = Transport(http, access.oauth_url, self._clock, lambda: None)
            return TokenDesk(access, settings.account_code, transport, self._clock).exchange(code, redirect_uri)

    def _before_consent(self, store: Store) -> tuple[BrightpearlSettings, OAuthApp]:
        settings = parse_settings(store.settings, store.credentials, may_lack=("channel_ids", "access_token"))
        if not isinstance(settings.access, OAuthApp):
            raise InvalidSettings([SettingProblem("auth", Message("not_oauth", _NOT_OAUTH))])
        self._check(settings.access.oauth_url, "oauth_url")
        return settings, settings.access

    def _open(self, store: Store, settings: BrightpearlSettings, vault: CredentialVault | None = None) -> BrightpearlSession:
        self._check(settings.base_url, "integration_url")
        return BrightpearlSession(
            settings,
            self._clock,
            self._allowed,
            budget=self._budget_of(store, settings),
            vault=vault,
            weight_unit=store.preferences.weight_unit,
            trusted_ca=self._trusted_ca,
        )

    def _budget_of(self, store: Store, settings: BrightpearlSettings) -> StoreBudget | None:
        return None if self._budgets is None else StoreBudget(self._budgets, settings.pool, store.id)

    def _check(self, url: str, field: str) -> None:
        """Raises AddressRefused or StoreUnavailable for that field."""
        try:
            check_address(url, self._allowed(url))
        except (AddressRefused, StoreUnavailable) as error:
            raise type(error)(error.args[0], field) from None

    def _allowed(self, url: str) -> tuple[Network, ...]:
        return (*self._allow_networks, LOOPBACK) if url == self._own_sandbox() else self._allow_networks
