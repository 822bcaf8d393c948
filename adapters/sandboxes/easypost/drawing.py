"""The labels and papers that the stand-in gives."""

from __future__ import annotations

from typing import Any

from adapters.documents.drawing.barcodes import code128_bars
from adapters.documents.drawing.elements import DOTS_PER_MM, Align, Box, Code128, Element, Page, Words
from adapters.documents.drawing.fitting import fit_line

Json = dict[str, Any]

_WIDTH, _HEIGHT = 101.6, 152.4  # 4 × 6 inches
_MARGIN = 5.0
_ROOM = _WIDTH - 2 * _MARGIN
_MODULE = 3  # dots


def draw_label(shipment: Json, format: str) -> bytes:
    """A label as `pdf`, `png` or `zpl`."""
    page = Page(_WIDTH, _HEIGHT, tuple(_label(shipment)))
    if format == "pdf":
        from adapters.documents.drawing.pdf import render_pdf

        return render_pdf([page], title=str(shipment["tracking_code"]), language="en")
    if format == "png":
        from adapters.documents.drawing.png import render_png

        return render_png(page)
    from adapters.documents.drawing.zpl import render_zpl

    return render_zpl(page)


def draw_invoice(shipment: Json) -> bytes:
    """A commercial invoice on one sheet, as PDF."""
    from adapters.documents.drawing.pdf import render_pdf

    lines = ["COMMERCIAL INVOICE", f"{shipment['tracking_code']}"]
    lines += [f"{one['quantity']} {one['description']}  {one['value']}" for one in shipment["customs_info"]["customs_items"]]
    drawn = [_line(text, 20 + 8 * number, 5) for number, text in enumerate(lines)]
    return render_pdf([Page(210, 297, tuple(drawn))], title="Commercial invoice", language="en")


def _label(shipment: Json) -> list[Element]:
    number, rate = str(shipment["tracking_code"]), shipment["selected_rate"]
    bars = code128_bars(number)[1] * _MODULE / DOTS_PER_MM
    texts = [(f"{rate['carrier']} {rate['service']}", 12.0, 7.0), ("SANDBOX: NOT FOR SHIPPING", 19.0, 4.0)]
    texts += [(text, 28 + 5 * row, 4.0) for row, text in enumerate(_address(shipment["from_address"]))]
    texts += [(text, 62 + 7 * row, 6.0) for row, text in enumerate(_address(shipment["to_address"]))]
    return [
        *(_line(text, y, size) for text, y, size in texts),
        Box(_MARGIN, 105, _ROOM, 0.5),
        Code128((_WIDTH - bars) / 2, 110, 25, _MODULE, number),
        fit_line(number, _WIDTH / 2, 142, _ROOM, largest=5.0, smallest=2.0, bold=True, align=Align.CENTER),
    ]


def _address(address: Json) -> list[str]:
    city = " ".join(str(address[name]) for name in ("city", "state", "zip") if address[name])
    lines = (address["name"], address["company"], address["street1"], address["street2"], city, address["country"])
    return [str(line) for line in lines if line]


def _line(text: str, y: float, size: float) -> Words:
    return fit_line(text, _MARGIN, y, _ROOM, largest=size, smallest=2.0)
