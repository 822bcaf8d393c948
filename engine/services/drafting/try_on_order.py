"""What each condition of a rule that is being edited says of one order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from engine.application import Application
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.explain import Part, explain_part
from engine.decide.kept import case_of
from engine.model.order import Order
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.past_decisions import context_then
from engine.services.drafting.check_draft import CheckedDraft
from engine.services.drafting.order_examples import NO_DECISION
from engine.services.refusals import Refused
from rules.document import RuleSet, run_together
from rules.messages import Language, Text

NO_SUCH_ORDER = Text('There is no order "{number}" in this account.', 'No existe el pedido "{number}" en esta cuenta.')


@dataclass(frozen=True, slots=True)
class Verdict:
    """`true`, `false` or `error`, and what a condition of the whole order found: a field's value, or a number over lines."""

    code: str
    found: Any = None
    is_comparison: bool = False


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A rule over one order; the verdicts by the path of each part, from the rule on: `when.all[1]`."""

    order_id: str
    order_number: str
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


def try_on_order(
    app: Application, account_id: str, checked: CheckedDraft, place: int, number: str, language: Language
) -> TriedRule:
    """The rule at a place of a sound draft over what the latest decision about an order saw, as if it were switched on.

    `number` is the order's number or id. Raises Refused for an order that there is not, or that no rules have run over.
    """
    with app.reading() as uow:
        order = _find(uow, account_id, number.strip())
        try:
            decision = uow.decisions.get(account_id, order.decision_id or "")
        except NotFound:
            raise Refused("no_decision", NO_DECISION) from None
        context = context_then(app, uow, account_id, decision.id, checked.gathered.context.lists or {})
    case = None if context is None else case_of(decision.facts, decision.trigger, decision.decided_at, context)
    if context is None or case is None or checked.rule_set is None:
        raise Refused("no_decision", NO_DECISION)
    rules = list(checked.rule_set.rules)
    rule = rules[place] = structs.replace(rules[place], enabled=True, triggers=rules[place].triggers | {decision.trigger})
    all_rules = run_together([*checked.before, ("", RuleSet("", "", tuple(rules)))])
    compiled = CompiledRuleSet(all_rules, context.zone)
    try:
        made = explain_part(all_rules, case, lambda: decide(compiled, case), language, Part(only=rule.id))
    finally:
        compiled.close()
    verdicts: dict[str, Verdict] = {}
    for entry in (made.rules[shown] for shown in made.shown):
        for part in _parts(entry.get("when")):
            path = part["path"].partition(".")[2]
            if verdicts.get(path, Verdict("false")).code == "false":  # of several lines one that is true counts
                verdicts[path] = Verdict(part["verdict"], part.get("found"), _tells_what_it_found(part))
    return TriedRule(order.id, order.order_number or number, verdicts)


def _find(uow: UnitOfWork, account_id: str, number: str) -> Order:
    try:
        return uow.orders.get(account_id, number)
    except NotFound:
        for store in uow.stores.list_for(account_id):
            found = uow.orders.list_by_number(account_id, store.id, number)
            if found:
                return found[0]
    raise Refused("no_order", NO_SUCH_ORDER, number=number)


def _tells_what_it_found(part: Mapping[str, Any]) -> bool:
    """Whether it is a comparison over the whole order; one of lines in error has no number to tell."""
    if "found" not in part or "item" in part:
        return False
    return "field" in part or part["verdict"] != "error"


def _parts(entry: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    if entry is None:
        return
    yield entry
    for member in entry.get("nodes", ()):
        yield from _parts(member)
