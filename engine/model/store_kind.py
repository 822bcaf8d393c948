"""What a kind of store says of itself. Pages, commands, documentation and the engine are made from it, and know no kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from engine.model.store_reasons import SHARED_REASONS, Reason, Role
from engine.model.store_settings import LoginScheme, Setting
from engine.model.store_words import COMMON_WORDS, StoreWords
from engine.model.write_back import StepDone
from rules.messages import Text


class Capability(StrEnum):
    """What not every kind of store has. Each but `CREDENTIALS` is an optional part of the port for stores (`engine.ports`)."""

    CHOICES = "choices"  # lists that settings choose from
    CONSENT = "consent"  # people connect it by agreeing at the store itself
    CREDENTIALS = "credentials"  # it is reached with some, which people enter and may have to enter again
    EXPLAIN = "explain"  # says of a number why it is no order here
    NAMES = "names"  # names for the codes in its orders
    ORDER_NOTES = "order_notes"
    PRODUCTS = "products"  # records of products, with weights and barcodes
    WEBHOOKS = "webhooks"
    WRITE_BACK = "write_back"  # is told what shipped


@dataclass(frozen=True, slots=True)
class WriteBackStep:
    """One thing that the store is told when an order ships; kept when done, so that a later try goes on behind it."""

    code: str
    label: Text
    is_final: bool = False  # once it is done the shipment can no longer be taken back


@dataclass(frozen=True)
class StoreKind:
    """Everything that the product knows of one kind of store beside its conversation with it."""

    code: str  # as it stands in the database, in addresses and in commands
    name: str  # the vendor's, the same in all languages
    settings: tuple[Setting, ...] = ()
    logins: tuple[LoginScheme, ...] = ()
    reasons: tuple[Reason, ...] = ()  # in the order in which a page lists them
    write_back_steps: tuple[WriteBackStep, ...] = ()  # in the order in which they go
    capabilities: frozenset[Capability] = frozenset()
    words: StoreWords = COMMON_WORDS

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities

    def reason_for(self, role: Role) -> Reason:
        """The kind's own reason for what the product has to say, or the one that all kinds share."""
        own = (reason for reason in self.reasons if reason.role is role)
        return next(own, SHARED_REASONS[role])

    @cached_property
    def reasons_by_code(self) -> Mapping[str, Reason]:
        """All reasons that something of such a store may have; a code that is kept and not here is of another time."""
        return {reason.code: reason for reason in (*map(self.reason_for, Role), *self.reasons)}

    def lasts(self, code: str) -> bool:
        """Whether only a change of the order can overturn a reason; not of one that the kind does not know (any more)."""
        reason = self.reasons_by_code.get(code)
        return reason is not None and reason.lasts

    def means_shipped(self, code: str) -> bool:
        """Whether an order here that gets a reason was shipped by somebody else."""
        reason = self.reasons_by_code.get(code)
        return reason is not None and reason.means_shipped

    @cached_property
    def logins_by_code(self) -> Mapping[str, LoginScheme]:
        return {login.code: login for login in self.logins}

    @cached_property
    def steps_by_code(self) -> Mapping[str, WriteBackStep]:
        return {step.code: step for step in self.write_back_steps}

    @cached_property
    def final_steps(self) -> frozenset[str]:
        """The codes of the steps that cannot be undone."""
        return frozenset(step.code for step in self.write_back_steps if step.is_final)

    def is_final(self, steps: Iterable[StepDone]) -> bool:
        """Whether the store holds a shipment, of which these steps are done, for shipped for good."""
        return any(done.step in self.final_steps for done in steps)

    def in_order(self, steps: Iterable[StepDone]) -> tuple[StepDone, ...]:
        """Steps in the order in which they go; those that the kind does not know (any more) come last."""
        order = list(self.steps_by_code)
        return tuple(sorted(steps, key=lambda done: order.index(done.step) if done.step in order else len(order)))


def unknown_kind(code: str) -> StoreKind:
    """What can be said of stores of a kind that has no connector (any more)."""
    return StoreKind(code, code)
