"""The rule language in plain Python, one node after the other and nothing left out.

It shares no compiled code and no durable-rules with `decide()`: it is the oracle that `decide()` is tested against, and
what explains a decision, because every node gets a verdict here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.decide.decision import Decision
from engine.decide.run import Case, Run
from engine.decide.verdicts import ERROR, FALSE, TRUE, combine
from rules.document import Always, Condition, Group, ItemGroup, Node, Rule, RuleSet
from rules.facts import item_value, items_of, order_value, typed
from rules.messages import Message, Text
from rules.operators import BLANK, NOT_BLANK, find_operator
from rules.order_document import Document
from rules.values import FieldType, Unreadable, exact_text, folded_text, is_blank

FIELD_IN_ERROR = Text("{field}: {reason}", "{field}: {reason}")
ITEM_IN_ERROR = Text("{field} of line {line}: {reason}", "{field} de la línea {line}: {reason}")


@dataclass(slots=True)
class NodeResult:
    """What one node of a rule came to. For an item group, `members` holds the node's result for every item."""

    node: Node
    verdict: int
    found: Any = None
    error: Message | None = None
    item: int | None = None  # index of the item it was asked of
    members: list[NodeResult] = field(default_factory=list)


@dataclass(slots=True)
class RuleResult:
    """What one rule came to: `matched`, `not_matched`, `error`, `failed`, `disabled`, `other_trigger`,
    `already_applied` or `not_reached`."""

    rule: Rule
    status: str
    when: NodeResult | None = None


def decide_by_reference(rule_set: RuleSet, case: Case) -> tuple[Decision, list[RuleResult]]:
    """The decision, and what every rule of the set came to."""
    run = Run(case)
    repeating = _repeating(rule_set, case)
    run.repeat_others(repeating)
    results = []
    for rule in rule_set.rules:
        result = RuleResult(rule, _unconsidered(rule, run) or "not_matched")
        if rule.id in repeating:
            run.repeat(rule.id)
        if result.status == "not_matched":
            result.when = evaluate(rule.when, run.document, case)
            _act(rule, result, run)
        results.append(result)
    return run.decision(), results


def _repeating(rule_set: RuleSet, case: Case) -> frozenset[str]:
    """The rules that wrote something once, and have their place among the others."""
    writers = {write.rule for write in case.history.once_writes} & case.history.applied_rules
    rules = (rule for rule in rule_set.rules if rule.once and rule.enabled and case.trigger in rule.triggers)
    return frozenset(rule.id for rule in rules if rule.id in writers)


def _unconsidered(rule: Rule, run: Run) -> str | None:
    if run.ended:
        return "not_reached"
    if not rule.enabled:
        return "disabled"
    if run.case.trigger not in rule.triggers:
        return "other_trigger"
    if rule.once and rule.id in run.case.history.applied_rules:
        return "already_applied"
    return None


def _act(rule: Rule, result: RuleResult, run: Run) -> None:
    assert result.when is not None
    if result.when.verdict == ERROR:
        result.status = "error"
        path, message = _first_error(result.when)
        run.report(rule, path, message)
    elif result.when.verdict == TRUE:
        before = len(run.matched)
        run.fire(rule)
        result.status = "matched" if len(run.matched) > before else "failed"


def evaluate(node: Node, document: Document, case: Case, item: Any = None, index: int | None = None) -> NodeResult:
    """The verdict of a node and of everything below it. `item` is set inside an item group."""
    match node:
        case Always():
            return NodeResult(node, TRUE)
        case Condition():
            return _evaluate_condition(node, document, case, item, index)
        case Group():
            members = [evaluate(member, document, case, item, index) for member in node.nodes]
            verdict = combine(node.kind, (member.verdict for member in members))
            return NodeResult(node, verdict, item=index, members=members)
        case ItemGroup():
            items = items_of(document)
            if isinstance(items, Unreadable):
                return NodeResult(node, ERROR, error=items.message)
            members = [evaluate(node.node, document, case, one, number) for number, one in enumerate(items)]
            return NodeResult(node, combine(node.kind, (member.verdict for member in members)), members=members)


def _evaluate_condition(node: Condition, document: Document, case: Case, item: Any, index: int | None) -> NodeResult:
    raw = item_value(node.field, item) if node.of_item else order_value(node.field, document, case.context)
    if node.operator in (BLANK, NOT_BLANK):
        unreachable = isinstance(raw, Unreadable) and raw.message.code == "not_an_object"
        blank = unreachable or (not isinstance(raw, Unreadable) and is_blank(raw))
        found = None if blank or isinstance(raw, Unreadable) else raw
        return NodeResult(node, TRUE if blank == (node.operator == BLANK) else FALSE, found, item=index)
    operator = find_operator(node.field.type, node.operator)
    assert operator is not None
    value = typed(node.field, raw)
    if isinstance(value, Unreadable):
        found = None if isinstance(raw, Unreadable) else raw
        return NodeResult(node, ERROR, found, _error_message(node, index, value.message), index)
    if value is None:
        return NodeResult(node, TRUE if operator.on_blank else FALSE, None, item=index)
    prepared = operator.prepare(node.members, node.match_case, case.context.zone)
    passed = operator.test(_comparable(node, value), prepared, case.now)
    return NodeResult(node, TRUE if passed else FALSE, raw, item=index)


def _comparable(node: Condition, value: Any) -> Any:
    normalise = exact_text if node.match_case else folded_text
    if node.field.type is FieldType.TEXT:
        return normalise(value)
    if node.field.type is FieldType.SET:
        return frozenset(normalise(member) for member in value)
    return value


def _error_message(node: Condition, index: int | None, reason: Message) -> Message:
    if index is None:
        return Message(reason.code, FIELD_IN_ERROR, {"field": node.field.name, "reason": reason})
    return Message(reason.code, ITEM_IN_ERROR, {"field": node.field.name, "line": index + 1, "reason": reason})


def first_error(node: Node, document: Document, case: Case) -> tuple[str, Message]:
    """Where and why a node in error is in error: the first condition that could have changed its answer."""
    return _first_error(evaluate(node, document, case))


def _first_error(result: NodeResult) -> tuple[str, Message]:
    if result.error is not None:
        return result.node.path, result.error
    return _first_error(next(member for member in result.members if member.verdict == ERROR))
