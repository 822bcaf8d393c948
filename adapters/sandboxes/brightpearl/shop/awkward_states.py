"""Awkward sales whose notes, channel or type decide whether they are imported at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..times import format_time
from .catalogue import STATUS_NAMES, WAREHOUSE_LOCATIONS
from .documents import Sale, build_drop_ship_note, cents_of, full_contents, refresh_total, set_row_value
from .kinds import KindList, sale_with_note
from .people import SPAIN
from .sales import PACKED, PICKED, SHIPPED, SaleMaker

OLD_NOTE_AGE: Final = timedelta(days=120)

state_kind = KindList()


@state_kind
def not_printed(maker: SaleMaker, age: timedelta) -> Sale:
    """The note is created and nothing more."""
    return sale_with_note(maker, age, ())


@state_kind
def printed_and_picked(maker: SaleMaker, age: timedelta) -> Sale:
    """Printed, and already picked."""
    return sale_with_note(maker, age, PICKED)


@state_kind
def printed_and_packed(maker: SaleMaker, age: timedelta) -> Sale:
    """Printed, picked and packed."""
    return sale_with_note(maker, age, PACKED)


@state_kind
def shipped(maker: SaleMaker, age: timedelta) -> Sale:
    """Shipped by someone else."""
    return sale_with_note(maker, age, SHIPPED)


@state_kind
def shipped_never_printed(maker: SaleMaker, age: timedelta) -> Sale:
    """An old record: shipped, although no print was ever noted."""
    sale = sale_with_note(maker, age, SHIPPED)
    status = sale.note["status"]
    for flag in ("printed", "picked", "packed"):
        status[flag] = False
        del status[f"{flag}On"], status[f"{flag}ById"]
    sale.note["events"] = [event for event in sale.note["events"] if event["eventCode"] in ("PLA", "SHW")]
    return sale


@state_kind
def two_notes(maker: SaleMaker, age: timedelta) -> Sale:
    """Two printed notes that share the order, one of them with part of a row's quantity."""
    sale = maker.make("", age, size=2)
    row = next(iter(sale.rows.values()))
    row["quantity"]["magnitude"] = "3.0000"
    set_row_value(row, 3 * cents_of(row["productPrice"]["value"]))
    refresh_total(sale)
    maker.add_in_two(sale)
    return sale


@state_kind
def two_notes_one_shipped(maker: SaleMaker, age: timedelta) -> Sale:
    """Two notes: the second has left, the first is printed."""
    sale = maker.make("", age, size=3)
    maker.add_in_two(sale, SHIPPED)
    return sale


@state_kind
def several_locations(maker: SaleMaker, age: timedelta) -> Sale:
    """One row is picked from two locations, so the note lists it twice."""
    sale = maker.make("", age, size=2)
    row_id, row = next(iter(sale.rows.items()))
    row["quantity"]["magnitude"] = "3.0000"
    set_row_value(row, 3 * cents_of(row["productPrice"]["value"]))
    refresh_total(sale)
    first, second = WAREHOUSE_LOCATIONS[sale.order["warehouseId"]][:2]
    contents = full_contents(sale.rows, first)
    contents[row_id] = [
        {"productId": row["productId"], "quantity": 2, "locationId": first},
        {"productId": row["productId"], "quantity": 1, "locationId": second},
    ]
    maker.add_note(sale, contents=contents)
    return sale


@state_kind
def beside_a_transfer(maker: SaleMaker, age: timedelta) -> Sale:
    """An ordinary order; the next note id is a stock transfer between warehouses, printed, of no order."""
    sale = sale_with_note(maker, age)
    note_id = maker.add_note(sale)
    transfer = sale.notes[note_id]
    rows = transfer.pop("orderRows")
    transfer.update(
        orderId=0,
        transfer=True,
        targetWarehouseId=5,
        stockTransferId=9,
        sequence=1,
        transferRows=[place for places in rows.values() for place in places],
    )
    return sale


@state_kind
def wrong_channel(maker: SaleMaker, age: timedelta) -> Sale:
    """Sold on Amazon; printed."""
    return sale_with_note(maker, age, channel_id=3)


@state_kind
def channel_zero(maker: SaleMaker, age: timedelta) -> Sale:
    """An order without a channel."""
    return sale_with_note(maker, age, channel_id=0)


@state_kind
def purchase_order(maker: SaleMaker, age: timedelta) -> Sale:
    """A purchase order with a note; its parties are a supplier and no customer."""
    sale = sale_with_note(maker, age, country=SPAIN)
    parties = sale.order["parties"]
    parties["supplier"] = parties.pop("customer")
    sale.order.update(orderTypeCode="PO", reference="PO-77", orderStatus={"orderStatusId": 7, "name": STATUS_NAMES["7"]})
    return sale


@state_kind
def sales_credit(maker: SaleMaker, age: timedelta) -> Sale:
    """A credit for an earlier order, with a note."""
    sale = sale_with_note(maker, age)
    sale.order.update(
        orderTypeCode="SC", parentOrderId=sale.order["id"] - 1, orderStatus={"orderStatusId": 10, "name": STATUS_NAMES["10"]}
    )
    return sale


@state_kind
def no_note(maker: SaleMaker, age: timedelta) -> Sale:
    """An order without any goods-out note."""
    return maker.make("", age)


@state_kind
def drop_ship(maker: SaleMaker, age: timedelta) -> Sale:
    """A supplier ships it: a drop-ship note, no goods-out note."""
    sale = maker.make("", age)
    sale.order["isDropship"] = True
    stamp = format_time(maker.now - age)
    sale.drop_ship_notes[next(maker.numbers.note)] = build_drop_ship_note(sale.order, stamp)
    return sale


@state_kind
def outside_window(maker: SaleMaker, _age: timedelta) -> Sale:
    """A printed note that was created 120 days ago."""
    sale = maker.make("", OLD_NOTE_AGE)
    maker.add_note(sale)
    return sale
