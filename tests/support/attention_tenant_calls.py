"""The same as `tenant_calls`, about what is read of many orders together to say what is to be done about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.tenants import Things

ATTENTION: Mapping[str, Callable[[Any, str, Things], object]] = {
    "Jobs.by_order": lambda uow, own, it: uow.jobs.by_order(own, [it.order.id]),
    "Jobs.list_last": lambda uow, own, it: uow.jobs.list_last(own, it.order.id, 9),
    "Alerts.by_order": lambda uow, own, it: uow.alerts.by_order(own, [it.order.id]),
}
