"""Actions by code. An action is one file: its code, labels, parameters, the fields it writes, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from rules.actions.draft import Apply
from rules.context import RuleContext
from rules.fields.closed_values import ClosedValues
from rules.messages import Text


class ParameterKind(StrEnum):
    """What a parameter holds, as it comes to `apply` and `check`."""

    TEXT = "text"  # a Template: may use placeholders
    TEXTS = "texts"  # a tuple of Templates, at least one
    TEXT_MAP = "text_map"  # names to Templates, at least one
    BOOLEAN = "boolean"
    INTEGER = "integer"  # an int within `low` and `high`
    NUMBER = "number"  # an exact int or Decimal within `low` and `high`
    AMOUNT = "amount"  # a NUMBER, or one of `choices`: the field that holds it
    BOOLEAN_OR_NUMBER = "boolean_or_number"  # true, false, or a NUMBER
    TIME = "time"  # a WrittenTime
    CHOICE = "choice"  # one of `choices`


class Reference(StrEnum):
    """What a parameter names, so that it can be checked against a context."""

    PROVIDER = "provider"
    CARRIER = "carrier"
    SERVICE = "service"
    CARRIER_OR_SERVICE = "carrier_or_service"
    LOCATION = "location"
    USER = "user"


class Nature(StrEnum):
    """What is certain of an action before any order comes. Warnings are made of it, and say nothing where it is not known."""

    SETS = "sets"  # fields to what its parameters say, whatever the order holds: twice is once
    SETS_AND_SENDS = "sets_and_sends"  # the same, and something leaves the order
    HOLDS = "holds"  # sets fields too, for each rule once in the life of an order
    MEMBERS = "members"  # adds the member that its one parameter names to a set, or removes it
    APPENDS = "appends"  # a text to what is there
    ADJUSTS = "adjusts"  # a number that is there, and may fail
    CHECKS = "checks"  # the fields that it `reads`, and acts upon what it finds
    SENDS = "sends"  # something away from the order; it may fail where placeholders leave nothing of a text
    ENDS = "ends"  # the run


class Parameter(Struct, frozen=True):
    """One parameter of an action. A required one has no default. Bounds are included; None is not a bound."""

    name: str
    kind: ParameterKind
    label: Text
    required: bool = True
    default: Any = None
    choices: Mapping[str, Text] = field(default_factory=dict)  # by code, what people call them; in the order shown
    low: int | None = None
    high: int | None = None
    refers_to: Reference | None = None
    closed: ClosedValues | None = None  # all values that mean something, where they are known


def _unknown(_params: Mapping[str, Any]) -> Nature | None:
    return None


class Action(Struct, frozen=True):
    """One action a rule can take."""

    code: str
    label: Text
    sentence: Text  # what a call does, with its required parameters as placeholders
    help: Text  # what it does, for the reference
    parameters: tuple[Parameter, ...]
    writes: Callable[[Mapping[str, Any]], frozenset[str]]  # the fields it may write, given its parameters
    apply: Apply
    nature: Callable[[Mapping[str, Any]], Nature | None] = _unknown  # given its parameters
    reads: frozenset[str] = frozenset()  # the fields it looks at by itself; those of placeholders are known
    # Whether what has become of the order may keep it from applying, however readable its fields are.
    may_refuse: bool = False
    # What is wrong with a combination of parameters, each right by itself.
    check: Callable[[Mapping[str, Any]], Text | None] | None = None
    # What people call the parts of an order that it writes and that are not fields of conditions.
    part_labels: Mapping[str, Text] = field(default_factory=dict)
    # Whether anything acts upon what it writes or sends. Fields of the order are seen by people and later rules; settings beside
    # them, and what has to leave Relevo, need something that carries them out.
    is_carried_out: bool = True
    # For actions that look into the context: what goes untested where a context says too little, for the order that they left.
    untested: Callable[[RuleContext, Mapping[str, Any]], Text | None] | None = None
    # And what is to be warned of in a context, whatever the order.
    doubt: Callable[[RuleContext], Text | None] | None = None

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


_ACTIONS: dict[str, Action] = {}


def register(action: Action) -> Action:
    """Add an action. Raises ValueError when its code is taken."""
    if action.code in _ACTIONS:
        raise ValueError(f"the action {action.code} is registered twice")
    _ACTIONS[action.code] = action
    return action


def find_action(code: str) -> Action | None:
    return _ACTIONS.get(code)


def all_actions() -> Iterator[Action]:
    return iter(_ACTIONS.values())


def find_part_label(name: str) -> Text | None:
    """What people call a part of an order that actions write and that is not a field of conditions.

    A member of a group that has one label (`customs.tax_ids.ioss`) is called by that label and its own name.
    """
    labels = {part: label for action in _ACTIONS.values() for part, label in action.part_labels.items()}
    group, _, member = name.rpartition(".")
    if name not in labels and group in labels:
        return Text(f"{labels[group].en} ({member})", f"{labels[group].es} ({member})")
    return labels.get(name)


def always(nature: Nature) -> Callable[[Mapping[str, Any]], Nature]:
    """For actions that have the same nature whatever their parameters."""
    return lambda _params: nature


def writes(*fields: str) -> Callable[[Mapping[str, Any]], frozenset[str]]:
    """For actions that write the same fields whatever their parameters."""
    names = frozenset(fields)
    return lambda _params: names
