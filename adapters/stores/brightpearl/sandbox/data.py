"""The account's data: orders, notes and webhooks, kept as finished JSON so that reading them is quick."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from random import Random

import orjson

from .note_events import SPECIFIERS, already_shipped, apply_event
from .records import NoteRecord, OrderRecord, note_record, order_record
from .replies import Json
from .shop.catalogue import STAFF_ID, WEB_SHOP
from .shop.documents import Numbers, Sale, build_note, default_location, full_contents, is_tracked
from .shop.people import SPAIN
from .shop.sales import PRINTED, SaleMaker, halves
from .times import format_time

Listener = Callable[[str, int], None]
"""Told of each event: its full name (`goods-out-note.modified.printed`) and the id of what it happened to."""

ADDRESS_FIELDS = frozenset(
    {
        "addressFullName",
        "companyName",
        "addressLine1",
        "addressLine2",
        "addressLine3",
        "addressLine4",
        "postalCode",
        "country",
        "telephone",
        "mobileTelephone",
        "fax",
        "email",
        "countryId",
        "countryIsoCode",
        "countryIsoCode3",
    }
)


class UnknownIdError(LookupError):
    """No order or note has this id."""


class SandboxData:
    """All that the sandbox's account holds. Every method is safe for many threads.

    Documents go in and come out as plain dicts (copies); a change becomes visible when the editing block ends. `kinds` says
    of each generated order which awkward kind it shows. `clock` gives the aware time of changes.
    """

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), numbers: Numbers | None = None, seed: int = 0
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.numbers = numbers or Numbers()
        self.revision = 0
        self.orders: dict[int, OrderRecord] = {}
        self.notes: dict[int, NoteRecord] = {}
        self.drop_ship_notes: dict[int, Json] = {}
        self.order_notes: dict[int, list[Json]] = {}
        self.kinds: dict[int, str] = {}
        self.listeners: list[Listener] = []
        self._notes_of_order: dict[int, list[int]] = {}
        self._rng = Random(seed)  # noqa: S311 - made-up orders, repeatable

    # Reading

    def order(self, order_id: int) -> Json:
        """A copy of an order's document. Raises UnknownIdError."""
        document: Json = orjson.loads(self._order_record(order_id).body)
        return document

    def note(self, note_id: int) -> Json:
        """A copy of a goods-out note's document. Raises UnknownIdError."""
        document: Json = orjson.loads(self._note_record(note_id).body)
        return document

    def note_ids(self, order_id: int) -> list[int]:
        """The ids of an order's goods-out notes, rising; empty when it has none or does not exist."""
        with self.lock:
            return list(self._notes_of_order.get(order_id, ()))

    def custom_fields(self, order_id: int) -> Json:
        """A copy of an order's custom fields. Raises UnknownIdError."""
        fields: Json = orjson.loads(self._order_record(order_id).custom_fields)
        return fields

    # Writing documents

    def add_sale(self, sale: Sale) -> None:
        """Take in an order with everything that hangs on it."""
        with self.lock:
            order_id = sale.order["id"]
            self.orders[order_id] = order_record(sale.order, sale.custom_fields)
            self.kinds[order_id] = sale.kind
            for note_id, note in sale.notes.items():
                self._put_note(note_id, note)
            self.drop_ship_notes.update(sale.drop_ship_notes)
            if sale.order_notes:
                self.order_notes[order_id] = list(sale.order_notes)
            self.revision += 1

    @contextmanager
    def edit_order(self, order_id: int, *, event: str = "order.modified", custom_fields: Json | None = None) -> Iterator[Json]:
        """A block that may change an order's document; its version and `updatedOn` move on by themselves.

        `custom_fields` replaces the order's custom fields.
        """
        with self.lock:
            record = self._order_record(order_id)
            document: Json = orjson.loads(record.body)
            yield document
            document["version"] += 1
            document["updatedOn"] = format_time(self.clock())
            fields = orjson.loads(record.custom_fields) if custom_fields is None else custom_fields
            self.orders[order_id] = order_record(document, fields)
            for note_id in self._notes_of_order.get(order_id, ()):
                self._put_note(note_id, orjson.loads(self.notes[note_id].body))
            self.revision += 1
            self.publish(event, order_id)

    @contextmanager
    def edit_note(self, note_id: int, *, event: str = "goods-out-note.modified") -> Iterator[Json]:
        """A block that may change a goods-out note's document."""
        with self.lock:
            document = self.note(note_id)
            yield document
            self._put_note(note_id, document)
            self.revision += 1
            if event:
                self.publish(event, note_id)

    def add_note(
        self, order_id: int, contents: Json, *, warehouse_id: int | None = None, shipping_method_id: int | None = None
    ) -> int:
        """Create a goods-out note of an order that ships `contents`; returns its id. Raises UnknownIdError."""
        with self.lock:
            order = self.order(order_id)
            order.setdefault("warehouseId", 3)
            order.setdefault("delivery", {"shippingMethodId": 0})
            sequence = 1 + max((self.note(each)["sequence"] for each in self.note_ids(order_id)), default=0)
            note = build_note(
                order, contents, self.clock(), next(self.numbers.event_version), sequence=sequence, warehouse_id=warehouse_id
            )
            if shipping_method_id is not None:
                note["shipping"]["shippingMethodId"] = shipping_method_id
            note_id = next(self.numbers.note)
            self._put_note(note_id, note)
            self.revision += 1
            self.publish("goods-out-note.created", note_id)
            return note_id

    def delete_note(self, note_id: int) -> None:
        """Delete a goods-out note that has not shipped. Raises UnknownIdError, or ApiError when it has."""
        with self.lock:
            record = self._note_record(note_id)
            if record.shipped:
                raise already_shipped()
            del self.notes[note_id]
            self._notes_of_order[record.order_id].remove(note_id)
            self.revision += 1
            self.publish("goods-out-note.destroyed", note_id)

    def add_order_note(self, order_id: int, text: str, *, is_public: bool = False, added_on: datetime | None = None) -> int:
        """Attach an order note; returns its id. Raises UnknownIdError."""
        with self.lock:
            order = self.order(order_id)
            note_id = next(self.numbers.order_note)
            customer = order["parties"].get("customer") or order["parties"].get("supplier") or {}
            self.order_notes.setdefault(order_id, []).append(
                {
                    "noteId": note_id,
                    "contactId": customer.get("contactId", 0),
                    "text": text,
                    "isPublic": is_public,
                    "addedOn": format_time(added_on or self.clock()),
                    "addedBy": STAFF_ID,
                    "orderStatusId": order["orderStatus"]["orderStatusId"],
                }
            )
            return note_id

    def add_event(self, note_id: int, code: str, *, occurred: datetime | None = None, owner_id: int = STAFF_ID) -> None:
        """Let an event happen to a goods-out note, its order's shipping status included.

        Raises UnknownIdError, or ApiError for a wrong code or a shipped note.
        """
        with self.lock:
            with self.edit_note(note_id, event="") as note:
                happened = apply_event(
                    note, code, format_time(occurred or self.clock()), owner_id, next(self.numbers.event_version)
                )
            for each in happened:
                self.publish(f"goods-out-note.modified.{SPECIFIERS[each]}", note_id)
            if "SHW" in happened:
                self._refresh_shipping_status(note["orderId"])

    # What people at the desk do

    def print_note(self, note_id: int) -> None:
        """Print a note."""
        self.add_event(note_id, "PRI")

    def unprint_note(self, note_id: int) -> None:
        """Take the print back."""
        self.add_event(note_id, "UPR")

    def pick_note(self, note_id: int) -> None:
        """Pick a note."""
        self.add_event(note_id, "PIC")

    def pack_note(self, note_id: int) -> None:
        """Pack a note."""
        self.add_event(note_id, "PAC")

    def ship_note(self, note_id: int, reference: str = "") -> None:
        """Ship a note elsewhere, with a tracking reference if given."""
        with self.lock:
            if reference:
                with self.edit_note(note_id) as note:
                    if note["status"]["shipped"]:
                        raise already_shipped()
                    note["shipping"]["reference"] = reference
            self.add_event(note_id, "SHW")

    def change_address(self, order_id: int, **fields: object) -> None:
        """Change fields of an order's delivery party, e.g. `addressLine1="…"`. Raises ValueError for an unknown field."""
        if unknown := sorted(set(fields) - ADDRESS_FIELDS):
            raise ValueError(f"an address has no field {unknown[0]}")
        with self.edit_order(order_id) as order:
            order["parties"]["delivery"].update(fields)

    def create_order(
        self, *, channel_id: int = WEB_SHOP, rows: int = 2, printed: bool = True, with_note: bool = True, **address: object
    ) -> tuple[int, int | None]:
        """Place a new order, by default with a printed goods-out note; returns both ids (the note's None without one)."""
        if unknown := sorted(set(address) - ADDRESS_FIELDS):
            raise ValueError(f"an address has no field {unknown[0]}")
        with self.lock:
            maker = SaleMaker(self._rng, self.numbers, self.clock())
            sale = maker.make("created", timedelta(0), country=SPAIN, channel_id=channel_id, size=rows)
            sale.delivery.update(address)
            note_id = maker.add_note(sale, PRINTED if printed else (), age=timedelta(0)) if with_note else None
            self.add_sale(sale)
            if note_id is not None:
                self.publish("goods-out-note.created", note_id)
            return sale.order["id"], note_id

    def split_order(self, order_id: int) -> list[int]:
        """Make two notes of an order's first unshipped one, both in its state; returns the ids of both.

        An order without a note gets two printed ones. Raises UnknownIdError, or ValueError when there is too little to split.
        """
        with self.lock:
            open_ids = [each for each in self.note_ids(order_id) if not self.notes[each].shipped]
            if not open_ids:
                order = self.order(order_id)
                location = default_location(order.get("warehouseId", 3))
                open_ids = [self.add_note(order_id, full_contents(order["orderRows"], location))]
                self.print_note(open_ids[0])
            kept = self.note(open_ids[0])
            first, second = halves(kept["orderRows"])
            with self.edit_note(open_ids[0]) as note:
                note["orderRows"] = first
            other = self.add_note(order_id, second, warehouse_id=kept["warehouseId"])
            for code, flag in (("PRI", "printed"), ("PIC", "picked"), ("PAC", "packed")):
                if kept["status"][flag]:
                    self.add_event(other, code)
            return [open_ids[0], other]

    def publish(self, event: str, resource_id: int) -> None:
        """Tell the listeners of an event."""
        for listener in self.listeners:
            listener(event, resource_id)

    # Inner workings

    def _order_record(self, order_id: int) -> OrderRecord:
        try:
            return self.orders[order_id]
        except KeyError:
            raise UnknownIdError(f"there is no order {order_id}") from None

    def _note_record(self, note_id: int) -> NoteRecord:
        try:
            return self.notes[note_id]
        except KeyError:
            raise UnknownIdError(f"there is no goods-out note {note_id}") from None

    def _put_note(self, note_id: int, note: Json) -> None:
        order = self.orders.get(note["orderId"])
        if note_id not in self.notes:
            self._notes_of_order.setdefault(note["orderId"], []).append(note_id)
        self.notes[note_id] = note_record(note_id, note, order.channel_id if order else None)

    def _refresh_shipping_status(self, order_id: int) -> None:
        if order_id not in self.orders:
            return
        notes = [self.note(each) for each in self.note_ids(order_id)]
        with self.edit_order(order_id) as order:
            order["shippingStatusCode"] = shipping_status(order, notes)
        if order["shippingStatusCode"] == "ASS":
            self.publish("order.modified.fully-shipped", order_id)


def shipping_status(order: Json, notes: Iterable[Json]) -> str:
    """NST, SNS, SPS or ASS: how much of an order's tracked rows its shipped notes cover."""
    ordered = {row_id: row["quantity"]["magnitude"] for row_id, row in order["orderRows"].items() if is_tracked(row)}
    if not ordered:
        return "NST"
    shipped: dict[str, Decimal] = {}
    for note in notes:
        if note["status"]["shipped"]:
            for row_id, places in note.get("orderRows", {}).items():
                shipped[row_id] = shipped.get(row_id, Decimal(0)) + sum(Decimal(place["quantity"]) for place in places)
    if not shipped:
        return "SNS"
    return "ASS" if all(shipped.get(row_id, Decimal(0)) >= _quantity(text) for row_id, text in ordered.items()) else "SPS"


def _quantity(text: str) -> Decimal:
    """A row's quantity; one that cannot be read asks for nothing."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)
