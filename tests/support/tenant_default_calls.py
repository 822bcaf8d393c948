"""How defaults and what stands beside orders is asked for and changed, for `support.tenant_calls`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.attention_tenant_calls import ATTENTION
from support.order_link_calls import ORDER_LINKS
from support.reconciliation_tenant_calls import RECONCILIATION_CALLS
from support.tenant_insight_calls import INSIGHTS
from support.tenant_parcel_calls import PARCEL_CALLS
from support.tenant_view_calls import VIEW_CALLS
from support.tenants import Things

from engine.model.product_default import DefaultOf, ProductDefault

DEFAULTS_CALLS: Mapping[str, Callable[[Any, str, Things], object]] = {
    "ProductDefaults.any_for": lambda uow, own, it: (
        uow.product_defaults.remove_many(own, [(DefaultOf.SKU, it.name)]),
        uow.product_defaults.any_for(own),
    ),
    "ProductDefaults.find_many": lambda uow, own, it: uow.product_defaults.find_many(own, [(DefaultOf.SKU, it.name)]),
    "ProductDefaults.page": lambda uow, own, it: uow.product_defaults.page(own, limit=9),
    "ProductDefaults.count": lambda uow, own, it: (
        uow.product_defaults.remove_many(own, [(DefaultOf.SKU, it.name)]),
        uow.product_defaults.count(own),
    ),
    "ProductDefaults.put_many": lambda uow, own, it: uow.product_defaults.put_many(
        own, [ProductDefault(own, DefaultOf.SKU, it.name, hs_code="changed")]
    ),
    "ProductDefaults.remove_many": lambda uow, own, it: uow.product_defaults.remove_many(own, [(DefaultOf.SKU, it.name)]),
    **VIEW_CALLS,
    "ShippingMethods.list_for": lambda uow, own, it: uow.shipping_methods.list_for(own),
    "ShippingMethods.remove": lambda uow, own, it: uow.shipping_methods.remove(own, f"mth_{it.name}"),
    "ShippingMethods.seen": lambda uow, own, it: uow.shipping_methods.seen(own, it.store.id, 9),
    **ATTENTION,
    **PARCEL_CALLS,
    **INSIGHTS,
    **ORDER_LINKS,
    **RECONCILIATION_CALLS,
}
