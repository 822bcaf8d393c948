"""With which carrier account, and which service of it, an order is shipped: what was asked for, else what was set on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.order import Order
from engine.model.request import FulfillmentRequest
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.messages import Text
from rules.values import folded_text, is_blank

NO_SERVICE = Text(
    "No carrier service is chosen for order {order}: choose one (--carrier and --service), or let a rule set it.",
    "No hay ningún servicio de transporte elegido para el pedido {order}: elige uno (--carrier y --service) o deja que lo ponga "
    "una regla.",
)
NOT_SPOKEN_WITH = Text(
    'Labels of the carrier "{carrier}" cannot be bought here: ship the order by hand with its tracking number. Carriers that '
    "can: {known}.",
    'Aquí no se pueden comprar etiquetas de "{carrier}": envía el pedido manualmente con su número de seguimiento. Con estas '
    "empresas sí se puede: {known}.",
)
NO_SUCH_ACCOUNT = Text(
    'There is no carrier account "{id}" that order {order} may be shipped with: `carrier-accounts list` shows them.',
    'No hay ninguna cuenta de transporte "{id}" con la que se pueda enviar el pedido {order}: `carrier-accounts list` las '
    "muestra.",
)
_NO_SERVICE = "no_service"


@dataclass(frozen=True, slots=True)
class ServiceWish:
    """What a person asks for; what is absent comes from the order."""

    carrier: str | None = None
    service: str | None = None
    carrier_account: str | None = None  # an id


@dataclass(frozen=True, slots=True)
class ChosenService:
    """A carrier account, and one of its services as the account writes it."""

    account: CarrierAccount
    service: str


class LabelSource(StrEnum):
    """Where the label of an order comes from, by what is set on it."""

    HERE = "here"  # it can be bought here, once a service is chosen
    OTHER = "other"  # not with what is set: with another service, or a carrier account that is still to be added
    ELSEWHERE = "elsewhere"  # no carrier account that the order may be shipped with sells any here


class UsableAccounts:
    """The carrier accounts that an account's orders may be shipped with, looked up once for all of them."""

    def __init__(self, uow: UnitOfWork, account_id: str) -> None:
        self._uow = uow
        self._account_id = account_id
        self._of_clients: dict[str, list[CarrierAccount]] = {}

    def of(self, request: FulfillmentRequest | None) -> list[CarrierAccount]:
        """For the client's order that a request is about: those the client shares, then the own ones unless the client requires
        its own. Without a request the own ones.
        """
        if request is None:
            return self._own
        client_id = request.account_id
        if client_id not in self._of_clients:
            shared = [one for one in self._shared if one.account_id == client_id]
            connection = self._uow.connections.find_active(self._account_id, client_id)
            strict = connection is not None and connection.requires_shared
            self._of_clients[client_id] = shared if strict else [*shared, *self._own]
        return self._of_clients[client_id]

    @cached_property
    def _own(self) -> list[CarrierAccount]:
        return self._uow.carrier_accounts.list_for(self._account_id)

    @cached_property
    def _shared(self) -> list[CarrierAccount]:
        return self._uow.carrier_accounts.list_usable_by_provider(self._account_id)


def choose_service(app: Application, order: Order, allowed: Sequence[CarrierAccount], wish: ServiceWish) -> ChosenService:
    """One of the accounts that the order may be shipped with, and its service.

    Raises Refused: with the sentence for a service that the order may not use, or with what is missing.
    """
    document = order.document()
    named = wish.carrier_account or _text(document.get("shipping_account"))
    if named:
        of_name = [one for one in allowed if named in (one.id, one.nickname)]
        if wish.carrier_account and not of_name:
            raise Refused("no_carrier_account", NO_SUCH_ACCOUNT, id=named, order=order.order_number)
        allowed = of_name or allowed
    by_person = wish.carrier is not None or wish.service is not None
    carrier = wish.carrier if by_person else _text(document.get("carrier"))
    service = wish.service if by_person else _text(document.get("service"))
    if not service:
        is_named = bool(wish.carrier_account or carrier)
        service = (
            _only_service(allowed, carrier) if is_named else _only_one([one for one in allowed if one.carrier in app.carriers])
        )
    if not service:
        raise Refused(_NO_SERVICE, NO_SERVICE, order=order.order_number)
    fitting = [one for one in (_fit(known, carrier, service) for known in allowed) if one is not None]
    if not fitting:
        raise Refused("service_not_available", SERVICE_NOT_AVAILABLE)
    spoken = [one for one in fitting if one.account.carrier in app.carriers]
    if not spoken:
        raise Refused("not_spoken_with", NOT_SPOKEN_WITH, carrier=fitting[0].account.carrier, known=", ".join(app.carriers))
    return next((one for one in spoken if one.account.is_default), spoken[0])


def label_source(app: Application, order: Order, allowed: Sequence[CarrierAccount]) -> LabelSource:
    """Where the label of an order comes from that may be shipped with these accounts."""
    sells = any(one.carrier in app.carriers for one in allowed)
    try:
        choose_service(app, order, allowed, ServiceWish())
    except Refused as refusal:
        if sells and refusal.message.code == _NO_SERVICE:
            return LabelSource.HERE
        return LabelSource.OTHER if sells or not allowed else LabelSource.ELSEWHERE
    return LabelSource.HERE


def _fit(account: CarrierAccount, carrier: str | None, service: str) -> ChosenService | None:
    if carrier and folded_text(carrier) not in (folded_text(account.carrier), folded_text(account.nickname)):
        return None
    wanted = folded_text(service)
    found = next((one for one in account.services if folded_text(one) == wanted), None)
    return None if found is None else ChosenService(account, found)


def _only_service(accounts: Sequence[CarrierAccount], carrier: str | None) -> str | None:
    """The service of accounts that have no other to choose."""
    of_carrier = [one for one in accounts if carrier is None or folded_text(one.carrier) == folded_text(carrier)]
    services = {service for one in of_carrier for service in one.services}
    return services.pop() if len(services) == 1 else None


def _only_one(accounts: Sequence[CarrierAccount]) -> str | None:
    """The service, where there is one account with one service to choose at all."""
    services = [service for one in accounts for service in one.services]
    return services[0] if len(services) == 1 else None


def _text(value: object) -> str | None:
    return None if is_blank(value) else str(value)
