"""State machines as rows of data: which action leads from which state to which, and whose action it is.

The rows stand beside the states they are about (`engine.model.order`, `.request`, `.fulfillment`); methods there make the
transitions, and nothing else gives an order, a request or a shipment another state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


class Side(StrEnum):
    """Who takes an action."""

    MERCHANT = "merchant"
    PROVIDER = "provider"
    SYSTEM = "system"  # rules, imports and jobs


@dataclass(frozen=True, slots=True)
class Transition(Generic[State, Action]):
    """One row. Without sides, whose action it is makes no difference."""

    states: tuple[State, ...]
    action: Action
    next_states: tuple[State, ...]  # several where what happened says which one
    sides: tuple[Side, ...] = ()

    def begins_at(self, state: State, action: Action, side: Side | None) -> bool:
        return action is self.action and state in self.states and (side is None or side in self.sides)


class IllegalTransition(Exception):
    """The state does not allow the action: a mistake in the program, or something that happened meanwhile."""

    def __init__(self, state: StrEnum, action: StrEnum) -> None:
        super().__init__(f"{state!r} does not allow {action!r}")


def may_follow(rows: Sequence[Transition[State, Action]], state: State, action: Action, side: Side | None = None) -> bool:
    """Whether there is a row for the action in this state, taken by this side where sides count."""
    return any(row.begins_at(state, action, side) for row in rows)


def next_state(
    rows: Sequence[Transition[State, Action]],
    state: State,
    action: Action,
    side: Side | None = None,
    *,
    outcome: State | None = None,
) -> State:
    """The state after an action; `outcome` says which one where the action leads to several. Raises IllegalTransition."""
    for row in rows:
        if row.begins_at(state, action, side):
            wanted = outcome or row.next_states[0]
            if wanted in row.next_states:
                return wanted
    raise IllegalTransition(state, action)
