"""The services that a person may choose for an order: the account's own, and what all of its clients share.

The union of the clients' holds also what this order may not use: who chooses that is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.order import Order
from engine.ports import UnitOfWork
from engine.services.labels.choose_service import ServiceWish, UsableAccounts, choose_service
from engine.services.refusals import Refused
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.values import folded_text, is_blank

CLIENTS = "clients"


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """One service to choose. `account` is what it is bought with for this order; None: the order may not use it."""

    code: str  # as a form sends it back
    is_own: bool
    carrier: str
    service: str
    account: CarrierAccount | None
    nickname: str = ""  # of an own account
    is_bought_here: bool = True  # else its labels come from elsewhere


def list_service_choices(
    app: Application, uow: UnitOfWork, account: Account, allowed: Sequence[CarrierAccount]
) -> list[ServiceChoice]:
    """The own ones first, each by carrier and service; what is bought here before what is not.

    `allowed` are the carrier accounts that the order may be shipped with (`UsableAccounts`).
    """
    ids = {one.id for one in allowed}
    own: Sequence[CarrierAccount] = allowed
    shared: Sequence[CarrierAccount] = ()
    if account.ships_for_others:
        own = uow.carrier_accounts.list_for(account.id)
        shared = uow.carrier_accounts.list_usable_by_provider(account.id)
    choices = [
        ServiceChoice(
            code=f"{one.id}/{quote(service, safe='')}",
            is_own=True,
            carrier=one.carrier,
            service=service,
            account=one if one.id in ids else None,
            nickname=one.nickname,
            is_bought_here=one.carrier in app.carriers,
        )
        for one in own
        for service in one.services
    ]
    for carrier, service in dict.fromkeys((one.carrier, service) for one in shared for service in one.services):
        fitting = [one for one in allowed if one.account_id != account.id and one.carrier == carrier and service in one.services]
        choices.append(
            ServiceChoice(
                code=f"{CLIENTS}/{quote(carrier, safe='')}/{quote(service, safe='')}",
                is_own=False,
                carrier=carrier,
                service=service,
                account=next((one for one in fitting if one.is_default), fitting[0] if fitting else None),
                is_bought_here=carrier in app.carriers,
            )
        )
    return sorted(choices, key=lambda one: (not one.is_own, not one.is_bought_here, one.carrier, one.service, one.nickname))


def wish_of(app: Application, account_id: str, order_id: str, code: str) -> ServiceWish:
    """What a person wishes who chose a service by its code. Raises Refused where the order may not use it (any more)."""
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        allowed = UsableAccounts(uow, account_id).of(uow.requests.find_by_copy(account_id, order_id))
        choices = list_service_choices(app, uow, account, allowed)
    chosen = next((one for one in choices if one.code == code), None)
    if chosen is None or chosen.account is None:
        raise Refused("service_not_available", SERVICE_NOT_AVAILABLE)
    return ServiceWish(chosen.carrier, chosen.service, chosen.account.id)


def set_choice(
    app: Application, order: Order, allowed: Sequence[CarrierAccount], choices: Sequence[ServiceChoice]
) -> ServiceChoice | None:
    """The service that rules or people have set on an order, also one that it may not use; else the only one there is."""
    document = order.document()
    service, carrier = document.get("service"), document.get("carrier")
    fitting = [one for one in choices if is_blank(service) or folded_text(one.service) == folded_text(str(service))]
    fitting = [one for one in fitting if _is_of(one, carrier)]
    try:
        chosen = choose_service(app, order, allowed, ServiceWish())
    except Refused:
        return None if is_blank(service) else _first(fitting)
    with_what = (chosen.account.id, chosen.service)
    bought_with = (one for one in fitting if one.account is not None and (one.account.id, one.service) == with_what)
    return _first(bought_with) or (None if is_blank(service) else _first(fitting))


def _is_of(choice: ServiceChoice, carrier: object) -> bool:
    return is_blank(carrier) or folded_text(str(carrier)) in (folded_text(choice.carrier), folded_text(choice.nickname))


def _first(choices: Iterable[ServiceChoice]) -> ServiceChoice | None:
    return next(iter(choices), None)
