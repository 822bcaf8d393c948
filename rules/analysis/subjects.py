"""A rule with what the analysis asks of it again and again."""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct

from rules.analysis.effects import ends_run, fields_it_may_need, fields_it_surely_needs, fields_set, identity_of
from rules.analysis.formulas import AllOf, AnyOf, Formula, Formulas, Unknown
from rules.analysis.leaves import BLANK_CODES, TRUE, Literal, kind_of
from rules.document import Rule, aggregates_of, fields_in
from rules.facts import DERIVED_FROM
from rules.fields import ORDER_FIELDS
from rules.operators.registry import Finds
from rules.values import FieldType, folded_text
from rules.vocabulary import AGGREGATES

ITEMS = "items"  # stands for all that is read of the items


class Subject(Struct, frozen=True, eq=False):
    rule: Rule
    formula: Formula  # that its condition is true
    reads: frozenset[str]  # the fields of its conditions
    needs: frozenset[str]  # those of them without which its condition cannot be true, whatever the others hold
    compares: frozenset[str]  # those that must have a readable value or be blank, for its condition to be true
    only: dict[str, frozenset[object]]  # the values that some fields must have
    writes: frozenset[str]
    sets: dict[str, Hashable]  # the fields that it sets, with what sets them
    identities: tuple[Hashable, ...]  # of its action calls
    ends_run: bool
    may_need: frozenset[str] | None  # the only fields that, unreadable, can keep it from applying; None: it may fail otherwise
    surely_needs: frozenset[str]  # fields that keep it from applying when they are unreadable

    @classmethod
    def of(cls, rule: Rule, formulas: Formulas) -> Subject:
        formula = formulas.true(rule.when)
        literals = [part for part in _parts(formula) if isinstance(part, Literal)]
        reads = frozenset(ITEMS if of_item else _alias(field.name) for field, of_item in fields_in(rule.when))
        if any(aggregates_of(rule.when)):
            reads |= {ITEMS}
        return cls(
            rule=rule,
            formula=formula,
            reads=reads | _items_of(formula),
            needs=frozenset(_alias(literal.leaf.condition.field.name) for literal in literals) | _items_of(formula),
            compares=frozenset(literal.leaf.condition.field.name for literal in literals if literal.leaf.code not in BLANK_CODES),
            only=_only(literals),
            writes=rule.writes(),
            sets=fields_set(rule),
            identities=tuple(map(identity_of, rule.then)),
            ends_run=ends_run(rule),
            may_need=fields_it_may_need(rule),
            surely_needs=fields_it_surely_needs(rule),
        )

    def cannot_meet(self, other: Subject) -> bool:
        """Whether the two ask for different values of one field: a cheap answer to what needs no search."""
        return any(self.only[name].isdisjoint(other.only[name]) for name in self.only.keys() & other.only.keys())


def changed_by(writes: frozenset[str]) -> frozenset[str]:
    """The condition fields whose value may differ once these have been written."""
    parts = {name.partition(".")[0] for name in writes if "." in name}
    return frozenset(
        field.name
        for field in ORDER_FIELDS
        if field.name in writes
        or not DERIVED_FROM.get(field.name, frozenset()).isdisjoint(writes)
        or ("." in field.name and field.name.partition(".")[0] in parts)
    )


def _parts(formula: Formula) -> tuple[Formula, ...]:
    return formula.parts if isinstance(formula, AllOf) else (formula,)


def _alias(name: str) -> str:
    return ITEMS if name == "line_count" or kind_of(name) in AGGREGATES else name


def _items_of(formula: Formula) -> frozenset[str]:
    """ITEMS, where the formula reads items however its alternatives turn out; nothing else does."""
    if isinstance(formula, Literal):
        return frozenset({ITEMS}) if _alias(formula.leaf.condition.field.name) == ITEMS else frozenset()
    if isinstance(formula, AllOf):
        return frozenset().union(*map(_items_of, formula.parts))
    return frozenset() if isinstance(formula, AnyOf | Unknown) else frozenset({ITEMS})


def _only(literals: list[Literal]) -> dict[str, frozenset[object]]:
    only: dict[str, frozenset[object]] = {}
    for literal in literals:
        condition, operator = literal.leaf.condition, literal.leaf.operator
        if operator is None or operator.finds is not Finds.EQUAL or not operator.passes_when_found or literal.accepted != TRUE:
            continue
        is_text = condition.field.type is FieldType.TEXT
        values = frozenset(folded_text(member) if is_text else member for member in condition.members)
        only[condition.field.name] = only.get(condition.field.name, values) & values
    return only
