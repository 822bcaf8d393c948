"""The fields of an order that a person may set: all that rules write, and where the order goes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.placeholders import suggestion
from rules.written_fields import ANY, WrittenField, find_written, written_fields

SHIP_TO = "ship_to."
BY_HOLDS = ("status", "hold_until")  # which people change by holding and releasing
FOUND_OUT = ("ship_to.verified", "ship_to.zone")  # nobody says it: it follows from the address, or comes from the carrier

NO_FIELD = Text(
    '"{field}" is not a field that a person may set{hint}: `orders fields` lists them.',
    '"{field}" no es un campo que se pueda modificar{hint}: `orders fields` los muestra.',
)
NAME_WANTED = Text(
    '"{field}" says no name in its last place: write one of letters, digits, - and _ there, such as {example}.',
    '"{field}" no tiene ningún nombre al final: escribe ahí uno de letras, cifras, - y _, como {example}.',
)
SET_BY_HOLDS = Text(
    "`{field}` is not set by hand: hold the order, or release it.",
    "`{field}` no se modifica manualmente: retén el pedido o libéralo.",
)
EXAMPLES = {"customs.tax_ids.*": "customs.tax_ids.ioss"}  # what a name with `*` may stand for


@cache
def editable_fields() -> Mapping[str, WrittenField]:
    """By name. One whose name ends with `*` stands for any name in that place: `customs.tax_ids.ioss`."""
    address = [
        WrittenField(field.name, field.type, field.label, field.help, closed=field.closed)
        for field in ORDER_FIELDS
        if field.name.startswith(SHIP_TO) and field.name not in FOUND_OUT
    ]
    written = [field for field in written_fields().values() if field.name not in BY_HOLDS]
    return {field.name: field for field in (*address, *written)}


def find_editable(name: str) -> WrittenField | Message:
    """The field of a name, or why there is none that a person may set."""
    found = editable_fields().get(name) or (find_written(name) if name not in BY_HOLDS else None)
    if found is not None and not name.endswith(ANY):
        return found
    if name in BY_HOLDS:
        return Message("set_by_holds", SET_BY_HOLDS, {"field": name})
    example = EXAMPLES.get(f"{name.rpartition('.')[0]}.{ANY}")
    if example is not None:
        return Message("name_wanted", NAME_WANTED, {"field": name, "example": example})
    known = [EXAMPLES.get(one, one) for one in editable_fields()]
    return Message("no_field", NO_FIELD, {"field": name, "hint": suggestion(name, known)})
