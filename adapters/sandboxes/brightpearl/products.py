"""The account's products: read by the product service, changed at the desk."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from .replies import Json
from .shop.products import PRODUCT_DOCUMENTS, build_product
from .times import format_time

_IDENTITY: Final = ("sku", "barcode", "ean", "upc")


class UnknownProductError(LookupError):
    """No product has this id."""


class ProductShelf:
    """Products by id; safe for many threads. `publish` is told of each change."""

    def __init__(self, lock: threading.RLock, clock: Callable[[], datetime], publish: Callable[[str, int], None]) -> None:
        self._lock = lock
        self._clock = clock
        self._publish = publish
        self._documents: dict[int, Json] = copy.deepcopy(PRODUCT_DOCUMENTS)
        self.revision = 0

    def get(self, product_id: int) -> Json:
        """A copy of a product's document. Raises UnknownProductError."""
        with self._lock:
            return copy.deepcopy(self._known(product_id))

    def all(self) -> dict[int, Json]:
        """All products; the documents are never changed in place."""
        with self._lock:
            return dict(self._documents)

    def create(self, sku: str, name: str, **fields: object) -> int:
        """A new product, with the fields that `change` takes; returns its id."""
        with self._lock:
            product_id = max(self._documents, default=1000) + 1
            self._documents[product_id] = build_product(product_id, sku, name, self._clock())
            self._replace(product_id, fields)
            self._publish("product.created", product_id)
            return product_id

    def change(self, product_id: int, **fields: object) -> None:
        """Change `weight` (decimal text), `sku`, `barcode`, `ean` or `upc`; None takes the value away.

        Raises UnknownProductError, or ValueError for another field or value.
        """
        with self._lock:
            self._replace(product_id, fields)
            self._publish("product.modified", product_id)

    def remove(self, product_id: int) -> None:
        """Delete a product. Raises UnknownProductError."""
        with self._lock:
            self._known(product_id)
            del self._documents[product_id]
            self.revision += 1
            self._publish("product.destroyed", product_id)

    def _known(self, product_id: int) -> Json:
        try:
            return self._documents[product_id]
        except KeyError:
            raise UnknownProductError(f"there is no product {product_id}") from None

    def _replace(self, product_id: int, fields: dict[str, object]) -> None:
        document = copy.deepcopy(self._known(product_id))
        for name, value in fields.items():
            if name not in ("weight", *_IDENTITY):
                raise ValueError(f"a product has no field {name}; known are weight, {', '.join(_IDENTITY)}")
            if value is not None and not isinstance(value, str):
                raise ValueError(f"{name} must be a text or null")
            holder = document["stock" if name == "weight" else "identity"]
            holder.pop(name, None)
            if value is not None:
                holder[name] = {"magnitude": value} if name == "weight" else value
        document["updatedOn"] = format_time(self._clock())
        self._documents[product_id] = document
        self.revision += 1
