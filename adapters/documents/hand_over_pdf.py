"""The list that a driver signs: what is handed over, with bar codes to scan, on A4, in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, SimpleDocTemplate, Spacer, Table

from adapters.documents import typeface
from adapters.documents.sheet import INK, PADDING, QUIET, TABLE_STYLE, numbered_pages, paragraph
from adapters.documents.words import day_words, number_words
from engine.services.manifests.hand_over import HandedOver, HandOver
from rules.messages import Language, Text

TITLE = Text("Hand-over list", "Lista de entrega")
CARRIER, ACCOUNT = Text("Carrier", "Empresa de transporte"), Text("Carrier account", "Cuenta de transporte")
LEAVES, DAY, NUMBER = Text("Leaves from", "Sale de"), Text("Day", "Fecha"), Text("Number", "Número")
SHIPMENTS, PARCELS, WEIGHT = Text("Shipments", "Envíos"), Text("Parcels", "Paquetes"), Text("Weight", "Peso")
ORDER, GOES_TO, TRACKING = Text("Order", "Pedido"), Text("Ship to", "Destino"), Text("Tracking number", "Número de seguimiento")
VOIDED_SINCE = Text(
    "Voided since the manifest was made, and not handed over: {orders}",
    "Anulado después de hacer el manifiesto, y no se entrega: {orders}",
)
HANDED_OVER, RECEIVED = Text("Handed over by", "Entregado por"), Text("Received by", "Recibido por")
SIGNATURE, TIME = Text("Name and signature", "Nombre y firma"), Text("Date and time", "Fecha y hora")

_MARGIN = 15 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_BARS_WIDTH, _BARS_HEIGHT = 0.24 * _WIDTH, 9 * mm
_WIDEST_BAR = 0.3 * mm


def write_hand_over_pdf(hand_over: HandOver, language: Language) -> bytes:
    """The bytes of the file."""
    typeface.register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN - PADDING,
        rightMargin=_MARGIN - PADDING,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 6 * mm,
        title=f"{TITLE.format(language)} {hand_over.manifest.id}",
        author=hand_over.account.name,
        lang=language,
    )
    story: list[Flowable] = [
        paragraph(TITLE.format(language), size=18, bold=True),
        Spacer(0, 4 * mm),
        _head(hand_over, language),
        Spacer(0, 5 * mm),
        _shipments(hand_over.leaving, language),
        Spacer(0, 4 * mm),
    ]
    if voided := [one.label.request.order_number for one in hand_over.shipments if one.was_voided]:
        story += [paragraph(VOIDED_SINCE.format(language, orders=", ".join(voided)), color=QUIET), Spacer(0, 4 * mm)]
    story.append(KeepTogether([_totals(hand_over.leaving, language), Spacer(0, 12 * mm), _signatures(language)]))
    document.build(story, canvasmaker=numbered_pages(hand_over.manifest.id, _MARGIN, language))
    return out.getvalue()


def _head(hand_over: HandOver, language: Language) -> Table:
    manifest = hand_over.manifest
    day = manifest.created_at.astimezone(ZoneInfo(hand_over.account.time_zone)).date()
    place = manifest.ship_from
    city = " ".join(one for one in (place.postal_code, place.city, place.country) if one)
    address = ", ".join(one for one in (place.company, place.name, place.street1, place.street2, city) if one)
    left = [(CARRIER, hand_over.carrier_name), (ACCOUNT, hand_over.carrier_account.nickname or hand_over.carrier_account.id)]
    right = [(LEAVES, address), (DAY, day_words(day, language)), (NUMBER, manifest.id)]
    table = Table([[_pairs(left, language), _pairs(right, language)]], colWidths=[_WIDTH * 0.4, _WIDTH * 0.6])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    return table


def _pairs(pairs: Sequence[tuple[Text, str]], language: Language) -> list[Flowable]:
    flowables: list[Flowable] = []
    for label, value in pairs:
        flowables += [paragraph(label.format(language), size=7.5, color=QUIET), paragraph(value, bold=True), Spacer(0, 1.5 * mm)]
    return flowables


def _shipments(shipments: Sequence[HandedOver], language: Language) -> LongTable:
    numbers = [paragraph(one.format(language), bold=True, align=TA_RIGHT) for one in (PARCELS, WEIGHT)]
    order, goes_to, tracking = (paragraph(one.format(language), bold=True) for one in (ORDER, GOES_TO, TRACKING))
    rows: list[list[Any]] = [[order, goes_to, *numbers, tracking, ""]]
    for one in shipments:
        request = one.label.request
        goes_to = " ".join(part for part in (request.ship_to.postal_code, request.ship_to.city, request.ship_to.country) if part)
        known = one.tracking_numbers or ("",)
        for position, number in enumerate(known):
            first = position == 0
            rows.append(
                [
                    paragraph(request.order_number) if first else "",
                    paragraph(goes_to) if first else "",
                    str(len(request.parcels)) if first else "",
                    _kilograms(one.weight_g, language) if first else "",
                    paragraph(number, size=8),
                    _bars(number),
                ]
            )
    table = LongTable(rows, colWidths=[_WIDTH * part for part in (0.15, 0.19, 0.11, 0.11, 0.18, 0.26)], repeatRows=1)
    table.setStyle([*TABLE_STYLE, ("ALIGN", (2, 1), (3, -1), "RIGHT"), ("FONT", (2, 1), (3, -1), typeface.REGULAR, 8.5)])
    return table


def _bars(number: str) -> Flowable | str:
    """The number as Code 128, as wide as its column; nothing where it has letters that the code has not."""
    if not number or not number.isascii() or not number.isprintable():
        return ""
    code = Code128(number, barWidth=1, barHeight=_BARS_HEIGHT, quiet=0)
    return Code128(number, barWidth=min(_WIDEST_BAR, _BARS_WIDTH / code.width), barHeight=_BARS_HEIGHT, quiet=0)


def _totals(shipments: Sequence[HandedOver], language: Language) -> Table:
    parcels = sum(len(one.label.request.parcels) for one in shipments)
    weight = _kilograms(sum(one.weight_g for one in shipments), language)
    totals = ((SHIPMENTS, str(len(shipments))), (PARCELS, str(parcels)), (WEIGHT, weight))
    table = Table([[paragraph(f"{label.format(language)}: {value}", size=11, bold=True) for label, value in totals]])
    table.setStyle([("LINEABOVE", (0, 0), (-1, 0), 1, INK), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    return table


def _signatures(language: Language) -> Table:
    """Two places to sign, each with a line for name and signature and one for the time."""
    sides = [HANDED_OVER.format(language), RECEIVED.format(language)]
    lines = [SIGNATURE.format(language), TIME.format(language)]
    rows = [[paragraph(side, bold=True) if column != 1 else "" for column, side in enumerate((sides[0], "", sides[1]))]]
    rows += [[paragraph(line, size=7.5, color=QUIET), "", paragraph(line, size=7.5, color=QUIET)] for line in lines]
    table = Table(rows, colWidths=[_WIDTH * 0.46, _WIDTH * 0.08, _WIDTH * 0.46], rowHeights=[8 * mm, 16 * mm, 16 * mm])
    drawn = [("LINEABOVE", (column, row), (column, row), 0.6, INK) for column in (0, 2) for row in (1, 2)]
    whole = (0, 0), (-1, -1)
    table.setStyle([("VALIGN", *whole, "TOP"), ("LEFTPADDING", *whole, 0), ("TOPPADDING", (0, 1), (-1, -1), 2), *drawn])
    return table


def _kilograms(weight_g: int, language: Language) -> str:
    return f"{number_words((Decimal(weight_g) / 1000).normalize(), language)} kg"
