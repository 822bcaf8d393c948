"""What a kind of store says of itself. Pages, commands, documentation and the engine are made from it, and know no kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from engine.model.back_office import BackOffice
from engine.model.store_commands import StoreCommands
from engine.model.store_reasons import SHARED_REASONS, Reason, Role
from engine.model.store_settings import LOGIN, NO_LOGIN, Connecting, LoginScheme, Setting, Stage
from engine.model.store_words import COMMON_WORDS, StoreWords
from engine.model.write_back import StepDone
from rules.messages import Text


class Capability(StrEnum):
    """What not every kind of store has. Each is an optional part of the port for stores (`engine.ports.store_parts`)."""

    CHOICES = "choices"  # lists that settings choose from
    CONSENT = "consent"  # people connect it by agreeing at the store itself
    EXPLAIN = "explain"  # says of a number why it is not an order here
    NAMES = "names"  # names for the codes in its orders
    OPEN_ORDERS = "open_orders"  # lists what is open there, without reading it
    ORDER_NOTES = "order_notes"
    REQUESTS = "requests"  # its orders are what clients of this installation ask the account to ship
    SHIPPING_STATED = "shipping_stated"  # its orders say what a shipment writes on them as well, such as a weight
    SPLITS = "splits"  # gives what has left of an order a note of its own
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
    connecting: Connecting = field(default_factory=Connecting)
    commands: StoreCommands = field(default_factory=StoreCommands)
    back_office: BackOffice | None = None  # where people look at an order there
    lists_changes: bool = False  # a scan with a memory shows what has changed and nothing else
    own_name: Text | None = None  # in each language, of a kind that is not a vendor's
    by_people: bool = True  # whether people connect and disconnect it; else something of the product does

    @property
    def title(self) -> Text:
        """What people call it."""
        return self.own_name or Text(self.name, self.name)

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
    def shipped_there(self) -> str:
        """The code that says that the store has shipped an order; of a kind without one that there is nothing to ship."""
        codes = (code for code, reason in self.reasons_by_code.items() if reason.means_shipped)
        return next(codes, self.reason_for(Role.NOTHING_TO_SHIP).code)

    @cached_property
    def logins_by_code(self) -> Mapping[str, LoginScheme]:
        return {login.code: login for login in self.logins}

    @property
    def consent_login(self) -> LoginScheme | None:
        """The way to log in by which people agree at the store itself."""
        return next((login for login in self.logins if login.by_consent), None)

    def login_of(self, settings: Mapping[str, Any]) -> LoginScheme:
        """The way to log in that a store's settings name: the first one when they name none. A kind may have none at all."""
        if not self.logins:
            return NO_LOGIN
        return self.logins_by_code[str(settings.get(LOGIN) or self.logins[0].code)]

    def settings_at(self, stage: Stage) -> tuple[Setting, ...]:
        """What is asked for there, beside what the way to log in needs."""
        return tuple(setting for setting in self.settings if stage in setting.stages)

    def account_of(self, settings: Mapping[str, Any]) -> str:
        """The account that settings lead to, as its people call it; empty when they do not say."""
        return next((str(settings.get(one.name) or "") for one in self.settings if one.names_account), "")

    def store_name(self, settings: Mapping[str, Any]) -> str:
        """What a store is called that nobody gave a name."""
        return f"{self.name} {self.account_of(settings)}".strip()

    def is_chosen(self, settings: Mapping[str, Any]) -> bool:
        """Whether everything is there that has to be chosen from the account's lists."""
        return all(settings.get(one.name) for one in self.settings if one.is_needed and one.waits_for_choice)

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
