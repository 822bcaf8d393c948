"""Why the rules made of an order what they did, worked out again from the facts that its decision kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.application import Application, UnreadableVersion
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.erased import with_answers
from engine.decide.explain import FIRST_PART, Explanation, Part, explain_part
from engine.decide.kept import case_of
from engine.decide.run import Case
from engine.model.order import StoredDecision
from engine.model.rule_set import RuleSetVersion
from engine.model.sentence import Sentence
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.rule_context import kept_context
from rules.context import ContextRefused
from rules.document import RuleSet
from rules.messages import Language, Message, Text
from rules.order_document import dumps

UNREADABLE_RULES = Text(
    'Version {number} of the rules "{name}" can no longer be read, so this decision cannot be explained; what it did is shown '
    "below.",
    'La versión {number} de las reglas "{name}" ya no se puede leer y esta decisión no se puede explicar; abajo se ve lo que '
    "hizo.",
)
INCOMPLETE = Text(
    "What this decision knew is not complete any more, so it cannot be explained; what it did is shown below.",
    "Lo que sabía esta decisión ya no está completo y no se puede explicar; abajo se ve lo que hizo.",
)


BUSY = Text(
    "Other explanations are being worked out at the moment, so this one has to wait; what the decision did is shown below.",
    "En este momento se están preparando otras explicaciones y esta tiene que esperar; abajo se ve lo que hizo la decisión.",
)
PATIENCE = 1.0  # seconds to wait for a place to work out an explanation


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule of the set. `entry` is what `engine.decide.explain` says about it."""

    entry: Mapping[str, Any]
    place: int  # in the set, counted from 1


@dataclass(frozen=True, slots=True)
class OrderExplanation:
    """One decision about an order. Without rules, `problem` says why there is nothing to show, unless the set is empty.

    All `rules` say what they came to; those of the part that was asked for, `shown`, also why. `near_misses` are those of the
    rules that one single condition kept from firing, those partly met first.
    """

    decision: StoredDecision
    versions: tuple[RuleSetVersion, ...]  # of the sets that ran, in their order
    rules: tuple[ExplainedRule, ...] = ()
    near_misses: tuple[ExplainedRule, ...] = ()
    errors: tuple[Mapping[str, Any], ...] = ()  # in the language asked for
    problem: Message | None = None
    shown: tuple[ExplainedRule, ...] = ()  # the most important first
    part: Part = FIRST_PART


def explain_order(
    app: Application,
    account_id: str,
    order_id: str,
    decision_id: str | None = None,
    language: Language = "en",
    part: Part = FIRST_PART,
    patience: float = PATIENCE,
    known: Sequence[RuleSetVersion] = (),
) -> OrderExplanation | None:
    """A decision about an order, the latest one unless another is named; None when the order has none.

    `known`: versions that are at hand, which are not read again.

    Few explanations are worked out at a time: who gets no place within `patience` gets the decision without its rules.
    Raises NotFound for an order or a decision that is not the account's, or that do not belong together.
    """
    with app.reading() as uow:
        decision = _find_decision(uow, account_id, order_id, decision_id)
        if decision is None:
            return None
        # What a decision saw may be redacted later: it is then another explanation.
        facts = hashlib.sha256(dumps(decision.facts)).digest()
        key = account_id, decision.id, facts, decision.context_id, language, part
        remembered: OrderExplanation | None = app.explanations.find(key)
        if remembered is not None:
            return remembered
        try:
            versions = _versions(uow, decision, known)
            context = kept_context(app, uow, decision).context
        except (NotFound, ContextRefused):
            return _unexplained(decision, (), Message("facts_incomplete", INCOMPLETE), language)
    case = case_of(decision.facts, decision.trigger, decision.decided_at, context)
    if case is None:
        return _unexplained(decision, versions, Message("facts_incomplete", INCOMPLETE), language)
    with app.explanations.place(patience) as is_free:
        remembered = app.explanations.find(key)  # somebody else may have wanted the same meanwhile
        if remembered is not None:
            return remembered
        if not is_free:
            return _unexplained(decision, versions, Message("busy", BUSY), language)
        try:
            compiled = app.compiled.get(versions, context.zone)
        except UnreadableVersion as refusal:
            params = {"number": refusal.version.number, "name": refusal.version.name}
            return _unexplained(decision, versions, Message("rules_unreadable", UNREADABLE_RULES, params), language)
        explanation, size = _explained(decision, versions, compiled, case, language, part)
        app.explanations.keep(key, explanation, size)
    return explanation


def _explained(
    decision: StoredDecision,
    versions: tuple[RuleSetVersion, ...],
    compiled: CompiledRuleSet,
    case: Case,
    language: Language,
    part: Part,
) -> tuple[OrderExplanation, int]:
    """The explanation, and how many entries and nodes it has."""
    known = cache(lambda: decide(compiled, case))
    made = explain_part(compiled.rule_set, case, known, language, part)
    erased = decision.facts.get("erased")
    if erased:
        whole = Explanation(made.decision, made.rules, made.near_misses)
        told = with_answers(whole, erased["answers"], erased["fields"], decision.changes, language)
        made = made._replace(rules=told.rules, near_misses=told.near_misses)
    rules = tuple(ExplainedRule(entry, place) for place, entry in enumerate(made.rules, 1))
    by_id = {rule.entry["rule"]: rule for rule in rules}
    near_misses = tuple(by_id[rule_id] for rule_id in made.near_misses)
    errors = tuple(_errors_of(decision, language) if erased else [error.to_json(language) for error in made.decision.errors])
    shown = tuple(rules[place] for place in made.shown)
    explanation = OrderExplanation(decision, versions, rules, near_misses, errors, shown=shown, part=part)
    return explanation, made.nodes + len(rules)


def explainable(app: Application, uow: UnitOfWork, decision: StoredDecision) -> tuple[RuleSet, Case] | None:
    """What a decision is explained from; None when something of that is gone."""
    try:
        versions = tuple(uow.rule_sets.get_versions(decision.account_id, decision.rule_set_version_ids))
        context = kept_context(app, uow, decision).context
        case = case_of(decision.facts, decision.trigger, decision.decided_at, context)
        return None if case is None else (app.compiled.get(versions, context.zone).rule_set, case)
    except (NotFound, ContextRefused, UnreadableVersion):
        return None


def _find_decision(uow: UnitOfWork, account_id: str, order_id: str, decision_id: str | None) -> StoredDecision | None:
    wanted = decision_id or uow.orders.get(account_id, order_id).decision_id
    if wanted is None:
        return None
    decision = uow.decisions.get(account_id, wanted)
    if decision.order_id != order_id:
        raise NotFound(wanted)
    return decision


def _versions(uow: UnitOfWork, decision: StoredDecision, known: Sequence[RuleSetVersion]) -> tuple[RuleSetVersion, ...]:
    at_hand = {version.id: version for version in known if version.account_id == decision.account_id}
    wanted = decision.rule_set_version_ids
    if all(version_id in at_hand for version_id in wanted):
        return tuple(at_hand[version_id] for version_id in wanted)
    return tuple(uow.rule_sets.get_versions(decision.account_id, wanted))


def _unexplained(
    decision: StoredDecision, versions: tuple[RuleSetVersion, ...], problem: Message, language: Language
) -> OrderExplanation:
    return OrderExplanation(decision, versions, errors=tuple(_errors_of(decision, language)), problem=problem)


def _errors_of(decision: StoredDecision, language: Language) -> list[dict[str, Any]]:
    return [{**error, "message": Sentence.from_data(error["message"]).format(language)} for error in decision.errors]
