"""A statement as PDF, on A4, in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from adapters.documents import typeface
from adapters.documents.sheet import INK, PADDING, QUIET, SHADE, TABLE_STYLE, numbered_pages, paragraph
from adapters.documents.statement_words import STATES, charge_words, month_words
from adapters.documents.words import day_words, money_words, number_words
from engine.model.month import Month
from engine.model.statement import Statement, StatementEntry, StatementState
from engine.services.billing.statements import StatementDetails
from rules.messages import Language, Text

TITLE = Text("Statement {month}", "Estado de cuenta de {month}")
FROM, TO = Text("From", "De"), Text("For", "Para")
PERIOD, STATE, NUMBER = Text("Period", "Periodo"), Text("State", "Estado"), Text("Number", "Número")
PERIOD_WORDS = Text("{first} to {last}, {zone}", "del {first} al {last}, {zone}")
ISSUED, PAID = Text("Issued", "Emitido"), Text("Paid", "Pagado")
STILL_COUNTS = Text(
    "This statement is provisional: it changes until it is issued.",
    "Este estado de cuenta es provisional: cambia hasta que se emite.",
)
CHARGE, QUANTITY, PRICE = Text("What for", "Concepto"), Text("Quantity", "Cantidad"), Text("Price", "Precio")
AMOUNT, TOTAL, NOTHING = Text("Amount", "Importe"), Text("Total", "Total"), Text("Nothing is charged.", "No se cobra nada.")
SHIPMENTS = Text("Shipments", "Envíos")
ORDER, SHIPPED, ORDERS = Text("Order", "Pedido"), Text("Shipped", "Enviado"), Text("Orders", "Pedidos")
LINES, PARCELS, LABELS = Text("Lines", "Líneas"), Text("Parcels", "Paquetes"), Text("Labels", "Etiquetas")
RETURN = Text("{order} (return label)", "{order} (etiqueta de devolución)")
TAKEN_BACK = Text("{order} (taken back)", "{order} (deshecho)")

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN


def write_statement_pdf(details: StatementDetails, language: Language) -> bytes:
    """The bytes of the file. The client's nickname is not in it: both sides may have it."""
    typeface.register()
    statement = details.seen.statement
    out = io.BytesIO()
    title = TITLE.format(language, month=month_words(statement.month, language))
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN - PADDING,
        rightMargin=_MARGIN - PADDING,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 6 * mm,
        title=title,
        author=statement.provider_name,
        lang=language,
    )
    story: list[Flowable] = [
        paragraph(title, size=18, bold=True),
        Spacer(0, 6 * mm),
        _parties(statement, language),
        Spacer(0, 6 * mm),
        *_charges(statement, language),
    ]
    if details.entries:
        story += [Spacer(0, 8 * mm), paragraph(SHIPMENTS.format(language), size=12, bold=True), Spacer(0, 2 * mm)]
        story.append(_shipments(statement, details.entries, language))
    document.build(story, canvasmaker=numbered_pages(statement.id, _MARGIN, language))
    return out.getvalue()


def _parties(statement: Statement, language: Language) -> Table:
    """Who asks whom on the left, of when and how far it has come on the right."""
    zone, month = ZoneInfo(statement.time_zone), Month.parse(statement.month)
    last = month.following.first_day - timedelta(days=1)
    days = {"first": day_words(month.first_day, language), "last": day_words(last, language)}
    since = [(label, at) for label, at in ((ISSUED, statement.issued_at), (PAID, statement.paid_at)) if at is not None]
    left = [(FROM, statement.provider_name), (TO, statement.client_name)]
    right = [
        (PERIOD, PERIOD_WORDS.format(language, **days, zone=statement.time_zone)),
        (STATE, STATES[statement.state].format(language)),
        *((label, day_words(at.astimezone(zone).date(), language)) for label, at in since),
        (NUMBER, statement.id),
    ]
    table = Table([[_pairs(left, language, large=True), _pairs(right, language)]], colWidths=[_WIDTH * 0.42, _WIDTH * 0.58])
    whole = (0, 0), (-1, -1)
    table.setStyle([("VALIGN", *whole, "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0), ("RIGHTPADDING", *whole, 0)])
    return table


def _pairs(pairs: Sequence[tuple[Text, str]], language: Language, *, large: bool = False) -> list[Flowable]:
    flowables: list[Flowable] = []
    for label, value in pairs:
        flowables += [
            paragraph(label.format(language), size=7.5, color=QUIET),
            paragraph(value, size=11 if large else 9, bold=large),
        ]
        flowables.append(Spacer(0, 2 * mm))
    return flowables


def _charges(statement: Statement, language: Language) -> list[Flowable]:
    numbers = [_right(one.format(language), bold=True) for one in (QUANTITY, PRICE, AMOUNT)]
    head = [paragraph(CHARGE.format(language), bold=True), *numbers]
    body = [
        [
            paragraph(charge_words(row, statement, language)),
            _right(number_words(row.quantity, language)),
            _right("" if row.price is None else money_words(row.price, statement.currency, language)),
            _right(money_words(row.amount, statement.currency, language)),
        ]
        for row in statement.rows
    ]
    if not body:
        body = [[paragraph(NOTHING.format(language)), "", "", ""]]
    total = money_words(statement.total, statement.currency, language)
    foot = [paragraph(TOTAL.format(language), size=11, bold=True), "", "", _right(total, size=11, bold=True)]
    table = Table([head, *body, foot], colWidths=[_WIDTH * part for part in (0.46, 0.16, 0.18, 0.20)], repeatRows=1)
    table.setStyle([*TABLE_STYLE, ("LINEABOVE", (0, -1), (-1, -1), 1, INK), ("LINEBELOW", (0, -1), (-1, -1), 0, SHADE)])
    note = [paragraph(STILL_COUNTS.format(language), color=QUIET)] if statement.state is StatementState.PROVISIONAL else []
    return [table, Spacer(0, 3 * mm), *note]


def _shipments(statement: Statement, entries: Sequence[StatementEntry], language: Language) -> Table:
    zone, currency = ZoneInfo(statement.time_zone), statement.currency
    has_labels = any(entry.cost_in(currency) is not None for entry in entries)
    numbers = [ORDERS, LINES, PARCELS, *([LABELS] if has_labels else [])]
    rows: list[list[Any]] = [
        [paragraph(ORDER.format(language), bold=True), paragraph(SHIPPED.format(language), bold=True)]
        + [_right(one.format(language), bold=True) for one in numbers]
    ]
    for entry in entries:
        order = RETURN.format(language, order=entry.order_number) if entry.is_return else entry.order_number
        order = order if entry.sign > 0 else TAKEN_BACK.format(language, order=order)
        cells = [str(entry.orders), str(entry.lines), str(entry.parcels)]
        if has_labels:
            cost = entry.cost_in(currency)
            cells.append("" if cost is None else money_words(cost, currency, language))
        rows.append([_cell(order), day_words(entry.shipped_at.astimezone(zone).date(), language), *cells])
    parts = (0.31, 0.17, 0.12, 0.11, 0.13, 0.16) if has_labels else (0.42, 0.21, 0.12, 0.12, 0.13)
    table = LongTable(rows, colWidths=[_WIDTH * part for part in parts], repeatRows=1)
    table.setStyle([*TABLE_STYLE, ("ALIGN", (2, 1), (-1, -1), "RIGHT"), ("FONT", (0, 1), (-1, -1), typeface.REGULAR, 8.5)])
    return table


def _cell(text: str) -> str | Paragraph:
    """Plain where that does: a paragraph takes ten times as long."""
    return text if len(text) <= 24 and typeface.is_drawn_plainly(text) else paragraph(text, size=8.5)


def _right(text: str, *, size: float = 9, bold: bool = False) -> Paragraph:
    return paragraph(text, size=size, bold=bold, align=TA_RIGHT)
