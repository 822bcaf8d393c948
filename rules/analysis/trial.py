"""Tries rules out on one order: whether conditions hold, and what a run writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.actions.draft import ActionFailed, Change, Draft
from rules.analysis.formulas import AllOf, AnyOf, EveryItem, FigureCondition, Formula, SomeItem, Unknown
from rules.analysis.leaves import ERROR, FALSE, TRUE, Leaf, Literal, State, Variable, state_of
from rules.analysis.subjects import Subject
from rules.comparable import comparable
from rules.context import RuleContext
from rules.document import Condition, fields_of
from rules.facts import items_of, order_value, typed
from rules.line_numbers import Lines, comparison_of, constants_of, figure_of
from rules.messages import Message
from rules.named_lists import operand_of_list
from rules.operators import Operator, find_operator
from rules.order_document import Document
from rules.values import Unreadable

NOBODY_EDITED: frozenset[str] = frozenset()


class Facts:
    """One order, or one of its items, at one moment."""

    def __init__(self, holder: Any, context: RuleContext, now: int) -> None:
        self.holder = holder
        self._context = context
        self._now = now
        self._states: dict[Variable, tuple[State, Any]] = {}

    def meets(self, formula: Formula) -> bool:
        match formula:
            case Literal(leaf=Leaf(condition=FigureCondition() as figure)):
                return bool(self._figure(figure, formula.leaf.prepared) & formula.accepted)
            case Literal():
                state, value = self._state(formula)
                return bool(formula.leaf.verdict(state, value, self._now) & formula.accepted)
            case Unknown():
                one = formula.condition
                verdict = self._figure(one) if isinstance(one, FigureCondition) else self._verdict(one)
                return bool(verdict & formula.accepted)
            case AllOf():
                return all(map(self.meets, formula.parts))
            case AnyOf():
                return any(map(self.meets, formula.parts))
            case SomeItem():
                return any(item.meets(formula.wanted) for item in self._items())
            case EveryItem():
                return all(item.meets(formula.wanted) for item in self._items())

    def _verdict(self, condition: Condition) -> int:
        """What a condition that compares two fields, or with a named list, comes to."""
        states = [state_of(field, condition.of_item, self.holder, self._context, self._now) for field in fields_of(condition)]
        if any(state in (State.WRONG, State.UNREACHABLE) for state, _ in states):
            return ERROR
        operator = find_operator(condition.field.type, condition.operator)
        assert operator is not None
        if condition.list_name is not None:
            return self._of_list(condition, condition.list_name, operator, *states[0])
        assert operator.against is not None
        (state, value), (other_state, other) = states
        if State.BLANK in (state, other_state):
            return TRUE if operator.on_blank else FALSE
        against = operator.against(other, condition.match_case, self._context.zone)
        return TRUE if operator.test(comparable(condition, value), against, self._now) else FALSE

    def _of_list(self, condition: Condition, name: str, operator: Operator, state: State, value: Any) -> int:
        if state is State.BLANK:
            return TRUE if operator.on_blank else FALSE
        named = self._context.list_named(name)
        operand = operand_of_list(named, name, operator, condition.match_case, self._context.zone)
        if isinstance(operand, Message):
            return ERROR
        return TRUE if operator.test(comparable(condition, value), operand, self._now) else FALSE

    def _figure(self, condition: FigureCondition, operand: Any = None) -> int:
        """What a comparison of a number over lines comes to."""
        aggregate, than = condition.aggregate, condition.than
        if isinstance(items_of(self.holder), Unreadable):
            return ERROR
        if than is not None:
            operand = typed(than, order_value(than, self.holder, self._context, self._now))
            if isinstance(operand, Unreadable):
                return ERROR
        lines = Lines()
        for item in self._items():
            if not item.meets(condition.does_not_count):
                lines.add(aggregate.of, item.holder, surely=item.meets(condition.counts))
        passes = comparison_of(aggregate, operand, self._now)
        passed = figure_of(aggregate.kind, lines).answer(passes, constants_of(aggregate.compared, operand))
        return ERROR if passed is None else TRUE if passed else FALSE

    def _state(self, literal: Literal) -> tuple[State, Any]:
        variable = literal.variable
        found = self._states.get(variable)
        if found is None:
            condition = literal.leaf.condition
            found = state_of(condition.field, condition.of_item, self.holder, self._context, self._now)
            self._states[variable] = found
        return found

    def _items(self) -> list[Facts]:
        items = items_of(self.holder)
        return [] if isinstance(items, Unreadable) else [Facts(item, self._context, self._now) for item in items]


def last_writes(
    subjects: Sequence[Subject], order: Document, trigger: str, context: RuleContext, now: int
) -> dict[int, dict[str, Change]]:
    """What the rules write that apply to an order with nothing behind it: by index of the rule, the last write of each field."""
    written: dict[int, dict[str, Change]] = {}
    facts = Facts(order, context, now)
    for subject in subjects:
        rule = subject.rule
        if not rule.enabled or trigger not in rule.triggers or not facts.meets(subject.formula):
            continue
        draft = Draft(rule.id, rule.once, order, context, now, NOBODY_EDITED, hold_allowed=True)
        try:
            for call in rule.then:
                call.action.apply(draft, call.params)
        except ActionFailed:
            continue
        written[rule.index] = {change.field: change for change in draft.changes}
        if draft.changes:
            order, facts = draft.document, Facts(draft.document, context, now)
        if subject.ends_run or draft.stopped or draft.skipped:
            break
    return written
