"""The fields that people set of several orders at once: one that nobody touches stays as each order has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from adapters.web.language import page_language
from adapters.web.orders.field_inputs import FieldInput, Offers, blank_input, grouped, typed_fields
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.connections.list_connections import list_providers
from engine.services.deciding.rule_context import NO_LISTS, gather_context
from engine.services.editing.editable_fields import editable_fields
from engine.services.editing.edits import FieldEdit, FieldProblem, Operation
from rules.values import FieldType

HOW, CLEAR, UNDO = "how.", "clear", "undo"  # what to do with a field besides setting what was typed
_OPERATIONS = {operation.value: operation for operation in (Operation.SET, Operation.ADD, Operation.REMOVE)}


@dataclass(frozen=True, slots=True)
class ManyInput:
    """An input, and what was chosen to be done with its field."""

    input: FieldInput
    how: str
    is_set: bool  # of members, which can be added and removed


@dataclass(frozen=True, slots=True)
class ManyForm:
    """The inputs in their groups."""

    groups: Sequence[tuple[str, Sequence[ManyInput]]]
    problems: Sequence[tuple[FieldInput, str]]
    sentence: str = ""


def edit_form(problems: Sequence[FieldProblem] = (), sentence: str = "") -> ManyForm:
    """The form with what this request has typed, if anything."""
    app, account_id = parts().app, this_person().account.id
    with app.reading() as uow:
        context = gather_context(uow, uow.accounts.get(account_id), NO_LISTS).context
    offers = Offers.of(list_providers(app, account_id), context)
    wrong = {problem.field: problem.message.format(page_language()) for problem in problems}
    inputs = {name: _typed(blank_input(known, offers), wrong) for name, known in editable_fields().items()}
    return ManyForm(
        groups=[(title, [_many(one) for one in members]) for title, members in grouped(inputs)],
        problems=[(one, one.problem) for one in inputs.values() if one.problem],
        sentence=sentence,
    )


def chosen_edits() -> list[FieldEdit]:
    """The edits that this request asks for: of fields into which something was typed, or with which something is to be done."""
    edits = []
    for name, typed, _ in typed_fields():
        how = request.form.get(f"{HOW}{name}", "")
        if how == UNDO:
            edits.append(FieldEdit(name, Operation.UNDO))
        elif how == CLEAR:
            edits.append(FieldEdit(name))
        elif typed:
            edits.append(FieldEdit(name, _OPERATIONS.get(how, Operation.SET), typed))
    return edits


def _typed(empty: FieldInput, wrong: dict[str, str]) -> FieldInput:
    form = request.form
    typed, clock = form.get(f"f.{empty.name}", ""), form.get(f"time.{empty.name}", "")
    return replace(empty, value=typed, clock=clock, problem=wrong.get(empty.name, ""))


def _many(one: FieldInput) -> ManyInput:
    return ManyInput(one, request.form.get(f"{HOW}{one.name}", ""), editable_fields()[one.name].type is FieldType.SET)
