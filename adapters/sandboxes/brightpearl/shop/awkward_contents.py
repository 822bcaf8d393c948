"""Awkward sales whose rows, addresses or money are hard to read."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..times import format_time
from .catalogue import STAFF_ID, Product
from .documents import Sale, cents_of, money, order_row, random_rows, refresh_total, set_row_value, text_row
from .kinds import KindList, sale_with_note
from .people import BRITAIN, FRANCE, GERMANY, PORTUGAL, SPAIN, UNITED_STATES
from .sales import SaleMaker

PARTIES: Final = ("customer", "delivery", "billing")

content_kind = KindList()


def _set_address(sale: Sale, **values: object) -> None:
    for party in PARTIES:
        sale.order["parties"][party].update(values)


@content_kind
def bundle(maker: SaleMaker, age: timedelta) -> Sale:
    """A bundle: the parent row has the price, its two children have the stock."""
    sale = maker.make("", age, size=2)
    currency, vat = sale.country.currency, sale.country.vat
    parent_id = next(maker.numbers.row)
    for row in sale.rows.values():
        row["composition"].update(bundleChild=True, parentOrderRowId=parent_id)
        set_row_value(row, 0)
    parent = order_row(3, Product(690, "SET-TERRAZA", "Terrace set", 4990), 1, currency, vat)
    parent["composition"]["bundleParent"] = True
    sale.rows[str(parent_id)] = parent
    refresh_total(sale)
    maker.add_note(sale)
    return sale


@content_kind
def shipping_charge(maker: SaleMaker, age: timedelta) -> Sale:
    """A text row for the shipping charge beside the goods."""
    sale = maker.make("", age, size=2)
    sale.rows[str(next(maker.numbers.row))] = text_row(3, "Shipping", 495, sale.country.currency, sale.country.vat)
    refresh_total(sale)
    maker.add_note(sale)
    return sale


@content_kind
def voucher(maker: SaleMaker, age: timedelta) -> Sale:
    """A voucher: a text row with a negative value."""
    sale = maker.make("", age, size=2)
    sale.rows[str(next(maker.numbers.row))] = text_row(3, "Voucher HOLA5", -500, sale.country.currency, sale.country.vat)
    refresh_total(sale)
    maker.add_note(sale)
    return sale


@content_kind
def row_without_sku(maker: SaleMaker, age: timedelta) -> Sale:
    """A tracked product that never got a SKU."""
    sale = sale_with_note(maker, age, size=2)
    del next(iter(sale.rows.values()))["productSku"]
    return sale


def _country_by_name(sale: Sale, name: str) -> Sale:
    for party in PARTIES:
        address = sale.order["parties"][party]
        del address["countryIsoCode"], address["countryIsoCode3"]
        address.update(countryId=0, country=name)
    return sale


@content_kind
def country_by_name_english(maker: SaleMaker, age: timedelta) -> Sale:
    """No ISO code, only "United Kingdom"; in pounds."""
    return _country_by_name(sale_with_note(maker, age, country=BRITAIN), "United Kingdom")


@content_kind
def country_by_name_local(maker: SaleMaker, age: timedelta) -> Sale:
    """No ISO code, only "España"."""
    return _country_by_name(sale_with_note(maker, age, country=SPAIN), "España")


@content_kind
def empty_strings(maker: SaleMaker, age: timedelta) -> Sale:
    """Delivery e-mail, phone, county and company are empty texts; the customer's are not. There is no shipping method."""
    sale = sale_with_note(maker, age, country=FRANCE)
    sale.delivery.update(email="", telephone="", addressLine4="", companyName="", addressLine2="")
    sale.order["parties"]["customer"].update(companyName="Maison Verte SARL")
    sale.order["reference"] = ""
    sale.order["delivery"]["shippingMethodId"] = sale.note["shipping"]["shippingMethodId"] = None
    return sale


@content_kind
def absent_fields(maker: SaleMaker, age: timedelta) -> Sale:
    """The same, with the fields left out."""
    sale = sale_with_note(maker, age, country=GERMANY)
    for name in ("email", "telephone", "mobileTelephone", "fax", "addressLine2", "addressLine4", "companyName"):
        sale.delivery.pop(name, None)
    for name in ("invoices", "delivery", "acknowledged", "warehouseId"):
        del sale.order[name]
    return sale


@content_kind
def non_ascii_and_emoji(maker: SaleMaker, age: timedelta) -> Sale:
    """Letters of many scripts and an emoji in the names."""
    sale = sale_with_note(maker, age, country=SPAIN, size=2)
    sale.delivery.update(
        addressFullName="Łucja Żółć-Ñandú 🌱", companyName="花屋 & Söhne", addressLine1="Straße “Ñ” nº 5 – ático"
    )
    next(iter(sale.rows.values()))["productName"] = "Maceta “Otoño” 🌻 ½ l"
    return sale


@content_kind
def us_state(maker: SaleMaker, age: timedelta) -> Sale:
    """To the USA, in dollars; the state stands in line 4, the ZIP code begins with a zero."""
    sale = sale_with_note(maker, age, country=UNITED_STATES)
    _set_address(sale, addressLine3="Boston", addressLine4="MA", postalCode="02108")
    return sale


@content_kind
def dst_offset(maker: SaleMaker, age: timedelta) -> Sale:
    """Pre-ordered before the clocks changed: placedOn has another offset than the note's dates."""
    sale = sale_with_note(maker, age)
    recent = maker.now - age
    long_ago = recent - timedelta(days=30)
    while format_time(long_ago)[-6:] == format_time(recent)[-6:]:
        long_ago -= timedelta(days=15)
    for name in ("placedOn", "createdOn"):
        sale.order[name] = format_time(long_ago)
    return sale


@content_kind
def zero_value(maker: SaleMaker, age: timedelta) -> Sale:
    """A free replacement: every row costs nothing."""
    sale = sale_with_note(maker, age, size=2)
    for row in sale.rows.values():
        set_row_value(row, 0)
    sale.order["orderPaymentStatus"] = "NOT_APPLICABLE"
    refresh_total(sale)
    return sale


@content_kind
def gift(maker: SaleMaker, age: timedelta) -> Sale:
    """A gift message and a zone in custom fields."""
    sale = sale_with_note(maker, age)
    sale.custom_fields.update(PCF_GIFT="Para la abuela: ¡felicidades!", PCF_ZONE={"id": 6, "value": "North"})
    return sale


@content_kind
def very_long_name(maker: SaleMaker, age: timedelta) -> Sale:
    """A name and a street far longer than a label."""
    sale = sale_with_note(maker, age, country=PORTUGAL)
    sale.delivery.update(addressFullName="Maria da Conceição " * 12 + "Silva", addressLine1="Rua das Amoreiras " * 9 + "14")
    return sale


@content_kind
def broken_quantity(maker: SaleMaker, age: timedelta) -> Sale:
    """Unmappable: a row's quantity is a word."""
    sale = sale_with_note(maker, age, size=2)
    next(iter(sale.rows.values()))["quantity"]["magnitude"] = "two"
    return sale


@content_kind
def row_missing_in_order(maker: SaleMaker, age: timedelta) -> Sale:
    """Unmappable: the note ships a row that the order does not have."""
    sale = sale_with_note(maker, age, size=2)
    sale.rows.pop(next(iter(sale.rows)))
    refresh_total(sale)
    return sale


@content_kind
def html_order_notes(maker: SaleMaker, age: timedelta) -> Sale:
    """Two order notes, one of them HTML."""
    sale = sale_with_note(maker, age)
    texts = ("<p>Dejar en <b>portería</b>&nbsp;&mdash; no llamar<br/>gracias</p>", "Customer rang: deliver after 17:00")
    for index, text in enumerate(texts):
        sale.order_notes.append(
            {
                "noteId": next(maker.numbers.order_note),
                "contactId": sale.order["parties"]["customer"]["contactId"],
                "text": text,
                "isPublic": index == 0,
                "addedOn": sale.order["createdOn"],
                "addedBy": STAFF_ID,
                "orderStatusId": 22,
            }
        )
    return sale


@content_kind
def company(maker: SaleMaker, age: timedelta) -> Sale:
    """A company at its own address, billed to head office."""
    sale = sale_with_note(maker, age, country=SPAIN)
    sale.delivery.update(addressFullName="Recepción", companyName="Hotel Miramar S.A.")
    sale.order["parties"]["billing"].update(
        companyName="Grupo Miramar S.A.",
        addressFullName="Contabilidad",
        addressLine3="Madrid",
        addressLine4="Madrid",
        postalCode="28046",
    )
    return sale


@content_kind
def thirty_rows(maker: SaleMaker, age: timedelta) -> Sale:
    """Thirty order rows; some SKUs occur twice."""
    sale = maker.make("", age, size=15)
    more = random_rows(maker.rng, maker.numbers, sale.country.currency, sale.country.vat, 15)
    for position, row in enumerate(more.values(), 16):
        row["orderRowSequence"] = str(position * 10)
    sale.rows.update(more)
    refresh_total(sale)
    maker.add_note(sale)
    return sale


@content_kind
def leading_zero(maker: SaleMaker, age: timedelta) -> Sale:
    """A postal code that begins with a zero."""
    sale = sale_with_note(maker, age, country=GERMANY)
    _set_address(sale, addressLine3="Dresden", addressLine4="Sachsen", postalCode="01067")
    return sale


@content_kind
def northern_ireland(maker: SaleMaker, age: timedelta) -> Sale:
    """Northern Ireland, in pounds."""
    sale = sale_with_note(maker, age, country=BRITAIN)
    _set_address(sale, addressLine3="Belfast", addressLine4="Co. Antrim", postalCode="BT1 5GS")
    return sale


@content_kind
def canary_islands(maker: SaleMaker, age: timedelta) -> Sale:
    """Spain outside the customs union."""
    sale = sale_with_note(maker, age, country=SPAIN)
    _set_address(sale, addressLine3="Las Palmas de Gran Canaria", addressLine4="Las Palmas", postalCode="35001")
    return sale


@content_kind
def indivisible_price(maker: SaleMaker, age: timedelta) -> Sale:
    """A fractional price per piece: the row's net value does not divide by its quantity."""
    sale = maker.make("", age, size=1)
    row = next(iter(sale.rows.values()))
    row["quantity"]["magnitude"] = "3.0000"
    set_row_value(row, cents_of("10.00"))
    row["discountPercentage"] = money(1000)
    refresh_total(sale)
    maker.add_note(sale)
    return sale
