"""Which bit of what is known of an order means what, for the rules of one program."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count

from msgspec import Struct

from engine.decide.chunks import AskedRule, Seen
from engine.decide.durable_core import Formula, Literal, flags_of
from engine.decide.formulas import NEVER, formula_of, leaf_of, leaves_of, required_of
from engine.decide.leaves import Leaf, structure_of
from rules.document import Condition, Group, ItemGroup, Node, Rule, aggregates_of, conditions_of
from rules.operators import BLANK, NOT_BLANK

MAX_CONDITIONS = 8192  # distinct ones with bits of their own; beyond, rules are evaluated one by one

# Conditions with one of these on the same key look at the same value: field and match_case.
SlotKey = tuple[str, bool]


class PlacedRule(Struct, frozen=True):
    """A rule that can be true for some order, with its bit."""

    rule: Rule
    bit: int
    errors: int  # bits of what may make it be in error
    required_errors: int  # of those, what cannot be in error when it is true


class Layout:
    """Numbers the distinct leaves of rules and gives out the bits."""

    def __init__(self, rules: list[Rule]) -> None:
        self.conditions: dict[int, Condition] = {}
        self.item_groups: dict[int, ItemGroup] = {}
        self.composites: dict[int, Node] = {}  # groups too large to be composed by durable-rules, and what is plain
        self.plain: set[int] = set()  # composites whose conditions have no bits: two fields, lists, and numbers over lines
        self._numbers: dict[Hashable, int] = {}
        self._distinct: set[Hashable] = set()
        self._seen: set[int] = set()  # leaves whose own bit somebody asks for
        formulas = [(rule, formula) for rule in rules if (formula := self._formula(rule)) != NEVER]
        for _, formula in formulas:
            required = {literal.flag for literal in required_of(formula)}
            self._seen.update(leaf_of(flag) for flag in flags_of(formula) - required)
        self._ruled_out = self._rules_ruled_out(formulas)
        self.leaves = self._leaves(len(formulas))
        self.users = self._users([formula for _, formula in formulas])
        self.rules = [self._placed(rule, 1 << place, formula) for place, (rule, formula) in enumerate(formulas)]
        self.asked = [self._asked(1 << place, formula) for place, (_, formula) in enumerate(formulas)]

    def leaf(self, node: Node) -> Leaf:
        return self.leaves[self._numbers[structure_of(node)]]

    def _formula(self, rule: Rule) -> Formula:
        self._distinct.update(map(structure_of, conditions_of(rule.when)))
        self._distinct.update(map(structure_of, aggregates_of(rule.when)))
        if len(self._distinct) <= MAX_CONDITIONS:
            formula = formula_of(rule.when, self._number)
            if formula != NEVER or not rule.once:
                return formula
            # It is never true, but may have been: what it wrote then has its place among the rules.
        number = self._numbers.setdefault(("plain", structure_of(rule.when)), len(self._numbers))
        self.composites[number] = rule.when
        self.plain.add(number)
        return Literal(f"t{number}")

    def _number(self, node: Node) -> int:
        key = structure_of(node)
        number = self._numbers.get(key)
        if number is not None:
            return number
        number = self._numbers[key] = len(self._numbers)
        if any(aggregates_of(node)) or any(one.than is not None or one.list_name is not None for one in conditions_of(node)):
            self.composites[number] = node
            self.plain.add(number)
        elif isinstance(node, Condition):
            self.conditions[number] = node
        elif isinstance(node, ItemGroup):
            self.item_groups[number] = node
        else:
            self.composites[number] = node
            self._see_all(node)
        return number

    def _see_all(self, node: Node) -> None:
        if isinstance(node, Group):
            for member in node.nodes:
                self._see_all(member)
        elif isinstance(node, Condition | ItemGroup):
            self._seen.add(self._number(node))

    def _rules_ruled_out(self, formulas: list[tuple[Rule, Formula]]) -> dict[str, int]:
        """By flag: the rules that need it, and so cannot be true when its leaf has the other verdict."""
        needed_by: dict[str, int] = {}
        for place, (_, formula) in enumerate(formulas):
            for literal in required_of(formula):
                needed_by[literal.flag] = needed_by.get(literal.flag, 0) | 1 << place
        return needed_by

    def _users(self, formulas: list[Formula]) -> dict[int, int]:
        """By composite: the rules that it is part of."""
        users = dict.fromkeys(self.composites, 0)
        for place, formula in enumerate(formulas):
            for number in leaves_of(formula) & users.keys():
                users[number] |= 1 << place
        return users

    def _leaves(self, first_bit: int) -> dict[int, Leaf]:
        bits = (1 << place for place in count(first_bit))
        error_bits: dict[SlotKey, int] = {}
        leaves = {}
        for number in self._numbers.values():
            condition = self.conditions.get(number)
            if condition is None:
                error = next(bits)
            elif condition.operator in (BLANK, NOT_BLANK):
                error = 0
            else:
                key = slot_key(condition)
                if key not in error_bits:
                    error_bits[key] = next(bits)
                error = error_bits[key]
            bit = next(bits) if number in self._seen else 0
            if_true = bit | self._ruled_out.get(f"f{number}", 0)
            leaves[number] = Leaf(bit, if_true, self._ruled_out.get(f"t{number}", 0), error)
        return leaves

    def _placed(self, rule: Rule, bit: int, formula: Formula) -> PlacedRule:
        errors = required_errors = 0
        for number in leaves_of(formula):
            errors |= self.leaves[number].if_error
        for literal in required_of(formula):
            required_errors |= self.leaves[leaf_of(literal.flag)].if_error
        return PlacedRule(rule, bit, errors, required_errors)

    def _asked(self, bit: int, formula: Formula) -> AskedRule:
        required = tuple(literal.flag for literal in required_of(formula))
        others = sorted(flags_of(formula) - set(required))
        seen = {flag: self.leaves[leaf_of(flag)] for flag in others}
        return AskedRule(bit, formula, required, tuple((flag, Seen(leaf.bit, leaf.if_error)) for flag, leaf in seen.items()))


def slot_key(condition: Condition) -> SlotKey:
    return condition.field.name, condition.match_case
