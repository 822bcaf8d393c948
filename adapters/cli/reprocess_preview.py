"""`orders reprocess --preview`: what running the rules again would make otherwise."""

from __future__ import annotations

from adapters.cli.differences import difference_line
from adapters.cli.output import answer
from engine.services.deciding.preview_reprocess import ReprocessPreview
from rules.messages import Language, Text

WOULD_CHANGE = Text(
    "The rules would run again over {orders} orders; {changed} would be otherwise.",
    "Las reglas se volverían a ejecutar sobre {orders} pedidos; {changed} quedarían distintos.",
)


def answer_preview(preview: ReprocessPreview, as_json: bool, language: Language) -> None:
    differences = preview.differences
    data = {"orders": preview.orders, "changed": preview.changed, "differences": [one.to_data() for one in differences]}
    lines = [difference_line(one.order_number, one.matched, one.fields) for one in differences]
    answer(data, as_json, WOULD_CHANGE.format(language, orders=preview.orders, changed=preview.changed), *lines)
