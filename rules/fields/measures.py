"""Numbers of one line that are added up and compared over lines: its number fields, and what is multiplied of them."""

from __future__ import annotations

from msgspec import Struct

from rules.fields.catalogue import ITEM_FIELDS, NUMBER, Field
from rules.messages import Text


class Measure(Struct, frozen=True):
    """A number of one line: the product of some of its fields."""

    name: str
    label: Text
    help: Text
    factors: tuple[Field, ...]


def _measures() -> dict[str, Measure]:
    fields = [Measure(field.name, field.label, field.help, (field,)) for field in ITEM_FIELDS if field.type is NUMBER]
    line_total = Measure(
        "line_total",
        Text("line total", "importe de línea"),
        Text("The quantity times the unit price.", "La cantidad por el precio unitario."),
        (ITEM_FIELDS["quantity"], ITEM_FIELDS["unit_price"]),
    )
    return {measure.name: measure for measure in (*fields, line_total)}


MEASURES = _measures()
