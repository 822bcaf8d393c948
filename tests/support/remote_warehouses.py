"""Providers with systems of their own, in this process: what each has taken, what it has shipped, and what it has still to say.

They speak the documented messages, signed, but without a network: calls go wrong when they are told to, and events leave one by
one, when and in whichever order somebody wants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapters.providers.http import messages, signing
from adapters.sandboxes.provider.orders import ProviderOrders, Refusal, Unknown
from engine.model.integrated_provider import EventReply, IntegratedProvider, KnownRequest, OutgoingRequest, ProviderEvent
from engine.ports import Clock, ProviderRefused, ProviderUnavailable, ProviderUnusable
from rules.messages import Message, Text
from rules.order_document import dumps, loads

Units = dict[str, Decimal]

_DOWN = Message("down", Text("Its system does not answer.", "Su sistema no responde."))
_REFUSED = Message("refused", Text("Its system does not take it.", "Su sistema no lo acepta."))
_WRONG_SECRET = Message("secret", Text("Its system has another secret.", "Su sistema tiene otra clave."))


@dataclass
class Taken:
    """What the provider does with a request."""

    begun: bool = False
    ended: str = ""  # what it said last of it: from then on it does nothing more
    shipped: Counter[str] = field(default_factory=Counter)
    refused_to_cancel: bool = False


@dataclass(frozen=True)
class Parcel:
    """What has left together: the provider's own id of it, its tracking number, and the units, whether it names them or not."""

    reference: str
    id: str
    tracking: str
    units: Units
    names_lines: bool


@dataclass
class Warehouse:
    """One provider: its orders are kept as the product's own stand-in keeps them."""

    provider_id: str
    secret: str
    orders: ProviderOrders = field(init=False)
    taken: dict[str, Taken] = field(default_factory=dict)
    parcels: list[Parcel] = field(default_factory=list)
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # message id and event
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # those that were heard
    replies: list[EventReply] = field(default_factory=list)
    is_eager: bool = False  # says what a call brings about before it answers the call
    down: int = 0  # so many calls are not answered, and not heard
    lost: int = 0  # so many calls are heard and not answered
    refusing: int = 0  # so many objects are not taken

    def __post_init__(self) -> None:
        self.orders = ProviderOrders(self._say)

    def _say(self, event: dict[str, Any]) -> None:
        self.waiting.append((f"msg_{self.provider_id}_{len(self.waiting) + len(self.said)}_{event['data']['sequence']}", event))

    def quantities(self, reference: str) -> Units:
        """What it was asked for last."""
        items = self.orders.get(reference).body["order"]["items"]
        return {item["line_key"]: Decimal(item["quantity"]) for item in items}

    def rest(self, reference: str) -> Units:
        """What it has not shipped of that."""
        gone = self.taken[reference].shipped
        rests = {key: units - gone[key] for key, units in self.quantities(reference).items()}
        return {key: units for key, units in rests.items() if units > 0}

    def open_ones(self) -> list[str]:
        """What it has still to do, the oldest first."""
        return [one for one, taken in self.taken.items() if not taken.ended and self.rest(one)]

    def wanted_back(self) -> list[str]:
        """What it was asked to give back and has not answered."""
        asked = (one for one, taken in self.taken.items() if not taken.ended)
        return [one for one in asked if self.orders.get(one).cancel_asked]

    def begin(self, reference: str) -> None:
        self.taken[reference].begun = True
        self.orders.say(reference, "request.started")

    def end(self, reference: str, kind: str, **data: Any) -> None:
        """It does nothing more about a request."""
        self.taken[reference].ended = kind
        self.orders.say(reference, kind, **data)

    def refuse_to_cancel(self, reference: str) -> None:
        self.taken[reference].refused_to_cancel = True
        self.orders.get(reference).cancel_asked = False
        self.orders.say(reference, "cancel.refused", text="It is packed.")

    def ship(self, reference: str, units: Units, tracking: str, *, names_lines: bool = True) -> None:
        """Something leaves; `names_lines`: else it says no more than that all that was left has."""
        taken = self.taken[reference]
        taken.begun = True
        for key, quantity in units.items():
            taken.shipped[key] += quantity  # type: ignore[assignment]
        lines = [{"line_key": key, "quantity": int(quantity)} for key, quantity in units.items()] if names_lines else None
        self.orders.ship(reference, lines, tracking)
        number = self.orders.get(reference).shipments
        self.parcels.append(Parcel(reference, f"{reference}-{number}", tracking, units, names_lines))


class RemoteWarehouses:
    """Implements `engine.ports.ProviderSystem` for all providers of an installation; `dies` may end the process at a call."""

    def __init__(self, clock: Clock, dies: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._dies = dies
        self.by_id: dict[str, Warehouse] = {}
        self.hear: Callable[[Warehouse], object] = lambda warehouse: None  # what an eager one has to say is heard by this

    def add(self, provider_id: str, secret: str) -> Warehouse:
        self.by_id[provider_id] = Warehouse(provider_id, secret)
        return self.by_id[provider_id]

    def new_secret(self) -> str:
        return signing.new_secret()

    def check_url(self, url: str) -> str:
        return url.strip().rstrip("/")

    def test(self, provider: IntegratedProvider) -> None:
        self._answer(self._call(provider))

    def send(self, provider: IntegratedProvider, request: OutgoingRequest, key: str) -> None:
        warehouse = self._call(provider)
        if warehouse.refusing:
            warehouse.refusing -= 1
            raise ProviderRefused(_REFUSED)
        try:
            warehouse.orders.put(request.reference, loads(messages.request_body(request)), key)
        except Refusal:
            raise ProviderRefused(_REFUSED) from None
        warehouse.taken.setdefault(request.reference, Taken())
        self._answer(warehouse)

    def look_up(self, provider: IntegratedProvider, reference: str) -> KnownRequest | None:
        warehouse = self._call(provider)
        try:
            found = messages.parse_known(dumps(warehouse.orders.get(reference).to_data()))
        except Unknown:
            found = None
        self._answer(warehouse)
        return found

    def ask_cancel(self, provider: IntegratedProvider, reference: str, key: str) -> bool:
        warehouse = self._call(provider)
        try:
            warehouse.orders.ask_cancel(reference, "none")
        except Unknown:
            self._answer(warehouse)
            return False
        self._answer(warehouse)
        return True

    def verify(self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
        return signing.verify(secrets, headers, body, self._clock.now())

    def parse_event(self, body: bytes) -> ProviderEvent:
        return messages.parse_event(body)

    def _call(self, provider: IntegratedProvider) -> Warehouse:
        self._dies()
        warehouse = self.by_id[provider.id]
        if warehouse.down:
            warehouse.down -= 1
            raise ProviderUnavailable(_DOWN)
        if warehouse.secret not in provider.secrets.valid(self._clock.now()):
            raise ProviderUnusable(_WRONG_SECRET)
        return warehouse

    def _answer(self, warehouse: Warehouse) -> None:
        if warehouse.is_eager:
            self.hear(warehouse)
        self._dies()
        if warehouse.lost:
            warehouse.lost -= 1
            raise ProviderUnavailable(_DOWN)
