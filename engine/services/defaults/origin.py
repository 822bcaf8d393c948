"""Where a value that was filled in comes from, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.order_defaults import LINES, METHODS, PRODUCTS
from rules.messages import Text

FROM: Mapping[str, Text] = {
    PRODUCTS: Text("from the product defaults", "de los valores por producto"),
    LINES: Text("from the weights of the lines", "de los pesos de las líneas"),
    METHODS: Text("from the shipping method", "del método de envío"),
}
