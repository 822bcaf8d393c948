"""The account's ledger: orders and notes, kept as finished JSON so that reading them is quick."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

import orjson

from .archive import FIRST_NOTE, ArchivedNote, ArchivedOrder
from .note_events import SPECIFIERS, already_shipped, apply_event, ship_by_supplier
from .products import ProductShelf
from .records import Cells, NoteRecord, OrderRecord, note_record, order_record
from .replies import Json
from .shop.catalogue import STAFF_ID
from .shop.documents import Numbers, Sale, build_note, is_tracked
from .times import format_time, parse_time
from .visibility import ChangeTimes, LaggingView

AnyOrder = OrderRecord | ArchivedOrder
AnyNote = NoteRecord | ArchivedNote

Listener = Callable[[str, int], None]
"""Told of each event: its full name (`goods-out-note.modified.printed`) and the id of what it happened to."""


class UnknownIdError(LookupError):
    """No order or note has this id."""


class Ledger:
    """All that the sandbox's account holds. Every method is safe for many threads.

    Documents go in and come out as plain dicts (copies); a change becomes visible when the editing block ends. `kinds` says
    of each generated order which awkward kind it shows. `clock` gives the aware time of changes.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), numbers: Numbers | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.numbers = numbers or Numbers()
        self.orders: dict[int, AnyOrder] = {}
        self.notes: dict[int, AnyNote] = {}
        self.products = ProductShelf(self.lock, lambda: self.clock(), self.publish)
        self.drop_ship_notes: dict[int, Json] = {}
        self.order_notes: dict[int, list[Json]] = {}
        self.kinds: dict[int, str] = {}
        self.listeners: list[Listener] = []
        self._notes_of_order: dict[int, list[int]] = {}
        self._open_notes: dict[int, AnyNote] = {}
        self._changes = ChangeTimes()
        self._archived_until: datetime | None = None
        self._revision = 0
        self._seen_orders: LaggingView[AnyOrder] = LaggingView(lambda: self.clock())
        self._seen_notes: LaggingView[AnyNote] = LaggingView(lambda: self.clock())

    # Reading

    def order(self, order_id: int) -> Json:
        """A copy of an order's document. Raises UnknownIdError."""
        document: Json = orjson.loads(self._order_record(order_id).body)
        return document

    def note(self, note_id: int) -> Json:
        """A copy of a goods-out note's document. Raises UnknownIdError."""
        document: Json = orjson.loads(self._note_record(note_id).body)
        return document

    def drop_ship_note(self, note_id: int) -> Json:
        """A copy of a drop-ship note's document. Raises UnknownIdError."""
        with self.lock:
            if note_id not in self.drop_ship_notes:
                raise UnknownIdError(f"there is no drop-ship note {note_id}")
            note: Json = orjson.loads(orjson.dumps(self.drop_ship_notes[note_id]))
            return note

    def note_ids(self, order_id: int) -> list[int]:
        """The ids of an order's goods-out notes, rising; empty when it has none or does not exist."""
        with self.lock:
            return list(self._notes_of(order_id))

    def custom_fields(self, order_id: int) -> Json:
        """A copy of an order's custom fields. Raises UnknownIdError."""
        fields: Json = orjson.loads(self._order_record(order_id).custom_fields)
        return fields

    # Searching

    @property
    def revision(self) -> tuple[int, int]:
        """Differs after every change of what searches see."""
        with self.lock:
            self._seen_orders.hidden()
            self._seen_notes.hidden()
            return self._revision, self._seen_orders.turns + self._seen_notes.turns

    def set_search_lag(self, lag: timedelta) -> None:
        """From now on searches see each write only so long after it happened."""
        with self.lock:
            self._seen_orders.lag = self._seen_notes.lag = lag

    def note_cells(self, *, open_only: bool = False) -> list[Cells]:
        """The cells of all goods-out notes as searches see them; with `open_only` shipped ones may be left out."""
        with self.lock:
            return [note.cells for note in self._seen_notes.see(self._open_notes if open_only else self.notes)]

    def order_cells(self, *, changed_since: datetime | None = None, show_unchanged: bool = True) -> list[Cells]:
        """The cells of all orders as searches see them; those that have not changed since a time may be left out.

        Without `show_unchanged` orders that were never changed say nothing of their last change.
        """
        with self.lock:
            orders = self.orders
            if changed_since is not None and (self._archived_until is None or self._archived_until < changed_since):
                orders = {order_id: self.orders[order_id] for order_id in self._changes.since(changed_since)}
            seen = self._seen_orders.see(orders)
            if show_unchanged:
                return [order.cells for order in seen]
            return [_cells_without_change(order) for order in seen]

    # Writing documents

    def add_sale(self, sale: Sale) -> None:
        """Take in an order with everything that hangs on it."""
        with self.lock:
            order_id = sale.order["id"]
            self._put_order(order_id, order_record(sale.order, sale.custom_fields))
            self.kinds[order_id] = sale.kind
            for note_id, note in sale.notes.items():
                self._put_note(note_id, note)
            self.drop_ship_notes.update(sale.drop_ship_notes)
            if sale.order_notes:
                self.order_notes[order_id] = list(sale.order_notes)
            self._revision += 1

    def add_archive(self, sales: Iterable[tuple[ArchivedOrder, ArchivedNote]]) -> None:
        """Take in orders of long ago, each with its shipped note."""
        with self.lock:
            for number, (order, note) in enumerate(sales):
                self.orders[note.order_id] = order
                self.notes[FIRST_NOTE + number] = note
                changed = parse_time(order.updated_on)
                self._archived_until = changed if self._archived_until is None else max(changed, self._archived_until)
            self._revision += 1

    @contextmanager
    def edit_order(self, order_id: int, *, event: str = "order.modified", custom_fields: Json | None = None) -> Iterator[Json]:
        """A block that may change an order's document; its version and `updatedOn` move on by themselves.

        `custom_fields` replaces the order's custom fields.
        """
        with self.lock:
            record = self._order_record(order_id)
            document: Json = orjson.loads(record.body)
            yield document
            document["version"] = document.get("version", 1) + 1
            document["updatedOn"] = format_time(self.clock())
            fields = orjson.loads(record.custom_fields) if custom_fields is None else custom_fields
            note_ids = self._notes_of(order_id)
            self._put_order(order_id, order_record(document, fields))
            for note_id in note_ids:
                self._put_note(note_id, orjson.loads(self.notes[note_id].body))
            self._revision += 1
            self.publish(event, order_id)

    @contextmanager
    def edit_note(self, note_id: int, *, event: str = "goods-out-note.modified") -> Iterator[Json]:
        """A block that may change a goods-out note's document."""
        with self.lock:
            document = self.note(note_id)
            yield document
            self._put_note(note_id, document)
            self._revision += 1
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
            self._revision += 1
            self.publish("goods-out-note.created", note_id)
            return note_id

    def delete_note(self, note_id: int) -> None:
        """Delete a goods-out note that has not shipped. Raises UnknownIdError, or ApiError when it has."""
        with self.lock:
            record = self._note_record(note_id)
            if record.shipped:
                raise already_shipped()
            self._seen_notes.wrote(note_id, self.notes.pop(note_id))
            self._open_notes.pop(note_id, None)
            self._notes_of_order[record.order_id].remove(note_id)
            self._revision += 1
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
                self._publish_stock(note)

    def add_drop_ship_event(
        self,
        note_id: int,
        *,
        tracking: str = "",
        shipping_method_id: int | None = None,
        occurred: datetime | None = None,
        owner_id: int = STAFF_ID,
    ) -> None:
        """Let the supplier ship a drop-ship note, its order's shipping status included.

        Raises UnknownIdError, or ApiError for a note that has shipped.
        """
        with self.lock:
            note = self.drop_ship_note(note_id)
            ship_by_supplier(note, format_time(occurred or self.clock()), owner_id, tracking, shipping_method_id)
            self.drop_ship_notes[note_id] = note
            self._revision += 1
            self.publish("drop-ship-note.modified.shipped", note_id)
            self._refresh_shipping_status(note["orderId"])

    def publish(self, event: str, resource_id: int) -> None:
        """Tell the listeners of an event."""
        for listener in self.listeners:
            listener(event, resource_id)

    # Inner workings

    def _order_record(self, order_id: int) -> AnyOrder:
        try:
            return self.orders[order_id]
        except KeyError:
            raise UnknownIdError(f"there is no order {order_id}") from None

    def _note_record(self, note_id: int) -> AnyNote:
        try:
            return self.notes[note_id]
        except KeyError:
            raise UnknownIdError(f"there is no goods-out note {note_id}") from None

    def _notes_of(self, order_id: int) -> list[int]:
        if isinstance(record := self.orders.get(order_id), ArchivedOrder):
            return self._notes_of_order.setdefault(order_id, [FIRST_NOTE + record.number])
        return self._notes_of_order.get(order_id, [])

    def _put_order(self, order_id: int, record: OrderRecord) -> None:
        self._seen_orders.wrote(order_id, self.orders.get(order_id))
        self.orders[order_id] = record
        self._changes.changed(order_id, parse_time(record.updated_on))

    def _put_note(self, note_id: int, note: Json) -> None:
        order_id = note.get("orderId") or 0
        order = self.orders.get(order_id)
        before = self.notes.get(note_id)
        if before is None:
            self._notes_of(order_id)
            self._notes_of_order.setdefault(order_id, []).append(note_id)
        self._seen_notes.wrote(note_id, before)
        record = self.notes[note_id] = note_record(note_id, note, order.channel_id if order else None)
        if record.shipped:
            self._open_notes.pop(note_id, None)
        else:
            self._open_notes[note_id] = record

    def _publish_stock(self, note: Json) -> None:
        places = [*note.get("transferRows", ()), *(place for row in note.get("orderRows", {}).values() for place in row)]
        for product_id in dict.fromkeys(place["productId"] for place in places):
            self.publish("product.modified.on-hand-modified", product_id)

    def _refresh_shipping_status(self, order_id: int) -> None:
        if order_id not in self.orders:
            return
        notes = [self.note(each) for each in self.note_ids(order_id)]
        notes += [note for note in self.drop_ship_notes.values() if note["orderId"] == order_id]
        with self.edit_order(order_id) as order:
            order["shippingStatusCode"] = shipping_status(order, notes)
        if order["shippingStatusCode"] == "ASS":
            self.publish("order.modified.fully-shipped", order_id)


def _cells_without_change(order: AnyOrder) -> Cells:
    if isinstance(order, OrderRecord) and order.unchanged:
        return order.cells_without_change()
    return order.cells


def shipping_status(order: Json, notes: Iterable[Json]) -> str:
    """NST, SNS, SPS or ASS: how much of an order's tracked rows its shipped notes cover."""
    ordered = {row_id: row["quantity"]["magnitude"] for row_id, row in order["orderRows"].items() if is_tracked(row)}
    if not ordered:
        return "NST"
    shipped: dict[str, Decimal] = {}
    for note in notes:
        if (note.get("status") or {}).get("shipped"):
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
