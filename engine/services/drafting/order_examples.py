"""An order as the beginning of a rule, or as a saved test. What says something about a person is left out of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from engine.application import Application
from engine.decide.answer import HISTORY_KEYS, history_of
from engine.decide.decision import Trigger
from engine.decide.run import Case
from engine.decide.saved_tests import answer_about
from engine.model.order import StoredDecision
from engine.services.drafting.check_draft import check_draft
from engine.services.drafting.open_set import open_set
from engine.services.refusals import Refused
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import Text
from rules.order_document import Document, read_field, write_field
from rules.values import FieldType, Unreadable, is_blank, moment_of, read_number

NO_DECISION = Text(
    "No rules have run over this order yet: run them first.",
    "Aún no se ha ejecutado ninguna regla sobre este pedido: ejecútalas antes.",
)
ERRORS_IN_DRAFT = Text(
    "The rule set has errors: correct them before you add a test to it.",
    "El conjunto de reglas tiene errores: corrígelos antes de añadirle una prueba.",
)
# What a rule made from an order may begin with: what tells orders apart, and not one order from all others.
TELLING = ("ship_to.country", "store", "requested_service", "carrier", "service", "client", "logistics_provider", "gift", "tags")


def order_of(app: Application, account_id: str, order_id: str, decision_id: str | None = None) -> tuple[StoredDecision, Document]:
    """A decision about an order, the latest unless another is named, and the order as it saw it, without a person's data.

    Raises NotFound, and Refused when no rules have run or what they saw was erased.
    """
    with app.reading() as uow:
        order = uow.orders.get(account_id, order_id)
        wanted = decision_id or order.decision_id
        decision = None if wanted is None else uow.decisions.get(account_id, wanted)
    if decision is None or decision.order_id != order_id or not isinstance(decision.facts.get("order"), Mapping):
        raise Refused("no_decision", NO_DECISION)
    return decision, without_personal(decision.facts["order"])


def without_personal(document: Mapping[str, Any]) -> Document:
    """As much of an order as conditions can ask about and says nothing about a person."""
    kept: Document = {}
    for field in ORDER_FIELDS:
        value = read_field(document, field.name)
        if not field.personal and not field.derived and not is_blank(value):
            write_field(kept, field.name, value)
    items = document.get("items")
    if isinstance(items, list):
        names = [field.name for field in ITEM_FIELDS]
        kept["items"] = [{name: item[name] for name in names if name in item} for item in items if isinstance(item, Mapping)]
    return kept


def conditions_of_order(document: Document) -> list[dict[str, Any]]:
    """Conditions that are true of this order, for somebody to choose from."""
    found: list[dict[str, Any]] = []
    for name in TELLING:
        field, value = ORDER_FIELDS[name], read_field(document, name)
        if is_blank(value):
            continue
        if field.type is FieldType.BOOLEAN:
            found.append({"field": name, "is": "is_true" if value is True else "is_false"})
        else:
            found.append({"field": name, "is": "includes" if field.type is FieldType.SET else "equals", "value": value})
    skus = list(dict.fromkeys(str(item["sku"]) for item in document.get("items", []) if not is_blank(item.get("sku"))))
    if skus:
        found.append({"any_item": {"field": "sku", "is": "in", "value": skus}})
    total = read_number(document.get("order_total"))  # which stores may send as text, and rules write as a number
    if not isinstance(total, Unreadable):
        found.append({"field": "order_total", "is": "at_least", "value": total})
    return found


def saved_test_of_order(
    app: Application, account_id: str, order_id: str, set_slug: str, decision_id: str | None = None
) -> dict[str, Any]:
    """A saved test for a set's draft: the order, and what the draft makes of it now. Raises NotFound and Refused."""
    decision, order = order_of(app, account_id, order_id, decision_id)
    opened = open_set(app, account_id, set_slug)
    checked = check_draft(app, account_id, opened, thoroughly=False)
    if checked.rule_set is None or checked.errors:
        raise Refused("errors_in_draft", ERRORS_IN_DRAFT)
    history = decision.facts.get("history")
    for key in HISTORY_KEYS:
        if isinstance(history, Mapping) and history.get(key):
            order[key] = list(history[key])
    context = checked.gathered.context
    case = Case(order, cast(Trigger, decision.trigger), moment_of(decision.decided_at), context, history_of(order))
    answer, written = answer_about(checked.rule_set, case, checked.before)
    after: Document = {}
    for name in written:
        write_field(after, name, read_field(answer["order"], name))
    expect = {"matched": answer["matched"], "flags": answer["flags"], **({"order": after} if after else {})}
    test: dict[str, Any] = {"name": str(order.get("order_number") or order_id), "order": order}
    test["now"] = decision.decided_at.isoformat()
    if decision.trigger != "imported":
        test["trigger"] = decision.trigger
    return {**test, "expect": expect}
