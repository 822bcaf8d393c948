"""The repository of the grid's views, called with one account's id and another's things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.examples import NOON
from support.tenants import Things

from engine.model.order_view import GridSettings, OrderView
from engine.model.redaction import Redaction

VIEW_CALLS: Mapping[str, Callable[[Any, str, Things], object]] = {
    "OrderViews.list_for": lambda uow, own, it: uow.order_views.list_for(own, it.user.id),
    "OrderViews.choices": lambda uow, own, it: uow.order_views.choices(own, it.user.id),
    "OrderViews.get": lambda uow, own, it: uow.order_views.get(own, f"viw_{it.name}"),
    "OrderViews.remove": lambda uow, own, it: uow.order_views.remove(own, f"viw_{it.name}"),
    "OrderViews.put": lambda uow, own, it: uow.order_views.put(
        OrderView(f"viw_{it.name}", own, it.user.id, "changed", "", "", is_shared=False, changed_at=NOON)
    ),
    "OrderViews.keep_settings": lambda uow, own, it: uow.order_views.keep_settings(GridSettings(own, it.user.id, "changed")),
    "OrderViews.redact": lambda uow, own, it: uow.order_views.redact(own, Redaction([it.name])),
    "OrderViews.settings": lambda uow, own, it: uow.order_views.settings(own, it.user.id),
}
