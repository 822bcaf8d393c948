"""What a kind of store says of itself. Pages, commands, documentation and the engine are made from it, and know no kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from engine.model.store_commands import StoreCommands
from engine.model.store_settings import LOGIN, Connecting, LoginScheme, Setting, Stage
from rules.messages import Text


class Capability(StrEnum):
    """What not every kind of store has. Each belongs to an optional part of the port for stores (`engine.ports.stores`)."""

    CHOICES = "choices"  # lists that settings choose from
    CONSENT = "consent"  # people connect it by agreeing at the store itself
    EXPLAIN = "explain"  # says of a number why it is no order here
    NAMES = "names"  # names for the codes in its orders
    ORDER_NOTES = "order_notes"
    PRODUCTS = "products"  # records of products, with weights and barcodes
    WEBHOOKS = "webhooks"
    WRITE_BACK = "write_back"  # is told what shipped


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something that the store lists is no order here. The code is part of the product's interface."""

    code: str
    sentence: Text  # of one such thing, with its numbers
    problem: Text  # in a word or two, as a heading
    cause: Text
    remedy: Text
    says_remedy: bool = False  # the sentence says already what to do
    lasts: bool = False  # only a change of the order can overturn it, so it is not read again before
    means_shipped: bool = False  # an order here that gets it was shipped by somebody else; any other one is cancelled


@dataclass(frozen=True, slots=True)
class WriteBackStep:
    """One thing that the store is told when an order ships; kept when done, so that a later try goes on behind it."""

    code: str
    label: Text
    is_final: bool = False  # once it is done the shipment can no longer be taken back


@dataclass(frozen=True)
class StoreKind:
    """Everything that the product knows of one kind of store beside its conversation with it."""

    code: str  # "brightpearl"
    name: str  # the vendor's, the same in all languages
    settings: tuple[Setting, ...]
    logins: tuple[LoginScheme, ...]
    reasons: tuple[Reason, ...]
    write_back_steps: tuple[WriteBackStep, ...]  # in the order in which they go
    capabilities: frozenset[Capability]
    connecting: Connecting = field(default_factory=Connecting)
    commands: StoreCommands = field(default_factory=StoreCommands)

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities

    @cached_property
    def reasons_by_code(self) -> Mapping[str, Reason]:
        return {reason.code: reason for reason in self.reasons}

    @cached_property
    def logins_by_code(self) -> Mapping[str, LoginScheme]:
        return {login.code: login for login in self.logins}

    @property
    def consent_login(self) -> LoginScheme | None:
        """The way to log in by which people agree at the store itself."""
        return next((login for login in self.logins if login.by_consent), None)

    def login_of(self, settings: Mapping[str, Any]) -> LoginScheme:
        """The way to log in that a store's settings name: the first one when they name none."""
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
