"""Sales as they come in every day: an order, and its goods-out notes in some state."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from ..note_events import apply_event
from ..replies import Json
from ..times import format_time
from .catalogue import STAFF_ID, WEB_SHOP
from .documents import Numbers, OrderHead, Sale, build_note, build_order, default_location, full_contents, random_rows
from .people import Country, make_address, pick_country

PRINTED: Final = ("PRI",)
PICKED: Final = ("PRI", "PIC")
PACKED: Final = ("PRI", "PIC", "PAC")
SHIPPED: Final = ("SHW",)

_CHANNELS: Final = (WEB_SHOP, 1, 3, 4)
_CHANNEL_WEIGHTS: Final = (70, 10, 12, 8)
_STATES: Final = (PRINTED, PICKED, PACKED, (), SHIPPED)
_STATE_WEIGHTS: Final = (66, 8, 5, 9, 12)
_SHARE_WITHOUT_NOTE: Final = 0.02
_SIZES: Final = (1, 2, 3, 4)
_SIZE_WEIGHTS: Final = (5, 3, 2, 1)


class SaleMaker:
    """Makes sales from one source of chance and one set of counters, so that a seed always gives the same ones."""

    def __init__(self, rng: Random, numbers: Numbers, now: datetime) -> None:
        self.rng = rng
        self.numbers = numbers
        self.now = now

    def make(
        self, kind: str, age: timedelta, *, country: Country | None = None, channel_id: int = WEB_SHOP, size: int | None = None
    ) -> Sale:
        """A sales order placed `age` before now, without a note."""
        rng = self.rng
        country = country or pick_country(rng)
        placed = self.now - age
        rows = random_rows(rng, self.numbers, country.currency, country.vat, size or rng.choices(_SIZES, _SIZE_WEIGHTS)[0])
        order_id = next(self.numbers.order)
        head = OrderHead(
            order_id,
            f"WEB-{order_id - 6000}",
            channel_id,
            country,
            make_address(rng, country),
            next(self.numbers.contact),
            placed,
            placed + timedelta(hours=1),
            3 if rng.random() < 0.85 else 5,
        )
        return Sale(kind, build_order(head, rows), country)

    def add_note(
        self, sale: Sale, states: tuple[str, ...] = PRINTED, *, contents: Json | None = None, age: timedelta | None = None
    ) -> int:
        """Give the sale one more goods-out note, created `age` before now, and bring it to a state; returns its id.

        Without `contents` the note ships all tracked rows whole. Each event comes half an hour after the one before.
        """
        order = sale.order
        moment = self.now - age if age is not None else datetime.fromisoformat(order["placedOn"]) + timedelta(hours=1)
        if contents is None:
            contents = full_contents(sale.rows, default_location(order["warehouseId"]))
        note = build_note(order, contents, moment, next(self.numbers.event_version), sequence=len(sale.notes) + 1)
        for code in states:
            moment += timedelta(minutes=30)
            apply_event(note, code, format_time(moment), STAFF_ID, next(self.numbers.event_version))
        note_id = next(self.numbers.note)
        sale.notes[note_id] = note
        if note_id % 2:
            # Live replies list events in no order of time; half of these do as well.
            note["events"].reverse()
        if note["status"]["shipped"]:
            note["shipping"].update(reference=f"1Z999AA1{note_id:010d}", boxes=1, weight="2.50")
            all_shipped = all(each["status"]["shipped"] for each in sale.notes.values())
            order["shippingStatusCode"] = "ASS" if all_shipped else "SPS"
        return note_id

    def daily(self, kind: str, age: timedelta) -> Sale:
        """A sale of any channel, as often as each sells, without a note."""
        return self.make(kind, age, channel_id=self.rng.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0])

    def ordinary(self, age: timedelta) -> Sale:
        """A sale of an ordinary day: any channel, mostly one printed note, now and then none, or two."""
        rng = self.rng
        sale = self.daily("ordinary", age)
        if rng.random() < _SHARE_WITHOUT_NOTE:
            return sale
        states = rng.choices(_STATES, _STATE_WEIGHTS)[0]
        if len(sale.rows) > 1 and rng.random() < 0.05:
            self.add_in_two(sale, states)
        else:
            self.add_note(sale, states)
        return sale

    def printed(self, age: timedelta) -> Sale:
        """A sale of the web shop with one printed note that ships all of it."""
        sale = self.make("printed", age)
        self.add_note(sale)
        return sale

    def add_in_two(self, sale: Sale, states: tuple[str, ...] = PRINTED) -> None:
        """Two notes: the first ships one piece of the first row, the second the rest."""
        first, second = halves(full_contents(sale.rows, default_location(sale.order["warehouseId"])))
        self.add_note(sale, contents=first)
        self.add_note(sale, states, contents=second)


def halves(contents: Json) -> tuple[Json, Json]:
    """A note's contents in two parts: one piece of the first row, and all the rest.

    Raises ValueError when there is only one piece.
    """
    row_id, places = next(iter(contents.items()))
    place = places[0]
    first = {row_id: [{**place, "quantity": 1}]}
    rest = [{**place, "quantity": place["quantity"] - 1}] if place["quantity"] > 1 else []
    second = {key: value for key, value in contents.items() if key != row_id}
    if rest or places[1:]:
        second = {row_id: [*rest, *places[1:]], **second}
    if not second:
        raise ValueError("the note holds one piece only")
    return first, second
