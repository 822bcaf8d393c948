"""Builders of the documents of one sale: the order, its rows, its goods-out notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from ..replies import Json
from ..times import format_time
from .catalogue import (
    ACCOUNTING_CURRENCY,
    FREE_TEXT_PRODUCT,
    PRODUCTS,
    RATES,
    STAFF_ID,
    STATUS_NAMES,
    WAREHOUSE_LOCATIONS,
    Product,
)
from .people import Country


class Numbers:
    """The account's counters: each kind of id rises by itself."""

    def __init__(self, first_order: int = 7001, first_note: int = 81, first_row: int = 9101) -> None:
        self.order = count(first_order)
        self.note = count(first_note)
        self.row = count(first_row)
        self.contact = count(310)
        self.order_note = count(401)
        self.event_version = count(551203)


@dataclass(slots=True)
class Sale:
    """One order with everything that hangs on it. `notes` maps note ids to goods-out notes."""

    kind: str
    order: Json
    country: Country
    notes: dict[int, Json] = field(default_factory=dict)
    drop_ship_notes: dict[int, Json] = field(default_factory=dict)
    order_notes: list[Json] = field(default_factory=list)
    custom_fields: Json = field(default_factory=dict)

    @property
    def note(self) -> Json:
        """The first goods-out note."""
        return next(iter(self.notes.values()))

    @property
    def delivery(self) -> Json:
        """The delivery party."""
        party: Json = self.order["parties"]["delivery"]
        return party

    @property
    def rows(self) -> Json:
        """The order rows by row id."""
        rows: Json = self.order["orderRows"]
        return rows


def money(cents: int, places: int = 2) -> str:
    """Cents as a decimal text with at least two places."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02d}" + "0" * (places - 2)


def cents_of(text: str) -> int:
    """The cents of a decimal text, cut after the second place."""
    return int(Decimal(text) * 100)


def order_row(sequence: int, product: Product, quantity: int, currency: str, vat: int) -> Json:
    """An order row of a stock-tracked product."""
    net = product.price_cents * quantity
    return {
        "orderRowSequence": str(sequence * 10),
        "productId": product.id,
        "productName": product.name,
        "productSku": product.sku,
        "quantity": {"magnitude": f"{quantity}.0000"},
        "itemCost": {"currencyCode": ACCOUNTING_CURRENCY, "value": money(product.price_cents * 2 // 5, 4)},
        "productPrice": {"currencyCode": currency, "value": money(product.price_cents, 4)},
        "discountPercentage": "0.00",
        "rowValue": _row_value(net, currency, vat),
        "productOptions": dict(product.options),
        "nominalCode": "4000",
        "composition": {"bundleParent": False, "bundleChild": False, "parentOrderRowId": 0},
        "clonedFromId": 0,
    }


def text_row(sequence: int, name: str, net_cents: int, currency: str, vat: int) -> Json:
    """A row without a product: a shipping charge, a voucher (negative)."""
    row = order_row(sequence, Product(FREE_TEXT_PRODUCT, "", name, net_cents), 1, currency, vat)
    del row["productSku"]
    return row


def _row_value(net_cents: int, currency: str, vat: int) -> Json:
    tax = round(net_cents * vat / 100)
    return {
        "taxRate": f"{vat}.0000",
        "taxCode": f"T{vat}",
        "taxCalculator": "brightpearl",
        "rowNet": {"currencyCode": currency, "value": money(net_cents, 4)},
        "rowTax": {"currencyCode": currency, "value": money(tax)},
        "taxClassId": 7,
    }


def set_row_value(row: Json, net_cents: int) -> None:
    """Give a row another net value, at its own tax rate and currency."""
    value = row["rowValue"]
    row["rowValue"] = _row_value(net_cents, value["rowNet"]["currencyCode"], int(Decimal(value["taxRate"])))


def random_rows(rng: Random, numbers: Numbers, currency: str, vat: int, size: int) -> Json:
    """`size` rows of different products, by new row ids."""
    products = rng.sample(PRODUCTS, size)
    return {
        str(next(numbers.row)): order_row(index, product, rng.choice((1, 1, 1, 2, 3)), currency, vat)
        for index, product in enumerate(products, 1)
    }


def total_value(rows: Iterable[Json], currency: str) -> Json:
    """The order's `totalValue`, added up from its rows."""
    net = tax = 0
    for row in rows:
        net += cents_of(row["rowValue"]["rowNet"]["value"])
        tax += cents_of(row["rowValue"]["rowTax"]["value"])
    rate = float(RATES[currency])
    base_net, base_tax = round(net / rate), round(tax / rate)
    return {
        "net": money(net),
        "taxAmount": money(tax),
        "baseNet": money(base_net),
        "baseTaxAmount": money(base_tax),
        "baseTotal": money(base_net + base_tax),
        "total": money(net + tax),
    }


def refresh_total(sale: Sale) -> None:
    """Add the order's total up again after its rows were changed."""
    sale.order["totalValue"] = total_value(sale.rows.values(), sale.order["currency"]["orderCurrencyCode"])


@dataclass(frozen=True, slots=True)
class OrderHead:
    """What an order's builder has to be told."""

    id: int
    reference: str
    channel_id: int
    country: Country
    address: Json
    contact_id: int
    placed: datetime
    updated: datetime
    warehouse_id: int


def build_order(head: OrderHead, rows: Json) -> Json:
    """The sales order as Brightpearl's order GET shows it, without custom fields."""
    currency = head.country.currency
    created = format_time(head.placed + timedelta(seconds=5))
    placed = format_time(head.placed)
    return {
        "id": head.id,
        "parentOrderId": 0,
        "orderTypeCode": "SO",
        "reference": head.reference,
        "version": 1,
        "state": {"tax": "READY"},
        "orderStatus": {"orderStatusId": 22, "name": STATUS_NAMES["22"]},
        "tax": {"errors": []},
        "orderPaymentStatus": "PAID",
        "stockStatusCode": "SOA",
        "allocationStatusCode": "AAA",
        "shippingStatusCode": "SNS",
        "placedOn": placed,
        "createdOn": created,
        "updatedOn": format_time(head.updated),
        "createdById": STAFF_ID,
        "priceListId": 2,
        "priceModeCode": "EXC",
        "delivery": {"deliveryDate": format_time(head.placed + timedelta(days=4)), "shippingMethodId": head.country.method_id},
        "invoices": [{"invoiceReference": f"SI-{head.id}", "taxDate": placed, "dueDate": placed}],
        "currency": {
            "accountingCurrencyCode": ACCOUNTING_CURRENCY,
            "orderCurrencyCode": currency,
            "exchangeRate": RATES[currency],
            "fixedExchangeRate": True,
        },
        "totalValue": total_value(rows.values(), currency),
        "assignment": {
            "current": {"staffOwnerContactId": 0, "projectId": 0, "channelId": head.channel_id, "leadSourceId": 0, "teamId": 0}
        },
        "parties": {
            "customer": {"contactId": head.contact_id, **head.address},
            "delivery": dict(head.address),
            "billing": {"contactId": head.contact_id, **head.address},
        },
        "orderRows": rows,
        "warehouseId": head.warehouse_id,
        "acknowledged": 0,
        "costPriceListId": 1,
        "historicalOrder": False,
        "isDropship": False,
        "orderWeighting": 100,
    }


def is_tracked(row: Json) -> bool:
    """Whether a row moves stock: no text row, no bundle's parent."""
    return row["productId"] != FREE_TEXT_PRODUCT and not row["composition"]["bundleParent"]


def full_contents(rows: Json, location_id: int) -> Json:
    """A note's `orderRows` that ships every tracked row of the order whole, from one location."""
    return {
        row_id: [
            {"productId": row["productId"], "quantity": int(Decimal(row["quantity"]["magnitude"])), "locationId": location_id}
        ]
        for row_id, row in rows.items()
        if is_tracked(row)
    }


def build_note(
    order: Json, contents: Json, created: datetime, version: int, *, sequence: int = 1, warehouse_id: int | None = None
) -> Json:
    """A goods-out note just created: nothing printed, one PLA event."""
    stamp = format_time(created)
    warehouse = order["warehouseId"] if warehouse_id is None else warehouse_id
    return {
        "orderId": order["id"],
        "warehouseId": warehouse,
        "transfer": False,
        "priority": False,
        "status": {"shipped": False, "packed": False, "picked": False, "printed": False},
        "shipping": {"reference": "", "shippingMethodId": order["delivery"]["shippingMethodId"]},
        "releaseDate": stamp,
        "createdOn": stamp,
        "createdBy": STAFF_ID,
        "orderRows": contents,
        "sequence": sequence,
        "events": [{"occured": stamp, "eventOwnerId": STAFF_ID, "eventCode": "PLA"}],
        "lastEventVersion": version,
    }


def build_drop_ship_note(order: Json, stamp: str) -> Json:
    """A note by which a supplier ships the whole order, placed at a time as it will be shown."""
    return {
        "orderId": order["id"],
        "purchaseOrderId": 9000,
        "supplierId": 205,
        "status": {"shipped": False},
        "orderRows": full_contents(order["orderRows"], 0),
        "createdOn": stamp,
        "events": [{"occured": stamp, "eventOwnerId": STAFF_ID, "eventCode": "PLA"}],
    }


def default_location(warehouse_id: int) -> int:
    """The location that a warehouse ships from when nothing else is said."""
    return WAREHOUSE_LOCATIONS.get(warehouse_id, (14,))[0]
