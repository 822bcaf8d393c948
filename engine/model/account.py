"""Tenants, their people, places and carrier contracts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.model.sentence import Sentence
from engine.model.shipping_hours import USUAL_HOURS, ShippingHours

ADMIN, MEMBER = "admin", "member"  # the roles of people
SERVICE_ACCOUNT = "acc_service"  # in whose name the service itself writes to people; nobody belongs to it


SYSTEM_THEME = "system"  # light or dark as the device is
THEMES = (SYSTEM_THEME, "light", "dark")


class AccountKind(StrEnum):
    """Whether an account ships for others. One that does is a merchant all the same, with stores and orders of its own."""

    MERCHANT = "merchant"
    PROVIDER = "3pl"
    INTEGRATED = "integrated"  # stands for a provider with a system of its own: nobody belongs to it, nothing lists it


class DecideAnew(StrEnum):
    """What happens when a store changes what the rules have read of an order from which nothing has left."""

    FLAG = "flag"  # it is flagged as outdated, and a person decides
    AUTO = "auto"  # the rules run again by themselves


@dataclass(frozen=True, slots=True)
class Account:
    """One tenant: a merchant, or a 3PL that stores and ships for others. Closed, never deleted."""

    id: str
    slug: str
    name: str
    kind: AccountKind
    country: str  # ISO 3166 alpha-2
    time_zone: str  # IANA name
    created_at: datetime
    closed_at: datetime | None = None
    decide_anew: DecideAnew = DecideAnew.FLAG
    price_limit_percent: int | None = None  # by how much a label may cost more than was quoted; None: any
    held_too_long_days: int = 3  # after which an order on hold needs a person

    @property
    def ships_for_others(self) -> bool:
        return self.kind is AccountKind.PROVIDER

    def held_before(self, now: datetime) -> datetime:
        """Since when an order has to be on hold to be held too long."""
        return now - timedelta(days=self.held_too_long_days)


@dataclass(frozen=True, slots=True)
class User:
    """A person as one account has them: address, password, language and zone are the same in every account of theirs."""

    id: str
    account_id: str
    email: str
    password_hash: str = field(repr=False)
    role: str  # "admin" | "member"
    language: str
    created_at: datetime
    time_zone: str | None = None  # IANA name; None: the account's
    theme: str = SYSTEM_THEME  # one of THEMES

    @property
    def is_admin(self) -> bool:
        return self.role == ADMIN


# What may be changed of a location: rules and orders know it by its code, and its hours are set apart.
ADDRESS_FIELDS = ("name", "street1", "street2", "city", "state", "postal_code", "country")


@dataclass(frozen=True, slots=True)
class Location:
    """An address orders ship from."""

    id: str
    account_id: str
    code: str
    name: str
    country: str
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    hours: ShippingHours = USUAL_HOURS


@dataclass(frozen=True, slots=True)
class CarrierAccount:
    """An account's contract with a carrier: the services it may buy, and the providers that may use them."""

    id: str
    account_id: str
    carrier: str
    services: tuple[str, ...]
    shared_with: tuple[str, ...] = ()  # account ids of providers
    shared_with_all: bool = False  # by default with every provider
    kept_from: tuple[str, ...] = ()  # account ids of providers that it is not shared with all the same
    nickname: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)  # by the carrier: its rate sheet, its range of numbers
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)  # of one that was got by itself, not in lists
    is_default: bool = False  # the one that is taken where several offer a service
    refused_since: datetime | None = None  # since when its carrier refuses the log-in, as far as that was tried
    refusal: Sentence | None = None  # in which words

    @property
    def name(self) -> str:
        """What people call it."""
        return self.nickname or self.carrier

    def told_apart(self, carrier: str) -> str:
        """Its carrier, or one of several that it is for, with what people call the account: `USPS · Our contract`."""
        return carrier if self.nickname in ("", carrier) else f"{carrier} · {self.nickname}"

    def is_shared_with(self, provider_id: str) -> bool:
        """Whether a connected provider may ship with it."""
        return provider_id in self.shared_with or (self.shared_with_all and provider_id not in self.kept_from)


_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug_from(name: str) -> str:
    """`Merchant A` → `merchant-a`; a name without a Latin letter or digit becomes `account`."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", ascii_name.lower()).strip("-")[:60].strip("-") or "account"


def free_slug(name: str, is_taken: Callable[[str], bool]) -> str:
    """The slug of a name, with `-2`, `-3`, … when it is taken. A slug never changes afterwards."""
    slug = base = slug_from(name)
    number = 1
    while is_taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug
