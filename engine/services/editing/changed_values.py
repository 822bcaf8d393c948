"""What edits make of one order: the new values, or what stands against them, field by field. Nothing is written yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.model.order import Order
from engine.model.tag_list import read_tags
from engine.services.editing.editable_fields import find_editable
from engine.services.editing.edits import FieldEdit, FieldProblem, Operation
from engine.services.editing.typed_bounds import typed_bounds
from engine.services.editing.valid_choices import is_service_valid
from rules.actions import Reference
from rules.actions.operations import OPERATIONS
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.context import RuleContext
from rules.messages import Message, Text
from rules.order_document import Document, read_field, write_field
from rules.references import find_unknown
from rules.values import FieldType, Unreadable, is_blank, read_set, shown
from rules.written_fields import WrittenField
from rules.written_values import Written, are_equal, read_value, shown_value

TAGS = "tags"

NO_SET = Text("Nothing can be added to it or removed from it: set it.", "No se le puede añadir ni quitar nada: ponle un valor.")
CHANGED_MEANWHILE = Text(
    "This has changed since you opened the page: it is {current} now, and you wrote {typed}. Save again to have yours.",
    "Ha cambiado desde que abriste la página: ahora es {current} y tú has escrito {typed}. Guarda otra vez para poner lo tuyo.",
)
NOTHING_MEANWHILE = Text("empty", "vacío")
TWICE = Text("This field is there twice.", "Este campo aparece dos veces.")


@dataclass(slots=True)
class NewValues:
    """Fields with their new values, fields whose edit goes, and what is wrong."""

    written: dict[str, Any] = field(default_factory=dict)
    undone: list[str] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)


def read_edits(order: Order, edits: Sequence[FieldEdit], context: RuleContext) -> NewValues:
    """Check all edits of an order against what it is now and what its account has."""
    new, document = NewValues(), order.document()
    for edit in edits:
        found = find_editable(edit.field)
        if isinstance(found, Message):
            new.problems.append(FieldProblem(edit.field, found))
        elif edit.field in new.written or edit.field in new.undone:
            new.problems.append(FieldProblem(edit.field, Message("twice", TWICE)))
        elif edit.operation is Operation.UNDO:
            if edit.field in order.person:
                new.undone.append(edit.field)
        else:
            _read_one(found, edit, document, context, new)
    if not new.problems and {"carrier", "service"} & new.written.keys():
        _check_service(_after(order, new), context, new)
    return new


def _read_one(known: WrittenField, edit: FieldEdit, document: Document, context: RuleContext, new: NewValues) -> None:
    before = read_field(document, edit.field)
    now = shown_value(known, before, context.zone)
    if edit.shown is not None and _as_one(edit.value) == _as_one(edit.shown):
        return  # nobody touched it
    value = _value(known, edit, before, context)
    value = typed_bounds(edit.field, value, document) or value
    if isinstance(value, Message):
        new.problems.append(FieldProblem(edit.field, value))
    elif are_equal(known, value, before):
        return
    elif edit.shown is not None and _as_one(edit.shown) != _as_one(now):
        said = {"current": shown(now) if now else NOTHING_MEANWHILE, "typed": shown(_as_one(edit.value)) or NOTHING_MEANWHILE}
        new.problems.append(FieldProblem(edit.field, Message("changed_meanwhile", CHANGED_MEANWHILE, said), now))
    else:
        new.written[edit.field] = value


def _value(known: WrittenField, edit: FieldEdit, before: Any, context: RuleContext) -> Any:
    written = _tags(edit.value, before) if known.name == TAGS and isinstance(edit.value, str) else edit.value
    if edit.operation is Operation.SET:
        return read_value(known, written, context)
    if known.type is not FieldType.SET:
        return Message("no_set", NO_SET)
    members = read_value(known, written, context) or []
    there = [] if is_blank(before) else read_set(before)
    if isinstance(there, Unreadable):
        return there.message
    if isinstance(members, Message):
        return members
    return OPERATIONS[edit.operation.value](there, members)


def _tags(typed: str, before: Any) -> list[str]:
    """Between commas or on lines; one that the order has already is one, whatever is in it."""
    there = before if isinstance(before, list) else ()
    lines = ([line.strip()] if line.strip() in there else read_tags(line) for line in typed.splitlines())
    return [tag for line in lines for tag in line]


def _check_service(document: Document, context: RuleContext, new: NewValues) -> None:
    if not is_service_valid(document, context):
        at = "service" if "service" in new.written else "carrier"
        new.problems.append(FieldProblem(at, Message("service_not_available", SERVICE_NOT_AVAILABLE)))
    elif is_blank(document.get("service")) and not is_blank(new.written.get("carrier")) and context.offers:
        unknown = find_unknown(Reference.CARRIER, str(new.written["carrier"]), context)
        if unknown is not None:
            new.problems.append(FieldProblem("carrier", unknown))


def _after(order: Order, new: NewValues) -> Document:
    """The order as it would be."""
    document = dict(order.document())
    for name, value in new.written.items():
        write_field(document, name, value)
    return document


def _as_one(written: Written) -> str:
    """What was written or shown, as texts that say the same compare."""
    return (written if isinstance(written, str) else "\n".join(written)).replace("\r\n", "\n").strip()
