"""Where a value that was filled in comes from, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.order_defaults import METHODS, PRODUCTS
from rules.messages import Text

FROM: Mapping[str, Text] = {
    PRODUCTS: Text("from the product defaults", "de los valores por producto"),
    METHODS: Text("from the shipping method", "del método de envío"),
}
