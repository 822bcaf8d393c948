"""What statements say, on pages and on paper."""

from __future__ import annotations

from babel.dates import format_skeleton

from adapters.locales import LOCALES
from engine.model.month import Month
from engine.model.price_list import Charge
from engine.model.statement import Statement, StatementRow, StatementState
from rules.messages import Language, Text

CHARGES = {
    Charge.ORDERS: Text("Orders", "Pedidos"),
    Charge.LINES: Text("Order lines", "Líneas de pedido"),
    Charge.PARCELS: Text("Parcels", "Paquetes"),
    Charge.STORAGE: Text("Storage, units on an average day", "Almacenaje, unidades en un día promedio"),
    Charge.MONTHLY: Text("Monthly fee", "Cuota mensual"),
    Charge.LABELS: Text("Shipping labels", "Etiquetas de envío"),
    Charge.RETURN_LABELS: Text("Return labels", "Etiquetas de devolución"),
}
STATES = {
    StatementState.PROVISIONAL: Text("Provisional", "Provisional"),
    StatementState.ISSUED: Text("Issued, not paid", "Emitido, sin pagar"),
    StatementState.PAID: Text("Paid", "Pagado"),
}
CORRECTS = Text("{charge}, correction of {month}", "{charge}, corrección de {month}")


def charge_words(row: StatementRow, statement: Statement, language: Language) -> str:
    """What a row asks money for; which month it corrects, where it does."""
    charge = CHARGES[row.charge].format(language)
    if row.of_month == statement.month:
        return charge
    return CORRECTS.format(language, charge=charge, month=month_words(row.of_month, language))


def month_words(month: str, language: Language) -> str:
    """`October 2026`, `octubre de 2026`."""
    return str(format_skeleton("yMMMM", Month.parse(month).first_day, locale=LOCALES[language]))
