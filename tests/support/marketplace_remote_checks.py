"""What has to be true of requests to a provider with a system of its own, once everything was said and heard."""

from __future__ import annotations

from decimal import Decimal

from support.marketplace import Marketplace
from support.remote_warehouses import Parcel, Warehouse

from engine.model.order import Order
from engine.model.request import CONNECTION_REMOVED, FulfillmentRequest, RequestState, Work
from engine.ports import UnitOfWork
from engine.services.inventory.shipped_units import sku_of


def check_remote(place: Marketplace, unit: UnitOfWork, request: FulfillmentRequest, order: Order, work: Work) -> None:
    """Both sides have the same in hand, and what has left is known, or told to people with its numbers."""
    warehouse = place.remote.systems.by_id[request.provider_id]
    assert not warehouse.waiting, f"nobody hears {warehouse.waiting}"
    taken = warehouse.taken.get(request.id)
    named = f"order {order.order_number}: the request is {request.state}/{work}, the provider has {taken}"
    if request.is_live and work is not Work.DONE:
        assert taken is not None, f"{named}: it never came"
        assert not taken.ended, named
        assert request.state is not RequestState.CANCEL_REQUESTED, f"{named}: its recall was not answered"
        _check_object(warehouse, request, order, named)
    elif not request.is_live and taken is not None and not taken.ended:
        was_refused = request.state_reason == CONNECTION_REMOVED and taken.refused_to_cancel
        assert was_refused or not warehouse.rest(request.id), f"{named}: it would still ship"
    _check_parcels(unit, warehouse, request, named)


def _check_object(warehouse: Warehouse, request: FulfillmentRequest, order: Order, named: str) -> None:
    """The provider has the newest version of all of it."""
    known = warehouse.orders.get(request.id).body
    items = known["order"]["items"]
    assert {item["line_key"]: Decimal(item["quantity"]) for item in items} == {
        line.line_key: line.quantity for line in request.lines if line.quantity
    }, named
    skus = {line.line_key: sku_of(line) for line in request.lines}
    assert all(item["sku"] == skus[item["line_key"]] for item in items), named
    assert known["order"]["ship_to"]["city"] == order.document()["ship_to"]["city"], f"{named}, with an old address"
    assert known["hold"] == request.held, f"{named}, and takes it for held: {known['hold']}"


def _check_parcels(unit: UnitOfWork, warehouse: Warehouse, request: FulfillmentRequest, named: str) -> None:
    """Each is a shipment of the merchant's order once, with the same number; units that are not in it were told."""
    told = [str(alert.message) for alert in unit.alerts.list_for(request.account_id)]
    ours = [one for one in unit.fulfillment.list_shipments(request.account_id, request.order_id) if one.request_id == request.id]
    known = {one.source_id: one for one in ours}
    assert len(known) == len(ours)
    made = [one for one in warehouse.parcels if one.reference == request.id]
    for one in made:
        is_told = any(one.tracking in sentence for sentence in told)
        shipment = known.pop(_source(warehouse, one), None)
        assert shipment is not None or is_told, f"{named}: nobody knows of {one}"
        if shipment is not None:
            assert shipment.numbers == (one.tracking,), named
            assert shipment.lines == one.units or is_told or not one.names_lines, f"{named}: {shipment.lines} of {one}"
            assert all(one.units[key] >= units for key, units in shipment.lines.items()), f"{named}: {shipment.lines} of {one}"
    assert not known, f"{named}: it has never shipped {known}"


def _source(warehouse: Warehouse, parcel: Parcel) -> str:
    return f"{warehouse.provider_id}:{parcel.id}"
