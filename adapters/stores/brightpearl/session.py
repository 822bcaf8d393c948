"""A Brightpearl account as a store: what an import reads from it, and why an order does or does not come."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import orjson

from adapters.outgoing import Network, check_address, outgoing_session
from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.explain import explain_number
from adapters.stores.brightpearl.mapping import MappingProblem, to_document
from adapters.stores.brightpearl.order_notes import to_plain_texts
from adapters.stores.brightpearl.selection import (
    is_shipped,
    judge_age,
    judge_note,
    judge_order,
    judge_row,
    number_of,
    order_id_of,
)
from adapters.stores.brightpearl.settings import BrightpearlSettings, parse_settings
from adapters.stores.brightpearl.transport import Transport
from adapters.stores.brightpearl.webhooks import hear, is_on_this_machine, list_registered, register, remove
from engine.model.sentence import Sentence
from engine.model.store import OrderFinding, Parked, Ready, Record, Skipped, SkipReason, Store, skip_message
from engine.model.webhook import Heard
from engine.ports import Clock, CredentialVault

CHUNK = 200  # notes read by one request
LOOPBACK = ip_network("127.0.0.1/32")

Raw = Mapping[str, Any]


class BrightpearlSession:
    """Implements `engine.ports.StoreSession`. For one thread; logs in at the first call that needs it."""

    def __init__(
        self,
        settings: BrightpearlSettings,
        clock: Clock,
        allow_networks: Sequence[Network],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.requests = 0
        self._settings = settings
        self._http = outgoing_session(allow_networks)
        self._client = BrightpearlClient(Transport(self._http, settings.base_url, clock, self._count, jitter), settings)

    def _count(self) -> None:
        self.requests += 1

    def check(self) -> None:
        self._client.login()

    def scan(self, since: datetime) -> Iterator[list[Record]]:
        pending: dict[int, None] = {}  # notes to read; ordered, and each once
        for rows in self._client.goods_out_rows(since):
            skipped: list[Record] = []
            for row in rows:
                if message := judge_row(row, since):
                    number = str(row.order_id) if row.order_id else None
                    skipped.append(Skipped(str(row.note_id), number, message, confirmed=False))
                else:
                    pending[row.note_id] = None
            if skipped:
                yield skipped
            while len(pending) >= CHUNK:
                chunk = list(pending)[:CHUNK]
                for note_id in chunk:
                    del pending[note_id]
                yield self._read(chunk, since)
        if pending:
            yield self._read(list(pending), since)

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        note_ids = [int(external_id) for external_id in external_ids]
        records: list[Record] = []
        for start in range(0, len(note_ids), CHUNK):
            records.extend(self._read(note_ids[start : start + CHUNK]))
        return records

    def explain(self, number: str, since: datetime) -> OrderFinding:
        return explain_number(self._client, self._settings, number, since)

    def order_notes(self, external_order_id: str) -> list[str]:
        return to_plain_texts(self._client.get_order_notes(int(external_order_id)))

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
        self._http.close()

    def _read(self, note_ids: Sequence[int], since: datetime | None = None) -> list[Record]:
        """One record for each note, from the note and its order as they are now; with `since`, old notes are left out.

        The search may have ignored that it was asked for young notes only.
        """
        notes = self._client.get_notes(note_ids)
        outcomes: dict[int, Record | None] = {}
        wanted: dict[int, None] = {}
        for note_id in note_ids:
            outcomes[note_id] = outcome = _outcome_of_note(note_id, notes.get(note_id))
            if outcome is None and (order_id := order_id_of(notes[note_id])) is not None:
                wanted[order_id] = None
        orders = self._client.get_orders(wanted)
        return [
            outcome or _outcome_of_order(note_id, notes[note_id], orders, self._settings, since)
            for note_id, outcome in outcomes.items()
        ]


class BrightpearlConnector:
    """Implements `engine.ports.StoreConnector`."""

    kind = "brightpearl"

    def __init__(
        self,
        clock: Clock,
        allow_networks: Sequence[Network] = (),
        own_sandbox: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`own_sandbox` gives the URL of a sandbox that this installation runs itself: the one loopback address allowed."""
        self._clock = clock
        self._allow_networks = tuple(allow_networks)
        self._own_sandbox = own_sandbox

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return is_on_this_machine(str(settings.get("integration_url") or ""))

    def hear(self, settings: Mapping[str, Any], body: bytes) -> Heard | None:
        return hear(str(settings.get("account_code") or ""), body)

    def open(self, store: Store, vault: CredentialVault | None = None) -> BrightpearlSession:
        """A session for a store. Raises InvalidSettings, AddressRefused, or StoreUnavailable for an unknown host name."""
        settings = parse_settings(store.settings, store.credentials)
        allow = self._allow_networks
        if settings.base_url == self._own_sandbox():
            allow = (*allow, LOOPBACK)
        check_address(settings.base_url, allow)
        return BrightpearlSession(settings, self._clock, allow)


def _outcome_of_note(note_id: int, note: Raw | None) -> Record | None:
    """The record of a note that needs no look at its order; None for the others."""
    if note is None:
        return Skipped(str(note_id), None, skip_message(SkipReason.NOTE_GONE, note=note_id))
    try:
        message = judge_note(note_id, note)
    except MappingProblem as problem:
        return _parked(note_id, note, None, problem)
    return None if message is None else Skipped(str(note_id), number_of(note), message)


def _outcome_of_order(
    note_id: int, note: Raw, orders: Mapping[int, Raw], settings: BrightpearlSettings, since: datetime | None
) -> Record:
    order_id = order_id_of(note)
    order = None if order_id is None else orders.get(order_id)
    try:
        message = judge_order(note_id, note, order, settings)
        if message is not None or order is None:
            return Skipped(str(note_id), number_of(note), message or skip_message(SkipReason.NOTE_GONE, note=note_id))
        if since is not None and (too_old := judge_age(note_id, note, since)):
            # An order brought by an earlier, longer import stays: so this closes nothing.
            return Skipped(str(note_id), number_of(note), too_old, confirmed=False)
        document = to_document(note, order)
    except MappingProblem as problem:
        return _parked(note_id, note, order, problem)
    return Ready(str(note_id), str(order_id), document["order_number"], document, _raw(note, order))


def _parked(note_id: int, note: Raw, order: Raw | None, problem: MappingProblem) -> Parked:
    order_id, number = order_id_of(note), number_of(note)
    external_order_id = "" if order_id is None else str(order_id)
    return Parked(str(note_id), external_order_id, number or "", problem.path, Sentence.of(problem.problem), _raw(note, order))


def _raw(note: Raw, order: Raw | None) -> bytes:
    return orjson.dumps({"note": note, "order": order})
