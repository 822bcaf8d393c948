"""Units of an order's lines as people choose them in a form: a number for each line, nothing for none."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import request

from adapters.web.typed_numbers import typed_number

BEFORE = "units-"  # what the names of these fields begin with; a line's key follows


def typed_units() -> dict[str, Decimal]:
    """By line key; lines with nothing, or 0, are left out. What is not a number is no number here either, and refused later."""
    typed = {name.removeprefix(BEFORE): text.strip() for name, text in request.form.items() if name.startswith(BEFORE)}
    units = {key: _number(text) for key, text in typed.items() if text}
    return {key: number for key, number in units.items() if number != 0}


def _number(text: str) -> Decimal:
    try:
        return Decimal(typed_number(text))
    except InvalidOperation:
        return Decimal("NaN")
