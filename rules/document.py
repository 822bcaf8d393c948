"""A rule set as data: rules, their conditions and actions, and the saved tests. Made by `rules.parser`, then only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from rules.actions.registry import Action
from rules.fields import Field

GroupKind = Literal["all", "any", "none"]
ItemGroupKind = Literal["any_item", "all_items", "no_item"]
TRIGGERS = ("imported", "updated", "released", "reprocess", "schedule")
DEFAULT_TRIGGERS = ("imported", "released", "reprocess")
UNRAISED_TRIGGERS = ("schedule",)  # which nothing in the product raises yet


@dataclass(frozen=True, slots=True)
class Always:
    """True for every order."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with a value. `members` are the value's parts, read for the field's type."""

    field: Field
    of_item: bool
    operator: str
    members: tuple[Any, ...]
    match_case: bool
    written: Any  # the value as it stands in the document: numbers for a number field, texts for all others
    path: str
    line: int
    value_lines: tuple[int, ...] = ()  # of the members


@dataclass(frozen=True, slots=True)
class Group:
    """`all`, `any` or `none` of some nodes."""

    kind: GroupKind
    nodes: tuple[Node, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """One node over the fields of one item, asked of every item."""

    kind: ItemGroupKind
    node: Node
    path: str
    line: int


Node = Always | Condition | Group | ItemGroup


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action with its parameters: templates for texts, other values as they are, defaults filled in."""

    action: Action
    params: Mapping[str, Any]
    path: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)  # of the parameters


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    name: str
    enabled: bool
    triggers: frozenset[str]
    when: Node
    then: tuple[ActionCall, ...]
    stop: bool
    once: bool
    index: int
    line: int

    @property
    def path(self) -> str:
        return f"rules[{self.index}]"

    def writes(self) -> frozenset[str]:
        """The fields its actions may write."""
        return frozenset().union(*(call.action.writes(call.params) for call in self.then))


@dataclass(frozen=True, slots=True)
class SavedTest:
    """An order and what the rules are expected to make of it."""

    name: str
    order: dict[str, Any]
    expect: Mapping[str, Any]
    context: Mapping[str, Any] | None
    now: datetime | None  # without a zone it is in the account's
    trigger: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    name: str
    description: str
    rules: tuple[Rule, ...]
    tests: tuple[SavedTest, ...] = ()


def conditions_of(node: Node) -> Iterator[Condition]:
    """Every condition of a node, in the order they are written."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Group):
        for member in node.nodes:
            yield from conditions_of(member)
    elif isinstance(node, ItemGroup):
        yield from conditions_of(node.node)
