"""Labels and customs papers of the stand-in, as real files."""

from __future__ import annotations

from typing import Any, Final

from adapters.documents.drawing.elements import Box, Code128, Element, Page, Words
from adapters.documents.drawing.fitting import fit_line

Json = dict[str, Any]

TYPES: Final = ("label", "customs-declaration", "air-waybill")
MEDIA_TYPES: Final = ("application/pdf", "application/zpl", "image/png")
_A6, _A4 = (105.0, 148.0), (210.0, 297.0)


def label(shipment: Json, parcel: Json, media_type: str) -> bytes:
    """The label of one parcel, A6, with its tracking number as Code 128."""
    to, carrier = shipment["to_address"], shipment["carrier"]["name"]
    city = f"{to.get('postal_code', '')} {to.get('city', '')}"
    lines = [to.get("name"), to.get("company_name"), to.get("address_line_1"), to.get("address_line_2"), city, to["country_code"]]
    elements: list[Element] = [_words(carrier, 10, 6), _words("This parcel is going nowhere.", 16, 3), Box(5, 20, 95, 0.5)]
    elements += [_words(str(line), 30 + 7 * place, 5) for place, line in enumerate(line for line in lines if line)]
    number = parcel["tracking_number"]
    elements += [Box(5, 95, 95, 0.5), Code128(12, 100, 22, 3, number), _words(number, 130, 5)]
    return _rendered(Page(*_A6, tuple(elements)), media_type, number)


def customs_declaration(shipment: Json, parcel: Json, media_type: str) -> bytes:
    """What is in a parcel, on A4."""
    items = parcel.get("parcel_items") or []
    lines = [f"Customs declaration {shipment['customs_information']['invoice_number']}"]
    lines += [
        f"{one['quantity']} × {one['description']}, {one['hs_code']}, {one['origin_country']}, {one['price']['value']}"
        for one in items
    ]
    elements = tuple(_words(line, 20 + 8 * place, 5) for place, line in enumerate(lines))
    return _rendered(Page(*_A4, elements), media_type, parcel["tracking_number"])


def _words(text: str, y: float, size: float) -> Words:
    return fit_line(text, 8, y, 90, largest=size, smallest=2)


def _rendered(page: Page, media_type: str, title: str) -> bytes:
    """Each kind of file is made by a library of its own, which is loaded when a file of that kind is."""
    if media_type == "application/zpl":
        from adapters.documents.drawing.zpl import render_zpl

        return render_zpl(page)
    if media_type == "image/png":
        from adapters.documents.drawing.png import render_png

        return render_png(page)
    from adapters.documents.drawing.pdf import render_pdf

    return render_pdf([page], title=title, language="en")
