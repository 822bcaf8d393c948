"""Keeps what is about to be bought before any carrier is asked: the units, the request, and the job that buys it.

Of a carrier that nobody has to ask, the label is bought in the same transaction: many orders at once cost little more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.model.account import Account, CarrierAccount, Location
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.label import Label
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, RequestAction
from engine.model.saved_package import SavedPackage
from engine.model.sentence import sentence_of
from engine.model.transitions import Side
from engine.ports import CarrierRefused, CarrierSession, UnitOfWork
from engine.services.fulfillment.accept_begun import accept_begun
from engine.services.fulfillment.change_requests import ask_about_missed_changes
from engine.services.fulfillment.ship_order import shipped_already
from engine.services.fulfillment.shipments import keep_shipments
from engine.services.fulfillment.units_to_ship import Claims, check_own_request, claims_on, units_to_ship
from engine.services.labels.buying_job import buying_job
from engine.services.labels.choose_service import ServiceWish, UsableAccounts, choose_service
from engine.services.labels.include_return import include_returns
from engine.services.labels.label_request import ParcelWish, label_request
from engine.services.labels.label_shipment import shipment_of
from engine.services.labels.price_limit import PriceWish, check_price, max_price
from engine.services.refusals import NO_ORDER, Refused, RefusedByCarrier
from rules.messages import Text

NO_SUCH_LINE = Text(
    "Order {order} has no line {line} with that many units left to ship: {left} are left.",
    "El pedido {order} no tiene en la línea {line} tantas unidades por enviar: quedan {left}.",
)


@dataclass(frozen=True, slots=True)
class LabelWish:
    """What a person asks for; what is absent comes from the order. `units`: line key → quantity; None: all that is left."""

    service: ServiceWish = field(default_factory=ServiceWish)
    parcels: ParcelWish = field(default_factory=ParcelWish)
    units: Mapping[str, Decimal] | None = None
    price: PriceWish = field(default_factory=PriceWish)

    @property
    def is_open(self) -> bool:
        """Whether nothing at all is asked for, so that any label will do."""
        return self == LabelWish()


@dataclass(frozen=True, slots=True)
class Planned:
    """A label that is to be bought, or is; the shipment once it is."""

    label: Label
    shipment: Shipment | None = None


@dataclass(slots=True)
class _Draft:
    """A label on its way to be kept."""

    order: Order
    request: FulfillmentRequest | None
    label: Label
    session: CarrierSession
    numbered_by: CarrierAccount | None  # the account whose numbers its parcels get
    shipment: Shipment | None = None


def plan_labels(
    app: Application, account_id: str, order_ids: Sequence[str], wish: LabelWish, actor: str
) -> dict[str, Planned | Refused]:
    """What came of each order: the label that is to be bought, kept as an intent; one that is bought, also where all of the order
    has left with it before; or the refusal. From here on its units are nobody else's.
    """
    with app.unit_of_work() as uow:
        results = plan_together(app, uow, account_id, order_ids, wish, actor)
        uow.commit()
    return results


def plan_together(
    app: Application, uow: UnitOfWork, account_id: str, order_ids: Sequence[str], wish: LabelWish, actor: str
) -> dict[str, Planned | Refused]:
    """The same within a transaction that keeps more with it."""
    now = app.clock.now()
    desk = _Desk(app, uow, account_id, order_ids, now)
    results: dict[str, Planned | Refused] = {}
    drafts = []
    for order_id in order_ids:
        try:
            planned = desk.plan(order_id, wish, actor)
        except Refused as refusal:
            results[order_id] = refusal
            continue
        if isinstance(planned, Planned):
            results[order_id] = planned
        else:
            drafts.append(planned)
    for draft in desk.number(drafts, results):
        _buy_here(draft, now)
        results[draft.order.id] = Planned(draft.label, draft.shipment)
    _keep(app, uow, [one for one in drafts if isinstance(results[one.order.id], Planned)], actor, now)
    return {order_id: results[order_id] for order_id in order_ids}


class _Desk:
    """Everything that labels of some orders are planned by, looked up once for all of them. The orders are locked."""

    def __init__(self, app: Application, uow: UnitOfWork, account_id: str, order_ids: Sequence[str], now: datetime) -> None:
        self._app, self._uow, self._now = app, uow, now
        requests = uow.requests.list_by_copies(account_id, order_ids, for_change=True)
        self._requests = {str(request.copy_id): request for request in requests}
        self._orders = {order.id: order for order in uow.orders.get_many(account_id, order_ids, for_change=True)}
        self._claims = claims_on(uow, account_id, list(self._orders))
        self._account: Account = uow.accounts.get(account_id)
        self._locations: Sequence[Location] = uow.locations.list_for(account_id)
        self._packages: Sequence[SavedPackage] = uow.packages.list_for(account_id)
        self._usable = UsableAccounts(uow, account_id)
        self._sessions: dict[str, CarrierSession] = {}
        self._asked = {(one.order_id, one.carrier_account_id): one for one in uow.rates.list_asked(account_id, order_ids)}

    def plan(self, order_id: str, wish: LabelWish, actor: str) -> _Draft | Planned:
        """Raises Refused."""
        order, request = self._orders.get(order_id), self._requests.get(order_id)
        if order is None:
            raise Refused("no_order", NO_ORDER, order=order_id)
        if request is not None:
            check_own_request(self._uow, request, self._now)
        claims = self._claims[order_id]
        if order.state is OrderState.SHIPPED:
            return _bought_before(self._uow, order, claims, wish)
        units = _units(order, units_to_ship(self._uow, order, claims, self._now), wish)
        chosen = choose_service(self._app, order, self._usable.of(request), wish.service)
        label_id = new_id("lbl")
        asked = label_request(
            self._account,
            order,
            units,
            self._locations,
            wish.parcels,
            self._now,
            reference=label_id,
            service=chosen.service,
            packages=self._packages,
        )
        account = chosen.account
        try:
            session = self._session(account)
            session.check_request(asked)
        except CarrierRefused as refusal:
            raise RefusedByCarrier(sentence_of(refusal), refusal.code) from None
        answered = self._asked.get((order_id, account.id))
        quoted = None if answered is None else answered.price_of(asked)
        label = Label(
            id=label_id,
            account_id=order.account_id,
            order_id=order.id,
            shipment_id=new_id("shp"),
            carrier_account_id=account.id,
            owner_id=account.account_id,
            carrier=account.carrier,
            service=chosen.service,
            lines=units,
            request=asked,
            actor=actor,
            created_at=self._now,
            quoted=quoted,
            max_price=max_price(wish.price, quoted, asked.currency, self._account),
        )
        numbered_here = self._app.carrier(account.carrier).describes.can(CarrierCapability.NUMBERED_HERE)
        if numbered_here:  # bought at once: nobody looks at the price later
            check_price(self._app, label, session.price(asked, ""))
        return _Draft(order, request, label, session, account if numbered_here else None)

    def _session(self, account: CarrierAccount) -> CarrierSession:
        """It is asked for nothing that a carrier has to be called for. Raises CarrierRefused."""
        if account.id not in self._sessions:
            whole = self._uow.carrier_accounts.get(account.account_id, account.id)
            self._sessions[account.id] = self._app.carrier_session(whole)
        return self._sessions[account.id]

    def number(self, drafts: Sequence[_Draft], results: dict[str, Planned | Refused]) -> list[_Draft]:
        """Give out the tracking numbers of those whose numbers are given out here; whose range has ended is refused."""
        wanted: dict[str, list[_Draft]] = {}
        for draft in drafts:
            if draft.numbered_by is not None:
                wanted.setdefault(draft.numbered_by.id, []).append(draft)
        numbered = [draft for draft in drafts if draft.numbered_by is None]
        for of_account in wanted.values():
            account = of_account[0].numbered_by
            assert account is not None
            count = sum(len(draft.label.request.parcels) for draft in of_account)
            first = self._uow.labels.take_numbers(account.account_id, account.id, count)
            for draft in of_account:
                parcels = len(draft.label.request.parcels)
                try:
                    numbers = draft.session.numbers(first, parcels)
                except CarrierRefused as refusal:
                    results[draft.order.id] = Refused("carrier_refused", sentence_of(refusal))
                    continue
                first += parcels
                draft.label = replace(draft.label, request=replace(draft.label.request, numbers=numbers))
                numbered.append(draft)
        return numbered


def _buy_here(draft: _Draft, now: datetime) -> None:
    """Of a carrier whose numbers are given out here the label is bought with them: nobody has to be asked."""
    if draft.numbered_by is not None:
        bought = draft.session.buy(draft.label.request, "")
        draft.label = draft.label.buy(bought, now)
        draft.shipment = shipment_of(draft.label, bought, now)


def _keep(app: Application, uow: UnitOfWork, drafts: Sequence[_Draft], actor: str, now: datetime) -> None:
    uow.labels.add_many([draft.label for draft in drafts])
    entries, begun = [], []
    for draft in drafts:
        label, request = draft.label, draft.request
        if request is not None:
            begun.append((_begun(accept_begun(uow, request, actor, now), now), draft.order))
            uow.requests.update(begun[-1][0])
        if draft.shipment is None:
            uow.jobs.add_many([buying_job(label, now)])
        numbers = () if draft.shipment is None else draft.shipment.numbers
        after = [label.id, label.carrier, label.service, *(numbers or [label.request.digest])]
        action = "label.intended" if draft.shipment is None else "label.bought"
        entries.append(AuditEntry(label.account_id, now, actor, action, label.order_id, None, after))
    uow.audit.append(entries)
    ask_about_missed_changes(app, uow, begun, now)
    bought = [draft for draft in drafts if draft.shipment is not None]
    keep_shipments(app, uow, [(draft.order, draft.shipment) for draft in bought if draft.shipment is not None], actor, now)
    include_returns(app, uow, [(draft.order, draft.label) for draft in bought], now)


def _bought_before(uow: UnitOfWork, order: Order, claims: Claims, wish: LabelWish) -> Planned:
    """The label of an order that has left, asked for once more. Raises Refused where something else is asked for."""
    shipped = [one for one in claims.shipments if one.state is ShipmentState.SHIPPED]
    label = uow.labels.find_by_shipment(order.account_id, shipped[-1].id) if shipped else None
    asked = (wish.service.carrier, wish.service.service)
    if label is None or (not wish.is_open and asked not in ((None, None), (label.carrier, label.service))):
        raise shipped_already(uow, order, shipped)
    return Planned(label, shipped[-1])


def _units(order: Order, left: Mapping[str, Decimal], wish: LabelWish) -> dict[str, Decimal]:
    if wish.units is None:
        return dict(left)
    for key, quantity in wish.units.items():
        if not 0 < quantity <= left.get(key, Decimal(0)):
            raise Refused("no_such_line", NO_SUCH_LINE, order=order.order_number, line=key, left=left.get(key, Decimal(0)))
    return dict(wish.units)


def _begun(request: FulfillmentRequest, now: datetime) -> FulfillmentRequest:
    """The client's request of which the work has begun: from here on it is taken back by agreement alone."""
    if request.may(RequestAction.START, Side.PROVIDER, now):
        return request.take(RequestAction.START, Side.PROVIDER, now)
    return replace(request, started_at=request.started_at or now, changed_at=now)
