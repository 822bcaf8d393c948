"""What is asked of an account's ship-from locations, for `support.tenant_calls`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.model.account import Location
from engine.model.shipping_hours import ShippingHours

LOCATION_CALLS: dict[str, Callable[[Any, str, Any], Any]] = {
    "Locations.set_hours": lambda uow, own, it: uow.locations.set_hours(own, f"loc_{it.name}", ShippingHours("09:00")),
    "Locations.update": lambda uow, own, it: uow.locations.update(Location(f"loc_{it.name}", own, "MAD", "changed", "ES")),
    "Locations.remove": lambda uow, own, it: uow.locations.remove(own, f"loc_{it.name}_empty"),  # nothing stands there
    "Locations.list_for": lambda uow, own, it: uow.locations.list_for(own),
}
