"""Sets one field of many orders, or adds to it, or takes from it; undone, each order has what a person had written before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, Field, FieldForm, Results, WrongField
from engine.services.deciding.rule_context import NO_LISTS, gather_context
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.editable_fields import editable_fields, find_editable
from engine.services.editing.edits import EditResult, FieldEdit, Operation, Outcome
from rules.messages import Message, Text
from rules.order_document import read_field
from rules.written_fields import ANY
from rules.written_values import read_value, shown_value

TOGETHER = 10

HOW = (
    (Operation.SET.value, Text("Set it", "Ponerlo")),
    (Operation.ADD.value, Text("Add to it, such as a tag", "Añadirlo, como una etiqueta")),
    (Operation.REMOVE.value, Text("Take from it", "Quitarlo")),
)
NO_SUCH = Text("Choose one of the list.", "Elige uno de la lista.")
SAID_ALREADY = Text("It says that already.", "Ya lo dice.")
CHANGED_SINCE = Text(
    "Somebody has changed it since, so it was left as it is.", "Alguien lo ha cambiado después, así que se ha dejado como está."
)


def _choices() -> Sequence[tuple[str, Text]]:
    return [(name, known.label) for name, known in editable_fields().items() if not name.endswith(ANY)]


def _check(app: Application, account_id: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    name, how, value = (parameters.get(part, "") for part in ("field", "how", "value"))
    known = find_editable(name)
    if isinstance(known, Message):
        raise WrongField("field", known.text, **known.params)
    if how not in dict(HOW):
        raise WrongField("how", NO_SUCH)
    with app.reading() as uow:
        context = gather_context(uow, uow.accounts.get(account_id), NO_LISTS).context
    read = read_value(known, value, context)
    if isinstance(read, Message):
        raise WrongField("value", read.text, **read.params)
    return {"field": name, "how": how, "value": value}


def _shown(parameters: Mapping[str, str]) -> Mapping[str, Any]:
    known = find_editable(parameters.get("field", ""))
    label = Text(parameters.get("field", ""), parameters.get("field", "")) if isinstance(known, Message) else known.label
    sign = {"add": "+ ", "remove": "− "}.get(parameters.get("how", ""), "")
    return {"field": label, "value": sign + (parameters.get("value") or "–")}


def _do(doing: Doing, order_ids: Sequence[str]) -> Results:
    asked = doing.action.parameters
    name = asked["field"]
    had = {order.id: _written(doing, order, name) for order in _locked(doing, order_ids)}
    edits = [FieldEdit(name, Operation(asked["how"]), asked["value"])]
    results = edit_orders(doing.app, doing.account_id, order_ids, edits, doing.action.actor)
    return {one.order_id: _result(one, {"field": name, "had": had.get(one.order_id)}) for one in results}


def _undo(doing: Doing, before: Mapping[str, Mapping[str, Any]]) -> Results:
    results: dict[str, BulkResult] = {}
    now = {order.id: order.document() for order in _locked(doing, list(before))}
    for order_id, kept in before.items():
        name, had = kept["field"], kept["had"]
        if read_field(now[order_id], name) != kept["after"]:
            results[order_id] = BulkResult(BulkOutcome.REFUSED, Sentence.of(CHANGED_SINCE))
            continue
        edit = FieldEdit(name, Operation.UNDO) if had is None else FieldEdit(name, value=had)
        [result] = edit_orders(doing.app, doing.account_id, [order_id], [edit], doing.action.actor)
        results[order_id] = _result(result, {})
    return results


def _locked(doing: Doing, order_ids: Sequence[str]) -> list[Order]:
    return doing.uow.orders.get_many(doing.account_id, order_ids, for_change=True)


def _written(doing: Doing, order: Order, name: str) -> Any:
    """What a person had written, as a form shows it; None where nobody had."""
    known = find_editable(name)
    if name not in order.person or isinstance(known, Message):
        return None
    return shown_value(known, order.person[name], ZoneInfo(doing.uow.accounts.get(doing.account_id).time_zone))


def _result(result: EditResult, before: Mapping[str, Any]) -> BulkResult:
    if result.outcome is Outcome.CHANGED:
        after = next((change.after for change in result.changes if change.field == before.get("field")), None)
        said = Sentence.of(result.follows[0]) if result.follows else None
        return BulkResult(BulkOutcome.DONE, said, {**before, "after": after})
    if result.outcome is Outcome.UNCHANGED:
        return BulkResult(BulkOutcome.NOTHING, Sentence.of(SAID_ALREADY))
    return BulkResult(BulkOutcome.REFUSED, None if result.refusal is None else Sentence.of(result.refusal))


EDIT = BulkKind(
    "edit",
    Text("Set a field", "Modificar un campo"),
    Text("Field {field}: {value}", "Campo {field}: {value}"),
    _do,
    _undo,
    fields=(
        Field("field", Text("Field", "Campo"), FieldForm.CHOICE, choices=_choices),
        Field("how", Text("What to do", "Qué hacer"), FieldForm.CHOICE, choices=lambda: HOW, default=HOW[0][0]),
        Field(
            "value",
            Text("Value", "Valor"),
            hint=Text("Nothing: the orders are left without one.", "Nada: los pedidos se quedan sin valor."),
            required=False,
        ),
    ),
    check=_check,
    shown=_shown,
    together=TOGETHER,
)
