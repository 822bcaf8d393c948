"""A service chosen by its rates: what rules want compared, what each carrier asked, and which one was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from engine.model.carrier import ServiceRate
from engine.model.label import LabelRequest
from engine.model.money import Money
from engine.model.order import Order
from engine.model.sentence import Sentence
from rules.values import is_blank

RATES_HOLD = timedelta(minutes=30)  # so long what a carrier asked is chosen by, and not asked anew
RATES_ARE_KEPT = timedelta(days=1)
AMONG, PREFER, LEVEL = "rate_shopping.among", "rate_shopping.prefer", "service_level"
WISHES = (AMONG, PREFER, LEVEL)
CHOSEN_BY_PERSON = ("carrier", "service")
SET_BY_CHOICE = ("carrier", "service", "shipping_account")
CHEAPEST, FASTEST = "cheapest", "fastest"


@dataclass(frozen=True, slots=True)
class RateWish:
    """What is wanted: services or carriers to compare, none for all; how the best is found; and at which level, if any."""

    among: tuple[str, ...] = ()
    prefer: str = CHEAPEST
    level: str = ""

    @classmethod
    def of(cls, order: Order) -> Self | None:
        """What rules or people want for an order; None where they want nothing, or a person has chosen the service."""
        if any(not is_blank(order.person.get(name)) for name in CHOSEN_BY_PERSON):
            return None
        written = {**order.rules, **order.person}
        among, level = written.get(AMONG), written.get(LEVEL)
        if is_blank(among) and is_blank(level):
            return None
        named = tuple(str(one) for one in among) if isinstance(among, list | tuple) else ()
        return cls(named, str(written.get(PREFER) or CHEAPEST), "" if is_blank(level) else str(level).strip())


@dataclass(frozen=True, slots=True)
class AskedRates:
    """What one carrier account asked for an order. `digest` is of the request, and after a blank of the services in question."""

    account_id: str
    order_id: str
    carrier_account_id: str
    digest: str
    asked_at: datetime
    rates: Sequence[ServiceRate]

    def price_of(self, request: LabelRequest) -> Money | None:
        """What it asked for just this request's service; None where it was asked for something else."""
        if self.digest.partition(" ")[0] != replace(request, service="").digest:
            return None
        return next((one.price for one in self.rates if one.service == request.service), None)

    def rates_data(self) -> list[Any]:
        """As a JSON list with exact decimals."""
        return [[one.service, *_money_data(one.price), one.days] for one in self.rates]

    @staticmethod
    def rates_from(data: Sequence[Any]) -> tuple[ServiceRate, ...]:
        """What `rates_data` made."""
        return tuple(ServiceRate(service, _money(amount, currency), days) for service, amount, currency, days in data)


@dataclass(frozen=True, slots=True)
class ComparedRate:
    """One rate of a comparison. `owner` is "own" or the client's slug; `why_not` says why it was not taken."""

    carrier_account_id: str
    account_name: str
    owner: str
    carrier: str
    service: str
    price: Money | None
    days: int | None
    level: str
    asked_at: datetime
    why_not: Sentence | None = None

    def to_data(self) -> dict[str, Any]:
        """As a JSON object with exact decimals."""
        plain = ("carrier_account_id", "account_name", "owner", "carrier", "service", "days", "level")
        return {
            **{name: getattr(self, name) for name in plain},
            "price": _money_data(self.price),
            "asked_at": self.asked_at.isoformat(),
            "why_not": None if self.why_not is None else self.why_not.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        read = {
            "price": _money(*data["price"]),
            "asked_at": datetime.fromisoformat(data["asked_at"]),
            "why_not": None if data["why_not"] is None else Sentence.from_data(data["why_not"]),
        }
        return cls(**{**data, **read})


@dataclass(frozen=True, slots=True)
class RateComparison:
    """What came of a wish: the rates, the one that was taken first, and which accounts said nothing. It belongs to a decision.

    Without a choice `sentence` says why. `flagged` is whether the order has to be looked at because of it.
    """

    account_id: str
    order_id: str
    decision_id: str
    wish: RateWish
    digest: str
    made_at: datetime
    rates: tuple[ComparedRate, ...] = ()
    problems: tuple[Sentence, ...] = ()
    sentence: Sentence | None = None
    flagged: bool = False

    @property
    def chosen(self) -> ComparedRate | None:
        """The rate that was taken."""
        return self.rates[0] if self.sentence is None and self.rates else None

    @property
    def account_names(self) -> dict[str, str]:
        """What people call the carrier accounts that were compared, by their ids."""
        return {one.carrier_account_id: one.account_name for one in self.rates}


def _money_data(price: Money | None) -> list[Any]:
    return [None, None] if price is None else [price.amount, price.currency]


def _money(amount: Any, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(Decimal(amount), currency)
