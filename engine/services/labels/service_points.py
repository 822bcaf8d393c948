"""The service points where an order's parcel could be fetched: the carrier is asked, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.label import PostalAddress
from engine.model.sentence import sentence_of
from engine.model.service_point import ServicePoint
from engine.ports import CarrierError, CarrierRefused, HasServicePoints
from engine.services.labels.choose_service import ChosenService, ServiceWish, UsableAccounts, choose_service
from engine.services.labels.label_request import ship_to_address
from engine.services.labels.rates import get_order_to_rate
from engine.services.refusals import Refused
from rules.messages import Text

NO_POINTS = Text(
    "{carrier} has no service points to choose here: leave it out, or choose a service of another carrier account.",
    "{carrier} no tiene aquí puntos de recogida que elegir: déjalo en blanco o elige un servicio de otra cuenta de transporte.",
)
NOT_ASKED = Text(
    "{carrier} does not say which service points there are: {problem}",
    "{carrier} no dice qué puntos de recogida hay: {problem}",
)

Found = TypeVar("Found")


def list_service_points(
    app: Application, account_id: str, order_id: str, wish: ServiceWish, near: str = ""
) -> list[ServicePoint]:
    """Those of the service that is wished for, else set on the order, the nearest first: near the address that the order goes to,
    or near a postal code of its country. Raises Refused.
    """
    chosen, address = _chosen(app, account_id, order_id, wish)
    if near.strip():
        address = PostalAddress(postal_code=near.strip(), country=address.country)
    return _ask(app, chosen.account, lambda session: session.list_service_points(chosen.service, address))


def get_service_point(app: Application, account_id: str, order_id: str, wish: ServiceWish, point_id: str) -> ServicePoint:
    """One of them as it is now. Raises Refused."""
    chosen, _ = _chosen(app, account_id, order_id, wish)
    return _ask(app, chosen.account, lambda session: replace(session.get_service_point(point_id.strip()), distance_m=None))


def _chosen(app: Application, account_id: str, order_id: str, wish: ServiceWish) -> tuple[ChosenService, PostalAddress]:
    with app.reading() as uow:
        order = get_order_to_rate(uow, account_id, order_id)
        allowed = UsableAccounts(uow, account_id).of(uow.requests.find_by_copy(account_id, order_id))
        chosen = choose_service(app, order, allowed, wish)
        kind = app.carrier(chosen.account.carrier).describes
        if not kind.can(CarrierCapability.SERVICE_POINTS):
            raise Refused("no_service_points", NO_POINTS, carrier=kind.name)
        whole = uow.carrier_accounts.get(chosen.account.account_id, chosen.account.id)
    return replace(chosen, account=whole), ship_to_address(order)


def _ask(app: Application, account: CarrierAccount, question: Callable[[HasServicePoints], Found]) -> Found:
    """No transaction may be open."""
    carrier = app.carrier(account.carrier)
    try:
        session = app.carrier_session(account)
        assert isinstance(session, HasServicePoints), "it says that it has them"
        return question(session)
    except CarrierRefused as refusal:  # it did say, and why not
        raise Refused("service_points", sentence_of(refusal)) from None
    except CarrierError as error:
        said = {"carrier": carrier.describes.name, "problem": sentence_of(error)}
        raise Refused("service_points", NOT_ASKED, **said) from None
