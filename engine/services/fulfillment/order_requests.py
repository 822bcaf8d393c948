"""The requests that an order is about, as one of the two sides sees them: who, how far, what was said, and what is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.connection import Connection
from engine.model.request import FulfillmentRequest, RequestAction, RequestState, Work, allowed_actions
from engine.model.request_message import RequestMessage
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.request_words import name_sides, side_of
from rules.messages import Text


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A request on the page of an order. `names` are what the reader's account calls the provider and the client."""

    request: FulfillmentRequest
    side: Side
    work: Work
    names: Mapping[str, str]
    messages: tuple[RequestMessage, ...]
    actions: Mapping[RequestAction, tuple[Text, ...]]  # with the reasons why not
    stopped: Connection | None = None  # over which nothing is sent now

    @property
    def other(self) -> str:
        """What the reader's account calls the other side."""
        return self.names["client" if self.side is Side.PROVIDER else "provider"]

    @property
    def allowed(self) -> tuple[RequestAction, ...]:
        return tuple(action for action, reasons in self.actions.items() if not reasons)

    @property
    def is_open(self) -> bool:
        """Whether something of it is still the provider's to ship."""
        return self.request.is_live and self.work is not Work.DONE

    @property
    def waits_for_answer(self) -> bool:
        """Whether the provider is asked to say something."""
        asks = self.request.state in (RequestState.REQUESTED, RequestState.CANCEL_REQUESTED)
        return asks or self.request.waits_for_change


def in_sight(asked: Sequence[FulfillmentRequest], received: FulfillmentRequest | None) -> list[FulfillmentRequest]:
    """What an order's account asked of providers, the newest first, then what a client asked of it."""
    return [*reversed(asked), *([received] if received is not None else ())]


def see_requests(uow: UnitOfWork, account_id: str, requests: Sequence[FulfillmentRequest], now: datetime) -> list[OrderRequest]:
    """Requests with what an account that has part in them may know."""
    if not requests:
        return []
    under = {request.connection_id for request in requests if request.connection_id is not None}
    connections = {connection_id: uow.connections.get(account_id, connection_id) for connection_id in sorted(under)}
    names = name_sides(uow, account_id, requests, connections)
    threads = uow.requests.threads(account_id, [request.id for request in requests])
    seen = []
    for request in requests:
        side = side_of(request, account_id)
        messages, actions = tuple(threads.get(request.id, ())), allowed_actions(request, side, now)
        over = connections.get(request.connection_id or "")
        stopped = over if over is not None and over.stopped(now) and request.is_open(now) else None
        seen.append(OrderRequest(request, side, request.work(now), names[request.id], messages, actions, stopped))
    return seen
