"""What statements say, on pages and on paper."""

from __future__ import annotations

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal

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


def day_words(day: object, language: Language) -> str:
    """A day, as short as it can be read."""
    return str(format_date(day, "medium", locale=LOCALES[language]))  # type: ignore[arg-type]


def number_words(number: object, language: Language) -> str:
    """A number with all its digits."""
    return str(format_decimal(number, locale=LOCALES[language], decimal_quantization=False))  # type: ignore[arg-type]


def money_words(amount: object, currency: str, language: Language) -> str:
    """An amount in its currency, to the cent and with any further digits it has."""
    return str(format_currency(amount, currency, locale=LOCALES[language], decimal_quantization=False))  # type: ignore[arg-type]
