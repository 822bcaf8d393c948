"""What an order's label would cost with each service that it may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, ServiceRate
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierError, NotFound
from engine.services.accounts.carrier_sharing import OWN
from engine.services.labels.choose_service import UsableAccounts
from engine.services.labels.label_request import label_request
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import NO_ORDER, Refused


@dataclass(frozen=True, slots=True)
class Rate:
    """A service of a carrier account with what it costs now; `owner` is "own" or the client's slug."""

    account: CarrierAccount
    owner: str
    rate: ServiceRate


@dataclass(frozen=True, slots=True)
class RateProblem:
    """Why a carrier account says nothing."""

    account: CarrierAccount
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Rates:
    """The cheapest first; those without a price last."""

    rates: Sequence[Rate]
    problems: Sequence[RateProblem]


def list_rates(app: Application, account_id: str, order_id: str, wish: LabelWish) -> Rates:
    """Rates of all that an order may be shipped with. Raises Refused where the order itself lacks something."""
    now = app.clock.now()
    with app.reading() as uow:
        try:
            order = uow.orders.get(account_id, order_id)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        account, locations = uow.accounts.get(account_id), uow.locations.list_for(account_id)
        units = wish.units or order.quantities()
        named = {"reference": order.id, "service": ""}
        packages = uow.packages.list_for(account_id)
        request = label_request(account, order, units, locations, wish.parcels, now, **named, packages=packages)
        allowed = UsableAccounts(uow, account_id).of(uow.requests.find_by_copy(account_id, order_id))
        used = [uow.carrier_accounts.get(one.account_id, one.id) for one in allowed if one.carrier in app.carriers]
        owners = uow.accounts.get_many({one.account_id for one in used})
    rates: list[Rate] = []
    problems: list[RateProblem] = []
    for one in used:
        carrier = app.carrier(one.carrier)
        if not carrier.describes.can(CarrierCapability.RATES):
            continue
        owner = OWN if one.account_id == account_id else owners[one.account_id].slug
        try:
            found = carrier.open(one).rates(request, one.services)
        except CarrierError as error:
            problems.append(RateProblem(one, sentence_of(error)))
        else:
            rates += [Rate(one, owner, rate) for rate in found]
    rates.sort(key=lambda one: (one.rate.price is None, one.rate.price.amount if one.rate.price else 0))
    return Rates(rates, problems)
