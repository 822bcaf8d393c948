"""An account's fulfillment requests, on both sides, with what it may do about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.account import Account
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestAction, Work, allowed_actions
from engine.model.transitions import Side
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as one side sees it. `order_id` is the account's own order: the provider has none before it imports."""

    request: FulfillmentRequest
    side: Side
    work: Work
    order_number: str
    client: str  # slugs
    provider: str
    order_id: str | None
    allowed: tuple[RequestAction, ...]

    @property
    def role(self) -> str:
        return "provider" if self.side is Side.PROVIDER else "client"


def list_requests(app: Application, account_id: str) -> list[SeenRequest]:
    """What clients asked of the account, then what it asked of providers; the oldest first."""
    now = app.clock.now()
    with app.reading() as uow:
        asked = [(request, Side.PROVIDER) for request in uow.requests.list_for_provider(account_id)]
        asked += [(request, Side.MERCHANT) for request in uow.requests.list_for_client(account_id)]
        accounts = uow.accounts.get_many({one for request, _ in asked for one in (request.account_id, request.provider_id)})
        orders = _orders(uow, [request for request, _ in asked])
        return [_seen(request, side, orders[request.order_id], accounts, now) for request, side in asked]


def _orders(uow: UnitOfWork, requests: list[FulfillmentRequest]) -> dict[str, Order]:
    by_account: dict[str, list[str]] = {}
    for request in requests:
        by_account.setdefault(request.account_id, []).append(request.order_id)
    return {order.id: order for account_id, ids in by_account.items() for order in uow.orders.get_many(account_id, ids)}


def _seen(request: FulfillmentRequest, side: Side, order: Order, accounts: dict[str, Account], now: datetime) -> SeenRequest:
    allowed = tuple(action for action, reasons in allowed_actions(request, side, now).items() if not reasons)
    return SeenRequest(
        request,
        side,
        request.work(now),
        order.order_number,
        accounts[request.account_id].slug,
        accounts[request.provider_id].slug,
        request.copy_id if side is Side.PROVIDER else request.order_id,
        allowed,
    )
