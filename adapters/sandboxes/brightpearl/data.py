"""The account's data, and what people at the desk do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from .ledger import Ledger, UnknownIdError
from .note_events import already_shipped
from .shop.catalogue import STATUS_NAMES, WEB_SHOP
from .shop.documents import Numbers, build_drop_ship_note, default_location, full_contents
from .shop.people import SPAIN
from .shop.sales import PRINTED, SaleMaker, halves
from .times import format_time

__all__ = ["ADDRESS_FIELDS", "SandboxData", "UnknownIdError"]

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


class SandboxData(Ledger):
    """All that the sandbox's account holds, with the steps that people take in Brightpearl's own screens.

    `clock` gives the aware time of changes, `seed` decides what new orders look like.
    """

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), numbers: Numbers | None = None, seed: int = 0
    ) -> None:
        super().__init__(clock, numbers)
        self._rng = Random(seed)  # noqa: S311 - made-up orders, repeatable

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
                if printed:
                    self.publish("goods-out-note.modified.printed", note_id)
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

    def add_drop_ship_note(self, order_id: int) -> int:
        """Let a supplier ship an order; returns the new drop-ship note's id. Raises UnknownIdError."""
        with self.lock:
            note_id = next(self.numbers.note)
            self.drop_ship_notes[note_id] = build_drop_ship_note(self.order(order_id), format_time(self.clock()))
            self.publish("drop-ship-note.created", note_id)
            return note_id

    def delete_drop_ship_note(self, note_id: int) -> None:
        """Delete a drop-ship note that has not shipped. Raises UnknownIdError, or ApiError when it has."""
        with self.lock:
            if self.drop_ship_note(note_id)["status"]["shipped"]:
                raise already_shipped()
            del self.drop_ship_notes[note_id]
            self.publish("drop-ship-note.destroyed", note_id)

    def set_status(self, order_id: int, status_id: int) -> None:
        """Give an order another status. Raises UnknownIdError, or ValueError for a status that does not exist."""
        name = STATUS_NAMES.get(str(status_id))
        if name is None:
            raise ValueError(f"there is no order status {status_id}")
        with self.edit_order(order_id, event="order.modified.order-status") as order:
            order["orderStatus"] = {"orderStatusId": status_id, "name": name}
