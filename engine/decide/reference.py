"""The rule language in plain Python, one node after the other and nothing left out.

It shares no compiled code and no durable-rules with `decide()`: it is the oracle that `decide()` is tested against, and
what explains a decision, because every node gets a verdict here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct, field

from engine.decide.columns import Columns, Prepared, operand_of
from engine.decide.decision import Decision
from engine.decide.run import Case, Run
from engine.decide.verdicts import ERROR, FALSE, TRUE, combine
from rules.comparable import comparable
from rules.document import (
    MANUAL,
    Aggregate,
    Always,
    Condition,
    Group,
    ItemGroup,
    Node,
    Rule,
    RuleSet,
    aggregates_of,
    conditions_of,
)
from rules.facts import item_value, items_of, order_value, typed
from rules.fields import Field
from rules.fields.measures import Measure
from rules.line_numbers import Lines, comparison_of, constants_of, figure_of
from rules.messages import Message, Text
from rules.named_lists import NamedList
from rules.operators import BLANK, NOT_BLANK, find_operator
from rules.order_document import Document
from rules.values import Unreadable, is_blank

FIELD_IN_ERROR = Text("{field}: {reason}", "{field}: {reason}")
ITEM_IN_ERROR = Text("{field} of line {line}: {reason}", "{field} de la línea {line}: {reason}")


class NodeResult(Struct):
    """What one node of a rule came to. Of nodes over items, `members` holds the inner node's result for every item.

    Where lines were folded, a member stands for all lines that answer alike: `item` is the first, `alike` are the others.
    `window` are then some lines one by one.
    """

    node: Node
    verdict: int
    found: Any = None
    found_other: Any = None  # of the field that is compared with
    error: Message | None = None
    item: int | None = None  # index of the item it was asked of
    members: list[NodeResult] = field(default_factory=list)
    alike: Sequence[int] = ()
    window: list[NodeResult] | None = None
    listed: NamedList | None = None  # what a condition compares with

    @property
    def both(self) -> tuple[Any, Any]:
        """What was found of the two fields that a condition compares."""
        return self.found, self.found_other


class RuleResult(Struct):
    """What one rule came to: `matched`, `not_matched`, `error`, `failed`, `disabled`, `other_trigger`,
    `not_chosen`, `not_due`, `already_applied` or `not_reached`."""

    rule: Rule
    status: str
    when: NodeResult | None = None


def decide_by_reference(rule_set: RuleSet, case: Case) -> tuple[Decision, list[RuleResult]]:
    """The decision, and what every rule of the set came to."""
    results: list[RuleResult] = []
    return follow(rule_set, case, Evaluator(case), results.append), results


def follow(
    rule_set: RuleSet,
    case: Case,
    evaluator: Evaluator,
    observe: Callable[[RuleResult], None],
    known: Callable[[], Decision] | None = None,
    only: str | None = None,
) -> Decision:
    """The decision; `hear` gets what each rule came to, in their order.

    Where the decision is `known` otherwise, what the evaluator cannot afford to answer is taken from there, and has no `when`;
    so is all but one rule, if `only` one is asked for.
    """
    run = Run(case)
    repeating = _repeating(rule_set, case)
    run.repeat_others(repeating)
    for rule in rule_set.rules:
        result = RuleResult(rule, _unconsidered(rule, run) or "not_matched")
        if rule.id in repeating:
            run.repeat(rule.id)
        if result.status == "not_matched":
            if known is None or (only in (None, rule.id) and evaluator.affords(rule.when, run.document)):
                result.when = evaluator.evaluate(rule.when, run.document)
                _act(rule, result, run)
            else:
                _act_as_known(rule, result, run, known())
        observe(result)
    return run.decision()


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
    if run.case.only is not None and rule.id not in run.case.only:
        return "not_chosen" if run.case.trigger == MANUAL else "not_due"
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


def _act_as_known(rule: Rule, result: RuleResult, run: Run, known: Decision) -> None:
    if rule.id in known.matched:
        run.fire(rule)
        result.status = "matched"
        return
    for error in known.errors:
        if error.rule == rule.id:
            run.report(rule, error.path, error.message)
            result.status = "failed" if error.path.startswith(f"{rule.path}.then") else "error"
            return


class Evaluator:
    """Answers nodes about orders of one case. What conditions compare with is made ready once.

    With `fold_over`, lines of an order with more lines than that are folded into those that stand for others; `window` are
    lines to answer one by one all the same. `most_answers` bounds how many answers of conditions it can afford.
    """

    def __init__(
        self, case: Case, *, fold_over: int | None = None, window: range | None = None, most_answers: int | None = None
    ) -> None:
        self._case = case
        self._fold_over = fold_over
        self._window = window
        self._left = most_answers
        self._prepared: dict[int, Prepared] = {}  # by the id of the condition, which lives as long as its rule set
        self._columns = Columns(())

    def affords(self, node: Node, document: Document) -> bool:
        """Whether the node can still be answered; if so, its answers are taken from what is left."""
        if self._left is None:
            return True
        items = items_of(document)
        lines = 0 if isinstance(items, Unreadable) else len(items)
        self._left -= sum(lines if condition.of_item else 1 for condition in conditions_of(node))
        self._left -= sum(lines for _ in aggregates_of(node))
        return self._left >= 0

    def evaluate(
        self, node: Node, document: Document, item: Any = None, index: int | None = None, alike: Sequence[int] = ()
    ) -> NodeResult:
        """The verdict of a node and of everything below it. `item` is set inside an item group."""
        match node:
            case Always():
                return NodeResult(node, TRUE, item=index, alike=alike)
            case Condition():
                result = self._condition(node, document, item, index)
                result.alike = alike
                return result
            case Group():
                members = [self.evaluate(member, document, item, index, alike) for member in node.nodes]
                verdict = combine(node.kind, (member.verdict for member in members))
                return NodeResult(node, verdict, item=index, members=members, alike=alike)
            case ItemGroup() | Aggregate():
                items = items_of(document)
                if isinstance(items, Unreadable):
                    return NodeResult(node, ERROR, error=items.message)
                members, window = self._over_items(node.node, document, items)
                if isinstance(node, Aggregate):
                    return self._aggregate(node, document, items, members, window)
                verdict = combine(node.kind, (member.verdict for member in members))
                return NodeResult(node, verdict, members=members, window=window)

    def _over_items(
        self, inner: Node, document: Document, items: Sequence[Any]
    ) -> tuple[list[NodeResult], list[NodeResult] | None]:
        """What a node comes to for the lines of the order, and for those of the window."""
        window = None
        if self._fold_over is None or len(items) <= self._fold_over:
            members = [self.evaluate(inner, document, item, number) for number, item in enumerate(items)]
        else:
            if self._columns.items is not items:
                self._columns = Columns(items)
            groups = self._columns.alike(inner, self._ready, self._case.now)
            members = [self.evaluate(inner, document, items[first], first, others) for first, *others in groups]
            if self._window is not None:
                lines = self._window[: max(0, len(items) - self._window.start)]
                window = [self.evaluate(inner, document, items[line], line) for line in lines]
        return members, window

    def _aggregate(
        self,
        node: Aggregate,
        document: Document,
        items: Sequence[Any],
        members: list[NodeResult],
        window: list[NodeResult] | None,
    ) -> NodeResult:
        lines, error = _lines(node.of, items, members)
        figure = figure_of(node.kind, lines)
        if isinstance(node.node, Always):  # there is nothing to say of each line
            members, window = [], None
        compared, case = node.compared, self._case
        other_raw = operand = None
        if compared.than is not None:
            other_raw = order_value(compared.than, document, case.context, case.now)
            operand = typed(compared.than, other_raw)
            if isinstance(operand, Unreadable):
                error = _error_message(compared.than, None, operand.message)
                other_raw = None if isinstance(other_raw, Unreadable) else other_raw
                return NodeResult(node, ERROR, figure.found, other_raw, error, None, members, window=window)
        elif compared.operator not in (BLANK, NOT_BLANK):
            _, operand = self._ready(compared)
        passed = figure.answer(comparison_of(node, operand, case.now), constants_of(compared, operand))
        verdict = ERROR if passed is None else TRUE if passed else FALSE
        error = error if passed is None else None
        return NodeResult(node, verdict, figure.found, other_raw, error, None, members, window=window)

    def _condition(self, node: Condition, document: Document, item: Any, index: int | None) -> NodeResult:
        case = self._case
        raw = item_value(node.field, item) if node.of_item else order_value(node.field, document, case.context, case.now)
        if node.operator in (BLANK, NOT_BLANK):
            unreachable = isinstance(raw, Unreadable) and raw.message.code == "not_an_object"
            blank = unreachable or (not isinstance(raw, Unreadable) and is_blank(raw))
            found = None if blank or isinstance(raw, Unreadable) else raw
            return NodeResult(node, TRUE if blank == (node.operator == BLANK) else FALSE, found, item=index)
        if node.than is not None:
            return self._comparison(node, node.than, raw, document, item, index)
        operator, prepared = self._ready(node)
        listed = None if node.list_name is None else case.context.list_named(node.list_name)
        value = typed(node.field, raw)
        if isinstance(value, Unreadable):
            found = None if isinstance(raw, Unreadable) else raw
            return NodeResult(node, ERROR, found, error=_error_message(node.field, index, value.message), item=index)
        if value is None:
            return NodeResult(node, TRUE if operator.on_blank else FALSE, None, item=index, listed=listed)
        if isinstance(prepared, Message):
            return NodeResult(node, ERROR, raw, error=_error_message(node.field, index, prepared), item=index)
        passed = operator.test(comparable(node, value), prepared, case.now)
        return NodeResult(node, TRUE if passed else FALSE, raw, item=index, listed=listed)

    def _comparison(self, node: Condition, than: Field, raw: Any, document: Document, item: Any, index: int | None) -> NodeResult:
        case = self._case
        other_raw = item_value(than, item) if node.of_item else order_value(than, document, case.context, case.now)
        found, found_other = (None if isinstance(one, Unreadable) else one for one in (raw, other_raw))
        value, other = typed(node.field, raw), typed(than, other_raw)
        for one, read in ((node.field, value), (than, other)):
            if isinstance(read, Unreadable):
                error = _error_message(one, index, read.message)
                return NodeResult(node, ERROR, found, found_other, error, index)
        operator, against = self._ready(node)
        if value is None or other is None:
            passed = operator.on_blank
        else:
            passed = operator.test(comparable(node, value), against(other), case.now)
        return NodeResult(node, TRUE if passed else FALSE, found, found_other, item=index)

    def _ready(self, node: Condition) -> Prepared:
        found = self._prepared.get(id(node))
        if found is None:
            operator = find_operator(node.field.type, node.operator)
            assert operator is not None
            found = self._prepared[id(node)] = operator, operand_of(operator, node, self._case.context)
        return found


def _lines(measure: Measure | None, items: Sequence[Any], members: Sequence[NodeResult]) -> tuple[Lines, Message | None]:
    """The lines that count or may count, and what is wrong with the first number that cannot be read."""
    lines, error = Lines(), None
    for member in members:
        if member.verdict == FALSE or member.item is None:
            continue
        for place in (member.item, *member.alike):
            wrong = lines.add(measure, items[place], surely=member.verdict == TRUE)
            if wrong is not None and error is None:
                error = _error_message(wrong.field, place, wrong.reason.message)
    return lines, error


def evaluate(node: Node, document: Document, case: Case) -> NodeResult:
    """The verdict of a node and of everything below it."""
    return Evaluator(case).evaluate(node, document)


def _error_message(field: Field, index: int | None, reason: Message) -> Message:
    if index is None:
        return Message(reason.code, FIELD_IN_ERROR, {"field": field.name, "reason": reason})
    return Message(reason.code, ITEM_IN_ERROR, {"field": field.name, "line": index + 1, "reason": reason})


def first_error(node: Node, document: Document, case: Case) -> tuple[str, Message]:
    """Where and why a node in error is in error: the first condition that could have changed its answer."""
    return _first_error(evaluate(node, document, case))


def _first_error(result: NodeResult) -> tuple[str, Message]:
    if result.error is not None:
        return result.node.path, result.error
    return _first_error(next(member for member in result.members if member.verdict == ERROR))
