"""Actions by code. An action is one file: its code, labels, parameters, the fields it writes, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.actions.draft import Apply
from rules.messages import Text


class ParameterKind(StrEnum):
    TEXT = "text"  # may use placeholders
    BOOLEAN = "boolean"
    INTEGER = "integer"
    TIME = "time"
    CHOICE = "choice"


class Reference(StrEnum):
    """What a parameter names, so that it can be checked against a context."""

    PROVIDER = "provider"
    CARRIER = "carrier"
    SERVICE = "service"
    LOCATION = "location"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an action. A required one has no default."""

    name: str
    kind: ParameterKind
    label: Text
    required: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    refers_to: Reference | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One action a rule can take."""

    code: str
    label: Text
    parameters: tuple[Parameter, ...]
    writes: Callable[[Mapping[str, Any]], frozenset[str]]  # the fields it may write, given its parameters
    apply: Apply
    # What is wrong with a combination of parameters, each right by itself.
    check: Callable[[Mapping[str, Any]], Text | None] | None = None

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


def writes(*fields: str) -> Callable[[Mapping[str, Any]], frozenset[str]]:
    """For actions that write the same fields whatever their parameters."""
    names = frozenset(fields)
    return lambda _params: names
