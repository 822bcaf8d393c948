"""What the form for a return label begins with: what of an order can still come back, and the services that bring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.application import Application
from engine.model.account import Account, Location
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment
from engine.model.label import Label
from engine.model.order import Order
from engine.services.labels.choose_service import UsableAccounts
from engine.services.labels.label_request import usual_parcel
from engine.services.labels.plan_return import units_to_return
from engine.services.labels.service_choices import ServiceChoice, list_service_choices


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """The form of one order. `weight_g` is 0 where nobody knows it; `locations`: where the units can come back to."""

    units: Mapping[str, Decimal]  # by line key
    choices: Sequence[ServiceChoice]
    weight_g: int
    locations: Sequence[Location]


def draft_return(
    app: Application, account: Account, order: Order, shipments: Sequence[Shipment], labels: Sequence[Label]
) -> ReturnDraft | None:
    """Nothing is kept, and no carrier is asked. None where nothing can come back."""
    units = units_to_return(shipments, labels)
    if not units:
        return None
    with app.reading() as uow:
        asked = uow.requests.find_by_copy(account.id, order.id) if account.ships_for_others else None
        choices = list_service_choices(app, uow, account, UsableAccounts(uow, account.id).of(asked))
        locations = uow.locations.list_for(account.id)
    return ReturnDraft(units, [one for one in choices if _returns(app, one)], usual_parcel(order, units).weight_g, locations)


def _returns(app: Application, choice: ServiceChoice) -> bool:
    carrier = app.carriers.get(choice.carrier)
    return choice.account is not None and carrier is not None and carrier.describes.can(CarrierCapability.RETURNS)
