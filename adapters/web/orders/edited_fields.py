"""The section of an order's page in which people set its fields, see who has set them, and take what would be valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import request
from markupsafe import Markup

from adapters.web.formatting import field_name
from adapters.web.language import page_language
from adapters.web.orders.field_inputs import FieldInput, Offers, blank_input, date_parts, grouped, in_language
from adapters.web.orders.sections import value_in_words
from adapters.web.wording import actor_name
from engine.application import Application
from engine.decide.decision import INVALID_SERVICE
from engine.model.address_check import AddressCheck
from engine.model.order import Order
from engine.services.connections.list_connections import list_providers
from engine.services.deciding.account_names import AccountNames
from engine.services.deciding.rule_context import NO_LISTS, gather_context
from engine.services.editing.edit_orders import why_closed
from engine.services.editing.editable_fields import editable_fields
from engine.services.editing.edits import FieldProblem
from engine.services.editing.list_edits import SetField, list_edits
from engine.services.editing.valid_choices import Choice, is_service_valid, valid_regions, valid_services
from rules.context import RuleContext
from rules.order_document import Document, read_field
from rules.written_fields import ANY, WrittenField
from rules.written_values import shown_value

EDIT = "edit"  # in the page's address: the form stands open
_REGION_PROBLEMS = ("unknown_region", "state_missing", "postal_code_elsewhere")
_PART_OF = {"bad_postal_code": "postal_code", "postal_code_elsewhere": "postal_code", "unknown_region": "state"}  # by problem


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """A field that somebody has set, in words."""

    name: str
    label: str
    value: Markup | str
    without: Markup | str
    who: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that came back: what was typed into the fields that were touched, and what is wrong with it."""

    typed: Mapping[str, str]
    problems: Sequence[FieldProblem]


@dataclass(frozen=True, slots=True)
class FieldsSection:
    """`groups` is empty while the form is closed. `services` and `regions` are what would be valid where something is not."""

    order_id: str
    closed: str | None
    edits: tuple[ShownEdit, ...]
    groups: Sequence[tuple[str, Sequence[FieldInput]]] = ()
    problems: Sequence[tuple[FieldInput, str]] = ()
    services: Sequence[Choice] = ()
    regions: Sequence[Choice] = ()
    address: Sequence[tuple[str, str]] = ()  # what is wrong with it, and the id of the input where that is put right
    service_is_wrong: bool = False
    shown: Mapping[str, str] = field(default_factory=dict)  # of the fields that `services` and `regions` set

    @property
    def is_open(self) -> bool:
        return bool(self.groups)


def fields_section(
    app: Application, order: Order, names: AccountNames, check: AddressCheck, returned: Returned | None
) -> FieldsSection:
    """What the page shows; the account is asked for what it has only where that is offered."""
    document = order.document()
    closed = why_closed(order)
    edits = tuple(_shown_edit(one, document, names) for one in list_edits(order))
    if closed is not None:
        return FieldsSection(order.id, closed.format(page_language()), edits)
    is_open = returned is not None or request.args.get(EDIT) == "fields"
    wants_region = any(problem.code in _REGION_PROBLEMS for problem in check.problems)
    if not (is_open or wants_region or INVALID_SERVICE in order.flags):
        return FieldsSection(order.id, None, edits, address=_address(check))
    context = _context_of(app, order.account_id)
    wrong = not is_service_valid(document, context) or _refused_service(returned)
    inputs = _inputs(app, order, document, context, edits, returned) if is_open else {}
    ship_to = document.get("ship_to")
    return FieldsSection(
        order_id=order.id,
        closed=None,
        edits=edits,
        groups=grouped(inputs),
        problems=_problems(inputs),
        services=valid_services(document, context) if wrong else (),
        regions=valid_regions(app.address_rules, ship_to) if wants_region and isinstance(ship_to, dict) else (),
        address=_address(check),
        service_is_wrong=wrong,
        shown={
            name: shown_value(editable_fields()[name], read_field(document, name), context.zone)
            for name in ("carrier", "service", "ship_to.state")
        },
    )


def _address(check: AddressCheck) -> list[tuple[str, str]]:
    parts = [(problem, _PART_OF.get(problem.code, problem.code.removesuffix("_missing"))) for problem in check.problems]
    return [(problem.format(page_language()), f"field-ship_to-{part}") for problem, part in parts]


def _context_of(app: Application, account_id: str) -> RuleContext:
    with app.reading() as uow:
        return gather_context(uow, uow.accounts.get(account_id), NO_LISTS).context


def _refused_service(returned: Returned | None) -> bool:
    return returned is not None and any(problem.message.code == "service_not_available" for problem in returned.problems)


def _problems(inputs: Mapping[str, FieldInput]) -> list[tuple[FieldInput, str]]:
    return [(one, one.problem) for one in inputs.values() if one.problem]


def _shown_edit(one: SetField, document: Document, names: AccountNames) -> ShownEdit:
    return ShownEdit(
        name=one.field,
        label=field_name(one.field),
        value=value_in_words(one.field, one.value, document, names),
        without=value_in_words(one.field, one.without, document, names),
        who=None if one.edit is None else actor_name(one.edit.actor, names.people, names.rules),
        at=None if one.edit is None else one.edit.at,
    )


def _inputs(
    app: Application,
    order: Order,
    document: Document,
    context: RuleContext,
    edits: Sequence[ShownEdit],
    returned: Returned | None,
) -> dict[str, FieldInput]:
    offers = Offers.of(list_providers(app, order.account_id), context)
    by_field = {one.name: one for one in edits}
    inputs = {}
    for known in _fields_of(document):
        empty = blank_input(known, offers)
        shown = "" if empty.is_made_up else shown_value(known, read_field(document, known.name), context.zone)
        filled = _filled(empty, known, shown)
        if returned is not None:
            filled = _come_back(filled, known, returned)
        edit = by_field.get(known.name)
        inputs[known.name] = filled if edit is None else replace(filled, set_by=edit.who or "", set_at=edit.at)
    return inputs


def _fields_of(document: Document) -> list[WrittenField]:
    """All that may be set, and before those that a person may name, those that the order has."""
    found: list[WrittenField] = []
    for name, known in editable_fields().items():
        if name.endswith(ANY):
            there = read_field(document, name.removesuffix(f".{ANY}"))
            found += [known.named(name.replace(ANY, str(own))) for own in there] if isinstance(there, dict) else []
        found.append(known)
    return found


def _filled(empty: FieldInput, known: WrittenField, shown: str) -> FieldInput:
    """The input with a value of the order; one that would show less than there is becomes a plain one."""
    if empty.kind == "date":
        dated = date_parts(shown)
        if dated is not None:
            return replace(empty, shown=shown, value=dated[0], clock=dated[1])
        return replace(empty, kind="text", shown=shown, value=shown)
    if empty.kind == "select" and shown and shown not in {code for code, _ in empty.choices}:
        empty = replace(empty, choices=((shown, shown), *empty.choices))
    if empty.kind == "text" and "\n" in shown:
        empty = replace(empty, kind="long")
    return replace(empty, shown=shown, value=in_language(shown, known))


def _come_back(filled: FieldInput, known: WrittenField, returned: Returned) -> FieldInput:
    """With what was typed; where the field has changed meanwhile, the next save is over what it is now."""
    problem = next((one for one in returned.problems if one.field == known.name), None)
    typed = returned.typed.get(known.name)
    if typed is not None:
        shown = filled.shown
        filled = replace(_filled(filled, known, typed), shown=shown)
    return filled if problem is None else replace(filled, problem=problem.message.format(page_language()))
