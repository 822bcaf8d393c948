"""Why the rules made of an order what they did, worked out again from the facts that its decision kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from engine.application import Application
from engine.decide.decision import Trigger
from engine.decide.erased import with_answers
from engine.decide.explain import explain
from engine.decide.run import Case
from engine.model.order import OnceWrite, OrderHistory, StoredDecision
from engine.model.rule_set import RuleSetVersion
from engine.model.sentence import Sentence
from engine.ports import NotFound, UnitOfWork
from engine.services.rule_context import from_data
from rules.context import ContextRefused, RuleContext
from rules.document import RuleSet
from rules.messages import Language, Message, Text
from rules.problems import RuleSetRefused
from rules.values import moment_of

UNREADABLE_RULES = Text(
    "Version {number} of the rules can no longer be read, so this decision cannot be explained; what it did is shown below.",
    "La versión {number} de las reglas ya no se puede leer y esta decisión no se puede explicar; abajo se ve lo que hizo.",
)
INCOMPLETE = Text(
    "What this decision knew is not complete any more, so it cannot be explained; what it did is shown below.",
    "Lo que sabía esta decisión ya no está completo y no se puede explicar; abajo se ve lo que hizo.",
)


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule of the set. `entry` is what `engine.decide.explain` says about it."""

    entry: Mapping[str, Any]
    place: int  # in the set, counted from 1


@dataclass(frozen=True, slots=True)
class OrderExplanation:
    """One decision about an order. Without rules, `problem` says why there is nothing to show, unless the set is empty.

    `near_misses` are those of the rules that one single condition kept from firing, those partly met first.
    """

    decision: StoredDecision
    version: RuleSetVersion | None
    rules: tuple[ExplainedRule, ...] = ()
    near_misses: tuple[ExplainedRule, ...] = ()
    errors: tuple[Mapping[str, Any], ...] = ()  # in the language asked for
    problem: Message | None = None


def explain_order(
    app: Application, account_id: str, order_id: str, decision_id: str | None = None, language: Language = "en"
) -> OrderExplanation | None:
    """A decision about an order, the latest one unless another is named; None when the order has none.

    Raises NotFound for an order or a decision that is not the account's, or that do not belong together.
    """
    with app.reading() as uow:
        decision = _find_decision(uow, account_id, order_id, decision_id)
        if decision is None:
            return None
        try:
            version = _version_of(uow, decision)
            context = from_data(uow.decisions.get_context(decision.context_id)).context
        except (NotFound, ContextRefused):
            return _unexplained(decision, None, Message("facts_incomplete", INCOMPLETE), language)
    case = _case_of(decision, context)
    if case is None:
        return _unexplained(decision, version, Message("facts_incomplete", INCOMPLETE), language)
    try:
        rule_set = app.compiled.get(version, context.zone).rule_set
    except RuleSetRefused:
        number = "" if version is None else version.number
        return _unexplained(decision, version, Message("rules_unreadable", UNREADABLE_RULES, {"number": number}), language)
    explanation = explain(rule_set, case, language)
    erased = decision.facts.get("erased")
    if erased:
        explanation = with_answers(explanation, erased["answers"], erased["fields"], decision.changes, language)
    rules = tuple(ExplainedRule(entry, place) for place, entry in enumerate(explanation.rules, 1))
    by_id = {rule.entry["rule"]: rule for rule in rules}
    near_misses = tuple(by_id[rule_id] for rule_id in explanation.near_misses)
    errors = [error.to_json(language) for error in explanation.decision.errors]
    return OrderExplanation(decision, version, rules, near_misses, tuple(_errors_of(decision, language) if erased else errors))


def explainable(app: Application, uow: UnitOfWork, decision: StoredDecision) -> tuple[RuleSet, Case] | None:
    """What a decision is explained from; None when something of that is gone."""
    try:
        version = _version_of(uow, decision)
        context = from_data(uow.decisions.get_context(decision.context_id)).context
        case = _case_of(decision, context)
        return None if case is None else (app.compiled.get(version, context.zone).rule_set, case)
    except (NotFound, ContextRefused, RuleSetRefused):
        return None


def _find_decision(uow: UnitOfWork, account_id: str, order_id: str, decision_id: str | None) -> StoredDecision | None:
    order = uow.orders.get(account_id, order_id)
    wanted = decision_id or order.decision_id
    if wanted is None:
        return None
    decision = uow.decisions.get(account_id, wanted)
    if decision.order_id != order_id:
        raise NotFound(wanted)
    return decision


def _version_of(uow: UnitOfWork, decision: StoredDecision) -> RuleSetVersion | None:
    if decision.rule_set_version_id is None:
        return None
    return uow.rule_sets.get_version(decision.account_id, decision.rule_set_version_id)


def _case_of(decision: StoredDecision, context: RuleContext) -> Case | None:
    order, history = decision.facts.get("order"), decision.facts.get("history")
    if not isinstance(order, Mapping) or not isinstance(history, Mapping):
        return None
    edited, applied, held = (frozenset(history.get(key) or ()) for key in ("edited_fields", "applied_rules", "held_by"))
    past = OrderHistory(edited, applied, held, tuple(OnceWrite(*write) for write in history.get("once_writes") or ()))
    return Case(dict(order), cast(Trigger, decision.trigger), moment_of(decision.decided_at), context, past)


def _unexplained(
    decision: StoredDecision, version: RuleSetVersion | None, problem: Message, language: Language
) -> OrderExplanation:
    return OrderExplanation(decision, version, errors=tuple(_errors_of(decision, language)), problem=problem)


def _errors_of(decision: StoredDecision, language: Language) -> list[dict[str, Any]]:
    return [{**error, "message": Sentence.from_data(error["message"]).format(language)} for error in decision.errors]
