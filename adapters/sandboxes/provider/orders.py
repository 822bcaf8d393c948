"""What the stand-in has taken, and what it says about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Unknown(LookupError):
    """There is no such reference."""


class Refusal(Exception):
    """What is not taken: code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class TakenOrder:
    """One request, as the provider has it."""

    body: Json
    stage: str = "new"
    cancel_asked: bool = False
    sequence: int = 0
    shipments: int = 0
    keys: set[str] = field(default_factory=set)

    @property
    def version(self) -> int:
        return int(self.body["version"])

    def to_data(self) -> Json:
        reference = self.body["reference"]
        return {"reference": reference, "version": self.version, "state": self.stage, "cancel_asked": self.cancel_asked}


class ProviderOrders:
    """Requests by reference; each is taken once. `say` gets each event. Safe to share between threads."""

    def __init__(self, say: Callable[[Json], None]) -> None:
        self._say = say
        self._orders: dict[str, TakenOrder] = {}
        self._never: set[str] = set()  # asked back before they came
        self._lock = threading.RLock()
        self.received = 0  # calls that brought a request, the repeated ones too

    def __len__(self) -> int:
        return len(self._orders)

    def put(self, reference: str, body: Json, key: str) -> bool:
        """Take a request or a newer version of one; whether it is a new request. Raises Refusal."""
        with self._lock:
            self.received += 1
            if reference in self._never:
                raise Refusal("cancelled", "It was cancelled before it came.")
            known = self._orders.get(reference)
            if known is None:
                self._orders[reference] = TakenOrder(body, keys={key})
                return True
            known.keys.add(key)
            if int(body["version"]) > known.version:
                known.body = body
            return False

    def get(self, reference: str) -> TakenOrder:
        """Raises Unknown."""
        with self._lock:
            try:
                return self._orders[reference]
            except KeyError:
                raise Unknown(reference) from None

    def ask_cancel(self, reference: str, answer: str) -> None:
        """Raises Unknown, and then a request of this reference is taken no more."""
        with self._lock:
            if reference not in self._orders:
                self._never.add(reference)
                raise Unknown(reference)
            order = self._orders[reference]
            order.cancel_asked = True
            if answer == "grant":
                self.say(reference, "cancel.granted")
            elif answer == "refuse":
                order.cancel_asked = False
                self.say(reference, "cancel.refused", text="It is packed.")

    def say(self, reference: str, kind: str, **data: Any) -> None:
        """Send an event about a request. Raises Unknown."""
        with self._lock:
            order = self.get(reference)
            order.sequence += 1
            order.stage = kind.partition(".")[2] if kind.startswith("request.") else order.stage
            self._say({"type": kind, "data": {"reference": reference, "sequence": order.sequence, **data}})

    def ship(self, reference: str, lines: list[Json] | None = None, tracking: str | None = None) -> None:
        """Ship all of a request, or these lines. Raises Unknown."""
        with self._lock:
            order = self.get(reference)
            order.shipments += 1
            number = f"{reference}-{order.shipments}"
            shipment: Json = {
                "id": number,
                "carrier": "seur",
                "service": "24h",
                "parcels": [{"tracking_number": tracking or f"T-{number}", "weight_g": 750}],
            }
            if lines is not None:
                shipment["lines"] = lines
            self.say(reference, "request.shipped", shipment=shipment)

    def to_data(self) -> list[Json]:
        with self._lock:
            return [order.to_data() for order in self._orders.values()]
