"""What an order's label would cost with each service that it may use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, ServiceRate
from engine.model.fulfillment import ShipmentState
from engine.model.label import LabelRequest
from engine.model.order import Order, OrderState
from engine.model.rate_comparison import AskedRates
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierError, CarrierUnavailable, NotFound, UnitOfWork
from engine.services.accounts.carrier_health import log_in_watched
from engine.services.accounts.carrier_sharing import OWN
from engine.services.fulfillment.ship_order import shipped_already
from engine.services.fulfillment.units_to_ship import check_own_request, claims_on, units_to_ship
from engine.services.labels.choose_service import UsableAccounts
from engine.services.labels.label_request import ParcelWish, label_request
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import NO_ORDER, Refused

ASK_ANEW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """A service of a carrier account with what it costs; `owner` is "own" or the client's slug."""

    account: CarrierAccount
    owner: str
    rate: ServiceRate
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class RateProblem:
    """Why a carrier account says nothing. `may_pass`: asked again, it may answer."""

    account: CarrierAccount
    sentence: Sentence
    may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """The cheapest first; those without a price last. `asked` is what was asked just now, and not kept yet. `obstacle` says why
    no label can be bought now all the same, as of an order that has left.
    """

    rates: Sequence[Rate]
    problems: Sequence[RateProblem]
    asked: Sequence[AskedRates] = ()
    obstacle: Sentence | None = None


@dataclass(frozen=True, slots=True)
class RateQuestion:
    """What carriers are to be asked about an order: its label without a service, of whom, and what they said before."""

    order: Order
    request: LabelRequest
    accounts: Sequence[CarrierAccount]  # with their credentials; the one that is taken first comes first
    owner_slugs: Mapping[str, str]  # by the accounts' owners' ids
    asked: Mapping[str, AskedRates]  # by carrier account

    @property
    def digest(self) -> str:
        """A hash of everything that the answers depend on, but for prices."""
        accounts = [f"{one.id} {' '.join(one.services)}" for one in self.accounts]
        return hashlib.sha256("\n".join([self.request.digest, *accounts]).encode()).hexdigest()


def list_rates(app: Application, account_id: str, order_id: str, wish: LabelWish) -> Rates:
    """Rates of all that an order may be shipped with, asked for now. Raises Refused where the order itself lacks something."""
    with app.reading() as uow:
        order = get_order_to_rate(uow, account_id, order_id)
        question = rate_question(app, uow, order, wish.units or order.quantities(), wish.parcels)
        obstacle = _obstacle(uow, order, app.clock.now())
    found = ask_rates(app, question, lambda account: account.services, ASK_ANEW)
    with app.unit_of_work() as uow:
        uow.rates.keep_asked(found.asked)
        uow.commit()
    return replace(found, obstacle=obstacle)


def _obstacle(uow: UnitOfWork, order: Order, now: datetime) -> Sentence | None:
    claims = claims_on(uow, order.account_id, [order.id])[order.id]
    try:
        request = uow.requests.find_by_copy(order.account_id, order.id)
        if request is not None:
            check_own_request(uow, request, now)
        if order.state is OrderState.SHIPPED:
            raise shipped_already(uow, order, [one for one in claims.shipments if one.state is ShipmentState.SHIPPED])
        units_to_ship(uow, order, claims, now)
    except Refused as refusal:
        return sentence_of(refusal)
    return None


def get_order_to_rate(uow: UnitOfWork, account_id: str, order_id: str) -> Order:
    """Raises Refused."""
    try:
        return uow.orders.get(account_id, order_id)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None


def rate_question(
    app: Application, uow: UnitOfWork, order: Order, units: Mapping[str, Decimal], parcels: ParcelWish
) -> RateQuestion:
    """Of the accounts that the order may be shipped with, those that say what they cost. Raises Refused, as `label_request`."""
    account, locations = uow.accounts.get(order.account_id), uow.locations.list_for(order.account_id)
    packages, now = uow.packages.list_for(account.id), app.clock.now()
    request = label_request(account, order, units, locations, parcels, now, reference=order.id, service="", packages=packages)
    allowed = UsableAccounts(uow, account.id).of(uow.requests.find_by_copy(account.id, order.id))
    asked = [one for one in allowed if one.carrier in app.carriers and _says_rates(app, one)]
    ranked = sorted(asked, key=lambda one: not one.is_default)
    others = uow.accounts.get_many({one.account_id for one in asked} - {account.id})
    owners = {account.id: OWN, **{one.id: one.slug for one in others.values()}}
    used = [uow.carrier_accounts.get(one.account_id, one.id) for one in ranked]
    known = {one.carrier_account_id: one for one in uow.rates.list_asked(account.id, [order.id])}
    return RateQuestion(order, request, used, owners, known)


def ask_rates(
    app: Application, question: RateQuestion, services_of: Callable[[CarrierAccount], Sequence[str]], hold: timedelta
) -> Rates:
    """What some services of the accounts cost. What was asked less than `hold` ago about the same is not asked again, but for
    what nobody has to be asked for. No transaction may be open.
    """
    now, order = app.clock.now(), question.order
    rates: list[Rate] = []
    problems: list[RateProblem] = []
    asked: list[AskedRates] = []
    for one in question.accounts:
        services = services_of(one)
        if not services:
            continue
        digest = f"{question.request.digest} {hashlib.sha256(' '.join(services).encode()).hexdigest()}"
        answer, is_new = question.asked.get(one.id), False
        if answer is None or answer.digest != digest or now - answer.asked_at >= hold or _is_priced_here(app, one):
            try:
                with log_in_watched(app, one):
                    found = app.carrier_session(one).rates(question.request, services)
            except CarrierError as error:
                problems.append(RateProblem(one, sentence_of(error), isinstance(error, CarrierUnavailable)))
                continue
            answer, is_new = AskedRates(order.account_id, order.id, one.id, digest, now, tuple(found)), True
        if is_new:
            asked.append(answer)
        rates += [Rate(one, question.owner_slugs[one.account_id], rate, answer.asked_at) for rate in answer.rates]
    rates.sort(key=lambda one: (one.rate.price is None, one.rate.price.amount if one.rate.price else 0))
    return Rates(rates, problems, asked)


def _says_rates(app: Application, account: CarrierAccount) -> bool:
    return app.carrier(account.carrier).describes.can(CarrierCapability.RATES)


def _is_priced_here(app: Application, account: CarrierAccount) -> bool:
    return app.carrier(account.carrier).describes.can(CarrierCapability.RATE_SHEET)
