"""A4: the label on the upper half, what is in the shipment below, and further sheets where there is more of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.carriers.house import words
from adapters.carriers.house.label import HEIGHT as LABEL_HEIGHT
from adapters.carriers.house.label import WIDTH as LABEL_WIDTH
from adapters.carriers.house.label import ParcelLabel, label_page
from adapters.carriers.house.options import gift_message, packing_slip
from adapters.documents.drawing.elements import Align, Box, Element, Inset, Page, Picture, Words
from adapters.documents.drawing.fitting import ASCENT, LEADING, Area, Paragraph, fit, fit_line, wrap
from adapters.documents.drawing.pictures import fit_picture
from adapters.documents.typeface import seen, width
from adapters.documents.words import day_words
from engine.model.label import ContentLine, PostalAddress
from engine.model.money import Money
from rules.actions.documents import GIFT_SLIP, PRICED_SLIP
from rules.messages import Text

WIDTH, HEIGHT = 210.0, 297.0
_MIDDLE = HEIGHT / 2
_LEFT, _RIGHT = 15.0, WIDTH - 15.0
_LAST_ROW = HEIGHT - 22.0
_DASH, _THIN = 3.0, 0.2
_SIZE, _CAPTION = 3.2, 2.6  # heights of fonts
_ITEM = 62.0  # where the second column of the table begins; those that follow end at their right
_SKU_ROOM = _ITEM - _LEFT - 3
_FIGURE = 25.0  # the room of a number
_NAME, _HEADING = 115.0, 12.0  # the room of whose parcel it is
_LOGO, _BESIDE_LOGO = 50.0, 4.0  # of that, for a logo at most, and what is left free beside it
_MESSAGE = 20.0  # and of what is said to whom a gift is for
_MOST_LINES = 4  # of one name
_MOST_DIGITS = 15  # of an amount, before the point
_PADDING = 1.1  # above and below a row


@dataclass(frozen=True, slots=True)
class _Figure:
    """A column of numbers: what stands above it, where it ends, and what it says of a line; None where that is not known."""

    head: Text
    right: float
    of: Callable[[ContentLine, str], Decimal | None]  # in the currency of the order
    words: Callable[[Decimal, ParcelLabel], str]
    has_total: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the contents, with what it says cut into lines that fit."""

    sku: Sequence[str]
    name: Sequence[str]
    figures: Sequence[str]

    @property
    def height(self) -> float:
        return max(len(self.sku), len(self.name), 1) * _SIZE * LEADING + 2 * _PADDING


def slip_pages(label: ParcelLabel) -> list[Page]:
    """The sheets of one parcel. What is in the shipment stands with its first parcel alone."""
    inset = Inset((WIDTH - LABEL_HEIGHT) / 2, (_MIDDLE - LABEL_WIDTH) / 2, label_page(label))
    logo = _logo(label, _MIDDLE + 8)
    first = [*_fold(), *_heading(label, _MIDDLE + 8, logo), *_addressee(label, _MIDDLE + 25)]
    if label.parcel > 0:
        place = {"parcel": label.parcel + 1, "parcels": len(label.request.parcels)}
        said = seen(words.WITH_FIRST.format(label.language, **place))
        return [Page(WIDTH, HEIGHT, (*first, Words(_LEFT, _MIDDLE + 63, said, _SIZE)), (inset,), logo)]
    sheets = _sheets(label)
    pages = [Page(WIDTH, HEIGHT, (*first, *sheets[0], *_foot(label, 1, len(sheets))), (inset,), logo)]
    for number, table in enumerate(sheets[1:], 2):
        logo = _logo(label, 15)
        elements = (*_heading(label, 15, logo), *table, *_foot(label, number, len(sheets)))
        pages.append(Page(WIDTH, HEIGHT, elements, pictures=logo))
    return pages


def _fold() -> Iterator[Element]:
    """Where the sheet is folded or cut."""
    x = 0.0
    while x < WIDTH:
        yield Box(x, _MIDDLE, _DASH, _THIN)
        x += 2 * _DASH


def _logo(label: ParcelLabel, y: float) -> tuple[Picture, ...]:
    """The brand's, where it has one that can be read; its name stands there in any case."""
    logo = None if label.brand is None else label.brand.logo
    found = None if logo is None else fit_picture(logo.image, _LEFT, y, _LOGO, _HEADING)
    return () if found is None else (found,)


def _heading(label: ParcelLabel, y: float, logo: Sequence[Picture]) -> Iterator[Element]:
    """Whose parcel it is, beside the logo, and which order."""
    request, language = label.request, label.language
    sender = request.sender or request.ship_from.company or request.ship_from.name
    name = sender if label.brand is None else label.brand.name
    taken = max((one.width + _BESIDE_LOGO for one in logo), default=0.0)
    area = Area(_LEFT + taken, y, _NAME - taken, _HEADING)
    yield from fit([Paragraph(name, bold=True)], area, largest=6.0, smallest=3.0)
    title = words.PACKING_SLIP.format(language)
    if label.is_copy:
        title = f"{title} · {words.COPY.format(language)}"
    yield fit_line(title, _RIGHT, y + 5.6, 62, largest=5.0, smallest=3.0, align=Align.RIGHT)
    if request.order_number:
        order = f"{words.ORDER.format(language)} {request.order_number}"
        yield fit_line(order, _RIGHT, y + 11, 62, largest=3.6, smallest=2.2, bold=True, align=Align.RIGHT)


def _addressee(label: ParcelLabel, y: float) -> Iterator[Element]:
    address, language = label.request.ship_to, label.language
    yield Words(_LEFT, y, seen(words.TO.format(language)), _CAPTION)
    yield from fit(
        [Paragraph(line) for line in _address_lines(address, label)], Area(_LEFT, y + 1.5, 115, 26), largest=3.4, smallest=2.2
    )
    yield Words(_RIGHT, y, seen(words.SHIP_DATE.format(language)), _CAPTION, align=Align.RIGHT)
    day = day_words(label.request.ship_date, language)
    yield Words(_RIGHT, y + 5, seen(day), 3.6, align=Align.RIGHT)
    yield Words(_RIGHT, y + 11, seen(words.PARCEL.format(language)), _CAPTION, align=Align.RIGHT)
    yield Words(_RIGHT, y + 16, label.place, 3.6, align=Align.RIGHT)


def _address_lines(address: PostalAddress, label: ParcelLabel) -> list[str]:
    is_state_new = address.state.casefold() != address.city.casefold()
    city = " ".join(one for one in (address.postal_code, address.city) if one)
    last = ", ".join(one for one in (city, address.state if is_state_new else "") if one)
    country = words.country_words(address.country, label.language)
    return [address.name, address.company, address.street1, address.street2, address.street3, last, country]


def _sheets(label: ParcelLabel) -> list[list[Element]]:
    """The contents, and before them what is said to whom a gift is for."""
    said = gift_message(label.request) if packing_slip(label.request) == GIFT_SLIP else ""
    if not said:
        return _tables(label, _MIDDLE + 57)
    area = Area(_LEFT, _MIDDLE + 54, _RIGHT - _LEFT, _MESSAGE - 3)
    message = fit([Paragraph(said)], area, largest=4.0, smallest=2.0)
    first, *further = _tables(label, _MIDDLE + 57 + _MESSAGE)
    return [[*message, *first], *further]


def _tables(label: ParcelLabel, y: float) -> list[list[Element]]:
    """The contents, a table for each sheet; the first one begins at y, others near the upper edge."""
    columns = _PRICED if packing_slip(label.request) == PRICED_SLIP else _UNPRICED
    sheets: list[list[Element]] = [list(_columns(label, columns, y))]
    y += 3.0
    contents = label.request.contents
    if not contents:
        return [[*sheets[0], Words(_LEFT, y + 4, seen(words.NOTHING.format(label.language)), _SIZE)]]
    for line in contents:
        row = _row(line, columns, label)
        if y + row.height > _LAST_ROW:
            sheets.append(list(_columns(label, columns, 36)))
            y = 39.0
        sheets[-1] += _drawn(row, columns, y)
        y += row.height
    sheets[-1] += _totals(label, columns, y + 5)
    return sheets


def _columns(label: ParcelLabel, columns: Sequence[_Figure], y: float) -> Iterator[Element]:
    def head(text: Text, x: float, align: Align = Align.LEFT) -> Words:
        return Words(x, y, seen(text.format(label.language)), _CAPTION, bold=True, align=align)

    yield from (head(words.SKU, _LEFT), head(words.ITEM, _ITEM))
    yield from (head(column.head, column.right, Align.RIGHT) for column in columns)
    yield Box(_LEFT, y + 1.8, _RIGHT - _LEFT, 0.4)


def _totals(label: ParcelLabel, columns: Sequence[_Figure], y: float) -> Iterator[Element]:
    """What each column comes to; of one with a number that nobody knows nothing is said."""
    yield Words(_ITEM, y, seen(words.TOTAL.format(label.language)), _SIZE, bold=True)
    for column in columns:
        found = [column.of(line, label.request.currency) for line in label.request.contents]
        known = [number for number in found if number is not None]
        if column.has_total and len(known) == len(found):
            yield _figure(column.words(sum(known, Decimal(0)), label), column, y, bold=True)


def _row(line: ContentLine, columns: Sequence[_Figure], label: ParcelLabel) -> _Row:
    item_room = columns[0].right - _ITEM - _FIGURE - 3
    numbers = [column.of(line, label.request.currency) for column in columns]
    return _Row(
        wrap(line.sku, _SKU_ROOM / _SIZE, most=_MOST_LINES),
        wrap(line.name, item_room / _SIZE, most=_MOST_LINES),
        ["" if one is None else column.words(one, label) for column, one in zip(columns, numbers, strict=True)],
    )


def _drawn(row: _Row, columns: Sequence[_Figure], y: float) -> Iterator[Element]:
    for x, lines in ((_LEFT, row.sku), (_ITEM, row.name)):
        for number, line in enumerate(lines):
            yield Words(x, y + _PADDING + (ASCENT + number * LEADING) * _SIZE, line, _SIZE)
    for column, said in zip(columns, row.figures, strict=True):
        if said:
            yield _figure(said, column, y + _PADDING + ASCENT * _SIZE)
    yield Box(_LEFT, y + row.height, _RIGHT - _LEFT, 0.1)


def _figure(said: str, column: _Figure, y: float, *, bold: bool = False) -> Words:
    return Words(column.right, y, seen(said), min(_SIZE, _FIGURE / width(seen(said), bold=bold)), bold=bold, align=Align.RIGHT)


def _foot(label: ParcelLabel, page: int, pages: int) -> Iterator[Element]:
    if pages > 1:
        said = words.PAGE.format(label.language, page=page, pages=pages)
        yield Words(_RIGHT, HEIGHT - 10, seen(said), _CAPTION, align=Align.RIGHT)


def _quantity(number: Decimal, label: ParcelLabel) -> str:
    return words.quantity_words(number, label.language)


def _money(amount: Decimal, label: ParcelLabel) -> str:
    return words.amount_words(amount, label.request.currency, label.language)


def _units(line: ContentLine, _currency: str) -> Decimal:
    return line.quantity


def _price(line: ContentLine, _currency: str) -> Decimal | None:
    return _sayable(line.unit_price)


def _amount(line: ContentLine, currency: str) -> Decimal | None:
    """To the coin, where there is a currency: whoever adds up what is printed comes to the total that is printed."""
    amount = None if line.unit_price is None else _sayable(line.unit_price * line.quantity)
    return amount if amount is None or not currency else Money(amount, currency).rounded().amount


def _sayable(amount: Decimal | None) -> Decimal | None:
    """None for what has more digits than an amount of money has: it could not be written exactly."""
    return amount if amount is not None and amount.adjusted() < _MOST_DIGITS else None


_UNPRICED = (_Figure(words.QUANTITY, _RIGHT, _units, _quantity),)
_PRICED = (
    _Figure(words.QUANTITY, _RIGHT - 2 * _FIGURE - 6, _units, _quantity),
    _Figure(words.PRICE, _RIGHT - _FIGURE - 3, _price, _money, has_total=False),
    _Figure(words.AMOUNT, _RIGHT, _amount, _money),
)
