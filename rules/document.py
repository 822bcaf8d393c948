"""A rule set as data: rules, their conditions and actions, and the saved tests. Made by `rules.parser`, then only read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from rules.actions.registry import Action
from rules.fields import ORDER_FIELDS, Field
from rules.fields.measures import Measure
from rules.schedule import DEFAULT_OVER, UNSHIPPED, LookAgain, Schedule
from rules.values import folded_text

GroupKind = Literal["all", "any", "none"]
ItemGroupKind = Literal["any_item", "all_items", "no_item"]
AggregateKind = Literal["count_items", "sum_items", "max_items", "min_items"]
TRIGGERS = (
    "imported",
    "updated",
    "released",
    "reprocess",
    "rejected",
    "cancel_refused",
    "closed",
    "overdue",
    "shipped",
    "exception",
    "manual",
    "schedule",
)
DEFAULT_TRIGGERS = ("imported", "released", "reprocess")
RULE_KEYS = (
    "id",
    "name",
    "group",
    "why",
    "owner",
    "review_by",
    "enabled",
    "on",
    "schedule",
    "look_again",
    "over",
    "when",
    "then",
    "stop",
    "once",
)
MANUAL: Final = "manual"  # a person runs one rule alone
NAMELESS = "rules"  # the slug of a set that says neither a slug nor a name
MAX_SLUG_LENGTH = 100
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


class Always(Struct, frozen=True):
    """True for every order."""

    path: str
    line: int


class Condition(Struct, frozen=True):
    """A field compared with a value, or with another field. `members` are the value's parts, read for the field's type."""

    field: Field
    of_item: bool
    operator: str
    members: tuple[Any, ...]
    match_case: bool
    written: Any  # the value as it stands in the document: numbers for a number field, texts for all others
    path: str
    line: int
    value_lines: tuple[int, ...] = ()  # of the members
    than: Field | None = None  # stands in for a value
    list_name: str | None = None  # of a named list of the account, which does as well


class Group(Struct, frozen=True):
    """`all`, `any` or `none` of some nodes."""

    kind: GroupKind
    nodes: tuple[Node, ...]
    path: str
    line: int


class ItemGroup(Struct, frozen=True):
    """One node over the fields of one item, asked of every item."""

    kind: ItemGroupKind
    node: Node
    path: str
    line: int


class Aggregate(Struct, frozen=True):
    """A number over the lines that meet a node, compared as a number field is."""

    kind: AggregateKind
    of: Measure | None  # None: the lines are counted
    node: Node  # over the fields of one item, or Always
    compared: Condition  # how the number, which stands as its field, is compared; with `than`, with a field of the order
    path: str
    line: int


Node = Always | Condition | Group | ItemGroup | Aggregate


class ActionCall(Struct, frozen=True):
    """An action with its parameters: templates for texts, other values as they are, defaults filled in."""

    action: Action
    params: Mapping[str, Any]
    path: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)  # of the parameters


class Rule(Struct, frozen=True):
    id: str
    name: str
    enabled: bool
    triggers: frozenset[str]
    when: Node
    then: tuple[ActionCall, ...]
    stop: bool
    once: bool
    index: int  # among all rules that run together
    line: int
    origin: str = ""  # the slug of its rule set, where several run together
    earlier: int = 0  # how many rules of the sets before its own run before it
    schedule: Schedule | None = None
    look_again: LookAgain | None = None
    over: tuple[str, ...] = ()  # statuses of orders, where they stand in the rule itself
    why: str = ""  # this and what follows is for people: nothing is decided by it
    owner: str = ""  # an e-mail address
    review_by: date | None = None
    group: str = ""
    owner_line: int = 0

    @property
    def path(self) -> str:
        """Its place in its own document."""
        return f"rules[{self.index - self.earlier}]"

    @property
    def runs_by_itself(self) -> bool:
        return self.schedule is not None or self.look_again is not None

    @property
    def scheduled_over(self) -> tuple[str, ...]:
        """The statuses of the orders that its schedule runs it over."""
        return self._written_over or DEFAULT_OVER

    @property
    def looked_at_in(self) -> tuple[str, ...]:
        """The statuses in which it looks at an order again: as long as anything is to be shipped, unless it names some."""
        return self._written_over or UNSHIPPED

    @property
    def _written_over(self) -> tuple[str, ...]:
        return self.over or (() if self.schedule is None else self.schedule.over)

    def writes(self) -> frozenset[str]:
        """The fields its actions may write."""
        return frozenset().union(*(call.action.writes(call.params) for call in self.then))


class SavedTest(Struct, frozen=True):
    """An order and what the rules are expected to make of it."""

    name: str
    order: dict[str, Any]
    expect: Mapping[str, Any]
    context: Mapping[str, Any] | None
    now: datetime | None  # without a zone it is in the account's
    trigger: str
    path: str
    line: int


class RuleSet(Struct, frozen=True):
    name: str
    description: str
    rules: tuple[Rule, ...]
    tests: tuple[SavedTest, ...] = ()
    set: str = ""  # the slug as the document writes it; empty where it has none

    @property
    def slug(self) -> str:
        """What the set is known by in its account; empty where its name has no letter or digit that a slug takes."""
        return self.set or (slug_of(self.name) if self.name.strip() else NAMELESS)


def slug_of(name: str) -> str:
    """`Envíos a España` → `envios-a-espana`; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:MAX_SLUG_LENGTH].strip("-")


def run_together(sets: Iterable[tuple[str, RuleSet]]) -> RuleSet:
    """Rule sets by their slugs as one list of rules, in this order. Each rule keeps its path and line in its own document."""
    rules: list[Rule] = []
    for slug, rule_set in sets:
        before = len(rules)
        rules += [replace(rule, index=before + rule.index, origin=slug, earlier=before) for rule in rule_set.rules]
    return RuleSet("", "", tuple(rules))


def fields_of(condition: Condition) -> tuple[Field, ...]:
    """The fields that a condition looks at."""
    return (condition.field,) if condition.than is None else (condition.field, condition.than)


def lists_of(rules: Iterable[Rule]) -> frozenset[str]:
    """The named lists that rules compare with, folded."""
    return frozenset(
        folded_text(condition.list_name)
        for rule in rules
        for condition in conditions_of(rule.when)
        if condition.list_name is not None
    )


def conditions_of(node: Node) -> Iterator[Condition]:
    """Every condition of a node, in the order they are written."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Group):
        for member in node.nodes:
            yield from conditions_of(member)
    elif isinstance(node, ItemGroup | Aggregate):
        yield from conditions_of(node.node)


def aggregates_of(node: Node) -> Iterator[Aggregate]:
    """Every number over lines that a node compares, in the order they are written."""
    if isinstance(node, Aggregate):
        yield node
    elif isinstance(node, Group):
        for member in node.nodes:
            yield from aggregates_of(member)


def fields_in(node: Node) -> Iterator[tuple[Field, bool]]:
    """Every field that a node looks at, and whether it is one of an item. How many lines there are is `line_count`."""
    for condition in conditions_of(node):
        yield from ((one, condition.of_item) for one in fields_of(condition))
    for aggregate in aggregates_of(node):
        if aggregate.of is not None:
            yield from ((factor, True) for factor in aggregate.of.factors)
        elif isinstance(aggregate.node, Always):
            yield ORDER_FIELDS["line_count"], False
        if aggregate.compared.than is not None:
            yield aggregate.compared.than, False
