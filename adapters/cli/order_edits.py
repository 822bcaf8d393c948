"""`orders set|unset|edits|fields`: people set fields of orders, see what they have set, and undo it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import FAILED, who_acts
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.accounts.acting import find_account, find_acting
from engine.services.editing.changed_values import TAGS
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.editable_fields import editable_fields, find_editable
from engine.services.editing.edits import EditResult, FieldEdit, Operation, Outcome
from engine.services.editing.list_edits import SetField, edits_of
from rules.messages import Language, Message, Text
from rules.values import FieldType, shown
from rules.visible import harmless_line

NO_EDIT = Text(
    "Say what to set: FIELD=VALUE, such as weight_g=900; tags+=vip and tags-=vip add and remove one.",
    "Indica qué poner: FIELD=VALUE, como weight_g=900; tags+=vip y tags-=vip añaden y quitan una.",
)
NO_ORDERS = Text("Name at least one order by its id.", "Indica al menos un pedido por su id.")
NO_FIELDS = Text("Name at least one field: `orders edits` shows them.", "Indica al menos un campo: `orders edits` los muestra.")
SAID = {
    Outcome.CHANGED: Text("{order}: changed ({fields})", "{order}: modificado ({fields})"),
    Outcome.UNCHANGED: Text("{order}: nothing to change", "{order}: nada que modificar"),
    Outcome.REFUSED: Text("{order}: {problem}", "{order}: {problem}"),
}
SET_BY = Text(
    "{field}: {value} (else {without}), set by {who} on {when} (UTC)",
    "{field}: {value} (si no, {without}), modificado por {who} el {when} (UTC)",
)
SET_ONCE = Text("{field}: {value} (else {without}), set by a person", "{field}: {value} (si no, {without}), definido manualmente")
NOTHING_SET = Text("Nobody has set a field of this order.", "Nadie ha modificado ningún campo de este pedido.")
AN_ORDER = "ord_"  # what ids of orders begin with, and no field does
LIST_SIGN = ","  # between the members of a list


@click.command("set")
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER_ID... FIELD=VALUE...")
@account_option
@maybe_by_option
@json_option
@click.pass_context
def set_fields(context: click.Context, order_ids: tuple[str, ...], account_slug: str, by: str | None, as_json: bool) -> int:
    """Set fields of orders by hand; exit code 1 when all were refused."""
    language = runtime_of(context).settings.language
    wanted = [one for one in order_ids if "=" not in one]
    edits = [_edit_of(one) for one in order_ids if "=" in one]
    if not wanted or not edits:
        raise WrongInput((NO_EDIT if wanted else NO_ORDERS).format(language))
    return _make(context, account_slug, by, wanted, edits, as_json)


@click.command("unset")
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER_ID... FIELD...")
@account_option
@maybe_by_option
@json_option
@click.pass_context
def unset_fields(context: click.Context, order_ids: tuple[str, ...], account_slug: str, by: str | None, as_json: bool) -> int:
    """Have fields be again what rules or the store say; exit code 1 when all were refused."""
    language = runtime_of(context).settings.language
    wanted = [one for one in order_ids if one.startswith(AN_ORDER)]
    names = [one for one in order_ids if one not in wanted]
    if not wanted or not names:
        raise WrongInput((NO_FIELDS if wanted else NO_ORDERS).format(language))
    edits = [FieldEdit(name, Operation.UNDO) for name in names]
    return _make(context, account_slug, by, wanted, edits, as_json)


@click.command("edits")
@order_account_option
@click.argument("order_id")
@maybe_by_option
@json_option
@click.pass_context
def edits(context: click.Context, account_slug: str | None, order_id: str, by: str | None, as_json: bool) -> None:
    """Show what people have set on an order, who and when, and what it would be without that."""
    runtime = runtime_of(context)
    account_id, _ = who_acts(runtime.application, account_slug, by, order_id)
    found, people = edits_of(runtime.application, account_id, order_id)
    language = runtime.settings.language
    lines = [harmless_line(_edit_line(one, people, language)) for one in found]
    entries = [_edit_entry(one, people) for one in found]
    answer({"order_id": order_id, "edits": entries}, as_json, *(lines or [NOTHING_SET.format(language)]))


@click.command("fields")
@json_option
@click.pass_context
def fields(context: click.Context, as_json: bool) -> None:
    """List the fields of orders that people may set; `*` stands for any name."""
    language = runtime_of(context).settings.language
    known = sorted(editable_fields().values(), key=lambda one: one.name)
    entries = [{"field": one.name, "type": one.type.value, "label": one.label.format(language)} for one in known]
    answer({"fields": entries}, as_json, *(f"{one['field']}  {one['type']}  {one['label']}" for one in entries))


def _edit_of(argument: str) -> FieldEdit:
    """What `FIELD=VALUE`, `FIELD+=VALUE` and `FIELD-=VALUE` ask for."""
    name, _, value = argument.partition("=")
    operation = {"+": Operation.ADD, "-": Operation.REMOVE}.get(name[-1:], Operation.SET)
    name = name if operation is Operation.SET else name[:-1]
    known = find_editable(name)
    is_list = not isinstance(known, Message) and known.type is FieldType.SET and operation is Operation.SET and name != TAGS
    return FieldEdit(name, operation, value.split(LIST_SIGN) if is_list else value)


def _make(
    context: click.Context,
    account_slug: str,
    by: str | None,
    order_ids: Sequence[str],
    wanted: Sequence[FieldEdit],
    as_json: bool,
) -> int:
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        actor = "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id
    results = edit_orders(app, account.id, order_ids, wanted, actor)
    lines = (harmless_line(line) for result in results for line in _lines(result, language))
    answer({"results": [_entry(result, language) for result in results]}, as_json, *lines)
    return FAILED if all(result.outcome is Outcome.REFUSED for result in results) else 0


def _entry(result: EditResult, language: Language) -> dict[str, Any]:
    entry: dict[str, Any] = {"order_id": result.order_id, "outcome": result.outcome.value}
    if result.refusal is not None:
        problems = [{"field": one.field, "problem": one.message.format(language)} for one in result.problems]
        return {**entry, "refused": result.refusal.format(language), "problems": problems}
    entry["changes"] = {change.field: [change.before, change.after] for change in result.changes}
    return {**entry, "follows": [message.format(language) for message in result.follows]}


def _lines(result: EditResult, language: Language) -> list[str]:
    number = result.order_number or result.order_id
    names = ", ".join(change.field for change in result.changes)
    problem = "" if result.refusal is None else result.refusal.format(language)
    said = SAID[result.outcome].format(language, order=number, fields=names, problem=problem)
    return [said, *(f"  {message.format(language)}" for message in result.follows)]


def _edit_entry(one: SetField, people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "field": one.field,
        "value": one.value,
        "without": one.without,
        "by": None if one.edit is None else people.get(one.edit.actor, one.edit.actor),
        "at": None if one.edit is None else one.edit.at.isoformat(),
    }


def _edit_line(one: SetField, people: Mapping[str, str], language: Language) -> str:
    values = {"field": one.field, "value": shown(one.value), "without": shown(one.without)}
    if one.edit is None:
        return SET_ONCE.format(language, **values)
    who = people.get(one.edit.actor, one.edit.actor)
    return SET_BY.format(language, **values, who=who, when=f"{one.edit.at:%Y-%m-%d %H:%M}")
