"""The repository of which orders were made of which, called with one account's id and another's things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.tenants import Things

from engine.model.order_link import LinkKind

ORDER_LINKS: Mapping[str, Callable[[Any, str, Things], object]] = {
    "OrderLinks.list_for": lambda uow, own, it: uow.order_links.list_for(own, [it.order.id]),
    "OrderLinks.change_kind": lambda uow, own, it: uow.order_links.change_kind(
        own, it.order.id, LinkKind.DUPLICATE, LinkKind.JOINED
    ),
}
