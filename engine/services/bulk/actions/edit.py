"""Sets fields of many orders, adds to them, takes from them, or undoes what was set; undone, each order has again what a person
had written before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, Field, FieldForm, Results, WrongField
from engine.services.deciding.rule_context import NO_LISTS, gather_context
from engine.services.editing.changed_values import TAGS
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.editable_fields import FOUND_OUT, find_editable
from engine.services.editing.edits import EditResult, FieldEdit, FieldProblem, Operation, Outcome
from rules.messages import LANGUAGES, Language, Message, Text
from rules.order_document import UnreadableDocument, dumps, loads, read_field
from rules.written_values import read_value, shown_value

TOGETHER = 10
MOST_EDITS = 200
TOLD = 5  # fields in a title

NO_EDITS = Text(
    "Nothing was changed: write into at least one field, or choose what to do with it.",
    "No se ha cambiado nada: escribe en algún campo o elige qué hacer con él.",
)
NO_SUCH = Text("The fields cannot be read: open the form again.", "No se pueden leer los campos: abre el formulario de nuevo.")
SAID_ALREADY = Text("It says that already.", "Ya lo dice.")
CHANGED_SINCE = Text(
    "Somebody has changed it since, so it was left as it is.", "Alguien lo ha cambiado después, así que se ha dejado como está."
)
_EMPTY = Text("empty", "vacío")
_UNDONE = Text("what was set is undone", "se deshace lo definido")
_SIGNS = {Operation.ADD: "+ ", Operation.REMOVE: "− "}


class WrongEdits(WrongField):
    """Some of the fields cannot be set so."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        first = problems[0]
        super().__init__(EDITS, first.message.text, **first.message.params)
        self.problems = tuple(problems)


EDITS = "edits"  # the parameter


def write_edits(edits: Iterable[FieldEdit]) -> str:
    """Edits as the parameter has them; nothing for none."""
    written = [[edit.field, edit.operation.value, edit.value] for edit in edits]
    return dumps(written).decode() if written else ""


def read_edits(parameters: Mapping[str, str]) -> list[FieldEdit]:
    """The edits of an action. Raises WrongField for what is none."""
    if EDITS not in parameters:  # of an action from when one field was set at a time
        return [FieldEdit(parameters["field"], Operation(parameters["how"]), parameters["value"])]
    try:
        entries: Any = loads(f'{{"edits":{parameters[EDITS] or "[]"}}}')["edits"]
        edits = [FieldEdit(str(name), Operation(operation), str(value)) for name, operation, value in entries]
    except (UnreadableDocument, ValueError, TypeError):
        raise WrongField(EDITS, NO_SUCH) from None
    if len(edits) > MOST_EDITS:
        raise WrongField(EDITS, NO_SUCH)
    return edits


def _check(app: Application, account_id: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    edits = read_edits({EDITS: parameters.get(EDITS, "")})
    if not edits:
        raise WrongField(EDITS, NO_EDITS)
    with app.reading() as uow:
        context = gather_context(uow, uow.accounts.get(account_id), NO_LISTS).context
    problems = []
    for edit in edits:
        known = find_editable(edit.field)
        read = known if isinstance(known, Message) or edit.operation is Operation.UNDO else read_value(known, edit.value, context)
        if isinstance(read, Message):
            problems.append(FieldProblem(edit.field, read))
    if problems:
        raise WrongEdits(problems)
    return {EDITS: write_edits(edits)}


def _shown(parameters: Mapping[str, str]) -> Mapping[str, Any]:
    edits = read_edits(parameters)
    more = ", …" if len(edits) > TOLD else ""
    return {"edits": Text(*(", ".join(_told(edit, language) for edit in edits[:TOLD]) + more for language in LANGUAGES))}


def _told(edit: FieldEdit, language: Language) -> str:
    known = find_editable(edit.field)
    label = edit.field if isinstance(known, Message) else known.label.format(language)
    if edit.operation is Operation.UNDO:
        return f"{label}: {_UNDONE.format(language)}"
    return f"{label}: {_SIGNS.get(edit.operation, '')}{edit.value or _EMPTY.format(language)}"


def _do(doing: Doing, order_ids: Sequence[str]) -> Results:
    edits = read_edits(doing.action.parameters)
    zone = ZoneInfo(doing.uow.accounts.get(doing.account_id).time_zone)
    had = {order.id: {edit.field: _written(order, edit.field, zone) for edit in edits} for order in _locked(doing, order_ids)}
    results = edit_orders(doing.app, doing.account_id, order_ids, edits, doing.action.actor)
    return {one.order_id: _result(one, had.get(one.order_id, {})) for one in results}


def _undo(doing: Doing, before: Mapping[str, Mapping[str, Any]]) -> Results:
    """Of one order all of it, or nothing where somebody has changed any of it since."""
    results: dict[str, BulkResult] = {}
    now = {order.id: order.document() for order in _locked(doing, list(before))}
    for order_id, kept in before.items():
        fields = {name: one for name, one in (kept.get("fields") or {kept["field"]: kept}).items() if name not in FOUND_OUT}
        if any(read_field(now[order_id], name) != one["after"] for name, one in fields.items()):
            results[order_id] = BulkResult(BulkOutcome.REFUSED, Sentence.of(CHANGED_SINCE))
            continue
        edits = [_again(name, one["had"]) for name, one in fields.items()]
        [result] = edit_orders(doing.app, doing.account_id, [order_id], edits, doing.action.actor)
        results[order_id] = _result(result, dict.fromkeys(fields))
    return results


def _again(name: str, had: str | None) -> FieldEdit:
    """What a person had written; a tag is the line that it was, with its commas."""
    if had is None:
        return FieldEdit(name, Operation.UNDO)
    return FieldEdit(name, value=had.splitlines() if name == TAGS else had)


def _locked(doing: Doing, order_ids: Sequence[str]) -> list[Order]:
    return doing.uow.orders.get_many(doing.account_id, order_ids, for_change=True)


def _written(order: Order, name: str, zone: ZoneInfo) -> Any:
    """What a person had written, as a form shows it; None where nobody had."""
    known = find_editable(name)
    if name not in order.person or isinstance(known, Message):
        return None
    return shown_value(known, order.person[name], zone)


def _result(result: EditResult, had: Mapping[str, Any]) -> BulkResult:
    """`had` is what a person had written of each field that was to be set; what follows from these is not undone by itself."""
    if result.outcome is Outcome.CHANGED:
        said = Sentence.of(result.follows[0]) if result.follows else None
        fields = {one.field: {"had": had[one.field], "after": one.after} for one in result.changes if one.field in had}
        return BulkResult(BulkOutcome.DONE, said, {"fields": fields})
    if result.outcome is Outcome.UNCHANGED:
        return BulkResult(BulkOutcome.NOTHING, Sentence.of(SAID_ALREADY))
    return BulkResult(BulkOutcome.REFUSED, None if result.refusal is None else Sentence.of(result.refusal))


EDIT = BulkKind(
    "edit",
    Text("Set fields", "Modificar campos"),
    Text("Fields: {edits}", "Campos: {edits}"),
    _do,
    _undo,
    fields=(Field(EDITS, Text("Fields", "Campos"), FieldForm.EDITS),),
    check=_check,
    shown=_shown,
    together=TOGETHER,
)
