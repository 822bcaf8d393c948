"""Ending a connection, from either side, and what is still to be settled between the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.connection import Connection, ConnectionAction
from engine.model.inventory import StockCount
from engine.model.money import Money
from engine.model.request import CONNECTION_REMOVED, FulfillmentRequest, RequestAction
from engine.model.request_message import MessageKind
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.billing.statements import unpaid_between
from engine.services.connections.client_store import close_when_done
from engine.services.connections.connection_mails import mail_removal
from engine.services.connections.refusals import not_any_more
from engine.services.deciding.rule_standings import keep_standings
from engine.services.fulfillment.announce import announce
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.units_to_ship import check_nothing_is_bought
from engine.services.refusals import Refused
from rules.messages import Text

WHAT_OF_OPEN_ORDERS = Text(
    "Orders still open: {count}. Choose what happens to them: return gives them back to the merchant, finish lets the provider "
    "ship them.",
    "Pedidos aún abiertos: {count}. Elige qué pasa con ellos: return los devuelve al comerciante, finish deja que el proveedor "
    "los envíe.",
)


class OpenOrders(StrEnum):
    """What happens to orders that are with the provider when the connection ends."""

    RETURN = "return"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the two have still to settle when their connection ends."""

    open_orders: int
    unpaid: tuple[Money, ...] = ()  # one amount a currency, also of what is not issued yet
    stock: tuple[StockCount, ...] = ()  # products of the client that the provider still has


def remind(app: Application, account_id: str, connection_id: str) -> Reminder:
    """What a removal would leave open now. Raises NotFound."""
    with app.reading() as uow:
        connection, now = uow.connections.get(account_id, connection_id), app.clock.now()
        return Reminder(len(_open(uow, connection)), _unpaid(uow, connection, now), _left(uow, connection))


def remove_connection(
    app: Application, actor: User, connection_id: str, *, open_orders: OpenOrders | None = None
) -> tuple[Connection, Reminder]:
    """The connection, ended, and what was open.

    Raises Refused, also where orders are open and nothing was chosen, and NotFound.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        connection = uow.connections.get(actor.account_id, connection_id, for_change=True)
        require_admin(actor)
        side = connection.side_of(actor.account_id)
        if not connection.may(ConnectionAction.REMOVE, side):
            raise not_any_more(uow, connection, actor)
        open_ones = _open(uow, connection)
        if open_ones and open_orders is None:
            raise Refused("open_orders", WHAT_OF_OPEN_ORDERS, count=len(open_ones))
        if open_orders is OpenOrders.RETURN:
            _give_back(app, uow, open_ones, actor, now)
        unpaid = _unpaid(uow, connection, now)
        removed = connection.remove(side, actor.id, now)
        uow.connections.update(removed)
        mail_removal(app, uow, removed, actor, len(open_ones))
        close_when_done(uow, removed, now)
        _record(uow, removed, actor, open_orders, now)
        reminder = Reminder(len(open_ones), unpaid, _left(uow, removed))
        keep_standings(app, uow, removed.account_ids, now)
        uow.commit()
    return removed, reminder


def _open(uow: UnitOfWork, connection: Connection) -> list[FulfillmentRequest]:
    if connection.client_id is None or not connection.is_active:
        return []
    return uow.requests.list_open_between(connection.provider_id, connection.client_id)


def _unpaid(uow: UnitOfWork, connection: Connection, now: datetime) -> tuple[Money, ...]:
    if connection.client_id is None or not connection.is_active:
        return ()
    return tuple(unpaid_between(uow, connection.provider_id, connection.client_id, now))


def _left(uow: UnitOfWork, connection: Connection) -> tuple[StockCount, ...]:
    if connection.client_id is None:
        return ()
    counts = uow.inventory.list_for_provider(connection.provider_id, [connection.client_id])
    return tuple(count for count in counts if count.on_hand is not None and count.on_hand > 0)


def _give_back(app: Application, uow: UnitOfWork, asked: Sequence[FulfillmentRequest], actor: User, now: datetime) -> None:
    for seen in asked:
        side = Side.PROVIDER if actor.account_id == seen.provider_id else Side.MERCHANT
        order = uow.orders.get(seen.account_id, seen.order_id, for_change=True)
        request = uow.requests.get(seen.account_id, seen.id, for_change=True)
        if not request.is_live:
            continue  # it ended in this very moment
        if request.copy_id is not None:
            check_nothing_is_bought(uow, request.provider_id, request.copy_id)
        ended = request.take(RequestAction.END, Side.SYSTEM, now, reason=CONNECTION_REMOVED)
        uow.requests.update(ended)
        announce(app, uow, [ended], now)
        record(uow, ended, MessageKind.ENDED, side, actor.id, now, code=CONNECTION_REMOVED)
        settle_order(uow, order, now)
        uow.orders.update_many([order])
        client, provider = (_who(actor, one, request.provider_id) for one in (order.account_id, request.provider_id))
        uow.audit.append(
            [
                AuditEntry(order.account_id, now, client, "order.recalled", order.id, None, CONNECTION_REMOVED),
                AuditEntry(request.provider_id, now, provider, "request.ended", request.id, None, CONNECTION_REMOVED),
            ]
        )


def _record(uow: UnitOfWork, connection: Connection, actor: User, open_orders: OpenOrders | None, now: datetime) -> None:
    after = {"open_orders": open_orders.value} if open_orders is not None else None
    uow.audit.append(
        [
            AuditEntry(
                account_id, now, _who(actor, account_id, connection.provider_id), "connection.removed", connection.id, None, after
            )
            for account_id in (connection.provider_id, connection.client_id)
            if account_id is not None
        ]
    )


def _who(actor: User, account_id: str, provider_id: str) -> str:
    """Who ended it, for the record of one of the two accounts: of the other's people it knows no single one."""
    if actor.account_id == account_id:
        return actor.id
    return "provider" if actor.account_id == provider_id else "client"
