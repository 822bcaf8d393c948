"""What the carrier and the service of a shipment are called where the buyer or the store's people read of it."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.carrier import ServiceWords
from engine.model.fulfillment import Shipment
from engine.model.label import Label
from engine.model.tracking_links import find_carrier
from engine.ports import NamingCarrier, NotFound, UnitOfWork
from engine.services.fulfillment.combined_parcels import lead_shipment_id
from rules.messages import Language


def service_words(app: Application, uow: UnitOfWork, shipment: Shipment, language: Language) -> ServiceWords:
    """As its label says it, of a carrier that is called what its account calls it; of others the carrier's usual name."""
    carrier = app.carriers.get(shipment.carrier)
    if isinstance(carrier, NamingCarrier):
        return carrier.words(_account_of(uow, shipment), shipment.service, language)
    known = find_carrier(shipment.carrier, shipment.service)
    return ServiceWords(shipment.carrier if known is None else known.name, shipment.service)


def _account_of(uow: UnitOfWork, shipment: Shipment) -> CarrierAccount | None:
    """The carrier account that its label was bought with; without a label the only one that has its service."""
    label = _label_of(uow, shipment)
    if label is not None:
        try:
            return uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
        except NotFound:
            return None
    known = [one for one in uow.carrier_accounts.list_for(shipment.account_id) if one.carrier == shipment.carrier]
    offering = [one for one in known if shipment.service in one.services]
    return offering[0] if len(offering) == 1 else None


def _label_of(uow: UnitOfWork, shipment: Shipment) -> Label | None:
    """Of a share of a parcel that of the parcel, and of what a provider has shipped the provider's."""
    lead = lead_shipment_id(shipment)
    if lead is not None:
        return _label_of(uow, uow.fulfillment.get_shipment(shipment.account_id, lead))
    if shipment.source_id is not None and shipment.request_id is not None:
        provider_id = uow.requests.get(shipment.account_id, shipment.request_id).provider_id
        return uow.labels.find_by_shipment(provider_id, shipment.source_id)
    return uow.labels.find_by_shipment(shipment.account_id, shipment.id)
