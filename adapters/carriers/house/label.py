"""What stands where on a label of 4 × 6 inches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.carriers.house import words
from adapters.carriers.house.numbers import grouped
from adapters.carriers.house.options import ADULT_SIGNATURE, SIGNATURE, cash_on_delivery, confirmation, saturday_delivery
from adapters.documents.drawing.barcodes import CODE128_QUIET, QR_QUIET, code128_bars, qr_rows
from adapters.documents.drawing.elements import (
    DOTS_PER_MM,
    Align,
    Box,
    Code128,
    Element,
    Frame,
    Page,
    QrCode,
    Words,
)
from adapters.documents.drawing.fitting import Area, Paragraph, fit, fit_line
from adapters.documents.typeface import seen, width
from adapters.documents.words import day_words
from engine.model.label import LabelRequest, PostalAddress
from engine.model.store_preferences import Brand
from rules.messages import Language, Text

WIDTH, HEIGHT = 101.6, 152.4  # 4 × 6 inches
_LEFT, _RIGHT = 4.0, WIDTH - 4.0
_INNER = _RIGHT - _LEFT
_THICK, _THIN = 0.5, 0.25
_CAPTION = 2.3
_WIDEST_BAR, _LARGEST_SQUARE = 4, 8  # dots
_QR_ROOM = 25.5  # with its quiet zone
_SIGNATURES = {SIGNATURE: words.SIGNATURE, ADULT_SIGNATURE: words.ADULT_SIGNATURE}


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """What one label says."""

    request: LabelRequest
    parcel: int  # counted from 0
    number: str
    service: str  # as people call it
    carrier: str
    language: Language
    is_copy: bool = False
    brand: Brand | None = None  # of the packing slip; None: the sender's name

    @property
    def place(self) -> str:
        """`2 / 3`."""
        return f"{self.parcel + 1} / {len(self.request.parcels)}"


def label_page(label: ParcelLabel) -> Page:
    """The label of one parcel."""
    parts = (_sender, _facts, _recipient, _service, _order, _number)
    return Page(WIDTH, HEIGHT, tuple(element for part in parts for element in part(label)))


def _sender(label: ParcelLabel) -> Iterator[Element]:
    request, address = label.request, label.request.ship_from
    sender = request.sender or address.company or address.name
    through = ", ".join(one for one in dict.fromkeys((address.company, address.name)) if one and one != sender)
    streets = ", ".join(one for one in (address.street1, address.street2, address.street3) if one)
    city = " ".join(one for one in (address.postal_code, address.city) if one)
    country = words.country_words(address.country, label.language)
    lines = [Paragraph(sender, bold=True), *map(Paragraph, (through, streets, city, country))]
    yield _caption(words.FROM, _LEFT, 6.3, label)
    yield from fit(lines, Area(_LEFT, 7.4, 57, 18), largest=3.2, smallest=2.0)
    yield Box(63, 4, _THIN, 22)
    yield Box(_LEFT, 26.5, _INNER, _THICK)


def _facts(label: ParcelLabel) -> Iterator[Element]:
    request, language = label.request, label.language
    facts = (
        (words.SHIP_DATE, day_words(request.ship_date, language)),
        (words.WEIGHT, words.weight_words(request.parcels[label.parcel].weight_g, language)),
        (words.CARRIER, label.carrier),
    )
    for number, (caption, value) in enumerate(facts):
        y = 6.3 + number * 7.2
        yield _caption(caption, 65, y, label)
        yield fit_line(value, 65, y + 4, _RIGHT - 65, largest=3.6, smallest=2.2, bold=True)


def _recipient(label: ParcelLabel) -> Iterator[Element]:
    address = label.request.ship_to
    yield _caption(words.TO, _LEFT, 30.4, label)
    if address.phone:
        phone = words.PHONE.format(label.language, phone=address.phone)
        yield fit_line(phone, _RIGHT, 30.6, 60, largest=2.8, smallest=2.0, align=Align.RIGHT)
    lines = [Paragraph(address.name, bold=True), Paragraph(address.company, bold=not address.name)]
    lines += map(Paragraph, (address.street1, address.street2, address.street3))
    yield from fit(lines, Area(_LEFT, 32, _INNER, 26), largest=5.0, smallest=2.4)
    yield from _city(address)
    country = words.country_words(address.country, label.language).upper()
    yield fit_line(country, _LEFT, 77.3, 72, largest=6.0, smallest=2.2, bold=True)
    yield Box(_RIGHT - 16, 70.5, 16, 9)
    yield fit_line(address.country, _RIGHT - 8, 77.3, 14, largest=6.5, smallest=3, bold=True, align=Align.CENTER, inverse=True)
    yield Box(_LEFT, 81, _INNER, _THICK)


def _city(address: PostalAddress) -> Iterator[Element]:
    """The postal code, as large as it fits, and beside it the city with its state."""
    left = _LEFT
    if address.postal_code:
        code = fit_line(address.postal_code, _LEFT, 67.3, 46, largest=9.0, smallest=3.5, bold=True)
        yield code
        left += width(code.shown, bold=True) * code.size + 3
    is_state_new = address.state.casefold() != address.city.casefold()
    city = ", ".join(one for one in (address.city, address.state if is_state_new else "") if one)
    lines = fit([Paragraph(city, bold=True)], Area(left, 59.5, _RIGHT - left, 10), largest=6.5, smallest=2.4)
    yield from [replace(lines[0], y=67.3)] if len(lines) == 1 else lines


def _service(label: ParcelLabel) -> Iterator[Element]:
    yield _caption(words.SERVICE, _LEFT, 84.9, label)
    orders = fit([Paragraph(_special_orders(label), bold=True)], Area(_LEFT, 91, 61, 7.2), largest=3.4, smallest=2.0)
    area = Area(_LEFT, 85.5, 61, (12, 7.3, 5.5)[min(len(orders), 2)])
    yield from fit([Paragraph(label.service, bold=True)], area, largest=6.0, smallest=2.4)
    yield from [replace(orders[0], y=96)] if len(orders) == 1 else orders
    yield Frame(67, 83, _RIGHT - 67, 13.5, 0.375)
    yield Words(69, 86.3, seen(words.PARCEL.format(label.language)), _CAPTION)
    middle = (67 + _RIGHT) / 2
    yield fit_line(label.place, middle, 94.3, 28, largest=8.0, smallest=3.0, bold=True, align=Align.CENTER)
    yield Box(_LEFT, 98.5, _INNER, _THICK)


def _special_orders(label: ParcelLabel) -> str:
    """What whoever delivers has to do beside handing it over."""
    request, language = label.request, label.language
    orders = []
    collected = cash_on_delivery(request)
    if collected is not None and label.parcel == 0:  # once
        amount = words.amount_words(collected, request.currency, language)
        orders.append(words.COLLECT.format(language, amount=amount))
    if signature := _SIGNATURES.get(confirmation(request)):
        orders.append(signature.format(language))
    if saturday_delivery(request):
        orders.append(words.SATURDAY_DELIVERY.format(language))
    return " · ".join(orders)


def _order(label: ParcelLabel) -> Iterator[Element]:
    room = _INNER - _QR_ROOM - 3
    if label.request.order_number:
        yield _caption(words.ORDER, _LEFT, 102.4, label)
        number = Paragraph(label.request.order_number, bold=True)
        yield from fit([number], Area(_LEFT, 103.2, room, 9.5), largest=7.5, smallest=2.4)
    if label.is_copy:
        yield Box(_LEFT, 113.5, room, 9.5)
        mark = words.COPY.format(label.language)
        yield fit_line(
            mark, _LEFT + room / 2, 120.9, room - 4, largest=7.5, smallest=5, bold=True, align=Align.CENTER, inverse=True
        )
    squares = len(qr_rows(label.number))
    module = min(int(_QR_ROOM * DOTS_PER_MM / (squares + 2 * QR_QUIET)), _LARGEST_SQUARE)
    quiet = (_QR_ROOM - squares * module / DOTS_PER_MM) / 2
    yield QrCode(_RIGHT - _QR_ROOM + quiet, 99.2 + quiet, module, label.number)
    yield Box(_LEFT, 125, _INNER, _THICK)


def _number(label: ParcelLabel) -> Iterator[Element]:
    modules = code128_bars(label.number)[1]
    module = max(1, min(int(WIDTH * DOTS_PER_MM / (modules + 2 * CODE128_QUIET)), _WIDEST_BAR))
    left = (WIDTH - modules * module / DOTS_PER_MM) / 2
    yield Code128(left, 127.5, 16.5, module, label.number)
    yield fit_line(grouped(label.number), WIDTH / 2, 149.2, _INNER, largest=4.8, smallest=2.4, bold=True, align=Align.CENTER)


def _caption(caption: Text, x: float, y: float, label: ParcelLabel) -> Words:
    return Words(x, y, seen(caption.format(label.language)), _CAPTION)
