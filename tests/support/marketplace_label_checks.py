"""What has to be true of the labels of a marketplace: none is paid twice, and each that is paid has its shipment."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from support.marketplace import Marketplace

from engine.model.fulfillment import ShipmentState
from engine.model.label import Label, LabelState
from engine.ports import NotFound, UnitOfWork

OPEN = {LabelState.INTENT, LabelState.UNKNOWN, LabelState.VOID_REQUESTED}


def check_labels(place: Marketplace, unit: UnitOfWork) -> None:
    """At any moment."""
    carrier, labels = place.postage.carrier, place.postage.labels()
    paid = Counter(request.reference for request in carrier.purchases)
    assert not paid or max(paid.values()) == 1, f"bought twice: {[one for one, times in paid.items() if times > 1]}"
    by_order: dict[tuple[str, str], list[Label]] = {}
    for label in labels:
        by_order.setdefault((label.account_id, label.order_id), []).append(label)
        _check_shipment(unit, label)
        if label.carrier == "paid" and (label.is_paid or label.state is LabelState.VOIDED):
            assert paid[label.id] == 1, f"{label.id} is {label.state}, and nobody paid for it"
    for (account_id, order_id), own in by_order.items():
        _check_units(place, unit, account_id, order_id, own)


def check_labels_in_the_end(place: Marketplace) -> None:
    """Everything that was begun is known, and the carrier says the same."""
    carrier = place.postage.carrier
    labels = {label.id: label for label in place.postage.labels()}
    unknown = [f"{label.id}: {label.state}, {label.error}" for label in labels.values() if label.state in OPEN]
    assert not unknown, unknown
    for request in carrier.purchases:
        label = labels[request.reference]
        assert label.is_paid or label.state is LabelState.VOIDED, f"{label.id} was paid, and is {label.state}"
    taken_back = {label.carrier_id for label in labels.values() if label.state is LabelState.VOIDED and label.carrier == "paid"}
    assert taken_back == set(carrier.voided)


def _check_shipment(unit: UnitOfWork, label: Label) -> None:
    try:
        shipment = unit.fulfillment.get_shipment(label.account_id, label.shipment_id)
    except NotFound:
        assert not label.is_paid, f"{label.id} is {label.state} without a shipment"
        return
    expected = ShipmentState.SHIPPED if label.is_paid else ShipmentState.VOIDED
    assert shipment.state is expected, f"{label.id} is {label.state}, its shipment {shipment.state}"
    assert dict(shipment.lines) == dict(label.lines)


def _check_units(place: Marketplace, unit: UnitOfWork, account_id: str, order_id: str, labels: list[Label]) -> None:
    """No unit has two labels that are paid, or may be, nor one and a shipment by hand."""
    order = unit.orders.get(account_id, order_id)
    with_label = {label.shipment_id for label in labels}
    units: Counter[str] = Counter()
    for label in labels:
        if label.is_paid or label.is_being_bought:
            units.update({key: int(quantity) for key, quantity in label.lines.items()})
    for shipment in unit.fulfillment.list_shipments(account_id, order_id):
        if shipment.state is ShipmentState.SHIPPED and shipment.id not in with_label:
            units.update({key: int(quantity) for key, quantity in shipment.lines.items()})
    for key, count in units.items():
        most = _most(place, unit, account_id, order.external_id, order_id, key)
        assert count <= most, f"order {order.order_number}, line {key}: {count} of {most} have a label or have left"


def _most(place: Marketplace, unit: UnitOfWork, account_id: str, external_id: str, order_id: str, key: str) -> Decimal:
    """How many units of a line were ever wanted: of a client's order, as its merchant's."""
    request = unit.requests.find_by_copy(account_id, order_id)
    if request is not None:
        external_id = unit.orders.get(request.account_id, request.order_id).external_id
    return place.most[external_id, key]
